/*
 * pitwall_web.h -- what the files of pitwall-web share
 *
 * pitwall-web is a program of its own: it asks a service on the web and writes what is new to
 * standard output, as lines that the feed drivers read (pitwall-source(5)).
 *
 *  (1) What a service sends is bounded: time, size also after decompression, redirects (to https
 *      only). Certificates are verified.
 *  (2) A service is asked at most once a second for a thing, and later again when it fails.
 *  (3) Each line is written once; a line that only says that the service answered is empty.
 *  (4) Once it runs it can open no file but those of the system's resolver, and start nothing.
 */
#ifndef PITWALL_WEB_PITWALL_WEB_H
#define PITWALL_WEB_PITWALL_WEB_H

#include "pitwall/documents.h"
#include "pitwall/json.h"

enum {
	WEB_BODY_MAX = 32 * 1024 * 1024,
	WEB_MESSAGE_MAX = 8 * 1024 * 1024,
	WEB_URL_MAX = 4096, /* tokens are long */
};

/* Bytes that grow up to @limit. */
struct web_buffer {
	char *at;
	size_t len, max, limit;
};
/** False: beyond the limit, or no memory. */
bool web_buffer_add(struct web_buffer *buffer, const char *bytes, size_t len);
struct slice web_buffer_slice(const struct web_buffer *buffer);

/* ---- asking (web_fetch.c) --------------------------------------------------------------- */

struct web_options {
	const char *
		base; /* PITWALL_WEB_BASE: replaces scheme and host of services; NULL */
	unsigned every; /* seconds between polls; 0: the service's own */
	int64_t until; /* web_ms() at which no answer is waited for any more; 0: none */
	uint64_t seed;
	bool hurry; /* for tests with a base on loopback: waits are a fiftieth */
};
extern struct web_options web_options;

/** Load certificates (@ca: a file in place of the system's, or NULL). */
int web_fetch_begin(const char *ca, struct err *err);
/** @path of the service at @base ("https://host/"). */
void web_url(char url[WEB_URL_MAX], const char *base, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/** Get a document, or post nothing to @url; @body is valid until the next call. 0, or a negative
 * errno with a sentence; -ENOENT: HTTP 404. */
int web_get(const char *url, struct slice *body, struct err *err);
int web_post(const char *url, struct slice *body, struct err *err);
/** Seconds for which the service asked to be left alone with its last answer; 0. */
unsigned web_retry_after(void);

/* ---- a connection that stays (web_socket.c) ----------------------------------------------- */

struct web_socket;
/** Connect a WebSocket, @url is ws:// or wss://. */
int web_socket_open(const char *url, struct web_socket **out, struct err *err);
void web_socket_close(struct web_socket *socket); /* NULL is fine */
/** The next message, valid until the next call: 1; 0: none within @ms; -errno: it is over. */
int web_socket_next(struct web_socket *socket, int ms, struct slice *message,
		    struct err *err);
int web_socket_send(struct web_socket *socket, struct slice text, struct err *err);
/** What every handle of curl is set to (1). */
void web_curl_limits(void *curl, const char *protocols);
/** What curl reported of the last transfer, as a sentence; a negative errno. */
int web_curl_failed(const char *url, int code, const char *detail, struct err *err);

/* ---- saying (web_say.c) -------------------------------------------------------------------- */

/** Bytes as they are; ends the program when the reader is gone. */
void web_write(struct slice bytes);
/** The lines of an answer of Griiip, those that were not written before (3). False: it is damaged. */
bool web_griiip(const char *name, struct slice body);
/** The lines of standings: what the poll before had is left out; web_poll_end() ends a poll. */
bool web_standing(const char *name, struct slice body);
void web_poll_end(void);
/** A line on standard error: the state of the source. The same again is not said. */
void web_say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/** Wait, @seconds or as long as the service asked for. */
void web_pause(unsigned seconds);
/** Do @once again and again: @every seconds after it was done (0: at once), and after a failure
 * 1, 2, 4 ... 30 s, each a little different; one that lasted 10 s resets that. Its sentence is said.
 * Returns -EINVAL of @once. */
int web_for_ever(int (*once)(void *context, struct err *err), void *context,
		 unsigned every, struct err *err);
/** The seconds between polls: as asked for, else @otherwise. */
unsigned web_every(unsigned otherwise);
int64_t web_ms(void);

/* ---- reading (web_members.c) --------------------------------------------------------------- */

/** A member of a JSON object as text, "" if it is absent. */
void web_member(struct slice object, const char *name, char *to, size_t cap);
bool web_member_is_true(struct slice object, const char *name);

/* ---- services ---------------------------------------------------------------------------- */

struct web_service {
	const char *scheme;
	/** Run for ever; @what is behind the scheme. Returns with a sentence when nothing can
	 * come. */
	int (*run)(const char *what, struct err *err);
	/** Write a line for each session that is on: "URL<TAB>series<TAB>event<TAB>session<TAB>circuit".
	 * NULL: the service does not say. */
	int (*list)(struct err *err);
};
extern const struct web_service service_griiip, service_swisstiming, service_imsa,
	service_nls, service_racemonitor;

/** Poll any address, or read a WebSocket (service_any.c). */
int any_run(const char *url, struct err *err);

#endif
