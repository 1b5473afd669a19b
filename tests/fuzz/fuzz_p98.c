/*
 * fuzz_p98.c -- any bytes are legal input to the reader of P98
 */
#include <stdint.h>

#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_stream("p98", data, size);
	return 0;
}
