/*
 * web.h -- what the readers of web services share
 *
 * A service answers with JSON documents. documents.c cuts a document into lines, "CHANNEL VALUE",
 * an object a line; a reader decodes a line at a time, in any order and as often as it is
 * repeated.
 */
#ifndef PITWALL_FEED_WEB_H
#define PITWALL_FEED_WEB_H

#include "lines.h"
#include "pitwall/json.h"

enum {
	WEB_CARS_MAX = 256,
	WEB_LAPS_MAX = 1024, /* more laps than a car completes in 24 hours */
	WEB_DRIVERS_MAX = 6,
	WEB_TEXT_MAX = 160,
	WEB_STOPS_MAX = 1000, /* more is no count of stops */
};

/* The channel of a line that names a document which is damaged. */
#define WEB_DAMAGED "damaged"

struct web_line {
	struct slice channel, json;
};

extern const struct lines_rule web_rule;
/** frame() of feed.h. */
ptrdiff_t web_frame(struct slice buf);
/** Take a message apart. False: too long (counted), blank, a note. */
bool web_read_line(const struct decoding *d, struct slice message,
		   struct web_line *line);
/** For lines_sniff(): 1 where the line begins with one of the @channels and a bracket. */
int web_look(struct slice line, const char *const *channels, size_t count);

/** A string without its escapes in @buf, or a number as written; empty for others. */
struct slice web_text(const struct json_value *value, char *buf, size_t cap);
/** The number of a car: a string, or a whole JSON number; empty for others. */
struct slice web_car_number(const struct json_value *value, char *buf, size_t cap);
/** A whole number, also as a string or with a fraction (cut off). */
bool web_number(const struct json_value *value, int64_t *out);
/** The same; -1 for others. */
int64_t web_count(const struct json_value *value);
/** "1:52.123", a string of a time above 0; DURATION_NONE for others. */
duration_us web_time(const struct json_value *value);
/** A number with a fraction, times 10^@digits. */
bool web_decimal(const struct json_value *value, unsigned digits, int64_t *out);
bool web_is_true(const struct json_value *value);
/** An ISO 8601 time; false also for the year 1, which services send for "unknown". */
bool web_stamp(const struct json_value *value, instant_us *at);
/** "27.06.2026 16:28:34.826", a local time as if it were UTC. */
bool web_local_stamp(struct slice text, instant_us *at);

/** The index of @id among @count ids of @stride bytes that begin with char[EVENT_ID_MAX + 1];
 * @count: there is none. */
size_t web_find(const void *cars, size_t count, size_t stride, struct slice id);

/* Fields of an entry; empty ones are left out. */
struct web_entry {
	struct slice class_name, team, vehicle;
	struct slice drivers[WEB_DRIVERS_MAX];
	uint8_t ratings[WEB_DRIVERS_MAX]; /* enum driver_rating */
};
/** Emit ENTRY events of the car with number @id if they differ from @sum, which they update. */
void web_entry(const struct decoding *d, const char *id, const struct web_entry *entry,
	       uint32_t *sum);
/** An event of the car with number @id. */
struct event *web_car_event(const struct decoding *d, enum event_kind kind,
			    instant_us at, const char *id);
/** A MEETING or CIRCUIT of this name, unless it is empty or the one of @sum, which it updates. */
void web_named(const struct decoding *d, enum event_kind kind, instant_us at,
	       struct slice name, uint32_t *sum);
/** A CLAIM of the stops as a service counts them, without their times, unless it is @kept, which
 * it updates. */
void web_stops(const struct decoding *d, const char *id, int64_t count, uint16_t *kept);
/** "Jack AITKEN" of "AITKEN, Jack", in @buf; other names as they are. */
struct slice web_person(struct slice name, char *buf, size_t cap);
/** Platinum, gold, silver, bronze by name or letter: enum driver_rating; 0 unknown. */
uint8_t web_rating(struct slice name);

/** The length in the name of a race, "6 Hours of Spa"; 0: none is in it. */
duration_us web_hours(struct slice name);

#endif
