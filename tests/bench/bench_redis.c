/*
 * bench_redis.c -- from a passing that is received to the last of many readers
 *
 * bench_redis [SECONDS [READERS]]: in the folder it is started in. A recorder of a circuit is
 * a process that records rows of a passing each, with synchronous=FULL, and publishes them
 * as pitwall does; a reader is one of pitwall's, without a copy; they share two processes. The
 * time is taken from the row that is given to the recorder to the row at the last reader:
 * commit, publishing and reading. A redis-server of its own; beside it, in the same run,
 * processes that follow the recording, which are woken as consoles are.
 *
 *  (1) A race is 60 cars with 25 loops and laps of 100 seconds: 15 passings a second.
 *  (2) Rows wait when they were given to the recorder and are not in the stream. A circuit
 *      falls behind when at the end there are as many as come in half a second.
 *  (3) All processes share what they measure, and end with this one.
 */
#define _GNU_SOURCE /* wait4() */
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../redis/server.h"
#include "bench.h"
#include "box.h"
#include "pitwall/redis.h"

enum {
	RATE = 15, /* (1) */
	PAYLOAD = 56,
	CIRCUITS_MAX = 20,
	READING = 2, /* processes of readers */
	READERS_MAX = 1000,
	PATIENCE_S = 10,
	FASTEST = 32000,
};

struct setup {
	unsigned circuits, readers; /* of each circuit */
	unsigned rate, seconds;     /* rows a second, of each circuit */
	bool publishes, follows;    /* readers of Redis, or of the recording */
	bool sync_normal;           /* the disk of one machine is not to be the limit */
};

struct mark {
	_Atomic int64_t put, last;
	_Atomic uint32_t seen;
};

/* (3) */
static struct shared {
	_Atomic uint32_t ready, failed;
	_Atomic bool go, stop, end;
	_Atomic uint32_t puts[CIRCUITS_MAX];
	_Atomic uint64_t waited[CIRCUITS_MAX], left[CIRCUITS_MAX];
	_Atomic uint64_t delivered;
	_Atomic int64_t cpu_recorders, cpu_readers; /* us, while it was measured */
} * shared;
static struct mark *marks; /* of each circuit, room */
static uint32_t room;
static struct setup setup;
static struct redis_server server;
static int wakes[READING][2]; /* a byte: there may be new rows in the recording */

static int fail(const char *what)
{
	fprintf(stderr, "bench_redis: %s\n", what);
	return 1;
}

static int64_t cpu_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * US_S + t.tv_nsec / 1000;
}

static void nap(void)
{
	const struct timespec rest = {.tv_nsec = 2 * 1000 * 1000};
	(void)nanosleep(&rest, NULL);
}

static void circuit_path(char path[64], unsigned circuit)
{
	text_format(path, 64, "circuit-%u.pitwall", circuit);
}

static struct redis_address circuit_address(unsigned circuit)
{
	struct redis_address address = {
		.host = "127.0.0.1", .port = (uint16_t)server.port, .name = "bench"};
	text_format(address.session, sizeof(address.session), "circuit-%u", circuit);
	return address;
}

/* Of this process, while it was measured. */
static void count_cpu(_Atomic int64_t *sum, int64_t *since)
{
	if (*since == 0 && atomic_load(&shared->go))
		*since = cpu_us();
	if (*since <= 0 || !atomic_load(&shared->stop))
		return;
	atomic_fetch_add(sum, cpu_us() - *since);
	*since = -1;
}

/* ---- a recorder ----------------------------------------------------------------------- */

static struct recorder {
	unsigned circuit;
	struct record *record;
	struct redis_publisher *publisher;
	uint32_t puts;
	int64_t begun, cpu;
} recorder;

static void put_row(void)
{
	char bytes[PAYLOAD];
	memset(bytes, (int)recorder.puts, sizeof(bytes));
	struct record_row row = {
		.type = RECORD_RAW,
		.source = 1,
		.received_at = (int64_t)time(NULL) * US_S,
		.steady = box_now(),
		.bytes = {bytes, sizeof(bytes)},
	};
	if (recorder.puts + 1 >= room)
		return;
	recorder.puts++;
	atomic_store(&marks[recorder.circuit * room + recorder.puts].put, row.steady);
	if (record_put(recorder.record, &row) == 0)
		atomic_fetch_add(&shared->failed, 1);
}

/* (2) */
static void note_waiting(void)
{
	struct record_state state;
	struct redis_published status = {.waiting = 0};
	record_state_get(recorder.record, &state);
	if (recorder.publisher != NULL)
		redis_publisher_status(recorder.publisher, &status);
	uint64_t waits = recorder.puts - state.rows + status.waiting;
	if (waits > atomic_load(&shared->waited[recorder.circuit]))
		atomic_store(&shared->waited[recorder.circuit], waits);
	atomic_store(&shared->left[recorder.circuit], waits);
}

static void recorder_on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	count_cpu(&shared->cpu_recorders, &recorder.cpu);
	if (atomic_load(&shared->end))
		ev_break(loop, EVBREAK_ALL);
	if (!atomic_load(&shared->go) || atomic_load(&shared->stop))
		return;
	if (recorder.begun == 0)
		recorder.begun = box_now();
	/* Circuits do not put their rows at the same instant. */
	int64_t since = box_now() - recorder.begun +
			(int64_t)recorder.circuit * US_S / setup.rate / CIRCUITS_MAX;
	while ((int64_t)(recorder.puts - 1) < since * setup.rate / US_S)
		put_row();
	note_waiting();
	atomic_store(&shared->puts[recorder.circuit], recorder.puts);
}

static void recorder_on_wake(struct ev_loop *loop, ev_io *io, int events)
{
	struct record_state state;
	(void)loop;
	(void)io;
	(void)events;
	record_state_get(recorder.record, &state);
	if (recorder.publisher != NULL)
		redis_publisher_wake(recorder.publisher, state.rows);
	for (int i = 0; setup.follows && i < READING; i++)
		(void)!write(wakes[i][1], "", 1);
}

static int record_circuit(unsigned circuit)
{
	const struct record_live_options options = {.sync_normal = setup.sync_normal};
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
	struct redis_publish publish = {.address = circuit_address(circuit),
					.keep = REDIS_KEEP};
	double each = setup.rate < 200 ? 1. / setup.rate : 0.005;
	char path[64];
	struct err err;
	ev_timer tick;
	ev_io wake;
	int id;
	circuit_path(path, circuit);
	recorder.circuit = circuit;
	if (record_live_open(path, &options, &recorder.record, &err) != 0 ||
	    record_live_source(recorder.record, "p3://10.0.0.5:5403", "p3", &id,
			       &err) != 0 ||
	    (setup.publishes && redis_publisher_open(loop, recorder.record, &publish,
						     &recorder.publisher, &err) != 0))
		return fail(err.text);
	ev_io_init(&wake, recorder_on_wake, record_wake_fd(recorder.record), EV_READ);
	ev_io_start(loop, &wake);
	ev_timer_init(&tick, recorder_on_tick, each, each);
	ev_timer_start(loop, &tick);
	put_row(); /* so that the session is there */
	ev_run(loop, 0);
	redis_publisher_close(recorder.publisher);
	return record_close(recorder.record, &err) != 0;
}

/* ---- readers -------------------------------------------------------------------------- */

static struct reader {
	struct redis_reader *redis;
	struct record *record; /* followed */
	unsigned circuit;
	bool ready;
} readers[READERS_MAX];
static unsigned reader_count;
static int64_t readers_cpu;

static bool take_row(void *context, const struct record_row *row)
{
	const struct reader *reader = context;
	if (row->id <= 0 || row->id >= (int64_t)room)
		return true;
	struct mark *mark = &marks[reader->circuit * room + (uint32_t)row->id];
	atomic_store(&mark->last, box_now());
	atomic_fetch_add(&mark->seen, 1);
	atomic_fetch_add(&shared->delivered, 1);
	return true;
}

static int take_followed(void *context, const struct record_row *row)
{
	return take_row(context, row) ? 0 : 1;
}

static int on_source(void *context, const struct record_source *source, struct err *err)
{
	(void)context;
	(void)source;
	(void)err;
	return 0;
}

static int64_t on_gap(void *context, int64_t from, int64_t to,
		      const struct record_row *next)
{
	(void)context;
	(void)from;
	(void)next;
	atomic_fetch_add(&shared->failed, 1);
	return to + 1;
}

static bool on_own(void *context, int64_t number, struct record_row *row)
{
	(void)context;
	(void)number;
	(void)row;
	return false;
}

static void on_changed(void *context)
{
	struct reader *reader = context;
	const struct redis_reading *status = redis_reader_status(reader->redis);
	if (status->code != 0)
		(void)fail(status->reason);
	if (reader->ready || (!status->caught_up && status->code == 0))
		return;
	reader->ready = true;
	atomic_fetch_add(&shared->ready, 1);
}

static void readers_on_wake(struct ev_loop *loop, ev_io *io, int events)
{
	char bytes[4096];
	struct err err;
	(void)loop;
	(void)events;
	(void)!read(io->fd, bytes, sizeof(bytes));
	for (unsigned i = 0; i < reader_count; i++)
		(void)record_follow_poll(readers[i].record, 10000, take_followed,
					 &readers[i], &err);
}

static void readers_on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	count_cpu(&shared->cpu_readers, &readers_cpu);
	if (atomic_load(&shared->end))
		ev_break(loop, EVBREAK_ALL);
}

static bool reader_open(struct ev_loop *loop, unsigned circuit)
{
	struct reader *reader = &readers[reader_count++];
	const struct redis_reader_handler handler = {.context = reader,
						     .source = on_source,
						     .row = take_row,
						     .gap = on_gap,
						     .own = on_own,
						     .changed = on_changed};
	const struct redis_address address = circuit_address(circuit);
	char path[64];
	struct err err;
	reader->circuit = circuit;
	circuit_path(path, circuit);
	if (setup.follows) {
		atomic_fetch_add(&shared->ready, 1);
		return record_follow(path, &reader->record, &err) == 0;
	}
	if (redis_reader_open(loop, &address, 1, &handler, &reader->redis, &err) != 0)
		return false;
	redis_reader_begin(reader->redis);
	return true;
}

/* The process @part of READING. */
static int read_circuits(unsigned part)
{
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
	ev_timer tick;
	ev_io wake;
	for (unsigned i = 0; i < setup.readers * setup.circuits; i++)
		if (i % READING == part && !reader_open(loop, i / setup.readers))
			return fail("a reader cannot be opened");
	ev_timer_init(&tick, readers_on_tick, 0.05, 0.05);
	ev_timer_start(loop, &tick);
	ev_io_init(&wake, readers_on_wake, wakes[part][0], EV_READ);
	if (setup.follows)
		ev_io_start(loop, &wake);
	ev_run(loop, 0);
	return 0;
}

/* ---- a measurement ---------------------------------------------------------------------- */

static struct figures {
	double p50, p99, worst; /* ms */
	double recorder, redis; /* of one core, in percent; of each recorder */
	double reader_us;       /* of a reader, for a row */
	double sent;            /* bytes that Redis sends, for a row and a reader */
	double memory;          /* of Redis for a reader, bytes */
	uint64_t waited, left;  /* rows, the most of a circuit */
	uint32_t rows, lost;    /* rows that did not come to all readers */
} figures;

static pid_t children[CIRCUITS_MAX + READING];
static unsigned child_count;

static void start(int (*run)(unsigned number), unsigned number)
{
	(void)fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(run(number));
	}
	children[child_count++] = child;
}

static bool wait_until(_Atomic uint32_t *number, uint32_t least)
{
	int64_t end = box_now() + PATIENCE_S * US_S;
	while (atomic_load(number) < least && box_now() < end)
		nap();
	return atomic_load(number) >= least;
}

static bool wait_for_streams(void)
{
	int64_t end = box_now() + PATIENCE_S * US_S;
	for (unsigned i = 0; setup.publishes && i < setup.circuits; i++)
		while (redis_server_number(&server, "XLEN pitwall:bench:circuit-%u",
					   i) < 1) {
			if (box_now() > end)
				return false;
			nap();
		}
	return true;
}

static uint64_t all_rows(void)
{
	uint64_t rows = 0;
	for (unsigned i = 0; i < setup.circuits; i++)
		rows += atomic_load(&shared->puts[i]);
	return rows;
}

static void clear_files(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-lock"};
	char path[64], name[80];
	for (unsigned i = 0; i < CIRCUITS_MAX; i++)
		for (size_t k = 0; k < ARRAY_LEN(suffixes); k++) {
			circuit_path(path, i);
			text_format(name, sizeof(name), "%s%s", path, suffixes[k]);
			(void)unlink(name);
		}
	(void)redis_server_number(&server, "FLUSHALL");
}

/* A number of INFO. */
static double info(const char *name)
{
	char line[64];
	redisReply *reply = redis_server_ask(&server, "INFO");
	text_format(line, sizeof(line), "\n%s:", name);
	const char *found = reply ? strstr(reply->str, line) : NULL;
	double value = found ? strtod(found + strlen(line), NULL) : 0;
	freeReplyObject(reply);
	return value;
}

static void add_up(double redis_cpu, double sent, double wall)
{
	uint32_t count = 0;
	uint64_t rows = all_rows(), copies = rows * setup.readers;
	int64_t *took = calloc(rows + 1, sizeof(*took));
	figures = (struct figures){.rows = (uint32_t)rows};
	for (unsigned c = 0; took != NULL && c < setup.circuits; c++) {
		/* The first row was there before. */
		for (uint32_t n = 2; n <= atomic_load(&shared->puts[c]); n++) {
			struct mark *mark = &marks[c * room + n];
			if (setup.readers == 0)
				continue;
			if (atomic_load(&mark->seen) == setup.readers)
				took[count++] = mark->last - mark->put;
			else
				figures.lost++;
		}
		if (shared->waited[c] > figures.waited)
			figures.waited = shared->waited[c];
		if (shared->left[c] > figures.left)
			figures.left = shared->left[c];
	}
	figures.p50 = box_share_ms(took, count, 500);
	figures.p99 = box_share_ms(took, count, 990);
	figures.worst = box_share_ms(took, count, 1000);
	figures.recorder =
		100e-6 * (double)shared->cpu_recorders / wall / setup.circuits;
	figures.redis = 100 * redis_cpu / wall;
	if (copies > 0) {
		figures.reader_us = (double)shared->cpu_readers / (double)copies;
		figures.sent = sent / (double)copies;
	}
	free(took);
}

static void measure_now(void)
{
	double cpu = cpu_of(server.pid), sent = info("total_net_output_bytes");
	int64_t begun = box_now();
	atomic_store(&shared->go, true);
	while (box_now() - begun < (int64_t)setup.seconds * US_S)
		nap();
	atomic_store(&shared->stop, true);
	double wall = (double)(box_now() - begun) / 1e6;
	cpu = cpu_of(server.pid) - cpu;
	/* The last rows. */
	for (int64_t end = box_now() + PATIENCE_S * US_S;
	     atomic_load(&shared->delivered) < all_rows() * setup.readers &&
	     box_now() < end;)
		nap();
	for (int i = 0; i < 60; i++)
		nap(); /* all have counted their time */
	add_up(cpu, info("total_net_output_bytes") - sent, wall);
	figures.memory =
		info("mem_clients_normal") / (setup.readers * setup.circuits + 1);
}

static bool measure(const struct setup *wanted)
{
	setup = *wanted;
	room = setup.rate * (setup.seconds + 2) + 16;
	const size_t size = sizeof(*shared),
		     marked = sizeof(*marks) * room * setup.circuits;
	const int how = MAP_SHARED | MAP_ANONYMOUS;
	shared = mmap(NULL, size, PROT_READ | PROT_WRITE, how, -1, 0);
	marks = mmap(NULL, marked, PROT_READ | PROT_WRITE, how, -1, 0);
	if (shared == MAP_FAILED || marks == MAP_FAILED)
		return false;
	clear_files();
	child_count = 0;
	for (unsigned i = 0; i < setup.circuits; i++)
		start(record_circuit, i);
	bool fine = wait_for_streams();
	for (int i = 0; i < 50 && setup.follows; i++)
		nap(); /* the recording is there */
	for (unsigned i = 0; fine && i < READING; i++)
		start(read_circuits, i);
	fine = fine && wait_until(&shared->ready, setup.readers * setup.circuits);
	if (fine)
		measure_now();
	atomic_store(&shared->end, true);
	for (unsigned i = 0; i < child_count; i++) {
		int status = 0;
		if (!fine)
			(void)kill(children[i], SIGKILL);
		fine &= waitpid(children[i], &status, 0) == children[i] && status == 0;
	}
	fine &= atomic_load(&shared->failed) == 0;
	(void)munmap(shared, size);
	(void)munmap(marks, marked);
	return fine;
}

/* ---- the table ------------------------------------------------------------------------- */

static void print_head(void)
{
	printf("  %-60s %8s %8s %8s  %9s %7s %9s %7s\n", "to the last reader, ms",
	       "p50", "p99", "worst", "recorder", "Redis", "reader", "waiting");
}

static void print_line(const char *what)
{
	char took[40] = "";
	if (figures.worst > 0)
		text_format(took, sizeof(took), "%8.2f %8.2f %8.2f", figures.p50,
			    figures.p99, figures.worst);
	printf("  %-60s %26s  %7.2f %% %5.1f %% %6.1f us %7llu", what, took,
	       figures.recorder, figures.redis, figures.reader_us,
	       (unsigned long long)figures.waited);
	if (figures.lost > 0)
		printf("  %u of %u rows did not come to all", figures.lost,
		       figures.rows);
	printf("\n");
	(void)fflush(stdout);
}

static bool line(const struct setup *wanted, const char *what)
{
	if (!measure(wanted))
		return false;
	print_line(what);
	return true;
}

static bool many_readers(unsigned seconds, unsigned count)
{
	struct setup one = {.circuits = 1,
			    .readers = count,
			    .rate = RATE,
			    .seconds = seconds,
			    .publishes = true};
	char what[80];
	text_format(what, sizeof(what), "a race, %u readers, appendfsync %s%s", count,
		    server.options.fsync, " (goal at p99: 100)");
	bool fine = line(&one, what);
	if (fine)
		printf("    of Redis, for a reader: %.0f bytes a row, %.1f us a row, "
		       "%.1f "
		       "kB of memory\n",
		       figures.sent, 1e4 * figures.redis / RATE / count,
		       figures.memory / 1000);
	return fine;
}

static bool beside(unsigned seconds, unsigned count)
{
	struct setup one = {.circuits = 1,
			    .readers = count,
			    .rate = RATE,
			    .seconds = seconds,
			    .follows = true};
	char what[80];
	text_format(what, sizeof(what), "the same, %u followers of the recording",
		    count);
	bool fine = line(&one, what);
	one.readers = 0;
	one.follows = false;
	return fine && line(&one, "the same, recorded only");
}

static bool growth(unsigned seconds)
{
	static const unsigned counts[] = {1, 10, 100}, circuits[] = {1, 5, 20};
	char what[80];
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct setup one = {.circuits = 1,
				    .readers = counts[i],
				    .rate = 10 * RATE,
				    .seconds = seconds,
				    .publishes = true};
		text_format(what, sizeof(what), "ten times a race, %u reader%s",
			    counts[i], counts[i] == 1 ? "" : "s");
		if (!line(&one, what))
			return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(circuits); i++) {
		struct setup one = {.circuits = circuits[i],
				    .readers = 1,
				    .rate = RATE,
				    .seconds = seconds,
				    .publishes = true};
		text_format(what, sizeof(what), "%u race%s, a reader each", circuits[i],
			    circuits[i] == 1 ? "" : "s");
		if (!line(&one, what))
			return false;
	}
	return true;
}

/* The rate is doubled until a circuit falls behind (2). */
static bool highest(void)
{
	struct setup all = {.circuits = CIRCUITS_MAX,
			    .readers = 1,
			    .seconds = 2,
			    .publishes = true,
			    .sync_normal = true};
	struct figures best = {.rows = 0};
	unsigned rate = 0;
	for (all.rate = 250; all.rate <= FASTEST; all.rate *= 2) {
		if (!measure(&all))
			return false;
		if (figures.left > all.rate / 2 || figures.lost > 0)
			break;
		best = figures;
		rate = all.rate;
	}
	figures = best;
	char what[80];
	text_format(what, sizeof(what), "%d circuits without falling behind: %u rows/s",
		    CIRCUITS_MAX, rate * CIRCUITS_MAX);
	print_line(what);
	return true;
}

static bool run(const char *fsync, unsigned seconds, unsigned count)
{
	redis_server_start(&server, &(struct redis_server_options){.fsync = fsync});
	bool fine = many_readers(seconds, count);
	if (strcmp(fsync, "everysec") == 0)
		fine = fine && beside(seconds, count) && growth(seconds / 2) &&
		       highest();
	clear_files();
	redis_server_end(&server);
	return fine;
}

int main(int argc, char **argv)
{
	static char folder[128];
	unsigned seconds = argc > 1 ? (unsigned)atoi(argv[1]) : 10;
	unsigned count = argc > 2 ? (unsigned)atoi(argv[2]) : 200;
	if (seconds < 2 || seconds > 60 || count < 1 || count > READERS_MAX)
		return fail("for how many seconds, and how many readers?");
	if (!redis_server_present())
		return 0;
	/* The files of Redis too. */
	if (getcwd(folder, sizeof(folder)) != NULL)
		(void)setenv("TMPDIR", folder, 1);
	(void)signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < READING; i++)
		if (pipe(wakes[i]) != 0)
			return fail("no pipe");
	print_head();
	bool fine = run("everysec", seconds, count) && run("always", seconds, count);
	return fine ? 0 : fail("a measurement did not work");
}
