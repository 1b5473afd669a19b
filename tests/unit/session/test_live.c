/*
 * test_live.c -- a session that runs: decided on, followed, gone on with, refused
 *
 * One P3 box on loopback and three cars. Nothing sleeps: the loop runs until what is
 * asked has come, or a deadline fails the test.
 */
#include "fixture.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../scratch.h"
#include "live_parts.h"
#include "recorder.h"
#include "pitwall/net.h"
#include "pitwall/outfeed.h"

enum { TOLD_MAX = 64, LAPS = 3, DEADLINE_S = 10 };
#define LAP (90 * US_S)

struct stage {
	struct ev_loop *loop;
	struct net_server *server;
	struct p3_device box;
	struct p3_sent told[TOLD_MAX];
	struct live *live;
	struct options options;
	instant_us start_at;
	char folder[SCRATCH_MAX], session[SCRATCH_FILE_MAX], entries[SCRATCH_FILE_MAX];
	char output[SCRATCH_FILE_MAX], url[64];
};

/* ---- our clock, which may be wrong --------------------------------------------------- */

static int64_t (*true_clock)(void);
static unsigned clock_calls, clock_wrong_at; /* 0: it is right */
static int64_t clock_step;                   /* from then on; INT64_MIN: 0 once */

static int64_t clock_of_test(void)
{
	clock_calls++;
	if (clock_wrong_at == 0 || clock_calls < clock_wrong_at)
		return true_clock();
	if (clock_step != INT64_MIN)
		return true_clock() + clock_step;
	return clock_calls == clock_wrong_at ? 0 : true_clock();
}

/* ---- the box ----------------------------------------------------------------------- */

/** All it remembers, as a box that sends again does. */
static void on_joined(void *context, struct net_client *client)
{
	struct stage *stage = context;
	static char bytes[8192];
	struct out out = {.buf = bytes, .max = sizeof(bytes)};
	stage->box.count = stage->box.numbers[0] = 0;
	for (unsigned lap = 0; lap <= LAPS; lap++)
		for (unsigned car = 0; car < 3; car++)
			assert_true(p3_device_passing(
				&stage->box, LINE_SF, 9001 + car,
				stage->start_at + lap * (LAP + car * US_S), &out));
	net_client_send(client, (struct slice){bytes, out.len});
}

static size_t on_received(void *context, struct net_client *client, struct slice bytes)
{
	struct stage *stage = context;
	static char answer[8192];
	struct out out = {.buf = answer, .max = sizeof(answer)};
	struct p3_resend resend = {0};
	size_t used = p3_device_answer(&stage->box, bytes, true_clock(), &resend, &out);
	while (p3_device_resend(&stage->box, &resend, &out))
		;
	net_client_send(client, (struct slice){answer, out.len});
	return used;
}

/* ---- the stage ----------------------------------------------------------------------- */

static int set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	struct net_service service = {
		.context = stage, .joined = on_joined, .received = on_received};
	struct err err = {""};
	assert_non_null(stage);
	stage->loop = ev_loop_new(EVFLAG_AUTO);
	assert_non_null(stage->loop);
	stage->start_at = net_calls.clock() - US_HOUR;
	stage->box = (struct p3_device){
		.sent = stage->told, .max = TOLD_MAX, .first_id = 0x20f00, .utc = true};
	if (net_server_open(stage->loop, "0", &service, &stage->server, &err) != 0)
		fail_msg("%s", err.text);
	text_format(stage->url, sizeof(stage->url), "p3://127.0.0.1:%u",
		    net_server_port(stage->server));
	scratch_name(stage->folder, "live");
	assert_int_equal(mkdir(stage->folder, 0700), 0);
	text_format(stage->session, sizeof(stage->session), "%s/s.ini", stage->folder);
	text_format(stage->entries, sizeof(stage->entries), "%s/e.csv", stage->folder);
	text_format(stage->output, sizeof(stage->output), "%s/r.pitwall",
		    stage->folder);
	scratch_text(stage->session, "[session]\nlength = 6h\nentries = e.csv\n");
	scratch_text(stage->entries, "number,transponder,class,grid\n"
				     "7,9001,GT,1\n8,9002,GT,2\n9,9003,GT,3\n");
	stage->options = (struct options){.sources = {stage->url},
					  .source_count = 1,
					  .session = stage->session,
					  .output = stage->output};
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;
	char path[SCRATCH_FILE_MAX];
	int rc = live_close(stage->live, NULL);
	net_server_close(stage->server);
	ev_loop_destroy(stage->loop);
	(void)unlink(stage->session);
	(void)unlink(stage->entries);
	(void)unlink(stage->output);
	for (unsigned i = 0; i < 2; i++) {
		text_format(path, sizeof(path), "%s-%s", stage->output,
			    i == 0 ? "wal" : "shm");
		(void)unlink(path);
	}
	assert_int_equal(rmdir(stage->folder), 0);
	free(stage);
	return rc;
}

static struct live *open_it(struct stage *stage, const struct options *options)
{
	struct live_hooks hooks = {0};
	struct live *live = NULL;
	struct err err = {""};
	if (live_open(options, stage->loop, &hooks, &live, &err) != 0)
		fail_msg("%s", err.text);
	return live;
}

static void close_it(struct stage *stage)
{
	struct err err = {""};
	if (live_close(stage->live, &err) != 0)
		fail_msg("%s", err.text);
	stage->live = NULL;
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
}

static void run_until(struct stage *stage, bool (*done)(struct stage *stage))
{
	ev_timer tick;
	double until = ev_time() + DEADLINE_S;
	ev_timer_init(&tick, on_tick, .002, .002);
	ev_timer_start(stage->loop, &tick);
	while (!done(stage)) {
		ev_run(stage->loop, EVRUN_ONCE);
		if (ev_time() > until)
			fail_msg("not within %d s", DEADLINE_S);
	}
	ev_timer_stop(stage->loop, &tick);
}

static const struct race *head(struct live *live)
{
	return timeline_head(&live_session(live)->timeline);
}

static bool all_laps(struct stage *stage)
{
	const struct race *race = head(stage->live);
	return race->car_count == 3 && race->lap_count - race->lap_first >= 3 * LAPS;
}

/** Decided @after the first passings. */
static void decide(struct stage *stage, const char *text, duration_us after)
{
	struct err err = {""};
	char said[128];
	if (live_decide(stage->live, slice_of(text), stage->start_at + after, said,
			&err) != 0)
		fail_msg("%s: %s", text, err.text);
}

/* ---- tests ----------------------------------------------------------------------------- */

static void what_was_received_and_decided_is_there_after_reopening(void **state)
{
	static struct race before;
	struct stage *stage = *state;
	stage->live = open_it(stage, &stage->options);
	decide(stage, "start", -US_S);
	run_until(stage, all_laps);
	decide(stage, "flag sc", 5 * US_MIN);
	decide(stage, "time 7 10 speeding", 5 * US_MIN);
	decide(stage, "time 8 20 overtaking", 5 * US_MIN);
	decide(stage, "undo", 5 * US_MIN);
	before = *head(stage->live);
	assert_int_equal(before.flag, FLAG_SC);
	assert_int_equal(before.decision_count, 1);
	assert_int_equal(before.decisions[0].value, 10 * US_S);
	close_it(stage);

	stage->live = open_it(stage, &stage->options);
	assert_memory_equal(head(stage->live), &before, sizeof(before));
}

static void an_undo_that_is_undone_gives_the_decision_back(void **state)
{
	struct stage *stage = *state;
	stage->live = open_it(stage, &stage->options);
	run_until(stage, all_laps);
	decide(stage, "time 7 10 speeding", 5 * US_MIN);
	decide(stage, "undo 1", 5 * US_MIN);
	assert_int_equal(head(stage->live)->decision_count, 0);
	decide(stage, "undo 2", 5 * US_MIN);
	assert_int_equal(head(stage->live)->decision_count, 1);
}

static void a_result_at_a_lap_is_decided_and_taken_back(void **state)
{
	static struct race before;
	struct stage *stage = *state;
	const struct options file = {.sources = {stage->output}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	char words[64];
	stage->live = open_it(stage, &stage->options);
	decide(stage, "start", -US_S);
	run_until(stage, all_laps);
	assert_true(head(stage->live)->cars[0].laps > 2);
	decide(stage, "result-at 2 red flag", 5 * US_MIN);
	before = *head(stage->live);
	assert_int_equal(before.result_lap, 2);
	assert_int_equal(before.cars[before.winner].laps, 2);
	assert_int_equal(before.finish_at, before.cars[before.winner].sf_at);
	assert_int_equal(before.decision_count, 1);
	assert_int_equal(before.anomalies[ANOMALY_UNKNOWN], 0);
	race_decision_words(&before, &before.decisions[0], words, sizeof(words));
	assert_string_equal(words, "result at the end of lap 2, red flag");
	close_it(stage);

	stage->live = open_it(stage, &stage->options); /* resumed */
	assert_memory_equal(head(stage->live), &before, sizeof(before));
	decide(stage, "undo", 5 * US_MIN);
	assert_int_equal(head(stage->live)->result_lap, 0);
	assert_int_equal(head(stage->live)->finish_at, INSTANT_NONE);
	assert_true(head(stage->live)->cars[0].laps > 2);
	decide(stage, "undo 3", 5 * US_MIN);
	close_it(stage);
	assert_int_equal(session_load(&file, 0, &session, &err), 0);
	const struct race *race = timeline_head(&session->timeline);
	assert_int_equal(race->winner, before.winner);
	assert_int_equal(race->cars[race->winner].laps, 2);
	assert_int_equal(race->finish_at, before.finish_at);
	session_free(session);
}

/* The operator went back and deleted a lap before it was driven. */
static void a_deleted_lap_counts_from_when_the_lap_exists(void **state)
{
	static struct race before;
	struct stage *stage = *state;
	stage->live = open_it(stage, &stage->options);
	run_until(stage, all_laps);
	decide(stage, "delete 7 2 track limits", US_S);
	for (unsigned again = 0; again < 2; again++) {
		struct session *session = live_session(stage->live);
		const struct race *race = head(stage->live);
		assert_int_equal(race->decision_count, 1);
		assert_int_equal(race->decisions[0].waits, 0);
		assert_int_equal(race->anomalies[ANOMALY_UNKNOWN], 0);
		if (again == 0)
			before = *race;
		assert_memory_equal(race, &before, sizeof(before));
		race = session_at(session, stage->start_at + 2 * US_S);
		assert_int_equal(race->decisions[0].waits, 1);
		assert_int_equal(race_decisions_applied(race), 0);
		assert_int_equal(race->anomalies[ANOMALY_UNKNOWN], 1);
		race = session_at(session, session->timeline.last_at);
		assert_int_equal(race_decisions_applied(race), 1);
		if (again == 0) {
			close_it(stage);
			stage->live = open_it(stage, &stage->options);
		}
	}
}

static void a_decision_without_effect_says_so_and_is_in_the_log(void **state)
{
	struct stage *stage = *state;
	struct view view = {0};
	struct err err = {""};
	char said[128];
	stage->live = open_it(stage, &stage->options);
	run_until(stage, all_laps);
	decide(stage, "time 7 10 speeding", 5 * US_MIN);
	assert_int_equal(
		live_decide(stage->live, SLICE("undo 1"), stage->start_at, said, &err),
		0);
	assert_string_equal(said, "decision 2 undoes decision 1: time 7 (+10 s)");
	assert_int_equal(
		live_decide(stage->live, SLICE("undo 1"), stage->start_at, said, &err),
		0);
	assert_string_equal(said, "decision 3: decision 1 is cancelled by decision 2 "
				  "already; no effect");
	live_view(stage->live, &view);
	assert_int_equal(view.anomaly_log_count, 1);
	assert_says(view.anomaly_log[0].words, "decision 3: decision 1 is cancelled");
	decide(stage, "undo 2", stage->start_at);
	live_view(stage->live, &view);
	assert_int_equal(view.anomaly_log_count, 0);
}

static void what_cannot_be_decided_leaves_nothing_behind(void **state)
{
	struct stage *stage = *state;
	struct err err = {""};
	char said[128];
	stage->live = open_it(stage, &stage->options);
	run_until(stage, all_laps);
	uint32_t events = live_session(stage->live)->events.count;
	assert_int_equal(live_decide(stage->live, SLICE("time 77 10 x"),
				     stage->start_at, said, &err),
			 -EINVAL);
	assert_says(err.text, "77");
	assert_int_equal(live_session(stage->live)->events.count, events);
}

/* The clock of this machine is set, or cannot be read once, at each of its first calls:
 * the race is the decoder's, and so is what is read again from the recording. */
static void our_clock_changes_nothing_of_the_race(void **state)
{
	static const int64_t steps[] = {-US_HOUR, US_HOUR, -3650 * US_DAY, INT64_MIN};
	struct stage *stage = *state;
	for (unsigned i = 0; i < ARRAY_LEN(steps); i++)
		for (unsigned at = 1; at <= 12; at++) {
			clock_calls = 0;
			clock_step = steps[i];
			clock_wrong_at = at;
			stage->live = open_it(stage, &stage->options);
			decide(stage, "start", -US_S);
			run_until(stage, all_laps);
			assert_int_equal(head(stage->live)->cars[0].laps, LAPS);
			assert_true(head(stage->live)->cars[0].lap_last == LAP);
			close_it(stage);
			clock_wrong_at = 0;
			stage->live = open_it(stage, &stage->options);
			assert_int_equal(head(stage->live)->cars[0].laps, LAPS);
			assert_true(head(stage->live)->cars[0].lap_last == LAP);
			close_it(stage);
			assert_int_equal(unlink(stage->output), 0);
		}
}

static struct live *follower;

static bool follower_has_all(struct stage *stage)
{
	return head(follower)->events == head(stage->live)->events;
}

static void a_follower_shows_the_same_race_and_decides_nothing(void **state)
{
	struct stage *stage = *state;
	struct options other = {.sources = {stage->output}, .source_count = 1};
	struct err err = {""};
	char said[128];
	stage->live = open_it(stage, &stage->options);
	run_until(stage, all_laps);
	assert_true(live_wanted(&other));
	follower = open_it(stage, &other);
	decide(stage, "flag sc", 5 * US_MIN);
	run_until(stage, follower_has_all);
	assert_memory_equal(head(follower), head(stage->live), sizeof(struct race));
	assert_int_equal(
		live_decide(follower, SLICE("flag green"), stage->start_at, said, &err),
		-EROFS);
	assert_int_equal(live_close(follower, &err), 0);
}

/** Total of car 7 in the classification at the end. */
static duration_us total_of_7(struct session *session)
{
	const struct race *race = session_at(session, session->timeline.last_at);
	uint16_t car = race_find_text(race, SLICE("7"));
	assert_int_not_equal(car, CAR_NONE);
	return session->classification.rows[session->classification.row_of[car]].total;
}

/* Of the stewards, without an instant: of the newest passing before it. */
static void a_penalty_in_a_recording_shows_the_same_in_every_mode(void **state)
{
	struct stage *stage = *state;
	const struct record_row penalty = {.received_at = live_now(),
					   .type = RECORD_DECISION,
					   .bytes = SLICE("7,time,60,speeding")};
	const struct options file = {.sources = {stage->output}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	stage->live = open_it(stage, &stage->options);
	decide(stage, "start", -US_S);
	run_until(stage, all_laps);
	duration_us before = total_of_7(live_session(stage->live));
	assert_int_not_equal(record_put(stage->live->record, &penalty), 0);
	assert_int_equal(live_row(stage->live, &penalty, &err), 0);
	live_take(stage->live);
	assert_int_equal(total_of_7(live_session(stage->live)), before + US_MIN);
	follower = open_it(stage, &file);
	run_until(stage, follower_has_all);
	assert_int_equal(total_of_7(live_session(follower)), before + US_MIN);
	assert_int_equal(live_close(follower, &err), 0);
	close_it(stage);
	stage->live = open_it(stage, &stage->options); /* resumed */
	assert_int_equal(total_of_7(live_session(stage->live)), before + US_MIN);
	close_it(stage);
	assert_int_equal(session_load(&file, 0, &session, &err), 0);
	assert_int_equal(total_of_7(session), before + US_MIN);
	session_free(session);
}

static void sources_that_cannot_be_are_refused_by_a_sentence(void **state)
{
	struct stage *stage = *state;
	static const struct {
		const char *source, *says;
	} rows[] = {
		{"tcp://127.0.0.1:1?feed=morse", "morse"},
		{"p3://127.0.0.1:99999", "99999"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct options options = stage->options;
		struct live_hooks hooks = {0};
		struct err err = {""};
		options.sources[0] = rows[i].source;
		assert_true(live_open(&options, stage->loop, &hooks, &stage->live,
				      &err) < 0);
		assert_null(stage->live);
		assert_says(err.text, rows[i].says);
	}
}

static struct view view;

static bool is_refused(struct stage *stage)
{
	live_view(stage->live, &view);
	return view.feed_count == 1 && view.feeds[0].state == VIEW_FEED_REFUSED;
}

static void a_source_that_is_not_there_is_shown_with_the_reason(void **state)
{
	struct stage *stage = *state;
	net_server_close(stage->server);
	stage->server = NULL;
	stage->live = open_it(stage, &stage->options);
	run_until(stage, is_refused);
	assert_true(view.feeds[0].reason[0] != '\0');
	assert_true(view.feeds[0].retry_at != INSTANT_NONE);
}

static void a_recorder_that_many_wait_for_is_not_started_again(void **state)
{
	struct stage *stage = *state;
	const struct live_hooks hooks = {0};
	struct live *live = NULL;
	char name[SCRATCH_FILE_MAX + 16];
	int waiting[256], count = 0;
	struct err err = {""};
	recorder_socket(stage->output, name, sizeof(name));
	int listening = net_local_listen(name);
	assert_true(listening >= 0);
	while ((waiting[count] = net_local_connect(name)) >= 0)
		assert_in_range(++count, 1, ARRAY_LEN(waiting) - 1);
	assert_int_equal(waiting[count], -EAGAIN);
	assert_int_equal(
		live_open_apart(&stage->options, stage->loop, &hooks, &live, &err),
		-EBUSY);
	assert_non_null(strstr(err.text, "many consoles wait for its recorder"));
	assert_int_not_equal(access(stage->output, F_OK), 0);
	/* Nor is its name taken from it. */
	assert_int_equal(net_local_listen(name), -EADDRINUSE);
	while (count-- > 0)
		(void)close(waiting[count]);
	(void)close(listening);
	(void)unlink(name);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_received_and_decided_is_there_after_reopening),
		TEST(an_undo_that_is_undone_gives_the_decision_back),
		TEST(a_result_at_a_lap_is_decided_and_taken_back),
		TEST(a_decision_without_effect_says_so_and_is_in_the_log),
		TEST(a_deleted_lap_counts_from_when_the_lap_exists),
		TEST(what_cannot_be_decided_leaves_nothing_behind),
		TEST(our_clock_changes_nothing_of_the_race),
		TEST(a_follower_shows_the_same_race_and_decides_nothing),
		TEST(a_penalty_in_a_recording_shows_the_same_in_every_mode),
		TEST(sources_that_cannot_be_are_refused_by_a_sentence),
		TEST(a_source_that_is_not_there_is_shown_with_the_reason),
		TEST(a_recorder_that_many_wait_for_is_not_started_again),
	};
	true_clock = net_calls.clock;
	net_calls.clock = clock_of_test;
	live_net_tuning =
		(struct net_options){.retry_first = 2 * US_MS, .retry_most = 8 * US_MS};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
