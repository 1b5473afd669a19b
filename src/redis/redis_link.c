/*
 * redis_link.c -- one connection to Redis, over hiredis and libev
 *
 * hiredis frees its context by itself when a connection fails or ends. So a context is only
 * used while link->hiredis holds it; one that is given up gets no callback any more. The
 * queue of replies is our own: it outlives the context.
 */
#include <hiredis/async.h>
/* Between the two: its functions are static. */
#include <hiredis/adapters/libev.h>

#include <fcntl.h>

#include "redis_link.h"

#include <errno.h>
#include <stdlib.h>

/* THIN_LINE: bytes a second, of a line that is slow and not dead. */
enum { FOUND_MOST = 8, FOUND_TEXT = 64, QUEUE_FIRST = 64, THIN_LINE = 8 * 1024 };
static const int64_t answer_us = 10 * US_S;

/* A command whose reply has not come. */
struct redis_waiting {
	redis_replied *done;
	void *context;
	size_t bytes; /* of the command */
};

struct redis_link {
	struct ev_loop *loop;
	struct redis_address address;
	struct redis_link_handler handler;
	struct redis_status status;
	redisAsyncContext *hiredis; /* NULL: there is no connection */
	struct net_lookup *lookup;
	char found[FOUND_MOST][FOUND_TEXT]; /* addresses of the host */
	unsigned found_count, found_next;
	struct redis_waiting *queue; /* a ring of `room` */
	size_t first, count, room;
	size_t bytes;              /* of the commands in it */
	size_t seen_len, seen_pos; /* of what was received, when it was looked at */
	double awaits;             /* s until it is silent, */
	bool late;                 /* which is over */
	ev_timer retry;            /* to connect, or to ask whether it still loads */
	ev_timer answer;           /* nothing came for so long */
	ev_timer attempt;
	size_t answer_bytes; /* in memory, of the answer that comes */
	bool unasked;        /* it is the answer to no command */
	unsigned failures, depth;
	uint64_t jitter;
	bool up, closed;
};

struct redis_tuning redis_tuning;

double redis_seconds(duration_us tuned, duration_us usual)
{
	return (double)(tuned > 0 ? tuned : usual) * 1e-6;
}

void redis_block(char out[REDIS_BLOCK_ROOM], duration_us most)
{
	duration_us half =
		(redis_tuning.answer > 0 ? redis_tuning.answer : answer_us) / 2;
	text_format(out, REDIS_BLOCK_ROOM, "%lld",
		    (long long)((half < most ? half : most) / US_MS));
}

static instant_us link_now(const struct redis_link *link)
{
	int64_t now = net_calls.clock();
	return now >= 0 ? now : (int64_t)(ev_now(link->loop) * 1e6);
}

static void link_enter(struct redis_link *link)
{
	link->depth++;
}

static void link_leave(struct redis_link *link)
{
	if (--link->depth > 0 || !link->closed)
		return;
	free(link->queue);
	free(link);
}

static void link_state(struct redis_link *link, enum net_state state,
		       const char *reason)
{
	struct redis_status *status = &link->status;
	char text[sizeof(status->reason)];
	text_clean(text, sizeof(text), slice_of(reason));
	if (status->state == state && strcmp(status->reason, text) == 0)
		return;
	if (status->state != state)
		status->since = link_now(link);
	status->state = (uint8_t)state;
	text_copy(status->reason, sizeof(status->reason), slice_of(text));
	if (!link->closed && link->handler.changed)
		link->handler.changed(link->handler.context);
}

/* ---- replies ---------------------------------------------------------------------------- */

static bool queue_push(struct redis_link *link, redis_replied *done, void *context,
		       size_t bytes)
{
	if (link->count == link->room) {
		size_t room = link->room > 0 ? 2 * link->room : QUEUE_FIRST;
		struct redis_waiting *queue = calloc(room, sizeof(*queue));
		if (queue == NULL)
			return false;
		for (size_t i = 0; i < link->count; i++)
			queue[i] = link->queue[(link->first + i) % link->room];
		free(link->queue);
		link->queue = queue;
		link->first = 0;
		link->room = room;
	}
	link->queue[(link->first + link->count++) % link->room] =
		(struct redis_waiting){done, context, bytes};
	link->bytes += bytes;
	return true;
}

static void queue_reply(struct redis_link *link, const struct redisReply *reply)
{
	struct redis_waiting next = link->queue[link->first];
	link->first = (link->first + 1) % link->room;
	link->count--;
	link->bytes -= next.bytes;
	if (next.done != NULL && !link->closed)
		next.done(next.context, reply);
}

static void answer_await_for(struct redis_link *link, double seconds)
{
	link->late = seconds < link->awaits;
	link->seen_len = link->hiredis->c.reader->len;
	link->seen_pos = link->hiredis->c.reader->pos;
	link->answer.repeat = seconds;
	ev_timer_again(link->loop, &link->answer);
}

/* A reply is awaited, so long as a thin line needs for what was sent. */
static void answer_await(struct redis_link *link)
{
	double usual = redis_seconds(redis_tuning.answer, answer_us);
	double sending = (double)link->bytes / THIN_LINE;
	link->awaits = usual + sending * usual / ((double)answer_us * 1e-6);
	answer_await_for(link, link->awaits);
}

/* ---- its end ---------------------------------------------------------------------------- */

/* Stop using the connection; hiredis frees it, now or after its callback. */
static void link_abandon(struct redis_link *link)
{
	redisAsyncContext *hiredis = link->hiredis;
	link->hiredis = NULL;
	ev_timer_stop(link->loop, &link->answer);
	ev_timer_stop(link->loop, &link->attempt);
	if (hiredis == NULL)
		return;
	hiredis->data = NULL;
	hiredis->c.reader->privdata = NULL;
	redisAsyncFree(hiredis);
}

static double link_delay(struct redis_link *link)
{
	double first = redis_seconds(redis_tuning.retry_first, US_S);
	double most = redis_seconds(redis_tuning.retry_most, 30 * US_S);
	double delay = first;
	for (unsigned i = 0; i < link->failures && delay < most; i++)
		delay *= 2;
	if (link->failures < 64)
		link->failures++;
	delay = delay < most ? delay : most;
	return delay * (0.8 + 0.0004 * (double)random_below(&link->jitter, 1001));
}

static void link_retry(struct redis_link *link, double delay)
{
	ev_now_update(link->loop);
	ev_timer_stop(link->loop, &link->retry);
	ev_timer_set(&link->retry, delay, 0.);
	ev_timer_start(link->loop, &link->retry);
	link->status.retry_at = link_now(link) + (duration_us)(delay * 1e6);
}

/* The connection cannot be made or is lost (1). Between link_enter() and link_leave(). */
static void link_failed(struct redis_link *link, enum net_state state,
			const char *reason)
{
	bool was_up = link->up;
	char text[sizeof(link->status.reason)];
	if (link->closed)
		return;
	text_copy(text, sizeof(text),
		  slice_of(reason)); /* of the context, which goes */
	link->up = false;
	link_abandon(link);
	while (link->count > 0)
		queue_reply(link, NULL);
	if (!link->closed) {
		link_retry(link, link_delay(link));
		link_state(link, state, text);
	}
	if (was_up && !link->closed && link->handler.down)
		link->handler.down(link->handler.context, text);
}

void redis_link_drop(struct redis_link *link, const char *reason)
{
	link_enter(link);
	link_failed(link, NET_WAITING, reason);
	link_leave(link);
}

/* ---- commands ----------------------------------------------------------------------------- */

const char redis_answer_too_long[] = "an answer was longer than 64 MiB";

/* Those of hiredis, behind a bound: NULL ends the connection. */
static redisReplyObjectFunctions answer_objects, answer_usual;
#if HIREDIS_MAJOR >= 1
#define ANSWER_COUNT size_t
#else
#define ANSWER_COUNT int
#endif

/* An object with @len bytes of its own is added to the answer. */
static bool answer_takes(const redisReadTask *task, size_t len)
{
	enum { OBJECT = 128 }; /* what hiredis takes for any */
	struct redis_link *link = task->privdata;
	if (link == NULL)
		return false;
	/* hiredis handles an error before the first command, and for anything else it
	 * ends the process. */
	link->unasked = task->parent == NULL && link->count == 0 &&
			task->type != REDIS_REPLY_ERROR;
	link->answer_bytes += len + OBJECT;
	return !link->unasked && link->answer_bytes <= REDIS_ANSWER_MOST;
}

static void *answer_string(const redisReadTask *task, char *text, size_t len)
{
	return answer_takes(task, len) ? answer_usual.createString(task, text, len)
				       : NULL;
}

static void *answer_array(const redisReadTask *task, ANSWER_COUNT count)
{
	size_t bytes = (size_t)count > REDIS_ANSWER_MOST
			       ? REDIS_ANSWER_MOST
			       : (size_t)count * sizeof(void *);
	return answer_takes(task, bytes) ? answer_usual.createArray(task, count) : NULL;
}

static void *answer_integer(const redisReadTask *task, long long number)
{
	return answer_takes(task, 0) ? answer_usual.createInteger(task, number) : NULL;
}

static void *answer_nil(const redisReadTask *task)
{
	return answer_takes(task, 0) ? answer_usual.createNil(task) : NULL;
}

#if HIREDIS_MAJOR >= 1
static void *answer_double(const redisReadTask *task, double number, char *text,
			   size_t len)
{
	return answer_takes(task, len)
		       ? answer_usual.createDouble(task, number, text, len)
		       : NULL;
}

static void *answer_bool(const redisReadTask *task, int value)
{
	return answer_takes(task, 0) ? answer_usual.createBool(task, value) : NULL;
}
#endif

static void answer_bound(struct redis_link *link, redisReader *reader)
{
	if (answer_usual.createString == NULL) {
		answer_usual = answer_objects = *reader->fn;
		answer_objects.createString = answer_string;
		answer_objects.createArray = answer_array;
		answer_objects.createInteger = answer_integer;
		answer_objects.createNil = answer_nil;
#if HIREDIS_MAJOR >= 1
		answer_objects.createDouble = answer_double;
		answer_objects.createBool = answer_bool;
#endif
	}
	link->answer_bytes = 0;
	link->unasked = false;
	reader->fn = &answer_objects;
	reader->privdata = link;
}

/* Of what has come of an object that is not complete: a text is made when all of it has
 * come, and a line is searched from its beginning each time. */
static bool part_too_long(const struct redis_link *link, const redisReader *reader)
{
	enum { LINE_MOST = 64 * 1024 };
	size_t len = reader->len - reader->pos;
	return len + link->answer_bytes > REDIS_ANSWER_MOST ||
	       (len > LINE_MOST &&
		memchr(reader->buf + reader->pos, '\n', LINE_MOST) == NULL);
}

static void hiredis_on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
	redisLibevEvents *watched = watcher->data;
	redisAsyncContext *hiredis = watched->context;
	struct redis_link *link = hiredis->data;
	(void)loop;
	(void)events;
	if (link == NULL) {
		redisAsyncHandleRead(hiredis);
		return;
	}
	link_enter(link);
	redisAsyncHandleRead(hiredis);
	if (link->hiredis == hiredis && part_too_long(link, hiredis->c.reader))
		link_failed(link, NET_WAITING, redis_answer_too_long);
	link_leave(link);
}

/* A right that was withdrawn: another connection may be given it again. */
static void link_check_login(struct redis_link *link, const struct redisReply *reply)
{
	char words[REDIS_WORDS];
	if (link->up && redis_trouble(reply, words) == REDIS_TROUBLE_LOGIN)
		link_failed(link, NET_REFUSED, words);
}

static void link_on_reply(redisAsyncContext *hiredis, void *reply, void *unused)
{
	struct redis_link *link = hiredis->data;
	(void)unused;
	/* Without a reply the connection is lost: on_disconnect() follows. */
	if (link == NULL || reply == NULL || link->count == 0)
		return;
	link_enter(link);
	link->answer_bytes = 0;
	queue_reply(link, reply);
	if (link->hiredis == hiredis)
		link_check_login(link, reply);
	if (link->hiredis == hiredis && link->count > 0)
		answer_await(link);
	else
		ev_timer_stop(link->loop, &link->answer);
	link_leave(link);
}

static bool command_send(struct redis_link *link, redis_replied *done, void *context,
			 int argc, const char *const *argv, const size_t *len)
{
	/* It copies the words and does not change them. */
	const char **words = (const char **)(uintptr_t)argv;
	size_t bytes = 0;
	for (int i = 0; i < argc; i++)
		bytes += len != NULL ? len[i] : strlen(argv[i]);
	if (link->hiredis == NULL || !queue_push(link, done, context, bytes))
		return false;
	if (redisAsyncCommandArgv(link->hiredis, link_on_reply, NULL, argc, words,
				  len) != REDIS_OK) {
		link->count--;
		link->bytes -= bytes;
		return false;
	}
	if (link->count == 1)
		answer_await(link);
	return true;
}

bool redis_link_send(struct redis_link *link, redis_replied *done, void *context,
		     int argc, const char *const *argv, const size_t *len)
{
	return link->up && command_send(link, done, context, argc, argv, len);
}

bool redis_link_words(struct redis_link *link, redis_replied *done, void *context,
		      const char *const *words)
{
	int count = 0;
	while (words[count] != NULL)
		count++;
	return redis_link_send(link, done, context, count, words, NULL);
}

/* ---- the first words ------------------------------------------------------------------------ */

static void link_on_auth(void *context, const struct redisReply *reply)
{
	struct redis_link *link = context;
	char words[REDIS_WORDS];
	if (reply != NULL && redis_trouble(reply, words) != REDIS_TROUBLE_NONE)
		link_failed(link, NET_REFUSED, words);
}

/* PING is refused while Redis loads, and where it may not be asked. */
static void link_on_ping(void *context, const struct redisReply *reply)
{
	struct redis_link *link = context;
	char words[REDIS_WORDS];
	if (reply == NULL)
		return;
	switch (redis_trouble(reply, words)) {
	case REDIS_TROUBLE_LOADING:
		link_retry(link, redis_seconds(redis_tuning.retry_first, US_S));
		link_state(link, NET_WAITING, words);
		return;
	case REDIS_TROUBLE_LOGIN:
	case REDIS_TROUBLE_OTHER:
		link_failed(link, NET_REFUSED, words);
		return;
	case REDIS_TROUBLE_NONE:
	case REDIS_TROUBLE_DISK:
	case REDIS_TROUBLE_MEMORY:
	case REDIS_TROUBLE_DENIED:
	case REDIS_TROUBLE_READONLY:
	case REDIS_TROUBLE_TYPE:
		break;
	}
	link->up = true;
	link->failures = 0;
	link->status.retry_at = INSTANT_NONE;
	link_state(link, NET_LIVE, "");
	if (!link->closed && link->handler.up)
		link->handler.up(link->handler.context);
}

static bool link_ping(struct redis_link *link)
{
	static const char *const ping[] = {"PING"};
	return command_send(link, link_on_ping, link, 1, ping, NULL);
}

static void link_greet(struct redis_link *link)
{
	const char *auth[] = {"AUTH", link->address.user, link->address.password};
	const char *only[] = {"AUTH", link->address.password};
	static const char *const name[] = {"CLIENT", "SETNAME", "pitwall"};
	bool sent = true;
	if (link->address.user[0] != '\0')
		sent = command_send(link, link_on_auth, link, 3, auth, NULL);
	else if (link->address.password[0] != '\0')
		sent = command_send(link, link_on_auth, link, 2, only, NULL);
	/* Who may not set a name has none. */
	sent = sent && command_send(link, NULL, NULL, 3, name, NULL) && link_ping(link);
	/* Out of memory: hiredis uses the context after this, so it is lost later. */
	if (!sent)
		answer_await(link);
}

/* ---- connecting ------------------------------------------------------------------------------ */

static void link_try_next(struct redis_link *link, const char *reason);

/* What hiredis says, as sources say it. */
static const char *link_words(const char *errstr)
{
	if (errstr == NULL || errstr[0] == '\0' ||
	    strcmp(errstr, "Server closed the connection") == 0)
		return "Redis closed the connection";
	if (strcmp(errstr, strerror(ECONNREFUSED)) == 0)
		return "connection refused: nothing listens on that port";
	if (strncmp(errstr, "Protocol error", 14) == 0)
		return "what answers on that port is not Redis";
	return errstr;
}

static void on_connect(const redisAsyncContext *hiredis, int status)
{
	struct redis_link *link = hiredis->data;
	if (link == NULL)
		return;
	link_enter(link);
	ev_timer_stop(link->loop, &link->attempt);
	if (status == REDIS_OK) {
		link_greet(link);
	} else {
		char reason[sizeof(link->status.reason)];
		text_copy(reason, sizeof(reason),
			  slice_of(link_words(hiredis->c.errstr)));
		link->hiredis->data = NULL; /* hiredis frees it */
		link->hiredis = NULL;
		link_try_next(link, reason);
	}
	link_leave(link);
}

static void on_disconnect(const redisAsyncContext *hiredis, int status)
{
	struct redis_link *link = hiredis->data;
	(void)status;
	if (link == NULL)
		return;
	link_enter(link);
	link->hiredis->data = NULL; /* hiredis frees it */
	link->hiredis = NULL;
	link_failed(link, NET_WAITING,
		    link->unasked ? "Redis sent an answer to no command"
		    : link->answer_bytes > REDIS_ANSWER_MOST
			    ? redis_answer_too_long
			    : link_words(hiredis->errstr));
	link_leave(link);
}

/** False: not even begun; @reason says why. */
static bool connection_begin(struct redis_link *link, const char *host,
			     char reason[128])
{
	redisAsyncContext *hiredis = redisAsyncConnect(host, link->address.port);
	if (hiredis == NULL || hiredis->err != 0) {
		text_copy(reason, 128,
			  slice_of(hiredis ? hiredis->errstr : "out of memory"));
		if (hiredis != NULL)
			redisAsyncFree(hiredis);
		return false;
	}
	(void)fcntl(hiredis->c.fd, F_SETFD, FD_CLOEXEC);
	(void)redisEnableKeepAlive(&hiredis->c);
	link->hiredis = hiredis;
	hiredis->data = link;
	answer_bound(link, hiredis->c.reader);
	(void)redisLibevAttach(link->loop, hiredis);
	if (hiredis->ev.data != NULL)
		ev_set_cb(&((redisLibevEvents *)hiredis->ev.data)->rev,
			  hiredis_on_readable);
	(void)redisAsyncSetConnectCallback(hiredis, on_connect);
	(void)redisAsyncSetDisconnectCallback(hiredis, on_disconnect);
	ev_now_update(link->loop);
	ev_timer_set(&link->attempt, redis_seconds(redis_tuning.attempt, 3 * US_S), 0.);
	ev_timer_start(link->loop, &link->attempt);
	return true;
}

static void link_try_next(struct redis_link *link, const char *reason)
{
	char words[128];
	text_copy(words, sizeof(words), slice_of(reason));
	while (link->found_next < link->found_count)
		if (connection_begin(link, link->found[link->found_next++], words))
			return;
	link_failed(link, NET_REFUSED, words);
}

static void link_on_found(void *context, const char *reason,
			  const char *const *addresses, unsigned count)
{
	struct redis_link *link = context;
	link_enter(link);
	link->lookup = NULL;
	link->found_next = link->found_count = 0;
	for (unsigned i = 0; i < count && i < FOUND_MOST; i++)
		text_copy(link->found[link->found_count++], FOUND_TEXT,
			  slice_of(addresses[i]));
	link_try_next(link, reason);
	link_leave(link);
}

static void connection_lookup(struct redis_link *link)
{
	link->status.retry_at = INSTANT_NONE;
	link_state(link, NET_CONNECTING, link->status.reason);
	if (link->closed)
		return;
	link->lookup =
		net_lookup_start(link->loop, link->address.host, link_on_found, link);
	if (link->lookup == NULL)
		link_failed(link, NET_REFUSED,
			    "cannot start a thread to resolve the host name");
}

static void link_on_retry(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct redis_link *link = watcher->data;
	(void)loop;
	(void)events;
	link_enter(link);
	if (link->hiredis == NULL)
		connection_lookup(link);
	else if (!link_ping(link))
		link_failed(link, NET_REFUSED, "out of memory");
	link_leave(link);
}

static void link_on_attempt(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct redis_link *link = watcher->data;
	(void)loop;
	(void)events;
	link_enter(link);
	link_abandon(link);
	link_try_next(link, "no answer");
	link_leave(link);
}

static void link_on_silent(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct redis_link *link = watcher->data;
	const redisReader *reader = link->hiredis->c.reader;
	char reason[64];
	(void)loop;
	(void)events;
	/* A part of a long reply has come meanwhile. */
	if (reader->len != link->seen_len || reader->pos != link->seen_pos) {
		answer_await_for(link, link->awaits);
		return;
	}
	/* It may have begun when the process had been busy for as long. */
	if (!link->late) {
		answer_await_for(link, link->awaits / 10);
		return;
	}
	text_format(reason, sizeof(reason), "no answer for %.0f s", link->awaits);
	link_enter(link);
	link_failed(link, NET_WAITING, reason);
	link_leave(link);
}

int redis_link_open(struct ev_loop *loop, const struct redis_address *address,
		    const struct redis_link_handler *handler, struct redis_link **out,
		    struct err *err)
{
	struct redis_link *link = calloc(1, sizeof(*link));
	if (link == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	link->loop = loop;
	link->address = *address;
	link->handler = *handler;
	link->jitter = hash_bytes(address->host, strlen(address->host),
				  (uint64_t)link_now(link) ^ (uintptr_t)link);
	link->status.since = link_now(link);
	link->status.retry_at = INSTANT_NONE;
	ev_timer_init(&link->retry, link_on_retry, 0., 0.);
	ev_timer_init(&link->attempt, link_on_attempt, 0., 0.);
	ev_timer_init(&link->answer, link_on_silent, 0., 0.);
	/* When the process was stopped for longer, what has come meanwhile comes first. */
	ev_set_priority(&link->attempt, EV_MINPRI);
	ev_set_priority(&link->answer, EV_MINPRI);
	link->retry.data = link->attempt.data = link->answer.data = link;
	ev_timer_start(loop, &link->retry);
	*out = link;
	return 0;
}

void redis_link_close(struct redis_link *link)
{
	if (link == NULL || link->closed)
		return;
	link_enter(link);
	link->closed = true;
	net_lookup_give_up(link->lookup);
	link_abandon(link);
	ev_timer_stop(link->loop, &link->retry);
	link_leave(link);
}

const struct redis_status *redis_link_status(const struct redis_link *link)
{
	return &link->status;
}
