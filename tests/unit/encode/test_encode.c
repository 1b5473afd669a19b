/*
 * test_encode.c -- what leaves: exact texts of a small race made by hand
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/encode.h"
#include "pitwall/outfeed.h"
#include "pitwall/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct race race;
static struct race_tables tables;
static struct rules rules;
static struct classification list;
static char text[1024 * 1024];
static size_t text_len;

static int keep(void *context, const char *bytes, size_t len)
{
	(void)context;
	assert_true(text_len + len < sizeof(text));
	memcpy(text + text_len, bytes, len);
	text_len += len;
	text[text_len] = '\0';
	return 0;
}

/* A buffer so small that every field is cut somewhere. */
static struct out sink(void)
{
	static char buf[96];

	text_len = 0;
	text[0] = '\0';
	return (struct out){keep, NULL, buf, 0, sizeof(buf), 0, false};
}

static void car(uint16_t i, const char *number, uint8_t class_index, const char *team)
{
	struct entry *entry = &race.entries[i];

	text_copy(entry->number, sizeof(entry->number), slice_of(number));
	text_copy(entry->team, sizeof(entry->team), slice_of(team));
	entry->class_index = class_index;
	race.cars[i].lap_best = DURATION_NONE;
}

static struct result *row(uint16_t i, enum result_status status, uint32_t laps,
			  duration_us total)
{
	struct result *r = &list.rows[list.count];

	*r = (struct result){
		.car = i,
		.status = (uint8_t)status,
		.laps = laps,
		.total = total,
		.position = (uint16_t)++list.count,
		.class_position = 1,
		.threshold = 156,
		.margin = (int32_t)laps - 156,
	};
	return r;
}

/* Five cars: a winner, one a lap down, one that was moved, one below the threshold
 * without a known number, one that did not start and of which nothing is known. */
static void begin(void)
{
	struct result *r;

	memset(&race, 0, sizeof(race));
	memset(&rules, 0, sizeof(rules));
	memset(&list, 0, sizeof(list));
	text_copy(race.setup.event, sizeof(race.setup.event),
		  SLICE("1000 km du Mans 2003"));
	text_copy(race.setup.circuit, sizeof(race.setup.circuit), SLICE("Bugatti"));
	race.setup.lap_length = 4180000;
	race.setup.line_count = 3;
	race.car_count = 5;
	race.class_count = 2;
	text_copy(race.classes[0].name, 16, SLICE("LMP900"));
	text_copy(race.classes[1].name, 16, SLICE("GT"));
	car(0, "5", 0, "Audi Sport Japan Team Goh");
	car(1, "007", 0, "Compétition, \"A\"");
	car(2, "47", 1, "Cirtek Motorsport");
	car(3, "4", 0, "Lister");
	car(4, "~5", RACE_CLASSES_MAX, "");
	race.entries[4].internal = 1;
	text_copy(race.entries[0].drivers[0], 40, SLICE("Tom Kristensen"));
	text_copy(race.entries[0].drivers[1], 40, SLICE("Seiji Ara"));
	race.entries[0].driver_count = 2;
	race.cars[0].lap_best = 94902 * US_MS;
	race.cars[0].lap_best_number = 17;
	race.cars[0].stops = 4;
	text_copy(rules.name, sizeof(rules.name), SLICE("le-mans-1000km-2003"));
	rules.fraction_pm = 750;
	r = row(0, STATUS_CLASSIFIED, 208, 21593245 * US_MS);
	r->class_winner = 1;
	r->invited = 1;
	r = row(1, STATUS_CLASSIFIED, 207, 21600001 * US_MS);
	r->gap = (struct gap){.value = 1, .kind = GAP_LAPS};
	r->interval = (struct gap){.value = 65 * US_S + 4 * US_MS, .kind = GAP_TIME};
	r->class_position = 2;
	r = row(2, STATUS_CLASSIFIED, 189, 21600002 * US_MS);
	r->gap = (struct gap){.value = 19, .kind = GAP_LAPS};
	r->moved = 1;
	r->decisions = 1;
	row(3, STATUS_NC, 76, 21601000 * US_MS)->class_position = 3;
	row(4, STATUS_DNS, 0, DURATION_NONE)->class_position = 0;
	list.winner_laps = 208;
	list.threshold = 156;
	list.finished = true;
}

static void results_as_csv_are_what_the_contract_says(void **unused)
{
	struct out out;

	(void)unused;
	begin();
	out = sink();
	encode_results(&out, FORMAT_CSV, &race, &rules, &list, NULL);
	assert_int_equal(out_flush(&out), 0);
	assert_string_equal(
		text,
		"pos,status,number,class,class_pos,laps,total_time,gap,interval,"
		"best_lap,"
		"best_lap_number,pit_stops,team,drivers,gap_laps,interval_laps\n"
		"1,CLASSIFIED,5,LMP900,1,208,5:59:53.245,,,1:34.902,17,4,"
		"Audi Sport Japan Team Goh,Tom Kristensen / Seiji Ara,,\n"
		"2,CLASSIFIED,007,LMP900,2,207,6:00:00.001,+1 lap,1:05.004,,,0,"
		"\"Compétition, \"\"A\"\"\",,1,\n"
		"3,CLASSIFIED,47,GT,1,189,6:00:00.002,,,,,0,Cirtek Motorsport,,,\n"
		"4,NC,4,LMP900,3,76,6:00:01.000,,,,,0,Lister,,,\n"
		"5,DNS,~05,,,0,,,,,,0,,,,\n");
}

static void a_transponder_nobody_entered_is_named_by_itself(void **unused)
{
	struct out out;

	(void)unused;
	begin();
	race.ids[0] = (struct race_id){
		.text = "2906141",
		.kind = ID_TRANSPONDER,
		.car = 4,
	};
	race.id_count = 1;
	out = sink();
	encode_results(&out, FORMAT_CSV, &race, &rules, &list, NULL);
	out_flush(&out);
	assert_non_null(strstr(text, "\n5,DNS,?2906141,,"));
}

static void a_car_without_team_is_told_by_its_drivers_or_what_it_is(void **unused)
{
	struct out out;

	(void)unused;
	begin();
	text_copy(race.entries[4].vehicle, sizeof(race.entries[4].vehicle),
		  SLICE("Porsche 911"));
	race.entries[0].team[0] = '\0';
	out = sink();
	encode_results(&out, FORMAT_TABLE, &race, &rules, &list, NULL);
	out_flush(&out);
	assert_non_null(strstr(text, "+52  Tom Kristensen / Seiji Ara  class winner"));
	assert_non_null(strstr(text, "Porsche 911                 DNS\n"));
}

static void results_as_json_have_numbers_lists_and_null(void **unused)
{
	struct out out;

	(void)unused;
	begin();
	list.count = 2;
	out = sink();
	encode_results(&out, FORMAT_JSON, &race, &rules, &list, NULL);
	assert_int_equal(out_flush(&out), 0);
	assert_string_equal(
		text,
		"[\n"
		"{\"pos\":1,\"status\":\"CLASSIFIED\",\"number\":\"5\",\"class\":"
		"\"LMP900\",\"class_pos\":1,\"laps\":208,\"total_time\":"
		"21593.245000,\"gap\":null,\"interval\":null,\"best_lap\":94.902000,"
		"\"best_lap_number\":17,\"pit_stops\":4,\"team\":\"Audi Sport Japan "
		"Team Goh\",\"drivers\":[\"Tom Kristensen\",\"Seiji Ara\"],"
		"\"gap_laps\":null,\"interval_laps\":null},\n"
		"{\"pos\":2,\"status\":\"CLASSIFIED\",\"number\":\"007\",\"class\":"
		"\"LMP900\",\"class_pos\":2,\"laps\":207,\"total_time\":"
		"21600.001000,\"gap\":null,\"interval\":65.004000,"
		"\"best_lap\":null,\"best_lap_number\":null,\"pit_stops\":0,"
		"\"team\":\"Compétition, \\\"A\\\"\",\"drivers\":[],"
		"\"gap_laps\":1,\"interval_laps\":null}\n"
		"]\n");
}

static void results_as_a_table_draw_the_threshold(void **unused)
{
	struct out out;

	(void)unused;
	begin();
	race.setup.reconstruction = true;
	out = sink();
	encode_results(&out, FORMAT_TABLE, &race, &rules, &list, NULL);
	assert_int_equal(out_flush(&out), 0);
	assert_string_equal(
		text,
		"1000 km du Mans 2003 · Bugatti   RECONSTRUCTION\n"
		"Winner  #5 Audi Sport Japan Team Goh, 208 laps in 5:59:53.245, "
		"869.440 km\n"
		"Rules   le-mans-1000km-2003 · classified from 156 laps, 75 % of the "
		"winner's 208 · decisions changed 1 row\n"
		"\n"
		"Pos   Nº  Class   Cl  Laps         Time     Gap  Interval      Best  "
		"on  "
		"Stops  Margin  Team                       Status\n"
		"  1    5  LMP900   1   208  5:59:53.245                    1:34.902  "
		"17  "
		"    4     +52  Audi Sport Japan Team Goh  class winner, invited\n"
		"  2  007  LMP900   2   207  6:00:00.001  +1 lap  1:05.004             "
		"   "
		"    0     +51  Compétition, \"A\"\n"
		"  3   47  GT       1   189  6:00:00.002                               "
		"   "
		"    0     +33  Cirtek Motorsport          1 decision\n"
		"─────────────────────────────────────────────────────────── 75 % · "
		"156 laps "
		"────────────────────────────────────────────────────────────\n"
		"  4    4  LMP900   3    76  6:00:01.000                               "
		"   "
		"    0     -80  Lister                     NC\n"
		"  5  ~05                 0                                            "
		"   "
		"    0                                     DNS\n");
}

static void a_running_race_names_its_leader_and_the_threshold_now(void **unused)
{
	struct out out;

	(void)unused;
	begin();
	list.finished = false;
	race.start_at = 1000 * US_S;
	race.now = 1000 * US_S + 3 * US_HOUR;
	for (uint32_t i = 0; i < list.count; i++)
		list.rows[i].status = STATUS_RUNNING;
	out = sink();
	encode_results(&out, FORMAT_TABLE, &race, &rules, &list, NULL);
	out_flush(&out);
	assert_non_null(strstr(text, "\nLeader  #5 Audi"));
	assert_non_null(strstr(text, "   running at 3:00:00\n"));
	assert_non_null(strstr(text, " 75 % · 156 laps now "));
	assert_null(strstr(text, "NC"));
}

static void a_result_at_a_lap_is_told_in_words(void **unused)
{
	struct out out;
	(void)unused;
	begin();
	race.result_lap = race.setup.result_lap = 40;
	race.setup.type = SESSION_TIMED;
	out = sink();
	encode_results(&out, FORMAT_TABLE, &race, &rules, &list, NULL);
	out_flush(&out);
	assert_non_null(strstr(text, "a timed session has no result at a lap"));
	assert_null(strstr(text, "no car completed"));
}

static void one_class_is_its_rows_alone(void **unused)
{
	struct out out;

	(void)unused;
	begin();
	out = sink();
	encode_results(&out, FORMAT_CSV, &race, &rules, &list, "gt");
	out_flush(&out);
	assert_non_null(strstr(text, "\n3,CLASSIFIED,47,GT"));
	assert_null(strstr(text, "LMP900"));
	out = sink();
	encode_results(&out, FORMAT_TABLE, &race, &rules, &list, "GT");
	out_flush(&out);
	assert_non_null(strstr(text, "class GT"));
	/* Nobody of it is below the threshold: no line. */
	assert_null(strstr(text, "──"));
}

static void a_race_nobody_has_been_seen_in_is_said_to_be_so(void **unused)
{
	struct out out;

	(void)unused;
	begin();
	list.count = 0;
	out = sink();
	encode_results(&out, FORMAT_TABLE, &race, &rules, &list, NULL);
	out_flush(&out);
	assert_non_null(strstr(text, "No car has been seen.\n"));
	out = sink();
	encode_results(&out, FORMAT_JSON, &race, &rules, &list, NULL);
	out_flush(&out);
	assert_string_equal(text, "[\n]\n");
}

/* ---- laps ----------------------------------------------------------------- */

static struct lap_row lap_rows[6000];

static struct lap_row *lap(uint32_t index, uint16_t of, uint32_t number,
			   instant_us from, duration_us time)
{
	struct lap_row *r = &lap_rows[index];

	memset(r, 0, sizeof(*r));
	r->car = of;
	r->lap = number;
	r->time = time;
	r->at = from + time;
	r->pit_time = DURATION_NONE;
	r->flag = FLAG_GREEN;
	r->driver = RACE_DRIVERS_MAX;
	r->position = 1;
	for (unsigned n = 0; n < CAR_VALUE_COUNT; n++)
		r->values[n] = VALUE_NONE;
	for (unsigned n = 0; n < LINES_MAX; n++)
		r->at_line[n] = INSTANT_NONE;
	r->at_line[0] = from;
	r->prev = race.cars[of].lap_row;
	race.cars[of].lap_row = index + 1;
	race.lap_count = index + 1;
	tables.laps = lap_rows;
	tables.laps_max = ARRAY_LEN(lap_rows);
	return r;
}

static void laps_as_csv_have_the_sectors_of_the_circuit(void **unused)
{
	const instant_us start = civil_to_instant(2003, 11, 9) + 11 * US_HOUR;
	const uint16_t cars[] = {0};
	struct lap_row *r;
	struct out out;

	(void)unused;
	begin();
	race.start_at = start;
	race.setup.utc_offset_us = US_HOUR;
	r = lap(0, 0, 1, start, 100 * US_S);
	r->at_line[1] = start + 30 * US_S;
	r->at_line[2] = start + 70 * US_S + 999;
	r->driver = 1;
	r->in_pit = 1;
	r->values[VALUE_TOP_SPEED] = 3163;
	r->values[VALUE_ENERGY] = 975;
	r->values[VALUE_TYRE] = TYRE_MEDIUM;
	r->values[VALUE_TYRE_LAPS] = 12;
	r = lap(1, 0, 2, start + 100 * US_S, 95 * US_S);
	r->at_line[2] = start + 160 * US_S;
	r->pit_time = 58 * US_S;
	r->estimated = 1 << 2;
	r->flag = FLAG_UNKNOWN;
	out = sink();
	encode_laps(&out, FORMAT_CSV, &race, &tables, cars, 1);
	out_flush(&out);
	assert_string_equal(
		text,
		"number,lap,lap_time,elapsed,time_of_day,s1,s2,s3,in_pit,pit_time,"
		"driver,"
		"flag,position,class_pos,source,class,team,top_speed,energy,tyre,"
		"tyre_laps\n"
		"5,1,1:40.000,0:01:40.000,12:01:40.000,0:30.000,0:40.000,0:29.999,1,,"
		"Seiji Ara,GREEN,1,,measured,LMP900,Audi Sport Japan Team Goh,"
		"316.3,97.5,medium,12\n"
		"5,2,1:35.000,0:03:15.000,12:03:15.000,,,0:35.000,0,0:58.000,,UNKNOWN,"
		"1,,"
		"estimated,LMP900,Audi Sport Japan Team Goh,,,,\n");
	race.setup.line_count = 1;
	out = sink();
	encode_laps(&out, FORMAT_JSON, &race, &tables, cars, 1);
	out_flush(&out);
	assert_non_null(strstr(text,
			       "\"time_of_day\":\"12:01:40.000\",\"s1\":100.000000,"
			       "\"in_pit\":true,\"pit_time\":null,"));
	assert_null(strstr(text, "\"s2\""));
	race.setup.line_count = LINES_MAX;
	out = sink();
	encode_laps(&out, FORMAT_CSV, &race, &tables, cars, 1);
	out_flush(&out);
	assert_non_null(strstr(text, ",s15,s16,in_pit,"));
}

static void thousands_of_laps_of_a_car_come_in_their_order(void **unused)
{
	const uint16_t cars[] = {1};
	struct out out;
	struct slice rest;
	uint32_t expected = 1;

	(void)unused;
	begin();
	race.start_at = 0;
	/* Rows of two cars in turn; the first car has 5,000. */
	for (uint32_t i = 0; i < 6000; i++)
		lap(i, i % 6 == 5 ? 0 : 1, i % 6 == 5 ? i / 6 + 1 : i - i / 6 + 1,
		    (int64_t)i * US_S, US_S);
	out = sink();
	encode_laps(&out, FORMAT_CSV, &race, &tables, cars, 1);
	out_flush(&out);
	rest = (struct slice){text, text_len};
	slice_cut(&rest, '\n');
	while (rest.len > 0) {
		struct slice line = slice_cut(&rest, '\n');
		uint64_t number;

		slice_cut(&line, ',');
		assert_true(parse_u64(slice_cut(&line, ','), &number));
		assert_int_equal(number, expected);
		expected++;
	}
	assert_int_equal(expected, 5001);
}

/* ---- events ----------------------------------------------------------------- */

static void events_say_what_their_kind_uses(void **unused)
{
	static struct event at[8];
	static char pool[512];
	struct event_list events = {at,           0, ARRAY_LEN(at), pool, 0,
				    sizeof(pool), 0, NULL};
	const instant_us t = civil_to_instant(2003, 11, 9) + 11 * US_HOUR + 42;
	struct event *e;
	struct out out;

	(void)unused;
	e = event_add(&events, EVENT_PASSING, t);
	e->line = LINE_SF_PIT;
	e->flag = FLAG_SC;
	e->number = 12;
	e->value = 96 * US_S;
	event_set_id(e, ID_TRANSPONDER, SLICE("2906141"));
	e = event_add(&events, EVENT_DRIVER, t);
	e->received_at = t + US_S;
	e->number = 2;
	event_set_id(e, ID_NUMBER, SLICE("5"));
	event_set_text(&events, e, SLICE("Jörg \"J\" B"));
	e = event_add(&events, EVENT_DECISION, t);
	e->field = DECISION_BEHIND;
	event_set_id(e, ID_NUMBER, SLICE("27"));
	event_set_text(&events, e, SLICE("023\x1fovertook under yellow"));
	e = event_add(&events, EVENT_ANOMALY, -1);
	e->field = ANOMALY_CLOCK;
	e->number = 7;
	e->bits = EVENT_ESTIMATED | EVENT_REPAIRED;
	e = event_add(&events, EVENT_WEATHER, t);
	e->field = WEATHER_AIR_MC;
	e->value = -1500;
	e = event_add(&events, EVENT_VALUE, t);
	e->field = VALUE_ENERGY;
	e->value = 732;
	event_set_id(e, ID_NUMBER, SLICE("31"));
	e = event_add(&events, EVENT_START, t);
	e->value = INSTANT_NONE;
	out = sink();
	for (uint32_t i = 0; i < events.count; i++)
		encode_event_json(&out, &events, &events.at[i]);
	assert_int_equal(out_flush(&out), 0);
	assert_string_equal(
		text,
		"{\"at\":\"2003-11-09T11:00:00.000042Z\",\"kind\":\"passing\","
		"\"transponder\":\"2906141\",\"line\":\"SFP\",\"flag\":\"SC\",\"lap\":"
		"12,"
		"\"lap_time\":96.000000}\n"
		"{\"at\":\"2003-11-09T11:00:00.000042Z\",\"heard_at\":"
		"\"2003-11-09T11:00:01.000042Z\",\"kind\":\"driver\",\"number\":\"5\","
		"\"place\":2,\"driver\":\"Jörg \\\"J\\\" B\"}\n"
		"{\"at\":\"2003-11-09T11:00:00.000042Z\",\"kind\":\"decision\","
		"\"number\":\"27\",\"field\":\"behind\",\"value\":0,\"with\":\"023\","
		"\"reason\":\"overtook under yellow\"}\n"
		"{\"at\":\"1969-12-31T23:59:59.999999Z\",\"kind\":\"anomaly\","
		"\"anomaly\":\"clock\",\"record\":7,\"estimated\":true,"
		"\"repaired\":true}\n"
		"{\"at\":\"2003-11-09T11:00:00.000042Z\",\"kind\":\"weather\","
		"\"field\":\"air_mc\",\"value\":-1500}\n"
		"{\"at\":\"2003-11-09T11:00:00.000042Z\",\"kind\":\"value\","
		"\"number\":\"31\",\"field\":\"energy_pm\",\"value\":732}\n"
		"{\"at\":\"2003-11-09T11:00:00.000042Z\",\"kind\":\"start\"}\n");
}

/* ---- the sink ------------------------------------------------------------------ */

static int refuse(void *context, const char *bytes, size_t len)
{
	unsigned *calls = context;

	(void)bytes;
	(void)len;
	++*calls;
	return -EPIPE;
}

static void a_sink_that_fails_is_asked_once(void **unused)
{
	unsigned calls = 0;
	char buf[8];
	struct out out = {refuse, &calls, buf, 0, sizeof(buf), 0, false};

	(void)unused;
	for (unsigned i = 0; i < 10; i++)
		out_text(&out, "more than the buffer holds");
	out_format(&out, "%d", 5);
	assert_int_equal(out_flush(&out), -EPIPE);
	assert_int_equal(calls, 1);
}

static void a_format_that_never_fits_is_a_failure_and_not_a_cut_line(void **unused)
{
	struct out out;

	(void)unused;
	out = sink();
	out_format(&out, "%0200d", 1);
	assert_int_equal(out_flush(&out), -EMSGSIZE);
}

static void csv_and_json_keep_what_they_are_given(void **unused)
{
	static const struct {
		const char *in, *csv, *json;
	} rows[] = {
		{"plain", "plain", "\"plain\""},
		{"", "", "\"\""},
		{"a;b", "\"a;b\"", "\"a;b\""},
		{"a,b", "a,b", "\"a,b\""},
		{"\"q\"", "\"\"\"q\"\"\"", "\"\\\"q\\\"\""},
		{" lead", "\" lead\"", "\" lead\""},
		{"b\\s", "b\\s", "\"b\\\\s\""},
		{"\x01\x7f", "\x01\x7f", "\"\\u0001\\u007f\""},
		{"é", "é", "\"é\""},
	};
	struct out out;

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		out = sink();
		out_csv(&out, slice_of(rows[i].in), ';');
		out_flush(&out);
		assert_string_equal(text, rows[i].csv);
		out = sink();
		out_json(&out, slice_of(rows[i].in));
		out_flush(&out);
		assert_string_equal(text, rows[i].json);
	}
	out = sink();
	out_seconds(&out, -1);
	out_text(&out, " ");
	out_seconds(&out, DURATION_NONE);
	out_text(&out, " ");
	out_seconds(&out, INT64_MAX);
	out_flush(&out);
	assert_string_equal(text, "-0.000001 null 9223372036854.775807");
}

/* ---- the P3 emulator ---------------------------------------------------------------- */

static void a_p3_decoder_goes_on_when_it_can_keep_no_more(void **state)
{
	struct p3_sent kept[40];
	struct p3_device device = {.sent = kept, .max = ARRAY_LEN(kept), .first_id = 1};
	struct p3_resend resend = {0};
	struct wire_p3_record record;
	char request[128];
	struct out ask = {.buf = request, .max = sizeof(request)}, out = sink();
	unsigned numbers = 0;
	(void)state;
	for (unsigned i = 0; i < 100; i++)
		assert_true(p3_device_passing(&device, LINE_SF, 7, i * US_S, &out));
	out_flush(&out);
	assert_true(text_len > 100 * 20);
	out = sink();
	wire_p3_resend(&ask, 0, UINT32_MAX, 1);
	assert_int_equal(p3_device_answer(&device, (struct slice){request, ask.len},
					  US_S, &resend, &out),
			 ask.len);
	while (p3_device_resend(&device, &resend, &out))
		;
	out_flush(&out);
	struct slice rest = {text, text_len};
	for (; rest.len > 0; numbers++) {
		size_t len = (size_t)wire_p3_frame(rest);
		assert_int_equal(wire_p3_read((struct slice){rest.at, len}, &record),
				 WIRE_P3_FINE);
		/* The newest, in their order. */
		assert_int_equal(record.value[P3_NUMBER], 61 + numbers);
		rest.at += len;
		rest.len -= len;
	}
	assert_int_equal(numbers, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_as_csv_are_what_the_contract_says),
		cmocka_unit_test(a_transponder_nobody_entered_is_named_by_itself),
		cmocka_unit_test(
			a_car_without_team_is_told_by_its_drivers_or_what_it_is),
		cmocka_unit_test(results_as_json_have_numbers_lists_and_null),
		cmocka_unit_test(results_as_a_table_draw_the_threshold),
		cmocka_unit_test(a_running_race_names_its_leader_and_the_threshold_now),
		cmocka_unit_test(a_result_at_a_lap_is_told_in_words),
		cmocka_unit_test(one_class_is_its_rows_alone),
		cmocka_unit_test(a_race_nobody_has_been_seen_in_is_said_to_be_so),
		cmocka_unit_test(laps_as_csv_have_the_sectors_of_the_circuit),
		cmocka_unit_test(thousands_of_laps_of_a_car_come_in_their_order),
		cmocka_unit_test(events_say_what_their_kind_uses),
		cmocka_unit_test(a_sink_that_fails_is_asked_once),
		cmocka_unit_test(
			a_format_that_never_fits_is_a_failure_and_not_a_cut_line),
		cmocka_unit_test(csv_and_json_keep_what_they_are_given),
		cmocka_unit_test(a_p3_decoder_goes_on_when_it_can_keep_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
