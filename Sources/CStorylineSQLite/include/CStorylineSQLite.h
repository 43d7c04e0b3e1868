#ifndef C_STORYLINE_SQLITE_H
#define C_STORYLINE_SQLITE_H

// Stops SQLite from counting its memory, for which all connections of a process take one lock at every allocation.
// Has an effect only before the first connection. `sqlite3_config` takes any number of arguments, so Swift can't call it.
// Returns SQLite's result code.
int storyline_sqlite_without_memory_status(void);

#endif
