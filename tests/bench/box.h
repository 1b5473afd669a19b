/*
 * box.h -- a box of P3 decoders in a process of its own, for benches of what is live
 *
 * A field of cars goes round a lap of sixteen lines; the box tells of their crossings
 * at a steady rate, whatever their clock says, which is UTC at the first of them: a
 * race that is played faster than it was driven. It remembers, and answers what it is
 * asked, as p3_box does.
 *
 *  (1) No two laps of a race take the same time, so that a lap time on a screen says
 *      which crossing was seen.
 *  (2) It listens on loopback only, serves one client, and ends by itself.
 */
#ifndef PITWALL_TEST_BENCH_BOX_H
#define PITWALL_TEST_BENCH_BOX_H

#include <stdatomic.h>
#include <sys/types.h>

#include "sim.h"

enum { BOX_CARS = 60, BOX_LINES = 16, BOX_NUMBER = 101, BOX_TRANSPONDER = 5000001 };

struct box_passing {
	instant_us at;      /* by the box's clock */
	duration_us lap;    /* that it ends; 0: none */
	_Atomic int64_t us; /* when it was told, by box_now(); 0: not yet */
	uint16_t car;
	uint8_t line;
	uint8_t spare[5];
};

struct box {
	struct box_passing *passings; /* shared with the process */
	uint32_t count;
	uint32_t first; /* so many are told at once, to who connects */
	unsigned rate;  /* the others: so many a second */
	uint16_t port;
	pid_t process;
};

/** Microseconds of a clock that all processes share and nobody sets. */
int64_t box_now(void);
/** So many passings: @first at once, then @rate a second for @seconds. Listens. False,
 * with a line on standard error: no memory, no socket, no process. */
bool box_open(struct box *box, uint32_t first, unsigned rate, unsigned seconds);
void box_close(struct box *box);
/** Write the session file of this race, with its entries beside it. */
bool box_write_session(const char *path, const char *entries);
/** The part @of_1000 of @us[0..count), which is put in order; in milliseconds. */
double box_share_ms(int64_t *us, size_t count, unsigned of_1000);
/** Stay on one core, where the system knows how. */
void box_one_core(void);

#endif
