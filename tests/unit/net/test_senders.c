/*
 * test_senders.c -- sources that others speak to: listening, datagrams, FIFOs, serial
 * ports, standard input
 */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* posix_openpt() */
#endif
#include "stage.h"

#include "../../scratch.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static const struct net_status *status_of(struct stage *stage)
{
	return net_source_status(stage->source);
}

static bool two_peers(struct stage *stage)
{
	return stage->received.peers_mask == 3;
}

static bool one_link_down(struct stage *stage)
{
	return stage->received.downs == 1;
}

static void several_senders_have_a_number_each_the_lowest_free(void **state)
{
	struct stage *stage = *state;
	stage_open(stage, "tcp://127.0.0.1:0?listen=yes", &stage_quick);
	stage_until(stage, is_listening);
	uint16_t port = net_source_port(stage->source);
	assert_int_equal(status_of(stage)->state, NET_CONNECTING);
	assert_non_null(strstr(status_of(stage)->reason, "no sender yet"));
	int a = far_connect(port), b = far_connect(port);
	far_say(a, "a");
	far_say(b, "b");
	stage_until(stage, two_peers);
	assert_int_equal(status_of(stage)->peers, 2);
	assert_int_equal(status_of(stage)->state, NET_LIVE);
	close(a);
	stage_until(stage, one_link_down);
	assert_int_equal(status_of(stage)->state, NET_LIVE);
	stage->received.peers_mask = 0;
	stage->received.len = 0;
	a = far_connect(port);
	far_say(a, "c");
	stage_until(stage, has_bytes);
	assert_int_equal(stage->received.peers_mask, 1);
	close(a);
	close(b);
}

static bool first_peer(struct stage *stage)
{
	return (stage->received.peers_mask & 1) != 0;
}

static void a_connection_that_is_held_is_not_read_and_others_are(void **state)
{
	struct stage *stage = *state;
	stage_open(stage, "tcp://127.0.0.1:0?listen=yes", &stage_quick);
	stage_until(stage, is_listening);
	int a = far_connect(net_source_port(stage->source));
	int b = far_connect(net_source_port(stage->source));
	far_say(a, "a");
	far_say(b, "b");
	stage_until(stage, two_peers);
	net_source_hold(stage->source, 0, true);
	stage->received.peers_mask = 0;
	stage->received.len = 0;
	far_say(a, "a");
	far_say(b, "b");
	stage_until(stage, has_bytes);
	stage_turn(stage, 5);
	assert_int_equal(stage->received.peers_mask, 2);
	net_source_hold(stage->source, 0, false);
	stage_until(stage, first_peer);
	close(a);
	close(b);
}

static bool all_peers(struct stage *stage)
{
	return net_source_status(stage->source)->peers == FEED_PEERS_MAX;
}

static bool one_refused(struct stage *stage)
{
	return net_source_status(stage->source)->refused.count > 0;
}

static void one_sender_too_many_is_refused(void **state)
{
	struct stage *stage = *state;
	int fds[FEED_PEERS_MAX];
	char byte;
	stage_open(stage, "tcp://127.0.0.1:0?listen=yes", &stage_quick);
	stage_until(stage, is_listening);
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++) {
		fds[i] = far_connect(net_source_port(stage->source));
		stage_turn(stage, 1);
	}
	stage_until(stage, all_peers);
	int more = far_connect(net_source_port(stage->source));
	stage_until(stage, one_refused);
	assert_int_equal(read(more, &byte, 1), 0); /* an orderly end */
	assert_int_equal(status_of(stage)->peers, FEED_PEERS_MAX);
	close(more);
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++)
		close(fds[i]);
}

static void a_port_that_is_taken_is_said_and_tried_again(void **state)
{
	struct stage *stage = *state;
	char url[64];
	uint16_t port = 0;
	int listening = far_listen(&port);
	text_format(url, sizeof(url), "tcp://127.0.0.1:%u?listen=yes", port);
	stage_open(stage, url, &stage_quick);
	stage_until(stage, is_refused);
	assert_non_null(strstr(status_of(stage)->reason, "another program"));
	close(listening);
	stage_until(stage, is_listening);
}

/* ---- datagrams ------------------------------------------------------------------ */

static int far_datagrams(uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (void *)&in, sizeof(in)), 0);
	return fd;
}

static void senders_of_datagrams_are_told_apart_and_answered(void **state)
{
	struct stage *stage = *state;
	char got[16];
	stage_open(stage, "udp://127.0.0.1:0", &stage_quick);
	stage_until(stage, is_listening);
	int a = far_datagrams(net_source_port(stage->source));
	int b = far_datagrams(net_source_port(stage->source));
	far_say(a, "a");
	stage_until(stage, has_bytes);
	assert_int_equal(stage->received.peers_mask, 1);
	far_say(b, "b");
	stage_until(stage, two_peers);
	far_say(a, "a");
	stage_turn(stage, 2);
	assert_int_equal(stage->received.ups, 2);
	assert_true(net_source_send(stage->source, 1, SLICE("ack b")));
	assert_int_equal(read(b, got, sizeof(got)), 5);
	assert_memory_equal(got, "ack b", 5);
	close(a);
	close(b);
}

static bool gone_peer(struct stage *stage)
{
	return stage->received.downs > 0 && stage->received.peers_mask != 0 &&
	       net_source_status(stage->source)->peers == 0;
}

static void a_sender_of_datagrams_that_falls_silent_gives_its_number_back(void **state)
{
	struct stage *stage = *state;
	const struct net_options options = {.silence = 10 * US_MS};
	stage_open(stage, "udp://127.0.0.1:0", &options);
	stage_until(stage, is_listening);
	int a = far_datagrams(net_source_port(stage->source));
	far_say(a, "a");
	stage_until(stage, gone_peer);
	assert_int_equal(stage->received.seen[NET_SILENT], 1);
	int b = far_datagrams(net_source_port(stage->source));
	stage->received.peers_mask = 0;
	stage->received.len = 0;
	far_say(b, "b");
	stage_until(stage, has_bytes);
	assert_int_equal(stage->received.peers_mask, 1);
	close(a);
	close(b);
}

static void
of_more_senders_of_datagrams_than_numbers_the_last_are_received(void **state)
{
	struct stage *stage = *state;
	int fds[FEED_PEERS_MAX + 1];
	stage_open(stage, "udp://127.0.0.1:0", &stage_quick);
	stage_until(stage, is_listening);
	for (unsigned i = 0; i <= FEED_PEERS_MAX; i++) {
		fds[i] = far_datagrams(net_source_port(stage->source));
		far_say(fds[i], "x");
		stage_turn(stage, 2);
	}
	stage_until(stage, all_peers);
	stage_turn(stage, 5);
	assert_int_equal(stage->received.ups, FEED_PEERS_MAX + 1);
	assert_int_equal(stage->received.downs, 1);
	assert_int_equal(stage->received.len, FEED_PEERS_MAX + 1);
	assert_int_equal(status_of(stage)->refused.count, 0);
	for (unsigned i = 0; i <= FEED_PEERS_MAX; i++)
		close(fds[i]);
}

/** A sender of 127.0.0.@host. */
static int far_from(int type, uint16_t port, unsigned host)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	int fd = socket(AF_INET, type, 0);
	assert_true(fd >= 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host - 1);
	assert_int_equal(bind(fd, (void *)&in, sizeof(in)), 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in.sin_port = htons(port);
	assert_int_equal(connect(fd, (void *)&in, sizeof(in)), 0);
	return fd;
}

/* Answered once, a sender keeps its place, and its address finds one again. */
static void strangers_take_no_place_of_a_sender_that_was_answered(void **state)
{
	static const int types[] = {SOCK_DGRAM, SOCK_STREAM};
	static const char *const urls[] = {"udp://127.0.0.1:0",
					   "tcp://127.0.0.1:0?listen=yes&senders=4"};
	struct stage *stage = *state;
	for (size_t k = 0; k < ARRAY_LEN(types); k++) {
		int strangers[2 * FEED_PEERS_MAX], known;
		unsigned count = k == 0 ? 2 * FEED_PEERS_MAX : 6;
		memset(&stage->received, 0, sizeof(stage->received));
		stage_open(stage, urls[k], &stage_quick);
		stage_until(stage, is_listening);
		uint16_t port = net_source_port(stage->source);
		known = far_from(types[k], port, 2);
		far_say(known, "k");
		stage_until(stage, has_bytes);
		assert_true(net_source_send(stage->source, 0, SLICE("ack")));
		for (unsigned i = 0; i < count; i++) {
			strangers[i] = far_from(types[k], port, 3 + i % 9);
			if (k == 0)
				far_say(strangers[i], "x");
			stage_turn(stage, 2);
		}
		/* Its place is its own ... */
		stage->received.peers_mask = 0;
		far_say(known, "k");
		stage_turn(stage, 5);
		assert_int_equal(stage->received.peers_mask, 1);
		/* ... and from another port it takes that of a stranger. */
		unsigned downs = stage->received.downs;
		int again = far_from(types[k], port, 2);
		far_say(again, "k");
		stage_turn(stage, 5);
		assert_int_equal(stage->received.downs, downs + 1);
		assert_int_not_equal(stage->received.peers_mask, 1);
		if (k == 1) {
			assert_int_equal(status_of(stage)->refused.count, 3);
			assert_string_equal(status_of(stage)->refused.reason,
					    "all places are taken");
		}
		for (unsigned i = 0; i < count; i++)
			close(strangers[i]);
		close(known);
		close(again);
		net_source_close(stage->source);
		stage->source = NULL;
	}
}

static bool silent_one_replaced(struct stage *stage)
{
	return stage->received.downs > 0;
}

/* TCP: who has said nothing for long gives way to a sender that nobody knows. */
static void idle_strangers_give_way(void **state)
{
	struct stage *stage = *state;
	int fds[4];
	stage_open(stage, "beacon+tcp://127.0.0.1:0?listen=yes&senders=3&idle=1",
		   &(struct net_options){0});
	stage_until(stage, is_listening);
	uint16_t port = net_source_port(stage->source);
	for (unsigned i = 0; i < 3; i++) {
		fds[i] = far_connect(port);
		stage_turn(stage, 2);
	}
	char got[64];
	fds[3] = far_connect(port);
	stage_turn(stage, 5);
	assert_int_equal(read(fds[3], got, sizeof(got)),
			 strlen("{\"refused\":\"all places are taken\"}\n"));
	for (double until = ev_time() + 10;
	     !silent_one_replaced(stage) && ev_time() < until;) {
		close(fds[3]);
		fds[3] = far_connect(port);
		stage_turn(stage, 5);
	}
	far_say(fds[3], "x");
	stage_until(stage, has_bytes);
	for (unsigned i = 0; i < ARRAY_LEN(fds); i++)
		close(fds[i]);
}

static void senders_of_other_networks_are_refused(void **state)
{
	struct stage *stage = *state;
	char got[8];
	stage_open(
		stage,
		"tcp://127.0.0.1:0?listen=yes&allow=10.0.0.0/8,127.0.0.2&per-address=1",
		&stage_quick);
	stage_until(stage, is_listening);
	uint16_t port = net_source_port(stage->source);
	int a = far_from(SOCK_STREAM, port, 1), b = far_from(SOCK_STREAM, port, 2);
	stage_turn(stage, 5);
	assert_int_equal(read(a, got, sizeof(got)), 0);
	assert_int_equal(status_of(stage)->peers, 1);
	assert_string_equal(status_of(stage)->refused.address, "127.0.0.1");
	int c = far_from(SOCK_STREAM, port, 2);
	stage_turn(stage, 5);
	assert_int_equal(read(c, got, sizeof(got)), 0);
	assert_int_equal(status_of(stage)->refused.count, 2);
	assert_string_equal(status_of(stage)->refused.reason,
			    "too many connections from its address");
	close(a);
	close(b);
	close(c);
}

static void ipv6_has_all_of_it_too(void **state)
{
	struct stage *stage = *state;
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
				   .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int probe = socket(AF_INET6, SOCK_STREAM, 0);
	if (probe < 0 || bind(probe, (void *)&in6, sizeof(in6)) != 0) {
		if (probe >= 0)
			close(probe);
		print_message("# this machine has no IPv6\n");
		skip();
	}
	close(probe);
	stage_open(stage, "tcp://[::1]:0?listen=yes", &stage_quick);
	stage_until(stage, is_listening);
	in6.sin6_port = htons(net_source_port(stage->source));
	int far = socket(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(connect(far, (void *)&in6, sizeof(in6)), 0);
	far_say(far, "six");
	stage_until(stage, has_bytes);
	close(far);
}

static void any_address_hears_ipv4(void **state)
{
	struct stage *stage = *state;
	stage_open(stage, "tcp://*:0?listen=yes", &stage_quick);
	stage_until(stage, is_listening);
	int far = far_connect(net_source_port(stage->source));
	far_say(far, "four");
	stage_until(stage, has_bytes);
	close(far);
}

/* ---- devices ---------------------------------------------------------------------- */

static void a_fifo_is_read_until_its_writer_ends(void **state)
{
	struct stage *stage = *state;
	char path[SCRATCH_MAX], url[SCRATCH_FILE_MAX];
	scratch_name(path, "net");
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(url, sizeof(url), "file:%s", path);
	stage_open(stage, url, &stage_quick);
	stage_until(stage, is_live);
	stage_turn(stage, 3);
	assert_int_equal(status_of(stage)->state, NET_LIVE); /* no writer yet */
	int far = open(path, O_WRONLY);
	far_say(far, "through");
	stage_until(stage, has_bytes);
	assert_false(net_source_send(stage->source, 0, SLICE("x")));
	close(far);
	stage_until(stage, is_ended);
	assert_int_equal(stage->received.downs, 1);
	assert_int_equal(stage->received.len, 7);
	unlink(path);
}

static void a_silent_fifo_is_shown_and_stays_open(void **state)
{
	struct stage *stage = *state;
	const struct net_options options = {.silence = 5 * US_MS};
	char path[SCRATCH_MAX], url[SCRATCH_FILE_MAX];
	scratch_name(path, "net");
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(url, sizeof(url), "file:%s", path);
	stage_open(stage, url, &options);
	stage_until(stage, is_live);
	int far = open(path, O_WRONLY);
	for (unsigned i = 0; i < 3; i++) {
		stage_until(stage, is_silent);
		stage->received.len = 0;
		far_say(far, "x"); /* would be SIGPIPE */
		stage_until(stage, has_bytes);
	}
	stage_until(stage, is_silent);
	ev_sleep(.03);
	stage_turn(stage, 3);
	assert_int_equal(stage->received.downs, 0);
	close(far);
	unlink(path);
}

static void a_device_that_is_not_there_yet_is_waited_for(void **state)
{
	struct stage *stage = *state;
	char path[SCRATCH_MAX], url[SCRATCH_FILE_MAX];
	scratch_name(path, "net");
	snprintf(url, sizeof(url), "file:%s", path);
	stage_open(stage, url, &stage_quick);
	stage_until(stage, is_refused);
	assert_non_null(strstr(status_of(stage)->reason, "no such file"));
	assert_int_equal(mkfifo(path, 0600), 0);
	stage_until(stage, is_live);
	unlink(path);
}

static void files_and_folders_do_not_live(void **state)
{
	struct stage *stage = *state;
	struct net_handler none = {0};
	struct net_url url;
	struct err err = {""};
	struct net_source *source = NULL;
	char path[SCRATCH_MAX], text[SCRATCH_FILE_MAX];
	scratch_name(path, "net");
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	snprintf(text, sizeof(text), "file:%s", path);
	assert_int_equal(net_url_parse(text, &url, &err), 0);
	assert_true(net_source_open(stage->loop, &url, &stage_quick, &none, &source,
				    &err) < 0);
	assert_non_null(strstr(err.text, "a regular file"));
	assert_int_equal(net_url_parse("file:/", &url, &err), 0);
	assert_true(net_source_open(stage->loop, &url, &stage_quick, &none, &source,
				    &err) < 0);
	assert_null(source);
	unlink(path);
}

static void a_serial_port_is_raw_and_made_anew_when_it_goes_away(void **state)
{
	struct stage *stage = *state;
	char url[128], got[16];
	struct termios mode;
	int far = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(far >= 0 && grantpt(far) == 0 && unlockpt(far) == 0);
	snprintf(url, sizeof(url), "file:%s?baud=19200", ptsname(far));
	stage_open(stage, url, &stage_quick);
	stage_until(stage, is_live);
	assert_int_equal(tcgetattr(far, &mode), 0);
	assert_int_equal(cfgetispeed(&mode), B19200);
	assert_int_equal(mode.c_cflag & (CSIZE | PARENB | CSTOPB), CS8);
	assert_int_equal(mode.c_lflag & (ICANON | ECHO | ISIG), 0);
	/* Bytes that a terminal would change. */
	assert_int_equal(write(far, "\r\n\003\021\377\0z", 7), 7);
	stage_until(stage, has_bytes);
	assert_int_equal(stage->received.len, 7);
	assert_memory_equal(stage->received.bytes, "\r\n\003\021\377\0z", 7);
	assert_true(net_source_send(stage->source, 0, SLICE("a\nb")));
	stage_turn(stage, 2);
	assert_int_equal(read(far, got, sizeof(got)), 3);
	assert_memory_equal(got, "a\nb", 3);
	close(far);
	stage_until(stage, one_link_down);
	assert_string_equal(stage->received.reason, "the serial port disappeared");
	stage_until(stage, is_refused);
}

static void standard_input_is_read_to_its_end(void **state)
{
	struct stage *stage = *state;
	int ends[2], kept = dup(STDIN_FILENO);
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
	close(ends[0]);
	stage_open(stage, "-", &stage_quick);
	stage_until(stage, is_live);
	far_say(ends[1], "typed");
	stage_until(stage, has_bytes);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
	close(ends[1]);
	stage_until(stage, is_ended);
	assert_int_equal(stage->received.len, 5);
	if (kept >= 0) {
		assert_true(dup2(kept, STDIN_FILENO) >= 0);
		close(kept);
	}
}

#define IN_STAGE(test) \
	cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STAGE(several_senders_have_a_number_each_the_lowest_free),
		IN_STAGE(a_connection_that_is_held_is_not_read_and_others_are),
		IN_STAGE(one_sender_too_many_is_refused),
		IN_STAGE(a_port_that_is_taken_is_said_and_tried_again),
		IN_STAGE(senders_of_datagrams_are_told_apart_and_answered),
		IN_STAGE(a_sender_of_datagrams_that_falls_silent_gives_its_number_back),
		IN_STAGE(
			of_more_senders_of_datagrams_than_numbers_the_last_are_received),
		IN_STAGE(strangers_take_no_place_of_a_sender_that_was_answered),
		IN_STAGE(idle_strangers_give_way),
		IN_STAGE(senders_of_other_networks_are_refused),
		IN_STAGE(ipv6_has_all_of_it_too),
		IN_STAGE(any_address_hears_ipv4),
		IN_STAGE(a_fifo_is_read_until_its_writer_ends),
		IN_STAGE(a_silent_fifo_is_shown_and_stays_open),
		IN_STAGE(a_device_that_is_not_there_yet_is_waited_for),
		IN_STAGE(files_and_folders_do_not_live),
		IN_STAGE(a_serial_port_is_raw_and_made_anew_when_it_goes_away),
		IN_STAGE(standard_input_is_read_to_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
