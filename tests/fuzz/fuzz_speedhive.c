/*
 * fuzz_speedhive.c -- laps of Speedhive with any bytes where a service has its values
 *
 * A document that is no object is what is in the list of laps; what is before its first line end is
 * the car.
 */
#include "fuzz_tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "{\"lapDataInfo\":{\"participantInfo\":{",
			  middle[] = "}},\"laps\":[", end[] = "]}";
	struct slice body = {size > 0 ? (const char *)data : "", size};
	if (size > 0 && data[0] == '{') {
		fuzz_table(SLICE("laps.json"), body);
		return 0;
	}
	char *text = table_room(size + sizeof(head) + sizeof(middle) + sizeof(end));
	struct fuzz_bytes all = {text, 0};
	struct slice laps = body, car = slice_cut(&laps, '\n');
	(void)fuzz_bytes_add(&all, head, sizeof(head) - 1);
	(void)fuzz_bytes_add(&all, car.at, car.len);
	(void)fuzz_bytes_add(&all, middle, sizeof(middle) - 1);
	if (laps.len > 0)
		(void)fuzz_bytes_add(&all, laps.at, laps.len);
	(void)fuzz_bytes_add(&all, end, sizeof(end) - 1);
	fuzz_table(SLICE("laps.json"), (struct slice){all.at, all.len});
	free(text);
	return 0;
}
