/*
 * fields_gaps.c -- gaps between cars, in the cells of a table
 */
#include "facts.h"

#include <string.h>

static void gap_text(const struct row *row, struct gap gap, struct field *out)
{
	size_t room = (size_t)(row->width - (gap.estimated ? 1 : 0));
	out->text.len = format_gap(out->buf, gap, TIME_LAP);
	if (out->text.len > room)
		out->text.len = format_gap(out->buf, gap, TIME_TENTH);
	if (gap.estimated && out->text.len && out->text.len <= room)
		field_prepend(out, "~");
	if (just_changed(row->view, row->car->line_at) && row->car->seen)
		out->role = ROLE_CHANGED;
	else if (gap.estimated)
		out->role = ROLE_GUESS;
}

void field_gap(const struct row *row, struct field *out)
{
	if (row->standing)
		gap_text(row, row->standing->gap, out);
}

/* "+10" */
void field_penalty(const struct row *row, struct field *out)
{
	duration_us penalty = race_penalty(row->view->race, row->index);
	if (penalty == 0)
		return;
	out->text.len = text_format(out->buf, sizeof(out->buf), "%+lld",
				    (long long)(penalty / US_S));
	out->role = ROLE_AT_RISK;
}

void field_interval(const struct row *row, struct field *out)
{
	if (row->standing)
		gap_text(row, row->standing->interval, out);
}

/* Where there are no classes all cars race each other. */
static struct gap gap_in_class(const struct row *row)
{
	return row->view->race->class_count > 0 ? row->standing->class_gap
						: row->standing->gap;
}

static struct gap interval_in_class(const struct row *row)
{
	return row->view->race->class_count > 0 ? row->standing->class_interval
						: row->standing->interval;
}

void field_class_gap(const struct row *row, struct field *out)
{
	if (row->standing)
		gap_text(row, gap_in_class(row), out);
}

/* Gap to the tagged car: plain behind it, with a minus ahead. */
void field_to_car(const struct row *row, struct field *out)
{
	const struct race *race = row->view->race;
	uint16_t to = row->view->compared;
	if (to >= race->car_count || to == row->index)
		return;
	struct gap gap = gap_between(race, row->view->tables, to, row->index);
	if (gap.kind != GAP_NONE) {
		gap_text(row, gap, out);
		return;
	}
	gap = gap_between(race, row->view->tables, row->index, to);
	if (gap.kind == GAP_NONE)
		return;
	struct row less = *row; /* by the minus */
	less.width--;
	gap_text(&less, gap, out);
	if (out->text.at[0] == '+') {
		out->text.at++;
		out->text.len--;
	}
	/* The sign of an estimate first: "~\u221212.3". */
	size_t guess = out->text.len > 0 && out->text.at[0] == '~';
	struct field ahead;
	field_clear(&ahead, out->role);
	field_append(&ahead, guess ? "~\u2212" : "\u2212");
	field_append_slice(&ahead,
			   (struct slice){out->text.at + guess, out->text.len - guess});
	field_clear(out, ahead.role);
	field_append_slice(out, ahead.text);
	out->role = out->role == ROLE_TEXT ? ROLE_DIM : out->role;
}

void field_class_interval(const struct row *row, struct field *out)
{
	if (row->standing)
		gap_text(row, interval_in_class(row), out);
}

/* ---- how a gap changes ------------------------------------------------------- */

/* A smaller trend is noise. */
#define TREND_LEAST (100 * US_MS)

duration_us trend_between(const struct view *view, uint16_t ahead, uint16_t behind)
{
	duration_us first = car_pace(view, ahead), second = car_pace(view, behind);
	if (first == DURATION_NONE || second == DURATION_NONE)
		return DURATION_NONE;
	return second - first;
}

void append_trend(struct field *out, duration_us trend)
{
	if (trend == DURATION_NONE || (trend < TREND_LEAST && -trend < TREND_LEAST))
		return;
	field_append(out, trend < 0 ? "\u25be" : "\u25b4");
	field_append_time(out, trend < 0 ? -trend : trend, TIME_TENTH);
	out->role = trend < 0 ? ROLE_GAINED : ROLE_DIM;
}

/* The car ahead, when it is of the same class and on the same lap; CAR_NONE. */
static uint16_t car_to_catch(const struct row *row, bool in_class)
{
	const struct view *view = row->view;
	const struct standing *own = row->standing, *ahead = own;
	const struct entry *entries = view->race->entries;
	if (!own || row->state != CAR_RUNNING || view->classification->finished ||
	    view->race->setup.type != SESSION_RACE ||
	    (in_class ? interval_in_class(row) : own->interval).kind != GAP_TIME)
		return CAR_NONE;
	while (ahead-- > view->standings->rows) {
		if (entries[ahead->car].class_index == row->entry->class_index)
			return ahead->car;
		if (!in_class)
			break;
	}
	return CAR_NONE;
}

duration_us trend_of(const struct row *row, bool in_class)
{
	uint16_t ahead = car_to_catch(row, in_class);
	return ahead == CAR_NONE ? DURATION_NONE
				 : trend_between(row->view, ahead, row->index);
}

bool trend_known(const struct row *row)
{
	return car_to_catch(row, true) == CAR_NONE ||
	       trend_of(row, true) != DURATION_NONE;
}

void field_trend(const struct row *row, struct field *out)
{
	append_trend(out, trend_of(row, false));
}

void field_class_trend(const struct row *row, struct field *out)
{
	append_trend(out, trend_of(row, true));
}

void field_result_gap(const struct row *row, struct field *out)
{
	if (row->result && !row->result->moved)
		gap_text(row, row->result->gap, out);
}
