/*
 * fuzz_p3.c -- any bytes are legal input to the reader of P3, and to a box that
 * answers requests
 */
#include <stdint.h>

#include "fuzz_p3.h"
#include "fuzz_stream.h"
#include "pitwall/outfeed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int drop(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct p3_sent told[4];
	struct p3_device box = {.sent = told, .max = 4, .first_id = 1};
	char buf[256];
	struct out out = {drop, NULL, buf, 0, sizeof(buf), 0, false};
	fuzz_stream("p3", data, size);
	for (uint32_t i = 0; i < 4; i++)
		(void)p3_device_passing(&box, LINE_SF, i, i, &out);
	for (size_t at = 0, used = 1; used > 0 && at < size; at += used) {
		struct p3_resend resend = {0};
		used = p3_device_answer(
			&box, (struct slice){(const char *)data + at, size - at}, 0,
			&resend, &out);
		while (p3_device_resend(&box, &resend, &out))
			;
	}
	return 0;
}
