/*
 * test_said.c -- what race control said, the weather, and values of cars, as rows
 */
#include "race_fixture.h"

#include <string.h>

static struct event *say(struct fixture *f, int64_t t, const char *number,
			 const char *words)
{
	struct event *e = add_event(f, EVENT_MESSAGE, t, number);

	event_set_text(&f->list, e, slice_of(words));
	return e;
}

static void measure(struct fixture *f, enum weather_field field, int64_t value,
		    int64_t t)
{
	struct event *e = event_add(&f->list, EVENT_WEATHER, START + t);

	e->field = (uint8_t)field;
	e->value = value;
}

static void value(struct fixture *f, const char *number, enum car_value field,
		  int64_t amount, int64_t t)
{
	struct event *e = add_event(f, EVENT_VALUE, t, number);
	e->field = (uint8_t)field;
	e->value = amount;
}

static void messages_are_kept_in_their_order_with_their_car(void **state)
{
	struct fixture *f = fixture_new();
	struct event *e;

	(void)state;
	add_laps(f, "7", 2, S(90));
	e = say(f, S(100), NULL, "  safety car in this lap ");
	e->id_kind = ID_NONE;
	e->source = 3;
	say(f, S(40), "7", "track limits")->bits = EVENT_BY_HAND;
	say(f, S(101), "99", "nobody knows this car");
	say(f, S(102), "7", "   ");
	fixture_fold(f);
	assert_int_equal(f->race.message_count, 3);
	assert_string_equal(f->messages[0].text, "track limits");
	assert_int_equal(f->messages[0].car, find(f, "7"));
	assert_int_equal(f->messages[0].by_hand, 1);
	assert_int_equal(f->messages[0].at, START + S(40));
	assert_string_equal(f->messages[1].text, "safety car in this lap");
	assert_int_equal(f->messages[1].car, CAR_NONE);
	assert_int_equal(f->messages[1].source, 3);
	assert_int_equal(f->messages[1].by_hand, 0);
	assert_int_equal(f->messages[2].car, CAR_NONE);
	assert_int_equal(find(f, "99"), CAR_NONE); /* words make no car */
}

static void a_long_message_is_cut_and_says_so(void **state)
{
	struct fixture *f = fixture_new();
	char words[MESSAGE_TEXT_MAX + 20];

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	say(f, S(1), NULL, words);
	words[MESSAGE_TEXT_MAX - 1] = '\0';
	say(f, S(2), NULL, words);
	fixture_fold(f);
	assert_int_equal(f->messages[0].cut, 1);
	assert_int_equal(strlen(f->messages[0].text), MESSAGE_TEXT_MAX - 1);
	assert_int_equal(f->messages[1].cut, 0);
	assert_string_equal(f->messages[0].text, f->messages[1].text);
}

static void without_a_table_or_room_the_race_goes_on(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		say(f, S(60 * i), NULL, "again");
		measure(f, WEATHER_AIR_MC, 20000 + i, S(60 * i));
	}
	f->tables.messages_max = f->tables.weather_max = 2;
	fixture_fold(f);
	assert_int_equal(f->race.message_count, 2);
	assert_int_equal(f->race.weather_count, 2);
	assert_int_equal(f->race.anomalies[ANOMALY_CAPACITY], 3 + 2);
	assert_int_equal(f->race.full[RACE_LIMIT_MESSAGES], 3);
	assert_int_equal(f->race.full[RACE_LIMIT_WEATHER], 2);
	assert_int_equal(f->race.weather[WEATHER_AIR_MC], 20004);
	f->tables.messages = NULL;
	f->tables.weather = NULL;
	fixture_fold(f);
	assert_int_equal(f->race.message_count + f->race.weather_count, 0);
	assert_int_equal(f->race.anomalies[ANOMALY_CAPACITY], 0);
	assert_int_equal(f->race.weather[WEATHER_AIR_MC], 20004);
}

static void the_weather_has_a_row_a_minute_with_all_that_was_said_then(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	measure(f, WEATHER_AIR_MC, 20000, S(0));
	measure(f, WEATHER_TRACK_MC, 31000, S(0));
	measure(f, WEATHER_AIR_MC, 20500, S(30)); /* too soon for a row */
	measure(f, WEATHER_AIR_MC, 21000, S(60));
	measure(f, WEATHER_RAIN, 1, S(60));
	measure(f, WEATHER_AIR_MC, 22000, S(3600));
	fixture_fold(f);
	assert_int_equal(f->race.weather_count, 2);
	assert_int_equal(f->weather[0].at, START);
	assert_int_equal(f->weather[0].value[WEATHER_AIR_MC], 20000);
	assert_int_equal(f->weather[0].value[WEATHER_TRACK_MC], 31000);
	assert_int_equal(f->weather[0].value[WEATHER_RAIN], INT64_MIN);
	assert_int_equal(f->weather[1].at, START + S(60));
	assert_int_equal(f->weather[1].value[WEATHER_AIR_MC], 21000);
	assert_int_equal(f->weather[1].value[WEATHER_RAIN], 1);
	assert_int_equal(f->race.weather_at, START + S(3600));
}

static void a_best_is_one_when_it_is_driven(void **state)
{
	struct fixture *f = fixture_new();

	(void)state;
	add_entry(f, "7", ENTRY_CLASS, 0, "GT");
	add_entry(f, "8", ENTRY_CLASS, 0, "GT");
	add_lap(f, "7", 1, 0, S(90));
	add_lap(f, "7", 2, S(90), S(180));
	add_lap(f, "8", 1, 0, S(95));
	add_lap(f, "8", 2, S(95), S(182));
	add_lap(f, "7", 3, S(180), S(268)); /* its own best alone */
	fixture_fold(f);
	assert_int_equal(row_of(f, "7", 2)->bits & (LAP_BEST_OWN | LAP_BEST_CLASS),
			 LAP_BEST_CLASS);
	assert_true(row_of(f, "7", 2)->bits & LAP_BEST_RACE);
	assert_true(row_of(f, "8", 2)->bits & LAP_BEST_CLASS);
	assert_int_equal(row_of(f, "7", 3)->bits & (LAP_BEST_OWN | LAP_BEST_CLASS),
			 LAP_BEST_OWN);
	/* Lines 1 and 2 are equal thirds of the lap: all sectors were the best. */
	assert_int_equal(row_of(f, "8", 2)->sector_bests, 7);
	assert_int_equal(row_of(f, "7", 3)->sector_bests, 0);
}

static void each_lap_keeps_the_values_at_its_end(void **state)
{
	struct fixture *f = fixture_new();
	const struct car *car;
	(void)state;
	value(f, "7", VALUE_ENERGY, 1000, -S(10)); /* before the start signal */
	value(f, "7", VALUE_TYRE, TYRE_MEDIUM, -S(10));
	add_laps(f, "7", 3, S(90));
	value(f, "7", VALUE_ENERGY, 975, S(90)); /* at its crossing */
	value(f, "7", VALUE_TOP_SPEED, 3121, S(50));
	value(f, "7", VALUE_TOP_SPEED, 3052, S(140));
	value(f, "7", VALUE_ENERGY, 948, S(120));
	value(f, "7", VALUE_ENERGY, 1000, S(200));
	value(f, "7", VALUE_TYRE, TYRE_WET, S(200));
	value(f, "7", VALUE_TYRE_LAPS, 0, S(200));
	fixture_fold(f);
	car = car_of(f, "7");
	assert_int_equal(row_of(f, "7", 1)->values[VALUE_ENERGY], 975);
	assert_int_equal(row_of(f, "7", 1)->values[VALUE_TYRE], TYRE_MEDIUM);
	assert_int_equal(row_of(f, "7", 1)->values[VALUE_TYRE_LAPS], VALUE_NONE);
	assert_int_equal(row_of(f, "7", 1)->values[VALUE_TOP_SPEED], 3121);
	assert_int_equal(row_of(f, "7", 2)->values[VALUE_ENERGY], 948);
	assert_int_equal(row_of(f, "7", 2)->values[VALUE_TOP_SPEED], 3052);
	assert_int_equal(row_of(f, "7", 3)->values[VALUE_ENERGY], 1000);
	assert_int_equal(row_of(f, "7", 3)->values[VALUE_TYRE], TYRE_WET);
	assert_int_equal(row_of(f, "7", 3)->values[VALUE_TYRE_LAPS], 0);
	assert_int_equal(row_of(f, "7", 3)->values[VALUE_TOP_SPEED], VALUE_NONE);
	assert_int_equal(car->values[VALUE_ENERGY], 1000);
	assert_int_equal(car->top_speed, 3121);
	assert_int_equal(car->top_speed_lap, 1);
}

static void an_impossible_value_is_an_anomaly(void **state)
{
	struct fixture *f = fixture_new();
	(void)state;
	add_laps(f, "7", 1, S(90));
	value(f, "7", VALUE_ENERGY, 500, S(10));
	value(f, "7", VALUE_ENERGY, 1001, S(20));
	value(f, "7", VALUE_ENERGY, -1, S(30));
	value(f, "7", VALUE_TYRE, TYRE_COUNT, S(40));
	value(f, "7", VALUE_TOP_SPEED, INT16_MAX + 1, S(50));
	value(f, "7", CAR_VALUE_COUNT, 1, S(60));
	fixture_fold(f);
	assert_int_equal(f->race.anomalies[ANOMALY_FIELD], 5);
	assert_int_equal(row_of(f, "7", 1)->values[VALUE_ENERGY], 500);
	assert_int_equal(row_of(f, "7", 1)->values[VALUE_TYRE], VALUE_NONE);
	assert_int_equal(car_of(f, "7")->top_speed, VALUE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_kept_in_their_order_with_their_car),
		cmocka_unit_test(a_long_message_is_cut_and_says_so),
		cmocka_unit_test(without_a_table_or_room_the_race_goes_on),
		cmocka_unit_test(
			the_weather_has_a_row_a_minute_with_all_that_was_said_then),
		cmocka_unit_test(a_best_is_one_when_it_is_driven),
		cmocka_unit_test(each_lap_keeps_the_values_at_its_end),
		cmocka_unit_test(an_impossible_value_is_an_anomaly),
	};

	return cmocka_run_group_tests_name("what was said", tests, NULL, NULL);
}
