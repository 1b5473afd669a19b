/*
 * when.c -- WHEN: the ways a person names an instant of a race
 */
#include "timeline_parts.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* ---- from text ------------------------------------------------------------ */

static const char forms[] = "say 3:20:00 (race time), @15:20:00 (time of day), "
			    "lap:112, 50%, start or end";

/* "H:MM" or "H:MM:SS[.ffffff]". */
static bool parse_hours(struct slice s, duration_us *out)
{
	if (s.len == 0)
		return false;
	const char *colon = memchr(s.at, ':', s.len);
	if (!colon)
		return false;
	size_t rest = s.len - (size_t)(colon - s.at) - 1;
	if (rest != 2)
		/* Without a second colon it would be minutes and seconds. */
		return rest > 2 && memchr(colon + 1, ':', rest) &&
		       parse_duration(s, out);
	duration_us minutes;
	if (!parse_duration(s, &minutes))
		return false;
	*out = minutes * 60;
	return true;
}

static int parse_of_day(struct slice s, struct when *out)
{
	struct slice text = s;
	struct slice clock = slice_cut(&text, '+');
	uint64_t days = 0;
	if (text.at) {
		if (text.len < 2 || text.at[text.len - 1] != 'd')
			return -EINVAL;
		text.len--;
		if (!parse_u64(text, &days) || days > UCHAR_MAX)
			return -EINVAL;
	}
	duration_us of_day;
	if (!parse_hours(clock, &of_day) || of_day >= US_DAY)
		return -EINVAL;
	*out = (struct when){
		.value = of_day, .kind = WHEN_TIME_OF_DAY, .days = (uint8_t)days};
	return 0;
}

static int parse_lap(struct slice s, struct when *out)
{
	uint64_t lap;
	if (!parse_u64(s, &lap) || lap > UINT32_MAX)
		return -EINVAL;
	*out = (struct when){.value = (int64_t)lap, .kind = WHEN_LAP};
	return 0;
}

static int parse_percent(struct slice s, struct when *out)
{
	int64_t ppm;
	s.len--;
	if (!parse_decimal(s, 4, &ppm) || ppm < 0 || ppm > 1000000)
		return -EINVAL;
	*out = (struct when){.value = ppm, .kind = WHEN_PERCENT};
	return 0;
}

static int parse_any(struct slice s, struct when *out)
{
	if (slice_eq_nocase(s, SLICE("start")) || slice_eq_nocase(s, SLICE("end"))) {
		*out = (struct when){.kind = s.len == 3 ? WHEN_END : WHEN_START};
		return 0;
	}
	if (s.len == 0)
		return -EINVAL;
	if (s.at[0] == '@')
		return parse_of_day((struct slice){s.at + 1, s.len - 1}, out);
	if (s.at[s.len - 1] == '%')
		return parse_percent(s, out);
	if (s.len > 4 && slice_eq_nocase((struct slice){s.at, 4}, SLICE("lap:")))
		return parse_lap((struct slice){s.at + 4, s.len - 4}, out);
	duration_us value;
	if (!parse_hours(s, &value))
		return -EINVAL;
	*out = (struct when){.value = value, .kind = WHEN_RACE_TIME};
	return 0;
}

int when_parse(struct slice text, struct when *out, struct err *err)
{
	struct slice s = slice_trim(text);
	if (parse_any(s, out) == 0)
		return 0;
	if (s.len == 0)
		return err_set(err, -EINVAL, "no instant given: %s", forms);
	return err_set(err, -EINVAL, "\"%.*s\" is not an instant of a race: %s",
		       s.len < 40 ? (int)s.len : 40, s.at, forms);
}

/* ---- to an instant -------------------------------------------------------- */

/* Where race time begins: the start signal, else the first event. */
static instant_us race_zero(const struct timeline *timeline)
{
	return timeline->start_at != INSTANT_NONE ? timeline->start_at
						  : timeline->first_at;
}

/* Where the clock of the race begins: never behind the start signal, so that
 * "@12:00" is the start of a race whose signal came seconds after noon. */
static instant_us clock_zero(const struct timeline *timeline)
{
	instant_us zero = race_zero(timeline);
	instant_us clock = timeline->clock_at;
	return clock != INSTANT_NONE && clock < zero ? clock : zero;
}

/* The first instant from @from on at which the local clock shows @local; INSTANT_NONE: it
 * never does. Between two steps of the clock it goes on evenly. */
static instant_us of_local(const struct race_setup *setup, instant_us from,
			   instant_us local)
{
	instant_us at = instant_sub(local, setup->utc_offset_us),
		   behind = instant_sub(from, 1);
	for (unsigned i = 0;; i++) {
		bool last = i == CLOCK_STEPS_MAX || setup->steps[i].by == 0;
		if (at >= from && at > behind && (last || at <= setup->steps[i].at))
			return at;
		if (last)
			return INSTANT_NONE;
		behind = setup->steps[i].at;
		at = instant_sub(at, setup->steps[i].by);
	}
}

static instant_us of_day(const struct timeline *timeline, const struct when *when)
{
	const struct race_setup *setup = &timeline->setup;
	instant_us zero = clock_zero(timeline);
	instant_us local = instant_add(zero, setup->utc_offset_us);
	int64_t into_day = local % US_DAY;
	if (into_day < 0)
		into_day += US_DAY;
	local = instant_add(local, when->value - into_day);
	if (of_local(setup, zero, local) == INSTANT_NONE)
		local = instant_add(local, US_DAY);
	local = instant_add(local, when->days * US_DAY);
	instant_us at = of_local(setup, zero, local);
	return at != INSTANT_NONE ? at : instant_sub(local, setup->utc_offset_us);
}

static instant_us of_percent(const struct timeline *timeline, const struct when *when)
{
	instant_us from = race_zero(timeline);
	instant_us to = timeline->finish_at;
	if (to == INSTANT_NONE && timeline->setup.length_us > 0)
		to = instant_add(clock_zero(timeline), timeline->setup.length_us);
	if (to == INSTANT_NONE)
		to = timeline->last_at;
	int64_t length = instant_sub(to, from);
	if (length < 0)
		length = 0;
	return instant_add(from, mul_div(length, when->value, 1000000));
}

/* The rows of the whole race, also while the view shows what was known then. A
 * timeline that was never loaded has its own and no other. */
static const struct lap_row *rows_of(const struct timeline *timeline)
{
	return timeline->parts == NULL ? timeline->tables.laps
				       : timeline->parts->shared.laps;
}

/* The first car to have completed so many laps led then. Read from the rows of
 * the whole race, which are there whether marks are kept or not. */
static instant_us of_lap(const struct timeline *timeline, uint32_t lap)
{
	instant_us first = INSTANT_NONE;
	const struct lap_row *laps = rows_of(timeline);
	for (uint32_t i = timeline->lap_first; i < timeline->lap_total; i++) {
		const struct lap_row *row = &laps[i];
		if (row->lap >= lap && row->at != INSTANT_NONE &&
		    (first == INSTANT_NONE || row->at < first))
			first = row->at;
	}
	return first;
}

static uint32_t laps_most(const struct timeline *timeline)
{
	const struct lap_row *laps = rows_of(timeline);
	uint32_t most = 0;
	for (uint32_t i = timeline->lap_first; i < timeline->lap_total; i++)
		if (laps[i].lap > most)
			most = laps[i].lap;
	return most;
}

static instant_us unclamped(const struct timeline *timeline, const struct when *when)
{
	switch ((enum when_kind)when->kind) {
	case WHEN_RACE_TIME:
		return instant_add(race_zero(timeline), when->value);
	case WHEN_TIME_OF_DAY:
		return of_day(timeline, when);
	case WHEN_LAP:
		return when->value == 0 ? race_zero(timeline)
					: of_lap(timeline, (uint32_t)when->value);
	case WHEN_PERCENT:
		return of_percent(timeline, when);
	case WHEN_START:
		return race_zero(timeline);
	case WHEN_END:
		return timeline->last_at;
	}
	return INSTANT_NONE;
}

int when_resolve(const struct timeline *timeline, const struct when *when,
		 instant_us *out, struct err *err)
{
	if (timeline->first_at == INSTANT_NONE)
		return err_set(err, -ERANGE,
			       "the source holds no moment of a race to go to");
	instant_us at = unclamped(timeline, when);
	if (at == INSTANT_NONE)
		return err_set(err, -ERANGE,
			       "no car completed lap %lld: the leader has %u laps",
			       (long long)when->value, laps_most(timeline));
	instant_us zero = race_zero(timeline);
	instant_us low = zero < timeline->first_at ? zero : timeline->first_at;
	if (at > timeline->last_at)
		at = timeline->last_at;
	*out = at < low ? low : at;
	return 0;
}
