/*
 * stream.h -- rows of a test, and the stream that a publisher would make of them
 */
#ifndef PITWALL_TEST_REDIS_STREAM_H
#define PITWALL_TEST_REDIS_STREAM_H

#include "pitwall/redis.h"

#include "server.h"

/** Row @number of the recording @seed, in memory that the next call uses again: any type,
 * name and bytes, some of them long, of the sources 1 and 2. */
void stream_row(uint64_t seed, int64_t number, struct record_row *row);
/** Describe the session "test/NAME", of the recording @seed, with its two sources. */
void stream_describe(struct redis_server *server, const char *name, uint64_t seed);
/** Add the rows @from to @to of @seed. */
void stream_add(struct redis_server *server, const char *name, uint64_t seed,
		int64_t from, int64_t to);
/** Add one row, of this number. */
void stream_put(struct redis_server *server, const char *name,
		const struct record_row *row);
/** The session of the name at this port. */
struct redis_address stream_address(int port, const char *name);

#endif
