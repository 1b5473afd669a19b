/*
 * infer_setup.c -- what the events say of the race as a whole, and the ruleset and
 * length that follow from it
 *
 *  (1) The length is what --length says; else what the recording's session or the
 *      sidecar says; else, of a source that is complete, that of the ruleset's
 *      lengths which the winner's finish is nearest to.
 *  (2) The ruleset is --rules; else the recording's; else by the names of the
 *      classes (rules_default()).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/csv.h"
#include "pitwall/decision.h"
#include "load_parts.h"

/* ---- one look at all events ----------------------------------------------------- */

struct survey {
	const char *classes[RACE_CLASSES_MAX];
	char names[RACE_CLASSES_MAX][16];
	unsigned class_count;
	uint32_t most_laps;
	instant_us most_laps_at, flag_at, start_at, first_at, last_at;
	uint8_t lines; /* highest intermediate seen, plus one */
	uint32_t anomalies;
	const struct event *first_anomaly;
	bool entered, ended; /* an entry is known; the source says it is complete */
};

static void survey_name(struct slice name, struct survey *survey)
{
	for (unsigned i = survey->class_count; i-- > 0;)
		if (slice_eq(name, slice_of(survey->names[i])))
			return;
	if (name.len == 0 || survey->class_count == RACE_CLASSES_MAX)
		return;
	unsigned index = survey->class_count++;
	text_copy(survey->names[index], sizeof(survey->names[0]), name);
	survey->classes[index] = survey->names[index];
}

static void survey_crossing(const struct event *event, struct survey *survey)
{
	if (event->line > 0 && event->line < LINES_MAX) {
		if (event->line >= survey->lines)
			survey->lines = (uint8_t)(event->line + 1);
		return;
	}
	if (event->line != LINE_SF && event->line != LINE_SF_PIT)
		return;
	if (event->number > survey->most_laps ||
	    (event->number == survey->most_laps && event->at < survey->most_laps_at)) {
		survey->most_laps = event->number;
		survey->most_laps_at = event->at;
	}
	if (event->flag == FLAG_FINISH && event->at < survey->flag_at)
		survey->flag_at = event->at;
}

/** True when a later decision takes this one back: for what is looked at before the
 * timeline has folded them. */
static bool taken_back(const struct event_list *list, const struct event *event)
{
	for (uint32_t i = list->count; i-- > 0;) {
		const struct event *undo = &list->at[i];
		if (undo->kind == EVENT_DECISION && undo->field == DECISION_UNDO &&
		    undo->source == event->source &&
		    undo->value == (int64_t)event->record)
			return true;
	}
	return false;
}

static void survey_anomaly(const struct event *event, struct survey *survey)
{
	survey->anomalies++;
	if (survey->first_anomaly == NULL ||
	    event->number < survey->first_anomaly->number)
		survey->first_anomaly = event;
}

static void survey_events(const struct event_list *list, struct survey *out)
{
	*out = (struct survey){
		.most_laps_at = INT64_MAX,
		.flag_at = INT64_MAX,
		.start_at = INSTANT_NONE,
		.first_at = INT64_MAX,
		.last_at = INT64_MIN,
		.lines = 1,
	};
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		if (event->kind == EVENT_PASSING) {
			if (event->at < out->first_at)
				out->first_at = event->at;
			if (event->at > out->last_at)
				out->last_at = event->at;
			survey_crossing(event, out);
		} else if (event->kind == EVENT_ENTRY) {
			out->entered = true;
			if (event->field == ENTRY_CLASS)
				survey_name(event_text(list, event), out);
		} else if (event->kind == EVENT_ANOMALY) {
			survey_anomaly(event, out);
		} else if (event->kind == EVENT_START) {
			if (event->source != SOURCE_OPERATOR ||
			    !taken_back(list, event))
				out->start_at = event->at;
		} else if (event->kind == EVENT_END) {
			/* The operator's may be taken back. */
			out->ended |= event->source != SOURCE_OPERATOR;
		}
	}
}

static void keep_anomalies(struct session *session, const struct survey *survey)
{
	const struct event *first = survey->first_anomaly;
	session->anomalies = survey->anomalies;
	if (first == NULL)
		return;
	struct slice text = event_text(&session->events, first);
	if (first->number != 0)
		text_format(session->first_anomaly, sizeof(session->first_anomaly),
			    "line %u: %.*s", first->number, (int)text.len, text.at);
	else
		text_format(session->first_anomaly, sizeof(session->first_anomaly),
			    "byte %u: %.*s", first->record, (int)text.len, text.at);
}

/* ---- the circuit's lines --------------------------------------------- */

static void complete_lines(struct loader *loader, const struct survey *survey)
{
	struct session *session = loader->session;
	struct race_setup *setup = &session->setup;
	const struct circuit *circuit = &session->circuit;
	const struct sidecar *sidecar = &loader->sidecar;
	setup->line_count = survey->lines;
	if (setup->line_count < circuit->line_count)
		setup->line_count = circuit->line_count;
	if (setup->line_count < session->info.line_count)
		setup->line_count = session->info.line_count;
	setup->lap_length =
		circuit->length > 0 ? circuit->length : session->info.lap_length;
	for (unsigned i = 0; i < setup->line_count; i++) {
		if (circuit->line_count == setup->line_count && circuit->length > 0)
			setup->line_ppm[i] = (uint32_t)((int64_t)circuit->line_mm[i] *
							1000000 / circuit->length);
		else if (sidecar->line_count == setup->line_count)
			setup->line_ppm[i] = sidecar->line_ppm[i];
		else if (session->info.line_count == setup->line_count)
			setup->line_ppm[i] = session->info.line_ppm[i];
		else
			setup->line_ppm[i] = i * 1000000 / setup->line_count;
	}
	if (circuit->line_count == 0)
		circuit_from_lines(&session->circuit, setup);
}

/* ---- what the shell adds --------------------------------------------- */

static struct event *add_event(struct loader *loader, enum event_kind kind,
			       instant_us at)
{
	struct event *event = event_add(&loader->session->events, kind, at);
	event->source = SOURCE_SETUP;
	event->sequence = loader->sequence++;
	return event;
}

static int add_entries(struct loader *loader, const struct survey *survey,
		       struct err *err)
{
	struct slice entries = loader->gathered.texts[LOAD_ENTRIES].data;
	struct event_list *list = &loader->session->events;
	instant_us at = survey->first_at;
	char where[256];
	if (survey->start_at != INSTANT_NONE && survey->start_at < at)
		at = survey->start_at;
	for (unsigned i = 0; i < list->count && at > list->at[i].at; i++)
		at = list->at[i].at;
	for (uint32_t i = 0; i < loader->sidecar.grid_count; i++) {
		struct slice number = slice_of(loader->sidecar.grid[i]);
		if (number.len == 0 || at == INT64_MAX)
			continue;
		struct event *event = add_event(loader, EVENT_ENTRY, at);
		event_set_id(event, ID_NUMBER, number);
		event->field = ENTRY_GRID;
		event->number = i + 1;
	}
	if (entries.at == NULL)
		return 0;
	text_format(where, sizeof(where), "%s (entries)", loader->gathered.shown);
	/* Before everything, so that the operator's word stands behind it. */
	return entries_parse(entries, where, INSTANT_NONE, list, err);
}

/* ---- decisions ------------------------------------------------------- */

/** The recorded ones that waited for the set-up; the others stand in the list. */
static int add_late_decisions(struct loader *loader, const struct race_setup *setup,
			      struct err *err)
{
	const struct gathered *gathered = &loader->gathered;
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < gathered->decision_count; i++) {
		struct slice line = {gathered->texts[LOAD_DECISIONS].data.at +
					     gathered->decisions[i].offset,
				     gathered->decisions[i].len};
		if (decision_waits(line))
			rc = decision_late(line, i + 1, setup, &loader->session->events,
					   err);
	}
	return rc;
}

static int add_decisions(struct loader *loader, const struct survey *survey,
			 struct err *err)
{
	struct event_list *list = &loader->session->events;
	struct race_setup setup = loader->session->setup;
	const char *path = loader->options->decisions;
	struct bytes file = {0};
	uint32_t from = list->count;
	if (setup.start_at == INSTANT_NONE)
		setup.start_at = survey->start_at;
	int rc = add_late_decisions(loader, &setup, err);
	loader->file_decisions = list->count;
	if (rc == 0 && path != NULL) {
		rc = bytes_load(path, &file, err);
		if (rc == 0)
			rc = decisions_parse(file.data, path, &setup, list, err);
		bytes_free(&file);
	}
	for (uint32_t i = from; rc == 0 && i < list->count; i++) {
		struct event *event = &list->at[i];
		if (i >= loader->file_decisions)
			event->source = SOURCE_SETUP;
		if (event->at == INSTANT_NONE)
			event->at = event->heard_at = survey->last_at;
	}
	return rc;
}

/** What is wrong with a decision, now that the whole race is known; "" nothing. */
static void decision_fault(const struct race *race, const struct event_list *list,
			   const struct event *event, char *fault, size_t cap)
{
	struct slice number = slice_of(event->id), rest = event_text(list, event);
	struct slice other = slice_cut(&rest, '\x1f');
	uint16_t car = event->id_kind == ID_NUMBER
			       ? race_find_text(race, number)
			       : race_find(race, (enum id_kind)event->id_kind, number);
	uint16_t behind;
	fault[0] = '\0';
	if (car == CAR_NONE) {
		text_format(fault, cap, "there is no car %.*s in this race",
			    (int)number.len, number.at);
	} else if (event->field == DECISION_BEHIND) {
		behind = race_find_text(race, other);
		if (behind == CAR_NONE)
			text_format(fault, cap, "there is no car %.*s in this race",
				    (int)other.len, other.at);
		else if (behind == car)
			text_format(fault, cap,
				    "car %.*s cannot be placed behind itself",
				    (int)number.len, number.at);
	} else if (event->field == DECISION_LAP_DELETED &&
		   event->value > (int64_t)race->cars[car].laps) {
		text_format(fault, cap, "car %.*s has no lap %lld: it has %u laps",
			    (int)number.len, number.at, (long long)event->value,
			    race->cars[car].laps);
	}
}

int load_check_decisions(struct loader *loader, struct err *err)
{
	const struct event_list *list = &loader->session->events;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		char fault[128];
		if (event->kind != EVENT_DECISION || event->field == DECISION_UNDO ||
		    (event->source == SOURCE_OPERATOR && taken_back(list, event)))
			continue;
		decision_fault(&loader->session->timeline.race, list, event, fault,
			       sizeof(fault));
		if (fault[0] == '\0')
			continue;
		/* What was decided while it ran is the race's history, wrong or not. */
		if ((event->bits & EVENT_BY_HAND) != 0) {
			load_warn(loader, "decision %u was not used: %s", event->record,
				  fault);
			continue;
		}
		return err_set(err, -EINVAL, "%s:%u: %s",
			       i >= loader->file_decisions
				       ? loader->options->decisions
				       : "decisions of the recording",
			       event->number, fault);
	}
	return 0;
}

/* ---- the ruleset and the length -------------------------------------- */

static uint64_t ratio_ppm(int64_t a, int64_t b)
{
	int64_t apart = a > b ? a - b : b - a;
	return b <= 0 ? UINT64_MAX
		      : (uint64_t)(apart / 1000 * 1000000 / (b / 1000 + 1));
}

/** How far the race as it ended is from a length, in millionths of it. */
static uint64_t length_distance(const struct rules_length *length, duration_us lasted,
				uint32_t laps, length_mm lap)
{
	uint64_t best = UINT64_MAX;
	if (length->us > 0)
		best = ratio_ppm(lasted, length->us);
	if (length->us == 0 && length->laps > 0)
		best = ratio_ppm((int64_t)laps * 1000000,
				 (int64_t)length->laps * 1000000);
	if (length->us == 0 && length->mm > 0 && lap > 0)
		best = ratio_ppm((int64_t)laps * lap, length->mm);
	return best;
}

static const struct rules_length *nearest_length(const struct rules *rules,
						 duration_us lasted,
						 const struct survey *survey,
						 length_mm lap)
{
	const struct rules_length *nearest = NULL;
	uint64_t apart = UINT64_MAX;
	for (unsigned i = 0; i < rules->length_count; i++) {
		uint64_t d = length_distance(&rules->lengths[i], lasted,
					     survey->most_laps, lap);
		if (d < apart) {
			apart = d;
			nearest = &rules->lengths[i];
		}
	}
	return nearest;
}

static int choose_rules(struct loader *loader, const struct survey *survey,
			duration_us lasted, struct err *err)
{
	struct session *session = loader->session;
	struct slice text = loader->gathered.texts[LOAD_RULES].data;
	const char *name = loader->options->rules;
	if (name == NULL && text.at != NULL)
		return rules_parse(text, "rules of the recording", &session->rules,
				   err);
	if (name == NULL && loader->text.rules[0] != '\0')
		name = loader->text.rules;
	if (name == NULL)
		name = rules_default(survey->classes, survey->class_count, lasted,
				     loader->year);
	return rules_load(name, &session->rules, err);
}

static int choose_length(struct loader *loader, const struct survey *survey,
			 duration_us lasted, struct err *err)
{
	struct race_setup *setup = &loader->session->setup;
	struct rules_length length = {0};
	const char *given = loader->options->length;
	int rc = 0;
	if (given == NULL && loader->text.length[0] != '\0')
		given = loader->text.length;
	if (given != NULL) {
		rc = length_parse(slice_of(given), &length, err);
	} else if (loader->sidecar.limit > 0) {
		length.us = loader->sidecar.limit;
	} else if (loader->length_heard > 0) {
		length.us = loader->length_heard;
	} else if (lasted != DURATION_NONE) {
		const struct rules_length *nearest = nearest_length(
			&loader->session->rules, lasted, survey, setup->lap_length);
		if (nearest != NULL)
			length = *nearest;
	}
	setup->length_us = length.us;
	setup->length = length.mm;
	setup->length_laps = length.laps;
	return rc;
}

/** A clock of the day that lies nowhere near the start is another race's. */
static void choose_clock(struct loader *loader, instant_us start)
{
	struct race_setup *setup = &loader->session->setup;
	const struct rules *rules = &loader->session->rules;
	if (setup->clock_at != INSTANT_NONE || rules->clock != CLOCK_TIME_OF_DAY ||
	    start == INSTANT_NONE)
		return;
	instant_us local = start + setup->utc_offset_us;
	instant_us into = local % US_DAY;
	if (into < 0)
		into += US_DAY;
	int64_t apart = rules->clock_of_day - into;
	if (apart < US_HOUR / 2 && apart > -US_HOUR / 2)
		setup->clock_at = start + apart;
}

/** The classes of an entry list. */
static void survey_entries(struct slice text, struct survey *survey)
{
	struct csv_row header, row;
	struct csv csv;
	csv_begin(&csv, text, "entries");
	if (csv_next(&csv, &header, NULL) <= 0)
		return;
	int column = csv_column(&header, "class");
	while (csv_next(&csv, &row, NULL) > 0)
		survey_name(csv_field(&row, column), survey);
}

int load_setup_live(struct loader *loader, struct err *err)
{
	struct race_setup *setup = &loader->session->setup;
	const struct rules *rules = &loader->session->rules;
	struct survey survey = {.lines = 1};
	int rc = load_plan(loader, err);
	if (rc != 0)
		return rc;
	survey_entries(loader->gathered.texts[LOAD_ENTRIES].data, &survey);
	complete_lines(loader, &survey);
	rc = choose_length(loader, &survey, DURATION_NONE, err);
	if (rc == 0)
		rc = choose_rules(
			loader, &survey,
			setup->length_us > 0 ? setup->length_us : DURATION_NONE, err);
	if (rc != 0)
		return rc;
	if (setup->length_us == 0 && setup->length == 0 && setup->length_laps == 0 &&
	    rules->length_count == 1) {
		setup->length_us = rules->lengths[0].us;
		setup->length = rules->lengths[0].mm;
		setup->length_laps = rules->lengths[0].laps;
	}
	choose_clock(loader, setup->start_at);
	return 0;
}

int load_judge(struct loader *loader, struct err *err)
{
	struct session *session = loader->session;
	struct survey survey;
	survey_events(&session->events, &survey);
	keep_anomalies(session, &survey);
	if (survey.last_at == INT64_MIN && !survey.entered)
		return err_set(err, -EINVAL, "%s: no car crosses a line in it%s%s",
			       loader->gathered.shown,
			       session->first_anomaly[0] == '\0' ? "" : "; ",
			       session->first_anomaly);
	if (survey.last_at == INT64_MIN)
		survey.first_at = survey.last_at = session->events.at[0].heard_at;
	if (survey.last_at == INSTANT_NONE)
		survey.first_at = survey.last_at = 0;
	instant_us start = session->setup.start_at;
	if (start == INSTANT_NONE)
		start = survey.start_at;
	/* The winner's finish: the flag; else when most laps were first complete. */
	instant_us finish = survey.flag_at != INT64_MAX ? survey.flag_at
			    : survey.most_laps_at != INT64_MAX && survey.most_laps > 0
				    ? survey.most_laps_at
				    : survey.last_at;
	duration_us lasted = start == INSTANT_NONE ? DURATION_NONE : finish - start;
	complete_lines(loader, &survey);
	int rc = add_entries(loader, &survey, err);
	if (rc == 0)
		rc = choose_rules(loader, &survey, lasted, err);
	if (rc == 0)
		rc = choose_length(loader, &survey, lasted, err);
	if (rc != 0)
		return rc;
	choose_clock(loader, start);
	rc = add_decisions(loader, &survey, err);
	if (rc == 0 && !survey.ended)
		add_event(loader, EVENT_END, survey.last_at);
	return rc;
}
