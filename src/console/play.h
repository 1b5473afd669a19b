/*
 * play.h -- the playhead: race time as a function of the wall's
 *
 * Pure: wall time (microseconds of a clock that never steps) comes in.
 *
 *  (1) While playing, the playhead is anchor + (wall - anchor's wall) * speed: no
 *      sum of steps, so nothing drifts and a late frame loses nothing.
 *  (2) It never leaves [first, last]; at last, playing is over.
 *  (3) play_wait() asks for a wake-up only when something on the screen will
 *      change, and for none at all while paused.
 */
#ifndef PITWALL_CONSOLE_PLAY_H
#define PITWALL_CONSOLE_PLAY_H

#include "pitwall/base.h"

enum {
	FRAME_US = 100000,      /* at most ten frames a second while playing */
	MAP_FRAME_US = 250000,  /* of which four move the map */
	SLOW_FRAME_US = 500000, /* on a slow line: two, and the map goes with them */
};

struct play {
	instant_us at; /* at the wall time below */
	int64_t wall;
	instant_us first, last;
	uint8_t speed; /* row of the table of speeds */
	bool on;
};

/* What will change on the screen by itself. */
struct play_wants {
	instant_us seconds_from; /* whole seconds since here tick a clock */
	instant_us event;        /* the next that shows; INSTANT_NONE */
	int64_t frame_wall;      /* when the last frame was painted */
	int64_t map_wall;        /* when the map moved last */
	int64_t frame_us;        /* at least so long between two frames */
	bool map;                /* it is shown, and cars move between them */
};

extern const unsigned play_speed_count;
/** Speed @row as a fraction: 8/1, 1/8. */
void play_speed(unsigned row, int32_t *num, int32_t *den);
/** "1/8", "8"; NULL behind the last. */
const char *play_speed_name(unsigned row);
/** Row of "8", "8x", "1/8", "0.5"; -1: not one of the table. */
int play_speed_by_text(struct slice text);

/** Where the playhead is now. */
instant_us play_now(const struct play *play, int64_t wall);
/** Put it at @at (2). */
void play_move(struct play *play, instant_us at, int64_t wall);
/** Play or pause; at the end there is nothing to play, and false says so. */
bool play_switch(struct play *play, bool on, int64_t wall);
/** Row @row of the table, from now on. */
void play_speed_set(struct play *play, unsigned row, int64_t wall);
/** Microseconds until the next wake-up, or -1: none (3). */
int64_t play_wait(const struct play *play, const struct play_wants *wants,
		  int64_t wall);

#endif
