/*
 * asker.c -- asks for decisions, and their answers, of a console
 *
 *   QUEUED ── SENT ── WAITS (its id is known) ── answered
 *               └──── LOST ────┘
 *
 *  (1) An ask has a token. When the connection is lost before Redis confirmed it, the stream
 *      is searched for the token: the ask is there and waits, or was never sent.
 *  (2) What cannot be sent for a while is refused: a decision is not made long after it was
 *      meant.
 *  (3) Answers are read only while an ask waits.
 */
#include <errno.h>
#include <ev.h>
#include <inttypes.h>
#include <stdlib.h>

#include "redis_keys.h"
#include "redis_link.h"

enum { ASKS_MOST = 32, FIELDS = 6, SEARCHED = 1000 };
static const char searched[] = "1000", answers_a_read[] = "100";

enum asking_state {
	ASKING_FREE,
	ASKING_QUEUED,
	ASKING_SENT,
	ASKING_LOST,
	ASKING_WAITS,
};

struct asking {
	struct redis_asker *asker;
	uint64_t ask;
	enum asking_state state;
	ev_tstamp begun;
	bool late; /* that there is no answer was reported */
	char token[17];
	char id[REDIS_ASK_ROOM];
	char who[DECIDER_MAX];
	char line[REDIS_LINE_MAX + 1];
};

struct redis_asker {
	struct ev_loop *loop;
	struct redis_link *link;
	redis_answered *answered;
	void *context;
	char asks[REDIS_KEY_ROOM], answers[REDIS_KEY_ROOM];
	char user[128];
	char at[REDIS_ASK_ROOM]; /* the last answer that was read; "": not known */
	bool reads;
	uint64_t tokens;
	ev_timer look;
	struct asking asking[ASKS_MOST];
};

static double late_s(void)
{
	return redis_seconds(redis_tuning.answer, 10 * US_S);
}

static bool asker_send(struct redis_asker *asker, redis_replied *done, void *context,
		       const char *const *words)
{
	return redis_link_words(asker->link, done, context, words);
}

/** The value of a field; "" when it is not there. */
static struct slice asker_field(const struct redisReply *entry, const char *name)
{
	const struct redisReply *fields = redis_element(entry, 1);
	for (size_t i = 0; i < 2 * FIELDS && redis_element(fields, i + 1) != NULL;
	     i += 2)
		if (slice_eq(redis_text(fields->element[i]), slice_of(name)))
			return redis_text(fields->element[i + 1]);
	return (struct slice){"", 0};
}

/* ---- the end of an ask -------------------------------------------------------------------- */

static bool asker_idle(const struct redis_asker *asker)
{
	for (size_t i = 0; i < ASKS_MOST; i++)
		if (asker->asking[i].state != ASKING_FREE)
			return false;
	return true;
}

static void asking_end(struct asking *asking, int code, const char *words)
{
	struct redis_asker *asker = asking->asker;
	asking->state = ASKING_FREE;
	if (asker_idle(asker))
		ev_timer_stop(asker->loop, &asker->look);
	asker->answered(asker->context, asking->ask, code, words);
}

/** Of a reply that is an error. */
static void asking_refused(struct asking *asking, const struct redisReply *reply)
{
	const char *user = asking->asker->user;
	char words[REDIS_WORDS], text[2 * REDIS_WORDS + 64];
	enum redis_trouble trouble = redis_trouble(reply, words);
	if (trouble == REDIS_TROUBLE_DENIED)
		text_format(text, sizeof(text),
			    "Redis lets user %s watch, not decide: not decided",
			    user[0] != '\0' ? user : "default");
	else
		text_format(text, sizeof(text), "%s: not decided", words);
	asking_end(asking, trouble == REDIS_TROUBLE_DENIED ? -EACCES : -EIO, text);
}

/* ---- answers (3) -------------------------------------------------------------------------- */

static void read_answers(struct redis_asker *asker);

static void asker_take_answer(struct redis_asker *asker, const struct redisReply *entry)
{
	char words[200];
	int64_t code = -EPROTO;
	struct slice id = asker_field(entry, "ask");
	struct slice at = redis_text(redis_element(entry, 0));
	if (redis_ask_is(at))
		text_copy(asker->at, sizeof(asker->at), at);
	if (!parse_i64(asker_field(entry, "code"), &code) || code > 0 || code < -4095)
		code = -EPROTO;
	if (text_clean(words, sizeof(words), asker_field(entry, "text")) == 0)
		text_copy(words, sizeof(words), SLICE("refused without a reason"));
	for (size_t i = 0; i < ASKS_MOST; i++) {
		struct asking *asking = &asker->asking[i];
		if (asking->state == ASKING_WAITS &&
		    slice_eq(id, slice_of(asking->id))) {
			asking_end(asking, (int)code, code == 0 ? "" : words);
			return;
		}
	}
}

static void on_answers(void *context, const struct redisReply *reply)
{
	struct redis_asker *asker = context;
	const struct redisReply *entries = redis_element(redis_element(reply, 0), 1);
	asker->reads = false;
	for (size_t i = 0; redis_element(entries, i) != NULL; i++)
		asker_take_answer(asker, entries->element[i]);
	/* An error will stay one; the next look tries again. */
	if (reply != NULL && reply->type != REDIS_REPLY_ERROR)
		read_answers(asker);
}

static void read_answers(struct redis_asker *asker)
{
	/* An ask that is sent meanwhile waits so long, ms. */
	static const char block[] = "200", block_late[] = "1000";
	bool waits = false, late = true;
	for (size_t i = 0; i < ASKS_MOST; i++)
		if (asker->asking[i].state == ASKING_WAITS) {
			waits = true;
			late &= asker->asking[i].late;
		}
	if (!waits || asker->reads || asker->at[0] == '\0')
		return;
	const char *const read[] = {"XREAD",
				    "COUNT",
				    answers_a_read,
				    "BLOCK",
				    late ? block_late : block,
				    "STREAMS",
				    asker->answers,
				    asker->at,
				    NULL};
	asker->reads = asker_send(asker, on_answers, asker, read);
}

/* ---- sending ------------------------------------------------------------------------------ */

static void asking_waits(struct asking *asking, struct slice id)
{
	text_copy(asking->id, sizeof(asking->id), id);
	asking->state = ASKING_WAITS;
	read_answers(asking->asker);
}

static void asking_on_reply(void *context, const struct redisReply *reply)
{
	struct asking *asking = context;
	if (reply == NULL) /* (1) */
		asking->state = ASKING_LOST;
	else if (redis_ask_is(redis_text(reply)))
		asking_waits(asking, redis_text(reply));
	else
		asking_refused(asking, reply);
}

static void asking_send(struct asking *asking)
{
	struct redis_asker *asker = asking->asker;
	const char *const ask[] = {
		"XADD",  asker->asks,   "MAXLEN",    "~",    REDIS_ASKS_KEPT,
		"*",     "who",         asking->who, "line", asking->line,
		"token", asking->token, NULL};
	if (asker_send(asker, asking_on_reply, asking, ask))
		asking->state = ASKING_SENT;
}

/** (1) Those that were lost are there, or were never sent. */
static void on_searched(void *context, const struct redisReply *reply)
{
	struct redis_asker *asker = context;
	/* Where the search is refused they may be there: the answer stays open. */
	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY)
		return;
	for (size_t i = 0; i < ASKS_MOST; i++) {
		struct asking *asking = &asker->asking[i];
		const struct redisReply *found = NULL;
		for (size_t k = 0; asking->state == ASKING_LOST && k < SEARCHED; k++) {
			const struct redisReply *entry = redis_element(reply, k);
			if (slice_eq(asker_field(entry, "token"),
				     slice_of(asking->token)))
				found = entry;
		}
		if (found != NULL)
			asking_waits(asking, redis_text(redis_element(found, 0)));
		else if (asking->state == ASKING_LOST)
			asking_end(asking, -ENOTCONN,
				   "the connection to Redis was lost before it was "
				   "sent: not decided");
	}
}

/** Where answers begin: behind the last one that is there before an ask is sent. */
static void on_begin(void *context, const struct redisReply *reply)
{
	struct redis_asker *asker = context;
	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY)
		return;
	struct slice id = redis_text(redis_element(redis_element(reply, 0), 0));
	text_copy(asker->at, sizeof(asker->at), redis_ask_is(id) ? id : SLICE("0-0"));
	read_answers(asker);
}

static void asker_on_up(void *context)
{
	struct redis_asker *asker = context;
	const char *const begin[] = {
		"XREVRANGE", asker->answers, "+", "-", "COUNT", "1", NULL};
	const char *const search[] = {"XREVRANGE", asker->asks, "+", "-",
				      "COUNT",     searched,    NULL};
	bool lost = false;
	asker->reads = false;
	if (asker->at[0] == '\0')
		(void)asker_send(asker, on_begin, asker, begin);
	for (size_t i = 0; i < ASKS_MOST; i++)
		lost |= asker->asking[i].state == ASKING_LOST;
	if (lost)
		(void)asker_send(asker, on_searched, asker, search);
	for (size_t i = 0; i < ASKS_MOST; i++)
		if (asker->asking[i].state == ASKING_QUEUED)
			asking_send(&asker->asking[i]);
	read_answers(asker);
}

/** (2) */
static void asking_look(struct asking *asking, double late)
{
	struct redis_asker *asker = asking->asker;
	const struct redis_status *status = redis_link_status(asker->link);
	char words[sizeof(status->reason) + 64];
	if (asking->state == ASKING_FREE || asking->late ||
	    ev_now(asker->loop) - asking->begun < late)
		return;
	if (asking->state == ASKING_QUEUED) {
		text_format(words, sizeof(words),
			    "no connection to Redis%s%s: not decided",
			    status->reason[0] != '\0' ? ", " : "", status->reason);
		asking_end(asking, -ENOTCONN, words);
		return;
	}
	asking->late = true;
	asker->answered(asker->context, asking->ask, -EINPROGRESS,
			asking->state == ASKING_WAITS
				? "sent, not answered yet: the recorder of the circuit "
				  "may be away"
				: "perhaps sent: the connection to Redis was lost");
}

static void asker_on_look(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct redis_asker *asker = watcher->data;
	double late = late_s();
	(void)loop;
	(void)events;
	for (size_t i = 0; i < ASKS_MOST; i++)
		asking_look(&asker->asking[i], late);
	if (redis_link_status(asker->link)->state == NET_LIVE)
		read_answers(asker);
}

/* ---- asking ------------------------------------------------------------------------------- */

int redis_asker_open(struct ev_loop *loop, const struct redis_address *address,
		     redis_answered *answered, void *context, struct redis_asker **out,
		     struct err *err)
{
	struct redis_asker *asker = calloc(1, sizeof(*asker));
	if (asker == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	const struct redis_link_handler handler = {.context = asker, .up = asker_on_up};
	asker->loop = loop;
	asker->answered = answered;
	asker->context = context;
	redis_key(asker->asks, address, REDIS_ASKS);
	redis_key(asker->answers, address, REDIS_ANSWERS);
	text_copy(asker->user, sizeof(asker->user), slice_of(address->user));
	ev_timer_init(&asker->look, asker_on_look, 0., late_s() / 10);
	asker->look.data = asker;
	for (size_t i = 0; i < ASKS_MOST; i++)
		asker->asking[i].asker = asker;
	int rc = redis_link_open(loop, address, &handler, &asker->link, err);
	if (rc != 0)
		free(asker);
	else
		*out = asker;
	return rc;
}

void redis_asker_ask(struct redis_asker *asker, uint64_t ask, const char *who,
		     struct slice line)
{
	struct asking *asking = asker->asking;
	while (asking < asker->asking + ASKS_MOST && asking->state != ASKING_FREE)
		asking++;
	if (asking == asker->asking + ASKS_MOST || line.len > REDIS_LINE_MAX) {
		asker->answered(asker->context, ask, -EBUSY,
				line.len > REDIS_LINE_MAX
					? "the decision is too long: not decided"
					: "many decisions are not answered yet: not "
					  "decided");
		return;
	}
	ev_now_update(asker->loop);
	*asking = (struct asking){.asker = asker,
				  .ask = ask,
				  .state = ASKING_QUEUED,
				  .begun = ev_now(asker->loop)};
	uint64_t seed[] = {(uint64_t)net_calls.clock(), ++asker->tokens,
			   (uint64_t)(uintptr_t)asker, ask};
	text_format(asking->token, sizeof(asking->token), "%016" PRIx64,
		    hash_bytes(seed, sizeof(seed), (uint64_t)net_calls.steady()));
	text_copy(asking->who, sizeof(asking->who), slice_of(who));
	text_copy(asking->line, sizeof(asking->line), line);
	if (redis_link_status(asker->link)->state == NET_LIVE)
		asking_send(asking);
	ev_timer_again(asker->loop, &asker->look);
}

void redis_asker_close(struct redis_asker *asker)
{
	if (asker == NULL)
		return;
	ev_timer_stop(asker->loop, &asker->look);
	redis_link_close(asker->link);
	free(asker);
}
