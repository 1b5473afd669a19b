/*
 * test_sha256.c -- the vectors of FIPS 180-4 (NIST) and of HMAC (RFC 4231)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/sha256.h"

#include <string.h>

static void says(const unsigned char sum[SHA256_BYTES], const char *hex)
{
	char text[2 * SHA256_BYTES + 1];
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		text_format(text + 2 * i, 3, "%02x", sum[i]);
	assert_string_equal(text, hex);
}

static void the_vectors_of_sha256(void **state)
{
	static const struct {
		const char *bytes, *hex;
	} rows[] = {
		{"",
		 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc",
		 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
		 "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
		 "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
	};
	unsigned char sum[SHA256_BYTES];
	struct sha256 sha;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sha256_begin(&sha);
		sha256_add(&sha, slice_of(rows[i].bytes));
		sha256_end(&sha, sum);
		says(sum, rows[i].hex);
	}
	/* A million times "a", in pieces that are no blocks. */
	char piece[1000];
	memset(piece, 'a', sizeof(piece));
	sha256_begin(&sha);
	for (unsigned i = 0; i < 1000; i++)
		sha256_add(&sha, (struct slice){piece, sizeof(piece)});
	sha256_end(&sha, sum);
	says(sum, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void the_vectors_of_hmac(void **state)
{
	char key[131];
	unsigned char sum[SHA256_BYTES], other[SHA256_BYTES];
	(void)state;
	memset(key, 0x0b, 20);
	hmac_sha256((struct slice){key, 20}, SLICE("Hi There"), sum);
	says(sum, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hmac_sha256(SLICE("Jefe"), SLICE("what do ya want for nothing?"), sum);
	says(sum, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	hmac_sha256((struct slice){key, sizeof(key)},
		    SLICE("Test Using Larger Than Block-Size Key - Hash Key First"),
		    sum);
	says(sum, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	memcpy(other, sum, sizeof(other));
	assert_true(sha256_equal(sum, other));
	for (unsigned i = 0; i < SHA256_BYTES; i++) {
		other[i] ^= 1;
		assert_false(sha256_equal(sum, other));
		other[i] ^= 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_sha256),
		cmocka_unit_test(the_vectors_of_hmac),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
