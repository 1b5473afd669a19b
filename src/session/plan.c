/*
 * plan.c -- the set-up of a race, as far as names, texts and sidecars tell it
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pitwall/assets.h"
#include "load_parts.h"

/* ---- dates and zones ------------------------------------------------------- */

/** A run of exactly @n digits at @at. */
static bool digits(struct slice name, size_t at, size_t n)
{
	if (at + n > name.len)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)name.at[at + i]))
			return false;
	bool before = at > 0 && isdigit((unsigned char)name.at[at - 1]);
	bool after = at + n < name.len && isdigit((unsigned char)name.at[at + n]);
	return !before && !after;
}

/** A date or a year in the file's name: "2024-06-15", or "2024" alone. */
static void date_of_name(const char *path, instant_us *day, int *year)
{
	struct slice name = slice_of(source_base(path));
	for (size_t i = 0; i + 4 <= name.len; i++) {
		if (!digits(name, i, 4))
			continue;
		struct slice date = {name.at + i,
				     name.len - i < 10 ? name.len - i : 10};
		int found = (name.at[i] - '0') * 1000 + (name.at[i + 1] - '0') * 100 +
			    (name.at[i + 2] - '0') * 10 + (name.at[i + 3] - '0');
		if (parse_date(date, day)) {
			*year = found;
			return;
		}
		if (*year == 0 && found >= 1900 && found < 2100)
			*year = found;
	}
}

static int year_of(instant_us local)
{
	char text[TIME_TEXT_MAX];
	format_date(text, local);
	return (int)strtol(text, NULL, 10);
}

static bool zone_is_sane(const char *zone)
{
	if (zone[0] == '\0' || zone[0] == '/' || strstr(zone, "..") != NULL)
		return false;
	for (const char *p = zone; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("/_+-", *p) == NULL)
			return false;
	return true;
}

static int64_t offset_at(instant_us utc)
{
	time_t seconds = (time_t)(utc / US_S);
	struct tm tm;
	if (localtime_r(&seconds, &tm) == NULL)
		return 0;
	instant_us local =
		civil_to_instant(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) +
		((tm.tm_hour * 60 + tm.tm_min) * 60 + tm.tm_sec) * US_S;
	return local - (instant_us)seconds * US_S;
}

/** What to add to UTC in an IANA zone at noon of a local day. The C library
 * answers for one zone at a time, named by TZ: it is put back as it was. */
static int64_t zone_offset(const char *zone, instant_us day)
{
	if (!zone_is_sane(zone) || day == INSTANT_NONE)
		return 0;
	const char *before = getenv("TZ");
	char *kept = before == NULL ? NULL : strdup(before);
	int64_t offset = 0;
	if (setenv("TZ", zone, 1) == 0) {
		tzset();
		offset = offset_at(day + 12 * US_HOUR);
		offset = offset_at(day + 12 * US_HOUR - offset);
	}
	if (kept != NULL)
		setenv("TZ", kept, 1);
	else
		unsetenv("TZ");
	tzset();
	free(kept);
	return offset;
}

/* ---- names ------------------------------------------------------------------- */

/** "wec 2024 le mans 24h" of "wec_2024_le_mans_24h.csv". */
static void event_of_name(const char *path, char *event, size_t cap)
{
	char stem[SOURCE_PATH_MAX];
	source_stem(source_base(path), stem, sizeof(stem));
	for (char *p = stem; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	text_clean(event, cap, slice_of(stem));
}

/** Practice and qualifying say so in their names. */
static bool name_is_timed(const char *path)
{
	static const char *const words[] = {"practice", "qualif",  "warmup",
					    "warm-up",  "warm_up", "hyperpole"};
	char lower[SOURCE_PATH_MAX];
	text_copy(lower, sizeof(lower), slice_of(source_base(path)));
	for (char *p = lower; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strstr(lower, words[i]) != NULL)
			return true;
	return false;
}

/** "race" or "timed" says how a session is ordered; another word is the name of one
 * of the source's, which is looked for when they are known (runs.c). */
static void choose_type(const struct loader *loader, struct race_setup *setup)
{
	const char *wanted = loader->session_name;
	bool timed = wanted != NULL && strcmp(wanted, "timed") == 0;
	if (wanted == NULL || (!timed && strcmp(wanted, "race") != 0))
		return;
	setup->type = timed ? SESSION_TIMED : SESSION_RACE;
	if (loader->text.name[0] == '\0')
		text_copy(setup->session, sizeof(setup->session),
			  timed ? SLICE("Timed") : SLICE("Race"));
}

/** A circuit is shown by its own name where the session says only where it lies. */
static void plan_circuit(const struct loader *loader, struct race_setup *setup)
{
	const struct circuit *circuit = &loader->session->circuit;
	struct slice said = slice_of(loader->text.circuit);
	struct slice name = slice_of(circuit->name);
	bool lies = names_a_file(loader->text.circuit) || slice_eq_nocase(said, name);
	if (said.len == 0 || (lies && name.len > 0))
		said = slice_of(said.len > 0 ? circuit->name : circuit->title);
	text_copy(setup->circuit, sizeof(setup->circuit), said);
}

/* ---- texts ---------------------------------------------------------------------- */

static struct slice text_of(const struct loader *loader, enum load_text index)
{
	return loader->gathered.texts[index].data;
}

void load_warn(struct loader *loader, const char *fmt, ...)
{
	char *text = loader->session->warning;
	size_t cap = sizeof(loader->session->warning), len = strlen(text);
	va_list args;
	if (len > 0)
		len += text_format(text + len, cap - len, "; ");
	va_start(args, fmt);
	vsnprintf(text + len, cap - len, fmt, args);
	va_end(args);
}

/** The file a text came from, or its name in the recording. */
static void where_of(const struct loader *loader, enum load_text index, char *where,
		     size_t cap)
{
	const char *beside = loader->gathered.beside[index];
	if (beside[0] != '\0') {
		text_copy(where, cap, slice_of(beside));
		return;
	}
	text_format(where, cap, "%s (%s)", loader->gathered.shown,
		    load_text_names[index]);
}

/** The texts of a recording are ours, so a bad one fails; a sidecar is not, so
 * the race is read without it and the reader is told. */
static int read_texts(struct loader *loader, struct err *err)
{
	char where[256];
	struct err sidecar_err;
	where_of(loader, LOAD_SESSION, where, sizeof(where));
	int rc = session_text_parse(text_of(loader, LOAD_SESSION), where, &loader->text,
				    err);
	loader->sidecar = sidecar_nothing;
	if (loader->gathered.unread[0] != '\0')
		load_warn(loader, "%s; the race is read without it",
			  loader->gathered.unread);
	if (rc != 0 || text_of(loader, LOAD_SIDECAR).at == NULL)
		return rc;
	where_of(loader, LOAD_SIDECAR, where, sizeof(where));
	if (sidecar_parse(text_of(loader, LOAD_SIDECAR), where, &loader->sidecar,
			  &sidecar_err) == 0)
		return 0;
	loader->sidecar = sidecar_nothing;
	load_warn(loader, "%s; the race is read without it", sidecar_err.text);
	return 0;
}

static int read_circuit(struct loader *loader, struct err *err)
{
	struct circuit *circuit = &loader->session->circuit;
	struct slice ini = text_of(loader, LOAD_CIRCUIT);
	char where[256];
	/* A plan made again forgets the circuit it made up from the lines. */
	memset(circuit, 0, sizeof(*circuit));
	if (ini.at == NULL)
		return 0;
	where_of(loader, LOAD_CIRCUIT, where, sizeof(where));
	return circuit_parse(ini, text_of(loader, LOAD_CENTRELINE), where, circuit,
			     err);
}

/* ---- the plan -------------------------------------------------------------------- */

/** When the source was first heard, if it tells: by a clock that was set. */
static instant_us first_heard(const struct gathered *gathered)
{
	const instant_us clock_is_set = 20 * 365 * US_DAY;
	instant_us first = INSTANT_NONE;
	for (unsigned i = 0; i < gathered->source_count; i++) {
		const struct load_source *source = &gathered->sources[i];
		if (source->chunk_count == 0)
			continue;
		instant_us at = source->chunks[0].heard_at;
		if (at > clock_is_set && (first == INSTANT_NONE || at < first))
			first = at;
	}
	return first;
}

/** The day of a race that was heard live is that of its first bytes, where the race is
 * or, when nothing says where that is, where we are. */
static void plan_heard_day(const struct loader *loader, struct race_setup *setup,
			   instant_us *day)
{
	const struct session_text *text = &loader->text;
	instant_us heard = first_heard(&loader->gathered);
	if (*day != INSTANT_NONE || heard == INSTANT_NONE)
		return;
	instant_us utc = heard - heard % US_DAY;
	if (text->utc_offset_us != DURATION_NONE)
		setup->utc_offset_us = text->utc_offset_us;
	else if (setup->zone[0] != '\0')
		setup->utc_offset_us = zone_offset(setup->zone, utc);
	else
		setup->utc_offset_us =
			loader->gathered.recording ? offset_at(heard) : 0;
	instant_us local = heard + setup->utc_offset_us;
	*day = local - local % US_DAY;
	setup->floating = false;
}

static void plan_day(struct loader *loader, struct race_setup *setup)
{
	const struct session_text *text = &loader->text;
	const char *zone =
		text->zone[0] != '\0' ? text->zone : loader->session->circuit.zone;
	instant_us day = text->day;
	int year = 0;
	if (!loader->gathered.recording)
		date_of_name(loader->gathered.path, &day, &year);
	else
		date_of_name(loader->gathered.sources[0].url, &day, &year);
	if (text->day != INSTANT_NONE)
		day = text->day;
	else if (loader->sidecar.day != INSTANT_NONE)
		day = loader->sidecar.day;
	setup->floating = day == INSTANT_NONE;
	text_copy(setup->zone, sizeof(setup->zone), slice_of(zone));
	setup->utc_offset_us = text->utc_offset_us != DURATION_NONE
				       ? text->utc_offset_us
				       : zone_offset(setup->zone, day);
	plan_heard_day(loader, setup, &day);
	loader->feed.day = day;
	loader->feed.utc_offset_us = setup->utc_offset_us;
	loader->year = day == INSTANT_NONE ? year : year_of(day);
	instant_us midnight = day == INSTANT_NONE ? -setup->utc_offset_us
						  : day - setup->utc_offset_us;
	if (text->start_at != DURATION_NONE)
		setup->start_at = midnight + text->start_at;
	if (text->clock_at != DURATION_NONE)
		setup->clock_at = midnight + text->clock_at;
}

static void plan_names(struct loader *loader, struct race_setup *setup)
{
	const struct session_text *text = &loader->text;
	const char *name = loader->gathered.recording ? loader->gathered.sources[0].url
						      : loader->gathered.path;
	if (text->event[0] != '\0')
		text_copy(setup->event, sizeof(setup->event), slice_of(text->event));
	else if (loader->sidecar.event[0] != '\0')
		text_copy(setup->event, sizeof(setup->event),
			  slice_of(loader->sidecar.event));
	else if (strcmp(name, "-") != 0)
		event_of_name(name, setup->event, sizeof(setup->event));
	setup->type = text->timed || name_is_timed(name) ? SESSION_TIMED : SESSION_RACE;
	if (text->name[0] != '\0')
		text_copy(setup->session, sizeof(setup->session), slice_of(text->name));
	else
		text_copy(setup->session, sizeof(setup->session),
			  setup->type == SESSION_TIMED ? SLICE("Timed")
						       : SLICE("Race"));
	plan_circuit(loader, setup);
	setup->reconstruction = text->reconstruction;
}

int load_plan(struct loader *loader, struct err *err)
{
	struct race_setup *setup = &loader->session->setup;
	const struct circuit *circuit = &loader->session->circuit;
	const char *word = loader->options->session;
	setup->start_at = INSTANT_NONE;
	setup->clock_at = INSTANT_NONE;
	if (loader->session_name == NULL && word != NULL && !session_is_file(word))
		loader->session_name = word;
	int rc = read_texts(loader, err);
	if (rc == 0)
		rc = read_circuit(loader, err);
	if (rc != 0)
		return rc;
	plan_day(loader, setup);
	plan_names(loader, setup);
	loader->feed.line_count = circuit->line_count;
	memcpy(loader->feed.line_names, circuit->line_names,
	       sizeof(loader->feed.line_names));
	memcpy(loader->feed.loops, loader->text.loops, sizeof(loader->feed.loops));
	loader->feed.loop_count = loader->text.loop_count;
	setup->merge_us = loader->text.merge_us;
	choose_type(loader, setup);
	return 0;
}
