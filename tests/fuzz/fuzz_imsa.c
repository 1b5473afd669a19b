/*
 * fuzz_imsa.c -- any bytes are legal input to the reader of the scoring page of IMSA, how they are
 * cut changes nothing, and the race they make is whole
 */
#include <stdint.h>

#include "fuzz_laps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_laps("imsa", data, size);
	return 0;
}
