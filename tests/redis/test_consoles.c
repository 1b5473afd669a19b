/*
 * test_consoles.c -- many consoles of several circuits, through one Redis: all end equal
 *
 *   a simulated race ── pitwall serve ── pitwall record --publish ── Redis ── consoles
 *
 * usage: test_consoles PITWALL SIMRACE [CIRCUITS CONSOLES CARS MINUTES SPEED]
 *
 * CONSOLES are those of each circuit; MINUTES of racing, at SPEED times. Thirty consoles for
 * an hour at 20 times: meson test -C BUILD --benchmark 'redis consoles' (4 minutes). All of
 * them are the program itself, each with its own folder of state, so that each has a
 * recorder and a copy:
 *
 *  (1) Of three consoles two are on a terminal of 120x36, where keys are typed at random: it
 *      shows other screens, goes back and comes to now again. The third prints sentences.
 *  (2) They start one after the other during the first half of the race. The first one of
 *      each circuit is killed in the middle, and starts again.
 *  (3) The truth at the end: each copy has all rows of the recording of its circuit, equal
 *      and in order, and the race that is made of them is equal, byte for byte. Copies of
 *      different circuits are not. What prints sentences has the result of the recording.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "pitwall/record.h"
#include "pitwall/session.h"
#include "server.h"

enum {
	CIRCUITS_MAX = 9,
	CONSOLES_MAX = 30,
	COLS = 120,
	ROWS = 36,
	DEADLINE_S = 90, /* for anything that has to come */
	KEY_MS = 700,    /* between two keys of a console */
	PLACE_MAX = SCRATCH_MAX + 128,
};

struct console {
	pid_t pid;
	int master; /* -1: it prints sentences */
	char state[PLACE_MAX], printed[PLACE_MAX], copy[1024];
	unsigned starts;
	int64_t rows;
};

/* A circuit. */
struct running {
	pid_t serve, record;
	int port;
	char name[32], race[PLACE_MAX], recording[PLACE_MAX], served[PLACE_MAX],
		log[PLACE_MAX];
	struct console consoles[CONSOLES_MAX];
};

static const char *pitwall, *simrace;
static unsigned circuits = 3, consoles = 3, cars = 20, minutes = 5, speed = 60;
static struct running all[CIRCUITS_MAX];
static struct redis_server server;
static char folder[SCRATCH_MAX];
static uint64_t seed;

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- processes ---------------------------------------------------------------------- */

/* In a child. Its state is in @state; output goes to @out, and to @err. */
static void run(const char *const *words, const char *state, int out, int err)
{
	int null = open("/dev/null", O_RDWR);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setenv("XDG_STATE_HOME", state, 1);
	(void)dup2(isatty(out) ? out : null, STDIN_FILENO);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(err, STDERR_FILENO);
	(void)execv(words[0], (char *const *)(uintptr_t)words);
	_exit(127);
}

/* Words up to NULL. */
static pid_t start(const char *const *words, const char *state, const char *path)
{
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
		run(words, state, fd, fd);
	}
	assert_true(child > 0);
	return child;
}

static pid_t start_on_terminal(const char *const *words, const char *state, int *master)
{
	const struct winsize size = {.ws_col = COLS, .ws_row = ROWS};
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
	int slave = open(ptsname(*master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0 && ioctl(*master, TIOCSWINSZ, &size) == 0);
	assert_int_equal(fcntl(*master, F_SETFL, O_NONBLOCK), 0);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		(void)setsid();
		(void)ioctl(slave, TIOCSCTTY, 0);
		(void)setenv("TERM", "xterm-256color", 1);
		run(words, state, slave, slave);
	}
	(void)close(slave);
	assert_true(child > 0);
	return child;
}

/* What the terminals get is thrown away: they are never full. */
static void read_terminals(void)
{
	char bytes[65536];
	for (unsigned c = 0; c < circuits; c++)
		for (unsigned i = 0; i < consoles; i++)
			while (all[c].consoles[i].master >= 0 &&
			       read(all[c].consoles[i].master, bytes, sizeof(bytes)) >
				       0)
				;
}

static bool has(const char *path, const char *words)
{
	char line[1024];
	bool found = false;
	FILE *file = fopen(path, "r");
	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, words) != NULL;
	if (file)
		fclose(file);
	return found;
}

/* Wait for words in a file of @one. */
static void wait_for(const char *path, const char *words, int64_t ms)
{
	for (int64_t end = now_ms() + ms; !has(path, words); redis_server_nap()) {
		read_terminals();
		if (now_ms() > end)
			fail_msg("%s: no '%s'", path, words);
	}
}

/* ---- a circuit ---------------------------------------------------------------------- */

static void write_race(struct running *one, unsigned number)
{
	char command[4 * PLACE_MAX];
	snprintf(command, sizeof(command), "'%s' %u %u 4 %u >'%s'", simrace,
		 (unsigned)seed + number, cars, minutes, one->race);
	assert_int_equal(system(command), 0);
}

static int served_port(const char *path)
{
	static const char words[] = "JSON Lines on port ";
	char line[256];
	int port = 0;
	FILE *file = fopen(path, "r");
	while (file && port == 0 && fgets(line, sizeof(line), file)) {
		const char *found = strstr(line, words);
		port = found ? atoi(found + strlen(words)) : 0;
	}
	if (file)
		fclose(file);
	return port;
}

static void circuit_start(struct running *one, unsigned number)
{
	char from[64], to[96], times[16], state[PLACE_MAX];
	snprintf(one->name, sizeof(one->name), "circuit-%u", number);
	snprintf(one->race, sizeof(one->race), "%s/%u.csv", folder, number);
	snprintf(one->recording, sizeof(one->recording), "%s/%u.pitwall", folder,
		 number);
	snprintf(one->served, sizeof(one->served), "%s/%u.served", folder, number);
	snprintf(one->log, sizeof(one->log), "%s/%u.log", folder, number);
	snprintf(state, sizeof(state), "%s/%u.state", folder, number);
	snprintf(times, sizeof(times), "%u", speed);
	write_race(one, number);
	const char *const serve[] = {pitwall,  "serve",   one->race, "--speed", times,
				     "--wait", "--jsonl", "0",       NULL};
	one->serve = start(serve, state, one->served);
	wait_for(one->served, "JSON Lines on port", DEADLINE_S * 1000);
	snprintf(from, sizeof(from), "events://127.0.0.1:%d", served_port(one->served));
	snprintf(to, sizeof(to), "redis://127.0.0.1:%d/%s", server.port, one->name);
	const char *const record[] = {pitwall, "record", from,           "--publish",
				      to,      "-o",     one->recording, NULL};
	one->record = start(record, state, one->log);
}

static void circuit_wait(struct running *one)
{
	char key[64];
	snprintf(key, sizeof(key), "XLEN pitwall:%s:%.8s", one->name,
		 strrchr(one->recording, '/') + 1);
	*strrchr(key, '.') = '\0';
	for (int64_t end = now_ms() + DEADLINE_S * 1000L;
	     redis_server_number(&server, key) < 1; redis_server_nap())
		if (now_ms() > end)
			fail_msg("%s is not published", one->name);
}

/* The race is over: it is closed, and the stream has its end. */
static void circuit_end(struct running *one)
{
	int status = 0;
	assert_int_equal(kill(one->serve, SIGTERM), 0);
	assert_int_equal(waitpid(one->serve, &status, 0), one->serve);
	one->serve = 0;
	assert_int_equal(kill(one->record, SIGTERM), 0);
	assert_int_equal(waitpid(one->record, &status, 0), one->record);
	one->record = 0;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- a console ------------------------------------------------------------------------ */

static void console_start(struct running *one, unsigned i)
{
	struct console *console = &one->consoles[i];
	char from[96];
	bool terminal = i % 3 != 2;
	snprintf(from, sizeof(from), "redis://127.0.0.1:%d/%s", server.port, one->name);
	unsigned c = (unsigned)(one - all);
	snprintf(console->state, sizeof(console->state), "%s/%u.%u", folder, c + 1, i);
	snprintf(console->printed, sizeof(console->printed), "%s/%u.%u.out", folder,
		 c + 1, i);
	const char *const words[] = {pitwall, from, NULL};
	console->starts++;
	if (terminal)
		console->pid =
			start_on_terminal(words, console->state, &console->master);
	else
		console->pid = start(words, console->state, console->printed);
}

static void console_kill(struct console *console)
{
	(void)kill(console->pid, SIGKILL);
	(void)waitpid(console->pid, NULL, 0);
	if (console->master >= 0)
		(void)close(console->master);
	console->pid = 0;
	console->master = -1;
}

/* (1) */
static void console_type(struct console *console, uint64_t *random)
{
	static const char *const keys[] = {"1", "2", "3",      "4",     "5", "6",
					   "7", "8", "9",      "e",     "e", "j",
					   "k", " ", "\033[H", "\033[F"};
	const char *key = keys[random_below(random, ARRAY_LEN(keys))];
	if (console->master >= 0 && console->pid != 0)
		(void)!write(console->master, key, strlen(key));
}

/* Its copy: the one file of its state that is a recording. */
static bool console_find(struct console *console)
{
	char place[PLACE_MAX + 16];
	snprintf(place, sizeof(place), "%s/pitwall", console->state);
	DIR *dir = opendir(place);
	console->copy[0] = '\0';
	for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
		size_t len = strlen(entry->d_name);
		if (strncmp(entry->d_name, "redis-", 6) != 0 || len < 8 ||
		    strcmp(entry->d_name + len - 8, ".pitwall") != 0)
			continue;
		assert_int_equal(console->copy[0], 0);
		snprintf(console->copy, sizeof(console->copy), "%s/%s", place,
			 entry->d_name);
	}
	if (dir)
		closedir(dir);
	return console->copy[0] != '\0';
}

/* The recorder has closed the copy behind its last row. */
static void console_wait(struct console *console)
{
	for (int64_t end = now_ms() + DEADLINE_S * 1000L;
	     !console_find(console) || record_is_live(console->copy);
	     redis_server_nap()) {
		read_terminals();
		if (now_ms() > end)
			fail_msg("%s: its recorder does not end", console->state);
	}
}

/* What prints sentences ends by itself. */
static void console_end(struct console *console)
{
	int status = 0;
	if (console->master >= 0)
		assert_int_equal(kill(console->pid, SIGTERM), 0);
	for (int64_t end = now_ms() + DEADLINE_S * 1000L;
	     waitpid(console->pid, &status, WNOHANG) != console->pid;
	     redis_server_nap()) {
		read_terminals();
		if (now_ms() > end)
			fail_msg("%s does not end", console->state);
	}
	console->pid = 0;
	if (console->master < 0) {
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		assert_false(has(console->printed, "may not be closed"));
	} else {
		(void)close(console->master);
	}
	console->master = -1;
}

/* ---- the truth (3) ------------------------------------------------------------------------ */

static int compare_row(void *context, const struct record_row *row)
{
	struct record *original = context;
	struct record_row truth;
	struct err err = {""};
	if (record_read_at(original, row->id, &truth, &err) != 0 ||
	    !record_row_equal(&truth, row))
		fail_msg("row %lld differs %s", (long long)row->id, err.text);
	return 0;
}

static int64_t rows_of(struct record *record)
{
	struct record_row row;
	struct err err = {""};
	if (record_last(record, 0, "", &row, &err) != 0)
		fail_msg("%s", err.text);
	return row.id;
}

static int64_t same_rows(const char *original, const char *copy)
{
	struct record *a = NULL, *b = NULL;
	struct err err = {""};
	if (record_open(original, &a, &err) != 0 || record_open(copy, &b, &err) != 0)
		fail_msg("%s", err.text);
	int64_t rows = rows_of(a);
	if (rows_of(b) != rows)
		fail_msg("%s has %lld rows, %s %lld", copy, (long long)rows_of(b),
			 original, (long long)rows);
	if (record_read(b, compare_row, a, &err) != 0)
		fail_msg("%s", err.text);
	record_close(a, &err);
	record_close(b, &err);
	return rows;
}

static struct session *loaded(const char *path)
{
	struct options options = {.sources = {path}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	if (session_load(&options, LOAD_HISTORY, &session, &err) != 0)
		fail_msg("%s", err.text);
	return session;
}

static bool same_race(const struct session *a, const struct session *b)
{
	const struct race *race_a = &a->timeline.race, *race_b = &b->timeline.race;
	const struct race_tables *tables_a = &a->timeline.tables,
				 *tables_b = &b->timeline.tables;
	assert_true(race_a->lap_count > 0 && race_a->history_count > 0);
	return memcmp(&a->setup, &b->setup, sizeof(a->setup)) == 0 &&
	       memcmp(race_a, race_b, sizeof(*race_a)) == 0 &&
	       memcmp(tables_a->laps, tables_b->laps,
		      race_a->lap_count * sizeof(*tables_a->laps)) == 0 &&
	       memcmp(tables_a->history, tables_b->history,
		      race_a->history_count * sizeof(*tables_a->history)) == 0;
}

/* The lines from the classification on, without gaps: the gap of a car that may still come
 * is final only when the recording is closed. */
static size_t result_of(const char *path, char *out, size_t cap)
{
	char line[1024];
	size_t len = 0;
	bool result = false;
	FILE *file = fopen(path, "r");
	out[0] = '\0';
	while (file && fgets(line, sizeof(line), file)) {
		result |= strcmp(line, "The classification:\n") == 0;
		char *gap = strstr(line, ", +");
		if (gap)
			*gap = '\0';
		if (result && len < cap)
			len += (size_t)snprintf(out + len, cap - len, "%s\n", line);
	}
	if (file)
		fclose(file);
	return len;
}

static void print_original(const struct running *one, const char *path)
{
	const char *const words[] = {pitwall, one->recording, NULL};
	int status = 0;
	pid_t child = start(words, folder, path);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void all_are_equal(struct running *one)
{
	static char original[65536], result[65536];
	char printed[PLACE_MAX];
	struct session *truth = loaded(one->recording);
	assert_true(truth->timeline.race.car_count == cars);
	assert_true(truth->timeline.race.lap_count > cars);
	snprintf(printed, sizeof(printed), "%s/%s.out", folder, one->name);
	print_original(one, printed);
	assert_true(result_of(printed, original, sizeof(original)) > cars);
	for (unsigned i = 0; i < consoles; i++) {
		struct console *console = &one->consoles[i];
		console->rows = same_rows(one->recording, console->copy);
		struct session *copy = loaded(console->copy);
		if (!same_race(truth, copy))
			fail_msg("%s: the race differs", console->copy);
		session_free(copy);
		if (i % 3 != 2)
			continue;
		(void)result_of(console->printed, result, sizeof(result));
		assert_string_equal(result, original);
	}
	printf("# %s: %u laps of %u cars, %lld rows; %u copies are equal to it\n",
	       one->name, (unsigned)truth->timeline.race.lap_count,
	       (unsigned)truth->timeline.race.car_count,
	       (long long)one->consoles[0].rows, consoles);
	session_free(truth);
}

static void circuits_differ(void)
{
	for (unsigned c = 1; c < circuits; c++) {
		struct session *a = loaded(all[c - 1].recording);
		struct session *b = loaded(all[c].recording);
		assert_false(same_race(a, b));
		session_free(a);
		session_free(b);
	}
}

/* ---- the test ------------------------------------------------------------------------------ */

/* (1), (2) */
static void race(void)
{
	const int64_t length = (int64_t)minutes * 60000 / speed, begun = now_ms();
	uint64_t random = seed;
	int64_t typed = begun;
	for (bool over = false; !over; redis_server_nap()) {
		int64_t at = now_ms() - begun;
		for (unsigned c = 0; c < circuits; c++) {
			for (unsigned i = 0; i < consoles; i++)
				if (all[c].consoles[i].starts == 0 &&
				    at >= length / 2 * i / consoles)
					console_start(&all[c], i);
			struct console *first = &all[c].consoles[0];
			if (first->starts == 1 && at > length / 2) {
				console_kill(first);
				console_start(&all[c], 0);
			}
		}
		read_terminals();
		if (now_ms() - typed >= KEY_MS) {
			typed = now_ms();
			for (unsigned c = 0; c < circuits; c++)
				for (unsigned i = 0; i < consoles; i++)
					console_type(&all[c].consoles[i], &random);
		}
		over = at > length;
		for (unsigned c = 0; c < circuits && over; c++)
			over = has(all[c].served, "the race is over");
		if (at > length + DEADLINE_S * 1000L)
			fail_msg("the races do not end");
	}
}

static void all_consoles_end_equal(void **state)
{
	(void)state;
	for (unsigned c = 0; c < circuits; c++)
		circuit_start(&all[c], c + 1);
	for (unsigned c = 0; c < circuits; c++)
		circuit_wait(&all[c]);
	race();
	for (unsigned c = 0; c < circuits; c++)
		circuit_end(&all[c]);
	for (unsigned c = 0; c < circuits; c++)
		for (unsigned i = 0; i < consoles; i++) {
			console_wait(&all[c].consoles[i]);
			console_end(&all[c].consoles[i]);
		}
	for (unsigned c = 0; c < circuits; c++)
		all_are_equal(&all[c]);
	circuits_differ();
}

static int end(void **state)
{
	(void)state;
	for (unsigned c = 0; c < circuits; c++) {
		const pid_t children[] = {all[c].serve, all[c].record};
		for (size_t i = 0; i < ARRAY_LEN(children); i++)
			if (children[i] > 0) {
				(void)kill(children[i], SIGKILL);
				(void)waitpid(children[i], NULL, 0);
			}
		for (unsigned i = 0; i < consoles; i++)
			if (all[c].consoles[i].pid > 0)
				console_kill(&all[c].consoles[i]);
	}
	redis_server_end(&server);
	return 0;
}

static void numbers(char **words)
{
	unsigned *const to[] = {&circuits, &consoles, &cars, &minutes, &speed};
	const unsigned most[] = {CIRCUITS_MAX, CONSOLES_MAX, 100, 24 * 60, 1000};
	for (size_t i = 0; i < ARRAY_LEN(to) && words[i]; i++) {
		*to[i] = (unsigned)atoi(words[i]);
		if (*to[i] < 1 || *to[i] > most[i]) {
			fprintf(stderr, "test_consoles: '%s' is not from 1 to %u\n",
				words[i], most[i]);
			exit(2);
		}
	}
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(all_consoles_end_equal, end),
	};
	if (argc < 3 || argc > 8)
		return 1;
	if (!redis_server_present())
		return 0;
	seed = redis_server_seed() % 1000;
	pitwall = argv[1];
	simrace = argv[2];
	numbers(argv + 3);
	for (unsigned c = 0; c < CIRCUITS_MAX; c++)
		for (unsigned i = 0; i < CONSOLES_MAX; i++)
			all[c].consoles[i].master = -1;
	scratch_name(folder, "consoles");
	assert_int_equal(mkdir(folder, 0700), 0);
	setenv("XDG_STATE_HOME", folder, 1);
	(void)signal(SIGPIPE, SIG_IGN);
	redis_server_start(&server,
			   &(struct redis_server_options){.fsync = "everysec"});
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	char command[PLACE_MAX];
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (getenv("PITWALL_KEEP"))
		return failed;
	return system(command) != 0 || failed;
}
