// StorylineServer
