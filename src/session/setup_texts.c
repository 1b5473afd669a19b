/*
 * setup_texts.c -- the texts of the set-up: from a recording, from files beside the race,
 * from a session file; and what is to be recorded of them (source.h)
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/source.h"

const char *const setup_text_names[SETUP_TEXT_COUNT] = {
#define X(id_, name_) [TEXT_##id_] = (name_),
	SETUP_TEXTS(X)
#undef X
};

void setup_texts_free(struct setup_texts *texts)
{
	for (size_t i = 0; i < SETUP_TEXT_COUNT; i++)
		bytes_free(&texts->at[i]);
	*texts = (struct setup_texts){.unread = ""};
}

void setup_texts_put(struct setup_texts *texts, enum setup_text index, const char *path,
		     const struct bytes *bytes)
{
	bytes_free(&texts->at[index]);
	texts->at[index] = *bytes;
	text_clean(texts->from[index], sizeof(texts->from[index]),
		   slice_of(source_base(path)));
}

int setup_texts_record(struct setup_texts *texts, struct slice name, struct slice bytes)
{
	size_t i = 0;
	while (i < SETUP_TEXT_COUNT && !slice_eq(name, slice_of(setup_text_names[i])))
		i++;
	if (i == SETUP_TEXT_COUNT)
		return 0;
	uint64_t before = texts->recorded[i];
	texts->recorded[i] = hash_bytes(bytes.at, bytes.len, 1);
	if (texts->given[i] || texts->recorded[i] == before)
		return 0;
	char *copy = malloc(bytes.len + 1);
	if (copy == NULL)
		return -ENOMEM;
	if (bytes.len > 0)
		memcpy(copy, bytes.at, bytes.len);
	copy[bytes.len] = '\0';
	bytes_free(&texts->at[i]);
	texts->at[i] = (struct bytes){.data = {copy, bytes.len}, .owned = true};
	texts->from[i][0] = '\0';
	return 1;
}

/* ---- with the options in them -------------------------------------------------------- */

struct text_sink {
	int (*each)(void *context, enum setup_text index, struct slice bytes);
	void *context;
};

/** The session text with the options appended: of two equal keys the last one wins. */
static int each_session(const struct setup_texts *texts, const struct options *options,
			const struct text_sink *sink, struct err *err)
{
	struct slice text = texts->at[TEXT_SESSION].data;
	const char *type = options->session, *length = options->length;
	const char *result = options->result_at;
	if (type != NULL && strcmp(type, "race") != 0 && strcmp(type, "timed") != 0)
		type = NULL;
	if (type == NULL && length == NULL && result == NULL)
		return text.at == NULL ? 0
				       : sink->each(sink->context, TEXT_SESSION, text);
	size_t cap = text.len + 96 + (length == NULL ? 0 : strlen(length)) +
		     (result == NULL ? 0 : strlen(result));
	char *joined = malloc(cap);
	if (joined == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	if (text.len > 0)
		memcpy(joined, text.at, text.len);
	size_t len = text.len;
	/* The text may end in another section. */
	len += text_format(joined + len, cap - len, "%s[session]\n",
			   len > 0 && joined[len - 1] != '\n' ? "\n" : "");
	if (type != NULL)
		len += text_format(joined + len, cap - len, "type = %s\n", type);
	if (length != NULL)
		len += text_format(joined + len, cap - len, "length = %s\n", length);
	if (result != NULL)
		len += text_format(joined + len, cap - len, "result_at = %s\n", result);
	int rc = sink->each(sink->context, TEXT_SESSION, (struct slice){joined, len});
	free(joined);
	return rc;
}

static int each_rules(const char *name, const struct text_sink *sink, struct err *err)
{
	struct rules rules;
	struct bytes bytes = {0};
	int rc = rules_read(name, &rules, &bytes, err);
	if (rc == 0)
		rc = sink->each(sink->context, TEXT_RULES, bytes.data);
	bytes_free(&bytes);
	return rc;
}

int setup_texts_each(const struct setup_texts *texts, const struct options *options,
		     int (*each)(void *context, enum setup_text index,
				 struct slice bytes),
		     void *context, struct err *err)
{
	const struct text_sink sink = {each, context};
	int rc = each_session(texts, options, &sink, err);
	if (rc == 0 && options->rules != NULL)
		rc = each_rules(options->rules, &sink, err);
	for (size_t i = 0; rc == 0 && i < SETUP_TEXT_COUNT; i++) {
		bool done = i == TEXT_SESSION ||
			    (i == TEXT_RULES && options->rules != NULL);
		if (texts->at[i].data.at != NULL && !done)
			rc = each(context, (enum setup_text)i, texts->at[i].data);
	}
	return rc;
}
