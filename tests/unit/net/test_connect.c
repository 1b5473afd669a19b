/*
 * test_connect.c -- a source that connects: again and again, and what it says of it
 */
#include "stage.h"
#include "../../scratch.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char url[64];

static int listen_and_open(struct stage *stage, const struct net_options *options)
{
	uint16_t port = 0;
	int fd = far_listen(&port);
	text_format(url, sizeof(url), "tcp://127.0.0.1:%u", port);
	stage_open(stage, url, options);
	return fd;
}

static void bytes_come_in_with_the_time_they_were_received_at(void **state)
{
	struct stage *stage = *state;
	int listening = listen_and_open(stage, &stage_quick);
	assert_int_equal(net_source_status(stage->source)->state, NET_CONNECTING);
	stage_until(stage, is_live);
	int far = accept(listening, NULL, NULL);
	int64_t before = net_calls.clock();
	far_say(far, "hello");
	stage_until(stage, has_bytes);
	const struct net_status *status = net_source_status(stage->source);
	assert_memory_equal(stage->received.bytes, "hello", 5);
	assert_in_range(stage->received.received_at - before, 0, 20 * US_S);
	assert_true(status->received_at == stage->received.received_at);
	assert_int_equal(status->bytes, 5);
	assert_int_equal(status->chunks, 1);
	assert_int_equal(status->connects, 1);
	assert_int_equal(status->peers, 1);
	close(far);
	close(listening);
}

static void a_link_that_was_cut_is_made_again(void **state)
{
	struct stage *stage = *state;
	int listening = listen_and_open(stage, &stage_quick);
	for (unsigned i = 0; i < 5; i++) {
		stage_until(stage, is_live);
		int far = accept(listening, NULL, NULL);
		stage->received.len = 0;
		far_say(far, "x");
		stage_until(stage, has_bytes);
		close(far);
		stage_until(stage, is_waiting);
		assert_string_equal(stage->received.reason,
				    "the other end closed the connection");
		assert_true(net_source_status(stage->source)->retry_at != INSTANT_NONE);
		assert_int_equal(net_source_status(stage->source)->peers, 0);
	}
	assert_int_equal(stage->received.ups, 5);
	assert_int_equal(stage->received.downs, 5);
	close(listening);
}

static void who_is_refused_says_why_and_comes_again(void **state)
{
	struct stage *stage = *state;
	uint16_t port = 0;
	int listening = far_listen(&port);
	close(listening);
	text_format(url, sizeof(url), "tcp://127.0.0.1:%u", port);
	stage_open(stage, url, &stage_quick);
	stage_until(stage, is_refused);
	assert_non_null(
		strstr(net_source_status(stage->source)->reason, "connection refused"));
	assert_int_equal(stage->received.ups, 0);
	listening = far_listen(&port);
	stage_until(stage, is_live);
	assert_string_equal(net_source_status(stage->source)->reason, "");
	assert_true(net_source_status(stage->source)->retry_at == INSTANT_NONE);
	close(listening);
}

static int64_t standing_clock(void)
{
	return US_DAY;
}

static bool refused_eight_times(struct stage *stage)
{
	return stage->received.seen[NET_REFUSED] >= 8;
}

static void waiting_doubles_to_its_limit_with_jitter(void **state)
{
	static instant_us waits[8];
	struct stage *stage = *state;
	uint16_t port = 0;
	const struct net_options options = {.retry_first = 1000, .retry_most = 8000};
	int64_t (*clock)(void) = net_calls.clock;
	net_calls.clock = standing_clock; /* no time between the two instants */
	close(far_listen(&port));
	text_format(url, sizeof(url), "tcp://127.0.0.1:%u", port);
	stage_open(stage, url, &options);
	const struct net_status *status = net_source_status(stage->source);
	for (unsigned i = 0; i < ARRAY_LEN(waits); i++) {
		unsigned seen = stage->received.seen[NET_REFUSED];
		while (stage->received.seen[NET_REFUSED] == seen)
			ev_run(stage->loop, EVRUN_ONCE);
		/* The delay as it is said, not the time that passes. */
		waits[i] = status->retry_at - status->since;
	}
	net_calls.clock = clock;
	assert_true(refused_eight_times(stage));
	static const duration_us wanted[] = {1000, 2000, 4000, 8000, 8000, 8000};
	bool jitter = false;
	for (unsigned i = 0; i < ARRAY_LEN(wanted); i++) {
		assert_in_range(waits[i], wanted[i] * 8 / 10, wanted[i] * 12 / 10);
		jitter = jitter || (i > 3 && waits[i] != waits[3]);
	}
	assert_true(jitter);
}

static void a_silent_link_is_shown_and_then_made_anew(void **state)
{
	struct stage *stage = *state;
	const struct net_options options = {
		.silence = 20 * US_MS, .retry_first = US_MS, .retry_most = US_MS};
	int listening = listen_and_open(stage, &options);
	stage_until(stage, is_live);
	stage_until(stage, is_silent);
	assert_non_null(strstr(net_source_status(stage->source)->reason, "nothing"));
	assert_int_equal(stage->received.downs, 0);
	stage_until(stage, is_waiting);
	assert_int_equal(stage->received.downs, 1);
	stage_until(stage, is_live);
	assert_int_equal(net_source_status(stage->source)->connects, 2);
	close(listening);
}

static void a_word_ends_the_silence(void **state)
{
	struct stage *stage = *state;
	const struct net_options options = {.silence = 300 * US_MS};
	int listening = listen_and_open(stage, &options);
	stage_until(stage, is_live);
	int far = accept(listening, NULL, NULL);
	stage_until(stage, is_silent);
	far_say(far, "x");
	stage_until(stage, has_bytes);
	assert_int_equal(stage->received.seen[NET_LIVE], 2);
	assert_int_equal(stage->received.downs, 0);
	close(far);
	close(listening);
}

static bool name_is_refused(struct stage *stage)
{
	return is_refused(stage) &&
	       strstr(net_source_status(stage->source)->reason, "cannot resolve");
}

static void a_name_that_is_none_is_said_and_asked_again(void **state)
{
	struct stage *stage = *state;
	stage_open(stage, "tcp://no-such-host.invalid:5403", &stage_quick);
	stage_until(stage, name_is_refused);
	assert_int_equal(stage->received.ups, 0);
}

static void a_name_is_resolved_and_connected(void **state)
{
	struct stage *stage = *state;
	uint16_t port = 0;
	struct addrinfo *found = NULL;
	/* A machine without /etc/hosts and a name server knows no name. */
	if (getaddrinfo("localhost", NULL, NULL, &found) != 0)
		skip();
	freeaddrinfo(found);
	int listening = far_listen(&port);
	text_format(url, sizeof(url), "tcp://localhost:%u", port);
	stage_open(stage, url, &stage_quick);
	stage_until(stage, is_live);
	close(listening);
}

static void a_source_is_closed_while_its_name_is_asked_for(void **state)
{
	struct stage *stage = *state;
	for (unsigned i = 0; i < 20; i++) {
		stage_open(stage, "tcp://localhost:1", &stage_quick);
		stage_turn(stage, i % 4);
		net_source_close(stage->source);
		stage->source = NULL;
	}
}

static int answer_fd;

static bool far_has_answer(struct stage *stage)
{
	static char got[16];
	(void)stage;
	return recv(answer_fd, got, sizeof(got), MSG_PEEK | MSG_DONTWAIT) == 6;
}

static void what_is_asked_for_is_sent(void **state)
{
	struct stage *stage = *state;
	int listening = listen_and_open(stage, &stage_quick);
	stage->received.answer = "RESEND";
	stage_until(stage, is_live);
	int far = accept(listening, NULL, NULL);
	far_say(far, "x");
	stage_until(stage, has_bytes);
	answer_fd = far;
	stage_until(stage, far_has_answer);
	close(far);
	close(listening);
}

static bool far_is_full(struct stage *stage)
{
	static char block[4096];
	return !net_source_send(stage->source, 0, (struct slice){block, sizeof(block)});
}

static void more_than_its_room_is_not_queued(void **state)
{
	static char block[64 * 1024 + 1];
	struct stage *stage = *state;
	int listening = listen_and_open(stage, &stage_quick);
	assert_false(net_source_send(stage->source, 0, SLICE("x")));
	stage_until(stage, is_live);
	assert_false(net_source_send(stage->source, 0,
				     (struct slice){block, sizeof(block)}));
	assert_false(net_source_send(stage->source, 1, SLICE("x")));
	assert_false(net_source_send(stage->source, FEED_PEERS_MAX, SLICE("x")));
	assert_true(net_source_send(stage->source, 0,
				    (struct slice){block, sizeof(block) - 1}));
	assert_false(net_source_send(stage->source, 0, SLICE("x")));
	stage_turn(stage, 3);
	stage_until(stage, far_is_full); /* the far end never reads */
	close(listening);
}

static void a_callback_may_close_its_source(void **state)
{
	for (unsigned i = 0; i < 3; i++) {
		struct stage *stage = *state;
		memset(&stage->received, 0, sizeof(stage->received));
		stage->received.close_on_bytes = i == 0;
		stage->received.close_on_up = i == 1;
		stage->received.close_on_down = i == 2;
		stage->received.answer = i == 0 ? "bye" : NULL;
		int listening = listen_and_open(stage, &stage_quick);
		if (i == 1) {
			stage_until(stage, has_closed);
		} else {
			stage_until(stage, is_live);
			int far = accept(listening, NULL, NULL);
			if (i == 0)
				far_say(far, "x");
			else
				shutdown(far, SHUT_WR);
			stage_until(stage, has_closed);
			close(far);
		}
		stage_turn(stage, 3);
		close(listening);
	}
}

#define IN_STAGE(test) \
	cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

/* Of these only the third is not part of the C library, and nothing else loads it. */
static void modules_that_look_up_names_are_loaded_before_a_sandbox(void **state)
{
	static const char words[] =
		"passwd: hesiod\n# hosts: hesiod\nhosts:\tfiles  ../evil compat "
		"[NOTFOUND=return] dns\n";
	static const char module[] = "libnss_compat.so.2";
	char config[SCRATCH_MAX];
	(void)state;
	scratch_name(config, "names");
	FILE *file = fopen(config, "w");
	assert_non_null(file);
	(void)fputs(words, file);
	assert_int_equal(fclose(file), 0);
	assert_null(dlopen(module, RTLD_NOW | RTLD_NOLOAD));
	net_names_prepare(config);
	net_names_prepare("/nonexistent");
	(void)unlink(config);
	bool loaded = dlopen(module, RTLD_NOW | RTLD_NOLOAD) != NULL;
	assert_null(dlopen("libnss_hesiod.so.2", RTLD_NOW | RTLD_NOLOAD));
	if (!loaded && dlopen(module, RTLD_NOW) == NULL)
		skip(); /* this system has no such module */
	assert_true(loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STAGE(bytes_come_in_with_the_time_they_were_received_at),
		IN_STAGE(a_link_that_was_cut_is_made_again),
		IN_STAGE(who_is_refused_says_why_and_comes_again),
		IN_STAGE(waiting_doubles_to_its_limit_with_jitter),
		IN_STAGE(a_silent_link_is_shown_and_then_made_anew),
		IN_STAGE(a_word_ends_the_silence),
		IN_STAGE(a_name_that_is_none_is_said_and_asked_again),
		IN_STAGE(a_name_is_resolved_and_connected),
		cmocka_unit_test(
			modules_that_look_up_names_are_loaded_before_a_sandbox),
		IN_STAGE(a_source_is_closed_while_its_name_is_asked_for),
		IN_STAGE(what_is_asked_for_is_sent),
		IN_STAGE(more_than_its_room_is_not_queued),
		IN_STAGE(a_callback_may_close_its_source),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
