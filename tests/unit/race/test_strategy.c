/*
 * test_strategy.c -- what is forecast of stops, where the cars then do just that
 */
#include "drive.h"

#include "pitwall/strategy.h"

static struct forecast forecast;
static struct strategy strategy;
/* What ask() and ask_knowing() ask beside the car; zero: nothing. */
static struct strategy_request extra;

/* What is forecast at @t of @number; the forecast is the race's own. */
static const struct strategy_row *ask(struct fixture *f, int64_t t, const char *number)
{
	struct strategy_request question = {.race = &f->race,
					    .tables = &f->tables,
					    .rules = &f->rules,
					    .forecast = &forecast,
					    .at = START + t};

	fixture_fold_to(f, START + t);
	forecast_query(&f->race, &f->tables, &f->rules, &forecast_parameters_plain,
		       START + t, &forecast);
	question.car = find(f, number);
	question.what_if = extra.what_if;
	question.stints = extra.stints;
	question.parameters = extra.parameters;
	strategy_query(&question, &strategy);
	return &strategy.rows[question.car];
}

/* A flag that is known: of a forecast only these are read. */
static const struct strategy_row *ask_knowing(struct fixture *f, int64_t t,
					      const char *number, uint32_t laps,
					      int64_t flag_at)
{
	struct strategy_request question = {.race = &f->race,
					    .tables = &f->tables,
					    .rules = &f->rules,
					    .forecast = &forecast,
					    .at = START + t};

	fixture_fold_to(f, START + t);
	memset(&forecast, 0, sizeof(forecast));
	forecast.flag_at = START + flag_at;
	forecast.winner = find(f, number);
	forecast.winner_laps = laps;
	forecast.count = f->race.car_count;
	for (uint16_t i = 0; i < f->race.car_count; i++) {
		struct forecast_row *row = &forecast.rows[i];

		row->car = i;
		row->laps_p10 = row->laps_p50 = row->laps_p90 =
			(int32_t)laps * FORECAST_LAP;
		row->p_flag = FORECAST_ONE;
		row->pace = DURATION_NONE;
	}
	question.car = find(f, number);
	question.what_if = extra.what_if;
	question.stints = extra.stints;
	question.parameters = extra.parameters;
	strategy_query(&question, &strategy);
	return &strategy.rows[question.car];
}

/* Stints of ten laps of 90 s; a stop is 70 s in the lane and loses 55 s. */
static const struct drive plain = {.number = "5",
				   .class_name = "GT",
				   .lap = S(90),
				   .laps = 55,
				   .stint = 10,
				   .lane = S(70),
				   .loss = S(55)};

/* ---- stops to the flag ---------------------------------------------------------- */

/* 55 laps with a tank of ten: stops after 10, 20, 30, 40 and 50, and each could be up
 * to five laps sooner. */
static void stops_and_window_are_exact_where_stints_never_vary(void **state)
{
	static const struct {
		uint32_t laps; /* done */
		uint16_t stops;
		uint32_t from, to;
	} cases[] = {
		{21, 3, 25, 30}, {24, 3, 25, 30}, {26, 3, 27, 30},
		{29, 3, 30, 30}, {32, 2, 35, 40}, {41, 1, 45, 50},
		{46, 1, 47, 50}, {51, 0, 0, 0},   {54, 0, 0, 0},
	};
	struct fixture *f = fixture_new();
	int64_t end = drive_car(f, &plain);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint32_t stops = (cases[i].laps - 1) / 10;
		int64_t t = cases[i].laps * S(90) + stops * S(55) + S(1);
		const struct strategy_row *row = ask_knowing(f, t, "5", 55, end);

		print_message("# after %u laps\n", cases[i].laps);
		assert_int_equal(row->stint_laps, (cases[i].laps - 1) % 10 + 1);
		assert_int_equal(row->stops_left, cases[i].stops);
		assert_int_equal(row->window_from, cases[i].from);
		assert_int_equal(row->window_to, cases[i].to);
		if (cases[i].stops == 0)
			continue;
		assert_int_equal(row->window_to_at,
				 START + cases[i].to * S(90) + stops * S(55));
		assert_int_equal(row->in_at[0], row->window_to_at);
		/* The last forecast stop is the one after 50 laps. */
		assert_int_equal(row->in_at[cases[i].stops - 1],
				 START + 50 * S(90) + 4 * S(55));
	}
}

static void in_the_lane_the_stint_to_come_counts(void **state)
{
	struct fixture *f = fixture_new();
	int64_t end = drive_car(f, &plain);
	const struct strategy_row *row;

	(void)state;
	/* Twenty laps, a stop, two seconds of braking: it stands. */
	row = ask_knowing(f, 20 * S(90) + S(55) + S(20), "5", 55, end);
	assert_true(row->in_stop);
	assert_int_equal(row->stops_left, 3);
	assert_int_equal(row->window_to, 30);
	/* The same before it crosses the line in the lane. */
	row = ask_knowing(f, 20 * S(90) + S(55) - S(3), "5", 55, end);
	assert_true(row->in_stop);
	assert_int_equal(row->stops_left, 3);
	assert_int_equal(row->window_to, 30);
}

static void what_is_not_known_is_not_told(void **state)
{
	struct fixture *f = fixture_new();
	const struct strategy_row *row;

	(void)state;
	add_laps(f, "5", 8, S(90));
	row = ask(f, 8 * S(90) + S(1), "5");
	assert_int_equal(row->stops_left, STRATEGY_UNKNOWN);
	assert_int_equal(row->window_to, 0);
	assert_int_equal(row->window_to_at, INSTANT_NONE);
	assert_int_equal(strategy.flag_at, INSTANT_NONE);
	assert_int_equal(strategy.green.loss, DURATION_NONE);
	assert_int_equal(strategy.undercut.car, CAR_NONE);
	assert_int_equal(strategy.ahead.car, CAR_NONE);
	assert_int_equal(strategy.call_count, 0);
	/* A second after its last lap, nothing was received for an hour. */
	row = ask(f, 8 * S(90) + S(3600), "5");
	assert_int_equal(row->lap, S(90));
}

/* ---- the road ------------------------------------------------------------------------ */

/* Car 5 boxes at the end of lap 35 in a field; the others drive as they did. */
static struct fixture *a_field(void)
{
	static const struct {
		const char *number, *class_name;
		int64_t lap;
	} others[] = {
		{"1", "LMP", S(80)},           {"2", "LMP", S(81) + MS(300)},
		{"6", "GT", S(89) + MS(900)},  {"7", "GT", S(91)},
		{"8", "GT", S(91) + MS(400)},  {"9", "GT", S(93)},
		{"12", "LMP", S(88) + MS(10)}, {"10", "GT", S(95)},
		{"11", "GT", S(96)},
	};
	struct fixture *f = fixture_new();
	struct drive drive = plain;

	drive.stint = 0;
	drive.laps = 45;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		drive.number = others[i].number;
		drive.class_name = others[i].class_name;
		drive.lap = others[i].lap;
		drive_car(f, &drive);
	}
	drive = plain;
	drive.stint = 12; /* after 12 and 24 laps, and then after 35 */
	drive.odd_lap = 35;
	drive.odd_lane = plain.lane;
	drive_car(f, &drive);
	return f;
}

/* When car 5 has done its lap out: 36 laps of 90 s and three stops. */
#define BACK (36 * S(90) + 3 * S(55))

static void assert_gap(struct gap gap, struct gap truth)
{
	assert_int_equal(gap.kind, truth.kind);
	assert_int_equal(gap.value, truth.value);
}

static void a_rejoin_is_what_then_happens(void **state)
{
	struct fixture *f = a_field();
	struct strategy_rejoin rejoin;
	const struct standing *now;

	(void)state;
	/* On its 35th lap. */
	ask(f, 34 * S(90) + 2 * S(55) + S(40), "5");
	rejoin = strategy.green;
	assert_int_equal(rejoin.loss, S(55));
	fixture_fold_to(f, START + BACK);
	now = standing_of(f, "5");
	assert_int_equal(rejoin.position, now->position);
	assert_int_equal(rejoin.class_position, now->class_position);
	assert_int_equal(rejoin.ahead, f->race.order[now->position - 2]);
	assert_int_equal(rejoin.behind, f->race.order[now->position]);
	assert_gap(rejoin.ahead_gap, now->interval);
	assert_gap(rejoin.class_ahead_gap, now->class_interval);
	/* Who is behind shows when he crosses the line. */
	fixture_fold(f);
	for (uint16_t i = 0; i < f->race.car_count; i++)
		if (i == rejoin.class_behind) {
			const struct lap_row *row =
				row_of(f, f->race.entries[i].number, 36);

			assert_int_equal(rejoin.class_behind_gap.kind, GAP_TIME);
			assert_int_equal(rejoin.class_behind_gap.value,
					 row->at - (START + BACK));
		}
}

/* The road where it comes out: who comes by as it would have, a lap of its own before. */
static void the_road_has_the_cars_that_then_are_there(void **state)
{
	struct fixture *f = a_field();
	const instant_us by = START + BACK - S(90);
	int64_t ahead = INT64_MAX, behind = INT64_MAX;
	unsigned near = 0;

	(void)state;
	ask(f, 34 * S(90) + 2 * S(55) + S(40), "5");
	fixture_fold(f);
	for (uint32_t i = 0; i < f->race.lap_count; i++) {
		int64_t apart = f->laps[i].at - by;

		if (f->laps[i].car == find(f, "5"))
			continue;
		if (apart <= 0 && -apart < ahead)
			ahead = -apart;
		if (apart > 0 && apart < behind)
			behind = apart;
		near += apart >= -STRATEGY_TRAFFIC && apart <= STRATEGY_TRAFFIC;
	}
	assert_int_equal(strategy.green.road_ahead_us, ahead);
	assert_int_equal(strategy.green.road_behind_us, behind);
	for (unsigned c = 0; c < RACE_CLASSES_MAX; c++)
		near -= strategy.green.traffic[c];
	assert_int_equal(near, 0);
}

/* ---- one car catches another --------------------------------------------------------- */

static void a_catch_is_exact_at_constant_pace(void **state)
{
	struct fixture *f = fixture_new();
	const struct strategy_catch *catch;
	uint32_t lap;

	(void)state;
	/* 6 starts its first lap 20 s behind and is 1.5 s a lap quicker: after 14 laps
	 * it has made 21 s. */
	add_laps(f, "5", 30, S(90));
	add_lap(f, "6", 1, 0, S(110));
	for (lap = 2; lap <= 30; lap++)
		add_lap(f, "6", lap, S(110) + (lap - 2) * (S(88) + MS(500)),
			S(110) + (lap - 1) * (S(88) + MS(500)));
	f->setup.length_us = S(2500);
	ask(f, S(500), "6");
	catch = &strategy.ahead;
	assert_int_equal(catch->car, find(f, "6"));
	assert_int_equal(catch->other, find(f, "5"));
	assert_int_equal(catch->a_lap, MS(1500));
	assert_int_equal(catch->lap, 15);
	assert_int_equal(catch->at, START + S(110) + 14 * (S(88) + MS(500)));
	assert_true(catch->before_flag);
	assert_int_equal(strategy.behind.car, CAR_NONE);
	fixture_fold_to(f, catch->at - (S(88) + MS(500)));
	assert_string_equal(order_text(f), "5 6");
	fixture_fold_to(f, catch->at);
	assert_string_equal(order_text(f), "6 5");
	f->setup.length_us = S(1000);
	ask(f, S(500), "6");
	assert_int_equal(strategy.ahead.before_flag, 0);
	/* The slower one never. */
	ask(f, S(500), "5");
	assert_int_equal(strategy.ahead.car, CAR_NONE);
	assert_int_equal(strategy.behind.car, find(f, "6"));
	assert_int_equal(strategy.behind.lap, 15);
	strategy_catch(&strategy, find(f, "5"), find(f, "6"), &strategy.ahead);
	assert_int_equal(strategy.ahead.at, INSTANT_NONE);
}

/* Both lap in 90 s, new tyres bring nothing: who stops first gains nothing. */
static void an_undercut_gains_what_the_tyres_bring(void **state)
{
	struct fixture *f = fixture_new();
	struct drive other = plain;

	(void)state;
	other.number = "6";
	other.lap = S(90) + MS(100);
	drive_car(f, &plain);
	drive_car(f, &other);
	ask(f, 25 * S(90) + 2 * S(55) + S(45), "6");
	assert_int_equal(strategy.undercut.car, find(f, "5"));
	assert_int_equal(strategy.undercut.gap, 26 * MS(100));
	assert_int_equal(strategy.undercut.gain, -MS(100));
	assert_int_equal(strategy.undercut.after, 27 * MS(100));
	/* As little does it lose when the other stops first. */
	assert_int_equal(strategy.overcut.car, find(f, "5"));
	assert_int_equal(strategy.overcut.after, 27 * MS(100));
	assert_int_equal(strategy.threat.car, CAR_NONE);
	/* Nobody is ahead of the first, and the second may try. */
	ask(f, 25 * S(90) + 2 * S(55) + S(45), "5");
	assert_int_equal(strategy.undercut.car, CAR_NONE);
	assert_int_equal(strategy.overcut.car, CAR_NONE);
	assert_int_equal(strategy.threat.car, find(f, "6"));
	assert_int_equal(strategy.threat.after, 27 * MS(100));
}

/* ---- what is known before a stop ------------------------------------------------- */

/* Stints of 15 minutes are ten laps: after three laps, 52 laps are 4.2 stints more than
 * the seven that are left of this one. */
static void before_the_first_stop_a_stint_of_earlier_races_counts(void **state)
{
	struct fixture *f = fixture_new();
	struct forecast_parameters parameters = forecast_parameters_plain;
	int64_t end = drive_car(f, &plain);
	const struct strategy_row *row;

	(void)state;
	parameters.stint_minutes = 15.0;
	row = ask_knowing(f, 5 * S(90) + S(1), "5", 55, end);
	assert_int_equal(row->stops_left, STRATEGY_UNKNOWN);
	extra.parameters = &parameters;
	row = ask_knowing(f, 5 * S(90) + S(1), "5", 55, end);
	extra.parameters = NULL;
	assert_int_equal(row->stops_left, 5);
	assert_int_equal(row->window_to, 10);
	assert_int_equal(strategy.stops.cars[find(f, "5")].stint.seen, 0);
	/* No stint was driven: it cannot be due. */
	assert_int_equal(row->due, 0);
}

static void a_stint_by_hand_is_used_as_given(void **state)
{
	struct stint_model model = {.count = 3};
	struct fixture *f = fixture_new();
	int64_t end = drive_car(f, &plain);

	(void)state;
	add_entry(f, "6", ENTRY_CLASS, 0, "GT");
	fixture_fold(f);
	model.rules[0] = (struct stint_rule){
		.laps = 12, .car = CAR_NONE, .class_index = RACE_CLASSES_MAX};
	model.rules[1] = (struct stint_rule){
		.time = S(90) * 14, .car = CAR_NONE, .class_index = 0};
	model.rules[2] = (struct stint_rule){.laps = 8, .car = find(f, "6")};
	extra.stints = &model;
	/* The class's comes before that of all, and 14 laps fit into its time. */
	assert_int_equal(
		ask_knowing(f, 21 * S(90) + 2 * S(55) + S(1), "5", 55, end)->window_to,
		34);
	assert_int_equal(strategy.stops.cars[find(f, "5")].stint.source, STINT_BY_TIME);
	/* Of two for one car the last one wins. */
	model.rules[2].car = find(f, "5");
	model.rules[model.count++] =
		(struct stint_rule){.laps = 9, .car = find(f, "5")};
	assert_int_equal(
		ask_knowing(f, 21 * S(90) + 2 * S(55) + S(1), "5", 55, end)->window_to,
		29);
	assert_int_equal(strategy.stops.cars[find(f, "5")].stint.source, STINT_BY_LAPS);
	/* A stint has a lap at least. */
	model.rules[model.count++] =
		(struct stint_rule){.time = S(60), .car = find(f, "5")};
	ask_knowing(f, 21 * S(90) + 2 * S(55) + S(1), "5", 55, end);
	assert_int_equal(strategy.stops.cars[find(f, "5")].stint.laps, 1);
	extra.stints = NULL;
}

/* A stop is due on the last five laps of a stint that is followed by another. */
static void a_stop_is_due_at_the_end_of_a_stint(void **state)
{
	struct fixture *f = fixture_new();
	int64_t end = drive_car(f, &plain);

	(void)state;
	for (uint32_t laps = 21; laps < 55; laps++) {
		uint32_t stops = (laps - 1) / 10, left = 10 - (laps - 1) % 10 - 1;
		int64_t t = laps * S(90) + stops * S(55) + S(1);
		const struct strategy_row *row = ask_knowing(f, t, "5", 55, end);
		bool next = laps < 50;

		if (laps % 10 == 0)
			continue; /* in the pits */

		print_message("# after %u laps\n", laps);
		assert_int_equal(row->due, next && left <= STRATEGY_DUE_LAPS);
		if (next)
			assert_int_equal(row->stint_left, left * S(90));
	}
}

/* Under a safety car a stop is due from four tenths of a stint on, but not again. */
static void under_a_safety_car_a_stop_is_due_once(void **state)
{
	struct drive early = plain;
	struct fixture *f = fixture_new();
	int64_t end = drive_car(f, &plain);

	(void)state;
	early.number = "6";
	early.odd_lap = 24;
	early.odd_lane = early.lane;
	drive_car(f, &early);
	add_flag(f, FLAG_SC, 23 * S(90) + 2 * S(55));
	assert_int_equal(
		ask_knowing(f, 23 * S(90) + 2 * S(55) + S(1), "5", 55, end)->due, 0);
	assert_int_equal(
		ask_knowing(f, 24 * S(90) + 2 * S(55) + S(60), "5", 55, end)->due, 1);
	/* 6 has stopped at the end of lap 24. */
	assert_int_equal(strategy.rows[find(f, "6")].due, 0);
}

/* ---- the net position ------------------------------------------------------------------ */

/* 5 stopped after 40 laps, 6 will after 42: it leads by a stop that it owes. */
static void the_net_position_is_that_after_the_next_stops(void **state)
{
	struct fixture *f = fixture_new();
	struct drive drive = plain;
	const struct strategy_row *row;

	(void)state;
	drive.laps = 75;
	drive_car(f, &drive);
	drive.number = "6";
	drive.lap = S(90) + MS(100);
	drive.first = 12;
	drive_car(f, &drive);
	row = ask_knowing(f, 41 * S(90) + 4 * S(55) + S(1), "5", 75, S(7200));
	assert_int_equal(standing_of(f, "5")->position, 2);
	assert_int_equal(row->net_position, 1);
	assert_int_equal(row->net_class, 1);
	assert_int_equal(row->net_gap, 0);
	assert_int_equal(row->net_best, 1);
	assert_int_equal(row->net_worst, 2);
	row = &strategy.rows[find(f, "6")];
	assert_int_equal(row->net_class, 2);
	/* 42 laps of a tenth each, and three tenths of twelve more. */
	assert_int_equal(row->net_gap, MS(4200) + MS(360));
	/* Three laps after the stop of 5 at the end of lap 50, and that of 6 after 52. */
	fixture_fold_to(f, START + 53 * (S(90) + MS(100)) + 5 * S(55));
	assert_string_equal(order_text(f), "5 6");
}

/* ---- what if ----------------------------------------------------------------------------- */

/* On lap 31: what if it stops at the end of lap 35, as it then does? */
static void a_stop_on_a_later_lap_is_what_then_happens(void **state)
{
	struct fixture *f = a_field();
	const struct strategy_rejoin *said = &strategy.what_if;
	const struct standing *now;

	(void)state;
	extra.what_if = (struct strategy_what_if){.lap = 35, .running = RUNNING_GREEN};
	ask(f, 30 * S(90) + 2 * S(55) + S(40), "5");
	assert_int_equal(said->lap, 35);
	assert_int_equal(said->loss, S(55));
	assert_int_equal(said->at, START + BACK);
	assert_true(strategy.green.lap == 31);
	fixture_fold_to(f, START + BACK);
	now = standing_of(f, "5");
	assert_int_equal(said->position, now->position);
	assert_int_equal(said->class_position, now->class_position);
	assert_gap(said->class_ahead_gap, now->class_interval);
	/* Ten seconds longer in the lane are ten seconds later. */
	extra.what_if.lane = plain.lane + S(10);
	ask(f, 30 * S(90) + 2 * S(55) + S(40), "5");
	assert_int_equal(said->loss, S(65));
	assert_int_equal(said->at, START + BACK + S(10));
	/* No stop after the last lap. */
	ask_knowing(f, 30 * S(90) + 2 * S(55) + S(40), "5", 34, S(34 * 93));
	assert_true(said->after_flag);
	assert_int_equal(said->loss, DURATION_NONE);
	/* Without a question there is no answer. */
	memset(&extra, 0, sizeof(extra));
	ask(f, 30 * S(90) + 2 * S(55) + S(40), "5");
	assert_int_equal(said->loss, DURATION_NONE);
}

/* 6 ends its stint when 5 stops: it stays ahead of 5 unless 5 stops alone. */
static void the_others_stop_when_their_stints_end(void **state)
{
	struct fixture *f = fixture_new();
	struct drive other = plain;
	int64_t t = 29 * S(90) + 2 * S(55) + S(45);

	(void)state;
	other.number = "6";
	other.lap = S(89) + MS(900);
	drive_car(f, &plain);
	drive_car(f, &other);
	extra.what_if.lap = 30;
	ask_knowing(f, t, "5", 55, S(5400));
	assert_int_equal(strategy.what_if.others, 1);
	assert_int_equal(strategy.what_if.class_position, 2);
	assert_int_equal(strategy.what_if.class_ahead_gap.value, 31 * MS(100));
	assert_int_equal(strategy.what_if.net_class, 2);
	extra.what_if.alone = 1;
	ask_knowing(f, t, "5", 55, S(5400));
	assert_int_equal(strategy.what_if.others, 0);
	assert_int_equal(strategy.what_if.class_ahead_gap.value, 31 * MS(100) + S(55));
	memset(&extra, 0, sizeof(extra));
}

/* Under a safety car 6, half a stint after its stop, stops with 5; 7 has just stopped. */
static void under_a_safety_car_those_stop_who_have_not(void **state)
{
	struct fixture *f = fixture_new();
	struct drive other = plain;
	int64_t now = 25 * S(90) + 2 * S(55);

	(void)state;
	drive_car(f, &plain);
	other.number = "6";
	other.lap = S(90) + MS(100);
	drive_car(f, &other);
	other.number = "7";
	other.lap = S(90) + MS(200);
	other.odd_lap = 25;
	other.odd_lane = other.lane;
	drive_car(f, &other);
	add_flag(f, FLAG_SC, now - S(120));
	ask_knowing(f, now + S(75), "5", 55, S(5400));
	assert_true(strategy.slow_now);
	assert_int_equal(strategy.slow.others, 1);
	assert_int_equal(strategy.slow.class_ahead, CAR_NONE);
	assert_int_equal(strategy.slow.class_position, 1);
	assert_int_equal(strategy.slow.net_class, 1);
	assert_int_equal(strategy.green.others, 0);
}

/* ---- rulesets ---------------------------------------------------------------------------- */

static void a_minimum_stop_is_counted_down(void **state)
{
	struct fixture *f = fixture_new();
	int64_t in = 20 * S(90) + S(55) + S(2) - S(DRIVE_IN_S);

	(void)state;
	drive_car(f, &plain);
	ask(f, in + S(30), "5");
	assert_int_equal(strategy.rows[find(f, "5")].stop_wait, DURATION_NONE);
	f->rules.stop_least = S(65);
	ask(f, in + S(30), "5");
	assert_int_equal(strategy.stop_least, S(65));
	assert_int_equal(strategy.rows[find(f, "5")].stop_wait, S(35));
	ask(f, in + S(68), "5");
	assert_int_equal(strategy.rows[find(f, "5")].stop_wait, -S(3));
	ask(f, in + S(100), "5");
	assert_int_equal(strategy.rows[find(f, "5")].stop_wait, DURATION_NONE);
}

/* 1 leads the race. Of GT, 5 leads, 45 s behind 1 on the track; 6 is a lap behind and 20 s
 * behind 1, so between the safety car and 5; 7 is a lap behind too, but after 5. */
static void cars_ahead_of_the_first_of_their_class_are_waved_by(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "1", ENTRY_CLASS, 0, "LMP");
	add_laps(f, "1", 21, S(90));
	for (unsigned i = 0; i < 3; i++) {
		static const char *const numbers[] = {"5", "6", "7"};
		static const int64_t late[] = {S(45), S(110), S(155)};

		add_entry(f, numbers[i], ENTRY_CLASS, 0, "GT");
		add_lap(f, numbers[i], 1, 0, S(90) + late[i]);
		for (uint32_t lap = 2; lap <= 20; lap++)
			add_lap(f, numbers[i], lap, (lap - 1) * S(90) + late[i],
				lap * S(90) + late[i]);
	}
	add_flag(f, FLAG_SC, 18 * S(90));
	ask(f, 18 * S(90) + S(70), "5");
	assert_int_equal(strategy.wave_rule, 0);
	assert_int_equal(strategy.wave_count, 0);
	f->rules.wave_by = 1;
	ask(f, 18 * S(90) + S(70), "5");
	assert_int_equal(strategy.wave_rule, 1);
	assert_int_equal(strategy.wave_count, 1);
	assert_int_equal(strategy.waves[0].car, find(f, "6"));
	assert_int_equal(strategy.waves[0].first, find(f, "5"));
	assert_int_equal(strategy.waves[0].class_position, 2);
	assert_int_equal(strategy.waves[0].class_then, 1);
	/* Nobody is waved by without a safety car. */
	add_flag(f, FLAG_GREEN, 18 * S(90) + S(60));
	ask(f, 18 * S(90) + S(70), "5");
	assert_int_equal(strategy.wave_count, 0);
}

/* ---- the end ---------------------------------------------------------------------------- */

/* An hour, and laps of 91 s: the last one begins at 3549 s, 51 s before time is up. */
static void the_last_lap_is_called(void **state)
{
	struct fixture *f = fixture_new();
	const struct strategy_call *call = &strategy.calls[0];

	(void)state;
	f->setup.length_us = S(3600);
	add_entry(f, "1", ENTRY_CLASS, 0, "LMP");
	add_entry(f, "5", ENTRY_CLASS, 0, "GT");
	add_laps(f, "1", 41, S(91));
	add_laps(f, "5", 41, S(100) + MS(900));
	ask(f, S(3300), "5");
	assert_int_equal(strategy.call_count, 2);
	assert_int_equal(call->car, find(f, "1"));
	assert_int_equal(call->class_index, RACE_CLASSES_MAX);
	assert_int_equal(call->laps, 40);
	assert_int_equal(call->flag_at, START + S(3640));
	assert_int_equal(call->last_at, START + S(3549));
	assert_int_equal(call->before, S(51));
	/* Three laps would have to be 40 s quicker together, or 51 s slower: hardly. */
	assert_true(call->p_more < 100);
	assert_true(call->p_less < 100);
	assert_int_equal(call->p_more + call->p_less + call->p_laps, FORECAST_ONE);
	/* The first of GT is at 3632.4 s after 36 laps, before the flag: 37. */
	assert_int_equal(call[1].car, find(f, "5"));
	assert_int_equal(call[1].laps, 37);
	assert_int_equal(call[1].before, S(3640) - 36 * (S(100) + MS(900)));
	/* Of all, the winner is the last over the line: 5 was at 3531.5 s. */
	assert_int_equal(strategy.last_before, find(f, "1"));
	assert_int_equal(strategy.last_before_us, S(51));
	/* In the band of the forecast, although its pace says 41. */
	ask_knowing(f, S(3300), "5", 38, S(3640));
	assert_int_equal(call[1].car, find(f, "1"));
	assert_int_equal(call[1].laps, 38);
	assert_int_equal(call[1].flag_at, START + S(3640));
}

/* Whoever leads it now: the class of the winner has no other leader at the flag. */
static void the_winner_leads_its_class_at_the_flag(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.length_us = S(3600);
	add_entry(f, "1", ENTRY_CLASS, 0, "GT");
	add_entry(f, "5", ENTRY_CLASS, 0, "GT");
	add_laps(f, "1", 41, S(91));
	add_laps(f, "5", 41, S(92));
	ask_knowing(f, S(3300), "5", 38, S(3640));
	assert_int_equal(f->race.order[0], find(f, "1"));
	assert_int_equal(strategy.call_count, 1);
	assert_int_equal(strategy.calls[0].car, find(f, "5"));
}

/* 90 s laps end on 3600 s: a breath decides whether there is one more. */
static void when_it_is_close_the_chance_says_so(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	f->setup.length_us = S(3600);
	add_laps(f, "1", 41, S(90) + MS(1));
	ask(f, S(2971), "1");
	assert_int_equal(strategy.calls[0].laps, 40);
	assert_true(strategy.calls[0].p_more > 400);
	assert_true(strategy.calls[0].p_more < 600);
	assert_true(strategy.calls[0].p_less < 100);
}

/* ---- the clock of the drivers -------------------------------------------------------------- */

static void drives(struct fixture *f, int64_t t, uint32_t place)
{
	add_event(f, EVENT_DRIVER, t, "5")->number = place;
}

/* A drives 40 minutes, B 20, A again from 3600 s (stops of a minute between). */
static struct fixture *two_drivers(void)
{
	struct fixture *f = fixture_new();

	f->setup.length_us = S(4 * 3600);
	add_entry(f, "5", ENTRY_DRIVER, 1, "A. Arm");
	add_entry(f, "5", ENTRY_DRIVER, 2, "B. Bow");
	drives(f, -S(1), 1);
	for (uint32_t lap = 1; lap <= 80; lap++) {
		if (lap == 27 || lap == 41) {
			int64_t out = S(90) * (lap - 1) + S(30);

			add_passing(f, "5", LINE_PIT_IN, out - S(60), 0);
			add_passing(f, "5", LINE_SF_PIT, out - S(30), lap - 1);
			add_passing(f, "5", LINE_PIT_OUT, out, 0);
			drives(f, out, lap == 27 ? 2 : 1);
			add_lap(f, "5", lap, out, S(90) * lap);
			continue;
		}
		if (lap != 26 && lap != 40)
			add_lap(f, "5", lap, S(90) * (lap - 1), S(90) * lap);
	}
	f->rules.driving_count = 1;
	f->rules.driving[0].class_row = RULES_CLASSES_MAX;
	return f;
}

enum { A_FIRST = 26 * 90 - 30, B_FROM = 26 * 90 + 30, B_TO = 40 * 90 - 30 };
enum { A_AGAIN = 40 * 90 + 30 };

static void driving_time_is_counted_and_limited(void **state)
{
	struct fixture *f = two_drivers();
	const struct strategy_drivers *d = &strategy.drivers;

	(void)state;
	ask(f, S(4500), "5");
	assert_int_equal(d->count, 2);
	assert_int_equal(d->current, 0);
	assert_int_equal(d->rows[0].driven, S(A_FIRST + 4500 - A_AGAIN));
	assert_int_equal(d->rows[1].driven, S(B_TO - B_FROM));
	assert_int_equal(d->at_wheel, S(4500 - A_AGAIN));
	assert_int_equal(d->rows[0].left, DURATION_NONE);
	assert_int_equal(d->change_by, INSTANT_NONE);
	assert_int_equal(d->reason, STRATEGY_NO_REASON);
	/* In all an hour and a half: what is left of it runs from now. */
	f->rules.driving[0].maximum = S(5400);
	ask(f, S(4500), "5");
	assert_int_equal(d->rows[0].left, S(5400 - A_FIRST - 4500 + A_AGAIN));
	assert_int_equal(d->change_by, START + S(5400 - A_FIRST + A_AGAIN));
	assert_int_equal(d->reason, STRATEGY_MAXIMUM);
	/* At 6720 s: the 74th lap ends at 6660 s, the 75th after it. */
	assert_int_equal(d->change_lap, (5400 - A_FIRST + A_AGAIN) / 90);
}

/* 50 minutes in any 70: what A drove first leaves the window while he drives. */
static void the_window_moves_with_the_race(void **state)
{
	struct fixture *f = two_drivers();
	const struct strategy_drivers *d = &strategy.drivers;
	instant_us t;

	(void)state;
	f->rules.driving[0].within = S(3000);
	f->rules.driving[0].window = S(4200);
	ask(f, S(4500), "5");
	/* From 300 s on: his first spell but for that, and the one in hand. */
	assert_int_equal(d->rows[0].in_window, S(A_FIRST - 300 + 4500 - A_AGAIN));
	assert_int_equal(d->reason, STRATEGY_WINDOW);
	/* While the window's end lies in his first spell, as much leaves as comes:
	 * until 6510 s. From then on what he drives adds up: he has 2880 s, all of
	 * them of the spell in hand. */
	t = S(A_FIRST + 4200) + S(3000 - 2880);
	assert_int_equal(d->change_by, START + t);
	assert_int_equal(t - S(A_AGAIN), S(3000));
}

static void the_others_need_their_minimum(void **state)
{
	struct fixture *f = two_drivers();
	const struct strategy_drivers *d = &strategy.drivers;
	instant_us flag_at = START + S(7200);

	(void)state;
	f->rules.driving[0].minimum = S(2400);
	ask_knowing(f, S(4500), "5", 80, S(7200));
	assert_int_equal(d->rows[0].missing, 0);
	assert_int_equal(d->rows[1].missing, S(2400 - B_TO + B_FROM));
	assert_int_equal(d->change_by, flag_at - d->rows[1].missing);
	assert_int_equal(d->reason, STRATEGY_OTHERS);
}

static void the_same_question_has_the_same_answer(void **state)
{
	static struct strategy first;
	struct fixture *f = a_field();

	(void)state;
	memset(&strategy, 0x5a, sizeof(strategy));
	ask(f, S(2000), "5");
	memcpy(&first, &strategy, sizeof(first));
	memset(&strategy, 0xa5, sizeof(strategy));
	ask(f, S(2000), "5");
	assert_memory_equal(&first, &strategy, sizeof(first));
}

/* The race at an instant, with the tables of the whole race behind it. */
static void what_is_driven_later_changes_nothing(void **state)
{
	static struct strategy first;
	static struct race then;
	struct fixture *f = a_field();
	struct strategy_request question = {.race = &then,
					    .tables = &f->tables,
					    .rules = &f->rules,
					    .forecast = &forecast};

	(void)state;
	add_flag(f, FLAG_SC, S(1950));
	f->rules.wave_by = 1;
	ask_knowing(f, S(2000), "5", 45, S(4400));
	memcpy(&first, &strategy, sizeof(first));
	memcpy(&then, &f->race, sizeof(then));
	fixture_fold(f);
	assert_true(f->race.lap_count > then.lap_count);
	assert_true(f->race.stint_count > then.stint_count);
	question.at = first.at;
	question.car = first.car;
	memset(&strategy, 0xa5, sizeof(strategy));
	strategy_query(&question, &strategy);
	assert_memory_equal(&first, &strategy, sizeof(first));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stops_and_window_are_exact_where_stints_never_vary),
		cmocka_unit_test(in_the_lane_the_stint_to_come_counts),
		cmocka_unit_test(what_is_not_known_is_not_told),
		cmocka_unit_test(a_rejoin_is_what_then_happens),
		cmocka_unit_test(the_road_has_the_cars_that_then_are_there),
		cmocka_unit_test(a_catch_is_exact_at_constant_pace),
		cmocka_unit_test(an_undercut_gains_what_the_tyres_bring),
		cmocka_unit_test(before_the_first_stop_a_stint_of_earlier_races_counts),
		cmocka_unit_test(a_stint_by_hand_is_used_as_given),
		cmocka_unit_test(a_stop_is_due_at_the_end_of_a_stint),
		cmocka_unit_test(under_a_safety_car_a_stop_is_due_once),
		cmocka_unit_test(the_net_position_is_that_after_the_next_stops),
		cmocka_unit_test(a_stop_on_a_later_lap_is_what_then_happens),
		cmocka_unit_test(the_others_stop_when_their_stints_end),
		cmocka_unit_test(under_a_safety_car_those_stop_who_have_not),
		cmocka_unit_test(a_minimum_stop_is_counted_down),
		cmocka_unit_test(cars_ahead_of_the_first_of_their_class_are_waved_by),
		cmocka_unit_test(the_last_lap_is_called),
		cmocka_unit_test(the_winner_leads_its_class_at_the_flag),
		cmocka_unit_test(when_it_is_close_the_chance_says_so),
		cmocka_unit_test(driving_time_is_counted_and_limited),
		cmocka_unit_test(the_window_moves_with_the_race),
		cmocka_unit_test(the_others_need_their_minimum),
		cmocka_unit_test(the_same_question_has_the_same_answer),
		cmocka_unit_test(what_is_driven_later_changes_nothing),
	};

	return cmocka_run_group_tests_name("race strategy", tests, NULL, NULL);
}
