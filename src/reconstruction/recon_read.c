/*
 * recon_read.c -- the texts of assets/races/le-mans-1000km-2003 into a plan
 *
 * Every value stands in a row of its own with its label (FACT, DERIVED, DISPUTED,
 * ESTIMATE) and its source; the planner reads the value, people read the rest. A
 * row of pace.csv for "@CLASS" is the default of its class.
 */
#include "recon.h"

#include <errno.h>
#include <string.h>

#define TABLE_HEADER "car;field;value;label;source"

/* Index of a car by its id, or CAR_NONE. */
static uint16_t recon_find(const struct recon *recon, struct slice id)
{
	for (uint32_t i = 0; i < recon->car_count; i++)
		if (slice_eq(id, slice_of(recon->cars[i].id)))
			return (uint16_t)i;
	return CAR_NONE;
}

/* ---- entries.csv ----------------------------------------------------------- */

static int entry_text(char *place, size_t cap, const struct recon_rows *rows,
		      struct err *err)
{
	if (rows->at[2].len >= cap)
		return recon_rows_bad(rows, err, "too long", rows->at[2]);
	text_clean(place, cap, rows->at[2]);
	return 0;
}

static int entry_number(uint16_t *place, uint32_t max, const struct recon_rows *rows,
			struct err *err)
{
	uint32_t n = 0;
	int rc = recon_row_u32(rows, 2, max, &n, err);
	*place = (uint16_t)n;
	return rc;
}

static int entry_driver(struct sim_car *car, const struct recon_rows *rows,
			struct err *err)
{
	if (car->driver_count == RACE_DRIVERS_MAX)
		return recon_rows_bad(rows, err, "more drivers than a car can have",
				      rows->at[2]);
	text_clean(car->drivers[car->driver_count++], sizeof(car->drivers[0]),
		   rows->at[2]);
	return 0;
}

static int entry_field(struct sim_car *car, const struct recon_rows *rows,
		       struct err *err)
{
	struct slice name = rows->at[1];
	uint16_t flag = 0;
	int rc;
	if (slice_eq(name, SLICE("transponder")))
		return entry_text(car->transponder, sizeof(car->transponder), rows,
				  err);
	switch (entry_field_by_name(name)) {
	case ENTRY_NUMBER:
		return entry_text(car->number, sizeof(car->number), rows, err);
	case ENTRY_CLASS:
		return entry_text(car->class_name, sizeof(car->class_name), rows, err);
	case ENTRY_TEAM:
		return entry_text(car->team, sizeof(car->team), rows, err);
	case ENTRY_VEHICLE:
		return entry_text(car->vehicle, sizeof(car->vehicle), rows, err);
	case ENTRY_TAG:
		return entry_text(car->tag, sizeof(car->tag), rows, err);
	case ENTRY_DRIVER:
		return entry_driver(car, rows, err);
	case ENTRY_GRID:
		return entry_number(&car->grid, RACE_CARS_MAX, rows, err);
	case ENTRY_PIT_START:
		rc = entry_number(&flag, 1, rows, err);
		car->pit_start = (uint8_t)flag;
		return rc;
	case ENTRY_NOT_STARTED:
		rc = entry_number(&flag, 1, rows, err);
		car->not_started = (uint8_t)flag;
		return rc;
	default:
		return recon_rows_bad(rows, err, "no such field", name);
	}
}

static void car_defaults(struct recon *recon, uint16_t car)
{
	struct recon_car *plan = &recon->cars[car];
	plan->scale = RECON_PPM;
	plan->flag_after = DURATION_NONE;
	for (unsigned k = 0; k < 2; k++)
		plan->share_off[k] = (int32_t)recon_chance(recon, car, 0, 10 + k, 1500);
	for (unsigned n = 0; n < RECON_LAPS_MAX; n++)
		plan->stop_ms[n] = -1;
}

static int recon_read_entries(struct recon *recon, struct slice text, struct err *err)
{
	struct recon_rows rows;
	int rc = recon_rows_open(&rows, text, "entries.csv", TABLE_HEADER, err);
	while (!rc && (rc = recon_rows_next(&rows, err)) > 0) {
		uint16_t car = recon_find(recon, rows.at[0]);
		if (car == CAR_NONE) {
			if (recon->car_count == RECON_CARS_MAX)
				return recon_rows_bad(&rows, err, "too many cars",
						      rows.at[0]);
			if (rows.at[0].len >= sizeof(recon->cars[0].id))
				return recon_rows_bad(&rows, err, "too long",
						      rows.at[0]);
			car = (uint16_t)recon->car_count++;
			text_copy(recon->cars[car].id, sizeof(recon->cars[car].id),
				  rows.at[0]);
			car_defaults(recon, car);
		}
		rc = entry_field(&recon->sim->cars[car], &rows, err);
	}
	recon->sim->car_count = recon->car_count;
	return rc;
}

/* ---- pace.csv and results.csv ------------------------------------------------ */

enum pace_kind { PACE_SECONDS, PACE_LAPS };

struct pace_field {
	const char *name;
	enum pace_kind kind;
	size_t offset;
};

#define PACE(name_, kind_)                                       \
	{                                                        \
#name_, kind_, offsetof(struct recon_car, name_) \
	}
static const struct pace_field pace_fields[] = {
	PACE(dry, PACE_SECONDS),
	PACE(wet, PACE_SECONDS),
	PACE(noise, PACE_SECONDS),
	PACE(start, PACE_SECONDS),
	PACE(stand, PACE_SECONDS),
	PACE(best, PACE_SECONDS),
	PACE(trouble, PACE_SECONDS),
	{"flag", PACE_SECONDS, offsetof(struct recon_car, flag_after)},
	PACE(stint, PACE_LAPS),
	PACE(laps, PACE_LAPS),
	PACE(retire, PACE_LAPS),
};

static int pace_set(struct recon_car *car, const struct pace_field *field,
		    const struct recon_rows *rows, struct err *err)
{
	unsigned char *place = (unsigned char *)car + field->offset;
	if (field->kind == PACE_LAPS) {
		uint32_t n = 0;
		int rc = recon_row_u32(rows, 2, RECON_LAPS_MAX - 2, &n, err);
		if (!rc)
			memcpy(place, &n, sizeof(n));
		return rc;
	}
	duration_us t = 0;
	int rc = recon_row_seconds(rows, 2, &t, err);
	if (!rc && t < 0)
		return recon_rows_bad(rows, err, "below zero", rows->at[2]);
	if (!rc)
		memcpy(place, &t, sizeof(t));
	return rc;
}

static int read_pace_row(struct recon *recon, const struct recon_rows *rows,
			 struct err *err)
{
	const struct pace_field *field = NULL;
	for (size_t i = 0; i < ARRAY_LEN(pace_fields); i++)
		if (slice_eq(rows->at[1], slice_of(pace_fields[i].name)))
			field = &pace_fields[i];
	if (!field)
		return recon_rows_bad(rows, err, "no such field", rows->at[1]);
	struct slice id = rows->at[0];
	bool of_class = slice_starts(id, SLICE("@"));
	if (!of_class && recon_find(recon, id) == CAR_NONE)
		return recon_rows_bad(rows, err, "no such car in entries.csv", id);
	for (uint32_t i = 0; i < recon->car_count; i++) {
		struct slice name = slice_of(recon->cars[i].id);
		struct slice class_name = slice_of(recon->sim->cars[i].class_name);
		struct slice wanted = id;
		if (of_class)
			wanted = (struct slice){id.at + 1, id.len - 1};
		if (!slice_eq(wanted, of_class ? class_name : name))
			continue;
		int rc = pace_set(&recon->cars[i], field, rows, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_pace(struct recon *recon, struct slice text, struct err *err)
{
	struct recon_rows rows;
	int rc = recon_rows_open(&rows, text, "pace.csv", TABLE_HEADER, err);
	while (!rc && (rc = recon_rows_next(&rows, err)) > 0)
		rc = read_pace_row(recon, &rows, err);
	return rc;
}

/* Of the results the plan needs the laps and the winner's time; the rest follows
 * from them and is checked by the tests. */
static int read_results(struct recon *recon, struct slice text, struct err *err)
{
	struct recon_rows rows;
	int rc = recon_rows_open(&rows, text, "results.csv", TABLE_HEADER, err);
	while (!rc && (rc = recon_rows_next(&rows, err)) > 0) {
		uint16_t car = recon_find(recon, rows.at[0]);
		if (car == CAR_NONE)
			return recon_rows_bad(&rows, err, "no such car in entries.csv",
					      rows.at[0]);
		rc = 0;
		if (slice_eq(rows.at[1], SLICE("laps")))
			rc = recon_row_u32(&rows, 2, RECON_LAPS_MAX - 2,
					   &recon->cars[car].laps, err);
		duration_us total = 0;
		if (!slice_eq(rows.at[1], SLICE("total_time")))
			continue;
		if (car != 0 || !parse_duration(rows.at[2], &total))
			return recon_rows_bad(&rows, err,
					      "not the time of the first car",
					      rows.at[2]);
		recon->finish_at = recon->sim->setup.start_at + total;
	}
	if (!rc && recon->finish_at == INSTANT_NONE)
		return err_set(err, -EINVAL,
			       "results.csv: the total_time of the winner is missing");
	return rc;
}

/* ---- stops.csv -------------------------------------------------------------- */

static int read_stop(struct recon *recon, const struct recon_rows *rows,
		     struct err *err)
{
	static const char *const wheres[] = {"S1", "S2", "S3", "pit"};
	uint16_t index = recon_find(recon, rows->at[0]);
	if (index == CAR_NONE)
		return recon_rows_bad(rows, err, "no such car in entries.csv",
				      rows->at[0]);
	struct recon_car *car = &recon->cars[index];
	uint32_t lap = 0, driver = 0;
	duration_us t = 0;
	int rc = recon_row_u32(rows, 1, RECON_LAPS_MAX - 2, &lap, err);
	if (!rc)
		rc = recon_row_seconds(rows, 3, &t, err);
	if (!rc && rows->at[4].len)
		rc = recon_row_u32(rows, 4, recon->sim->cars[index].driver_count,
				   &driver, err);
	if (rc)
		return rc;
	if (lap == 0 || t < 0)
		return recon_rows_bad(rows, err, "lap or seconds below zero",
				      rows->at[3]);
	for (unsigned i = 0; i < ARRAY_LEN(wheres); i++) {
		if (!slice_eq(rows->at[2], slice_of(wheres[i])))
			continue;
		if (i < 3) {
			car->lost_ms[lap][i] = (int32_t)(t / US_MS);
			return 0;
		}
		car->stops_given = true;
		car->stop_ms[lap] = (int32_t)(t / US_MS);
		car->driver[lap] = (uint8_t)driver;
		return 0;
	}
	return recon_rows_bad(rows, err, "neither S1, S2, S3 nor pit", rows->at[2]);
}

static int read_stops(struct recon *recon, struct slice text, struct err *err)
{
	struct recon_rows rows;
	int rc = recon_rows_open(&rows, text, "stops.csv",
				 "car;lap;where;seconds;driver;label;source;what", err);
	while (!rc && (rc = recon_rows_next(&rows, err)) > 0)
		rc = read_stop(recon, &rows, err);
	return rc;
}

/* A car whose stops nobody wrote down stops evenly, give or take a lap or two; one
 * of them, behind the safety car, is long where pace does not explain its laps. */
static void plan_stops(struct recon *recon, uint16_t index)
{
	struct recon_car *car = &recon->cars[index];
	uint32_t drivers = recon->sim->cars[index].driver_count;
	uint32_t laps = car->laps ? car->laps : car->retire;
	if (car->stops_given || !car->stint || laps <= car->stint)
		return;
	uint32_t stops = (laps - 1) / car->stint;
	uint32_t longest = 3 + (recon_chance(recon, index, 0, 22, 50) > 0);
	for (uint32_t i = 1; i <= stops; i++) {
		int64_t lap = (int64_t)(laps * i / (stops + 1)) +
			      recon_chance(recon, index, i, 20, 2);
		int64_t ms =
			car->stand / US_MS + recon_chance(recon, index, i, 21, 9000);
		if (lap < 1 || lap >= (int64_t)laps)
			continue;
		if (i == (longest < stops ? longest : stops))
			ms += car->trouble / US_MS;
		car->stop_ms[lap] = (int32_t)(ms < 20000 ? 20000 : ms);
		car->driver[lap] = (uint8_t)(drivers > 1 ? i % drivers + 1 : 0);
	}
}

/* ---- anchors.csv --------------------------------------------------------------- */

static int read_anchor(struct recon *recon, const struct recon_rows *rows,
		       struct err *err)
{
	uint16_t index = recon_find(recon, rows->at[0]);
	struct recon_anchor anchor = {.at = INSTANT_NONE, .ref = CAR_NONE};
	if (index == CAR_NONE)
		return recon_rows_bad(rows, err, "no such car in entries.csv",
				      rows->at[0]);
	struct recon_car *car = &recon->cars[index];
	int rc = recon_row_u32(rows, 1, RECON_LAPS_MAX - 2, &anchor.lap, err);
	if (!rc && rows->at[2].len)
		rc = recon_row_clock(rows, 2, recon->midnight, &anchor.at, err);
	if (!rc && rows->at[5].len)
		rc = recon_row_seconds(rows, 5, &anchor.offset, err);
	if (!rc && anchor.at == INSTANT_NONE) {
		anchor.ref = recon_find(recon, rows->at[3]);
		if (anchor.ref == CAR_NONE || anchor.ref >= index)
			return recon_rows_bad(rows, err,
					      "not a car that stands above this one in "
					      "entries.csv",
					      rows->at[3]);
		rc = recon_row_u32(rows, 4, RECON_LAPS_MAX - 2, &anchor.ref_lap, err);
	}
	if (rc)
		return rc;
	uint32_t n = car->anchor_count;
	if (n == RECON_ANCHORS_MAX)
		return recon_rows_bad(rows, err, "too many anchors of this car",
				      rows->at[0]);
	if (!anchor.lap || (n && car->anchors[n - 1].lap >= anchor.lap))
		return recon_rows_bad(rows, err, "anchors of a car must go up in laps",
				      rows->at[1]);
	car->anchors[n] = anchor;
	car->anchor_count++;
	return 0;
}

static int read_anchors(struct recon *recon, struct slice text, struct err *err)
{
	struct recon_rows rows;
	int rc = recon_rows_open(&rows, text, "anchors.csv",
				 "car;lap;clock;ref;ref_lap;offset;label;source", err);
	while (!rc && (rc = recon_rows_next(&rows, err)) > 0)
		rc = read_anchor(recon, &rows, err);
	return rc;
}

/* Who is still out takes the flag: the last anchor of every car with a distance. */
static int flag_anchor(struct recon *recon, uint16_t index, struct err *err)
{
	struct recon_car *car = &recon->cars[index];
	if (!car->laps || car->retire)
		return 0;
	uint32_t n = car->anchor_count;
	if (n == RECON_ANCHORS_MAX || (n && car->anchors[n - 1].lap >= car->laps))
		return err_set(err, -EINVAL,
			       "anchors.csv: the last anchor of %s lies behind its "
			       "%u laps",
			       car->id, car->laps);
	duration_us after = car->flag_after;
	if (index == 0)
		after = 0;
	else if (after == DURATION_NONE)
		after = 46 * US_S + recon_chance(recon, index, 0, 30, 42000) * US_MS;
	car->anchors[n] = (struct recon_anchor){
		.at = recon->finish_at + after, .lap = car->laps, .ref = CAR_NONE};
	car->anchor_count++;
	return 0;
}

/* ---- weather.csv and flags.csv --------------------------------------------------- */

static struct sim_note *add_note(struct recon *recon, instant_us at, uint8_t kind)
{
	struct sim_race *sim = recon->sim;
	if (sim->note_count == SIM_NOTES_MAX)
		return NULL;
	struct sim_note *note = &sim->notes[sim->note_count++];
	*note = (struct sim_note){.at = at, .kind = kind, .car = CAR_NONE};
	return note;
}

static int weather_note(struct recon *recon, const struct recon_rows *rows,
			instant_us at, struct err *err)
{
	static const char *const states[] = {"dry", "drying", "wet"};
	uint32_t rain = 0, state = 0;
	while (state < 3 && !slice_eq(rows->at[1], slice_of(states[state])))
		state++;
	if (state == 3)
		return recon_rows_bad(rows, err, "neither dry, drying nor wet",
				      rows->at[1]);
	int rc = recon_row_u32(rows, 2, 1, &rain, err);
	if (rc)
		return rc;
	const int64_t values[2] = {state, rain};
	const uint8_t fields[2] = {WEATHER_TRACK_STATE, WEATHER_RAIN};
	for (unsigned i = 0; i < 2; i++) {
		struct sim_note *note = add_note(recon, at, EVENT_WEATHER);
		if (!note)
			return recon_rows_bad(rows, err, "too many rows", rows->at[0]);
		note->field = fields[i];
		note->value = values[i];
	}
	return 0;
}

static int recon_read_weather(struct recon *recon, struct slice text, struct err *err)
{
	struct recon_rows rows;
	int rc = recon_rows_open(&rows, text, "weather.csv",
				 "clock;track;rain;wetness;label;source", err);
	while (!rc && (rc = recon_rows_next(&rows, err)) > 0) {
		uint32_t n = recon->weather_count, wetness = 0;
		instant_us at = 0;
		rc = recon_row_clock(&rows, 0, recon->midnight, &at, err);
		if (!rc)
			rc = recon_row_u32(&rows, 3, 1000, &wetness, err);
		if (!rc)
			rc = weather_note(recon, &rows, at, err);
		if (rc)
			return rc;
		if (n == RECON_WEATHER_MAX || (n && recon->weather[n - 1].at >= at))
			return recon_rows_bad(&rows, err, "too many, or not in time",
					      rows.at[0]);
		recon->weather[n] = (struct recon_weather){at, (int32_t)wetness};
		recon->weather_count++;
	}
	if (!rc && !recon->weather_count)
		return err_set(err, -EINVAL, "weather.csv: no row");
	return rc;
}

static int recon_read_flag(struct recon *recon, const struct recon_rows *rows,
			   struct err *err)
{
	struct sim_race *sim = recon->sim;
	instant_us at = 0;
	int flag = flag_by_name(rows->at[1]);
	int rc = recon_row_clock(rows, 0, recon->midnight, &at, err);
	if (rc)
		return rc;
	uint32_t n = sim->flag_count;
	if (flag < 0 || n == ARRAY_LEN(sim->flags))
		return recon_rows_bad(rows, err, "no such flag, or too many",
				      rows->at[1]);
	if (n && sim->flags[n - 1].from_at >= at)
		return recon_rows_bad(rows, err, "not in time", rows->at[0]);
	if (n == 0)
		at = sim->setup.start_at;
	if (flag == FLAG_FINISH)
		at = recon->finish_at;
	sim->flags[n] = (struct flag_row){
		.from_at = at, .after_at = INSTANT_NONE, .flag = (uint8_t)flag};
	if (flag == FLAG_SC) {
		if (recon->sc_from != INSTANT_NONE)
			return recon_rows_bad(rows, err, "a second safety car",
					      rows->at[0]);
		recon->sc_from = at;
	} else if (n && sim->flags[n - 1].flag == FLAG_SC) {
		recon->sc_to = at;
	}
	sim->flag_count++;
	return 0;
}

static int read_flags(struct recon *recon, struct slice text, struct err *err)
{
	struct recon_rows rows;
	int rc = recon_rows_open(&rows, text, "flags.csv", "clock;flag;label;source",
				 err);
	while (!rc && (rc = recon_rows_next(&rows, err)) > 0)
		rc = recon_read_flag(recon, &rows, err);
	if (rc)
		return rc;
	if (recon->sc_from == INSTANT_NONE || recon->sc_to == INSTANT_NONE ||
	    recon->sc_from < recon->sim->setup.start_at + 10 * US_MIN ||
	    recon->sc_to > recon->sc_from + US_HOUR)
		return err_set(
			err, -EINVAL,
			"flags.csv: a safety car of at most an hour, and its end, "
			"must stand behind the first ten minutes");
	return 0;
}

/* ---- chronology.csv -------------------------------------------------- */

/* "12:20:00", or "lap N": when the car of the row completes it. */
static int note_at(const struct recon *recon, const struct recon_rows *rows,
		   uint16_t car, instant_us *at, struct err *err)
{
	struct slice when = rows->at[0];
	uint64_t lap = 0;
	if (!slice_starts(when, SLICE("lap ")))
		return recon_row_clock(rows, 0, recon->midnight, at, err);
	when = slice_trim((struct slice){when.at + 4, when.len - 4});
	if (!parse_u64(when, &lap) || car == CAR_NONE || lap > recon->traces[car].laps)
		return recon_rows_bad(rows, err, "not a lap this car completes",
				      rows->at[0]);
	*at = recon->traces[car].sf[lap];
	return 0;
}

static void notes_sort(struct sim_race *sim)
{
	for (uint32_t i = 1; i < sim->note_count; i++) {
		struct sim_note note = sim->notes[i];
		uint32_t k = i;
		for (; k && sim->notes[k - 1].at > note.at; k--)
			sim->notes[k] = sim->notes[k - 1];
		sim->notes[k] = note;
	}
}

int recon_read_chronology(struct recon *recon, struct slice text, struct err *err)
{
	struct recon_rows rows;
	int rc = recon_rows_open(&rows, text, "chronology.csv",
				 "clock;car;text;label;source", err);
	while (!rc && (rc = recon_rows_next(&rows, err)) > 0) {
		uint16_t car = recon_find(recon, rows.at[1]);
		instant_us at = 0;
		if (rows.at[1].len && car == CAR_NONE)
			return recon_rows_bad(&rows, err, "no such car in entries.csv",
					      rows.at[1]);
		rc = note_at(recon, &rows, car, &at, err);
		if (rc)
			return rc;
		struct sim_note *note = add_note(recon, at, EVENT_MESSAGE);
		if (!note || rows.at[2].len >= sizeof(note->text))
			return recon_rows_bad(&rows, err, "too long, or too many",
					      rows.at[2]);
		note->car = car;
		text_clean(note->text, sizeof(note->text), rows.at[2]);
	}
	notes_sort(recon->sim);
	return rc;
}

/* ---- all ------------------------------------------------------------- */

static int check_car(const struct recon *recon, uint32_t index, struct err *err)
{
	const struct recon_car *car = &recon->cars[index];
	const struct sim_car *entry = &recon->sim->cars[index];
	if (entry->not_started)
		return 0;
	if (car->dry < 10 * US_S || car->wet < car->dry || car->wet > US_HOUR)
		return err_set(err, -EINVAL,
			       "pace.csv: %s needs lap times, the wet one the longer",
			       car->id);
	if (!car->laps && !car->retire)
		return err_set(err, -EINVAL,
			       "pace.csv: %s has neither laps nor a lap to retire on",
			       car->id);
	uint32_t n = car->anchor_count;
	if (car->retire && n && car->anchors[n - 1].lap > car->retire)
		return err_set(
			err, -EINVAL,
			"anchors.csv: %s retires on lap %u, before its last anchor",
			car->id, car->retire);
	if (!entry->transponder[0])
		return err_set(err, -EINVAL, "entries.csv: %s has no transponder",
			       car->id);
	return 0;
}

int recon_read(struct recon *recon, const struct recon_files *files, struct err *err)
{
	int rc = recon_read_entries(recon, files->entries, err);
	if (!rc)
		rc = read_results(recon, files->results, err);
	if (!rc)
		rc = read_pace(recon, files->pace, err);
	if (!rc)
		rc = read_stops(recon, files->stops, err);
	if (!rc)
		rc = read_anchors(recon, files->anchors, err);
	if (!rc)
		rc = recon_read_weather(recon, files->weather, err);
	if (!rc)
		rc = read_flags(recon, files->flags, err);
	for (uint32_t i = 0; !rc && i < recon->car_count; i++) {
		rc = check_car(recon, i, err);
		if (!rc && !recon->sim->cars[i].not_started) {
			plan_stops(recon, (uint16_t)i);
			rc = flag_anchor(recon, (uint16_t)i, err);
		}
	}
	return rc;
}
