/*
 * test_follow.c -- a recording followed while another process writes it
 */
#include "room.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *program;

/** A process that records what it is told to through pipes. */
struct writer {
	pid_t pid;
	int say, hear;
};

/** In a process of its own, made by exec: SQLite may not be carried over a fork. */
static int writer_run(const char *path, int hear, int say)
{
	struct record *record = NULL;
	int64_t order[2];
	char text[4096];
	bool ready = record_live_open(path, NULL, &record, NULL) == 0;
	if (write(say, &ready, 1) != 1 || !ready)
		return 1;
	while (read(hear, order, sizeof(order)) == (ssize_t)sizeof(order)) {
		bool ok = true;
		if (order[0] == 0)
			return record_close(record, NULL) == 0 ? 0 : 2;
		for (int64_t n = order[0]; n <= order[1]; n++) {
			struct record_row row = room_row(n, text);
			ok = ok && record_put(record, &row) != 0;
		}
		ok = ok && record_drain(record, 20 * US_S, NULL) == 0;
		if (write(say, &ok, 1) != 1)
			return 3;
	}
	return 4;
}

static void received(const struct writer *writer)
{
	bool ok = false;
	assert_int_equal(read(writer->hear, &ok, 1), 1);
	assert_true(ok);
}

static struct writer writer_start(const char *path)
{
	int to[2], from[2];
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	struct writer writer = {.pid = fork(), .say = to[1], .hear = from[0]};
	if (writer.pid == 0) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDERR_FILENO);
		close(to[1]);
		close(from[0]);
		execl(program, program, path, (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	received(&writer);
	return writer;
}

static void writer_put(const struct writer *writer, int64_t from, int64_t to)
{
	const int64_t order[2] = {from, to};
	assert_int_equal(write(writer->say, order, sizeof(order)), sizeof(order));
	received(writer);
}

static void writer_wait(const struct writer *writer, int expected)
{
	int status = -1;
	assert_int_equal(waitpid(writer->pid, &status, 0), writer->pid);
	assert_int_equal(status, expected);
	close(writer->say);
	close(writer->hear);
}

static void writer_close(const struct writer *writer)
{
	const int64_t order[2] = {0, 0};
	assert_int_equal(write(writer->say, order, sizeof(order)), sizeof(order));
}

static int poll_once(struct record *record, unsigned max, int64_t *count)
{
	struct err err = {""};
	int rc = record_follow_poll(record, max, room_count, count, &err);
	if (rc < 0)
		fail_msg("%s", err.text);
	return rc;
}

static struct record *follow(const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	if (record_follow(path, &record, &err) != 0)
		fail_msg("%s", err.text);
	return record;
}

static void a_follower_sees_what_is_committed_in_short_reads(void **state)
{
	const struct room *room = *state;
	struct writer writer = writer_start(room->path);
	int64_t count = 0;
	writer_put(&writer, 1, 25);
	struct record *record = follow(room->path);
	assert_int_equal(poll_once(record, 10, &count), 10);
	assert_int_equal(poll_once(record, 10, &count), 10);
	assert_int_equal(poll_once(record, 10, &count), 5);
	assert_int_equal(poll_once(record, 10, &count), 0);
	writer_put(&writer, 26, 30);
	assert_int_equal(poll_once(record, 10, &count), 5);
	assert_int_equal(poll_once(record, 10, &count), 0);
	assert_int_equal(count, 30);
	assert_int_equal(record_close(record, NULL), 0);
	writer_close(&writer);
	writer_wait(&writer, 0);
	assert_int_equal(room_files(room->folder, false), 1);
}

/** Poll, as a console does, until the writer's process has ended. */
static void poll_to_the_end(struct record *record, const struct writer *writer,
			    int64_t *count)
{
	const struct timespec tenth = {.tv_nsec = 20 * 1000 * 1000};
	int status = -1;
	for (int i = 0; i < 1000; i++) {
		poll_once(record, 100, count);
		if (waitpid(writer->pid, &status, WNOHANG) == writer->pid)
			break;
		nanosleep(&tenth, NULL);
	}
	assert_int_equal(status, 0);
	close(writer->say);
	close(writer->hear);
}

static void a_writer_closes_to_one_file_under_a_follower_and_comes_back(void **state)
{
	const struct room *room = *state;
	struct writer writer = writer_start(room->path);
	int64_t count = 0;
	writer_put(&writer, 1, 5);
	struct record *record = follow(room->path);
	assert_int_equal(poll_once(record, 100, &count), 5);
	writer_put(&writer, 6, 8);
	writer_close(&writer);
	poll_to_the_end(record, &writer, &count);
	assert_int_equal(count, 8);
	assert_int_equal(room_files(room->folder, false), 1);
	assert_false(record_is_live(room->path));
	assert_int_equal(poll_once(record, 100, &count), 0);
	writer = writer_start(room->path);
	writer_put(&writer, 9, 12);
	assert_int_equal(poll_once(record, 100, &count), 4);
	assert_int_equal(record_close(record, NULL), 0);
	writer_close(&writer);
	writer_wait(&writer, 0);
	assert_int_equal(room_rows(room->path), 12);
}

static void a_follower_survives_the_kill_of_its_writer_and_the_next(void **state)
{
	const struct room *room = *state;
	struct writer writer = writer_start(room->path);
	int64_t count = 0;
	writer_put(&writer, 1, 5);
	struct record *record = follow(room->path);
	assert_int_equal(poll_once(record, 3, &count), 3);
	kill(writer.pid, SIGKILL);
	writer_wait(&writer, SIGKILL);
	assert_false(record_is_live(room->path));
	assert_int_equal(poll_once(record, 100, &count), 2);
	assert_int_equal(poll_once(record, 100, &count), 0);
	writer = writer_start(room->path);
	assert_true(record_is_live(room->path));
	writer_put(&writer, 6, 9);
	assert_int_equal(poll_once(record, 100, &count), 4);
	writer_close(&writer);
	poll_to_the_end(record, &writer, &count);
	assert_int_equal(count, 9);
	assert_int_equal(record_close(record, NULL), 0);
	assert_int_equal(room_files(room->folder, false), 1);
}

static void a_file_at_rest_can_be_followed(void **state)
{
	const struct room *room = *state;
	struct writer writer = writer_start(room->path);
	int64_t count = 0;
	writer_put(&writer, 1, 5);
	kill(writer.pid, SIGKILL);
	writer_wait(&writer, SIGKILL);
	struct record *record = follow(room->path);
	assert_int_equal(poll_once(record, 100, &count), 5);
	assert_int_equal(poll_once(record, 100, &count), 0);
	/* It does not keep a writer away. */
	writer = writer_start(room->path);
	writer_put(&writer, 6, 7);
	assert_int_equal(poll_once(record, 100, &count), 2);
	record_close(record, NULL);
	writer_close(&writer);
	writer_wait(&writer, 0);
}

static void another_file_under_the_name_is_not_followed(void **state)
{
	const struct room *room = *state;
	char other[128];
	struct err err = {""};
	int64_t count = 0;
	struct writer writer = writer_start(room->path);
	writer_put(&writer, 1, 5);
	writer_close(&writer);
	writer_wait(&writer, 0);
	struct record *record = follow(room->path);
	assert_int_equal(poll_once(record, 100, &count), 5);
	text_format(other, sizeof(other), "%s/other", room->folder);
	assert_int_equal(rename(room->path, other), 0);
	assert_int_equal(record_follow_poll(record, 1, room_count, &count, &err),
			 -ENOENT);
	writer = writer_start(room->path);
	writer_put(&writer, 1, 1);
	assert_int_equal(record_follow_poll(record, 1, room_count, &count, &err),
			 -ESTALE);
	assert_non_null(strstr(err.text, "another file"));
	record_close(record, NULL);
	writer_close(&writer);
	writer_wait(&writer, 0);
}

#define TEST(f_) cmocka_unit_test_setup_teardown(f_, room_enter, room_leave)

int main(int argc, char **argv)
{
	if (argc == 2)
		return writer_run(argv[1], STDIN_FILENO, STDERR_FILENO);
	program = argv[0];
	const struct CMUnitTest tests[] = {
		TEST(a_follower_sees_what_is_committed_in_short_reads),
		TEST(a_writer_closes_to_one_file_under_a_follower_and_comes_back),
		TEST(a_follower_survives_the_kill_of_its_writer_and_the_next),
		TEST(a_file_at_rest_can_be_followed),
		TEST(another_file_under_the_name_is_not_followed),
	};
	return cmocka_run_group_tests_name("record follow", tests, NULL, NULL);
}
