/*
 * sessions.c -- the sessions that Redis has, for a list
 *
 * Asked in two rounds: the names with the time of the server, then five questions for each
 * name, all at once. The list is complete after LIST_S at most.
 */
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "redis_keys.h"
#include "redis_link.h"

enum { SESSIONS_MOST = 1000, RECENT_S = 30 };
static const double list_s = 10.;

struct sessions_asked;

/* A session whose answers come. */
struct session_asked {
	struct sessions_asked *all;
	struct redis_session session;
	bool there, closed, locked;
};

struct sessions_asked {
	struct ev_loop *loop;
	struct redis_link *link;
	const struct redis_address *address;
	struct session_asked *sessions;
	unsigned count, waiting;
	int64_t now_s;
	bool done;
	int code;
	char reason[160];
	ev_timer late;
};

/** The first result counts: replies that came with it are still given out. */
static void sessions_end(struct sessions_asked *all, int code, const char *reason)
{
	if (all->done)
		return;
	all->done = true;
	all->code = code;
	text_copy(all->reason, sizeof(all->reason), slice_of(reason));
	ev_break(all->loop, EVBREAK_ONE);
}

/** False: an error, or the connection was lost. */
static bool sessions_fine(struct sessions_asked *all, const struct redisReply *reply)
{
	char words[REDIS_WORDS];
	if (reply == NULL)
		return false;
	if (redis_trouble(reply, words) == REDIS_TROUBLE_NONE)
		return true;
	sessions_end(all, -EIO, words);
	return false;
}

/** Not below 0; 0: it is no number. */
static int64_t sessions_number(struct slice text)
{
	int64_t number = 0;
	return parse_i64(text, &number) && number > 0 ? number : 0;
}

/* ---- a session ------------------------------------------------------------------------- */

static bool session_answer(struct session_asked *one, const struct redisReply *reply)
{
	if (reply == NULL)
		return false;
	if (--one->all->waiting == 0)
		sessions_end(one->all, 0, "");
	/* Who may not ask this does not see it. */
	return reply->type != REDIS_REPLY_ERROR;
}

static void session_on_info(void *context, const struct redisReply *reply)
{
	struct session_asked *one = context;
	struct redis_session *session = &one->session;
	if (!session_answer(one, reply) || reply->type != REDIS_REPLY_ARRAY)
		return;
	for (size_t i = 0; i + 1 < reply->elements; i += 2) {
		struct slice name = redis_text(reply->element[i]);
		struct slice value = redis_text(reply->element[i + 1]);
		one->there |= slice_eq(name, SLICE("version"));
		if (slice_eq(name, SLICE("title")))
			text_clean(session->title, sizeof(session->title), value);
		else if (slice_eq(name, SLICE("circuit")))
			text_clean(session->circuit, sizeof(session->circuit), value);
		else if (slice_eq(name, SLICE("host")))
			text_clean(session->host, sizeof(session->host), value);
		else if (slice_eq(name, SLICE("keep")))
			session->keep = sessions_number(value);
		else if (slice_eq(name, SLICE("state")))
			one->closed = slice_eq(value, SLICE("ended"));
	}
}

static void session_on_last(void *context, const struct redisReply *reply)
{
	struct session_asked *one = context;
	unsigned part;
	if (session_answer(one, reply))
		(void)redis_id_read(
			redis_text(redis_element(redis_element(reply, 0), 0)),
			&one->session.rows, &part);
}

static void session_on_kept(void *context, const struct redisReply *reply)
{
	struct session_asked *one = context;
	if (session_answer(one, reply) && reply->type == REDIS_REPLY_INTEGER)
		one->session.kept = reply->integer;
}

static void session_on_consoles(void *context, const struct redisReply *reply)
{
	struct session_asked *one = context;
	if (session_answer(one, reply) && reply->type == REDIS_REPLY_INTEGER &&
	    reply->integer > 0 && reply->integer < UINT32_MAX)
		one->session.consoles = (uint32_t)reply->integer;
}

static void session_on_lock(void *context, const struct redisReply *reply)
{
	struct session_asked *one = context;
	if (session_answer(one, reply) && reply->type == REDIS_REPLY_INTEGER)
		one->locked = reply->integer != 0;
}

static bool session_ask(struct session_asked *one, redis_replied *done,
			const char *const *words)
{
	one->all->waiting++;
	return redis_link_words(one->all->link, done, one, words);
}

static bool session_ask_all(struct session_asked *one)
{
	struct redis_address address = *one->all->address;
	char info[REDIS_KEY_ROOM], stream[REDIS_KEY_ROOM], consoles[REDIS_KEY_ROOM],
		publisher[REDIS_KEY_ROOM], since[24];
	text_copy(address.name, sizeof(address.name), slice_of(one->session.name));
	text_copy(address.session, sizeof(address.session),
		  slice_of(one->session.session));
	(void)redis_key(info, &address, REDIS_INFO);
	(void)redis_key(stream, &address, REDIS_STREAM);
	(void)redis_key(consoles, &address, REDIS_CONSOLES);
	(void)redis_key(publisher, &address, REDIS_PUBLISHER);
	text_format(since, sizeof(since), "%lld",
		    (long long)(one->all->now_s - RECENT_S));
	const char *const ask_info[] = {"HGETALL", info, NULL};
	const char *const ask_last[] = {"XREVRANGE", stream, "+", "-",
					"COUNT",     "1",    NULL};
	const char *const ask_kept[] = {"XLEN", stream, NULL};
	const char *const ask_consoles[] = {"ZCOUNT", consoles, since, "+inf", NULL};
	const char *const ask_lock[] = {"EXISTS", publisher, NULL};
	return session_ask(one, session_on_info, ask_info) &&
	       session_ask(one, session_on_last, ask_last) &&
	       session_ask(one, session_on_kept, ask_kept) &&
	       session_ask(one, session_on_consoles, ask_consoles) &&
	       session_ask(one, session_on_lock, ask_lock);
}

/* ---- the list ----------------------------------------------------------------------------- */

/** "NAME/SESSION". False: it is not wanted, or not one of ours. */
static bool sessions_named(const struct redis_address *address, struct slice text,
			   struct redis_session *out)
{
	char safe[REDIS_NAME_MAX + 1];
	struct slice session = text, name = slice_cut(&session, '/');
	if (session.at == NULL)
		return false;
	redis_name_safe(safe, name);
	text_copy(out->name, sizeof(out->name), slice_of(safe));
	bool ours = slice_eq(name, slice_of(safe));
	redis_name_safe(safe, session);
	text_copy(out->session, sizeof(out->session), slice_of(safe));
	return ours && slice_eq(session, slice_of(safe)) &&
	       (address->name[0] == '\0' || strcmp(address->name, out->name) == 0) &&
	       (address->session[0] == '\0' ||
		strcmp(address->session, out->session) == 0);
}

static void sessions_on_names(void *context, const struct redisReply *reply)
{
	struct sessions_asked *all = context;
	bool sent = true;
	if (!sessions_fine(all, reply))
		return;
	size_t count = reply->type == REDIS_REPLY_ARRAY ? reply->elements : 0;
	for (size_t i = 0; i + 1 < count && all->count < SESSIONS_MOST; i += 2) {
		struct session_asked *one = &all->sessions[all->count];
		*one = (struct session_asked){.all = all};
		one->session.since = INSTANT_NONE;
		/* A score is printed with an exponent when it is large. */
		struct slice score = redis_text(reply->element[i + 1]);
		char number[40];
		text_copy(number, sizeof(number), score);
		double since = strtod(number, NULL);
		if (since > 0 && since < 9e18)
			one->session.since = (instant_us)since;
		if (sessions_named(all->address, redis_text(reply->element[i]),
				   &one->session))
			all->count++;
	}
	for (unsigned i = 0; sent && i < all->count; i++)
		sent = session_ask_all(&all->sessions[i]);
	if (all->count == 0 || !sent)
		sessions_end(all, sent ? 0 : -ENOMEM, sent ? "" : "out of memory");
}

static void sessions_on_time(void *context, const struct redisReply *reply)
{
	struct sessions_asked *all = context;
	if (sessions_fine(all, reply) && reply->type == REDIS_REPLY_ARRAY &&
	    reply->elements > 0)
		all->now_s = sessions_number(redis_text(reply->element[0]));
}

static void sessions_on_up(void *context)
{
	static const char *const time[] = {"TIME"};
	static const char *const names[] = {"ZREVRANGE", REDIS_SESSIONS, "0", "999",
					    "WITHSCORES"};
	struct sessions_asked *all = context;
	(void)redis_link_send(all->link, sessions_on_time, all, 1, time, NULL);
	if (!redis_link_send(all->link, sessions_on_names, all, (int)ARRAY_LEN(names),
			     names, NULL))
		sessions_end(all, -ENOMEM, "out of memory");
}

static void sessions_on_down(void *context, const char *reason)
{
	sessions_end(context, -EIO, reason);
}

/** What does not work at once is not waited for, but for the loading of its data. */
static void sessions_on_changed(void *context)
{
	struct sessions_asked *all = context;
	const struct redis_status *status = redis_link_status(all->link);
	if (status->state == NET_REFUSED)
		sessions_end(all, -ECONNREFUSED, status->reason);
}

static void sessions_on_late(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct sessions_asked *all = watcher->data;
	(void)loop;
	(void)events;
	const struct redis_status *status = redis_link_status(all->link);
	sessions_end(all, -ETIMEDOUT,
		     status->reason[0] != '\0' ? status->reason : "no answer");
}

/** The sessions that were found, to @out. A name alone is one that was removed. */
static int sessions_found(const struct sessions_asked *all, struct redis_session *out,
			  unsigned max)
{
	unsigned count = 0;
	for (unsigned i = 0; i < all->count && count < max; i++) {
		const struct session_asked *one = &all->sessions[i];
		if (!one->there)
			continue;
		out[count] = one->session;
		out[count++].state = one->locked   ? REDIS_SESSION_LIVE
				     : one->closed ? REDIS_SESSION_ENDED
						   : REDIS_SESSION_AWAY;
	}
	return (int)count;
}

int redis_session_choose(struct redis_address *address, uint8_t *state, struct err *err)
{
	struct redis_session *found = calloc(SESSIONS_MOST, sizeof(*found));
	if (found == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	int count = redis_sessions(address, found, SESSIONS_MOST, err), best = 0;
	for (int i = count - 1; i >= 0; i--)
		if (found[i].state == REDIS_SESSION_LIVE)
			best = i;
	if (count == 0) {
		struct redis_address host = *address;
		char shown[256];
		host.name[0] = host.session[0] = '\0';
		(void)redis_address_text(&host, shown, sizeof(shown));
		(void)err_set(err, -ENOENT,
			      "redis://%s: there is no session of the name %s; "
			      "`pitwall redis://%s` lists those that are there",
			      shown, address->name, shown);
	}
	if (count > 0) {
		text_copy(address->session, sizeof(address->session),
			  slice_of(found[best].session));
		*state = found[best].state;
	}
	free(found);
	return count > 0 ? 0 : count < 0 ? count : -ENOENT;
}

int redis_sessions(const struct redis_address *address, struct redis_session *out,
		   unsigned max, struct err *err)
{
	struct sessions_asked all = {.address = address,
				     .loop = ev_loop_new(EVFLAG_AUTO)};
	struct redis_link_handler handler = {.context = &all,
					     .up = sessions_on_up,
					     .down = sessions_on_down,
					     .changed = sessions_on_changed};
	char shown[256];
	all.sessions = calloc(SESSIONS_MOST, sizeof(*all.sessions));
	int rc = all.loop == NULL || all.sessions == NULL
			 ? err_set(err, -ENOMEM, "out of memory")
			 : redis_link_open(all.loop, address, &handler, &all.link, err);
	if (rc == 0) {
		ev_timer_init(&all.late, sessions_on_late, list_s, 0.);
		all.late.data = &all;
		ev_timer_start(all.loop, &all.late);
		/* A connection that ends while it is written to is no signal. */
		const struct sigaction ignore = {.sa_handler = SIG_IGN};
		struct sigaction before;
		(void)sigaction(SIGPIPE, &ignore, &before);
		ev_run(all.loop, 0);
		(void)sigaction(SIGPIPE, &before, NULL);
		rc = all.code;
		ev_timer_stop(all.loop, &all.late);
		redis_link_close(all.link);
		(void)redis_address_text(address, shown, sizeof(shown));
		if (rc != 0)
			(void)err_set(err, rc, "redis://%s: %s", shown, all.reason);
	}
	if (rc == 0)
		rc = sessions_found(&all, out, max);
	free(all.sessions);
	if (all.loop != NULL)
		ev_loop_destroy(all.loop);
	return rc;
}
