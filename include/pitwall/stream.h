/*
 * stream.h -- the bytes of one stream source into events, live and from a recording
 *
 * A live source and its recording take the same steps here, so they make the same
 * events. Part of feed: no heap, the caller gives the storage.
 *
 *  (1) The same calls in the same order make the same events; how the bytes of a
 *      sender are cut into chunks changes nothing but `heard_at`.
 *  (2) Every sender (peer) has its own carry: the bytes of two are never glued
 *      together, nor those of two connections of one.
 *  (3) HEARTBEAT and ASK events never stay in the list: the second go to the sink.
 *  (4) event.record is the offset, among all bytes of the source, at which the
 *      message begins (modulo 2^32).
 */
#ifndef PITWALL_STREAM_H
#define PITWALL_STREAM_H

#include "pitwall/feed.h"

struct stream;

/* Who receives what does not stay in the list. */
struct stream_sink {
	void *context;
	/** Bytes the decoder wants sent to @peer, valid until it returns; @event has
	 * EVENT_AFTER_COMMIT in its bits where they acknowledge something: send them
	 * when the chunk in hand is durable. */
	void (*ask)(void *context, const struct stream *stream, uint16_t peer,
		    const struct event *event, struct slice bytes);
};

/** Bytes of storage a stream needs: 4 MiB, most of which is touched only when
 * messages of many senders are cut. */
size_t stream_size(void);
/** A stream at its beginning in @storage: stream_size() bytes, zeroed, aligned as
 * malloc aligns. @driver NULL: sniffed from the first bytes. @setup is copied;
 * @setup->source goes into the events. */
struct stream *stream_open(void *storage, const struct feed_driver *driver,
			   const struct feed_setup *setup);
/** @sink is kept, not copied; NULL: nobody is told. */
void stream_set_sink(struct stream *stream, const struct stream_sink *sink);
/** NULL: not found yet. */
const struct feed_driver *stream_driver(const struct stream *stream);
/** When the last chunk was heard; INSTANT_NONE: there was none. */
instant_us stream_heard_at(const struct stream *stream);

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
