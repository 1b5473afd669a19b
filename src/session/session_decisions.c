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
#include "pitwall/redis.h"
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

/** Keep who made the newest decision. Without memory it is not known. */
static void keep_decider(struct session_parts *parts, struct slice name)
{
	struct deciders *deciders = &parts->deciders;
	char who[DECIDER_MAX];
	deciders->decisions = parts->decisions;
	if (redis_decider(who, name, NULL) == 0)
		return;
	if (parts->decisions > deciders->max) {
		uint32_t max = parts->decisions * 2 + 16;
		void *more = realloc(deciders->names, max * sizeof(*deciders->names));
		if (more == NULL)
			return;
		deciders->names = more;
		deciders->max = max;
	}
	for (; deciders->count < parts->decisions; deciders->count++)
		deciders->names[deciders->count][0] = '\0';
	memcpy(deciders->names[deciders->count - 1], who, sizeof(who));
}

int decisions_row(struct session *session, const struct record_row *row,
		  instant_us received_at, struct err *err)
{
	struct session_parts *parts = session->parts;
	const struct run *run = &parts->runs[parts->run_count - 1];
	const struct waiting decision = {
		.number = ++parts->decisions,
		.run = parts->run_count - 1,
		.received_at = received_at,
		.line = row->bytes,
	};
	keep_decider(parts, row->name);
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
	parts->decisions = parts->deciders.decisions = parts->deciders.count = 0;
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

/* What becomes of a decision. */
struct decided {
	uint32_t position; /* 1 + its place in timeline->order; 0: of another session */
	uint32_t cancelled_by; /* the first undo of it that applies; 0 */
};

static struct event *decided_event(const struct timeline *timeline,
				   const struct decided *decided)
{
	return &timeline->events->at[timeline->order[decided->position - 1]];
}

/** An undo that applies. True if it has no effect. */
static bool undo_fault(const struct timeline *timeline, struct decided *all,
		       const struct event *undo, char *fault, size_t cap)
{
	struct decided *target = &all[undo->value];
	if (target->position == 0 ||
	    decided_event(timeline, target)->kind == EVENT_ANOMALY) {
		text_format(fault, cap, "there is no decision %lld to cancel",
			    (long long)undo->value);
		return true;
	}
	if (target->cancelled_by == 0) {
		target->cancelled_by = undo->record;
		return false;
	}
	text_format(fault, cap, "decision %lld is cancelled by decision %u already",
		    (long long)undo->value, target->cancelled_by);
	return true;
}

/** Why decision @number has no effect; false: it has one. */
static bool no_effect(struct timeline *timeline, struct decided *all, uint32_t number,
		      char *fault, size_t cap)
{
	uint32_t position = all[number].position - 1;
	const struct event *event = decided_event(timeline, &all[number]);
	if (event->kind != EVENT_DECISION ||
	    (timeline->masked_by != NULL && timeline->masked_by[position] != 0))
		return false;
	if (event->field == DECISION_UNDO)
		return undo_fault(timeline, all, event, fault, cap);
	const struct race *race = timeline_head(timeline);
	if (decision_fault(race, timeline->events, event, fault, cap))
		return true;
	if (timeline->car_of[position] != CAR_NONE ||
	    (event->field == DECISION_RESULT_AT &&
	     race->decision_count < RACE_DECISIONS_MAX))
		return false;
	if (race->decision_count < RACE_DECISIONS_MAX)
		text_format(fault, cap, "car %s was not in this race by then",
			    event->id);
	else
		text_format(fault, cap, "a race holds no more than %d decisions",
			    RACE_DECISIONS_MAX);
	return true;
}

/** The decisions by their numbers, 1 to @count. NULL: out of memory. */
static struct decided *decisions_by_number(const struct timeline *timeline,
					   uint32_t count)
{
	struct decided *all = calloc((size_t)count + 1, sizeof(*all));
	for (uint32_t i = 0; all != NULL && i < timeline->order_count; i++) {
		const struct event *event = &timeline->events->at[timeline->order[i]];
		if (event->source == SOURCE_OPERATOR && event->record <= count)
			all[event->record].position = i + 1;
	}
	return all;
}

uint32_t session_decision_faults(struct session *session,
				 void (*each)(void *context, const struct event *event,
					      const char *words),
				 void *context)
{
	struct timeline *timeline = &session->timeline;
	const struct session_parts *parts = session->parts;
	uint32_t last = parts->decisions + parts->file_count, count = 0;
	struct decided *all = last == 0 ? NULL : decisions_by_number(timeline, last);
	for (uint32_t number = 1; all != NULL && number <= last; number++) {
		char fault[128], where[96], words[256];
		if (all[number].position == 0)
			continue;
		const struct event *event = decided_event(timeline, &all[number]);
		if (event->kind == EVENT_ANOMALY) {
			each(context, event, event_text(timeline->events, event).at);
			continue;
		}
		if (!no_effect(timeline, all, number, fault, sizeof(fault)))
			continue;
		count += event->field != DECISION_UNDO;
		session_decision_where(session, number, where, sizeof(where));
		text_format(words, sizeof(words), "%s: %s", where, fault);
		each(context, event, words);
	}
	free(all);
	return count;
}

/** Invalid lines are in the log already. */
static void keep_no_effect(void *context, const struct event *event, const char *words)
{
	struct session_parts *parts = context;
	if (event->kind == EVENT_ANOMALY)
		return;
	if (parts->no_effect_count == SESSION_NO_EFFECT_MAX) {
		parts->no_effect_count--;
		memmove(&parts->no_effect[0], &parts->no_effect[1],
			parts->no_effect_count * sizeof(parts->no_effect[0]));
	}
	struct no_effect *to = &parts->no_effect[parts->no_effect_count++];
	to->number = event->record;
	to->shown = (struct view_anomaly){
		.at = event->received_at,
		.source = event->source,
		.kind = ANOMALY_UNKNOWN,
	};
	text_copy(to->shown.words, sizeof(to->shown.words), slice_of(words));
}

void decisions_review(struct session *session)
{
	struct session_parts *parts = session->parts;
	const struct race *race = timeline_head(&session->timeline);
	const struct decisions_seen seen = {
		.run = parts->run,
		.decisions = parts->decisions + parts->file_count,
		.taken = race->decision_count,
		.applied = race_decisions_applied(race),
		.unknown = race->anomalies[ANOMALY_UNKNOWN],
	};
	if (memcmp(&seen, &parts->decisions_seen, sizeof(seen)) == 0)
		return;
	parts->decisions_seen = seen;
	parts->no_effect_count = 0;
	(void)session_decision_faults(session, keep_no_effect, parts);
}
