/*
 * happened.h -- what happened, in words, as a line of a screen (happened_words.c)
 */
#ifndef PITWALL_SCREEN_HAPPENED_H
#define PITWALL_SCREEN_HAPPENED_H

#include "parts.h"
#include "pitwall/happened.h"

/* A walk back from the playhead; @car: CAR_NONE of all. */
void happened_walk_begin(struct happened_walk *walk, const struct view *view,
			 uint32_t kinds, uint16_t car);
/** In words, without the time and the car. @out->role is that of the first *@coloured
 * cells, the rest is plain. @own: in a list of one car. */
void happened_words(const struct view *view, const struct happened *what, bool own,
		    struct field *out, int *coloured);
/** "+10 s, speed in the pit lane". */
void decision_append(const struct race *race, unsigned index, struct field *out);

/* BRIEF: time, car, words. OWN: without the car. FULL: with the kind, where there is
 * room for it. */
enum happened_how { HAPPENED_BRIEF, HAPPENED_OWN, HAPPENED_FULL };
void happened_draw(const struct scene *scene, const struct happened *what,
		   struct canvas *canvas, struct rect at, enum happened_how how);

#endif
