#ifndef C_STORYLINE_TERM_H
#define C_STORYLINE_TERM_H

#include <stdint.h>

/// The columns that libc gives a code point in UTF-8, whatever the process's locale is; -1 if it is not printable.
int storyline_scalar_width(uint32_t scalar);

/// The columns of the terminal behind a file descriptor; 0 if there is none or it does not say.
int storyline_terminal_columns(int descriptor);

/// The columns and rows of a terminal; 0 if it says so, else -1.
int storyline_terminal_size(int descriptor, int *columns, int *rows);

/// Puts the terminal into raw mode and remembers how it was, with the bytes that put its screen back; 0 or -1 (errno).
int storyline_terminal_enter(int input, int output, const char *leave, int length);

/// Writes the bytes and puts the mode back, once for each enter. Safe in a signal handler.
void storyline_terminal_leave(void);

/// From now on the usual signals are written as one byte each into a pipe, and a crash leaves the terminal usable.
int storyline_signals_watch(int pipe_end);

/// The process's signals are as they were before.
void storyline_signals_forget(void);

/// Stops the process as Ctrl-Z does and returns when it goes on.
void storyline_stop(void);

/// The bundled story: its bytes in memory that lives as long as the program, and how many there are.
const unsigned char *storyline_demo_bytes(void);
long storyline_demo_length(void);

#endif
