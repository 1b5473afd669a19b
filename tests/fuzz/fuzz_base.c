/*
 * fuzz_base.c -- any bytes as text, number, duration and date
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "pitwall/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_clean(struct slice text)
{
	char once[200], twice[200];
	size_t cap = 1 + text.len % sizeof(once);
	size_t len = text_clean(once, cap, text);
	assert(len < cap && once[len] == '\0');
	assert(text_clean(twice, sizeof(twice), (struct slice){once, len}) == len);
	assert(memcmp(once, twice, len) == 0);
	for (size_t i = 0; i < len;) {
		uint32_t cp;
		size_t n = utf8_decode(once + i, len - i, &cp);
		assert(n > 0 && cp >= 0x20 && cp != 0x7f && (cp < 0x80 || cp >= 0xa0));
		assert(cp_ascii(cp) >= 0x20);
		i += n;
	}
	assert(text_width((struct slice){once, len}) <= (int)len * 2);
}

static void check_duration(struct slice text)
{
	duration_us us, back;
	char buf[TIME_TEXT_MAX];
	if (!parse_duration(text, &us))
		return;
	size_t len = format_duration(buf, us, TIME_RACE);
	assert(len < TIME_TEXT_MAX);
	assert(parse_duration((struct slice){buf, len}, &back));
	assert(back == us - us % US_MS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = {(const char *)data, size};
	char buf[TIME_TEXT_MAX];
	int64_t n;
	uint64_t u;
	check_clean(text);
	check_duration(text);
	for (unsigned digits = 0; digits < 20; digits++) {
		n = -7;
		assert(parse_decimal(text, digits, &n) || n == -7);
	}
	if (parse_u64(text, &u) && u <= INT64_MAX)
		assert(parse_i64(text, &n) && n == (int64_t)u);
	if (parse_date(text, &n)) {
		assert(format_date(buf, n) == 10);
		assert(slice_eq((struct slice){buf, 10}, text));
	}
	if (size >= sizeof(n)) {
		memcpy(&n, data, sizeof(n));
		for (int style = TIME_LAP; style <= TIME_TENTH; style++)
			assert(format_duration(buf, n, (enum time_style)style) <
			       TIME_TEXT_MAX);
		assert(format_clock(buf, n, true) < TIME_TEXT_MAX);
		assert(format_date(buf, n) < TIME_TEXT_MAX);
	}
	return 0;
}
