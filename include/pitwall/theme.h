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
	uint8_t attributes8; /* the same where there are but eight colours */
	uint8_t mono;        /* the same without colour */
};
struct theme {
	char name[24];
	int32_t paper, ink; /* of a picture, where a terminal has its own */
	struct look looks[ROLE_COUNT];
};
/** The theme without colours: every meaning by attributes. What all others begin with
 * (their files may leave out how a role looks in mono), and what is shown when none of
 * them can be read. */
extern const struct theme theme_plain;
/** Nearest of the 256, 16 and 8 colours to @rgb (of 256: of the cube and the greys,
 * since the first 16 are anybody's). */
uint8_t theme_near_256(int32_t rgb);
uint8_t theme_near_16(int32_t rgb);
uint8_t theme_near_8(int32_t rgb);

#endif
