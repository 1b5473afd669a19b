/*
 * session.c -- a SOURCE made whole: bytes, events, ruleset, timeline
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "load_parts.h"

const char bundled_race[] = "races/le-mans-1000km-2003.pitwall";

/** A word that is neither a file nor a command was probably meant as one. */
static void explain_missing(const struct options *options, int rc, struct err *err)
{
	const char *text = options->source_count == 0 ? "" : options->sources[0];
	if (rc != -ENOENT || text[0] == '\0' || strpbrk(text, "./?:") != NULL)
		return;
	char shown[64];
	text_clean(shown, sizeof(shown), slice_of(text));
	err_set(err, rc,
		"%s: neither a file nor a command; `pitwall --help` lists the commands",
		shown);
}

int session_map(struct session *session, size_t size, enum memory_use use, void **out,
		struct err *err)
{
	void *at = session->map_count < ARRAY_LEN(session->maps) ? memory_map(size, use)
								 : NULL;
	if (at == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory (%zu MiB wanted)",
			       session->source, size / (1024 * 1024));
	session->maps[session->map_count].at = at;
	session->maps[session->map_count++].size = size;
	*out = at;
	return 0;
}

static int fold(struct session *session, unsigned flags, struct err *err)
{
	bool history = (flags & LOAD_HISTORY) != 0;
	bool keyframes = (flags & LOAD_KEYFRAMES) != 0;
	struct timeline_needs needs =
		timeline_needs(&session->events, history, keyframes);
	int rc = session_map(session, needs.bytes, MEMORY_DENSE, &needs.storage, err);
	if (rc != 0)
		return rc;
	return timeline_load(&session->timeline, &session->events, &session->setup,
			     &needs, err);
}

static int load_steps(struct loader *loader, unsigned flags, struct err *err)
{
	struct session *session = loader->session;
	char wanted[sizeof(((struct source_spec *)0)->session)] = "";
	int rc = gather_all(loader->options, &loader->gathered, wanted, err);
	if (wanted[0] != '\0' && (loader->options->session == NULL ||
				  session_is_file(loader->options->session)))
		loader->session_name = wanted;
	text_copy(session->source, sizeof(session->source),
		  slice_of(source_base(loader->gathered.shown)));
	if (rc == 0)
		rc = load_plan(loader, err);
	if (rc == 0)
		rc = load_events(loader, err);
	if (rc == 0)
		rc = load_judge(loader, err);
	if (rc == 0)
		rc = fold(session, flags, err);
	if (rc == 0)
		rc = load_check_decisions(loader, err);
	loader->session_name = NULL;
	session->complete = true;
	return rc;
}

int session_load(const struct options *options, unsigned flags, struct session **out,
		 struct err *err)
{
	struct session *session = memory_map(sizeof(*session), MEMORY_WHOLE);
	struct loader *loader = calloc(1, sizeof(*loader));
	if (session == NULL || loader == NULL) {
		memory_free(session, sizeof(*session));
		free(loader);
		return err_set(err, -ENOMEM, "out of memory");
	}
	session->bundled = gather_bundled(options);
	loader->options = options;
	loader->session = session;
	int rc = load_steps(loader, flags, err);
	if (rc != 0)
		explain_missing(options, rc, err);
	gathered_free(&loader->gathered);
	free(loader);
	if (rc != 0) {
		session_free(session);
		return rc;
	}
	*out = session;
	return 0;
}

void session_free(struct session *session)
{
	if (session == NULL)
		return;
	for (unsigned i = 0; i < session->map_count; i++)
		memory_free(session->maps[i].at, session->maps[i].size);
	memory_free(session, sizeof(*session));
}

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
	if (t > session->classification.at)
		session->classification.at = t;
	return race;
}

/** Where the scrub bar ends: as scheduled, from what is known now; never the end
 * the file has (no result leaks). */
static instant_us scheduled_end(const struct race *race, instant_us from, instant_us at)
{
	const struct race_setup *setup = &race->setup;
	instant_us clock = race->clock_at != INSTANT_NONE ? race->clock_at : from;
	uint32_t laps = setup->length_laps;
	if (setup->length_us > 0)
		return clock + setup->length_us;
	if (laps == 0 && setup->length > 0 && setup->lap_length > 0)
		laps = (uint32_t)((setup->length + setup->lap_length - 1) /
				  setup->lap_length);
	uint32_t done = race->car_count > 0 ? race->cars[race->order[0]].laps : 0;
	if (laps > 0 && done > 0 && at > from && at - from < 100 * US_DAY)
		return from + (at - from) / done * laps;
	return from + US_HOUR;
}

bool session_foretells(struct session *session)
{
	struct err err;
	if (session->parameters_read == 0)
		session->parameters_read =
			forecast_parameters_load(session->rules.name,
						 &session->parameters, &err) == 0
				? 1
				: 2;
	return session->parameters_read == 1;
}

void session_foretell(struct session *session, struct view *view, duration_us keep)
{
	const struct timeline *timeline = &session->timeline;
	view->forecast = NULL;
	if (!session_foretells(session))
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
				       .car = view->selected};
	if (ask.car >= race->car_count)
		ask.car = race->car_count > 0 ? race->order[0] : CAR_NONE;
	if (view->strategy != NULL && view->strategy->car == ask.car)
		return;
	view->strategy = NULL;
	if (view->forecast == NULL || race->setup.type != SESSION_RACE)
		return;
	strategy_query(&ask, &session->strategy);
	view->strategy = &session->strategy;
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
	view->at = timeline->at;
	view->from = from < timeline->at ? from : timeline->at;
	view->to = scheduled_end(&timeline->race, from, timeline->at);
	if (view->to < timeline->at)
		view->to = timeline->at;
	view->live = !session->complete;
	view->anomalies = session->anomalies;
	view->source = session->source;
	view->sessions = session->runs;
	view->session_count = session->run_count;
}
