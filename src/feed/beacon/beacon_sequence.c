/*
 * beacon_sequence.c -- the sequence numbers of a boot: used once, missing, requested
 *
 *  (1) A window of the last SEEN_MAX numbers holds which were used.
 *  (2) All records up to received_to were received or are lost; this is acknowledged. It begins
 *      below the first record received, or below "from", the first that the beacon keeps.
 *  (3) Lost are: numbers below "from", those that left the window, and those that were
 *      requested ASKS_MAX times in vain.
 *  (4) A gap is requested at once, and again while it stays open: after 2 s, then after twice
 *      as long each time, with the next line of the beacon.
 *  (5) A record from before the window was received already, if the beacon knows its newer
 *      records; otherwise the beacon has restarted its numbers, against the rules.
 */
#include "beacon.h"

#include <string.h>

enum {
	ASKS_MAX = 6,
	RUNS_MAX = 4, /* requests at a time */
};
#define AGAIN_FIRST (2 * US_S)

/* ---- the window -------------------------------------------------------------------- */

static uint64_t *seen_word(struct beacon *b, int64_t seq, uint64_t *bit)
{
	uint64_t slot = (uint64_t)seq % SEEN_MAX;
	*bit = (uint64_t)1 << slot % 64;
	return &b->seen[slot / 64];
}

static bool seen(struct beacon *b, int64_t seq)
{
	uint64_t bit, *word = seen_word(b, seq, &bit);
	return (*word & bit) != 0;
}

/* (2) Advance over what was received. */
static void received_on(struct beacon *b)
{
	while (b->received_to < b->high && seen(b, b->received_to + 1))
		b->received_to++;
}

/* (3) Stop waiting for records up to @to. */
static void pass_over(struct beacon *b, int64_t to)
{
	if (to <= b->received_to)
		return;
	b->received_to = to < b->high ? to : b->high;
	b->asks = 0;
	received_on(b);
}

static void seen_advance(struct beacon *b, int64_t to)
{
	uint64_t bit, *word;
	if (to - b->high >= SEEN_MAX)
		memset(b->seen, 0, sizeof(b->seen));
	else
		for (int64_t seq = b->high + 1; seq <= to; seq++) {
			word = seen_word(b, seq, &bit);
			*word &= ~bit;
		}
	b->high = to;
	if (b->based)
		pass_over(b, to - SEEN_MAX);
}

static void base(struct beacon *b, int64_t to)
{
	if (b->based)
		return;
	b->based = true;
	b->received_to = to;
	received_on(b);
}

/* ---- what is missing ------------------------------------------------------------------ */

static void tell_missing(const struct beacon_context *c, int64_t from, int64_t to)
{
	const char *id = c->beacon->id;
	if (from == to)
		decoding_anomaly(&c->d, ANOMALY_MISSING, "%s: record %lld is missing",
				 id, (long long)from);
	else
		decoding_anomaly(&c->d, ANOMALY_MISSING,
				 "%s: %lld records are missing, %lld to %lld", id,
				 (long long)to - from + 1, (long long)from,
				 (long long)to);
}

static void put_missing(const struct beacon_context *c, int64_t from, int64_t to)
{
	tell_missing(c, from, to);
	beacon_put_resend(c, from, to);
}

/* The end of the run of missing numbers that begins at @from. */
static int64_t beacon_run_end(struct beacon *b, int64_t from)
{
	while (from < b->high && !seen(b, from + 1))
		from++;
	return from;
}

void beacon_request_missing(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	int64_t seq = b->received_to + 1;
	if (!b->based)
		return;
	for (unsigned runs = 0; runs < RUNS_MAX && seq <= b->high; runs++) {
		int64_t to = beacon_run_end(b, seq);
		beacon_put_resend(c, seq, to);
		for (seq = to + 1; seq <= b->high && seen(b, seq); seq++)
			continue;
	}
}

/* (4) */
void beacon_retry(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	if (!b->based || b->received_to == b->high || !b->current ||
	    c->d.received_at == INSTANT_NONE) {
		b->ask_at = INSTANT_NONE;
		return;
	}
	if (b->ask_at == INSTANT_NONE) {
		b->asks = 0;
		b->ask_at = c->d.received_at + AGAIN_FIRST;
		return;
	}
	if (c->d.received_at < b->ask_at)
		return;
	if (b->asks == ASKS_MAX) {
		pass_over(b, beacon_run_end(b, b->received_to + 1));
		c->state->to_acknowledge |= (uint32_t)1 << (b - c->state->beacons);
	}
	beacon_request_missing(c);
	b->ask_at = c->d.received_at + (AGAIN_FIRST << ++b->asks);
}

/* ---- what lines say --------------------------------------------------------------------- */

/* (3) Records below "from" are no longer kept: acknowledged, or lost. */
static void note_first(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	int64_t from = c->message->from;
	if (!BEACON_HAS(c->message, from) || from < 1 || from > BEACON_SEQ_MAX ||
	    !b->counted)
		return;
	if (from - 1 > b->high) {
		int64_t first = b->high + 1;
		seen_advance(b, from - 1);
		tell_missing(c, first, from - 1);
	}
	if (b->based)
		pass_over(b, from - 1);
	else
		base(b, from - 1);
}

void beacon_note_last(const struct beacon_context *c, bool gaps)
{
	struct beacon *b = c->beacon;
	int64_t seq = c->message->seq;
	if (!BEACON_HAS(c->message, seq))
		return;
	b->said_last = seq;
	if (!b->counted) {
		int64_t from = c->message->from;
		bool keeps = BEACON_HAS(c->message, from) && from >= 1 && from <= seq;
		/* It now sends everything that it keeps. */
		b->counted = true;
		b->high = keeps ? from - 1 : seq;
	}
	note_first(c);
	if (gaps && seq > b->high) {
		int64_t from = b->high + 1;
		seen_advance(b, seq);
		put_missing(c, from, seq);
	}
}

static void beacon_went_back(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	int64_t seq = c->message->seq;
	decoding_anomaly(&c->d, ANOMALY_CONTRADICTION,
			 "%s: its numbers went back from %lld to %lld within a boot",
			 b->id, (long long)b->high, (long long)seq);
	memset(b->seen, 0, sizeof(b->seen));
	b->high = seq;
	b->based = false;
	base(b, seq - 1);
}

bool beacon_note_record(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	int64_t seq = c->message->seq;
	uint64_t bit;
	c->state->to_acknowledge |= (uint32_t)1 << (b - c->state->beacons);
	if (!b->counted) {
		b->counted = true;
		b->high = seq;
	}
	if (seq > b->high) {
		int64_t from = b->high + 1;
		base(b, b->high);
		seen_advance(b, seq);
		if (seq > from)
			put_missing(c, from, seq - 1);
	} else if (b->high - seq >= SEEN_MAX) {
		/* (5) */
		if (b->based && seq <= b->received_to && b->said_last >= b->high)
			return false;
		beacon_went_back(c);
	}
	uint64_t *word = seen_word(b, seq, &bit);
	if (*word & bit)
		return false;
	*word |= bit;
	if (!b->based) {
		base(b, seq - 1);
	} else if (seq == b->received_to + 1) {
		b->asks = 0;
		received_on(b);
	}
	return true;
}
