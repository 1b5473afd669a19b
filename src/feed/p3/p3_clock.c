/*
 * p3_clock.c -- the clock of a P3 decoder: its zone, its steps
 *
 * RTC_TIME counts microseconds since 1970 by a clock that was set to whatever zone
 * its owner wanted; nothing says which.
 *
 *  (1) At the first record whose hearing is known, what hearing is later than the
 *      clock is rounded to a quarter of an hour. Within a minute of one, and no
 *      further away than zones are, it is a zone, and the clock is right in it; else
 *      the clock is wrong and the difference stands as it is. It is kept fixed.
 *  (2) When what is heard is off by a second from the delay so far, the clock may
 *      have stepped, or the record was held up on its way. It was a step when others
 *      after it are off by the same (what was held up, or is sent again, comes all at
 *      once, so never equally late; a clock that runs at another rate never is off by
 *      the same), when it is a change of zone, or when numbers go up and times down.
 *  (3) Numbers from before a step keep the mapping they had.
 *  (4) After a step times go on as they were heard to: to the quarter of an hour
 *      where it was a change of zone, else by what the step was seen to be. So a lap
 *      over a step has its time, but for what the network makes of it.
 *  (5) A clock that is not of our day is believed in what lies between its times,
 *      whatever hearing says: it may be that of a race that is played, at any speed.
 */
#include "p3.h"

enum { QUARTER_MIN = 15 };

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
	/* Two clocks read one after the other differ by that; it is no step. */
	if (clock->known && offset - clock->offset < STEP / 100 &&
	    clock->offset - offset < STEP / 100)
		return;
	set_offset(clock, number, offset);
	clock->zone = true;
}

/* (1) */
void p3_clock_learn(const struct p3_context *c, uint32_t number, int64_t own)
{
	struct p3_clock *clock = &c->decoder->clock;
	const int64_t quarter = QUARTER_MIN * US_MIN;
	int64_t late = c->d.heard_at - own;
	int64_t nearest = (late + (late >= 0 ? quarter / 2 : -quarter / 2)) / quarter;
	int64_t rest = late - nearest * quarter;
	nearest *= quarter;
	clock->zone = rest <= ZONE_NEAR && rest >= -ZONE_NEAR && nearest <= ZONE_MAX &&
		      nearest >= -ZONE_MAX;
	set_offset(clock, number, clock->zone ? nearest : late);
	clock->lag = c->d.heard_at - (own + clock->offset);
	clock->has_lag = true;
	clock->odd_at = INSTANT_NONE;
}

/* (4) The clock was put by so much, as hearing tells. */
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

/* (2) As far off as the one before it, for long enough. */
static bool stays_off(struct p3_clock *clock, int64_t lag, instant_us at)
{
	int64_t other = lag - clock->odd_lag;
	if (clock->odd_at != INSTANT_NONE && other <= SAME_LAG && other >= -SAME_LAG)
		return at - clock->odd_at >= SAME_FOR;
	clock->odd_lag = lag;
	clock->odd_at = at;
	return false;
}

/* A change of zone: whole quarters, and forward, which no delay looks like. */
static bool is_zone_step(int64_t less)
{
	const int64_t quarter = QUARTER_MIN * US_MIN;
	int64_t rest = less % quarter;
	return less >= quarter - STEP && less <= 2 * ZONE_MAX &&
	       (rest <= STEP || rest >= quarter - STEP);
}

/* True when the clock has stepped. */
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
	if (c->d.heard_at == INSTANT_NONE || !clock->known || !clock->has_lag)
		return;
	int64_t by =
		clock->lag - (c->d.heard_at - p3_clock_map(clock, UINT32_MAX, own));
	if (by > STEP || by < -STEP)
		p3_clock_shift(c, number, by);
}

/* The first time that is heard. */
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
	clock->lag = c->d.heard_at - utc;
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
	if (c->d.heard_at == INSTANT_NONE) {
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
	int64_t by = clock->lag - (c->d.heard_at - at);
	if (!stepped(c, at, c->d.heard_at - at) && !back)
		return;
	tell_step(c, by);
	if (by_utc)
		clock->lag = c->d.heard_at - at;
	else
		p3_clock_shift(c, number, by);
}
