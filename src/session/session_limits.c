/*
 * session_limits.c -- limits that are near or met are reported before anything is lost
 *
 *  (1) Reported is 90 % of a limit, the limit, the first loss, and each loss of ten times
 *      as much: in the log of anomalies, and as news for the console and `serve`.
 *  (2) Of a complete source only losses are reported: what it needs is known, and no
 *      table is larger.
 */
#include <string.h>

#include "session_parts.h"

enum { LEVEL_NONE, LEVEL_NEAR, LEVEL_FULL, LEVEL_LOST };

const struct session_limit session_limits[] = {
#define X(id_, name_, most_, harm_, then_) \
	[RACE_LIMIT_##id_] = {(name_), (then_), (most_), (harm_)},
	RACE_LIMITS(X)
#undef X
		[SESSION_LIMIT_EVENTS] = {"events in memory",
					  "the oldest leave, not the race (--memory)",
					  0, true},
	[SESSION_LIMIT_TEXT] = {"bytes of texts in memory",
				"the oldest leave, not the race (--memory)", 0, true},
	[SESSION_LIMIT_RUNS] = {"sessions of a source",
				"further ones are shown as part of the last",
				SESSION_RUNS_MAX, true},
};
const size_t session_limits_count = SESSION_LIMIT_COUNT;

struct limit_state {
	uint64_t used, max, lost;
	unsigned level;
};

static unsigned limit_level(const struct limit_state *state, bool live)
{
	unsigned level = LEVEL_NONE;
	if (state->lost > 0)
		level = LEVEL_LOST;
	else if (live && state->max > 0 && state->used >= state->max)
		level = LEVEL_FULL;
	else if (live && state->used > 0 && state->used * 10 >= state->max * 9)
		level = LEVEL_NEAR;
	for (uint64_t lost = state->lost; lost >= 10; lost /= 10)
		level++;
	return level;
}

static struct limit_state limit_state(struct session *session, unsigned limit)
{
	const struct session_parts *parts = session->parts;
	struct timeline *timeline = &session->timeline;
	const struct race *race = timeline_head(timeline);
	struct limit_state state = {0};
	uint32_t used, max;
	if (limit < RACE_LIMIT_COUNT) {
		race_limit(race, timeline_head_tables(timeline), (enum race_limit)limit,
			   &used, &max);
		state = (struct limit_state){used, max, race->full[limit], 0};
	} else if (limit == SESSION_LIMIT_EVENTS) {
		state = (struct limit_state){parts->all.count, memory_events_max(parts),
					     parts->all.dropped, 0};
	} else if (limit == SESSION_LIMIT_TEXT) {
		state = (struct limit_state){parts->all.text_len, parts->all.text_max,
					     0, 0};
	} else {
		state = (struct limit_state){parts->run_count, SESSION_RUNS_MAX,
					     parts->runs_lost, 0};
	}
	state.level = limit_level(&state, parts->live);
	return state;
}

/** "1,130,084" */
const char *format_count(uint64_t n, char text[32])
{
	char plain[24];
	size_t len = text_format(plain, sizeof(plain), "%llu", (unsigned long long)n);
	char *to = text;
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = plain[i];
	}
	*to = '\0';
	return text;
}

static void limit_words(unsigned limit, const struct limit_state *state, char *words,
			size_t cap)
{
	char used[32], max[32], lost[32];
	const char *name = session_limits[limit].name,
		   *then = session_limits[limit].then;
	if (limit == SESSION_LIMIT_EVENTS && state->level >= LEVEL_LOST)
		then = "further ones are recorded, not used";
	format_count(state->used, used);
	format_count(state->max, max);
	format_count(state->lost, lost);
	if (state->level == LEVEL_NEAR)
		text_format(words, cap, "%s: %s of %s; beyond that, %s", name, used,
			    max, then);
	else if (state->level == LEVEL_FULL)
		text_format(words, cap, "%s: all %s are used; %s", name, max, then);
	else if (state->max > 0)
		text_format(words, cap, "%s: %s at most; %s: %s", name, max, then,
			    lost);
	else
		text_format(words, cap, "%s: %s: %s", name, then, lost);
}

void limits_log(struct session *session, const char *words, instant_us at)
{
	struct session_parts *parts = session->parts;
	struct view_anomaly *row = feed_log_row(parts);
	row->source = SOURCE_SETUP;
	row->kind = ANOMALY_CAPACITY;
	row->at = at;
	text_copy(row->words, sizeof(row->words), slice_of(words));
	parts->log_fed = parts->log_count;
	text_copy(session->news, sizeof(session->news), slice_of(words));
}

/** (1) */
static void limit_report(struct session *session, unsigned limit,
			 const struct limit_state *state)
{
	struct session_parts *parts = session->parts;
	const struct event_list *all = &parts->all;
	char words[160];
	limit_words(limit, state, words, sizeof(words));
	limits_log(session, words,
		   all->count > 0 ? all->at[all->count - 1].received_at : INSTANT_NONE);
	parts->limits_told[limit] = (uint8_t)state->level;
}

void limits_review(struct session *session)
{
	struct session_parts *parts = session->parts;
	unsigned worst = LEVEL_NONE;
	session->limit[0] = '\0';
	session->limit_harms = false;
	for (unsigned i = 0; i < SESSION_LIMIT_COUNT; i++) {
		struct limit_state state = limit_state(session, i);
		unsigned rank = state.level;
		if (state.level > parts->limits_told[i])
			limit_report(session, i, &state);
		if (rank >= LEVEL_LOST && session_limits[i].harms) {
			session->limit_harms = true;
			rank += UINT8_MAX;
		}
		if (rank <= worst)
			continue;
		worst = rank;
		limit_words(i, &state, session->limit, sizeof(session->limit));
	}
}

void session_limits_lost(struct session *session,
			 void (*each)(void *context, const char *words), void *context)
{
	char words[160];
	for (unsigned i = 0; i < SESSION_LIMIT_COUNT; i++) {
		struct limit_state state = limit_state(session, i);
		if (state.lost == 0)
			continue;
		limit_words(i, &state, words, sizeof(words));
		each(context, words);
	}
}
