/*
 * encode.h -- what leaves: events as CSV and JSON Lines, screens as text, ANSI
 * and SVG, rows as CSV, JSON and tables
 *
 * Everything is written through a struct out: pure code formats, the shell
 * decides where bytes go.
 */
#ifndef PITWALL_ENCODE_H
#define PITWALL_ENCODE_H

#include "pitwall/race.h"

/* A sink for bytes. write() is called with each full buffer; a failure is kept
 * in `failed` (negative errno) and later writes do nothing. */
struct out {
	int (*write)(void *context, const char *bytes, size_t len);
	void *context;
	char *buf;
	size_t len, max;
	int failed;
};
void out_bytes(struct out *out, const char *bytes, size_t len);
void out_text(struct out *out, const char *z);
void out_format(struct out *out, const char *fmt, ...) PRINTF_LIKE(2, 3);
/** A CSV field, quoted as RFC 4180 asks. */
void out_csv(struct out *out, struct slice field, char separator);
/** A JSON string with its quotes. */
void out_json(struct out *out, struct slice text);
/** Seconds with six decimals, or "null" for DURATION_NONE. */
void out_seconds(struct out *out, duration_us t);
/** Flush; returns `failed`. */
int out_flush(struct out *out);

enum format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON };

/** `results` as DESIGN.md section 6 says. @class_only: NULL or a class name. */
void encode_results(struct out *out, enum format format, const struct race *race,
		    const struct rules *rules,
		    const struct classification *classification,
		    const char *class_only);
/** `laps`; @car CAR_NONE for all cars, in the order of classification. @times
 * within the race only up to its lap_count. */
void encode_laps(struct out *out, enum format format, const struct race *race,
		 const struct race_tables *tables, const uint16_t *cars,
		 uint32_t car_count);
/** One event as a line of JSON. */
void encode_event_json(struct out *out, const struct event_list *list,
		       const struct event *event);
/** A race in the shape of an Al Kamel lap file, which reads back to the same
 * results. */
void encode_alkamel(struct out *out, const struct race *race,
		    const struct race_tables *tables);

#endif
