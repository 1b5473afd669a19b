/*
 * bench_durable.c -- from bytes that were accepted to bytes that are durable
 *
 * bench_durable [PER_SECOND [SECONDS]]: in the folder it is started in. The engine of
 * the program, on one core: a P3 source on loopback with 60 cars, recorded with
 * synchronous=FULL and folded at once. Taken for every passing, from the instant its
 * bytes were read to the turn of the loop that was told of their commit. Beside it, in
 * the same run, a bare write and flush of one page.
 */
#include <ev.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "box.h"
#include "live_parts.h"

enum { WARM_S = 1, FLUSHES = 200, PAGE = 4096, PATIENCE_S = 30 };

static const char output[] = "bench-live.pitwall", session[] = "bench-live.ini",
		  entries[] = "entries.csv", page[] = "bench-page";

struct unflushed {
	uint64_t ticket;
	instant_us received_at;
};

struct bench {
	struct box box;
	struct live *live;
	struct ev_loop *loop;
	struct unflushed *waiting; /* a row a passing */
	int64_t *took;
	uint32_t seen, received, durable; /* seen: events */
	int64_t give_up;
};

static void clear(void)
{
	char name[64];
	static const char *const suffixes[] = {"", "-wal", "-shm", "-lock"};
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		text_format(name, sizeof(name), "%s%s", output, suffixes[i]);
		(void)unlink(name);
	}
	(void)unlink(session);
	(void)unlink(entries);
	(void)unlink(page);
}

static int fail(const char *what)
{
	fprintf(stderr, "bench_durable: %s\n", what);
	clear();
	return 1;
}

static void on_changed(void *context)
{
	struct bench *b = context;
	if (b->live == NULL)
		return; /* it is being opened: entries */
	const struct event_list *list = &b->live->session->events;
	for (; b->seen < list->count && b->received < b->box.count; b->seen++)
		if (list->at[b->seen].kind == EVENT_PASSING)
			b->waiting[b->received++] =
				(struct unflushed){b->live->sources[0].ticket,
						   list->at[b->seen].received_at};
}

static void on_turn(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct bench *b = watcher->data;
	struct record_state state;
	(void)events;
	if (b->live->record == NULL)
		return;
	record_state_get(b->live->record, &state);
	instant_us now = live_now();
	for (;
	     b->durable < b->received && b->waiting[b->durable].ticket <= state.durable;
	     b->durable++)
		b->took[b->durable] = now - b->waiting[b->durable].received_at;
	if (b->durable == b->box.count || box_now() > b->give_up)
		ev_break(loop, EVBREAK_ALL);
}

static double cpu_s(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print_flushes(void)
{
	static int64_t took[FLUSHES];
	char bytes[PAGE] = "";
	int fd = open(page, O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (unsigned i = 0; i < FLUSHES; i++) {
		int64_t start = box_now();
		if (write(fd, bytes, sizeof(bytes)) != PAGE || fdatasync(fd) != 0)
			return;
		took[i] = box_now() - start;
	}
	(void)close(fd);
	double median = box_share_ms(took, FLUSHES, 500);
	printf("  a bare write and flush of a page here: p50 %.2f ms, p99 %.2f ms\n",
	       median, box_share_ms(took, FLUSHES, 990));
}

static void print_result(struct bench *b, unsigned rate, double cpu, double wall)
{
	struct record_state state;
	uint32_t warm = rate * WARM_S < b->durable ? rate * WARM_S : 0;
	size_t count = b->durable - warm;
	record_state_get(b->live->record, &state);
	double median = box_share_ms(b->took + warm, count, 500);
	double p99 = box_share_ms(b->took + warm, count, 990);
	printf("  %u passings a second, accepted to durable: p50 %.2f ms, p99 %.2f ms, "
	       "worst %.2f ms (goal at p99: 15)\n"
	       "  %u of %u passings durable, %llu records lost, %.1f %% of one core, "
	       "threads included\n",
	       rate, median, p99, box_share_ms(b->took + warm, count, 1000), b->durable,
	       b->box.count, (unsigned long long)state.lost, 100 * cpu / wall);
}

static int run(struct bench *b, unsigned rate, unsigned seconds)
{
	char url[64];
	struct err err;
	ev_prepare turn;
	struct options options = {.sources = {url},
				  .source_count = 1,
				  .output = output,
				  .session = session};
	struct live_hooks hooks = {.context = b, .changed = on_changed};
	text_format(url, sizeof(url), "p3://127.0.0.1:%u", b->box.port);
	b->loop = ev_default_loop(EVFLAG_AUTO);
	if (live_open(&options, b->loop, &hooks, &b->live, &err) != 0)
		return fail(err.text);
	ev_prepare_init(&turn, on_turn);
	turn.data = b;
	ev_prepare_start(b->loop, &turn);
	b->give_up = box_now() + (int64_t)(seconds + PATIENCE_S) * US_S;
	double cpu = cpu_s();
	int64_t start = box_now();
	ev_run(b->loop, 0);
	print_result(b, rate, cpu_s() - cpu, (double)(box_now() - start) / 1e6);
	ev_prepare_stop(b->loop, &turn);
	if (live_close(b->live, &err) != 0)
		return fail(err.text);
	return 0;
}

int main(int argc, char **argv)
{
	static struct bench b;
	unsigned rate = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;
	unsigned seconds = argc > 2 ? (unsigned)atoi(argv[2]) : 10;
	if (rate < 1 || rate > 10000 || seconds < 2 || seconds > 600)
		return fail("how many passings a second, for how many seconds?");
	clear();
	if (!box_write_session(session, entries) || !box_open(&b.box, 0, rate, seconds))
		return fail("no race");
	b.waiting = calloc(b.box.count, sizeof(*b.waiting));
	b.took = calloc(b.box.count, sizeof(*b.took));
	if (b.waiting == NULL || b.took == NULL)
		return fail("out of memory");
	box_one_core();
	print_flushes();
	int status = run(&b, rate, seconds);
	box_close(&b.box);
	free(b.waiting);
	free(b.took);
	clear();
	return status;
}
