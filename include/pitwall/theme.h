/*
 * theme.h -- how roles look: colours and attributes
 */
#ifndef PITWALL_THEME_H
#define PITWALL_THEME_H

#include "pitwall/canvas.h"

/** How many colours a terminal, or a text in ANSI, may use. */
enum palette { PALETTE_MONO, PALETTE_8, PALETTE_16, PALETTE_256, PALETTE_TRUE };

enum {
	LOOK_BOLD = 1,
	LOOK_DIM = 2,
	LOOK_ITALIC = 4,
	LOOK_UNDERLINE = 8,
	LOOK_REVERSE = 16
};
struct look {
	int32_t fg, bg; /* 0xRRGGBB, or -1: the terminal's own */
	uint8_t fg256;  /* nearest of 256, 16 and 8 when fg >= 0 */
	uint8_t bg256;
	uint8_t fg16, bg16, fg8, bg8;
	uint8_t attributes;  /* LOOK_ bits in colour */
	uint8_t attributes8; /* LOOK_ bits where there are eight colours */
	uint8_t mono;        /* LOOK_ bits without colour */
};
struct theme {
	char name[24];
	int32_t paper, ink; /* background and text of an SVG */
	struct look looks[ROLE_COUNT];
};
/** The theme without colours: attributes alone. Other themes start from a copy of it, so
 * a file may leave out the mono looks; it is the fallback when no file can be read. */
extern const struct theme theme_plain;
/** Nearest palette colour to @rgb. Of 256, only the cube and the greys are used: the
 * first 16 differ between terminals. */
uint8_t theme_near_256(int32_t rgb);
uint8_t theme_near_16(int32_t rgb);
uint8_t theme_near_8(int32_t rgb);

#endif
