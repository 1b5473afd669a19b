/*
 * load_report.c -- load a session and report what was not used
 */
#include <errno.h>
#include <string.h>

#include "pitwall/shell.h"

static void print_anomalies(const struct session *session)
{
	const struct event_list *list = &session->events;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		struct slice text = event_text(list, event);
		if (event->kind != EVENT_ANOMALY || event->source == SOURCE_OPERATOR)
			continue;
		if (event->number != 0)
			complain("%s: line %u: %.*s", session->source, event->number,
				 (int)text.len, text.at);
		else
			complain("%s: byte %u: %.*s", session->source, event->record,
				 (int)text.len, text.at);
	}
}

/** Valid input that does not fit the race: a lap received twice. */
static void tell_misfits(const struct session *session, uint32_t decisions)
{
	static const char *const words[] = {
#define X(id_, name_, about_) [ANOMALY_##id_] = (about_),
		ANOMALIES(X)
#undef X
	};
	const struct event_list *list = &session->events;
	static const uint32_t none[ANOMALY_COUNT];
	uint32_t counts[ANOMALY_COUNT];
	char kinds[256] = "";
	size_t len = 0;
	memcpy(counts, session->timeline.race.anomalies, sizeof(counts));
	if (memcmp(counts, none, sizeof(counts)) == 0)
		return;
	/* Reported by name. */
	for (size_t i = 0; i < RACE_LIMIT_COUNT; i++)
		if (i != RACE_LIMIT_TEXTS &&
		    counts[ANOMALY_CAPACITY] >= session->timeline.race.full[i])
			counts[ANOMALY_CAPACITY] -= session->timeline.race.full[i];
	if (counts[ANOMALY_UNKNOWN] >= decisions)
		counts[ANOMALY_UNKNOWN] -= decisions;
	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].kind == EVENT_ANOMALY &&
		    list->at[i].field < ANOMALY_COUNT && counts[list->at[i].field] > 0)
			counts[list->at[i].field]--;
	for (size_t i = 0; i < ANOMALY_COUNT; i++)
		if (counts[i] > 0) {
			len += text_format(kinds + len, sizeof(kinds) - len, "%s%s",
					   len == 0 ? "" : "; ", words[i]);
			if (counts[i] > 1)
				len += text_format(kinds + len, sizeof(kinds) - len,
						   " (%u times)", counts[i]);
		}
	if (len > 0)
		complain("%s: some records do not fit the race: %s", session->source,
			 kinds);
}

static void tell_decision(void *context, const struct event *event, const char *words)
{
	const struct session *session = context;
	(void)event;
	if (slice_starts(slice_of(words), SLICE("decision ")))
		complain("%s: %s; no effect", session->source, words);
	else
		complain("%s; no effect", words);
}

static void tell_limit(void *context, const char *words)
{
	const struct session *session = context;
	complain("%s: %s", session->source, words);
}

/** Nothing that was not used stays unsaid. */
static void tell_what_is_missing(struct session *session, bool all)
{
	uint32_t decisions = session_decision_faults(session, tell_decision, session);
	if (session->warning[0] != '\0')
		complain("%s", session->warning);
	session_limits_lost(session, tell_limit, session);
	tell_misfits(session, decisions);
	if (session->anomalies == 0)
		return;
	if (all)
		print_anomalies(session);
	else if (session->anomalies == 1)
		complain("%s: 1 row was not used or had to be repaired: %s",
			 session->source, session->first_anomaly);
	else
		complain("%s: %u rows were not used or had to be repaired; first: %s "
			 "(--anomalies lists them)",
			 session->source, session->anomalies, session->first_anomaly);
}

bool load_or_complain(const struct options *options, unsigned flags,
		      struct session **session, int *status)
{
	struct err err;
	int rc = session_load(options, flags, session, &err);
	if (rc == 0) {
		tell_what_is_missing(*session, options->anomalies);
		return true;
	}
	complain("%s", err.text);
	*status = EXIT_SOURCE;
	return false;
}

bool session_seek(struct session *session, const char *at, int *status)
{
	struct err err;
	struct when when;
	instant_us t = session->timeline.at;
	int rc = 0;
	if (at == NULL) {
		classify(&session->timeline.race, &session->timeline.tables,
			 &session->rules, &session->classification);
		return true;
	}
	rc = when_parse(slice_of(at), &when, &err);
	*status = EXIT_USAGE;
	if (rc == 0)
		rc = when_resolve(&session->timeline, &when, &t, &err);
	if (rc != 0) {
		complain("--at: %s", err.text);
		return false;
	}
	(void)session_at(session, t);
	return true;
}
