/*
 * client_queue.c -- the messages queued for a client, in one block of memory
 *
 * Bytes are at head to len, the lengths of their messages at first to count. A message
 * is discarded whole or not at all.
 */
#include "net_parts.h"

#include <stdlib.h>
#include <string.h>

static bool reserve_bytes(struct client_queue *queue, size_t more)
{
	size_t used = queue->len - queue->head;
	if (more <= queue->max - queue->len)
		return true;
	if (more <= queue->max - used && queue->head >= queue->max / 2) {
		memmove(queue->bytes, queue->bytes + queue->head, used);
	} else {
		size_t max = queue->max < 2048 ? 4096 : 2 * queue->max;
		if (max - used < more)
			max = used + more;
		char *bytes = malloc(max);
		if (!bytes)
			return false;
		if (used > 0)
			memcpy(bytes, queue->bytes + queue->head, used);
		free(queue->bytes);
		queue->bytes = bytes;
		queue->max = max;
	}
	queue->head = 0;
	queue->len = used;
	return true;
}

static bool reserve_length(struct client_queue *queue)
{
	if (queue->count < queue->lengths_max)
		return true;
	if (queue->first > queue->lengths_max / 2) {
		memmove(queue->lengths, queue->lengths + queue->first,
			(queue->count - queue->first) * sizeof(*queue->lengths));
		queue->count -= queue->first;
		queue->first = 0;
		return true;
	}
	size_t max = queue->lengths_max == 0 ? 64 : 2 * queue->lengths_max;
	uint32_t *lengths = realloc(queue->lengths, max * sizeof(*lengths));
	if (!lengths)
		return false;
	queue->lengths = lengths;
	queue->lengths_max = max;
	return true;
}

bool queue_add(struct client_queue *queue, struct slice message)
{
	if (message.len == 0)
		return true;
	if (message.len > UINT32_MAX || !reserve_length(queue) ||
	    !reserve_bytes(queue, message.len))
		return false;
	memcpy(queue->bytes + queue->len, message.at, message.len);
	queue->len += message.len;
	queue->lengths[queue->count++] = (uint32_t)message.len;
	return true;
}

struct slice queue_waiting(const struct client_queue *queue)
{
	return queue->len == queue->head ? (struct slice){"", 0}
					 : (struct slice){queue->bytes + queue->head,
							  queue->len - queue->head};
}

void queue_written(struct client_queue *queue, size_t n)
{
	queue->head += n;
	while (n > 0) {
		uint32_t *left = &queue->lengths[queue->first];
		if (n < *left) {
			*left -= (uint32_t)n;
			queue->cut = true;
			return;
		}
		n -= *left;
		queue->first++;
		queue->cut = false;
	}
	if (queue->head == queue->len) {
		queue->head = queue->len = 0;
		queue->first = queue->count = 0;
	}
	/* A client that was behind once does not keep the memory of it. */
	if (queue->len == 0 && queue->max > 2 * (size_t)SHORT_QUEUE) {
		free(queue->bytes);
		queue->bytes = NULL;
		queue->max = 0;
	}
}

void queue_clear(struct client_queue *queue)
{
	if (queue->cut) {
		queue->len = queue->head + queue->lengths[queue->first];
		queue->count = queue->first + 1;
		return;
	}
	queue->head = queue->len = 0;
	queue->first = queue->count = 0;
}

void queue_free(struct client_queue *queue)
{
	free(queue->bytes);
	free(queue->lengths);
	memset(queue, 0, sizeof(*queue));
}
