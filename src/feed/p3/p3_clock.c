/*
 * p3_clock.c -- the clock of a P3 decoder: its zone and its steps
 *
 * RTC_TIME counts microseconds since 1970 in an unknown zone.
 *
 *  (1) At the first record whose time of receipt is known, the difference between receipt
 *      and clock is rounded to a quarter of an hour. If it is within a minute of that, and no
 *      further than zones are, it is the zone of a correct clock; otherwise the clock is wrong
 *      and the difference is used as it is. It is then kept.
 *  (2) If a record is more than a second off the usual delay, the clock may have stepped or
 *      the record was delayed. It was a step if later records are off by the same amount
 *      (delayed or repeated records arrive together, so never equally late; a clock with a
 *      wrong rate is never off by the same amount), if it is a change of zone, or if numbers
 *      go up while times go down.
 *  (3) Numbers from before a step keep their mapping.
 *  (4) After a step times continue as received: exact to the quarter of an hour for a change
 *      of zone, otherwise by the size of the step. So a lap across a step has its time, apart
 *      from network delay.
 *  (5) If a clock is not of today, its differences are used whatever the time of receipt: it
 *      may be a race that is replayed at any speed.
 *  (6) A clock of the day of the session, received on another day, is right, and UTC: a race
 *      that is replayed, of which the session file has the date and the start.
 */
#include "p3.h"

enum { QUARTER_MIN = 15, REPLAY_DAYS = 3 };

#define ZONE_MAX (14 * US_HOUR + 15 * US_MIN)
#define ZONE_NEAR (60 * US_S)
#define STEP US_S
#define SAME_LAG (US_S / 2)
#define SAME_FOR (2 * US_S)

void p3_clock_begin(struct p3_clock *clock)
{
	*clock = (struct p3_clock){.odd_at = INSTANT_NONE};
}

instant_us p3_clock_map(const struct p3_clock *clock, uint32_t number, int64_t own)
{
	return own +
	       (number < clock->from_number ? clock->offset_before : clock->offset);
}

/* (3) */
static void set_offset(struct p3_clock *clock, uint32_t number, int64_t offset)
{
	if (clock->known && offset != clock->offset) {
		clock->offset_before = clock->offset;
		clock->from_number = number;
	}
	clock->offset = offset;
	clock->known = true;
}

void p3_clock_exact(struct p3_clock *clock, uint32_t number, int64_t own, int64_t utc)
{
	int64_t offset = utc - own;
	/* Two clocks that are read one after the other differ by this much. */
	if (clock->known && offset - clock->offset < STEP / 100 &&
	    clock->offset - offset < STEP / 100)
		return;
	set_offset(clock, number, offset);
	clock->zone = true;
}

/* (6) */
static bool is_replayed(const struct p3_context *c, int64_t own)
{
	const struct feed_setup *setup = &c->state->common.setup;
	instant_us midnight = instant_sub(setup->day, setup->utc_offset_us);
	int64_t late = c->d.received_at - own;
	return setup->day != INSTANT_NONE && own >= midnight - US_DAY / 2 &&
	       own < midnight + REPLAY_DAYS * US_DAY &&
	       (late > REPLAY_DAYS * US_DAY || late < -REPLAY_DAYS * US_DAY);
}

/* (1) */
void p3_clock_learn(const struct p3_context *c, uint32_t number, int64_t own)
{
	struct p3_clock *clock = &c->decoder->clock;
	const int64_t quarter = QUARTER_MIN * US_MIN;
	int64_t late = c->d.received_at - own;
	int64_t nearest = (late + (late >= 0 ? quarter / 2 : -quarter / 2)) / quarter;
	int64_t rest = late - nearest * quarter;
	nearest *= quarter;
	clock->zone = rest <= ZONE_NEAR && rest >= -ZONE_NEAR && nearest <= ZONE_MAX &&
		      nearest >= -ZONE_MAX;
	if (is_replayed(c, own))
		set_offset(clock, number, 0);
	else
		set_offset(clock, number, clock->zone ? nearest : late);
	clock->lag = c->d.received_at - (own + clock->offset);
	clock->has_lag = true;
	clock->odd_at = INSTANT_NONE;
}

/* (4) The clock was changed by @by. */
static void p3_clock_shift(const struct p3_context *c, uint32_t number, int64_t by)
{
	struct p3_clock *clock = &c->decoder->clock;
	const int64_t quarter = QUARTER_MIN * US_MIN;
	int64_t whole =
		(by + (by >= 0 ? quarter / 2 : -quarter / 2)) / quarter * quarter;
	if (by - whole <= STEP && whole - by <= STEP)
		by = whole;
	set_offset(clock, number, clock->offset - by);
	clock->odd_at = INSTANT_NONE;
}

static void tell_step(const struct p3_context *c, int64_t by)
{
	int64_t ms = by / US_MS, size = ms < 0 ? -ms : ms;
	decoding_anomaly(&c->d, ANOMALY_CLOCK,
			 "decoder %s: its clock stepped %s by %lld.%03lld s",
			 c->decoder->name, ms < 0 ? "back" : "forward",
			 (long long)(size / 1000), (long long)(size % 1000));
}

/* (2) True if it is as far off as the record before, for long enough. */
static bool stays_off(struct p3_clock *clock, int64_t lag, instant_us at)
{
	int64_t other = lag - clock->odd_lag;
	if (clock->odd_at != INSTANT_NONE && other <= SAME_LAG && other >= -SAME_LAG)
		return at - clock->odd_at >= SAME_FOR;
	clock->odd_lag = lag;
	clock->odd_at = at;
	return false;
}

/* A change of zone: whole quarters of an hour, forward, unlike any delay. */
static bool is_zone_step(int64_t less)
{
	const int64_t quarter = QUARTER_MIN * US_MIN;
	int64_t rest = less % quarter;
	return less >= quarter - STEP && less <= 2 * ZONE_MAX &&
	       (rest <= STEP || rest >= quarter - STEP);
}

/* True if the clock has stepped. */
static bool stepped(const struct p3_context *c, instant_us at, int64_t lag)
{
	struct p3_clock *clock = &c->decoder->clock;
	int64_t more = lag - clock->lag;
	if (more >= -STEP && more <= STEP) {
		clock->lag = lag;
		clock->odd_at = INSTANT_NONE;
		return false;
	}
	return is_zone_step(-more) || stays_off(clock, lag, at);
}

void p3_clock_was_set(const struct p3_context *c, uint32_t number, int64_t own)
{
	struct p3_clock *clock = &c->decoder->clock;
	if (c->d.received_at == INSTANT_NONE || !clock->known || !clock->has_lag)
		return;
	int64_t by =
		clock->lag - (c->d.received_at - p3_clock_map(clock, UINT32_MAX, own));
	if (by > STEP || by < -STEP)
		p3_clock_shift(c, number, by);
}

/* The first time received. */
static void begin_lag(const struct p3_context *c, uint32_t number, int64_t own,
		      instant_us utc)
{
	struct p3_clock *clock = &c->decoder->clock;
	if (utc == INSTANT_NONE && !clock->known) {
		p3_clock_learn(c, number, own);
		return;
	}
	if (utc == INSTANT_NONE)
		utc = p3_clock_map(clock, UINT32_MAX, own);
	clock->lag = c->d.received_at - utc;
	clock->has_lag = true;
}

void p3_clock_check(const struct p3_context *c, uint32_t number, int64_t own,
		    instant_us utc)
{
	struct p3_decoder *d = c->decoder;
	struct p3_clock *clock = &d->clock;
	bool by_utc = utc != INSTANT_NONE;
	instant_us at = by_utc ? utc : p3_clock_map(clock, UINT32_MAX, own);
	bool back = d->high_at != INSTANT_NONE && d->sequence.counted &&
		    number == d->sequence.high + 1 && at < d->high_at - STEP;
	if (c->d.received_at == INSTANT_NONE) {
		if (back)
			tell_step(c, at - d->high_at);
		return;
	}
	if (!clock->has_lag || (!clock->known && !by_utc)) {
		begin_lag(c, number, own, utc);
		return;
	}
	/* (5) */
	if (!by_utc && !clock->zone && !back)
		return;
	int64_t by = clock->lag - (c->d.received_at - at);
	if (!stepped(c, at, c->d.received_at - at) && !back)
		return;
	tell_step(c, by);
	if (by_utc)
		clock->lag = c->d.received_at - at;
	else
		p3_clock_shift(c, number, by);
}
