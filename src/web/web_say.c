/*
 * web_say.c -- what pitwall-web writes: lines that are new, empty lines, complaints; and how it
 * waits
 *
 * Cited rules are those of pitwall_web.h.
 */
#define _POSIX_C_SOURCE 200809L
#include "pitwall_web.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	SEEN_SLOTS = 512 * 1024, /* a power of two */
	SEEN_MOST = SEEN_SLOTS / 2,
	LINES_LIMIT = 2 * WEB_BODY_MAX,
	BACK_OFF_MOST = 30,
	SAID_MAX = 200,
	LASTED_MS = 10 * 1000,
};

int64_t web_ms(void)
{
	struct timespec now = {0};
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void web_write(struct slice bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes.at, bytes.len);
		if (n < 0 && errno != EINTR)
			exit(EXIT_FAILURE);
		if (n > 0)
			bytes = (struct slice){bytes.at + n, bytes.len - (size_t)n};
	}
}

void web_say(const char *fmt, ...)
{
	static char last[SAID_MAX];
	char words[SAID_MAX], clean[SAID_MAX];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	text_clean(clean, sizeof(clean), slice_of(words));
	if (strcmp(clean, last) == 0)
		return;
	text_copy(last, sizeof(last), slice_of(clean));
	(void)fprintf(stderr, "%s\n", clean);
}

/* ---- lines that were written (3) ------------------------------------------------------ */

/* Hashes; when half of it is full, all are forgotten: a repeat does no harm. */
struct seen_lines {
	uint64_t *slots;
	size_t count;
};

/* The slot of a line, its own or a free one; NULL: no memory. */
static uint64_t *seen_slot(struct seen_lines *seen, uint64_t hash)
{
	if (!seen->slots)
		seen->slots = calloc(SEEN_SLOTS, sizeof(*seen->slots));
	size_t at = (size_t)(hash >> 20) % SEEN_SLOTS;
	while (seen->slots && seen->slots[at] != 0 && seen->slots[at] != hash)
		at = (at + 1) % SEEN_SLOTS;
	return seen->slots ? &seen->slots[at] : NULL;
}

static uint64_t seen_hash(struct slice line)
{
	return hash_bytes(line.at, line.len, 1) | 1;
}

static bool seen_has(struct seen_lines *seen, struct slice line)
{
	const uint64_t *slot = seen_slot(seen, seen_hash(line));
	return slot && *slot != 0;
}

/* True if it was there. */
static bool seen_add(struct seen_lines *seen, struct slice line)
{
	uint64_t hash = seen_hash(line);
	uint64_t *slot = seen_slot(seen, hash);
	if (!slot || *slot == hash)
		return slot != NULL;
	if (seen->count >= SEEN_MOST) {
		memset(seen->slots, 0, SEEN_SLOTS * sizeof(*seen->slots));
		seen->count = 0;
		slot = &seen->slots[(size_t)(hash >> 20) % SEEN_SLOTS];
	}
	*slot = hash;
	seen->count++;
	return false;
}

static struct seen_lines written;
static struct seen_lines polls[2]; /* this poll's lines, and those of the one before */
static bool poll_some;

static int lines_add(void *context, const char *bytes, size_t len)
{
	return web_buffer_add(context, bytes, len) ? 0 : -ENOMEM;
}

/* The lines of a document in memory. */
static bool document_lines(bool griiip, const char *name, struct slice body,
			   struct web_buffer *lines)
{
	char chunk[4096];
	struct out out = {.write = lines_add,
			  .context = lines,
			  .buf = chunk,
			  .max = sizeof(chunk)};
	bool fine = griiip ? document_write_griiip(slice_of(name), body, &out)
			   : document_write(slice_of(name), body, &out);
	return out_flush(&out) == 0 && fine;
}

static bool skip_written(struct slice line)
{
	return seen_add(&written, line);
}

static bool skip_unchanged(struct slice line)
{
	(void)seen_add(&polls[0], line);
	poll_some = true;
	return seen_has(&polls[1], line);
}

static bool document_new(bool griiip, const char *name, struct slice body)
{
	struct web_buffer lines = {.limit = LINES_LIMIT},
			  fresh = {.limit = LINES_LIMIT};
	bool fine = document_lines(griiip, name, body, &lines);
	struct slice rest = web_buffer_slice(&lines);
	while (rest.len > 0) {
		struct slice line = slice_cut(&rest, '\n');
		bool skip = griiip ? skip_written(line) : skip_unchanged(line);
		if (!skip && (!web_buffer_add(&fresh, line.at, line.len) ||
			      !web_buffer_add(&fresh, "\n", 1)))
			break;
	}
	if (fresh.len == 0)
		(void)web_buffer_add(&fresh, "\n", 1); /* it lives */
	web_write(web_buffer_slice(&fresh));
	free(lines.at);
	free(fresh.at);
	return fine;
}

bool web_griiip(const char *name, struct slice body)
{
	return document_new(true, name, body);
}

bool web_standing(const char *name, struct slice body)
{
	return document_new(false, name, body);
}

void web_poll_end(void)
{
	if (!poll_some)
		return;
	struct seen_lines old = polls[1];
	polls[1] = polls[0];
	polls[0] = old;
	if (polls[0].slots)
		memset(polls[0].slots, 0, SEEN_SLOTS * sizeof(*polls[0].slots));
	polls[0].count = 0;
	poll_some = false;
	web_write(SLICE("poll {}\n"));
}

/* ---- waiting (2) ------------------------------------------------------------------------ */

static void sleep_ms(int64_t ms)
{
	enum { HURRY = 50 };
	if (web_options.hurry)
		ms /= HURRY;
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		continue;
}

void web_pause(unsigned seconds)
{
	unsigned asked = web_retry_after();
	seconds = seconds > asked ? seconds : asked;
	sleep_ms((int64_t)(seconds > 0 ? seconds : 1) * 1000);
}

static void web_back_off(unsigned failures)
{
	int64_t ms = 1000;
	for (unsigned i = 1; i < failures && ms < BACK_OFF_MOST * 1000; i++)
		ms *= 2;
	if (ms > BACK_OFF_MOST * 1000)
		ms = BACK_OFF_MOST * 1000;
	int64_t asked = (int64_t)web_retry_after() * 1000;
	ms += (int64_t)random_below(&web_options.seed, (uint64_t)ms / 4 + 1);
	sleep_ms(ms > asked ? ms : asked);
}

unsigned web_every(unsigned otherwise)
{
	return web_options.every > 0 ? web_options.every : otherwise;
}

int web_for_ever(int (*once)(void *context, struct err *err), void *context,
		 unsigned every, struct err *err)
{
	unsigned failures = 0;
	int rc;
	for (;;) {
		const int64_t began = web_ms();
		rc = once(context, err);
		if (rc == -EINVAL)
			return rc;
		if (rc >= 0 || web_ms() - began > LASTED_MS)
			failures = 0;
		if (rc < 0) {
			web_say("%s", err->text);
			web_back_off(++failures);
		} else if (every > 0) {
			web_pause(every);
		}
	}
}
