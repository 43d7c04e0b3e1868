// StorylineSeeds
