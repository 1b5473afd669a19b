/*
 * cursor.h -- where the terminal's cursor is, and the shortest way to another cell (of
 * this room only)
 *
 * Pure. ncurses looks for a shorter way than an address only within eight cells. Here
 * every move becomes the shortest of: an address, a row and a column, so many cells.
 *
 *  (1) Behind a character that is not ASCII the column is not known: terminals disagree
 *      on widths. It is known again behind the next column that is named.
 *  (2) What is not understood makes the place unknown; then the address stays.
 *  (3) Only forms that the terminfo entry has are written.
 */
#ifndef PITWALL_TERM_CURSOR_H
#define PITWALL_TERM_CURSOR_H

#include "pitwall/base.h"

struct cursor {
	int row, col;  /* from 1; 0: not known */
	int cols;      /* of the terminal; 0: moves are left as they are */
	bool hpa, vpa; /* CSI n G, CSI n d */
	bool relative; /* CSI n A to D */
};

enum { CURSOR_MOVE_MAX = 32 };

/** A byte of text, or a control, goes to the terminal. */
void cursor_byte(struct cursor *cursor, unsigned char byte);
/** A sequence of @n bytes goes there. A move is written to @out instead, perhaps with
 * no bytes: its length comes back; -1: it is to be written as it is. */
int cursor_sequence(struct cursor *cursor, const char *s, size_t n,
		    char out[CURSOR_MOVE_MAX]);

#endif
