/*
 * alkamel.c -- the driver of Al Kamel lap analysis files
 *
 * The file every archive of WEC, ELMS, IMSA and Le Mans publishes: one row a car
 * and lap. This is its header, its scratch memory, and the steps of reading.
 */
#include "alkamel.h"
#include "drivers.h"

#include <errno.h>
#include <string.h>

enum { HEADER_MAX = 16 * 1024 };

/* ---- the header ---------------------------------------------------------- */

static const enum ak_column needed[] = {AK_NUMBER, AK_LAP_NUMBER, AK_LAP_TIME,
					AK_ELAPSED};

/* "S12" or "S12_LARGE": the column, or -1. */
static int sector_column(struct slice name)
{
	struct slice large = SLICE("_LARGE");
	unsigned base = AK_S1, number = 0;
	if (name.len > large.len &&
	    slice_eq_nocase((struct slice){name.at + name.len - large.len, large.len},
			    large)) {
		name.len -= large.len;
		base = AK_LARGE1;
	}
	if (name.len < 2 || name.len > 3 || (name.at[0] != 'S' && name.at[0] != 's'))
		return -1;
	for (size_t i = 1; i < name.len; i++) {
		if (name.at[i] < '0' || name.at[i] > '9')
			return -1;
		number = number * 10 + (unsigned)(name.at[i] - '0');
	}
	return number >= 1 && number <= AK_SECTORS_MAX ? (int)(base + number - 1) : -1;
}

static int column_by_name(struct slice name)
{
	for (int c = 0; c < AK_NAMED_COUNT; c++)
		for (int alias = 0; alias < 2; alias++)
			if (slice_eq_nocase(name, slice_of(wire_ak_names[c][alias])))
				return c;
	return sector_column(name);
}

struct header {
	struct ak_line line;
	char separator;
	bool trailing;
	unsigned named;
	size_t from; /* where the rows begin */
	uint16_t column[AK_COLUMN_COUNT];
};

/* The commonest of the separators in the first line. */
static char find_separator(struct slice line)
{
	static const char separators[] = {';', ',', '\t'};
	size_t counts[ARRAY_LEN(separators)] = {0}, best = 0;
	for (size_t i = 0; i < line.len; i++)
		for (size_t s = 0; s < ARRAY_LEN(separators); s++)
			counts[s] += line.at[i] == separators[s];
	for (size_t s = 1; s < ARRAY_LEN(separators); s++)
		if (counts[s] > counts[best])
			best = s;
	return separators[best];
}

/* Find the columns of the first line. */
static void ak_read_header(struct slice file, struct header *header)
{
	struct slice rest = file;
	if (slice_starts(rest, SLICE("\xef\xbb\xbf"))) {
		rest.at += 3;
		rest.len -= 3;
	}
	const char *begin = rest.at;
	struct slice limited = {begin, rest.len < HEADER_MAX ? rest.len : HEADER_MAX};
	struct slice first = slice_cut(&limited, '\n');
	struct ak_line *line = &header->line;
	memset(header->column, 0, sizeof(header->column));
	for (size_t c = 0; c < AK_COLUMN_COUNT; c++)
		header->column[c] = AK_ABSENT;
	header->separator = find_separator(first);
	ak_split(begin, begin + first.len, header->separator, line);
	header->named = line->fields <= AK_FIELDS_MAX ? line->fields : 0;
	header->trailing = header->named > 1 &&
			   slice_trim(ak_field(line, header->named - 1)).len == 0;
	header->named -= header->trailing;
	for (unsigned c = 0; c < header->named; c++) {
		int column = column_by_name(slice_trim(ak_field(line, c)));
		if (column >= 0 && header->column[column] == AK_ABSENT)
			header->column[column] = (uint16_t)c;
	}
	header->from = (size_t)(begin - file.at) + first.len + 1;
}

/* The first column that a lap file must have and this one has not; NULL: none. */
static const char *column_missing(const struct header *header)
{
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (header->column[needed[i]] == AK_ABSENT)
			return ak_column_name(needed[i]);
	return NULL;
}

static int alkamel_sniff(struct slice head)
{
	struct header header;
	if (head.len == 0)
		return 0;
	ak_read_header(head, &header);
	if (column_missing(&header))
		return 0;
	return header.column[AK_HOUR] != AK_ABSENT ? 100 : 80;
}

/* ---- memory -------------------------------------------------------------- */

/* A row has at least its separators, its line end, and three fields. */
static uint32_t rows_max(struct slice file, const struct header *header)
{
	return (uint32_t)(file.len / (header->named + 3) + 1);
}

static unsigned sector_count(const struct header *header)
{
	unsigned n = 0;
	while (n < AK_SECTORS_MAX && header->column[AK_S1 + n] != AK_ABSENT)
		n++;
	return n;
}

static size_t stride_of(const struct header *header)
{
	return sizeof(struct ak_row) + sector_count(header) * sizeof(int64_t);
}

/* Take @count things of @size from @used bytes on; NULL base only measures. */
static void *ak_carve(unsigned char *base, size_t *used, size_t count, size_t size)
{
	size_t from = (*used + 15) & ~(size_t)15;
	*used = from + count * size;
	return base ? base + from : NULL;
}

/* Lay the scratch memory out; returns its size. What is not touched costs
 * nothing: a file has a third of the rows that fit, and few anomalies. */
static size_t ak_lay_out(struct ak *ak, unsigned char *base, uint32_t rows,
			 size_t stride)
{
	size_t used = 0;
	(void)ak_carve(base, &used, 1, sizeof(*ak));
	ak->slots = ak_carve(base, &used, 2 * AK_CARS_MAX, sizeof(*ak->slots));
	ak->length_sum = ak_carve(base, &used, AK_LENGTHS, sizeof(*ak->length_sum));
	ak->length_count = ak_carve(base, &used, AK_LENGTHS, sizeof(*ak->length_count));
	ak->ranked = ak_carve(base, &used, AK_CARS_MAX, sizeof(*ak->ranked));
	ak->cars = ak_carve(base, &used, AK_CARS_MAX, sizeof(*ak->cars));
	ak->variants = ak_carve(base, &used, AK_VARIANTS_MAX, sizeof(*ak->variants));
	ak->anomalies =
		ak_carve(base, &used, AK_ANOMALIES_MAX + 1, sizeof(*ak->anomalies));
	ak->rows = ak_carve(base, &used, rows, stride);
	ak->order = ak_carve(base, &used, rows, sizeof(*ak->order));
	ak->row_max = rows;
	ak->stride = stride;
	return used;
}

static bool header_of(struct slice file, struct header *header)
{
	if (file.len == 0 || file.len >= UINT32_MAX)
		return false;
	ak_read_header(file, header);
	return !column_missing(header);
}

static size_t alkamel_scratch_size(struct slice file)
{
	struct header header;
	struct ak ak = {0};
	if (!header_of(file, &header))
		return 1;
	return ak_lay_out(&ak, NULL, rows_max(file, &header), stride_of(&header));
}

/* A row gives its lines, a driver, a stop and a decision; there are not more laps made up than
 * rows. A car has no more than 16 things to its entry. Cleaning makes at most two
 * bytes of one. */
static void alkamel_room(struct slice file, uint32_t *events, uint32_t *text)
{
	struct header header;
	*events = 16;
	*text = 4096;
	if (!header_of(file, &header))
		return;
	uint64_t rows = rows_max(file, &header);
	uint64_t need = rows * (2 * (sector_count(&header) + 1) + 4) +
			AK_CARS_MAX * 16 + AK_ANOMALIES_MAX + 16;
	uint64_t words = 2 * (uint64_t)file.len + (AK_ANOMALIES_MAX + 256) * 256;
	*events = need < UINT32_MAX ? (uint32_t)need : UINT32_MAX;
	*text = words < UINT32_MAX ? (uint32_t)words : UINT32_MAX;
}

/* ---- reading ------------------------------------------------------------- */

/* Join adjacent columns that do not change from row to row. */
static void find_spans(struct ak *ak)
{
	static const enum ak_column still[][2] = {
		{AK_NUMBER, AK_DRIVER_NUMBER},
		{AK_DRIVER_NAME, AK_DRIVER_NAME},
		{AK_CLASS, AK_VEHICLE},
		{AK_TEAM, AK_TEAM},
	};
	for (size_t i = 0; i < ARRAY_LEN(still); i++) {
		uint16_t a = ak->column[still[i][0]], b = ak->column[still[i][1]];
		uint16_t low = a < b ? a : b, high = a < b ? b : a;
		bool inside =
			i == 3 && ak->span[2].first < low && low < ak->span[2].last;
		if (inside)
			continue;
		/* An absent column reads as blank wherever it is looked for. */
		ak->span[ak->span_count].first = low;
		ak->span[ak->span_count++].last = high == AK_ABSENT ? low : high;
	}
}

static void ak_prepare(struct ak *ak, const struct header *header)
{
	memset(ak->slots, 0, 2 * AK_CARS_MAX * sizeof(*ak->slots));
	memset(ak->length_sum, 0, AK_LENGTHS * sizeof(*ak->length_sum));
	memset(ak->length_count, 0, AK_LENGTHS * sizeof(*ak->length_count));
	memset(&ak->variants[0], 0, sizeof(ak->variants[0]));
	memcpy(ak->column, header->column, sizeof(ak->column));
	ak->variant_count = 1;
	ak->grouped = true;
	ak->separator = header->separator;
	ak->trailing = header->trailing;
	ak->named = header->named;
	ak->sectors = sector_count(header);
	ak->lap_min = INT64_MAX;
	find_spans(ak);
}

static int ak_refuse(struct slice file, const struct header *header, struct err *err)
{
	if (file.len == 0)
		return err_set(err, -EINVAL, "the file is empty");
	if (file.len >= UINT32_MAX)
		return err_set(err, -EFBIG, "a lap file of 4 GiB or more is not read");
	return err_set(err, -EINVAL,
		       "this is not an Al Kamel lap file: its first line has no column "
		       "%s",
		       column_missing(header));
}

static int ak_refuse_rows(const struct ak *ak, size_t from, struct err *err)
{
	struct slice file = ak->file;
	if (from >= file.len ||
	    slice_trim((struct slice){file.at + from, file.len - from}).len == 0)
		return err_set(err, -EINVAL,
			       "this lap file has no rows: only its line of titles is "
			       "there");
	return err_set(err, -EINVAL,
		       "this lap file has no row that can be used (%llu were damaged)",
		       (unsigned long long)ak->anomaly_total);
}

static void fill_info(struct ak *ak)
{
	struct feed_info *info = ak->info;
	info->start_at = ak->start_at;
	info->end_at = ak->start_at + ak->last_elapsed;
	info->line_count = (uint8_t)(ak->sectors ? ak->sectors : 1);
	memcpy(info->line_ppm, ak->ppm, info->line_count * sizeof(info->line_ppm[0]));
}

static int alkamel_read(struct slice file, const struct feed_setup *setup,
			void *scratch, struct event_list *out, struct feed_info *info,
			struct err *err)
{
	struct header header = {.separator = 0};
	if (!header_of(file, &header))
		return ak_refuse(file, &header, err);
	struct ak *ak = scratch;
	memset(ak, 0, sizeof(*ak));
	ak_lay_out(ak, scratch, rows_max(file, &header), stride_of(&header));
	ak_prepare(ak, &header);
	memset(info, 0, sizeof(*info));
	info->start_at = info->end_at = INSTANT_NONE;
	ak->file = file;
	ak->setup = setup;
	ak->out = out;
	ak->info = info;
	ak_rows_read(ak, header.from);
	if (ak->overflow)
		return err_set(err, -EINVAL,
			       "this is not a race: its rows name more than %d cars or "
			       "%d spellings of their drivers, teams and classes",
			       AK_CARS_MAX, AK_VARIANTS_MAX);
	ak_judge(ak);
	if (info->rows == 0)
		return ak_refuse_rows(ak, header.from, err);
	ak_events_write(ak);
	fill_info(ak);
	ak_anomalies_write(ak);
	return 0;
}

const struct feed_driver feed_alkamel = {
	.name = "alkamel",
	.summary = "Al Kamel lap analysis (WEC, ELMS, IMSA, Le Mans): one row a car "
		   "and lap, CSV",
	.media = "file",
	.sniff = alkamel_sniff,
	.scratch_size = alkamel_scratch_size,
	.room = alkamel_room,
	.read_file = alkamel_read,
};
