// StorylineClientNIO
