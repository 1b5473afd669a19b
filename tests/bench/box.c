/*
 * box.c -- a box of P3 decoders in a process of its own
 *
 * Cited rules are those of box.h.
 */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* sched_setaffinity() */
#endif
#include "box.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	LAP_LEAST_MS = 95000,
	LAP_RANGE_MS = 9973, /* a prime: so many laps have times of their own */
	STEP_US = 5000,      /* it listens so often at least */
	STATUS_US = 5000000,
	GRACE_S = 30,
};

int64_t box_now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * US_S + t.tv_nsec / 1000;
}

void box_one_core(void)
{
#ifdef __linux__
	cpu_set_t cores;
	CPU_ZERO(&cores);
	CPU_SET(0, &cores);
	(void)sched_setaffinity(0, sizeof(cores), &cores);
#endif
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

double box_share_ms(int64_t *us, size_t count, unsigned of_1000)
{
	size_t at = count * of_1000 / 1000;
	if (count == 0)
		return 0;
	qsort(us, count, sizeof(*us), compare);
	return (double)us[at < count ? at : count - 1] / 1e3;
}

/* ---- the race (1) -------------------------------------------------------------- */

static duration_us lap_of(unsigned car, uint32_t lap)
{
	return (LAP_LEAST_MS +
		(duration_us)((lap * BOX_CARS + car) * 7 % LAP_RANGE_MS)) *
	       US_MS;
}

struct runner {
	instant_us lap_at, next_at;
	uint32_t lap; /* in hand */
	uint8_t line; /* the next one */
	bool started;
};

static void go_on(struct runner *r, unsigned car, struct box_passing *out)
{
	duration_us lap = lap_of(car, r->lap);
	*out = (struct box_passing){
		.at = r->next_at, .car = (uint16_t)car, .line = r->line};
	if (r->line == 0) {
		if (r->started) {
			out->lap = lap;
			lap = lap_of(car, ++r->lap);
		}
		r->started = true;
		r->lap_at = r->next_at;
	}
	r->line = (uint8_t)((r->line + 1) % BOX_LINES);
	r->next_at = r->lap_at +
		     (r->line == 0 ? lap : lap * r->line / BOX_LINES / US_MS * US_MS);
}

static void drive(struct box *box)
{
	struct runner runners[BOX_CARS] = {0};
	instant_us start = (instant_us)time(NULL) * US_S;
	for (unsigned i = 0; i < BOX_CARS; i++)
		runners[i].next_at = start + i * 100 * US_S / BOX_CARS;
	for (uint32_t n = 0; n < box->count; n++) {
		unsigned next = 0;
		for (unsigned i = 1; i < BOX_CARS; i++)
			if (runners[i].next_at < runners[next].next_at)
				next = i;
		go_on(&runners[next], next, &box->passings[n]);
	}
}

bool box_write_session(const char *path, const char *entries)
{
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return false;
	fprintf(file, "[session]\nevent = Bench\nzone = UTC\nlength = 24h\n"
		      "entries = entries.csv\n[loops]\n");
	for (unsigned i = 0; i < BOX_LINES; i++)
		if (i == 0)
			fprintf(file, "%08x = SF\n", SIM_P3_DECODER);
		else
			fprintf(file, "%08x = I%u\n", SIM_P3_DECODER + i, i);
	if (fclose(file) != 0 || (file = fopen(entries, "w")) == NULL)
		return false;
	fprintf(file, "number,transponder,class,team,driver1\n");
	for (unsigned i = 0; i < BOX_CARS; i++)
		fprintf(file, "%u,%u,%s,Team %u,Driver %u\n", BOX_NUMBER + i,
			BOX_TRANSPONDER + i,
			i < 20   ? "LMP1"
			: i < 40 ? "LMP2"
				 : "GT",
			i + 1, i + 1);
	return fclose(file) == 0;
}

/* ---- the process (2) ----------------------------------------------------------- */

struct told {
	struct p3_device decoder;
	struct out out;
	char buf[4096], asked[4096];
	size_t asked_len;
	int client;
};

static int to_client(void *context, const char *bytes, size_t len)
{
	struct told *t = context;
	while (len > 0) {
		ssize_t n = send(t->client, bytes, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(0); /* it has gone */
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

static void listen_to(struct told *t, instant_us now)
{
	ssize_t n = recv(t->client, t->asked + t->asked_len,
			 sizeof(t->asked) - t->asked_len, MSG_DONTWAIT);
	if (n == 0)
		_exit(0);
	if (n < 0)
		return;
	t->asked_len += (size_t)n;
	size_t used;
	do {
		struct p3_resend resend = {0};
		used = p3_device_answer(&t->decoder,
					(struct slice){t->asked, t->asked_len}, now,
					&resend, &t->out);
		while (p3_device_resend(&t->decoder, &resend, &t->out))
			;
		memmove(t->asked, t->asked + used, t->asked_len - used);
		t->asked_len -= used;
	} while (used > 0 && t->asked_len > 0);
	(void)out_flush(&t->out);
}

static void wait_until(struct told *t, int64_t due, instant_us clock)
{
	for (;;) {
		int64_t left = due - box_now();
		listen_to(t, clock);
		if (left <= 0)
			return;
		struct timespec pause = {
			.tv_nsec = (long)(left < STEP_US ? left : STEP_US) * 1000};
		(void)nanosleep(&pause, NULL);
	}
}

static void tell_all(struct box *box, struct told *t)
{
	int64_t start = box_now(), status = start;
	for (uint32_t n = 0; n < box->count; n++) {
		struct box_passing *p = &box->passings[n];
		if (n >= box->first)
			wait_until(t,
				   start + (int64_t)(n - box->first) * US_S / box->rate,
				   p->at);
		if (box_now() >= status) {
			p3_device_status(&t->decoder, &t->out);
			status += STATUS_US;
		}
		(void)p3_device_passing(&t->decoder, p->line, BOX_TRANSPONDER + p->car,
					p->at, &t->out);
		atomic_store(&p->us, box_now());
		if (n + 1 >= box->first)
			(void)out_flush(&t->out);
	}
}

static void serve(struct box *box, int listening)
{
	static struct told told;
	int one = 1;
	struct pollfd wait = {.fd = listening, .events = POLLIN};
	if (poll(&wait, 1, GRACE_S * 1000) <= 0)
		_exit(1);
	told.client = accept(listening, NULL, NULL);
	(void)setsockopt(told.client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	told.out =
		(struct out){to_client, &told, told.buf, 0, sizeof(told.buf), 0, false};
	told.decoder = (struct p3_device){
		.sent = calloc(box->count, sizeof(struct p3_sent)),
		.max = box->count,
		.first_id = SIM_P3_DECODER,
		.utc = true,
	};
	if (told.client < 0 || told.decoder.sent == NULL)
		_exit(1);
	tell_all(box, &told);
	wait_until(&told, box_now() + GRACE_S * US_S, box->passings[box->count - 1].at);
	_exit(0);
}

static int listen_somewhere(uint16_t *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 1) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return -1;
	*port = ntohs(address.sin_port);
	return fd;
}

bool box_open(struct box *box, uint32_t first, unsigned rate, unsigned seconds)
{
	*box = (struct box){
		.first = first, .rate = rate, .count = first + rate * seconds};
	size_t size = box->count * sizeof(*box->passings);
	void *shared =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
	int listening = listen_somewhere(&box->port);
	if (shared == MAP_FAILED || listening < 0) {
		perror("box");
		return false;
	}
	box->passings = shared;
	drive(box);
	box->process = fork();
	if (box->process == 0) {
		(void)alarm(seconds + 2 * GRACE_S);
		serve(box, listening);
	}
	(void)close(listening);
	if (box->process < 0)
		perror("box");
	return box->process > 0;
}

void box_close(struct box *box)
{
	if (box->process > 0) {
		(void)kill(box->process, SIGKILL);
		(void)waitpid(box->process, NULL, 0);
	}
	(void)munmap(box->passings, box->count * sizeof(*box->passings));
}
