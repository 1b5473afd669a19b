/*
 * gather.c -- the bytes and texts of a SOURCE, before anything is made of them
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "load_parts.h"
#include "pitwall/record.h"

enum { TEXT_MAX = 16 * 1024 * 1024, HEAD_BYTES = 4096 };

const char *const load_text_names[LOAD_TEXT_COUNT] = {
#define X(id_, name_) [LOAD_##id_] = (name_),
	LOAD_TEXTS(X)
#undef X
};

/** A file beside the race that cannot be read leaves the race as it is. */
static bool gather_beside(struct gathered *gathered, enum load_text index,
			  const char *path)
{
	struct bytes *text = &gathered->texts[index];
	struct err err;
	if (bytes_load_optional(path, TEXT_MAX, text, &err) != 0) {
		text_copy(gathered->unread, sizeof(gathered->unread),
			  slice_of(err.text));
		return true;
	}
	text_clean(gathered->beside[index], sizeof(gathered->beside[index]),
		   slice_of(source_base(path)));
	return text->data.at != NULL;
}

static void gather_sidecars(struct gathered *gathered)
{
	static const struct {
		enum load_text text;
		const char *suffix;
	} sidecars[] = {{LOAD_SIDECAR, ".json"}, {LOAD_WEATHER, "_weather.csv"}};
	char whole[SOURCE_PATH_MAX], stem[SOURCE_PATH_MAX], path[SOURCE_PATH_MAX + 16];
	source_stem(gathered->path, stem, sizeof(stem));
	text_copy(whole, sizeof(whole), slice_of(gathered->path));
	char *dot = strrchr(whole, '.');
	if (dot != NULL && dot > source_base(whole))
		*dot = '\0';
	for (size_t i = 0; i < ARRAY_LEN(sidecars); i++) {
		text_format(path, sizeof(path), "%s%s", whole, sidecars[i].suffix);
		if (gather_beside(gathered, sidecars[i].text, path) ||
		    strcmp(whole, stem) == 0)
			continue;
		text_format(path, sizeof(path), "%s%s", stem, sidecars[i].suffix);
		(void)gather_beside(gathered, sidecars[i].text, path);
	}
}

static void name_formats(char *names, size_t cap)
{
	size_t len = 0;
	for (size_t i = 0; feed_drivers[i] != NULL && len < cap; i++)
		len += text_format(names + len, cap - len, "%s%s", i == 0 ? "" : ", ",
				   feed_drivers[i]->name);
}

static struct slice head_of(const struct load_source *source)
{
	struct slice head = source->bytes;
	if (head.len > HEAD_BYTES)
		head.len = HEAD_BYTES;
	return head;
}

static int choose_driver(const char *shown, const char *feed,
			 struct load_source *source, struct err *err)
{
	enum feed_marks marks = FEED_MARKS_NONE;
	struct slice head = head_of(source);
	char names[160];
	name_formats(names, sizeof(names));
	if (feed[0] != '\0') {
		source->driver = feed_by_name(slice_of(feed));
		if (source->driver == NULL)
			return err_set(err, -EINVAL,
				       "?feed=%s: there is no such feed; there are %s",
				       feed, names);
		if (source->driver->frame != NULL)
			marks = feed_capture_detect(head);
	} else {
		if (head.len == 0)
			return err_set(err, -EINVAL, "%s: empty", shown);
		source->driver = feed_sniff_file(head, &marks);
	}
	if (source->driver == NULL)
		return err_set(err, -EINVAL,
			       "%s: neither a recording nor a format this version "
			       "knows (%s); ?feed=NAME behind the name overrides",
			       shown, names);
	if (source->driver->frame == NULL || marks == FEED_MARKS_NONE)
		return 0;
	return gather_capture(source, marks, err);
}

/** The source that was added last is a file of @spec: its driver and its bytes. */
static int gather_file(struct gathered *gathered, const struct source_spec *spec,
		       struct err *err)
{
	struct load_source *source = &gathered->sources[gathered->source_count - 1];
	char shown[sizeof(gathered->shown)];
	text_clean(shown, sizeof(shown), slice_of(spec->path));
	source->bytes = source->file.data;
	text_clean(source->url, sizeof(source->url), slice_of(source_base(spec->path)));
	return choose_driver(strcmp(spec->path, "-") == 0 ? gathered->shown : shown,
			     spec->feed, source, err);
}

static int refuse_pipe(const struct gathered *gathered, struct err *err)
{
	return err_set(err, -EINVAL,
		       "%s: a recording is read from a file, not from a pipe; "
		       "save it first",
		       gathered->shown);
}

int gather(const struct source_spec *spec, struct gathered *out, struct err *err)
{
	bool piped = strcmp(spec->path, "-") == 0;
	struct load_source *source = &out->sources[0];
	text_copy(out->path, sizeof(out->path), slice_of(spec->path));
	text_clean(out->shown, sizeof(out->shown),
		   piped ? SLICE("standard input") : slice_of(spec->path));
	int rc = bytes_load(spec->path, &source->file, err);
	if (rc != 0)
		return rc;
	out->source_count = 1;
	if (!record_sniff(source->file.data)) {
		rc = gather_file(out, spec, err);
		if (rc == 0 && !piped)
			gather_sidecars(out);
		return rc;
	}
	out->recording = true;
	if (piped || !source->file.mapped)
		return refuse_pipe(out, err);
	/* SQLite reads it; the mapping has told what it is. */
	bytes_free(&source->file);
	out->source_count = 0;
	return gather_recording(out, err);
}

/* ---- several --------------------------------------------------------------------- */

bool gather_bundled(const struct options *options)
{
	return options->source_count == 0;
}

/** Another file of the same race. */
static int gather_more(const struct source_spec *spec, struct gathered *out,
		       struct err *err)
{
	struct load_source *source = &out->sources[out->source_count];
	int rc = bytes_load(spec->path, &source->file, err);
	if (rc != 0)
		return rc;
	out->source_count++;
	if (record_sniff(source->file.data))
		return err_set(err, -EINVAL, "%s: a recording is read alone",
			       spec->path);
	rc = gather_file(out, spec, err);
	if (rc == 0 && source->driver->frame == NULL)
		rc = err_set(err, -EINVAL,
			     "%s: a file of laps is read alone; only what loops and "
			     "timing systems sent is put together",
			     spec->path);
	return rc;
}

int gathered_first(const struct gathered *gathered, const uint32_t *next,
		   uint32_t *order)
{
	int first = -1;
	for (unsigned i = 0; i < gathered->source_count; i++) {
		const struct load_source *source = &gathered->sources[i];
		if (next[i] >= source->chunk_count)
			continue;
		uint32_t at = source->chunks[next[i]].order;
		if (first >= 0 && at >= *order)
			continue;
		first = (int)i;
		*order = at;
	}
	return first;
}

/** Give the chunks of all sources the order in which they were heard: each source in
 * its own, and of several the earliest. */
static void order_chunks(struct gathered *gathered)
{
	uint32_t next[LOAD_SOURCES_MAX] = {0}, order = 0;
	for (;;) {
		struct load_chunk *first = NULL;
		unsigned index = 0;
		for (unsigned i = 0; i < gathered->source_count; i++) {
			struct load_source *source = &gathered->sources[i];
			struct load_chunk *chunk = &source->chunks[next[i]];
			if (next[i] >= source->chunk_count ||
			    (first != NULL && chunk->heard_at >= first->heard_at))
				continue;
			first = chunk;
			index = i;
		}
		if (first == NULL)
			return;
		first->order = order++;
		next[index]++;
	}
}

/** The words of the command line into a path; without any, the bundled race. */
static int choose_source(const char *text, struct source_spec *spec, struct err *err)
{
	struct stat st;
	*spec = (struct source_spec){0};
	if (text == NULL)
		return asset_path(bundled_race, spec->path, sizeof(spec->path), err);
	bool literal = strcmp(text, "-") != 0 && stat(text, &st) == 0;
	return source_parse(text, literal, spec, err);
}

static int gather_sources(const struct options *options, struct gathered *out,
			  char *session, struct err *err)
{
	struct source_spec *spec = calloc(1, sizeof(*spec));
	if (spec == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	int rc = choose_source(gather_bundled(options) ? NULL : options->sources[0],
			       spec, err);
	if (rc == 0)
		rc = gather(spec, out, err);
	text_copy(session, sizeof(spec->session), slice_of(spec->session));
	for (unsigned i = 1; rc == 0 && i < options->source_count; i++) {
		if (out->recording || out->sources[0].driver->frame == NULL)
			rc = err_set(err, -EINVAL,
				     "%s: is read alone; only what loops and timing "
				     "systems sent is put together",
				     out->shown);
		if (rc == 0)
			rc = choose_source(options->sources[i], spec, err);
		if (rc == 0)
			rc = gather_more(spec, out, err);
	}
	if (rc == 0 && !out->recording)
		order_chunks(out);
	free(spec);
	return rc;
}

int gather_all(const struct options *options, struct gathered *out, char *session,
	       struct err *err)
{
	int rc = gather_sources(options, out, session, err);
	if (rc == 0 && options->session != NULL && session_is_file(options->session))
		rc = session_file_gather(options->session, out, err);
	return rc;
}

void gathered_free(struct gathered *gathered)
{
	for (unsigned i = 0; i < gathered->source_count; i++) {
		free(gathered->sources[i].chunks);
		free(gathered->sources[i].grown);
		bytes_free(&gathered->sources[i].file);
	}
	for (size_t i = 0; i < LOAD_TEXT_COUNT; i++)
		bytes_free(&gathered->texts[i]);
	free(gathered->decisions);
	*gathered = (struct gathered){0};
}
