/*
 * fonts.h -- a font for each character: a monospaced one, else any that has it
 */
#ifndef PITWALL_PNG_FONTS_H
#define PITWALL_PNG_FONTS_H

#include "pitwall/base.h"

#include <cairo.h>

enum { FONTS_MAX = 64, FONTS_MISSING_MAX = 8 };
struct fonts {
	double size;
	struct {
		cairo_scaled_font_t *font;
		uint32_t cp; /* 0: of all characters that it has */
		bool bold, italic;
	} rows[FONTS_MAX];
	unsigned count;
	uint32_t missing
		[FONTS_MISSING_MAX]; /* the first characters without a font ... */
	unsigned missing_count;      /* and how many there are */
};
/** @size of the font in units of @cairo. */
void fonts_begin(struct fonts *fonts, double size);
void fonts_end(struct fonts *fonts);
/** Draw @cp with its base line at (@x, @y), made narrower where it is wider than @room. */
struct fonts_at {
	double x, y, room;
	bool bold, italic;
};
void fonts_draw(struct fonts *fonts, cairo_t *cairo, uint32_t cp, struct fonts_at at);

#endif
