/*
 * service_any.c -- any address: a document that is polled, a WebSocket that is read
 *
 *  (1) A document of a service that is known is cut into lines. Of any other that grows, what is
 *      new is written; one that changed is written anew.
 *  (2) A line that has no end yet comes with a later answer, or when nothing follows it for
 *      ANY_SETTLED answers; if something does after that, the line is written again.
 */
#include "pitwall_web.h"

#include <errno.h>
#include <string.h>

enum {
	ANY_EVERY_S = 5,
	ANY_SETTLED = 6, /* answers with the same end: its last line is complete */
};

/* The document of the answer before. */
static struct any_before {
	uint64_t hash; /* of its first @len bytes, which were written */
	size_t len, whole;
	unsigned same; /* answers that were as long */
} any_before;

static void any_write(struct slice bytes)
{
	if (bytes.len == 0)
		return;
	web_write(bytes);
	if (bytes.at[bytes.len - 1] != '\n')
		web_write(SLICE("\n"));
}

/* (2) How much of a document that is new, or grew, is whole lines. */
static size_t any_lines(struct slice body)
{
	size_t len = body.len;
	while (len > 0 && body.at[len - 1] != '\n')
		len--;
	return len;
}

/* (1), (2) */
static void any_text(struct slice body)
{
	struct any_before *before = &any_before;
	const bool first = before->whole == 0;
	const bool grew = !first && body.len >= before->len &&
			  hash_bytes(body.at, before->len, 1) == before->hash;
	const size_t from = grew ? before->len : 0;
	size_t len = first || grew ? any_lines(body) : body.len;
	if (first && len == 0)
		len = body.len;
	if (len < from)
		len = from;
	before->same = body.len == before->whole ? before->same + 1 : 0;
	any_write((struct slice){body.at + from, len - from});
	if (before->same == ANY_SETTLED)
		any_write((struct slice){body.at + len, body.len - len});
	else if (len == from)
		web_write(SLICE("\n")); /* it lives */
	before->hash = hash_bytes(body.at, len, 1);
	before->len = len;
	before->whole = body.len;
}

static void any_document(const char *url, struct slice body)
{
	if (document_driver(slice_of(url), body)) {
		(void)web_standing(url, body);
		web_poll_end();
	} else {
		any_text(body);
	}
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
