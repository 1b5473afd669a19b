/*
 * control_screen.h -- the blocks of the control screen
 */
#ifndef PITWALL_SCREEN_CONTROL_H
#define PITWALL_SCREEN_CONTROL_H

#include "history_words.h"

/** Flags: how often, how long, and how many laps of the front. Lines it wants. */
int control_flags_lines(const struct view *view);
void control_flags(const struct view *view, struct canvas *canvas, struct rect area);
/** The weather now and how it changed; @area.h of 2: in words alone. */
void control_weather(const struct view *view, struct canvas *canvas, struct rect area);
bool control_has_weather(const struct view *view);
/** What the stewards decided, of all cars, newest first. */
void control_decisions(const struct scene *scene, struct canvas *canvas,
		       struct rect area);

#endif
