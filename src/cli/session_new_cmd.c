/*
 * session_new_cmd.c -- `session new`: a session file to begin with, every key explained
 *
 *  (1) What is there is never written over.
 *  (2) Of a race that is named the set-up and the entries are written, with the transponders
 *      that serve sends of it.
 *  (3) What was written is read back, as --session will read it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pitwall/assets.h"
#include "option_rows.h"
#include "session_copy.h"

static const char entries_name[] = "entries.csv";

/* ---- the file ----------------------------------------------------------------------- */

/* A key with its description; the line of @example is commented out. */
static const struct {
	const char *key, *words, *example;
	size_t given; /* offset in struct options; 0: no option */
} keys[] = {
	{"event", "; The name of the meeting, shown in the title bar.\n",
	 "6 Hours of Somewhere", 0},
	{"name", "; The name of this session.\n", "Race", 0},
	{"type",
	 "; race: ordered by distance. timed: practice or qualifying, by best lap.\n",
	 "race", 0},
	{"length",
	 "; The first that is reached ends the race: 6h, 2h45m, 1000km, 240laps.\n",
	 "6h", offsetof(struct options, length)},
	{"result_at",
	 "; The result is that at the end of this lap, after a red flag.\n", "lap:112",
	 offsetof(struct options, result_at)},
	{"rules",
	 "; Who is classified: a name of `pitwall rules`, or a file beside this one.\n"
	 "; Without it: by the names of the classes.\n",
	 "le-mans-24h", offsetof(struct options, rules)},
	{"circuit",
	 "; Lines and map: a name of `pitwall circuits`, or a file beside this one.\n",
	 "bugatti", offsetof(struct options, circuit)},
	{"entries",
	 "; Who is entered: a table beside this file. Its first line names the "
	 "columns:\n"
	 ";   transponder,number,class,tag,team,vehicle,grid,driver1,driver2,...,\n"
	 ";   rating1,rating2,... (bronze, silver, gold or platinum)\n"
	 "; A blank is not known. A car whose transponder is not in it is shown as "
	 "?NNN\n"
	 "; and can be given to an entry at the keyboard: assign ?NNN 7\n",
	 "entries.csv", offsetof(struct options, entries)},
	{"date", "; The first day, where the race is.\n", "2026-06-13", 0},
	{"zone", "; The time zone of the circuit, by its IANA name.\n", "Europe/Paris",
	 0},
	{"utc_offset",
	 "; Or its distance from UTC in seconds, where the zone's name is no help.\n",
	 "7200", 0},
	{"clock_at",
	 "; The race's clock runs from this time of day on; without it, from the "
	 "start\n"
	 "; signal.\n",
	 "16:00:00", 0},
	{"start_at",
	 "; The start signal. Without it: from the timing system, or from the "
	 "operator\n"
	 "; (`start` at the keyboard).\n",
	 "16:00:00", 0},
	{"merge",
	 "; Two decoders on one line: passings of a car this many seconds apart are "
	 "one.\n",
	 "1.5", 0},
	{"reconstruction", "; yes: made from results later, not recorded by timing.\n",
	 "no", 0},
};

static const char head[] =
	"; A session of pitwall: who races where, and by which rules.\n"
	";\n"
	";   pitwall p3://10.0.0.5 --session FILE       live\n"
	";   pitwall results race.pitwall --session FILE\n"
	";\n"
	"; Lines that begin with ';' are comments: take the ';' away to use a key. "
	"A\n"
	"; session file overrides the recording and the files beside the source; the "
	"command\n"
	"; line overrides the session file. A line has at most 195 bytes.\n"
	"\n[session]\n";

static const char loops[] =
	"\n; Which line the loop of a decoder is, where there is more than one. The "
	"name is\n"
	"; what the feeds screen shows: a P3 decoder's number in hexadecimal, a P98\n"
	"; decoder's number, a beacon's id. Lines: SF, I1 ... I15, PIN, POUT, and SFP "
	"for\n"
	"; start/finish in the pit lane. Without any, every decoder is on "
	"start/finish.\n"
	"[loops]\n"
	";00020f93 = SF\n"
	";00020f94 = PIN\n"
	";00020f95 = POUT\n";

static const char stints[] =
	"\n; The length of a stint where you know better than the race shows: of a "
	"class, a\n"
	"; car, or all, in laps or in time.\n"
	"[stints]\n"
	";GT = 32\n"
	";88 = 45min\n";

static const char *given(const struct options *options, size_t place)
{
	const char *value = NULL;
	if (place != 0)
		memcpy(&value, (const char *)options + place, sizeof(value));
	return value;
}

static void write_session(struct out *out, const struct options *options,
			  const struct session_copy *source)
{
	out_text(out, head);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *value = given(options, keys[i].given);
		if (value == NULL && source->session != NULL)
			value = session_copy_key(source, keys[i].key);
		out_format(out, "%s%s%s%s = %s\n", i == 0 ? "" : "\n", keys[i].words,
			   value == NULL ? ";" : "", keys[i].key,
			   value == NULL ? keys[i].example : value);
	}
	out_text(out, loops);
	out_text(out, stints);
}

/* ---- files --------------------------------------------------------------------------- */

static int create(const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0)
		return fd;
	if (errno == EEXIST)
		return err_set(err, -EEXIST,
			       "%s: the file exists and is not overwritten; choose "
			       "another name with -o",
			       path);
	return err_set(err, -errno, "%s: cannot write the file: %s", path,
		       strerror(errno));
}

static int session_new_finish(struct out *out, int fd, const char *path, int rc,
			      struct err *err)
{
	int flushed = rc == 0 ? out_flush(out) : 0;
	if (close(fd) != 0 && flushed == 0)
		flushed = -errno;
	if (flushed != 0)
		rc = err_set(err, flushed, "%s: cannot write the file: %s", path,
			     strerror(-flushed));
	if (rc != 0)
		unlink(path);
	return rc;
}

static int write_own_entries(const struct session_copy *source, const char *path,
			     struct entry_list *found, struct err *err)
{
	struct out out;
	int fd = create(path, err);
	if (fd < 0)
		return fd;
	out_to_fd(&out, fd);
	found->cars = session_copy_entries(source, &out);
	return session_new_finish(&out, fd, path, 0, err);
}

static int write_entries(const char *list, const char *path, struct entry_list *found,
			 struct err *err)
{
	struct bytes text = {0};
	struct out out;
	int rc = small_file_read(list, &text, err);
	if (rc == 0)
		rc = entry_list_write(text.data, list, found, NULL, err);
	int fd = rc == 0 ? create(path, err) : rc;
	if (fd >= 0) {
		out_to_fd(&out, fd);
		rc = entry_list_write(text.data, list, found, &out, err);
		rc = session_new_finish(&out, fd, path, rc, err);
	} else {
		rc = fd;
	}
	bytes_free(&text);
	return rc;
}

/** (3) */
static int read_back(const char *path, struct err *err)
{
	struct setup_texts texts = {.unread = ""};
	int rc = session_file_read(path, &texts, err);
	setup_texts_free(&texts);
	return rc;
}

/** @entries, SOURCE_PATH_MAX bytes, receives the name of the list that is written. */
static int write_files(const struct options *options, const struct session_copy *source,
		       struct entry_list *found, char *entries, struct err *err)
{
	struct options shown = *options;
	struct out out;
	int rc = 0;
	size_t folder = (size_t)(source_base(options->output) - options->output);
	text_format(entries, SOURCE_PATH_MAX, "%.*s%s", (int)folder, options->output,
		    entries_name);
	/* The list itself may have that name: "race-entries.csv" of race.ini then. */
	if (options->entries != NULL && output_same_file(options->entries, entries))
		text_format(entries, SOURCE_PATH_MAX, "%.*s-%s",
			    (int)(strlen(options->output) - strlen(".ini")),
			    options->output, entries_name);
	if (options->entries != NULL) {
		rc = write_entries(options->entries, entries, found, err);
		shown.entries = entries + folder;
	} else if (source->session != NULL) {
		rc = write_own_entries(source, entries, found, err);
		shown.entries = entries + folder;
	}
	if (rc != 0)
		return rc;
	int fd = create(options->output, err);
	if (fd >= 0) {
		out_to_fd(&out, fd);
		write_session(&out, &shown, source);
		rc = session_new_finish(&out, fd, options->output, 0, err);
	} else {
		rc = fd;
	}
	if (rc == 0) {
		rc = read_back(options->output, err);
		if (rc != 0)
			unlink(options->output);
	}
	if (rc != 0 && shown.entries != NULL)
		unlink(entries);
	return rc;
}

/* ---- the command ---------------------------------------------------------------------- */

static int complain_usage(void)
{
	complain("session new [SOURCE] [-o FILE] [--entries LIST.csv] [--circuit NAME] "
		 "[--rules NAME] [--length LENGTH]");
	return EXIT_USAGE;
}

static bool options_are_fine(const struct options *options)
{
	struct err err = {""};
	const char *output = options->output;
	if (output != NULL && !session_is_file(output)) {
		complain("%s: the name of a session file must end in .ini", output);
		return false;
	}
	if (options->entries != NULL && output == NULL) {
		complain(
			"--entries writes %s beside the session file: name the session "
			"file with -o FILE.ini",
			entries_name);
		return false;
	}
	struct circuit *circuit = calloc(1, sizeof(*circuit));
	int rc = circuit == NULL ? err_set(&err, -ENOMEM, "out of memory") : 0;
	if (rc == 0 && options->circuit != NULL)
		rc = circuit_load(options->circuit, circuit, &err);
	free(circuit);
	if (rc != 0)
		complain("%s", err.text);
	return rc == 0;
}

/** Files that are named from here are named from where the session file lies. */
static const char *from_there(const char *name, char path[SOURCE_PATH_MAX])
{
	if (name == NULL || !names_a_file(name))
		return name;
	char *whole = realpath(name, NULL);
	if (whole == NULL)
		return name;
	text_copy(path, SOURCE_PATH_MAX, slice_of(whole));
	free(whole);
	return path;
}

int session_run(const struct options *options)
{
	static char circuit[SOURCE_PATH_MAX], rules[SOURCE_PATH_MAX];
	struct options there = *options;
	struct entry_list found = {0};
	char entries[SOURCE_PATH_MAX];
	struct err err = {""};
	struct out out;
	struct session_copy source = {.session = NULL};
	if (options->source_count < 1 || options->source_count > 2 ||
	    strcmp(options->sources[0], "new") != 0)
		return complain_usage();
	if (!options_are_fine(options))
		return EXIT_USAGE;
	there.circuit = from_there(options->circuit, circuit);
	there.rules = from_there(options->rules, rules);
	int rc = 0;
	if (options->source_count == 2)
		rc = session_copy_load(options, options->sources[1], &source, &err);
	out_to_fd(&out, STDOUT_FILENO);
	if (rc == 0 && options->output == NULL)
		write_session(&out, &there, &source);
	else if (rc == 0)
		rc = write_files(&there, &source, &found, entries, &err);
	bool listed = options->entries != NULL || source.session != NULL;
	session_copy_free(&source);
	if (rc != 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	if (options->output == NULL)
		return finish_output(&out, EXIT_DONE);
	if (found.unused[0] != '\0')
		complain("%s: these columns were not used: %s", options->entries,
			 found.unused);
	out_format(&out, "%s is written", options->output);
	if (listed)
		out_format(&out, ", and %s with %u cars", entries, found.cars);
	out_format(&out, ". Use it with: pitwall SOURCE --session %s\n",
		   options->output);
	return finish_output(&out, EXIT_DONE);
}
