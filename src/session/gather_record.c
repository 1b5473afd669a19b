/*
 * gather_record.c -- what a recording holds: the bytes of its sources put
 * together again, its set-up texts, its decisions
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "load_parts.h"
#include "pitwall/record.h"

/* One race: the limit of a file, so that a damaged one cannot take the memory. */
static const size_t source_bytes_max = 1024u * 1024 * 1024;
/* As much as most races are: what is not used of it is not touched. */
enum { SOURCE_BYTES_FIRST = 4 * 1024 * 1024 };
static const size_t decisions_bytes_max = 1024u * 1024;

struct context {
	struct gathered *gathered;
	struct err *err;
	uint32_t order; /* of the next chunk or decision */
};

static int no_memory(const struct context *context)
{
	return err_set(context->err, -ENOMEM, "%s: out of memory",
		       context->gathered->shown);
}

static int grow_bytes(const struct context *context, char **at, size_t *max,
		      size_t wanted)
{
	size_t size = *max == 0 ? SOURCE_BYTES_FIRST : *max;
	if (wanted > source_bytes_max)
		return err_set(context->err, -EFBIG,
			       "%s: holds more than a gibibyte of one source",
			       context->gathered->shown);
	while (size < wanted)
		size *= 2;
	if (size == *max)
		return 0;
	char *grown = realloc(*at, size);
	if (grown == NULL)
		return no_memory(context);
	*at = grown;
	*max = size;
	return 0;
}

static struct load_source *source_of(struct gathered *gathered, int id)
{
	for (unsigned i = 0; i < gathered->source_count; i++)
		if (gathered->sources[i].id == id)
			return &gathered->sources[i];
	return NULL;
}

static int unknown_source(const struct context *context, const struct record_row *row)
{
	return err_set(context->err, -EIO,
		       "%s: the recording is damaged (record %lld is of a "
		       "source that it does not name)",
		       context->gathered->shown, (long long)row->id);
}

/** Another chunk of @source, without bytes yet; NULL: no memory. */
static struct load_chunk *add_chunk(struct context *context, struct load_source *source,
				    const struct record_row *row)
{
	uint64_t peer = 0;
	if (source->chunk_count == source->chunks_max) {
		uint32_t max = source->chunks_max == 0 ? 64 : source->chunks_max * 2;
		struct load_chunk *chunks =
			realloc(source->chunks, max * sizeof(*chunks));
		if (chunks == NULL)
			return NULL;
		source->chunks = chunks;
		source->chunks_max = max;
	}
	if (!parse_u64(row->name, &peer) || peer >= FEED_PEERS_MAX)
		peer = 0;
	struct load_chunk *chunk = &source->chunks[source->chunk_count++];
	*chunk = (struct load_chunk){
		.offset = source->bytes.len,
		.heard_at = row->received_at,
		.order = context->order++,
		.peer = (uint16_t)peer,
	};
	return chunk;
}

static int take_raw(struct context *context, const struct record_row *row)
{
	struct load_source *source = source_of(context->gathered, row->source);
	if (source == NULL)
		return unknown_source(context, row);
	size_t len = source->bytes.len;
	int rc = grow_bytes(context, &source->grown, &source->grown_max,
			    len + row->bytes.len);
	if (rc != 0)
		return rc;
	struct load_chunk *chunk = add_chunk(context, source, row);
	if (chunk == NULL)
		return no_memory(context);
	chunk->len = row->bytes.len;
	if (row->bytes.len > 0)
		memcpy(source->grown + len, row->bytes.at, row->bytes.len);
	source->bytes = (struct slice){source->grown, len + row->bytes.len};
	return 0;
}

/** "up", or "down" and why. */
static int take_link(struct context *context, const struct record_row *row)
{
	struct load_source *source = source_of(context->gathered, row->source);
	if (source == NULL)
		return unknown_source(context, row);
	struct load_chunk *chunk = add_chunk(context, source, row);
	if (chunk == NULL)
		return no_memory(context);
	chunk->fresh = slice_eq(row->bytes, SLICE("up"));
	chunk->lost = !chunk->fresh;
	return 0;
}

/** A set-up text is kept whole; of two with a name the later one holds. */
static int take_text(const struct context *context, enum load_text index,
		     struct slice bytes)
{
	struct bytes *text = &context->gathered->texts[index];
	char *copy = malloc(bytes.len + 1);
	if (copy == NULL)
		return no_memory(context);
	memcpy(copy, bytes.at, bytes.len);
	copy[bytes.len] = '\0';
	bytes_free(text);
	*text = (struct bytes){.data = {copy, bytes.len}, .owned = true};
	return 0;
}

static int take_setup(const struct context *context, const struct record_row *row)
{
	for (size_t i = 0; i < LOAD_TEXT_COUNT; i++)
		if (slice_eq(row->name, slice_of(load_text_names[i])))
			return take_text(context, (enum load_text)i, row->bytes);
	/* Of a newer version, which knows more names. */
	return 0;
}

static int note_decision(struct context *context, const struct record_row *row,
			 size_t offset)
{
	struct gathered *gathered = context->gathered;
	if (gathered->decision_count == gathered->decisions_max) {
		uint32_t max = gathered->decisions_max * 2 + 64;
		struct load_decision *decisions =
			realloc(gathered->decisions, max * sizeof(*decisions));
		if (decisions == NULL)
			return no_memory(context);
		gathered->decisions = decisions;
		gathered->decisions_max = max;
	}
	gathered->decisions[gathered->decision_count++] = (struct load_decision){
		.offset = offset,
		.len = row->bytes.len,
		.heard_at = row->received_at,
		.order = context->order++,
	};
	return 0;
}

/** Decisions are lines of one file, in the order in which they were made. */
static int take_decision(struct context *context, const struct record_row *row)
{
	struct bytes *text = &context->gathered->texts[LOAD_DECISIONS];
	size_t len = text->data.len;
	if (row->bytes.len > 4096 || len > decisions_bytes_max)
		return err_set(context->err, -EIO,
			       "%s: the recording is damaged (decision %lld is too "
			       "long)",
			       context->gathered->shown, (long long)row->id);
	char *grown = malloc(len + row->bytes.len + 1);
	if (grown == NULL)
		return no_memory(context);
	if (len > 0)
		memcpy(grown, text->data.at, len);
	if (row->bytes.len > 0)
		memcpy(grown + len, row->bytes.at, row->bytes.len);
	grown[len + row->bytes.len] = '\n';
	bytes_free(text);
	*text = (struct bytes){.data = {grown, len + row->bytes.len + 1},
			       .owned = true};
	return note_decision(context, row, len);
}

static int take_row(void *pointer, const struct record_row *row)
{
	struct context *context = pointer;
	if (row->type == RECORD_RAW)
		return take_raw(context, row);
	if (row->type == RECORD_LINK)
		return take_link(context, row);
	if (row->type == RECORD_SETUP)
		return take_setup(context, row);
	if (row->type == RECORD_DECISION)
		return take_decision(context, row);
	return err_set(context->err, -EIO,
		       "%s: the recording is damaged (record %lld is of an unknown "
		       "type)",
		       context->gathered->shown, (long long)row->id);
}

static int take_sources(const struct context *context, struct record *record)
{
	struct gathered *gathered = context->gathered;
	struct record_source sources[LOAD_SOURCES_MAX];
	int count = 0;
	int rc =
		record_sources(record, sources, LOAD_SOURCES_MAX, &count, context->err);
	for (int i = 0; rc == 0 && i < count; i++) {
		struct load_source *source = &gathered->sources[gathered->source_count];
		source->id = sources[i].id;
		text_copy(source->url, sizeof(source->url), slice_of(sources[i].url));
		source->driver = feed_by_name(slice_of(sources[i].driver));
		/* A name that is blank: its first bytes will tell. */
		if (source->driver == NULL && sources[i].driver[0] != '\0')
			return err_set(context->err, -ENOTSUP,
				       "%s: its source %s needs the feed \"%s\", which "
				       "this version does not have",
				       gathered->shown, source->url, sources[i].driver);
		source->bytes = (struct slice){"", 0};
		gathered->source_count++;
	}
	return rc;
}

int gather_recording(struct gathered *gathered, struct err *err)
{
	struct context context = {gathered, err, 0};
	struct record *record = NULL;
	int rc = record_open(gathered->path, &record, err);
	if (rc != 0)
		return rc;
	rc = take_sources(&context, record);
	if (rc == 0)
		rc = record_read(record, take_row, &context, err);
	record_close(record, NULL);
	if (rc == 0 && gathered->source_count == 0)
		rc = err_set(err, -EINVAL, "%s: the recording is empty",
			     gathered->shown);
	return rc;
}
