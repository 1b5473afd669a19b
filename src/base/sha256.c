/*
 * sha256.c -- SHA-256 and HMAC-SHA-256, as FIPS 180-4 and RFC 2104 write them
 */
#include "pitwall/sha256.h"

#include <string.h>

static const uint32_t round_words[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

static void expand(uint32_t w[64], const unsigned char *block)
{
	for (unsigned i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (unsigned i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];
		w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7] +
		       (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
	}
}

static void add_block(struct sha256 *sha, const unsigned char *block)
{
	uint32_t w[64], v[8];
	expand(w, block);
	memcpy(v, sha->h, sizeof(v));
	for (unsigned i = 0; i < 64; i++) {
		uint32_t a = v[0], e = v[4];
		uint32_t one = v[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
			       ((e & v[5]) ^ (~e & v[6])) + round_words[i] + w[i];
		uint32_t two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
			       ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
		memmove(&v[1], &v[0], 7 * sizeof(v[0]));
		v[4] += one;
		v[0] = one + two;
	}
	for (unsigned i = 0; i < 8; i++)
		sha->h[i] += v[i];
}

void sha256_begin(struct sha256 *sha)
{
	static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
					  0xa54ff53a, 0x510e527f, 0x9b05688c,
					  0x1f83d9ab, 0x5be0cd19};
	memcpy(sha->h, first, sizeof(first));
	sha->len = 0;
}

void sha256_add(struct sha256 *sha, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		sha->block[sha->len++ % SHA256_BLOCK] = (unsigned char)bytes.at[i];
		if (sha->len % SHA256_BLOCK == 0)
			add_block(sha, sha->block);
	}
}

void sha256_end(struct sha256 *sha, unsigned char out[SHA256_BYTES])
{
	char length[8];
	const uint64_t bits = sha->len * 8;
	for (unsigned i = 0; i < 8; i++)
		length[i] = (char)(bits >> (56 - 8 * i) & 0xff);
	sha256_add(sha, SLICE("\x80"));
	while (sha->len % SHA256_BLOCK != SHA256_BLOCK - sizeof(length))
		sha256_add(sha, (struct slice){"", 1});
	sha256_add(sha, (struct slice){length, sizeof(length)});
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		out[i] = (unsigned char)(sha->h[i / 4] >> (24 - 8 * (i % 4)));
}

/* ---- HMAC ------------------------------------------------------------------------- */

static void begin_padded(struct sha256 *sha, const unsigned char *key, unsigned pad)
{
	char block[SHA256_BLOCK];
	for (unsigned i = 0; i < SHA256_BLOCK; i++)
		block[i] = (char)(key[i] ^ pad);
	sha256_begin(sha);
	sha256_add(sha, (struct slice){block, sizeof(block)});
}

void hmac_sha256(struct slice key, struct slice bytes, unsigned char out[SHA256_BYTES])
{
	unsigned char padded[SHA256_BLOCK] = {0};
	struct sha256 sha;
	if (key.len > SHA256_BLOCK) {
		sha256_begin(&sha);
		sha256_add(&sha, key);
		sha256_end(&sha, padded);
	} else if (key.len > 0) {
		memcpy(padded, key.at, key.len);
	}
	begin_padded(&sha, padded, 0x36);
	sha256_add(&sha, bytes);
	sha256_end(&sha, out);
	begin_padded(&sha, padded, 0x5c);
	sha256_add(&sha, (struct slice){(const char *)out, SHA256_BYTES});
	sha256_end(&sha, out);
}

bool sha256_equal(const unsigned char a[SHA256_BYTES],
		  const unsigned char b[SHA256_BYTES])
{
	unsigned differs = 0;
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		differs |= (unsigned)(a[i] ^ b[i]);
	return differs == 0;
}
