#include "CStorylineSQLite.h"

#include <sqlite3.h>

int storyline_sqlite_without_memory_status(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
