/*
 * keys_file.c -- keys bound otherwise, from the file of configuration
 *
 *  (1) What an action takes is seen from how it comes: a screen by name, a number where
 *      its keys have several, nothing else.
 */
#include "pitwall/shell.h"

#include <errno.h>
#include <string.h>

enum { ARGUMENT_MOST = 1000 };

struct keys_line {
	uint32_t key;
	bool none; /* does nothing */
	uint8_t action;
	int16_t argument;
};

/* (1) */
static int argument_of(const struct ini_entry *entry, struct slice word,
		       struct keys_line *line, struct err *err)
{
	const char *action = action_name((enum action)line->action);
	char name[64];
	int64_t number;
	if (line->action == ACTION_SCREEN) {
		text_copy(name, sizeof(name), word);
		int screen = value_find(VALUE_SCREEN, name);
		char screens_there[256];
		(void)values_list(VALUE_SCREEN, screens_there, sizeof(screens_there));
		if (screen < 0)
			return ini_bad(entry, err, "%s %s: name a screen: %s", action,
				       name, screens_there);
		line->argument = (int16_t)screen;
		return 0;
	}
	if (!action_takes_number((enum action)line->action, &line->argument)) {
		if (word.len > 0)
			return ini_bad(entry, err, "%s takes nothing behind it",
				       action);
		return 0;
	}
	if (!parse_i64(word, &number) || number == 0 || number < -ARGUMENT_MOST ||
	    number > ARGUMENT_MOST)
		return ini_bad(entry, err,
			       "%s needs a number behind it: %s 1, or %s -1 the other "
			       "way",
			       action, action, action);
	line->argument = (int16_t)number;
	return 0;
}

static int line_of(const struct ini_entry *entry, struct keys_line *line,
		   struct err *err)
{
	struct slice rest = slice_of(entry->value);
	struct slice word = slice_cut(&rest, ' ');
	*line = (struct keys_line){0};
	if (!key_parse(slice_of(entry->key), &line->key))
		return ini_bad(
			entry, err,
			"there is no key \"%s\": write a character, Ctrl-R, or a "
			"name that `pitwall keys` shows",
			entry->key);
	if (line->key == KEY_CTRL_C)
		return ini_bad(entry, err, "Ctrl-C always leaves");
	if (line->key == KEY_CTRL_L)
		return ini_bad(entry, err, "Ctrl-L always draws the screen again");
	line->none = slice_eq(word, SLICE("none"));
	if (line->none && slice_trim(rest).len == 0)
		return 0;
	while (line->action < ACTION_COUNT &&
	       !slice_eq(word, slice_of(action_name((enum action)line->action))))
		line->action++;
	if (line->action == ACTION_COUNT)
		return ini_bad(entry, err,
			       "there is no action \"%.*s\"; `pitwall config` shows "
			       "them; none: the key does nothing",
			       (int)word.len, word.at);
	return argument_of(entry, slice_trim(rest), line, err);
}

int keys_check(const struct ini_entry *entry, struct err *err)
{
	struct keys_line line;
	return line_of(entry, &line, err);
}

struct loading {
	struct keymap *keymap;
	struct keys_line lines[KEYMAP_MAX];
	unsigned numbers[KEYMAP_MAX]; /* of the lines */
	size_t count;
};

static int keys_take(void *context, const struct ini_entry *entry, struct err *err)
{
	struct loading *loading = context;
	struct keys_line line;
	int failed = line_of(entry, &line, err);
	for (size_t i = 0; !failed && i < loading->count; i++)
		if (loading->lines[i].key == line.key)
			failed = ini_bad(entry, err,
					 "%s was bound in line %u already: one of the "
					 "two is to go",
					 entry->key, loading->numbers[i]);
	if (failed)
		return failed;
	bool fits = loading->count < KEYMAP_MAX;
	if (fits && line.none)
		keymap_free(loading->keymap, line.key);
	else if (fits)
		fits = keymap_bind(loading->keymap, line.key, (enum action)line.action,
				   line.argument);
	if (!fits)
		return ini_bad(entry, err, "no room for more keys");
	loading->lines[loading->count] = line;
	loading->numbers[loading->count++] = entry->line;
	return 0;
}

int keys_load(const struct ini_lines *lines, struct keymap *keymap, struct err *err)
{
	struct loading loading = {.keymap = keymap};
	keymap_init(keymap);
	int failed = ini_section_each(lines, "keys", keys_take, &loading, err);
	if (!failed)
		keymap_settle(keymap);
	return failed;
}

/* ---- printing ------------------------------------------------------------------- */

static const struct key_binding *keys_find(const struct keymap *keymap, uint32_t key)
{
	for (size_t i = 0; i < keymap->count; i++)
		if (keymap->at[i].key == key)
			return &keymap->at[i];
	return NULL;
}

static void print(struct out *out, const char *before,
		  const struct key_binding *binding)
{
	char key[KEY_LABEL_MAX];
	int16_t only;
	(void)key_spell(binding->key, key);
	out_format(out, "%s%s = %s", before, key,
		   action_name((enum action)binding->action));
	if (binding->action == ACTION_SCREEN)
		out_format(out, " %s", screens[binding->argument]->name);
	else if (action_takes_number((enum action)binding->action, &only))
		out_format(out, " %d", binding->argument);
	out_text(out, "\n");
}

/* Default bindings are commented out. */
void keys_print(struct out *out, const struct ini_lines *lines)
{
	struct keymap keymap;
	struct err err;
	char name[KEY_LABEL_MAX];
	if (keys_load(lines, &keymap, &err) != 0)
		return;
	for (size_t i = 0; i < key_bindings_count; i++) {
		const struct key_binding *was = &key_bindings[i];
		if (was->key == KEY_CTRL_C || was->key == KEY_CTRL_L)
			continue;
		(void)key_spell(was->key, name);
		if (keys_find(&keymap, was->key) == NULL)
			out_format(out, "%s = none\n", name);
		else
			print(out, ";", was);
	}
	for (size_t i = 0; i < keymap.count; i++) {
		const struct key_binding *is = &keymap.at[i];
		const struct key_binding *was = key_binding_find(is->key);
		if (was == NULL || was->action != is->action ||
		    was->argument != is->argument)
			print(out, "", is);
	}
}
