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

#include "pitwall/assets.h"
#include "load_parts.h"
#include "option_rows.h"
#include "pitwall/record.h"

enum { CHUNK_BYTES = 64 * 1024 };

/* ---- into a recording ---------------------------------------------------------- */

struct convert_recorder {
	struct record *record;
	struct gathered gathered;
	instant_us at;
	struct err *err;
};

static int convert_put(struct convert_recorder *recorder, int type, int source,
		       const char *name, struct slice bytes)
{
	struct record_row row = {
		.received_at = recorder->at,
		.type = type,
		.source = source,
		.name = slice_of(name),
		.bytes = bytes,
	};
	return record_append(recorder->record, &row, recorder->err);
}

/** The session's text, and behind it what the options say: the last one holds. */
static int put_session(struct convert_recorder *recorder, const struct options *options)
{
	struct slice text = recorder->gathered.texts[LOAD_SESSION].data;
	const char *type = options->session;
	char joined[4096];
	size_t len = text_copy(joined, sizeof(joined), text);
	if (type != NULL && strcmp(type, "race") != 0 && strcmp(type, "timed") != 0)
		type = NULL;
	if (len > 0 && joined[len - 1] != '\n' && len + 1 < sizeof(joined)) {
		joined[len++] = '\n';
		joined[len] = '\0';
	}
	if (text.len >= sizeof(joined) - 1 || (type == NULL && options->length == NULL))
		return text.at == NULL
			       ? 0
			       : convert_put(recorder, RECORD_SETUP, 0,
					     load_text_names[LOAD_SESSION], text);
	/* Behind whatever section it ends with. */
	len += text_format(joined + len, sizeof(joined) - len, "[session]\n");
	if (type != NULL)
		len += text_format(joined + len, sizeof(joined) - len, "type = %s\n",
				   type);
	if (options->length != NULL)
		len += text_format(joined + len, sizeof(joined) - len, "length = %s\n",
				   options->length);
	return convert_put(recorder, RECORD_SETUP, 0, load_text_names[LOAD_SESSION],
			   (struct slice){joined, len});
}

static int put_rules(struct convert_recorder *recorder, const struct options *options)
{
	struct rules rules;
	struct bytes bytes = {0};
	int rc = rules_read(options->rules, &rules, &bytes, recorder->err);
	if (rc == 0)
		rc = convert_put(recorder, RECORD_SETUP, 0, load_text_names[LOAD_RULES],
				 bytes.data);
	bytes_free(&bytes);
	return rc;
}

static int convert_put_texts(struct convert_recorder *recorder,
			     const struct options *options)
{
	int rc = put_session(recorder, options);
	if (rc == 0 && options->rules != NULL)
		rc = put_rules(recorder, options);
	for (size_t i = 0; rc == 0 && i < LOAD_TEXT_COUNT; i++) {
		struct slice text = recorder->gathered.texts[i].data;
		bool done = i == LOAD_DECISIONS || i == LOAD_SESSION ||
			    (i == LOAD_RULES && options->rules != NULL);
		if (text.at != NULL && !done)
			rc = convert_put(recorder, RECORD_SETUP, 0, load_text_names[i],
					 text);
	}
	return rc;
}

static int put_decisions(struct convert_recorder *recorder, struct slice text)
{
	int rc = 0;
	while (rc == 0 && text.len > 0) {
		struct slice line = slice_trim(slice_cut(&text, '\n'));
		if (line.len > 0 && line.at[0] != '#')
			rc = convert_put(recorder, RECORD_DECISION, 0, "", line);
	}
	return rc;
}

static int put_bytes(struct convert_recorder *recorder, int id, const char *peer,
		     struct slice bytes)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < bytes.len; i += CHUNK_BYTES) {
		size_t len = bytes.len - i < CHUNK_BYTES ? bytes.len - i : CHUNK_BYTES;
		rc = convert_put(recorder, RECORD_RAW, id, peer,
				 (struct slice){bytes.at + i, len});
	}
	return rc;
}

static int put_chunk(struct convert_recorder *recorder,
		     const struct load_source *source, int id,
		     const struct load_chunk *chunk)
{
	char peer[8] = "";
	if (chunk->peer > 0)
		text_format(peer, sizeof(peer), "%u", chunk->peer);
	recorder->at = chunk->heard_at == INSTANT_NONE ? 0 : chunk->heard_at;
	if (chunk->fresh || chunk->lost)
		return convert_put(recorder, RECORD_LINK, id, peer,
				   chunk->fresh ? SLICE("up") : SLICE("down"));
	return put_bytes(recorder, id, peer,
			 (struct slice){source->bytes.at + chunk->offset, chunk->len});
}

static int convert_put_decision(struct convert_recorder *recorder,
				const struct load_decision *decision)
{
	struct slice text = recorder->gathered.texts[LOAD_DECISIONS].data;
	recorder->at = decision->heard_at;
	return convert_put(recorder, RECORD_DECISION, 0, "",
			   (struct slice){text.at + decision->offset, decision->len});
}

/** The chunks of all sources and the decisions, in the order they were heard. */
static int put_chunks(struct convert_recorder *recorder, const int *ids)
{
	const struct gathered *gathered = &recorder->gathered;
	uint32_t next[LOAD_SOURCES_MAX] = {0}, decided = 0;
	int rc = 0;
	while (rc == 0) {
		uint32_t order = 0;
		int first = gathered_first(gathered, next, &order);
		const struct load_decision *decision = &gathered->decisions[decided];
		if (decided < gathered->decision_count &&
		    (first < 0 || decision->order < order)) {
			decided++;
			rc = convert_put_decision(recorder, decision);
			continue;
		}
		if (first < 0)
			return 0;
		const struct load_source *source = &gathered->sources[first];
		rc = put_chunk(recorder, source, ids[first],
			       &source->chunks[next[first]++]);
	}
	return rc;
}

static int put_sources(struct convert_recorder *recorder)
{
	const struct gathered *gathered = &recorder->gathered;
	const instant_us set_up_at = recorder->at;
	int ids[LOAD_SOURCES_MAX] = {0}, rc = 0;
	/* What was not heard live keeps no time: readers know 0 as that. */
	recorder->at = 0;
	for (unsigned i = 0; rc == 0 && i < gathered->source_count; i++) {
		const struct load_source *source = &gathered->sources[i];
		rc = record_add_source(recorder->record, source->url,
				       source->driver == NULL ? ""
							      : source->driver->name,
				       &ids[i], recorder->err);
		if (rc == 0 && source->chunks == NULL)
			rc = put_bytes(recorder, ids[i], "", source->bytes);
	}
	if (rc == 0)
		rc = put_chunks(recorder, ids);
	recorder->at = set_up_at;
	return rc;
}

/** What the stewards decided travels with the recording. */
static int put_options(struct convert_recorder *recorder, const struct options *options)
{
	struct bytes decisions = {0};
	if (options->decisions == NULL)
		return 0;
	int rc = bytes_load(options->decisions, &decisions, recorder->err);
	if (rc == 0)
		rc = put_decisions(recorder, decisions.data);
	bytes_free(&decisions);
	return rc;
}

static int convert_write_recording(const struct options *options,
				   const struct session *session, struct err *err)
{
	char wanted[sizeof(((struct source_spec *)0)->session)];
	struct convert_recorder recorder = {.err = err,
					    .at = session->timeline.first_at};
	int rc = gather_all(options, &recorder.gathered, wanted, err);
	if (rc == 0)
		rc = record_create(options->output, true, &recorder.record, err);
	if (rc == 0)
		rc = convert_put_texts(&recorder, options);
	if (rc == 0)
		rc = put_sources(&recorder);
	if (rc == 0)
		rc = put_options(&recorder, options);
	if (rc == 0)
		rc = record_close(recorder.record, err);
	else
		record_abandon(recorder.record);
	gathered_free(&recorder.gathered);
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
		complain("standard input can be read once only; save it to a file to "
			 "make a recording of it");
		return false;
	}
	return true;
}

static int convert_source(const struct options *options, const struct session *session,
			  struct err *err)
{
	if (ends_in(options->output, ".pitwall"))
		return convert_write_recording(options, session, err);
	if (ends_in(options->output, ".csv"))
		return output_write(options->output, encode_laps_file, session, err);
	return output_write(options->output, encode_events, session, err);
}

static bool output_is_fine(const struct options *options)
{
	static const char *const suffixes[] = {".pitwall", ".csv", ".jsonl"};
	if (options->output == NULL) {
		complain("convert: where to? -o FILE.pitwall, -o FILE.csv or "
			 "-o FILE.jsonl");
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (ends_in(options->output, suffixes[i]))
			return true;
	complain("%s: the end of the name says what to write: .pitwall, .csv or .jsonl",
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
	if (convert_source(options, session, &err) != 0) {
		complain("%s", err.text);
		status = EXIT_SOURCE;
	}
	unsigned decisions = session->timeline.race.decision_count;
	if (status == EXIT_DONE && decisions > 0 && ends_in(options->output, ".csv"))
		complain("%s: a lap file has no place for decisions; the %u of this "
			 "race are not in it",
			 options->output, decisions);
	session_free(session);
	return status;
}
