/*
 * replay.c -- what streams said and what was decided, in the order it was heard, into
 * events
 *
 *  (1) The chunks of all sources and the decisions between them go through the same
 *      steps (stream.h, decision_events()) in the same order as when they were live.
 *  (2) Bytes of a file without marks of time were not heard at any time: the day of the
 *      race stands for it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/decision.h"
#include "load_parts.h"
#include "pitwall/stream.h"

struct heard {
	struct loader *loader;
	struct stream *streams[LOAD_SOURCES_MAX]; /* NULL: read as a file */
	uint32_t next[LOAD_SOURCES_MAX];          /* chunk */
	uint32_t decision;
	instant_us unheard;
	struct err *err;
};

bool load_source_streams(const struct load_source *source)
{
	return source->driver == NULL || source->driver->read_file == NULL;
}

static int open_streams(struct heard *heard)
{
	struct loader *loader = heard->loader;
	const struct gathered *gathered = &loader->gathered;
	for (unsigned i = 0; i < gathered->source_count; i++) {
		const struct load_source *source = &gathered->sources[i];
		if (!load_source_streams(source))
			continue;
		loader->feed.source = (uint16_t)i;
		void *storage = calloc(1, stream_size());
		if (storage == NULL)
			return err_set(heard->err, -ENOMEM, "out of memory");
		heard->streams[i] = stream_open(storage, source->driver, &loader->feed);
	}
	return 0;
}

static void read_chunk(struct heard *heard, unsigned index,
		       const struct load_chunk *chunk)
{
	struct event_list *list = &heard->loader->session->events;
	struct slice bytes = heard->loader->gathered.sources[index].bytes;
	struct stream *stream = heard->streams[index];
	instant_us heard_at =
		chunk->heard_at == INSTANT_NONE ? heard->unheard : chunk->heard_at;
	if (chunk->fresh || chunk->lost)
		stream_link(stream, chunk->peer, chunk->fresh, heard_at, list);
	else
		stream_chunk(stream, chunk->peer,
			     (struct slice){bytes.at + chunk->offset, chunk->len},
			     heard_at, list);
}

static int read_decision(struct heard *heard)
{
	const struct gathered *gathered = &heard->loader->gathered;
	const struct load_decision *decision = &gathered->decisions[heard->decision++];
	struct slice line = {gathered->texts[LOAD_DECISIONS].data.at + decision->offset,
			     decision->len};
	if (decision_waits(line))
		return 0;
	int rc = decision_events(line, heard->decision, decision->heard_at,
				 &heard->loader->session->events, heard->err);
	if (rc != 0)
		err_prefix(heard->err, "%s", gathered->shown);
	return rc;
}

static int read_chunks(struct heard *heard)
{
	const struct gathered *gathered = &heard->loader->gathered;
	for (;;) {
		uint32_t order = 0;
		int first = gathered_first(gathered, heard->next, &order);
		bool decides = heard->decision < gathered->decision_count;
		if (decides &&
		    (first < 0 || gathered->decisions[heard->decision].order < order)) {
			int rc = read_decision(heard);
			if (rc != 0)
				return rc;
			continue;
		}
		if (first < 0)
			return 0;
		uint32_t next = heard->next[first]++;
		if (heard->streams[first] == NULL)
			continue;
		read_chunk(heard, (unsigned)first,
			   &gathered->sources[first].chunks[next]);
	}
}

/** A file without marks is one piece. */
static void read_wholes(struct heard *heard)
{
	const struct gathered *gathered = &heard->loader->gathered;
	for (unsigned i = 0; i < gathered->source_count; i++) {
		const struct load_source *source = &gathered->sources[i];
		const struct load_chunk whole = {.len = source->bytes.len,
						 .heard_at = INSTANT_NONE};
		if (heard->streams[i] != NULL && source->chunks == NULL)
			read_chunk(heard, i, &whole);
	}
}

static void end_streams(struct heard *heard)
{
	for (unsigned i = 0; i < heard->loader->gathered.source_count; i++) {
		struct stream *stream = heard->streams[i];
		if (stream == NULL)
			continue;
		instant_us last = stream_heard_at(stream);
		stream_end(stream, last == INSTANT_NONE ? heard->unheard : last,
			   &heard->loader->session->events);
	}
}

int load_heard(struct loader *loader, struct err *err)
{
	struct heard *heard = calloc(1, sizeof(*heard));
	if (heard == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	heard->loader = loader;
	heard->err = err;
	heard->unheard = loader->feed.day == INSTANT_NONE ? 0 : loader->feed.day;
	int rc = open_streams(heard);
	if (rc == 0) {
		read_wholes(heard);
		rc = read_chunks(heard);
	}
	if (rc == 0)
		end_streams(heard);
	for (unsigned i = 0; i < LOAD_SOURCES_MAX; i++)
		free(heard->streams[i]);
	free(heard);
	return rc;
}
