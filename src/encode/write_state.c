/*
 * write_state.c -- JSON Lines besides the events: the session, the state of each car, the
 * clock
 */
#include "json_line.h"

#include <string.h>

void encode_race_json(struct out *out, const struct race *race,
		      const struct rules *rules, const char *rows)
{
	const struct race_setup *setup = &race->setup;
	out_text(out, "{\"reconstruction\":");
	out_text(out, setup->reconstruction ? "true" : "false");
	json_string(out, "event", setup->event);
	json_string(out, "session", setup->session);
	json_string(out, "type", setup->type == SESSION_TIMED ? "timed" : "race");
	json_string(out, "circuit", setup->circuit);
	if (!setup->floating)
		json_instant(out, "start", race->start_at);
	json_string(out, "ruleset", rules->name);
	json_known(out, "result_lap", race->result_lap);
	out_format(out, ",\n\"%s\":", rows);
}

void encode_session_json(struct out *out, const struct race *race, instant_us at)
{
	const struct race_setup *setup = &race->setup;

	json_begin(out, at);
	json_string(out, "kind", "snapshot");
	json_string(out, "event", setup->event);
	json_string(out, "session", setup->session);
	json_string(out, "type", setup->type == SESSION_TIMED ? "timed" : "race");
	json_string(out, "circuit", setup->circuit);
	json_string(out, "zone", setup->zone);
	json_number(out, "utc_offset", setup->utc_offset_us / US_S);
	json_number(out, "lines", setup->line_count);
	json_instant(out, "start", race->start_at);
	if (setup->length_us > 0)
		json_seconds(out, "length", setup->length_us);
	if (setup->length > 0)
		json_number(out, "length_m", setup->length / 1000);
	if (setup->length_laps > 0)
		json_number(out, "length_laps", setup->length_laps);
	json_known(out, "result_lap", race->result_lap);
	json_number(out, "cars", race->car_count);
	if (setup->reconstruction)
		json_bool(out, "reconstruction", true);
	json_end(out);
}

/* "car" is how a person addresses it, a car without a number too; the transponder is
 * how the events of decoders name it. */
static void state_put_car(struct out *out, const struct race *race, uint16_t car)
{
	const struct entry *entry = &race->entries[car];
	char label[16];
	char text[EVENT_ID_MAX + 4];

	race_car_label(race, car, label);
	json_string(out, "car", label);
	json_string(out, "number", label);
	for (uint16_t i = 0; i < race->id_count; i++)
		if (race->ids[i].car == car && race->ids[i].kind == ID_TRANSPONDER) {
			json_string(out, "transponder", race->ids[i].text);
			break;
		}
	text_copy(text, sizeof(text), encode_car_class(race, car));
	json_string(out, "class", text);
	json_string(out, "team", entry->team);
	if (race->cars[car].driver < entry->driver_count)
		json_string(out, "driver", entry->drivers[race->cars[car].driver]);
}

/* ---- events that give a car its entry -------------------------------------------------- */

/* The beginning of an event without an instant, of the car as @id names it. */
static void state_entry_begin(struct out *out, const struct race_id *id,
			      enum entry_field field)
{
	json_begin(out, INSTANT_NONE);
	json_string(out, "kind", event_kind_name(EVENT_ENTRY));
	json_id(out, id->kind, id->text);
	json_string(out, "field", entry_field_name(field));
}

static void state_entry_text(struct out *out, const struct race_id *id,
			     enum entry_field field, const char *text)
{
	if (text[0] == '\0')
		return;
	state_entry_begin(out, id, field);
	json_string(out, "text", text);
	json_end(out);
}

static void state_entry_drivers(struct out *out, const struct race_id *id,
				const struct entry *entry)
{
	for (unsigned i = 0; i < entry->driver_count; i++) {
		state_entry_begin(out, id, ENTRY_DRIVER);
		json_number(out, "place", i + 1);
		if (entry->ratings[i] != RATING_UNKNOWN)
			json_string(out, "rating",
				    driver_rating_name(
					    (enum driver_rating)entry->ratings[i]));
		json_string(out, "text", entry->drivers[i]);
		json_end(out);
	}
}

/* The names of the car. Returns the first one: where cars have no number, the order of
 * their names is what they are called by. */
static const struct race_id *state_entry_names(struct out *out, const struct race *race,
					       uint16_t car)
{
	const struct entry *entry = &race->entries[car];
	const struct race_id *by = NULL;
	for (uint16_t i = 0; i < race->id_count; i++) {
		const struct race_id *id = &race->ids[i];
		if (id->car != car)
			continue;
		if (by == NULL)
			by = id;
		if (id->kind != ID_NUMBER)
			state_entry_text(out, id, ENTRY_NUMBER, entry->number);
	}
	return by;
}

/* The last crossing: its number says how many laps were before. */
static void state_crossing(struct out *out, const struct race *race,
			   const struct race_id *id)
{
	const struct car *c = &race->cars[id->car];
	if (c->laps == 0 || c->sf_at == INSTANT_NONE)
		return;
	json_begin(out, c->sf_at);
	json_string(out, "kind", event_kind_name(EVENT_PASSING));
	json_id(out, id->kind, id->text);
	json_string(out, "line", line_name(c->pit_row ? LINE_SF_PIT : LINE_SF));
	json_number(out, "lap", c->laps);
	json_seconds(out, "lap_time", c->lap_last);
	json_end(out);
}

void encode_car_json(struct out *out, const struct race *race, uint16_t car)
{
	const struct entry *entry = &race->entries[car];
	const struct race_id *id = state_entry_names(out, race, car);
	if (id == NULL || entry->merged == ENTRY_MERGED)
		return;
	state_entry_begin(out, id, ENTRY_CAR);
	json_end(out);
	if (entry->class_index < race->class_count)
		state_entry_text(out, id, ENTRY_CLASS,
				 race->classes[entry->class_index].name);
	state_entry_text(out, id, ENTRY_TEAM, entry->team);
	state_entry_text(out, id, ENTRY_VEHICLE, entry->vehicle);
	state_entry_text(out, id, ENTRY_TAG, entry->tag);
	state_entry_drivers(out, id, entry);
	if (entry->grid > 0 && !entry->grid_inferred) {
		state_entry_begin(out, id, ENTRY_GRID);
		json_number(out, "place", entry->grid);
		json_end(out);
	}
	if (entry->not_started) {
		state_entry_begin(out, id, ENTRY_NOT_STARTED);
		json_end(out);
	}
	state_crossing(out, race, id);
}

void encode_course_json(struct out *out, const struct race *race, instant_us at)
{
	if (race->setup.event[0] != '\0') {
		json_begin(out, at);
		json_string(out, "kind", event_kind_name(EVENT_MEETING));
		json_string(out, "text", race->setup.event);
		json_end(out);
	}
	if (race->setup.circuit[0] != '\0') {
		json_begin(out, at);
		json_string(out, "kind", event_kind_name(EVENT_CIRCUIT));
		json_string(out, "text", race->setup.circuit);
		json_end(out);
	}
	if (race->start_at != INSTANT_NONE && race->start_at <= at) {
		json_begin(out, race->start_at);
		json_string(out, "kind", event_kind_name(EVENT_START));
		json_end(out);
	}
	if (race->flag != FLAG_UNKNOWN && race->flag < FLAG_COUNT) {
		json_begin(out, at);
		json_string(out, "kind", event_kind_name(EVENT_FLAG));
		json_string(out, "flag", flag_name((enum flag)race->flag));
		json_end(out);
	}
}

void encode_standing_json(struct out *out, const struct race *race,
			  const struct standings *standings,
			  const struct classification *classification, uint16_t car)
{
	const struct car *c = &race->cars[car];
	uint16_t row = standings->row_of[car];

	json_begin(out, race->now);
	json_string(out, "kind", "standing");
	state_put_car(out, race, car);
	if (row < standings->count) {
		const struct standing *standing = &standings->rows[row];

		json_known(out, "pos", standing->position);
		json_known(out, "class_pos", standing->class_position);
		json_gap(out, "gap", "gap_laps", standing->gap);
		json_gap(out, "interval", "interval_laps", standing->interval);
	}
	json_number(out, "laps", c->laps);
	json_seconds(out, "last_lap", c->lap_last);
	json_seconds(out, "best_lap", c->lap_best);
	json_number(out, "pit_stops", c->stops);
	json_bool(out, "in_pit", c->in_pit);
	row = classification->row_of[car];
	if (row < classification->count) {
		const struct result *result = &classification->rows[row];

		json_string(out, "status",
			    status_name((enum result_status)result->status));
		if (result->threshold > 0)
			json_number(out, "margin", result->margin);
	}
	json_end(out);
}

static void standing_now(const struct race *race, const struct standings *standings,
			 const struct classification *classification, uint16_t car,
			 struct standing_sent *now)
{
	const struct car *c = &race->cars[car];
	uint16_t row = standings->row_of[car], result = classification->row_of[car];
	memset(now, 0, sizeof(*now));
	if (row < standings->count) {
		now->gap = standings->rows[row].gap;
		now->interval = standings->rows[row].interval;
		now->position = standings->rows[row].position;
		now->class_position = standings->rows[row].class_position;
	}
	now->laps = c->laps;
	now->stops = c->stops;
	now->in_pit = c->in_pit;
	if (result < classification->count)
		now->status = classification->rows[result].status;
}

void encode_standings_json(struct standing_sent *sent, struct out *out,
			   const struct race *race, const struct standings *standings,
			   const struct classification *classification)
{
	for (uint32_t i = 0; i < standings->count; i++) {
		uint16_t car = standings->rows[i].car;
		struct standing_sent now;
		standing_now(race, standings, classification, car, &now);
		if (memcmp(&now, &sent[car], sizeof(now)) == 0)
			continue;
		sent[car] = now;
		encode_standing_json(out, race, standings, classification, car);
	}
}

void encode_time_json(struct out *out, const struct race *race, instant_us at)
{
	json_begin(out, at);
	json_string(out, "kind", "time");
	json_seconds(out, "elapsed", race_elapsed(race, at));
	json_seconds(out, "left", race_left(race, at));
	if (race->flag != FLAG_UNKNOWN)
		json_string(out, "flag", flag_name((enum flag)race->flag));
	if (race->car_count > 0)
		json_number(out, "leader_laps", race->cars[race->order[0]].laps);
	json_end(out);
}
