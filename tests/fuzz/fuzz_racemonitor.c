/*
 * fuzz_racemonitor.c -- any answers of Race Monitor: what becomes part of an address are words, each
 * message comes out as it is, and the reader of RMonitor takes it
 *
 * A byte 0xff ends an answer or a message; an empty message, the connection.
 */
#include "../../src/web/pitwall_web.h"
#include "fuzz_laps.h"

#include <errno.h>
#include <stdarg.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MESSAGES_MAX = 128 * 1024 };

struct web_socket {
	bool open, joined;
};

static struct {
	struct slice rest; /* what the service still sends */
	struct web_socket socket;
	size_t expected, len;
	char written[MESSAGES_MAX];
} service;

struct web_options web_options;

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static struct slice service_next(void)
{
	return service.rest.at ? slice_cut(&service.rest, '\xff')
			       : (struct slice){NULL, 0};
}

static bool is_word(struct slice text, const char *more)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || (c != '\0' && strchr(more, c))))
			return false;
	}
	return text.len > 0;
}

/* ---- in place of those of pitwall-web, which ask the network ------------------------------ */

void web_url(char url[WEB_URL_MAX], const char *base, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	size_t len = text_copy(url, WEB_URL_MAX, slice_of(base));
	(void)vsnprintf(url + len, WEB_URL_MAX - len, fmt, args);
	va_end(args);
}

int web_get(const char *url, struct slice *body, struct err *err)
{
	expect(slice_starts(slice_of(url), SLICE("https://api.race-monitor.com/")));
	if (!service.rest.at || service.rest.len == 0)
		return err_set(err, -EINVAL, "that was all");
	*body = service_next();
	return 0;
}

int web_socket_open(const char *url, struct web_socket **out, struct err *err)
{
	struct slice rest = slice_of(url);
	(void)err;
	expect(slice_starts(rest, SLICE("wss://")));
	rest = (struct slice){rest.at + 6, rest.len - 6};
	expect(is_word(slice_cut(&rest, '/'), ".-:"));
	expect(slice_eq(slice_cut(&rest, '/'), SLICE("instance")));
	expect(is_word(slice_cut(&rest, '/'), "-_"));
	expect(is_word(rest, "-_"));
	expect(!service.socket.open);
	service.socket = (struct web_socket){.open = true};
	*out = &service.socket;
	return 0;
}

void web_socket_close(struct web_socket *socket)
{
	if (socket)
		socket->open = false;
}

int web_socket_send(struct web_socket *socket, struct slice text, struct err *err)
{
	(void)err;
	expect(socket->open && !socket->joined);
	expect(slice_eq(slice_cut(&text, ','), SLICE("$JOIN")));
	expect(is_word(slice_cut(&text, ','), "-_") && is_word(text, "-_"));
	socket->joined = true;
	return 0;
}

int web_socket_next(struct web_socket *socket, int ms, struct slice *message,
		    struct err *err)
{
	expect(socket->open && socket->joined && ms > 0);
	*message = service_next();
	if (!message->at || message->len == 0)
		return err_set(err, -EPIPE, "the connection is over");
	service.expected += message->len + (message->at[message->len - 1] != '\n');
	return 1;
}

void web_write(struct slice bytes)
{
	expect(bytes.len <= sizeof(service.written) - service.len);
	memcpy(service.written + service.len, bytes.at, bytes.len);
	service.len += bytes.len;
}

void web_say(const char *fmt, ...)
{
	(void)fmt;
}

/* A race that is not on. */
void web_pause(unsigned seconds)
{
	expect(seconds > 0);
	service.expected++;
}

int web_for_ever(int (*once)(void *context, struct err *err), void *context,
		 unsigned every, struct err *err)
{
	int rc;
	(void)every;
	do {
		rc = once(context, err);
		expect(!service.socket.open);
	} while (rc != -EINVAL);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = {""};
	if (size > MESSAGES_MAX / 2)
		return 0;
	service.rest = (struct slice){(const char *)data, size};
	service.expected = service.len = 0;
	expect(service_racemonitor.run("12345", &err) == -EINVAL);
	expect(strcmp(err.text, "that was all") == 0);
	expect(service.len == service.expected);
	fuzz_laps("rmonitor", (const uint8_t *)service.written, service.len);
	return 0;
}
