/*
 * svg_scan.h -- the SVG of a screen (paint_svg.c), element by element
 *
 * Only what paint_svg.c writes is read: classes of a style, rectangles, paths and runs of
 * text. Anything else is skipped; nothing of the text is trusted.
 */
#ifndef PITWALL_PNG_SVG_SCAN_H
#define PITWALL_PNG_SVG_SCAN_H

#include "pitwall/base.h"

enum svg_element { SVG_END, SVG_SVG, SVG_STYLE, SVG_RECT, SVG_PATH, SVG_TEXT };
enum { SVG_ATTRIBUTES_MAX = 16 };
struct svg_tag {
	enum svg_element element;
	struct slice names[SVG_ATTRIBUTES_MAX], values[SVG_ATTRIBUTES_MAX];
	unsigned count;
	struct slice text; /* of a style or a text, entities as they are */
};
/** Cut the next element off @rest. */
void svg_next(struct slice *rest, struct svg_tag *tag);
/** Its value; empty: there is none. */
struct slice svg_attribute(const struct svg_tag *tag, const char *name);
/** The number at the start of @text, cut off with blanks and commas before it; false:
 * there is none. */
bool svg_number(struct slice *text, double *out);
/** An attribute as a number; @otherwise: it is not there. */
double svg_value(const struct svg_tag *tag, const char *name, double otherwise);

/* ---- looks ------------------------------------------------------------------------ */

/* Of a class: "r12" fills, "l12" and "d12" draw strokes; "b" and "c" are those of a
 * selection, on the colour of a role. */
struct svg_look {
	bool fills, strokes;
	double fill[3], stroke[3]; /* red, green, blue: 0 to 1 */
	double width;              /* of the stroke; 0: as the attribute says */
	bool round, bold, italic, underline;
};
enum { SVG_ROLES_MAX = 64 };
struct svg_style {
	struct svg_look roles[3][SVG_ROLES_MAX]; /* r, l, d */
	struct svg_look on, across;              /* b, c */
	double face;                             /* size of the font */
};
void svg_style_read(struct svg_style *style, struct slice css);
/** The look of an element by its class, fill and stroke. */
struct svg_look svg_look_of(struct svg_style *style, const struct svg_tag *tag);

#endif
