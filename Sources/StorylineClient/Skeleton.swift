// StorylineClient
