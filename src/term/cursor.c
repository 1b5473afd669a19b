/*
 * cursor.c -- the shortest moves (cursor.h)
 *
 * Cited rules are those of cursor.h. CUP, CHA, VPA, CUU to CUB: ECMA-48 8.3.
 */
#include "cursor.h"

#include <string.h>

static void forget(struct cursor *cursor)
{
	cursor->row = cursor->col = 0;
}

void cursor_byte(struct cursor *cursor, unsigned char byte)
{
	enum { BS = 8, TAB = 9, LF = 10, FF = 12, CR = 13, DEL = 0x7f };
	if (byte >= ' ' && byte < DEL) {
		/* In the last column the cursor waits, or has wrapped. */
		if (cursor->col > 0 && ++cursor->col > cursor->cols)
			forget(cursor);
	} else if (byte >= DEL || byte == TAB) {
		cursor->col = 0; /* (1) */
	} else if (byte == BS) {
		cursor->col -= cursor->col > 1;
	} else if (byte == CR) {
		cursor->col = 1;
	} else if (byte >= LF && byte <= FF) {
		forget(cursor);
	}
}

/* ---- the ways there are -------------------------------------------------------- */

struct way {
	char text[CURSOR_MOVE_MAX];
	size_t len;
};

static void way_number(struct way *way, int n, char final)
{
	if (n == 1)
		way->len = text_format(way->text, sizeof(way->text), "\033[%c", final);
	else
		way->len = text_format(way->text, sizeof(way->text), "\033[%d%c", n,
				       final);
}

static void way_shorter(struct way *best, const struct way *other)
{
	if (other->len < best->len)
		*best = *other;
}

/* Up or down, in the column that it is in; false: there is no way. */
static bool way_to_row(const struct cursor *cursor, int row, struct way *best)
{
	struct way other;
	best->len = 0;
	if (cursor->row == row)
		return true;
	best->len = CURSOR_MOVE_MAX;
	if (cursor->vpa)
		way_number(best, row, 'd');
	if (cursor->relative && cursor->row > 0) {
		way_number(&other,
			   row > cursor->row ? row - cursor->row : cursor->row - row,
			   row > cursor->row ? 'B' : 'A');
		way_shorter(best, &other);
	}
	return best->len < CURSOR_MOVE_MAX;
}

static bool way_to_col(const struct cursor *cursor, int col, struct way *best)
{
	enum { BACKSPACES_MOST = 3 };
	struct way other;
	int by = col - cursor->col;
	best->len = 0;
	if (cursor->col == col)
		return true;
	best->len = CURSOR_MOVE_MAX;
	if (cursor->hpa)
		way_number(best, col, 'G');
	if (cursor->col > 0 && by < 0 && -by <= BACKSPACES_MOST) {
		memset(other.text, '\b', (size_t)-by);
		other.len = (size_t)-by;
		way_shorter(best, &other);
	} else if (cursor->col > 0 && cursor->relative) {
		way_number(&other, by > 0 ? by : -by, by > 0 ? 'C' : 'D');
		way_shorter(best, &other);
	}
	if (col == 1)
		*best = (struct way){.text = "\r", .len = 1};
	return best->len < CURSOR_MOVE_MAX;
}

static int way_write(struct cursor *cursor, int row, int col, char out[CURSOR_MOVE_MAX])
{
	struct way address, down, over;
	if (col == 1 && row == 1)
		address.len = text_format(address.text, sizeof(address.text), "\033[H");
	else if (col == 1)
		way_number(&address, row, 'H');
	else
		address.len = text_format(address.text, sizeof(address.text),
					  "\033[%d;%dH", row, col);
	if (way_to_row(cursor, row, &down) && way_to_col(cursor, col, &over) &&
	    down.len + over.len < address.len) {
		memcpy(down.text + down.len, over.text, over.len);
		down.len += over.len;
		address = down;
	}
	memcpy(out, address.text, address.len);
	cursor->row = row;
	cursor->col = col;
	return (int)address.len;
}

/* ---- sequences -------------------------------------------------------------------- */

/* Up to two numbers between "CSI" and the last byte; false: there is anything else. */
static bool numbers(const char *s, size_t n, int out[2])
{
	unsigned count = 0;
	out[0] = out[1] = 0;
	for (size_t i = 2; i + 1 < n; i++) {
		if (s[i] == ';' && count == 0)
			count = 1;
		else if (s[i] >= '0' && s[i] <= '9' && out[count] < 10000)
			out[count] = out[count] * 10 + (s[i] - '0');
		else
			return false;
	}
	out[0] += out[0] == 0;
	out[1] += out[1] == 0;
	return true;
}

/* Where a move leads; 0: that is not known. False: it is no move. */
static bool target(const struct cursor *cursor, char final, const int p[2], int *row,
		   int *col)
{
	*row = cursor->row;
	*col = cursor->col;
	switch (final) {
	case 'H':
	case 'f':
		*row = p[0];
		*col = p[1];
		return true;
	case 'G':
		*col = p[0];
		return true;
	case 'd':
		*row = p[0];
		return true;
	case 'A':
		*row = *row > p[0] ? *row - p[0] : 0;
		return true;
	case 'B':
		*row = *row > 0 ? *row + p[0] : 0;
		return true;
	case 'C':
		*col = *col > 0 ? *col + p[0] : 0;
		return true;
	case 'D':
		*col = *col > p[0] ? *col - p[0] : 0;
		return true;
	default:
		return false;
	}
}

/* What leaves the cursor where it was: attributes, character sets, erasing, characters
 * put in or taken out. */
static bool stays(const char *s, size_t n)
{
	if (s[1] == '(' || s[1] == ')')
		return true;
	return s[1] == '[' && strchr("mJKPX@", s[n - 1]) != NULL;
}

int cursor_sequence(struct cursor *cursor, const char *s, size_t n,
		    char out[CURSOR_MOVE_MAX])
{
	int p[2], row, col;
	if (n < 2 || stays(s, n))
		return -1;
	if (n < 3 || s[1] != '[' || !numbers(s, n, p) ||
	    !target(cursor, s[n - 1], p, &row, &col)) {
		forget(cursor); /* (2) */
		return -1;
	}
	if (row > 0 && col > 0 && col <= cursor->cols)
		return way_write(cursor, row, col, out);
	cursor->row = row;
	cursor->col = col <= cursor->cols ? col : 0;
	return -1;
}
