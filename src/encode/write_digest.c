/*
 * write_digest.c -- `pitwall digest`: how a race was won, a row for each fact
 */
#include "pitwall/digest.h"
#include "write.h"

struct digest_line {
	const struct digest_of *of;
	const struct digest_fact *fact;
};

static const struct digest_fact *digest_of_line(const void *record)
{
	return ((const struct digest_line *)record)->fact;
}

static void digest_list_key(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(digest_key(
				    (enum digest_kind)digest_of_line(record)->kind)));
}

static void digest_list_title(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(digest_title(
				    (enum digest_kind)digest_of_line(record)->kind)));
}

static void digest_list_elapsed(const void *record, struct listing_value *value)
{
	const struct digest_line *line = record;
	if (line->fact->at != INSTANT_NONE)
		listing_time(value, race_elapsed(line->of->race, line->fact->at),
			     TIME_RACE);
}

static void digest_list_lap(const void *record, struct listing_value *value)
{
	if (digest_of_line(record)->lap > 0)
		listing_number(value, digest_of_line(record)->lap);
}

static void digest_list_car(const void *record, struct listing_value *value)
{
	const struct digest_line *line = record;
	if (line->fact->car < line->of->race->car_count)
		list_car(value, line->of->race, line->fact->car);
}

static void digest_list_class(const void *record, struct listing_value *value)
{
	const struct digest_line *line = record;
	if (line->fact->car < line->of->race->car_count)
		listing_text(value, encode_car_class(line->of->race, line->fact->car));
}

static void digest_list_other(const void *record, struct listing_value *value)
{
	const struct digest_line *line = record;
	if (line->fact->other < line->of->race->car_count)
		list_car(value, line->of->race, line->fact->other);
}

static void digest_list_laps(const void *record, struct listing_value *value)
{
	if (digest_of_line(record)->laps > 0)
		listing_number(value, digest_of_line(record)->laps);
}

static void digest_list_time(const void *record, struct listing_value *value)
{
	listing_time(value, digest_of_line(record)->time, TIME_LAPM);
}

static bool digest_counts(const struct digest_fact *fact)
{
	switch ((enum digest_kind)fact->kind) {
	case DIGEST_LEADS:
	case DIGEST_FLAGS:
	case DIGEST_STOPS:
	case DIGEST_UNCLASSIFIED:
	case DIGEST_INVITED:
		return true;
	case DIGEST_RESULT:
	case DIGEST_START:
	case DIGEST_LEAD:
	case DIGEST_PACE:
	case DIGEST_CLASS:
	case DIGEST_OUT:
	case DIGEST_BEST:
	case DIGEST_KIND_COUNT:
		break;
	}
	return false;
}

static void digest_list_count(const void *record, struct listing_value *value)
{
	const struct digest_fact *fact = digest_of_line(record);
	if (digest_counts(fact))
		listing_number(value, fact->count);
}

static void digest_list_text(const void *record, struct listing_value *value)
{
	const struct digest_fact *fact = digest_of_line(record);
	listing_text(value, (struct slice){fact->text, fact->len});
}

static const struct listing_field fields[] = {
	{NULL, "", digest_list_title, .right = false},
	{"fact", NULL, digest_list_key, .right = false},
	{"elapsed", NULL, digest_list_elapsed, .right = true},
	{"lap", NULL, digest_list_lap, .right = true},
	{"number", NULL, digest_list_car, .right = true},
	{"class", NULL, digest_list_class, .right = false},
	{"other", NULL, digest_list_other, .right = true},
	{"laps", NULL, digest_list_laps, .right = true},
	{"time", NULL, digest_list_time, .right = true},
	{"count", NULL, digest_list_count, .right = true},
	{"text", "", digest_list_text, .right = false},
};

void encode_digest(struct out *out, enum format format, const struct digest_of *of)
{
	const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 2,
					  .untitled = true};
	struct digest_fact facts[DIGEST_MOST];
	unsigned count = digest_facts(of, facts);
	struct listing listing;
	if (format == FORMAT_TABLE)
		encode_title(out, of->race, NULL);
	listing_begin(&listing, out, format, &form);
	for (unsigned i = 0; i < count; i++)
		listing_measure(&listing, &(struct digest_line){of, &facts[i]});
	listing_head(&listing);
	for (unsigned i = 0; i < count; i++)
		listing_row(&listing, &(struct digest_line){of, &facts[i]});
	listing_end(&listing);
}
