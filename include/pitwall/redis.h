/*
 * redis.h -- a race through Redis: its rows in a stream, for many consoles
 *
 * The recording is the truth. A stream is the rows of a recording, in order, under the same
 * numbers; pitwall-redis(7) describes its keys. Nothing here knows racing.
 *
 *  (1) A connection is made by itself, and again when it is lost, as net.h (1) has it.
 *  (2) User and password come from the environment or from a file. They are never part of
 *      an address, a message, the arguments of a process or a recording.
 *  (3) Built without hiredis, what connects returns -ENOTSUP with a sentence.
 */
#ifndef PITWALL_REDIS_H
#define PITWALL_REDIS_H

#include "pitwall/net.h"
#include "pitwall/record.h"

struct ev_loop;

/* ---- addresses (redis_address.c) ---------------------------------------------------- */

enum { REDIS_NAME_MAX = 60 };

struct redis_address {
	char host[128]; /* "[::1]" without its brackets */
	uint16_t port;
	char name[REDIS_NAME_MAX + 1];    /* circuit or championship; "": all of them */
	char session[REDIS_NAME_MAX + 1]; /* "": not named */
	char user[128], password[512];    /* "": none (2) */
};

/** True for "redis://...". */
bool redis_is(const char *text);
/** Parse redis://HOST[:6379][/NAME[/SESSION]]; NAME and SESSION are 1 to 60 of
 * A-Z a-z 0-9 . _ - and begin with a letter or a digit. User and password are "". -EINVAL:
 * the sentence names the error; a password in @text is refused and not repeated. */
int redis_address_parse(const char *text, struct redis_address *out, struct err *err);
/** HOST[:PORT][/NAME[/SESSION]], the port when it is not 6379. Returns the length. */
size_t redis_address_text(const struct redis_address *address, char *out, size_t cap);
/** Replace by '-' what a NAME or a SESSION must not have; "race" for nothing. */
void redis_name_safe(char out[REDIS_NAME_MAX + 1], struct slice text);
/** Read user and password from @file: two lines, user and password; or one, the password of
 * the default user. NULL: from the file in $PITWALL_REDIS_AUTH, or from
 * $PITWALL_REDIS_USER and $PITWALL_REDIS_PASSWORD. -EACCES: others can read the file;
 * -EINVAL: it has no password; or -errno of reading it. */
int redis_auth_read(struct redis_address *address, const char *file, struct err *err);

/* ---- for tests ------------------------------------------------------------------------ */

/* Times of connections; 0: the default. For tests, which cannot wait. */
struct redis_tuning {
	duration_us retry_first, retry_most; /* 1 s and 30 s */
	duration_us attempt; /* to connect to one address of the host: 3 s */
	duration_us answer;  /* until a connection without an answer is lost: 10 s */
};
extern struct redis_tuning redis_tuning;

#endif
