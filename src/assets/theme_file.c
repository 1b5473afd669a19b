/*
 * theme_file.c -- themes: how roles look, from files
 *
 *  (1) What a file does not say is as in the theme it is like: dark, or one it names.
 *  (2) Themes of the program are found before a user's of the same name: what is like
 *      dark is like the dark everybody has.
 */
#include "pitwall/assets.h"

#include <errno.h>
#include <string.h>

#include "pitwall/inifile.h"

enum { PARTS_MAX = 5 };

struct theme_reading {
	struct theme *out;
	uint8_t seen[ROLE_COUNT]; /* roles that have a line already */
	char title[80], like[32];
};

/* ---- words ------------------------------------------------------------------ */

static int theme_colour_of(const struct ini_entry *entry, struct slice text,
			   int32_t *out, struct err *err)
{
	static const char digits[] = "0123456789abcdef";
	int32_t value = 0;
	bool good = text.len == 7 && text.at[0] == '#';
	for (size_t i = 1; good && i < text.len; i++) {
		const char *digit = strchr(digits, text.at[i] | 0x20);
		good = digit != NULL && text.at[i] >= '0';
		value = value * 16 + (good ? (int32_t)(digit - digits) : 0);
	}
	if (!good)
		return ini_bad(entry, err,
			       "\"%.*s\" is no colour: write #RRGGBB, for example "
			       "#ffb02e",
			       (int)text.len, text.at);
	*out = value;
	return 0;
}

/* "bright-magenta"; @most: 16 or 8. */
static int named_of(const struct ini_entry *entry, struct slice text, unsigned most,
		    uint8_t *out, struct err *err)
{
	static const char *const names[] = {"black", "red",     "green", "yellow",
					    "blue",  "magenta", "cyan",  "white"};
	struct slice name = text;
	bool bright = slice_starts(text, SLICE("bright-"));
	if (bright) {
		name.at += 7;
		name.len -= 7;
	}
	for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
		if (!slice_eq(name, slice_of(names[i])) || (bright && most < 16))
			continue;
		*out = (uint8_t)(bright ? i + 8 : i);
		return 0;
	}
	return ini_bad(entry, err,
		       "\"%.*s\" is not one of the %u colours: black red green yellow "
		       "blue magenta cyan white%s",
		       (int)text.len, text.at, most,
		       most < 16 ? "" : ", or bright- and one of them");
}

static int theme_attributes_of(const struct ini_entry *entry, struct slice text,
			       uint8_t *out, struct err *err)
{
	static const struct {
		const char *word;
		uint8_t bits;
	} words[] = {
		{"plain", 0},
		{"bold", LOOK_BOLD},
		{"dim", LOOK_DIM},
		{"italic", LOOK_ITALIC},
		{"reverse", LOOK_REVERSE},
		{"underline", LOOK_UNDERLINE},
	};
	uint8_t bits = 0;
	while (text.len > 0) {
		struct slice word = slice_cut(&text, ' ');
		size_t i = 0;
		while (i < ARRAY_LEN(words) && !slice_eq(word, slice_of(words[i].word)))
			i++;
		if (i == ARRAY_LEN(words) && word.len > 0)
			return ini_bad(entry, err,
				       "\"%.*s\" is no attribute: say bold, dim, "
				       "italic, underline, reverse or plain",
				       (int)word.len, word.at);
		bits |= i < ARRAY_LEN(words) ? words[i].bits : 0;
	}
	*out = bits;
	return 0;
}

/* ---- a role ----------------------------------------------------------------- */

/* "white dim": a colour of 8, and what is added where there are no more. */
static int eight_of(const struct ini_entry *entry, struct slice text, struct look *look,
		    struct err *err)
{
	struct slice name = slice_cut(&text, ' ');
	int failed = named_of(entry, name, 8, &look->fg8, err);
	return failed ? failed
		      : theme_attributes_of(entry, text, &look->attributes8, err);
}

static int theme_look_of(const struct ini_entry *entry, const struct slice *parts,
			 unsigned count, struct look *look, struct err *err)
{
	int failed = 0;
	uint8_t added = 0;
	look->fg = -1;
	look->attributes = look->attributes8 = 0;
	if (!slice_eq(parts[0], SLICE("own"))) {
		failed = theme_colour_of(entry, parts[0], &look->fg, err);
		look->fg256 = theme_near_256(look->fg);
		look->fg16 = theme_near_16(look->fg);
		look->fg8 = theme_near_8(look->fg);
	}
	if (!failed && count > 1)
		failed = named_of(entry, parts[1], 16, &look->fg16, err);
	if (!failed && count > 2)
		failed = eight_of(entry, parts[2], look, err);
	added = look->attributes8;
	if (!failed && count > 3)
		failed = theme_attributes_of(entry, parts[3], &look->attributes, err);
	look->attributes8 = look->attributes | added;
	if (!failed && count > 4)
		failed = theme_attributes_of(entry, parts[4], &look->mono, err);
	return failed;
}

static int take_role(struct theme_reading *reading, const struct ini_entry *entry,
		     struct err *err)
{
	struct slice rest = slice_of(entry->value), parts[PARTS_MAX];
	unsigned count = 0, role = 0;
	while (role < ROLE_COUNT && strcmp(role_name((enum role)role), entry->key) != 0)
		role++;
	if (role == ROLE_COUNT)
		return ini_bad(entry, err,
			       "there is no role \"%s\": pitwall-config(5) lists them",
			       entry->key);
	if (reading->seen[role]++)
		return ini_bad(entry, err, "\"%s\" occurs twice", entry->key);
	do {
		struct slice part = slice_trim(slice_cut(&rest, ','));
		if (count == PARTS_MAX)
			return ini_bad(entry, err,
				       "more than five parts: colour, of 16, of 8, "
				       "attributes, attributes without colour");
		parts[count++] = part;
	} while (rest.at != NULL);
	return theme_look_of(entry, parts, count, &reading->out->looks[role], err);
}

static int take_theme(struct theme_reading *reading, const struct ini_entry *entry,
		      struct err *err)
{
	struct slice value = slice_of(entry->value);
	if (strcmp(entry->key, "paper") == 0)
		return theme_colour_of(entry, value, &reading->out->paper, err);
	if (strcmp(entry->key, "ink") == 0)
		return theme_colour_of(entry, value, &reading->out->ink, err);
	if (strcmp(entry->key, "title") == 0)
		return ini_text(entry, reading->title, sizeof(reading->title), err);
	if (strcmp(entry->key, "like") == 0)
		return ini_text(entry, reading->like, sizeof(reading->like), err);
	return ini_bad(entry, err, "\"%s\" is an unknown key: title, paper, ink, like",
		       entry->key);
}

static int theme_take(void *context, const struct ini_entry *entry, struct err *err)
{
	if (strcmp(entry->section, "roles") == 0)
		return take_role(context, entry, err);
	if (strcmp(entry->section, "theme") == 0)
		return take_theme(context, entry, err);
	return ini_bad(entry, err,
		       "\"%s\" is outside of the sections [theme] and [roles]",
		       entry->key);
}

static int parse(struct theme_reading *reading, struct slice text, const char *where,
		 struct err *err)
{
	return ini_walk(text, where, theme_take, reading, err);
}

/* ---- by name ---------------------------------------------------------------- */

static bool built_in(const char *name, char *path, size_t cap)
{
	char asset[SOURCE_PATH_MAX];
	struct err err;
	text_format(asset, sizeof(asset), "themes/%s.ini", name);
	return asset_name_ok(name) && asset_path(asset, path, cap, &err) == 0;
}

struct known {
	char names[160];
	size_t len;
};

static void tell_name(void *context, const char *name)
{
	struct known *known = context;
	known->len += text_format(known->names + known->len,
				  sizeof(known->names) - known->len, "%s%s",
				  known->len == 0 ? "" : ", ", name);
}

/* (2) */
static int theme_find(const char *name, char *path, size_t cap, struct err *err)
{
	char own[SOURCE_PATH_MAX];
	struct bytes bytes = {0};
	if (names_a_file(name)) {
		text_copy(path, cap, slice_of(name));
		return 0;
	}
	if (built_in(name, path, cap))
		return 0;
	text_format(own, sizeof(own), "themes/%s.ini", name);
	if (asset_name_ok(name) && user_path(own, path, cap) &&
	    small_file_read(path, &bytes, err) != -ENOENT) {
		bytes_free(&bytes);
		return 0;
	}
	struct known known = {"", 0};
	if (themes_each(tell_name, &known, err) != 0)
		return -ENOENT;
	return err_set(
		err, -ENOENT,
		"%s: there is no such theme; there are %s, and files of yours in "
		"~/.config/pitwall/themes",
		name, known.len == 0 ? "none" : known.names);
}

static int read_over(const char *path, struct theme_reading *reading, struct err *err)
{
	struct bytes bytes = {0};
	int failed = small_file_read(path, &bytes, err);
	if (failed)
		return failed;
	failed = parse(reading, bytes.data, path, err);
	bytes_free(&bytes);
	return failed;
}

/* A file is read for whom it is like, then that one, then the file over it (1). */
static int load(const char *name, struct theme *out, char title[80], struct err *err)
{
	char path[SOURCE_PATH_MAX], base[SOURCE_PATH_MAX];
	struct theme_reading first = {.out = out};
	*out = theme_plain;
	int failed = theme_find(name, path, sizeof(path), err);
	if (!failed)
		failed = read_over(path, &first, err);
	if (failed)
		return failed;
	text_copy(title, 80, slice_of(first.title));
	bool whole = true;
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		whole &= first.seen[i] != 0;
	if (!whole) {
		struct theme_reading like = {.out = out}, again = {.out = out};
		const char *of = first.like[0] == '\0' ? "dark" : first.like;
		if (!built_in(of, base, sizeof(base)))
			return err_set(
				err, -EINVAL,
				"%s: like = %s: no theme of the program is called "
				"that; `pitwall themes` lists them",
				path, of);
		*out = theme_plain;
		failed = read_over(base, &like, err);
		if (!failed)
			failed = read_over(path, &again, err);
	}
	text_copy(out->name, sizeof(out->name), slice_of(name));
	return failed;
}

int theme_load(const char *name, struct theme *out, struct err *err)
{
	char title[80];
	return load(name, out, title, err);
}

int theme_title(const char *name, char *title, size_t cap, struct err *err)
{
	char text[80] = "";
	struct theme theme;
	int failed = load(name, &theme, text, err);
	text_copy(title, cap, slice_of(text));
	return failed;
}

int theme_option(const char *name, struct theme *out, struct err *err)
{
	bool chosen = name != NULL && strcmp(name, "auto") != 0;
	int failed = theme_load(chosen ? name : "dark", out, err);
	if (failed == 0 || chosen)
		return failed;
	*out = theme_plain;
	return 1;
}

int themes_each(void (*each)(void *context, const char *name), void *context,
		struct err *err)
{
	int failed = assets_list("themes", ".ini", each, context, err);
	return failed ? failed : user_list("themes", ".ini", each, context, err);
}
