/*
 * sha256.h -- SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104)
 *
 * Part of base. For the shared key of beacons: a library would cost more at every start
 * than these hundred lines.
 */
#ifndef PITWALL_SHA256_H
#define PITWALL_SHA256_H

#include "pitwall/base.h"

enum { SHA256_BYTES = 32, SHA256_BLOCK = 64 };

struct sha256 {
	uint32_t h[8];
	uint64_t len;
	unsigned char block[SHA256_BLOCK];
};

void sha256_begin(struct sha256 *sha);
void sha256_add(struct sha256 *sha, struct slice bytes);
void sha256_end(struct sha256 *sha, unsigned char out[SHA256_BYTES]);

/** HMAC of @bytes. A key longer than a block counts by its SHA-256. */
void hmac_sha256(struct slice key, struct slice bytes, unsigned char out[SHA256_BYTES]);
/** True when both are equal; the time does not depend on where they differ. */
bool sha256_equal(const unsigned char a[SHA256_BYTES],
		  const unsigned char b[SHA256_BYTES]);

#endif
