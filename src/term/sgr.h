/*
 * sgr.h -- the attributes of a frame in as few bytes as possible (private)
 *
 * Pure. ncurses resets and sets attributes at every change, blanks included. Here its
 * sequences only set the wanted state; the difference from the terminal's state is
 * written when a character needs it. Moves of the cursor are shortened (cursor.h).
 *
 *  (1) Every character looks as ncurses wrote it; a blank may keep the colour of the
 *      text before it, which is not visible on it.
 *  (2) Unknown sequences are copied; the terminal's state is then unknown and is
 *      written again in full.
 *  (3) True colour for terminals whose terminfo entry knows but 256: indices given
 *      out by sgr_index() represent colours and are written as colours.
 *  (4) A scrolling region of the whole screen is written as none: it then follows the
 *      size of the terminal, which not all terminals do with a region. At first ncurses
 *      takes the lines of the terminfo entry for those of the terminal: any region is
 *      then the whole screen.
 *  (5) REP is not used; a repeated character is written repeatedly. Some terminals that
 *      call themselves xterm do not support it, and some lose their place when the run
 *      ends in the last column.
 *
 * Text cannot be mistaken for a sequence: no escape reaches ncurses in a cell.
 */
#ifndef PITWALL_TERM_SGR_H
#define PITWALL_TERM_SGR_H

#include "cursor.h"

enum { SGR_FIRST = 16, SGR_COLOURS_MAX = 240 };

enum sgr_kind { SGR_DEFAULT, SGR_CODE, SGR_INDEX, SGR_RGB };
struct sgr_colour {
	uint8_t kind;   /* enum sgr_kind */
	uint32_t value; /* 30 to 37 and 90 to 97 for either ground; index; 0xRRGGBB */
};
struct sgr_state {
	struct sgr_colour fg, bg;
	uint16_t bits; /* bit n: SGR n, 1 to 9 */
	bool known;
};

struct sgr {
	struct sgr_state sent, wanted;
	struct cursor cursor;
	bool charset_sent;
	int rows;                      /* of the terminal */
	bool begun;                    /* (4) */
	uint32_t rgb[SGR_COLOURS_MAX]; /* of index SGR_FIRST + i (3) */
	unsigned rgb_count;
};

/** Index for a colour; -1: no more room. */
int sgr_index(struct sgr *sgr, uint32_t rgb);
/** The terminal's state is unknown, as after another program. */
void sgr_forget(struct sgr *sgr);
/** Most bytes that sgr_write() makes of @len bytes, without those of sgr_repeated(). */
size_t sgr_room(size_t len);
/** Bytes that the repeats of @src need when written out (5). */
size_t sgr_repeated(const char *src, size_t len);
/** Copy the whole sequences and characters of @src; returns the length. */
size_t sgr_write(struct sgr *sgr, char *dst, const char *src, size_t len);

#endif
