/*
 * publishing.h -- a recording that is written and published by a test, and its comparison
 * with the stream
 */
#ifndef PITWALL_TEST_REDIS_PUBLISHING_H
#define PITWALL_TEST_REDIS_PUBLISHING_H

#include <ev.h>

#include "pitwall/redis.h"

#include "server.h"

struct publishing {
	struct ev_loop *loop;
	struct record *record;
	struct redis_publisher *publisher;
	ev_io wake;
	ev_timer tick;
	char path[SCRATCH_FILE_MAX];
	uint64_t random;
	unsigned puts; /* rows that were put, of all times */
	int64_t clock; /* is ahead of that of the first row so much */
	/* Of publishing_to(). */
	const char *user, *password; /* NULL: none */
	int64_t keep;
};

/** A new recording at scratch_name(); nothing is published yet. */
void publishing_begin(struct publishing *publishing);
/** Record into it again, after publishing_stop(). */
void publishing_again(struct publishing *publishing);
/** Publish to the port; @session NULL: not named. */
void publishing_to(struct publishing *publishing, int port, const char *session);
/** Queue @count rows, of all types and many sizes. */
void publishing_put(struct publishing *publishing, unsigned count);
/** Run until all rows are published, or @words is in the reason; the test fails when it
 * takes a minute. */
void publishing_wait(struct publishing *publishing, const char *words);
/** Run the loop for a turn. */
void publishing_turn(struct publishing *publishing);
/** Stop publishing, in order or as a process that is killed. */
void publishing_stop(struct publishing *publishing, bool in_order);
/** Close the recording, remove it. */
void publishing_end(struct publishing *publishing);

/** The test fails unless the stream has the rows of the recording at @path, all of them,
 * each once and equal. @closed: behind the last is the end. */
void stream_equals(struct redis_server *server, const char *key, const char *path,
		   bool closed);

#endif
