/*
 * test_session_name.c -- race or timed session, by the words of a name
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/event.h"

static const struct {
	const char *name;
	enum session_field type;
} cases[] = {
	{"FP1.csv", SESSION_FIELD_TIMED},
	{"wec_2024_spa_FP3-laps.csv", SESSION_FIELD_TIMED},
	{"23_Analysis_Free Practice 2.CSV", SESSION_FIELD_TIMED},
	{"FreePractice1.csv", SESSION_FIELD_TIMED},
	{"Prac 1.csv", SESSION_FIELD_TIMED},
	{"a_practice_2.csv", SESSION_FIELD_TIMED},
	{"a_Qualifying.csv", SESSION_FIELD_TIMED},
	{"prequalifying.csv", SESSION_FIELD_TIMED},
	{"Q1.csv", SESSION_FIELD_TIMED},
	{"Quali 2.csv", SESSION_FIELD_TIMED},
	{"hyperpole-laps.csv", SESSION_FIELD_TIMED},
	{"Superpole", SESSION_FIELD_TIMED},
	{"session-3-laps.csv", SESSION_FIELD_TIMED},
	{"Test Day.csv", SESSION_FIELD_TIMED},
	{"Test_Evening.csv", SESSION_FIELD_TIMED},
	{"Testing.csv", SESSION_FIELD_TIMED},
	{"TT1.csv", SESSION_FIELD_TIMED},
	{"23_Analysis_Warm Up.CSV", SESSION_FIELD_TIMED},
	{"warm-up.csv", SESSION_FIELD_TIMED},
	{"warm_up.csv", SESSION_FIELD_TIMED},
	{"WarmUp.csv", SESSION_FIELD_TIMED},
	{"warmup.csv", SESSION_FIELD_TIMED},
	{"Race 2 Qualifying", SESSION_FIELD_TIMED},
	{"Qualifying for Race 2", SESSION_FIELD_TIMED},
	{"Qualifying Race", SESSION_FIELD_RACE},
	{"r24h-qualifying-race-laps.csv", SESSION_FIELD_RACE},
	{"QualifyingRace.csv", SESSION_FIELD_RACE},
	{"Practice Race", SESSION_FIELD_RACE},
	{"Qualifying - Race 2", SESSION_FIELD_TIMED},
	{"Qualifying 1 - Race 2", SESSION_FIELD_TIMED},
	{"Saturday Practice Day - Race 1", SESSION_FIELD_RACE},
	{"Race 1 - Qual", SESSION_FIELD_TIMED},
	{"WARM-UP", SESSION_FIELD_TIMED},
	{"Time Trial", SESSION_FIELD_TIMED},
	{"Time Attack", SESSION_FIELD_TIMED},
	{"Shootout", SESSION_FIELD_TIMED},
	{"Prove Libere 1", SESSION_FIELD_TIMED},
	{"Open Test", SESSION_FIELD_TIMED},
	{"Essais Qualificatifs", SESSION_FIELD_TIMED},
	{"Q2 - GT3", SESSION_FIELD_TIMED},
	{"Quals", SESSION_FIELD_TIMED},
	{"Zeittraining", SESSION_FIELD_TIMED},
	{"GP1/GP2/GP3 Qualifying", SESSION_FIELD_TIMED},
	{"Heats", SESSION_FIELD_RACE},
	{"Semifinal 2", SESSION_FIELD_RACE},
	{"Feature Race", SESSION_FIELD_RACE},
	{"Saturday 8 Hour", SESSION_FIELD_RACE},
	{"6 Hours of Spa", SESSION_FIELD_RACE},
	{"Practice 6 Hours of Spa", SESSION_FIELD_TIMED},
	{"Grand Prix", SESSION_FIELD_RACE},
	{"Grand Prix Qualifying", SESSION_FIELD_TIMED},
	{"Enduro", SESSION_FIELD_RACE},
	{"Grand Opening", SESSION_FIELD_UNKNOWN},
	{"a_race.csv", SESSION_FIELD_RACE},
	{"session.csv", SESSION_FIELD_UNKNOWN},
	{"session 202105.csv", SESSION_FIELD_UNKNOWN},
	{"latest.csv", SESSION_FIELD_UNKNOWN},
	{"TestStart.txt", SESSION_FIELD_UNKNOWN},
	{"warm welcome.csv", SESSION_FIELD_UNKNOWN},
	{"q.csv", SESSION_FIELD_UNKNOWN},
	{"wec_2024_le_mans_24h.csv", SESSION_FIELD_UNKNOWN},
	{"", SESSION_FIELD_UNKNOWN},
};

static void names_tell_the_type_of_a_session(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (session_name_type(slice_of(cases[i].name)) != cases[i].type)
			fail_msg("%s is not of type %d", cases[i].name,
				 (int)cases[i].type);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_tell_the_type_of_a_session),
	};
	return cmocka_run_group_tests_name("names of sessions", tests, NULL, NULL);
}
