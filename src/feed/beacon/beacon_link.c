/*
 * beacon_link.c -- what one sender delivered of a boot: acknowledged, missing, requested
 *
 *  (1) An acknowledgement means that each number up to it was received from this very sender
 *      on this connection and used, or is the same fact as one that was used, or that the
 *      sender keeps it no longer ("from"). What another sender of the same id and boot
 *      delivered, or says that it keeps, counts for nothing here.
 *  (2) Without "from" nothing is known of earlier numbers: a sender is acknowledged from
 *      number 1, or from what was acknowledged before to the same boot.
 *  (3) A gap is requested at once, and again while it stays open: after 2 s, then after
 *      twice as long each time, up to 64 s, with the next line of the beacon. It is never
 *      given up.
 *  (4) A line without checksum may be damaged. A number far above the others waits for the
 *      next line to confirm it. A "from" behind numbers that were never received needs two
 *      lines.
 *  (5) A number that was refused counts as not received.
 */
#include "beacon.h"

#include <string.h>

enum {
	RUNS_MAX = 4,      /* requests at a time */
	WAITS_MAX = 5,     /* doublings of AGAIN_FIRST */
	JUMP = RESEND_MAX, /* further than a beacon must keep */
	CONTRADICTED_MAX = 3,
	AGREED_ENOUGH = 8, /* lines without a contradiction */
};
#define AGAIN_FIRST (2 * US_S)

/* ---- the links of a stream ----------------------------------------------------------- */

static void link_begin(struct beacon_link *link, const struct beacon_state *state,
		       const struct beacon *b)
{
	memset(link, 0, sizeof(*link));
	link->beacon = (uint16_t)(b - state->beacons);
	link->peer = state->peer;
	link->ask_at = INSTANT_NONE;
	link->in_use = true;
	/* (2) */
	if (b->acknowledged > 0 && b->lacks_from) {
		link->based = link->anchored = true;
		link->received_to = link->floor = b->acknowledged;
	}
}

struct beacon_link *beacon_link_find(struct beacon_state *state, const struct beacon *b)
{
	uint16_t index = (uint16_t)(b - state->beacons);
	for (size_t i = 0; i < LINKS_MAX; i++) {
		struct beacon_link *link = &state->links[i];
		if (link->in_use && link->beacon == index && link->peer == state->peer)
			return link;
	}
	return NULL;
}

struct beacon_link *beacon_link_of(struct beacon_state *state, const struct beacon *b)
{
	struct beacon_link *link = b->link > 0 ? &state->links[b->link - 1] : NULL;
	struct beacon_link *oldest = state->links;
	/* Mostly that of its last line. */
	if (!link || !link->in_use || link->beacon != b - state->beacons ||
	    link->peer != state->peer)
		link = beacon_link_find(state, b);
	for (size_t i = 0; !link && i < LINKS_MAX; i++) {
		struct beacon_link *other = &state->links[i];
		if (!other->in_use ||
		    (oldest->in_use && other->used_at < oldest->used_at))
			oldest = other;
	}
	if (!link) {
		link = oldest;
		link_begin(link, state, b);
	}
	link->used_at = state->common.records;
	return link;
}

void beacon_links_forget(struct beacon_state *state, const struct beacon *b)
{
	for (size_t i = 0; i < LINKS_MAX; i++)
		if (state->links[i].beacon == b - state->beacons)
			state->links[i].in_use = false;
}

int64_t beacon_link_top(const struct beacon_link *link)
{
	return link->high;
}

/* ---- what was received ------------------------------------------------------------------ */

static uint64_t *got_word(struct beacon_link *link, int64_t seq, uint64_t *bit)
{
	uint64_t slot = (uint64_t)seq % LINK_MAX;
	*bit = (uint64_t)1 << slot % 64;
	return &link->got[slot / 64];
}

static bool got(struct beacon_link *link, int64_t seq)
{
	uint64_t bit, *word = got_word(link, seq, &bit);
	return (*word & bit) != 0;
}

static void set_got(struct beacon_link *link, int64_t seq, bool value)
{
	uint64_t bit, *word = got_word(link, seq, &bit);
	*word = value ? *word | bit : *word & ~bit;
}

static void received_on(struct beacon_link *link)
{
	while (got(link, link->received_to + 1)) {
		link->received_to++;
		set_got(link, link->received_to, false);
	}
	if (link->high < link->received_to)
		link->high = link->received_to;
}

static void received_raise(struct beacon_link *link, int64_t to)
{
	if (to <= link->received_to)
		return;
	if (to - link->received_to >= LINK_MAX)
		memset(link->got, 0, sizeof(link->got));
	else
		for (int64_t seq = link->received_to + 1; seq <= to; seq++)
			set_got(link, seq, false);
	link->received_to = to;
	received_on(link);
}

/* Back to @to. Of the numbers behind it those from @got_from on stay received, if they
 * were. */
static void received_lower(struct beacon_link *link, int64_t to, int64_t got_from)
{
	int64_t end = link->received_to;
	got_from = got_from > link->floor ? got_from : link->floor + 1;
	if (to >= end)
		return;
	if (end > to + LINK_MAX)
		end = to + LINK_MAX;
	for (int64_t seq = to + 1; seq <= end; seq++)
		set_got(link, seq, seq >= got_from);
	link->received_to = to;
	link->floor = link->floor < to ? link->floor : to;
}

/* All up to @to is received or not kept. */
static void link_base(struct beacon_link *link, int64_t to)
{
	if (!link->anchored) {
		link->received_to = link->floor = to;
		received_on(link);
	} else if (to >= link->received_to) {
		link->floor = to;
		received_raise(link, to);
	} else if (!link->based || link->from == 0) {
		/* What was acknowledged before was another sender's. */
		received_lower(link, to, 0);
		received_on(link);
	}
	link->anchored = link->based = true;
}

void beacon_link_got(const struct beacon_context *c)
{
	struct beacon_link *link = c->link;
	int64_t seq = c->message->seq, before = link->received_to;
	if (!link->anchored) {
		link->anchored = true;
		link->received_to = link->floor = seq - 1;
	}
	if (!link->based && seq <= link->floor)
		received_lower(link, seq - 1, 0);
	if (seq == 1 && link->received_to == 0)
		link->based = true;
	link->high = seq > link->high ? seq : link->high;
	if (seq <= link->received_to || seq > link->received_to + LINK_MAX)
		return;
	if (seq == link->received_to + 1)
		link->received_to++;
	else
		set_got(link, seq, true);
	received_on(link);
	/* The last one of those requested, and more is missing. */
	if (seq == link->asked_to && link->received_to < link->high &&
	    link->received_to != before)
		beacon_request_missing(c);
}

/* (5) */
void beacon_link_refuse(const struct beacon_context *c)
{
	struct beacon_link *link = c->link;
	int64_t seq = c->message->seq;
	link->high = seq > link->high ? seq : link->high;
	if (link->anchored)
		received_lower(link, seq - 1, seq + 1);
}

/* ---- requests ------------------------------------------------------------------------------ */

static void request_run(const struct beacon_context *c, int64_t from, int64_t to)
{
	if (to - from >= RESEND_MAX)
		to = from + RESEND_MAX - 1;
	c->link->asked_to = to;
	beacon_put_resend(c, from, to);
}

void beacon_request_missing(const struct beacon_context *c)
{
	struct beacon_link *link = c->link;
	int64_t seq = link->received_to + 1, end = link->received_to + LINK_MAX;
	if (!link->anchored)
		return;
	end = end < link->high ? end : link->high;
	for (unsigned runs = 0; runs < RUNS_MAX && seq <= end; runs++) {
		int64_t to = seq;
		while (to < end && !got(link, to + 1))
			to++;
		request_run(c, seq, to);
		for (seq = to + 1; seq <= end && got(link, seq); seq++)
			continue;
	}
}

/* (3) A beacon that sends all that it keeps is not interrupted while it gets on. */
void beacon_retry(const struct beacon_context *c)
{
	struct beacon_link *link = c->link;
	if (!link->anchored || link->received_to >= link->high ||
	    c->d.received_at == INSTANT_NONE) {
		link->ask_at = INSTANT_NONE;
		return;
	}
	if (link->ask_at == INSTANT_NONE || link->stalled_at != link->received_to) {
		link->waits = 0;
		link->stalled_at = link->received_to;
		link->ask_at = c->d.received_at + AGAIN_FIRST;
		return;
	}
	if (c->d.received_at < link->ask_at)
		return;
	beacon_request_missing(c);
	if (link->waits < WAITS_MAX)
		link->waits++;
	link->ask_at = c->d.received_at + (AGAIN_FIRST << link->waits);
}

/* A fact arrived: request what is missing before it. */
void beacon_link_gap(const struct beacon_context *c)
{
	struct beacon_link *link = c->link;
	int64_t seq = c->message->seq, top = c->beacon->top;
	int64_t from = (link->anchored ? link->high : top) + 1;
	beacon_note_top(c, seq, false);
	if (from < seq)
		request_run(c, from, seq - 1);
}

/* ---- what lines say --------------------------------------------------------------------- */

/* (4) */
static bool is_sure(const struct beacon_context *c)
{
	return c->message->summed || c->state->common.setup.beacon_key_len > 0;
}

/* Not an old line that arrived late. */
static bool says_now(const struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	return BEACON_HAS(m, us) && c->link->has_us && m->us > c->link->said_us;
}

/* Two senders behind one connection contradict each other, a damaged line only once. */
static void contradicts(const struct beacon_context *c, const char *what)
{
	struct beacon_link *link = c->link;
	link->agreed = 0;
	link->contradicted = is_sure(c) ? CONTRADICTED_MAX : link->contradicted + 1u;
	if (link->contradicted < CONTRADICTED_MAX || link->mixed)
		return;
	link->mixed = true;
	decoding_anomaly(&c->d, ANOMALY_CONTRADICTION,
			 "%s: its %s went back within boot \"%s\": does another beacon "
			 "use its id? It is acknowledged only what was received",
			 c->beacon->id, what, c->beacon->boot);
}

static void agrees(struct beacon_link *link)
{
	if (++link->agreed < AGREED_ENOUGH)
		return;
	link->agreed = 0;
	link->contradicted = 0;
}

static bool jumps(const struct beacon_context *c, int64_t seq)
{
	const struct beacon *b = c->beacon;
	int64_t top = b->top > c->link->high ? b->top : c->link->high;
	return b->counted && !is_sure(c) && seq > top + JUMP;
}

static bool confirms(const struct beacon_link *link, int64_t seq)
{
	return link->jump > 0 && seq >= link->jump && seq <= link->jump + JUMP;
}

/* (1), (4) */
static void note_from(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	struct beacon_link *link = c->link;
	int64_t from = c->message->from, to = from - 1;
	int64_t first = (link->anchored ? link->received_to : b->lost_to) + 1;
	b->lacks_from = false;
	if (from < link->from) {
		if (!says_now(c))
			return;
		contradicts(c, "\"from\"");
		received_lower(link, to, INT64_MAX);
		link->from = from;
	}
	if (link->mixed)
		return;
	int64_t unused = beacon_unused_count(b, first, to);
	if (unused > 0 && !is_sure(c)) {
		/* Both lines say that nothing below the lesser is kept. */
		int64_t before = link->claim;
		link->claim = from;
		if (before == 0)
			return;
		to = (before < from ? before : from) - 1;
	}
	beacon_tell_lost(c, first, to);
	link_base(link, to);
	link->from = to + 1;
}

void beacon_note_last(const struct beacon_context *c, bool gaps)
{
	const struct beacon_message *m = c->message;
	struct beacon *b = c->beacon;
	struct beacon_link *link = c->link;
	int64_t seq = m->seq;
	bool keeps = BEACON_HAS(m, from) && m->from >= 1;
	if (!BEACON_HAS(m, seq))
		return;
	if (keeps && m->from > seq + 1) {
		decoding_anomaly(&c->d, ANOMALY_CONTRADICTION,
				 "%s: \"from\" %lld is behind its last number %lld",
				 b->id, (long long)m->from, (long long)seq);
		return;
	}
	if (jumps(c, seq) && !confirms(link, seq)) {
		link->jump = seq;
		/* It may have stored much; nothing is skipped by this. */
		if (keeps && m->from <= b->top + 1)
			note_from(c);
		return;
	}
	/* It now sends everything that it keeps. */
	if (!b->counted)
		beacon_count(c, keeps ? m->from : seq + 1);
	bool late =
		!says_now(c) && (seq < link->said || (keeps && m->from < link->from));
	if (seq >= link->said)
		agrees(link);
	else if (says_now(c))
		contradicts(c, "numbers");
	if (!keeps)
		b->lacks_from = true;
	if (keeps)
		note_from(c);
	else if (seq == 0)
		link_base(link, 0);
	/* After a hello without "us" it is not known which ticks are older, until one
	 * says as much. */
	if (!late) {
		link->said = seq;
		link->has_us = BEACON_HAS(m, us);
		link->said_us = link->has_us ? m->us : 0;
	}
	int64_t top = b->top;
	bool news = seq > top || seq > link->high;
	link->high = seq > link->high ? seq : link->high;
	if (!gaps || !news)
		return;
	beacon_note_top(c, seq, true);
	if (link->anchored)
		beacon_request_missing(c);
	else if (seq > top)
		request_run(c, top + 1, seq);
}

/* ---- numbers far above the others ---------------------------------------------------------- */

bool beacon_hold(const struct beacon_context *c, struct slice line)
{
	struct beacon_link *link = c->link;
	int64_t seq = c->message->seq;
	if (!jumps(c, seq) || confirms(link, seq)) {
		/* The numbers go on as before: it was no jump. */
		if (seq > c->beacon->top && !confirms(link, seq))
			link->jump = link->held_len = 0;
		return false;
	}
	decoding_anomaly(&c->d, ANOMALY_CONTRADICTION,
			 "%s: its numbers jump from %lld to %lld: not used until the "
			 "next line confirms it",
			 c->beacon->id, (long long)c->beacon->top, (long long)seq);
	link->jump = seq;
	link->held_len = (uint16_t)line.len;
	link->held_at = c->d.received_at;
	link->held_record = c->d.offset;
	memcpy(link->held, line.at, line.len);
	return true;
}

size_t beacon_held(const struct beacon_context *c, char line[BEACON_LINE_MAX],
		   struct decoding *d)
{
	struct beacon_link *link = c->link;
	size_t len = link->held_len;
	if (!BEACON_HAS(c->message, seq) || !confirms(link, c->message->seq))
		return 0;
	memcpy(line, link->held, len);
	*d = c->d;
	d->received_at = link->held_at;
	d->offset = link->held_record;
	link->held_len = 0;
	return len;
}
