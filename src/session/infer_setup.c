/*
 * infer_setup.c -- the set-up that follows from the events, of a complete source and of
 * one that still runs
 *
 *  (1) The length: --length; else the session text, the sidecar or the source; else the
 *      ruleset's: nearest to the winner's finish if the source is complete (and no length
 *      where laps go on far behind it), otherwise only if the ruleset has a single
 *      length. A timed session has none of a ruleset's: those are lengths of races.
 *  (2) The ruleset: --rules; else the recording's; else by the names of the classes and
 *      the length, or the duration of a complete race (rules_default()).
 *  (3) If the ruleset names a time of day near the start, the limit counts from there.
 */
#include <errno.h>
#include <string.h>

#include "pitwall/csv.h"
#include "session_parts.h"

/* ---- the survey --------------------------------------------------------------------- */

void survey_begin(struct survey *survey)
{
	*survey = (struct survey){
		.most_laps_at = INSTANT_NONE,
		.flag_at = INSTANT_NONE,
		.first_at = INSTANT_NONE,
		.oldest_at = INSTANT_NONE,
		.lines = 1,
	};
}

bool survey_cut(const struct session_parts *parts)
{
	const struct survey *survey = &parts->survey;
	bool of_service = false;
	for (unsigned i = 0; i < parts->source_count; i++)
		of_service |= parts->sources[i].driver != NULL &&
			      parts->sources[i].driver->of_service;
	return !survey->ended && (survey->flag != FLAG_UNKNOWN || of_service) &&
	       survey->flag != FLAG_FINISH;
}

static void note_class(struct session_parts *parts, struct slice name)
{
	struct survey *survey = &parts->survey;
	for (unsigned i = survey->class_count; i-- > 0;)
		if (slice_eq(name, slice_of(survey->classes[i])))
			return;
	if (name.len == 0 || survey->class_count == RACE_CLASSES_MAX ||
	    text_is_course_car(name, true))
		return;
	text_copy(survey->classes[survey->class_count++], sizeof(survey->classes[0]),
		  name);
	parts->infer = true;
}

static bool earlier(instant_us at, instant_us than)
{
	return than == INSTANT_NONE || at < than;
}

static void note_passing(struct session_parts *parts, const struct event *event)
{
	struct survey *survey = &parts->survey;
	if (earlier(event->at, survey->first_at))
		survey->first_at = event->at;
	if (event->flag != FLAG_UNKNOWN)
		survey->flag = event->flag;
	if (event->line > 0 && event->line < LINES_MAX) {
		if (event->line < survey->lines)
			return;
		survey->lines = (uint8_t)(event->line + 1);
		parts->infer = true;
		return;
	}
	if (event->line != LINE_SF && event->line != LINE_SF_PIT)
		return;
	if (event->number == 0 && event->value != 0 &&
	    lap_survey_note(&survey->laps, event))
		parts->infer = true;
	if (survey_fastest(survey, event->value))
		parts->infer = true;
	if (event->number > survey->most_laps ||
	    (event->number == survey->most_laps &&
	     earlier(event->at, survey->most_laps_at))) {
		survey->most_laps = event->number;
		survey->most_laps_at = event->at;
	}
	if (event->flag == FLAG_FINISH && earlier(event->at, survey->flag_at))
		survey->flag_at = event->at;
}

/** The first of a stream, that of the lowest line of a file. */
static void note_anomaly(struct session_parts *parts, uint32_t index)
{
	struct survey *survey = &parts->survey;
	const struct event *event = &parts->all.at[index];
	/* Those of decisions are reported one by one. */
	if (event->source == SOURCE_OPERATOR)
		return;
	survey->anomalies += event_rows(event);
	const struct event *first = survey->first_anomaly == 0
					    ? NULL
					    : &parts->all.at[survey->first_anomaly - 1];
	/* A number of rows that are not listed is none of them. */
	if (first == NULL || first->value > 0 ||
	    (event->value == 0 && event->number < first->number))
		survey->first_anomaly = 1 + index;
}

void survey_note(struct session *session, uint32_t index)
{
	struct session_parts *parts = session->parts;
	const struct run *run = &parts->runs[parts->run];
	const struct event *event = &parts->all.at[index];
	if (index < run->from || (run->to > 0 && index >= run->to))
		return;
	if (event->at != INSTANT_NONE && earlier(event->at, parts->survey.oldest_at))
		parts->survey.oldest_at = event->at;
	if (event->kind == EVENT_PASSING) {
		note_passing(parts, event);
	} else if (event->kind == EVENT_ENTRY) {
		parts->survey.entered = true;
		if (event->field == ENTRY_CLASS)
			note_class(parts, event_text(&parts->all, event));
	} else if (event->kind == EVENT_ANOMALY) {
		note_anomaly(parts, index);
	} else if (event->kind == EVENT_LAP) {
		parts->infer |= survey_fastest(&parts->survey, event->value);
	} else if (event->kind == EVENT_START) {
		parts->infer = true;
	} else if (event->kind == EVENT_FLAG) {
		parts->survey.flag = event->flag;
	} else if (event->kind == EVENT_END) {
		/* The operator may cancel his own. */
		parts->survey.ended |= event->source != SOURCE_OPERATOR;
	}
}

/* ---- the circuit's lines ---------------------------------------------------------------- */

/* A length that was computed from speeds is off by a metre: where it is that of the circuit
 * which was found, the official one. */
static length_mm lap_length_of(const struct session *session)
{
	length_mm ours = session->found.name[0] ? session->circuit.length : 0;
	length_mm computed = session->info.lap_length;
	length_mm apart = computed > ours ? computed - ours : ours - computed;
	return ours > 0 && apart * 2000 <= ours ? ours : computed;
}

static void infer_lines(struct session *session, struct race_setup *setup)
{
	const struct session_parts *parts = session->parts;
	const struct circuit *circuit = &session->circuit;
	const struct sidecar *sidecar = &parts->sidecar;
	uint8_t known = parts->circuit_known ? circuit->line_count : 0;
	length_mm length = parts->circuit_known ? circuit->length : 0;
	setup->line_count = parts->survey.lines;
	if (setup->line_count < known)
		setup->line_count = known;
	if (setup->line_count < session->info.line_count)
		setup->line_count = session->info.line_count;
	setup->lap_length = length > 0 ? length : session->info.lap_length;
	setup->lap_min = parts->survey.laps.lap_min;
	for (unsigned i = 0; i < setup->line_count; i++) {
		if (known == setup->line_count && length > 0)
			setup->line_ppm[i] = (uint32_t)((int64_t)circuit->line_mm[i] *
							1000000 / length);
		else if (sidecar->line_count == setup->line_count)
			setup->line_ppm[i] = sidecar->line_ppm[i];
		else if (session->info.line_count == setup->line_count)
			setup->line_ppm[i] = session->info.line_ppm[i];
		else
			setup->line_ppm[i] = i * 1000000 / setup->line_count;
	}
	circuit_seek(session, setup);
	if (length == 0)
		setup->lap_length = lap_length_of(session);
}

/* ---- the ruleset and the length ---------------------------------------------------------- */

static uint64_t ratio_ppm(int64_t a, int64_t b)
{
	int64_t apart = a > b ? a - b : b - a;
	return b <= 0 ? UINT64_MAX : (uint64_t)mul_div(apart, 1000000, b);
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

/** The time from the start to the winner's finish (the flag, else the first completion
 * of most laps) of a complete source. DURATION_NONE: unknown. */
static duration_us lasted(const struct session *session, instant_us start)
{
	const struct session_parts *parts = session->parts;
	const struct survey *survey = &parts->survey;
	if (!parts->sealed || start == INSTANT_NONE || survey_cut(parts))
		return DURATION_NONE;
	if (survey->flag_at != INSTANT_NONE)
		return instant_sub(survey->flag_at, start);
	if (survey->most_laps > 0)
		return instant_sub(survey->most_laps_at, start);
	return instant_sub(parts->runs[parts->run].last_at, start);
}

/** The length from the option, the text, the sidecar or the source; zeros: none. */
static int given_length(const struct session *session, struct rules_length *out,
			struct err *err)
{
	const struct session_parts *parts = session->parts;
	const char *text = parts->options.length;
	*out = (struct rules_length){0};
	if (text == NULL && parts->text.length[0] != '\0')
		text = parts->text.length;
	if (text != NULL)
		return length_parse(slice_of(text), out, err);
	if (parts->sidecar.limit > 0)
		out->us = parts->sidecar.limit;
	else if (parts->run_count > 0)
		*out = (struct rules_length){
			.us = parts->runs[parts->run].length,
			.laps = parts->runs[parts->run].length_laps,
		};
	return 0;
}

static int load_rules(struct session *session, const char *name, struct err *err)
{
	struct session_parts *parts = session->parts;
	struct rules rules;
	if (strcmp(name, parts->rules_name) == 0)
		return 0;
	int rc = rules_load(name, &rules, err);
	if (rc != 0)
		return rc;
	session->rules = rules;
	text_copy(parts->rules_name, sizeof(parts->rules_name), slice_of(name));
	return 0;
}

static int infer_rules(struct session *session, duration_us length, struct err *err)
{
	struct session_parts *parts = session->parts;
	const struct survey *survey = &parts->survey;
	struct slice text = parts->texts.at[TEXT_RULES].data;
	const char *names[RACE_CLASSES_MAX];
	if (parts->options.rules != NULL)
		return load_rules(session, parts->options.rules, err);
	if (text.at != NULL)
		return rules_parse(text, "rules of the recording", &session->rules,
				   err);
	if (parts->text.rules.text[0] != '\0')
		return load_rules(session, parts->text.rules.text, err);
	const char *const texts[] = {parts->text.name, parts->named,
				     parts->runs[parts->run].whole};
	const char *series = rules_series(texts, ARRAY_LEN(texts));
	if (series != NULL)
		return load_rules(session, series, err);
	for (unsigned i = 0; i < survey->class_count; i++)
		names[i] = survey->classes[i];
	return load_rules(
		session, rules_default(names, survey->class_count, length, parts->year),
		err);
}

/** True where the laps go on far behind a length that no flag ends: the clock stood still
 * under a red flag, or the race was of another length. */
static bool goes_on(const struct session_parts *parts,
		    const struct rules_length *length, duration_us took)
{
	const struct survey *survey = &parts->survey;
	return survey->flag_at == INSTANT_NONE && length->us > 0 &&
	       survey->most_laps > 0 &&
	       took > length->us + 2 * (took / survey->most_laps);
}

/** (1) */
static void infer_length(const struct session *session, duration_us took,
			 const struct race_setup *setup, struct rules_length *length)
{
	const struct session_parts *parts = session->parts;
	const struct rules *rules = &session->rules;
	const struct rules_length *of_rules = NULL;
	length_mm lap = setup->lap_length;
	if (length->us > 0 || length->mm > 0 || length->laps > 0 ||
	    setup->type == SESSION_TIMED)
		return;
	if (parts->sealed && took != DURATION_NONE)
		of_rules = nearest_length(rules, took, &parts->survey, lap);
	else if (!parts->sealed && rules->length_count == 1)
		of_rules = &rules->lengths[0];
	if (of_rules != NULL && !(parts->sealed && goes_on(parts, of_rules, took)))
		*length = *of_rules;
}

/** (3) */
static void infer_clock(const struct rules *rules, instant_us start,
			struct race_setup *setup)
{
	if (setup->clock_at != INSTANT_NONE || rules->clock != CLOCK_TIME_OF_DAY ||
	    start == INSTANT_NONE)
		return;
	instant_us into = (start + setup->utc_offset_us) % US_DAY;
	if (into < 0)
		into += US_DAY;
	int64_t apart = rules->clock_of_day - into;
	if (apart < US_HOUR / 2 && apart > -US_HOUR / 2)
		setup->clock_at = start + apart;
}

/* ---- the run ----------------------------------------------------------------------------- */

static void name_by_type(struct race_setup *setup)
{
	text_copy(setup->session, sizeof(setup->session),
		  setup->type == SESSION_TIMED ? SLICE("Timed") : SLICE("Race"));
}

/** By the content of the source (@type); the name of a file says no more then. */
static void infer_type(const struct session_parts *parts, uint8_t type,
		       struct race_setup *setup)
{
	setup->type = type == SESSION_FIELD_TIMED ? SESSION_TIMED : SESSION_RACE;
	if (parts->text.name[0] == '\0')
		name_by_type(setup);
}

/** By the meeting, rather than by the name of a file. A session that some services name as its
 * meeting is named once. */
static void infer_event(const struct session_parts *parts, struct race_setup *setup)
{
	struct slice meeting = slice_of(parts->meeting);
	struct slice session = slice_of(setup->session);
	if (meeting.len == 0 || parts->text.event[0] != '\0' ||
	    parts->sidecar.event[0] != '\0')
		return;
	bool longer = slice_starts(session, meeting);
	text_copy(setup->event, sizeof(setup->event), longer ? session : meeting);
	if (longer || slice_starts(meeting, session))
		name_by_type(setup);
}

/** @type: enum session_field of a file. */
static void infer_run(const struct session_parts *parts, uint8_t type,
		      struct race_setup *setup)
{
	const struct run *run = &parts->runs[parts->run];
	const char *wanted = parts->wanted;
	bool type_given = parts->text.type_given ||
			  (wanted != NULL && (strcmp(wanted, "race") == 0 ||
					      strcmp(wanted, "timed") == 0));
	if (run->field != SESSION_FIELD_UNKNOWN)
		type = run->field;
	if (!type_given && type != SESSION_FIELD_UNKNOWN)
		infer_type(parts, type, setup);
	if (run->name[0] != '\0' &&
	    (parts->run_count > 1 || parts->text.name[0] == '\0'))
		text_copy(setup->session, sizeof(setup->session), slice_of(run->name));
}

/** A race of instants in UTC is shown in the zone of the circuit that it was found on. */
static void infer_zone(const struct session *session, instant_us start,
		       struct race_setup *setup)
{
	const struct session_parts *parts = session->parts;
	bool utc = parts->source_count > 0;
	for (unsigned i = 0; i < parts->source_count; i++)
		utc = utc && parts->sources[i].driver != NULL &&
		      parts->sources[i].driver->utc;
	if (!utc || start == INSTANT_NONE)
		return;
	setup->floating = false;
	if (setup->zone[0] != '\0' || session->circuit.zone[0] == '\0' ||
	    parts->text.utc_offset_us != DURATION_NONE)
		return;
	text_copy(setup->zone, sizeof(setup->zone), slice_of(session->circuit.zone));
	setup->utc_offset_us = zone_offset(setup->zone, start - start % US_DAY);
}

int setup_infer(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	struct rules_length length;
	struct race_setup setup = parts->setup;
	instant_us start = setup.start_at != INSTANT_NONE
				   ? setup.start_at
				   : parts->runs[parts->run].start_at;
	duration_us took = lasted(session, start);
	parts->infer = false;
	memcpy(setup.steps, session->info.steps, sizeof(setup.steps));
	infer_run(parts, session->info.type, &setup);
	infer_event(parts, &setup);
	infer_lines(session, &setup);
	infer_zone(session, start != INSTANT_NONE ? start : parts->survey.first_at,
		   &setup);
	int rc = given_length(session, &length, err);
	if (rc == 0)
		rc = infer_rules(session, length.us > 0 ? length.us : took, err);
	if (rc != 0)
		return rc;
	infer_length(session, took, &setup, &length);
	setup.length_us = length.us;
	setup.length = length.mm;
	setup.length_laps = length.laps;
	int64_t lap;
	if (parts->options.result_at != NULL &&
	    session_lap_parse(slice_of(parts->options.result_at), &lap))
		setup.result_lap = (uint32_t)lap;
	infer_clock(&session->rules, start, &setup);
	session->setup = setup;
	return 0;
}
