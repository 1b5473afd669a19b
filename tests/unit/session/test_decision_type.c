/*
 * test_decision_type.c -- the operator's words into the line of a decision, and a decision's
 * line into events
 */
#include "fixture.h"
#include "pitwall/decision.h"

#include <errno.h>
#include <stdlib.h>

static const struct race_setup setup = {
	.start_at = INSTANT_NONE, .clock_at = INSTANT_NONE, .line_count = 3};
/* 2026-11-22T15:20:00.123456Z */
static instant_us now;
static struct race *race;

static void enter_car(const char *number, const char *transponder)
{
	struct event event = {.kind = EVENT_ENTRY, .field = ENTRY_CAR};
	event.at = event.received_at = INSTANT_NONE;
	if (number != NULL)
		event_set_id(&event, ID_NUMBER, slice_of(number));
	else
		event_set_id(&event, ID_TRANSPONDER, slice_of(transponder));
	const struct race_tables tables = {.laps = NULL};
	race_apply(race, &tables, &event, "", NULL);
}

static int set_up(void **state)
{
	(void)state;
	now = civil_to_instant(2026, 11, 22) + 15 * US_HOUR + 20 * US_MIN + 123456;
	race = calloc(1, sizeof(*race));
	if (race == NULL)
		return -1;
	race_init(race, &setup);
	enter_car("7", NULL);
	enter_car("12", NULL);
	enter_car(NULL, "2906141");
	race->cars[0].laps = 20;
	race->entries[0].driver_count = 2;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(race);
	return 0;
}

struct written {
	char text[1024];
	struct out out;
};

static int no_bytes(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return -ENOSPC;
}

static int operate(const char *text, uint32_t last, struct written *written,
		   struct err *err)
{
	char buffer[sizeof(written->text)];
	struct out out = {.write = no_bytes, .buf = buffer, .max = sizeof(buffer)};
	int rc = decision_type(slice_of(text), race, now, last, &out, err);
	text_copy(written->text, sizeof(written->text),
		  (struct slice){buffer, out.len});
	return rc;
}

static int apply(const char *line, uint32_t number, instant_us received_at,
		 struct event_list *list, struct err *err)
{
	char where[32];
	text_format(where, sizeof(where), "decision %u", number);
	const struct decision_place place = {.where = where,
					     .number = number,
					     .received_at = received_at,
					     .start_at = INSTANT_NONE,
					     .last_at = INSTANT_NONE};
	return decision_apply(slice_of(line), &place, list, err);
}

static void every_form_is_written_as_a_line(void **state)
{
	static const struct {
		const char *typed, *line;
	} cases[] = {
		{"start", ",start,,"},
		{"STOP", ",stop,,"},
		{"flag sc", ",flag,SC,"},
		{"Flag code60 debris at turn 3", ",flag,CODE60,debris at turn 3"},
		{"flag chequered", ",flag,FINISH,"},
		{"time 7 10 speeding", "7,time,10.000000,speeding"},
		{"time 7 +1:30.5", "7,time,90.500000,"},
		{"time 7 -5", "7,time,-5.000000,"},
		{"laps 7 -1 short cut, twice", "7,laps,-1,\"short cut, twice\""},
		{"laps 7 +2", "7,laps,2,"},
		{"behind 7 12", "7,behind,12,"},
		{"last-of-lap 7", "7,last-of-lap,,"},
		{"last-of-class 7 ride height", "7,last-of-class,,ride height"},
		{"delete 7 20 track limits", "7,lap-deleted,20,track limits"},
		{"disqualify 12 fuel", "12,disqualified,,fuel"},
		{"status 12 nc", "12,status,NC,"},
		{"pass 7", "7,pass,SF,"},
		{"pass 7 i2", "7,pass,i2,"},
		{"pass 99 POUT", "99,pass,POUT,"},
		{"pass #9\"", "\"#9\"\"\",pass,SF,"},
		{"driver 7 2", "7,driver,2,"},
		{"driver 7 A. Name", "7,driver,A. Name,"},
		{"entry 7 team=Joest, Racing", "7,entry,\"team=Joest, Racing\","},
		{"entry 100 class=GT", "100,entry,class=GT,"},
		{"entry ?2906141 class=GT", "?2906141,entry,class=GT,"},
		{"assign ?2906141 7", "?2906141,entry,number=7,"},
		{"assign ?555 007", "?555,entry,number=007,"},
		{"time ?2906141 5", "?2906141,time,5.000000,"},
		{"note rain in the last sector", ",note,,rain in the last sector"},
		{"note 7 smokes", "7,note,,smokes"},
		{"note 7", ",note,,7"},
		{"result-at 20 red flag", ",result-at,20,red flag"},
		{"result-at lap:3", ",result-at,lap:3,"},
		{"undo", ",undo,6,"},
		{"undo 3", ",undo,3,"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct fixture_list fixture;
		struct written written;
		char line[256];
		struct err err = {""};
		if (operate(cases[i].typed, 6, &written, &err) != 0)
			fail_msg("%s: %s", cases[i].typed, err.text);
		text_format(line, sizeof(line), "%s,2026-11-22T15:20:00.123456Z",
			    cases[i].line);
		assert_string_equal(written.text, line);
		/* And what is written is read. */
		fixture_list_init(&fixture);
		if (apply(written.text, 9, now + 5, &fixture.list, &err) != 0)
			fail_msg("%s: %s", written.text, err.text);
		assert_int_equal(fixture.list.count,
				 strstr(cases[i].line, "result-at") ? 2 : 1);
		assert_int_equal(fixture.events[0].record, 9);
		assert_int_equal(fixture.events[0].source, SOURCE_OPERATOR);
		assert_int_equal(fixture.events[0].bits, EVENT_BY_HAND);
		assert_int_equal(fixture.events[0].received_at, now + 5);
	}
}

static void what_cannot_be_is_told_with_its_form(void **state)
{
	static const struct {
		const char *typed, *words;
	} cases[] = {
		{"", "decisions are: start stop flag time"},
		{"tine 7 10", "\"tine\" is unknown; decisions are: start"},
		{"time", "which car?: time CAR SECONDS [reason]"},
		{"time 9 10", "there is no car 9 in this race: time CAR SECONDS"},
		{"time 7", "the value must be seconds: time CAR"},
		{"time 7 soon", "the value must be seconds, not \"soon\": time CAR"},
		{"time 7 0", "0 changes nothing: time CAR SECONDS"},
		{"laps 7 1.5", "the value must be a number of laps, not \"1.5\""},
		{"behind 7 7", "behind itself"},
		{"behind 7 70", "there is no car 70"},
		{"delete 7 21", "car 7 has 20 laps: delete CAR LAP"},
		{"status 7 happy", "CLASSIFIED, NC, DNF, DNS or DSQ, not \"happy\""},
		{"status 7 running", "CLASSIFIED, NC, DNF, DNS or DSQ"},
		{"flag purple", "the value must be a flag (GREEN, SC, RED ...)"},
		{"flag unknown", "flags are GREEN YELLOW"},
		{"pass 7 I3", "lines are SF, I1"},
		{"pass 7 SF now", "nothing may follow: pass CAR"},
		{"pass 1234567890123", "at most 12 characters"},
		{"start now", "nothing may follow"},
		{"driver 7 3", "car 7 has 2 drivers"},
		{"driver 7", "a driver's name, or a place of 1 to 8"},
		{"driver 99 A", "there is no car 99"},
		{"entry 7 colour=red", "the value must be FIELD=VALUE, with number"},
		{"entry 7 number=1234567890123", "number (1 to 12 characters)"},
		{"entry 7", "the value must be FIELD=VALUE, with number"},
		{"assign 7 8", "a transponder is written ?2906141"},
		{"assign ?2906141", "to which car?"},
		{"note", "a note needs words"},
		{"undo x", "the number of an earlier decision, not \"x\""},
		{"time ~9 5", "there is no car ~9"},
		{"result-at 21", "no car has completed lap 21: result-at LAP"},
		{"result-at 0", "the value must be the number of a lap, not \"0\""},
		{"result-at", "the value must be the number of a lap: result-at LAP"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct written written;
		struct err err = {""};
		assert_int_equal(operate(cases[i].typed, 6, &written, &err), -EINVAL);
		assert_says(err.text, cases[i].words);
		assert_string_equal(written.text, "");
	}
	struct written written;
	struct err err = {""};
	assert_int_equal(operate("undo", 0, &written, &err), -EINVAL);
	assert_says(err.text, "no decision that could be taken back");
}

static void lines_become_the_events_they_name(void **state)
{
	static const struct {
		const char *line;
		enum event_kind kind;
		enum id_kind id_kind;
		const char *id, *text;
		int line_or_field;
	} cases[] = {
		{",start,,", EVENT_START, ID_NONE, "", "", 0},
		{",stop,,", EVENT_END, ID_NONE, "", "", 0},
		{",flag,SC,words", EVENT_FLAG, ID_NONE, "", "words", 0},
		{"7,pass,SF,", EVENT_PASSING, ID_NUMBER, "7", "", LINE_SF},
		{"7,pass,,", EVENT_PASSING, ID_NUMBER, "7", "", LINE_SF},
		{"7,pass,I2,", EVENT_PASSING, ID_NUMBER, "7", "", 2},
		{"7,pass,PIN,", EVENT_PIT_IN, ID_NUMBER, "7", "", LINE_PIT_IN},
		{"7,pass,POUT,", EVENT_PIT_OUT, ID_NUMBER, "7", "", LINE_PIT_OUT},
		{"7,driver,A. Name,", EVENT_DRIVER, ID_NUMBER, "7", "A. Name", 0},
		{"@15,entry,team=X,", EVENT_ENTRY, ID_REGISTRATION, "15", "X",
		 ENTRY_TEAM},
		{"?29,entry,driver2=B,", EVENT_ENTRY, ID_TRANSPONDER, "29", "B",
		 ENTRY_DRIVER},
		{"7,note,,it smokes", EVENT_MESSAGE, ID_NUMBER, "7", "it smokes", 0},
		{",undo,3,", EVENT_DECISION, ID_NONE, "", "", DECISION_UNDO},
		{"7,time,10,speeding", EVENT_DECISION, ID_NUMBER, "7", "\x1fspeeding",
		 DECISION_TIME},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct fixture_list fixture;
		struct err err = {""};
		char line[128];
		text_format(line, sizeof(line), "%s,2026-11-22T15:20:00.123456Z",
			    cases[i].line);
		fixture_list_init(&fixture);
		if (apply(line, 4, now, &fixture.list, &err) != 0)
			fail_msg("%s: %s", line, err.text);
		const struct event *event = &fixture.events[0];
		struct slice text = event_text(&fixture.list, event);
		bool entry = event->kind == EVENT_ENTRY;
		assert_int_equal(event->kind, cases[i].kind);
		assert_int_equal(event->id_kind, cases[i].id_kind);
		assert_string_equal(event->id, cases[i].id);
		assert_int_equal(event->at, now);
		assert_true(slice_eq(text, slice_of(cases[i].text)));
		if (entry || event->kind == EVENT_DECISION)
			assert_int_equal(event->field, cases[i].line_or_field);
		else
			assert_int_equal(event->line, cases[i].line_or_field);
	}
}

static void a_number_given_to_a_transponder_holds_for_the_whole_race(void **state)
{
	static struct fixture_list fixture;
	struct err err = {""};
	(void)state;
	fixture_list_init(&fixture);
	assert_int_equal(apply("?2906141,entry,number=8,,"
			       "2026-11-22T15:20:00.000000Z",
			       1, now, &fixture.list, &err),
			 0);
	assert_true(fixture.events[0].at == INSTANT_NONE);
	assert_int_equal(fixture.events[0].received_at, now);
}

static void lines_that_are_none_are_refused_whole(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"", "decision 4: blank"},
		{"7,pass,SF,", "the fifth field must be an instant"},
		{"7,pass,SF,,lap:9", "the fifth field must be an instant"},
		{"7,time,5,,2026-13-22T15:20:00Z",
		 "the fifth field must be an instant"},
		{"7,time,5,,2026-11-22T25:20:00Z",
		 "the fifth field must be an instant"},
		{"7,pass,T9,,2026-11-22T15:20:00Z", "SF, I1"},
		{",pass,SF,,2026-11-22T15:20:00Z", "the first field must be a car"},
		{"7,driver,9,,2026-11-22T15:20:00Z", "a place of 1 to 8"},
		{"7,driver,,,2026-11-22T15:20:00Z", "a driver's name"},
		{"7,entry,team,,2026-11-22T15:20:00Z", "FIELD=VALUE"},
		{",flag,PINK,,2026-11-22T15:20:00Z", "must be a flag"},
		{",undo,4,,2026-11-22T15:20:00Z", "an earlier decision"},
		{",undo,,,2026-11-22T15:20:00Z", "an earlier decision"},
		{",note,,,2026-11-22T15:20:00Z", "a note needs words"},
		{"7,frobnicate,,,2026-11-22T15:20:00Z", "the kind must be"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct fixture_list fixture;
		struct err err = {""};
		fixture_list_init(&fixture);
		assert_int_equal(apply(cases[i].line, 4, now, &fixture.list, &err),
				 -EINVAL);
		assert_says(err.text, cases[i].words);
		assert_int_equal(fixture.list.count, 0);
		assert_int_equal(fixture.list.text_len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_written_as_a_line),
		cmocka_unit_test(what_cannot_be_is_told_with_its_form),
		cmocka_unit_test(lines_become_the_events_they_name),
		cmocka_unit_test(
			a_number_given_to_a_transponder_holds_for_the_whole_race),
		cmocka_unit_test(lines_that_are_none_are_refused_whole),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
