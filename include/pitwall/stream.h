/*
 * stream.h -- the bytes of one stream source into events, live and from a recording
 *
 * A live source and its recording take the same steps, so they make the same events.
 * Part of feed: no heap, the caller provides the storage.
 *
 *  (1) The same calls in the same order make the same events. The way the bytes of a
 *      sender are cut into chunks changes only `received_at`.
 *  (2) Every sender (peer) has its own buffer for an incomplete message. The bytes of two
 *      senders, or of two connections of one, are never joined.
 *  (3) HEARTBEAT and ASK events do not stay in the list. ASK events go to the sink.
 *  (4) event.record is the offset of the message in all bytes of the source, modulo
 *      2^32.
 */
#ifndef PITWALL_STREAM_H
#define PITWALL_STREAM_H

#include "pitwall/feed.h"

struct stream;

/* Receives the requests of the driver. */
struct stream_sink {
	void *context;
	/** Bytes to send to @peer, valid until it returns. If @event has
	 * EVENT_AFTER_COMMIT in its bits they are an acknowledgement: send them when the
	 * current chunk is durable. */
	void (*ask)(void *context, const struct stream *stream, uint16_t peer,
		    const struct event *event, struct slice bytes);
};

/** Bytes of storage of a stream: 4 MiB, most of which stays untouched unless many senders
 * have incomplete messages. */
size_t stream_size(void);
/** A new stream in @storage: stream_size() bytes, zeroed, aligned like malloc's memory.
 * @driver NULL: sniffed from the first bytes. @setup is copied; @setup->source goes into
 * the events. */
struct stream *stream_open(void *storage, const struct feed_driver *driver,
			   const struct feed_setup *setup);
/** @sink is not copied and must stay valid; NULL: requests are discarded. */
void stream_set_sink(struct stream *stream, const struct stream_sink *sink);
/** NULL: not known yet. */
const struct feed_driver *stream_driver(const struct stream *stream);
/** The loops received so far, at most @max. Returns how many. */
unsigned stream_loops(const struct stream *stream, struct feed_loop_received *out,
		      unsigned max);
/** When the last chunk was received; INSTANT_NONE: there was none. */
instant_us stream_received_at(const struct stream *stream);

/** Decode received bytes, any number of them. */
void stream_chunk(struct stream *stream, uint16_t peer, struct slice bytes,
		  instant_us received_at, struct event_list *list);
/** A connection of @peer was made or lost. An incomplete message is dropped; the driver
 * is called for the new connection. */
void stream_link(struct stream *stream, uint16_t peer, bool up, instant_us received_at,
		 struct event_list *list);
/** Bytes of all senders are missing here: their incomplete messages are dropped, and what
 * follows is of new connections. */
void stream_break(struct stream *stream, instant_us received_at,
		  struct event_list *list);
/** The end of the source. The last message may lack its line end; if it is still no
 * message it was cut off. */
void stream_end(struct stream *stream, instant_us received_at, struct event_list *list);

#endif
