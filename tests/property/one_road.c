/*
 * one_road.c -- a file, its recording, a live source of the same rows: one race
 *
 * Every recording and capture at hand (those of the tests, the bundled race, simulated
 * races in each protocol, and what lies in PITWALL_DATA) goes down the road three times:
 *
 *   the file as it is, loaded
 *   its rows, with decisions among them, as a recording that is loaded
 *   the same rows fed live, cut at seeded places and looked at in between, then sealed
 *
 * The set-up, the race, its tables, the history, the events, the standings and the
 * classification are equal, byte for byte.
 *
 *  (1) Before it is sealed, the race that was fed live in pieces is the one that was fed
 *      without a look: that is what resume and follow do.
 *  (2) What cannot be loaded is refused by the same sentence in all ways.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../scratch.h"
#include "pitwall/decision.h"
#include "pitwall/net.h"
#include "pitwall/session.h"
#include "sim.h"

enum { BYTES_EACH = 4096, LINES_MOST = 24 };

static uint64_t seed = 20260612;

/* ---- rows in memory ------------------------------------------------------------------ */

struct input {
	char path[1024];  /* as a SOURCE */
	char shown[1024]; /* its name in sentences */
	struct record_source sources[SOURCES_MAX];
	unsigned source_count;
	struct record_row *rows;
	size_t count, max;
};

static struct slice copy_of(struct slice from)
{
	char *to = malloc(from.len + 1);
	assert_non_null(to);
	if (from.len > 0)
		memcpy(to, from.at, from.len);
	to[from.len] = '\0';
	return (struct slice){to, from.len};
}

static void add_row(struct input *input, size_t at, const struct record_row *row)
{
	if (input->count == input->max) {
		input->max = input->max * 2 + 64;
		input->rows = realloc(input->rows, input->max * sizeof(*input->rows));
		assert_non_null(input->rows);
	}
	memmove(&input->rows[at + 1], &input->rows[at],
		(input->count - at) * sizeof(*input->rows));
	input->rows[at] = *row;
	input->rows[at].name = copy_of(row->name);
	input->rows[at].bytes = copy_of(row->bytes);
	input->count++;
}

static int take_row(void *context, const struct record_row *row)
{
	struct input *input = context;
	add_row(input, input->count, row);
	return 0;
}

static void free_slice(struct slice slice)
{
	free((void *)(uintptr_t)slice.at);
}

static void input_free(struct input *input)
{
	for (size_t i = 0; i < input->count; i++) {
		free_slice(input->rows[i].name);
		free_slice(input->rows[i].bytes);
	}
	free(input->rows);
	*input = (struct input){.path = ""};
}

static struct options options_of(const char *path)
{
	struct options options = {.sources = {path}, .source_count = path[0] != '\0'};
	return options;
}

/** The rows of a SOURCE, and the texts beside it as a recording holds them. */
static int input_read(struct input *input, struct err *err)
{
	const struct options options = options_of(input->path);
	struct rows *rows = NULL;
	int rc = rows_open(&options, &rows, err);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < SETUP_TEXT_COUNT; i++) {
		const struct record_row row = {
			.type = RECORD_SETUP,
			.name = slice_of(setup_text_names[i]),
			.bytes = rows->texts.at[i].data,
		};
		if (row.bytes.at != NULL)
			add_row(input, input->count, &row);
	}
	text_format(input->shown, sizeof(input->shown), "%s", rows->shown);
	input->source_count = rows->count;
	memcpy(input->sources, rows->sources, sizeof(input->sources));
	rc = rows_each(rows, take_row, input, err);
	rows_close(rows);
	return rc;
}

/** A long row in several, as if it had been received so. */
static void divide_rows(struct input *input)
{
	size_t from = input->count;
	for (size_t i = 0; i < from; i++) {
		struct record_row row = input->rows[i];
		if (row.type != RECORD_RAW || row.bytes.len < 64)
			continue;
		size_t left = row.bytes.len / 2 + random_below(&seed, 16);
		struct record_row rest = row;
		rest.bytes.at += left;
		rest.bytes.len -= left;
		input->rows[i].bytes.len = left;
		add_row(input, i + 1, &rest);
		i++;
		from++;
	}
}

/* ---- decisions ---------------------------------------------------------------------------- */

/** Lines about this race: of every kind, some of which cannot be. */
static unsigned decisions_of(const struct session *session, char lines[][160])
{
	const struct timeline *timeline = &session->timeline;
	const struct race *race = &timeline->race;
	char car[16] = "7", other[16] = "8", when[48] = "";
	struct out out = {.buf = when, .max = sizeof(when) - 1};
	instant_us first = timeline->first_at, last = timeline->last_at;
	unsigned count = 0;
	if (race->car_count > 0)
		race_car_label(race, (uint16_t)random_below(&seed, race->car_count),
			       car);
	if (race->car_count > 1)
		race_car_label(race, race->order[1], other);
	if (first != INSTANT_NONE)
		first += (int64_t)random_below(&seed, (uint64_t)(last - first) + 1);
	decision_instant_write(&out, first == INSTANT_NONE ? 0 : first);
	when[out.len] = '\0';
	text_format(lines[count++], 160, "%s,time,60,\"speeding, twice\"", car);
	text_format(lines[count++], 160, "%s,laps,-1,,%s", other, when);
	text_format(lines[count++], 160, "%s,behind,%s,contact", car, other);
	text_format(lines[count++], 160, "%s,lap-deleted,2,,0:01:30", other);
	text_format(lines[count++], 160, "%s,status,DNF,,@23:59:00", car);
	text_format(lines[count++], 160, "%s,time,5,,%s", other, when);
	text_format(lines[count++], 160, ",undo,6,,%s", when);
	text_format(lines[count++], 160, ",flag,SC,debris,%s", when);
	text_format(lines[count++], 160, "%s,pass,SF,,%s", car, when);
	text_format(lines[count++], 160, "%s,entry,team=Late Entry,,%s", car, when);
	text_format(lines[count++], 160, "?123456,entry,number=%s,,%s", other, when);
	text_format(lines[count++], 160, ",note,,\"hello, there\",%s", when);
	text_format(lines[count++], 160, "%s,tine,1", car);
	text_format(lines[count++], 160, "number,kind,value,reason");
	text_format(lines[count++], 160, "no car at all,time,1");
	text_format(lines[count++], 160, "%s,last-of-class", other);
	return count;
}

/** Among the rows behind the texts, in their order. */
static void add_decisions(struct input *input, const struct session *session)
{
	static char lines[LINES_MOST][160];
	unsigned count = decisions_of(session, lines);
	size_t at = 0;
	while (at < input->count && input->rows[at].type == RECORD_SETUP)
		at++;
	for (unsigned i = 0; i < count; i++) {
		size_t left = input->count - at;
		at += left == 0 ? 0 : random_below(&seed, left / (count - i) + 2);
		at = at < input->count ? at : input->count;
		instant_us before =
			at == 0 ? INSTANT_NONE : input->rows[at - 1].received_at;
		const struct record_row row = {
			.type = RECORD_DECISION,
			.received_at = before,
			.bytes = slice_of(lines[i]),
		};
		add_row(input, at++, &row);
	}
}

/* ---- the recording --------------------------------------------------------------------------- */

static void write_recording(const struct input *input, const char *path)
{
	struct record *record = NULL;
	struct err err = {""};
	int id;
	if (record_create(path, true, &record, &err) != 0)
		fail_msg("%s", err.text);
	for (unsigned i = 0; i < input->source_count; i++)
		assert_int_equal(record_add_source(record, input->sources[i].url,
						   input->sources[i].driver, &id, &err),
				 0);
	for (size_t i = 0; i < input->count; i++) {
		struct record_row row = input->rows[i];
		if (row.received_at == INSTANT_NONE)
			row.received_at = 0;
		if (record_append(record, &row, &err) != 0)
			fail_msg("%s", err.text);
	}
	if (record_close(record, &err) != 0)
		fail_msg("%s", err.text);
}

/* ---- live --------------------------------------------------------------------------------------- */

static struct session *open_live(const struct options *options,
				 const struct input *input, const char *shown)
{
	const char *url = input->sources[0].url;
	const struct session_source source = {
		.shown = shown,
		.named = net_url_is(url) ? "" : url,
		.wanted = "",
		.recording = true,
		.live = true,
	};
	struct session *session = NULL;
	struct err err = {""};
	if (session_open(options, &source, &session, &err) != 0)
		fail_msg("%s", err.text);
	for (unsigned i = 0; i < input->source_count; i++)
		(void)session_source_add(session, &input->sources[i]);
	return session;
}

static void look(struct session *session, struct err *err)
{
	if (session_plan(session, INSTANT_NONE, err) != 0 ||
	    session_settle(session, err) != 0)
		fail_msg("%s", err->text);
	/* A viewer goes back in time, too. */
	if (session->timeline.first_at != INSTANT_NONE)
		(void)session_at(session, session->timeline.first_at + US_MIN);
}

/** Feed a row in pieces: all of one byte, or seeded. */
static int feed_row(struct session *session, const struct record_row *row,
		    struct err *err)
{
	struct record_row piece = *row;
	struct slice rest = row->bytes;
	bool bytes = rest.len <= BYTES_EACH && random_below(&seed, 3) == 0;
	size_t most = bytes ? 1 : (size_t)1 << random_below(&seed, 13);
	int rc = 0;
	if (row->type != RECORD_RAW)
		return session_feed(session, row, err);
	while (rc == 0 && rest.len > 0) {
		size_t len = 1 + random_below(&seed, most);
		piece.bytes = rest;
		piece.bytes.len = len < rest.len ? len : rest.len;
		rest.at += piece.bytes.len;
		rest.len -= piece.bytes.len;
		rc = session_feed(session, &piece, err);
	}
	return rc;
}

/** @looks: about how often it is looked at, and cut; 0: fed as it is. */
static int feed_live(struct session *session, const struct input *input, unsigned looks,
		     struct err *err)
{
	size_t every = looks == 0 ? SIZE_MAX : input->count / looks + 1;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < input->count; i++) {
		rc = looks == 0 ? session_feed(session, &input->rows[i], err)
				: feed_row(session, &input->rows[i], err);
		if (rc == 0 && looks > 0 && random_below(&seed, every) == 0)
			look(session, err);
	}
	if (rc == 0)
		look(session, err);
	return rc;
}

/* ---- equal ------------------------------------------------------------------------------------------ */

/* What is compared, for the message: the input, and which two ways it went. */
static const char *what, *ways;

#define SAME(a_, b_, size_, name_)                                              \
	do {                                                                    \
		if (memcmp((a_), (b_), (size_)) != 0)                           \
			fail_msg("%s, %s: the %s differ", what, ways, (name_)); \
	} while (0)

static void same_tables(const struct race *race, const struct race_tables *a,
			const struct race_tables *b)
{
	SAME(a->laps, b->laps, race->lap_count * sizeof(*a->laps), "laps");
	SAME(a->stints, b->stints, race->stint_count * sizeof(*a->stints), "stints");
	SAME(a->flags, b->flags, race->flag_count * sizeof(*a->flags), "flags");
	SAME(a->faults, b->faults, race->fault_count * sizeof(*a->faults), "faults");
	SAME(a->messages, b->messages, race->message_count * sizeof(*a->messages),
	     "messages");
	SAME(a->weather, b->weather, race->weather_count * sizeof(*a->weather),
	     "weather");
	SAME(a->history, b->history, race->history_count * sizeof(*a->history),
	     "rows of history");
}

static void same_events(const struct session *a, const struct session *b)
{
	const struct timeline *x = &a->timeline, *y = &b->timeline;
	if (x->order_count != y->order_count)
		fail_msg("%s, %s: %u events and %u", what, ways, x->order_count,
			 y->order_count);
	for (uint32_t i = 0; i < x->order_count; i++) {
		struct event e = x->events->at[x->order[i]];
		struct event f = y->events->at[y->order[i]];
		struct slice s = event_text(x->events, &e);
		struct slice t = event_text(y->events, &f);
		e.text = f.text = 0;
		if (memcmp(&e, &f, sizeof(e)) != 0 || !slice_eq(s, t))
			fail_msg("%s, %s: event %u differs: %s \"%.*s\", \"%.*s\"",
				 what, ways, i,
				 event_kind_name((enum event_kind)e.kind), (int)s.len,
				 s.at, (int)t.len, t.at);
	}
}

static void same_at(struct session *a, struct session *b, instant_us t)
{
	const struct race *x = session_at(a, t), *y = session_at(b, t);
	const struct standings *s = &a->standings, *r = &b->standings;
	const struct classification *c = &a->classification, *d = &b->classification;
	SAME(x, y, sizeof(*x), "races");
	same_tables(x, &a->timeline.tables, &b->timeline.tables);
	assert_int_equal(s->count, r->count);
	SAME(s->rows, r->rows, s->count * sizeof(s->rows[0]), "standings");
	assert_int_equal(c->count, d->count);
	assert_int_equal(c->winner_laps, d->winner_laps);
	assert_int_equal(c->threshold, d->threshold);
	SAME(c->rows, d->rows, c->count * sizeof(c->rows[0]), "classifications");
}

static void same_session(struct session *a, struct session *b, const char *how)
{
	ways = how;
	SAME(&a->setup, &b->setup, sizeof(a->setup), "set-ups");
	SAME(&a->rules, &b->rules, sizeof(a->rules), "rulesets");
	SAME(&a->circuit, &b->circuit, sizeof(a->circuit), "circuits");
	SAME(&a->found, &b->found, sizeof(a->found), "ways in which it was found");
	same_events(a, b);
	assert_int_equal(a->anomalies, b->anomalies);
	assert_string_equal(a->first_anomaly, b->first_anomaly);
	assert_true(a->timeline.finish_at == b->timeline.finish_at);
	instant_us first = a->timeline.first_at, last = a->timeline.last_at;
	same_at(a, b, last);
	if (first == INSTANT_NONE)
		return;
	for (unsigned i = 0; i < 3; i++)
		same_at(a, b,
			first + (int64_t)random_below(&seed,
						      (uint64_t)(last - first) + 1));
}

/* ---- one input ------------------------------------------------------------------------------------------ */

static struct session *load(const char *path, struct err *err)
{
	/* They stay as long as the session: there are two at a time. */
	static struct options kept[4];
	static unsigned next;
	struct options *options = &kept[next++ % ARRAY_LEN(kept)];
	struct session *session = NULL;
	*options = options_of(path);
	return session_load(options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, err) == 0
		       ? session
		       : NULL;
}

/** Every session of the sources, chosen in both. */
static void same_runs(struct session *a, struct session *b, const char *how)
{
	struct err err = {""};
	unsigned shown = a->run;
	same_session(a, b, how);
	assert_int_equal(a->run_count, b->run_count);
	assert_int_equal(a->run, b->run);
	for (unsigned i = 0; a->run_count > 1 && i < a->run_count; i++) {
		assert_string_equal(a->runs[i].name, b->runs[i].name);
		assert_int_equal(a->runs[i].cars, b->runs[i].cars);
		int x = session_choose(a, i, &err), y = session_choose(b, i, &err);
		assert_int_equal(x, y);
		if (x == 0)
			same_session(a, b, how);
	}
	if (a->run_count > 1) {
		(void)session_choose(a, shown, &err);
		(void)session_choose(b, shown, &err);
	}
}

/** Down the road live, cut and uncut; both sealed are the same as @file. */
static void check_live(const struct input *input, const char *shown,
		       struct session *file, const struct err *refused)
{
	const struct options options = options_of(input->path);
	struct session *session[2];
	struct err err[2] = {{""}, {""}};
	int rc[2];
	for (unsigned i = 0; i < 2; i++) {
		session[i] = open_live(&options, input, shown);
		rc[i] = feed_live(session[i], input, i == 0 ? 0 : 12, &err[i]);
	}
	assert_int_equal(rc[0], rc[1]);
	if (rc[0] == 0) { /* (1) */
		same_runs(session[0], session[1], "live in pieces, not sealed");
		for (unsigned i = 0; i < 2; i++)
			rc[i] = session_seal(session[i], LOAD_HISTORY | LOAD_KEYFRAMES,
					     &err[i]);
	}
	for (unsigned i = 0; i < 2; i++) {
		if (file == NULL) { /* (2) */
			assert_int_not_equal(rc[i], 0);
			assert_string_equal(err[i].text, refused->text);
		} else if (rc[i] != 0) {
			fail_msg("%s: %s", what, err[i].text);
		} else {
			same_session(file, session[i],
				     i == 0 ? "live, sealed"
					    : "live in pieces, sealed");
		}
		session_free(session[i]);
	}
}

static unsigned inputs, refusals;

static void check_input(const char *path)
{
	static struct input input;
	char recording[SCRATCH_MAX];
	struct err err = {""}, refused = {""};
	input_free(&input); /* of one that failed */
	what = path;
	text_format(input.path, sizeof(input.path), "%s", path);
	if (input_read(&input, &err) != 0) {
		refusals++;
		input_free(&input);
		return;
	}
	inputs++;
	scratch_name(recording, "one-road");
	/* As it is. */
	struct session *file = load(path, &refused);
	write_recording(&input, recording);
	struct session *session = load(recording, &err);
	assert_int_equal(file == NULL, session == NULL);
	if (file != NULL) {
		same_runs(file, session, "its recording");
		session_free(session);
		check_live(&input, input.shown, file, &refused);
		/* With decisions among its rows. */
		divide_rows(&input);
		add_decisions(&input, file);
		session_free(file);
		write_recording(&input, recording);
		session = load(recording, &err);
		if (session == NULL)
			fail_msg("%s: %s", path, err.text);
		check_live(&input, recording, session, &err);
		session_free(session);
	} else {
		check_live(&input, input.shown, NULL, &refused);
		refusals++;
	}
	(void)unlink(recording);
	input_free(&input);
}

/* ---- the inputs --------------------------------------------------------------------------------------------- */

static void the_bundled_race_is_one_race_on_every_road(void **state)
{
	(void)state;
	check_input("");
}

static int append(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -EIO;
}

static void write_simulated(const struct sim_race *sim, unsigned how, struct out *out)
{
	static const struct sim_multiloop multiloop = {"R1", "\xa6", false};
	switch (how) {
	case 0:
		sim_write_alkamel(out, sim);
		break;
	case 1:
		sim_write_p3(out, sim, LINE_NONE);
		break;
	case 2:
		sim_write_p98(out, sim, LINE_NONE);
		break;
	case 3:
		sim_write_rmonitor(out, sim, false);
		break;
	case 4:
		sim_write_rmonitor(out, sim, true);
		break;
	case 5:
		sim_write_multiloop(out, sim, &multiloop);
		break;
	default:
		sim_write_beacon(out, sim, LINE_NONE);
		break;
	}
}

static void simulated_races_are_one_race_on_every_road(void **state)
{
	static struct sim_race sim;
	static char buffer[64 * 1024];
	enum { PASSINGS = 64 * 1024, PROTOCOLS = 7 };
	(void)state;
	sim.passings = calloc(PASSINGS, sizeof(*sim.passings));
	sim.passings_max = PASSINGS;
	assert_non_null(sim.passings);
	for (unsigned how = 0; how < PROTOCOLS; how++) {
		char path[SCRATCH_MAX];
		struct err err = {""};
		uint64_t of = random_below(&seed, 1000000);
		assert_int_equal(sim_plausible(&sim, of, 8, 3, 20 * US_MIN, &err), 0);
		scratch_name(path, "one-road-sim");
		FILE *file = fopen(path, "wb");
		struct out out = {append, file, buffer, 0, sizeof(buffer), 0, false};
		assert_non_null(file);
		write_simulated(&sim, how, &out);
		assert_int_equal(out_flush(&out), 0);
		assert_int_equal(fclose(file), 0);
		check_input(path);
		(void)unlink(path);
	}
	free(sim.passings);
}

/** Every file of a folder. @feed: its format, "" sniffed; @one_of: about one of so many. */
static void check_folder(const char *folder, const char *feed, unsigned one_of)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;
		const char *dot = strrchr(name, '.');
		char path[1024];
		bool other = dot != NULL &&
			     (strcmp(dot, ".ini") == 0 || strcmp(dot, ".json") == 0);
		if (name[0] == '.' || other || strstr(name, "_results.csv") != NULL ||
		    strstr(name, "_weather.csv") != NULL ||
		    strstr(name, "_official.csv") != NULL ||
		    (one_of > 1 && random_below(&seed, one_of) != 0))
			continue;
		text_format(path, sizeof(path), "%s/%s%s%s", folder, name,
			    feed[0] == '\0' ? "" : "?feed=", feed);
		check_input(path);
	}
	closedir(dir);
}

/** A source that tells of several sessions, and of a car only in the first; now and then
 * another one joins. */
static void write_weekend(FILE *file)
{
	enum { RUNS = 5, CARS = 6, LAPS = 4 };
	for (unsigned run = 0; run < RUNS; run++) {
		(void)fprintf(file, "$B,%u,\"Session %u\"\r\n", run + 1, run + 1);
		for (unsigned car = 0; run == 0 && car < CARS; car++)
			(void)fprintf(
				file,
				"$A,\"r%u\",\"%u\",90%u,\"Ann\",\"%u\",\"\",1\r\n", car,
				car + 1, car, car);
		for (unsigned lap = 1; lap <= LAPS; lap++)
			for (unsigned car = run % 3; car < CARS; car += 1 + run % 2)
				(void)fprintf(file,
					      "$G,1,\"r%u\",%u,\"00:%02u:%02u.000\"\r\n"
					      "$J,\"r%u\",\"00:01:00.000\","
					      "\"00:%02u:%02u.000\"\r\n",
					      car, lap, lap, car, car, lap, car);
	}
}

static void a_weekend_of_sessions_is_the_same_on_every_road(void **state)
{
	char path[SCRATCH_MAX];
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		scratch_name(path, "one-road-weekend");
		FILE *file = fopen(path, "wb");
		assert_non_null(file);
		write_weekend(file);
		assert_int_equal(fclose(file), 0);
		check_input(path);
		(void)unlink(path);
	}
}

static void captures_of_the_suite_are_one_race_on_every_road(void **state)
{
	static const char *const folders[][2] = {
		{"alkamel", "alkamel"},     {"beacon", "beacon"}, {"capture", ""},
		{"multiloop", "multiloop"}, {"p3", "p3"},         {"p98", "p98"},
		{"rmonitor", "rmonitor"},   {"record", ""},
	};
	(void)state;
	inputs = refusals = 0;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		char folder[1024];
		text_format(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
			    PITWALL_SOURCE_ROOT, folders[i][0]);
		check_folder(folder, folders[i][1], 1);
	}
	print_message("# %u inputs, %u refused\n", inputs, refusals);
	assert_true(inputs > 20);
}

static void real_captures_are_one_race_on_every_road(void **state)
{
	static const struct {
		const char *folder;
		unsigned one_of;
	} folders[] = {{"rmonitor", 1}, {"p3", 1},       {"p3/tcp-log-2022", 1},
		       {"beacon", 1},   {"cases", 1},    {"multiloop", 1},
		       {"alkamel", 12}, {"sessions", 60}};
	const char *data = getenv("PITWALL_DATA");
	(void)state;
	if (!data || !*data) {
		print_message("# skipped: PITWALL_DATA names the folder of the data\n");
		skip();
	}
	inputs = refusals = 0;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		char folder[1024];
		text_format(folder, sizeof(folder), "%s/%s", data, folders[i].folder);
		check_folder(folder, "", folders[i].one_of);
	}
	print_message("# %u inputs, %u refused\n", inputs, refusals);
	assert_true(inputs > 20);
}

static int print_seed(void **state)
{
	const char *given = getenv("PITWALL_SEED");
	(void)state;
	if (given != NULL)
		seed = strtoull(given, NULL, 10);
	print_message("# seed %llu (PITWALL_SEED)\n", (unsigned long long)seed);
	return 0;
}

#define TEST(name_) cmocka_unit_test_setup(name_, print_seed)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_bundled_race_is_one_race_on_every_road),
		TEST(simulated_races_are_one_race_on_every_road),
		TEST(a_weekend_of_sessions_is_the_same_on_every_road),
		TEST(captures_of_the_suite_are_one_race_on_every_road),
		TEST(real_captures_are_one_race_on_every_road),
	};
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests_name("one road", tests, NULL, NULL);
}
