// StorylineTerminal
