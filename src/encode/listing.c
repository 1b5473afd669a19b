/*
 * listing.c -- records as a table, as CSV and as JSON, from one description
 */
#include "pitwall/listing.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Between the items of a list in listing_value.buf; text never holds it (base.h (2)). */
#define ITEM_END '\x1f'

/* ---- a value ---------------------------------------------------------------------- */

void listing_text(struct listing_value *value, struct slice text)
{
	value->type = LISTING_TEXT;
	value->text = text;
}

PRINTF_LIKE(2, 0)
static void format_value(struct listing_value *value, const char *fmt, va_list args)
{
	int n = vsnprintf(value->buf, sizeof(value->buf), fmt, args);
	size_t len = n < 0 ? 0 : (size_t)n;
	if (len >= sizeof(value->buf))
		len = sizeof(value->buf) - 1;
	value->text = (struct slice){value->buf, len};
}

void listing_format(struct listing_value *value, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	format_value(value, fmt, args);
	va_end(args);
}

void listing_digits(struct listing_value *value, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	format_value(value, fmt, args);
	va_end(args);
	value->type = LISTING_NUMBER;
}

void listing_number(struct listing_value *value, int64_t number)
{
	listing_digits(value, "%lld", (long long)number);
}

void listing_decimal(struct listing_value *value, int64_t number, unsigned places)
{
	uint64_t size = number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;
	uint64_t unit = 1;
	for (unsigned i = 0; i < places; i++)
		unit *= 10;
	listing_digits(value, "%s%llu.%0*llu", number < 0 ? "-" : "",
		       (unsigned long long)(size / unit), (int)places,
		       (unsigned long long)(size % unit));
}

void listing_time(struct listing_value *value, duration_us t, enum time_style style)
{
	value->type = LISTING_TIME;
	value->time = t;
	value->text = (struct slice){value->buf, format_duration(value->buf, t, style)};
}

void listing_bool(struct listing_value *value, bool yes)
{
	value->type = LISTING_BOOL;
	value->text = yes ? SLICE("1") : SLICE("0");
}

void listing_items(struct listing_value *value)
{
	value->type = LISTING_LIST;
	value->text = (struct slice){value->buf, 0};
}

void listing_item(struct listing_value *value, struct slice item)
{
	size_t len = value->text.len;
	if (len > 0 && len + 1 < sizeof(value->buf))
		value->buf[len++] = ITEM_END;
	len += text_copy(value->buf + len, sizeof(value->buf) - len, item);
	value->text = (struct slice){value->buf, len};
}

void listing_pointer(const void *record, struct listing_value *value)
{
	const char *text;
	memcpy(&text, (const char *)record + value->place, sizeof(text));
	listing_text(value, slice_of(text));
}

void listing_chars(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of((const char *)record + value->place));
}

/* ---- one cell ---------------------------------------------------------------------- */

static void listing_get(const struct listing_field *field, const void *record,
			struct listing_value *value)
{
	value->type = LISTING_TEXT;
	value->place = field->place;
	value->text = (struct slice){"", 0};
	field->get(record, value);
}

/* A value as tables and CSV print it. */
struct cell_text {
	struct slice text;
	struct listing_value value;
	char joined[2 * LISTING_TEXT_MAX];
};

static void cell_get(const struct listing *listing, const struct listing_field *field,
		     const void *record, struct cell_text *cell)
{
	const char *between = listing->form->between ? listing->form->between : " / ";
	size_t len = 0;
	listing_get(field, record, &cell->value);
	cell->text = cell->value.text;
	if (cell->value.type != LISTING_LIST)
		return;
	for (struct slice rest = cell->value.text; rest.len > 0;) {
		struct slice item = slice_cut(&rest, ITEM_END);
		len += text_format(cell->joined + len, sizeof(cell->joined) - len,
				   "%s%.*s", len > 0 ? between : "", (int)item.len,
				   item.at);
	}
	cell->text = (struct slice){cell->joined, len};
}

static void json_list(struct out *out, struct slice items, const char *comma)
{
	out_char(out, '[');
	for (bool first = true; items.len > 0; first = false) {
		out_text(out, first ? "" : comma);
		out_json(out, slice_cut(&items, ITEM_END));
	}
	out_char(out, ']');
}

static void json_value(struct out *out, const struct listing_value *value,
		       const char *comma)
{
	if (value->type == LISTING_LIST)
		json_list(out, value->text, comma);
	else if (value->text.len == 0 || value->type == LISTING_SHOWN)
		out_text(out, "null");
	else if (value->type == LISTING_NUMBER)
		out_bytes(out, value->text.at, value->text.len);
	else if (value->type == LISTING_TIME)
		out_seconds(out, value->time);
	else if (value->type == LISTING_BOOL)
		out_text(out, value->text.at[0] == '1' ? "true" : "false");
	else
		out_json(out, value->text);
}

/* ---- the table ---------------------------------------------------------------------- */

void listing_measure(struct listing *listing, const void *record)
{
	struct cell_text cell;
	if (listing->format != FORMAT_TABLE)
		return;
	for (unsigned i = 0; i < listing->form->count; i++) {
		const struct listing_field *field = &listing->form->fields[i];
		if (!field->title)
			continue;
		cell_get(listing, field, record, &cell);
		int width = text_width(cell.text);
		int title = text_width(slice_of(field->title));
		if (width > 0 && width < title && !listing->form->untitled)
			width = title;
		if (width > listing->widths[i])
			listing->widths[i] = width;
	}
}

int listing_width(const struct listing *listing)
{
	int total = 0;
	for (unsigned i = 0; i < listing->form->count; i++)
		if (listing->widths[i] > 0)
			total += listing->widths[i] +
				 (total > 0 ? listing->form->gap : 0);
	return total;
}

/* A row of the table, or its titles. Blanks are printed when something follows. */
static void table_line(const struct listing *listing, const void *record)
{
	struct cell_text cell;
	int owed = 0;
	bool first = true;
	for (unsigned i = 0; i < listing->form->count; i++) {
		const struct listing_field *field = &listing->form->fields[i];
		if (listing->widths[i] == 0)
			continue;
		struct slice s = slice_of(field->title);
		if (record) {
			cell_get(listing, field, record, &cell);
			s = cell.text;
		}
		owed += first ? 0 : listing->form->gap;
		first = false;
		int blanks = listing->widths[i] - text_width(s);
		blanks = blanks > 0 ? blanks : 0;
		if (s.len == 0) {
			owed += blanks;
			continue;
		}
		out_repeat(listing->out, " ", owed + (field->right ? blanks : 0));
		out_bytes(listing->out, s.at, s.len);
		owed = field->right ? 0 : blanks;
	}
	out_char(listing->out, '\n');
}

/* ---- CSV and JSON ------------------------------------------------------------------ */

static bool csv_seconds;

void listing_csv_seconds(bool seconds)
{
	csv_seconds = seconds;
}

static void csv_cell(const struct listing *listing, const struct listing_field *field,
		     const void *record)
{
	struct cell_text cell;
	cell_get(listing, field, record, &cell);
	if (csv_seconds && cell.value.type == LISTING_TIME && cell.text.len > 0)
		out_seconds(listing->out, cell.value.time);
	else if (!csv_seconds || cell.value.type != LISTING_SHOWN)
		out_csv(listing->out, cell.text, ',');
}

static void csv_line(const struct listing *listing, const void *record)
{
	bool first = true;
	for (unsigned i = 0; i < listing->form->count; i++) {
		const struct listing_field *field = &listing->form->fields[i];
		if (!field->name)
			continue;
		if (!first)
			out_char(listing->out, ',');
		first = false;
		if (record)
			csv_cell(listing, field, record);
		else
			out_text(listing->out, field->name);
	}
	out_char(listing->out, '\n');
}

static void json_object(struct listing *listing, const void *record)
{
	bool blanks = listing->form->json_blanks;
	const char *comma = blanks ? ", " : ",";
	struct out *out = listing->out;
	struct listing_value value;
	bool first = true;
	out_text(out, listing->any ? ",\n" : "\n");
	out_text(out, blanks ? "  {" : "{");
	for (unsigned i = 0; i < listing->form->count; i++) {
		const struct listing_field *field = &listing->form->fields[i];
		if (!field->name)
			continue;
		out_text(out, first ? "\"" : comma);
		if (!first)
			out_char(out, '"');
		first = false;
		out_text(out, field->name);
		out_text(out, blanks ? "\": " : "\":");
		listing_get(field, record, &value);
		json_value(out, &value, comma);
	}
	out_char(out, '}');
}

/* ---- the list ---------------------------------------------------------------------- */

void listing_begin(struct listing *listing, struct out *out, enum format format,
		   const struct listing_form *form)
{
	assert(form->count <= LISTING_FIELDS_MAX);
	*listing = (struct listing){.out = out, .form = form, .format = format};
	for (unsigned i = 0; i < form->count; i++) {
		const struct listing_field *field = &form->fields[i];
		int title = field->title && !form->untitled
				    ? text_width(slice_of(field->title))
				    : 0;
		if (field->title && field->width > 0)
			listing->widths[i] =
				field->width > title ? field->width : title;
	}
}

void listing_head(struct listing *listing)
{
	if (listing->format == FORMAT_CSV)
		csv_line(listing, NULL);
	else if (listing->format == FORMAT_JSON)
		out_char(listing->out, '[');
	else if (!listing->form->untitled)
		table_line(listing, NULL);
}

void listing_row(struct listing *listing, const void *record)
{
	if (listing->format == FORMAT_CSV)
		csv_line(listing, record);
	else if (listing->format == FORMAT_JSON)
		json_object(listing, record);
	else
		table_line(listing, record);
	listing->any = true;
}

void listing_end(struct listing *listing)
{
	if (listing->format == FORMAT_JSON)
		out_text(listing->out, "\n]\n");
}
