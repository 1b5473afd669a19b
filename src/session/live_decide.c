/*
 * live_decide.c -- the operator's decisions, and where recordings go
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pitwall/decision.h"
#include "recorder.h"

/** The newest decision that is not taken back, undos aside. */
static uint32_t last_decision(const struct live *live)
{
	const struct timeline *timeline = &live->session->timeline;
	uint32_t last = 0;
	for (uint32_t i = 0; i < timeline->order_count; i++) {
		const struct event *event = &timeline->events->at[timeline->order[i]];
		bool undo =
			event->kind == EVENT_DECISION && event->field == DECISION_UNDO;
		if (event->source == SOURCE_OPERATOR && !undo &&
		    timeline->masked_by[i] == 0 && event->record > last)
			last = event->record;
	}
	return last;
}

/** "decision 4 of A. Steward: flag SC"; 0: there is no such decision. */
static size_t decision_words_of(const struct live *live, uint32_t number, char *words,
				size_t cap)
{
	const struct event_list *events = live->session->timeline.events;
	const char *who = decider_words(events->deciders, number);
	for (uint32_t i = events->count; i-- > 0 && number > 0;) {
		char what[96];
		if (events->at[i].source != SOURCE_OPERATOR ||
		    events->at[i].record != number)
			continue;
		(void)decision_event_words(events, &events->at[i], what, sizeof(what));
		return text_format(words, cap, "decision %u%s%s: %s", number,
				   who[0] == '\0' ? "" : " of ", who, what);
	}
	return 0;
}

/** "decision 5 undoes decision 4: flag SC". @undo: its number. */
static void undone_words(const struct live *live, uint32_t undo, char words[128])
{
	const struct event_list *events = live->session->timeline.events;
	char what[112];
	for (uint32_t i = events->count; i-- > 0;) {
		const struct event *event = &events->at[i];
		if (event->source != SOURCE_OPERATOR || event->record != undo ||
		    event->kind != EVENT_DECISION || event->field != DECISION_UNDO)
			continue;
		if (decision_words_of(live, (uint32_t)event->value, what,
				      sizeof(what)) > 0)
			text_format(words, 128, "decision %u undoes %s", undo, what);
		return;
	}
}

/** What is asked for, in words. @line undoes a decision: which. */
static void asked_words(const struct live *live, struct slice text, struct slice line,
			char words[120])
{
	const struct slice undo = SLICE(",undo,");
	struct slice rest = line;
	uint64_t number = 0;
	char what[112];
	text_copy(words, 120, text);
	if (line.len <= undo.len || memcmp(line.at, undo.at, undo.len) != 0)
		return;
	rest.at += undo.len;
	rest.len -= undo.len;
	if (parse_u64(slice_cut(&rest, ','), &number) && number <= UINT32_MAX &&
	    decision_words_of(live, (uint32_t)number, what, sizeof(what)) > 0)
		text_format(words, 120, "undo %s", what);
}

int live_record_decision(struct live *live, struct slice name, struct slice line,
			 uint64_t *ticket)
{
	const struct record_row row = {
		.received_at = live_now(),
		.steady = net_calls.steady(),
		.type = RECORD_DECISION,
		.name = name,
		.bytes = line,
	};
	struct err err;
	/* What is published has its end. */
	if (live->closes)
		return -ESHUTDOWN;
	uint64_t put = record_put(live->record, &row);
	if (ticket != NULL)
		*ticket = put;
	if (put == 0)
		return -ENOMEM;
	(void)live_row(live, &row, &err);
	return 0;
}

/** Of a race in Redis: the decision is made elsewhere. */
static int decide_elsewhere(struct live *live, struct slice text, struct slice line,
			    char words[128], struct err *err)
{
	char asked[120], who[DECIDER_MAX];
	if (line.len > REDIS_LINE_MAX)
		return err_set(err, -E2BIG, "longer than %d bytes: not decided",
			       REDIS_LINE_MAX);
	live_who(live, who);
	asked_words(live, text, line, asked);
	/* The answer may come before this returns. */
	live_asked(live,
		   live->link != NULL ? live->link->decision + 1 : live->decided + 1,
		   asked);
	int rc = live->link != NULL ? recorder_link_decide(live, line, err)
				    : live_ask(live, ++live->decided, who, line, err);
	if (rc == 0)
		text_format(words, 128, "asked for: %s", asked);
	return rc;
}

static int decide_here(struct live *live, struct slice line, struct err *err)
{
	char who[DECIDER_MAX];
	if (live->link != NULL)
		return recorder_link_decide(live, line, err);
	live_who(live, who);
	int rc = live_record_decision(live, slice_of(who), line, NULL);
	return rc == 0 ? 0
		       : err_set(err, rc,
				 "the recording cannot be written and its memory is "
				 "full: not decided");
}

int live_decide(struct live *live, struct slice text, instant_us at, char words[128],
		struct err *err)
{
	char line[600], buf[600];
	struct out out = {.buf = line, .max = sizeof(line)};
	if (live_watches(live) != NULL)
		return err_set(err, -EPERM, "%s", live_watches(live));
	if (live->follows && live->link == NULL)
		return err_set(err, -EROFS,
			       "another process records this race: decide there");
	live_take(live);
	int rc = decision_type(text, timeline_head(&live->session->timeline), at,
			       last_decision(live), &out, err);
	if (rc != 0)
		return rc;
	text_copy(buf, sizeof(buf), (struct slice){line, out.len});
	if (live->copied_from[0] != '\0')
		return decide_elsewhere(live, text, slice_of(buf), words, err);
	rc = decide_here(live, slice_of(buf), err);
	if (rc != 0 && live->link == NULL)
		return rc;
	if (live->link != NULL)
		live_poll(live);
	live_take(live);
	const struct session_parts *parts = live->session->parts;
	text_format(words, 128, "decision %u: %.*s", parts->decisions, (int)text.len,
		    text.at);
	undone_words(live, parts->decisions, words);
	for (uint32_t i = 0; i < parts->no_effect_count; i++)
		if (parts->no_effect[i].number == parts->decisions)
			text_format(words, 128, "%s; no effect",
				    parts->no_effect[i].shown.words);
	return rc;
}

/* ---- where recordings go -------------------------------------------------------------- */

static int make_folder(char *path, struct err *err)
{
	for (char *p = path + 1;; p++) {
		char kept = *p;
		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		int rc = mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
		if (rc != 0)
			err_set(err, rc, "%s: %s; -o names another place", path,
				strerror(-rc));
		*p = kept;
		if (rc != 0 || kept == '\0')
			return rc;
	}
}

int live_state_folder(char *path, size_t cap, size_t *len, struct err *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state != NULL && state[0] == '/')
		*len = text_format(path, cap, "%s/pitwall", state);
	else if (home != NULL && home[0] == '/')
		*len = text_format(path, cap, "%s/.local/state/pitwall", home);
	else
		return err_set(err, -ENOENT,
			       "neither XDG_STATE_HOME nor HOME says where recordings "
			       "go; -o FILE.pitwall does");
	return make_folder(path, err);
}

int live_state_path(const char *source, instant_us now, char *path, size_t cap,
		    struct err *err)
{
	char date[TIME_TEXT_MAX], clock[TIME_TEXT_MAX], name[64], shown[RECORD_URL_MAX];
	size_t len = 0;
	int rc = live_state_folder(path, cap, &len, err);
	(void)net_url_shown(shown, sizeof(shown), source);
	if (rc != 0)
		return rc;
	size_t n = 0;
	for (const char *p = shown; *p != '\0' && n + 1 < sizeof(name); p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			     (*p >= '0' && *p <= '9') || *p == '.';
		if (plain || (n > 0 && name[n - 1] != '-'))
			name[n++] = plain ? *p : '-';
	}
	while (n > 0 && name[n - 1] == '-')
		n--;
	name[n] = '\0';
	format_date(date, now);
	format_clock(clock, now, false);
	for (char *p = clock; *p != '\0'; p++)
		if (*p == ':')
			*p = '.';
	(void)text_format(path + len, cap - len, "/%s-%s-%s.pitwall", date, clock,
			  name);
	return 0;
}
