/*
 * long_recording.c -- a recording of any size is read, in bounded memory
 *
 * Most of it are lines of a flag that does not change, which are no events; laps are
 * between them from the first megabyte to the last. PITWALL_LONG_MIB sets the size:
 * 5120 is beyond every limit of 32 bits. It is removed afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../scratch.h"
#include "pitwall/record.h"
#include "pitwall/session.h"

enum { MIB = 1024 * 1024, LONG_MIB = 320, LAPS = 40, MOST_KIB = 256 * 1024 };

static void put_text(struct record *record, int64_t at, struct slice text)
{
	struct record_row row = {
		.received_at = at, .type = RECORD_RAW, .source = 1, .bytes = text};
	struct err err = {""};
	if (record_append(record, &row, &err) != 0)
		fail_msg("%s", err.text);
}

static void put_lap(struct record *record, int64_t at, int lap)
{
	char text[160];
	int s = lap * 90;
	size_t len = text_format(text, sizeof(text),
				 "$G,1,\"7\",%d,\"%02d:%02d:%02d.000\"\r\n"
				 "$J,\"7\",\"00:01:30.000\",\"%02d:%02d:%02d.000\"\r\n",
				 lap, s / 3600, s / 60 % 60, s % 60, s / 3600,
				 s / 60 % 60, s % 60);
	put_text(record, at, (struct slice){text, len});
}

static void make_recording(const char *path, int64_t mib)
{
	static const char head[] =
		"$B,5,\"Race\"\r\n$A,\"7\",\"7\",1007,\"A\",\"B\",\"\",1\r\n"
		"$F,9999,\"01:00:00\",\"12:00:00\",\"00:00:00\",\"Green \"\r\n";
	static const char idle[] =
		"$F,9999,\"00:59:00\",\"12:00:00\",\"00:01:00\",\"Green \"\r\n";
	struct record *record = NULL;
	struct err err = {""};
	size_t len = strlen(idle), most = 64 * 1024;
	char *lines = malloc(most);
	int64_t rows = mib * (MIB / (int64_t)most), at = 1700000000 * US_S;
	int id = 0;
	for (size_t n = 0; n + len <= most; n += len)
		memcpy(lines + n, idle, len);
	if (record_create(path, true, &record, &err) != 0 ||
	    record_add_source(record, "tcp://box", "rmonitor", &id, &err) != 0)
		fail_msg("%s", err.text);
	put_text(record, at, slice_of(head));
	for (int64_t i = 0, lap = 0; i < rows; i++) {
		at += 90 * US_S * LAPS / rows;
		put_text(record, at, (struct slice){lines, most / len * len});
		if ((i + 1) * LAPS / rows > lap)
			put_lap(record, at, (int)++lap);
	}
	free(lines);
	if (record_close(record, &err) != 0)
		fail_msg("%s", err.text);
}

/** In a child, whose memory is measured: 0, or which check failed. */
static int read_laps(const char *path)
{
	const struct options options = {.sources = {path}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	if (session_load(&options, 0, &session, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	const struct race *race = &session->timeline.race;
	uint16_t car = race_find_text(race, SLICE("7"));
	return car != CAR_NONE && race->cars[car].laps == LAPS ? 0 : 3;
}

static void a_long_recording_is_read_in_bounded_memory(void **state)
{
	const char *wanted = getenv("PITWALL_LONG_MIB");
	char path[SCRATCH_MAX];
	struct rusage used = {0};
	uint64_t mib = LONG_MIB;
	int status = 1;
	(void)state;
	if (wanted != NULL)
		assert_true(parse_u64(slice_of(wanted), &mib));
	scratch_name(path, "long");
	make_recording(path, (int64_t)mib);
	pid_t child = fork();
	if (child == 0)
		_exit(read_laps(path));
	assert_int_equal(wait4(child, &status, 0, &used), child);
	unlink(path);
	assert_int_equal(status, 0);
	print_message("# %llu MiB read in %ld MiB of memory\n", (unsigned long long)mib,
		      used.ru_maxrss / 1024);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
	!defined(__APPLE__)
	assert_true(used.ru_maxrss < MOST_KIB);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_recording_is_read_in_bounded_memory),
	};
	return cmocka_run_group_tests_name("long recording", tests, NULL, NULL);
}
