/*
 * stream.h -- the bytes of one stream source into events: live, and from a recording
 *
 * What a live source says and what is read back from its recording take the same
 * steps here, so that they make the same events.
 *
 *  (1) The same calls in the same order make the same events; how the bytes of a
 *      sender are cut into chunks changes nothing but `heard_at`.
 *  (2) Every sender (peer) has its own carry: the bytes of two are never glued
 *      together, nor those of two connections of one.
 *  (3) HEARTBEAT and ASK events never stay in the list: the sink is told of them.
 *  (4) event.record is the offset, among all bytes of the source, at which the
 *      message begins (modulo 2^32).
 */
#ifndef PITWALL_APP_STREAM_H
#define PITWALL_APP_STREAM_H

#include "pitwall/feed.h"

struct stream;

/* Who is told of what does not stay in the list. Members may be NULL. */
struct stream_sink {
	void *context;
	/** Bytes the decoder wants sent to @peer, valid until it returns; @event has
	 * EVENT_AFTER_COMMIT in its bits where they acknowledge something: send them
	 * when the chunk in hand is durable. */
	void (*ask)(void *context, const struct stream *stream, uint16_t peer,
		    const struct event *event, struct slice bytes);
	/** The source is alive. */
	void (*heartbeat)(void *context, const struct stream *stream,
			  const struct event *event);
};

/* What has gone through; the counters are of all peers. */
struct stream_counts {
	uint64_t bytes, chunks, events, asks, heartbeats, anomalies, noise;
	uint32_t links;      /* connections made */
	instant_us heard_at; /* of the last chunk; INSTANT_NONE */
	instant_us alive_at; /* of the last heartbeat or chunk; INSTANT_NONE */
	instant_us event_at; /* `at` of the newest event of a car; INSTANT_NONE */
};

/** A stream at its beginning. @driver NULL: it is found by the first bytes (sniffed).
 * @setup->source goes into the events. -ENOMEM with a sentence. */
int stream_open(const struct feed_driver *driver, const struct feed_setup *setup,
		struct stream **out, struct err *err);
void stream_free(struct stream *stream); /* NULL is fine */
/** @sink is kept, not copied; NULL: nobody is told. */
void stream_set_sink(struct stream *stream, const struct stream_sink *sink);
/** NULL: not found yet. */
const struct feed_driver *stream_driver(const struct stream *stream);
const struct stream_counts *stream_counts(const struct stream *stream);
uint16_t stream_source(const struct stream *stream);

/** Bytes as they were heard, whatever their number. */
void stream_chunk(struct stream *stream, uint16_t peer, struct slice bytes,
		  instant_us heard_at, struct event_list *list);
/** A connection of @peer was made or lost: a message that was cut off is dropped, and
 * a driver greets the new connection. */
void stream_link(struct stream *stream, uint16_t peer, bool up, instant_us heard_at,
		 struct event_list *list);
/** Nothing follows (the end of a file): the last message may lack its line end; what
 * is no message even so was cut off. */
void stream_end(struct stream *stream, instant_us heard_at, struct event_list *list);

#endif
