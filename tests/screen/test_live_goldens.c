/*
 * test_live_goldens.c -- the screens of a race that runs: where live is, what the
 * sources do, race control, explanations, and timed sessions, as text
 *
 * The race is the stage of the unit tests; what is live is put around it by hand.
 */
#include "golden.h"

#include "stage_live.h"

static const struct {
	int cols, rows;
} sizes[] = {{80, 24}, {120, 36}, {160, 48}, {220, 60}};

static unsigned at_sizes(const struct view *view, const char *when, unsigned count)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < count; i++)
		wrong += golden_differs(view, screens[view->screen]->name, when,
					sizes[i].cols, sizes[i].rows);
	return wrong;
}

static void four_sources_and_what_is_wrong_with_them_are_as_kept(void **state)
{
	struct stage *stage = stage_live();

	(void)state;
	stage->view.screen = SCREEN_FEEDS;
	stage->view.feed_count = 4;
	stage->view.selected = stage_car(stage, "5");
	assert_int_equal(at_sizes(&stage->view, "live", 4), 0);
}

static void what_the_sources_received_is_as_kept(void **state)
{
	static const struct view_loop loops[] = {
		{.name = "00020f93", .passings = 312, .line = LINE_SF},
		{.name = "00020f94", .passings = 298, .line = 1},
		{.name = "00020f95", .passings = 7, .line = LINE_NONE, .source = 1},
	};
	struct stage *stage = stage_live();
	(void)state;
	stage->view.screen = SCREEN_FEEDS;
	stage->view.feed_count = 2;
	stage->view.loops = loops;
	stage->view.loop_count = ARRAY_LEN(loops);
	stage->view.feeds_received = true;
	assert_int_equal(at_sizes(&stage->view, "received", 4), 0);
}

static void the_title_says_where_live_is_as_kept(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	assert_int_equal(at_sizes(view, "live", 3), 0);
	view->delay = 30 * US_S;
	assert_int_equal(at_sizes(view, "delay", 2), 0);
	view->delay = 0;
	view->behind_live = 192 * US_S;
	assert_int_equal(at_sizes(view, "behind", 3), 0);
	view->as = AS_CORRECTED;
	view->playing = false;
	assert_int_equal(at_sizes(view, "behind-corrected", 2), 0);
}

static void where_the_recording_is_published_is_as_kept(void **state)
{
	static const uint8_t shown[] = {SCREEN_FEEDS, SCREEN_CONTROL};
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	struct view_publish *publish = &view->publish;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		view->screen = shown[i];
		*publish = (struct view_publish){
			.place = "redis.example/le-mans/race",
			.since = INSTANT_NONE,
			.consoles = 12,
		};
		assert_int_equal(at_sizes(view, "published", 4), 0);
		text_copy(publish->place, sizeof(publish->place),
			  SLICE("timing.circuit.example:16379/endurance-championship/"
				"2026-11-30-10.00.00-p3-decoder.circuit.example-5403"));
		assert_int_equal(at_sizes(view, "published-far", 2), 0);
		text_copy(publish->place, sizeof(publish->place),
			  SLICE("redis.example/le-mans/race"));
		publish->waiting = 123456;
		publish->full = 93;
		assert_int_equal(at_sizes(view, "published-late", 2), 0);
		publish->since = view->now - 40 * US_S;
		publish->waiting = 1234;
		text_copy(publish->reason, sizeof(publish->reason),
			  SLICE("the disk of Redis is full"));
		assert_int_equal(at_sizes(view, "unpublished", 4), 0);
	}
	*publish = (struct view_publish){.since = INSTANT_NONE};
}

static void a_copy_and_its_gap_are_as_kept(void **state)
{
	static const uint8_t shown[] = {SCREEN_FEEDS, SCREEN_CONTROL};
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	const struct view_anomaly *log = view->anomaly_log;
	const uint32_t count = view->anomaly_log_count;
	struct view_anomaly gap = {.at = view->at - 10 * US_S,
				   .source = SOURCE_SETUP,
				   .kind = ANOMALY_MISSING,
				   .words =
					   "records 101-150 of the stream are missing: "
					   "it was cut or trimmed"};
	(void)state;
	view->anomaly_log = &gap;
	view->anomaly_log_count = 1;
	view->record.copies = true;
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		view->screen = shown[i];
		assert_int_equal(at_sizes(view, "copy", 3), 0);
	}
	view->record.copies = false;
	view->anomaly_log = log;
	view->anomaly_log_count = count;
}

static void before_the_first_car_it_says_what_is_waited_for(void **state)
{
	static struct race nothing;
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	const struct race *race = view->race;

	(void)state;
	race_init(&nothing, &race->setup);
	nothing.start_at = INSTANT_NONE;
	view->race = &nothing;
	view->feed_count = 4;
	for (unsigned screen = SCREEN_CLASSES; screen <= SCREEN_CLASSIFICATION;
	     screen++) {
		view->screen = (uint8_t)screen;
		assert_int_equal(at_sizes(view, "waiting", 4), 0);
	}
	view->race = race;
}

static void a_fault_of_the_recording_is_as_kept(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	text_copy(view->record.fault, sizeof(view->record.fault),
		  SLICE("no space left on the disk: 312 records wait in memory"));
	view->record.waiting = 81234;
	view->record.lag = 14 * US_S;
	assert_int_equal(at_sizes(view, "fault", 2), 0);
	view->screen = SCREEN_FEEDS;
	assert_int_equal(at_sizes(view, "fault", 2), 0);
}

static void race_control_is_as_kept(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	view->selected = stage_car(stage, "88");
	view_open(view, OVERLAY_OPERATE);
	assert_int_equal(at_sizes(view, "operate", 2), 0);
	view_close(view, OVERLAY_OPERATE);
	view_ask(view, PROMPT_OPERATE, SLICE("time 88 "));
	assert_int_equal(at_sizes(view, "penalty", 1), 0);
	view->pass_at = view->at - 1234 * US_MS;
	view->pass_count = 3;
	view_ask(view, PROMPT_PASS, SLICE("13"));
	assert_int_equal(at_sizes(view, "pass", 1), 0);
}

static void an_explanation_is_as_kept(void **state)
{
	static struct explain_line lines[] = {
		{.text = "1:34.212 from 12:28:12.300 to 12:29:46.512"},
		{.text = "SF  12:28:12.300  p3://10.0.0.5:5403, record 4711, UTC"},
		{.text = "I1  12:28:40.563  estimated: the line was missed",
		 .estimated = 1},
		{.text = "SF  12:29:46.512  p3://10.0.0.5:5403, record 4802, UTC"},
		{.text = ""},
		{.text = "decision 3, 12:29:50: time of lap 17 deleted (track limits)",
		 .decision = 1},
	};
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	view->selected = stage_car(stage, "2");
	view_open(view, OVERLAY_EXPLAIN);
	view->cols = 80;
	view->cell = 5;
	view->explain_lines = lines;
	view->explain_count = ARRAY_LEN(lines);
	text_copy(view->explain_title, sizeof(view->explain_title),
		  SLICE("2: last lap"));
	assert_int_equal(at_sizes(view, "explain", 2), 0);
}

static void the_sessions_of_a_source_are_as_kept(void **state)
{
	static const struct view_session list[] = {
		{.name = "Free Practice 1", .cars = 31, .type = SESSION_TIMED},
		{.name = "Qualifying", .cars = 35, .type = SESSION_TIMED},
		{.name = "Race", .cars = 35, .type = SESSION_RACE, .current = 1},
	};
	struct stage *stage = stage_live();
	struct view *view = &stage->view;

	(void)state;
	view->sessions = list;
	view->session_count = ARRAY_LEN(list);
	view->session_row = 1;
	view_open(view, OVERLAY_SESSIONS);
	assert_int_equal(at_sizes(view, "sessions", 1), 0);
}

/* A reply, two alerts that wait, the list of all, and the question before the end. */
static void notices_are_as_kept(void **state)
{
	struct stage *stage = stage_live();
	struct view *view = &stage->view;
	struct view_notice all[] = {
		{.text = "resumed at lap 12; Home: the start"},
		{.text = "decision 2 undoes decision 1: flag SC"},
		{.bad = true, .text = "! 5 pits"},
		{.bad = true,
		 .text = "the recorder crashed and was started again: what was "
			 "received "
			 "before is on disk; and this sentence is longer than one "
			 "line"},
		{.text = "car 5 is tagged: select another, 8 compares the two"},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(all); i++)
		all[i].at = view->at - (ARRAY_LEN(all) - i) * US_S;
	view->notices = all;
	view->notice_count = ARRAY_LEN(all);
	view->notices_waiting = 2;
	text_copy(view->notice, sizeof(view->notice), slice_of(all[4].text));
	assert_int_equal(at_sizes(view, "notice", 2), 0);
	view_open(view, OVERLAY_NOTICES);
	assert_int_equal(at_sizes(view, "notices", 2), 0);
	view_close(view, OVERLAY_NOTICES);
	view->notice[0] = '\0';
	view_open(view, OVERLAY_QUIT);
	assert_int_equal(at_sizes(view, "quit", 2), 0);
}

static void a_qualifying_is_as_kept(void **state)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;

	(void)state;
	stage->setup.type = SESSION_TIMED;
	text_copy(stage->setup.session, sizeof(stage->setup.session),
		  SLICE("Qualifying 1"));
	stage_seek(stage, STAGE_MINUTE(19));
	view->selected = stage_car(stage, "2");
	for (uint8_t screen = 0; screen < SCREEN_CAR; screen++) {
		view->screen = screen;
		assert_int_equal(at_sizes(view, "timed", 3), 0);
	}
}

static void what_race_control_said_is_as_kept(void **state)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;

	(void)state;
	stage_say(stage);
	stage_seek(stage, STAGE_MINUTE(52));
	view->screen = SCREEN_CONTROL;
	assert_int_equal(at_sizes(view, "said", 4), 0);
	view->screen = SCREEN_EVENTS;
	assert_true(view_event_step(view, 1));
	assert_true(view_event_step(view, 3));
	assert_int_equal(at_sizes(view, "said", 4), 0);
	view->screen = SCREEN_FEEDS;
	view->feeds_matrix = true;
	stage_miss(stage);
	assert_int_equal(at_sizes(view, "missed", 4), 0);
}

/* Several consoles decide: a long name, this console, the recorder. */
static void who_decided_is_as_kept(void **state)
{
	static char names[][DECIDER_MAX] = {"steward-2@timing-room.example", "C. Here",
					    "", "A. Steward"};
	static const struct deciders deciders = {.names = names,
						 .count = ARRAY_LEN(names),
						 .decisions = ARRAY_LEN(names),
						 .here = "C. Here"};
	struct stage *stage = stage_new();
	struct view *view = &stage->view;

	(void)state;
	stage_say(stage);
	stage_seek(stage, STAGE_MINUTE(52));
	assert_in_range(stage->race.decision_count, 3, RACE_DECISIONS_MAX);
	for (uint32_t i = 0; i < 3; i++)
		stage->race.decisions[i].number = i + 1;
	stage->tables.flags[stage->race.flag_count - 1].decision = 4;
	stage->tables.deciders = &deciders;
	view->screen = SCREEN_CONTROL;
	assert_int_equal(at_sizes(view, "who", 4), 0);
	view->screen = SCREEN_EVENTS;
	assert_int_equal(at_sizes(view, "who", 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_sources_and_what_is_wrong_with_them_are_as_kept),
		cmocka_unit_test(what_the_sources_received_is_as_kept),
		cmocka_unit_test(where_the_recording_is_published_is_as_kept),
		cmocka_unit_test(a_copy_and_its_gap_are_as_kept),
		cmocka_unit_test(the_title_says_where_live_is_as_kept),
		cmocka_unit_test(before_the_first_car_it_says_what_is_waited_for),
		cmocka_unit_test(a_fault_of_the_recording_is_as_kept),
		cmocka_unit_test(race_control_is_as_kept),
		cmocka_unit_test(what_race_control_said_is_as_kept),
		cmocka_unit_test(who_decided_is_as_kept),
		cmocka_unit_test(an_explanation_is_as_kept),
		cmocka_unit_test(the_sessions_of_a_source_are_as_kept),
		cmocka_unit_test(notices_are_as_kept),
		cmocka_unit_test(a_qualifying_is_as_kept),
	};

	return cmocka_run_group_tests_name("live goldens", tests, NULL, NULL);
}
