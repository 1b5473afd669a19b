/*
 * polled.h -- what the readers of services share that send nothing but standings
 *
 *  (1) Passings and stops are inferred (snapshot.h); every instant is that of a poll.
 *  (2) A line "poll {}" ends a poll: what was not mentioned has not changed. Lines that did not
 *      change since the poll before may be left out.
 *  (3) Another name of the session is another session: all cars begin anew.
 */
#ifndef PITWALL_FEED_POLLED_H
#define PITWALL_FEED_POLLED_H

#include "snapshot.h"
#include "web.h"

enum { POLLED_MESSAGES = 64 };

struct polled_car {
	char id[EVENT_ID_MAX + 1];
	uint8_t spare;
	uint16_t stops; /* as the service counts them, emitted */
	uint32_t entry_sum, driver_sum;
	struct snapshot_car shot;
};

struct polled {
	struct decoding_state common;
	uint8_t flag; /* enum flag */
	bool started;
	uint32_t session_sum, circuit_sum, run, car_count, message_count;
	uint64_t messages[POLLED_MESSAGES]; /* hashes of the last ones */
	struct polled_car cars[WEB_CARS_MAX];
};

/* A standing as a service sends it; empty where it does not say. */
struct polled_row {
	struct slice number, class_name, team, vehicle, driver;
	int64_t laps;    /* -1: not said */
	int64_t stops;   /* -1: not said */
	duration_us lap; /* the last one; DURATION_NONE */
	bool pit_known, in_pit;
};

struct polled_in {
	struct decoding d;
	struct polled *state;
	struct json_reader r;
};

struct polled_channel {
	const char *name;
	void (*read)(struct polled_in *in);
};

void polled_init(void *memory, const struct feed_setup *setup);
/** decode() of feed.h by a table of channels that ends with NULL. */
void polled_decode(const struct polled_channel *channels, struct polled_in *in,
		   struct slice message);
/** For lines_sniff(): a line of one of the channels, but those that other services have too. */
int polled_look(const struct polled_channel *channels, struct slice line);
void polled_session(const struct polled_in *in, struct slice name,
		    enum session_field type);
void polled_circuit(const struct polled_in *in, struct slice name);
void polled_flag(const struct polled_in *in, int flag); /* -1: unknown, no change */
void polled_message(const struct polled_in *in, struct slice text);
void polled_take(const struct polled_in *in, const struct polled_row *row);
/** (2) */
void polled_end(struct polled_in *in);

#endif
