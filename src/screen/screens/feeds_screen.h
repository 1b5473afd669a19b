/*
 * feeds_screen.h -- what the files of the feeds screen share
 */
#ifndef PITWALL_SCREEN_FEEDS_SCREEN_H
#define PITWALL_SCREEN_FEEDS_SCREEN_H

#include "fitter.h"
#include "parts.h"

/** Name of a source by index; empty when unknown. */
struct slice feed_source_name(const struct view *view, uint16_t source);
/** Log of anomalies and estimates, newest first. */
void feed_log_draw(const struct view *view, struct canvas *canvas, struct rect area);
/** Name of a line at the circuit, else "I2". */
const char *feed_line_label(const struct view *view, unsigned line);
/** Add the faults of the race at the playhead to @counts, of the first @max sources. Cars
 * that joined late are one, as in the log. */
void feed_faults_add(const struct view *view, uint32_t counts[][ANOMALY_COUNT],
		     unsigned max);
/** Loops and transponders received (feeds_received.c). */
void feed_received_draw(const struct view *view, struct canvas *canvas,
			struct rect area);
/** Missed passings by loop and car (feeds_matrix.c). */
void feed_matrix_draw(const struct view *view, struct canvas *canvas, struct rect area);
/* Tables of cars by lines: width of a car's label and of a line. */
enum { FEED_LABEL = 9, FEED_CELL = 7 };
/** Sort the cars with a number in @among by @by, highest first. Returns how many. */
unsigned feed_order(const struct race *race, const uint32_t *by, const uint32_t *among,
		    uint16_t *order);
void feed_car_label(const struct scene *scene, struct canvas *canvas, struct rect at,
		    uint16_t car);
/** Missed, phantom and unknown passings by car and line; lap counts that differ. */
void feed_counts_draw(const struct view *view, struct canvas *canvas, struct rect area);

#endif
