/*
 * direct.h -- true colour for terminals whose terminfo entry knows but 256
 * (of this room only)
 *
 * ncurses is given palette indices, and the SGR sequences it writes for them are
 * replaced by the colours themselves. Text cannot be mistaken for a sequence: no
 * escape reaches ncurses in a cell.
 */
#ifndef PITWALL_TERM_DIRECT_H
#define PITWALL_TERM_DIRECT_H

#include "pitwall/base.h"

enum { DIRECT_FIRST = 16, DIRECT_MAX = 240 };
struct direct {
	uint32_t rgb[DIRECT_MAX]; /* of index DIRECT_FIRST + i */
	unsigned count;
};

/** Index that stands for a colour; -1: no more room. */
int direct_index(struct direct *direct, uint32_t rgb);
/** The longest direct_write() makes of @len bytes. */
size_t direct_room(size_t len);
/** Copy @src with its indexed colours replaced; returns the length. */
size_t direct_write(const struct direct *direct, char *dst, const char *src,
		    size_t len);

#endif
