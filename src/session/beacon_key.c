/*
 * beacon_key.c -- the key that beacons and the console share (--beacon-key FILE)
 *
 *  (1) The key is the bytes of the file without the line ends behind them.
 *  (2) A recording has the fingerprint of the key, never the key: a reader with the key
 *      gets what was accepted. Without the key unsigned lines are refused, but signatures
 *      cannot be checked, and that is said.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/sha256.h"
#include "session_parts.h"

enum { KEY_LEAST = 16 };

/* A longer key counts by its SHA-256, as HMAC asks. */
static void key_put(struct feed_setup *feed, struct slice key)
{
	struct sha256 sha;
	unsigned char sum[SHA256_BYTES];
	if (key.len > FEED_KEY_MAX) {
		sha256_begin(&sha);
		sha256_add(&sha, key);
		sha256_end(&sha, sum);
		key = (struct slice){(const char *)sum, sizeof(sum)};
	}
	memcpy(feed->beacon_key, key.at, key.len);
	feed->beacon_key_len = (uint8_t)key.len;
	feed->beacon_signed = true;
}

int beacon_key_read(const struct options *options, struct session_parts *parts,
		    struct err *err)
{
	const char *path = options->beacon_key;
	struct bytes file = {0};
	unsigned char print[SHA256_BYTES];
	if (path == NULL || path[0] == '\0')
		return 0;
	int rc = small_file_read(path, &file, err);
	if (rc != 0)
		return rc;
	struct slice key = file.data;
	while (key.len > 0 &&
	       (key.at[key.len - 1] == '\n' || key.at[key.len - 1] == '\r'))
		key.len--;
	if (key.len < KEY_LEAST) {
		bytes_free(&file);
		return err_set(err, -EINVAL,
			       "%s: a key of beacons has at least %d bytes; make one "
			       "with `head -c 32 /dev/urandom | base64`",
			       path, (int)KEY_LEAST);
	}
	key_put(&parts->feed, key);
	hmac_sha256(key, SLICE("pitwall beacon key"), print);
	for (size_t i = 0; i < sizeof(parts->key_print) / 2; i++)
		text_format(parts->key_print + 2 * i, 3, "%02x", print[i]);
	bytes_free(&file);
	return 0;
}

bool beacon_key_differs(const struct session_parts *parts)
{
	struct slice recorded = parts->texts.at[TEXT_BEACON_KEY].data;
	return recorded.len > 0 && !slice_eq(recorded, slice_of(parts->key_print));
}
