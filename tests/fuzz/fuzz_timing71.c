/*
 * fuzz_timing71.c -- any bytes are legal input to the reader of Timing71, how they are
 * cut changes nothing, and the race they make is whole
 */
#include <stdint.h>

#include "fuzz_laps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_laps("timing71", data, size);
	return 0;
}
