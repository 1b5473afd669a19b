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
 * And while `record` or a console records, the file, its -wal, -shm or -lock is removed,
 * replaced or cut short, and then something is killed.
 *
 *  (4) What was acknowledged is in the recordings that are there; or the recorder says
 *      that records are missing, before it acknowledges anything more. One thing is
 *      harmed at a time: the next one when more was acknowledged.
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
#include <poll.h>
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
#include "recorder.h"
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
	A_FILE = 10,         /* kills, then another recording */
	HARM_MS_MAX = 150,
	SOME_FILE = 333,
	A_PAGE = 4096, /* of the file; in the WAL each page has a sum */
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
	struct harmed *harmed; /* (4); NULL: nothing is harmed */
	char out[OUT_MAX];
};

static void harm_acknowledged(struct test *t);

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
	uint32_t before = t->beacon.acknowledged;
	size_t used = sim_beacon_received(&t->beacon, bytes, net_calls.clock(), &out);
	if (t->harmed != NULL && t->beacon.acknowledged > before)
		harm_acknowledged(t);
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
	/* The recorder inherits none of these. */
	(void)dup2(fd, SOME_FILE);
	(void)dup2(fd, 3 * SOME_FILE);
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

static pid_t child_of(pid_t parent)
{
	char path[96], line[32] = "";
	text_format(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)parent,
		    (long)parent);
	FILE *file = parent > 0 ? fopen(path, "r") : NULL;
	if (file == NULL)
		return 0;
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	(void)fclose(file);
	return (pid_t)strtol(line, NULL, 10);
}

/* It listens on the socket beside the recording. 0: none. */
static pid_t keeper_pid(const struct test *t)
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
	assert_true(fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len),
				 0);
	(void)close(fd);
	return peer.pid;
}

/* 0: none. */
static pid_t recorder_pid(const struct test *t)
{
	return child_of(keeper_pid(t));
}

static pid_t decoder_pid(const struct test *t)
{
	return child_of(recorder_pid(t));
}

/* ---- what is in the recording --------------------------------------------------------------- */

struct found {
	uint8_t p3[PASSINGS_MAX + 1], beacon[PASSINGS_MAX + 1];
};

static int add_recording(const char *path, struct found *found, struct err *err)
{
	struct options options = {.sources = {path}, .source_count = 1};
	struct session *session = NULL;
	int rc = session_load(&options, 0, &session, err);
	for (uint32_t i = 0; rc == 0 && i < session->events.count; i++) {
		const struct event *event = &session->events.at[i];
		if (event->kind != EVENT_PASSING)
			continue;
		assert_in_range(event->sequence, 1, PASSINGS_MAX);
		uint8_t *n = event->line == LINE_SF ? &found->p3[event->sequence]
						    : &found->beacon[event->sequence];
		*n = (uint8_t)(*n + (*n < 2));
	}
	if (rc == 0)
		session_free(session);
	return rc;
}

static void read_recording(const struct test *t, struct found *found)
{
	struct err err = {""};
	memset(found, 0, sizeof(*found));
	if (add_recording(t->output, found, &err) != 0)
		fail_msg("%s", err.text);
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

static void remove_files(const struct test *t)
{
	char path[SCRATCH_FILE_MAX];
	struct dirent *entry;
	DIR *folder = opendir(t->folder);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		text_format(path, sizeof(path), "%s/%.100s", t->folder, entry->d_name);
		(void)unlink(path);
	}
	if (folder != NULL)
		(void)closedir(folder);
	(void)rmdir(t->folder);
}

static void end(struct test *t)
{
	hang_up(t);
	no_child(t);
	no_recorder(t);
	remove_files(t);
	net_server_close(t->p3_server);
	net_server_close(t->beacon_server);
	ev_loop_destroy(t->loop);
	free(t->decoder.sent);
	free(t->beacon.kept);
	free(t->harmed);
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

static void has_no_file(pid_t pid, int fd)
{
	char path[64], to[8];
	text_format(path, sizeof(path), "/proc/%ld/fd/%d", (long)pid, fd);
	assert_true(pid > 0);
	assert_int_equal(readlink(path, to, sizeof(to)), -1);
}

static bool goes_on(const struct test *t)
{
	return t->beacon.acknowledged >= t->goal;
}

/* (3) */
static void acknowledged_still(struct test *t, const char *when)
{
	const uint32_t before = t->beacon.acknowledged, passed = t->beacon.count;
	t->goal = before + 20;
	run_until(t, goes_on);
	printf("# %s: %u passings, %u acknowledged meanwhile\n", when,
	       t->beacon.count - passed, t->beacon.acknowledged - before);
}

/* A passing of the decoder from now on is in the recording. */
static bool has_newer(const struct test *t)
{
	static struct found found;
	read_recording(t, &found);
	for (uint32_t n = t->goal; n <= t->decoder.count; n++)
		if (found.p3[n] > 0)
			return true;
	return false;
}

static void recorded_still(struct test *t)
{
	t->goal = t->decoder.count + 1;
	run_until(t, has_newer);
}

static bool has_recorder(const struct test *t)
{
	return recorder_pid(t) > 0;
}

/** To the process of @pid_of, whichever has its place when the signal is sent. */
static pid_t signal_process(struct test *t, bool (*is_there)(const struct test *t),
			    pid_t (*pid_of)(const struct test *t), int number)
{
	pid_t pid;
	do {
		run_until(t, is_there);
		pid = pid_of(t);
	} while (pid <= 0 || kill(pid, number) != 0);
	return pid;
}

static void signal_recorder(struct test *t, int number)
{
	(void)signal_process(t, has_recorder, recorder_pid, number);
}

static bool has_decoder(const struct test *t)
{
	return decoder_pid(t) > 0;
}

static void signal_decoder(struct test *t, int number)
{
	t->decoding = signal_process(t, has_decoder, decoder_pid, number);
}

static bool decoder_is_gone(const struct test *t)
{
	char pid[16];
	text_format(pid, sizeof(pid), "%ld", (long)t->decoding);
	return !is_ours(t, pid);
}

static const char *log_end(const struct test *t)
{
	static char words[400];
	FILE *log = fopen(t->log, "r");
	size_t len = 0;
	if (log != NULL && fseek(log, 1 - (long)sizeof(words), SEEK_END) != 0)
		rewind(log);
	if (log != NULL) {
		len = fread(words, 1, sizeof(words) - 1, log);
		(void)fclose(log);
	}
	words[len] = '\0';
	return words;
}

static void end_console(struct test *t, int number)
{
	int status = end_by(t, number);
	bool refused =
		t->harmed != NULL && WIFEXITED(status) && WEXITSTATUS(status) == 1;
	if (refused) /* what it reads was harmed; the recorder goes on */
		printf("# the console ended: %s", log_end(t));
	else if (!WIFSIGNALED(status))
		fail_msg("the console ended by itself (%x): %s", (unsigned)status,
			 log_end(t));
	hang_up(t);
}

static void hangs_with_history(struct test *t)
{
	/* The next one gets the history, and hangs: what passes is recorded meanwhile. */
	signal_decoder(t, SIGILL);
	run_until(t, decoder_is_gone);
	signal_decoder(t, SIGSTOP);
	recorded_still(t);
	/* It is gone where the recorder gave it up first. */
	if (kill(t->decoding, SIGCONT) != 0)
		assert_int_equal(errno, ESRCH);
	acknowledged_still(t, "its decoding crashed and hung while it got the history");
}

static void whatever_becomes_of_the_console_recording_goes_on(void **state)
{
	static const struct {
		unsigned short cols, rows;
	} sizes[] = {{1, 24}, {1, 1}, {2, 60}, {40, 1}, {300, 100}, {80, 24}};
	char size[64];
	(void)state;
	test = begin(number_of("PITWALL_SEED", 2003));
	start_console(test);
	run_until(test, has_begun);
	for (int fd = SOME_FILE; fd <= 3 * SOME_FILE; fd += 2 * SOME_FILE) {
		has_no_file(recorder_pid(test), fd);
		has_no_file(decoder_pid(test), fd);
	}
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
		text_format(size, sizeof(size),
			    "its terminal is %u columns wide, %u rows", sizes[i].cols,
			    sizes[i].rows);
		acknowledged_still(test, size);
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
	signal_recorder(test, SIGILL);
	acknowledged_still(test, "its recorder crashed");
	signal_decoder(test, SIGSTOP);
	acknowledged_still(test, "its decoding hung");
	/* Nor does one that hangs outlive its recorder. */
	signal_decoder(test, SIGSTOP);
	signal_recorder(test, SIGKILL);
	run_until(test, decoder_is_gone);
	acknowledged_still(test, "its recorder crashed with a decoder that hung");
	hangs_with_history(test);
	for (unsigned i = 0; i < 5; i++) {
		signal_decoder(test, SIGILL);
		if (i < 2)
			acknowledged_still(test, "its decoding crashed");
		else /* too often: it is recorded and not answered */
			break;
	}
	signal_recorder(test, SIGKILL);
	acknowledged_still(test, "started again, after too many crashes");
	check_acknowledged(test, 0);
	test->quiet = true;
	run_until(test, is_whole);
	type(test, "qy");
	int status;
	while (waitpid(test->child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	test->child = 0;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(keeper_pid(test), 0);
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
		(void)kill(recorder, SIGKILL);
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

/* ---- files that are harmed ------------------------------------------------------------------ */

struct harmed {
	bool console; /* it records, else `record` */
	uint32_t at;  /* the beacon's newest number when something was harmed last */
	bool noted,
		told;   /* when more than that was acknowledged: whether it was told */
	bool lost;      /* acknowledged records are missing, and nothing was told yet */
	unsigned files; /* that were moved away */
	long log_at;    /* the log before the harm */
	uint32_t missing;
	uint8_t gone[PASSINGS_MAX + 1];
};

static bool says_missing(const char *words)
{
	return strstr(words, "MISSING") != NULL ||
	       strstr(words, "cannot be read any more") != NULL;
}

/* What a console that connects now is told. */
static bool console_told(const struct test *t)
{
	static struct recorder_message message;
	char name[SCRATCH_FILE_MAX];
	recorder_socket(t->output, name, sizeof(name));
	int fd = net_local_connect(name);
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	bool told = fd >= 0 && poll(&ready, 1, 1000) == 1 &&
		    recorder_receive(fd, &message) == 1 &&
		    says_missing(message.record.notice);
	if (fd >= 0)
		(void)close(fd);
	return told;
}

static bool log_told(const struct test *t)
{
	static char words[64 * 1024];
	FILE *log = fopen(t->log, "r");
	if (log == NULL)
		return false;
	(void)fseek(log, t->harmed->log_at, SEEK_SET);
	size_t len = fread(words, 1, sizeof(words) - 1, log);
	words[len] = '\0';
	(void)fclose(log);
	return says_missing(words);
}

static bool was_told(const struct test *t)
{
	return t->harmed->console ? console_told(t) : log_told(t);
}

/* (4) More is acknowledged than what had passed when the file was harmed. */
static void harm_acknowledged(struct test *t)
{
	struct harmed *harmed = t->harmed;
	if (harmed->noted || t->beacon.acknowledged <= harmed->at)
		return;
	harmed->noted = true;
	harmed->told = was_told(t);
	if (harmed->lost && !harmed->told)
		fail_msg("acknowledged records are lost, and %u is acknowledged before "
			 "that is told",
			 t->beacon.acknowledged);
	harmed->lost = false;
}

/* All recordings in the folder together. */
static void read_all(const struct test *t, struct found *found)
{
	char path[SCRATCH_FILE_MAX];
	struct dirent *entry;
	struct err err;
	DIR *folder = opendir(t->folder);
	memset(found, 0, sizeof(*found));
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		size_t len = strlen(entry->d_name);
		if (strncmp(entry->d_name, "race", 4) != 0 || len < 8 ||
		    strcmp(entry->d_name + len - 8, ".pitwall") != 0)
			continue;
		text_format(path, sizeof(path), "%s/%.100s", t->folder, entry->d_name);
		/* One that was harmed may not be readable. */
		(void)add_recording(path, found, &err);
	}
	(void)closedir(folder);
}

/* Of the beacon: acknowledged, not there, and not told before. */
static uint32_t newly_missing(struct test *t, bool note)
{
	static struct found found;
	uint32_t missing = 0;
	read_all(t, &found);
	for (uint32_t n = 1; n <= t->beacon.acknowledged; n++) {
		if (found.beacon[n] > 0 || t->harmed->gone[n])
			continue;
		missing++;
		if (note)
			t->harmed->gone[n] = 1;
	}
	return missing;
}

/* (4) A recorder that lives may be about to copy everything into a new file. */
static void check_harmed(struct test *t, unsigned round)
{
	struct harmed *harmed = t->harmed;
	double until = ev_time() + DEADLINE_S;
	uint32_t missing = newly_missing(t, !harmed->console);
	while (missing > 0 && harmed->console && !was_told(t) && ev_time() < until) {
		for (unsigned i = 0; i < 32; i++)
			turn(t);
		missing = newly_missing(t, false);
	}
	/* The copy is complete. */
	for (unsigned i = 0; missing > 0 && harmed->console && i < 64; i++)
		turn(t);
	if (missing > 0 && harmed->console)
		missing = newly_missing(t, true);
	if (missing == 0)
		return;
	printf("# round %u: %u acknowledged records are lost\n", round, missing);
	harmed->missing += missing;
	if (harmed->noted && !harmed->told)
		fail_msg("round %u: %u acknowledged records are lost, and more was "
			 "acknowledged before that was told",
			 round, missing);
	if (harmed->console && !was_told(t))
		fail_msg("round %u: %u acknowledged records are lost, and that is not "
			 "told",
			 round, missing);
	/* The next one that records must say so first. */
	harmed->lost = !harmed->console && !harmed->noted;
	if (harmed->lost)
		harmed->at = t->beacon.acknowledged;
}

/* The recording that is written now; false: none is. */
static bool written_now(const struct test *t, char path[SCRATCH_FILE_MAX])
{
	struct dirent *entry;
	bool live = false;
	DIR *folder = opendir(t->folder);
	assert_non_null(folder);
	while (!live && (entry = readdir(folder)) != NULL) {
		size_t len = strlen(entry->d_name);
		if (len < 5 || strcmp(entry->d_name + len - 5, "-lock") != 0)
			continue;
		text_format(path, SCRATCH_FILE_MAX, "%s/%.*s", t->folder, (int)len - 5,
			    entry->d_name);
		live = record_is_live(path);
	}
	(void)closedir(folder);
	return live;
}

static void harm_replace(const char *path)
{
	char other[SCRATCH_FILE_MAX + 8];
	text_format(other, sizeof(other), "%s.junk", path);
	FILE *file = fopen(other, "wb");
	assert_non_null(file);
	for (unsigned i = 0; i < 500; i++)
		(void)fputs("something else\n", file);
	(void)fclose(file);
	assert_int_equal(rename(other, path), 0);
}

static void harm_move(struct test *t, const char *path)
{
	char other[SCRATCH_FILE_MAX];
	text_format(other, sizeof(other), "%s/moved-%u", t->folder, ++t->harmed->files);
	(void)rename(path, other);
}

enum harm { HARM_NOTHING, HARM_REMOVE, HARM_REPLACE, HARM_CUT, HARM_MOVE, HARMS };

static const char *const harm_names[HARMS] = {"nothing", "remove", "replace", "cut",
					      "move"};

/** The lock says what is durable. One that was just made, or was harmed, does not yet: with
 * the recording gone too nothing would say what is missing. */
static bool lock_is_marked(const char *path)
{
	char name[SCRATCH_FILE_MAX + 8], word[9] = "";
	text_format(name, sizeof(name), "%s-lock", path);
	FILE *lock = fopen(name, "r");
	bool marked = lock != NULL && fread(word, 1, 8, lock) == 8 &&
		      strcmp(word, "durable ") == 0;
	if (lock != NULL)
		(void)fclose(lock);
	return marked;
}

static void harm_something(struct test *t, unsigned round)
{
	static const char *const suffixes[] = {"", "-wal", "-wal", "-shm", "-lock"};
	enum harm harm = (enum harm)random_below(&t->random, HARMS);
	const char *suffix = suffixes[random_below(&t->random, ARRAY_LEN(suffixes))];
	uint64_t part = random_below(&t->random, 101);
	char path[SCRATCH_FILE_MAX], name[SCRATCH_FILE_MAX + 8];
	struct stat st;
	if (harm == HARM_NOTHING || (t->harmed->at > 0 && !t->harmed->noted) ||
	    !written_now(t, path) || !lock_is_marked(path))
		return;
	text_format(name, sizeof(name), "%s%s", path, suffix);
	if (stat(name, &st) != 0)
		return;
	const off_t size = st.st_size;
	printf("# round %u: %s %s (%llu %%)\n", round, harm_names[harm],
	       strrchr(name, '/') + 1, (unsigned long long)part);
	t->harmed->log_at = stat(t->log, &st) == 0 ? (long)st.st_size : 0;
	t->harmed->at = t->beacon.count;
	t->harmed->noted = t->harmed->told = false;
	if (harm == HARM_REMOVE)
		(void)unlink(name);
	else if (harm == HARM_REPLACE)
		harm_replace(name);
	else if (harm == HARM_CUT)
		(void)truncate(name, suffix[0] == '\0' ? size * (off_t)part / 100 /
								 A_PAGE * A_PAGE
						       : size * (off_t)part / 100);
	else
		harm_move(t, name);
}

static void live_until(struct test *t, uint64_t ms)
{
	double until = ev_time() + (double)random_below(&t->random, ms * 1000) / 1e6;
	do
		turn(t);
	while (ev_time() < until);
}

/* It may have ended by itself, with a message: the person moves away what is no
 * recording. */
static void kill_record(struct test *t, unsigned round)
{
	int status = end_by(t, SIGKILL);
	if (WIFSIGNALED(status))
		return;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 1)
		fail_msg("it ended by itself (%x): %s", (unsigned)status, log_end(t));
	printf("# round %u: refused\n", round);
	harm_move(t, t->output);
}

static void kill_something(struct test *t, unsigned round)
{
	uint64_t what = t->harmed->console ? random_below(&t->random, 4) : 0;
	pid_t other = what == 1 || what == 2 ? recorder_pid(t)
		      : what == 3            ? decoder_pid(t)
					     : 0;
	if (other > 0)
		(void)kill(other, SIGKILL);
	else if (t->harmed->console)
		end_console(t, SIGKILL);
	else
		kill_record(t, round);
	/* What it acknowledged before may not be read yet. */
	for (unsigned i = 0; i < 8; i++)
		ev_run(t->loop, EVRUN_NOWAIT);
}

static void harm_and_kill(struct test *t, unsigned round)
{
	if (t->child == 0 && t->harmed->console)
		start_console(t);
	else if (t->child == 0)
		start(t);
	live_until(t, HARM_MS_MAX);
	if (!t->harmed->lost)
		harm_something(t, round);
	if (random_below(&t->random, 3) > 0)
		live_until(t, HARM_MS_MAX / 2);
	kill_something(t, round);
	check_harmed(t, round);
}

/* One recording and the files that follow it. */
static void harm_rounds(bool console, unsigned first, unsigned count, uint32_t sums[2])
{
	test = begin(number_of("PITWALL_SEED", 2003) + first * 7919);
	struct harmed *harmed = calloc(1, sizeof(*harmed));
	assert_non_null(harmed);
	harmed->console = console;
	if (console)
		start_console(test);
	else
		start(test);
	run_until(test, has_begun);
	test->harmed = harmed;
	for (unsigned round = first; round < first + count; round++)
		harm_and_kill(test, round);
	no_child(test);
	sums[0] += test->beacon.acknowledged;
	sums[1] += harmed->missing;
	end(test);
	test = NULL;
}

static void files_that_are_harmed_lose_nothing_acknowledged_unsaid(void **state)
{
	unsigned rounds = (unsigned)number_of("PITWALL_ROUNDS", 2 * A_FILE);
	uint32_t sums[2] = {0};
	(void)state;
	for (unsigned round = 0; round < rounds; round += A_FILE)
		harm_rounds(round / A_FILE % 2 == 1, round, A_FILE, sums);
	printf("# seed %llu, %u kills: %u records of the beacon were acknowledged; %u "
	       "are "
	       "lost, of which all were told before the next acknowledgement\n",
	       (unsigned long long)number_of("PITWALL_SEED", 2003), rounds, sums[0],
	       sums[1]);
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
		cmocka_unit_test_teardown(
			files_that_are_harmed_lose_nothing_acknowledged_unsaid,
			tear_down),
	};
	if (argc > 1)
		(void)setenv("PITWALL_PROGRAM", argv[1], 1);
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
