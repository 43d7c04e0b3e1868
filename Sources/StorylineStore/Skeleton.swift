// StorylineStore
