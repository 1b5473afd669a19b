/*
 * session_view.c -- a session asked at an instant: race, standings, classification,
 * forecast, and what a view shows of them
 */
#include <errno.h>
#include <string.h>

#include "session_parts.h"

const struct race *session_at(struct session *session, instant_us t)
{
	return session_at_as(session, t, AS_CORRECTED);
}

const struct race *session_at_as(struct session *session, instant_us t,
				 enum timeline_as as)
{
	const struct race *race = timeline_at_as(&session->timeline, t, as);
	standings_query(race, &session->timeline.tables, &session->standings);
	classify(race, &session->timeline.tables, &session->rules,
		 &session->classification);
	standings_settle(race, &session->classification, &session->standings);
	if (t > session->classification.at)
		session->classification.at = t;
	return race;
}

/* Where nothing says how long it will be: the next of these. */
static duration_us span_of_time(duration_us elapsed)
{
	static const duration_us spans[] = {15 * US_MIN, 30 * US_MIN, US_HOUR,
					    2 * US_HOUR, 3 * US_HOUR, 6 * US_HOUR,
					    12 * US_HOUR};
	for (unsigned i = 0; i < ARRAY_LEN(spans); i++)
		if (elapsed < spans[i])
			return spans[i];
	return (elapsed / US_DAY + 1) * US_DAY;
}

/** Where the scrub bar ends: as scheduled, from what is known now; never the end
 * the file has (no result leaks). */
static instant_us scheduled_end(const struct race *race, instant_us from, instant_us at)
{
	const struct race_setup *setup = &race->setup;
	instant_us clock = race->clock_at != INSTANT_NONE ? race->clock_at : from;
	uint32_t laps = setup->length_laps;
	if (setup->length_us > 0)
		return instant_add(clock, setup->length_us);
	if (laps == 0 && setup->length > 0 && setup->lap_length > 0)
		laps = (uint32_t)((setup->length + setup->lap_length - 1) /
				  setup->lap_length);
	uint32_t done = race->car_count > 0 ? race->cars[race->order[0]].laps : 0;
	/* Before anything was received @from is unknown. */
	duration_us passed = instant_sub(at, from);
	if (laps > 0 && done > 0 && passed > 0 && passed < 100 * US_DAY)
		return instant_add(from, mul_div(passed, laps, done));
	return instant_add(from, span_of_time(passed));
}

bool session_forecasts(struct session *session)
{
	const struct race_kind kind = {session->rules.name, session->setup.length_us};
	struct err err;
	if (session->parameters_read == 0)
		session->parameters_read =
			forecast_parameters_load(&kind, &session->parameters, &err) == 0
				? 1
				: 2;
	return session->parameters_read == 1;
}

void session_forecast(struct session *session, struct view *view, duration_us keep)
{
	const struct timeline *timeline = &session->timeline;
	view->forecast = NULL;
	if (!session_forecasts(session))
		return;
	duration_us age = timeline->at - session->forecast.at;
	if (session->forecast.at != 0 && age >= 0 && age < keep) {
		view->forecast = &session->forecast;
		return;
	}
	forecast_query(&timeline->race, &timeline->tables, &session->rules,
		       &session->parameters, timeline->at, &session->forecast);
	view->forecast = &session->forecast;
}

void session_forget(struct session *session)
{
	session->forecast.at = 0;
}

void session_strategy(struct session *session, struct view *view)
{
	const struct timeline *timeline = &session->timeline;
	const struct race *race = &timeline->race;
	struct strategy_request ask = {.race = race,
				       .tables = &timeline->tables,
				       .rules = &session->rules,
				       .forecast = view->forecast,
				       .at = timeline->at,
				       .car = view->selected,
				       .parameters = &session->parameters};
	if (ask.car >= race->car_count)
		ask.car = race->car_count > 0 ? race->order[0] : CAR_NONE;
	if (view->what_if_car == ask.car)
		ask.what_if = view->what_if;
	if (view->strategy != NULL && view->strategy->car == ask.car)
		return;
	view->strategy = NULL;
	if (view->forecast == NULL || race->setup.type != SESSION_RACE)
		return;
	ask.stints = session_stints(session);
	strategy_query(&ask, &session->strategy);
	view->strategy = &session->strategy;
	view->stints = session->stints;
	view->stint_count = session->stint_count;
}

/* Of a stream, which knows them while it is read; with what is kept they are gone. */
static void session_loops_view(struct session *session, struct view *view)
{
	struct session_parts *parts = session->parts;
	struct feed_loop_received loops[FEED_LOOPS_MAX];
	parts->loop_count = 0;
	for (unsigned i = 0; i < parts->source_count; i++) {
		unsigned count = parts->sources[i].stream == NULL
					 ? 0
					 : stream_loops(parts->sources[i].stream, loops,
							FEED_LOOPS_MAX);
		for (unsigned k = 0; k < count && parts->loop_count < VIEW_LOOPS_MAX;
		     k++) {
			struct view_loop *loop =
				&parts->loops_shown[parts->loop_count++];
			*loop = (struct view_loop){.passings = loops[k].passings,
						   .source = (uint16_t)i,
						   .line = loops[k].line};
			text_clean(loop->name, sizeof(loop->name),
				   slice_of(loops[k].name));
		}
	}
	view->loops = parts->loops_shown;
	view->loop_count = parts->loop_count;
}

void session_log_view(struct session *session, struct view *view)
{
	struct session_parts *parts = session->parts;
	session_loops_view(session, view);
	uint32_t count =
		parts->log_count < SESSION_LOG_MAX ? parts->log_count : SESSION_LOG_MAX;
	for (uint32_t i = 0; i < count; i++)
		parts->log_shown[i] =
			parts->log[(parts->log_count - count + i) % SESSION_LOG_MAX];
	for (uint32_t i = 0; i < parts->no_effect_count; i++) {
		const struct view_anomaly *row = &parts->no_effect[i].shown;
		uint32_t to = count++;
		for (; to > 0 && parts->log_shown[to - 1].at > row->at; to--)
			parts->log_shown[to] = parts->log_shown[to - 1];
		parts->log_shown[to] = *row;
	}
	view->limit = session->limit;
	view->limit_harms = session->limit_harms;
	view->anomaly_log = parts->log_shown;
	view->anomaly_log_count = count;
}

void session_view(struct session *session, struct view *view)
{
	const struct timeline *timeline = &session->timeline;
	instant_us from = timeline->start_at != INSTANT_NONE ? timeline->start_at
							     : timeline->first_at;
	view->race = &timeline->race;
	view->tables = &timeline->tables;
	view->standings = &session->standings;
	view->classification = &session->classification;
	view->rules = &session->rules;
	view->circuit = &session->circuit;
	view->found = &session->found;
	view->at = timeline->at;
	view->from = from != INSTANT_NONE && from < timeline->at ? from : timeline->at;
	view->to = scheduled_end(&timeline->race, from, timeline->at);
	if (view->to < timeline->at)
		view->to = timeline->at;
	view->live = !session->complete;
	view->anomalies = session->anomalies;
	view->source = session->source;
	if (session->complete && !session->parts->live) {
		view->feeds = session->parts->recorded;
		view->feed_count = session->parts->recorded_count;
	}
	session_log_view(session, view);
	view->sessions = session->runs;
	view->session_count = session->run_count;
}

void session_first_anomaly(struct session *session)
{
	const struct session_parts *parts = session->parts;
	session->anomalies = parts->survey.anomalies;
	session->first_anomaly[0] = '\0';
	if (parts->survey.first_anomaly == 0)
		return;
	const struct event *first = &parts->all.at[parts->survey.first_anomaly - 1];
	struct slice text = event_text(&parts->all, first);
	text_format(session->first_anomaly, sizeof(session->first_anomaly),
		    "%s %u: %.*s", first->number != 0 ? "line" : "byte",
		    first->number != 0 ? first->number : first->record, (int)text.len,
		    text.at);
}
