/*
 * service_griiip.c -- Griiip: the FIA WEC, ELMS, GT World Challenge and others
 *
 *  (1) All that happened is asked for by HTTP first, then the hub (SignalR, JSON) sends what is
 *      new; after a break all is asked for again. Lines that were written are not written twice.
 *  (2) Where the hub cannot be had, the documents are polled.
 *  (3) A series stands for the session that is on: every minute it is looked whether it is
 *      another one.
 *
 * Learned from readers of the service; it has no public description.
 */
#include "pitwall_web.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HOST "https://insights.griiip.com/"

enum {
	SERIES_MOST = 999, /* higher numbers are sessions */
	EVERY_S = 5,
	SCHEDULE_S = 20, /* while nothing is on */
	AGAIN_S = 60,    /* (1), (3): documents beside the hub */
	HUB_PING_S = 15,
	SESSIONS_MOST = 64,
	RECORD_END = 0x1e, /* of a SignalR message */
};

static const struct {
	const char *name;
	unsigned series;
} series_names[] = {
	{"wec", 10},      {"elms", 409}, {"le-mans-cup", 410}, {"asian-le-mans", 396},
	{"dtm", 14},      {"gtwc", 20},  {"imsa", 159},        {"supercars", 311},
	{"f4-spain", 12},
};

/* Documents, in the order in which they make a race; how often they change. */
static const struct {
	const char *path, *name;
	bool often;
} documents[] = {
	{"session-info", "session-info", false},
	{"participants", "participants", false},
	{"session-clock", "session-clock", false},
	{"race-flags", "race-flags", true},
	{"laps", "laps", true},
	{"pit-in", "pit-in", true},
	{"pit-out", "pit-out", true},
	{"best-laps", "best-laps", false},
	{"racelog-items", "racelog-items", false},
	{"weather-current", "weather-current", false},
	{"participants-running-status", "participants-running-status", false},
};

/* ---- which session ---------------------------------------------------------------------- */

struct griiip_session {
	char sid[24];
	unsigned series;
	char words[256]; /* series, event, session, circuit, with tabs */
};

static bool session_info(const char *sid, struct griiip_session *out, struct err *err)
{
	char url[WEB_URL_MAX], series[16], text[4][60];
	struct slice body;
	uint64_t number = 0;
	web_url(url, HOST, "live/session-info/%s", sid);
	if (web_get(url, &body, err) != 0)
		return false;
	web_member(body, "seriesId", series, sizeof(series));
	(void)(parse_u64(slice_of(series), &number) && number <= SERIES_MOST);
	out->series = (unsigned)number;
	text_copy(out->sid, sizeof(out->sid), slice_of(sid));
	web_member(body, "seriesName", text[0], sizeof(text[0]));
	web_member(body, "eventName", text[1], sizeof(text[1]));
	web_member(body, "sessionName", text[2], sizeof(text[2]));
	web_member(body, "trackName", text[3], sizeof(text[3]));
	for (unsigned i = 0; i < 4; i++) {
		char clean[sizeof(text[0])];
		text_clean(clean, sizeof(clean), slice_of(text[i]));
		text_copy(text[i], sizeof(text[i]), slice_of(clean));
	}
	text_format(out->words, sizeof(out->words), "%s\t%s\t%s\t%s", text[0], text[1],
		    text[2], text[3]);
	return true;
}

/* Sessions that the schedule calls live, those that run first. Their number, or -errno. */
static int schedule(char sids[SESSIONS_MOST][24], struct err *err)
{
	char url[WEB_URL_MAX];
	struct slice body;
	int count = 0;
	web_url(url, HOST, "meta/sessions-schedule-live");
	int rc = web_get(url, &body, err);
	if (rc != 0)
		return rc;
	for (unsigned pass = 0; pass < 2; pass++) {
		struct json_reader r = json_reader_of(body);
		struct json_value one;
		while (count < SESSIONS_MOST && json_read_element(&r, &one)) {
			char sid[24];
			web_member(one.raw, "sid", sid, sizeof(sid));
			uint64_t number;
			bool runs = web_member_is_true(one.raw, "isStarted");
			if (runs == (pass == 0) && parse_u64(slice_of(sid), &number))
				text_copy(sids[count++], sizeof(sids[0]),
					  slice_of(sid));
		}
	}
	return count;
}

/* The session of the series that is on. 1: found, 0: none, or -errno. */
static int find_session(unsigned series, struct griiip_session *out, struct err *err)
{
	char sids[SESSIONS_MOST][24];
	int count = schedule(sids, err);
	for (int i = 0; i < count; i++)
		if (session_info(sids[i], out, err) && out->series == series)
			return 1;
	return count < 0 ? count : 0;
}

/* ---- documents ---------------------------------------------------------------------------- */

/* 0, or -errno of the first that failed; what the service does not have is no failure. */
static int get_documents(const char *sid, bool all, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		char url[WEB_URL_MAX];
		struct slice body;
		if (!all && !documents[i].often)
			continue;
		web_url(url, HOST, "live/%s/%s", documents[i].path, sid);
		int rc = web_get(url, &body, err);
		if (rc == -ENOENT)
			continue;
		if (rc != 0)
			return rc;
		if (!web_griiip(documents[i].name, body))
			web_say("%s: not the JSON that was expected",
				documents[i].name);
	}
	char url[WEB_URL_MAX];
	struct slice body;
	web_url(url, HOST, "live/sectors/%s/current-lap", sid);
	int rc = web_get(url, &body, err);
	if (rc == 0)
		(void)web_griiip("sectors", body);
	return rc == -ENOENT ? 0 : rc;
}

/* ---- the hub -------------------------------------------------------------------------------- */

static int hub_send(struct web_socket *hub, const char *text, struct err *err)
{
	char message[256];
	size_t len = text_format(message, sizeof(message) - 1, "%s", text);
	message[len++] = RECORD_END;
	return web_socket_send(hub, (struct slice){message, len}, err);
}

/* Where the hub is: an Azure address with a token, or the service's own. */
static int hub_address(char *url, size_t cap, struct err *err)
{
	char ask[WEB_URL_MAX], own[WEB_URL_MAX], to[WEB_URL_MAX / 2],
		token[WEB_URL_MAX / 2];
	struct slice body;
	web_url(ask, HOST, "live-session-stream/negotiate?negotiateVersion=1");
	int rc = web_post(ask, &body, err);
	if (rc != 0)
		return rc;
	const bool secure = strncmp(ask, "https://", 8) == 0;
	web_member(body, "url", to, sizeof(to));
	web_member(body, "accessToken", token, sizeof(token));
	bool azure = to[0] != '\0';
	if (!azure) {
		web_url(own, HOST, "live-session-stream");
		text_copy(to, sizeof(to), slice_of(own));
		web_member(body, "connectionToken", token, sizeof(token));
	}
	if (strncmp(to, "https://", 8) != 0 &&
	    (secure || strncmp(to, "http://", 7) != 0))
		return err_set(err, -EPROTO, "the hub has no address with TLS");
	/* Cut, perhaps. */
	if (strlen(to) + 8 >= sizeof(to) || strlen(token) + 8 >= sizeof(token))
		return err_set(err, -EPROTO, "the address of the hub is too long");
	text_format(url, cap, "ws%s%s%s=%s", to + 4, strchr(to, '?') ? "&" : "?",
		    azure ? "access_token" : "id", token);
	return 0;
}

static int hub_join(struct web_socket *hub, const char *sid, struct err *err)
{
	static const char *const channels[] = {
		"",     "session-info", "session-clock", "race-flags", "participants",
		"laps", "sectors",      "pit-in",        "pit-out",
	};
	int rc = hub_send(hub, "{\"protocol\":\"json\",\"version\":1}", err);
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(channels); i++) {
		char text[200];
		text_format(
			text, sizeof(text),
			"{\"type\":1,\"invocationId\":\"%zu\",\"target\":\"JoinGroup\","
			"\"arguments\":[\"SID-%s%s%s\"]}",
			i, sid, i == 0 ? "" : "-", channels[i]);
		rc = hub_send(hub, text, err);
	}
	return rc;
}

/* {"channel": "laps", "view": ...} */
static void hub_item(struct slice item)
{
	static const char *const names[] = {"channel", "view"};
	struct json_reader r = json_reader_of(item);
	struct json_value v[ARRAY_LEN(names)];
	char channel[64];
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    v[0].kind != JSON_STRING || v[1].kind == JSON_NONE)
		return;
	text_copy(channel, sizeof(channel), v[0].raw);
	(void)web_griiip(channel, v[1].raw);
}

static void hub_batch(struct slice argument)
{
	static const char *const names[] = {"items"};
	struct json_reader r = json_reader_of(argument);
	struct json_value items, one;
	if (!json_read_members(&r, names, &items, 1) || items.kind != JSON_ARRAY)
		return;
	r = json_reader_of(items.raw);
	while (json_read_element(&r, &one))
		hub_item(one.raw);
}

static void hub_invocation(const char *target, struct slice arguments)
{
	struct json_reader r = json_reader_of(arguments);
	struct json_value one;
	while (json_read_element(&r, &one)) {
		if (strcmp(target, "ReceiveBatch") == 0)
			hub_batch(one.raw);
		else if (strncmp(target, "lv-", 3) == 0)
			(void)web_griiip(target, one.raw);
	}
}

/* False: the hub says goodbye. */
static bool hub_message(struct slice message)
{
	static const char *const names[] = {"type", "target", "arguments"};
	struct json_reader r = json_reader_of(message);
	struct json_value v[ARRAY_LEN(names)];
	enum { INVOCATION = 1, CLOSE = 7 };
	char target[64];
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    v[0].kind != JSON_NUMBER)
		return true; /* the answer to the handshake */
	if (v[0].number == INVOCATION && v[1].kind == JSON_STRING &&
	    v[2].kind == JSON_ARRAY) {
		text_copy(target, sizeof(target), v[1].raw);
		hub_invocation(target, v[2].raw);
	}
	return v[0].number != CLOSE;
}

/* Until it ends, or another session is on. */
static int hub_listen(struct web_socket *hub, const char *sid, struct err *err)
{
	int64_t pinged = web_ms(), asked = pinged;
	for (;;) {
		struct slice rest;
		int rc = web_socket_next(hub, 1000, &rest, err);
		if (rc < 0)
			return rc;
		while (rc > 0 && rest.len > 0) {
			if (!hub_message(slice_cut(&rest, RECORD_END)))
				return err_set(err, -EPIPE, "the hub said goodbye");
		}
		if (web_ms() - pinged > HUB_PING_S * 1000) {
			pinged = web_ms();
			rc = hub_send(hub, "{\"type\":6}", err);
			web_write(SLICE("\n"));
		}
		if (rc >= 0 && web_ms() - asked > AGAIN_S * 1000) {
			asked = web_ms();
			rc = get_documents(sid, true, err);
			if (rc == 0)
				return 0; /* (3) */
		}
		if (rc < 0)
			return rc;
	}
}

/* 0: look at the schedule again; -errno: it ended, or (!*@joined) it cannot be had. */
static int hub_follow(const char *sid, struct web_socket **hub, bool *joined,
		      struct err *err)
{
	char url[WEB_URL_MAX];
	int rc = *hub ? 0 : hub_address(url, sizeof(url), err);
	if (rc == 0 && !*hub) {
		rc = web_socket_open(url, hub, err);
		if (rc == 0)
			rc = hub_join(*hub, sid, err);
		/* What happened before we joined. */
		if (rc == 0)
			rc = get_documents(sid, true, err);
	}
	*joined = rc == 0;
	if (rc == 0)
		rc = hub_listen(*hub, sid, err);
	if (rc != 0) {
		web_socket_close(*hub);
		*hub = NULL;
	}
	return rc;
}

/* ---- the service ---------------------------------------------------------------------------- */

/* (2) For a minute. */
static int poll_documents(const char *sid, struct err *err)
{
	const unsigned every = web_every(EVERY_S);
	int rc = get_documents(sid, true, err);
	for (unsigned s = every; rc == 0 && s < AGAIN_S; s += every) {
		web_pause(every);
		rc = get_documents(sid, false, err);
	}
	if (rc == 0)
		web_pause(every);
	return rc;
}

/* "wec", "10": a series, "18130": a session. */
static bool read_what(const char *what, unsigned *series, char *sid, size_t cap)
{
	uint64_t number = 0;
	*series = 0;
	text_copy(sid, cap, slice_of(what));
	size_t len = strlen(sid);
	if (len > 0 && sid[len - 1] == '/')
		sid[len - 1] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(series_names); i++)
		if (slice_eq_nocase(slice_of(sid), slice_of(series_names[i].name)))
			*series = series_names[i].series;
	if (*series > 0)
		return true;
	if (!parse_u64(slice_of(sid), &number) || number == 0)
		return false;
	if (number <= SERIES_MOST)
		*series = (unsigned)number;
	return true;
}

struct griiip_watch {
	unsigned series; /* 0: a session was named */
	struct griiip_session session;
	char joined[24]; /* the session that the hub sends */
	struct web_socket *hub;
};

static int griiip_once(void *context, struct err *err)
{
	struct griiip_watch *watch = context;
	const char *sid = watch->session.sid;
	bool joined = false;
	int rc = watch->series > 0 ? find_session(watch->series, &watch->session, err)
				   : 1;
	if (rc == 0) {
		web_say("no session of this series is on");
		web_write(SLICE("\n"));
		web_pause(SCHEDULE_S);
	}
	if (rc <= 0)
		return rc;
	if (strcmp(watch->joined, sid) != 0) {
		web_socket_close(watch->hub);
		watch->hub = NULL;
		text_copy(watch->joined, sizeof(watch->joined), slice_of(sid));
	}
	rc = hub_follow(sid, &watch->hub, &joined, err);
	if (rc == 0 || joined)
		return rc;
	/* (2): it is tried again after a minute. */
	web_say("%s: polling", err->text);
	return poll_documents(sid, err);
}

static int griiip_run(const char *what, struct err *err)
{
	struct griiip_watch watch = {0};
	char *sid = watch.session.sid;
	if (!read_what(what, &watch.series, sid, sizeof(watch.session.sid)))
		return err_set(
			err, -EINVAL,
			"griiip://%s: name a series (wec, elms, gtwc ...) or the "
			"number of a session",
			what);
	return web_for_ever(griiip_once, &watch, 0, err);
}

static int griiip_list(struct err *err)
{
	char sids[SESSIONS_MOST][24];
	int count = schedule(sids, err), failed = 0;
	for (int i = 0; i < count; i++) {
		struct griiip_session session;
		char line[400];
		if (!session_info(sids[i], &session, err)) {
			failed++;
			continue;
		}
		size_t len = text_format(line, sizeof(line), "griiip://%s\t%s\n",
					 session.sid, session.words);
		web_write((struct slice){line, len});
	}
	if (failed > 0)
		web_say("griiip: sessions that are not listed: %d: %s", failed,
			err->text);
	return count < 0 ? count : 0;
}

const struct web_service service_griiip = {
	.scheme = "griiip",
	.run = griiip_run,
	.list = griiip_list,
};
