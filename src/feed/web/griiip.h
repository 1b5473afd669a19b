/*
 * griiip.h -- the state of the reader of Griiip, shared by its files
 */
#ifndef PITWALL_FEED_GRIIIP_H
#define PITWALL_FEED_GRIIIP_H

#include "web.h"

/* A lap as the service stamped it, and as it was emitted. */
struct griiip_lap {
	uint32_t number; /* 0: none */
	uint32_t record;
	instant_us stamp; /* the service's */
	instant_us at;    /* emitted */
	duration_us time;
	bool fits; /* its stamp agrees with that of a neighbour */
	uint8_t spare[7];
};

struct griiip_car {
	char id[EVENT_ID_MAX + 1];
	uint8_t driver; /* 1-based; 0 unknown */
	uint8_t driver_count;
	uint8_t spare;
	uint32_t entry_sum, status_sum;
	uint32_t best; /* thousandths of the best lap that was emitted */
	int64_t pid;   /* -1: unknown */
	struct griiip_lap last, before; /* the newest lap and the one before it */
	uint64_t laps[WEB_LAPS_MAX / 64];
	uint64_t pit_in[WEB_LAPS_MAX / 64], pit_out[WEB_LAPS_MAX / 64];
	uint64_t sectors; /* of the current lap that were emitted */
	uint32_t sectors_lap;
	char drivers[WEB_DRIVERS_MAX][8]; /* ids by place */
};

enum { GRIIIP_MESSAGES = 64 };
struct griiip {
	struct decoding_state common;
	uint32_t car_count;
	uint8_t flag;  /* enum flag */
	uint8_t field; /* enum session_field */
	bool started, session_told;
	uint32_t meeting_sum, circuit_sum, weather_sum;
	instant_us flag_at;                 /* of the last flag */
	uint64_t messages[GRIIIP_MESSAGES]; /* hashes of the last ones */
	uint32_t message_count;
	struct griiip_car cars[WEB_CARS_MAX];
};

/* The members that all objects have. */
struct griiip_in {
	struct decoding d;
	struct griiip *state;
	struct slice json;
	instant_us at;          /* ts */
	struct griiip_car *car; /* NULL: of no car */
};

/** Emit a lap; mends its stamp (griiip_laps.c). */
void griiip_lap(const struct griiip_in *in);
void griiip_best_lap(const struct griiip_in *in);
void griiip_sector(const struct griiip_in *in);
void griiip_pit_in(const struct griiip_in *in);
void griiip_pit_out(const struct griiip_in *in);

#endif
