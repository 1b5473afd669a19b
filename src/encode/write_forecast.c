/*
 * forecast.c -- `pitwall forecast`: the flag foretold, as a table, CSV and JSON
 *
 *  (1) One row a car, in forecast order.
 *  (2) One table says which columns there are, for all three formats.
 *  (3) What is not known, or does not apply, is blank; null in JSON.
 */
#include "write.h"

#include <string.h>

struct foretold {
	const struct race *race;
	const struct forecast *forecast;
};

typedef size_t (*forecast_cell)(const struct foretold *f,
				const struct forecast_row *row, char *buf);

/* ---- cells: their length, 0 blank ------------------------------------------------ */

static size_t hundredths(char *buf, int32_t value)
{
	unsigned size = value < 0 ? 0u - (unsigned)value : (unsigned)value;

	return text_format(buf, CELL_MAX, "%s%u.%02u", value < 0 ? "-" : "", size / 100,
			   size % 100);
}

static bool told(const struct foretold *f)
{
	return f->forecast->flag_at != INSTANT_NONE;
}

static size_t cell_number(const struct foretold *f, const struct forecast_row *row,
			  char *buf)
{
	race_car_label(f->race, row->car, buf);
	return strlen(buf);
}

static size_t cell_class(const struct foretold *f, const struct forecast_row *row,
			 char *buf)
{
	return text_copy(buf, CELL_MAX, encode_car_class(f->race, row->car));
}

static size_t cell_status(const struct foretold *f, const struct forecast_row *row,
			  char *buf)
{
	(void)f;
	return text_copy(buf, CELL_MAX,
			 slice_of(status_name((enum result_status)row->status)));
}

static size_t cell_laps_now(const struct foretold *f, const struct forecast_row *row,
			    char *buf)
{
	(void)f;
	return text_format(buf, CELL_MAX, "%u", (unsigned)row->laps_now);
}

#define CELL_OF_LAPS(name_, has_)                                             \
	static size_t cell_##name_(const struct foretold *f,                  \
				   const struct forecast_row *row, char *buf) \
	{                                                                     \
		return told(f) && (has_) ? hundredths(buf, row->name_) : 0;   \
	}
CELL_OF_LAPS(laps_p10, true)
CELL_OF_LAPS(laps_p50, true)
CELL_OF_LAPS(laps_p90, true)
CELL_OF_LAPS(behind_p10, true)
CELL_OF_LAPS(behind_p50, true)
CELL_OF_LAPS(behind_p90, true)
CELL_OF_LAPS(threshold_p50, row->threshold_p50 > 0)
CELL_OF_LAPS(margin_p50, row->threshold_p50 > 0)

static size_t cell_margin_now(const struct foretold *f, const struct forecast_row *row,
			      char *buf)
{
	if (!told(f) || row->threshold_p50 == 0)
		return 0;
	return text_format(buf, CELL_MAX, "%d", (int)row->margin_now);
}

static size_t chance(const struct foretold *f, uint16_t share, char *buf)
{
	if (!told(f))
		return 0;
	return text_format(buf, CELL_MAX, "%u.%03u", share / 1000u, share % 1000u);
}

static size_t cell_p_classified(const struct foretold *f,
				const struct forecast_row *row, char *buf)
{
	return chance(f, row->p_classified, buf);
}

static size_t cell_p_class_win(const struct foretold *f, const struct forecast_row *row,
			       char *buf)
{
	return chance(f, row->p_class_win, buf);
}

static size_t cell_deadline(const struct foretold *f, const struct forecast_row *row,
			    char *buf)
{
	if (row->deadline == INSTANT_NONE)
		return 0;
	return format_clock(buf, row->deadline + f->race->setup.utc_offset_us, false);
}

/* As written in JSON. */
enum shape { TEXT, NUMBER };

static const struct column {
	const char *name, *title;
	forecast_cell cell;
	enum shape shape;
} columns[] = {
	{"number", "#", cell_number, TEXT},
	{"class", "class", cell_class, TEXT},
	{"status", "status", cell_status, TEXT},
	{"laps_now", "laps", cell_laps_now, NUMBER},
	{"laps_p10", "~10%", cell_laps_p10, NUMBER},
	{"laps_p50", "~50%", cell_laps_p50, NUMBER},
	{"laps_p90", "~90%", cell_laps_p90, NUMBER},
	{"behind_p10", "behind ~10%", cell_behind_p10, NUMBER},
	{"behind_p50", "~50%", cell_behind_p50, NUMBER},
	{"behind_p90", "~90%", cell_behind_p90, NUMBER},
	{"threshold_p50", "~threshold", cell_threshold_p50, NUMBER},
	{"margin_now", "margin", cell_margin_now, NUMBER},
	{"margin_p50", "~margin", cell_margin_p50, NUMBER},
	{"p_classified", "~classified", cell_p_classified, NUMBER},
	{"p_class_win", "~wins class", cell_p_class_win, NUMBER},
	{"deadline", "~deadline", cell_deadline, TEXT},
};

/* ---- the three formats ----------------------------------------------------------- */

static bool row_wanted(const struct foretold *f, const struct forecast_row *row,
		       const char *class_only)
{
	return class_only == NULL ||
	       slice_eq_nocase(encode_car_class(f->race, row->car),
			       slice_of(class_only));
}

static void row_csv(struct out *out, const struct foretold *f,
		    const struct forecast_row *row)
{
	char buf[CELL_MAX];

	for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
		struct slice s = {buf, 0};

		s.len = columns[c].cell(f, row, buf);
		if (c > 0)
			out_char(out, ',');
		out_csv(out, s, ',');
	}
	out_char(out, '\n');
}

static void row_json(struct out *out, const struct foretold *f,
		     const struct forecast_row *row)
{
	char buf[CELL_MAX];

	out_text(out, "  {");
	for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
		struct slice s = {buf, 0};

		s.len = columns[c].cell(f, row, buf);
		out_format(out, "%s\"%s\": ", c > 0 ? ", " : "", columns[c].name);
		if (s.len == 0)
			out_text(out, "null");
		else if (columns[c].shape == NUMBER)
			out_bytes(out, s.at, s.len);
		else
			out_json(out, s);
	}
	out_char(out, '}');
}

static void title_line(struct out *out, const struct foretold *f)
{
	char buf[TIME_TEXT_MAX], label[16];

	if (!told(f)) {
		out_text(out,
			 "No forecast: the race has not begun, or its length is not "
			 "known (--length).\n\n");
		return;
	}
	race_car_label(f->race, f->forecast->winner, label);
	out_format(out, "~ #%s wins after %u laps", label,
		   (unsigned)f->forecast->winner_laps);
	if (format_clock(buf, f->forecast->flag_at + f->race->setup.utc_offset_us,
			 false) > 0)
		out_format(out, " at %s", buf);
	out_text(out, "\n\n");
}

static void table_line(struct out *out, const struct foretold *f,
		       const struct forecast_row *row, const int *widths)
{
	char buf[CELL_MAX];

	for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
		struct slice s = slice_of(columns[c].title);
		bool last = c + 1 == ARRAY_LEN(columns);
		int pad;

		if (row != NULL)
			s = (struct slice){buf, columns[c].cell(f, row, buf)};
		pad = widths[c] - text_width(s);
		if (columns[c].shape == NUMBER)
			out_repeat(out, " ", pad);
		out_bytes(out, s.at, s.len);
		if (columns[c].shape == TEXT && !last)
			out_repeat(out, " ", pad);
		out_text(out, last ? "\n" : "  ");
	}
}

static void encode_table(struct out *out, const struct foretold *f,
			 const char *class_only)
{
	int widths[ARRAY_LEN(columns)];
	char buf[CELL_MAX];

	title_line(out, f);
	for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
		widths[c] = text_width(slice_of(columns[c].title));
		for (uint32_t i = 0; i < f->forecast->count; i++) {
			struct slice s = {buf, 0};

			s.len = columns[c].cell(f, &f->forecast->rows[i], buf);
			if (text_width(s) > widths[c])
				widths[c] = text_width(s);
		}
	}
	table_line(out, f, NULL, widths);
	for (uint32_t i = 0; i < f->forecast->count; i++)
		if (row_wanted(f, &f->forecast->rows[i], class_only))
			table_line(out, f, &f->forecast->rows[i], widths);
}

void encode_forecast(struct out *out, enum format format, const struct race *race,
		     const struct forecast *forecast, const char *class_only)
{
	const struct foretold f = {race, forecast};
	bool any = false;

	if (format == FORMAT_TABLE) {
		encode_table(out, &f, class_only);
		return;
	}
	for (size_t c = 0; format == FORMAT_CSV && c < ARRAY_LEN(columns); c++)
		out_format(out, "%s%s", columns[c].name,
			   c + 1 < ARRAY_LEN(columns) ? "," : "\n");
	if (format == FORMAT_JSON)
		out_char(out, '[');
	for (uint32_t i = 0; i < forecast->count; i++) {
		if (!row_wanted(&f, &forecast->rows[i], class_only))
			continue;
		if (format == FORMAT_CSV) {
			row_csv(out, &f, &forecast->rows[i]);
			continue;
		}
		out_text(out, any ? ",\n" : "\n");
		row_json(out, &f, &forecast->rows[i]);
		any = true;
	}
	if (format == FORMAT_JSON)
		out_text(out, "\n]\n");
}
