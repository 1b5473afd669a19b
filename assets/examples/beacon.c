/*
 * beacon.c -- a beacon of the open protocol to begin with: see pitwall-beacon(5)
 *
 *   cc -o beacon beacon.c && ./beacon localhost 7575 sf-1 SF
 *
 * A line of standard input is a passing: the number of a transponder. A microcontroller
 * has a receiver in its place. It ends when its input has ended and all is acknowledged.
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
static long long seq, acked;  /* the last number given, the last not kept any more */
static char id[64], boot[48]; /* "id":"sf-1", "boot":"6f1c" */
static char typed[LINE_BYTES], said[LINE_BYTES];
static size_t typed_len, said_len;
static int console = -1, input = 0, waiting;

static long long now_us(void) /* since some instant in the past; never set back */
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

#define HANG_UP() (close(console), console = -1)
/* When half a line may be out it begins anew. */
#define SAY(type, format, ...)                                                       \
	(console >= 0 && dprintf(console, "{\"t\":\"" type "\",%s,%s," format "}\n", \
				 id, boot, __VA_ARGS__) < 0                          \
		 ? HANG_UP()                                                         \
		 : 0)

static void repeat(long long from, long long to)
{
	for (long long n = from > acked ? from : acked + 1; n <= to && n <= seq; n++)
		SAY("pass", "\"seq\":%lld,\"tx\":\"%s\",\"us\":%lld", n,
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
		acked = seq - RING; /* lost: nobody listened for too long */
	repeat(seq, seq);
}

static void tick(void)
{
	SAY("tick", "\"us\":%lld,\"seq\":%lld,\"from\":%lld", now_us(), seq, acked + 1);
	if (acked < seq && ++waiting % REPEAT_TICKS == 0)
		repeat(acked + 1, seq); /* they or their acknowledgement were lost */
}

static long long number(const char *line, const char *key)
{
	const char *at = strstr(line, key);
	return at != NULL ? atoll(at + strlen(key)) : 0;
}

static void heard(const char *line)
{
	if ((strstr(line, "\"id\":") != NULL && strstr(line, id) == NULL) ||
	    (strstr(line, "\"boot\":") != NULL && strstr(line, boot) == NULL))
		return; /* for another beacon, or from before it was reset */
	if (strstr(line, "\"t\":\"ack\"") != NULL) {
		long long n = number(line, "\"seq\":");
		acked = n > acked && n <= seq ? n : acked;
	} else if (strstr(line, "\"t\":\"resend\"") != NULL) {
		repeat(number(line, "\"from\":"), number(line, "\"to\":"));
	} else if (strstr(line, "\"t\":\"time?\"") != NULL) {
		SAY("time", "\"n\":%lld,\"us\":%lld", number(line, "\"n\":"), now_us());
	}
}

/* Use the lines that are whole; 0: it has ended. */
static int take(int fd, char *in, size_t *len, void (*use)(const char *line))
{
	ssize_t n = read(fd, in + *len, LINE_BYTES - *len);
	*len += n > 0 ? (size_t)n : 0;
	for (char *end; (end = memchr(in, '\n', *len)) != NULL;) {
		*end++ = '\0';
		use(in);
		*len -= (size_t)(end - in);
		memmove(in, end, *len);
	}
	*len %= LINE_BYTES; /* no line is so long: none of it is used */
	return n > 0;
}

static void reach(const char *host, const char *port, const char *loop)
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
	said_len = 0;
	SAY("hello", "\"v\":1,\"loop\":\"%s\",\"buf\":%d,\"seq\":%lld,\"from\":%lld",
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
				reach(argv[1], argv[2], argv[4]);
			tick();
			tick_at = now_us() + TICK_US;
		}
		struct pollfd fds[] = {{console, POLLIN, 0}, {input, POLLIN, 0}};
		poll(fds, 2, (int)((tick_at - now_us()) / 1000) + 1);
		if (fds[0].revents && !take(console, said, &said_len, heard))
			HANG_UP();
		if (fds[1].revents && !take(input, typed, &typed_len, passing))
			input = -1;
	}
	return 0;
}
