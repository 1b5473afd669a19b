/*
 * sgr.c -- the attributes of a frame in as few bytes as possible
 *
 * Cited rules are those of sgr.h. SGR: ECMA-48 8.3.117; 38 and 48: ITU-T T.416.
 */
#include "sgr.h"

#include <string.h>

enum {
	PARAMS_MAX = 16,
	UNDERLINE = 4,
	REVERSE = 7,
	STRIKE = 9,
};

struct writing {
	struct sgr *sgr;
	char *dst;
	size_t len;
	char last; /* character written */
};

int sgr_index(struct sgr *sgr, uint32_t rgb)
{
	for (unsigned i = 0; i < sgr->rgb_count; i++)
		if (sgr->rgb[i] == rgb)
			return SGR_FIRST + (int)i;
	if (sgr->rgb_count == SGR_COLOURS_MAX)
		return -1;
	sgr->rgb[sgr->rgb_count] = rgb;
	return SGR_FIRST + (int)sgr->rgb_count++;
}

void sgr_forget(struct sgr *sgr)
{
	sgr->sent.known = false;
	sgr->charset_sent = false;
	sgr->cursor.row = sgr->cursor.col = 0;
}

size_t sgr_room(size_t len)
{
	/* ESC[27m and a character, six bytes, may have to say it all again: at most
	 * 0, nine attributes and two colours of 16 bytes. */
	return 12 * len + 128;
}

/* ---- reading ---------------------------------------------------------------- */

static bool colour_equal(struct sgr_colour a, struct sgr_colour b)
{
	return a.kind == b.kind && (a.kind == SGR_DEFAULT || a.value == b.value);
}

static struct sgr_colour colour_of_index(const struct sgr *sgr, uint32_t index)
{
	if (index >= SGR_FIRST && index - SGR_FIRST < sgr->rgb_count)
		return (struct sgr_colour){SGR_RGB, sgr->rgb[index - SGR_FIRST]};
	return (struct sgr_colour){SGR_INDEX, index};
}

/* 5;N or 2;R;G;B behind 38 or 48. Returns parameters used, 0: neither. */
static size_t extended(const struct sgr *sgr, const uint32_t *p, size_t n,
		       struct sgr_colour *out)
{
	if (n >= 2 && p[0] == 5 && p[1] < 256) {
		*out = colour_of_index(sgr, p[1]);
		return 2;
	}
	if (n >= 4 && p[0] == 2 && p[1] < 256 && p[2] < 256 && p[3] < 256) {
		uint32_t rgb = p[1] << 16 | p[2] << 8 | p[3];
		*out = (struct sgr_colour){SGR_RGB, rgb};
		return 4;
	}
	return 0;
}

static void bits_clear(struct sgr_state *state, unsigned bits)
{
	state->bits = (uint16_t)(state->bits & ~bits);
}

/* One parameter without arguments; false: not understood. */
static bool apply_one(struct sgr_state *state, uint32_t p)
{
	if (p == 0) {
		*state = (struct sgr_state){.known = true};
	} else if (p <= 9) {
		state->bits = (uint16_t)(state->bits | 1U << p);
	} else if (p == 22) {
		bits_clear(state, 1U << 1 | 1U << 2);
	} else if (p >= 23 && p <= 29 && p != 26) {
		bits_clear(state, 1U << (p - 20));
	} else if ((p >= 30 && p <= 37) || (p >= 90 && p <= 97)) {
		state->fg = (struct sgr_colour){SGR_CODE, p};
	} else if ((p >= 40 && p <= 47) || (p >= 100 && p <= 107)) {
		state->bg = (struct sgr_colour){SGR_CODE, p - 10};
	} else if (p == 39) {
		state->fg.kind = SGR_DEFAULT;
	} else if (p == 49) {
		state->bg.kind = SGR_DEFAULT;
	} else if (p != 10) { /* 10: the font that is there anyway */
		return false;
	}
	return true;
}

static bool sgr_apply(struct sgr *sgr, const uint32_t *params, size_t n)
{
	struct sgr_state state = sgr->wanted;
	for (size_t i = 0; i < n;) {
		uint32_t p = params[i++];
		if (p == 38 || p == 48) {
			struct sgr_colour *to = p == 38 ? &state.fg : &state.bg;
			size_t used = extended(sgr, params + i, n - i, to);
			if (used == 0)
				return false;
			i += used;
		} else if (!apply_one(&state, p)) {
			return false;
		}
	}
	sgr->wanted = state;
	return true;
}

/* Parameters of "ESC[...m" of @n bytes; false: too many, or a form with colons. */
static bool parameters(const char *s, size_t n, uint32_t params[PARAMS_MAX],
		       size_t *count)
{
	*count = 1;
	params[0] = 0;
	for (size_t i = 2; i + 1 < n; i++) {
		if (s[i] == ';') {
			if (*count == PARAMS_MAX)
				return false;
			params[(*count)++] = 0;
		} else if (s[i] >= '0' && s[i] <= '9' && params[*count - 1] < 1000) {
			uint32_t *p = &params[*count - 1];
			*p = *p * 10 + (uint32_t)(s[i] - '0');
		} else {
			return false;
		}
	}
	return true;
}

/* Length of the sequence at @s, which begins with ESC. */
static size_t sequence(const char *s, size_t n)
{
	size_t i = 2;
	if (n < 2)
		return n;
	if (s[1] != '[') /* ESC ( B, ESC 7, ESC = */
		return s[1] >= 0x20 && s[1] < 0x30 && n > 2 ? 3 : 2;
	while (i < n && (unsigned char)s[i] < 0x40)
		i++;
	return i < n ? i + 1 : n;
}

/* ---- writing ---------------------------------------------------------------- */

static void sgr_put(struct writing *w, const char *bytes, size_t n)
{
	memcpy(w->dst + w->len, bytes, n);
	w->len += n;
}

/* "N;" -- the last ';' becomes the 'm'. */
static void sgr_put_number(struct writing *w, uint32_t n)
{
	char digits[12];
	sgr_put(w, digits, text_format(digits, sizeof(digits), "%u;", (unsigned)n));
}

static void put_colour(struct writing *w, struct sgr_colour colour, uint32_t ground)
{
	switch ((enum sgr_kind)colour.kind) {
	case SGR_DEFAULT:
		sgr_put_number(w, ground + 9);
		break;
	case SGR_CODE:
		sgr_put_number(w, colour.value + ground - 30);
		break;
	case SGR_INDEX:
		sgr_put_number(w, ground + 8);
		sgr_put_number(w, 5);
		sgr_put_number(w, colour.value);
		break;
	case SGR_RGB:
		sgr_put_number(w, ground + 8);
		sgr_put_number(w, 2);
		sgr_put_number(w, colour.value >> 16 & 255);
		sgr_put_number(w, colour.value >> 8 & 255);
		sgr_put_number(w, colour.value & 255);
		break;
	}
}

static bool plain(const struct sgr_state *s)
{
	return s->bits == 0 && s->fg.kind == SGR_DEFAULT && s->bg.kind == SGR_DEFAULT;
}

/* Write the difference. An attribute goes only with a reset: not all terminals know
 * how to switch off one. */
static void sgr_put_difference(struct writing *w)
{
	struct sgr_state *sent = &w->sgr->sent;
	const struct sgr_state *wanted = &w->sgr->wanted;
	size_t before = w->len;
	sgr_put(w, "\033[", 2);
	if (!sent->known || (sent->bits & ~(unsigned)wanted->bits) != 0 ||
	    (plain(wanted) && !plain(sent))) {
		*sent = (struct sgr_state){.known = true};
		if (plain(wanted)) {
			sgr_put(w, "m", 1);
			*sent = *wanted;
			return;
		}
		sgr_put_number(w, 0);
	}
	for (unsigned n = 1; n <= 9; n++)
		if ((wanted->bits & ~(unsigned)sent->bits & 1U << n) != 0)
			sgr_put_number(w, n);
	if (!colour_equal(sent->fg, wanted->fg))
		put_colour(w, wanted->fg, 30);
	if (!colour_equal(sent->bg, wanted->bg))
		put_colour(w, wanted->bg, 40);
	*sent = *wanted;
	sent->known = true;
	if (w->len == before + 2)
		w->len = before; /* there was no difference */
	else
		w->dst[w->len - 1] = 'm';
}

/* (1) Does a blank look the same in the terminal's state? */
static bool same_on_blank(const struct sgr *sgr)
{
	const unsigned seen = 1U << UNDERLINE | 1U << REVERSE | 1U << STRIKE;
	const struct sgr_state *a = &sgr->sent;
	const struct sgr_state *b = &sgr->wanted;
	return a->known && (a->bits & seen) == 0 && (b->bits & seen) == 0 &&
	       colour_equal(a->bg, b->bg);
}

/* (4) */
static bool is_whole_region(const struct sgr *sgr, const char *s, size_t n)
{
	uint32_t params[PARAMS_MAX];
	size_t count;
	if (n < 3 || s[1] != '[' || s[n - 1] != 'r' ||
	    !parameters(s, n, params, &count))
		return false;
	return !sgr->begun ||
	       (count == 2 && params[0] == 1 && params[1] == (uint32_t)sgr->rows);
}

/* (5) Times the character before the sequence is repeated; 0: it is another one. */
static size_t repeats(const char *s, size_t n)
{
	uint32_t params[PARAMS_MAX];
	size_t count;
	if (n < 4 || s[1] != '[' || s[n - 1] != 'b' ||
	    !parameters(s, n, params, &count) || count != 1)
		return 0;
	return params[0];
}

size_t sgr_repeated(const char *src, size_t len)
{
	size_t sum = 0;
	for (size_t i = 0; i < len; i++)
		if (src[i] == '\033')
			sum += repeats(src + i, sequence(src + i, len - i));
	return sum;
}

/* Moves of the cursor look the same under any attribute; erasing does not. */
static bool is_move(const char *s, size_t n)
{
	return s[1] == '[' && s[n - 1] != '\0' && strchr("ABCDGHdf", s[n - 1]) != NULL;
}

static void put_move(struct writing *w, const char *s, size_t n)
{
	char move[CURSOR_MOVE_MAX];
	int len = cursor_sequence(&w->sgr->cursor, s, n, move);
	if (len < 0)
		sgr_put(w, s, n);
	else
		sgr_put(w, move, (size_t)len);
}

static void put_sequence(struct writing *w, const char *s, size_t n)
{
	uint32_t params[PARAMS_MAX];
	size_t count;
	struct sgr *sgr = w->sgr;
	if (n >= 3 && s[1] == '[' && s[n - 1] == 'm' &&
	    parameters(s, n, params, &count) && sgr_apply(sgr, params, count))
		return;
	if (n == 3 && memcmp(s, "\033(B", 3) == 0) {
		if (!sgr->charset_sent)
			sgr_put(w, s, n);
		sgr->charset_sent = true;
		return;
	}
	if (repeats(s, n) > 0) {
		memset(w->dst + w->len, w->last, repeats(s, n));
		w->len += repeats(s, n);
		for (size_t i = 0; i < repeats(s, n); i++)
			cursor_byte(&sgr->cursor, (unsigned char)w->last);
		return;
	}
	if (is_whole_region(sgr, s, n)) {
		put_move(w, "\033[r", 3);
		return;
	}
	if (n < 2 || !is_move(s, n))
		sgr_put_difference(w);
	put_move(w, s, n);
	/* (2) It may have changed attributes or character sets. */
	if (n >= 3 && s[1] == '[' && s[n - 1] == 'm')
		sgr->sent.known = false;
	else if (n >= 2 && s[1] != '[')
		sgr_forget(sgr);
}

size_t sgr_write(struct sgr *sgr, char *dst, const char *src, size_t len)
{
	enum { ESC = 0x1b, SHIFT_IN = 0x0f };
	struct writing w = {.sgr = sgr, .dst = dst};
	for (size_t i = 0; i < len;) {
		unsigned char c = (unsigned char)src[i];
		if (c == ESC) {
			size_t n = sequence(src + i, len - i);
			put_sequence(&w, src + i, n);
			i += n;
			continue;
		}
		/* A line that scrolls in has the current background. */
		bool blank = c == ' ' || c == '\n';
		if (blank ? !same_on_blank(sgr) : c > ' ')
			sgr_put_difference(&w);
		if (c != SHIFT_IN || !sgr->charset_sent)
			sgr_put(&w, src + i, 1);
		cursor_byte(&sgr->cursor, c);
		w.last = (char)c;
		sgr->charset_sent |= c == SHIFT_IN;
		i++;
	}
	sgr->begun = true;
	return w.len;
}
