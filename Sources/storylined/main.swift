import StorylineServer

await StorylinedCommand.main()
