/*
 * service_nls.c -- live timing of the Nürburgring: NLS and the 24 hours, over a WebSocket
 *
 * A client names the event and the kinds of messages (0 standings, 3 messages, 4 the track).
 * Learned from readers of the service.
 */
#include "pitwall_web.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { NLS_EVENT = 20, NLS_EVENT_24H = 50 };

static int nls_begin(struct web_socket **socket, unsigned event, struct err *err)
{
	char url[WEB_URL_MAX], text[128];
	web_url(url, "https://livetiming.azurewebsites.net/", "%s", "");
	char address[WEB_URL_MAX];
	text_format(address, sizeof(address), "ws%s", url + strlen("http"));
	int rc = web_socket_open(address, socket, err);
	size_t len = text_format(text, sizeof(text),
				 "{\"clientLocalTime\":%" PRId64
				 "000,\"eventId\":\"%u\",\"eventPid\":[0,3,4]}",
				 (int64_t)time(NULL), event);
	return rc == 0 ? web_socket_send(*socket, (struct slice){text, len}, err) : rc;
}

static void nls_take_message(struct slice message, unsigned event)
{
	char pid[24];
	web_member(message, "PID", pid, sizeof(pid));
	if (strcmp(pid, "LTS_NOT_FOUND") == 0)
		web_say("no session of event %u is on", event);
	if (strncmp(pid, "LTS_", 4) == 0)
		return;
	if (!web_standing("nls", message))
		web_say("not the JSON that was expected");
	if (strcmp(pid, "0") == 0)
		web_poll_end();
}

static int nls_listen(void *context, struct err *err)
{
	const unsigned *event = context;
	struct web_socket *socket = NULL;
	struct slice message;
	int rc = nls_begin(&socket, *event, err);
	while (rc >= 0) {
		rc = web_socket_next(socket, 1000, &message, err);
		if (rc > 0)
			nls_take_message(message, *event);
	}
	web_socket_close(socket);
	return rc;
}

static bool read_event(const char *what, unsigned *event)
{
	struct slice rest = slice_of(what);
	struct slice name = slice_cut(&rest, '/');
	uint64_t number = 0;
	*event = slice_eq_nocase(name, SLICE("24h")) ? NLS_EVENT_24H : NLS_EVENT;
	if (name.len == 0 || slice_eq_nocase(name, SLICE("nls")) ||
	    *event == NLS_EVENT_24H)
		return true;
	if (!parse_u64(name, &number) || number == 0 || number > 9999)
		return false;
	*event = (unsigned)number;
	return true;
}

static int nls_run(const char *what, struct err *err)
{
	unsigned event;
	if (!read_event(what, &event))
		return err_set(err, -EINVAL,
			       "nls://%s: nls, 24h, or the number of an event", what);
	return web_for_ever(nls_listen, &event, 0, err);
}

const struct web_service service_nls = {
	.scheme = "nls",
	.run = nls_run,
};
