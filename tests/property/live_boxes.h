/*
 * live_boxes.h -- what stands around the circuit of live_race.c: two P3 boxes, beacons
 * behind one gateway, and a server of RMonitor, each on a port of loopback
 */
#ifndef PITWALL_TEST_PROPERTY_LIVE_BOXES_H
#define PITWALL_TEST_PROPERTY_LIVE_BOXES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/live.h"
#include "pitwall/session.h"
#include "sim.h"
#include "pitwall/wire.h"
#include "../scratch.h"

enum {
	CARS = 60,
	CLASSES = 4,
	PASSINGS_MAX = 16 * 1024,
	EVENTS_MAX = 32 * 1024,
	TEXT_MAX = 1024 * 1024,
	WAITING_MAX = 1024,
	FRAME_MAX = 256,
	OUT_MAX = 512 * 1024,
	BOXES = 2,
	BEACONS = 6,
	SOURCE_BEACONS = BOXES, /* its place among the sources */
	SOURCES = BOXES + 2,
	CUTS = 50, /* a race */
	SEEDS = 4,
	TURNS = 3, /* of the loop, a step */
	B_AHEAD_US = 7300,
	DEADLINE_S = 60,
};
#define STEP (100 * US_MS)
#define HELD_MAX (200 * US_MS)
#define LENGTH (20 * US_MIN)

extern instant_us now_us; /* the race's clock, and ours */

struct waiting {
	instant_us at;
	size_t len;
	char bytes[FRAME_MAX];
};

/* Where a client is told; what is on its way to it. */
struct port {
	struct test *test;
	struct net_server *server;
	struct net_client *client;
	struct waiting waiting[WAITING_MAX];
	uint32_t waiting_count;
};

struct box {
	struct port port;
	struct p3_device decoder;
	bool second; /* B */
};

/* The beacons of all lines, behind one connection. */
struct gate {
	struct port port;
	struct sim_beacon beacons[BEACONS];
};

struct counts {
	unsigned cuts, doubled, unreported, lost, held, asked;
};

struct test {
	struct ev_loop *loop;
	struct sim_race sim;
	uint64_t random;
	struct box boxes[BOXES];
	struct gate gate;
	struct net_server *rmonitor;
	struct net_client *rm_client;
	struct rmonitor_sent rm_told;
	struct timeline truth;
	struct event_list list;
	void *storage;
	struct standings standings;
	struct counts counts;
	duration_us rm_away, rm_away_most; /* how long nobody received RMonitor */
	instant_us cut_at[CUTS];
	char folder[SCRATCH_MAX], session[SCRATCH_FILE_MAX], output[SCRATCH_FILE_MAX];
	char urls[SOURCES][64];
	struct options options;
	struct live *live;
	char out[OUT_MAX];
};

uint32_t below(struct test *t, uint32_t n);
/** The race as RMonitor sees it is from t->truth. */
void boxes_open(struct test *t);
void boxes_close(struct test *t);
/** A car crosses a line: each box and beacon there is told. */
void boxes_passing(struct test *t, const struct sim_passing *p);
/** One step of the race's clock: what is due is sent, heartbeats are. */
void boxes_step(struct test *t, uint64_t step);
/** True when each source has its client. */
bool boxes_connected(const struct test *t);
/** Cut the link of a source; false: it has none. */
bool boxes_cut(struct test *t, unsigned source);
/** True when the beacons keep nothing any more. */
bool boxes_acknowledged(const struct test *t);

#endif
