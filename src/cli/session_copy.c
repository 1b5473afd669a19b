/*
 * session_copy.c -- what `session new SOURCE` takes from a race: set-up and entry list
 *
 * `serve` sends the same transponders, so that the files describe what it serves.
 */
#include "session_copy.h"

#include <stdlib.h>

#include "pitwall/assets.h"
#include "pitwall/out.h"
#include "serve.h"

static void time_of_local(char *buf, size_t cap, instant_us local)
{
	int64_t into = local % US_DAY;
	if (into < 0)
		into += US_DAY;
	text_format(buf, cap, "%02d:%02d:%02d.%06d", (int)(into / US_HOUR),
		    (int)(into / US_MIN % 60), (int)(into / US_S % 60),
		    (int)(into % US_S));
}

static void length_text(const struct race_setup *setup, char *buf, size_t cap)
{
	size_t len = 0;
	if (setup->length_us > 0)
		len += text_format(buf, cap, "%lldmin",
				   (long long)(setup->length_us / US_MIN));
	if (setup->length_us % US_MIN > 0)
		len += text_format(buf + len, cap - len, "%lld.%03llds",
				   (long long)(setup->length_us / US_S % 60),
				   (long long)(setup->length_us / US_MS % 1000));
	if (setup->length > 0)
		len += text_format(buf + len, cap - len, "%s%lld.%03lldkm",
				   len > 0 ? "," : "",
				   (long long)(setup->length / 1000000),
				   (long long)(setup->length / 1000 % 1000));
	if (setup->length_laps > 0)
		text_format(buf + len, cap - len, "%s%ulaps", len > 0 ? "," : "",
			    (unsigned)setup->length_laps);
}

static void source_times(const struct race *race, struct session_copy *out)
{
	const struct race_setup *setup = &race->setup;
	instant_us start = race->start_at;
	if (start == INSTANT_NONE)
		return;
	instant_us local = start + setup->utc_offset_us;
	format_date(out->date, local);
	time_of_local(out->start_at, sizeof(out->start_at), local);
	if (race->clock_at != INSTANT_NONE && race->clock_at != start &&
	    race->clock_at / US_DAY == start / US_DAY)
		time_of_local(out->clock_at, sizeof(out->clock_at),
			      race->clock_at + setup->utc_offset_us);
	text_format(out->utc_offset, sizeof(out->utc_offset), "%lld",
		    (long long)(setup->utc_offset_us / US_S));
}

static void source_circuit(const struct session *session, struct session_copy *out)
{
	struct circuit *circuit = calloc(1, sizeof(*circuit));
	struct err err;
	const char *name = session->circuit.name;
	if (circuit && name[0] != '\0' && circuit_load(name, circuit, &err) == 0)
		text_copy(out->circuit, sizeof(out->circuit), slice_of(name));
	free(circuit);
}

int session_copy_load(const struct options *options, const char *path,
		      struct session_copy *out, struct err *err)
{
	struct options one = {
		.sources = {path},
		.source_count = 1,
		.rules = options->rules,
		.length = options->length,
	};
	*out = (struct session_copy){.session = NULL};
	int rc = session_load(&one, 0, &out->session, err);
	if (rc != 0)
		return rc;
	const struct race *race = timeline_head(&out->session->timeline);
	const struct race_setup *setup = &race->setup;
	text_copy(out->event, sizeof(out->event), slice_of(setup->event));
	text_copy(out->name, sizeof(out->name), slice_of(setup->session));
	text_copy(out->type, sizeof(out->type),
		  setup->type == SESSION_TIMED ? SLICE("timed") : SLICE("race"));
	text_copy(out->rules, sizeof(out->rules), slice_of(out->session->rules.name));
	text_copy(out->zone, sizeof(out->zone), slice_of(setup->zone));
	length_text(setup, out->length, sizeof(out->length));
	source_times(race, out);
	source_circuit(out->session, out);
	return 0;
}

const char *session_copy_key(const struct session_copy *source, const char *key)
{
	const struct {
		const char *key, *value;
	} keys[] = {
		{"event", source->event},       {"name", source->name},
		{"type", source->type},         {"length", source->length},
		{"rules", source->rules},       {"circuit", source->circuit},
		{"date", source->date},         {"zone", source->zone},
		{"clock_at", source->clock_at}, {"utc_offset", source->utc_offset},
		{"start_at", source->start_at},
	};
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].key, key) == 0 && keys[i].value[0] != '\0')
			return keys[i].value;
	return NULL;
}

static void entry_row(struct out *out, const struct race *race, uint16_t car)
{
	const struct entry *entry = &race->entries[car];
	const char *class = entry->class_index < race->class_count
				    ? race->classes[entry->class_index].name
				    : "";
	const char *const texts[] = {entry->number, class, entry->tag, entry->team,
				     entry->vehicle};
	out_format(out, "%u", (unsigned)serve_transponder(race, car));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		out_char(out, ',');
		out_csv(out, slice_of(texts[i]), ',');
	}
	out_char(out, ',');
	if (entry->grid > 0)
		out_format(out, "%u", (unsigned)entry->grid);
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++) {
		out_char(out, ',');
		out_csv(out, slice_of(entry->drivers[i]), ',');
	}
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++)
		out_format(out, ",%s",
			   driver_rating_name((enum driver_rating)entry->ratings[i]));
	out_char(out, '\n');
}

unsigned session_copy_entries(const struct session_copy *source, struct out *out)
{
	const struct race *race = timeline_head(&source->session->timeline);
	unsigned cars = 0;
	out_text(out, "transponder,number,class,tag,team,vehicle,grid");
	for (unsigned i = 1; i <= RACE_DRIVERS_MAX; i++)
		out_format(out, ",driver%u", i);
	for (unsigned i = 1; i <= RACE_DRIVERS_MAX; i++)
		out_format(out, ",rating%u", i);
	out_char(out, '\n');
	for (uint16_t car = 0; car < race->car_count; car++) {
		if (race->entries[car].merged != 0)
			continue;
		entry_row(out, race, car);
		cars++;
	}
	return cars;
}

void session_copy_free(struct session_copy *source)
{
	if (source->session)
		session_free(source->session);
}
