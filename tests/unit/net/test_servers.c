/*
 * test_servers.c -- servers: fresh starts, slow clients, limits
 *
 * A message is "<N:....>" with a length of its own, a snapshot is "<S:N>": what a
 * client got is read back as messages, so one that was cut in half is seen.
 */
#include "stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	struct stage *stage;
	struct net_server *server;
	struct net_client *last;
	unsigned joined, behind, left, number, closings;
	size_t start_size;
	bool drop_on_received, close_on_received, close_on_behind;
	char said[256];
	size_t said_len;
} host;

/* Room of the client's own side, small so that it is soon full. */
enum { FAR_ROOM = 4096, ROOM_OF_TESTS = 8192 };

static void put_start(struct net_client *client)
{
	char text[64];
	size_t len = text_format(text, sizeof(text), "<S:%u>", host.number);
	net_client_send(client, (struct slice){text, len});
	for (size_t i = 0; i < host.start_size; i += 8)
		net_client_send(client, SLICE("<start->"));
}

static void on_joined(void *context, struct net_client *client)
{
	(void)context;
	host.joined++;
	host.last = client;
	put_start(client);
}

static void on_behind(void *context, struct net_client *client)
{
	(void)context;
	host.behind++;
	put_start(client);
	if (host.close_on_behind) {
		net_server_close(host.server);
		host.server = NULL;
	}
}

/* Takes whole lines. */
static size_t on_received(void *context, struct net_client *client, struct slice bytes)
{
	const char *end = memchr(bytes.at, '\n', bytes.len);
	(void)context;
	if (end == NULL)
		return 0;
	size_t len = (size_t)(end + 1 - bytes.at);
	if (len <= sizeof(host.said) - host.said_len) {
		memcpy(host.said + host.said_len, bytes.at, len);
		host.said_len += len;
	}
	if (host.drop_on_received)
		net_client_drop(client);
	if (host.close_on_received) {
		net_server_close(host.server);
		host.server = NULL;
	}
	net_client_send(client, SLICE("<ok>"));
	return len;
}

static void on_left(void *context, struct net_client *client)
{
	(void)context;
	(void)client;
	host.left++;
}

static const struct net_service usual = {.joined = on_joined,
					 .behind = on_behind,
					 .received = on_received,
					 .left = on_left};

static int set_up(void **state)
{
	int rc = stage_set_up(state);
	memset(&host, 0, sizeof(host));
	host.stage = *state;
	return rc;
}

static int tear_down(void **state)
{
	net_server_close(host.server);
	assert_int_equal(host.left, host.joined);
	return stage_tear_down(state);
}

static void serve(const struct net_service *service)
{
	struct err err = {""};
	if (net_server_open(host.stage->loop, "127.0.0.1:0", service, &host.server,
			    &err) != 0)
		fail_msg("%s", err.text);
}

static int join(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), room = FAR_ROOM;
	close(fd);
	fd = far_connect(net_server_port(host.server));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static bool one_joined(struct stage *stage)
{
	(void)stage;
	return host.joined == 1;
}

static bool two_joined(struct stage *stage)
{
	(void)stage;
	return host.joined == 2;
}

static bool one_left(struct stage *stage)
{
	(void)stage;
	return host.left == 1;
}

/* What a client got: whole messages, read as they come. */
struct reader {
	int fd;
	char buf[1 << 16];
	size_t len;
	unsigned starts, messages, next;
	bool gap, ended;
};

/** Take whole messages off: "<S:N>", "<start->", "<ok>", "<N:xxxx>". */
static void reader_take(struct reader *reader)
{
	size_t at = 0;
	for (;;) {
		char *end = memchr(reader->buf + at, '>', reader->len - at);
		if (end == NULL)
			break;
		const char *text = reader->buf + at;
		size_t len = (size_t)(end + 1 - text);
		assert_int_equal(text[0], '<');
		assert_null(memchr(text + 1, '<', len - 1));
		if (text[1] == 'S') {
			reader->starts++;
			reader->next = (unsigned)strtoul(text + 3, NULL, 10);
		} else if (text[1] >= '0' && text[1] <= '9') {
			char *colon;
			unsigned number = (unsigned)strtoul(text + 1, &colon, 10);
			/* As long as its number says: nothing is missing inside. */
			assert_int_equal((size_t)(end - colon) - 1, number % 97 + 20);
			reader->gap = reader->gap || number != reader->next;
			reader->next = number + 1;
			reader->messages++;
		}
		at += len;
	}
	memmove(reader->buf, reader->buf + at, reader->len - at);
	reader->len -= at;
}

static void reader_read(struct reader *reader)
{
	for (;;) {
		ssize_t n = read(reader->fd, reader->buf + reader->len,
				 sizeof(reader->buf) - reader->len);
		reader->ended = n == 0 || (n < 0 && errno != EAGAIN);
		if (n <= 0)
			break;
		reader->len += (size_t)n;
		reader_take(reader);
	}
}

static void say_number(void)
{
	char text[160];
	size_t len = text_format(text, sizeof(text), "<%u:", host.number);
	memset(text + len, 'x', host.number % 97 + 20);
	len += host.number % 97 + 20;
	text[len++] = '>';
	net_server_send(host.server, (struct slice){text, len});
	host.number++;
}

static struct reader fast, slow;

static bool fast_has_all(struct stage *stage)
{
	(void)stage;
	reader_read(&fast);
	return fast.next == host.number;
}

static bool slow_has_all(struct stage *stage)
{
	(void)stage;
	reader_read(&slow);
	return slow.next == host.number;
}

static void who_joins_gets_a_fresh_start_and_then_all(void **state)
{
	serve(&usual);
	memset(&fast, 0, sizeof(fast));
	fast.fd = join();
	stage_until(*state, one_joined);
	assert_int_equal(net_server_clients(host.server), 1);
	for (unsigned i = 0; i < 50; i++)
		say_number();
	stage_until(*state, fast_has_all);
	assert_int_equal(fast.starts, 1);
	assert_int_equal(fast.messages, 50);
	assert_false(fast.gap);
	close(fast.fd);
	stage_until(*state, one_left);
	assert_int_equal(net_server_clients(host.server), 0);
}

static void join_two(struct stage *stage)
{
	memset(&fast, 0, sizeof(fast));
	memset(&slow, 0, sizeof(slow));
	fast.fd = join();
	stage_until(stage, one_joined);
	slow.fd = join();
	stage_until(stage, two_joined);
}

static void a_slow_client_starts_afresh_and_a_fast_one_gets_all(void **state)
{
	struct net_service service = usual;
	service.room = ROOM_OF_TESTS;
	serve(&service);
	join_two(*state);
	for (unsigned i = 0; i < 20000; i++) {
		say_number();
		if (i % 20 == 0) {
			stage_turn(*state, 1);
			reader_read(&fast);
		}
	}
	stage_until(*state, fast_has_all);
	assert_int_equal(fast.messages, 20000);
	assert_int_equal(fast.starts, 1);
	assert_false(fast.gap);
	assert_in_range(host.behind, 3, 20000);
	/* What it reads now is what was, whole messages, then how it stands. */
	stage_until(*state, slow_has_all);
	assert_in_range(slow.starts, 2, 1 + host.behind);
	assert_in_range(slow.messages, 1, 19999);
	assert_false(slow.gap); /* a start stands before whatever is missing */
	assert_int_equal(slow.len, 0);
	/* And it goes on like any other. */
	unsigned behind = host.behind;
	for (unsigned i = 0; i < 10; i++)
		say_number();
	stage_until(*state, slow_has_all);
	assert_int_equal(host.behind, behind);
	close(fast.fd);
	close(slow.fd);
}

static void boundaries_hold_whatever_the_room(void **state)
{
	struct net_service service = usual;
	(void)state;
	for (unsigned room = 64; room < 4096; room += 331) {
		memset(&host, 0, sizeof(host));
		host.stage = *state;
		service.room = room;
		serve(&service);
		memset(&slow, 0, sizeof(slow));
		slow.fd = join();
		stage_until(*state, one_joined);
		for (unsigned i = 0; i < 1500; i++) {
			say_number();
			if (i % 7 == 0)
				stage_turn(*state, 1);
			if (i % 301 == 0)
				reader_read(&slow);
		}
		stage_until(*state, slow_has_all);
		assert_false(slow.gap);
		close(slow.fd);
		net_server_close(host.server);
		host.server = NULL;
	}
}

static void a_fresh_start_larger_than_the_room_is_not_thrown_away_at_once(void **state)
{
	struct net_service service = usual;
	service.room = 512;
	host.start_size = 200000;
	serve(&service);
	memset(&slow, 0, sizeof(slow));
	slow.fd = join();
	stage_until(*state, one_joined);
	for (unsigned i = 0; i < 100; i++)
		say_number();
	assert_int_equal(host.behind, 0);
	stage_until(*state, slow_has_all);
	assert_int_equal(slow.messages, 100);
	close(slow.fd);
}

static void who_never_reads_is_closed_in_the_end(void **state)
{
	struct net_service service = usual;
	service.room = ROOM_OF_TESTS;
	service.patience = 5 * US_MS;
	serve(&service);
	int fd = join();
	stage_until(*state, one_joined);
	for (unsigned i = 0; i < 20000 && host.behind < 3; i++) {
		say_number();
		if (i % 20 == 0)
			stage_turn(*state, 1);
	}
	assert_in_range(host.behind, 2, 3);
	stage_until(*state, one_left);
	close(fd);
}

static void much_in_one_turn_is_written_before_a_client_is_behind(void **state)
{
	struct net_service service = usual;
	size_t total = 0;
	service.room = 64 * 1024;
	serve(&service);
	memset(&fast, 0, sizeof(fast));
	fast.fd = join();
	stage_until(*state, one_joined);
	while (total < 100 * 1000) {
		total += host.number % 97 + 20;
		say_number();
	}
	assert_int_equal(host.behind, 0);
	stage_until(*state, fast_has_all);
	assert_false(fast.gap);
	close(fast.fd);
}

static void one_client_too_many_is_refused(void **state)
{
	struct net_service service = usual;
	char byte;
	service.limits.most = 2;
	serve(&service);
	int a = join(), b = join();
	stage_until(*state, two_joined);
	int c = join();
	stage_turn(*state, 5);
	fcntl(c, F_SETFL, 0);
	assert_int_equal(read(c, &byte, 1), 0);
	assert_int_equal(host.joined, 2);
	close(a);
	stage_until(*state, one_left);
	close(c);
	c = join();
	stage_turn(*state, 5);
	assert_int_equal(host.joined, 3);
	close(b);
	close(c);
}

static size_t put_refusal(void *context, const char *reason, char *buf, size_t cap)
{
	(void)context;
	return text_format(buf, cap, "<refused: %s>", reason);
}

/** A client of 127.0.0.@host. */
static int join_from(unsigned number)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number - 1);
	assert_int_equal(bind(fd, (void *)&in, sizeof(in)), 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in.sin_port = htons(net_server_port(host.server));
	assert_int_equal(connect(fd, (void *)&in, sizeof(in)), 0);
	return fd;
}

static void far_refused(struct stage *stage, int fd, const char *reason, unsigned count)
{
	char got[128], wanted[128];
	const struct net_refused *refused = net_server_refused(host.server);
	stage_turn(stage, 5);
	text_format(wanted, sizeof(wanted), "<refused: %s>", reason);
	ssize_t n = recv(fd, got, sizeof(got), 0);
	assert_int_equal(n, strlen(wanted));
	assert_memory_equal(got, wanted, (size_t)n);
	assert_int_equal(recv(fd, got, sizeof(got), 0), 0);
	assert_int_equal(refused->count, count);
	assert_string_equal(refused->reason, reason);
	close(fd);
}

static void an_address_has_its_share_and_who_is_refused_is_told(void **state)
{
	struct net_service service = usual;
	service.refuse = put_refusal;
	service.limits.most = 3;
	service.limits.per_address = 2;
	serve(&service);
	int a = join_from(1), b = join_from(1);
	stage_until(*state, two_joined);
	far_refused(*state, join_from(1), "too many connections from its address", 1);
	int c = join_from(2);
	stage_turn(*state, 5);
	assert_int_equal(host.joined, 3);
	far_refused(*state, join_from(3), "all places are taken", 2);
	assert_string_equal(net_server_refused(host.server)->address, "127.0.0.3");
	close(a);
	close(b);
	close(c);
}

static void only_addresses_that_are_allowed_are_served(void **state)
{
	static const char *const bad[] = {
		"", "x", "10.0.0.0/33", "*", "10.0.0.1,,", "fd00::/129", "10.0.0.0/-1"};
	struct net_service service = usual;
	struct net_allow allow;
	struct err err = {""};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(net_allow_parse(bad[i], &allow, &err), -EINVAL);
	assert_int_equal(net_allow_parse("fd00::/8, 127.0.0.4/31,127.0.0.9",
					 &service.limits.allow, &err),
			 0);
	service.refuse = put_refusal;
	serve(&service);
	far_refused(*state, join_from(1), "its address is not allowed", 1);
	far_refused(*state, join_from(6), "its address is not allowed", 2);
	int a = join_from(4), b = join_from(5), c = join_from(9);
	stage_turn(*state, 5);
	assert_int_equal(host.joined, 3);
	close(a);
	close(b);
	close(c);
}

static void two_hundred_clients_are_served(void **state)
{
	enum { CLIENTS = 200 };
	struct net_service service = usual;
	int fds[CLIENTS];
	service.refuse = put_refusal;
	service.limits.most = CLIENTS;
	serve(&service);
	for (unsigned i = 0; i < CLIENTS; i++) {
		fds[i] = join();
		stage_turn(*state, 1);
	}
	stage_turn(*state, 20);
	assert_int_equal(net_server_clients(host.server), CLIENTS);
	far_refused(*state, join_from(1), "all places are taken", 1);
	net_server_send(host.server, SLICE("<0:xxxxxxxxxxxxxxxxxxxx>"));
	stage_turn(*state, 5);
	for (unsigned i = 0; i < CLIENTS; i++) {
		char got[64];
		ssize_t n = read(fds[i], got, sizeof(got));
		assert_int_equal(n, strlen("<S:0><0:xxxxxxxxxxxxxxxxxxxx>"));
		close(fds[i]);
	}
}

/* Nobody reads what it is sent: its place is for others. */
static void a_client_that_reads_nothing_gives_its_place_to_another(void **state)
{
	struct net_service service = usual;
	service.limits.most = 1;
	service.room = 2 * 1024 * 1024;
	service.patience = 20 * US_MS;
	serve(&service);
	int a = join(), b = -1;
	stage_until(*state, one_joined);
	for (unsigned i = 0; i < 20000; i++)
		say_number();
	assert_int_equal(host.behind, 0);
	/* Refused until the first has read nothing for long enough. */
	for (double until = ev_time() + 10; host.joined < 2 && ev_time() < until;) {
		if (b >= 0)
			close(b);
		b = join();
		stage_turn(*state, 5);
	}
	assert_int_equal(host.joined, 2);
	stage_until(*state, one_left);
	close(a);
	close(b);
}

static bool said_two_lines(struct stage *stage)
{
	(void)stage;
	return host.said_len == 8;
}

static void what_a_client_says_is_answered_line_by_line(void **state)
{
	serve(&usual);
	int fd = join();
	stage_until(*state, one_joined);
	far_say(fd, "on");
	stage_turn(*state, 2);
	assert_int_equal(host.said_len, 0);
	far_say(fd, "e\ntwo\nthr");
	stage_until(*state, said_two_lines);
	assert_memory_equal(host.said, "one\ntwo\n", 8);
	close(fd);
}

static void who_says_more_than_its_limit_unanswered_is_dropped(void **state)
{
	struct net_service service = usual;
	service.input_max = 16;
	serve(&service);
	int fd = join();
	stage_until(*state, one_joined);
	far_say(fd, "fifteen bytes..");
	stage_turn(*state, 3);
	assert_int_equal(host.left, 0);
	far_say(fd, "!");
	stage_until(*state, one_left);
	close(fd);
}

static void who_does_not_greet_in_time_is_dropped(void **state)
{
	struct net_service service = usual;
	service.greeting = 100 * US_MS;
	serve(&service);
	int polite = join();
	stage_until(*state, one_joined);
	far_say(polite, "one\ntwo\n");
	stage_until(*state, said_two_lines);
	int mute = join();
	stage_until(*state, one_left);
	assert_int_equal(host.joined, 2);
	assert_int_equal(net_server_clients(host.server), 1);
	close(polite);
	close(mute);
}

static void on_answers_joined(void *context, struct net_client *client)
{
	on_joined(context, client);
	net_client_answers(client);
}

/* There is nothing more to answer. */
static bool no_more(void *context, struct net_client *client)
{
	(void)context;
	(void)client;
	return false;
}

static void on_a_while(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

/* Turns are counted: a client that is asked whether it is writable, and always is, turns
 * the loop many thousand times meanwhile. */
static void a_client_with_nothing_to_write_does_not_turn_the_loop(void **state)
{
	struct stage *stage = *state;
	struct net_service service = usual;
	ev_timer a_while;
	service.joined = on_answers_joined;
	service.more = no_more;
	serve(&service);
	int fd = join();
	stage_until(stage, one_joined);
	stage_turn(stage, 50);
	unsigned turns = ev_iteration(stage->loop);
	ev_timer_init(&a_while, on_a_while, .05, 0.);
	ev_timer_start(stage->loop, &a_while);
	ev_run(stage->loop, 0);
	assert_in_range(ev_iteration(stage->loop) - turns, 1, 20);
	(void)close(fd);
}

static void a_client_may_be_dropped_where_it_is_received(void **state)
{
	serve(&usual);
	host.drop_on_received = true;
	int fd = join();
	stage_until(*state, one_joined);
	far_say(fd, "one\ntwo\n");
	stage_until(*state, one_left);
	assert_int_equal(host.said_len, 4);
	close(fd);
}

static bool server_is_closed(struct stage *stage)
{
	(void)stage;
	return host.server == NULL;
}

static void a_server_may_be_closed_where_a_client_is_received_or_behind(void **state)
{
	struct net_service service = usual;
	host.close_on_received = true;
	serve(&service);
	int fd = join();
	stage_until(*state, one_joined);
	far_say(fd, "one\n");
	stage_until(*state, server_is_closed);
	assert_int_equal(host.left, 1);
	close(fd);
	host.close_on_received = false;
	host.close_on_behind = true;
	service.room = ROOM_OF_TESTS;
	serve(&service);
	fd = join();
	stage_until(*state, two_joined);
	for (unsigned i = 0; i < 100000 && host.server != NULL; i++) {
		say_number();
		if (host.server != NULL && i % 20 == 0)
			stage_turn(*state, 1);
	}
	assert_null(host.server);
	assert_int_equal(host.left, 2);
	close(fd);
}

static void without_another_word_only_this_machine_is_served(void **state)
{
	static const struct {
		const char *address;
		bool open;
	} rows[] = {
		{"0", false},           {"localhost:0", false}, {"127.0.0.1:0", false},
		{"127.3.2.1:0", false}, {"0.0.0.0:0", true},    {"*:0", true},
	};
	static const char *const bad[] = {"",      ":0",      "::1:0", "a.b:0",
					  "[::1]", "1:65536", "x",     "[]:0"};
	struct stage *stage = *state;
	struct err err;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_service service = usual;
		struct net_server *server = NULL;
		if (rows[i].open) {
			assert_int_equal(net_server_open(stage->loop, rows[i].address,
							 &service, &server, &err),
					 -EACCES);
			assert_non_null(strstr(err.text, "--allow"));
			assert_int_equal(
				net_allow_parse("any", &service.limits.allow, &err), 0);
		}
		if (net_server_open(stage->loop, rows[i].address, &service, &server,
				    &err) != 0)
			fail_msg("%s: %s", rows[i].address, err.text);
		assert_int_not_equal(net_server_port(server), 0);
		assert_int_equal(net_server_is_open_to_others(server), rows[i].open);
		net_server_close(server);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct net_server *server = NULL;
		if (net_server_open(stage->loop, bad[i], &usual, &server, &err) == 0)
			fail_msg("%s was taken", bad[i]);
		assert_null(server);
		assert_true(err.text[0] != '\0');
	}
}

static void a_port_that_is_taken_is_refused_in_words(void **state)
{
	struct stage *stage = *state;
	struct net_server *second;
	struct err err = {""};
	char address[32];
	serve(&usual);
	text_format(address, sizeof(address), "127.0.0.1:%u",
		    net_server_port(host.server));
	assert_int_equal(net_server_open(stage->loop, address, &usual, &second, &err),
			 -EADDRINUSE);
	assert_non_null(strstr(err.text, "another program"));
}

#define SERVED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(who_joins_gets_a_fresh_start_and_then_all),
		SERVED(a_slow_client_starts_afresh_and_a_fast_one_gets_all),
		SERVED(boundaries_hold_whatever_the_room),
		SERVED(a_fresh_start_larger_than_the_room_is_not_thrown_away_at_once),
		SERVED(who_never_reads_is_closed_in_the_end),
		SERVED(much_in_one_turn_is_written_before_a_client_is_behind),
		SERVED(one_client_too_many_is_refused),
		SERVED(an_address_has_its_share_and_who_is_refused_is_told),
		SERVED(only_addresses_that_are_allowed_are_served),
		SERVED(two_hundred_clients_are_served),
		SERVED(a_client_that_reads_nothing_gives_its_place_to_another),
		SERVED(what_a_client_says_is_answered_line_by_line),
		SERVED(who_says_more_than_its_limit_unanswered_is_dropped),
		SERVED(who_does_not_greet_in_time_is_dropped),
		SERVED(a_client_with_nothing_to_write_does_not_turn_the_loop),
		SERVED(a_client_may_be_dropped_where_it_is_received),
		SERVED(a_server_may_be_closed_where_a_client_is_received_or_behind),
		SERVED(without_another_word_only_this_machine_is_served),
		SERVED(a_port_that_is_taken_is_refused_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
