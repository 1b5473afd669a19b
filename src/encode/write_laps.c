/*
 * laps.c -- `pitwall laps`: every lap with its sectors
 *
 *  (1) One row a lap, car by car in the order given, laps in time.
 *  (2) A car without a number is named by its label ("~07"), as `--car` takes
 *      it: rows of different cars must be told apart.
 *  (3) `source` is "estimated" when any time of the row was not measured.
 */
#include "write.h"

#include <string.h>

enum cell_kind {
	KIND_TEXT,
	KIND_NUMBER,
	KIND_TIME, /* M:SS.mmm; seconds in JSON */
	KIND_RACE, /* H:MM:SS.mmm */
	KIND_FLAG, /* 1 or 0; true or false in JSON */
};

struct cell {
	const char *name;
	struct slice text; /* KIND_TEXT */
	int64_t value;     /* DURATION_NONE, or 0 of a number: unknown */
	enum cell_kind kind;
};

enum { CELLS_MAX = 32 };

struct lap_cells {
	struct cell at[CELLS_MAX];
	unsigned count;
	char label[16];
	char clock[TIME_TEXT_MAX];
};

static const char *const sector_names[LINES_MAX] = {
	"s1", "s2",  "s3",  "s4",  "s5",  "s6",  "s7",  "s8",
	"s9", "s10", "s11", "s12", "s13", "s14", "s15", "s16",
};

static struct cell *add(struct lap_cells *cells, const char *name, enum cell_kind kind,
			int64_t value)
{
	struct cell *cell = &cells->at[cells->count++];

	*cell = (struct cell){.name = name, .kind = kind, .value = value};
	return cell;
}

static void add_text(struct lap_cells *cells, const char *name, struct slice text)
{
	add(cells, name, KIND_TEXT, 0)->text = text;
}

static duration_us row_elapsed(const struct race *race, const struct lap_row *row)
{
	if (race->start_at == INSTANT_NONE || row->at == INSTANT_NONE)
		return DURATION_NONE;
	return row->at - race->start_at;
}

static struct slice row_driver(const struct race *race, const struct lap_row *row)
{
	const struct entry *entry = &race->entries[row->car];

	if (row->driver >= RACE_DRIVERS_MAX || row->driver >= entry->driver_count)
		return SLICE("");
	return slice_of(entry->drivers[row->driver]);
}

/* The one list of columns: names, order and values. */
static void lap_cells(struct lap_cells *cells, const struct race *race,
		      const struct lap_row *row)
{
	bool estimated = row->estimated != 0 || (row->bits & LAP_REPAIRED) != 0;
	unsigned sectors = race->setup.line_count;

	cells->count = 0;
	race_car_label(race, row->car, cells->label);
	add_text(cells, "number", slice_of(cells->label));
	add(cells, "lap", KIND_NUMBER, row->lap);
	add(cells, "lap_time", KIND_TIME, row->time);
	add(cells, "elapsed", KIND_RACE, row_elapsed(race, row));
	encode_clock_of_day(cells->clock, race, row->at);
	add_text(cells, "time_of_day", slice_of(cells->clock));
	for (unsigned n = 0; n < sectors && n < LINES_MAX; n++) {
		bool guess;

		add(cells, sector_names[n], KIND_TIME,
		    encode_lap_sector(race, row, n, &guess));
	}
	add(cells, "in_pit", KIND_FLAG, row->in_pit != 0);
	add(cells, "pit_time", KIND_TIME, row->pit_time);
	add_text(cells, "driver", row_driver(race, row));
	add_text(cells, "flag", slice_of(flag_name((enum flag)row->flag)));
	add(cells, "position", KIND_NUMBER, row->position);
	add(cells, "class_pos", KIND_NUMBER, row->class_position);
	add_text(cells, "source", estimated ? SLICE("estimated") : SLICE("measured"));
}

static struct slice cell_text(const struct cell *cell, char buf[TIME_TEXT_MAX])
{
	size_t len = 0;

	switch (cell->kind) {
	case KIND_TEXT:
		return cell->text;
	case KIND_NUMBER:
		if (cell->value > 0)
			len = text_format(buf, TIME_TEXT_MAX, "%lld",
					  (long long)cell->value);
		break;
	case KIND_TIME:
		len = format_duration(buf, cell->value, TIME_LAPM);
		break;
	case KIND_RACE:
		len = format_duration(buf, cell->value, TIME_RACE);
		break;
	case KIND_FLAG:
		return cell->value != 0 ? SLICE("1") : SLICE("0");
	}
	return (struct slice){buf, len};
}

static void cell_json(struct out *out, const struct cell *cell)
{
	out_char(out, '"');
	out_text(out, cell->name);
	out_text(out, "\":");
	switch (cell->kind) {
	case KIND_TEXT:
		if (cell->text.len > 0)
			out_json(out, cell->text);
		else
			out_text(out, "null");
		break;
	case KIND_NUMBER:
		if (cell->value > 0)
			out_i64(out, cell->value);
		else
			out_text(out, "null");
		break;
	case KIND_TIME:
	case KIND_RACE:
		out_seconds(out, cell->value);
		break;
	case KIND_FLAG:
		out_text(out, cell->value != 0 ? "true" : "false");
		break;
	}
}

struct laps {
	struct out *out;
	enum format format;
	int widths[CELLS_MAX];
	bool any;
};

/* A header is a row of names; sectors are as many as the circuit has. */
static void write_header(struct laps *laps, const struct lap_cells *cells)
{
	struct out *out = laps->out;

	for (unsigned i = 0; i < cells->count; i++) {
		if (laps->format == FORMAT_CSV) {
			out_text(out, i > 0 ? "," : "");
			out_text(out, cells->at[i].name);
		} else if (laps->widths[i] > 0) {
			bool right = cells->at[i].kind != KIND_TEXT || i == 0;
			bool last = i + 1 == cells->count;

			out_padded(out, slice_of(cells->at[i].name),
				   last ? 0 : laps->widths[i], right);
			out_text(out, last ? "" : "  ");
		}
	}
	out_char(out, '\n');
}

static void write_row(struct laps *laps, const struct lap_cells *cells)
{
	struct out *out = laps->out;
	char buf[TIME_TEXT_MAX];

	if (laps->format == FORMAT_JSON)
		out_text(out, laps->any ? ",\n{" : "\n{");
	laps->any = true;
	for (unsigned i = 0; i < cells->count; i++) {
		const struct cell *cell = &cells->at[i];

		if (laps->format == FORMAT_JSON) {
			out_text(out, i > 0 ? "," : "");
			cell_json(out, cell);
		} else if (laps->format == FORMAT_CSV) {
			out_text(out, i > 0 ? "," : "");
			out_csv(out, cell_text(cell, buf), ',');
		} else if (laps->widths[i] > 0) {
			bool last = i + 1 == cells->count;

			out_padded(out, cell_text(cell, buf),
				   last ? 0 : laps->widths[i],
				   cell->kind != KIND_TEXT || i == 0);
			out_text(out, last ? "" : "  ");
		}
	}
	out_text(out, laps->format == FORMAT_JSON ? "}" : "\n");
}

static void widen(struct laps *laps, const struct lap_cells *cells)
{
	char buf[TIME_TEXT_MAX];

	for (unsigned i = 0; i < cells->count; i++) {
		int width = text_width(cell_text(&cells->at[i], buf));
		int title = text_width(slice_of(cells->at[i].name));

		if (width > 0 && width < title)
			width = title;
		if (width > laps->widths[i])
			laps->widths[i] = width;
	}
}

void encode_laps(struct out *out, enum format format, const struct race *race,
		 const struct race_tables *tables, const uint16_t *cars,
		 uint32_t car_count)
{
	struct laps laps = {.out = out, .format = format};
	struct lap_cells cells = {.count = 0};
	const struct lap_row none = {
		.at = INSTANT_NONE,
		.time = DURATION_NONE,
		.pit_time = DURATION_NONE,
		.driver = RACE_DRIVERS_MAX,
	};
	struct lap_walk walk;
	const struct lap_row *row;

	for (uint32_t i = 0; i < car_count && format == FORMAT_TABLE; i++) {
		lap_walk_begin(&walk, race, tables, cars[i]);
		while ((row = lap_walk_next(&walk)) != NULL) {
			lap_cells(&cells, race, row);
			widen(&laps, &cells);
		}
	}
	lap_cells(&cells, race, &none);
	if (format == FORMAT_JSON)
		out_char(out, '[');
	else
		write_header(&laps, &cells);
	for (uint32_t i = 0; i < car_count; i++) {
		lap_walk_begin(&walk, race, tables, cars[i]);
		while ((row = lap_walk_next(&walk)) != NULL) {
			lap_cells(&cells, race, row);
			write_row(&laps, &cells);
		}
	}
	if (format == FORMAT_JSON)
		out_text(out, "\n]\n");
}
