/*
 * test_program.c -- programs as sources: what they write, how they end, and that nothing
 * of them is left
 */
#include "stage.h"
#include "../../scratch.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct net_program program;

static void begin(struct stage *stage, const char *text, struct net_options options)
{
	struct net_url url;
	struct err err = {""};
	assert_int_equal(net_url_parse(text, &url, &err), 0);
	assert_int_equal(url.kind, NET_PROGRAM);
	if (net_program_open(&url, &program, &err) != 0)
		fail_msg("%s", err.text);
	options.program = program.fd;
	stage_open(stage, text, &options);
}

static void end(struct stage *stage)
{
	net_source_close(stage->source);
	stage->source = NULL;
	net_programs_end(&program, 1);
	assert_int_equal(program.pid, 0);
}

/* The numbers that a program wrote. */
static bool wrote(struct stage *stage)
{
	return memchr(stage->received.bytes, '\n', stage->received.len) != NULL;
}

static bool wrote_twice(struct stage *stage)
{
	return stage->received.ups >= 2 && wrote(stage);
}

static pid_t number_written(struct stage *stage)
{
	long number = 0;
	stage->received.bytes[stage->received.len] = '\0';
	assert_int_equal(sscanf(stage->received.bytes, "%ld", &number), 1);
	assert_true(number > 1);
	return (pid_t)number;
}

static void what_it_writes_is_what_comes_in(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:printf 'one\\ntwo\\n'; sleep 1000", stage_quick);
	stage_until(stage, wrote);
	assert_memory_equal(stage->received.bytes, "one\ntwo\n", 8);
	assert_int_equal(net_source_status(stage->source)->state, NET_LIVE);
	assert_int_equal(stage->received.ups, 1);
	assert_false(net_source_send(stage->source, 0, SLICE("x")));
	end(stage);
}

static bool has_ended_twice(struct stage *stage)
{
	return stage->received.downs >= 2;
}

static void one_that_ends_is_started_again_and_its_last_words_are_told(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:echo out; echo first >&2; echo 'no card' >&2; exit 3",
	      stage_quick);
	stage_until(stage, has_ended_twice);
	assert_string_equal(stage->received.reason, "it ended with status 3: no card");
	assert_memory_equal(stage->received.bytes, "out\nout\n", 8);
	end(stage);
}

static void one_that_was_killed_says_by_what(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:kill -9 $$", stage_quick);
	stage_until(stage, has_ended_twice);
	assert_string_equal(stage->received.reason, "it was ended by signal 9");
	end(stage);
}

static void status_99_means_that_there_is_no_more(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:echo last; echo 'race over' >&2; exit 99", stage_quick);
	stage_until(stage, is_ended);
	assert_memory_equal(stage->received.bytes, "last\n", 5);
	assert_string_equal(net_source_status(stage->source)->reason, "race over");
	assert_int_equal(stage->received.ups, 1);
	end(stage);
}

static void its_whole_group_is_gone_with_the_source_whatever_it_ignores(void **state)
{
	struct stage *stage = *state;
	begin(stage,
	      "exec:trap '' TERM; sh -c 'trap \"\" TERM HUP; echo $$; sleep 1000' & "
	      "wait",
	      stage_quick);
	stage_until(stage, wrote);
	pid_t grandchild = number_written(stage);
	assert_int_equal(kill(grandchild, 0), 0);
	end(stage);
	/* Whoever adopted it may not have waited for it yet. */
	for (unsigned i = 0; i < 5000 && kill(grandchild, 0) == 0; i++) {
		char path[64], text[256] = "";
		text_format(path, sizeof(path), "/proc/%ld/stat", (long)grandchild);
		FILE *file = fopen(path, "r");
		if (file && fgets(text, sizeof(text), file) && strstr(text, ") Z"))
			i = 5000;
		if (file)
			fclose(file);
		ev_sleep(.001);
	}
	char path[64], text[256] = ") Z";
	text_format(path, sizeof(path), "/proc/%ld/stat", (long)grandchild);
	FILE *file = fopen(path, "r");
	if (file) {
		(void)fgets(text, sizeof(text), file);
		fclose(file);
	}
	assert_non_null(strstr(text, ") Z"));
}

static void what_one_leaves_behind_is_ended_before_the_next_starts(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:sh -c 'trap \"\" TERM; sleep 1000' & echo $!; exit 1",
	      stage_quick);
	stage_until(stage, wrote);
	pid_t left = number_written(stage);
	stage->received.len = 0;
	stage_until(stage, wrote_twice);
	assert_int_not_equal(number_written(stage), left);
	assert_true(kill(left, 0) != 0 || waitpid(left, NULL, WNOHANG) < 0);
	end(stage);
}

static void it_has_no_terminal_no_input_and_no_descriptor_of_ours(void **state)
{
	struct stage *stage = *state;
	int secret[2];
	assert_int_equal(pipe(secret), 0); /* inherited by whoever is not careful */
	begin(stage,
	      "exec:ls /proc/self/fd | tr '\\n' ' '; cat; "
	      "(exec </dev/tty) 2>/dev/null || echo none; sleep 1000",
	      stage_quick);
	stage_until(stage, wrote);
	stage->received.bytes[stage->received.len] = '\0';
	/* 3 is the folder that ls reads. */
	assert_string_equal(stage->received.bytes, "0 1 2 3 none\n");
	close(secret[0]);
	close(secret[1]);
	end(stage);
}

static void it_gets_no_password_of_redis(void **state)
{
	struct stage *stage = *state;
	assert_int_equal(setenv("PITWALL_REDIS_PASSWORD", "one", 1), 0);
	assert_int_equal(setenv("PITWALL_REDIS_TO_PASSWORD", "two", 1), 0);
	begin(stage, "exec:env | grep -c PITWALL_REDIS_; sleep 1000", stage_quick);
	stage_until(stage, wrote);
	stage->received.bytes[stage->received.len] = '\0';
	assert_string_equal(stage->received.bytes, "0\n");
	assert_int_equal(unsetenv("PITWALL_REDIS_PASSWORD"), 0);
	assert_int_equal(unsetenv("PITWALL_REDIS_TO_PASSWORD"), 0);
	end(stage);
}

static bool is_held(struct stage *stage)
{
	return strstr(net_source_status(stage->source)->reason, "has to wait") != NULL;
}

static bool says_no_answer(struct stage *stage)
{
	return strcmp(net_source_status(stage->source)->reason, "no answer") == 0;
}

static void one_that_asks_a_service_is_live_when_the_service_has_answered(void **state)
{
	struct stage *stage = *state;
	char name[SCRATCH_MAX], go[SCRATCH_MAX + 8];
	scratch_name(name, "asks");
	text_format(go, sizeof(go), "%s.go", name);
	scratch_text(name, "#!/bin/sh\n"
			   "echo 'no answer' >&2\n"
			   "until [ -e \"$0.go\" ]; do sleep 0.05; done\n"
			   "echo row\n"
			   "sleep 1000\n");
	assert_int_equal(chmod(name, 0700), 0);
	assert_int_equal(setenv("PITWALL_WEB", name, 1), 0);
	begin(stage, "https://127.0.0.1:1/x", stage_quick);
	stage_until(stage, says_no_answer);
	assert_int_equal(net_source_status(stage->source)->state, NET_CONNECTING);
	scratch_text(go, "");
	stage_until(stage, wrote);
	assert_int_equal(net_source_status(stage->source)->state, NET_LIVE);
	end(stage);
	assert_int_equal(unsetenv("PITWALL_WEB"), 0);
	(void)unlink(name);
	(void)unlink(go);
}

static void one_that_floods_waits_and_says_so(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:yes 0123456789", stage_quick);
	stage_until(stage, is_held);
	assert_int_equal(net_source_status(stage->source)->state, NET_LIVE);
	/* The burst, and a read. */
	assert_in_range(net_source_status(stage->source)->bytes, 8 << 20,
			(8 << 20) + (64 << 10) + (1 << 20));
	end(stage);
}

static void one_that_complains_without_end_is_recorded_and_does_no_harm(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:yes complaint >&2 & sleep .2; echo here; wait", stage_quick);
	stage_until(stage, wrote);
	assert_string_equal(net_source_status(stage->source)->reason, "complaint");
	end(stage);
}

static void one_that_hangs_is_started_again(void **state)
{
	struct stage *stage = *state;
	struct net_options options = stage_quick;
	options.silence = 50 * US_MS;
	begin(stage, "exec:echo $$; exec sleep 1000", options);
	stage_until(stage, wrote);
	pid_t first = number_written(stage);
	stage->received.len = 0;
	stage_until(stage, wrote_twice);
	assert_true(stage->received.seen[NET_SILENT] > 0);
	assert_int_not_equal(number_written(stage), first);
	end(stage);
}

static void one_that_closes_its_output_is_ended(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:echo $$; exec sleep 1000 >/dev/null", stage_quick);
	stage_until(stage, wrote_twice);
	assert_string_equal(stage->received.reason, "it was ended by signal 15");
	end(stage);
}

static void a_source_may_be_closed_by_what_it_says(void **state)
{
	struct stage *stage = *state;
	stage->received.close_on_bytes = true;
	begin(stage, "exec:echo out; exit 1", stage_quick);
	stage_until(stage, has_closed);
	stage_turn(stage, 10);
	net_programs_end(&program, 1);
}

static void when_its_starter_is_killed_the_program_is_gone_too(void **state)
{
	struct stage *stage = *state;
	begin(stage, "exec:echo $$; exec sleep 1000", stage_quick);
	stage_until(stage, wrote);
	pid_t child = number_written(stage);
	assert_int_equal(kill(program.pid, SIGKILL), 0);
	stage_until(stage, is_ended);
	for (unsigned i = 0; i < 5000 && kill(child, 0) == 0; i++)
		ev_sleep(.001);
	end(stage);
}

#define T(name_) cmocka_unit_test_setup_teardown(name_, stage_set_up, stage_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_it_writes_is_what_comes_in),
		T(one_that_ends_is_started_again_and_its_last_words_are_told),
		T(one_that_was_killed_says_by_what),
		T(status_99_means_that_there_is_no_more),
		T(its_whole_group_is_gone_with_the_source_whatever_it_ignores),
		T(what_one_leaves_behind_is_ended_before_the_next_starts),
		T(it_has_no_terminal_no_input_and_no_descriptor_of_ours),
		T(it_gets_no_password_of_redis),
		T(one_that_asks_a_service_is_live_when_the_service_has_answered),
		T(one_that_floods_waits_and_says_so),
		T(one_that_complains_without_end_is_recorded_and_does_no_harm),
		T(one_that_hangs_is_started_again),
		T(one_that_closes_its_output_is_ended),
		T(a_source_may_be_closed_by_what_it_says),
		T(when_its_starter_is_killed_the_program_is_gone_too),
	};
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
