/*
 * paint.h -- a canvas as text, ANSI or SVG (pure; used by render and tests)
 */
#ifndef PITWALL_PAINT_H
#define PITWALL_PAINT_H

#include "pitwall/encode.h"
#include "pitwall/theme.h"

/* PNG: drawn by the program pitwall-png; paint_canvas() writes the SVG that it reads. */
enum paint { PAINT_TEXT, PAINT_ANSI, PAINT_SVG, PAINT_PNG };

/** TEXT: rows with trailing blanks cut. ANSI: SGR per run, reset at each row's
 * end. SVG: one document, a font stack of system monospace faces, real text. */
void paint_canvas(struct out *out, const struct canvas *canvas, enum paint paint,
		  const struct theme *theme, enum palette palette);

#endif
