/*
 * program_kill.c -- the whole program, killed at random instants while it records
 *
 * `pitwall record` listens to a P3 decoder and to a beacon of the open protocol, 60 cars
 * pass, and it is ended by SIGKILL at 200 random instants: while it starts, connects,
 * asks, writes, or closes its file. It is started again each time on the same recording.
 *
 *  (1) What was acknowledged to the beacon is in the file right behind the kill, before
 *      anything is told again.
 *  (2) At the end each passing that either box ever told is in the recording once.
 *
 * The console is started the same way on a terminal, and stopped, frozen, made one column
 * wide, hung up and killed; its recorder is killed too.
 *
 *  (3) Whatever becomes of a console, what the beacon sends goes on to be acknowledged.
 *
 * PITWALL_ROUNDS sets how many kills, PITWALL_SEED where the instants come from. Nothing
 * is waited for but what must come, until a deadline.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pitwall/shell.h"
#include "pitwall/session.h"
#include "option_rows.h"
#include "pitwall/net.h"
#include "sim.h"
#include "../scratch.h"

enum {
	ROUNDS = 200,
	CARS = 60,
	PASSINGS_MAX = 256 * 1024,
	OUT_MAX = 16 * 1024 * 1024,
	A_TURN = 3,        /* passings of each box, at most */
	LIFE_MS_MAX = 180, /* from the start of the process to its end */
	DEADLINE_S = 60,
	WAITING_MOST = 2000, /* passings that nobody acknowledged */
};

extern char **environ;

struct test {
	struct ev_loop *loop;
	struct net_server *p3_server, *beacon_server;
	struct p3_device decoder;
	struct sim_beacon beacon;
	uint64_t random;
	pid_t child; /* 0: none runs */
	pid_t decoding;
	int terminal; /* of the console, its other end; -1: none */
	bool frozen;  /* nobody reads what the console draws */
	unsigned p3_joined, beacon_joined, turns;
	bool quiet; /* nobody passes */
	uint32_t goal;
	int messages; /* where they go; 0: to the log */
	char folder[SCRATCH_MAX], output[SCRATCH_FILE_MAX], log[SCRATCH_FILE_MAX];
	char urls[2][64];
	const char *program;
	char out[OUT_MAX];
};

/* ---- the two boxes ------------------------------------------------------------------ */

static struct out sink(struct test *t)
{
	return (struct out){.buf = t->out, .max = sizeof(t->out)};
}

static void send_to(struct net_client *client, const struct out *out)
{
	assert_int_equal(out->failed, 0);
	if (out->len > 0)
		net_client_send(client, (struct slice){out->buf, out->len});
}

static void p3_joined(void *context, struct net_client *client)
{
	struct test *t = context;
	struct out out = sink(t);
	t->p3_joined++;
	p3_device_status(&t->decoder, &out);
	send_to(client, &out);
}

static size_t p3_received(void *context, struct net_client *client, struct slice bytes)
{
	struct test *t = context;
	struct out out = sink(t);
	struct p3_resend resend = {0};
	size_t used =
		p3_device_answer(&t->decoder, bytes, net_calls.clock(), &resend, &out);
	while (p3_device_resend(&t->decoder, &resend, &out))
		;
	send_to(client, &out);
	return used;
}

static void beacon_joined(void *context, struct net_client *client)
{
	struct test *t = context;
	struct out out = sink(t);
	t->beacon_joined++;
	sim_beacon_hello(&t->beacon, net_calls.clock(), &out);
	send_to(client, &out);
}

static size_t beacon_received(void *context, struct net_client *client,
			      struct slice bytes)
{
	struct test *t = context;
	struct out out = sink(t);
	size_t used = sim_beacon_received(&t->beacon, bytes, net_calls.clock(), &out);
	send_to(client, &out);
	return used;
}

static void drain(const struct test *t);

static void pass(struct test *t)
{
	unsigned count = (unsigned)random_below(&t->random, A_TURN + 1);
	for (unsigned i = 0; i < count; i++) {
		uint32_t car = 1001 + (uint32_t)random_below(&t->random, CARS);
		instant_us now = net_calls.clock();
		struct out out = sink(t);
		assert_true(p3_device_passing(&t->decoder, LINE_SF, car, now, &out));
		net_server_send(t->p3_server, (struct slice){out.buf, out.len});
		out = sink(t);
		assert_true(sim_beacon_passing(&t->beacon, car, now, &out));
		net_server_send(t->beacon_server, (struct slice){out.buf, out.len});
	}
}

static void beat(struct test *t)
{
	struct out out = sink(t);
	p3_device_status(&t->decoder, &out);
	net_server_send(t->p3_server, (struct slice){out.buf, out.len});
	out = sink(t);
	sim_beacon_tick(&t->beacon, net_calls.clock(), &out);
	net_server_send(t->beacon_server, (struct slice){out.buf, out.len});
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
}

static void turn(struct test *t)
{
	ev_timer tick;
	ev_timer_init(&tick, on_tick, .001, 0.);
	ev_timer_start(t->loop, &tick);
	ev_run(t->loop, EVRUN_ONCE);
	ev_timer_stop(t->loop, &tick);
	/* Nobody asks for what was before the first connection. */
	drain(t);
	/* Where nobody acknowledges for long, there are enough. */
	if (!t->quiet && t->p3_joined > 0 && t->beacon_joined > 0 &&
	    t->beacon.count - t->beacon.acknowledged < WAITING_MOST)
		pass(t);
	if (++t->turns % 64 == 0)
		beat(t);
}

/* ---- the program ------------------------------------------------------------------------ */

static void start(struct test *t)
{
	char name[] = "pitwall", verb[] = "record", into[] = "-o";
	char *args[] = {name, verb, t->urls[0], t->urls[1], into, t->output, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	if (t->messages > 0)
		posix_spawn_file_actions_adddup2(&actions, t->messages, 2);
	else
		posix_spawn_file_actions_addopen(&actions, 2, t->log,
						 O_WRONLY | O_CREAT | O_APPEND, 0600);
	assert_int_equal(
		posix_spawn(&t->child, t->program, &actions, NULL, args, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
}

static int end_by(struct test *t, int number)
{
	int status;
	assert_int_equal(kill(t->child, number), 0);
	while (waitpid(t->child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	t->child = 0;
	return status;
}

static void no_child(struct test *t)
{
	if (t->child > 0)
		(void)end_by(t, SIGKILL);
}

/* ---- the console ----------------------------------------------------------------------- */

static void on_terminal(struct test *t, const char *name)
{
	char program[] = "pitwall", welcome[] = "--no-welcome", into[] = "-o";
	char *args[] = {program,   t->urls[0], t->urls[1], into,
			t->output, welcome,    NULL};
	(void)setsid();
	int fd = open(name, O_RDWR);
	if (fd < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(99);
	fd = open(t->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	(void)dup2(fd, 2);
	(void)setenv("TERM", "xterm-256color", 1);
	execv(t->program, args);
	_exit(98);
}

static void set_size(const struct test *t, unsigned short cols, unsigned short rows)
{
	struct winsize size = {.ws_col = cols, .ws_row = rows};
	assert_int_equal(ioctl(t->terminal, TIOCSWINSZ, &size), 0);
	(void)kill(t->child, SIGWINCH);
}

static void start_console(struct test *t)
{
	char name[64];
	t->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(t->terminal >= 0 && grantpt(t->terminal) == 0 &&
		    unlockpt(t->terminal) == 0);
	text_format(name, sizeof(name), "%s", ptsname(t->terminal));
	struct winsize size = {.ws_col = 100, .ws_row = 30};
	assert_int_equal(ioctl(t->terminal, TIOCSWINSZ, &size), 0);
	assert_int_equal(fcntl(t->terminal, F_SETFL, O_NONBLOCK), 0);
	t->child = fork();
	assert_true(t->child >= 0);
	if (t->child == 0)
		on_terminal(t, name);
}

static void hang_up(struct test *t)
{
	if (t->terminal >= 0)
		(void)close(t->terminal);
	t->terminal = -1;
}

static void type(const struct test *t, const char *keys)
{
	assert_int_equal(write(t->terminal, keys, strlen(keys)), strlen(keys));
}

static void drain(const struct test *t)
{
	char bytes[16384];
	while (t->terminal >= 0 && !t->frozen &&
	       read(t->terminal, bytes, sizeof(bytes)) > 0)
		;
}

/* Of the recorder: it listens on the socket beside the recording. 0: none. */
static pid_t recorder_pid(const struct test *t)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct {
		pid_t pid;
		uid_t uid;
		gid_t gid;
	} peer = {0};
	socklen_t len = sizeof(peer);
	text_format(at.sun_path, sizeof(at.sun_path), "%s-control", t->output);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len),
				 0);
	(void)close(fd);
	return peer.pid;
}

/* The child of the recorder; 0: none. */
static pid_t decoder_pid(const struct test *t)
{
	char path[96], line[32] = "";
	pid_t recorder = recorder_pid(t);
	text_format(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)recorder,
		    (long)recorder);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	(void)fclose(file);
	return (pid_t)strtol(line, NULL, 10);
}

/* ---- what is in the recording --------------------------------------------------------------- */

struct found {
	uint8_t p3[PASSINGS_MAX + 1], beacon[PASSINGS_MAX + 1];
};

static void read_recording(const struct test *t, struct found *found)
{
	struct options options = {.sources = {t->output}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	memset(found, 0, sizeof(*found));
	if (session_load(&options, 0, &session, &err) != 0)
		fail_msg("%s", err.text);
	for (uint32_t i = 0; i < session->events.count; i++) {
		const struct event *event = &session->events.at[i];
		if (event->kind != EVENT_PASSING)
			continue;
		assert_in_range(event->sequence, 1, PASSINGS_MAX);
		uint8_t *n = event->line == LINE_SF ? &found->p3[event->sequence]
						    : &found->beacon[event->sequence];
		*n = (uint8_t)(*n + (*n < 2));
	}
	session_free(session);
}

/* How many of the decoder's passings are not there; @first: one of them. */
static uint32_t p3_missing(const struct test *t, uint32_t *first)
{
	static struct found found;
	uint32_t missing = 0;
	read_recording(t, &found);
	for (uint32_t n = 1; n <= t->decoder.count; n++)
		if (found.p3[n] == 0 && missing++ == 0)
			*first = n;
	return missing;
}

static bool is_whole(const struct test *t)
{
	uint32_t first;
	return t->beacon.acknowledged == t->beacon.count && p3_missing(t, &first) == 0;
}

static void check_acknowledged(const struct test *t, unsigned round)
{
	static struct found found;
	if (t->beacon.acknowledged == 0)
		return;
	read_recording(t, &found);
	for (uint32_t n = 1; n <= t->beacon.acknowledged; n++)
		if (found.beacon[n] != 1)
			fail_msg("kill %u: record %u of the beacon was acknowledged up "
				 "to %u and is there %u times",
				 round, n, t->beacon.acknowledged, found.beacon[n]);
}

static void check_all(const struct test *t)
{
	static struct found found;
	read_recording(t, &found);
	for (uint32_t n = 1; n <= t->decoder.count; n++)
		if (found.p3[n] != 1)
			fail_msg("passing %u of the decoder is there %u times", n,
				 found.p3[n]);
	for (uint32_t n = 1; n <= t->beacon.count; n++)
		if (found.beacon[n] != 1)
			fail_msg("record %u of the beacon is there %u times", n,
				 found.beacon[n]);
}

/* ---- the test ------------------------------------------------------------------------------- */

static void run_until(struct test *t, bool (*done)(const struct test *t))
{
	double until = ev_time() + DEADLINE_S;
	uint32_t first = 0;
	while (!done(t)) {
		for (unsigned i = 0; i < 32; i++)
			turn(t);
		if (ev_time() > until)
			fail_msg("not within %d s: of %u records of the beacon %u are "
				 "acknowledged; of %u passings of the decoder %u are "
				 "missing, the first is %u",
				 DEADLINE_S, t->beacon.count, t->beacon.acknowledged,
				 t->decoder.count, p3_missing(t, &first), first);
	}
}

/* Both were received, and something of either is on the disk. */
static bool has_begun(const struct test *t)
{
	static struct found found;
	if (t->beacon.acknowledged == 0)
		return false;
	read_recording(t, &found);
	for (uint32_t n = 1; n <= t->decoder.count; n++)
		if (found.p3[n] > 0)
			return true;
	return false;
}

static struct test *begin(uint64_t seed)
{
	struct test *t = calloc(1, sizeof(*t));
	struct net_service p3 = {.joined = p3_joined,
				 .received = p3_received,
				 .room = OUT_MAX,
				 .behind = p3_joined};
	struct net_service beacon = {.joined = beacon_joined,
				     .received = beacon_received,
				     .room = OUT_MAX,
				     .behind = beacon_joined};
	struct err err = {""};
	assert_non_null(t);
	t->random = seed;
	t->terminal = -1;
	t->program = getenv("PITWALL_PROGRAM");
	assert_non_null(t->program);
	t->loop = ev_loop_new(EVFLAG_AUTO);
	assert_non_null(t->loop);
	t->decoder = (struct p3_device){
		.sent = calloc(PASSINGS_MAX, sizeof(struct p3_sent)),
		.max = PASSINGS_MAX,
		.first_id = 0x20f00,
		.utc = true,
	};
	t->beacon = (struct sim_beacon){
		.id = "i1-1",
		.loop = "I1",
		.boot = "b00t",
		.boot_at = net_calls.clock() - US_MIN,
		.kept = calloc(PASSINGS_MAX, sizeof(struct sim_kept)),
		.max = PASSINGS_MAX,
		.utc = true,
	};
	assert_true(t->decoder.sent != NULL && t->beacon.kept != NULL);
	p3.context = beacon.context = t;
	if (net_server_open(t->loop, "0", &p3, &t->p3_server, &err) != 0 ||
	    net_server_open(t->loop, "0", &beacon, &t->beacon_server, &err) != 0)
		fail_msg("%s", err.text);
	text_format(t->urls[0], sizeof(t->urls[0]), "p3://127.0.0.1:%u",
		    net_server_port(t->p3_server));
	text_format(t->urls[1], sizeof(t->urls[1]), "beacon+tcp://127.0.0.1:%u",
		    net_server_port(t->beacon_server));
	scratch_name(t->folder, "kill");
	assert_int_equal(mkdir(t->folder, 0700), 0);
	text_format(t->output, sizeof(t->output), "%s/race.pitwall", t->folder);
	text_format(t->log, sizeof(t->log), "%s/log", t->folder);
	return t;
}

static bool is_ours(const struct test *t, const char *pid)
{
	char path[64], line[1024];
	text_format(path, sizeof(path), "/proc/%.16s/cmdline", pid);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return false;
	size_t len = fread(line, 1, sizeof(line) - 1, file);
	(void)fclose(file);
	for (size_t i = 0; i < len; i++)
		if (line[i] == '\0')
			line[i] = ' ';
	line[len] = '\0';
	return strstr(line, t->folder) != NULL;
}

/* Processes of the program; each gets the signal @number, 0: none. */
static unsigned ours(const struct test *t, int number)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	unsigned count = 0;
	assert_non_null(all);
	while ((entry = readdir(all)) != NULL) {
		if (!is_ours(t, entry->d_name))
			continue;
		count++;
		(void)kill((pid_t)strtol(entry->d_name, NULL, 10), number);
	}
	(void)closedir(all);
	return count;
}

/* Also one that is just beginning and does not listen yet. */
static void no_recorder(const struct test *t)
{
	for (unsigned i = 0; i < 1000 && ours(t, SIGTERM) > 0; i++)
		ev_sleep(.01);
}

static void end(struct test *t)
{
	static const char *const names[] = {"race.pitwall", "race.pitwall-wal",
					    "race.pitwall-shm", "log"};
	char path[SCRATCH_FILE_MAX];
	hang_up(t);
	no_child(t);
	no_recorder(t);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		text_format(path, sizeof(path), "%s/%s", t->folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(t->folder);
	net_server_close(t->p3_server);
	net_server_close(t->beacon_server);
	ev_loop_destroy(t->loop);
	free(t->decoder.sent);
	free(t->beacon.kept);
	free(t);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	return text != NULL && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void kill_and_check(struct test *t, unsigned round)
{
	double until =
		ev_time() + (double)random_below(&t->random, LIFE_MS_MAX * 1000) / 1e6;
	start(t);
	do
		turn(t);
	while (ev_time() < until);
	assert_true(WIFSIGNALED(end_by(t, SIGKILL)));
	check_acknowledged(t, round);
}

/* No process of the program is left behind. */
static void nobody_left(const struct test *t)
{
	double until = ev_time() + DEADLINE_S;
	unsigned count;
	while ((count = ours(t, 0)) > 0 && ev_time() < until)
		ev_sleep(.01);
	assert_int_equal(count, 0);
}

static struct test *test;

static int tear_down(void **state)
{
	(void)state;
	if (test != NULL)
		end(test);
	return 0;
}

static bool is_connected(const struct test *t)
{
	return t->beacon_joined >= t->goal;
}

/* It is left in peace, gets what it missed, and is ended as a service is. */
static void finish_record(struct test *t)
{
	t->quiet = true;
	t->goal = t->beacon_joined + 1;
	start(t);
	run_until(t, is_connected);
	run_until(t, is_whole);
	int status = end_by(t, SIGTERM);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	check_all(t);
	nobody_left(t);
}

static void what_was_acknowledged_or_can_be_asked_for_is_never_lost(void **state)
{
	uint64_t seed = number_of("PITWALL_SEED", 2003);
	unsigned rounds = (unsigned)number_of("PITWALL_ROUNDS", ROUNDS);
	(void)state;
	printf("# seed %llu, %u kills\n", (unsigned long long)seed, rounds);
	test = begin(seed);
	start(test);
	run_until(test, has_begun);
	assert_true(WIFSIGNALED(end_by(test, SIGKILL)));
	check_acknowledged(test, 0);
	for (unsigned round = 1; round <= rounds; round++)
		kill_and_check(test, round);

	finish_record(test);
	printf("# %u passings of each box; the decoder was connected to %u times, the "
	       "beacon %u\n",
	       test->decoder.count, test->p3_joined, test->beacon_joined);
}

static void messages_that_nobody_reads_stop_no_recording(void **state)
{
	char bytes[4096] = "";
	int fds[2];
	(void)state;
	test = begin(number_of("PITWALL_SEED", 2003));
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	while (write(fds[1], bytes, sizeof(bytes)) > 0)
		;
	assert_int_equal(fcntl(fds[1], F_SETFL, 0), 0);
	test->messages = fds[1];
	start(test);
	run_until(test, has_begun);
	int status = end_by(test, SIGTERM);
	assert_true(WIFEXITED(status));
	(void)close(fds[0]);
	(void)close(fds[1]);
	check_acknowledged(test, 0);
	nobody_left(test);
}

static bool goes_on(const struct test *t)
{
	return t->beacon.acknowledged >= t->goal;
}

/* (3) */
static void acknowledged_still(struct test *t, const char *when)
{
	t->goal = t->beacon.acknowledged + 20;
	printf("# %s: acknowledged %u\n", when, t->beacon.acknowledged);
	run_until(t, goes_on);
}

static bool has_decoder(const struct test *t)
{
	return decoder_pid(t) > 0;
}

static void signal_decoder(struct test *t, int number)
{
	run_until(t, has_decoder);
	t->decoding = decoder_pid(t);
	assert_true(t->decoding > 0);
	assert_int_equal(kill(t->decoding, number), 0);
}

static bool decoder_is_gone(const struct test *t)
{
	char pid[16];
	text_format(pid, sizeof(pid), "%ld", (long)t->decoding);
	return !is_ours(t, pid);
}

static void end_console(struct test *t, int number)
{
	assert_true(WIFSIGNALED(end_by(t, number)));
	hang_up(t);
}

static void whatever_becomes_of_the_console_recording_goes_on(void **state)
{
	static const struct {
		unsigned short cols, rows;
	} sizes[] = {{1, 24}, {1, 1}, {2, 60}, {40, 1}, {300, 100}, {80, 24}};
	(void)state;
	test = begin(number_of("PITWALL_SEED", 2003));
	start_console(test);
	run_until(test, has_begun);
	assert_int_equal(kill(test->child, SIGSTOP), 0);
	acknowledged_still(test, "stopped");
	assert_int_equal(kill(test->child, SIGCONT), 0);
	type(test, "\x1a");
	acknowledged_still(test, "suspended by Ctrl-Z");
	assert_int_equal(kill(test->child, SIGCONT), 0);
	test->frozen = true;
	acknowledged_still(test, "its terminal is frozen");
	test->frozen = false;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		set_size(test, sizes[i].cols, sizes[i].rows);
		type(test, "x\033Y\033");
		acknowledged_still(test, "small");
	}
	hang_up(test);
	acknowledged_still(test, "hung up");
	no_child(test);
	start_console(test);
	acknowledged_still(test, "another console");
	end_console(test, SIGKILL);
	acknowledged_still(test, "killed");
	start_console(test);
	acknowledged_still(test, "a third");
	assert_int_equal(kill(recorder_pid(test), SIGILL), 0);
	acknowledged_still(test, "its recorder crashed");
	signal_decoder(test, SIGSTOP);
	acknowledged_still(test, "its decoding hung");
	/* Nor does one that hangs outlive its recorder. */
	signal_decoder(test, SIGSTOP);
	assert_int_equal(kill(recorder_pid(test), SIGKILL), 0);
	run_until(test, decoder_is_gone);
	acknowledged_still(test, "its recorder crashed with a decoder that hung");
	for (unsigned i = 0; i < 5; i++) {
		signal_decoder(test, SIGILL);
		if (i < 2)
			acknowledged_still(test, "its decoding crashed");
		else /* too often: it is recorded and not answered */
			break;
	}
	assert_int_equal(kill(recorder_pid(test), SIGKILL), 0);
	acknowledged_still(test, "started again, after too many crashes");
	check_acknowledged(test, 0);
	test->quiet = true;
	run_until(test, is_whole);
	type(test, "q");
	int status;
	while (waitpid(test->child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	test->child = 0;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(recorder_pid(test), 0);
	check_all(test);
	nobody_left(test);
}

static void kill_console_or_recorder(struct test *t, unsigned round)
{
	double until =
		ev_time() + (double)random_below(&t->random, LIFE_MS_MAX * 1000) / 1e6;
	pid_t recorder = 0;
	if (t->child == 0)
		start_console(t);
	do
		turn(t);
	while (ev_time() < until);
	uint64_t what = random_below(&t->random, 3);
	if (what > 0)
		recorder = what == 1 ? recorder_pid(t) : decoder_pid(t);
	if (recorder > 0)
		assert_int_equal(kill(recorder, SIGKILL), 0);
	else
		end_console(t, SIGKILL);
	check_acknowledged(t, round);
}

static void kills_of_console_and_recorder_lose_nothing_acknowledged(void **state)
{
	unsigned rounds = (unsigned)number_of("PITWALL_ROUNDS", ROUNDS) / 4;
	(void)state;
	test = begin(number_of("PITWALL_SEED", 2003));
	start_console(test);
	run_until(test, has_begun);
	for (unsigned round = 1; round <= rounds; round++)
		kill_console_or_recorder(test, round);
	no_child(test);
	hang_up(test);
	no_recorder(test);
	finish_record(test);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_was_acknowledged_or_can_be_asked_for_is_never_lost,
			tear_down),
		cmocka_unit_test_teardown(messages_that_nobody_reads_stop_no_recording,
					  tear_down),
		cmocka_unit_test_teardown(
			whatever_becomes_of_the_console_recording_goes_on, tear_down),
		cmocka_unit_test_teardown(
			kills_of_console_and_recorder_lose_nothing_acknowledged,
			tear_down),
	};
	if (argc > 1)
		(void)setenv("PITWALL_PROGRAM", argv[1], 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
