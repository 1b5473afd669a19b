/*
 * control_screen.h -- the blocks of the control screen
 */
#ifndef PITWALL_SCREEN_CONTROL_SCREEN_H
#define PITWALL_SCREEN_CONTROL_SCREEN_H

#include "history_words.h"

/** Lines of the block of flags. */
int control_flags_lines(const struct view *view);
void control_flags(const struct view *view, struct canvas *canvas, struct rect area);
/** Current weather and its history; with @area.h of 2 in words only. */
void control_weather(const struct view *view, struct canvas *canvas, struct rect area);
bool control_has_weather(const struct view *view);
/** The circuit and how it was found. Returns the lines used. */
int control_circuit(const struct view *view, struct canvas *canvas, struct rect area);
/** The same in one or two lines at the bottom of @area. Returns the lines used. */
int control_circuit_brief(const struct view *view, struct canvas *canvas,
			  struct rect area);
/** Decisions of the stewards, newest first. */
void control_decisions(const struct scene *scene, struct canvas *canvas,
		       struct rect area);

#endif
