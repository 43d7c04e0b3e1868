// Brotli, as the system has it.
#include <brotli/decode.h>
#include <brotli/encode.h>
