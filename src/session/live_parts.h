/*
 * live_parts.h -- what the files of a live session share
 */
#ifndef PITWALL_SESSION_LIVE_PARTS_H
#define PITWALL_SESSION_LIVE_PARTS_H

#include <ev.h>

#include "pitwall/live.h"
#include "session_parts.h"

enum {
	LIVE_SOURCES_MAX = 16,
	LIVE_ACKS_MAX = 4096, /* acknowledgements that wait for a commit */
	LIVE_ACK_BYTES = 128,
};

/* An acknowledgement, sent when its record is durable. */
struct live_ack {
	uint64_t ticket;
	uint16_t source, peer;
	uint16_t len;
	char bytes[LIVE_ACK_BYTES];
};

/* A source that is connected to. */
struct live_source {
	struct live *live;
	struct net_url url;
	struct net_source *net;           /* NULL: not connected yet */
	const struct feed_driver *driver; /* NULL: by the first bytes */
	int record_id;
	unsigned index;      /* among the session's */
	uint64_t ticket;     /* of the record in hand; 0: it was not taken */
	uint32_t unrecorded; /* bits: senders some of whose bytes were not taken */
};

struct live {
	struct ev_loop *loop;
	struct live_hooks hooks;
	const struct options *options;
	struct session *session;
	struct live_source sources[LIVE_SOURCES_MAX];
	unsigned source_count;

	struct record *record; /* written, or followed */
	bool follows;
	char path[SOURCE_PATH_MAX];
	struct record_state state;
	instant_us first_at; /* the first bytes; NONE */

	struct view_feed feeds_shown[SOURCES_MAX];

	struct live_ack *acks; /* a ring */
	uint32_t ack_head, ack_count;

	bool received; /* rows were fed and are not in the race yet */
	bool changed;  /* something to show */
	ev_prepare turn;
	ev_io wake;
	ev_timer poll;
};

/** Feed a row: (2) of live.h. */
int live_row(struct live *live, const struct record_row *row, struct err *err);
/** Take what was fed into the race. */
void live_take(struct live *live);

/* ---- live_net.c: sources, asks and acknowledgements ------------------------------ */

int live_connect(struct live *live, struct err *err);
/** Send what is durable by now. */
void live_acknowledge(struct live *live);

#endif
