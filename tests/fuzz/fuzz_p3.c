/*
 * fuzz_p3.c -- any bytes are legal input to the reader of P3, and to that of the
 * questions
 */
#include <stdint.h>

#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed_p3_request request;

	fuzz_stream("p3", data, size);
	(void)feed_p3_request(
		(struct slice){(const char *)data, size < 2048 ? size : 2048},
		&request);
	return 0;
}
