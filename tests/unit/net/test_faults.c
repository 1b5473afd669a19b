/*
 * test_faults.c -- each call that can fail fails once, at the first time, the second,
 * and so on: the source ends live with what was said, and nothing leaks
 *
 * A story (connect, hear, answer, be cut, connect again) is told once without a
 * fault, which counts the calls; then once for each call and time.
 */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum call {
	CALL_CLOCK,
	CALL_SOCKET,
	CALL_CONNECT,
	CALL_READ,
	CALL_WRITE,
	CALL_ACCEPT,
	CALL_READ_FROM,
	CALLS,
};

static struct net_calls real;
static struct {
	enum call call;
	unsigned at;   /* 0: never */
	unsigned more; /* times after that one */
	int error;     /* 0: the clock goes back instead */
	unsigned made[CALLS];
} fault;

static bool fails(enum call call)
{
	fault.made[call]++;
	if (fault.call != call || fault.at == 0 || fault.made[call] < fault.at ||
	    fault.made[call] - fault.at > fault.more)
		return false;
	errno = fault.error;
	return true;
}

static int64_t faulty_clock(void)
{
	if (fails(CALL_CLOCK))
		return fault.error == 0 ? US_S : INSTANT_NONE;
	return real.clock();
}

static int faulty_socket(int domain, int type, int protocol)
{
	return fails(CALL_SOCKET) ? -1 : real.socket(domain, type, protocol);
}

static int faulty_connect(int fd, const void *address, unsigned len)
{
	return fails(CALL_CONNECT) ? -1 : real.connect(fd, address, len);
}

static ptrdiff_t faulty_read(int fd, void *to, size_t size)
{
	return fails(CALL_READ) ? -1 : real.read(fd, to, size);
}

static ptrdiff_t faulty_write(int fd, const void *from, size_t size)
{
	return fails(CALL_WRITE) ? -1 : real.write(fd, from, size);
}

static int faulty_accept(int fd)
{
	return fails(CALL_ACCEPT) ? -1 : real.accept(fd);
}

static ptrdiff_t faulty_read_from(int fd, void *to, size_t size, void *address,
				  unsigned *len)
{
	return fails(CALL_READ_FROM) ? -1 : real.read_from(fd, to, size, address, len);
}

static const struct net_calls faulty = {
	.clock = faulty_clock,
	.socket = faulty_socket,
	.connect = faulty_connect,
	.read = faulty_read,
	.write = faulty_write,
	.accept = faulty_accept,
	.read_from = faulty_read_from,
};

static void reasons_are_given(struct stage *stage)
{
	const struct net_status *status = net_source_status(stage->source);
	if (status->state == NET_REFUSED || status->state == NET_WAITING) {
		assert_true(status->reason[0] != '\0');
		assert_true(status->retry_at != INSTANT_NONE);
	}
}

static bool far_answered(struct stage *stage, int fd)
{
	char got[8];
	(void)stage;
	return recv(fd, got, sizeof(got), MSG_DONTWAIT) > 0;
}

/* The far end says "x" to whoever connects until it was answered and received. */
static struct {
	int listening, far;
	bool answered;
	uint16_t port;
} end;

static bool connected_received_and_answered(struct stage *stage)
{
	reasons_are_given(stage);
	int next = accept(end.listening, NULL, NULL);
	if (next >= 0) {
		if (end.far >= 0)
			close(end.far);
		end.far = next;
		far_say(next, "x");
	}
	end.answered = end.answered || (end.far >= 0 && far_answered(stage, end.far));
	return end.answered && is_live(stage) && stage->received.len > 0;
}

static void connect_story(struct stage *stage)
{
	char url[64];
	end.far = -1;
	end.port = 0;
	end.listening = far_listen(&end.port);
	assert_int_equal(fcntl(end.listening, F_SETFL, O_NONBLOCK), 0);
	text_format(url, sizeof(url), "tcp://127.0.0.1:%u", end.port);
	stage->received.answer = "ok";
	stage_open(stage, url, &stage_quick);
	for (unsigned i = 0; i < 2; i++) {
		end.answered = false;
		stage->received.len = 0;
		stage_until(stage, connected_received_and_answered);
		close(end.far);
		end.far = -1;
	}
	close(end.listening);
}

/* A sender that comes again when it is cut. */
static bool accepted_received_and_answered(struct stage *stage)
{
	char byte;
	uint16_t port = net_source_port(stage->source);
	reasons_are_given(stage);
	if (end.far >= 0 && recv(end.far, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0) {
		close(end.far);
		end.far = -1;
	}
	if (end.far < 0 && port != 0) {
		end.far = far_connect(port);
		far_say(end.far, "x");
	}
	end.answered = end.answered || (end.far >= 0 && far_answered(stage, end.far));
	return end.answered && is_live(stage) && stage->received.len > 0;
}

static void listen_story(struct stage *stage)
{
	end.far = -1;
	stage->received.answer = "ok";
	stage_open(stage, "tcp://127.0.0.1:0?listen=yes", &stage_quick);
	for (unsigned i = 0; i < 2; i++) {
		end.answered = false;
		stage->received.len = 0;
		stage_until(stage, accepted_received_and_answered);
		close(end.far);
		end.far = -1;
	}
}

static bool datagram_received(struct stage *stage)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	reasons_are_given(stage);
	in.sin_port = htons(net_source_port(stage->source));
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (in.sin_port != 0)
		(void)sendto(end.far, "x", 1, 0, (void *)&in, sizeof(in));
	return is_live(stage) && stage->received.len > 1;
}

static void datagram_story(struct stage *stage)
{
	end.far = socket(AF_INET, SOCK_DGRAM, 0);
	stage_open(stage, "udp://127.0.0.1:0", &stage_quick);
	stage_until(stage, datagram_received);
	close(end.far);
}

/* A server whose client comes again when it was dropped. */
static struct net_server *server;
static unsigned said, joined, left;

static void on_joined(void *context, struct net_client *client)
{
	(void)context;
	joined++;
	net_client_send(client, SLICE("start"));
}

static void on_left(void *context, struct net_client *client)
{
	(void)context;
	(void)client;
	left++;
}

static size_t on_received(void *context, struct net_client *client, struct slice bytes)
{
	(void)context;
	said++;
	net_client_send(client, SLICE("ok"));
	return bytes.len;
}

static bool served(struct stage *stage)
{
	char got[16];
	(void)stage;
	if (end.far >= 0 && recv(end.far, got, 1, MSG_DONTWAIT | MSG_PEEK) == 0) {
		close(end.far);
		end.far = -1;
	}
	if (end.far < 0) {
		end.far = far_connect(net_server_port(server));
		far_say(end.far, "x");
	}
	end.answered =
		end.answered || recv(end.far, got, sizeof(got), MSG_DONTWAIT) > 0;
	return end.answered && said > 0;
}

static bool all_left(struct stage *stage)
{
	(void)stage;
	return left == joined && net_server_clients(server) == 0;
}

static void server_story(struct stage *stage)
{
	const struct net_service service = {
		.joined = on_joined, .received = on_received, .left = on_left};
	struct err err = {""};
	said = joined = left = 0;
	end.far = -1;
	end.answered = false;
	while (net_server_open(stage->loop, "127.0.0.1:0", &service, &server, &err) !=
	       0) {
		assert_int_equal(fault.call, CALL_SOCKET);
		assert_true(err.text[0] != '\0');
	}
	stage_until(stage, served);
	close(end.far);
	stage_until(stage, all_left);
	net_server_close(server);
}

static void tell(void (*story)(struct stage *stage))
{
	void *state;
	memset(fault.made, 0, sizeof(fault.made));
	assert_int_equal(stage_set_up(&state), 0);
	net_calls = faulty;
	story(state);
	net_calls = real;
	assert_int_equal(stage_tear_down(&state), 0);
}

static void tell_with_each_fault(void (*story)(struct stage *stage))
{
	static const int errors[CALLS][3] = {
		[CALL_CLOCK] = {EINVAL, 0, 0},
		[CALL_SOCKET] = {EMFILE, EAFNOSUPPORT, EACCES},
		[CALL_CONNECT] = {ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL},
		[CALL_READ] = {ECONNRESET, EINTR, ETIMEDOUT},
		[CALL_WRITE] = {EPIPE, EAGAIN, ECONNRESET},
		[CALL_ACCEPT] = {ECONNABORTED, EAGAIN, EINTR},
		[CALL_READ_FROM] = {EAGAIN, EINTR, ENOMEM},
	};
	unsigned counts[CALLS];
	fault.at = 0;
	tell(story);
	memcpy(counts, fault.made, sizeof(counts));
	for (unsigned call = 0; call < CALLS; call++)
		for (unsigned n = 1; n <= counts[call] && n <= 12; n++)
			for (unsigned e = 0; e < 3; e++) {
				fault.call = (enum call)call;
				fault.at = n;
				fault.error = errors[call][e];
				tell(story);
			}
	fault.at = 0;
}

static void a_source_that_connects_survives_each_fault(void **state)
{
	(void)state;
	tell_with_each_fault(connect_story);
}

static void a_source_that_listens_survives_each_fault(void **state)
{
	(void)state;
	tell_with_each_fault(listen_story);
}

static void a_source_of_datagrams_survives_each_fault(void **state)
{
	(void)state;
	tell_with_each_fault(datagram_story);
}

static void a_server_survives_each_fault(void **state)
{
	(void)state;
	tell_with_each_fault(server_story);
}

/* The socket stays readable meanwhile: asked again at once, it would be asked
 * without end. */
static void lack_of_descriptors(struct stage *stage, uint16_t port)
{
	fault.at = 1;
	end.far = far_connect(port);
	far_say(end.far, "x");
	stage_turn(stage, 100);
	assert_int_equal(fault.made[CALL_ACCEPT], 1);
	fault.at = 0;
}

static void starved_source_story(struct stage *stage)
{
	stage_open(stage, "tcp://127.0.0.1:0?listen=yes", &stage_quick);
	stage_until(stage, is_listening);
	lack_of_descriptors(stage, net_source_port(stage->source));
	stage_until(stage, has_bytes);
	close(end.far);
}

static bool was_received(struct stage *stage)
{
	(void)stage;
	return said > 0;
}

static void starved_server_story(struct stage *stage)
{
	const struct net_service service = {.joined = on_joined,
					    .received = on_received};
	struct err err;
	said = 0;
	assert_int_equal(
		net_server_open(stage->loop, "127.0.0.1:0", &service, &server, &err),
		0);
	lack_of_descriptors(stage, net_server_port(server));
	stage_until(stage, was_received);
	close(end.far);
	net_server_close(server);
}

static void without_descriptors_a_listener_waits_and_goes_on(void **state)
{
	(void)state;
	fault.call = CALL_ACCEPT;
	fault.at = 0;
	fault.more = 1000;
	fault.error = EMFILE;
	tell(starved_source_story);
	tell(starved_server_story);
	fault.more = 0;
}

static int set_up(void **state)
{
	(void)state;
	real = net_calls;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_that_connects_survives_each_fault),
		cmocka_unit_test(a_source_that_listens_survives_each_fault),
		cmocka_unit_test(a_source_of_datagrams_survives_each_fault),
		cmocka_unit_test(a_server_survives_each_fault),
		cmocka_unit_test(without_descriptors_a_listener_waits_and_goes_on),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
