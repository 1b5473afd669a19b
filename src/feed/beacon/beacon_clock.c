/*
 * beacon_clock.c -- the clocks of beacons: from microseconds since boot to instants
 *
 *  (1) A sample maps a time since boot to UTC. A time is mapped by the newest sample that is
 *      not younger, so a record that is sent again gets the same instant. Samples that change
 *      nothing are not kept, so the kept ones reach far back.
 *  (2) Samples come from the beacon ("utc" of a tick or hello, from satellites or the
 *      network). If it has not sent UTC for a minute they come from its answers to "time?":
 *      halfway between request and answer, the most exact of the last few.
 *  (3) Without samples the least delay between `us` and receipt is used, of this minute and
 *      the last, because a crystal drifts by seconds a day.
 *  (4) Everything is a function of what was recorded: a request was sent when the message (or
 *      link) was received that caused it.
 */
#include "beacon.h"

#include <string.h>

#define DELAY_WINDOW US_MIN
#define UTC_FRESH US_MIN /* a beacon that sent UTC this recently is not asked */
#define ROUND_TRIP_MAX (10 * US_S)
#define ASK_FIRST US_S /* between requests, until there are some answers */
#define ASK_LATER (15 * US_S)
#define ASK_SILENT (60 * US_S) /* to a beacon that never answers */

enum {
	ANSWERS_FIRST = 4,
	SILENT_AFTER = 4,
	DRIFT_DIVISOR = 20000, /* 50 millionths */
};

/* ---- samples ------------------------------------------------------------------- */

static instant_us sample_map(const struct sample *sample, int64_t us)
{
	return sample->utc + (us - sample->us);
}

/* (1), (3) */
struct beacon_when beacon_instant(const struct beacon_context *c, int64_t us)
{
	const struct beacon *b = c->beacon;
	const struct feed_setup *setup = &c->state->common.setup;
	if (b->sample_count > 0) {
		unsigned i = b->sample_count - 1u;
		while (i > 0 && b->samples[i].us > us)
			i--;
		return (struct beacon_when){sample_map(&b->samples[i], us),
					    b->samples[i].clock};
	}
	if (b->delayed) {
		int64_t least = b->delay < b->delay_before ? b->delay : b->delay_before;
		return (struct beacon_when){us + least, EVENT_CLOCK_OWN};
	}
	return (struct beacon_when){
		setup->day != INSTANT_NONE ? setup->day - setup->utc_offset_us + us
					   : us,
		EVENT_CLOCK_UNKNOWN,
	};
}

/* (3) */
static void note_delay(const struct beacon_context *c, int64_t us)
{
	struct beacon *b = c->beacon;
	if (c->d.received_at == INSTANT_NONE)
		return;
	int64_t delay = c->d.received_at - us;
	if (!b->delayed) {
		b->delayed = true;
		b->delay = b->delay_before = delay;
		b->delay_from = c->d.received_at;
	} else if (c->d.received_at - b->delay_from >= DELAY_WINDOW ||
		   c->d.received_at < b->delay_from) {
		b->delay_before = b->delay;
		b->delay = delay;
		b->delay_from = c->d.received_at;
	} else if (delay < b->delay) {
		b->delay = delay;
	}
}

static void keep_sample(struct beacon *b, struct sample sample)
{
	if (b->sample_count > 0) {
		const struct sample *newest = &b->samples[b->sample_count - 1];
		if (newest->clock == sample.clock &&
		    sample_map(newest, sample.us) == sample.utc)
			return;
	}
	if (b->sample_count == SAMPLES_MAX) {
		memmove(&b->samples[0], &b->samples[1],
			(SAMPLES_MAX - 1) * sizeof(b->samples[0]));
		b->sample_count--;
	}
	b->samples[b->sample_count++] = sample;
}

static void note_sample(const struct beacon_context *c, int64_t us, int64_t utc,
			uint8_t clock)
{
	struct beacon *b = c->beacon;
	if (b->sample_count > 0) {
		const struct sample *newest = &b->samples[b->sample_count - 1];
		int64_t step = utc - sample_map(newest, us);
		bool back = b->said_us - us > US_MIN;
		if (us <= b->said_us && !back)
			return; /* a late tick is nothing new */
		if (step > US_S || step < -US_S || back)
			decoding_anomaly(
				&c->d, ANOMALY_CLOCK,
				"%s: its clock stepped by %lld ms between two ticks",
				b->id, (long long)(step / US_MS));
		/* Times before an unannounced restart cannot be mapped. */
		if (back)
			b->sample_count = 0;
	}
	b->said_us = us;
	keep_sample(b, (struct sample){.us = us, .utc = utc, .clock = clock});
}

/* The quality of "utc", by "src"; false: a guess of the beacon. */
static bool utc_clock(const struct beacon_message *m, uint8_t *clock)
{
	if (!BEACON_HAS(m, utc) || m->utc <= -BEACON_UTC_MAX ||
	    m->utc >= BEACON_UTC_MAX || slice_eq_nocase(m->src, SLICE("none")))
		return false;
	*clock = slice_eq_nocase(m->src, SLICE("gps")) ? EVENT_CLOCK_UTC
						       : EVENT_CLOCK_NTP;
	return true;
}

void beacon_note_clocks(const struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	struct beacon *b = c->beacon;
	uint8_t clock;
	if (!BEACON_HAS(m, us))
		return;
	note_delay(c, m->us);
	if (!utc_clock(m, &clock))
		return;
	b->has_utc = true;
	b->utc_us = m->us;
	note_sample(c, m->us, m->utc, clock);
}

/* ---- "time?" ------------------------------------------------------------------------ */

static bool has_fresh_utc(const struct beacon *b, int64_t us)
{
	return b->has_utc && us - b->utc_us < UTC_FRESH;
}

/* (2) Halfway is wrong by at most half the round trip, plus the drift since then. */
static int64_t best_offset(const struct beacon *b, int64_t us)
{
	unsigned count =
		b->exchange_count < EXCHANGES_MAX ? b->exchange_count : EXCHANGES_MAX;
	int64_t best = 0, least = INT64_MAX;
	for (unsigned i = 0; i < count; i++) {
		const struct exchange *e = &b->exchanges[i];
		int64_t age = us - e->us;
		int64_t wrong =
			e->round_trip / 2 + (age >= 0 ? age : -age) / DRIFT_DIVISOR;
		if (wrong < least) {
			least = wrong;
			best = e->offset;
		}
	}
	return best;
}

void beacon_note_time(const struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	struct beacon *b = c->beacon;
	struct peer *peer = c->peer;
	if (!BEACON_HAS(m, us) || !BEACON_HAS(m, n) ||
	    c->d.received_at == INSTANT_NONE || peer->asked_at == INSTANT_NONE ||
	    m->n != peer->n)
		return;
	duration_us round_trip = c->d.received_at - peer->asked_at;
	if (round_trip < 0 || round_trip > ROUND_TRIP_MAX)
		return;
	peer->asked = 0;
	if (peer->answers < EXCHANGES_MAX)
		peer->answers++;
	b->exchanges[b->exchange_count++ % EXCHANGES_MAX] = (struct exchange){
		.us = m->us,
		.offset = peer->asked_at + round_trip / 2 - m->us,
		.round_trip = round_trip,
	};
	if (!has_fresh_utc(b, m->us))
		note_sample(c, m->us, m->us + best_offset(b, m->us), EVENT_CLOCK_OWN);
}

void beacon_request_time(const struct beacon_context *c)
{
	struct peer *peer = c->peer;
	duration_us wait = ASK_LATER;
	if (c->d.received_at == INSTANT_NONE)
		return;
	if (c->message) {
		if (!BEACON_HAS(c->message, us) ||
		    has_fresh_utc(c->beacon, c->message->us))
			return;
		if (peer->asked >= SILENT_AFTER)
			wait = ASK_SILENT;
		else if (peer->answers < ANSWERS_FIRST)
			wait = ASK_FIRST;
		if (peer->asked_at != INSTANT_NONE &&
		    c->d.received_at >= peer->asked_at &&
		    c->d.received_at - peer->asked_at < wait)
			return;
	}
	peer->n++;
	peer->asked_at = c->d.received_at;
	if (peer->asked < UINT8_MAX)
		peer->asked++;
	beacon_put_time(c);
}

/* ---- facts ---------------------------------------------------------------------------- */

bool beacon_fact_instant(const struct beacon_context *c, struct beacon_when *when)
{
	const struct beacon_message *m = c->message;
	if BEACON_HAS (m, us) {
		note_delay(c, m->us);
		*when = beacon_instant(c, m->us);
	} else if (BEACON_HAS(m, age_us) && c->d.received_at != INSTANT_NONE) {
		*when = (struct beacon_when){c->d.received_at - m->age_us,
					     EVENT_CLOCK_OWN};
	} else {
		decoding_anomaly(&c->d, ANOMALY_FIELD,
				 "a fact without \"us\" or \"age_us\"");
		return false;
	}
	c->state->common.now = when->at;
	return true;
}
