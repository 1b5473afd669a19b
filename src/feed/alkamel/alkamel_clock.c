/*
 * alkamel_clock.c -- the start of the session, from the time of day of every row
 *
 *  (1) HOUR less ELAPSED is the start, the same in every row: what most rows say. Where
 *      most do not agree, HOUR is no check.
 *  (2) It may step. At the change to winter time HOUR is an hour less for the rest of the
 *      file, at that to summer time an hour more; where a red flag stops the clock of the
 *      session, ELAPSED stands still and HOUR goes on. So the rows fall into parts that
 *      follow one another by ELAPSED, and the start is that of the first. ELAPSED is the
 *      time of the session in any case.
 *  (3) Rows that are of no part, or lie in another, are in doubt.
 */
#include "alkamel.h"

enum {
	DAY_MS = 86400 * 1000,
	HOUR_MS = 3600 * 1000,
	PARTS_MAX = CLOCK_STEPS_MAX + 1,
	PARTS_SEEN = 32
};

/* Rows that give one start. */
struct clock_part {
	int64_t from, to; /* ELAPSED of the first and last of them */
	int64_t end;      /* the next part begins behind it */
	uint32_t start_ms;
	uint32_t count;
};

struct clock_parts {
	struct clock_part at[PARTS_SEEN];
	uint32_t count;
	uint32_t with; /* rows that have HOUR */
	bool too_many; /* different starts */
};

static struct ak_row *clock_row(const struct ak *ak, uint32_t i)
{
	return (struct ak_row *)(void *)(ak->rows + i * ak->stride);
}

/* A file that writes more digits than milliseconds may round. */
static bool near_start(uint32_t a, uint32_t b)
{
	uint32_t apart = (a + DAY_MS - b) % DAY_MS;
	return apart <= 1 || apart == DAY_MS - 1;
}

/* ---- the parts (2) --------------------------------------------------------- */

static void part_note(struct clock_parts *parts, const struct ak_row *row)
{
	for (uint32_t k = 0; k < parts->count; k++) {
		struct clock_part *part = &parts->at[k];
		if (row->start_ms != part->start_ms)
			continue;
		part->count++;
		if (row->elapsed < part->from)
			part->from = row->elapsed;
		if (row->elapsed > part->to)
			part->to = row->elapsed;
		return;
	}
	parts->too_many |= parts->count == PARTS_SEEN;
	if (!parts->too_many)
		parts->at[parts->count++] = (struct clock_part){
			.from = row->elapsed,
			.to = row->elapsed,
			.start_ms = row->start_ms,
			.count = 1,
		};
}

/* Of two that differ by a rounding, the commoner stands for both. */
static void parts_join(struct clock_parts *parts)
{
	for (uint32_t i = 0; i < parts->count; i++) {
		struct clock_part *a = &parts->at[i];
		for (uint32_t k = 0; k < parts->count; k++) {
			struct clock_part *b = &parts->at[k];
			if (k == i || a->count == 0 || b->count > a->count ||
			    (b->count == a->count && b->start_ms < a->start_ms) ||
			    !near_start(a->start_ms, b->start_ms))
				continue;
			a->count += b->count;
			a->from = b->from < a->from ? b->from : a->from;
			a->to = b->to > a->to ? b->to : a->to;
			b->count = 0;
		}
	}
}

/* Keep those of two rows and more, in the order of their beginnings. */
static void parts_sort(struct clock_parts *parts)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < parts->count; i++) {
		struct clock_part part = parts->at[i];
		if (part.count < 2)
			continue;
		uint32_t at = kept++;
		for (; at > 0 && (parts->at[at - 1].from > part.from ||
				  (parts->at[at - 1].from == part.from &&
				   parts->at[at - 1].start_ms > part.start_ms));
		     at--)
			parts->at[at] = parts->at[at - 1];
		parts->at[at] = part;
	}
	parts->count = kept;
}

/* The clock went on by less than six hours, or back by one. */
static bool step_is_possible(uint32_t from_ms, uint32_t to_ms)
{
	uint32_t on = (to_ms + DAY_MS - from_ms) % DAY_MS;
	return on < 6 * HOUR_MS || near_start(on, DAY_MS - HOUR_MS);
}

/* Rows of part @k on the wrong side of @limit. */
static uint32_t rows_beyond(const struct ak *ak, const struct clock_part *part,
			    int64_t limit, bool after)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < ak->row_count; i++) {
		const struct ak_row *row = clock_row(ak, i);
		if (!(row->bits & AK_NO_HOUR) &&
		    near_start(row->start_ms, part->start_ms))
			count += after ? row->elapsed > limit : row->elapsed <= limit;
	}
	return count;
}

/* Where part @a ends and @b begins, with the fewest rows on the wrong side; how many those
 * are. A damaged row may lie far from the others of its part. */
static uint32_t parts_cut(const struct ak *ak, struct clock_part *a,
			  const struct clock_part *b)
{
	a->end = a->to;
	if (a->to < b->from)
		return 0;
	uint32_t early = rows_beyond(ak, b, a->to, false);
	uint32_t late = rows_beyond(ak, a, b->from - 1, true);
	if (late < early)
		a->end = b->from - 1;
	return late < early ? late : early;
}

/* True when the file falls into parts. */
static bool parts_hold(const struct ak *ak, struct clock_parts *parts)
{
	uint32_t wrong = 0, rows = 0;
	if (parts->too_many || parts->count < 2 || parts->count > PARTS_MAX)
		return false;
	for (uint32_t k = 0; k < parts->count; k++) {
		struct clock_part *part = &parts->at[k];
		rows += part->count;
		part->end = INT64_MAX;
		if (k + 1 == parts->count)
			break;
		if (!step_is_possible(part->start_ms, part[1].start_ms))
			return false;
		wrong += parts_cut(ak, part, &part[1]);
	}
	return wrong * 50 <= rows && rows - wrong > parts->with / 2;
}

/* (3) */
static bool part_fits(const struct clock_parts *parts, const struct ak_row *row)
{
	uint32_t k = 0;
	while (k + 1 < parts->count && row->elapsed > parts->at[k].end)
		k++;
	return near_start(row->start_ms, parts->at[k].start_ms);
}

/* ---- one start (1) --------------------------------------------------------- */

/* The start most rows give, in milliseconds of the day; false: there is none. */
static bool find_start(const struct ak *ak, uint32_t *start_ms, uint32_t *agreed)
{
	uint32_t votes = 0, with = 0, agree = 0;
	*start_ms = 0;
	for (uint32_t i = 0; i < ak->row_count; i++) {
		const struct ak_row *row = clock_row(ak, i);
		if (row->bits & AK_NO_HOUR)
			continue;
		with++;
		if (votes == 0)
			*start_ms = row->start_ms;
		if (*start_ms == row->start_ms)
			votes++;
		else
			votes--;
	}
	for (uint32_t i = 0; i < ak->row_count; i++) {
		const struct ak_row *row = clock_row(ak, i);
		agree += !(row->bits & AK_NO_HOUR) && row->start_ms == *start_ms;
	}
	*agreed = with - agree;
	return agree > with / 2;
}

/* Where most do not agree: the earliest, which no order of rows changes. */
static uint32_t earliest_start(const struct ak *ak)
{
	uint32_t start_ms = UINT32_MAX;
	for (uint32_t i = 0; i < ak->row_count; i++) {
		const struct ak_row *row = clock_row(ak, i);
		if (!(row->bits & AK_NO_HOUR) && row->start_ms < start_ms)
			start_ms = row->start_ms;
	}
	return start_ms == UINT32_MAX ? 0 : start_ms;
}

/* Find the parts; one of them where there are no others. */
static void find_parts(struct ak *ak, struct clock_parts *parts)
{
	uint32_t start_ms, others;
	ak->hours_agree = find_start(ak, &start_ms, &others);
	if (others > 1) {
		for (uint32_t i = 0; i < ak->row_count; i++) {
			const struct ak_row *row = clock_row(ak, i);
			if (row->bits & AK_NO_HOUR)
				continue;
			parts->with++;
			part_note(parts, row);
		}
		parts_join(parts);
		parts_sort(parts);
		if (parts_hold(ak, parts)) {
			ak->hours_agree = true;
			return;
		}
	}
	parts->at[0].start_ms = ak->hours_agree ? start_ms : earliest_start(ak);
	parts->count = 1;
}

/* How far HOUR went on from one part to the next. */
static duration_us step_of(uint32_t from_ms, uint32_t to_ms)
{
	uint32_t on = (to_ms + DAY_MS - from_ms) % DAY_MS;
	return on < DAY_MS / 2 ? on * US_MS : -(int64_t)(DAY_MS - on) * US_MS;
}

static void steps_write(struct ak *ak, const struct clock_parts *parts)
{
	for (uint32_t k = 0; k + 1 < parts->count; k++)
		ak->info->steps[k] = (struct clock_step){
			.at = ak->start_at + parts->at[k].end,
			.by = step_of(parts->at[k].start_ms, parts->at[k + 1].start_ms),
		};
}

void ak_judge_start(struct ak *ak)
{
	struct clock_parts parts = {.count = 0};
	uint16_t below = UINT16_MAX;
	find_parts(ak, &parts);
	uint32_t start_ms = parts.at[0].start_ms;
	for (uint32_t i = 0; i < ak->row_count; i++) {
		struct ak_row *row = clock_row(ak, i);
		if (row->bits & AK_NO_HOUR)
			continue;
		if (row->start_ms == start_ms && row->start_us < below)
			below = row->start_us;
		if (ak->hours_agree && !part_fits(&parts, row)) {
			row->bits |= AK_DOUBT;
			ak_row_anomaly(ak, AK_CLOCK, row);
		}
	}
	instant_us day = ak->setup->day == INSTANT_NONE ? 0 : ak->setup->day;
	ak->start_at = day + (int64_t)start_ms * US_MS - ak->setup->utc_offset_us;
	if (below != UINT16_MAX)
		ak->start_at += below;
	steps_write(ak, &parts);
}
