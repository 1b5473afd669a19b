/*
 * record_kill.c -- kill -9 at any instant: what was reported durable is there
 *
 * A child records rows and tells through a pipe what became durable; it is killed
 * at a random instant, opening and closing included. Then the file is read as it
 * lies, and the next child goes on. PITWALL_ROUNDS sets how many, PITWALL_SEED
 * where the instants come from.
 */
#include "../unit/record/room.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ROUNDS = 60 };
#else
enum { ROUNDS = 220 };
#endif

enum { ROUNDS_A_FILE = 20, ROWS_A_BURST = 40 };

static void tell(struct record *record, int pipe_end, int64_t base)
{
	struct record_state state;
	record_state_get(record, &state);
	int64_t durable = base + (int64_t)state.durable;
	if (write(pipe_end, &durable, sizeof(durable)) != sizeof(durable))
		_exit(3);
}

/** Record until killed; every 300 rows or so close, and open again. */
static void child_run(const char *path, int pipe_end)
{
	for (;;) {
		struct record *record = NULL;
		struct record_state state;
		char text[4096];
		if (record_live_open(path, NULL, &record, NULL) != 0)
			_exit(1);
		record_state_get(record, &state);
		const int64_t base = (int64_t)state.rows;
		int64_t n = base;
		while (n < base + 300) {
			struct pollfd wake = {.fd = record_wake_fd(record),
					      .events = POLLIN};
			for (int i = 0; i < ROWS_A_BURST; i++) {
				struct record_row row = room_row(++n, text);
				if (record_put(record, &row) == 0)
					_exit(2);
			}
			poll(&wake, 1, 3);
			tell(record, pipe_end, base);
		}
		record_drain(record, 20 * US_S, NULL);
		tell(record, pipe_end, base);
		if (record_close(record, NULL) != 0)
			_exit(4);
	}
}

/** One child, killed @us after it has told @reports times (0: after its start); the
 * last it said was durable, or 0. */
static int64_t one_life(const char *path, uint64_t reports, uint64_t us)
{
	int ends[2];
	int64_t told = 0, last = 0;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		child_run(path, ends[1]);
	}
	close(ends[1]);
	struct timespec pause = {.tv_nsec = (long)us * 1000};
	for (uint64_t i = 0; i < reports; i++)
		if (read(ends[0], &told, sizeof(told)) == (ssize_t)sizeof(told))
			last = told;
	nanosleep(&pause, NULL);
	kill(child, SIGKILL);
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	/* It was killed, it did not fail before. */
	assert_true(WIFSIGNALED(status));
	while (read(ends[0], &told, sizeof(told)) == (ssize_t)sizeof(told))
		last = told;
	close(ends[0]);
	return last;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	uint64_t value = 0;
	const char *text = getenv(name);
	return text != NULL && parse_u64(slice_of(text), &value) ? value : otherwise;
}

static void what_was_told_durable_is_there_after_a_kill(void **state)
{
	const struct room *room = *state;
	uint64_t seed = number_from("PITWALL_SEED", (uint64_t)time(NULL));
	uint64_t rounds = number_from("PITWALL_ROUNDS", ROUNDS);
	int64_t durable = 0;
	uint64_t told = 0;
	struct stat st;
	printf("# seed %llu, %llu kills\n", (unsigned long long)seed,
	       (unsigned long long)rounds);
	for (uint64_t i = 0; i < rounds; i++) {
		if (i % ROUNDS_A_FILE == 0) {
			room_files(room->folder, true);
			durable = 0;
		}
		/* One in four within its start, the others anywhere in their work. */
		uint64_t reports =
			random_below(&seed, 4) == 0 ? 0 : 1 + random_below(&seed, 12);
		uint64_t us = random_below(&seed, 10000);
		int64_t last = one_life(room->path, reports, us);
		told += last > durable;
		durable = last > durable ? last : durable;
		/* Killed before there was a file. */
		if (stat(room->path, &st) != 0) {
			assert_int_equal(durable, 0);
			continue;
		}
		int64_t rows = room_rows(room->path);
		assert_true(rows >= durable);
		durable = rows;
	}
	printf("# %llu of them while something new had been told durable\n",
	       (unsigned long long)told);
	assert_true(told > rounds / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_told_durable_is_there_after_a_kill, room_enter,
			room_leave),
	};
	return cmocka_run_group_tests_name("record kill", tests, NULL, NULL);
}
