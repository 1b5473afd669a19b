/*
 * text.c -- text from outside made safe, UTF-8, widths
 *
 * A feed may send anything: escapes that move the terminal's cursor, marks that stack
 * a screen high, right-to-left letters. text_clean() leaves only visible characters
 * and single spaces.
 *
 *  (1) A kept character is a base of width 1 or 2, or one mark behind a base.
 *  (2) Cleaning clean text changes nothing.
 */
#include "pitwall/base.h"

#include <assert.h>
#include <string.h>
#include <utf8proc.h>

/* ---- UTF-8 ---------------------------------------------------------------- */

/* Length of the sequence that @first begins, and its least code point; 0: invalid. */
static size_t sequence_of(unsigned char first, uint32_t *cp, uint32_t *least)
{
	if (first >= 0xc2 && first <= 0xdf) {
		*cp = first & 0x1fu;
		*least = 0x80;
		return 2;
	}
	if (first >= 0xe0 && first <= 0xef) {
		*cp = first & 0x0fu;
		*least = 0x800;
		return 3;
	}
	if (first >= 0xf0 && first <= 0xf4) {
		*cp = first & 0x07u;
		*least = 0x10000;
		return 4;
	}
	return 0;
}

/* Decode a valid sequence; returns its length, 0: invalid. */
static size_t decode_valid(const char *s, size_t n, uint32_t *out)
{
	unsigned char first = (unsigned char)s[0];
	if (first < 0x80) {
		*out = first;
		return 1;
	}
	uint32_t cp, least;
	size_t len = sequence_of(first, &cp, &least);
	if (len == 0 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		unsigned char next = (unsigned char)s[i];
		if ((next & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (next & 0x3fu);
	}
	if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	*out = cp;
	return len;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	if (n == 0)
		return 0;
	size_t len = decode_valid(s, n, cp);
	if (len)
		return len;
	*cp = 0xfffd;
	return 1;
}

size_t utf8_encode(char *dst, uint32_t cp)
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	if (cp < 0x80) {
		dst[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		dst[0] = (char)(0xc0 | cp >> 6);
		dst[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		dst[0] = (char)(0xe0 | cp >> 12);
		dst[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	dst[0] = (char)(0xf0 | cp >> 18);
	dst[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

/* ---- widths --------------------------------------------------------------- */

int cp_width(uint32_t cp)
{
	if (cp < 0x7f)
		return cp >= 0x20;
	if (cp < 0xa0 || cp > 0x10ffff)
		return 0;
	int width = utf8proc_charwidth((utf8proc_int32_t)cp);
	return width < 0 ? 0 : width > 2 ? 2 : width;
}

int text_width(struct slice s)
{
	int width = 0;
	while (s.len) {
		uint32_t cp = (unsigned char)*s.at;
		size_t n = 1;
		if (cp >= ' ' && cp < 0x7f) {
			width++;
		} else {
			n = utf8_decode(s.at, s.len, &cp);
			width += cp_width(cp);
		}
		s.at += n;
		s.len -= n;
	}
	return width;
}

/* Letters whose ASCII base is not in their decomposition. */
static const struct {
	uint16_t cp;
	char ascii;
} bases[] = {
	{0x00a0, ' '}, {0x00c6, 'A'}, {0x00d0, 'D'},  {0x00d8, 'O'},  {0x00de, 'T'},
	{0x00df, 's'}, {0x00e6, 'a'}, {0x00f0, 'd'},  {0x00f8, 'o'},  {0x00fe, 't'},
	{0x0110, 'D'}, {0x0111, 'd'}, {0x0131, 'i'},  {0x0141, 'L'},  {0x0142, 'l'},
	{0x0152, 'O'}, {0x0153, 'o'}, {0x2010, '-'},  {0x2011, '-'},  {0x2012, '-'},
	{0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'},
	{0x201d, '"'}, {0x2212, '-'},
};

/* Bytes 0x80 to 0x9f of Windows-1252; those it leaves open stand for themselves. */
static const uint16_t windows_1252[32] = {
	0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,   0x017d, 0x8f,
	0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
};

unsigned char cp_windows_1252(uint32_t cp)
{
	if (cp < 0x80 || (cp >= 0xa0 && cp <= 0xff))
		return (unsigned char)cp;
	for (unsigned i = 0; i < ARRAY_LEN(windows_1252); i++)
		if (windows_1252[i] == cp)
			return (unsigned char)(0x80 + i);
	return 0;
}

char cp_ascii(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 0x20 && cp < 0x7f ? (char)cp : '?';
	for (size_t i = 0; i < ARRAY_LEN(bases); i++)
		if (bases[i].cp == cp)
			return bases[i].ascii;
	if (cp > 0x10ffff)
		return '?';
	utf8proc_int32_t parts[32];
	int last_class = 0;
	utf8proc_ssize_t n = utf8proc_decompose_char(
		(utf8proc_int32_t)cp, parts, (utf8proc_ssize_t)ARRAY_LEN(parts),
		UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &last_class);
	if (n < 1 || parts[0] < 0x20 || parts[0] >= 0x7f)
		return '?';
	return (char)parts[0];
}

/* ---- cleaning ------------------------------------------------------------- */

enum keep { DROP, BLANK, BASE, MARK };

/* Marks that are not accents: they change how the base is drawn or join it to the
 * next one. */
static bool is_selector(uint32_t cp)
{
	return cp == 0x034f || (cp >= 0x180b && cp <= 0x180f) ||
	       (cp >= 0xfe00 && cp <= 0xfe0f) || cp >= 0xe0000;
}

/* Letters without a visible shape. */
static bool is_filler(uint32_t cp)
{
	return cp == 0x115f || cp == 0x1160 || cp == 0x2800 || cp == 0x3164 ||
	       cp == 0xffa0;
}

static enum keep keep_of(uint32_t cp)
{
	if (cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r')
		return BLANK;
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || is_selector(cp) || is_filler(cp))
		return DROP;
	if (cp < 0x7f)
		return BASE;
	int category = (int)utf8proc_category((utf8proc_int32_t)cp);
	int width = cp_width(cp);
	switch (category) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return BLANK;
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
		return DROP;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_MC:
		/* A cell stores a mark in 16 bits (canvas.h). */
		return width ? BASE : cp <= 0xffff ? MARK : DROP;
	default:
		return width ? BASE : DROP;
	}
}

/* Output of text_clean(). */
struct cleaned {
	char *dst;
	size_t len, cap; /* cap without the terminator */
	bool blank;      /* write a space before the next base */
	bool base;       /* the last character is a base without a mark */
	bool removed;    /* a character was removed */
};

/* False: no room. */
static bool clean_put(struct cleaned *out, enum keep keep, uint32_t cp)
{
	if (keep == BLANK) {
		out->removed |= out->blank;
		out->blank = out->len > 0;
		out->base = false;
		return true;
	}
	if (keep == MARK && !out->base) {
		out->removed = true;
		return true;
	}
	char bytes[4];
	size_t n = utf8_encode(bytes, cp);
	if (out->len + n + out->blank > out->cap)
		return false;
	if (out->blank)
		out->dst[out->len++] = ' ';
	memcpy(out->dst + out->len, bytes, n);
	out->len += n;
	out->blank = false;
	out->base = keep == BASE;
	return true;
}

static struct cleaned clean(char *dst, size_t cap, struct slice src)
{
	assert(cap > 0);
	struct cleaned out = {.dst = dst, .cap = cap - 1};
	size_t i = 0;
	while (i < src.len) {
		unsigned char c = (unsigned char)src.at[i];
		/* The common case: a visible ASCII character. */
		if (c > ' ' && c < 0x7f && !out.blank && out.len < out.cap) {
			dst[out.len++] = (char)c;
			out.base = true;
			i++;
			continue;
		}
		uint32_t cp;
		size_t n = decode_valid(src.at + i, src.len - i, &cp);
		if (n == 0) {
			cp = c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;
			n = 1;
		}
		enum keep keep = keep_of(cp);
		out.removed |= keep == DROP;
		if (keep != DROP && !clean_put(&out, keep, cp)) {
			out.removed = true;
			break;
		}
		i += n;
	}
	dst[out.len] = '\0';
	return out;
}

size_t text_clean(char *dst, size_t cap, struct slice src)
{
	return clean(dst, cap, src).len;
}

bool text_id(char *dst, size_t cap, struct slice id)
{
	size_t n = 0;
	memset(dst, 0, cap);
	/* Most are a few digits, which need no cleaning. */
	for (; n < id.len && n + 1 < cap && id.at[n] > ' ' && id.at[n] < 0x7f; n++)
		dst[n] = id.at[n];
	if (n == id.len)
		return n > 0;
	struct cleaned out = clean(dst, cap, slice_trim(id));
	return out.len > 0 && !out.removed;
}

/* ---- typing errors ------------------------------------------------------------ */

unsigned text_distance(struct slice a, struct slice b)
{
	enum { LIMIT = 3, LONGEST = 20 };
	size_t m = a.len, n = b.len;
	unsigned d[LONGEST + 1][LONGEST + 1];
	if (m > LONGEST || n > LONGEST)
		return LIMIT;
	for (size_t i = 0; i <= m; i++)
		for (size_t j = 0; j <= n; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = (unsigned)(i + j);
				continue;
			}
			unsigned best = d[i - 1][j - 1] + (a.at[i - 1] != b.at[j - 1]);
			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] &&
			    a.at[i - 2] == b.at[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[m][n];
}
