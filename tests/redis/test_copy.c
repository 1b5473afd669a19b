/*
 * test_copy.c -- a race that is read from Redis: its copy is the recording it came from
 *
 *  (1) The copy has the rows, the sources and the numbers of the original; the race of both
 *      is equal, byte for byte, while it runs and at its end.
 *  (2) However often what copies is killed: no row is lost, none is twice.
 *  (3) What was copied before is not read again.
 *  (4) Rows that the stream does not have are a gap that is reported, or come from an
 *      archive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <sys/wait.h>

#include "pitwall/live.h"
#include "sim.h"
#include "stream.h"

enum {
	PASSINGS_MAX = 4096,
	BYTES_MAX = 2 * 1024 * 1024,
	PIECE = 60,
	KILLS = 25,
	DEADLINE_S = 60,
};

/* The race, as rows. */
static struct {
	struct record_row rows[BYTES_MAX / PIECE + 2];
	int64_t count;
} race;

static struct redis_server server;
static struct ev_loop *loop;
static ev_timer tick;

static void race_row(const struct record_row *row)
{
	race.rows[race.count] = *row;
	race.rows[race.count].id = race.count + 1;
	race.count++;
}

static void race_make(void)
{
	static struct sim_passing passings[PASSINGS_MAX];
	static char bytes[BYTES_MAX];
	struct sim_race sim = {.passings = passings, .passings_max = PASSINGS_MAX};
	struct out out = {.buf = bytes, .max = sizeof(bytes)};
	const instant_us start = 1790000000 * US_S;
	struct err err = {""};
	if (sim_plausible(&sim, 18, 12, 2, 40 * US_MIN, &err) != 0)
		fail_msg("%s", err.text);
	sim_write_rmonitor(&out, &sim, false);
	assert_true(out.len > 0 && out.len < sizeof(bytes));
	struct record_row row = {.type = RECORD_LINK,
				 .source = 1,
				 .received_at = start,
				 .steady = US_S,
				 .bytes = SLICE("up")};
	race_row(&row);
	row.type = RECORD_RAW;
	for (size_t at = 0; at < out.len; at += PIECE) {
		size_t left = out.len - at;
		row.bytes = (struct slice){bytes + at, left < PIECE ? left : PIECE};
		row.received_at += 10 * US_MS;
		row.steady += 10 * US_MS;
		race_row(&row);
	}
}

static void race_describe(const char *name)
{
	freeReplyObject(redis_server_ask(
		&server,
		"HSET pitwall:test:%s:info version 1 recording %s state live since "
		"1790000000000000 source:1 %s",
		name, name, "rmonitor rmonitor://10.0.0.5:50000"));
	(void)redis_server_number(
		&server, "ZADD pitwall:sessions 1790000000000000 test/%s", name);
}

static void race_publish(const char *name, int64_t from, int64_t to)
{
	for (int64_t n = from; n <= to; n++)
		stream_put(&server, name, &race.rows[n - 1]);
}

static void race_write(const char *path, int64_t to)
{
	struct record *record = NULL;
	struct err err = {""};
	int id;
	assert_int_equal(record_create(path, true, &record, &err), 0);
	assert_int_equal(record_add_source(record, "rmonitor://10.0.0.5:50000",
					   "rmonitor", &id, &err),
			 0);
	for (int64_t n = 0; n < to; n++)
		assert_int_equal(record_append(record, &race.rows[n], &err), 0);
	assert_int_equal(record_close(record, &err), 0);
}

/* ---- a copy ----------------------------------------------------------------------------- */

struct copying {
	struct options options;
	struct live *live;
	char url[128];
	bool changed;
};

static void copying_changed(void *context)
{
	((struct copying *)context)->changed = true;
}

/** Without a path: where copies go by themselves. */
static void copying_name(struct copying *copying, const char *name, const char *path)
{
	text_format(copying->url, sizeof(copying->url), "redis://127.0.0.1:%d/test/%s",
		    server.port, name);
	copying->options = (struct options){
		.sources = {copying->url}, .source_count = 1, .output = path};
}

static int copying_open(struct copying *copying, bool apart, struct err *err)
{
	const struct live_hooks hooks = {
		.context = copying, .changed = copying_changed, .apart = apart};
	return live_open(&copying->options, loop, &hooks, &copying->live, err);
}

static void copying_start(struct copying *copying, const char *name, const char *path)
{
	struct err err = {""};
	copying_name(copying, name, path);
	if (copying_open(copying, false, &err) != 0)
		fail_msg("%s", err.text);
}

static uint64_t copying_rows(struct copying *copying)
{
	static struct view view;
	live_view(copying->live, &view);
	return view.record.rows;
}

/** Until it has so many rows. */
static void copying_to(struct copying *copying, int64_t rows)
{
	ev_tstamp deadline = ev_time() + DEADLINE_S;
	while (copying_rows(copying) < (uint64_t)rows) {
		(void)ev_run(loop, EVRUN_ONCE);
		if (ev_time() > deadline)
			fail_msg("%llu of %lld rows",
				 (unsigned long long)copying_rows(copying),
				 (long long)rows);
	}
}

static void copying_end(struct copying *copying)
{
	struct err err = {""};
	if (live_close(copying->live, &err) != 0)
		fail_msg("%s", err.text);
	copying->live = NULL;
}

/* ---- equal ------------------------------------------------------------------------------ */

static int64_t rows_seen;

static int same_row(void *context, const struct record_row *row)
{
	(void)context;
	if (rows_seen >= race.count || !record_row_equal(row, &race.rows[rows_seen]) ||
	    row->id != rows_seen + 1)
		fail_msg("row %lld differs", (long long)row->id);
	rows_seen++;
	return 0;
}

static void same_rows(const char *path, int64_t count)
{
	struct record *record = NULL;
	struct record_source sources[4];
	struct err err = {""};
	int source_count = 0;
	rows_seen = 0;
	if (record_open(path, &record, &err) != 0 ||
	    record_read(record, same_row, NULL, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(rows_seen, count);
	assert_int_equal(record_sources(record, sources, 4, &source_count, &err), 0);
	assert_int_equal(source_count, 1);
	assert_int_equal(sources[0].id, 1);
	assert_string_equal(sources[0].url, "rmonitor://10.0.0.5:50000");
	assert_string_equal(sources[0].driver, "rmonitor");
	assert_int_equal(record_close(record, &err), 0);
}

static void same_race(const struct session *a, const struct session *b)
{
	const struct race *race_a = &a->timeline.race, *race_b = &b->timeline.race;
	assert_true(race_a->car_count > 0 && race_a->lap_count > 0);
	assert_memory_equal(&a->setup, &b->setup, sizeof(a->setup));
	assert_memory_equal(race_a, race_b, sizeof(*race_a));
	assert_memory_equal(a->timeline.tables.laps, b->timeline.tables.laps,
			    race_a->lap_count * sizeof(*a->timeline.tables.laps));
	assert_memory_equal(a->timeline.tables.history, b->timeline.tables.history,
			    race_a->history_count *
				    sizeof(*a->timeline.tables.history));
}

static struct session *loaded(const char *source)
{
	struct options options = {.sources = {source}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	if (session_load(&options, LOAD_HISTORY, &session, &err) != 0)
		fail_msg("%s", err.text);
	return session;
}

static void same_loaded(const char *a, const char *b)
{
	struct session *first = loaded(a), *second = loaded(b);
	same_race(first, second);
	session_free(first);
	session_free(second);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void a_copy_is_the_recording_it_came_from(void **state)
{
	struct copying copying = {0};
	const int64_t half = race.count / 2;
	struct options options = {.sources = {"original.pitwall"}, .source_count = 1};
	const struct live_hooks hooks = {.context = NULL};
	struct live *live = NULL;
	struct err err = {""};
	(void)state;
	race_describe("equal");
	race_publish("equal", 1, half);
	copying_start(&copying, "equal", "equal.pitwall");
	assert_int_equal(copying_rows(&copying), half);
	for (int64_t n = half; n < race.count; n += 97) {
		int64_t to = n + 97 < race.count ? n + 97 : race.count;
		race_publish("equal", n + 1, to);
		copying_to(&copying, to);
	}
	(void)ev_run(loop, EVRUN_NOWAIT);
	/* Now is by the clock of the recorder, which may be wrong or far away. */
	static struct view view;
	live_view(copying.live, &view);
	instant_us received_at = race.rows[race.count - 1].received_at;
	assert_in_range(view.now - received_at + US_S, 0, US_MIN);
	race_write("original.pitwall", race.count);
	assert_int_equal(live_open(&options, loop, &hooks, &live, &err), 0);
	(void)session_at(live_session(live), live_session(live)->timeline.last_at);
	(void)session_at(live_session(copying.live),
			 live_session(copying.live)->timeline.last_at);
	same_race(live_session(live), live_session(copying.live));
	assert_int_equal(live_close(live, &err), 0);
	copying_end(&copying);
	same_rows("equal.pitwall", race.count);
	same_loaded("original.pitwall", "equal.pitwall");
}

/** As results, render and all that read a file do. */
static void a_race_in_redis_is_loaded_as_a_file_is(void **state)
{
	struct copying copying = {0};
	(void)state;
	race_describe("loaded");
	race_publish("loaded", 1, 300);
	copying_name(&copying, "loaded", NULL);
	race_write("original.pitwall", 300);
	same_loaded("original.pitwall", copying.url);
	race_publish("loaded", 301, race.count);
	race_write("original.pitwall", race.count);
	same_loaded("original.pitwall", copying.url);
}

static long long sent_bytes(void)
{
	const char *words = redis_server_words(&server, "INFO stats");
	const char *found = strstr(words, "total_net_output_bytes:");
	return found == NULL ? -1 : strtoll(strchr(found, ':') + 1, NULL, 10);
}

static void a_later_start_reads_only_what_is_new(void **state)
{
	struct copying copying = {0};
	(void)state;
	race_describe("tail");
	race_publish("tail", 1, race.count - 10);
	long long before = sent_bytes();
	copying_start(&copying, "tail", "tail.pitwall");
	copying_end(&copying);
	long long first = sent_bytes();
	race_publish("tail", race.count - 9, race.count);
	long long published = sent_bytes();
	copying_start(&copying, "tail", "tail.pitwall");
	copying_to(&copying, race.count);
	copying_end(&copying);
	assert_true(first - before > race.count * PIECE / 2);
	assert_true(sent_bytes() - published < (first - before) / 10);
	same_rows("tail.pitwall", race.count);
}

/** In a process of its own, until it is killed or the recording is closed. */
static pid_t copy_apart(const char *name, const char *path)
{
	pid_t child = fork();
	if (child != 0)
		return child;
	struct copying copying = {0};
	struct err err = {""};
	ev_loop_fork(loop);
	copying_name(&copying, name, path);
	if (copying_open(&copying, true, &err) != 0)
		_exit(1);
	(void)ev_run(loop, 0);
	_exit(live_close(copying.live, &err) == 0 ? 0 : 1);
}

static void kills_lose_nothing_and_double_nothing(void **state)
{
	uint64_t random = 18;
	int64_t published = race.count / 2;
	(void)state;
	race_describe("killed");
	race_publish("killed", 1, published);
	for (int i = 0; i < KILLS; i++) {
		pid_t child = copy_apart("killed", "killed.pitwall");
		assert_true(child > 0);
		int64_t to = published + race.count / 2 / KILLS;
		int64_t until = published + (int64_t)random_below(&random, 40);
		race_publish("killed", published + 1, until);
		(void)usleep((unsigned)random_below(&random, 60000));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		race_publish("killed", until + 1, to);
		published = to;
	}
	race_publish("killed", published + 1, race.count);
	(void)redis_server_words(&server, "XADD pitwall:test:killed %lld-1 end closed",
				 (long long)race.count);
	/* The recording was closed: so is the copy, by itself. */
	int status = -1;
	pid_t child = copy_apart("killed", "killed.pitwall");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_false(record_is_live("killed.pitwall"));
	same_rows("killed.pitwall", race.count);
}

static bool reports_gap(struct copying *copying, const char *words)
{
	static struct view view;
	bool found = false;
	live_view(copying->live, &view);
	for (unsigned i = 0; i < view.anomaly_log_count; i++)
		found |= strstr(view.anomaly_log[i].words, words) != NULL;
	return found;
}

static void what_is_missing_is_reported_or_comes_from_an_archive(void **state)
{
	struct copying copying = {0};
	(void)state;
	race_describe("gap");
	race_publish("gap", 1, 100);
	race_publish("gap", 151, 200);
	copying_start(&copying, "gap", "gap.pitwall");
	copying_to(&copying, 151);
	assert_true(reports_gap(&copying, "101-150"));
	copying_end(&copying);
	/* Its numbers are those of the stream less the gap. */
	race_publish("gap", 201, 210);
	copying_start(&copying, "gap", "gap.pitwall");
	copying_to(&copying, 161);
	assert_true(reports_gap(&copying, "101-150"));
	assert_int_equal(copying_rows(&copying), 161);
	copying_end(&copying);
	/* Redis lost its end, from before the gap on: it is the same recording. */
	(void)redis_server_number(&server, "DEL pitwall:test:gap");
	race_publish("gap", 1, 90);
	copying_start(&copying, "gap", "gap.pitwall");
	assert_string_equal(live_path(copying.live), "gap.pitwall");
	copying_end(&copying);
	race_publish("gap", 91, 100);
	race_publish("gap", 151, 210);
	race_publish("gap", 211, race.count);
	race_write("archive.pitwall", 150);
	copying_name(&copying, "gap", "whole.pitwall");
	copying.options.archive = "archive.pitwall";
	struct err err = {""};
	/* It ends before the row behind the gap: it may be another recording. */
	assert_int_equal(copying_open(&copying, false, &err), 0);
	assert_true(reports_gap(&copying, "101-150"));
	copying_end(&copying);
	race_write("archive.pitwall", 180);
	copying_name(&copying, "gap", "filled.pitwall");
	copying.options.archive = "archive.pitwall";
	assert_int_equal(copying_open(&copying, false, &err), 0);
	copying_to(&copying, race.count);
	copying_end(&copying);
	same_rows("filled.pitwall", race.count);
}

/* Published again, its gap is a row as others are; its numbers are of another stream. */
static void a_gap_of_a_stream_is_none_of_its_copy(void **state)
{
	struct copying copying = {0};
	(void)state;
	const struct record_row gap = {.type = RECORD_SETUP,
				       .name = SLICE(RECORD_GAP),
				       .bytes = SLICE("21 900")};
	race_describe("again");
	for (int64_t n = 1; n <= 60; n++) {
		struct record_row row = n == 21 || n == 60 ? gap : race.rows[n - 1];
		row.id = n;
		row.received_at = race.rows[n - 1].received_at;
		stream_put(&server, "again", &row);
	}
	/* The last row is one, too. */
	copying_start(&copying, "again", "again.pitwall");
	copying_to(&copying, 60);
	assert_true(reports_gap(&copying, "21-900"));
	copying_end(&copying);
	race_publish("again", 61, 100);
	copying_start(&copying, "again", "again.pitwall");
	copying_to(&copying, 100);
	assert_string_equal(live_path(copying.live), "again.pitwall");
	assert_int_equal(copying_rows(&copying), 100);
	copying_end(&copying);
	/* Not published where it comes from. */
	struct err err = {""};
	char there[128];
	copying_name(&copying, "again", "again.pitwall");
	text_format(there, sizeof(there), "redis://127.0.0.1:%d/test", server.port);
	copying.options.publish = there;
	assert_int_equal(copying_open(&copying, false, &err), -EINVAL);
	assert_non_null(strstr(err.text, "the race comes from there"));
	/* And one of its own, behind them. */
	race_publish("again", 111, 120);
	copying_start(&copying, "again", "again.pitwall");
	copying_to(&copying, 111);
	assert_true(reports_gap(&copying, "101-110"));
	copying_end(&copying);
	/* Redis lost its end: the row before it is read back, and is equal. */
	(void)redis_server_number(&server, "XDEL pitwall:test:again 120-0 119-0");
	race_publish("again", 121, 130);
	copying_start(&copying, "again", "again.pitwall");
	copying_to(&copying, 121);
	assert_string_equal(live_path(copying.live), "again.pitwall");
	copying_end(&copying);
}

static void another_recording_gets_a_file_beside_it(void **state)
{
	struct copying copying = {0};
	struct err err = {""};
	(void)state;
	race_describe("other");
	race_publish("other", 1, 100);
	race_write("plain.pitwall", 100);
	copying_name(&copying, "other", "plain.pitwall");
	assert_int_equal(copying_open(&copying, false, &err), -EINVAL);
	assert_non_null(strstr(err.text, "is not a copy"));
	copying_start(&copying, "other", "first.pitwall");
	copying_end(&copying);
	(void)redis_server_number(&server, "DEL pitwall:test:other");
	for (int64_t n = 1; n <= 100; n++) {
		struct record_row row = race.rows[n - 1];
		row.received_at++;
		stream_put(&server, "other", &row);
	}
	copying_start(&copying, "other", "first.pitwall");
	assert_string_equal(live_path(copying.live), "first-2.pitwall");
	copying_end(&copying);
	same_rows("first.pitwall", 100);
	/* It is found again. */
	copying_start(&copying, "other", "first.pitwall");
	assert_string_equal(live_path(copying.live), "first-2.pitwall");
	assert_int_equal(copying_rows(&copying), 100);
	copying_end(&copying);
}

/* No row of the copy is there to be compared: the first rows were removed. */
static void another_recording_is_found_where_no_row_can_be_compared(void **state)
{
	struct copying copying = {0};
	(void)state;
	race_describe("trimmed");
	race_publish("trimmed", 1, 100);
	copying_start(&copying, "trimmed", "trimmed.pitwall");
	copying_end(&copying);
	/* Of the same recording it is a gap. */
	(void)redis_server_number(&server, "DEL pitwall:test:trimmed");
	race_publish("trimmed", 121, 130);
	copying_start(&copying, "trimmed", "trimmed.pitwall");
	assert_string_equal(live_path(copying.live), "trimmed.pitwall");
	copying_to(&copying, 111);
	copying_end(&copying);
	(void)redis_server_number(
		&server, "HSET pitwall:test:trimmed:info recording another-one");
	(void)redis_server_number(&server, "DEL pitwall:test:trimmed");
	race_publish("trimmed", 141, 150);
	for (int start = 0; start < 2; start++) {
		copying_start(&copying, "trimmed", "trimmed.pitwall");
		assert_string_equal(live_path(copying.live), "trimmed-2.pitwall");
		assert_int_equal(copying_rows(&copying), 11);
		copying_end(&copying);
	}
}

static void what_is_no_session_leaves_no_file(void **state)
{
	struct copying copying = {0};
	struct err err = {""};
	(void)state;
	copying_name(&copying, "nothing", "nothing.pitwall");
	assert_int_equal(copying_open(&copying, false, &err), -ENOENT);
	assert_int_equal(access("nothing.pitwall", F_OK), -1);
	freeReplyObject(redis_server_ask(&server, "SET pitwall:test:nothing x"));
	assert_int_equal(copying_open(&copying, false, &err), -EPROTO);
	assert_int_equal(access("nothing.pitwall", F_OK), -1);
}

static void a_race_that_has_ended_is_opened_as_a_recording(void **state)
{
	struct copying copying = {0};
	static struct live_resume resume;
	(void)state;
	race_describe("ended");
	race_publish("ended", 1, race.count);
	copying_name(&copying, "ended", NULL);
	assert_false(live_copy_ended(&copying.options, &resume));
	(void)redis_server_words(&server, "XADD pitwall:test:ended %lld-1 end closed",
				 (long long)race.count);
	(void)redis_server_number(&server, "HSET pitwall:test:ended:info state ended");
	assert_true(live_copy_ended(&copying.options, &resume));
	assert_false(live_wanted(&resume.options));
	same_rows(resume.options.sources[0], race.count);
}

static bool has_rows(const char *path, int64_t count)
{
	struct record *record = NULL;
	struct record_row row = {.id = 0};
	bool has = record_open(path, &record, NULL) == 0 &&
		   record_last(record, 0, "", &row, NULL) == 0 && row.id == count;
	(void)record_close(record, NULL);
	return has;
}

static void a_copy_that_was_cut_off_is_resumed_from_redis(void **state)
{
	struct live_resume resume;
	struct options options = {.sources = {"cut.pitwall"}, .source_count = 1};
	(void)state;
	race_describe("cut");
	for (int64_t n = 1; n <= 50; n++) {
		struct record_row row = race.rows[n - 1];
		row.received_at = live_now();
		stream_put(&server, "cut", &row);
	}
	pid_t child = copy_apart("cut", "cut.pitwall");
	for (int i = 0; i < 2000 && !has_rows("cut.pitwall", 50); i++)
		(void)usleep(5000);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	if (!live_resumes(&options, &resume))
		fail_msg("%s", resume.words);
	assert_int_equal(resume.options.source_count, 1);
	assert_non_null(strstr(resume.options.sources[0], "/test/cut"));
	assert_string_equal(resume.options.output, "cut.pitwall");
}

static void on_tick(struct ev_loop *in, ev_timer *timer, int events)
{
	(void)in;
	(void)timer;
	(void)events;
}

static int begin(void **state)
{
	(void)state;
	char folder[SCRATCH_MAX];
	if (scratch_enter("copy") != 0 || getcwd(folder, sizeof(folder)) == NULL)
		return -1;
	(void)setenv("XDG_STATE_HOME", folder, 1);
	redis_tuning.retry_first = 2 * US_MS;
	redis_tuning.retry_most = 20 * US_MS;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	loop = ev_loop_new(EVFLAG_AUTO);
	ev_timer_init(&tick, on_tick, 0.05, 0.05);
	ev_timer_start(loop, &tick);
	race_make();
	return 0;
}

static int end(void **state)
{
	(void)state;
	redis_server_end(&server);
	ev_loop_destroy(loop);
	return scratch_leave("copy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_is_the_recording_it_came_from),
		cmocka_unit_test(a_race_in_redis_is_loaded_as_a_file_is),
		cmocka_unit_test(a_later_start_reads_only_what_is_new),
		cmocka_unit_test(kills_lose_nothing_and_double_nothing),
		cmocka_unit_test(what_is_missing_is_reported_or_comes_from_an_archive),
		cmocka_unit_test(a_gap_of_a_stream_is_none_of_its_copy),
		cmocka_unit_test(another_recording_gets_a_file_beside_it),
		cmocka_unit_test(
			another_recording_is_found_where_no_row_can_be_compared),
		cmocka_unit_test(what_is_no_session_leaves_no_file),
		cmocka_unit_test(a_race_that_has_ended_is_opened_as_a_recording),
		cmocka_unit_test(a_copy_that_was_cut_off_is_resumed_from_redis),
	};
	(void)signal(SIGPIPE, SIG_IGN);
	if (!redis_server_present())
		return 0;
	return cmocka_run_group_tests(tests, begin, end);
}
