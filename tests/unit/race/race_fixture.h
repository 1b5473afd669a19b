/*
 * race_fixture.h -- small races written by hand
 *
 * Events are added in any order; fixture_fold() orders and applies them, and
 * proves every invariant after each. Times are seconds after the start signal,
 * given as they are read in a test: 95.5 is S(95) + MS(500).
 */
#ifndef PITWALL_TEST_RACE_RACE_FIXTURE_H
#define PITWALL_TEST_RACE_RACE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/history.h"

enum { FIXTURE_EVENTS = 8192, FIXTURE_TEXT = 65536, FIXTURE_ROWS = 8192 };

#define START ((instant_us)1000000 * US_S)
#define S(s) ((int64_t)(s)*US_S)
#define MS(ms) ((int64_t)(ms)*US_MS)

struct fixture {
	struct race_setup setup;
	struct race race;
	struct race_tables tables;
	struct lap_row laps[FIXTURE_ROWS];
	struct stint_row stints[FIXTURE_ROWS];
	struct flag_row flags[256];
	struct fault_row faults[FIXTURE_ROWS];
	struct message_row messages[64];
	struct weather_row weather[64];
	struct history_row history[4 * FIXTURE_ROWS];
	struct history_block histories[HISTORY_BLOCKS(4 * FIXTURE_ROWS)];
	struct event_list list;
	struct event events[FIXTURE_EVENTS];
	char text[FIXTURE_TEXT];
	uint32_t order[FIXTURE_EVENTS];
	struct event_slot scratch[2 * FIXTURE_EVENTS];
	struct standings standings;
	struct classification classification;
	struct rules rules;
};

/** A race of three lines a lap, its start known. Valid until the next call. */
struct fixture *fixture_new(void);
/** Fold all events from the beginning; fails the test when a check does. */
void fixture_fold(struct fixture *f);
/** The same up to and including @t. */
void fixture_fold_to(struct fixture *f, instant_us t);

struct event *add_event(struct fixture *f, enum event_kind kind, int64_t t,
			const char *number);
/** A car over a line, @t after the start; @lap 0: the source does not say. */
struct event *add_passing(struct fixture *f, const char *number, uint8_t line,
			  int64_t t, uint32_t lap);
/** A whole lap: three equal sectors ending at @t after the start. */
void add_lap(struct fixture *f, const char *number, uint32_t lap, int64_t from,
	     int64_t to);
/** Laps 1 to @count of @lap_time each, from the start. */
void add_laps(struct fixture *f, const char *number, uint32_t count, int64_t lap_time);
void add_entry(struct fixture *f, const char *number, enum entry_field field,
	       uint32_t value, const char *text);
struct event *add_decision(struct fixture *f, const char *number,
			   enum decision_kind kind, int64_t value, const char *text);
void add_end(struct fixture *f, int64_t t);
void add_flag(struct fixture *f, enum flag flag, int64_t t);

uint16_t find(const struct fixture *f, const char *number);
const struct car *car_of(const struct fixture *f, const char *number);
const struct lap_row *row_of(const struct fixture *f, const char *number, uint32_t lap);
/** Numbers in the order of the race, blank-separated. */
const char *order_text(const struct fixture *f);
/** Numbers and statuses as classified: "1 CLASSIFIED, 2 DNF". */
const char *classify_text(struct fixture *f);
const struct result *result_of(const struct fixture *f, const char *number);
const struct standing *standing_of(struct fixture *f, const char *number);
/** The gap as the screen shows it. */
const char *gap_text(struct gap gap);
/** How many faults of a kind there are. */
unsigned faults(const struct fixture *f, enum fault fault);

#endif
