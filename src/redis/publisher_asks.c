/*
 * publisher_asks.c -- decisions that consoles ask for: each is taken once, in the order of
 * their stream
 *
 *   WAITS ── READS ── CHECKS ── TAKEN (recorded, its row is to be published)
 *     ^────────┴─────────┴── REFUSES ──┘
 *
 *  (1) An ask becomes a row of the recording whose name has the id of the ask. The group of
 *      rows that has it also writes the answer and the id of the last ask that was taken, in
 *      one transaction (publisher_group.c). So a publisher that is killed at any instant
 *      finds the ask in the recording, or asks for it again.
 *  (2) The next ask is read when the last one is answered.
 *  (3) Nothing is taken without the lock, or while the recording is closed.
 *  (4) Redis makes no id below the last one. So an entry whose id is far ahead of its clock,
 *      and of the last ask, would end all asks; the stream of asks is removed with it.
 *      What was asked before it was taken before.
 */
#include <errno.h>
#include <stdlib.h>

#include "publisher_parts.h"

enum taker_state {
	TAKER_WAITS,
	TAKER_READS,
	TAKER_CHECKS,
	TAKER_TAKEN,
	TAKER_REFUSES,
};

static const duration_us taker_block = 4 * US_S;

struct publisher_taker {
	struct redis_publisher *publisher;
	struct redis_link *link;
	enum taker_state state;
	ev_timer again;
	char ask[REDIS_ASK_ROOM];  /* the one in hand */
	char last[REDIS_ASK_ROOM]; /* the last one in the recording; "": not known */
	int64_t now_s;             /* by the clock of Redis; 0: not known */
	char who[DECIDER_MAX];
	char line[REDIS_LINE_MAX + 1];
	bool fits;         /* `line` is all of it */
	bool done;         /* the refusal was carried out */
	char code[16];     /* of the refusal */
	struct err reason; /* of it */
};

static bool taker_send(struct publisher_taker *taker, redis_replied *done,
		       const char *const *words)
{
	return redis_link_words(taker->link, done, taker, words);
}

static void taker_unwatch(struct publisher_taker *taker)
{
	const char *const unwatch[] = {"UNWATCH", NULL};
	(void)taker_send(taker, NULL, unwatch);
}

/** Let go of what is in hand, and look again after a while. */
static void taker_rest(struct publisher_taker *taker, double delay)
{
	taker_unwatch(taker);
	struct ev_loop *loop = taker->publisher->loop;
	taker->state = TAKER_WAITS;
	ev_timer_stop(loop, &taker->again);
	ev_timer_set(&taker->again, delay, 0.);
	ev_timer_start(loop, &taker->again);
}

/* It is tried again soon; until then `asked` is what it was. */
static const double trouble_s = 1.;

/* ---- the recording (1) -------------------------------------------------------------------- */

struct taker_look {
	struct publisher_taker *taker;
	int64_t row; /* of the ask in hand; 0: it has none */
};

/** From the newest decision on. */
static int look_at_row(void *context, const struct record_row *row)
{
	struct taker_look *look = context;
	struct publisher_taker *taker = look->taker;
	char who[DECIDER_MAX], ask[REDIS_ASK_ROOM];
	struct slice id;
	(void)redis_decider(who, row->name, &id);
	if (id.len == 0 || id.len >= sizeof(ask))
		return 0;
	text_copy(ask, sizeof(ask), id);
	if (taker->last[0] == '\0')
		memcpy(taker->last, ask, sizeof(ask));
	if (strcmp(ask, taker->ask) == 0)
		look->row = row->id;
	/* They are in the order of their ids. */
	return redis_ask_after(taker->ask, ask) || look->row > 0;
}

/** The row of the ask in hand; 0: it has none; -errno. */
static int64_t recorded_row(struct publisher_taker *taker)
{
	struct taker_look look = {taker, 0};
	if (taker->last[0] != '\0' && redis_ask_after(taker->ask, taker->last))
		return 0;
	int rc = record_behind_decisions(taker->publisher->behind, look_at_row, &look,
					 NULL);
	if (rc >= 0 && taker->last[0] == '\0')
		memcpy(taker->last, "0-0", 4);
	if (rc >= 0 && look.row == 0 && strcmp(taker->ask, taker->last) == 0)
		return INT64_MAX; /* it is not on disk yet */
	return rc < 0 ? rc : look.row;
}

/* ---- refusing ------------------------------------------------------------------------------ */

static void taker_on_exec(void *context, const struct redisReply *reply)
{
	struct publisher_taker *taker = context;
	if (reply == NULL)
		return;
	bool done = reply->type == REDIS_REPLY_ARRAY;
	for (size_t i = 0; done && i < reply->elements; i++)
		done = reply->element[i]->type != REDIS_REPLY_ERROR;
	if (!done) {
		taker_rest(taker, trouble_s);
		return;
	}
	text_copy(taker->publisher->asked, sizeof(taker->publisher->asked),
		  slice_of(taker->ask));
	taker->state = TAKER_WAITS;
	publisher_take(taker->publisher);
}

/** Answer the ask in hand; the lock is watched. */
static void taker_answer_now(struct publisher_taker *taker)
{
	const char *const begin[] = {"MULTI", NULL};
	const char *const answer[] = {"XADD",
				      taker->publisher->answers,
				      "MAXLEN",
				      "~",
				      REDIS_ASKS_KEPT,
				      "*",
				      "ask",
				      taker->ask,
				      "code",
				      taker->code,
				      "text",
				      taker->reason.text,
				      NULL};
	const char *const asked[] = {"HSET", taker->publisher->info, "asked",
				     taker->ask, NULL};
	const char *const end[] = {"EXEC", NULL};
	taker->state = TAKER_REFUSES;
	(void)taker_send(taker, NULL, begin);
	(void)taker_send(taker, NULL, answer);
	(void)taker_send(taker, NULL, asked);
	(void)taker_send(taker, taker_on_exec, end);
}

static void taker_refuse(struct publisher_taker *taker, int code)
{
	text_format(taker->code, sizeof(taker->code), "%d", code);
	taker_answer_now(taker);
}

/* ---- impossible ids (4) --------------------------------------------------------------------- */

static bool ask_is_impossible(const struct publisher_taker *taker)
{
	const uint64_t day_ms = US_DAY / US_MS;
	uint64_t now = (uint64_t)taker->now_s * 1000;
	uint64_t last = redis_ask_ms(taker->publisher->asked);
	uint64_t ask = redis_ask_ms(taker->ask);
	return now > 0 && ask > now && ask - now > day_ms && ask > last &&
	       ask - last > day_ms;
}

static void taker_on_removed(void *context, const struct redisReply *reply)
{
	if (reply != NULL)
		taker_rest(context, trouble_s);
}

/** The lock is watched. */
static void taker_remove_asks(struct publisher_taker *taker)
{
	const char *const begin[] = {"MULTI", NULL};
	const char *const del[] = {"DEL", taker->publisher->asks, NULL};
	const char *const end[] = {"EXEC", NULL};
	taker->state = TAKER_REFUSES;
	(void)taker_send(taker, NULL, begin);
	(void)taker_send(taker, NULL, del);
	(void)taker_send(taker, taker_on_removed, end);
}

static void taker_on_time(void *context, const struct redisReply *reply)
{
	struct publisher_taker *taker = context;
	int64_t now = 0;
	const struct redisReply *seconds = redis_element(reply, 0);
	taker->now_s = seconds != NULL && parse_i64(redis_text(seconds), &now) &&
				       now > 0 && now <= UINT32_MAX
			       ? now
			       : 0;
}

/* ---- taking --------------------------------------------------------------------------------- */

static int taker_take(struct publisher_taker *taker)
{
	const struct redis_publish *publish = &taker->publisher->publish;
	char name[REDIS_ROW_NAME + 1];
	if (!taker->fits)
		return err_set(&taker->reason, -EINVAL,
			       "a decision has %d bytes at most", REDIS_LINE_MAX);
	size_t len = text_format(name, sizeof(name), "%s %s", taker->ask, taker->who);
	return publish->take(publish->context, (struct slice){name, len},
			     slice_of(taker->line), &taker->reason);
}

/** The lock is ours, and watched. */
static void taker_decide(struct publisher_taker *taker)
{
	struct redis_publisher *publisher = taker->publisher;
	taker->reason.text[0] = '\0';
	int64_t row = publisher->publish.relays ? 0 : recorded_row(taker);
	if (row < 0) {
		taker_rest(taker, trouble_s);
		return;
	}
	/* It was published, and Redis lost that it was answered. */
	if (row > 0 && row <= publisher->published) {
		taker_refuse(taker, 0);
		return;
	}
	int rc = row > 0 ? 0 : taker_take(taker);
	if (rc != 0 && rc != -EAGAIN) {
		taker_refuse(taker, rc);
		return;
	}
	if (rc == 0 && row == 0)
		memcpy(taker->last, taker->ask, sizeof(taker->last));
	if (rc != 0) {
		taker_rest(taker, trouble_s);
		return;
	}
	taker_unwatch(taker);
	taker->state = TAKER_TAKEN;
}

static bool taker_may(const struct publisher_taker *taker)
{
	const struct redis_publisher *publisher = taker->publisher;
	return publisher->informed && !publisher->ending &&
	       publisher->asked[0] != '\0' &&
	       (publisher->state == PUBLISHER_READY ||
		publisher->state == PUBLISHER_SENDS);
}

static void taker_on_lock(void *context, const struct redisReply *reply)
{
	struct publisher_taker *taker = context;
	if (reply == NULL)
		return;
	if (!publisher_owns(taker->publisher, reply) || !taker_may(taker)) {
		taker_rest(taker, trouble_s);
	} else if (ask_is_impossible(taker)) {
		taker_remove_asks(taker);
	} else if (redis_ask_after(taker->ask, taker->publisher->asked)) {
		taker_decide(taker);
	} else { /* its row was published just now */
		taker_unwatch(taker);
		taker->state = TAKER_WAITS;
		publisher_take(taker->publisher);
	}
}

/* ---- reading --------------------------------------------------------------------------------- */

/** Keep the entry: [id, [field, value, ...]]; the first of a field counts. */
static bool taker_keep(struct publisher_taker *taker, const struct redisReply *entry)
{
	const struct redisReply *id = redis_element(entry, 0);
	const struct redisReply *fields = redis_element(entry, 1);
	struct slice who = {NULL, 0}, line = {NULL, 0};
	if (id == NULL || !redis_ask_is(redis_text(id)))
		return false;
	text_copy(taker->ask, sizeof(taker->ask), redis_text(id));
	for (size_t i = 0; redis_element(fields, i + 1) != NULL; i += 2) {
		struct slice field = redis_text(fields->element[i]);
		if (who.at == NULL && slice_eq(field, SLICE("who")))
			who = redis_text(fields->element[i + 1]);
		if (line.at == NULL && slice_eq(field, SLICE("line")))
			line = redis_text(fields->element[i + 1]);
	}
	redis_who(taker->who, who);
	taker->fits = line.len <= REDIS_LINE_MAX &&
		      (line.len == 0 || memchr(line.at, '\0', line.len) == NULL);
	text_copy(taker->line, sizeof(taker->line), taker->fits ? line : SLICE(""));
	return true;
}

static void taker_on_entry(void *context, const struct redisReply *reply)
{
	struct publisher_taker *taker = context;
	const char *const watch[] = {"WATCH", taker->publisher->lock, NULL};
	const char *const time[] = {"TIME", NULL};
	const char *const get[] = {"GET", taker->publisher->lock, NULL};
	if (reply == NULL)
		return;
	/* [[stream, [entry]]] */
	const struct redisReply *stream = redis_element(reply, 0);
	const struct redisReply *entry = redis_element(redis_element(stream, 1), 0);
	if (reply->type == REDIS_REPLY_ERROR) {
		taker_rest(taker, trouble_s);
		return;
	}
	taker->state = TAKER_WAITS;
	if (entry == NULL || !taker_may(taker) || !taker_keep(taker, entry) ||
	    !redis_ask_after(taker->ask, taker->publisher->asked)) {
		publisher_take(taker->publisher);
		return;
	}
	taker->state = TAKER_CHECKS;
	(void)taker_send(taker, NULL, watch);
	(void)taker_send(taker, taker_on_time, time);
	(void)taker_send(taker, taker_on_lock, get);
}

void publisher_take(struct redis_publisher *publisher)
{
	struct publisher_taker *taker = publisher->taker;
	char block[REDIS_BLOCK_ROOM];
	if (taker == NULL || !taker_may(taker))
		return;
	if (taker->state == TAKER_TAKEN &&
	    !redis_ask_after(taker->ask, publisher->asked))
		taker->state = TAKER_WAITS;
	if (taker->state != TAKER_WAITS || ev_is_active(&taker->again) ||
	    redis_link_status(taker->link)->state != NET_LIVE)
		return;
	redis_block(block, taker_block);
	const char *const read[] = {
		"XREAD",         "COUNT",          "1", "BLOCK", block, "STREAMS",
		publisher->asks, publisher->asked, NULL};
	taker->state = TAKER_READS;
	if (!taker_send(taker, taker_on_entry, read))
		taker_rest(taker, trouble_s);
}

/* ---- beginning and end -------------------------------------------------------------------- */

static void taker_on_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct publisher_taker *taker = watcher->data;
	(void)loop;
	(void)events;
	publisher_take(taker->publisher);
}

static void taker_on_up(void *context)
{
	struct publisher_taker *taker = context;
	/* What was on its way is read again; what is recorded is found (1). */
	taker->state = TAKER_WAITS;
	publisher_take(taker->publisher);
}

int publisher_take_begin(struct redis_publisher *publisher, struct err *err)
{
	if (publisher->publish.take == NULL)
		return 0;
	struct publisher_taker *taker = publisher->taker = calloc(1, sizeof(*taker));
	if (taker == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	const struct redis_link_handler handler = {.context = taker, .up = taker_on_up};
	taker->publisher = publisher;
	ev_timer_init(&taker->again, taker_on_again, 0., 0.);
	taker->again.data = taker;
	return redis_link_open(publisher->loop, &publisher->at, &handler, &taker->link,
			       err);
}

void publisher_take_end(struct redis_publisher *publisher)
{
	struct publisher_taker *taker = publisher->taker;
	if (taker == NULL)
		return;
	ev_timer_stop(publisher->loop, &taker->again);
	redis_link_close(taker->link);
	free(taker);
	publisher->taker = NULL;
}
