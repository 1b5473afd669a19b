/*
 * fuzz_p3.h -- for targets that read P3: the records of an input have the right length and
 * sum most of the time, or little behind them would ever be read
 */
#ifndef PITWALL_TEST_FUZZ_FUZZ_P3_H
#define PITWALL_TEST_FUZZ_FUZZ_P3_H

#ifdef LIBFUZZER

#include <stdint.h>
#include <string.h>

#include "pitwall/out.h"
#include "pitwall/wire.h"

enum { P3_START = 0x8e, P3_END = 0x8f, P3_ESCAPE = 0x8d, P3_ESCAPE_BY = 0x20 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static int p3_no_bytes(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return -1;
}

/** The record at @data, of @size bytes with its end, written anew. Returns how many
 * bytes it has then, 0: it is none. */
static size_t p3_again(const uint8_t *data, size_t size, char *to, size_t cap)
{
	static struct wire_p3 frame;
	struct out out = {.write = p3_no_bytes, .buf = to, .max = cap};
	frame.len = 0;
	for (size_t i = 0; i + 1 < size && frame.len + 1 < sizeof(frame.bytes); i++)
		frame.bytes[frame.len++] =
			data[i] == P3_ESCAPE && i + 2 < size
				? (unsigned char)(data[++i] - P3_ESCAPE_BY)
				: data[i];
	if (frame.len + 1 < WIRE_P3_FRAME_MIN)
		return 0;
	wire_p3_send(&frame, &out);
	return out.failed != 0 ? 0 : out.len;
}

static size_t p3_mend(uint8_t *data, size_t size, size_t max)
{
	static char again[2 * WIRE_P3_FRAME_MAX];
	for (size_t i = 0; i < size; i++) {
		const uint8_t *end =
			data[i] == P3_START ? memchr(data + i, P3_END, size - i) : NULL;
		if (!end)
			continue;
		size_t was = (size_t)(end + 1 - (data + i));
		size_t now = p3_again(data + i, was, again, sizeof(again));
		if (now == 0 || size - was + now > max)
			continue;
		memmove(data + i + now, data + i + was, size - i - was);
		memcpy(data + i, again, now);
		size = size - was + now;
		i += now - 1;
	}
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	size = LLVMFuzzerMutate(data, size, max);
	return seed % 4 == 0 ? size : p3_mend(data, size, max);
}

#endif
#endif
