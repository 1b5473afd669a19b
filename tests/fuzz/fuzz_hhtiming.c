/*
 * fuzz_hhtiming.c -- any bytes are legal input to the reader of HH Timing replays, how they are
 * cut changes nothing, and the race they make is whole
 */
#include <stdint.h>

#include "fuzz_laps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_laps("hhtiming", data, size);
	return 0;
}
