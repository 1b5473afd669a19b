/*
 * live_net.c -- the sources of a live session: bytes are recorded, then fed; requests of
 * decoders are sent, durable records acknowledged
 *
 * Cited rules are those of live.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recorder.h"

struct net_options live_net_tuning;

static const double connect_s = 3.;

instant_us live_now(void)
{
	return net_calls.clock();
}

/* The least delay of late is that of no delay at all, about. */
static duration_us live_skew(const struct live *live)
{
	uint32_t count = live->skew_count < LIVE_SKEWS ? live->skew_count : LIVE_SKEWS;
	duration_us most = count == 0 ? 0 : live->skews[0];
	for (uint32_t i = 1; i < count; i++)
		most = live->skews[i] > most ? live->skews[i] : most;
	return most;
}

instant_us live_steady_now(const struct live *live)
{
	return steady_now(&live->session->parts->steady, net_calls.clock(),
			  net_calls.steady()) +
	       live_skew(live);
}

bool live_source_has_many(const struct live_source *source)
{
	return source->url.kind == NET_LISTEN || source->url.kind == NET_UDP;
}

/** (1) Into the recording, then into the race. */
static void source_put(struct live_source *source, int type, uint16_t peer,
		       struct slice bytes, instant_us at)
{
	const unsigned at_peer = peer % FEED_PEERS_MAX;
	char number[8] = "";
	size_t len = 0;
	if (live_source_has_many(source))
		len = text_format(number, sizeof(number), "%u", peer);
	struct record_row row = {
		.received_at = at,
		.steady = net_calls.steady(),
		.type = type,
		.source = source->record_id,
		.name = {number, len},
		.bytes = bytes,
	};
	struct err err;
	source->ticket = record_put(source->live->record, &row);
	/* An acknowledgement covers all earlier records too. */
	if (type == RECORD_RAW && source->ticket == 0 &&
	    (source->unrecorded & (uint32_t)1 << at_peer) == 0) {
		source->unrecorded |= (uint32_t)1 << at_peer;
		source->unrecorded_after[at_peer] = source->taken;
	}
	if (source->ticket > 0)
		source->taken = source->ticket;
	if (source->live->responder == NULL) {
		(void)live_row(source->live, &row, &err);
		return;
	}
	source->live->rows++;
	source->live->changed = true;
	responder_row(source->live->responder, source, peer, &row);
}

static void live_on_bytes(void *context, struct net_source *net, uint16_t peer,
			  struct slice bytes, instant_us received_at)
{
	struct live_source *source = context;
	(void)net;
	source_put(source, RECORD_RAW, peer, bytes, received_at);
}

/* The next sender with this number did not send what waits to be acknowledged. */
static void forget_acks(struct live_source *source, uint16_t peer)
{
	struct live *live = source->live;
	uint16_t index = (uint16_t)(source - live->sources);
	for (uint32_t i = 0; i < live->ack_count; i++) {
		struct live_ack *ack =
			&live->acks[(live->ack_head + i) % LIVE_ACKS_MAX];
		if (ack->source == index && ack->peer == peer)
			ack->len = 0;
	}
}

static void on_link(void *context, struct net_source *net, uint16_t peer, bool up,
		    const char *reason)
{
	struct live_source *source = context;
	instant_us now = live_now();
	char words[160];
	size_t len = text_format(words, sizeof(words), "%s", up ? "up" : "down");
	(void)net;
	if (!up && reason != NULL && reason[0] != '\0')
		len += text_format(words + len, sizeof(words) - len, " %s", reason);
	forget_acks(source, peer);
	/* It repeats what was not acknowledged. */
	source->unrecorded &= ~((uint32_t)1 << peer % FEED_PEERS_MAX);
	if (up)
		source->up |= (uint32_t)1 << peer % FEED_PEERS_MAX;
	else
		source->up &= ~((uint32_t)1 << peer % FEED_PEERS_MAX);
	source_put(source, RECORD_LINK, peer, (struct slice){words, len}, now);
}

static void on_changed(void *context, struct net_source *net)
{
	struct live_source *source = context;
	(void)net;
	source->live->changed = true;
}

/* ---- what goes back ---------------------------------------------------------------- */

/* A record of @peer before this one could not be taken. */
static bool lacks_records(const struct live_source *source, uint16_t peer,
			  uint64_t ticket)
{
	unsigned at = peer % FEED_PEERS_MAX;
	return (source->unrecorded >> at & 1) != 0 &&
	       ticket > source->unrecorded_after[at];
}

/* A sender gets no error for a record that was not taken: a later one is not
 * acknowledged, and the sender repeats all of them when it connects again. */
static void send_acks(struct live *live)
{
	while (live->ack_count > 0) {
		const struct live_ack ack = live->acks[live->ack_head];
		struct net_source *net = live->sources[ack.source].net;
		if (ack.ticket > live->state.durable)
			return;
		live->ack_head = (live->ack_head + 1) % LIVE_ACKS_MAX;
		live->ack_count--;
		if (ack.len > 0 && ack.drops)
			net_source_drop(
				net, ack.peer,
				"its records were refused: it is to repeat them");
		else if (ack.len > 0)
			(void)net_source_send(net, ack.peer,
					      (struct slice){ack.bytes, ack.len});
	}
}

void live_answer(struct live_source *source, uint16_t peer, uint64_t ticket,
		 struct slice bytes)
{
	struct live *live = source->live;
	if (source->net == NULL || ticket == 0)
		return;
	if (ticket == LIVE_ANSWER_NOW) {
		(void)net_source_send(source->net, peer, bytes);
		return;
	}
	if (bytes.len > LIVE_ACK_BYTES || live->ack_count == LIVE_ACKS_MAX)
		return;
	struct live_ack *ack =
		&live->acks[(live->ack_head + live->ack_count++) % LIVE_ACKS_MAX];
	ack->ticket = ticket;
	ack->source = (uint16_t)(source - live->sources);
	ack->peer = peer;
	ack->len = (uint16_t)bytes.len;
	ack->drops = lacks_records(source, peer, ticket);
	memcpy(ack->bytes, bytes.at, bytes.len);
	send_acks(live);
}

static void live_on_ask(void *context, unsigned index, uint16_t peer, bool after_commit,
			struct slice bytes)
{
	struct live *live = context;
	struct live_source *source = live->sources;
	while (source < live->sources + live->source_count && source->index != index)
		source++;
	if (source < live->sources + live->source_count)
		live_answer(source, peer,
			    after_commit ? source->ticket : LIVE_ANSWER_NOW, bytes);
}

void live_acknowledge(struct live *live)
{
	unsigned notices = live->state.notices;
	record_state_get(live->record, &live->state);
	if (live->state.notices != notices && live->consoles != NULL)
		recorder_consoles_report(live->consoles);
	send_acks(live);
}

/* ---- connecting ---------------------------------------------------------------------- */

static int connect_one(struct live_source *source, struct err *err)
{
	const duration_us program_silence = 30 * US_S;
	struct live *live = source->live;
	struct net_options options = {
		.silence = source->driver != NULL ? source->driver->silence : 0,
		.retry_first = live_net_tuning.retry_first,
		.retry_most = live_net_tuning.retry_most,
		.seed = hash_bytes(source->url.text, strlen(source->url.text),
				   (uint64_t)live_now()),
	};
	if (source->url.kind == NET_PROGRAM) {
		options.program = live->programs[source - live->sources].fd;
		if (options.silence == 0)
			options.silence = program_silence;
		if (source->url.idle > 0)
			options.silence = (duration_us)source->url.idle * US_S;
	}
	if (live_net_tuning.silence > 0)
		options.silence = live_net_tuning.silence;
	struct net_handler handler = {
		.context = source,
		.bytes = live_on_bytes,
		.link = on_link,
		.changed = on_changed,
	};
	return net_source_open(live->loop, &source->url, &options, &handler,
			       &source->net, err);
}

/** -errno of the first that cannot be. */
static int connect_all(struct live *live, struct err *err)
{
	int rc = 0;
	for (unsigned i = 0; i < live->source_count; i++) {
		struct live_source *source = &live->sources[i];
		struct err why = {""};
		if (source->url.scheme[0] == '\0' || source->net != NULL)
			continue;
		int failed = connect_one(source, &why);
		text_copy(source->fault, sizeof(source->fault), slice_of(why.text));
		if (failed != 0 && rc == 0)
			rc = err_set(err, failed, "%s", why.text);
	}
	live->changed = true;
	return rc;
}

static void live_on_connect(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct live *live = watcher->data;
	struct err err;
	(void)events;
	if (connect_all(live, &err) == 0)
		ev_timer_stop(loop, watcher);
}

int live_connect(struct live *live, struct err *err)
{
	const struct session_sink sink = {.context = live, .ask = live_on_ask};
	session_set_sink(live->session, &sink);
	ev_timer_stop(live->loop, &live->connect);
	int rc = connect_all(live, err);
	/* The others are connected; it is tried again. */
	if (rc != 0) {
		ev_timer_init(&live->connect, live_on_connect, connect_s, connect_s);
		live->connect.data = live;
		ev_timer_start(live->loop, &live->connect);
	}
	return rc;
}

void live_drop_sources(struct live *live)
{
	for (unsigned i = 0; i < live->source_count; i++) {
		struct live_source *source = &live->sources[i];
		net_source_close(source->net);
		source->net = NULL;
		for (uint16_t peer = 0; peer < FEED_PEERS_MAX; peer++)
			if ((source->up >> peer & 1) != 0)
				on_link(source, NULL, peer, false, "decoding ended");
	}
}
