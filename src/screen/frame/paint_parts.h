/*
 * paint_parts.h -- what paint.c and paint_svg.c share
 */
#ifndef PITWALL_SCREEN_PAINT_PARTS_H
#define PITWALL_SCREEN_PAINT_PARTS_H

#include "pitwall/paint.h"

struct style {
	int32_t fg, bg;
	uint8_t attributes;
};

/** Write the characters of a cell as UTF-8; nothing for the second half of a wide
 * one. */
void paint_cell(struct out *out, const struct cell *cell);
/** Colour between paper (0) and ink (6) of a theme, as 0xRRGGBB. */
int32_t svg_mix(const struct theme *theme, int sixths);
void paint_svg(struct out *out, const struct canvas *canvas, const struct theme *theme);

#endif
