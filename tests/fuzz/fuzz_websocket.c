/*
 * fuzz_websocket.c -- any bytes of a server are legal input to the reader of WebSocket frames, and what
 * a client writes can be read back once it is unmasked
 */
#include "pitwall/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool fine)
{
	if (!fine)
		abort();
}

static void read_all(struct slice rest)
{
	enum { MOST = 4096 };
	struct websocket_frame frame;
	ptrdiff_t n;
	while ((n = wire_websocket_read(rest, MOST, &frame)) > 0) {
		expect((size_t)n <= rest.len && frame.payload.len <= MOST);
		expect(frame.payload.at >= rest.at &&
		       frame.payload.at + frame.payload.len == rest.at + n);
		/* A frame that is cut is not whole. */
		struct slice cut = {rest.at, (size_t)n - 1};
		expect(wire_websocket_read(cut, MOST, &frame) == 0);
		rest = (struct slice){rest.at + n, rest.len - (size_t)n};
	}
}

static void write_one(const uint8_t *data, size_t size)
{
	static const unsigned char mask[4] = {1, 2, 3, 0xff};
	struct websocket_frame frame;
	char *bytes = malloc(size + WEBSOCKET_HEAD_MAX);
	expect(bytes != NULL);
	size_t len = wire_websocket_write(
		bytes, WEBSOCKET_TEXT, (struct slice){(const char *)data, size}, mask);
	size_t head = len - size - 4;
	bytes[1] = (char)(bytes[1] & 0x7f);
	for (size_t i = 0; i < size; i++)
		bytes[head + i] =
			(char)((unsigned char)bytes[head + 4 + i] ^ mask[i % 4]);
	struct slice whole = {bytes, len - 4};
	expect(wire_websocket_read(whole, size, &frame) == (ptrdiff_t)whole.len);
	expect(frame.final && frame.opcode == WEBSOCKET_TEXT);
	expect(frame.payload.len == size && memcmp(frame.payload.at, data, size) == 0);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_all((struct slice){(const char *)data, size});
	if (size > 0)
		write_one(data, size);
	return 0;
}
