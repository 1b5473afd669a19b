/*
 * service_any.c -- any address: a document that is polled, a WebSocket that is read
 *
 *  (1) A document of a service that is known is cut into lines. Of any other that grows, what is
 *      new is written; one that changed is written anew.
 */
#include "pitwall_web.h"

#include <errno.h>
#include <string.h>

enum { ANY_EVERY_S = 5 };

/* (1) */
static void any_document(const char *url, struct slice body)
{
	static uint64_t before;
	static size_t before_len;
	if (document_driver(slice_of(url), body)) {
		(void)web_standing(url, body);
		web_poll_end();
		return;
	}
	bool grew = before_len > 0 && body.len >= before_len &&
		    hash_bytes(body.at, before_len, 1) == before;
	struct slice fresh =
		grew ? (struct slice){body.at + before_len, body.len - before_len}
		     : body;
	/* A line that is not complete yet comes with the next poll. */
	while (fresh.len > 0 && grew && fresh.at[fresh.len - 1] != '\n')
		fresh.len--;
	size_t len = (size_t)(fresh.at + fresh.len - body.at);
	before = hash_bytes(body.at, len, 1);
	before_len = len;
	web_write(fresh);
	if (fresh.len == 0 || fresh.at[fresh.len - 1] != '\n')
		web_write(SLICE("\n"));
}

static int any_poll(void *url, struct err *err)
{
	struct slice body;
	int rc = web_get(url, &body, err);
	if (rc == 0)
		any_document(url, body);
	return rc;
}

static void any_message(const char *url, struct slice message)
{
	if (document_driver(slice_of(url), message)) {
		(void)web_standing(url, message);
		web_poll_end();
		return;
	}
	web_write(message);
	if (message.len == 0 || message.at[message.len - 1] != '\n')
		web_write(SLICE("\n"));
}

static int any_listen(void *url, struct err *err)
{
	struct web_socket *socket = NULL;
	struct slice message;
	int rc = web_socket_open(url, &socket, err);
	while (rc >= 0) {
		rc = web_socket_next(socket, 1000, &message, err);
		if (rc > 0)
			any_message(url, message);
	}
	web_socket_close(socket);
	return rc;
}

int any_run(const char *url, struct err *err)
{
	static char address[WEB_URL_MAX];
	text_copy(address, sizeof(address), slice_of(url));
	if (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0)
		return web_for_ever(any_poll, address, web_every(ANY_EVERY_S), err);
	if (strncmp(url, "wss://", 6) == 0 || strncmp(url, "ws://", 5) == 0)
		return web_for_ever(any_listen, address, 0, err);
	return err_set(err, -EINVAL, "%s: no such service", url);
}
