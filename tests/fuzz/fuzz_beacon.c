/*
 * fuzz_beacon.c -- any bytes are legal input to the beacon reader, and how they
 * are cut, and when they are acknowledged, changes nothing; nor do senders that come,
 * go and speak in turn do harm
 */
#include <stdint.h>

#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool known = size > 0 && data[0] % 2 == 1;
	(void)fuzz_cuts("beacon", data, size,
			known ? (instant_us)1764000000 * US_S : INSTANT_NONE);
	fuzz_stream("beacon", data, size);
	return 0;
}
