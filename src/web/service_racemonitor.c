/*
 * service_racemonitor.c -- Race Monitor: club racing in the United States
 *
 * A request names the host, the instance and a token for a race; then RMonitor lines come over a
 * WebSocket, and are written as they are. Learned from readers of the service.
 */
#include "pitwall_web.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { MONITOR_WAIT_S = 20 };

struct monitor {
	char host[128], token[80], instance[24];
};

/* What becomes part of an address. */
static bool monitor_is_word(const char *text, const char *more)
{
	for (const char *p = text; *p != '\0'; p++)
		if (!((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') ||
		      (*p >= '0' && *p <= '9') || strchr(more, *p)))
			return false;
	return text[0] != '\0';
}

/* The race that sends data, else the first. 1: found, 0: none is on, or -errno. */
static int monitor_find(const char *race, struct monitor *out, struct err *err)
{
	static const char *const names[] = {"CurrentRaces"};
	char url[WEB_URL_MAX];
	struct slice body;
	struct json_value races, one;
	web_url(url, "https://api.race-monitor.com/",
		"Info/WebRaceList?accountID=&seriesID=&raceID=%s&styleID=&t=%" PRId64,
		race, (int64_t)time(NULL));
	int rc = web_get(url, &body, err);
	if (rc != 0)
		return rc;
	web_member(body, "LiveTimingHost", out->host, sizeof(out->host));
	web_member(body, "LiveTimingToken", out->token, sizeof(out->token));
	struct json_reader r = json_reader_of(body);
	out->instance[0] = '\0';
	if (!json_read_members(&r, names, &races, 1))
		return err_set(err, -EPROTO, "not the JSON that was expected");
	r = json_reader_of(races.raw);
	while (races.kind == JSON_ARRAY && json_read_element(&r, &one))
		if (out->instance[0] == '\0' ||
		    web_member_is_true(one.raw, "ReceivingData"))
			web_member(one.raw, "Instance", out->instance,
				   sizeof(out->instance));
	return monitor_is_word(out->host, ".-:") && monitor_is_word(out->token, "-_") &&
	       monitor_is_word(out->instance, "-_");
}

static int monitor_listen(const struct monitor *at, struct err *err)
{
	char url[512], join[160];
	struct web_socket *socket = NULL;
	bool plain = web_options.base && strncmp(web_options.base, "http://", 7) == 0;
	text_format(url, sizeof(url), "%s://%s/instance/%s/%s", plain ? "ws" : "wss",
		    at->host, at->instance, at->token);
	int rc = web_socket_open(url, &socket, err);
	size_t len =
		text_format(join, sizeof(join), "$JOIN,%s,%s", at->instance, at->token);
	if (rc == 0)
		rc = web_socket_send(socket, (struct slice){join, len}, err);
	while (rc >= 0) {
		struct slice message;
		rc = web_socket_next(socket, 1000, &message, err);
		if (rc <= 0 || message.len == 0)
			continue;
		web_write(message);
		if (message.at[message.len - 1] != '\n')
			web_write(SLICE("\n"));
	}
	web_socket_close(socket);
	return rc;
}

static int monitor_once(void *race, struct err *err)
{
	struct monitor at;
	int rc = monitor_find(race, &at, err);
	if (rc > 0)
		return monitor_listen(&at, err);
	if (rc == 0) {
		web_say("race %s is not on", (const char *)race);
		web_write(SLICE("\n"));
		web_pause(MONITOR_WAIT_S);
	}
	return rc;
}

static int monitor_run(const char *what, struct err *err)
{
	char race[24];
	struct slice rest = slice_of(what);
	text_copy(race, sizeof(race), slice_cut(&rest, '/'));
	if (!monitor_is_word(race, ""))
		return err_set(err, -EINVAL,
			       "racemonitor://%s: name the number of a race", what);
	return web_for_ever(monitor_once, race, 0, err);
}

const struct web_service service_racemonitor = {
	.scheme = "racemonitor",
	.run = monitor_run,
};
