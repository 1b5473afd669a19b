/*
 * write_forecast.c -- `pitwall forecast`: the flag forecast, as a table, CSV and JSON
 *
 *  (1) One row a car, in forecast order.
 *  (2) What is not known, or does not apply, is blank; null in JSON.
 */
#include "write.h"

#include <string.h>

struct forecast_listing {
	const struct race *race;
	const struct forecast *forecast;
};

/* A car of the forecast. */
struct forecast_line {
	const struct forecast_listing *f;
	const struct forecast_row *row;
};

static bool forecast_made(const struct forecast_listing *f)
{
	return f->forecast->flag_at != INSTANT_NONE;
}

/* ---- the fields -------------------------------------------------------------------- */

static void forecast_car(const void *record, struct listing_value *value)
{
	const struct forecast_line *line = record;
	list_car(value, line->f->race, line->row->car);
}

static void forecast_class(const void *record, struct listing_value *value)
{
	const struct forecast_line *line = record;
	listing_text(value, encode_car_class(line->f->race, line->row->car));
}

static void forecast_status(const void *record, struct listing_value *value)
{
	const struct forecast_line *line = record;
	listing_text(value,
		     slice_of(status_name((enum result_status)line->row->status)));
}

static void forecast_laps_now(const void *record, struct listing_value *value)
{
	listing_number(value, ((const struct forecast_line *)record)->row->laps_now);
}

/* Hundredths of a lap, at the field's place in the row. */
static void forecast_laps(const void *record, struct listing_value *value)
{
	const struct forecast_line *line = record;
	int32_t laps;
	memcpy(&laps, (const char *)line->row + value->place, sizeof(laps));
	if (forecast_made(line->f))
		listing_decimal(value, laps, 2);
}

static void forecast_of_threshold(const void *record, struct listing_value *value)
{
	if (((const struct forecast_line *)record)->row->threshold_p50 > 0)
		forecast_laps(record, value);
}

static void forecast_margin_now(const void *record, struct listing_value *value)
{
	const struct forecast_line *line = record;
	if (forecast_made(line->f) && line->row->threshold_p50 > 0)
		listing_number(value, line->row->margin_now);
}

static void forecast_chance(const void *record, struct listing_value *value)
{
	const struct forecast_line *line = record;
	uint16_t share;
	memcpy(&share, (const char *)line->row + value->place, sizeof(share));
	if (forecast_made(line->f))
		listing_decimal(value, share, 3);
}

/* Laps behind the first of the class; blank without a class. */
static void forecast_class_gap(const void *record, struct listing_value *value)
{
	const struct forecast_line *line = record;
	if (encode_car_class(line->f->race, line->row->car).len > 0)
		forecast_laps(record, value);
}

/* The winner's finish, the same for all cars. */
static void forecast_flag(const void *record, struct listing_value *value)
{
	const struct forecast_listing *f = ((const struct forecast_line *)record)->f;
	instant_us at = f->forecast->flag_at;
	if (at == INSTANT_NONE)
		return;
	at = race_local(&f->race->setup, at);
	listing_text(value,
		     (struct slice){value->buf, format_clock(value->buf, at, false)});
}

static void forecast_deadline(const void *record, struct listing_value *value)
{
	const struct forecast_line *line = record;
	instant_us at = line->row->deadline;
	if (at == INSTANT_NONE)
		return;
	at = race_local(&line->f->race->setup, at);
	listing_text(value,
		     (struct slice){value->buf, format_clock(value->buf, at, false)});
}

/* The contract is in encode.h. */
#define LEFT .right = false
#define RIGHT .right = true
#define TEXT LEFT, .width = 1
#define NUMBER RIGHT, .width = 1
#define AT(member_) NUMBER, .place = offsetof(struct forecast_row, member_)
static const struct listing_field fields[] = {
	{"number", "#", forecast_car, TEXT},
	{"class", "class", forecast_class, TEXT},
	{"status", "status", forecast_status, TEXT},
	{"laps_now", "laps", forecast_laps_now, NUMBER},
	{"laps_p10", "~10%", forecast_laps, AT(laps_p10)},
	{"laps_p50", "~50%", forecast_laps, AT(laps_p50)},
	{"laps_p90", "~90%", forecast_laps, AT(laps_p90)},
	{"behind_p10", "behind ~10%", forecast_laps, AT(behind_p10)},
	{"behind_p50", "~50%", forecast_laps, AT(behind_p50)},
	{"behind_p90", "~90%", forecast_laps, AT(behind_p90)},
	{"threshold_p50", "~threshold", forecast_of_threshold, AT(threshold_p50)},
	{"margin_now", "margin", forecast_margin_now, NUMBER},
	{"margin_p50", "~margin", forecast_of_threshold, AT(margin_p50)},
	{"p_classified", "~classified", forecast_chance, AT(p_classified)},
	{"p_class_win", "~wins class", forecast_chance, AT(p_class_win)},
	{"deadline", "~deadline", forecast_deadline, TEXT},
	{"class_behind_p50", "~class gap", forecast_class_gap, AT(class_behind_p50)},
	{"p_race_win", "~wins race", forecast_chance, AT(p_race_win)},
	{"flag_at", NULL, forecast_flag, TEXT},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 2,
					 .json_blanks = true};

/* ---- the list ---------------------------------------------------------------------- */

/* The likeliest winners, the likeliest first; how many. */
enum { WINNERS_MAX = 3 };
static uint32_t likeliest(const struct forecast *forecast,
			  const struct forecast_row *winners[WINNERS_MAX])
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < forecast->count; i++) {
		const struct forecast_row *row = &forecast->rows[i];
		uint32_t at = count < WINNERS_MAX ? count++ : WINNERS_MAX;
		for (; at > 0 && winners[at - 1]->p_race_win < row->p_race_win; at--)
			if (at < WINNERS_MAX)
				winners[at] = winners[at - 1];
		if (at < WINNERS_MAX)
			winners[at] = row;
	}
	while (count > 1 && winners[count - 1]->p_race_win < FORECAST_ONE / 100)
		count--;
	return count;
}

static void forecast_winners(struct out *out, const struct forecast_listing *f)
{
	const struct forecast_row *winners[WINNERS_MAX];
	uint32_t count = likeliest(f->forecast, winners);
	if (f->race->finish_at != INSTANT_NONE && count == 1) {
		char label[16];
		race_car_label(f->race, winners[0]->car, label);
		out_format(out, "#%s won\n", label);
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		char label[16], chance[CHANCE_TEXT_MAX];
		race_car_label(f->race, winners[i]->car, label);
		(void)format_chance(chance, winners[i]->p_race_win);
		out_format(out, i == 0 ? "~ #%s wins (%s)" : ", or #%s (%s)", label,
			   chance);
	}
	out_text(out, count > 0 ? "\n" : "");
}

static void forecast_title(struct out *out, const struct forecast_listing *f)
{
	const struct forecast *forecast = f->forecast;
	struct forecast_alike alike;
	char buf[TIME_TEXT_MAX], chance[CHANCE_TEXT_MAX];
	if (!forecast_made(f)) {
		out_text(out, f->race->setup.type == SESSION_TIMED
				      ? "No forecast: this is a timed session.\n\n"
				      : "No forecast: the race has not begun, or its "
					"length is not known (--length).\n\n");
		return;
	}
	forecast_winners(out, f);
	out_format(out, "%s after %u %s",
		   f->race->finish_at != INSTANT_NONE ? "the flag fell"
						      : "~ the flag falls",
		   forecast->winner_laps, forecast->winner_laps == 1 ? "lap" : "laps");
	if (forecast->winner_laps_p10 < forecast->winner_laps_p90)
		out_format(out, " (%u to %u)", forecast->winner_laps_p10,
			   forecast->winner_laps_p90);
	if (format_clock(buf, race_local(&f->race->setup, forecast->flag_at), false) >
	    0)
		out_format(out, " at %s", buf);
	out_text(out, "\n");
	if (forecast_alike(forecast, &alike)) {
		(void)format_chance(chance, alike.p_classified);
		out_format(out,
			   "~ %u of %u cars that drive above the line have about the "
			   "same chance of being classified: %s\n",
			   alike.cars, alike.of, chance);
	}
	out_text(out, "\n");
}

static bool forecast_next_line(const struct forecast_listing *f, const char *class_only,
			       uint32_t *i, struct forecast_line *line)
{
	while (*i < f->forecast->count) {
		const struct forecast_row *row = &f->forecast->rows[(*i)++];
		struct slice name = encode_car_class(f->race, row->car);
		*line = (struct forecast_line){f, row};
		if (class_only == NULL || slice_eq_nocase(name, slice_of(class_only)))
			return true;
	}
	return false;
}

void encode_forecast(struct out *out, enum format format, const struct race *race,
		     const struct forecast *forecast, const char *class_only)
{
	const struct forecast_listing f = {race, forecast};
	struct listing listing;
	struct forecast_line line;
	listing_begin(&listing, out, format, &form);
	for (uint32_t i = 0; forecast_next_line(&f, class_only, &i, &line);)
		listing_measure(&listing, &line);
	if (format == FORMAT_TABLE)
		forecast_title(out, &f);
	listing_head(&listing);
	for (uint32_t i = 0; forecast_next_line(&f, class_only, &i, &line);)
		listing_row(&listing, &line);
	listing_end(&listing);
}
