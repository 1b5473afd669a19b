/*
 * forecast_cells.c -- forecasts in cells
 *
 *  (1) A forecast has the role of a guess and a tilde before it, and disappears after the
 *      finish.
 *  (2) A deadline is amber in its last half hour, red in its last five minutes and after.
 *  (3) They are left out where they say nothing: of a class leader that is far above the
 *      threshold, and the chance of a car that can afford any stop.
 */
#include "parts.h"

#define SOON (30 * US_MIN)
enum { LIKELY = 900, SURE = 990 };

bool can_forecast(const struct view *view)
{
	const struct race_setup *setup = &view->race->setup;
	return view->rules->fraction_pm > 0 && setup->type == SESSION_RACE &&
	       (setup->length_us > 0 || setup->length > 0 || setup->length_laps > 0) &&
	       !view->classification->finished;
}

bool forecasts(const struct view *view)
{
	return view->forecast && can_forecast(view);
}

unsigned column_needs(const struct view *view, unsigned column)
{
	if (column >= COLUMN_NET && column <= COLUMN_STINTS)
		return NEED_STRATEGY;
	if (column >= COLUMN_POINTS_FLAG && column <= COLUMN_TITLE && view->season)
		return NEED_SEASON | NEED_TITLES |
		       (season_forecasts(view) ? NEED_FORECAST : 0);
	if (column >= COLUMN_TITLE_POS && column <= COLUMN_TITLE && view->season)
		return NEED_SEASON;
	return can_forecast(view) && column >= COLUMN_FLAG_MARGIN &&
			       column <= COLUMN_DEADLINE
		       ? NEED_FORECAST
		       : 0;
}

bool forecast_ready(const struct view *view)
{
	return forecasts(view) && view->forecast->flag_at != INSTANT_NONE &&
	       view->forecast->count > 0;
}

const struct forecast_row *forecast_of(const struct view *view, uint16_t car)
{
	if (!forecast_ready(view))
		return NULL;
	for (uint32_t i = 0; i < view->forecast->count; i++)
		if (view->forecast->rows[i].car == car)
			return &view->forecast->rows[i];
	return NULL;
}

void field_at_flag(const struct row *row, struct field *out)
{
	if (!row->forecast || row->state == CAR_ABSENT || !margin_tells(row))
		return;
	int64_t laps = row->forecast->margin_p50;
	field_text(out, SLICE("~"), ROLE_GUESS);
	/* Rounded down: half a lap is none. */
	field_append(out, laps >= FORECAST_LAP ? "+" : laps < 0 ? "\u2212" : "");
	laps = laps < 0 ? (FORECAST_LAP - 1 - laps) / FORECAST_LAP
			: laps / FORECAST_LAP;
	field_append_number(out, (uint64_t)laps);
}

void append_chance(struct field *out, unsigned p)
{
	char text[CHANCE_TEXT_MAX];
	field_append_slice(out, (struct slice){text, format_chance(text, p)});
}

/* (3) */
bool margin_tells(const struct row *row)
{
	const struct result *result = row->result;
	if (!result || row->view->classification->finished || !class_first(result) ||
	    margin_role(row->view, result) != ROLE_TEXT)
		return true;
	return row->forecast && row->forecast->p_classified < LIKELY;
}

/* (3) */
static bool is_safe(const struct row *row)
{
	const struct forecast_row *forecast = row->forecast;
	return forecast->p_classified >= SURE && forecast->deadline == INSTANT_NONE &&
	       forecast->afford != DURATION_NONE &&
	       row->view->at + forecast->afford >=
		       row->view->forecast->flag_at - US_MIN;
}

/* Chance of being classified; dim when most cars have about the same. */
void field_chance(const struct row *row, struct field *out)
{
	struct forecast_alike alike;
	if (!row->forecast || row->state == CAR_ABSENT || !margin_tells(row) ||
	    is_safe(row))
		return;
	bool same = forecast_alike(row->view->forecast, &alike) &&
		    forecast_is_alike(row->forecast, &alike);
	field_clear(out, same ? ROLE_DIM : ROLE_GUESS);
	append_chance(out, row->forecast->p_classified);
}

/* "1h42", "42 min". */
static void append_span(struct field *out, duration_us t)
{
	if (t < US_HOUR) {
		field_append_number(out, (uint64_t)(t / US_MIN));
		field_append(out, " min");
		return;
	}
	field_append_time(out, t, TIME_SPAN);
}

bool forecast_stands(const struct row *row)
{
	instant_us deadline = row->forecast->deadline;
	return deadline != INSTANT_NONE &&
	       (row->state != CAR_RUNNING || deadline <= row->view->at);
}

static void say_afford(const struct row *row, duration_us afford, struct field *out)
{
	if (afford <= 0) {
		field_append(out, "no stop");
		out->role = ROLE_AT_RISK;
		return;
	}
	if (row->view->at + afford >= row->view->forecast->flag_at - US_MIN) {
		field_append(out, "any stop");
		return;
	}
	field_append(out, "stop of ");
	append_span(out, afford);
}

/* Of a stopped car: its deadline; of a running one: the stop it can afford. */
void field_deadline(const struct row *row, struct field *out)
{
	const struct forecast_row *forecast = row->forecast;
	const struct view *view = row->view;
	if (!forecast || row->state == CAR_ABSENT || !margin_tells(row) || is_safe(row))
		return;
	duration_us left = forecast->deadline == INSTANT_NONE
				   ? forecast->afford
				   : forecast->deadline - view->at;
	if (left == DURATION_NONE)
		return;
	field_text(out, SLICE("~"), ROLE_GUESS);
	if (!forecast_stands(row)) {
		say_afford(row, left, out);
		return;
	}
	if (left <= 0) { /* (2) */
		field_append(out, "too late");
		out->role = ROLE_NOT_CLASSIFIED;
		return;
	}
	char clock[TIME_TEXT_MAX];
	format_clock(clock, race_local(&view->race->setup, forecast->deadline), false);
	clock[5] = '\0';
	field_append(out, clock);
	field_append(out, " in ");
	field_append_time(out, left, TIME_SPAN); /* it counts down */
	if (left < SOON)
		out->role = left < SOON / 6 ? ROLE_STOPPED : ROLE_AT_RISK;
}

/* Cell of a margin: the threshold at a quarter, the winner at the right end. */
static int whisker_cell(const struct row *row, int64_t margin)
{
	const struct forecast *forecast = row->view->forecast;
	int zero = row->width / 4, right = row->width - zero - 1;
	int64_t most = (int64_t)forecast->winner_laps * FORECAST_LAP -
		       row->forecast->threshold_p50;
	int64_t n = margin * right / (most > 0 ? most : 1);
	if (n == 0 && margin != 0)
		n = margin > 0 ? 1 : -1;
	n += zero;
	return n < 1 ? 1 : n >= row->width ? row->width - 1 : (int)n;
}

void field_whisker(const struct row *row, struct field *out)
{
	const struct forecast_row *forecast = row->forecast;
	int zero = row->width / 4;
	int low = whisker_cell(row, forecast->laps_p10 - forecast->threshold_p50);
	int middle = whisker_cell(row, forecast->margin_p50);
	int high = whisker_cell(row, forecast->laps_p90 - forecast->threshold_p50);
	field_text(out, SLICE("~"), ROLE_GUESS);
	for (int i = 1; i < row->width; i++) {
		if (i == middle)
			field_append(out, i == zero ? "\u254b" : "\u253f");
		else if (i == low)
			field_append(out, "\u251c");
		else if (i == high)
			field_append(out, "\u2524");
		else if (i > low && i < high)
			field_append(out, i == zero ? "\u253c" : "\u2500");
		else
			field_append(out, i == zero ? "\u2502" : " ");
	}
}
