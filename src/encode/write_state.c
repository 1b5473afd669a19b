/*
 * state.c -- what a listener is told beside the events: the session, the cars as they
 * stand, the clock; a line of JSON each
 */
#include "write.h"

#include <string.h>

static void put_name(struct out *out, const char *name)
{
	out_text(out, ",\"");
	out_text(out, name);
	out_text(out, "\":");
}

static void put_text(struct out *out, const char *name, const char *z)
{
	if (z[0] == '\0')
		return;
	put_name(out, name);
	out_json(out, slice_of(z));
}

static void put_number(struct out *out, const char *name, int64_t value)
{
	put_name(out, name);
	out_i64(out, value);
}

static void put_seconds(struct out *out, const char *name, duration_us t)
{
	if (t == DURATION_NONE)
		return;
	put_name(out, name);
	out_seconds(out, t);
}

/* A number of seconds, or "+N laps". */
static void put_gap(struct out *out, const char *name, struct gap gap)
{
	char buf[TIME_TEXT_MAX];

	if (gap.kind == GAP_NONE)
		return;
	put_name(out, name);
	if (gap.kind == GAP_LAPS)
		out_json(out, (struct slice){buf, format_gap(buf, gap, TIME_LAP)});
	else
		out_seconds(out, gap.value);
}

static void put_begin(struct out *out, instant_us at, const char *kind)
{
	out_text(out, "{\"at\":");
	out_instant(out, at);
	put_text(out, "kind", kind);
}

void encode_session_json(struct out *out, const struct race *race, instant_us at)
{
	const struct race_setup *setup = &race->setup;

	put_begin(out, at, "snapshot");
	put_text(out, "event", setup->event);
	put_text(out, "session", setup->session);
	put_text(out, "type", setup->type == SESSION_TIMED ? "timed" : "race");
	put_text(out, "circuit", setup->circuit);
	put_text(out, "zone", setup->zone);
	put_number(out, "utc_offset", setup->utc_offset_us / US_S);
	put_number(out, "lines", setup->line_count);
	if (race->start_at != INSTANT_NONE) {
		put_name(out, "start");
		out_instant(out, race->start_at);
	}
	if (setup->length_us > 0)
		put_seconds(out, "length", setup->length_us);
	if (setup->length > 0)
		put_number(out, "length_m", setup->length / 1000);
	if (setup->length_laps > 0)
		put_number(out, "length_laps", setup->length_laps);
	put_number(out, "cars", race->car_count);
	if (setup->reconstruction)
		out_text(out, ",\"reconstruction\":true");
	out_text(out, "}\n");
}

/* "car" is how a person addresses it, a car without a number too; the transponder is
 * how the events of decoders name it. */
static void put_car(struct out *out, const struct race *race, uint16_t car)
{
	const struct entry *entry = &race->entries[car];
	char label[16];
	struct slice number = encode_car_number(race, car, label);
	char text[EVENT_ID_MAX + 4];

	put_text(out, "car", label);
	text_copy(text, sizeof(text), number);
	put_text(out, "number", text);
	for (uint16_t i = 0; i < race->id_count; i++)
		if (race->ids[i].car == car && race->ids[i].kind == ID_TRANSPONDER) {
			put_text(out, "transponder", race->ids[i].text);
			break;
		}
	text_copy(text, sizeof(text), encode_car_class(race, car));
	put_text(out, "class", text);
	put_text(out, "team", entry->team);
	if (race->cars[car].driver < entry->driver_count)
		put_text(out, "driver", entry->drivers[race->cars[car].driver]);
}

void encode_standing_json(struct out *out, const struct race *race,
			  const struct standings *standings,
			  const struct classification *classification, uint16_t car)
{
	const struct car *c = &race->cars[car];
	uint16_t row = standings->row_of[car];

	put_begin(out, c->line_at != INSTANT_NONE ? c->line_at : race->now, "standing");
	put_car(out, race, car);
	if (row < standings->count) {
		const struct standing *standing = &standings->rows[row];

		if (standing->position != 0)
			put_number(out, "pos", standing->position);
		if (standing->class_position != 0)
			put_number(out, "class_pos", standing->class_position);
		put_gap(out, "gap", standing->gap);
		put_gap(out, "interval", standing->interval);
	}
	put_number(out, "laps", c->laps);
	put_seconds(out, "last_lap", c->lap_last);
	put_seconds(out, "best_lap", c->lap_best);
	put_number(out, "pit_stops", c->stops);
	put_name(out, "in_pit");
	out_text(out, c->in_pit ? "true" : "false");
	row = classification->row_of[car];
	if (row < classification->count) {
		const struct result *result = &classification->rows[row];

		put_text(out, "status",
			 status_name((enum result_status)result->status));
		if (result->threshold > 0)
			put_number(out, "margin", result->margin);
	}
	out_text(out, "}\n");
}

void encode_time_json(struct out *out, const struct race *race, instant_us at)
{
	put_begin(out, at, "time");
	put_seconds(out, "elapsed", race_elapsed(race, at));
	put_seconds(out, "left", race_left(race, at));
	if (race->flag != FLAG_UNKNOWN)
		put_text(out, "flag", flag_name((enum flag)race->flag));
	if (race->car_count > 0)
		put_number(out, "leader_laps", race->cars[race->order[0]].laps);
	out_text(out, "}\n");
}
