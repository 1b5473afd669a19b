/*
 * canvas.h -- a screen as a value: cells of {character, role}
 *
 * A screen draws here; term shows it, paint.h makes text, ANSI or SVG of it.
 *
 *  (1) Roles, never colours: a theme gives each role its look, mono included.
 *  (2) A cell is one column wide. A wide character takes two cells, the second
 *      with CELL_CONTINUES. At most one combining mark is kept a cell.
 *  (3) Drawing outside is legal and does nothing.
 *  (4) A target of the mouse is recorded where it is drawn (canvas_hit), and computed nowhere
 *      else; so is the value that a cell shows (canvas_figure).
 */
#ifndef PITWALL_CANVAS_H
#define PITWALL_CANVAS_H

#include "pitwall/base.h"

/* The enum and its names. */
#define ROLES(X)                            \
	X(TEXT, "text")                     \
	X(DIM, "dim")                       \
	X(RULE, "rule")                     \
	X(HEADER, "header")                 \
	X(TITLE, "title")                   \
	X(STRONG, "strong")                 \
	X(KEY, "key")                       \
	X(CLASS_BEST, "class-best")         \
	X(PERSONAL_BEST, "personal-best")   \
	X(CHANGED, "changed")               \
	X(GAINED, "gained")                 \
	X(LOST, "lost")                     \
	X(IN_PIT, "in-pit")                 \
	X(AT_RISK, "at-risk")               \
	X(NOT_CLASSIFIED, "not-classified") \
	X(STOPPED, "stopped")               \
	X(INVITED, "invited")               \
	X(GUESS, "guess")                   \
	X(CLASS_1, "class-1")               \
	X(CLASS_2, "class-2")               \
	X(CLASS_3, "class-3")               \
	X(CLASS_4, "class-4")               \
	X(CLASS_5, "class-5")               \
	X(CLASS_6, "class-6")               \
	X(FLAG_UNKNOWN, "flag-unknown")     \
	X(FLAG_GREEN, "flag-green")         \
	X(FLAG_YELLOW, "flag-yellow")       \
	X(FLAG_SC, "flag-sc")               \
	X(FLAG_RED, "flag-red")             \
	X(FLAG_FINISH, "flag-finish")       \
	X(TRACK, "track")                   \
	X(PIT_LANE, "pit-lane")             \
	X(PLAYHEAD, "playhead")             \
	X(BEHIND_LIVE, "behind-live")       \
	X(NOTICE, "notice")                 \
	X(ERROR, "error")                   \
	X(PROMPT, "prompt")                 \
	X(THRESHOLD, "threshold")

enum role {
#define X(id_, name_) ROLE_##id_,
	ROLES(X)
#undef X
		ROLE_COUNT
};
const char *role_name(enum role role);

enum { CELL_SELECTED = 1, CELL_CONTINUES = 2, CELL_CUT = 4 };
struct cell {
	uint32_t cp;   /* code point; 0 is a blank */
	uint16_t mark; /* one combining mark, or 0 */
	uint8_t role;
	uint8_t bits; /* CELL_SELECTED: reversed; CELL_CONTINUES; CELL_CUT: the sign
			 after a text that was cut here */
};

enum { CANVAS_COLS_MAX = 400, CANVAS_ROWS_MAX = 150 };
struct canvas {
	struct cell *cells; /* cols * rows, row by row, of the caller */
	int cols, rows;
	bool ascii;   /* letters fall back to their base, drawing to ASCII */
	bool console; /* what the fonts of a Linux console have: Latin letters, lines
			   and blocks; braille becomes half blocks */
	uint32_t *
		hits; /* what a press on each cell means (4), cols * rows of the caller;
			   NULL: not recorded */
	uint32_t *figures; /* the same: which value each cell shows (4) */
};

struct rect {
	int x, y, w, h;
};

void canvas_clear(struct canvas *canvas);
/** Put a code point, or its fallback in an ascii canvas. */
void canvas_put(struct canvas *canvas, int x, int y, uint32_t cp, enum role role);
/** Draw @s from (x, y), at most @w cells, cut with an ellipsis when it does not
 * fit (">" in ASCII, where "~" is a guess). Returns cells used. */
int canvas_text(struct canvas *canvas, int x, int y, int w, struct slice s,
		enum role role);
/** The same, right-aligned in @w cells. */
int canvas_right(struct canvas *canvas, int x, int y, int w, struct slice s,
		 enum role role);
void canvas_hline(struct canvas *canvas, int x, int y, int w, enum role role);
void canvas_vline(struct canvas *canvas, int x, int y, int h, enum role role);
/** Add bits (CELL_SELECTED) to a stretch of a row. */
void canvas_mark(struct canvas *canvas, int x, int y, int w, unsigned bits);
/** Change the role of a stretch of a row. */
void canvas_role(struct canvas *canvas, int x, int y, int w, enum role role);
/** Record what a press on a stretch of a row means (hit_of() in view.h); 0: nothing. */
void canvas_hit(struct canvas *canvas, int x, int y, int w, uint32_t hit);
/** The last value recorded for a cell since canvas_clear(); 0 outside. */
uint32_t canvas_hit_at(const struct canvas *canvas, int x, int y);
/** Record that a stretch of a row shows a value (figure_of() in view.h); 0: none. */
void canvas_figure(struct canvas *canvas, int x, int y, int w, uint32_t figure);
/** What the fonts of a Linux console have for a code point: itself, half a block for
 * braille, else as above. */
uint32_t canvas_console(uint32_t cp);

#endif
