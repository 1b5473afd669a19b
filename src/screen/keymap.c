/*
 * keymap.c -- keys by name, and the user's own bindings
 *
 *  (1) A key has one binding; a new one replaces it.
 *  (2) The line of hints keeps its order: the hint of a removed key moves, in its place, to
 *      another key with the same action.
 *  (3) Ctrl-C and Ctrl-L cannot be bound.
 */
#include "pitwall/view.h"

/* Keys that are not characters, or cannot begin a line of the configuration. The first
 * name of a key is the one written. */
static const struct {
	uint32_t key;
	const char *name;
	bool written; /* on screens too; else the character itself */
} names[] = {
	{' ', "Space", true},
	{'\t', "Tab", true},
	{KEY_PW_UP, "Up", true},
	{KEY_PW_DOWN, "Down", true},
	{KEY_PW_LEFT, "Left", true},
	{KEY_PW_RIGHT, "Right", true},
	{KEY_PW_SLEFT, "Shift-Left", true},
	{KEY_PW_SRIGHT, "Shift-Right", true},
	{KEY_PW_HOME, "Home", true},
	{KEY_PW_END, "End", true},
	{KEY_PW_PGUP, "PgUp", true},
	{KEY_PW_PGDN, "PgDn", true},
	{KEY_PW_BACKSPACE, "Backspace", true},
	{KEY_PW_BACKTAB, "Shift-Tab", true},
	{KEY_PW_ENTER, "Enter", true},
	{KEY_PW_ESC, "Esc", true},
	{KEY_PW_DELETE, "Delete", true},
	{'[', "Bracket", false},
	{'=', "Equals", false},
	{':', "Colon", false},
	{';', "Semicolon", false},
	{'#', "Hash", false},
};

enum { CTRL_MAX = 26 };

static size_t key_name(uint32_t key, bool in_a_file, char text[KEY_LABEL_MAX])
{
	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].key == key && (names[i].written || in_a_file))
			return text_copy(text, KEY_LABEL_MAX, slice_of(names[i].name));
	if (key >= KEY_PW_F1 && key <= KEY_PW_F12)
		return text_format(text, KEY_LABEL_MAX, "F%u", key - KEY_PW_F1 + 1);
	if (key >= 1 && key <= CTRL_MAX)
		return text_format(text, KEY_LABEL_MAX, "Ctrl-%c", (char)('@' + key));
	char bytes[4];
	return text_copy(text, KEY_LABEL_MAX,
			 (struct slice){bytes, utf8_encode(bytes, key)});
}

size_t key_label(uint32_t key, char text[KEY_LABEL_MAX])
{
	return key_name(key, false, text);
}

size_t key_spell(uint32_t key, char text[KEY_LABEL_MAX])
{
	return key_name(key, true, text);
}

/* Ctrl- and a letter that differs from all other keys on a terminal. */
static bool ctrl_parse(struct slice name, uint32_t *key)
{
	if (name.len != 6 || !slice_starts(name, SLICE("Ctrl-")))
		return false;
	char letter = (char)(name.at[5] & ~0x20);
	if (letter < 'A' || letter > 'Z' || letter == 'H' || letter == 'I' ||
	    letter == 'J' || letter == 'M' || letter == 'Z')
		return false;
	*key = (uint32_t)(letter - '@');
	return true;
}

static bool function_key_parse(struct slice name, uint32_t *key)
{
	uint64_t n;
	if (name.len < 2 || (name.at[0] | 0x20) != 'f' ||
	    !parse_u64((struct slice){name.at + 1, name.len - 1}, &n) || n < 1 ||
	    n > KEY_PW_F12 - KEY_PW_F1 + 1)
		return false;
	*key = KEY_PW_F1 + (uint32_t)n - 1;
	return true;
}

bool key_parse(struct slice name, uint32_t *key)
{
	for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
		*key = names[i].key;
		if (slice_eq_nocase(name, slice_of(names[i].name)))
			return true;
	}
	if (ctrl_parse(name, key) || function_key_parse(name, key))
		return true;
	/* Invalid bytes are decoded as U+FFFD. */
	return name.len > 0 && utf8_decode(name.at, name.len, key) == name.len &&
	       *key > ' ' && *key != 0xfffd && cp_width(*key) == 1;
}

/* ---- a person's own ------------------------------------------------------ */

void keymap_init(struct keymap *keymap)
{
	keymap->count = 0;
	for (size_t i = 0; i < key_bindings_count && i < KEYMAP_MAX; i++)
		keymap->at[keymap->count++] = key_bindings[i];
}

/* (1) */
void keymap_free(struct keymap *keymap, uint32_t key)
{
	size_t to = 0;
	for (size_t i = 0; i < keymap->count; i++)
		if (keymap->at[i].key != key || key == KEY_CTRL_C)
			keymap->at[to++] = keymap->at[i];
	keymap->count = to;
}

bool keymap_bind(struct keymap *keymap, uint32_t key, enum action action,
		 int16_t argument)
{
	if (key == KEY_CTRL_C || key == KEY_CTRL_L) /* (3) */
		return false;
	keymap_free(keymap, key);
	if (keymap->count == KEYMAP_MAX)
		return false;
	struct key_binding *binding = &keymap->at[keymap->count++];
	*binding = (struct key_binding){
		.key = key, .action = (uint8_t)action, .argument = argument};
	key_label(key, binding->label);
	return true;
}

static bool does(const struct key_binding *a, const struct key_binding *b)
{
	return a->action == b->action && a->argument == b->argument;
}

/* Index of the binding that takes the place of @wanted: the same key; else, where
 * @wanted has a hint, the last one with the same action. keymap->count: none. */
static size_t heir(const struct keymap *keymap, const struct key_binding *wanted,
		   const bool *used)
{
	size_t found = keymap->count;
	for (size_t i = 0; i < keymap->count; i++) {
		const struct key_binding *at = &keymap->at[i];
		if (used[i] || !does(at, wanted))
			continue;
		if (at->key == wanted->key)
			return i;
		if (wanted->hint && !at->hint)
			found = i;
	}
	return found;
}

/* (2) */
void keymap_settle(struct keymap *keymap)
{
	struct keymap all = {.count = 0};
	bool used[KEYMAP_MAX] = {false};
	for (size_t i = 0; i < key_bindings_count; i++) {
		size_t at = heir(keymap, &key_bindings[i], used);
		if (at == keymap->count)
			continue;
		used[at] = true;
		all.at[all.count] = keymap->at[at];
		all.at[all.count++].hint = key_bindings[i].hint;
	}
	for (size_t i = 0; i < keymap->count; i++)
		if (!used[i])
			all.at[all.count++] = keymap->at[i];
	*keymap = all;
}

const struct key_binding *view_keys(const struct view *view, size_t *count)
{
	*count = view->keys ? view->keys->count : key_bindings_count;
	return view->keys ? view->keys->at : key_bindings;
}

const struct key_binding *view_key(const struct view *view, uint32_t key)
{
	size_t count;
	const struct key_binding *keys = view_keys(view, &count);
	for (size_t i = 0; i < count; i++)
		if (keys[i].key == key)
			return &keys[i];
	return NULL;
}

const char *view_key_of(const struct view *view, enum action action)
{
	size_t count;
	const struct key_binding *keys = view_keys(view, &count);
	for (size_t i = 0; i < count; i++)
		if (keys[i].action == action && keys[i].argument >= 0)
			return keys[i].label;
	return NULL;
}

const char *view_key_words(const struct view *view, enum action action,
			   const char *before, const char *words,
			   char text[KEY_WORDS_MAX])
{
	const char *key = view_key_of(view, action);
	text[0] = '\0';
	if (key != NULL)
		text_format(text, KEY_WORDS_MAX, "%s%s %s", before, key, words);
	return text;
}
