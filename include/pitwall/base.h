/*
 * base.h -- slices, units, errors, numbers and text, shared by all rooms
 *
 * Pure: no clock, no heap, no I/O, nothing of racing.
 *
 *  (1) An instant is microseconds since 1970-01-01 UTC. A duration is the
 *      difference of two instants. INSTANT_NONE and DURATION_NONE mean "unknown";
 *      check for them before any arithmetic, or use instant_add() and instant_sub().
 *      Instants from outside are within INSTANT_MAX of 1970, so that a few of them can
 *      be added and subtracted; products need duration_mul() or mul_div().
 *  (2) Text from outside passes text_clean() once, where it enters.
 *  (3) A function that reports failure leaves its outputs untouched.
 */
#ifndef PITWALL_BASE_H
#define PITWALL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define MUST_USE __attribute__((warn_unused_result))

typedef int64_t instant_us;
typedef int64_t duration_us;
typedef int64_t length_mm;

#define INSTANT_NONE INT64_MIN
#define DURATION_NONE INT64_MIN
#define US_MS ((int64_t)1000)
#define US_S ((int64_t)1000000)
#define US_MIN (60 * US_S)
#define US_HOUR (3600 * US_S)
#define US_DAY (24 * US_HOUR)
/* The largest instant from outside, of the year 6537; the smallest is its negative. */
#define INSTANT_MAX ((int64_t)1 << 57)

/** Borrowed bytes, not NUL-terminated; the owner states how long they are valid. */
struct slice {
	const char *at;
	size_t len;
};

#define SLICE(literal) ((struct slice){"" literal, sizeof(literal) - 1})

/* Inline: called several times per field of every message. */

/** strlen; NULL gives an empty slice. */
static inline struct slice slice_of(const char *z)
{
	return (struct slice){z, z ? strlen(z) : 0};
}
static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len &&
	       (a.len == 0 || (a.at[0] == b.at[0] && memcmp(a.at, b.at, a.len) == 0));
}
static inline bool char_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
/** Remove spaces, tabs, CR and LF at both ends. */
static inline struct slice slice_trim(struct slice s)
{
	while (s.len && char_is_blank(s.at[0])) {
		s.at++;
		s.len--;
	}
	while (s.len && char_is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}
bool slice_eq_nocase(struct slice a, struct slice b); /* ASCII only */
bool slice_starts(struct slice s, struct slice prefix);
/** Remove @suffix from the end of @s. False, and @s stays: it does not end so, or it is
 * nothing more. */
bool slice_cut_end(struct slice *s, struct slice suffix);
/** Cut @s at the first @sep: returns the part before @sep and leaves the part behind
 * it in @s. Without a @sep, returns all of @s and leaves {NULL, 0}. */
struct slice slice_cut(struct slice *s, char sep);

/** A sentence for the user: what failed, where, what to do. */
struct err {
	char text[256];
};

/** Write the sentence: cut to fit, always terminated, cleaned of control bytes. @err
 * may be NULL. Returns @code, a negative errno, for
 * "return err_set(err, -EINVAL, ...)". */
int err_set(struct err *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/** Put "context: " before the sentence; @err may be NULL. */
void err_prefix(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* ---- numbers ---------------------------------------------------------- */

/** Digits only; false on overflow or any other character. */
MUST_USE bool parse_u64(struct slice s, uint64_t *out);
/** An optional '-', then digits; false as parse_u64(). */
MUST_USE bool parse_i64(struct slice s, int64_t *out);
/** A decimal with an optional fraction after a point or comma ("12", "12.5", "-0.3"),
 * scaled by 10^@digits and truncated towards zero. */
/** Bytes: 500M, 10G, 65536 (K, M, G, T of 1024), or "none", which is 0. */
MUST_USE bool parse_bytes(struct slice s, int64_t *out);
MUST_USE bool parse_decimal(struct slice s, unsigned digits, int64_t *out);

/** The value of rank @rank (0: the smallest) of @n; @rank < @n. Reorders the values. */
int64_t value_of_rank(int64_t *values, uint32_t n, uint32_t rank);
/** The middle of @n values, of an even number the upper one; DURATION_NONE of none.
 * Reorders the values. */
int64_t median(int64_t *values, uint32_t n);

/** Value of a hexadecimal digit, 0 to 15; -1: not a hexadecimal digit. */
int hex_value(char c);

/* ---- times ------------------------------------------------------------ */

/** "[H:]M:SS[.ffffff]" or "S[.ffffff]". The first group may have up to 9 digits; the
 * groups after it have two digits and are below 60. Digits after the sixth of the
 * fraction are discarded. */
MUST_USE bool parse_duration(struct slice s, duration_us *out);

enum time_style {
	TIME_LAP,   /* 1:36.412, 36.412 below a minute, 1:02:03.412 from an hour */
	TIME_LAPM,  /* 1:36.412, 0:36.412: minutes always (best_lap in CSV) */
	TIME_RACE,  /* 5:59:53.245: hours always */
	TIME_CLOCK, /* 3:12:44: hours always, no fraction */
	TIME_SHORT, /* 0:58, 12:03, 1:02:03: no fraction */
	TIME_TENTH, /* 1:36.4 and 36.4: as TIME_LAP with one digit */
	TIME_SPAN,  /* 0:58, 12:03, 1h02: no fraction, hours without seconds */
};

enum { TIME_TEXT_MAX = 24 };
/** Format into @buf (at least TIME_TEXT_MAX): truncated, not rounded; a negative
 * duration begins with '-'; DURATION_NONE gives "". Returns the length. */
size_t format_duration(char *buf, duration_us t, enum time_style style);
/** Time of day "15:20:00" (with .mmm when @ms) of an instant already shifted to local
 * time; INSTANT_NONE gives "". Returns the length. */
size_t format_clock(char *buf, instant_us local, bool ms);
/** "2003-11-09" of an instant already shifted to local time; INSTANT_NONE gives "". */
size_t format_date(char *buf, instant_us local);
/** Midnight UTC of a civil date (proleptic Gregorian, years 1 to 9999; asserted). */
instant_us civil_to_instant(int year, int month, int day);
/** "YYYY-MM-DD"; false: not a date of the calendar. */
MUST_USE bool parse_date(struct slice s, instant_us *midnight);

/** False: unknown, or further from 1970 than INSTANT_MAX. */
static inline bool instant_is_sane(instant_us t)
{
	return t <= INSTANT_MAX && t >= -INSTANT_MAX;
}
/** @t + @d: unknown if either is, and at the ends of time instead of beyond them. */
static inline instant_us instant_add(instant_us t, duration_us d)
{
	instant_us sum;
	if (t == INSTANT_NONE || d == DURATION_NONE)
		return INSTANT_NONE;
	if (!__builtin_add_overflow(t, d, &sum) && sum != INSTANT_NONE)
		return sum;
	return d > 0 ? INT64_MAX : -INT64_MAX;
}
/** @a - @b, likewise. */
static inline duration_us instant_sub(instant_us a, instant_us b)
{
	if (b == INSTANT_NONE)
		return DURATION_NONE;
	return instant_add(a, -b);
}
/** @d * @n, likewise. */
static inline duration_us duration_mul(duration_us d, int64_t n)
{
	duration_us product;
	if (d == DURATION_NONE)
		return DURATION_NONE;
	if (!__builtin_mul_overflow(d, n, &product) && product != DURATION_NONE)
		return product;
	return (d < 0) == (n < 0) ? INT64_MAX : -INT64_MAX;
}
/** @a * @b / @c with |@a| below INT64_MAX, @b >= 0 and @c > 0; less exact where the product
 * does not fit. */
int64_t mul_div(int64_t a, int64_t b, int64_t c);

/** Copy into @dst: bounded, always terminated, cut at a whole character. Returns the
 * length written. */
/** Letters to add, remove, change or swap to make one of the other; 3: that or more, or a
 * text is too long. */
unsigned text_distance(struct slice a, struct slice b);
size_t text_copy(char *dst, size_t cap, struct slice src);
/** snprintf() cut at a whole character; returns the length in @dst. */
size_t text_format(char *dst, size_t cap, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- text from outside ------------------------------------------------ */

/** Make hostile text safe. Output is valid UTF-8 (invalid bytes are read as Windows-1252)
 * without C0, DEL, C1, bidi control, zero-width, tag and private-use characters, with
 * at most one combining mark per base; runs of blanks become one space, blanks at the
 * ends are removed. Always terminated, cut at a whole character. Returns the
 * length. */
size_t text_clean(char *dst, size_t cap, struct slice src);
/** True for the name of a pace, safety, medical or course car in the usual spellings and
 * languages (course_car.c). @one_word: a number or a class, where "Safety" alone is one. */
bool text_is_course_car(struct slice text, bool one_word);
/** Clean the id of a car or transponder; zeros fill @dst. False: nothing is left of it, it
 * does not fit, or more than blanks at its ends was removed, so that it would be taken for
 * another id. */
bool text_id(char *dst, size_t cap, struct slice id);
/** Decode one code point; invalid bytes give U+FFFD. Returns the bytes used: at least 1
 * when @n > 0, else 0 with @cp untouched. */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
size_t utf8_encode(char *dst, uint32_t cp); /* 1..4 bytes */
/** Cells of a code point: 0, 1 or 2, by utf8proc, so the same on every libc. */
int cp_width(uint32_t cp);
/** Cells of a string. */
int text_width(struct slice s);
/** ASCII base of a letter ("e" for U+00E9), or '?'. */
char cp_ascii(uint32_t cp);
/** The byte of a code point in Windows-1252 (WHATWG index); 0: it has none. */
unsigned char cp_windows_1252(uint32_t cp);
/* A name, the longest form first: "Seiji Ara", "S. Ara", "Ara", "ARA". */
enum person_form { PERSON_WHOLE, PERSON_INITIAL, PERSON_SURNAME, PERSON_CODE };
/** A form of "Seiji ARA", "ARA Seiji" or "Ara, Seiji"; words in capitals are calmed. Cut
 * at @cap; returns the length (names.c). */
size_t text_person(char *buf, size_t cap, struct slice name, enum person_form form);
/** The longest form from @form on that fits into @w cells; 0: none does. */
size_t text_person_fit(char *buf, size_t cap, struct slice name, enum person_form form,
		       int w);
/** The name of a class, shortened by rule to @w cells: "GTP" of "LMGTP", "Mods. A2". It may
 * still be wider. */
size_t text_class_fit(char *buf, size_t cap, struct slice name, int w);

/* ---- sums and seeds --------------------------------------------------- */

/** Hash of @n bytes, the same on every machine; not for hostile input. */
uint64_t hash_bytes(const void *p, size_t n, uint64_t seed);
/** Next 64 bits of splitmix64; @state is the seed, any value. */
uint64_t random_next(uint64_t *state);
/** Uniform in [0, n); 0 when n is 0. */
uint64_t random_below(uint64_t *state, uint64_t n);

#endif
