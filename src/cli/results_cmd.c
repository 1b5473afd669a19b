/*
 * results_cmd.c -- `results`, `laps`, `stints`, `stops`, `events`, `digest`: answers without a
 * screen
 */
#include <string.h>
#include <unistd.h>

#include "option_rows.h"
#include "pitwall/digest.h"

/** False after a complaint that says which classes there are. */
static bool class_exists(const struct race *race, const char *name)
{
	char names[256] = "";
	size_t len = 0;
	for (unsigned i = 0; i < race->class_count; i++) {
		if (slice_eq_nocase(slice_of(race->classes[i].name), slice_of(name)))
			return true;
		len += text_format(names + len, sizeof(names) - len, "%s%s",
				   i == 0 ? "" : ", ", race->classes[i].name);
	}
	complain("--class %s: there is no such class; there are %s", name,
		 len == 0 ? "none" : names);
	return false;
}

/* A list of rows, and in JSON what race they are of, under the name @rows. */
static void list_begin(struct out *out, enum format format, const char *rows,
		       const struct session *session)
{
	out_to_fd(out, STDOUT_FILENO);
	if (format == FORMAT_JSON)
		encode_race_json(out, &session->timeline.race, &session->rules, rows);
}

static int list_end(struct out *out, enum format format)
{
	if (format == FORMAT_JSON)
		out_text(out, "}\n");
	return finish_output(out, EXIT_DONE);
}

int results_run(const struct options *options)
{
	struct session *session = NULL;
	enum format format = format_option(options);
	int status = EXIT_USAGE;
	if (!load_or_complain(options, 0, &session, &status))
		return status;
	const struct race *race = &session->timeline.race;
	bool fine = session_seek(session, options->at, &status);
	if (fine && options->class_name != NULL) {
		fine = class_exists(race, options->class_name);
		status = EXIT_USAGE;
	}
	if (fine) {
		struct out out;
		list_begin(&out, format, "results", session);
		encode_results(&out, format, race, &session->rules,
			       &session->classification, options->class_name);
		status = list_end(&out, format);
	}
	session_free(session);
	return status;
}

/** The car of --car, CAR_NONE without one; false after a complaint. */
static bool choose_car(const struct race *race, const struct options *options,
		       uint16_t *car)
{
	*car = CAR_NONE;
	if (!options->car)
		return true;
	*car = race_find_text(race, slice_of(options->car));
	if (*car != CAR_NONE)
		return true;
	complain("--car %s: there is no such car; `pitwall results` lists them",
		 options->car);
	return false;
}

/** The cars that are listed, in the order of the classification. */
static bool choose_cars(const struct session *session, const struct options *options,
			uint16_t *cars, uint32_t *count)
{
	const struct race *race = &session->timeline.race;
	const struct classification *all = &session->classification;
	*count = 0;
	uint16_t one;
	if (!choose_car(race, options, &one))
		return false;
	if (one != CAR_NONE) {
		cars[(*count)++] = one;
		return true;
	}
	if (options->class_name != NULL && !class_exists(race, options->class_name))
		return false;
	for (uint32_t i = 0; i < all->count; i++) {
		uint16_t car = all->rows[i].car;
		unsigned class_index = race->entries[car].class_index;
		if (options->class_name != NULL &&
		    (class_index >= race->class_count ||
		     !slice_eq_nocase(slice_of(race->classes[class_index].name),
				      slice_of(options->class_name))))
			continue;
		cars[(*count)++] = car;
	}
	return true;
}

int cars_run(const struct options *options, const char *rows, encode_cars *encode)
{
	struct session *session = NULL;
	uint16_t cars[RACE_CARS_MAX];
	uint32_t count = 0;
	enum format format = format_option(options);
	int status = EXIT_USAGE;
	if (!load_or_complain(options, 0, &session, &status))
		return status;
	bool fine = session_seek(session, options->at, &status);
	if (fine) {
		fine = choose_cars(session, options, cars, &count);
		status = EXIT_USAGE;
	}
	if (fine) {
		struct out out;
		list_begin(&out, format, rows, session);
		encode(options, &out, session, cars, count);
		status = list_end(&out, format);
	}
	session_free(session);
	return status;
}

static void list_laps(const struct options *options, struct out *out,
		      struct session *session, const uint16_t *cars, uint32_t count)
{
	encode_laps(out, format_option(options), &session->timeline.race,
		    &session->timeline.tables, cars, count);
}

static void list_stints(const struct options *options, struct out *out,
			struct session *session, const uint16_t *cars, uint32_t count)
{
	encode_stints(out, format_option(options), &session->timeline.race,
		      &session->timeline.tables,
		      &(struct stints_asked){cars, count, false});
}

static void list_stops(const struct options *options, struct out *out,
		       struct session *session, const uint16_t *cars, uint32_t count)
{
	encode_stints(out, format_option(options), &session->timeline.race,
		      &session->timeline.tables,
		      &(struct stints_asked){cars, count, true});
}

int laps_run(const struct options *options)
{
	return cars_run(options, "laps", list_laps);
}

int stints_run(const struct options *options)
{
	return cars_run(options, "stints", list_stints);
}

int stops_run(const struct options *options)
{
	return cars_run(options, "stops", list_stops);
}

int events_run(const struct options *options)
{
	struct session *session = NULL;
	enum format format = format_option(options);
	int status = EXIT_USAGE;
	if (!load_or_complain(options, LOAD_HISTORY, &session, &status))
		return status;
	const struct race *race = &session->timeline.race;
	struct history_asked asked = {.class_only = options->class_name};
	bool fine = session_seek(session, options->at, &status);
	if (fine) {
		fine = choose_car(race, options, &asked.car) &&
		       (!options->class_name ||
			class_exists(race, options->class_name));
		status = EXIT_USAGE;
	}
	if (fine) {
		struct out out;
		asked.at = session->timeline.at;
		list_begin(&out, format, "events", session);
		encode_history(&out, format, race, &session->timeline.tables, &asked);
		status = list_end(&out, format);
	}
	session_free(session);
	return status;
}

int digest_run(const struct options *options)
{
	struct session *session = NULL;
	enum format format = format_option(options);
	int status = EXIT_USAGE;
	if (!load_or_complain(options, LOAD_HISTORY, &session, &status))
		return status;
	const struct race *race = &session->timeline.race;
	if (session_seek(session, options->at, &status)) {
		uint8_t favourites[RACE_CARS_MAX] = {0};
		struct slice list = slice_of(options->favourites), number;
		while (favourites_next(&list, &number)) {
			uint16_t car = race_find_text(race, number);
			if (car != CAR_NONE)
				favourites[car] = 1;
		}
		struct out out;
		list_begin(&out, format, "digest", session);
		encode_digest(&out, format,
			      &(struct digest_of){race, &session->timeline.tables,
						  &session->rules,
						  &session->classification, favourites,
						  session->timeline.at});
		status = list_end(&out, format);
	}
	session_free(session);
	return status;
}
