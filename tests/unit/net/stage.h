/*
 * stage.h -- a loop, one source that is written down, and the far end by hand
 */
#ifndef PITWALL_TEST_NET_STAGE_H
#define PITWALL_TEST_NET_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ev.h>

#include "pitwall/net.h"

/* What a source said. */
struct received {
	char bytes[4096];
	size_t len;
	unsigned ups, downs, changes;
	unsigned seen[NET_STATE_COUNT];
	unsigned peers_mask; /* numbers that said something */
	instant_us received_at;
	char reason[128];    /* of the last link that went down */
	const char *answer;  /* sent back on bytes */
	bool close_on_bytes; /* the source closes itself */
	bool close_on_up, close_on_down;
	bool closed;
};

struct stage {
	struct ev_loop *loop;
	struct net_source *source;
	struct received received;
	int fds, threads; /* that were there before */
};

int stage_set_up(void **state);
/** Closes what is open; fails when a descriptor is left. */
int stage_tear_down(void **state);

extern const struct net_options stage_quick; /* again after a few milliseconds */
void stage_open(struct stage *stage, const char *url,
		const struct net_options *options);
/** Turn the loop until @done says so; fails the test after ten seconds. */
void stage_until(struct stage *stage, bool (*done)(struct stage *stage));
/** Turn the loop @turns times without waiting. */
void stage_turn(struct stage *stage, unsigned turns);

/* Things to wait for. */
bool is_live(struct stage *stage);
bool is_silent(struct stage *stage);
bool is_waiting(struct stage *stage);
bool is_refused(struct stage *stage);
bool is_ended(struct stage *stage);
bool is_listening(struct stage *stage);
bool has_bytes(struct stage *stage);
bool has_closed(struct stage *stage);

/* The far end: blocking sockets on loopback. */
int far_listen(uint16_t *port);
int far_connect(uint16_t port);
void far_say(int fd, const char *text);
/** Open descriptors of this process. */
int count_fds(void);

#endif
