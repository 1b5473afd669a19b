/*
 * service_swiss.c -- the cache of Swiss Timing: GT World Challenge Europe, the 24 h of Spa
 *
 * SEASONS names the season, SEASON the meeting, SCHEDULE the session that is shown; TIMING and
 * COMP_DETAIL are its standings. Learned from a reader of the service.
 */
#include "pitwall_web.h"

#include <errno.h>
#include <string.h>

#define CACHE "https://ps-cache.web.swisstiming.com/node/db/RAC_PROD/"

enum { SWISS_EVERY_S = 5, SWISS_AGAIN_S = 60, SWISS_ID_MAX = 48, SWISS_CELL_MAX = 64 };

struct swiss_unit {
	char tour[16], season[16], meeting[SWISS_ID_MAX], unit[SWISS_ID_MAX];
};

/* A part of the name of a document: no path, no query. */
static bool swiss_is_plain(const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		if (!((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') ||
		      (*p >= '0' && *p <= '9') || *p == '-'))
			return false;
	return text[0] != '\0';
}

static void upper(char *text)
{
	for (char *p = text; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
}

/* The member of content.full, of letters, digits and '-'. */
static bool full_member(struct slice body, const char *name, char *to, size_t cap)
{
	static const char *const outer[] = {"content"}, *const inner[] = {"full"};
	struct json_reader r = json_reader_of(body);
	struct json_value content, full;
	if (!json_read_members(&r, outer, &content, 1) || content.kind != JSON_OBJECT)
		return false;
	r = json_reader_of(content.raw);
	if (!json_read_members(&r, inner, &full, 1) || full.kind != JSON_OBJECT)
		return false;
	web_member(full.raw, name, to, cap);
	return swiss_is_plain(to);
}

static int swiss_get(const struct swiss_unit *at, const char *what, const char *id,
		     struct slice *body, struct err *err)
{
	char url[WEB_URL_MAX], guid[SWISS_ID_MAX];
	bool seasons = strcmp(what, "SEASONS") == 0;
	text_copy(guid, sizeof(guid), slice_of(id));
	upper(guid);
	web_url(url, CACHE, "%s_%s%s%s%s%s_JSON.json", at->tour,
		seasons ? "" : at->season, seasons ? "" : "_", what,
		guid[0] != '\0' ? "_" : "", guid);
	return web_get(url, body, err);
}

/* The object @id of the table @name of content.full; empty: absent. */
static struct slice full_row(struct slice body, const char *name, const char *id)
{
	const char *const path[] = {"content", "full", name, id};
	struct slice at = body;
	for (size_t i = 0; i < ARRAY_LEN(path); i++) {
		struct json_reader r = json_reader_of(at);
		struct json_value value;
		if (!json_read_members(&r, &path[i], &value, 1) ||
		    value.kind != JSON_OBJECT)
			return (struct slice){"{}", 2};
		at = value.raw;
	}
	return at;
}

/* The meeting that is shown; @body: SEASON. */
static int shown_meeting(struct swiss_unit *at, struct slice *body, struct err *err)
{
	int rc = swiss_get(at, "SEASONS", "", body, err);
	if (rc == 0 &&
	    !full_member(*body, "CurrentSeason", at->season, sizeof(at->season)))
		rc = err_set(err, -EPROTO, "%s: no season is on", at->tour);
	if (rc == 0)
		rc = swiss_get(at, "SEASON", "", body, err);
	if (rc == 0 && !full_member(*body, "PresentationMeetingId", at->meeting,
				    sizeof(at->meeting)))
		rc = err_set(err, -EPROTO, "%s: no meeting is on", at->tour);
	return rc;
}

/* The session that is shown; @body: SCHEDULE. */
static int shown_session(struct swiss_unit *at, struct slice *body, struct err *err)
{
	int rc = swiss_get(at, "SCHEDULE", at->meeting, body, err);
	if (rc == 0 &&
	    !full_member(*body, "PresentationRoundId", at->unit, sizeof(at->unit)))
		rc = err_set(err, -EPROTO, "%s: no session is on", at->tour);
	return rc;
}

static int swiss_find(struct swiss_unit *at, struct err *err)
{
	struct slice body;
	char line[SWISS_ID_MAX + 16];
	int rc = shown_meeting(at, &body, err);
	if (rc != 0)
		return rc;
	(void)web_standing("SEASON", body);
	rc = shown_session(at, &body, err);
	if (rc != 0)
		return rc;
	/* The schedule says what the unit is. */
	size_t len = text_format(line, sizeof(line), "UnitId \"%s\"\n", at->unit);
	web_write((struct slice){line, len});
	(void)web_standing("SCHEDULE", body);
	return 0;
}

static int swiss_poll(const struct swiss_unit *at, struct err *err)
{
	static const char *const names[] = {"COMP_DETAIL", "TIMING"};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(names); i++) {
		struct slice body;
		rc = swiss_get(at, names[i], at->unit, &body, err);
		if (rc == 0 && !web_standing(names[i], body))
			web_say("%s: not the JSON that was expected", names[i]);
	}
	if (rc == 0)
		web_poll_end();
	return rc;
}

static bool read_tour(const char *what, char *tour, size_t cap)
{
	struct slice rest = slice_of(what);
	struct slice name = slice_cut(&rest, '/');
	text_copy(tour, cap, name.len > 0 ? name : SLICE("SRO"));
	upper(tour);
	return swiss_is_plain(tour);
}

/* For a minute, then it is looked whether another session is shown. */
static int swiss_once(void *context, struct err *err)
{
	const unsigned every = web_every(SWISS_EVERY_S);
	struct swiss_unit *at = context;
	int rc = swiss_find(at, err);
	for (unsigned s = 0; rc == 0 && s < SWISS_AGAIN_S; s += every) {
		rc = swiss_poll(at, err);
		if (rc == 0)
			web_pause(every);
	}
	return rc;
}

static int swiss_run(const char *what, struct err *err)
{
	struct swiss_unit at = {"", "", "", ""};
	if (!read_tour(what, at.tour, sizeof(at.tour)))
		return err_set(err, -EINVAL,
			       "swisstiming://%s: name a tour, such as SRO", what);
	return web_for_ever(swiss_once, &at, 0, err);
}

/* @name of @row as a cell of the list. */
static void swiss_cell(struct slice row, const char *name, char *to, size_t cap)
{
	char text[SWISS_CELL_MAX];
	web_member(row, name, text, sizeof(text));
	text_clean(to, cap, slice_of(text));
}

/* State of a unit: 0 to come, 1 on, 2 over (seen in the schedule of the 24 h of Spa 2026). */
static int swiss_list(struct err *err)
{
	struct swiss_unit at = {"SRO", "", "", ""};
	char series[SWISS_CELL_MAX], event[SWISS_CELL_MAX], circuit[SWISS_CELL_MAX];
	char name[SWISS_CELL_MAX], state[4], line[400], competition[SWISS_ID_MAX];
	struct slice body;
	int rc = shown_meeting(&at, &body, err);
	if (rc != 0)
		return rc;
	struct slice row = full_row(body, "Meetings", at.meeting);
	swiss_cell(row, "Name", event, sizeof(event));
	swiss_cell(row, "TrackName", circuit, sizeof(circuit));
	rc = shown_session(&at, &body, err);
	if (rc != 0)
		return rc;
	row = full_row(body, "Units", at.unit);
	swiss_cell(row, "Name", name, sizeof(name));
	web_member(row, "State", state, sizeof(state));
	web_member(row, "CompetitionId", competition, sizeof(competition));
	row = full_row(body, "Competitions", competition);
	swiss_cell(row, "Name", series, sizeof(series));
	size_t len =
		text_format(line, sizeof(line), "swisstiming://%s\t%s\t%s\t%s\t%s\n",
			    at.tour, series, event, name, circuit);
	if (strcmp(state, "1") == 0)
		web_write((struct slice){line, len});
	return 0;
}

const struct web_service service_swisstiming = {
	.scheme = "swisstiming",
	.run = swiss_run,
	.list = swiss_list,
};
