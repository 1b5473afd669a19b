/*
 * alkamel_rows.c -- the lines of a lap file become rows
 *
 * Nearly every line is in order and of the usual shape: row_hot() reads those,
 * and changes nothing but its row. Whatever it does not like is read again, with
 * care and with reasons, by ak_row_careful().
 */
#include "alkamel_rows.h"

#include <string.h>

#include "alkamel_time.h"

static inline bool time_at(const struct ak_line *line, unsigned c, uint32_t *ms)
{
	size_t from = (uint32_t)(line->ends[c] + 1), to = line->ends[c + 1];
	return ak_time(line->at + to, to - from, ms);
}

/* One to four digits. */
static inline bool lap_at(const struct ak_line *line, unsigned c, uint16_t *lap)
{
	size_t from = (uint32_t)(line->ends[c] + 1), to = line->ends[c + 1];
	unsigned value = 0;
	if (to - from > 4)
		return false;
	for (size_t i = from; i < to; i++) {
		unsigned d = (unsigned)(unsigned char)line->at[i] - '0';
		if (d > 9)
			return false;
		value = value * 10 + d;
	}
	*lap = (uint16_t)value;
	return value > 0;
}

/* "196.7" as 1967; 0 when it is not a speed. */
static inline uint16_t ak_row_speed_at(const struct ak_line *line, unsigned c)
{
	const char *at = line->at + (uint32_t)(line->ends[c] + 1);
	const char *end = line->at + line->ends[c + 1];
	uint32_t value = 0;
	if (end == at)
		return 0;
	if (end - at < 3 || end - at > 5 || end[-2] != '.')
		return ak_speed((struct slice){at, (size_t)(end - at)});
	for (; at < end; at++) {
		unsigned d = (unsigned)(unsigned char)*at - '0';
		if (at == end - 2)
			continue;
		if (d > 9)
			return 0;
		value = value * 10 + d;
	}
	return (uint16_t)value;
}

/* One digit, or nothing; false: anything else. */
static inline bool ak_row_mark_at(struct ak *ak, struct ak_row *row)
{
	struct slice code = ak_field(&ak->line, ak->column[AK_IMPROVEMENT]);
	row->best = AK_PLAIN;
	if (code.len == 0 || (code.len == 1 && code.at[0] == '0'))
		return true;
	if (code.len != 1 || code.at[0] < '1' || code.at[0] > '9')
		return false;
	row->best = AK_MARKED;
	ak->marked = true;
	return true;
}

/* The flag, from the row before where it says the same. */
static inline bool ak_row_flag_at(struct ak *ak, struct ak_row *row)
{
	struct slice code = ak_field(&ak->line, ak->column[AK_FLAG]);
	struct ak_memo *memo = &ak->memo;
	row->flag = FLAG_UNKNOWN;
	if (code.len == 0)
		return true;
	if (code.len > sizeof(memo->flag_text))
		return false;
	if (code.len != memo->flag_len ||
	    memcmp(code.at, memo->flag_text, code.len) != 0) {
		int flag = wire_flag_read(WIRE_FLAGS_ALKAMEL, code);
		if (flag < 0)
			return false;
		memo->flag = (uint8_t)flag;
		memo->flag_len = (uint8_t)code.len;
		memcpy(memo->flag_text, code.at, code.len);
	}
	row->flag = memo->flag;
	return true;
}

static inline bool pit_at(struct ak *ak, struct ak_row *row)
{
	const struct ak_line *line = &ak->line;
	struct slice in = ak_field(line, ak->column[AK_PIT_LANE]);
	unsigned c = ak->column[AK_PIT_TIME];
	row->bits = 0;
	row->pit_ms = AK_PIT_NONE;
	if (in.len != 0) {
		if (in.len != 1 || in.at[0] != 'B')
			return false;
		row->bits = AK_IN_PIT;
	}
	if (line->ends[c + 1] == (uint32_t)(line->ends[c] + 1))
		return true;
	ak->pit_times = true;
	return time_at(line, c, &row->pit_ms);
}

static inline bool times_at(const struct ak *ak, struct ak_row *row)
{
	const struct ak_line *line = &ak->line;
	uint32_t lap, elapsed, hour, sector;
	uint64_t sum = 0;
	if (!time_at(line, ak->column[AK_LAP_TIME], &lap) ||
	    !time_at(line, ak->column[AK_ELAPSED], &elapsed) ||
	    !time_at(line, ak->column[AK_HOUR], &hour))
		return false;
	for (unsigned i = 0; i < ak->sectors; i++) {
		if (!time_at(line, ak->column[AK_S1 + i], &sector) || sector == 0)
			return false;
		row->sector[i] = (int64_t)sector * US_MS;
		sum += sector;
	}
	const uint32_t day = (uint32_t)(US_DAY / US_MS);
	if ((sum != lap && ak->sectors) || lap == 0 || elapsed == 0 || hour >= day)
		return false;
	row->elapsed = (int64_t)elapsed * US_MS;
	row->lap_time = (int64_t)lap * US_MS;
	/* A time of this shape is below five days. */
	row->start_ms = (5 * day + hour - elapsed) % day;
	row->start_us = 0;
	return true;
}

/* All of a line in the usual shape; false: it is not, or not in order. */
static inline bool row_hot(struct ak *ak, struct ak_row *row)
{
	const struct ak_line *line = &ak->line;
	if (line->quoted || !lap_at(line, ak->column[AK_LAP_NUMBER], &row->lap) ||
	    !times_at(ak, row) || !pit_at(ak, row) || !ak_row_flag_at(ak, row) ||
	    !ak_row_mark_at(ak, row))
		return false;
	row->bits |= AK_EXACT_SUM;
	row->kph = ak_row_speed_at(line, ak->column[AK_KPH]);
	row->top = ak_row_speed_at(line, ak->column[AK_TOP_SPEED]);
	return true;
}

/* What is learned from rows in any order: the length of a lap, the fastest. */
static inline void ak_row_learn(struct ak *ak, const struct ak_row *row)
{
	if (row->kph != 0 && row->lap_time < US_HOUR) {
		uint64_t mm = (uint64_t)row->lap_time * row->kph / 36000;
		size_t class = mm >> 16;
		if (class < AK_LENGTHS) {
			ak->length_sum[class] += mm;
			ak->length_count[class]++;
		}
	}
	if (row->lap_time < ak->lap_min && row->pit_ms == AK_PIT_NONE &&
	    (row->bits & (AK_EXACT_SUM | AK_IN_PIT)) == AK_EXACT_SUM && row->lap > 1)
		ak->lap_min = row->lap_time;
}

/* True when car, driver, class, team and vehicle are those of the row before. */
static inline bool as_before(struct ak *ak, struct ak_row *row)
{
	const struct ak_line *line = &ak->line;
	struct ak_memo *memo = &ak->memo;
	if (!memo->at)
		return false;
	for (unsigned i = 0; i < ak->span_count; i++) {
		uint32_t from = line->ends[ak->span[i].first] + 1;
		uint32_t len = line->ends[ak->span[i].last + 1] - from;
		if (len != memo->len[i] ||
		    memcmp(line->at + from, memo->at + memo->from[i], len) != 0)
			return false;
		memo->from[i] = from;
	}
	memo->at = line->at;
	memo->run++;
	row->car = memo->car;
	row->driver = memo->variant[AK_OF_DRIVER];
	row->class = memo->variant[AK_OF_CLASS];
	return true;
}

/* Rows that come car by car and in time need no sorting. */
static inline void ak_row_place(struct ak *ak, const struct ak_row *row)
{
	struct ak_car *car = &ak->cars[row->car];
	uint32_t at = ak->row_count;
	if (car->count == 0) {
		car->first = at;
	} else {
		const struct ak_row *before =
			(const struct ak_row *)(const void *)((const char *)row -
							      ak->stride);
		if (before->car != row->car || before->elapsed >= row->elapsed)
			ak->grouped = false;
	}
	car->count++;
	ak->row_count++;
}

static inline void ak_row_read_line(struct ak *ak)
{
	struct ak_line *line = &ak->line;
	if (line->fields == 1 && slice_trim(ak_field(line, 0)).len == 0)
		return;
	if (ak->row_count == ak->row_max) {
		ak->overflow = true;
		return;
	}
	struct ak_row *row =
		(struct ak_row *)(void *)(ak->rows + ak->row_count * ak->stride);
	row->offset = (uint32_t)(line->at - ak->file.at);
	bool shaped = line->fields == ak->named + (ak->trailing ? 1 : 0);
	if (shaped && ak->trailing)
		shaped = line->len == line->ends[ak->named] + 1;
	if (shaped && row_hot(ak, row)) {
		if (as_before(ak, row) || ak_row_identify(ak, row)) {
			ak_row_learn(ak, row);
			ak_row_place(ak, row);
		}
		return;
	}
	if (ak_row_careful(ak, row) && ak_row_identify(ak, row)) {
		ak_row_learn(ak, row);
		ak_row_place(ak, row);
	}
}

void ak_rows_read(struct ak *ak, size_t from)
{
	const char *at = ak->file.at + from, *end = ak->file.at + ak->file.len;
	while (at < end && !ak->overflow) {
		ak_split(at, end, ak->separator, &ak->line);
		ak_row_read_line(ak);
		at = ak->line.next < (size_t)(end - at) ? at + ak->line.next : end;
	}
	ak_memo_flush(ak);
}
