/*
 * stream.c -- the bytes of one stream source into events, live and from a recording
 *
 *  (5) A chunk is framed in place. Only a message that began in an earlier chunk is put
 *      together in the carry.
 *  (6) A run of noise is one anomaly, however it was cut. A long run is reported every
 *      NOISE_RUN bytes, so that a wrong protocol is noticed.
 */
#include "pitwall/stream.h"

#include <assert.h>
#include <string.h>

enum {
	/* frame() makes progress on this many bytes, so a carry never needs more. */
	CARRY_MAX = 2 * FEED_FRAME_MAX,
	/* Bytes of a chunk that are appended to the carry at a time; most messages end
	 * within them. */
	CARRY_STEP = 512,
	NOISE_RUN = 4096,
	SNIFF_MIN = 8,
	SNIFF_MAX = 4096,
};

struct stream_peer {
	char *carry; /* CARRY_MAX */
	size_t len;
	uint64_t noise; /* bytes of the current run */
	uint32_t noise_record;
	uint16_t number;
	bool used;
	uint64_t used_at; /* stream->chunks at that time */
};

struct stream {
	const struct feed_driver *driver;
	struct feed_setup setup;
	void *state;
	const struct stream_sink *sink;
	uint64_t bytes, chunks;
	uint32_t links;      /* connections made */
	instant_us chunk_at; /* received_at of the last chunk; INSTANT_NONE */
	struct stream_peer peers[FEED_PEERS_MAX];
	uint16_t peer; /* that the driver knows */
	bool peer_known;
	struct stream_peer *current;
	instant_us received_at; /* of the bytes being read */
};

/* The storage: the stream, the driver's state, the carries, each aligned like malloc's
 * memory. */
enum { STREAM_ALIGN = 64 };

static size_t rounded_up(size_t size)
{
	return (size + STREAM_ALIGN - 1) / STREAM_ALIGN * STREAM_ALIGN;
}

size_t stream_size(void)
{
	return rounded_up(sizeof(struct stream)) + FEED_STATE_MAX +
	       (size_t)FEED_PEERS_MAX * CARRY_MAX;
}

static void start(struct stream *stream, const struct feed_driver *driver)
{
	assert(driver->frame && driver->state_size <= FEED_STATE_MAX);
	stream->driver = driver;
	driver->init(stream->state, &stream->setup);
}

struct stream *stream_open(void *storage, const struct feed_driver *driver,
			   const struct feed_setup *setup)
{
	struct stream *stream = storage;
	char *state = (char *)storage + rounded_up(sizeof(*stream));
	stream->state = state;
	for (size_t i = 0; i < FEED_PEERS_MAX; i++)
		stream->peers[i].carry = state + FEED_STATE_MAX + i * CARRY_MAX;
	stream->setup = *setup;
	stream->chunk_at = INSTANT_NONE;
	if (driver)
		start(stream, driver);
	return stream;
}

void stream_set_sink(struct stream *stream, const struct stream_sink *sink)
{
	stream->sink = sink;
}

const struct feed_driver *stream_driver(const struct stream *stream)
{
	return stream->driver;
}

unsigned stream_loops(const struct stream *stream, struct feed_loop_received *out,
		      unsigned max)
{
	return stream->driver && stream->driver->loops
		       ? stream->driver->loops(stream->state, out, max)
		       : 0;
}

instant_us stream_received_at(const struct stream *stream)
{
	return stream->chunk_at;
}

/* ---- anomalies ------------------------------------------------------------------- */

static void stream_add_anomaly(struct stream *stream, uint32_t record,
			       struct slice text, struct event_list *list)
{
	struct event *event = event_add(list, EVENT_ANOMALY, stream->received_at);
	event->field = ANOMALY_FORMAT;
	event->source = stream->setup.source;
	event->record = record;
	event_set_text(list, event, text);
}

static void tell_noise(struct stream *stream, struct stream_peer *peer,
		       struct event_list *list)
{
	char text[64];
	if (peer->noise == 0)
		return;
	size_t len = text_format(text, sizeof(text), "%llu bytes that are no message",
				 (unsigned long long)peer->noise);
	stream_add_anomaly(stream, peer->noise_record, (struct slice){text, len}, list);
	peer->noise = 0;
}

static void add_noise(struct stream *stream, size_t len, uint32_t record,
		      struct event_list *list)
{
	struct stream_peer *peer = stream->current;
	while (len > 0) {
		size_t part = NOISE_RUN - (size_t)peer->noise;
		if (part > len)
			part = len;
		if (peer->noise == 0)
			peer->noise_record = record;
		peer->noise += part;
		record += (uint32_t)part;
		len -= part;
		if (peer->noise == NOISE_RUN)
			tell_noise(stream, peer, list);
	}
}

/** True when @event stays in the list. */
static bool stream_stays(struct stream *stream, const struct event_list *list,
			 const struct event *event)
{
	const struct stream_sink *sink = stream->sink;
	if (event->kind == EVENT_ASK && sink)
		sink->ask(sink->context, stream, stream->current->number, event,
			  event_text(list, event));
	return event->kind != EVENT_ASK && event->kind != EVENT_HEARTBEAT;
}

/** Remove the events that do not stay, and the text that only they use. */
static void sweep(struct stream *stream, uint32_t from, uint32_t text_from,
		  struct event_list *list)
{
	uint32_t to = from, text_end = text_from;
	for (uint32_t i = from; i < list->count; i++) {
		const struct event *event = &list->at[i];
		if (!stream_stays(stream, list, event))
			continue;
		if (event->text_len > 0 &&
		    event->text + event->text_len + 1u > text_end)
			text_end = event->text + event->text_len + 1u;
		if (to != i)
			list->at[to] = *event;
		to++;
	}
	list->count = to;
	list->text_len = text_end;
}

/* ---- bytes ------------------------------------------------------------------------ */

/** Frame and decode. @record: the offset of the first byte. Returns the bytes used. */
static size_t pump(struct stream *stream, struct slice bytes, uint32_t record,
		   struct event_list *list)
{
	const struct feed_driver *driver = stream->driver;
	size_t at = 0;
	while (at < bytes.len) {
		struct slice rest = {bytes.at + at, bytes.len - at};
		ptrdiff_t n = driver->frame(rest);
		if (n == 0)
			break;
		size_t len = n < 0 ? (size_t)-n : (size_t)n;
		assert(len <= rest.len);
		if (n < 0) {
			add_noise(stream, len, record + (uint32_t)at, list);
		} else {
			tell_noise(stream, stream->current, list);
			driver->decode(stream->state, (struct slice){rest.at, len},
				       stream->received_at, record + (uint32_t)at,
				       list);
		}
		at += len;
	}
	return at;
}

static bool carry_more(struct stream *stream, struct slice bytes,
		       struct event_list *list)
{
	struct stream_peer *peer = stream->current;
	if (bytes.len == 0)
		return true;
	if (bytes.len > CARRY_MAX - peer->len) {
		stream_add_anomaly(stream, (uint32_t)stream->bytes,
				   SLICE("the message in hand is too long: dropped"),
				   list);
		peer->len = 0;
		return false;
	}
	memcpy(peer->carry + peer->len, bytes.at, bytes.len);
	peer->len += bytes.len;
	return true;
}

/** Complete the message in the carry with bytes cut off @bytes. @record: the offset of
 * the first of them. */
static void pump_carry(struct stream *stream, struct slice *bytes, uint32_t *record,
		       struct event_list *list)
{
	struct stream_peer *peer = stream->current;
	while (peer->len > 0 && bytes->len > 0) {
		size_t before = peer->len;
		size_t step = bytes->len < CARRY_STEP ? bytes->len : CARRY_STEP;
		if (!carry_more(stream, (struct slice){bytes->at, step}, list))
			return;
		size_t used = pump(stream, (struct slice){peer->carry, peer->len},
				   *record - (uint32_t)before, list);
		/* The message ended inside the chunk: go on there. */
		size_t taken = used >= before ? used - before : step;
		if (used >= before) {
			peer->len = 0;
		} else if (used > 0) {
			memmove(peer->carry, peer->carry + used, peer->len - used);
			peer->len -= used;
		}
		bytes->at += taken;
		bytes->len -= taken;
		*record += (uint32_t)taken;
	}
}

static void stream_read_bytes(struct stream *stream, struct slice bytes,
			      uint32_t record, struct event_list *list)
{
	pump_carry(stream, &bytes, &record, list);
	if (bytes.len == 0)
		return;
	size_t used = pump(stream, bytes, record, list);
	(void)carry_more(stream, (struct slice){bytes.at + used, bytes.len - used},
			 list);
}

static void tell_peer(struct stream *stream)
{
	uint16_t number = stream->current->number;
	if (!stream->driver || !stream->driver->peer ||
	    (stream->peer_known && stream->peer == number))
		return;
	stream->driver->peer(stream->state, number);
	stream->peer = number;
	stream->peer_known = true;
}

/** Until the driver is known, bytes wait in the carry of their sender. True if it is
 * known and @bytes are still to be read. */
static bool sniff(struct stream *stream, struct slice bytes, struct event_list *list)
{
	struct stream_peer *peer = stream->current;
	if (stream->driver)
		return true;
	if (!carry_more(stream, bytes, list))
		return false;
	struct slice head = {peer->carry, peer->len};
	const struct feed_driver *driver =
		head.len < SNIFF_MIN ? NULL : feed_sniff(head);
	uint32_t record = (uint32_t)(stream->bytes - head.len);
	if (driver && driver->frame) {
		start(stream, driver);
		tell_peer(stream);
		if (stream->links > 0 && driver->on_connect)
			driver->on_connect(stream->state, stream->received_at, list);
		size_t used = pump(stream, head, record, list);
		memmove(peer->carry, peer->carry + used, head.len - used);
		peer->len -= used;
	} else if (peer->len > SNIFF_MAX) {
		add_noise(stream, peer->len, record, list);
		peer->len = 0;
	}
	return false;
}

/* ---- senders ---------------------------------------------------------------------- */

/** An incomplete message is not continued. */
static void drop_carry(struct stream *stream, struct event_list *list)
{
	struct stream_peer *peer = stream->current;
	tell_noise(stream, peer, list);
	if (peer->len > 0)
		stream_add_anomaly(stream, (uint32_t)(stream->bytes - peer->len),
				   SLICE("a message was cut off with the connection"),
				   list);
	peer->len = 0;
}

static bool older(const struct stream_peer *a, const struct stream_peer *b)
{
	return a->used != b->used ? !a->used : a->used && a->used_at < b->used_at;
}

/** The carry of a sender. If there are too many senders, the one silent for longest
 * loses its carry. */
static void choose_peer(struct stream *stream, uint16_t number, struct event_list *list)
{
	struct stream_peer *peers = stream->peers, *found = stream->current;
	if (!found || !found->used || found->number != number) {
		found = NULL;
		for (size_t i = 0; !found && i < FEED_PEERS_MAX; i++)
			if (peers[i].used && peers[i].number == number)
				found = &peers[i];
	}
	if (!found) {
		found = peers;
		for (size_t i = 1; i < FEED_PEERS_MAX; i++)
			if (older(&peers[i], found))
				found = &peers[i];
		stream->current = found;
		drop_carry(stream, list);
		found->used = true;
		found->number = number;
	}
	stream->current = found;
	found->used_at = stream->chunks;
}

void stream_chunk(struct stream *stream, uint16_t peer, struct slice bytes,
		  instant_us received_at, struct event_list *list)
{
	uint32_t from = list->count, text_from = list->text_len;
	uint32_t record = (uint32_t)stream->bytes;
	stream->received_at = received_at;
	choose_peer(stream, peer, list);
	tell_peer(stream);
	stream->bytes += bytes.len;
	stream->chunks++;
	stream->chunk_at = received_at;
	if (sniff(stream, bytes, list))
		stream_read_bytes(stream, bytes, record, list);
	if (stream->driver && stream->driver->flush)
		stream->driver->flush(stream->state, received_at, list);
	sweep(stream, from, text_from, list);
}

void stream_link(struct stream *stream, uint16_t peer, bool up, instant_us received_at,
		 struct event_list *list)
{
	uint32_t from = list->count, text_from = list->text_len;
	stream->received_at = received_at;
	choose_peer(stream, peer, list);
	drop_carry(stream, list);
	stream->links += up;
	tell_peer(stream);
	if (up && stream->driver && stream->driver->on_connect)
		stream->driver->on_connect(stream->state, received_at, list);
	if (!up)
		stream->current->used = false;
	sweep(stream, from, text_from, list);
}

void stream_break(struct stream *stream, instant_us received_at,
		  struct event_list *list)
{
	uint32_t from = list->count, text_from = list->text_len;
	stream->received_at = received_at;
	for (size_t i = 0; i < FEED_PEERS_MAX; i++) {
		stream->current = &stream->peers[i];
		drop_carry(stream, list);
		stream->current->used = false;
	}
	stream->current = &stream->peers[0];
	sweep(stream, from, text_from, list);
}

void stream_end(struct stream *stream, instant_us received_at, struct event_list *list)
{
	uint32_t from = list->count, text_from = list->text_len;
	stream->received_at = received_at;
	for (size_t i = 0; i < FEED_PEERS_MAX; i++) {
		struct stream_peer *peer = &stream->peers[i];
		stream->current = peer;
		size_t before = peer->len;
		uint32_t record = (uint32_t)(stream->bytes - before);
		bool ended = before == 0;
		if (!ended && stream->driver && carry_more(stream, SLICE("\n"), list)) {
			tell_peer(stream);
			ended = pump(stream, (struct slice){peer->carry, peer->len},
				     record, list) > 0;
		}
		peer->len = 0;
		tell_noise(stream, peer, list);
		if (!ended)
			stream_add_anomaly(stream, record,
					   SLICE("the last message is cut off"), list);
	}
	stream->current = &stream->peers[0];
	sweep(stream, from, text_from, list);
}
