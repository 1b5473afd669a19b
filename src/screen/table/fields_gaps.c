/*
 * fields_gaps.c -- gaps between cars, in the cells of a table
 */
#include "parts.h"

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

void field_class_gap(const struct row *row, struct field *out)
{
	if (row->standing)
		gap_text(row, row->standing->class_gap, out);
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
	field_append_slice(&ahead, (struct slice){out->text.at + guess,
						  out->text.len - guess});
	field_clear(out, ahead.role);
	field_append_slice(out, ahead.text);
	out->role = out->role == ROLE_TEXT ? ROLE_DIM : out->role;
}

void field_class_interval(const struct row *row, struct field *out)
{
	if (row->standing)
		gap_text(row, row->standing->class_interval, out);
}

void field_result_gap(const struct row *row, struct field *out)
{
	if (row->result && !row->result->moved)
		gap_text(row, row->result->gap, out);
}
