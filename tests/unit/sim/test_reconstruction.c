/*
 * test_reconstruction.c -- the planner of 2003: what holds for every race it makes, and
 * what it says of a plan that is damaged or cannot be driven
 */
#include "reconstruction.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { PASSINGS_MAX = 24 * 1024, TEXT_MAX = 64 * 1024, FILES = 8 };

static const char *const names[FILES] = {
	"entries.csv", "results.csv", "pace.csv",  "stops.csv",
	"anchors.csv", "weather.csv", "flags.csv", "chronology.csv",
};

struct fixture {
	struct sim_race sim;
	struct sim_passing passings[PASSINGS_MAX];
	char texts[FILES][TEXT_MAX];
	char edited[TEXT_MAX];
	struct err err;
	void *scratch;
};

static const char *folder(void)
{
	const char *assets = getenv("PITWALL_ASSETS");
	return assets ? assets : "assets";
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->scratch = malloc(recon_scratch());
	assert_non_null(f->scratch);
	for (int i = 0; i < FILES; i++) {
		char path[4096];
		text_format(path, sizeof(path), "%s/races/le-mans-1000km-2003/%s",
			    folder(), names[i]);
		FILE *file = fopen(path, "r");
		assert_non_null(file);
		size_t n = fread(f->texts[i], 1, TEXT_MAX - 1, file);
		assert_true(n > 0 && n < TEXT_MAX - 1);
		f->texts[i][n] = '\0';
		fclose(file);
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	free(f->scratch);
	free(f);
	return 0;
}

static int run_with(struct fixture *f, uint64_t seed, int file, const char *text)
{
	struct slice s[FILES];
	instant_us midnight = civil_to_instant(2003, 11, 9) - US_HOUR;
	for (int i = 0; i < FILES; i++)
		s[i] = slice_of(i == file ? text : f->texts[i]);
	const struct recon_files files = {s[0], s[1], s[2], s[3],
					  s[4], s[5], s[6], s[7]};
	f->sim.setup = (struct race_setup){
		.start_at = midnight + 12 * US_HOUR + 10 * US_S,
		.clock_at = midnight + 12 * US_HOUR,
		.utc_offset_us = US_HOUR,
		.length_us = 6 * US_HOUR,
		.lap_length = 4180000,
		.line_count = 3,
		.line_ppm = {0, 239234, 631578},
	};
	f->sim.passings = f->passings;
	if (!f->sim.passings_max)
		f->sim.passings_max = PASSINGS_MAX;
	f->err.text[0] = '\0';
	return recon_2003(&f->sim, &files, seed, f->scratch, &f->err);
}

static int run(struct fixture *f, uint64_t seed)
{
	int rc = run_with(f, seed, -1, "");
	if (rc)
		print_message("# %s\n", f->err.text);
	return rc;
}

static uint64_t hash_passings(const struct fixture *f)
{
	return hash_bytes(f->passings, f->sim.passing_count * sizeof(*f->passings), 1);
}

static void a_seed_gives_the_same_race_again_and_another_seed_another(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(run(f, 2003), 0);
	uint64_t first = hash_passings(f);
	assert_int_equal(run(f, 2004), 0);
	assert_true(hash_passings(f) != first);
	assert_int_equal(run(f, 2003), 0);
	assert_true(hash_passings(f) == first);
}

/* The line's place on the lap, driven in this order. */
static int rank_of(uint8_t line)
{
	static const uint8_t order[] = {LINE_PIT_OUT, 1, 2, LINE_PIT_IN};
	for (int i = 0; i < (int)ARRAY_LEN(order); i++)
		if (order[i] == line)
			return i;
	return (int)ARRAY_LEN(order);
}

static void every_car_crosses_its_lines_in_order_and_in_whole_milliseconds(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(run(f, 2003), 0);
	int64_t last[SIM_CARS_MAX] = {0};
	instant_us at[SIM_CARS_MAX] = {0};
	assert_true(f->sim.passing_count > 15000);
	for (uint32_t i = 0; i < f->sim.passing_count; i++) {
		const struct sim_passing *p = &f->passings[i];
		int64_t place = (int64_t)p->lap * 8 + rank_of(p->line);
		assert_true(p->at % US_MS == 0);
		assert_true(!i || p->at >= f->passings[i - 1].at);
		assert_true(place > last[p->car]);
		assert_true(p->at > at[p->car]);
		last[p->car] = place;
		at[p->car] = p->at;
	}
}

static void nobody_is_quicker_between_two_lines_than_a_car_can_be(void **state)
{
	struct fixture *f = *state;
	instant_us before[SIM_CARS_MAX];
	assert_int_equal(run(f, 2003), 0);
	for (unsigned i = 0; i < SIM_CARS_MAX; i++)
		before[i] = f->sim.setup.start_at;
	for (uint32_t i = 0; i < f->sim.passing_count; i++) {
		const struct sim_passing *p = &f->passings[i];
		if (p->line != LINE_SF && p->line != LINE_SF_PIT)
			continue;
		duration_us lap = p->at - before[p->car];
		assert_true(lap >= 94 * US_S);
		/* Behind the safety car a lap takes most of three minutes. */
		if (p->flag == FLAG_SC && p->at > f->sim.flags[1].from_at + 8 * US_MIN)
			assert_true(lap > 120 * US_S);
		before[p->car] = p->at;
	}
}

static void behind_the_safety_car_the_field_is_closed_up(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(run(f, 2003), 0);
	assert_int_equal(f->sim.flags[1].flag, FLAG_SC);
	instant_us green = f->sim.flags[2].from_at;
	unsigned crossings = 0;
	for (uint32_t i = 0; i < f->sim.passing_count; i++) {
		const struct sim_passing *p = &f->passings[i];
		crossings += p->line == LINE_SF && p->at >= green &&
			     p->at < green + 60 * US_S;
	}
	/* Most of those still running cross the line within a minute of the green,
	 * where they would be spread over nearly two. */
	assert_true(crossings >= 26);
}

static unsigned lines_of(const char *text)
{
	unsigned lines = 0;
	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void a_damaged_table_is_refused_with_its_name_and_line(void **state)
{
	struct fixture *f = *state;
	static const struct {
		int file;
		const char *line, *says;
	} damages[] = {
		{0, "goh;number", "too few columns"},
		{0, "goh;colour;red;FACT;x", "no such field"},
		{0, "goh;number;1234567890123;FACT;x", "too long"},
		{1, "nobody;laps;3;FACT;x", "no such car"},
		{1, "goh;laps;many;FACT;x", "not a whole number"},
		{2, "goh;dry;-1;FACT;x", "below zero"},
		{2, "goh;dry;1e3;FACT;x", "not a number of seconds"},
		{2, "goh;laps;255;FACT;x", "too large"},
		{3, "goh;90;roof;40;;FACT;x;y", "neither S1, S2, S3 nor pit"},
		{3, "goh;90;pit;40;9;FACT;x;y", "too large"},
		{4, "goh;48;;lister;48;1;FACT;x", "stands above this one"},
		{4, "lister;2;;goh;2;1;FACT;x", "must go up in laps"},
		{4, "xl;109;25:99:00;;;;FACT;x", "not a time of day"},
		{5, "18:00:00;moist;0;0;FACT;x", "neither dry, drying nor wet"},
		{5, "11:00:00;dry;0;0;FACT;x", "not in time"},
		{6, "18:30:00;PURPLE;FACT;x", "no such flag"},
		{7, "lap 209;goh;no such lap;FACT;x", "not a lap this car completes"},
		{7, "12:00:00;nobody;x;FACT;x", "no such car"},
	};
	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		text_format(f->edited, sizeof(f->edited), "%s%s\n",
			    f->texts[damages[i].file], damages[i].line);
		char line[64];
		text_format(line, sizeof(line), "%s line %u: ", names[damages[i].file],
			    lines_of(f->edited));
		int rc = run_with(f, 2003, damages[i].file, f->edited);
		if (rc != -EINVAL || !strstr(f->err.text, damages[i].says) ||
		    !strstr(f->err.text, line))
			fail_msg("'%s' gave %d: %s", damages[i].line, rc, f->err.text);
	}
}

static void a_plan_that_contradicts_itself_is_refused(void **state)
{
	struct fixture *f = *state;
	static const struct {
		int file;
		const char *line, *says;
	} plans[] = {
		{0, "new;class;GT;FACT;x",
		 "new has neither laps nor a lap to retire on"},
		{2, "goh;wet;5;FACT;x", "goh needs lap times"},
		{2, "pk;retire;100;FACT;x", "pk retires on lap 100"},
		{2, "pescarolo;best;80;FACT;x", "the best lap of pescarolo is too far"},
		{4, "goh;208;18:00:04;;;;FACT;x", "lies behind its 208 laps"},
	};
	for (size_t i = 0; i < ARRAY_LEN(plans); i++) {
		text_format(f->edited, sizeof(f->edited), "%s%s\n",
			    f->texts[plans[i].file], plans[i].line);
		int rc = run_with(f, 2003, plans[i].file, f->edited);
		if (rc != -EINVAL || !strstr(f->err.text, plans[i].says))
			fail_msg("'%s' gave %d: %s", plans[i].line, rc, f->err.text);
	}
}

static void a_table_with_another_header_or_none_is_refused(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < FILES; i++) {
		assert_int_equal(run_with(f, 2003, i, "a;b\n"), -EINVAL);
		assert_non_null(strstr(f->err.text, names[i]));
		assert_int_equal(run_with(f, 2003, i, ""), -EINVAL);
		assert_non_null(strstr(f->err.text, names[i]));
	}
}

static void an_instant_no_pace_can_meet_is_refused_with_the_lap(void **state)
{
	struct fixture *f = *state;
	text_format(f->edited, sizeof(f->edited), "%s%s\n", f->texts[4],
		    "goh;100;14:30:00;;;;ESTIMATE;x");
	assert_int_equal(run_with(f, 2003, 4, f->edited), -EINVAL);
	assert_non_null(strstr(f->err.text, "goh cannot complete lap 100 at 14:30:00"));
}

static void a_list_too_short_for_the_crossings_is_said(void **state)
{
	struct fixture *f = *state;
	f->sim.passings_max = 1000;
	assert_int_equal(run_with(f, 2003, -1, ""), -ENOSPC);
	assert_non_null(strstr(f->err.text, "1000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name_) cmocka_unit_test_setup_teardown(name_, setup, teardown)
		T(a_seed_gives_the_same_race_again_and_another_seed_another),
		T(every_car_crosses_its_lines_in_order_and_in_whole_milliseconds),
		T(nobody_is_quicker_between_two_lines_than_a_car_can_be),
		T(behind_the_safety_car_the_field_is_closed_up),
		T(a_damaged_table_is_refused_with_its_name_and_line),
		T(a_plan_that_contradicts_itself_is_refused),
		T(a_table_with_another_header_or_none_is_refused),
		T(an_instant_no_pace_can_meet_is_refused_with_the_lap),
		T(a_list_too_short_for_the_crossings_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
