/*
 * csv.c -- rows of a small table, fields quoted or not
 *
 *  (1) A row is copied into its own storage, quotes resolved: a field may hold
 *      a doubled quote, so it cannot always be a piece of the file.
 *  (2) A quoted field may not hold a line break: nothing this program reads
 *      here has one, and a forgotten quote is then found on its own line.
 */
#include "pitwall/csv.h"
#include "pitwall/out.h"

#include <errno.h>
#include <string.h>

void csv_begin(struct csv *csv, struct slice text, const char *where)
{
	if (slice_starts(text, SLICE("\xef\xbb\xbf"))) {
		text.at += 3;
		text.len -= 3;
	}
	*csv = (struct csv){.rest = text, .where = where, .separator = ','};
}

/** Copy one field of @line into @row from *@used on; true when one follows. */
static int take_field(char separator, struct slice *line, struct csv_row *row,
		      size_t *used)
{
	size_t begin = *used, i = 0;
	while (i < line->len && line->at[i] != separator &&
	       (line->at[i] == ' ' || line->at[i] == '\t'))
		i++;
	bool quoted = i < line->len && line->at[i] == '"';
	i = quoted ? i + 1 : 0;
	for (; i < line->len; i++) {
		char c = line->at[i];
		if (quoted && c == '"') {
			quoted = i + 1 < line->len && line->at[i + 1] == '"';
			if (!quoted)
				continue;
			i++;
		} else if (!quoted && c == separator) {
			break;
		}
		row->text[(*used)++] = c;
	}
	if (quoted)
		return -EINVAL;
	struct slice field = {row->text + begin, *used - begin};
	row->fields[row->count++] = csv_unguard(slice_trim(field));
	bool more = i < line->len;
	line->at += more ? i + 1 : i;
	line->len -= more ? i + 1 : i;
	return more;
}

static int csv_take_row(const struct csv *csv, struct slice line, struct csv_row *row,
			struct err *err)
{
	size_t used = 0;
	int more = 1;
	row->line = csv->line;
	row->count = 0;
	if (line.len > sizeof(row->text))
		return err_set(err, -EINVAL, "%s:%u: the line is longer than %d bytes",
			       csv->where, csv->line, CSV_LINE_MAX);
	while (more > 0) {
		if (row->count == CSV_FIELDS_MAX)
			return err_set(err, -EINVAL, "%s:%u: more than %d fields",
				       csv->where, csv->line, CSV_FIELDS_MAX);
		more = take_field(csv->separator, &line, row, &used);
	}
	if (more < 0)
		return err_set(err, -EINVAL, "%s:%u: a quote is not closed", csv->where,
			       csv->line);
	return 1;
}

/** Blanks at the ends are nothing; a tab may be a blank field. */
static struct slice trim_line(struct slice line, char separator)
{
	while (separator == '\t' && line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return separator == '\t' ? line : slice_trim(line);
}

int csv_next(struct csv *csv, struct csv_row *row, struct err *err)
{
	while (csv->rest.len > 0) {
		struct slice line =
			trim_line(slice_cut(&csv->rest, '\n'), csv->separator);
		csv->line++;
		if (line.len > 0 && line.at[0] != '#')
			return csv_take_row(csv, line, row, err);
	}
	return 0;
}

struct slice csv_field(const struct csv_row *row, int index)
{
	if (index < 0 || (unsigned)index >= row->count)
		return (struct slice){"", 0};
	return row->fields[index];
}

char csv_separator(struct slice text)
{
	static const char separators[] = ",;\t";
	struct slice line = slice_cut(&text, '\n');
	while (text.at && (slice_trim(line).len == 0 || line.at[0] == '#'))
		line = slice_cut(&text, '\n');
	size_t best = 0, most = 0;
	for (size_t s = 0; separators[s] != '\0'; s++) {
		size_t count = 0;
		for (size_t i = 0; i < line.len; i++)
			count += line.at[i] == separators[s];
		if (count > most) {
			most = count;
			best = s;
		}
	}
	return separators[best];
}

int csv_column(const struct csv_row *header, const char *name)
{
	for (unsigned i = 0; i < header->count; i++)
		if (slice_eq_nocase(header->fields[i], slice_of(name)))
			return (int)i;
	return -1;
}
