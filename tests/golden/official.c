/*
 * official.c -- run the program, and read tables of results (official.h)
 */
#include "official.h"
#include "../real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void data_path(const char *name, char *path, size_t cap)
{
	char full[REAL_PATH_MAX];
	text_format(path, cap, "%s/%s", real_path(full, "alkamel"), name);
	if (access(path, R_OK) != 0) {
		print_message("# skipped: %s is not here (PITWALL_DATA names the "
			      "folder of the real races)\n",
			      name);
		skip();
	}
}

static char *read_stream(FILE *file, size_t *len)
{
	size_t cap = 64 * 1024;
	char *bytes = malloc(cap);
	assert_non_null(bytes);
	for (size_t n = *len = 0; (n = fread(bytes + *len, 1, cap - *len - 1, file));) {
		*len += n;
		if (*len + 1 < cap)
			continue;
		cap *= 2;
		bytes = realloc(bytes, cap);
		assert_non_null(bytes);
	}
	bytes[*len] = '\0';
	return bytes;
}

/** Cut a line into fields where it lies; quotes are taken off, doubled ones left. */
static void cut_row(struct slice line, struct table_row *row)
{
	row->count = 0;
	line = slice_trim(line);
	while (line.len > 0 && row->count < TABLE_FIELDS_MAX) {
		struct slice field;
		if (line.at[0] == '"') {
			line.at++;
			line.len--;
			field = slice_cut(&line, '"');
			(void)slice_cut(&line, ',');
		} else {
			field = slice_trim(slice_cut(&line, ','));
		}
		row->fields[row->count++] = field;
	}
}

static void table_parse(char *bytes, struct table *table)
{
	struct slice rest = slice_of(bytes);
	if (slice_starts(rest, SLICE("\xef\xbb\xbf"))) {
		rest.at += 3;
		rest.len -= 3;
	}
	*table = (struct table){.bytes = bytes};
	cut_row(slice_cut(&rest, '\n'), &table->header);
	while (rest.len > 0) {
		struct slice line = slice_trim(slice_cut(&rest, '\n'));
		if (line.len == 0)
			continue;
		assert_true(table->count < TABLE_ROWS_MAX);
		cut_row(line, &table->rows[table->count++]);
	}
}

void table_load(const char *path, struct table *table)
{
	size_t len;
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	table_parse(read_stream(file, &len), table);
	fclose(file);
}

char *run_pitwall(const char *words, int status)
{
	char command[4096];
	size_t len;
	const char *program = getenv("PITWALL_EXE");
	assert_non_null(program);
	text_format(command, sizeof(command), "'%s' %s", program, words);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	char *bytes = read_stream(pipe, &len);
	int ended = pclose(pipe);
	if (!WIFEXITED(ended) || WEXITSTATUS(ended) != status)
		fail_msg("%s: ended with %d", command, ended);
	return bytes;
}

void table_run(const char *words, struct table *table)
{
	table_parse(run_pitwall(words, 0), table);
}

void table_free(struct table *table)
{
	free(table->bytes);
	*table = (struct table){0};
}

static int column_of(const struct table *table, const char *name)
{
	for (unsigned i = 0; i < table->header.count; i++)
		if (slice_eq(table->header.fields[i], slice_of(name)))
			return (int)i;
	fail_msg("there is no column %s", name);
	return -1;
}

struct slice table_field(const struct table *table, unsigned row, const char *name)
{
	unsigned column = (unsigned)column_of(table, name);
	assert_true(row < table->count);
	if (column >= table->rows[row].count)
		return (struct slice){"", 0};
	return table->rows[row].fields[column];
}

int table_find(const struct table *table, const char *name, struct slice value)
{
	for (unsigned i = 0; i < table->count; i++)
		if (slice_eq(table_field(table, i, name), value))
			return (int)i;
	return -1;
}

void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}
