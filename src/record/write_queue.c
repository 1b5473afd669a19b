/*
 * write_queue.c -- records that wait to be written (write_queue.h)
 *
 *  (1) A chunk's size is fixed; a record that does not fit behind the last one
 *      starts the next chunk, and a chunk is closed (used, next) before anything
 *      is put into the next one.
 *  (2) One empty chunk is kept, so that a queue that is drained as fast as it is
 *      filled asks for no memory.
 */
#include "write_queue.h"

#include <stdlib.h>
#include <string.h>

struct queue_chunk {
	struct queue_chunk *next;
	size_t used, size;
	_Alignas(8) char data[];
};

struct queue_entry {
	int64_t put_us, received_at, steady;
	int32_t type, source;
	uint32_t name_len, bytes_len;
};

size_t queue_cost(const struct record_row *row)
{
	size_t bytes = sizeof(struct queue_entry) + row->name.len + row->bytes.len;
	return (bytes + 7) & ~(size_t)7;
}

static struct queue_chunk *chunk_new(struct queue *queue, size_t bytes)
{
	struct queue_chunk *chunk = queue->spare;
	if (chunk != NULL && bytes <= chunk->size) {
		queue->spare = NULL;
	} else {
		size_t size = bytes < QUEUE_CHUNK_BYTES ? QUEUE_CHUNK_BYTES : bytes;
		chunk = malloc(sizeof(*chunk) + size);
		if (chunk == NULL)
			return NULL;
		chunk->size = size;
	}
	chunk->next = NULL;
	chunk->used = 0;
	return chunk;
}

static void chunk_free(struct queue *queue, struct queue_chunk *chunk)
{
	if (queue->spare == NULL && chunk->size == QUEUE_CHUNK_BYTES)
		queue->spare = chunk;
	else
		free(chunk);
}

bool queue_push(struct queue *queue, const struct record_row *row, int64_t now_us)
{
	size_t cost = queue_cost(row);
	struct queue_chunk *chunk = queue->tail.chunk;
	if (chunk == NULL || chunk->size - queue->tail.at < cost) {
		struct queue_chunk *next = chunk_new(queue, cost);
		if (next == NULL)
			return false;
		if (chunk == NULL) {
			queue->head = queue->next = (struct queue_place){next, 0};
		} else {
			chunk->used = queue->tail.at;
			chunk->next = next;
		}
		queue->tail = (struct queue_place){next, 0};
		chunk = next;
	}
	struct queue_entry entry = {
		.put_us = now_us,
		.received_at = row->received_at,
		.steady = row->steady,
		.type = row->type,
		.source = row->source,
		.name_len = (uint32_t)row->name.len,
		.bytes_len = (uint32_t)row->bytes.len,
	};
	char *to = chunk->data + queue->tail.at;
	memcpy(to, &entry, sizeof(entry));
	to += sizeof(entry);
	if (entry.name_len > 0)
		memcpy(to, row->name.at, entry.name_len);
	if (entry.bytes_len > 0)
		memcpy(to + entry.name_len, row->bytes.at, entry.bytes_len);
	queue->tail.at += cost;
	queue->bytes += cost;
	return true;
}

bool queue_next(struct queue_place *place, const struct queue_place *end,
		struct record_row *row, int64_t *put_us)
{
	struct queue_entry entry;
	/* Not a word of the end's chunk is read: the other side may write there. */
	if (place->chunk != end->chunk && place->at == place->chunk->used)
		*place = (struct queue_place){place->chunk->next, 0};
	if (place->chunk == end->chunk && place->at == end->at)
		return false;
	const char *from = place->chunk->data + place->at;
	memcpy(&entry, from, sizeof(entry));
	from += sizeof(entry);
	*row = (struct record_row){
		.received_at = entry.received_at,
		.steady = entry.steady,
		.type = entry.type,
		.source = entry.source,
		.name = {from, entry.name_len},
		.bytes = {from + entry.name_len, entry.bytes_len},
	};
	if (put_us != NULL)
		*put_us = entry.put_us;
	place->at += queue_cost(row);
	return true;
}

void queue_drop(struct queue *queue)
{
	while (queue->head.chunk != queue->next.chunk) {
		struct queue_chunk *next = queue->head.chunk->next;
		chunk_free(queue, queue->head.chunk);
		queue->head.chunk = next;
	}
	queue->head = queue->next;
	if (queue->head.chunk == queue->tail.chunk && queue->head.at == queue->tail.at)
		queue->head.at = queue->next.at = queue->tail.at = 0;
}

void record_queue_free(struct queue *queue)
{
	while (queue->head.chunk != NULL) {
		struct queue_chunk *next = queue->head.chunk->next;
		free(queue->head.chunk);
		queue->head.chunk = next;
	}
	free(queue->spare);
	*queue = (struct queue){0};
}
