/*
 * web_socket.c -- a WebSocket over a connection that libcurl makes: TLS, certificates, proxies
 *
 *  (1) The frames are ours (wire): curl of Debian 12 has none. No extension is asked for, so
 *      nothing is decompressed.
 *  (2) A server that is silent is pinged, and left when it does not answer.
 */
#define _GNU_SOURCE /* getrandom() */
#include "pitwall_web.h"

#include "pitwall/wire.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
	HANDSHAKE_MAX = 16 * 1024,
	HANDSHAKE_MS = 10 * 1000,
	SEND_MS = 10 * 1000,
	PING_MS = 20 * 1000,
	GONE_MS = 90 * 1000,
	SEND_MAX = 64 * 1024,
	RECEIVE_MAX = 32 * 1024, /* at once, and the head of a frame */
};

struct web_socket {
	CURL *curl;
	char problem[CURL_ERROR_SIZE];
	curl_socket_t fd;
	char url[WEB_URL_MAX];
	struct web_buffer in;      /* received, from `used` on not read yet */
	struct web_buffer message; /* parts of one */
	size_t used;
	bool more; /* a part of a message is not the last */
	int64_t received, pinged;
};

static int socket_failed(const struct web_socket *socket, const char *why,
			 struct err *err)
{
	return web_curl_failed(socket->url, CURLE_OK, why, err);
}

/* ---- bytes -------------------------------------------------------------------------- */

/* Receive what is there within @ms. 1: some bytes, 0: none, or -errno. */
static int receive(struct web_socket *socket, int ms, struct err *err)
{
	char bytes[RECEIVE_MAX / 2];
	for (;;) {
		size_t n = 0;
		CURLcode code = curl_easy_recv(socket->curl, bytes, sizeof(bytes), &n);
		if (code == CURLE_OK && n > 0) {
			socket->received = web_ms();
			return web_buffer_add(&socket->in, bytes, n)
				       ? 1
				       : socket_failed(socket, "a message is too long",
						       err);
		}
		if (code == CURLE_OK)
			return socket_failed(socket,
					     "the service closed the connection", err);
		if (code != CURLE_AGAIN)
			return web_curl_failed(socket->url, (int)code, "", err);
		struct pollfd ready = {.fd = socket->fd, .events = POLLIN};
		if (ms <= 0 || poll(&ready, 1, ms) <= 0)
			return 0;
		ms = 0;
	}
}

static int socket_send_all(struct web_socket *socket, const char *bytes, size_t len,
			   struct err *err)
{
	const int64_t until = web_ms() + SEND_MS;
	while (len > 0) {
		size_t n = 0;
		CURLcode code = curl_easy_send(socket->curl, bytes, len, &n);
		if (code != CURLE_OK && code != CURLE_AGAIN)
			return web_curl_failed(socket->url, (int)code, "", err);
		bytes += n;
		len -= n;
		struct pollfd ready = {.fd = socket->fd, .events = POLLOUT};
		if (len > 0 && web_ms() >= until)
			return socket_failed(socket, "it takes nothing", err);
		if (len > 0)
			(void)poll(&ready, 1, 100);
	}
	return 0;
}

static int send_frame(struct web_socket *socket, enum websocket_opcode opcode,
		      struct slice payload, struct err *err)
{
	static char frame[SEND_MAX + WEBSOCKET_HEAD_MAX];
	unsigned char mask[4];
	if (payload.len > SEND_MAX ||
	    getrandom(mask, sizeof(mask), 0) != (ssize_t)sizeof(mask))
		return socket_failed(socket, "a message cannot be sent", err);
	size_t len = wire_websocket_write(frame, (uint8_t)opcode, payload, mask);
	return socket_send_all(socket, frame, len, err);
}

/* ---- opening ---------------------------------------------------------------------------- */

static bool is_header(struct slice line, const char *name, struct slice *value)
{
	struct slice rest = line;
	struct slice key = slice_cut(&rest, ':');
	*value = rest.at ? slice_trim(rest) : (struct slice){"", 0};
	return rest.at && slice_eq_nocase(key, slice_of(name));
}

/* "HTTP/1.1 101" and the answer to our key. */
static bool is_upgraded(struct slice head, const char *key)
{
	char expected[29];
	bool accepted = false;
	struct slice value, status = slice_cut(&head, '\n');
	wire_websocket_accept(key, expected);
	while (head.len > 0)
		if (is_header(slice_trim(slice_cut(&head, '\n')),
			      "Sec-WebSocket-Accept", &value))
			accepted = slice_eq(value, slice_of(expected));
	return accepted && slice_starts(status, SLICE("HTTP/1.1 101"));
}

static int read_upgrade(struct web_socket *socket, const char *key, struct err *err)
{
	const int64_t until = web_ms() + HANDSHAKE_MS;
	const char *end = NULL;
	while (!end && socket->in.len < HANDSHAKE_MAX && web_ms() < until) {
		int got = receive(socket, 200, err);
		if (got < 0)
			return got;
		end = socket->in.len > 0 ? strstr(socket->in.at, "\r\n\r\n") : NULL;
	}
	if (!end)
		return socket_failed(socket, "no answer to the WebSocket's request",
				     err);
	struct slice head = {socket->in.at, (size_t)(end - socket->in.at) + 2};
	if (!is_upgraded(head, key)) {
		char words[96], line[64];
		text_clean(line, sizeof(line), slice_trim(slice_cut(&head, '\n')));
		text_format(words, sizeof(words), "no WebSocket: %s", line);
		return socket_failed(socket, words, err);
	}
	socket->used = (size_t)(end - socket->in.at) + 4;
	return 0;
}

/* The parts of the address that the request names. */
static bool address_parts(const char *url, char **host, char **port, char **path,
			  char **query)
{
	CURLU *parts = curl_url();
	bool fine = parts &&
		    curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) ==
			    CURLUE_OK &&
		    curl_url_get(parts, CURLUPART_HOST, host, 0) == CURLUE_OK &&
		    curl_url_get(parts, CURLUPART_PATH, path, 0) == CURLUE_OK;
	if (fine) {
		(void)curl_url_get(parts, CURLUPART_PORT, port, 0);
		(void)curl_url_get(parts, CURLUPART_QUERY, query, 0);
	}
	curl_url_cleanup(parts);
	return fine;
}

static int upgrade(struct web_socket *socket, const char *url, struct err *err)
{
	static char text[2 * WEB_URL_MAX + 512];
	unsigned char nonce[16];
	char key[25];
	char *host = NULL, *port = NULL, *path = NULL, *query = NULL;
	int rc = -EINVAL;
	if (getrandom(nonce, sizeof(nonce), 0) == (ssize_t)sizeof(nonce) &&
	    address_parts(url, &host, &port, &path, &query)) {
		wire_base64(key, nonce, sizeof(nonce));
		size_t len = text_format(
			text, sizeof(text),
			"GET %s%s%s HTTP/1.1\r\nHost: %s%s%s\r\nUpgrade: websocket\r\n"
			"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: %s\r\nUser-Agent: pitwall/%s\r\n\r\n",
			path, query ? "?" : "", query ? query : "", host,
			port ? ":" : "", port ? port : "", key, PITWALL_VERSION);
		rc = socket_send_all(socket, text, len, err);
		if (rc == 0)
			rc = read_upgrade(socket, key, err);
	} else {
		rc = socket_failed(socket, "an address that cannot be read", err);
	}
	curl_free(host);
	curl_free(port);
	curl_free(path);
	curl_free(query);
	return rc;
}

int web_socket_open(const char *url, struct web_socket **out, struct err *err)
{
	bool plain = strncmp(url, "ws://", 5) == 0;
	struct web_socket *socket = calloc(1, sizeof(*socket));
	if (!socket || (!plain && strncmp(url, "wss://", 6) != 0)) {
		free(socket);
		return err_set(err, -EINVAL, "%.60s is no address of a WebSocket", url);
	}
	socket->message.limit = WEB_MESSAGE_MAX;
	socket->in.limit = WEB_MESSAGE_MAX + RECEIVE_MAX;
	text_format(socket->url, sizeof(socket->url), "http%s", url + 2);
	socket->curl = curl_easy_init();
	int rc = socket->curl ? 0 : err_set(err, -ENOMEM, "out of memory");
	if (rc == 0) {
		web_curl_limits(socket->curl, plain ? "http" : "https");
		curl_easy_setopt(socket->curl, CURLOPT_ERRORBUFFER, socket->problem);
		curl_easy_setopt(socket->curl, CURLOPT_URL, socket->url);
		curl_easy_setopt(socket->curl, CURLOPT_CONNECT_ONLY, 1L);
		curl_easy_setopt(socket->curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
		curl_easy_setopt(socket->curl, CURLOPT_HTTP_VERSION,
				 (long)CURL_HTTP_VERSION_1_1);
		CURLcode code = curl_easy_perform(socket->curl);
		if (code == CURLE_OK)
			code = curl_easy_getinfo(socket->curl, CURLINFO_ACTIVESOCKET,
						 &socket->fd);
		if (code != CURLE_OK)
			rc = web_curl_failed(socket->url, (int)code, socket->problem,
					     err);
	}
	socket->received = web_ms();
	if (rc == 0)
		rc = upgrade(socket, url, err);
	if (rc == 0)
		*out = socket;
	else
		web_socket_close(socket);
	return rc;
}

void web_socket_close(struct web_socket *socket)
{
	if (!socket)
		return;
	curl_easy_cleanup(socket->curl);
	free(socket->in.at);
	free(socket->message.at);
	free(socket);
}

/* ---- messages ------------------------------------------------------------------------------ */

int web_socket_send(struct web_socket *socket, struct slice text, struct err *err)
{
	return send_frame(socket, WEBSOCKET_TEXT, text, err);
}

static const char not_protocol[] = "it does not keep to the WebSocket protocol";

/* 1: a message is whole; 0: not yet. */
static int take_frame(struct web_socket *socket, const struct websocket_frame *frame,
		      struct err *err)
{
	switch (frame->opcode) {
	case WEBSOCKET_PING:
		web_write(SLICE("\n")); /* it lives */
		return send_frame(socket, WEBSOCKET_PONG, frame->payload, err);
	case WEBSOCKET_PONG:
		web_write(SLICE("\n"));
		return 0;
	case WEBSOCKET_CLOSE:
		return socket_failed(socket, "the service closed the connection", err);
	case WEBSOCKET_TEXT:
	case WEBSOCKET_BINARY:
	case WEBSOCKET_MORE:
		/* A message begins where the one before is whole. */
		if (socket->more != (frame->opcode == WEBSOCKET_MORE))
			return socket_failed(socket, not_protocol, err);
		break;
	default:
		return socket_failed(socket, not_protocol, err);
	}
	if (!socket->more)
		socket->message.len = 0;
	socket->more = !frame->final;
	if (!web_buffer_add(&socket->message, frame->payload.at, frame->payload.len))
		return socket_failed(socket, "a message is too long", err);
	return frame->final ? 1 : 0;
}

/* A frame that was received. 1: a message is whole, 0: no, -EAGAIN: there is none. */
static int next_frame(struct web_socket *socket, struct err *err)
{
	struct websocket_frame frame;
	struct slice rest = {socket->in.at + socket->used,
			     socket->in.len - socket->used};
	ptrdiff_t n = socket->in.len == 0
			      ? 0
			      : wire_websocket_read(rest, WEB_MESSAGE_MAX, &frame);
	if (n < 0)
		return socket_failed(
			socket, n == -2 ? "a message is too long" : not_protocol, err);
	if (n == 0) {
		if (socket->used > 0) {
			socket->in.len -= socket->used;
			memmove(socket->in.at, socket->in.at + socket->used,
				socket->in.len);
			socket->used = 0;
		}
		return -EAGAIN;
	}
	socket->used += (size_t)n;
	return take_frame(socket, &frame, err);
}

/* (2) */
static int look_alive(struct web_socket *socket, struct err *err)
{
	int64_t silent = web_ms() - socket->received;
	if (silent > GONE_MS)
		return socket_failed(socket, "nothing received for 90 s", err);
	if (silent < PING_MS || socket->pinged > socket->received)
		return 0;
	socket->pinged = web_ms();
	return send_frame(socket, WEBSOCKET_PING, SLICE("pitwall"), err);
}

int web_socket_next(struct web_socket *socket, int ms, struct slice *message,
		    struct err *err)
{
	const int64_t until = web_ms() + ms;
	for (;;) {
		int rc = next_frame(socket, err);
		if (rc == 1)
			*message = web_buffer_slice(&socket->message);
		if (rc != 0 && rc != -EAGAIN)
			return rc;
		int64_t left = until - web_ms();
		/* Pings without end leave time for the caller. */
		if (rc == 0 && left <= 0)
			return 0;
		if (rc == 0)
			continue;
		rc = look_alive(socket, err);
		if (rc == 0)
			rc = receive(socket, left > 0 ? (int)left : 0, err);
		if (rc < 0 || (rc == 0 && web_ms() >= until))
			return rc;
	}
}
