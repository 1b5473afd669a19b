/*
 * session_file.c -- --session FILE: who races where, by which rules, as a person
 * writes it
 *
 * The file is the "session" text of a recording (session.h) whose circuit, rules and
 * entries name assets, or files beside it; their texts are read too, so a
 * recording made with it needs none of them again.
 *
 *  (1) A key that nobody knows is an error here, where somebody can correct it.
 *  (2) What is named is read and parsed at once: a fault is told before the race.
 *  (3) These texts stand before those of the source.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/inifile.h"
#include "pitwall/session.h"
#include "session_parts.h"

enum { NAME_CAP = 256 };

struct named {
	char circuit[NAME_CAP], rules[NAME_CAP], entries[NAME_CAP];
	unsigned circuit_line, rules_line, entries_line;
};

struct session_file {
	const char *path, *shown;
	struct named named;
	struct err *err;
};

bool session_is_file(const char *word)
{
	return names_a_file(word);
}

/* ---- keys ----------------------------------------------------------------------- */

static int unknown_key(const struct ini_entry *entry, struct err *err)
{
	char keys[160];
	size_t len = 0;
	keys[0] = '\0';
	for (size_t i = 0; session_key_name(i) != NULL; i++)
		len += text_format(keys + len, sizeof(keys) - len, "%s%s",
				   i == 0 ? "" : " ", session_key_name(i));
	return err_set(err, -EINVAL,
		       "%s:%u: there is no key \"%.40s\" here; there are %s",
		       entry->where, entry->line, entry->key, keys);
}

static bool is_key(const char *name)
{
	for (size_t i = 0; session_key_name(i) != NULL; i++)
		if (strcmp(name, session_key_name(i)) == 0)
			return true;
	return false;
}

static int take(void *context, const struct ini_entry *entry, struct err *err)
{
	struct named *named = context;
	const struct {
		const char *key;
		char *to;
		unsigned *line;
	} names[] = {
		{"circuit", named->circuit, &named->circuit_line},
		{"rules", named->rules, &named->rules_line},
		{"entries", named->entries, &named->entries_line},
	};
	if (strcmp(entry->section, "loops") == 0)
		return 0;
	if (strcmp(entry->section, "session") != 0)
		return err_set(err, -EINVAL,
			       "%s:%u: \"%.40s\" stands in neither [session] nor "
			       "[loops]: write one of them on a line above it",
			       entry->where, entry->line, entry->key);
	if (!is_key(entry->key))
		return unknown_key(entry, err);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(entry->key, names[i].key) != 0)
			continue;
		text_copy(names[i].to, NAME_CAP, slice_of(entry->value));
		*names[i].line = entry->line;
	}
	return 0;
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

static int blame(const struct session_file *file, unsigned line, int rc)
{
	err_prefix(file->err, "%s:%u", file->shown, line);
	return rc == -ENOENT ? -EINVAL : rc;
}

/** (3) */
static void put_text(struct setup_texts *out, enum setup_text index, const char *name,
		     const struct bytes *text)
{
	setup_texts_put(out, index, name, text);
	out->given[index] = true;
}

static int read_circuit(const struct session_file *file, struct setup_texts *out)
{
	const char *name = file->named.circuit;
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
		return blame(file, file->named.circuit_line, rc);
	}
	put_text(out, TEXT_CIRCUIT, name, &ini);
	put_text(out, TEXT_CENTRELINE, name, &centreline);
	return 0;
}

static int read_rules(const struct session_file *file, struct setup_texts *out)
{
	const char *name = file->named.rules;
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
		return blame(file, file->named.rules_line, rc);
	put_text(out, TEXT_RULES, name, &text);
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
	int rc = entries_parse(text, file->named.entries, 0, &list, file->err);
	free(list.at);
	return rc;
}

static int read_entries(const struct session_file *file, struct setup_texts *out)
{
	const char *name = file->named.entries;
	char path[SOURCE_PATH_MAX];
	struct bytes text = {0};
	if (name[0] == '\0')
		return 0;
	beside(file, name, path);
	int rc = small_file_read(path, &text, file->err);
	if (rc != 0)
		return blame(file, file->named.entries_line, rc);
	rc = check_entries(file, text.data);
	if (rc != 0)
		bytes_free(&text);
	else
		put_text(out, TEXT_ENTRIES, name, &text);
	return rc;
}

/* ---- the file -------------------------------------------------------------------- */

int session_file_read(const char *path, struct setup_texts *out, struct err *err)
{
	struct bytes text = {0};
	struct session_text parsed;
	struct rules_length length;
	char shown[NAME_CAP];
	struct session_file file = {.path = path, .shown = shown, .err = err};
	text_clean(shown, sizeof(shown), slice_of(source_base(path)));
	int rc = small_file_read(path, &text, err);
	if (rc != 0)
		return rc;
	rc = ini_walk(text.data, shown, take, &file.named, err);
	if (rc == 0)
		rc = session_text_parse(text.data, shown, &parsed, err);
	if (rc == 0 && parsed.length[0] != '\0' &&
	    length_parse(slice_of(parsed.length), &length, err) != 0) {
		err_prefix(err, "%s", shown);
		rc = -EINVAL;
	}
	if (rc == 0)
		rc = read_circuit(&file, out);
	if (rc == 0)
		rc = read_rules(&file, out);
	if (rc == 0)
		rc = read_entries(&file, out);
	if (rc != 0) {
		bytes_free(&text);
		return rc;
	}
	put_text(out, TEXT_SESSION, path, &text);
	return 0;
}
