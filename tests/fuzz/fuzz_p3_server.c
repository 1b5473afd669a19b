/*
 * fuzz_p3_server.c -- any bytes as the requests of a client of a P3 decoder
 *
 * Cut as the first bytes say; the answers to all pieces are those to the whole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_p3.h"
#include "pitwall/outfeed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count_bytes(void *context, const char *bytes, size_t len)
{
	size_t *sum = context;
	(void)bytes;
	*sum += len;
	return 0;
}

/* As a server does: a piece of what was resent after each piece that arrived. */
static size_t answer(const struct p3_device *device, const uint8_t *data, size_t size,
		     size_t step)
{
	char buffer[4096];
	size_t sum = 0, from = 0;
	struct p3_resend resend = {0};
	struct out out = {.write = count_bytes,
			  .context = &sum,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	for (size_t to = 0; to < size;) {
		to = step < size - to ? to + step : size;
		for (size_t used = 1; used > 0;) {
			struct slice rest = {(const char *)data + from, to - from};
			used = p3_device_answer(device, rest, 5 * US_S, &resend, &out);
			if (used > rest.len)
				abort();
			from += used;
			while (p3_device_resend(device, &resend, &out))
				used = 1;
		}
	}
	out_flush(&out);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct p3_sent sent[40];
	struct p3_device device = {
		.sent = sent, .max = ARRAY_LEN(sent), .first_id = 0x20f00};
	char buffer[4096];
	size_t told = 0;
	struct out out = {.write = count_bytes,
			  .context = &told,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	if (size == 0)
		return 0;
	device.utc = (data[0] & 1) != 0;
	for (unsigned i = 0; i < 50; i++)
		(void)p3_device_passing(&device, (uint8_t)(i % 3), 1000 + i,
					(instant_us)i * US_S, &out);
	p3_device_status(&device, &out);
	if (answer(&device, data + 1, size - 1, size) !=
	    answer(&device, data + 1, size - 1, 1 + data[0] / 8))
		abort();
	return 0;
}
