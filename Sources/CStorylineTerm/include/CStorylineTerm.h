#ifndef C_STORYLINE_TERM_H
#define C_STORYLINE_TERM_H

#include <stdint.h>

/// The columns that libc gives a code point in UTF-8, whatever the process's locale is; -1 if it is not printable.
int storyline_scalar_width(uint32_t scalar);

/// The columns of the terminal behind a file descriptor; 0 if there is none or it does not say.
int storyline_terminal_columns(int descriptor);

#endif
