/*
 * read_back.c -- outputs read back by those who know the formats: a terminal, jansson
 *
 * read_back race FILE           write a race of the simulator with hostile names
 * read_back json|jsonl FILE     read by jansson
 * read_back terminal ANSI TEXT  what ANSI shows in a terminal is TEXT, and nothing else
 *                               is asked of the terminal
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "sim.h"

enum { COLS = 160, ROWS = 48, PASSINGS = 200000 };

/* ---- a race --------------------------------------------------------------------------- */

static const char *const hostile[] = {
	"=cmd|'/C calc'!A0",
	"@SUM(1+1)",
	"\"quoted\"",
	"a]]>b<script>",
	"<b>&amp;&#0;'",
	"\033]52;c;ZWNobw==\007",
	"\033[2J\033[31m",
	"x\302\2331mcsi",
	"\342\200\256desrever",
	"\342\201\246isolated",
	"semi;colon,comma",
	"tab\there",
	"line\rfeed",
	"bad\377\376utf8",
	"\360\237\217\201 wide \346\227\245",
	"e\314\201\314\202\314\203\314\204",
	"\\\\u0000\\n",
	"{\"a\":[1",
	"--><!--",
	"a very long name that goes on and on and ",
};

static int to_file(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -1;
}

static int write_race(const char *path)
{
	static struct sim_race sim;
	static char buf[4096];
	FILE *file = fopen(path, "wb");
	struct err err;
	sim.passings = calloc(PASSINGS, sizeof(*sim.passings));
	sim.passings_max = PASSINGS;
	if (file == NULL || sim.passings == NULL ||
	    sim_plausible(&sim, 7, 24, 4, US_HOUR, &err) != 0)
		return 1;
	for (uint32_t i = 0; i < sim.car_count; i++) {
		struct sim_car *car = &sim.cars[i];
		const char *name = hostile[i % ARRAY_LEN(hostile)];
		const char *other = hostile[(i + 7) % ARRAY_LEN(hostile)];
		text_format(car->team, sizeof(car->team), "%s", name);
		text_format(car->vehicle, sizeof(car->vehicle), "%s", other);
		for (unsigned k = 0; k < car->driver_count; k++)
			text_format(car->drivers[k], sizeof(car->drivers[k]), "%s%u",
				    hostile[(i + k) % ARRAY_LEN(hostile)], k);
	}
	struct out out = {.write = to_file,
			  .context = file,
			  .buf = buf,
			  .max = sizeof(buf),
			  .csv_raw = true};
	sim_write_alkamel(&out, &sim);
	int rc = out_flush(&out);
	free(sim.passings);
	return fclose(file) != 0 || rc != 0;
}

/* ---- JSON ----------------------------------------------------------------------------- */

static int read_json(const char *path, bool lines)
{
	static char line[1 << 20];
	json_error_t error = {.line = 0};
	unsigned count = 0;
	if (!lines) {
		json_t *all = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
		if (all == NULL)
			fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
		/* A list, or a race with a list. */
		bool some = json_array_size(all) > 0;
		const char *name;
		json_t *member;
		json_object_foreach(all, name, member) {
			some = some || json_array_size(member) > 0;
		}
		json_decref(all);
		return !some;
	}
	FILE *file = fopen(path, "rb");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		json_t *one = json_loads(line, JSON_REJECT_DUPLICATES, &error);
		if (one == NULL) {
			fprintf(stderr, "%s: %s: %s", path, error.text, line);
			count = 0;
			break;
		}
		json_decref(one);
		count++;
	}
	if (file != NULL)
		(void)fclose(file);
	return count == 0;
}

/* ---- a terminal ------------------------------------------------------------------------ */

static unsigned strange;

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	(void)value, (void)user;
	/* As of the reset. */
	fprintf(stderr, "a property of the terminal: %d\n", (int)property);
	strange++;
	return 1;
}

static int on_bell(void *user)
{
	(void)user;
	fprintf(stderr, "the bell\n");
	strange++;
	return 1;
}

/** A row of the terminal without blanks at its end. */
static void row_text(VTermScreen *screen, int y, char *text, size_t cap)
{
	size_t len = 0, end = 0;
	for (int x = 0; x < COLS; x++) {
		VTermScreenCell cell;
		VTermPos at = {.row = y, .col = x};
		if (!vterm_screen_get_cell(screen, at, &cell))
			continue;
		bool blank = cell.chars[0] == 0 || cell.chars[0] == ' ';
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL &&
				(cell.chars[i] != 0 || i == 0) && len + 5 < cap;
		     i++)
			len += utf8_encode(text + len,
					   cell.chars[i] == 0 ? ' ' : cell.chars[i]);
		if (!blank)
			end = len;
		if (cell.width > 1)
			x += cell.width - 1;
	}
	text[end] = '\0';
}

/** Only colours are set, by CSI ... m, and lines ended. */
static void only_colours(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		size_t set = i + 1 < len && byte == 0x1b && bytes[i + 1] == '[' ? 2 : 0;
		while (set > 0 && i + set < len && bytes[i + set] != '\0' &&
		       strchr("0123456789;:", bytes[i + set]) != NULL)
			set++;
		if (set > 0 && i + set < len && bytes[i + set] == 'm') {
			i += set;
			continue;
		}
		bool c1 = byte == 0xc2 && i + 1 < len &&
			  (unsigned char)bytes[i + 1] < 0xa0;
		if (c1 || byte == 0x7f || (byte < 0x20 && byte != '\n')) {
			fprintf(stderr, "a control character: %02x at %zu\n", byte, i);
			strange++;
		}
	}
}

static void show(VTerm *vt, FILE *ansi)
{
	static char bytes[1 << 20];
	size_t len = fread(bytes, 1, sizeof(bytes), ansi);
	only_colours(bytes, len);
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n')
			(void)vterm_input_write(vt, "\r", 1);
		(void)vterm_input_write(vt, &bytes[i], 1);
	}
}

static int read_terminal(const char *ansi_path, const char *text_path)
{
	static const VTermScreenCallbacks callbacks = {.settermprop = on_property,
						       .bell = on_bell};
	FILE *ansi = fopen(ansi_path, "rb"), *text = fopen(text_path, "rb");
	VTerm *vt = vterm_new(ROWS + 1, COLS);
	if (ansi == NULL || text == NULL || vt == NULL)
		return 1;
	VTermScreen *screen = vterm_obtain_screen(vt);
	vterm_set_utf8(vt, 1);
	vterm_screen_reset(screen, 1);
	vterm_screen_set_callbacks(screen, &callbacks, NULL);
	show(vt, ansi);
	unsigned rows = 0;
	for (int y = 0; y < ROWS; y++) {
		char shown[COLS * 24 + 1], line[COLS * 24 + 1];
		if (fgets(line, sizeof(line), text) == NULL)
			line[0] = '\0';
		size_t len = strcspn(line, "\r\n");
		while (len > 0 && line[len - 1] == ' ')
			len--;
		line[len] = '\0';
		row_text(screen, y, shown, sizeof(shown));
		rows += len > 0;
		if (strcmp(shown, line) == 0)
			continue;
		fprintf(stderr, "row %d shows: %s\ninstead of:  %s\n", y, shown, line);
		strange++;
	}
	vterm_free(vt);
	(void)fclose(ansi);
	(void)fclose(text);
	return strange > 0 || rows < 10;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "race") == 0)
		return write_race(argv[2]);
	if (argc == 3 && strncmp(argv[1], "json", 4) == 0)
		return read_json(argv[2], strcmp(argv[1], "jsonl") == 0);
	if (argc == 4 && strcmp(argv[1], "terminal") == 0)
		return read_terminal(argv[2], argv[3]);
	return 2;
}
