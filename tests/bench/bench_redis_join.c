/*
 * bench_redis_join.c -- a console that joins a race of 24 hours in Redis
 *
 * bench_redis_join PROGRAM [ROWS]: in the folder it is started in. A recording of 60 cars
 * at P3 decoders, a row for each passing, 570,000 of them: about 24 hours with 25 loops. It
 * is published to a redis-server of its own, as a race that was away from Redis is. Then
 * the time from the start of the program to its first frame on a pty of 160x48, which shows
 * all of the race: without a copy, with it (only the tail is read), and of the recording
 * itself. Before it and after it redis-benchmark adds entries of the same length.
 */
#define _GNU_SOURCE /* wait4() */
#include <ev.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../redis/server.h"
#include "bench.h"
#include "box.h"
#include "pitwall/redis.h"
#include "pty.h"

enum {
	ROWS = 570000,
	LAP_US = 145 * 1000 * 1000, /* 60 cars, 16 lines: 570,000 in 24 hours */
	STARTS = 3,
	PIPELINE = 512,
	PLAIN = 200000,
};

static const char path[] = "race24.pitwall", url[] = "p3://10.0.0.5:5403";

static int fail(const char *what)
{
	fprintf(stderr, "bench_redis_join: %s\n", what);
	return 1;
}

static double seconds_of(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* ---- the recording ------------------------------------------------------------------ */

static int append_text(struct record *record, const char *name, const char *file,
		       instant_us at)
{
	static char text[16384];
	struct err err;
	FILE *in = fopen(file, "r");
	if (in == NULL)
		return -1;
	const struct record_row row = {
		.type = RECORD_SETUP,
		.name = slice_of(name),
		.received_at = at,
		.steady = 1,
		.bytes = {text, fread(text, 1, sizeof(text), in)},
	};
	(void)fclose(in);
	return record_append(record, &row, &err);
}

/* Car after car over line after line, a passing each LAP_US / (cars x lines). */
static int append_passings(struct record *record, instant_us start, unsigned rows)
{
	static struct p3_sent sent[64];
	static char buf[4096];
	struct p3_device device = {
		.sent = sent, .max = 64, .first_id = SIM_P3_DECODER, .utc = true};
	struct err err;
	int rc = 0;
	for (unsigned n = 0; rc == 0 && n < rows; n++) {
		struct out out = {.buf = buf, .max = sizeof(buf)};
		unsigned round = n / BOX_CARS, car = n % BOX_CARS;
		/* No two laps are equally long. */
		instant_us at = start + (int64_t)n * LAP_US / (BOX_CARS * BOX_LINES) +
				(int64_t)(round * 7919 % 997 + car * 7) * 100;
		(void)p3_device_passing(&device, (uint8_t)(round % BOX_LINES),
					BOX_TRANSPONDER + car, at, &out);
		const struct record_row row = {
			.type = RECORD_RAW,
			.source = 1,
			.received_at = at + 20 * US_MS,
			.steady = 1 + at - start,
			.bytes = {buf, out.len},
		};
		rc = record_append(record, &row, &err);
	}
	return rc;
}

static int write_recording(unsigned rows)
{
	const instant_us start = ((instant_us)time(NULL) - 24 * 3600) * US_S;
	struct record *record = NULL;
	struct err err;
	int id;
	const struct record_row up = {.type = RECORD_LINK,
				      .source = 1,
				      .received_at = start,
				      .steady = 1,
				      .bytes = SLICE("up")};
	if (!box_write_session("race24.ini", "entries.csv") ||
	    record_create(path, true, &record, &err) != 0)
		return -1;
	int rc = record_add_source(record, url, "p3", &id, &err);
	if (rc == 0)
		rc = append_text(record, "session", "race24.ini", start);
	if (rc == 0)
		rc = append_text(record, "entries", "entries.csv", start);
	if (rc == 0)
		rc = record_append(record, &up, &err);
	if (rc == 0)
		rc = append_passings(record, start, rows);
	return record_close(record, &err) != 0 ? -1 : rc;
}

/* ---- publishing --------------------------------------------------------------------- */

static struct {
	struct ev_loop *loop;
	uint64_t rows;
	struct redis_publisher *publisher;
} publishing;

static void on_look(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct redis_published status;
	(void)timer;
	(void)events;
	redis_publisher_status(publishing.publisher, &status);
	if (status.waiting == 0 && status.reason[0] == '\0')
		ev_break(loop, EVBREAK_ALL);
}

static int publish(int port, bool closed)
{
	struct redis_publish to = {
		.address = {.host = "127.0.0.1",
			    .port = (uint16_t)port,
			    .name = "bench"},
		.session = "race24",
		.keep = REDIS_KEEP,
	};
	struct record *record = NULL;
	struct record_state state;
	struct err err;
	ev_timer look;
	publishing.loop = ev_loop_new(EVFLAG_AUTO);
	if (record_live_open(path, &(struct record_live_options){0}, &record, &err) !=
		    0 ||
	    redis_publisher_open(publishing.loop, record, &to, &publishing.publisher,
				 &err) != 0)
		return fail(err.text);
	record_state_get(record, &state);
	publishing.rows = state.rows;
	redis_publisher_wake(publishing.publisher, state.rows);
	ev_timer_init(&look, on_look, 0.002, 0.002);
	ev_timer_start(publishing.loop, &look);
	ev_run(publishing.loop, 0);
	if (closed)
		(void)redis_publisher_finish(publishing.publisher, state.rows);
	redis_publisher_close(publishing.publisher);
	ev_loop_destroy(publishing.loop);
	return record_close(record, &err);
}

/* A number of INFO. */
static double info(struct redis_server *server, const char *name)
{
	char line[64];
	redisReply *reply = redis_server_ask(server, "INFO");
	text_format(line, sizeof(line), "\n%s:", name);
	const char *found = reply ? strstr(reply->str, line) : NULL;
	double value = found ? strtod(found + strlen(line), NULL) : 0;
	freeReplyObject(reply);
	return value;
}

/* In a child, so that its processor time is known. */
static bool publish_all(struct redis_server *server, unsigned rows, double *per_second)
{
	struct rusage usage;
	int status;
	double memory = info(server, "used_memory"), cpu = cpu_of(server->pid);
	size_t aof = redis_server_aof(server, 0);
	int64_t begun = box_now();
	pid_t child = fork();
	if (child == 0)
		_exit(publish(server->port, false) != 0);
	if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
		return false;
	double wall = (double)(box_now() - begun) / 1e6;
	*per_second = rows / wall;
	if (redis_server_number(server, "XLEN pitwall:bench:race24") < rows)
		return false;
	cpu = cpu_of(server->pid) - cpu;
	printf("  appendfsync %s, %u rows: %.0f rows a second, %.2f us a row of the "
	       "publisher, %.2f of Redis; %.0f bytes a row in memory, %.0f on disk\n",
	       server->options.fsync, rows, *per_second,
	       1e6 * (seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)) / rows,
	       1e6 * cpu / rows, (info(server, "used_memory") - memory) / rows,
	       (double)(redis_server_aof(server, 0) - aof) / rows);
	return true;
}

/* redis-benchmark: one client, as many entries in a pipeline as a group has rows. */
static double plain_xadd(const struct redis_server *server, unsigned len)
{
	char command[512], line[256], value[256];
	double per_second = 0;
	memset(value, 'x', sizeof(value));
	value[len < sizeof(value) ? len : sizeof(value) - 1] = '\0';
	text_format(command, sizeof(command),
		    "redis-benchmark -p %d -c 1 -P %d -n %d --csv XADD plain '*' r %s",
		    server->port, PIPELINE, PLAIN, value);
	FILE *out = popen(command, "r");
	while (out != NULL && fgets(line, sizeof(line), out) != NULL)
		if (strncmp(line, "\"XADD", 5) == 0)
			per_second = strtod(strstr(line, "\",\"") + 3, NULL);
	if (out != NULL)
		(void)pclose(out);
	return per_second;
}

/* ---- joining ------------------------------------------------------------------------ */

struct joined {
	double wall, cpu;
	double redis, sent; /* of Redis: CPU, and MB that it sent */
};

/* To the question that follows the first frame. Its recorder is its child. */
static bool join(char *program, const char *source, struct joined *out)
{
	struct pty pty;
	struct rusage usage;
	int status, null = open("/dev/null", O_WRONLY);
	pty_begin(&pty, 160, 48);
	int64_t begun = box_now();
	pid_t child = fork();
	if (child == 0) {
		(void)close(pty.master);
		(void)dup2(null, STDERR_FILENO);
		(void)execl(program, program, source, (char *)NULL);
		_exit(127);
	}
	bool shown = child > 0 && pty_take_until(&pty, "\033[?2026$p");
	out->wall = (double)(box_now() - begun) / 1e6;
	if (child > 0) {
		(void)kill(child, SIGTERM);
		(void)wait4(child, &status, 0, &usage);
		out->cpu = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
	}
	pty_end(&pty);
	(void)close(null);
	return shown;
}

static int by_wall(const void *a, const void *b)
{
	const struct joined *x = a, *y = b;
	return (x->wall > y->wall) - (x->wall < y->wall);
}

/* @fresh: without a copy each time. */
static bool joins(struct redis_server *server, char *program, const char *source,
		  const char *what, bool fresh)
{
	struct joined all[STARTS];
	for (int i = 0; i < STARTS; i++) {
		double cpu = cpu_of(server->pid);
		double sent = info(server, "total_net_output_bytes");
		if ((fresh && system("rm -rf state") != 0) ||
		    !join(program, source, &all[i]))
			return false;
		all[i].sent = (info(server, "total_net_output_bytes") - sent) / 1e6;
		all[i].redis = cpu_of(server->pid) - cpu;
	}
	qsort(all, STARTS, sizeof(all[0]), by_wall);
	const struct joined *median = &all[STARTS / 2];
	printf("  %-36s median %5.2f s, worst %5.2f s; CPU of the console %.2f s, of "
	       "Redis "
	       "%.2f s, which sends %.1f MB\n",
	       what, median->wall, all[STARTS - 1].wall, median->cpu, median->redis,
	       median->sent);
	return true;
}

static bool run(struct redis_server *server, char *program, unsigned rows)
{
	char source[96];
	double per_second = 0;
	double before = plain_xadd(server, 100);
	(void)redis_server_number(server, "DEL plain");
	if (!publish_all(server, rows, &per_second))
		return false;
	double after = plain_xadd(server, 100);
	(void)redis_server_number(server, "DEL plain");
	printf("  redis-benchmark XADD of 100 bytes in pipelines of %d: %.0f a second; "
	       "the "
	       "publisher has %.2f of that\n",
	       PIPELINE, (before + after) / 2, 2 * per_second / (before + after));
	if (strcmp(server->options.fsync, "always") == 0)
		return true;
	text_format(source, sizeof(source), "redis://127.0.0.1:%d/bench/race24",
		    server->port);
	return joins(server, program, source, "first start (goal: 2)", true) &&
	       joins(server, program, source, "later starts, which read the tail",
		     false) &&
	       joins(server, program, path, "the recording itself", false);
}

int main(int argc, char **argv)
{
	static const char *const modes[] = {"everysec", "always"};
	static char folder[128]; /* of the files of Redis too */
	static char state[sizeof(folder) + 8];
	unsigned rows = argc > 2 ? (unsigned)atoi(argv[2]) : ROWS;
	if (argc < 2 || rows < 1000 || rows > 4000000)
		return fail("which program, and how many rows?");
	if (!redis_server_present())
		return 0;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setenv("TERM", "xterm-256color", 1);
	(void)setenv("LC_ALL", "C.UTF-8", 1);
	(void)setenv("PITWALL_NO_WELCOME", "yes", 1);
	(void)setenv("PITWALL_CONFIG", "none", 1);
	if (getcwd(folder, sizeof(folder)) == NULL)
		return fail("in which folder is it?");
	(void)setenv("TMPDIR", folder, 1);
	text_format(state, sizeof(state), "%s/state", folder);
	(void)setenv("XDG_STATE_HOME", state, 1);
	if (write_recording(rows) != 0)
		return fail("the recording cannot be written");
	bool fine = true;
	for (size_t i = 0; fine && i < ARRAY_LEN(modes); i++) {
		struct redis_server server;
		redis_server_start(&server,
				   &(struct redis_server_options){
					   .fsync = modes[i],
					   .more = "auto-aof-rewrite-percentage 0"});
		fine = run(&server, argv[1], rows);
		redis_server_end(&server);
	}
	if (getenv("BENCH_KEEP") == NULL)
		(void)unlink(path);
	return fine ? 0 : fail("it did not work");
}
