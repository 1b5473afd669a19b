/*
 * report.h -- what the files of the report share
 */
#ifndef PITWALL_ENCODE_REPORT_H
#define PITWALL_ENCODE_REPORT_H

#include "write.h"

enum { REPORT_LAPS_MAX = 4096 };

struct report {
	struct out *out;
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct classification *list;
	const struct circuit *circuit;
	const struct circuit_found *found;
	struct season_view *season; /* NULL: none */
	struct season_view_work *season_work;
	instant_us from, to; /* the start, and the last crossing */
	uint32_t front_count;
	instant_us front[REPORT_LAPS_MAX];     /* a lap was first completed by anyone */
	uint8_t class_order[RACE_CLASSES_MAX]; /* by the place of its best car */
	uint8_t class_rank[RACE_CLASSES_MAX + 1];
	unsigned class_count;
};

/** Text made safe for HTML. */
void report_text(struct report *report, struct slice text);
/** "12 · Team" as a label of a car: its number, else its team, else "~NN". */
void report_car(struct report *report, uint16_t car);
void report_duration(struct report *report, duration_us t, enum time_style style);
/** Rank of a car's class, for its colour. */
unsigned report_class(const struct report *report, uint16_t car);

/** Laps the first car had completed at @t, in hundredths (report_svg.c). */
int64_t report_front(const struct report *report, instant_us t);

/** A number of tenths. */
void report_tenths(struct out *out, int64_t v);
/* The circuit (report_map.c), and the plots (report_svg.c), each a figure. */
void report_map(struct report *report);
void report_positions(struct report *report);
void report_gaps(struct report *report);
void report_stints(struct report *report);
void report_pace(struct report *report);
/* What happened, in order of time (report_log.c). */
void report_flags(struct report *report);
void report_log(struct report *report);
/* Titles as the race runs (report_season.c). */
void report_season(struct report *report);

#endif
