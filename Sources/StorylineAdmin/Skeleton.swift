// StorylineAdmin
