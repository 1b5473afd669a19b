/*
 * frames.h -- canvases and a theme made by hand for the tests of term
 */
#ifndef PITWALL_TEST_TERM_FRAMES_H
#define PITWALL_TEST_TERM_FRAMES_H

#include "pitwall/theme.h"

/** A theme in which every role has its own colour, and some an attribute. */
const struct theme *frame_theme(void);
/** A canvas of blanks; the cells are freed by the caller. */
struct canvas frame_new(int cols, int rows);
void frame_put(struct canvas *canvas, int x, int y, uint32_t cp, enum role role);
void frame_text(struct canvas *canvas, int x, int y, const char *text, enum role role);
/** Change @changes cells at random: letters, drawing, wide ones, marks, roles. */
void frame_scribble(struct canvas *canvas, uint64_t *seed, unsigned changes);

#endif
