/*
 * find_circuit.c -- the circuit that is drawn of a race whose set-up names none
 *
 *  (1) It is sought in names, in this order: the label of the session text; what the sources
 *      say (the feed, the sidecar, the name of the session); the event; the file. The first
 *      of them that names a circuit decides, even if its circuit is not shown.
 *  (2) Otherwise it is the only circuit as long as the lap with as many lines, unless the
 *      source names one that has no file.
 *  (3) It is not shown if its start line is not known, if the source states a length that is
 *      more than 5 % off, or if a lap at the pace of the fastest ones would be driven below
 *      60 or above 270 km/h.
 *  (4) It is for maps and names: no lap, gap or forecast depends on it.
 */
#include <stdlib.h>
#include <string.h>

#include "session_parts.h"

enum { SLOWEST_KMH = 60, FASTEST_KMH = 270, LENGTHS = 3 };

/* ---- the fastest laps -------------------------------------------------------------- */

/* The fourth fastest: a lap or two may be cut short. It changes by steps, so that a race that
 * runs is seldom computed anew. */
bool survey_fastest(struct survey *survey, duration_us lap)
{
	unsigned at = SURVEY_FASTEST;
	if (lap <= US_S || lap >= US_DAY)
		return false;
	while (at > 0 &&
	       (survey->fastest[at - 1] == 0 || lap < survey->fastest[at - 1]))
		at--;
	if (at == SURVEY_FASTEST)
		return false;
	memmove(&survey->fastest[at + 1], &survey->fastest[at],
		(SURVEY_FASTEST - 1 - at) * sizeof(survey->fastest[0]));
	survey->fastest[at] = lap;
	duration_us last = survey->fastest[SURVEY_FASTEST - 1];
	if (last == 0 || (survey->fastest_known != 0 &&
			  last > survey->fastest_known - survey->fastest_known / 32))
		return false;
	survey->fastest_known = last;
	return true;
}

/** A fast lap; 0: not known yet. Where the source times no laps, from their survey. */
static duration_us fast_lap(const struct survey *survey)
{
	if (survey->fastest_known > 0)
		return survey->fastest_known;
	return survey->laps.lap_min / 6 * 10;
}

/* ---- the lengths that the source states ---------------------------------------------- */

/** In mm; of a length without a unit both of its readings. Returns how many. */
static unsigned lengths_of(const struct session *session, length_mm lengths[LENGTHS])
{
	const struct session_parts *parts = session->parts;
	unsigned count = 0;
	if (session->info.lap_length > 0)
		lengths[count++] = session->info.lap_length;
	if (parts->own.length > 0) {
		lengths[count++] = parts->own.length * 1000;
		lengths[count++] = parts->own.length * 1609344 / 1000;
	}
	return count;
}

static bool length_fits(const struct session *session, length_mm ours)
{
	length_mm lengths[LENGTHS];
	unsigned count = lengths_of(session, lengths);
	bool fits = count == 0;
	for (unsigned i = 0; i < count; i++) {
		length_mm apart =
			lengths[i] > ours ? lengths[i] - ours : ours - lengths[i];
		fits |= apart * 20 <= ours;
	}
	return fits;
}

/* ---- checking (3) ---------------------------------------------------------------------- */

/** Read the circuit that @found names into the session's. False, with why_not, if it is not
 * shown. */
static bool circuit_check(struct session *session, struct circuit_found *found)
{
	struct circuit *circuit = &session->circuit;
	duration_us lap = fast_lap(&session->parts->survey);
	struct err err;
	if (circuit_load(found->name, circuit, &err) != 0) {
		text_copy(found->why_not, sizeof(found->why_not), slice_of(err.text));
		return false;
	}
	if (circuit->start_unknown) {
		text_format(found->why_not, sizeof(found->why_not),
			    "not %s: its start line is not known", circuit->name);
		return false;
	}
	if (!length_fits(session, circuit->length)) {
		text_format(found->why_not, sizeof(found->why_not),
			    "not %s: the source has another length of the lap",
			    circuit->name);
		return false;
	}
	/* mm in microseconds are km in seconds. */
	int64_t kmh = lap > 0 ? circuit->length * 3600 / lap : SLOWEST_KMH;
	if (kmh >= SLOWEST_KMH && kmh <= FASTEST_KMH)
		return true;
	text_format(found->why_not, sizeof(found->why_not),
		    "not %s: its laps would be driven at %lld km/h", circuit->name,
		    (long long)kmh);
	return false;
}

/* ---- by names (1) ------------------------------------------------------------------------ */

static void say_why_not(const struct circuit_match *match, struct circuit_found *found)
{
	switch ((enum circuit_match_kind)match->kind) {
	case CIRCUIT_MATCH_UNSURE:
		text_format(found->why_not, sizeof(found->why_not),
			    "not sure: two circuits are named in \"%s\"", found->text);
		break;
	case CIRCUIT_MATCH_OTHER:
		text_format(found->why_not, sizeof(found->why_not),
			    "there is no map of \"%s\"", match->name);
		break;
	case CIRCUIT_MATCH_YEAR:
		text_format(found->why_not, sizeof(found->why_not),
			    "%s had another layout in that year", match->name);
		break;
	case CIRCUIT_MATCH_NONE:
	case CIRCUIT_MATCH_ONE:
		break;
	}
}

/** True: a name decides. */
static bool seek_by_names(const struct session *session, struct slice index,
			  struct circuit_found *found)
{
	const struct session_parts *parts = session->parts;
	const struct {
		enum circuit_by by;
		const char *text;
	} names[] = {
		{CIRCUIT_BY_SESSION_FILE, parts->text.circuit.text},
		{CIRCUIT_BY_SOURCE, parts->own.name},
		{CIRCUIT_BY_SOURCE, parts->sidecar.circuit},
		{CIRCUIT_BY_SOURCE, parts->sidecar.event},
		{CIRCUIT_BY_SOURCE,
		 parts->run_count > 0 ? parts->runs[parts->run].name : ""},
		{CIRCUIT_BY_EVENT, parts->text.event},
		{CIRCUIT_BY_SOURCE, parts->meeting},
		{CIRCUIT_BY_FILE, source_base(parts->named)},
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct circuit_match match;
		circuit_find(index, slice_of(names[i].text), parts->year, &match);
		if (match.kind == CIRCUIT_MATCH_NONE)
			continue;
		found->by = names[i].by;
		text_clean(found->text, sizeof(found->text), slice_of(names[i].text));
		say_why_not(&match, found);
		if (match.kind == CIRCUIT_MATCH_ONE)
			text_copy(found->name, sizeof(found->name),
				  slice_of(match.circuit));
		return true;
	}
	return false;
}

/* ---- by length (2) ------------------------------------------------------------------------- */

/** @circuit has room for one. */
static void seek_by_length(const struct session *session, struct slice index,
			   uint8_t lines, struct circuit_found *found)
{
	enum { FITS = 4 };
	char names[FITS][CIRCUIT_NAME_MAX];
	length_mm lengths[LENGTHS];
	unsigned fits = 0, count = lengths_of(session, lengths);
	struct circuit *circuit = calloc(1, sizeof(*circuit));
	struct err err;
	for (unsigned i = 0; circuit != NULL && i < count; i++) {
		unsigned n = circuit_find_length(index, lengths[i],
						 session->parts->year, names, FITS);
		for (unsigned k = 0; k < n && k < FITS; k++) {
			if (circuit_load(names[k], circuit, &err) != 0 ||
			    (circuit->line_count > 1 && circuit->line_count != lines))
				continue;
			fits++;
			text_copy(found->name, sizeof(found->name), slice_of(names[k]));
		}
		fits += n > FITS;
	}
	free(circuit);
	found->by = CIRCUIT_BY_LENGTH;
	if (fits == 1)
		return;
	found->name[0] = '\0';
	text_format(found->why_not, sizeof(found->why_not), "%s",
		    fits > 1 ? "not sure: several circuits are as long as the lap"
			     : "no name and no length of the lap says which");
}

/* ---- both ------------------------------------------------------------------------------------ */

static struct slice index_of(struct session_parts *parts)
{
	struct err err;
	if (!parts->circuits_read)
		(void)asset_read("circuits/index.csv", &parts->circuits, &err);
	parts->circuits_read = true;
	return parts->circuits.data;
}

/** Where the circuit has other lines than the source, place them by their shares of the
 * time of a lap. */
static void place_lines(struct circuit *circuit, const struct race_setup *setup)
{
	if (circuit->line_count == setup->line_count)
		return;
	circuit->lines_estimated = true;
	circuit->line_count = setup->line_count;
	for (unsigned i = 1; i < setup->line_count && i < LINES_MAX; i++) {
		circuit->line_mm[i] =
			(int32_t)(circuit->length * setup->line_ppm[i] / 1000000);
		text_format(circuit->line_names[i], sizeof(circuit->line_names[i]),
			    "I%u", i);
	}
}

void circuit_seek(struct session *session, const struct race_setup *setup)
{
	struct session_parts *parts = session->parts;
	struct circuit_found *found = &session->found;
	*found = (struct circuit_found){.by = CIRCUIT_BY_NOTHING};
	if (parts->circuit_known) {
		found->by = CIRCUIT_BY_SESSION_FILE;
		bool asset = parts->text.circuit.text[0] != '\0' &&
			     !names_a_file(parts->text.circuit.text);
		text_copy(found->name, sizeof(found->name),
			  slice_of(asset ? parts->text.circuit.text
					 : session->circuit.name));
		return;
	}
	struct slice index = index_of(parts);
	bool named = seek_by_names(session, index, found);
	if (!named && parts->own.name[0] != '\0')
		text_format(found->why_not, sizeof(found->why_not),
			    "there is no map of \"%s\"", parts->own.name);
	else if (!named)
		seek_by_length(session, index, setup->line_count, found);
	if (found->name[0] != '\0' && circuit_check(session, found)) {
		place_lines(&session->circuit, setup);
		return;
	}
	found->name[0] = '\0';
	circuit_from_lines(&session->circuit, setup);
}
