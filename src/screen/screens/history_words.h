/*
 * history_words.h -- what happened, in words, as a line of a screen
 */
#ifndef PITWALL_SCREEN_HISTORY_WORDS_H
#define PITWALL_SCREEN_HISTORY_WORDS_H

#include "parts.h"

/** Open the history up to the playhead; @car: CAR_NONE for all. */
void history_of_view(struct history *history, const struct view *view, uint32_t kinds,
		     uint16_t car);
/** "+10 s, speed in the pit lane". */
void decision_append(const struct race *race, unsigned index, struct field *out);

/* BRIEF: time, car, words. OWN: without the car. FULL: with the kind, where there is
 * room for it. */
enum history_line { LINE_BRIEF, LINE_OWN, LINE_FULL };
/** Draw a row, wrapped to at most at.h lines. Returns the lines. */
int history_draw(const struct scene *scene, const struct history_row *what,
		 struct canvas *canvas, struct rect at, enum history_line how);
/** A line in these words, at the time and in the colour of the row; wrapped to two. */
int history_draw_words(const struct scene *scene, const struct history_row *what,
		       struct slice words, struct canvas *canvas, struct rect at);

#endif
