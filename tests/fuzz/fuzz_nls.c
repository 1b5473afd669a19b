/*
 * fuzz_nls.c -- any bytes are legal input to the reader of NLS, how they are
 * cut changes nothing, and the race they make is whole
 */
#include <stdint.h>

#include "fuzz_laps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_laps("nls", data, size);
	return 0;
}
