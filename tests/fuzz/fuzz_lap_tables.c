/*
 * fuzz_lap_tables.c -- any table, as it is and with the titles that --map gives
 *
 * The first line is the map, the rest the table.
 */
#include "fuzz_tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool lies_in(struct slice part, struct slice whole)
{
	return part.len == 0 ||
	       (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_bytes to;
	char buffer[512];
	struct slice body = {size > 0 ? (const char *)data : "", size};
	struct slice map = slice_cut(&body, '\n'), wrong = {NULL, 0};
	if (!to.at)
		to.at = table_room(TABLE_ROOM);
	to.len = 0;
	if (!body.at)
		body = (struct slice){"", 0};
	struct out out = {.write = fuzz_bytes_add,
			  .context = &to,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	enum document_mapped mapped = document_map(body, map, &out, &wrong);
	(void)document_refused(body);
	fuzz_table(SLICE("laps.csv"), body);
	if (out_flush(&out) != 0)
		return 0;
	if (mapped != DOCUMENT_MAPPED && !lies_in(wrong, map))
		abort();
	if (mapped == DOCUMENT_MAPPED)
		fuzz_table(SLICE("laps.csv"), (struct slice){to.at, to.len});
	return 0;
}
