/*
 * generate.c -- pitwall-gen: write the bundled recording from its assets
 *
 * usage: pitwall-gen ASSETS OUT.pitwall [SEED]
 *        pitwall-gen ASSETS - [SEED]       the beacon stream alone
 *
 * Runs once, at build time. The facts become a race, the race becomes
 * lines of the beacon protocol, and those are recorded as if they had been received
 * on the day: nothing but the recording reaches the console.
 */
#include "pitwall/shell.h"
#include "pitwall/assets.h"
#include "pitwall/record.h"
#include "reconstruction.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PASSINGS_MAX = 32 * 1024,
	STREAM_MAX = 8 * 1024 * 1024,
	TEXT_MAX = 64 * 1024,
	CHUNK_MAX = 16 * 1024,
	SEED_DEFAULT = 2003,
};

#define RACE "races/le-mans-1000km-2003/"

enum asset {
	SESSION,
	CIRCUIT,
	CENTRELINE,
	RULES,
	ENTRIES,
	RESULTS,
	PACE,
	STOPS,
	ANCHORS,
	WEATHER,
	FLAGS,
	CHRONOLOGY,
	ASSETS
};

static const char *const asset_names[ASSETS] = {
	[SESSION] = RACE "session.ini",
	[CIRCUIT] = "circuits/bugatti.ini",
	[CENTRELINE] = "circuits/bugatti.csv",
	[RULES] = "rules/le-mans-1000km-2003.ini",
	[ENTRIES] = RACE "entries.csv",
	[RESULTS] = RACE "results.csv",
	[PACE] = RACE "pace.csv",
	[STOPS] = RACE "stops.csv",
	[ANCHORS] = RACE "anchors.csv",
	[WEATHER] = RACE "weather.csv",
	[FLAGS] = RACE "flags.csv",
	[CHRONOLOGY] = RACE "chronology.csv",
};

struct generator {
	struct bytes texts[ASSETS];
	struct sim_race sim;
	struct circuit circuit;
	struct session_text session;
	struct out stream, entries;
	void *scratch;
};

static struct slice generate_text_of(const struct generator *gen, enum asset asset)
{
	return gen->texts[asset].data;
}

static int read_assets(struct generator *gen, const char *folder, struct err *err)
{
	for (int i = 0; i < ASSETS; i++) {
		char path[SOURCE_PATH_MAX];
		text_format(path, sizeof(path), "%s/%s", folder, asset_names[i]);
		int rc = small_file_read(path, &gen->texts[i], err);
		if (rc)
			return rc;
	}
	return 0;
}

static int set_up(struct generator *gen, struct err *err)
{
	struct race_setup *setup = &gen->sim.setup;
	struct session_text *session = &gen->session;
	int rc = session_text_parse(generate_text_of(gen, SESSION),
				    asset_names[SESSION], false, session, err);
	if (!rc)
		rc = circuit_parse(generate_text_of(gen, CIRCUIT),
				   generate_text_of(gen, CENTRELINE),
				   asset_names[CIRCUIT], &gen->circuit, err);
	if (rc)
		return rc;
	if (session->day == INSTANT_NONE || session->clock_at == DURATION_NONE ||
	    session->start_at == DURATION_NONE ||
	    session->utc_offset_us == DURATION_NONE || gen->circuit.length <= 0)
		return err_set(err, -EINVAL,
			       "%s: date, utc_offset, clock_at and start_at must be "
			       "there",
			       asset_names[SESSION]);
	instant_us midnight = session->day - session->utc_offset_us;
	setup->utc_offset_us = session->utc_offset_us;
	setup->clock_at = midnight + session->clock_at;
	setup->start_at = midnight + session->start_at;
	setup->lap_length = gen->circuit.length;
	setup->line_count = gen->circuit.line_count;
	for (unsigned i = 0; i < setup->line_count; i++)
		setup->line_ppm[i] = (uint32_t)((int64_t)gen->circuit.line_mm[i] *
						1000000 / gen->circuit.length);
	return 0;
}

static int reconstruct(struct generator *gen, uint64_t seed, struct err *err)
{
	const struct recon_files files = {
		.entries = generate_text_of(gen, ENTRIES),
		.results = generate_text_of(gen, RESULTS),
		.pace = generate_text_of(gen, PACE),
		.stops = generate_text_of(gen, STOPS),
		.anchors = generate_text_of(gen, ANCHORS),
		.weather = generate_text_of(gen, WEATHER),
		.flags = generate_text_of(gen, FLAGS),
		.chronology = generate_text_of(gen, CHRONOLOGY),
	};
	gen->sim.passings = calloc(PASSINGS_MAX, sizeof(*gen->sim.passings));
	gen->sim.passings_max = PASSINGS_MAX;
	gen->scratch = malloc(recon_scratch());
	if (!gen->sim.passings || !gen->scratch)
		return err_set(err, -ENOMEM, "out of memory");
	return recon_2003(&gen->sim, &files, seed, gen->scratch, err);
}

/* ---- what is recorded -------------------------------------------------------- */

/* The buffer is made to hold all: asking for more is the only failure. */
static int no_room(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	return len ? -ENOSPC : 0;
}

static int out_memory(struct out *out, size_t size, struct err *err)
{
	*out = (struct out){.write = no_room, .buf = malloc(size), .max = size};
	return out->buf ? 0 : err_set(err, -ENOMEM, "out of memory");
}

static void put_field(struct out *out, const char *text)
{
	out_csv(out, slice_of(text), ',');
	out_text(out, ",");
}

static void put_entry(struct out *out, const struct sim_car *car)
{
	put_field(out, car->transponder);
	put_field(out, car->number);
	put_field(out, car->class_name);
	put_field(out, car->tag);
	put_field(out, car->team);
	put_field(out, car->vehicle);
	if (car->grid)
		out_format(out, "%u", car->grid);
	out_format(out, ",%s,%s", car->pit_start ? "1" : "",
		   car->not_started ? "1" : "");
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++) {
		out_text(out, ",");
		out_csv(out, slice_of(car->drivers[i]), ',');
	}
	out_text(out, "\n");
}

static void put_entries(struct out *out, const struct sim_race *sim)
{
	out_text(out, "transponder,number,class,tag,team,vehicle,grid,pit_start,"
		      "not_started");
	for (unsigned i = 1; i <= RACE_DRIVERS_MAX; i++)
		out_format(out, ",driver%u", i);
	out_text(out, "\n");
	for (uint32_t i = 0; i < sim->car_count; i++)
		put_entry(out, &sim->cars[i]);
}

/* The number behind @key in @line; -1 when it is not there. */
static int64_t line_number(struct slice line, const char *key)
{
	size_t len = strlen(key);
	for (size_t i = 0; i + len < line.len; i++) {
		if (memcmp(line.at + i, key, len) != 0)
			continue;
		struct slice digits = {line.at + i + len, 0};
		const char *end = line.at + line.len;
		while (digits.at + digits.len < end && digits.at[digits.len] >= '0' &&
		       digits.at[digits.len] <= '9')
			digits.len++;
		int64_t n = -1;
		return parse_i64(digits, &n) ? n : -1;
	}
	return -1;
}

/* Bytes of whole lines for one record, and when the last of them was sent. */
static struct slice generate_next_chunk(struct slice *rest, int64_t boot_at,
					instant_us *at)
{
	struct slice chunk = {rest->at, 0};
	while (rest->len) {
		const char *end = memchr(rest->at, '\n', rest->len);
		size_t len = end ? (size_t)(end - rest->at) + 1 : rest->len;
		if (chunk.len && chunk.len + len > CHUNK_MAX)
			break;
		int64_t us = line_number((struct slice){rest->at, len}, "\"us\":");
		if (us >= 0)
			*at = boot_at + us;
		chunk.len += len;
		rest->at += len;
		rest->len -= len;
	}
	return chunk;
}

static int record_text(struct record *record, const struct generator *gen,
		       const char *name, struct slice text, struct err *err)
{
	const struct record_row row = {
		.received_at = gen->sim.setup.clock_at - US_HOUR,
		.type = RECORD_SETUP,
		.name = slice_of(name),
		.bytes = text,
	};
	return record_append(record, &row, err);
}

static int record_stream(struct record *record, const struct generator *gen,
			 struct err *err)
{
	struct slice rest = {gen->stream.buf, gen->stream.len};
	struct slice lines = rest;
	struct slice hello = slice_cut(&lines, '\n');
	int64_t us = line_number(hello, "\"us\":");
	int64_t utc = line_number(hello, "\"utc\":");
	instant_us at = utc;
	struct record_row row = {.type = RECORD_RAW};
	if (us < 0 || utc < 0)
		return err_set(err, -EINVAL,
			       "the first line of the stream does not say its clocks");
	int rc = record_add_source(record, "le-mans-1000km-2003.beacon", "beacon",
				   &row.source, err);
	while (!rc && rest.len) {
		row.bytes = generate_next_chunk(&rest, utc - us, &at);
		row.received_at = at;
		rc = record_append(record, &row, err);
	}
	return rc;
}

static int generate_write_recording(const struct generator *gen, const char *path,
				    struct err *err)
{
	struct record *record = NULL;
	int rc = record_create(path, true, &record, err);
	if (rc)
		return rc;
	const struct {
		const char *name;
		struct slice text;
	} texts[] = {
		{"session", generate_text_of(gen, SESSION)},
		{"circuit", generate_text_of(gen, CIRCUIT)},
		{"centreline", generate_text_of(gen, CENTRELINE)},
		{"rules", generate_text_of(gen, RULES)},
		{"entries", {gen->entries.buf, gen->entries.len}},
	};
	for (size_t i = 0; !rc && i < ARRAY_LEN(texts); i++)
		rc = record_text(record, gen, texts[i].name, texts[i].text, err);
	if (!rc)
		rc = record_stream(record, gen, err);
	if (!rc)
		rc = session_keep_decoded(record, err);
	if (!rc)
		return record_close(record, err);
	record_abandon(record);
	return rc;
}

static int generate(struct generator *gen, char **argv, uint64_t seed, struct err *err)
{
	int rc = read_assets(gen, argv[1], err);
	if (!rc)
		rc = set_up(gen, err);
	if (!rc)
		rc = reconstruct(gen, seed, err);
	if (!rc)
		rc = out_memory(&gen->stream, STREAM_MAX, err);
	if (!rc)
		rc = out_memory(&gen->entries, TEXT_MAX, err);
	if (rc)
		return rc;
	sim_write_beacon(&gen->stream, &gen->sim, LINE_NONE);
	put_entries(&gen->entries, &gen->sim);
	if (gen->stream.failed || gen->entries.failed)
		return err_set(err, -ENOSPC, "the stream is longer than %d bytes",
			       STREAM_MAX);
	if (strcmp(argv[2], "-") != 0)
		return generate_write_recording(gen, argv[2], err);
	size_t put = fwrite(gen->stream.buf, 1, gen->stream.len, stdout);
	if (put != gen->stream.len || fflush(stdout) != 0)
		return err_set(err, -EIO, "standard output: cannot write");
	return 0;
}

static void generator_free(struct generator *gen)
{
	for (int i = 0; i < ASSETS; i++)
		bytes_free(&gen->texts[i]);
	free(gen->sim.passings);
	free(gen->scratch);
	free(gen->stream.buf);
	free(gen->entries.buf);
	free(gen);
}

int main(int argc, char **argv)
{
	struct err err = {{0}};
	uint64_t seed = SEED_DEFAULT;
	if (argc < 3 || argc > 4 ||
	    (argc == 4 && !parse_u64(slice_of(argv[3]), &seed))) {
		fputs("usage: pitwall-gen ASSETS OUT.pitwall|- [SEED]\n", stderr);
		return EXIT_USAGE;
	}
	struct generator *gen = calloc(1, sizeof(*gen));
	if (!gen) {
		complain("out of memory");
		return EXIT_SOURCE;
	}
	int rc = generate(gen, argv, seed, &err);
	if (rc)
		complain("%s", err.text);
	generator_free(gen);
	return rc ? EXIT_SOURCE : EXIT_DONE;
}
