/*
 * websocket_bytes.c -- frames of the WebSocket protocol, RFC 6455, as a client reads and writes
 * them
 *
 *  (1) A client masks, a server does not; no extension was asked for, so no reserved bit is set.
 *  (2) A control frame is whole and has at most 125 bytes.
 */
#include "pitwall/wire.h"

#include <string.h>

enum {
	FRAME_FINAL = 0x80,
	FRAME_RESERVED = 0x70,
	FRAME_OPCODE = 0x0f,
	FRAME_MASKED = 0x80,
	FRAME_CONTROL = 0x08,
	FRAME_LEN_16 = 126,
	FRAME_LEN_64 = 127,
	FRAME_SHORT = 125,
};

static unsigned byte_at(struct slice buf, size_t i)
{
	return (unsigned char)buf.at[i];
}

ptrdiff_t wire_websocket_read(struct slice buf, size_t most,
			      struct websocket_frame *out)
{
	if (buf.len < 2)
		return 0;
	unsigned first = byte_at(buf, 0), second = byte_at(buf, 1);
	uint64_t len = second & ~(unsigned)FRAME_MASKED;
	size_t head = len == FRAME_LEN_16 ? 4 : len == FRAME_LEN_64 ? 10 : 2;
	bool control = (first & FRAME_CONTROL) != 0;
	if ((first & FRAME_RESERVED) != 0 || (second & FRAME_MASKED) != 0 || /* (1) */
	    (control && (len > FRAME_SHORT || (first & FRAME_FINAL) == 0)))  /* (2) */
		return -1;
	if (buf.len < head)
		return 0;
	if (head > 2) {
		len = 0;
		for (size_t i = 2; i < head; i++)
			len = len << 8 | byte_at(buf, i);
	}
	if (len > most)
		return -2;
	if (buf.len - head < len)
		return 0;
	out->opcode = (uint8_t)(first & FRAME_OPCODE);
	out->final = (first & FRAME_FINAL) != 0;
	out->payload = (struct slice){buf.at + head, (size_t)len};
	return (ptrdiff_t)(head + len);
}

size_t wire_websocket_write(char *to, uint8_t opcode, struct slice payload,
			    const unsigned char mask[4])
{
	size_t n = 0;
	to[n++] = (char)(unsigned char)(FRAME_FINAL | opcode);
	if (payload.len <= FRAME_SHORT) {
		to[n++] = (char)(unsigned char)(FRAME_MASKED | payload.len);
	} else {
		bool wide = payload.len > UINT16_MAX;
		to[n++] = (char)(unsigned char)(FRAME_MASKED |
						(wide ? FRAME_LEN_64 : FRAME_LEN_16));
		for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8)
			to[n++] = (char)(unsigned char)((uint64_t)payload.len >> shift &
							0xff);
	}
	for (size_t i = 0; i < 4; i++)
		to[n++] = (char)mask[i];
	for (size_t i = 0; i < payload.len; i++)
		to[n++] = (char)(unsigned char)(byte_at(payload, i) ^ mask[i % 4]);
	return n;
}

/* ---- the answer to a key ------------------------------------------------------------ */

static uint32_t left(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static void sha1_block(uint32_t h[5], const unsigned char block[64])
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
	for (size_t i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (size_t i = 16; i < 80; i++)
		w[i] = left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (size_t i = 0; i < 80; i++) {
		uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
			     : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
			     : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
				      : (b ^ c ^ d) + 0xca62c1d6;
		uint32_t next = left(a, 5) + f + e + w[i];
		e = d;
		d = c;
		c = left(b, 30);
		b = a;
		a = next;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

/* SHA-1 of fewer than 120 bytes: the protocol wants it, as a checksum. */
static void sha1_short(struct slice text, unsigned char out[20])
{
	uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	unsigned char blocks[128] = {0};
	size_t size = text.len < 56 ? 64 : 128;
	memcpy(blocks, text.at, text.len);
	blocks[text.len] = 0x80;
	blocks[size - 2] = (unsigned char)(text.len * 8 >> 8);
	blocks[size - 1] = (unsigned char)(text.len * 8 & 0xff);
	for (size_t at = 0; at < size; at += 64)
		sha1_block(h, blocks + at);
	for (size_t i = 0; i < 20; i++)
		out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)) & 0xff);
}

void wire_base64(char *to, const unsigned char *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 0;
	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = (uint32_t)bytes[i] << 16;
		v |= i + 1 < len ? (uint32_t)bytes[i + 1] << 8 : 0;
		v |= i + 2 < len ? bytes[i + 2] : 0;
		to[n++] = digits[v >> 18];
		to[n++] = digits[v >> 12 & 63];
		to[n++] = i + 1 < len ? digits[v >> 6 & 63] : '=';
		to[n++] = i + 2 < len ? digits[v & 63] : '=';
	}
	to[n] = '\0';
}

void wire_websocket_accept(const char key[25], char out[29])
{
	char text[64];
	unsigned char sum[20];
	size_t len = text_format(text, sizeof(text), "%s%s", key,
				 "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
	sha1_short((struct slice){text, len}, sum);
	wire_base64(out, sum, sizeof(sum));
}
