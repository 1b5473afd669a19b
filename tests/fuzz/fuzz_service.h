/*
 * fuzz_service.h -- a service on the web that answers as the input says, in place of the network
 *
 * A byte 0xff ends an answer or a message; an empty message, the connection. When no input is left,
 * every call fails so that pitwall-web would end.
 */
#ifndef PITWALL_TEST_FUZZ_FUZZ_SERVICE_H
#define PITWALL_TEST_FUZZ_FUZZ_SERVICE_H

#include "../../src/web/pitwall_web.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WRITTEN_MAX = 256 * 1024 };

struct web_socket {
	bool open;
};

static struct {
	struct slice rest; /* what the service still sends */
	struct web_socket socket;
	size_t messages; /* bytes that were received on it, each message with a line end */
	size_t pauses, len;
	int64_t ms;
	void (*opened)(struct slice url);
	void (*sent)(struct slice text);
	char written[WRITTEN_MAX];
} service;

struct web_options web_options;

static inline void expect(bool holds)
{
	if (!holds)
		abort();
}

static inline void service_begin(const uint8_t *data, size_t size)
{
	service.rest = (struct slice){(const char *)data, size};
	service.messages = service.pauses = service.len = 0;
	service.ms = 0;
}

/* An exact copy, valid until the next call; -EINVAL: there is none. */
static inline int service_next(struct slice *out, struct err *err)
{
	static char *copy;
	free(copy);
	copy = NULL;
	if (!service.rest.at || service.rest.len == 0)
		return err_set(err, -EINVAL, "that was all");
	struct slice part = slice_cut(&service.rest, '\xff');
	copy = malloc(part.len > 0 ? part.len : 1);
	expect(copy != NULL);
	memcpy(copy, part.at, part.len);
	*out = (struct slice){copy, part.len};
	return 0;
}

void web_url(char url[WEB_URL_MAX], const char *base, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	size_t len = text_copy(url, WEB_URL_MAX, slice_of(base));
	(void)vsnprintf(url + len, WEB_URL_MAX - len, fmt, args);
	va_end(args);
}

/* What services send does not become another part of an address than they name. */
int web_get(const char *url, struct slice *body, struct err *err)
{
	expect(slice_starts(slice_of(url), SLICE("https://")));
	for (const char *p = url; *p != '\0'; p++)
		expect(*p > ' ' && *p != '\x7f' && *p != '#' && *p != '@');
	expect(!strstr(url, "/.."));
	return service_next(body, err);
}

int web_post(const char *url, struct slice *body, struct err *err)
{
	return web_get(url, body, err);
}

unsigned web_retry_after(void)
{
	return 0;
}

int web_socket_open(const char *url, struct web_socket **out, struct err *err)
{
	(void)err;
	expect(slice_starts(slice_of(url), SLICE("wss://")) && !service.socket.open);
	if (service.opened)
		service.opened(slice_of(url));
	service.socket.open = true;
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
	expect(socket->open && text.len > 0);
	if (service.sent)
		service.sent(text);
	return 0;
}

int web_socket_next(struct web_socket *socket, int ms, struct slice *message,
		    struct err *err)
{
	expect(socket->open && ms > 0);
	service.ms += ms;
	int rc = service_next(message, err);
	if (rc == 0 && message->len == 0)
		rc = err_set(err, -EPIPE, "the connection is over");
	if (rc != 0)
		return rc;
	service.messages += message->len + (message->at[message->len - 1] != '\n');
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
	char words[200];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
}

void web_pause(unsigned seconds)
{
	expect(seconds > 0);
	service.ms += (int64_t)seconds * 1000;
	service.pauses++;
}

int64_t web_ms(void)
{
	return service.ms;
}

unsigned web_every(unsigned otherwise)
{
	return otherwise;
}

int web_for_ever(int (*once)(void *context, struct err *err), void *context,
		 unsigned every, struct err *err)
{
	int rc;
	do {
		rc = once(context, err);
		service.ms += (int64_t)every * 1000;
	} while (rc != -EINVAL);
	return rc;
}

#endif
