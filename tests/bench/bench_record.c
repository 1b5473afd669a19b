/*
 * bench_record.c -- the recording beside SQLite's own bare grouped inserts
 *
 * bench_record [SECONDS]: in the folder it is started in. First as many rows as go,
 * both sides in groups of 1,000 flushed (synchronous=FULL, WAL), in turn; then
 * 1,000 rows a second, put to durable as the wake descriptor tells it, alone and
 * with a follower that looks ten times a second, beside a bare loop that commits
 * every 5 ms.
 */
#include "pitwall/record.h"

#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 200000, GROUP = 1000, ROW_BYTES = 64, ROUNDS = 3 };

static const char ours[] = "bench-ours.pitwall", bare[] = "bench-bare.db";

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * US_S + t.tv_nsec / 1000;
}

static void clear(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-lock"};
	char name[64];
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		text_format(name, sizeof(name), "%s%s", ours, suffixes[i]);
		unlink(name);
		text_format(name, sizeof(name), "%s%s", bare, suffixes[i]);
		unlink(name);
	}
}

static void fail(const char *what)
{
	fprintf(stderr, "bench_record: %s\n", what);
	clear();
	exit(1);
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static struct record *open_ours(void)
{
	struct record *record = NULL;
	struct err err;
	clear();
	if (record_live_open(ours, NULL, &record, &err) != 0)
		fail(err.text);
	return record;
}

static struct record_row row_of(int i, char *bytes)
{
	for (int k = 0; k < ROW_BYTES; k++)
		bytes[k] = (char)(i + k);
	return (struct record_row){.received_at = i,
				   .type = RECORD_RAW,
				   .source = 1,
				   .bytes = {bytes, ROW_BYTES}};
}

static double rate_ours(void)
{
	struct record *record = open_ours();
	struct err err;
	char bytes[ROW_BYTES];
	int64_t start = now_us();
	for (int i = 0; i < ROWS; i++) {
		struct record_row row = row_of(i, bytes);
		if (record_put(record, &row) == 0)
			fail("a row was not taken");
	}
	if (record_drain(record, 60 * US_S, &err) != 0)
		fail(err.text);
	double us = (double)(now_us() - start);
	record_close(record, NULL);
	return ROWS / us * 1e6;
}

static sqlite3 *open_bare(sqlite3_stmt **insert)
{
	sqlite3 *db = NULL;
	clear();
	if (sqlite3_open(bare, &db) != SQLITE_OK ||
	    sqlite3_exec(db,
			 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
			 "PRAGMA wal_autocheckpoint=4096;"
			 "CREATE TABLE record(id INTEGER PRIMARY KEY, received_at"
			 " INTEGER NOT NULL, type INTEGER NOT NULL, source INTEGER"
			 " NOT NULL, name TEXT NOT NULL, bytes BLOB NOT NULL)",
			 NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db,
			       "INSERT INTO record(received_at,type,source,name,bytes)"
			       " VALUES(?,1,1,'',?)",
			       -1, insert, NULL) != SQLITE_OK)
		fail(sqlite3_errmsg(db));
	return db;
}

static void insert_bare(sqlite3_stmt *insert, int i)
{
	char bytes[ROW_BYTES];
	row_of(i, bytes);
	sqlite3_bind_int(insert, 1, i);
	sqlite3_bind_blob(insert, 2, bytes, ROW_BYTES, SQLITE_TRANSIENT);
	if (sqlite3_step(insert) != SQLITE_DONE)
		fail("SQLite does not insert");
	sqlite3_reset(insert);
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail(sqlite3_errmsg(db));
}

static double rate_bare(void)
{
	sqlite3_stmt *insert;
	sqlite3 *db = open_bare(&insert);
	int64_t start = now_us();
	for (int i = 0; i < ROWS; i++) {
		if (i % GROUP == 0)
			run(db, "BEGIN");
		insert_bare(insert, i);
		if (i % GROUP == GROUP - 1)
			run(db, "COMMIT");
	}
	double us = (double)(now_us() - start);
	sqlite3_finalize(insert);
	sqlite3_close(db);
	return ROWS / us * 1e6;
}

/* ---- 1,000 rows a second -------------------------------------------------------- */

static void print_latency(const char *name, int64_t *us, int n)
{
	qsort(us, (size_t)n, sizeof(*us), compare);
	printf("  %-34s p50 %6.2f ms, p99 %6.2f ms, worst %6.2f ms\n", name,
	       (double)us[n / 2] / 1e3, (double)us[n * 99 / 100] / 1e3,
	       (double)us[n - 1] / 1e3);
}

static void latency_ours(const char *name, int rows)
{
	struct record *record = open_ours();
	struct pollfd wake = {.fd = record_wake_fd(record), .events = POLLIN};
	int64_t *put = calloc((size_t)rows, sizeof(*put));
	int64_t *took = calloc((size_t)rows, sizeof(*took));
	const int64_t start = now_us();
	int sent = 0, durable = 0;
	char bytes[ROW_BYTES];
	if (put == NULL || took == NULL)
		fail("out of memory");
	while (durable < rows) {
		struct record_state state;
		while (sent < rows && now_us() >= start + sent * US_MS) {
			struct record_row row = row_of(sent, bytes);
			put[sent++] = now_us();
			record_put(record, &row);
		}
		if (poll(&wake, 1, sent < rows ? 1 : 1000) <= 0)
			continue;
		record_state_get(record, &state);
		for (; durable < (int)state.durable; durable++)
			took[durable] = now_us() - put[durable];
	}
	print_latency(name, took, rows);
	record_close(record, NULL);
	free(put);
	free(took);
}

static void latency_bare(int rows)
{
	sqlite3_stmt *insert;
	sqlite3 *db = open_bare(&insert);
	int64_t *took = calloc((size_t)rows, sizeof(*took));
	const int64_t start = now_us();
	int sent = 0;
	if (took == NULL)
		fail("out of memory");
	while (sent < rows) {
		/* What came within 5 ms of the first, in one commit. */
		const int first = sent;
		const int64_t due = start + (first + 5) * US_MS;
		struct timespec pause = {
			.tv_nsec = (long)(due > now_us() ? due - now_us() : 0) * 1000};
		nanosleep(&pause, NULL);
		run(db, "BEGIN");
		while (sent < rows && now_us() >= start + sent * US_MS)
			insert_bare(insert, sent++);
		run(db, "COMMIT");
		for (int i = first; i < sent; i++)
			took[i] = now_us() - (start + i * US_MS);
	}
	print_latency("SQLite, bare, a commit each 5 ms", took, rows);
	sqlite3_finalize(insert);
	sqlite3_close(db);
	free(took);
}

static int pass(void *context, const struct record_row *row)
{
	(void)context, (void)row;
	return 0;
}

/** A follower in a process of its own. */
static pid_t follower_start(void)
{
	pid_t child = fork();
	if (child != 0)
		return child;
	const struct timespec tenth = {.tv_nsec = 100 * 1000 * 1000};
	struct record *record = NULL;
	for (;;) {
		if (record == NULL)
			(void)record_follow(ours, &record, NULL);
		else if (record_follow_poll(record, 1000, pass, NULL, NULL) < 0) {
			record_close(record, NULL);
			record = NULL;
		}
		nanosleep(&tenth, NULL);
	}
}

int main(int argc, char **argv)
{
	const int seconds = argc > 1 ? atoi(argv[1]) : 10;
	double best_ours = 0, best_bare = 0;
	if (seconds < 1)
		fail("how many seconds?");
	for (int i = 0; i < ROUNDS; i++) {
		double a = rate_ours(), b = rate_bare();
		best_ours = a > best_ours ? a : best_ours;
		best_bare = b > best_bare ? b : best_bare;
	}
	printf("  %d rows of %d bytes: pitwall %.0f rows/s, SQLite bare %.0f rows/s, "
	       "ratio %.2f\n",
	       ROWS, ROW_BYTES, best_ours, best_bare, best_ours / best_bare);
	printf("  1,000 rows a second, put to durable:\n");
	latency_bare(seconds * 1000);
	latency_ours("pitwall", seconds * 1000);
	clear();
	pid_t follower = follower_start();
	latency_ours("pitwall, followed at 10 Hz", seconds * 1000);
	kill(follower, SIGKILL);
	waitpid(follower, NULL, 0);
	clear();
	return 0;
}
