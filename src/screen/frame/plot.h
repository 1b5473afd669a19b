/*
 * plot.h -- dots and lines in braille on cells: for the map and for charts
 *
 * A cell has two by four dots; dots are square where a cell is twice as high as wide. A
 * cell has one role, that of the last dot drawn in it: draw what matters last.
 *
 *  (1) Nothing outside the area is changed.
 *  (2) On an ASCII canvas plot_done() replaces the dots by a few marks, chosen by the
 *      position of the dots in the cell.
 */
#ifndef PITWALL_SCREEN_PLOT_H
#define PITWALL_SCREEN_PLOT_H

#include "pitwall/canvas.h"

struct plot {
	struct canvas *canvas;
	struct rect area; /* cells */
};

/* In dots of the area, from its upper left corner. */
struct dots {
	double x, y;
};

/** The cell at (x, y) of the area; NULL outside the area or the canvas. */
struct cell *plot_cell(const struct plot *plot, int x, int y);
void plot_dot(const struct plot *plot, struct dots at, enum role role);
/** A line, clipped to the area. */
void plot_line(const struct plot *plot, struct dots from, struct dots to,
	       enum role role);
/** A line with gaps: where something is left out. */
void plot_dotted(const struct plot *plot, struct dots from, struct dots to,
		 enum role role);
/** A line two dots high, visible among others without colour. */
void plot_bold(const struct plot *plot, struct dots from, struct dots to,
	       enum role role);
/** (2). Cells of the role @strong get a mark that stands out; ROLE_COUNT: no cell. */
void plot_done(const struct plot *plot, enum role strong);

#endif
