/*
 * session_file.c -- --session FILE: who races where, by which rules, as a person
 * writes it
 *
 * The file is the "session" text of a recording (session.h) whose circuit, rules and
 * entries name assets, or files beside it; their texts are read too, so a
 * recording made with it needs none of them again.
 *
 *  (1) An unknown key is an error: somebody can correct the file.
 *  (2) Everything it names is read and parsed at once, so errors come before the race.
 *  (3) These texts replace those of the source.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/session.h"
#include "session_parts.h"

struct session_file {
	const char *path, *shown;
	struct session_text text;
	struct err *err;
};

bool session_is_file(const char *word)
{
	return names_a_file(word);
}

/* ---- what it names --------------------------------------------------------------- */

/** A name beside the session file. */
static void beside(const struct session_file *file, const char *name, char *path)
{
	size_t folder = (size_t)(source_base(file->path) - file->path);
	if (name[0] == '/')
		folder = 0;
	text_format(path, SOURCE_PATH_MAX, "%.*s%s", (int)folder, file->path, name);
}

/** The line that named it. */
static int blame(const struct session_file *file, const struct session_name *name,
		 int rc)
{
	err_prefix(file->err, "%s:%u", file->shown, name->line);
	return rc == -ENOENT ? -EINVAL : rc;
}

/** (3) */
static void file_put_text(struct setup_texts *out, enum setup_text index,
			  const char *name, const struct bytes *text)
{
	setup_texts_put(out, index, name, text);
	out->given[index] = true;
}

static int file_circuit(const struct session_file *file, struct setup_texts *out)
{
	const char *name = file->text.circuit.text;
	char path[SOURCE_PATH_MAX];
	struct bytes ini = {0}, centreline = {0};
	if (name[0] == '\0')
		return 0;
	if (names_a_file(name))
		beside(file, name, path);
	else
		text_copy(path, sizeof(path), slice_of(name));
	struct circuit *circuit = calloc(1, sizeof(*circuit));
	if (circuit == NULL)
		return err_set(file->err, -ENOMEM, "out of memory");
	int rc = circuit_read(path, &ini, &centreline, file->err);
	if (rc == 0)
		rc = circuit_parse(ini.data, centreline.data, name, circuit, file->err);
	free(circuit);
	if (rc != 0) {
		bytes_free(&ini);
		bytes_free(&centreline);
		return blame(file, &file->text.circuit, rc);
	}
	file_put_text(out, TEXT_CIRCUIT, name, &ini);
	file_put_text(out, TEXT_CENTRELINE, name, &centreline);
	return 0;
}

static int read_rules(const struct session_file *file, struct setup_texts *out)
{
	const char *name = file->text.rules.text;
	char path[SOURCE_PATH_MAX];
	struct bytes text = {0};
	struct rules rules;
	if (name[0] == '\0')
		return 0;
	if (names_a_file(name))
		beside(file, name, path);
	else
		text_copy(path, sizeof(path), slice_of(name));
	int rc = rules_read(path, &rules, &text, file->err);
	if (rc != 0)
		return blame(file, &file->text.rules, rc);
	file_put_text(out, TEXT_RULES, name, &text);
	return 0;
}

/** As they will be read, into a list that is thrown away. */
static int check_entries(const struct session_file *file, struct slice text)
{
	enum { EVENTS = 32 * RACE_CARS_MAX };
	struct event_list list = {.max = EVENTS, .text_max = 1};
	char pool[1] = "";
	list.text = pool;
	list.at = calloc(EVENTS, sizeof(*list.at));
	if (list.at == NULL)
		return err_set(file->err, -ENOMEM, "out of memory");
	int rc = entries_parse(text, file->text.entries.text, 0, &list, file->err);
	free(list.at);
	return rc;
}

static int read_entries(const struct session_file *file, struct setup_texts *out)
{
	const char *name = file->text.entries.text;
	char path[SOURCE_PATH_MAX];
	struct bytes text = {0};
	if (name[0] == '\0')
		return 0;
	beside(file, name, path);
	int rc = small_file_read(path, &text, file->err);
	if (rc != 0)
		return blame(file, &file->text.entries, rc);
	rc = check_entries(file, text.data);
	if (rc != 0)
		bytes_free(&text);
	else
		file_put_text(out, TEXT_ENTRIES, name, &text);
	return rc;
}

/* ---- the file -------------------------------------------------------------------- */

int session_file_read(const char *path, struct setup_texts *out, struct err *err)
{
	struct bytes text = {0};
	struct rules_length length;
	char shown[128];
	struct session_file file = {.path = path, .shown = shown, .err = err};
	text_clean(shown, sizeof(shown), slice_of(source_base(path)));
	int rc = small_file_read(path, &text, err);
	if (rc != 0)
		return rc;
	rc = session_text_parse(text.data, shown, true, &file.text, err);
	if (rc == 0 && file.text.length[0] != '\0' &&
	    length_parse(slice_of(file.text.length), &length, err) != 0) {
		err_prefix(err, "%s", shown);
		rc = -EINVAL;
	}
	if (rc == 0)
		rc = file_circuit(&file, out);
	if (rc == 0)
		rc = read_rules(&file, out);
	if (rc == 0)
		rc = read_entries(&file, out);
	if (rc != 0) {
		bytes_free(&text);
		return rc;
	}
	memcpy(out->stints, file.text.stints, sizeof(out->stints));
	out->stint_count = file.text.stint_count;
	file_put_text(out, TEXT_SESSION, path, &text);
	/* Stints alone do not replace the set-up of a recording. */
	out->given[TEXT_SESSION] = !file.text.stints_alone;
	return 0;
}
