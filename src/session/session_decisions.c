/*
 * session_decisions.c -- the decisions of a session: those of its recording, in their
 * place, and those of --decisions, behind the race
 *
 *  (1) A line is resolved with what the rows before it showed. If that is not enough, it
 *      waits: a race time for the start, a penalty without an instant and before any
 *      passing for the sealing.
 *  (2) An invalid line becomes an anomaly with its place and the reason, in every mode;
 *      the others apply.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/decision.h"
#include "session_parts.h"

static void session_decision_where(const struct session *session, uint32_t number,
				   char *where, size_t cap)
{
	const struct session_parts *parts = session->parts;
	if (number <= parts->decisions)
		text_format(where, cap, "decision %u", number);
	else
		text_format(where, cap, "%s:%u", parts->options.decisions,
			    parts->file_lines[number - parts->decisions - 1]);
}

static void add_anomaly(struct session_parts *parts, uint32_t number, instant_us at,
			const char *words)
{
	struct event *event = event_add(&parts->all, EVENT_ANOMALY, at);
	event->field = ANOMALY_FIELD;
	event->source = SOURCE_OPERATOR;
	event->record = event->sequence = event->number = number;
	event_set_text(&parts->all, event, slice_of(words));
}

/** True if the line must wait; otherwise it is applied, or an anomaly. */
static bool run_apply(struct session *session, const struct run *run,
		      const struct waiting *decision, instant_us last_at)
{
	struct session_parts *parts = session->parts;
	char where[96];
	struct err err = {""};
	session_decision_where(session, decision->number, where, sizeof(where));
	const struct decision_place place = {
		.where = where,
		.number = decision->number,
		.received_at = decision->received_at,
		.start_at = parts->setup.start_at != INSTANT_NONE
				    ? parts->setup.start_at
				    : run->start_at,
		.utc_offset_us = parts->setup.utc_offset_us,
		.last_at = last_at,
	};
	int rc = decision_apply(decision->line, &place, &parts->all, &err);
	instant_us at = decision->received_at != INSTANT_NONE ? decision->received_at
			: last_at != INSTANT_NONE             ? last_at
							      : parts->unreported;
	if (rc < 0)
		add_anomaly(parts, decision->number, at, err.text);
	return rc == DECISION_WAITS;
}

static int wait_for(struct session_parts *parts, const struct waiting *decision)
{
	if (parts->waiting_count == parts->waiting_max) {
		uint32_t max = parts->waiting_max * 2 + 8;
		struct waiting *more =
			realloc(parts->waiting, max * sizeof(*parts->waiting));
		if (more == NULL)
			return -ENOMEM;
		parts->waiting = more;
		parts->waiting_max = max;
	}
	char *copy = malloc(decision->line.len + 1);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, decision->line.at, decision->line.len);
	struct waiting *waiting = &parts->waiting[parts->waiting_count++];
	*waiting = *decision;
	waiting->line.at = copy;
	return 0;
}

static void waiting_free(struct waiting *waiting)
{
	free((void *)(uintptr_t)waiting->line.at);
}

int decisions_row(struct session *session, struct slice line, instant_us received_at,
		  struct err *err)
{
	struct session_parts *parts = session->parts;
	const struct run *run = &parts->runs[parts->run_count - 1];
	const struct waiting decision = {
		.number = ++parts->decisions,
		.run = parts->run_count - 1,
		.received_at = received_at,
		.line = line,
	};
	if (run_apply(session, run, &decision, run->last_at) &&
	    wait_for(parts, &decision) != 0)
		return err_set(err, -ENOMEM, "%s: out of memory", parts->shown);
	feed_note(session);
	return 0;
}

void decisions_forget(struct session *session)
{
	struct session_parts *parts = session->parts;
	while (parts->waiting_count > 0)
		waiting_free(&parts->waiting[--parts->waiting_count]);
	parts->decisions = 0;
}

void decisions_retry(struct session *session)
{
	struct session_parts *parts = session->parts;
	const struct run *run = &parts->runs[parts->run_count - 1];
	uint32_t kept = 0, before = parts->waiting_count;
	for (uint32_t i = 0; i < before; i++) {
		struct waiting waiting = parts->waiting[i];
		if (waiting.run + 1 != parts->run_count ||
		    run_apply(session, run, &waiting, INSTANT_NONE))
			parts->waiting[kept++] = waiting;
		else
			waiting_free(&waiting);
	}
	parts->waiting_count = kept;
}

/* ---- the end -------------------------------------------------------------------------- */

/* By now, a race time without a start is an anomaly. */
static void apply_last(struct session *session, const struct waiting *decision,
		       instant_us last_at)
{
	struct session_parts *parts = session->parts;
	char where[96], words[192];
	if (!run_apply(session, &parts->runs[parts->run], decision, last_at))
		return;
	session_decision_where(session, decision->number, where, sizeof(where));
	text_format(words, sizeof(words),
		    "%s: the start of this race is not known, so there is no such time",
		    where);
	add_anomaly(parts, decision->number, last_at, words);
}

struct file_reader {
	struct session *session;
	instant_us last_at;
};

static int take_line(void *context, struct slice line, unsigned line_number)
{
	const struct file_reader *reader = context;
	struct session_parts *parts = reader->session->parts;
	if (parts->file_count == parts->files_max) {
		uint32_t max = parts->files_max * 2 + 32;
		unsigned *more =
			realloc(parts->file_lines, max * sizeof(*parts->file_lines));
		if (more == NULL)
			return -ENOMEM;
		parts->file_lines = more;
		parts->files_max = max;
	}
	parts->file_lines[parts->file_count++] = line_number;
	const struct waiting decision = {
		.number = parts->decisions + parts->file_count,
		.received_at = INSTANT_NONE,
		.line = line,
	};
	apply_last(reader->session, &decision, reader->last_at);
	return 0;
}

int decisions_end(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	const char *path = parts->options.decisions;
	struct file_reader reader = {session, parts->runs[parts->run].last_at};
	struct bytes file = {0};
	if (reader.last_at == INSTANT_NONE)
		reader.last_at = parts->unreported;
	uint32_t from = parts->all.count;
	parts->file_count = 0;
	parts->log_count = parts->log_fed;
	int rc = path == NULL ? 0 : bytes_load(path, &file, err);
	if (rc == 0)
		rc = feed_room(session, parts->waiting_count + file.data.len / 2 + 64,
			       parts->waiting_count * 512 + file.data.len * 64 + 4096,
			       err);
	for (uint32_t i = 0; rc == 0 && i < parts->waiting_count; i++)
		if (parts->waiting[i].run == parts->run)
			apply_last(session, &parts->waiting[i], reader.last_at);
	if (rc == 0 && path != NULL)
		rc = decision_lines(file.data, take_line, &reader);
	if (rc == -ENOMEM)
		err_set(err, rc, "%s: out of memory", path);
	for (uint32_t i = from; i < parts->all.count; i++)
		if (parts->all.at[i].kind == EVENT_ANOMALY)
			feed_log(parts, &parts->all.at[i]);
	bytes_free(&file);
	return rc;
}

/* ---- in the race ------------------------------------------------------------------------ */

/** True if a later decision cancels this one. */
static bool taken_back(const struct timeline *timeline, uint32_t position)
{
	return timeline->masked_by != NULL && timeline->masked_by[position] != 0;
}

uint32_t session_decision_faults(struct session *session,
				 void (*each)(void *context, const char *words),
				 void *context)
{
	const struct timeline *timeline = &session->timeline;
	const struct session_parts *parts = session->parts;
	const struct race *race = timeline_head(&session->timeline);
	bool some = parts->decisions + parts->file_count > 0;
	uint32_t count = 0;
	for (uint32_t i = 0; some && i < timeline->order_count; i++) {
		const struct event *event = &timeline->events->at[timeline->order[i]];
		char fault[128], where[96], words[256];
		if (event->kind != EVENT_DECISION || event->field == DECISION_UNDO ||
		    taken_back(timeline, i))
			continue;
		bool counted = decision_fault(race, timeline->events, event, fault,
					      sizeof(fault));
		if (fault[0] == '\0')
			continue;
		count += counted;
		session_decision_where(session, event->record, where, sizeof(where));
		text_format(words, sizeof(words), "%s: %s", where, fault);
		each(context, words);
	}
	return count;
}
