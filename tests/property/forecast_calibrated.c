/*
 * forecast_calibrated.c -- of many races whose rules of chance are known, as often as
 * was forecast
 *
 * A race here is made from a seed by rules the engine is told: how often cars stand for
 * long and for how long, how often they retire, how much is neutralised. Half of it is
 * folded, the flag forecast, and the other half driven. The seeds are printed with a
 * failure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

#include "pitwall/forecast.h"

enum { CARS = 24, LAPS = 320, ROWS = 8192, EVENTS = 8192, TEXT = 65536, SEEDS = 60 };

#define START ((instant_us)1000000 * US_S)
#define LENGTH (6 * US_HOUR)
#define ASKED (START + LENGTH / 2)
#define STANDS_AN_HOUR 0.08
#define STANDS_LAPS 8.0
#define RETIRES_AN_HOUR 0.03

/* What drives: crossings of the line by lap, to its end. */
struct driven {
	instant_us at[LAPS];
	uint32_t laps;
};

static struct world {
	struct event_list list;
	struct event events[EVENTS];
	char text[TEXT];
	uint32_t order[EVENTS];
	struct event_slot scratch[2 * EVENTS];
	struct race race;
	struct race_setup setup;
	struct race_tables tables;
	struct lap_row laps[ROWS];
	struct stint_row stints[ROWS];
	struct flag_row flags[ROWS];
	struct driven cars[CARS];
	instant_us slow_from[8], slow_to[8];
} world;

static struct forecast forecast;
static uint64_t random_state;

static double chance(void)
{
	return (double)random_below(&random_state, 1000000) / 1e6 + 5e-7;
}

static bool slow_at(instant_us t)
{
	for (unsigned i = 0; i < ARRAY_LEN(world.slow_from); i++)
		if (t >= world.slow_from[i] && t < world.slow_to[i])
			return true;
	return false;
}

/* Neutralisations begin at random, three in six hours, and last ten to thirty minutes. */
static void make_slow(void)
{
	for (unsigned i = 0; i < ARRAY_LEN(world.slow_from); i++) {
		world.slow_from[i] = world.slow_to[i] = START - 1;
		if (i >= 3)
			continue;
		world.slow_from[i] = START + (instant_us)(chance() * (double)LENGTH);
		world.slow_to[i] = world.slow_from[i] +
				   (instant_us)((600.0 + 1200.0 * chance()) * 1e6);
	}
}

static double lap_seconds(double pace, instant_us t)
{
	double lap = slow_at(t) ? 180.0 : pace * (1.0 + 0.01 * (chance() - 0.5));
	double hours = lap / 3600.0;

	if (chance() < STANDS_AN_HOUR * hours)
		lap += -log(chance()) * STANDS_LAPS * pace;
	return lap;
}

static void drive(struct driven *car, double pace)
{
	instant_us t = START + (instant_us)(chance() * 5e6);

	car->laps = 0;
	while (car->laps < LAPS && t < START + LENGTH + US_HOUR) {
		double lap = lap_seconds(pace, t);

		if (chance() < RETIRES_AN_HOUR * lap / 3600.0)
			return;
		/* A stop for fuel every fortieth lap. */
		if (car->laps % 40 == 39)
			lap += 60.0;
		t += (instant_us)(lap * 1e6);
		car->at[car->laps++] = t;
	}
}

static struct event *add(enum event_kind kind, instant_us at, unsigned car)
{
	struct event *e = event_add(&world.list, kind, at);
	char number[8];

	text_format(number, sizeof(number), "%u", car);
	event_set_id(e, ID_NUMBER, slice_of(number));
	e->value = DURATION_NONE;
	e->sequence = world.list.count;
	return e;
}

static void tell_car(unsigned car)
{
	static const char *const classes[] = {"P", "Q", "R"};
	const struct driven *driven = &world.cars[car];
	struct event *e = add(EVENT_ENTRY, START - US_MIN, car + 1);

	e->field = ENTRY_CLASS;
	event_set_text(&world.list, e, slice_of(classes[car % 3]));
	for (uint32_t lap = 0; lap < driven->laps && driven->at[lap] <= ASKED; lap++) {
		e = add(EVENT_PASSING, driven->at[lap], car + 1);
		e->line = LINE_SF;
		e->number = lap + 1;
		e->flag = slow_at(driven->at[lap]) ? FLAG_SC : FLAG_GREEN;
	}
}

static void make_race(uint64_t seed)
{
	static const double paces[] = {95.0, 100.0, 108.0};

	random_state = seed;
	memset(&world.list, 0, sizeof(world.list));
	world.list.at = world.events;
	world.list.max = EVENTS;
	world.list.text = world.text;
	world.list.text_max = TEXT;
	world.tables = (struct race_tables){.laps = world.laps,
					    .stints = world.stints,
					    .flags = world.flags,
					    .laps_max = ROWS,
					    .stints_max = ROWS,
					    .flags_max = ROWS};
	memset(&world.setup, 0, sizeof(world.setup));
	world.setup.start_at = START;
	world.setup.clock_at = START;
	world.setup.length_us = LENGTH;
	world.setup.line_count = 1;
	make_slow();
	for (unsigned car = 0; car < CARS; car++)
		drive(&world.cars[car],
		      paces[car % 3] * (1.0 + 0.02 * (chance() - 0.5)));
	for (unsigned car = 0; car < CARS; car++)
		tell_car(car);
	assert_int_equal(world.list.dropped, 0);
	event_order(&world.list, world.order, world.scratch);
	race_init(&world.race, &world.setup);
	for (uint32_t i = 0; i < world.list.count; i++)
		race_apply(&world.race, &world.tables, &world.list.at[world.order[i]],
			   world.list.text, NULL);
}

/* Laps and the flag of each car, from the whole of what was driven. */
struct truth {
	double behind[CARS];
	bool flagged[CARS], classified[CARS];
};

static uint32_t laps_by(const struct driven *car, instant_us t)
{
	uint32_t n = 0;

	while (n < car->laps && car->at[n] <= t)
		n++;
	return n;
}

static void make_truth(struct truth *truth, uint32_t fraction_pm)
{
	instant_us flag = INT64_MAX;
	uint32_t most = 0;

	/* Of those with most laps when time is up, who is round first. */
	for (unsigned car = 0; car < CARS; car++) {
		uint32_t laps = laps_by(&world.cars[car], START + LENGTH);

		if (laps >= world.cars[car].laps || laps < most)
			continue;
		if (laps > most || world.cars[car].at[laps] < flag)
			flag = world.cars[car].at[laps];
		most = laps;
	}
	most++;
	for (unsigned car = 0; car < CARS; car++) {
		const struct driven *driven = &world.cars[car];
		uint32_t laps = laps_by(driven, flag - 1);

		truth->flagged[car] = laps < driven->laps;
		laps += truth->flagged[car];
		truth->behind[car] = (double)most - (double)laps;
		truth->classified[car] =
			truth->flagged[car] && laps >= most * fraction_pm / 1000;
	}
}

struct tally {
	double forecast, came, n;
};

/* Of what was forecast to a twentieth of a chance, how much came. */
static void count(struct tally *tally, double p, bool came)
{
	tally->forecast += p;
	tally->came += came ? 1.0 : 0.0;
	tally->n += 1.0;
}

static struct tally bins[3], covered;

static void play(uint64_t seed, const struct forecast_parameters *parameters)
{
	struct rules rules = {.fraction_pm = 850, .must_take_flag = 1};
	struct truth truth;

	make_race(seed);
	make_truth(&truth, rules.fraction_pm);
	forecast_query(&world.race, &world.tables, &rules, parameters, ASKED,
		       &forecast);
	assert_int_equal(forecast.count, CARS);
	for (uint32_t i = 0; i < forecast.count; i++) {
		const struct forecast_row *row = &forecast.rows[i];
		const char *number = world.race.entries[row->car].number;
		unsigned car = (unsigned)atoi(number) - 1;
		double p = row->p_classified / (double)FORECAST_ONE;
		double behind = truth.behind[car] * FORECAST_LAP;

		count(&bins[p < 0.2 ? 0 : p < 0.8 ? 1 : 2], p, truth.classified[car]);
		if (truth.flagged[car] && row->laps_now >= 6)
			count(&covered, 0.8,
			      behind >= row->behind_p10 && behind <= row->behind_p90);
	}
}

static void as_often_as_was_forecast(void **state)
{
	struct forecast_parameters p = forecast_parameters_plain;

	(void)state;
	p.trouble_rate = STANDS_AN_HOUR;
	p.trouble_size = STANDS_LAPS;
	p.retire_rate = RETIRES_AN_HOUR;
	p.neutral_share = 0.15;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		play(seed, &p);
	for (unsigned i = 0; i < ARRAY_LEN(bins); i++) {
		struct tally *bin = &bins[i];

		print_message("# foretold %.3f, came %.3f of %.0f\n",
			      bin->forecast / bin->n, bin->came / bin->n, bin->n);
		assert_true(bin->n >= 30.0);
		assert_true(fabs(bin->forecast - bin->came) < 0.10 * bin->n);
	}
	print_message("# %.3f of %.0f lie in the band of 80 %%\n",
		      covered.came / covered.n, covered.n);
	assert_true(covered.came > 0.70 * covered.n);
	assert_true(covered.came < 0.95 * covered.n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_often_as_was_forecast),
	};

	return cmocka_run_group_tests_name("forecast calibrated", tests, NULL, NULL);
}
