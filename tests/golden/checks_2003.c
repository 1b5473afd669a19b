/*
 * checks_2003.c -- one test for each row of the list of what is known of 2003
 */
#include "checks_2003.h"

#include <stdlib.h>
#include <string.h>

static struct session *session;
static const struct race *now; /* the race at its end unless a test moved it */

/* ---- finding things --------------------------------------------------------- */

static instant_us clock_time(int hours, int minutes, int seconds)
{
	instant_us midnight = civil_to_instant(2003, 11, 9) - US_HOUR;
	return midnight + (hours * 3600 + minutes * 60 + seconds) * US_S;
}

static const struct race *go(instant_us t)
{
	now = session_at(session, t);
	return now;
}

static const struct race *go_end(void)
{
	return go(session->timeline.end_at);
}

static uint16_t by_number(const char *number)
{
	uint16_t car = race_find_text(now, slice_of(number));
	assert_int_not_equal(car, CAR_NONE);
	return car;
}

/* Cars without a known number are found by team, or by vehicle. */
static uint16_t by_name(const char *text)
{
	uint16_t found = CAR_NONE;
	for (uint16_t i = 0; i < now->car_count; i++) {
		if (strcmp(now->entries[i].team, text) != 0 &&
		    strcmp(now->entries[i].vehicle, text) != 0)
			continue;
		assert_int_equal(found, CAR_NONE);
		found = i;
	}
	assert_int_not_equal(found, CAR_NONE);
	return found;
}

static const struct result *result_of(uint16_t car)
{
	return &session->classification.rows[session->classification.row_of[car]];
}

static const struct standing *standing_of(uint16_t car)
{
	return &session->standings.rows[session->standings.row_of[car]];
}

static const char *class_of(uint16_t car)
{
	uint8_t index = now->entries[car].class_index;
	assert_true(index < now->class_count);
	return now->classes[index].name;
}

static uint16_t class_leader(const char *name)
{
	for (unsigned i = 0; i < now->class_count; i++)
		if (strcmp(now->classes[i].name, name) == 0)
			return now->classes[i].leader;
	return CAR_NONE;
}

static const struct lap_row *lap_of(uint16_t car, uint32_t lap)
{
	const struct lap_row *laps = session->timeline.tables.laps;
	for (uint32_t i = 0; i < now->lap_count; i++)
		if (laps[i].car == car && laps[i].lap == lap)
			return &laps[i];
	fail_msg("car %u has no lap %u", car, lap);
	abort(); /* not reached */
}

static const struct stint_row *stint_of(uint16_t car, unsigned number)
{
	const struct stint_row *stints = session->timeline.tables.stints;
	for (uint32_t i = 0; i < now->stint_count; i++)
		if (stints[i].car == car && stints[i].number == number)
			return &stints[i];
	fail_msg("car %u has no stint %u that ended", car, number);
	abort(); /* not reached */
}

/* The last crossing of any line by a car. */
static instant_us last_seen(uint16_t car)
{
	const struct car *state = &now->cars[car];
	instant_us at = state->line_at;
	if (state->pit_in_at > at)
		at = state->pit_in_at;
	return at;
}

static bool message_says(const char *words)
{
	const struct event_list *events = &session->events;
	for (uint32_t i = 0; i < events->count; i++) {
		char text[512];
		if (events->at[i].kind != EVENT_MESSAGE)
			continue;
		text_copy(text, sizeof(text), event_text(events, &events->at[i]));
		if (strstr(text, words))
			return true;
	}
	return false;
}

static uint16_t driver_on_board(uint16_t car, const char *name)
{
	uint8_t driver = now->cars[car].driver;
	assert_true(driver < RACE_DRIVERS_MAX);
	assert_string_equal(now->entries[car].drivers[driver], name);
	return car;
}

/* ---- the checks ---------------------------------------------------------------- */

static void check_1(void **state)
{
	(void)state;
	char date[TIME_TEXT_MAX];
	go_end();
	format_date(date, now->start_at + now->setup.utc_offset_us);
	assert_string_equal(date, "2003-11-09");
	assert_string_equal(now->setup.circuit, "Bugatti");
	assert_int_equal(now->setup.lap_length, 4180 * 1000);
	assert_true(now->setup.reconstruction);
}

static void check_2(void **state)
{
	(void)state;
	go_end();
	assert_true(now->clock_at == clock_time(12, 0, 0));
	assert_true(now->setup.length_us == 6 * US_HOUR);
	assert_int_equal(now->setup.length_laps, 240);
	/* By time: the first crossing of the leader behind 18:00, short of 240. */
	const struct lap_row *last = lap_of(by_number("5"), 208);
	assert_true(now->finish_at == last->at);
	assert_true(last->at >= clock_time(18, 0, 0));
	assert_true(lap_of(by_number("5"), 207)->at < clock_time(18, 0, 0));
	assert_true(message_says("Rolling start"));
}

static void check_3(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_number("5");
	const struct result *result = result_of(car);
	assert_int_equal(result->laps, 208);
	assert_true(result->total == 5 * US_HOUR + 59 * US_MIN + 53245 * US_MS);
	assert_int_equal(result->position, 1);
	assert_string_equal(class_of(car), "LMP900");
	assert_true(result->class_winner);
	assert_true(result->laps * now->setup.lap_length == 869440 * 1000);
}

static void check_4(void **state)
{
	(void)state;
	struct timeline *timeline = &session->timeline;
	go_end();
	uint16_t five = by_number("5");
	unsigned steps = 0;
	instant_us t = timeline->start_at, end = timeline->end_at;
	for (; t != INSTANT_NONE && t <= end; steps++) {
		const struct race *race = timeline_at(timeline, t);
		assert_int_equal(race->order[0], five);
		t = timeline_step(timeline, t, 1, CAR_NONE);
	}
	assert_true(steps > 10000);
}

static void check_5(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_number("5");
	assert_int_equal(now->cars[car].stops, 4);
	assert_int_equal(stint_of(car, 1)->to_lap, 48);
}

static void check_6(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_number("2");
	assert_int_equal(result_of(car)->laps, 205);
	assert_int_equal(result_of(car)->position, 2);
	assert_int_equal(stint_of(car, 1)->to_lap, 34);
}

static void check_7(void **state)
{
	(void)state;
	go_end();
	assert_int_equal(result_of(by_number("8"))->laps, 204);
	assert_int_equal(result_of(by_number("8"))->position, 3);
}

static void check_8(void **state)
{
	(void)state;
	go_end();
	uint16_t thirteen = by_number("13"), lola = by_name("Lola B160 Judd");
	assert_int_equal(result_of(thirteen)->laps, 197);
	assert_int_equal(result_of(thirteen)->position, 4);
	assert_string_equal(class_of(thirteen), "LMP675");
	assert_true(result_of(thirteen)->class_winner);
	go(clock_time(17, 20, 0));
	assert_int_equal(class_leader("LMP675"), lola);
	go(clock_time(17, 40, 0));
	assert_int_equal(class_leader("LMP675"), thirteen);
}

static void check_9(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_number("88");
	assert_int_equal(result_of(car)->laps, 195);
	assert_int_equal(result_of(car)->position, 5);
	assert_string_equal(class_of(car), "GTS");
	assert_true(result_of(car)->class_winner);
}

static void check_10(void **state)
{
	(void)state;
	go_end();
	const struct result *result = result_of(by_number("80"));
	assert_int_equal(result->position, 6);
	assert_int_equal(result->class_position, 2);
	assert_int_equal(result_of(by_number("88"))->laps - result->laps, 1);
}

static void check_11(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_number("47");
	assert_int_equal(result_of(car)->laps, 189);
	assert_string_equal(class_of(car), "GT");
	assert_true(result_of(car)->class_winner);
	assert_int_equal(result_of(car)->gap.kind, GAP_LAPS);
	assert_int_equal(result_of(car)->gap.value, 19);
}

static void check_12(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_number("4");
	const struct result *result = result_of(car);
	assert_int_equal(result->position, 29);
	assert_int_equal(result->status, STATUS_CLASSIFIED);
	assert_int_equal(session->classification.rows[29].status, STATUS_NC);
	assert_int_equal(result->class_position, 6);
	const struct stint_row *stint = stint_of(car, 1);
	assert_in_range(stint->to_lap, 9, 11);
	assert_in_range(stint->stop / US_MIN, 55, 65);
}

static void check_13(void **state)
{
	(void)state;
	go_end();
	duration_us best = now->cars[by_number("4")].lap_best;
	unsigned quicker = 0;
	for (uint16_t i = 0; i < now->car_count; i++) {
		duration_us other = now->cars[i].lap_best;
		quicker += other != DURATION_NONE && other < best;
	}
	assert_int_equal(quicker, 2);
}

static void check_14(void **state)
{
	(void)state;
	static const struct {
		const char *number, *name, *said;
		unsigned grid;
	} slots[] = {
		{"5", NULL, "1 #5 1:27.775", 1},
		{"8", NULL, "2 #8", 2},
		{"4", NULL, "3 #4 1:29.056", 3},
		{NULL, "RML", "4 RML MG-Lola 1:29.533", 4},
		{"10", NULL, "8 #10", 8},
		{NULL, "Fred Goddard Racing", "10 Goddard Reynard", 10},
	};
	go(clock_time(11, 59, 30));
	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		uint16_t car = slots[i].number ? by_number(slots[i].number)
					       : by_name(slots[i].name);
		assert_int_equal(now->entries[car].grid, slots[i].grid);
		assert_true(message_says(slots[i].said));
	}
	assert_true(now->entries[by_name("Riley & Scott Mk III C")].pit_start);
}

static void check_15(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		unsigned classified;
	} classes[] = {{"LMP900", 6}, {"LMP675", 5}, {"GTS", 4}, {"GT", 14}};
	unsigned started = 0, classified = 0;
	go_end();
	assert_int_equal(now->car_count, 37);
	for (uint16_t i = 0; i < now->car_count; i++) {
		started += now->cars[i].seen;
		classified += result_of(i)->status == STATUS_CLASSIFIED;
	}
	assert_int_equal(started, 35);
	assert_int_equal(classified, 29);
	for (size_t k = 0; k < ARRAY_LEN(classes); k++) {
		unsigned n = 0;
		for (uint16_t i = 0; i < now->car_count; i++)
			n += result_of(i)->status == STATUS_CLASSIFIED &&
			     strcmp(class_of(i), classes[k].name) == 0;
		assert_int_equal(n, classes[k].classified);
	}
}

static void check_16(void **state)
{
	(void)state;
	static const char *const order[] = {"5", "2", "8", "13", "88", "80"};
	go_end();
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		assert_int_equal(session->classification.rows[i].car,
				 by_number(order[i]));
}

static void check_17(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_name("RML");
	/* The Dunlop curve lies in the first sector; #4 starts a place ahead. */
	duration_us ours = lap_of(car, 1)->at_line[1] - now->start_at;
	duration_us theirs = lap_of(by_number("4"), 1)->at_line[1] - now->start_at;
	assert_in_range((ours - theirs) / US_S, 10, 60);
	assert_int_equal(result_of(car)->status, STATUS_DNF);
	assert_true(message_says("Spin at the Dunlop curve"));
}

static void check_18(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_number("10");
	assert_int_equal(result_of(car)->status, STATUS_NC);
	const struct lap_row *lap = lap_of(car, 2);
	instant_us back = INSTANT_NONE;
	const struct stint_row *stints = session->timeline.tables.stints;
	for (uint32_t i = 0; i < now->stint_count; i++)
		if (stints[i].car == car)
			back = stints[i].out_at;
	assert_in_range(lap->time / US_MIN, 9, 12);
	assert_true(back > clock_time(17, 0, 0) && back < clock_time(18, 0, 0));
	go(lap->at);
	assert_int_equal(standing_of(car)->gap.kind, GAP_LAPS);
	assert_int_equal(standing_of(car)->gap.value, 4);
}

static void check_19(void **state)
{
	(void)state;
	static const char *const names[] = {"Riley & Scott Mk III C", "RML",
					    "XL Racing", "Debora"};
	instant_us before = 0;
	go_end();
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		uint16_t car = by_name(names[i]);
		assert_int_equal(result_of(car)->status, STATUS_DNF);
		assert_true(last_seen(car) > before);
		before = last_seen(car);
	}
	assert_true(before >= clock_time(17, 0, 0));
	/* The fourth: who else stopped did so later. */
	for (uint16_t i = 0; i < now->car_count; i++) {
		bool named = false;
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			named |= i == by_name(names[k]);
		if (!named && result_of(i)->status == STATUS_DNF)
			assert_true(last_seen(i) > before);
	}
}

static void check_20(void **state)
{
	(void)state;
	go(clock_time(14, 0, 0));
	uint16_t pk = by_name("PK Sport");
	assert_int_equal(class_leader("GT"), pk);
	driver_on_board(pk, "Jean-Philippe Belloc");
	go(clock_time(17, 25, 0));
	assert_int_equal(class_leader("GT"), pk);
	assert_int_equal(now->cars[pk].laps, 169);
	driver_on_board(pk, "Jean-Philippe Belloc");
	uint16_t second = driver_on_board(by_name("Freisinger Motorsport"), "Daoudi");
	uint16_t third = driver_on_board(by_number("47"), "Andrea Montermini");
	const struct standing *behind = standing_of(second);
	assert_int_equal(behind->class_gap.kind, GAP_TIME);
	assert_in_range(behind->class_gap.value / US_MS, 55000, 57000);
	assert_int_equal(behind->class_position, 2);
	behind = standing_of(third);
	assert_int_equal(behind->class_position, 3);
	assert_int_equal(behind->class_interval.kind, GAP_TIME);
	assert_in_range(behind->class_interval.value / US_MS, 2500, 3500);
}

static void check_21(void **state)
{
	(void)state;
	go(clock_time(17, 25, 0));
	uint16_t pk = by_name("PK Sport"),
		 freisinger = by_name("Freisinger Motorsport");
	uint16_t cirtek = by_number("47");
	assert_true(now->place[cirtek] > now->place[freisinger]);
	go(clock_time(17, 40, 0));
	assert_true(now->place[cirtek] < now->place[freisinger]);
	assert_int_equal(class_leader("GT"), pk);
	unsigned stops = now->cars[pk].stops;
	go(clock_time(17, 50, 0));
	assert_int_equal(now->cars[pk].stops, stops + 1);
	assert_true(message_says("Puncture"));
	go_end();
	assert_int_equal(result_of(cirtek)->class_position, 1);
	assert_int_equal(result_of(freisinger)->class_position, 2);
	assert_int_equal(result_of(pk)->class_position, 3);
}

static void check_22(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_name("Morgan Works Race Team");
	assert_string_equal(class_of(car), "GT");
	assert_int_equal(result_of(car)->class_position, 8);
}

static void check_23(void **state)
{
	(void)state;
	struct timeline *timeline = &session->timeline;
	go(clock_time(12, 2, 30));
	uint16_t viper = by_name("Larbre Compétition"), eighty = by_number("80");
	uint16_t leader = class_leader("GTS");
	unsigned changes = 0;
	instant_us t = clock_time(12, 2, 30);
	while (t < clock_time(13, 0, 0)) {
		now = timeline_at(timeline, t);
		uint16_t next = class_leader("GTS");
		if (next != leader && (next == viper || next == eighty) &&
		    (leader == viper || leader == eighty))
			changes++;
		leader = next;
		t = timeline_step(timeline, t, 1, CAR_NONE);
	}
	assert_in_range(changes, 3, 40);
}

static void check_24(void **state)
{
	(void)state;
	go_end();
	assert_int_equal(lap_of(by_number("80"), 4)->position, 5);
}

static void check_25(void **state)
{
	(void)state;
	static const struct {
		int hour, minute;
		int64_t track, rain;
	} when[] = {{12, 5, 2, 1}, {13, 40, 1, 0}, {17, 0, 0, 0}};
	for (size_t i = 0; i < ARRAY_LEN(when); i++) {
		go(clock_time(when[i].hour, when[i].minute, 0));
		assert_int_equal(now->weather[WEATHER_TRACK_STATE], when[i].track);
		assert_int_equal(now->weather[WEATHER_RAIN], when[i].rain);
	}
	go_end();
	uint16_t car = by_number("5");
	duration_us wet = lap_of(car, 20)->time, drying = lap_of(car, 66)->time;
	duration_us dry = lap_of(car, 150)->time;
	assert_true(wet > drying + 3 * US_S);
	assert_true(drying > dry + 3 * US_S);
}

static void check_26(void **state)
{
	(void)state;
	const struct flag_row *flags = session->timeline.tables.flags;
	bool found = false;
	go_end();
	for (uint32_t i = 0; i + 1 < now->flag_count; i++) {
		duration_us length = flags[i + 1].from_at - flags[i].from_at;
		if (flags[i].flag != FLAG_SC)
			continue;
		found = true;
		assert_true(flags[i].from_at >= clock_time(13, 0, 0));
		assert_true(flags[i + 1].from_at <= clock_time(16, 0, 0));
		assert_in_range(length / US_MIN, 5, 20);
	}
	assert_true(found);
	/* Behind it nobody laps at speed. */
	assert_true(lap_of(by_number("5"), 73)->time > 150 * US_S);
}

static void check_27(void **state)
{
	(void)state;
	go_end();
	assert_int_equal(session->classification.threshold, 156);
	for (uint16_t i = 0; i < now->car_count; i++) {
		const struct result *result = result_of(i);
		assert_int_equal(result->status == STATUS_CLASSIFIED,
				 result->laps >= 156);
	}
}

static void check_28(void **state)
{
	(void)state;
	static const char *const winners[] = {"5", "13", "88", "47"};
	unsigned invited = 0;
	go_end();
	for (uint16_t i = 0; i < now->car_count; i++)
		invited += result_of(i)->invited;
	assert_int_equal(invited, ARRAY_LEN(winners));
	for (size_t i = 0; i < ARRAY_LEN(winners); i++)
		assert_true(result_of(by_number(winners[i]))->invited);
}

static void check_29(void **state)
{
	(void)state;
	go_end();
	assert_int_equal(result_of(by_number("80"))->laps, 194);
}

static void check_30(void **state)
{
	(void)state;
	go_end();
	uint16_t car = by_number("10");
	assert_string_equal(now->entries[car].tag, "LMGTP");
	assert_string_equal(class_of(car), "LMP900");
}

static void check_31(void **state)
{
	(void)state;
	go_end();
	assert_string_equal(class_of(by_name("XL Racing")), "GT");
}

/* ---- the list ---------------------------------------------------------------- */

const struct CMUnitTest checks_2003[] = {
#define CHECK(id_, name_)                                               \
	{                                                               \
		"check " #id_ ": " name_, check_##id_, NULL, NULL, NULL \
	}
	CHECK(1, "9 November 2003, Bugatti, 4180 m"),
	CHECK(2, "noon to six o'clock, ended by time"),
	CHECK(3, "number 5 wins with 208 laps in 5:59:53.245"),
	CHECK(4, "number 5 leads at every instant"),
	CHECK(5, "number 5 stops four times, first after lap 48"),
	CHECK(6, "number 2 is second and stops first after lap 34"),
	CHECK(7, "number 8 is third"),
	CHECK(8, "number 13 takes LMP675 when the Intersport Lola is delayed"),
	CHECK(9, "number 88 wins GTS"),
	CHECK(10, "number 80 is a lap behind number 88"),
	CHECK(11, "number 47 wins GT"),
	CHECK(12, "the Lister loses an hour and is the last classified"),
	CHECK(13, "the Lister sets the third fastest lap"),
	CHECK(14, "the grid as far as it is known"),
	CHECK(15, "37 entered, 35 started, 29 classified"),
	CHECK(16, "the first six"),
	CHECK(17, "the RML MG-Lola spins on lap 1 and retires"),
	CHECK(18, "the Panoz loses four laps on lap 2 and is not classified"),
	CHECK(19, "the retirements come in their order"),
	CHECK(20, "PK Sport leads GT at 14:00 and at 17:25"),
	CHECK(21, "number 47 passes Freisinger, PK Sport punctures"),
	CHECK(22, "the Morgan is eighth in GT"),
	CHECK(23, "the lead of GTS changes hands in hour 1"),
	CHECK(24, "number 80 is fifth on lap 4"),
	CHECK(25, "the track is wet, drying, dry"),
	CHECK(26, "a safety car in mid-race"),
	CHECK(27, "156 laps are needed"),
	CHECK(28, "the class winners are invited"),
	CHECK(29, "number 80 has 194 laps"),
	CHECK(30, "the Panoz is an LMGTP shown with LMP900"),
	CHECK(31, "the XL Ferrari is placed in GT"),
};
const size_t checks_2003_count = ARRAY_LEN(checks_2003);

void checks_2003_use(struct session *loaded)
{
	session = loaded;
	go_end();
}
