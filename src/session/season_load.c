/*
 * season_load.c -- the rounds of a season, from their sources
 *
 *  (1) A round is a source, a list of results, or both: places, laps and status are those of
 *      the list; driving times and places at intermediate hours those of the source.
 *  (2) Whatever cannot be read is a note; a round of which nothing can be read is not held.
 *  (3) Places of a class are counted here, dead heats included, and then decisions apply.
 */
#include <errno.h>
#include <stdlib.h>

#include "pitwall/source.h"
#include "season_names.h"

/* ---- files ------------------------------------------------------------------------- */

/* A race of the program by its name, a URL as it is, else a file beside the season file. */
void season_path(const struct season_loaded *loaded, const char *name,
		 char path[SOURCE_PATH_MAX])
{
	char asset[128];
	text_format(asset, sizeof(asset), "races/%s.pitwall", name);
	if (asset_name_ok(name) && !strchr(name, '.') &&
	    asset_path(asset, path, SOURCE_PATH_MAX, NULL) == 0)
		return;
	bool beside = name[0] != '/' && !strstr(name, "://") &&
		      !slice_starts(slice_of(name), SLICE("exec:"));
	text_format(path, SOURCE_PATH_MAX, "%s%s", beside ? loaded->folder : "", name);
}

/* @why begins with the file. */
static void season_missing(struct season_loaded *loaded, unsigned round,
			   const char *why)
{
	season_note(loaded, NOTE_MISSING, round, "round \"%s\": %s",
		    loaded->plan.rounds[round].name, why);
}

/* A list of results; false after a note. */
static bool season_read_list(struct season_loaded *loaded, unsigned round,
			     const char *name, struct result_list *list)
{
	char path[SOURCE_PATH_MAX];
	struct bytes bytes = {0};
	struct err err = {""};
	season_path(loaded, name, path);
	int rc = small_file_read(path, &bytes, &err);
	if (rc == 0)
		rc = result_list_read(bytes.data, name, list, &err);
	bytes_free(&bytes);
	if (rc)
		season_missing(loaded, round, err.text);
	return rc == 0;
}

/* True when a file is a list of results, not a race. */
static bool season_is_list(const struct season_loaded *loaded, const char *name)
{
	char path[SOURCE_PATH_MAX];
	struct bytes bytes = {0};
	season_path(loaded, name, path);
	bool is = !strstr(path, "://") && small_file_read(path, &bytes, NULL) == 0 &&
		  result_list_is(bytes.data);
	bytes_free(&bytes);
	return is;
}

/* ---- from a session ------------------------------------------------------------------- */

/* A number may be one of two classes, where both lists have classes. */
static struct season_said *said_of(struct season_says *says,
				   const struct result_row *row)
{
	for (unsigned i = 0; i < says->count; i++) {
		const struct result_row *own = &says->cars[i].row;
		bool other_class = own->class_name[0] && row->class_name[0] &&
				   !season_same_class(own->class_name, row->class_name);
		if (strcmp(own->number, row->number) == 0 && !other_class)
			return &says->cars[i];
	}
	return NULL;
}

static struct season_said *said_add(struct season_says *says)
{
	struct season_said *said = &says->cars[says->count++];
	memset(said, 0, sizeof(*said));
	said->qualifier = RACE_DRIVERS_MAX;
	said->row.total = DURATION_NONE;
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++) {
		said->seconds[i] = -1;
		said->driver_laps[i] = SEASON_NONE;
	}
	return said;
}

/* Laps of each driver; those of unknown drivers leave all of the car unknown. */
static void said_laps(const struct session *session, uint16_t car,
		      struct season_said *said)
{
	const struct race_tables *tables = &session->timeline.tables;
	uint32_t row = session->timeline.race.cars[car].lap_row;
	uint32_t laps[RACE_DRIVERS_MAX] = {0};
	for (; row != 0; row = tables->laps[row - 1].prev) {
		if (tables->laps[row - 1].driver >= RACE_DRIVERS_MAX)
			return;
		laps[tables->laps[row - 1].driver]++;
	}
	for (unsigned i = 0; i < said->row.driver_count; i++)
		said->driver_laps[i] = (uint16_t)laps[i];
}

static void said_entry(const struct session *session, uint16_t car,
		       struct season_said *said)
{
	const struct race *race = &session->timeline.race;
	const struct entry *entry = &race->entries[car];
	struct result_row *row = &said->row;
	/* A car that is out of the race has no driver at the wheel. */
	instant_us at = race->cars[car].line_at;
	char label[16];
	race_car_label(race, car, label);
	text_copy(row->number, sizeof(row->number), slice_of(label));
	if (entry->class_index < race->class_count)
		text_copy(row->class_name, sizeof(row->class_name),
			  slice_of(race->classes[entry->class_index].name));
	text_copy(row->team, sizeof(row->team), slice_of(entry->team));
	text_copy(row->vehicle, sizeof(row->vehicle), slice_of(entry->vehicle));
	row->grid = entry->grid_inferred ? 0 : entry->grid;
	row->driver_count = entry->driver_count;
	for (unsigned i = 0; i < entry->driver_count; i++) {
		text_copy(row->drivers[i], sizeof(row->drivers[i]),
			  slice_of(entry->drivers[i]));
		duration_us driven = race_driver_time(race, car, i, at);
		if (driven != DURATION_NONE && driven >= 0)
			said->seconds[i] = (int32_t)(driven / US_S);
	}
	said_laps(session, car, said);
}

/* The fastest lap of each class. */
static void said_fastest(const struct session *session, struct season_says *says)
{
	const struct race *race = &session->timeline.race;
	for (unsigned c = 0; c < race->class_count; c++) {
		struct season_said *best = NULL;
		duration_us least = DURATION_NONE;
		for (unsigned i = 0; i < says->count; i++) {
			uint16_t car = race_find_text(
				race, slice_of(says->cars[i].row.number));
			if (car == CAR_NONE || race->entries[car].class_index != c ||
			    race->cars[car].lap_best == DURATION_NONE)
				continue;
			if (best && race->cars[car].lap_best >= least)
				continue;
			best = &says->cars[i];
			least = race->cars[car].lap_best;
		}
		if (best)
			best->row.fastest_lap = 1;
	}
}

/* The seat that drove the best lap. */
static uint8_t said_qualifier(const struct session *session, uint16_t car)
{
	const struct race_tables *tables = &session->timeline.tables;
	const struct car *c = &session->timeline.race.cars[car];
	for (uint32_t row = c->lap_row; row != 0; row = tables->laps[row - 1].prev)
		if (tables->laps[row - 1].lap == c->lap_best_number)
			return tables->laps[row - 1].driver;
	return RACE_DRIVERS_MAX;
}

static void said_session(const struct session *session, struct season_says *says)
{
	const struct classification *list = &session->classification;
	bool timed = session->timeline.race.setup.type == SESSION_TIMED;
	says->count = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct result *result = &list->rows[i];
		struct season_said *said = said_add(says);
		said_entry(session, result->car, said);
		said->row.place = result->position;
		said->row.laps = result->laps;
		said->row.total = result->total;
		said->row.status = result->status;
		bool time = session->timeline.race.cars[result->car].lap_best !=
			    DURATION_NONE;
		if (timed && !time)
			said->row.place = 0;
		if (timed)
			said->qualifier = said_qualifier(session, result->car);
	}
	said_fastest(session, says);
}

/* Places at the instants of the rules before the end; those at the end are final. */
static void said_segments(struct session *session, struct season_says *says,
			  const struct points_segments *segments,
			  const struct season_round *round)
{
	const struct race *race = &session->timeline.race;
	instant_us start = race->start_at, end = session->timeline.last_at;
	for (unsigned k = 0; segments && k < segments->count; k++) {
		duration_us at = season_segment_time(segments, k, round->length.us);
		bool final = at == 0 || start == INSTANT_NONE || start + at > end;
		if (!final)
			(void)session_at(session, start + at);
		for (unsigned i = 0; !final && i < session->classification.count; i++) {
			const struct result *result = &session->classification.rows[i];
			struct result_row row = {.class_name = ""};
			char label[16];
			race_car_label(race, result->car, label);
			text_copy(row.number, sizeof(row.number), slice_of(label));
			struct season_said *said = said_of(says, &row);
			if (said)
				said->segments[k] = result->class_position;
		}
	}
	(void)session_at(session, end);
}

/* ---- a round of what is said -------------------------------------------------------------- */

static int said_order(const struct season_result *a, const struct season_result *b)
{
	bool a_is_out = a->status == STATUS_DSQ, b_is_out = b->status == STATUS_DSQ;
	uint16_t at = a->class_place ? a->class_place : a->place;
	uint16_t bt = b->class_place ? b->class_place : b->place;
	if (a_is_out != b_is_out)
		return a_is_out - b_is_out;
	if (!at != !bt)
		return !at - !bt;
	if (at != bt)
		return at < bt ? -1 : 1;
	return at ? 0 : (a->laps < b->laps) - (a->laps > b->laps);
}

/* (3) Cars without a place follow the others, by laps, then as they are listed; those that
 * are disqualified are the last. */
static void round_class_places(struct season_round *round)
{
	uint16_t places[RACE_CARS_MAX];
	for (unsigned i = 0; i < round->count; i++) {
		const struct season_result *own = &round->results[i];
		bool placed = own->place || own->class_place;
		places[i] = 1;
		for (unsigned j = 0; j < round->count; j++) {
			const struct season_result *other = &round->results[j];
			int order = said_order(other, own);
			places[i] += other->class_index == own->class_index &&
				     (order < 0 || (order == 0 && !placed && j < i));
		}
	}
	for (unsigned i = 0; i < round->count; i++)
		round->results[i].class_place = places[i];
}

/* A car in lists of numbers: the number it has here, or the one it has in the season. */
struct car_numbers {
	const char *here, *season;
};

static bool list_has_car(const char *list, const struct car_numbers *car)
{
	return season_list_has(list, car->here) || season_list_has(list, car->season);
}

static bool plan_enters(const struct season_plan *plan, const struct season *season,
			const struct season_result *result,
			const struct car_numbers *car)
{
	bool listed = false;
	for (unsigned i = 0; i < plan->entry_count; i++) {
		if (!season_same_class(plan->entries[i].class_name,
				       season->classes[result->class_index]))
			continue;
		listed = true;
		if (list_has_car(plan->entries[i].numbers, car))
			return true;
	}
	return !listed;
}

/* Names of a car; the same words have the same names. */
static void round_name_car(struct season_loaded *loaded, unsigned index,
			   const struct season_says *says, unsigned i,
			   struct season_result *out)
{
	const struct season_said *said = &says->cars[i];
	const struct result_row *row = &said->row;
	uint64_t hash = hash_bytes(row->number, sizeof(row->number), index);
	hash = hash_bytes(row->class_name, sizeof(row->class_name), hash);
	hash = hash_bytes(row->team, sizeof(row->team), hash);
	hash = hash_bytes(row->vehicle, sizeof(row->vehicle), hash);
	hash = hash_bytes(row->make, sizeof(row->make), hash);
	hash = hash_bytes(row->drivers, sizeof(row->drivers), hash);
	for (unsigned k = 0; k < loaded->named_count; k++) {
		const struct season_result *known = &loaded->named[k].result;
		if (loaded->named[k].hash != hash)
			continue;
		out->car = known->car;
		out->team = known->team;
		out->make = known->make;
		out->seat_count = known->seat_count;
		memcpy(out->seats, known->seats, sizeof(out->seats));
		for (unsigned s = 0; s < out->seat_count; s++) {
			out->seats[s].seconds = said->seconds[s];
			out->seats[s].laps = said->driver_laps[s];
		}
		return;
	}
	season_name_car(loaded, index, says, i, out);
	if (loaded->named_count == RACE_CARS_MAX)
		loaded->named_count = 0;
	loaded->named[loaded->named_count].hash = hash;
	loaded->named[loaded->named_count++].result = *out;
}

static void round_take_car(struct season_loaded *loaded, unsigned index,
			   const struct season_says *says, unsigned i)
{
	struct season_round *round = loaded->rounds[index];
	const struct season_plan *plan = &loaded->plan;
	const struct season_plan_round *planned = &plan->rounds[index];
	const struct season_said *said = &says->cars[i];
	struct season_result *out = &round->results[round->count];
	memset(out, 0, sizeof(*out));
	out->class_index = season_class_of(loaded, said->row.class_name);
	if (out->class_index >= SEASON_CLASSES_MAX) {
		season_note(loaded, NOTE_MISSING, index,
			    "round \"%s\": car %s is not scored: it has no class",
			    planned->name, said->row.number);
		return;
	}
	round->count++;
	out->total = said->row.total;
	out->laps = said->row.laps;
	out->place = said->row.place;
	out->class_place = said->row.class_place;
	out->qualifying = said->row.qualifying;
	out->qualifier = said->qualifier;
	out->grid = said->row.grid;
	out->status = said->row.status;
	memcpy(out->segments, said->segments, sizeof(out->segments));
	round_name_car(loaded, index, says, i, out);
	struct car_numbers car = {said->row.number,
				  season_name_text(&loaded->season, out->car)};
	out->guest = said->row.guest || list_has_car(plan->guests, &car) ||
		     list_has_car(planned->guests, &car) ||
		     !plan_enters(plan, &loaded->season, out, &car);
	out->privately = list_has_car(plan->privates, &car);
	out->pole = said->row.pole || list_has_car(planned->pole, &car);
	/* A fastest lap that is typed replaces the one of the laps. */
	out->fastest_lap = planned->fastest[0] ? list_has_car(planned->fastest, &car)
					       : said->row.fastest_lap;
}

/* True when the race ends at the instant. Of a length that is not known, the last instant of a
 * cup is the end: the race itself gives it no points. */
static bool segment_is_end(const struct points_segments *segments, unsigned k,
			   const struct season_round *round)
{
	if (segments->at[k] == 0)
		return segments->share_pm[k] >= 1000;
	if (round->length.us > 0)
		return segments->at[k] >= round->length.us;
	return segments->cup[0] && k + 1u == segments->count;
}

/* At the end the places are those of the result; a list alone has no others. */
static void round_final_segments(struct season_loaded *loaded, unsigned index,
				 bool laps)
{
	struct season_round *round = loaded->rounds[index];
	const struct points_segments *segments =
		season_round_segments(&loaded->season, round);
	unsigned unknown = 0, hours = 0;
	for (unsigned k = 0; segments && k < segments->count; k++) {
		bool any = false, end = segment_is_end(segments, k, round);
		bool final = laps || end;
		for (unsigned i = 0; i < round->count; i++)
			any |= round->results[i].segments[k] > 0;
		for (unsigned i = 0; !any && final && i < round->count; i++)
			if (round->results[i].status != STATUS_DNS)
				round->results[i].segments[k] =
					round->results[i].class_place;
		unknown += !any && !final;
		hours += !end;
	}
	if (unknown)
		season_note(
			loaded, NOTE_UNSURE, index,
			"round \"%s\": the places at %u of %u intermediate hours are "
			"not known, their points are missing: a lap file or a "
			"recording as source has them",
			round->name, unknown, hours);
}

/* ---- qualifying ------------------------------------------------------------------------------ */

/* Places in the class of the cars of a session or list of qualifying, into @says. */
static void qualifying_take(struct season_loaded *loaded, struct season_says *says,
			    const struct season_says *from)
{
	for (unsigned i = 0; i < from->count; i++) {
		const struct season_said *own = &from->cars[i];
		struct season_said *said = said_of(says, &own->row);
		if (!said && says->count < RACE_CARS_MAX) {
			said = said_add(says);
			said->row = own->row;
			said->row.place = said->row.class_place = 0;
			said->row.laps = 0;
			said->row.fastest_lap = said->row.pole = 0;
			said->row.status = STATUS_DNS;
		}
		if (!said || !(own->row.place || own->row.class_place))
			continue;
		uint8_t class_index = season_class_of(loaded, said->row.class_name);
		said->row.qualifying = 1;
		said->qualifier = own->qualifier;
		for (unsigned j = 0; j < from->count; j++) {
			const struct result_row *other = &from->cars[j].row;
			const struct season_said *of = said_of(says, other);
			const char *name = of ? of->row.class_name : other->class_name;
			uint16_t place =
				other->class_place ? other->class_place : other->place;
			uint16_t mine = own->row.class_place ? own->row.class_place
							     : own->row.place;
			said->row.qualifying +=
				place > 0 && place < mine &&
				season_class_of(loaded, name) == class_index;
		}
	}
}

static void said_list(const struct result_list *list, struct season_says *says)
{
	says->count = 0;
	for (unsigned i = 0; i < list->count; i++)
		said_add(says)->row = list->rows[i];
}

/* ---- reading a round ----------------------------------------------------------------------------- */

/* What a round is read with. */
struct round_reading {
	struct season_loaded *loaded;
	struct season_says says, other;
	struct result_list list;
};

/* A race or a session of qualifying; NULL after a note. */
static struct session *round_session(struct season_loaded *loaded, unsigned round,
				     const char *name)
{
	const struct season_plan_round *planned = &loaded->plan.rounds[round];
	char path[SOURCE_PATH_MAX], decisions[SOURCE_PATH_MAX];
	struct options options = {.sources = {path}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	season_path(loaded, name, path);
	if (planned->decisions[0]) {
		season_path(loaded, planned->decisions, decisions);
		options.decisions = decisions;
	}
	options.rules = planned->ruleset[0]       ? planned->ruleset
			: loaded->plan.ruleset[0] ? loaded->plan.ruleset
						  : NULL;
	if (session_load(&options, 0, &session, &err)) {
		season_missing(loaded, round, err.text);
		return NULL;
	}
	classify(&session->timeline.race, &session->timeline.tables, &session->rules,
		 &session->classification);
	return session;
}

/* Length, date and how much was raced, where the season file does not say. */
static void round_from_setup(struct season_round *round, const struct session *session)
{
	const struct race_setup *setup = &session->timeline.race.setup;
	const struct classification *list = &session->classification;
	struct rules_length *length = &round->length;
	if (!length->us && !length->mm && !length->laps)
		*length = (struct rules_length){setup->length_us, setup->length,
						setup->length_laps, 0};
	bool by_time = length->us > 0 && !length->mm && !length->laps;
	if (by_time && round->run == DURATION_NONE && list->finished &&
	    list->count > 0 && list->rows[0].total != DURATION_NONE &&
	    list->rows[0].total < length->us)
		round->run = list->rows[0].total;
}

static bool row_has_driver(const struct result_row *row, const char *name)
{
	for (unsigned i = 0; i < row->driver_count; i++)
		if (season_same_driver(row->drivers[i], name))
			return true;
	return false;
}

/* The drivers of the source with their times; a driver who is only in the list did not drive,
 * unless the source has others in his place. */
static void join_drivers(struct season_said *own, const struct season_said *of)
{
	struct result_row listed = own->row;
	bool others = false, times = false;
	own->row.driver_count = of->row.driver_count;
	memcpy(own->row.drivers, of->row.drivers, sizeof(own->row.drivers));
	memcpy(own->seconds, of->seconds, sizeof(own->seconds));
	memcpy(own->driver_laps, of->driver_laps, sizeof(own->driver_laps));
	for (unsigned i = 0; i < of->row.driver_count; i++) {
		others |= !row_has_driver(&listed, of->row.drivers[i]);
		times |= of->seconds[i] >= 0;
	}
	for (unsigned i = 0; !others && i < listed.driver_count; i++) {
		unsigned seat = own->row.driver_count;
		if (seat == RACE_DRIVERS_MAX ||
		    row_has_driver(&own->row, listed.drivers[i]))
			continue;
		memcpy(own->row.drivers[seat], listed.drivers[i],
		       sizeof(own->row.drivers[seat]));
		own->seconds[seat] = times ? 0 : -1;
		own->driver_laps[seat] = times ? 0 : SEASON_NONE;
		own->row.driver_count++;
	}
}

/* (1) Times and intermediate places of the source go to the rows of the list. */
static void round_join(struct season_says *says, struct season_says *source)
{
	bool laps = false;
	for (unsigned i = 0; i < says->count; i++)
		laps |= says->cars[i].row.laps > 0;
	for (unsigned i = 0; i < says->count; i++) {
		struct season_said *own = &says->cars[i];
		const struct season_said *of = said_of(source, &own->row);
		if (!of)
			continue;
		memcpy(own->segments, of->segments, sizeof(own->segments));
		own->row.fastest_lap |= of->row.fastest_lap;
		if (!laps)
			own->row.laps = of->row.laps;
		if (!own->row.class_name[0])
			memcpy(own->row.class_name, of->row.class_name,
			       sizeof(own->row.class_name));
		if (!own->row.team[0])
			memcpy(own->row.team, of->row.team, sizeof(own->row.team));
		if (!own->row.vehicle[0])
			memcpy(own->row.vehicle, of->row.vehicle,
			       sizeof(own->row.vehicle));
		if (of->row.driver_count > 0)
			join_drivers(own, of);
	}
}

static bool round_read_source(struct round_reading *reading, unsigned index,
			      struct season_says *out)
{
	struct season_loaded *loaded = reading->loaded;
	struct season_round *round = loaded->rounds[index];
	struct session *session =
		round_session(loaded, index, loaded->plan.rounds[index].source);
	if (!session)
		return false;
	round_from_setup(round, session);
	said_session(session, out);
	said_segments(session, out, season_round_segments(&loaded->season, round),
		      round);
	session_free(session);
	return true;
}

/* Official results have decisions that no lap file has. */
static void round_ask_results(struct season_loaded *loaded, unsigned index)
{
	const char *source = loaded->plan.rounds[index].source;
	char path[SOURCE_PATH_MAX], beside[SOURCE_PATH_MAX + 16];
	season_path(loaded, source, path);
	if (!source_results_beside(path, beside, sizeof(beside)))
		return;
	season_note(loaded, NOTE_UNSURE, index,
		    "round \"%s\": scored by its laps; its official results lie beside "
		    "them: write \"results = %.*s%s\" to score those",
		    loaded->plan.rounds[index].name,
		    (int)(source_base(source) - source), source, source_base(beside));
}

static void round_read_qualifying(struct round_reading *reading, unsigned index)
{
	struct season_loaded *loaded = reading->loaded;
	const struct season_plan_round *planned = &loaded->plan.rounds[index];
	for (unsigned i = 0; i < planned->qualifying_count; i++) {
		const char *name = planned->qualifying[i];
		reading->other.count = 0;
		if (season_is_list(loaded, name)) {
			if (season_read_list(loaded, index, name, &reading->list))
				said_list(&reading->list, &reading->other);
		} else {
			struct session *session = round_session(loaded, index, name);
			if (session)
				said_session(session, &reading->other);
			session_free(session);
		}
		qualifying_take(loaded, &reading->says, &reading->other);
	}
}

/* A list with gaps would move the cars behind them up. */
static void round_check_gaps(struct season_loaded *loaded, unsigned index,
			     const struct season_says *says)
{
	for (unsigned i = 0; i < says->count; i++) {
		const struct result_row *own = &says->cars[i].row;
		unsigned place = own->class_place ? own->class_place : own->place;
		unsigned ahead = 0;
		for (unsigned j = 0; j < says->count; j++) {
			const struct result_row *other = &says->cars[j].row;
			ahead += own->class_place
					 ? other->class_place > 0 &&
						   other->class_place < place &&
						   season_same_class(other->class_name,
								     own->class_name)
					 : other->place > 0 && other->place < place;
		}
		if (place == 0 || ahead + 1 >= place)
			continue;
		season_note(loaded, NOTE_MISSING, index,
			    "round \"%s\": car %s has place %u%s%s, but cars listed "
			    "ahead of it: %u; list all of them",
			    loaded->plan.rounds[index].name, own->number, place,
			    own->class_place ? " of " : "",
			    own->class_place ? own->class_name : "", ahead);
		return;
	}
}

/* Places of the class decide; those of the field may have been typed in another order. */
static void round_check_order(struct season_loaded *loaded, unsigned index,
			      const struct season_says *says)
{
	for (unsigned i = 0; i < says->count; i++)
		for (unsigned j = 0; j < says->count; j++) {
			const struct result_row *a = &says->cars[i].row;
			const struct result_row *b = &says->cars[j].row;
			bool turned = a->class_place && a->place &&
				      a->class_place < b->class_place && b->place &&
				      a->place > b->place;
			if (!turned || !season_same_class(a->class_name, b->class_name))
				continue;
			season_note(
				loaded, NOTE_UNSURE, index,
				"round \"%s\": car %s is ahead of car %s in its "
				"class, and behind it in the race: the places of the "
				"class count",
				loaded->plan.rounds[index].name, a->number, b->number);
			return;
		}
}

static void round_results(struct season_loaded *loaded, unsigned index,
			  const struct season_says *says)
{
	struct season_round *round = loaded->rounds[index];
	round->count = 0;
	for (unsigned i = 0; i < says->count; i++)
		round_take_car(loaded, index, says, i);
	round_class_places(round);
	round->held = round->count > 0;
}

/* ---- decisions -------------------------------------------------------------------------------------- */

static struct season_result *round_car(struct season_loaded *loaded, unsigned index,
				       const char *number)
{
	struct season_round *round = loaded->rounds[index];
	char own[EVENT_ID_MAX + 1];
	season_car_number(loaded, index, number, own);
	/* A car that only qualified may have the number too, in another class. */
	struct season_result *found = NULL;
	for (unsigned i = 0; i < round->count; i++) {
		struct season_result *result = &round->results[i];
		bool is = strcmp(season_name_text(&loaded->season, result->car), own) ==
			  0;
		if (is && (!found || found->status == STATUS_DNS))
			found = result;
	}
	return found;
}

/* The new place of a car when another one goes from one place to another. */
static uint16_t place_beside(uint16_t place, uint16_t from, uint16_t to)
{
	if (place > from && place <= to)
		return (uint16_t)(place - 1);
	return place < from && place >= to ? (uint16_t)(place + 1) : place;
}

/* The place in the whole field that goes with a place of the class: that of the car that has
 * it; the last one, where it has none. */
static uint16_t field_place(const struct season_round *round,
			    const struct season_result *car, unsigned class_place)
{
	uint16_t last = 0;
	for (unsigned i = 0; i < round->count; i++) {
		const struct season_result *other = &round->results[i];
		if (other->place > last)
			last = other->place;
		if (other->class_index == car->class_index &&
		    other->class_place == class_place && other->place)
			return other->place;
	}
	return last;
}

/* To a place of its class; those between move by one, also in the whole field. */
static void round_move(struct season_round *round, struct season_result *car,
		       unsigned place)
{
	unsigned last = 0;
	for (unsigned i = 0; i < round->count; i++) {
		const struct season_result *other = &round->results[i];
		if (other->class_index == car->class_index &&
		    other->status != STATUS_DNS && other->class_place > last)
			last = other->class_place;
	}
	if (place == 0 || place > last)
		place = last;
	uint16_t from = car->class_place, field_from = car->place;
	uint16_t field_to = field_place(round, car, place);
	for (unsigned i = 0; i < round->count; i++) {
		struct season_result *other = &round->results[i];
		if (other == car)
			continue;
		if (other->class_index == car->class_index)
			other->class_place =
				place_beside(other->class_place, from, (uint16_t)place);
		if (field_from && other->place)
			other->place = place_beside(other->place, field_from, field_to);
	}
	car->class_place = (uint16_t)place;
	if (field_from)
		car->place = field_to;
}

static bool classes_have(struct season_loaded *loaded, const char *list,
			 uint8_t class_index)
{
	struct slice rest = slice_of(list);
	bool any = false;
	while (rest.len > 0) {
		char name[POINTS_CLASS_MAX];
		struct slice word = slice_trim(slice_cut(&rest, ','));
		any |= word.len > 0;
		if (text_clean(name, sizeof(name), word) &&
		    season_class_of(loaded, name) == class_index)
			return true;
	}
	return !any;
}

/* Of one car, else of the classes; those behind a car move up. */
static void round_void_qualifying(struct season_loaded *loaded, unsigned index,
				  const struct season_decision *decision,
				  struct season_result *car)
{
	struct season_round *round = loaded->rounds[index];
	bool any = false;
	for (unsigned i = 0; i < round->count; i++) {
		struct season_result *result = &round->results[i];
		bool of = car ? result == car
			      : classes_have(loaded, decision->classes,
					     result->class_index);
		any |= of && (result->qualifying || result->pole);
		if (car && car->qualifying && result->class_index == car->class_index &&
		    result->qualifying > car->qualifying)
			result->qualifying--;
		if (of && !car)
			result->qualifying = result->pole = 0;
	}
	if (car)
		car->qualifying = car->pole = 0;
	if (!any)
		season_note(
			loaded, NOTE_UNSURE, index,
			"round \"%s\": the decision of line %u has no effect: there "
			"are no such places in qualifying",
			round->name, decision->line);
}

static void round_decide(struct season_loaded *loaded, unsigned index,
			 const struct season_decision *decision)
{
	struct season_round *round = loaded->rounds[index];
	struct season_result *car =
		decision->car[0] ? round_car(loaded, index, decision->car) : NULL;
	if (decision->car[0] && !car) {
		season_note(loaded, NOTE_MISSING, index,
			    "round \"%s\": the decision of line %u has no effect: car "
			    "%s is not in the round",
			    round->name, decision->line, decision->car);
		return;
	}
	switch ((enum season_decision_kind)decision->kind) {
	case SEASON_STATUS:
		/* The places of the others are those of the list without it. */
		if (decision->value == STATUS_DSQ)
			round_move(round, car, 0);
		car->status = (uint8_t)decision->value;
		break;
	case SEASON_PLACE:
		round_move(round, car, (unsigned)decision->value);
		break;
	case SEASON_LAST:
		round_move(round, car, 0);
		break;
	case SEASON_POINTS:
		for (unsigned kind = 0; kind < TITLE_KINDS; kind++)
			if (decision->to >> kind & 1)
				car->given[kind] =
					points_add(car->given[kind], decision->value);
		break;
	case SEASON_QUALIFYING_VOID:
		round_void_qualifying(loaded, index, decision, car);
		break;
	}
}

static void round_decisions(struct season_loaded *loaded, unsigned index)
{
	for (unsigned i = 0; i < loaded->plan.decision_count; i++)
		if (loaded->plan.decisions[i].round == index)
			round_decide(loaded, index, &loaded->plan.decisions[i]);
}

/* Numbers that no round has: they may be misspelt. */
static void season_check_numbers(struct season_loaded *loaded, const char *key,
				 const char *list)
{
	struct slice rest = slice_of(list), word;
	char missing[80] = "";
	size_t n = 0;
	while (season_list_next(&rest, &word)) {
		char number[EVENT_ID_MAX + 1];
		bool found = !text_id(number, sizeof(number), word);
		for (unsigned r = 0; !found && r < loaded->season.round_count; r++)
			found = round_car(loaded, r, number) != NULL;
		if (!found)
			n += text_format(missing + n, sizeof(missing) - n, "%s%s",
					 n ? ", " : "", number);
	}
	if (n > 0)
		season_note(loaded, NOTE_UNSURE, ROUND_BY_RULE,
			    "%s: no round has the cars %s", key, missing);
}

static bool class_is_raced(const struct season_loaded *loaded, const char *name)
{
	for (unsigned r = 0; r < loaded->season.round_count; r++) {
		const struct season_round *round = loaded->rounds[r];
		for (unsigned i = 0; i < round->count; i++)
			if (season_same_class(
				    loaded->season
					    .classes[round->results[i].class_index],
				    name))
				return true;
	}
	return false;
}

/* Classes of the season file that no result has, and names of rounds: they may be misspelt. */
static void season_check_words(struct season_loaded *loaded)
{
	const struct season_plan *plan = &loaded->plan;
	bool held = false;
	for (unsigned r = 0; r < plan->round_count; r++)
		held |= loaded->rounds[r]->held != 0;
	if (held) {
		season_check_numbers(loaded, "guests", plan->guests);
		season_check_numbers(loaded, "private", plan->privates);
	}
	for (unsigned i = 0; held && i < plan->entry_count; i++) {
		char key[POINTS_CLASS_MAX + 12];
		text_format(key, sizeof(key), "[entries] %s",
			    plan->entries[i].class_name);
		if (class_is_raced(loaded, plan->entries[i].class_name))
			season_check_numbers(loaded, key, plan->entries[i].numbers);
		else
			season_note(loaded, NOTE_UNSURE, ROUND_BY_RULE,
				    "[entries] has the class %s: no result has it",
				    plan->entries[i].class_name);
	}
	for (unsigned r = 0; held && r < plan->round_count; r++) {
		const struct points_segments *missed =
			season_segments_missed(&loaded->season, r);
		if (missed)
			season_note(loaded, NOTE_UNSURE, r,
				    "round \"%s\" is as long as the race of [segments "
				    "%s], and neither name nor circuit has \"%s\": it "
				    "has no points at hours",
				    plan->rounds[r].name, missed->name, missed->round);
		struct slice rest = slice_of(plan->rounds[r].without);
		while (rest.len > 0) {
			char name[POINTS_CLASS_MAX];
			struct slice word = slice_trim(slice_cut(&rest, ','));
			if (text_clean(name, sizeof(name), word) &&
			    !class_is_raced(loaded, name))
				season_note(loaded, NOTE_UNSURE, r,
					    "round \"%s\": without = %s: no result has "
					    "that class",
					    plan->rounds[r].name, name);
		}
	}
}

/* A year decides which rules apply. */
static void season_check_year(struct season_loaded *loaded)
{
	const struct points_rules *rules = &loaded->season.rules;
	bool years = false;
	for (unsigned i = 0; i < rules->title_count; i++)
		years |= rules->titles[i].years.from || rules->titles[i].years.to;
	for (unsigned i = 0; i < rules->segment_count; i++)
		years |= rules->segments[i].years.from || rules->segments[i].years.to;
	for (unsigned i = 0; i < rules->exception_count; i++)
		years |= rules->exceptions[i].years.from ||
			 rules->exceptions[i].years.to;
	for (unsigned i = 0; i < rules->invitation_count; i++)
		years |= rules->invitations[i].years.from ||
			 rules->invitations[i].years.to;
	if (years && loaded->season.year == 0)
		season_note(loaded, NOTE_UNSURE, ROUND_BY_RULE,
			    "the year of the season is not known: the rules of all "
			    "years apply; write \"year = 2025\" under [season]");
	if (points_in_years(&rules->years, loaded->season.year))
		return;
	const struct points_years *of = &rules->years;
	char text[32];
	if (of->from == of->to)
		text_format(text, sizeof(text), "%u", of->from);
	else if (of->from == 0)
		text_format(text, sizeof(text), "until %u", of->to);
	else if (of->to == 0)
		text_format(text, sizeof(text), "%u and later", of->from);
	else
		text_format(text, sizeof(text), "%u to %u", of->from, of->to);
	season_note(loaded, NOTE_UNSURE, ROUND_BY_RULE,
		    "rules %s are those of %s, the season is of %u: its points may be "
		    "others",
		    rules->name, text, loaded->season.year);
}

static bool titles_have(const struct season *season, enum points_title_kind kind)
{
	bool have = false;
	for (unsigned t = 0; t < season->rules.title_count; t++) {
		const struct points_title *title = &season->rules.titles[t];
		have |= title->kind == kind && !title->each_car;
	}
	return have;
}

/* Cars without the names that the titles are for: nothing says where their points went. */
static void round_check_names(struct season_loaded *loaded, unsigned index)
{
	const struct season_round *round = loaded->rounds[index];
	for (unsigned kind = 0; kind < TITLE_KINDS; kind++) {
		unsigned cars = 0, without = 0;
		for (unsigned i = 0; i < round->count; i++) {
			const struct season_result *at = &round->results[i];
			bool named = kind == TITLE_DRIVERS ? at->seat_count > 0
				     : kind == TITLE_TEAMS ? at->team != SEASON_NONE
							   : at->make != SEASON_NONE;
			if (at->status == STATUS_DNS || at->guest)
				continue;
			cars++;
			without += !named;
		}
		/* Lists that are typed rarely have makes. */
		bool none = kind == TITLE_MAKES && without == cars;
		if (without == 0 || none ||
		    !titles_have(&loaded->season, (enum points_title_kind)kind))
			continue;
		season_note(loaded, NOTE_UNSURE, index,
			    "round \"%s\": the results have no %s of %u of %u cars: "
			    "their points are in no table of %s",
			    round->name,
			    points_title_kind_name((enum points_title_kind)kind),
			    without, cars,
			    points_title_kind_name((enum points_title_kind)kind));
	}
}

/* Numbers that are typed and are in no row. */
static void round_check_lists(struct season_loaded *loaded, unsigned index)
{
	const struct season_plan_round *planned = &loaded->plan.rounds[index];
	const struct {
		const char *key, *list;
		enum season_note_kind kind;
	} lists[] = {{"pole", planned->pole, NOTE_MISSING},
		     {"fastest-lap", planned->fastest, NOTE_MISSING},
		     {"guests", planned->guests, NOTE_UNSURE}};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct slice rest = slice_of(lists[i].list), word;
		while (season_list_next(&rest, &word)) {
			char number[EVENT_ID_MAX + 1];
			if (!text_id(number, sizeof(number), word) ||
			    round_car(loaded, index, number))
				continue;
			season_note(loaded, lists[i].kind, index,
				    "round \"%s\": %s = %s: no such car in the round",
				    planned->name, lists[i].key, number);
		}
	}
}

/* Two cars that [cars] makes one. */
static void round_check_cars(struct season_loaded *loaded, unsigned index)
{
	const struct season_round *round = loaded->rounds[index];
	for (unsigned i = 0; i < round->count; i++)
		for (unsigned j = 0; j < i; j++)
			if (round->results[i].car != SEASON_NONE &&
			    round->results[i].car == round->results[j].car &&
			    round->results[i].class_index ==
				    round->results[j].class_index)
				season_note(loaded, NOTE_UNSURE, index,
					    "round \"%s\": two cars of the results are "
					    "car %s by [cars]: both score",
					    round->name,
					    season_name_text(&loaded->season,
							     round->results[i].car));
}

/* One file for two rounds is scored twice: a line that was copied. */
static void round_check_copied(struct season_loaded *loaded, unsigned index)
{
	const struct season_plan_round *own = &loaded->plan.rounds[index];
	for (unsigned i = 0; i < index; i++) {
		const struct season_plan_round *other = &loaded->plan.rounds[i];
		bool results =
			own->results[0] && strcmp(own->results, other->results) == 0;
		bool source = own->source[0] && strcmp(own->source, other->source) == 0;
		if (results || source)
			season_note(loaded, NOTE_UNSURE, index,
				    "rounds \"%s\" and \"%s\" have the same %s: %s",
				    other->name, own->name,
				    results ? "results" : "source",
				    results ? own->results : own->source);
	}
}

void season_load_round(struct season_loaded *loaded, unsigned index)
{
	const struct season_plan_round *planned = &loaded->plan.rounds[index];
	bool list = planned->results[0], source = planned->source[0];
	const char *results = planned->results;
	struct round_reading *reading = calloc(1, sizeof(*reading));
	if (!reading)
		return;
	reading->loaded = loaded;
	if (source && !list && season_is_list(loaded, planned->source)) {
		results = planned->source;
		list = true;
		source = false;
	}
	if (list)
		list = season_read_list(loaded, index, results, &reading->list);
	if (list)
		said_list(&reading->list, &reading->says);
	if (list) {
		round_check_gaps(loaded, index, &reading->says);
		round_check_order(loaded, index, &reading->says);
	}
	bool laps =
		source && round_read_source(reading, index,
					    list ? &reading->other : &reading->says);
	if (laps && !list)
		round_ask_results(loaded, index);
	if (laps && list)
		round_join(&reading->says, &reading->other);
	if (list && !laps && !reading->list.has_class) {
		season_note(
			loaded, NOTE_MISSING, index,
			"round \"%s\": %s has no column with the class of the cars: "
			"add class",
			planned->name, results);
		list = false;
	}
	if (laps || list) {
		round_read_qualifying(reading, index);
		round_results(loaded, index, &reading->says);
		round_decisions(loaded, index);
		round_final_segments(loaded, index, laps);
		round_check_lists(loaded, index);
		round_check_names(loaded, index);
		round_check_cars(loaded, index);
		round_check_copied(loaded, index);
	}
	free(reading);
}

void season_load_qualifying(struct season_loaded *loaded, unsigned index)
{
	struct round_reading *reading = calloc(1, sizeof(*reading));
	if (!reading)
		return;
	reading->loaded = loaded;
	round_read_qualifying(reading, index);
	round_results(loaded, index, &reading->says);
	loaded->rounds[index]->held = 0;
	free(reading);
}

/* A running race: (2) does not apply, and what is known of qualifying stays. */
void season_take_session(struct season_loaded *loaded, unsigned index,
			 const struct session *session)
{
	struct season_round *round = loaded->rounds[index];
	struct round_reading *reading = calloc(1, sizeof(*reading));
	if (!reading)
		return;
	reading->loaded = loaded;
	said_session(session, &reading->says);
	for (unsigned i = 0; i < reading->says.count; i++) {
		struct season_said *said = &reading->says.cars[i];
		const struct season_result *old =
			round_car(loaded, index, said->row.number);
		if (!old)
			continue;
		said->row.qualifying = old->qualifying;
		said->row.pole = old->pole;
	}
	round_from_setup(round, session);
	round_results(loaded, index, &reading->says);
	round_decisions(loaded, index);
	round_final_segments(loaded, index, true);
	round->running = !session->classification.finished;
	free(reading);
}

/* ---- the season ------------------------------------------------------------------------------------- */

static void round_without(struct season_loaded *loaded, struct season_round *round,
			  const char *list)
{
	struct slice rest = slice_of(list);
	while (rest.len > 0) {
		char name[POINTS_CLASS_MAX];
		struct slice word = slice_trim(slice_cut(&rest, ','));
		if (!text_clean(name, sizeof(name), word))
			continue;
		uint8_t class_index = season_class_of(loaded, name);
		if (class_index < SEASON_CLASSES_MAX)
			round->without |= UINT32_C(1) << class_index;
	}
}

/* "GTS 8, GT 20" */
static void round_admitted(struct season_loaded *loaded, struct season_round *round,
			   const char *list)
{
	struct slice rest = slice_of(list);
	while (rest.len > 0) {
		char name[POINTS_CLASS_MAX];
		struct slice part = slice_trim(slice_cut(&rest, ','));
		size_t at = part.len;
		uint64_t cars;
		while (at > 0 && part.at[at - 1] != ' ')
			at--;
		if (!parse_u64((struct slice){part.at + at, part.len - at}, &cars) ||
		    cars > RACE_CARS_MAX ||
		    !text_clean(name, sizeof(name), (struct slice){part.at, at})) {
			season_note(
				loaded, NOTE_MISSING, ROUND_BY_RULE,
				"round \"%s\": admitted = %s: write a class and the "
				"number of its cars, as GTS 8, GT 20",
				round->name, list);
			return;
		}
		uint8_t class_index = season_class_of(loaded, name);
		if (class_index < SEASON_CLASSES_MAX)
			round->admitted[class_index] = (uint16_t)cars;
	}
}

static int season_add_round(struct season_loaded *loaded, unsigned index,
			    struct err *err)
{
	const struct season_plan_round *planned = &loaded->plan.rounds[index];
	const struct points_rules *rules = &loaded->plan.rules;
	struct season_round *round = calloc(1, sizeof(*round));
	if (!round)
		return err_set(err, -ENOMEM, "out of memory");
	loaded->rounds[index] = round;
	loaded->season.rounds[index] = round;
	text_copy(round->name, sizeof(round->name), slice_of(planned->name));
	text_copy(round->circuit, sizeof(round->circuit), slice_of(planned->circuit));
	round->date = planned->date;
	round->length = planned->length;
	round->run = planned->run;
	round->factor = planned->factor;
	round->laps = planned->laps;
	round->distance_pm = planned->distance_pm;
	round->scale = round->segments = ROUND_BY_RULE;
	for (unsigned i = 0; planned->scale[0] && i < rules->scale_count; i++)
		if (strcmp(rules->scales[i].name, planned->scale) == 0)
			round->scale = (uint8_t)i;
	round_without(loaded, round, planned->without);
	round_admitted(loaded, round, planned->admitted);
	return 0;
}

int season_open(const char *name, struct season_loaded **out, struct err *err)
{
	char path[SOURCE_PATH_MAX];
	struct season_loaded *loaded = calloc(1, sizeof(*loaded));
	int rc = loaded ? 0 : err_set(err, -ENOMEM, "out of memory");
	if (rc == 0)
		rc = season_plan_load(name, &loaded->plan, path, err);
	if (rc == 0) {
		loaded->namer = season_namer_new(&loaded->plan);
		rc = loaded->namer ? 0 : err_set(err, -ENOMEM, "out of memory");
	}
	if (rc == 0) {
		text_format(loaded->folder, sizeof(loaded->folder), "%.*s",
			    (int)(source_base(path) - path), path);
		struct season *season = &loaded->season;
		text_copy(season->name, sizeof(season->name),
			  slice_of(loaded->plan.name));
		season->year = loaded->plan.year;
		season->rules = loaded->plan.rules;
		season->round_count = loaded->plan.round_count;
	}
	for (unsigned i = 0; rc == 0 && i < loaded->plan.round_count; i++)
		rc = season_add_round(loaded, i, err);
	if (rc == 0)
		season_check_year(loaded);
	if (rc) {
		season_loaded_free(loaded);
		return rc;
	}
	*out = loaded;
	return 0;
}

void season_load(struct season_loaded *loaded, unsigned rounds)
{
	for (unsigned i = 0; i < rounds && i < loaded->plan.round_count; i++)
		season_load_round(loaded, i);
	if (rounds >= loaded->plan.round_count)
		season_check_words(loaded);
}

void season_loaded_free(struct season_loaded *loaded)
{
	if (!loaded)
		return;
	for (unsigned i = 0; i < SEASON_ROUNDS_MAX; i++)
		free(loaded->rounds[i]);
	free(loaded->namer);
	free(loaded);
}
