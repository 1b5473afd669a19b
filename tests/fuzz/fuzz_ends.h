/*
 * fuzz_ends.h -- the far ends of connections to this process, on loopback, as an input
 * says; and its time, which passes as the input says
 *
 * A byte is what happens next, and to which far end: END_WHATS and ENDS of them.
 */
#ifndef PITWALL_TEST_FUZZ_FUZZ_ENDS_H
#define PITWALL_TEST_FUZZ_FUZZ_ENDS_H

#include <arpa/inet.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "pitwall/net.h"
#include "scratch.h"

enum { ENDS = 6, END_ROOM = 2048, BIND_NO_PORT = 24 /* of Linux */ };
enum end_what {
	END_SENDS, /* so many bytes as the next byte says */
	END_SENDS_TOO,
	END_CONNECTS, /* also instead of the connection that it has */
	END_TAKES,    /* all that waits for it */
	END_SHUTS,    /* sends no more; the first only: the system remembers each */
	END_CLOSES,   /* at once, whatever was sent */
	END_WAITS, /* a tenth of a second, or as many as the next byte says, squared */
	END_WHATS
};

static struct {
	struct ev_loop *loop;
	int64_t ahead; /* of the system's clocks, microseconds */
	int fds[ENDS]; /* -1: none */
	int type;      /* SOCK_STREAM, SOCK_DGRAM */
} ends;

long syscall(long number, ...);
int clock_gettime(clockid_t id, struct timespec *now);

/* In place of the C library's: timers run out when the input says so. The fuzzer's own
 * clock is the other one. */
int clock_gettime(clockid_t id, struct timespec *now)
{
	memset(now, 0, sizeof(*now));
	if (syscall(SYS_clock_gettime, id, now) != 0)
		return -1;
	if (id == CLOCK_MONOTONIC) {
		int64_t ns = now->tv_nsec + ends.ahead % US_S * 1000;
		now->tv_sec += ends.ahead / US_S + ns / 1000000000;
		now->tv_nsec = ns % 1000000000;
	}
	return 0;
}

/* In place of libev's. */
ev_tstamp ev_now(struct ev_loop *loop)
{
	(void)loop;
	return ev_time() + (double)ends.ahead * 1e-6;
}

static inline int64_t ends_clock(void)
{
	return (int64_t)(ev_now(ends.loop) * 1e6);
}

/* Input, answers, and what was put off. */
static inline void ends_turn(void)
{
	for (int i = 0; i < 3; i++)
		(void)ev_run(ends.loop, EVRUN_NOWAIT);
}

static inline void ends_begin(int type)
{
	memset(&ends, 0, sizeof(ends));
	for (unsigned i = 0; i < ENDS; i++)
		ends.fds[i] = -1;
	ends.type = type;
	ends.loop = ev_loop_new(EVFLAG_AUTO);
	if (!ends.loop)
		abort();
	net_calls.clock = ends_clock;
}

static inline void end_close(unsigned n)
{
	/* No state of it stays in the system. */
	const struct linger at_once = {.l_onoff = 1};
	if (ends.fds[n] < 0)
		return;
	(void)setsockopt(ends.fds[n], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	(void)close(ends.fds[n]);
	ends.fds[n] = -1;
}

/* From one of three addresses. */
static inline void end_connect(unsigned n, uint16_t port)
{
	const int room = END_ROOM, yes = 1;
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK + n % 3)};
	end_close(n);
	int fd = socket(AF_INET, ends.type, 0);
	if (fd < 0)
		abort();
	ends.fds[n] = fd;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	/* Its port is chosen by connect(): bind() would need one that nobody used lately. */
	(void)setsockopt(fd, IPPROTO_IP, BIND_NO_PORT, &yes, sizeof(yes));
	(void)bind(fd, (const struct sockaddr *)&to, sizeof(to));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons(port);
	if (port == 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
		end_close(n);
	else
		(void)fcntl(fd, F_SETFL, O_NONBLOCK);
}

static inline void end_send(unsigned n, struct fuzz_input *input)
{
	size_t len = input_byte(input), left = (size_t)(input->end - input->at);
	if (len > left)
		len = left;
	if (ends.fds[n] >= 0 && len > 0)
		(void)send(ends.fds[n], input->at, len, MSG_NOSIGNAL);
	input->at += len;
}

static inline void end_take(unsigned n)
{
	char bytes[4096];
	while (ends.fds[n] >= 0 && recv(ends.fds[n], bytes, sizeof(bytes), 0) > 0)
		ends_turn();
}

/** Do what the next byte says; far end n connects to ports[n % @port_count]. */
static inline void ends_step(struct fuzz_input *input, const uint16_t *ports,
			     unsigned port_count)
{
	uint8_t what = input_byte(input);
	unsigned n = what / END_WHATS % ENDS;
	int64_t tenths;
	switch ((enum end_what)(what % END_WHATS)) {
	case END_CONNECTS:
		end_connect(n, ports[n % port_count]);
		break;
	case END_SENDS:
	case END_SENDS_TOO:
		end_send(n, input);
		break;
	case END_TAKES:
		end_take(n);
		break;
	case END_SHUTS:
		if (n == 0 && ends.fds[n] >= 0)
			(void)shutdown(ends.fds[n], SHUT_WR);
		break;
	case END_CLOSES:
		end_close(n);
		break;
	case END_WAITS:
		tenths = n > 0 ? n : input_byte(input);
		ends.ahead += tenths * tenths * 100 * US_MS;
		break;
	case END_WHATS:
		break;
	}
	ends_turn();
}

/** What uses the loop was closed. */
static inline void ends_end(void)
{
	for (unsigned i = 0; i < ENDS; i++)
		end_close(i);
	ev_loop_destroy(ends.loop);
	ends.loop = NULL;
	ends.ahead = 0;
}

#endif
