/*
 * scoreboard.h -- what the readers of RMonitor and Multiloop share
 *
 * Both protocols send a line for each record: the time of day and of the race every second,
 * each crossing once, and the standing of each car repeatedly. board.c takes lines apart,
 * board_clock.c maps the source's clock and finds the start and the flags, board_laps.c emits
 * events about cars.
 */
#ifndef PITWALL_FEED_SCOREBOARD_H
#define PITWALL_FEED_SCOREBOARD_H

#include "lines.h"
#include "pitwall/wire.h"

enum {
	BOARD_LENGTH_MAX = 1000 * 1000, /* of a circuit, thousandths of km or miles */
	BOARD_UNKNOWN_MAX = 8,
	BOARD_CARS_MAX = 256,
	BOARD_LAPS_BELIEVED = 100000,
};
#define BOARD_TOTAL_MAX (30 * US_DAY)
/* Clocks that differ by at most this agree. */
#define BOARD_STEP (2 * US_S)

struct board {
	struct decoding_state common; /* now: the last heartbeat */
	instant_us start;             /* of the run */
	instant_us before;            /* the heartbeat before the last */
	instant_us lead_at;           /* first crossing with the most laps */
	duration_us offset;           /* the source's clock minus UTC */
	duration_us skew;             /* by how much a clock was set during the run */
	uint32_t run, part; /* part: how often the run restarted under its number */
	uint32_t lead_laps;
	uint32_t unknown[BOARD_UNKNOWN_MAX]; /* hashes of names that were reported */
	uint16_t unknown_count;
	uint8_t flag;         /* enum flag */
	uint8_t field;        /* enum session_field */
	uint8_t session_bits; /* of the SESSION that is due */
	bool start_known, offset_known, exact;
	bool beats; /* a heartbeat was received */
	bool session_due;
	bool closed_told; /* a closed session was named; it is due again when it runs */
	char title[64];   /* of the run */
	uint32_t circuit_sum, circuit_length; /* as last reported; 0 */
};

/* What both readers keep of a car. */
struct board_car {
	duration_us total;      /* of its last counted crossing; NONE */
	duration_us said_total; /* from the last standing; NONE */
	duration_us said_best;  /* NONE: none, or taken back */
	uint32_t said_best_lap; /* its number; 0 unknown */
	uint32_t laps;          /* laps counted */
	uint32_t claimed_laps;
	uint16_t claimed_rank;
	bool new_total : 1, new_best : 1; /* said_... has no claim yet */
	char id[EVENT_ID_MAX + 1];
};

struct board_in;
/* The differences between the protocols. */
struct board_protocol {
	struct lines_rule lines;
	/** Length of the name of a known record at the beginning of @s; 0: none. */
	size_t (*record_at)(struct slice s);
	void (*read)(struct board_in *in, struct slice record);
	/** Emit the SESSION event, if that is still due. */
	void (*session)(const struct board_in *in);
};

/* The line being decoded; the first member of each reader's own struct. */
struct board_in {
	struct decoding d;
	struct board *board;
	const struct board_protocol *protocol;
};

/* ---- board.c ---------------------------------------------------------------------- */

void board_init(struct board *board, const struct feed_setup *setup);
struct board_in board_begin(struct board *board, const struct board_protocol *protocol,
			    instant_us received_at, uint32_t record,
			    struct event_list *out);
/** Read all records of a message. */
void board_read(struct board_in *in, struct slice message);
struct event *board_event(const struct board_in *in, enum event_kind kind,
			  instant_us at);
struct event *board_car_event(const struct board_in *in, enum event_kind kind,
			      instant_us at, const struct board_car *car);
/** Report the name of the circuit or the length of its lap, when they change. */
void board_circuit(const struct board_in *in, struct slice name, struct slice length);
/** Report an unknown record, once for each name. */
void board_unknown(const struct board_in *in, struct slice name);
void board_bad_field(const struct board_in *in, struct slice record, const char *what,
		     struct slice field);
/** For lines_sniff(): -1 for a recorder's note. */
int board_look(struct slice line, size_t (*record_at)(struct slice s));

/* ---- board_clock.c ------------------------------------------------------------------ */

duration_us board_apart(duration_us a, duration_us b);
/** The source's clock is @off ahead of ours, and differs by @apart from what is known.
 * Learns the zone: a whole number of quarters of an hour if that fits to a minute. */
void board_learn_offset(const struct board_in *in, duration_us off, duration_us apart);
void board_fix_start(const struct board_in *in, instant_us at);
/** Forget the last run. */
void board_begin_run(struct board *board);
/** The flag of the current heartbeat. */
void board_show_flag(const struct board_in *in, enum flag flag);

/* ---- board_laps.c ------------------------------------------------------------------- */

/** Emit a SESSION event. */
void board_session(const struct board_in *in, uint32_t number, const char *title);
/** Emit what is new of laps, total, rank and best lap. @stale: laps and total are old.
 */
void board_claims(const struct board_in *in, struct board_car *car, uint32_t laps,
		  uint16_t rank, bool stale);
void board_decide(const struct board_in *in, const struct board_car *car,
		  enum decision_kind kind, int64_t by, const char *reason);
/** Note that a car completed @lap at @total. */
void board_lead(struct board *board, uint32_t lap, duration_us total);

#endif
