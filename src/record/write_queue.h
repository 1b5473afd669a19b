/*
 * write_queue.h -- records that wait to be written, and behind them those that are
 * written but still kept, copied into chunks of memory
 *
 *   head ... kept ... next ... waiting ... tail
 *
 * One side pushes under its owner's lock, the other reads without it: from the
 * head to an end that it got under the lock. Records before an end never
 * change.
 */
#ifndef PITWALL_RECORD_WRITE_QUEUE_H
#define PITWALL_RECORD_WRITE_QUEUE_H

#include "pitwall/record.h"

enum {
	QUEUE_CHUNK_BYTES = 64 * 1024,
	/* A source that is named while records are written; its row has the url as
	 * name and the driver as bytes. */
	QUEUE_SOURCE = -1,
};

struct queue_chunk;

/** A place between two records. */
struct queue_place {
	struct queue_chunk *chunk;
	size_t at;
};

struct queue {
	struct queue_place head, next, tail;
	struct queue_chunk *spare;
	size_t bytes; /* that wait, with what each record costs */
};

/** Copy @row behind the last; false: out of memory. */
bool queue_push(struct queue *queue, const struct record_row *row, int64_t now_us);
/** What @row takes of queue->bytes. */
size_t queue_cost(const struct record_row *row);
/** Read the record at @place and step behind it; false at @end. @put_us may be
 * NULL. */
bool queue_next(struct queue_place *place, const struct queue_place *end,
		struct record_row *row, int64_t *put_us);
/** Remove what is kept: the records before next. */
void queue_drop(struct queue *queue);
void record_queue_free(struct queue *queue);

#endif
