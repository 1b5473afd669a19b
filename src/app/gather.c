/*
 * gather.c -- the bytes and texts of a SOURCE, before anything is made of them
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
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

static int choose_driver(struct gathered *gathered, const char *feed,
			 struct load_source *source, struct err *err)
{
	char names[160];
	name_formats(names, sizeof(names));
	if (feed[0] != '\0') {
		source->driver = feed_by_name(slice_of(feed));
		if (source->driver == NULL)
			return err_set(err, -EINVAL,
				       "?feed=%s: there is no such feed; there are %s",
				       feed, names);
		return 0;
	}
	struct slice head = source->bytes;
	if (head.len > HEAD_BYTES)
		head.len = HEAD_BYTES;
	if (head.len == 0)
		return err_set(err, -EINVAL, "%s: empty", gathered->shown);
	source->driver = feed_sniff(head);
	if (source->driver == NULL)
		return err_set(err, -EINVAL,
			       "%s: neither a recording nor a format this version "
			       "knows (%s); ?feed=NAME behind the name overrides",
			       gathered->shown, names);
	return 0;
}

static int gather_file(struct gathered *gathered, const char *feed, struct err *err)
{
	struct load_source *source = &gathered->sources[0];
	source->bytes = gathered->file.data;
	text_clean(source->url, sizeof(source->url),
		   slice_of(source_base(gathered->path)));
	gathered->source_count = 1;
	int rc = choose_driver(gathered, feed, source, err);
	if (rc != 0 || strcmp(gathered->path, "-") == 0)
		return rc;
	gather_sidecars(gathered);
	return 0;
}

int gather(const struct source_spec *spec, struct gathered *out, struct err *err)
{
	bool piped = strcmp(spec->path, "-") == 0;
	text_copy(out->path, sizeof(out->path), slice_of(spec->path));
	text_clean(out->shown, sizeof(out->shown),
		   piped ? SLICE("standard input") : slice_of(spec->path));
	int rc = bytes_load(spec->path, &out->file, err);
	if (rc != 0)
		return rc;
	if (!record_sniff(out->file.data))
		return gather_file(out, spec->feed, err);
	out->recording = true;
	if (piped || !out->file.mapped)
		return err_set(err, -EINVAL,
			       "%s: a recording is read from a file, not from a pipe; "
			       "save it first",
			       out->shown);
	/* SQLite reads it; the mapping has told what it is. */
	bytes_free(&out->file);
	return gather_recording(out, err);
}

void gathered_free(struct gathered *gathered)
{
	for (unsigned i = 0; i < gathered->source_count; i++) {
		free(gathered->sources[i].chunks);
		free(gathered->sources[i].grown);
	}
	for (size_t i = 0; i < LOAD_TEXT_COUNT; i++)
		bytes_free(&gathered->texts[i]);
	bytes_free(&gathered->file);
	free(gathered->decisions);
	*gathered = (struct gathered){0};
}
