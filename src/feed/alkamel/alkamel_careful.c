/*
 * alkamel_careful.c -- a line that is not of the usual shape, read with reasons
 *
 *  (1) Car, lap and ELAPSED make a row: without one of them it is not used.
 *  (2) A time that contradicts another of its row takes all of them but ELAPSED
 *      out of belief (AK_BARE): the crossing stays, so that laps do not shift.
 *  (3) A blank or 0 sector is a line that missed the car, and no damage.
 */
#include "alkamel_rows.h"

#include <string.h>

static struct slice ak_careful_field(const struct ak *ak, unsigned column)
{
	return slice_trim(ak_field(&ak->line, ak->column[column]));
}

/* Count a field for which its row is not used; false, for "return not_used()". */
static bool not_used(struct ak *ak, enum ak_reason reason, unsigned column,
		     struct slice text)
{
	struct ak_anomaly *anomaly =
		ak_anomaly_add(ak, reason, (size_t)(ak->line.at - ak->file.at));
	anomaly->column = (uint8_t)column;
	anomaly->quote = (uint32_t)(text.at - ak->file.at);
	anomaly->quote_len = (uint16_t)(text.len < 40 ? text.len : 40);
	return false;
}

static bool unreadable(struct ak *ak, unsigned column, struct slice text)
{
	return not_used(ak, AK_UNREADABLE, column, text);
}

/* The header ends in a separator or not, and so may each row. Where a row has one
 * field less than it might, an empty last one says that a separator was lost
 * before it. */
static bool fields_fit(const struct ak_line *line, const struct ak *ak)
{
	bool empty = line->fields <= AK_FIELDS_MAX &&
		     ak_field(line, line->fields - 1).len == 0;
	if (line->fields == ak->named + 1)
		return empty;
	return line->fields == ak->named && (!ak->trailing || !empty);
}

static bool read_shape(struct ak *ak)
{
	const struct ak_line *line = &ak->line;
	size_t offset = (size_t)(line->at - ak->file.at);
	if (line->unclosed) {
		ak_anomaly_add(ak, AK_BAD_QUOTE, offset);
		return false;
	}
	if (fields_fit(line, ak))
		return true;
	struct ak_anomaly *anomaly = ak_anomaly_add(ak, AK_BAD_FIELDS, offset);
	anomaly->a = line->fields;
	anomaly->b = ak->named;
	return false;
}

static bool time_in_reach(struct slice text, int64_t *out)
{
	return parse_duration(text, out) && *out <= AK_ELAPSED_MAX;
}

static bool ak_careful_read_key(struct ak *ak, struct ak_row *row)
{
	struct slice number = ak_careful_field(ak, AK_NUMBER);
	struct slice lap = ak_careful_field(ak, AK_LAP_NUMBER);
	struct slice elapsed = ak_careful_field(ak, AK_ELAPSED);
	uint64_t value;
	if (number.len == 0 || number.len > EVENT_ID_MAX)
		return unreadable(ak, AK_NUMBER, number);
	for (size_t i = 0; i < number.len; i++)
		if (number.at[i] <= ' ' || number.at[i] > '~')
			return unreadable(ak, AK_NUMBER, number);
	if (!parse_u64(lap, &value) || value == 0)
		return unreadable(ak, AK_LAP_NUMBER, lap);
	if (value > AK_LAP_MAX)
		return not_used(ak, AK_LAP_OVER, AK_LAP_NUMBER, lap);
	if (!time_in_reach(elapsed, &row->elapsed) || row->elapsed == 0)
		return unreadable(ak, AK_ELAPSED, elapsed);
	row->lap = (uint16_t)value;
	return true;
}

/* (3); false: unreadable. */
static bool read_sector(const struct ak *ak, unsigned column, int64_t *out)
{
	struct slice text = ak_careful_field(ak, column);
	*out = 0;
	return text.len == 0 || time_in_reach(text, out);
}

/* With a sector missing the sum is wrong; its other spelling is still checked. */
static bool large_agree(const struct ak *ak, const struct ak_row *row)
{
	for (unsigned i = 0; i < ak->sectors; i++) {
		int64_t large;
		if (ak->column[AK_LARGE1 + i] == AK_ABSENT)
			continue;
		if (!read_sector(ak, AK_LARGE1 + i, &large) || large != row->sector[i])
			return false;
	}
	return true;
}

/* LAP_TIME and the sectors; false: not to be believed. (2) */
static bool read_times(struct ak *ak, struct ak_row *row)
{
	struct slice lap = ak_careful_field(ak, AK_LAP_TIME);
	int64_t sum = 0;
	if (!time_in_reach(lap, &row->lap_time) || row->lap_time == 0)
		return unreadable(ak, AK_LAP_TIME, lap);
	for (unsigned i = 0; i < ak->sectors; i++) {
		if (!read_sector(ak, AK_S1 + i, &row->sector[i]))
			return unreadable(ak, AK_S1 + i,
					  ak_careful_field(ak, AK_S1 + i));
		if (row->sector[i] == 0)
			row->bits |= AK_HOLES;
		sum += row->sector[i];
	}
	bool holes = row->bits & AK_HOLES;
	if (ak->sectors != 0 && (holes ? sum >= row->lap_time : sum != row->lap_time)) {
		ak_row_anomaly(ak, AK_SUM, row);
		return false;
	}
	if (holes && !large_agree(ak, row)) {
		ak_row_anomaly(ak, AK_LARGE, row);
		return false;
	}
	if (!holes)
		row->bits |= AK_EXACT_SUM;
	return true;
}

/* Without HOUR the laps around it must do. */
static void read_hour(struct ak *ak, struct ak_row *row)
{
	struct slice text = ak_careful_field(ak, AK_HOUR);
	int64_t hour;
	row->start_ms = 0;
	row->start_us = 0;
	if (text.len == 0) {
		row->bits |= AK_NO_HOUR;
		return;
	}
	if (!parse_duration(text, &hour) || hour >= US_DAY) {
		unreadable(ak, AK_HOUR, text);
		row->bits |= AK_NO_HOUR;
		return;
	}
	int64_t start = (hour - row->elapsed) % US_DAY;
	if (start < 0)
		start += US_DAY;
	row->start_ms = (uint32_t)(start / US_MS);
	row->start_us = (uint16_t)(start % US_MS);
}

/* Any value in the column of the pit lane means the pit lane. */
static void read_pit(struct ak *ak, struct ak_row *row)
{
	struct slice in = ak_careful_field(ak, AK_PIT_LANE);
	struct slice time = ak_careful_field(ak, AK_PIT_TIME);
	int64_t us;
	row->pit_ms = AK_PIT_NONE;
	if (in.len != 0) {
		row->bits |= AK_IN_PIT;
		if (!slice_eq_nocase(in, SLICE("B")))
			unreadable(ak, AK_PIT_LANE, in);
	}
	if (time.len == 0)
		return;
	ak->pit_times = true;
	if (time_in_reach(time, &us)) {
		row->pit_ms = (uint32_t)(us / US_MS);
		return;
	}
	row->pit_ms = AK_PIT_UNKNOWN;
	unreadable(ak, AK_PIT_TIME, time);
}

static void ak_careful_read_flag(struct ak *ak, struct ak_row *row)
{
	struct slice code = ak_careful_field(ak, AK_FLAG);
	row->flag = FLAG_UNKNOWN;
	if (code.len == 0)
		return;
	int flag = wire_flag_read(WIRE_FLAGS_ALKAMEL, code);
	if (flag < 0)
		unreadable(ak, AK_FLAG, code);
	else
		row->flag = (uint8_t)flag;
}

/* LAP_IMPROVEMENT is a number. */
static void read_mark(struct ak *ak, struct ak_row *row)
{
	struct slice code = ak_careful_field(ak, AK_IMPROVEMENT);
	uint64_t value = 0;
	if (code.len != 0 && !parse_u64(code, &value))
		unreadable(ak, AK_IMPROVEMENT, code);
	row->best = value != 0 ? AK_MARKED : AK_PLAIN;
	ak->marked |= value != 0;
}

uint16_t ak_speed(struct slice text)
{
	int64_t tenths;
	bool speed = parse_decimal(text, 1, &tenths) && tenths > 0 && tenths < 10000;
	return speed ? (uint16_t)tenths : 0;
}

bool ak_row_careful(struct ak *ak, struct ak_row *row)
{
	row->car = UINT16_MAX;
	row->bits = 0;
	row->best = AK_PLAIN;
	row->kph = row->top = 0;
	if (!read_shape(ak) || !ak_careful_read_key(ak, row))
		return false;
	if (!read_times(ak, row)) {
		row->bits = AK_BARE;
		row->lap_time = 0;
		memset(row->sector, 0, ak->sectors * sizeof(row->sector[0]));
	}
	read_hour(ak, row);
	read_pit(ak, row);
	ak_careful_read_flag(ak, row);
	read_mark(ak, row);
	if (row->bits & AK_BARE)
		return true;
	row->kph = ak_speed(ak_careful_field(ak, AK_KPH));
	row->top = ak_speed(ak_careful_field(ak, AK_TOP_SPEED));
	return true;
}
