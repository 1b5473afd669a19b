/*
 * convert_cmd.c -- `convert`: any source into a recording, a lap file, or events
 *
 *  (1) The session is loaded first, so that nothing is written of a source that
 *      cannot be read.
 *  (2) The output appears under its name when it is whole, never over its input.
 *  (3) A recording gets the bytes as they came; it is never made of events.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/decision.h"
#include "option_rows.h"
#include "pitwall/record.h"

enum { CHUNK_BYTES = 64 * 1024 };

/* ---- into a recording ---------------------------------------------------------- */

struct recorder {
	struct record *record;
	int ids[SOURCES_MAX + 1]; /* of the sources of the rows, by their id there */
	instant_us set_up_at;
	struct err *err;
};

static int convert_put_text(void *context, enum setup_text index, struct slice text)
{
	const struct recorder *recorder = context;
	const struct record_row row = {
		.received_at = recorder->set_up_at,
		.type = RECORD_SETUP,
		.name = slice_of(setup_text_names[index]),
		.bytes = text,
	};
	return record_append(recorder->record, &row, recorder->err);
}

/** A row as it is, but for its source's id. What was not received live keeps no time:
 * readers know 0 as that. */
static int put_row(void *context, const struct record_row *from)
{
	const struct recorder *recorder = context;
	struct record_row row = *from;
	struct slice rest = from->bytes;
	int rc = 0;
	if (output_is_ended())
		return err_set(recorder->err, -EINTR, "ended by a signal");
	if (row.type == RECORD_SETUP)
		return 0;
	if (row.source > 0 && row.source <= SOURCES_MAX)
		row.source = recorder->ids[row.source];
	if (row.received_at == INSTANT_NONE)
		row.received_at = 0;
	do {
		row.bytes = rest;
		if (row.type == RECORD_RAW && row.bytes.len > CHUNK_BYTES)
			row.bytes.len = CHUNK_BYTES;
		rest.at += row.bytes.len;
		rest.len -= row.bytes.len;
		rc = record_append(recorder->record, &row, recorder->err);
	} while (rc == 0 && rest.len > 0);
	return rc;
}

static int put_sources(struct recorder *recorder, const struct rows *rows)
{
	int rc = 0;
	for (unsigned i = 0; rc == 0 && i < rows->count; i++) {
		const struct record_source *source = &rows->sources[i];
		int id = 0;
		rc = record_add_source(recorder->record, source->url, source->driver,
				       &id, recorder->err);
		if (source->id > 0 && source->id <= SOURCES_MAX)
			recorder->ids[source->id] = id;
	}
	return rc;
}

static int put_decision(void *context, struct slice line, unsigned line_number)
{
	const struct recorder *recorder = context;
	const struct record_row row = {.type = RECORD_DECISION, .bytes = line};
	(void)line_number;
	return record_append(recorder->record, &row, recorder->err);
}

/** What the stewards decided travels with the recording. */
static int put_decisions(struct recorder *recorder, const char *path)
{
	struct bytes decisions = {0};
	int rc = bytes_load(path, &decisions, recorder->err);
	if (rc == 0)
		rc = decision_lines(decisions.data, put_decision, recorder);
	bytes_free(&decisions);
	return rc;
}

static int write_recording(const struct options *options, struct session *session,
			   struct err *err)
{
	struct recorder recorder = {.err = err,
				    .set_up_at = session->timeline.first_at};
	struct rows *rows = NULL;
	int rc = rows_open(options, &rows, err);
	if (rc != 0)
		return rc;
	output_begin();
	rc = record_create(options->output, true, &recorder.record, err);
	if (rc == 0)
		rc = setup_texts_each(session_texts(session), options, convert_put_text,
				      &recorder, err);
	if (rc == 0)
		rc = put_sources(&recorder, rows);
	if (rc == 0)
		rc = rows_each(rows, put_row, &recorder, err);
	if (rc == 0 && options->decisions != NULL)
		rc = put_decisions(&recorder, options->decisions);
	if (rc == 0)
		rc = session_keep_decoded(recorder.record, err);
	if (rc == 0 && output_is_ended())
		rc = err_set(err, -EINTR, "ended by a signal");
	if (rc == 0)
		rc = record_close(recorder.record, err);
	else
		record_abandon(recorder.record);
	output_end();
	rows_close(rows);
	return rc;
}

/* ---- into text ------------------------------------------------------------------- */

static void encode_events(struct out *out, const void *context)
{
	const struct session *session = context;
	const struct timeline *timeline = &session->timeline;
	for (uint32_t i = 0; i < timeline->order_count; i++)
		encode_event_json(out, &session->events,
				  &session->events.at[timeline->order[i]]);
}

static void encode_laps_file(struct out *out, const void *context)
{
	const struct session *session = context;
	encode_alkamel(out, &session->timeline.race, &session->timeline.tables);
}

/* ---- the command ----------------------------------------------------- */

static bool ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);
	return len > tail && strcmp(name + len - tail, suffix) == 0;
}

/* A recording is made of the bytes of its sources, which were read once already. */
static bool reads_again(const struct options *options)
{
	for (unsigned i = 0; i < options->source_count; i++) {
		const char *source = options->sources[i];
		if (source[0] != '-' || (source[1] != '\0' && source[1] != '?') ||
		    !ends_in(options->output, ".pitwall"))
			continue;
		complain("standard input can be read only once; save it to a file and "
			 "convert the file");
		return false;
	}
	return true;
}

static int convert(const struct options *options, struct session *session,
		   struct err *err)
{
	if (ends_in(options->output, ".pitwall"))
		return write_recording(options, session, err);
	if (ends_in(options->output, ".csv"))
		return output_write(options->output, encode_laps_file, session, err);
	return output_write(options->output, encode_events, session, err);
}

static bool output_is_fine(const struct options *options)
{
	static const char *const suffixes[] = {".pitwall", ".csv", ".jsonl"};
	if (options->output == NULL) {
		complain("convert needs an output: -o FILE.pitwall, -o FILE.csv or "
			 "-o FILE.jsonl");
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (ends_in(options->output, suffixes[i]))
			return true;
	complain("%s: unknown output format; the name must end in .pitwall, .csv or "
		 ".jsonl",
		 options->output);
	return false;
}

int convert_run(const struct options *options)
{
	struct session *session = NULL;
	struct err err;
	int status = EXIT_USAGE;
	if (!output_is_fine(options) || !reads_again(options))
		return status;
	status = output_check(options);
	if (status != EXIT_DONE)
		return status;
	if (!load_or_complain(options, 0, &session, &status))
		return status;
	status = EXIT_DONE;
	if (convert(options, session, &err) != 0) {
		complain("%s", err.text);
		status = EXIT_SOURCE;
	}
	/* Those that the file itself shows are read from it again. */
	const struct race *race = &session->timeline.race;
	unsigned decisions = race->decision_count - race_decisions_inferred(race);
	if (status == EXIT_DONE && decisions > 0 && ends_in(options->output, ".csv"))
		complain("%s: a lap file cannot hold decisions: the %u decisions of "
			 "this "
			 "race were not written",
			 options->output, decisions);
	session_free(session);
	return status;
}
