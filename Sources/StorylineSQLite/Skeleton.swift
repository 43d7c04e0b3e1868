// StorylineSQLite
