/*
 * svg_scan.c -- the SVG of a screen, element by element
 */
#include "svg_scan.h"

#include <stdlib.h>
#include <string.h>

/* ---- elements --------------------------------------------------------------------- */

static struct slice svg_rest(struct slice text, size_t from)
{
	return from < text.len ? (struct slice){text.at + from, text.len - from}
			       : (struct slice){text.at + text.len, 0};
}

static size_t svg_find(struct slice text, const char *what)
{
	size_t n = strlen(what);
	for (size_t i = 0; i + n <= text.len; i++)
		if (memcmp(text.at + i, what, n) == 0)
			return i;
	return text.len;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static struct slice svg_word(struct slice *text)
{
	size_t n = 0;
	while (n < text->len && !is_blank(text->at[n]) && text->at[n] != '=' &&
	       text->at[n] != '/' && text->at[n] != '>')
		n++;
	struct slice word = {text->at, n};
	*text = svg_rest(*text, n);
	return word;
}

static void svg_attributes(struct slice inside, struct svg_tag *tag)
{
	while (inside.len > 0) {
		if (is_blank(inside.at[0]) || inside.at[0] == '/') {
			inside = svg_rest(inside, 1);
			continue;
		}
		struct slice name = svg_word(&inside);
		if (name.len == 0 || inside.len < 2 || inside.at[0] != '=' ||
		    inside.at[1] != '"')
			return;
		inside = svg_rest(inside, 2);
		size_t end = svg_find(inside, "\"");
		if (tag->count < SVG_ATTRIBUTES_MAX) {
			tag->names[tag->count] = name;
			tag->values[tag->count++] = (struct slice){inside.at, end};
		}
		inside = svg_rest(inside, end + 1);
	}
}

void svg_next(struct slice *rest, struct svg_tag *tag)
{
	static const struct {
		const char *name;
		enum svg_element element;
		bool texts;
	} rows[] = {
		{"svg", SVG_SVG, false},   {"style", SVG_STYLE, true},
		{"rect", SVG_RECT, false}, {"path", SVG_PATH, false},
		{"text", SVG_TEXT, true},
	};
	for (;;) {
		*rest = svg_rest(*rest, svg_find(*rest, "<") + 1);
		size_t end = svg_find(*rest, ">");
		*tag = (struct svg_tag){.element = SVG_END};
		if (end == rest->len)
			return;
		struct slice inside = {rest->at, end}, name = svg_word(&inside);
		*rest = svg_rest(*rest, end + 1);
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			if (!slice_eq(name, slice_of(rows[i].name)))
				continue;
			tag->element = rows[i].element;
			svg_attributes(inside, tag);
			if (rows[i].texts)
				tag->text =
					(struct slice){rest->at, svg_find(*rest, "</")};
			return;
		}
	}
}

struct slice svg_attribute(const struct svg_tag *tag, const char *name)
{
	for (unsigned i = 0; i < tag->count; i++)
		if (slice_eq(tag->names[i], slice_of(name)))
			return tag->values[i];
	return SLICE("");
}

bool svg_number(struct slice *text, double *out)
{
	enum { LONGEST = 24 };
	char digits[LONGEST + 1];
	size_t n = 0;
	bool point = false;
	while (text->len > 0 && (is_blank(text->at[0]) || text->at[0] == ','))
		*text = svg_rest(*text, 1);
	while (n < text->len && n < LONGEST) {
		char c = text->at[n];
		if (!(c >= '0' && c <= '9') && !(c == '.' && !point) &&
		    !(c == '-' && n == 0))
			break;
		point |= c == '.';
		digits[n++] = c;
	}
	digits[n] = '\0';
	if (n == 0)
		return false;
	*out = strtod(digits, NULL);
	*text = svg_rest(*text, n);
	return true;
}

double svg_value(const struct svg_tag *tag, const char *name, double otherwise)
{
	struct slice text = svg_attribute(tag, name);
	double value;
	return svg_number(&text, &value) ? value : otherwise;
}

/* ---- looks ------------------------------------------------------------------------ */

static bool svg_colour(struct slice text, double rgb[3])
{
	uint32_t value = 0;
	if (text.len != 7 || text.at[0] != '#')
		return false;
	for (size_t i = 1; i < 7; i++) {
		char c = text.at[i];
		uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
				 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
							: 16;
		if (digit > 15)
			return false;
		value = value << 4 | digit;
	}
	for (int i = 0; i < 3; i++)
		rgb[i] = (double)(value >> (16 - 8 * i) & 255) / 255.0;
	return true;
}

/* The style of a class by its name; NULL: unknown class. */
static struct svg_look *svg_class(struct svg_style *style, struct slice name)
{
	static const char groups[] = "rld";
	if (slice_eq(name, SLICE("b")))
		return &style->on;
	if (slice_eq(name, SLICE("c")))
		return &style->across;
	const char *group =
		name.len > 1 ? memchr(groups, name.at[0], sizeof(groups) - 1) : NULL;
	uint64_t role;
	if (!group || !parse_u64(svg_rest(name, 1), &role) || role >= SVG_ROLES_MAX)
		return NULL;
	return &style->roles[group - groups][role];
}

static void svg_declare(struct svg_look *look, struct slice name, struct slice value)
{
	if (slice_eq(name, SLICE("fill")))
		look->fills = svg_colour(value, look->fill);
	else if (slice_eq(name, SLICE("stroke")))
		look->strokes = svg_colour(value, look->stroke);
	else if (slice_eq(name, SLICE("stroke-width")))
		(void)svg_number(&value, &look->width);
	else if (slice_eq(name, SLICE("stroke-linecap")))
		look->round = true;
	else if (slice_eq(name, SLICE("font-weight")))
		look->bold = true;
	else if (slice_eq(name, SLICE("font-style")))
		look->italic = true;
	else if (slice_eq(name, SLICE("text-decoration")))
		look->underline = true;
}

void svg_style_read(struct svg_style *style, struct slice css)
{
	while (css.len > 0) {
		size_t open = svg_find(css, "{"), shut = svg_find(css, "}");
		struct slice name = slice_trim((struct slice){css.at, open});
		struct slice inside = svg_rest((struct slice){css.at, shut}, open + 1);
		css = svg_rest(css, shut + 1);
		if (slice_eq(name, SLICE("svg"))) {
			size_t font = svg_find(inside, "font:");
			struct slice size = svg_rest(inside, font + 5);
			(void)svg_number(&size, &style->face);
		}
		struct svg_look *look = name.len > 1 && name.at[0] == '.'
						? svg_class(style, svg_rest(name, 1))
						: NULL;
		while (look && inside.len > 0) {
			struct slice value = slice_cut(&inside, ';');
			struct slice key = slice_cut(&value, ':');
			svg_declare(look, key, value);
		}
	}
}

struct svg_look svg_look_of(struct svg_style *style, const struct svg_tag *tag)
{
	struct svg_look look = {0};
	struct slice names = svg_attribute(tag, "class");
	bool on = false, across = false;
	while (names.len > 0) {
		struct slice name = slice_cut(&names, ' ');
		const struct svg_look *of = svg_class(style, name);
		on |= of == &style->on;
		across |= of == &style->across;
		if (of && of != &style->on && of != &style->across)
			look = *of;
	}
	if (on && style->on.fills)
		memcpy(look.fill, style->on.fill, sizeof(look.fill));
	if (across && style->across.strokes)
		memcpy(look.stroke, style->across.stroke, sizeof(look.stroke));
	if (svg_colour(svg_attribute(tag, "fill"), look.fill))
		look.fills = true;
	if (svg_colour(svg_attribute(tag, "stroke"), look.stroke))
		look.strokes = true;
	if (look.width <= 0)
		look.width = svg_value(tag, "stroke-width", 1);
	return look;
}
