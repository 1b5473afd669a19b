/*
 * test_live_beacon.c -- beacons and a session that runs: nothing they told is lost
 *
 * Beacons by hand over sockets of loopback, and the example that the program ships, run
 * as a process. Nothing sleeps: the loop runs until what is asked has come, or a
 * deadline fails the test.
 */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../scratch.h"
#include "recorder.h"

enum { DEADLINE_S = 20, BEACONS_MAX = 3, SAID_MAX = 64 * 1024 };

/* A far end: what the console said to it. */
struct far {
	int fd;
	size_t len;
	char said[SAID_MAX];
};

struct stage {
	struct ev_loop *loop;
	struct live *live;
	struct options options;
	char folder[SCRATCH_MAX], output[SCRATCH_FILE_MAX], url[64];
	uint16_t port;
	struct far far[BEACONS_MAX];
	pid_t child; /* the example; 0 */
	int to_child;
};

/* ---- the stage --------------------------------------------------------------------- */

/** A port that nothing listens on now. */
static uint16_t free_port(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	close(fd);
	return ntohs(in.sin_port);
}

static int set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	stage->loop = ev_loop_new(EVFLAG_AUTO);
	assert_non_null(stage->loop);
	stage->port = free_port();
	stage->to_child = -1;
	for (unsigned i = 0; i < BEACONS_MAX; i++)
		stage->far[i].fd = -1;
	text_format(stage->url, sizeof(stage->url),
		    "beacon+tcp://127.0.0.1:%u?listen=yes", stage->port);
	scratch_name(stage->folder, "live-beacon");
	assert_int_equal(mkdir(stage->folder, 0700), 0);
	text_format(stage->output, sizeof(stage->output), "%s/r.pitwall",
		    stage->folder);
	stage->options = (struct options){
		.sources = {stage->url}, .source_count = 1, .output = stage->output};
	*state = stage;
	return 0;
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
}

static void far_read(struct far *far)
{
	ssize_t n;
	if (far->fd < 0)
		return;
	n = read(far->fd, far->said + far->len, SAID_MAX - 1 - far->len);
	if (n > 0)
		far->len += (size_t)n;
	far->said[far->len] = '\0';
}

static void turn(struct stage *stage)
{
	ev_timer tick;
	ev_timer_init(&tick, on_tick, .002, 0.);
	ev_timer_start(stage->loop, &tick);
	ev_run(stage->loop, EVRUN_ONCE);
	ev_timer_stop(stage->loop, &tick);
	for (unsigned i = 0; i < BEACONS_MAX; i++)
		far_read(&stage->far[i]);
}

static void engine_open_with(struct stage *stage, struct live_hooks hooks)
{
	struct err err = {""};
	double until = ev_time() + DEADLINE_S;
	if (live_open(&stage->options, stage->loop, &hooks, &stage->live, &err) != 0)
		fail_msg("%s", err.text);
	while (net_source_port(stage->live->sources[0].net) != stage->port) {
		turn(stage);
		if (ev_time() > until)
			fail_msg("it does not listen on port %u", stage->port);
	}
}

static void engine_open(struct stage *stage)
{
	engine_open_with(stage, (struct live_hooks){.apart = false});
}

static void engine_close(struct stage *stage)
{
	struct err err = {""};
	if (live_close(stage->live, &err) != 0)
		fail_msg("%s", err.text);
	stage->live = NULL;
}

static void far_close(struct far *far)
{
	if (far->fd >= 0)
		close(far->fd);
	far->fd = -1;
}

static int tear_down(void **state)
{
	static const char *const beside[] = {"", "-wal", "-shm", "-lock"};
	struct stage *stage = *state;
	char path[SCRATCH_FILE_MAX];
	(void)live_close(stage->live, NULL);
	for (unsigned i = 0; i < BEACONS_MAX; i++)
		far_close(&stage->far[i]);
	if (stage->to_child >= 0)
		close(stage->to_child);
	if (stage->child > 0) {
		(void)kill(stage->child, SIGKILL);
		(void)waitpid(stage->child, NULL, 0);
	}
	ev_loop_destroy(stage->loop);
	for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
		text_format(path, sizeof(path), "%s%s", stage->output, beside[i]);
		(void)unlink(path);
	}
	(void)rmdir(stage->folder);
	free(stage);
	return 0;
}

/* ---- far ends ---------------------------------------------------------------------- */

static struct far *far_open(struct stage *stage, unsigned index)
{
	struct far *far = &stage->far[index];
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons(stage->port)};
	far->len = 0;
	far->said[0] = '\0';
	far->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(far->fd >= 0);
	assert_int_equal(connect(far->fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(fcntl(far->fd, F_SETFL, O_NONBLOCK), 0);
	return far;
}

static void far_say(struct far *far, const char *text)
{
	assert_int_equal(write(far->fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void until_said(struct stage *stage, struct far *far, const char *words)
{
	double until = ev_time() + DEADLINE_S;
	while (strstr(far->said, words) == NULL) {
		turn(stage);
		if (ev_time() > until)
			fail_msg("the console does not say %s, but: %s", words,
				 far->said);
	}
}

static unsigned passings(const struct stage *stage)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < stage->live->session->events.count; i++)
		count += stage->live->session->events.at[i].kind == EVENT_PASSING;
	return count;
}

static void until_passings(struct stage *stage, unsigned count)
{
	double until = ev_time() + DEADLINE_S;
	while (passings(stage) < count) {
		turn(stage);
		if (ev_time() > until)
			fail_msg("%u passings, not %u", passings(stage), count);
	}
}

#define ID "\"id\":\"sf-1\",\"boot\":\"6f1c\","
#define HELLO "{\"t\":\"hello\"," ID "\"v\":1,\"loop\":\"SF\","
#define PASS "{\"t\":\"pass\"," ID
#define ACK(seq_) "{\"t\":\"ack\"," ID "\"seq\":" #seq_ "}\n"

/* ---- the tests --------------------------------------------------------------------- */

/* Another program holds the file: the writer of the recording waits. */
static sqlite3 *hold_file(const struct stage *stage)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(stage->output, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	return db;
}

static void what_is_not_on_the_disk_is_not_acknowledged(void **state)
{
	struct stage *stage = *state;
	engine_open(stage);
	struct far *far = far_open(stage, 0);
	far_say(far, HELLO "\"seq\":0,\"from\":1,\"us\":1000}\n");
	until_said(stage, far, ACK(0));
	sqlite3 *held = hold_file(stage);
	far_say(far, PASS "\"seq\":1,\"tx\":\"9001\",\"us\":2000}\n" PASS
			  "\"seq\":2,\"tx\":\"9002\",\"us\":3000}\n");
	until_passings(stage, 2);
	/* Read, shown, and asked for its time again; but not acknowledged. */
	far_say(far, "{\"t\":\"tick\"," ID "\"us\":1,\"seq\":3}\n");
	until_said(stage, far, "\"t\":\"resend\"");
	assert_true(stage->live->ack_count > 0);
	if (strstr(far->said, ACK(2)) != NULL)
		fail_msg("acknowledged before it is recorded: %s", far->said);
	assert_int_equal(sqlite3_exec(held, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	until_said(stage, far, ACK(2));
	assert_int_equal(sqlite3_close(held), SQLITE_OK);
}

static void a_console_started_again_knows_what_it_had(void **state)
{
	struct stage *stage = *state;
	engine_open(stage);
	struct far *far = far_open(stage, 0);
	far_say(far, HELLO "\"seq\":2,\"from\":1,\"us\":9000}\n" PASS
			   "\"seq\":1,\"tx\":\"9001\",\"us\":2000}\n" PASS
			   "\"seq\":2,\"tx\":\"9002\",\"us\":3000}\n");
	until_said(stage, far, ACK(2));
	instant_us first = stage->live->session->events.at[0].at;
	far_close(far);
	engine_close(stage);

	engine_open(stage);
	until_passings(stage, 2);
	assert_int_equal(stage->live->session->events.at[0].at, first);
	/* The acknowledgement was lost: all again, and one more. */
	far = far_open(stage, 0);
	far_say(far, HELLO "\"seq\":3,\"from\":1,\"us\":19000}\n" PASS
			   "\"seq\":1,\"tx\":\"9001\",\"us\":2000}\n" PASS
			   "\"seq\":2,\"tx\":\"9002\",\"us\":3000}\n" PASS
			   "\"seq\":3,\"tx\":\"9001\",\"us\":12000}\n");
	until_said(stage, far, ACK(3));
	assert_int_equal(passings(stage), 3);
	far_say(far, PASS "\"seq\":2,\"tx\":\"9002\",\"us\":3000}\n");
	far->len = 0;
	far->said[0] = '\0';
	until_said(stage, far, ACK(3));
	assert_int_equal(passings(stage), 3);
}

/* One speaks JSON, one text; a third text and has no name. */
static void each_sender_is_answered_in_its_own_form(void **state)
{
	struct stage *stage = *state;
	engine_open(stage);
	struct far *json = far_open(stage, 0);
	far_say(json, HELLO "\"seq\":0,\"from\":1}\n");
	until_said(stage, json, ACK(0));
	struct far *text = far_open(stage, 1);
	far_say(text, "{\"t\":\"hello\",\"id\":\"avr\",\"loop\":\"PIN\",\"boot\":\"x\","
		      "\"seq\":1841,\"from\":1842}\n");
	until_said(stage, text, "\"t\":\"time?\"");
	struct far *bare = far_open(stage, 2);
	far_say(bare, "S 52084000 1841 1842*7B\n");
	far_say(json, PASS "\"seq\":1,\"tx\":\"9001\",\"us\":2000}\n");
	far_say(text, "P 1842 2906141 52083691 50 -41*69\n");
	far_say(bare, "P 1842 2906141 52083691 50 -41*69\n");
	until_said(stage, json, ACK(1));
	until_said(stage, text, "A 1842*6E\n");
	until_said(stage, bare, "A 1842*6E\n");
	/* The one at pit in is not that of start/finish, though the lines are equal. */
	unsigned pits = 0;
	for (uint32_t i = 0; i < stage->live->session->events.count; i++)
		pits += stage->live->session->events.at[i].kind == EVENT_PIT_IN;
	assert_int_equal(pits, 1);
	assert_int_equal(passings(stage), 2);
}

static int64_t (*true_clock)(void), (*true_steady)(void);
static int64_t time_passed, clock_set_by;

static int64_t clock_that_is_set(void)
{
	return true_clock() + time_passed + clock_set_by;
}

static int64_t steady_of_test(void)
{
	return true_steady() + time_passed;
}

/* Its connection is ended when records are taken again: otherwise it would not know that it
 * must repeat those that were refused. */
static void a_sender_whose_records_were_refused_is_told_to_repeat_them(void **state)
{
	enum { FACTS = 600 };
	struct stage *stage = *state;
	double until = ev_time() + DEADLINE_S;
	char line[200], last[64];
	stage->options.source_rate = "4K";
	engine_open(stage);
	struct far *far = far_open(stage, 0);
	far_say(far, HELLO "\"seq\":0,\"from\":1}\n");
	until_said(stage, far, ACK(0));
	for (unsigned seq = 1; seq <= FACTS; seq++) {
		text_format(line, sizeof(line),
			    PASS "\"seq\":%u,\"tx\":\"1\",\"us\":%u}\n", seq, seq);
		far_say(far, line);
		if (seq % 50 == 0)
			turn(stage);
	}
	while (stage->live->sources[0].unrecorded == 0) {
		turn(stage);
		assert_true(ev_time() < until);
	}
	/* It goes on, slower. */
	text_format(line, sizeof(line), PASS "\"seq\":%d,\"tx\":\"1\",\"us\":%d}\n",
		    FACTS + 1, FACTS + 1);
	text_format(last, sizeof(last), "\"seq\":%d}", FACTS + 1);
	for (unsigned turns = 0;
	     net_source_status(stage->live->sources[0].net)->peers > 0; turns++) {
		if (turns % 50 == 0)
			(void)send(far->fd, line, strlen(line), MSG_NOSIGNAL);
		turn(stage);
		assert_null(strstr(far->said, last));
		assert_true(ev_time() < until);
	}
	far_close(far);
	far = far_open(stage, 0);
	far_say(far, HELLO "\"seq\":601,\"from\":601}\n");
	far_say(far, line);
	until_said(stage, far, last);
}

/* The process that decodes; 0: it cannot be found here. */
static pid_t decoder_pid(void)
{
	char path[96], line[32] = "";
	text_format(path, sizeof(path), "/proc/self/task/%ld/children", (long)getpid());
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t n = read(fd, line, sizeof(line) - 1);
	close(fd);
	return n > 0 ? (pid_t)strtol(line, NULL, 10) : 0;
}

/* Until the other end takes no more. */
static void flood(struct stage *stage, struct far *far)
{
	enum { MOST = 72 * 1024 * 1024, FULL_TURNS = 200 };
	static char lines[64 * 1024];
	ssize_t n;
	size_t sent = 0;
	memset(lines, '\n', sizeof(lines));
	for (unsigned full = 0; full < FULL_TURNS; turn(stage)) {
		n = send(far->fd, lines, sizeof(lines), MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			fail_msg("the connection was closed: %s", strerror(errno));
		full = n < 0 ? full + 1 : 0;
		sent += n < 0 ? 0 : (size_t)n;
		if (sent > MOST)
			fail_msg("it takes all that a sender can send");
	}
}

static void a_sender_faster_than_decoding_waits_and_others_do_not(void **state)
{
	struct stage *stage = *state;
	engine_open_with(stage, (struct live_hooks){.apart = true});
	pid_t decoder = decoder_pid();
	if (decoder == 0)
		skip();
	struct far *fast = far_open(stage, 0), *far = far_open(stage, 1);
	far_say(far, HELLO "\"seq\":0,\"from\":1,\"us\":1000}\n");
	until_said(stage, far, ACK(0));
	assert_int_equal(kill(decoder, SIGSTOP), 0);
	flood(stage, fast);
	far_say(far, PASS "\"seq\":1,\"tx\":\"9001\",\"us\":2000}\n");
	assert_int_equal(kill(decoder, SIGCONT), 0);
	until_said(stage, far, ACK(1));
	/* What it sent is decoded too. */
	const char *const hello = "{\"t\":\"hello\",\"id\":\"i1\",\"boot\":\"1\","
				  "\"seq\":0,\"from\":1}\n";
	double until = ev_time() + DEADLINE_S;
	while (send(fast->fd, hello, strlen(hello), MSG_NOSIGNAL) < 0) {
		turn(stage);
		assert_true(errno == EAGAIN && ev_time() < until);
	}
	until_said(stage, fast, "\"id\":\"i1\",\"boot\":\"1\",\"seq\":0}");
	assert_int_equal(responder_crashes(stage->live->responder), 0);
	assert_int_equal(decoder_pid(), decoder);
}

static bool has_anomaly(const struct stage *stage, const char *words)
{
	const struct event_list *list = &stage->live->session->events;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].kind == EVENT_ANOMALY &&
		    strstr(event_text(list, &list->at[i]).at, words) != NULL)
			return true;
	return false;
}

static instant_us passing_at(const struct stage *stage, unsigned n)
{
	const struct event_list *list = &stage->live->session->events;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].kind == EVENT_PASSING && n-- == 0)
			return list->at[i].at;
	fail_msg("no such passing");
	return 0;
}

/* Between two passings of a beacon without UTC our clock is set by an hour. The times of
 * the beacon are exact, and it is not at fault. */
static void a_step_of_our_clock_makes_no_lap(void **state)
{
	static const int64_t steps[] = {3600 * US_S, -3600 * US_S};
	struct stage *stage = *state;
	true_clock = net_calls.clock;
	true_steady = net_calls.steady;
	net_calls.clock = clock_that_is_set;
	net_calls.steady = steady_of_test;
	engine_open(stage);
	struct far *far = far_open(stage, 0);
	far_say(far, HELLO "\"seq\":0,\"from\":1,\"us\":1000}\n");
	until_said(stage, far, ACK(0));
	far_say(far, PASS "\"seq\":1,\"tx\":\"9001\",\"us\":2000}\n");
	until_said(stage, far, ACK(1));
	char line[200], ack[100];
	for (unsigned i = 0; i < ARRAY_LEN(steps); i++) {
		time_passed += 90 * US_S;
		clock_set_by += steps[i];
		text_format(line, sizeof(line),
			    PASS "\"seq\":%u,\"tx\":\"9001\",\"us\":%u}\n", i + 2,
			    90 * 1000 * 1000 * (i + 1));
		far_say(far, line);
		text_format(ack, sizeof(ack), "{\"t\":\"ack\"," ID "\"seq\":%u}\n",
			    i + 2);
		until_said(stage, far, ack);
		/* The playhead of a live race does not jump either. */
		int64_t ahead = live_edge(stage->live) - true_clock() - time_passed;
		assert_true(ahead > -10 * US_S && ahead < 10 * US_S);
	}
	until_passings(stage, 3);
	assert_true(has_anomaly(stage, "this machine's clock was set forward by 3"));
	assert_true(has_anomaly(stage, "this machine's clock was set back by 3"));
	assert_false(has_anomaly(stage, "sf-1"));
	/* It took a part of a second to say so. */
	duration_us lap = passing_at(stage, 2) - passing_at(stage, 1);
	assert_true(lap > 89 * US_S && lap < 92 * US_S);
	engine_close(stage);
	/* The recording tells the same. */
	engine_open(stage);
	until_passings(stage, 3);
	assert_true(has_anomaly(stage, "this machine's clock was set forward by 3"));
	assert_int_equal(passing_at(stage, 2) - passing_at(stage, 1), lap);
	net_calls.clock = true_clock;
	net_calls.steady = true_steady;
}

static void write_key(const char *path, const char *key)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(key, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* What was accepted with one key is not continued with another one, or without. */
static void a_recording_keeps_its_key(void **state)
{
	struct stage *stage = *state;
	char key[SCRATCH_FILE_MAX];
	struct live_hooks hooks = {0};
	struct err err = {""};
	text_format(key, sizeof(key), "%s/key", stage->folder);
	write_key(key, "0123456789abcdef\n");
	stage->options.beacon_key = key;
	engine_open(stage);
	struct far *far = far_open(stage, 0);
	far_say(far, PASS "\"seq\":1,\"tx\":\"9001\",\"us\":2000}\n");
	until_said(stage, far, "\"t\":\"time?\",\"n\":1,\"mac\":\"");
	while (!has_anomaly(stage, "not signed"))
		turn(stage);
	assert_int_equal(passings(stage), 0);
	engine_close(stage);
	static const char *const keys[] = {"", "another key that is long\n", "short"};
	for (unsigned i = 0; i < ARRAY_LEN(keys); i++) {
		write_key(key, keys[i]);
		stage->options.beacon_key = keys[i][0] != '\0' ? key : NULL;
		assert_int_equal(live_open(&stage->options, stage->loop, &hooks,
					   &stage->live, &err),
				 -EINVAL);
		assert_true(strstr(err.text, "key") != NULL);
	}
	assert_int_equal(unlink(key), 0);
}

/* ---- the example ------------------------------------------------------------------- */

/* @spool and @key may be NULL. */
static void example_start(struct stage *stage, char *spool, char *key)
{
	char port[8], id[] = "sf-1", loop[] = "SF", host[] = "127.0.0.1";
	char program[] = EXAMPLE_BEACON;
	char *const args[] = {program, host, port, id, loop, spool, key, NULL};
	char *const environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	int ends[2];
	text_format(port, sizeof(port), "%u", stage->port);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFD, FD_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	assert_int_equal(
		posix_spawn(&stage->child, program, &actions, NULL, args, environment),
		0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[0]);
	stage->to_child = ends[1];
}

static void example_pass(struct stage *stage, unsigned from, unsigned to)
{
	char line[16];
	for (unsigned n = from; n <= to; n++) {
		size_t len = text_format(line, sizeof(line), "%u\n", 9000 + n);
		assert_int_equal(write(stage->to_child, line, len), (ssize_t)len);
	}
}

/* Its transponders, each once and in their order of time. */
static void check_example(const struct stage *stage, unsigned count)
{
	bool there[1000] = {false};
	assert_int_equal(passings(stage), count);
	for (uint32_t i = 0; i < stage->live->session->events.count; i++) {
		const struct event *event = &stage->live->session->events.at[i];
		if (event->kind != EVENT_PASSING)
			continue;
		unsigned long n = strtoul(event->id, NULL, 10) - 9000;
		assert_true(n >= 1 && n <= count && !there[n]);
		there[n] = true;
	}
}

/* By itself, when all is acknowledged. */
static void example_ends(struct stage *stage)
{
	double until = ev_time() + DEADLINE_S;
	int status;
	close(stage->to_child);
	stage->to_child = -1;
	while (waitpid(stage->child, &status, WNOHANG) == 0) {
		turn(stage);
		if (ev_time() > until)
			fail_msg("the example still waits to be acknowledged");
	}
	stage->child = 0;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void the_example_loses_nothing_when_the_console_is_away(void **state)
{
	struct stage *stage = *state;
	engine_open(stage);
	example_start(stage, NULL, NULL);
	example_pass(stage, 1, 20);
	until_passings(stage, 20);
	engine_close(stage);
	example_pass(stage, 21, 400);
	engine_open(stage);
	until_passings(stage, 400);
	example_pass(stage, 401, 420);
	until_passings(stage, 420);
	check_example(stage, 420);
	example_ends(stage);
}

static bool spool_has(const char *path, const char *words)
{
	static char text[64 * 1024];
	FILE *file = fopen(path, "r");
	size_t n = file != NULL ? fread(text, 1, sizeof(text) - 1, file) : 0;
	text[n] = '\0';
	if (file != NULL)
		fclose(file);
	return strstr(text, words) != NULL;
}

/* Killed while the console is away, it goes on from its spool; signed, with a key. */
static void the_example_loses_nothing_when_it_is_killed(void **state)
{
	struct stage *stage = *state;
	char spool[SCRATCH_FILE_MAX], key[SCRATCH_FILE_MAX];
	text_format(spool, sizeof(spool), "%s/spool", stage->folder);
	text_format(key, sizeof(key), "%s/key", stage->folder);
	write_key(key, "0123456789abcdef\n");
	stage->options.beacon_key = key;
	engine_open(stage);
	example_start(stage, spool, key);
	example_pass(stage, 1, 20);
	until_passings(stage, 20);
	engine_close(stage);
	example_pass(stage, 21, 60);
	double until = ev_time() + DEADLINE_S;
	while (!spool_has(spool, " 9060\n"))
		if (ev_time() > until)
			fail_msg("the last passing is not in the spool");
	assert_int_equal(kill(stage->child, SIGKILL), 0);
	assert_int_equal(waitpid(stage->child, NULL, 0), stage->child);
	close(stage->to_child);
	example_start(stage, spool, key);
	engine_open(stage);
	until_passings(stage, 60);
	example_pass(stage, 61, 70);
	until_passings(stage, 70);
	check_example(stage, 70);
	assert_false(has_anomaly(stage, "refused"));
	example_ends(stage);
	assert_int_equal(unlink(spool), 0);
	assert_int_equal(unlink(key), 0);
}

#define ON_STAGE(test_) cmocka_unit_test_setup_teardown(test_, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(what_is_not_on_the_disk_is_not_acknowledged),
		ON_STAGE(a_console_started_again_knows_what_it_had),
		ON_STAGE(each_sender_is_answered_in_its_own_form),
		ON_STAGE(a_sender_whose_records_were_refused_is_told_to_repeat_them),
		ON_STAGE(a_sender_faster_than_decoding_waits_and_others_do_not),
		ON_STAGE(a_step_of_our_clock_makes_no_lap),
		ON_STAGE(a_recording_keeps_its_key),
		ON_STAGE(the_example_loses_nothing_when_the_console_is_away),
		ON_STAGE(the_example_loses_nothing_when_it_is_killed),
	};
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
