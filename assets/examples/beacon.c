/*
 * beacon.c -- an example of a beacon: see pitwall-beacon(5)
 *
 *   cc -o beacon beacon.c && ./beacon localhost 7575 sf-1 SF
 *
 * A line of standard input is a passing: the number of a transponder. A microcontroller
 * has a receiver instead. It ends when its input has ended and all is acknowledged.
 */
#define _POSIX_C_SOURCE 200809L
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { RING = 512, LINE_BYTES = 512, TICK_US = 1000000, REPEAT_TICKS = 10 };

static long long ring_us[RING]; /* record n: at n % RING */
static char ring_tx[RING][13];
static long long seq, acked;  /* the last number used, the last number deleted */
static char id[64], boot[48]; /* "id":"sf-1", "boot":"6f1c" */
static char typed[LINE_BYTES], received[LINE_BYTES];
static size_t typed_len, received_len;
static int console = -1, input = 0, waiting;

static long long now_us(void) /* since a fixed instant; never set back */
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

#define HANG_UP() (close(console), console = -1)
/* Reconnect after a failed write: half a line may be sent. */
#define SEND(type, format, ...)                                                      \
	(console >= 0 && dprintf(console, "{\"t\":\"" type "\",%s,%s," format "}\n", \
				 id, boot, __VA_ARGS__) < 0                          \
		 ? HANG_UP()                                                         \
		 : 0)

static void repeat(long long from, long long to)
{
	for (long long n = from > acked ? from : acked + 1; n <= to && n <= seq; n++)
		SEND("pass", "\"seq\":%lld,\"tx\":\"%s\",\"us\":%lld", n,
		     ring_tx[n % RING], ring_us[n % RING]);
}

static void passing(const char *tx)
{
	int digits = (int)strspn(tx, "0123456789");
	if (digits == 0 || digits > 12)
		return;
	ring_us[++seq % RING] = now_us();
	snprintf(ring_tx[seq % RING], sizeof(ring_tx[0]), "%.*s", digits, tx);
	if (seq - acked > RING)
		acked = seq - RING; /* lost: the ring is full */
	repeat(seq, seq);
}

static void tick(void)
{
	SEND("tick", "\"us\":%lld,\"seq\":%lld,\"from\":%lld", now_us(), seq,
	     acked + 1);
	if (acked < seq && ++waiting % REPEAT_TICKS == 0)
		repeat(acked + 1, seq); /* these facts or their ack were lost */
}

static long long number(const char *line, const char *key)
{
	const char *at = strstr(line, key);
	return at != NULL ? atoll(at + strlen(key)) : 0;
}

static void answer(const char *line)
{
	if ((strstr(line, "\"id\":") != NULL && strstr(line, id) == NULL) ||
	    (strstr(line, "\"boot\":") != NULL && strstr(line, boot) == NULL))
		return; /* for another beacon, or another boot */
	if (strstr(line, "\"t\":\"ack\"") != NULL) {
		long long n = number(line, "\"seq\":");
		acked = n > acked && n <= seq ? n : acked;
	} else if (strstr(line, "\"t\":\"resend\"") != NULL) {
		repeat(number(line, "\"from\":"), number(line, "\"to\":"));
	} else if (strstr(line, "\"t\":\"time?\"") != NULL) {
		SEND("time", "\"n\":%lld,\"us\":%lld", number(line, "\"n\":"),
		     now_us());
	}
}

/* Use all complete lines; 0: the input has ended. */
static int read_lines(int fd, char *in, size_t *len, void (*use)(const char *line))
{
	ssize_t n = read(fd, in + *len, LINE_BYTES - *len);
	*len += n > 0 ? (size_t)n : 0;
	for (char *end; (end = memchr(in, '\n', *len)) != NULL;) {
		*end++ = '\0';
		use(in);
		*len -= (size_t)(end - in);
		memmove(in, end, *len);
	}
	*len %= LINE_BYTES; /* too long for a line: discard it */
	return n > 0;
}

static void connect_to(const char *host, const char *port, const char *loop)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *to;
	if (getaddrinfo(host, port, &hints, &to) != 0)
		return;
	console = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
	setsockopt(console, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){.tv_sec = 5},
		   sizeof(struct timeval));
	if (connect(console, to->ai_addr, to->ai_addrlen) != 0)
		HANG_UP();
	freeaddrinfo(to);
	received_len = 0;
	SEND("hello", "\"v\":1,\"loop\":\"%s\",\"buf\":%d,\"seq\":%lld,\"from\":%lld",
	     loop, (int)RING, seq, acked + 1);
	repeat(acked + 1, seq);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return fprintf(stderr, "usage: beacon HOST PORT ID LOOP\n"), 2;
	signal(SIGPIPE, SIG_IGN);
	snprintf(id, sizeof(id), "\"id\":\"%.23s\"", argv[3]);
	snprintf(boot, sizeof(boot), "\"boot\":\"%x\"", (unsigned)time(NULL));
	for (long long tick_at = 0; input >= 0 || acked < seq;) {
		if (now_us() >= tick_at) { /* once a second */
			if (console < 0)
				connect_to(argv[1], argv[2], argv[4]);
			tick();
			tick_at = now_us() + TICK_US;
		}
		struct pollfd fds[] = {{console, POLLIN, 0}, {input, POLLIN, 0}};
		poll(fds, 2, (int)((tick_at - now_us()) / 1000) + 1);
		if (fds[0].revents &&
		    !read_lines(console, received, &received_len, answer))
			HANG_UP();
		if (fds[1].revents && !read_lines(input, typed, &typed_len, passing))
			input = -1;
	}
	return 0;
}
