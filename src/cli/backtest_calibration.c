/*
 * backtest_calibration.c -- of what was given a chance, as often as was said
 *
 * A row for each chance and each instant and tenth of it: how many cars were given such
 * a chance, what was said of them on average, and how many it came true for. All races
 * together.
 */
#include "backtest.h"

enum { TENTHS = 10 };

/* The chances: name, member of a row, what came true. */
#define CHANCES(X)                                \
	X("classified", p_classified, classified) \
	X("class win", p_class_win, won)
enum {
#define X(name_, said_, seen_) CHANCE_##seen_,
	CHANCES(X)
#undef X
		CHANCE_COUNT
};

struct tenth {
	double cars, said, seen;
};
struct calibration_sums {
	struct tenth tenths[CHANCE_COUNT][TENTHS];
};

static void count_chance(struct tenth tenths[TENTHS], uint16_t said, bool seen)
{
	unsigned at = said * TENTHS / FORECAST_ONE;
	struct tenth *tenth = &tenths[at < TENTHS ? at : TENTHS - 1];
	tenth->cars += 1.0;
	tenth->said += said / (double)FORECAST_ONE;
	tenth->seen += seen ? 1.0 : 0.0;
}

static void calibration_add(const struct moment *moment, double *sums)
{
	struct calibration_sums *sum = (struct calibration_sums *)(void *)sums;
	for (uint32_t i = 0; i < moment->forecast->count; i++) {
		const struct forecast_row *row = &moment->forecast->rows[i];
		const struct outcome *outcome = &moment->trial->outcomes[row->car];
		if (!outcome->started)
			continue;
#define X(name_, said_, seen_) \
	count_chance(sum->tenths[CHANCE_##seen_], row->said_, outcome->seen_);
		CHANCES(X)
#undef X
	}
}

/* ---- the table --------------------------------------------------------------------- */

struct calibration_line {
	const char *chance;
	unsigned percent, tenth;
	const struct tenth *sums;
};

static void calibration_chance(const void *record, struct listing_value *value)
{
	listing_text(value,
		     slice_of(((const struct calibration_line *)record)->chance));
}

static void calibration_at(const void *record, struct listing_value *value)
{
	listing_number(value, ((const struct calibration_line *)record)->percent);
}

static void calibration_from(const void *record, struct listing_value *value)
{
	listing_decimal(value, ((const struct calibration_line *)record)->tenth, 1);
}

static void calibration_cars(const void *record, struct listing_value *value)
{
	listing_digits(value, "%.0f",
		       ((const struct calibration_line *)record)->sums->cars);
}

static void calibration_said(const void *record, struct listing_value *value)
{
	const struct tenth *sums = ((const struct calibration_line *)record)->sums;
	listing_digits(value, "%.3f", sums->said / sums->cars);
}

static void calibration_seen(const void *record, struct listing_value *value)
{
	const struct tenth *sums = ((const struct calibration_line *)record)->sums;
	listing_digits(value, "%.3f", sums->seen / sums->cars);
}

#define RIGHT(width_) .right = true, .width = (width_)
static const struct listing_field fields[] = {
	{"chance", "chance", calibration_chance, .width = 10},
	{"at", "at", calibration_at, RIGHT(3)},
	{"from", "from", calibration_from, RIGHT(5)},
	{"cars", "cars", calibration_cars, RIGHT(5)},
	{"said", "said", calibration_said, RIGHT(6)},
	{"seen", "seen", calibration_seen, RIGHT(6)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1,
					 .json_blanks = true};

static void calibration_print(const struct measured *measured, struct listing *listing)
{
	static const char *const names[] = {
#define X(name_, said_, seen_) name_,
		CHANCES(X)
#undef X
	};
	for (unsigned c = 0; c < CHANCE_COUNT; c++)
		for (unsigned k = 0; k < BACKTEST_INSTANTS; k++)
			for (unsigned t = 0; t < TENTHS; t++) {
				const struct calibration_sums *sums =
					(const struct calibration_sums *)(const void *)
						measured_sums(measured,
							      measured_total(measured),
							      k);
				const struct calibration_line line = {
					names[c], backtest_percent[k], t,
					&sums->tenths[c][t]};
				if (line.sums->cars > 0.0)
					listing_row(listing, &line);
			}
}

const struct measure backtest_calibration = {
	.name = "calibration",
	.about = "chances as they were said, and as often as they came true",
	.sums = sizeof(struct calibration_sums) / sizeof(double),
	.add = calibration_add,
	.form = &form,
	.print = calibration_print};
