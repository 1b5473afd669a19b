/*
 * plan.c -- the set-up of a race before its first event: from names, texts and sidecars
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "session_parts.h"

/* ---- dates and zones ------------------------------------------------------- */

/** A run of exactly @n digits at @at. */
static bool plan_digits(struct slice name, size_t at, size_t n)
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
		if (!plan_digits(name, i, 4))
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

/** The C library answers for one zone at a time, named by TZ: it is put back as it was. */
int64_t zone_offset(const char *zone, instant_us day)
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

/** What is left in front of ".gz" and is no part of a title either. */
static void drop_endings(char *stem)
{
	static const char *const endings[] = {".csv",   ".txt",  ".json",
					      ".jsonl", ".live", ".subscribe"};
	size_t len = strlen(stem);
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		size_t end = strlen(endings[i]);
		if (len <= end || strcmp(stem + len - end, endings[i]) != 0)
			continue;
		len -= end;
		stem[len] = '\0';
		i = (size_t)-1; /* from the first again */
	}
}

/** "wec 2024 le mans 24h" of "wec_2024_le_mans_24h.csv.gz". */
static void event_of_name(const char *path, char *event, size_t cap)
{
	char stem[SOURCE_PATH_MAX];
	source_stem(source_base(path), stem, sizeof(stem));
	drop_endings(stem);
	for (char *p = stem; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	text_clean(event, cap, slice_of(stem));
}

/** "race" or "timed" is the order of a session; any other word is the name of one of the
 * source's sessions (runs.c). */
static void choose_type(const struct session_parts *parts, struct race_setup *setup)
{
	const char *wanted = parts->wanted;
	bool timed = wanted != NULL && strcmp(wanted, "timed") == 0;
	if (wanted == NULL || (!timed && strcmp(wanted, "race") != 0))
		return;
	setup->type = timed ? SESSION_TIMED : SESSION_RACE;
	if (parts->text.name[0] == '\0')
		text_copy(setup->session, sizeof(setup->session),
			  timed ? SLICE("Timed") : SLICE("Race"));
}

/** If the session text names a file, show the circuit's own name. */
static void plan_circuit(const struct session *session, struct race_setup *setup)
{
	const struct session_parts *parts = session->parts;
	const struct circuit *circuit = &session->circuit;
	struct slice label = slice_of(parts->text.circuit.text);
	struct slice name = slice_of(circuit->name);
	bool lies =
		names_a_file(parts->text.circuit.text) || slice_eq_nocase(label, name);
	if (label.len == 0 || (lies && name.len > 0))
		label = slice_of(label.len > 0 ? circuit->name : circuit->title);
	text_copy(setup->circuit, sizeof(setup->circuit), label);
}

/* ---- texts ---------------------------------------------------------------------- */

static struct slice text_of(const struct session *session, enum setup_text index)
{
	return session->parts->texts.at[index].data;
}

void session_warn(struct session *session, const char *fmt, ...)
{
	char *text = session->warning;
	size_t cap = sizeof(session->warning), len = strlen(text);
	va_list args;
	if (len > 0)
		len += text_format(text + len, cap - len, "; ");
	va_start(args, fmt);
	vsnprintf(text + len, cap - len, fmt, args);
	va_end(args);
}

/** The file a text came from, or its name in the recording. */
static void where_of(const struct session *session, enum setup_text index, char *where,
		     size_t cap)
{
	const struct session_parts *parts = session->parts;
	const char *beside = parts->texts.from[index];
	if (beside[0] != '\0') {
		text_copy(where, cap, slice_of(beside));
		return;
	}
	text_format(where, cap, "%s (%s)", parts->shown, setup_text_names[index]);
}

/** The texts of a recording are ours, so a bad one fails; a sidecar is not, so
 * the race is read without it, with a warning. */
static int read_texts(struct session *session, struct err *err)
{
	struct session_parts *parts = session->parts;
	char where[256];
	struct err sidecar_err;
	where_of(session, TEXT_SESSION, where, sizeof(where));
	int rc = session_text_parse(text_of(session, TEXT_SESSION), where, false,
				    &parts->text, err);
	parts->sidecar = sidecar_nothing;
	if (parts->texts.unread[0] != '\0')
		session_warn(session, "%s; the race is read without it",
			     parts->texts.unread);
	if (rc != 0 || text_of(session, TEXT_SIDECAR).at == NULL)
		return rc;
	where_of(session, TEXT_SIDECAR, where, sizeof(where));
	if (sidecar_parse(text_of(session, TEXT_SIDECAR), where, &parts->sidecar,
			  &sidecar_err) == 0)
		return 0;
	parts->sidecar = sidecar_nothing;
	session_warn(session, "%s; the race is read without it", sidecar_err.text);
	return 0;
}

static int plan_read_circuit(struct session *session, struct err *err)
{
	struct circuit *circuit = &session->circuit;
	struct slice ini = text_of(session, TEXT_CIRCUIT);
	char where[256];
	/* A plan made again forgets the circuit it made up from the lines. */
	memset(circuit, 0, sizeof(*circuit));
	session->parts->circuit_known = false;
	if (ini.at == NULL)
		return 0;
	where_of(session, TEXT_CIRCUIT, where, sizeof(where));
	int rc = circuit_parse(ini, text_of(session, TEXT_CENTRELINE), where, circuit,
			       err);
	session->parts->circuit_known = rc == 0 && circuit->line_count > 0;
	return rc;
}

/* ---- the plan -------------------------------------------------------------------- */

/** Offset from UTC: the text's, the zone's; else that of this machine for what was
 * recorded here. */
static int64_t plan_offset(const struct session_parts *parts, const char *zone,
			   instant_us day, instant_us received_at)
{
	if (parts->text.utc_offset_us != DURATION_NONE)
		return parts->text.utc_offset_us;
	if (zone[0] != '\0')
		return zone_offset(zone, day);
	return parts->recording && received_at != INSTANT_NONE ? offset_at(received_at)
							       : 0;
}

static void plan_day(struct session *session, instant_us received_at)
{
	struct session_parts *parts = session->parts;
	struct race_setup *setup = &parts->setup;
	const struct session_text *text = &parts->text;
	const char *zone = text->zone[0] != '\0' ? text->zone : session->circuit.zone;
	instant_us day = INSTANT_NONE;
	int year = 0;
	date_of_name(parts->named, &day, &year);
	if (text->day != INSTANT_NONE)
		day = text->day;
	else if (parts->sidecar.day != INSTANT_NONE)
		day = parts->sidecar.day;
	text_copy(setup->zone, sizeof(setup->zone), slice_of(zone));
	bool dated = day != INSTANT_NONE;
	instant_us utc = dated || received_at == INSTANT_NONE
				 ? day
				 : received_at - received_at % US_DAY;
	setup->utc_offset_us = plan_offset(parts, zone, utc, received_at);
	/* The day of a race that was received live is that of its first bytes. */
	if (!dated && received_at != INSTANT_NONE) {
		instant_us local = received_at + setup->utc_offset_us;
		day = local - local % US_DAY;
	}
	setup->floating = day == INSTANT_NONE;
	parts->feed.day = day;
	parts->feed.utc_offset_us = setup->utc_offset_us;
	parts->unreported = day == INSTANT_NONE ? 0 : day;
	parts->year = day == INSTANT_NONE ? year : year_of(day);
	instant_us midnight = parts->unreported - setup->utc_offset_us;
	if (text->start_at != DURATION_NONE)
		setup->start_at = midnight + text->start_at;
	if (text->clock_at != DURATION_NONE)
		setup->clock_at = midnight + text->clock_at;
}

static void plan_names(struct session *session)
{
	struct session_parts *parts = session->parts;
	struct race_setup *setup = &parts->setup;
	const struct session_text *text = &parts->text;
	const char *name = parts->named;
	if (text->event[0] != '\0')
		text_copy(setup->event, sizeof(setup->event), slice_of(text->event));
	else if (parts->sidecar.event[0] != '\0')
		text_copy(setup->event, sizeof(setup->event),
			  slice_of(parts->sidecar.event));
	else if (strcmp(name, "-") != 0)
		event_of_name(name, setup->event, sizeof(setup->event));
	setup->type = text->timed || session_name_type(slice_of(source_base(name))) ==
					      SESSION_FIELD_TIMED
			      ? SESSION_TIMED
			      : SESSION_RACE;
	if (text->name[0] != '\0')
		text_copy(setup->session, sizeof(setup->session), slice_of(text->name));
	else
		text_copy(setup->session, sizeof(setup->session),
			  setup->type == SESSION_TIMED ? SLICE("Timed")
						       : SLICE("Race"));
	plan_circuit(session, setup);
	setup->reconstruction = text->reconstruction;
}

int setup_plan(struct session *session, instant_us received_at, struct err *err)
{
	const instant_us clock_is_set = 20 * 365 * US_DAY;
	struct session_parts *parts = session->parts;
	const struct circuit *circuit = &session->circuit;
	parts->setup = (struct race_setup){
		.start_at = INSTANT_NONE,
		.clock_at = INSTANT_NONE,
	};
	int rc = read_texts(session, err);
	if (rc == 0)
		rc = plan_read_circuit(session, err);
	if (rc != 0)
		return rc;
	plan_day(session, received_at > clock_is_set ? received_at : INSTANT_NONE);
	plan_names(session);
	parts->feed.line_count = circuit->line_count;
	memcpy(parts->feed.line_names, circuit->line_names,
	       sizeof(parts->feed.line_names));
	memcpy(parts->feed.loops, parts->text.loops, sizeof(parts->feed.loops));
	parts->feed.loop_count = parts->text.loop_count;
	parts->feed.beacon_signed = parts->key_print[0] != '\0' ||
				    text_of(session, TEXT_BEACON_KEY).len > 0;
	if (beacon_key_differs(parts))
		session_warn(
			session,
			"recorded with a key of beacons that --beacon-key does not "
			"give: their signatures are not checked");
	parts->setup.merge_us = parts->text.merge_us;
	parts->setup.result_lap = (uint32_t)parts->text.result_lap;
	choose_type(parts, &parts->setup);
	parts->rules_name[0] = '\0';
	return 0;
}
