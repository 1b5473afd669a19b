/*
 * publisher_group.c -- a group of rows, as one transaction
 *
 *   [TIME ZCOUNT XLEN] MULTI [HSET info] XADD ... PEXPIRE lock EXEC WATCH lock GET lock
 */
#include "publisher_parts.h"

#include <errno.h>
#include <inttypes.h>

enum { ASK_EVERY_BEATS = 5, CONSOLE_S = 30, FORGET_S = 3600, LOCK_TIMES_MOST = 32 };

/* ---- what is asked beside it ------------------------------------------------------------ */

static void on_time(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	uint64_t seconds;
	if (!parse_u64(redis_text(redis_element(reply, 0)), &seconds) ||
	    seconds > INT32_MAX * (uint64_t)4)
		return;
	publisher->server_ahead = (int64_t)seconds - (int64_t)ev_now(publisher->loop);
	publisher->server_clock = true;
}

static void on_consoles(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	if (reply == NULL || reply->type != REDIS_REPLY_INTEGER || reply->integer < 0 ||
	    reply->integer > INT32_MAX)
		return;
	bool other = publisher->status.consoles != (uint32_t)reply->integer;
	publisher->status.consoles = (uint32_t)reply->integer;
	if (other && publisher->publish.changed != NULL)
		publisher->publish.changed(publisher->publish.context);
}

static void on_length(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	int64_t keep = publisher->publish.keep;
	if (reply == NULL || reply->type != REDIS_REPLY_INTEGER || keep <= 0)
		return;
	int64_t length = reply->integer < keep ? reply->integer : keep;
	uint8_t full = (uint8_t)(length * 100 / keep);
	full = full < 90 ? 0 : full;
	bool other = publisher->status.full != full;
	publisher->status.full = full;
	if (other && publisher->publish.changed != NULL)
		publisher->publish.changed(publisher->publish.context);
}

static void ask_beside(struct redis_publisher *publisher)
{
	char from[24], forget[24];
	int64_t now = publisher->server_ahead + (int64_t)ev_now(publisher->loop);
	PUBLISHER_SEND(publisher, on_length, "XLEN", publisher->stream);
	PUBLISHER_SEND(publisher, on_time, "TIME");
	if (!publisher->server_clock)
		return;
	text_format(from, sizeof(from), "%" PRId64, now - CONSOLE_S);
	text_format(forget, sizeof(forget), "%" PRId64, now - FORGET_S);
	PUBLISHER_SEND(publisher, on_consoles, "ZCOUNT", publisher->consoles, from,
		       "+inf");
	PUBLISHER_SEND(publisher, NULL, "ZREMRANGEBYSCORE", publisher->consoles, "-inf",
		       forget);
}

/* ---- replies ------------------------------------------------------------------------------ */

static void on_queued(void *context, const struct redisReply *reply)
{
	if (reply != NULL)
		(void)publisher_fine(context, reply);
}

static void on_exec(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	publisher->done = publisher->lost = false;
	if (reply == NULL)
		return;
	if (reply->type == REDIS_REPLY_NIL) {
		publisher->lost = true;
		return;
	}
	bool fine = publisher_fine(publisher, reply);
	for (size_t i = 0; fine && i < reply->elements; i++)
		fine = publisher_fine(publisher, reply->element[i]);
	publisher->done = fine && reply->type == REDIS_REPLY_ARRAY;
	if (!publisher->done)
		return;
	publisher->rests = 0;
	publisher->informed |= publisher->informs;
	if (publisher->sent > publisher->published)
		publisher->closed = false;
	publisher->published = publisher->sent;
	if (publisher->group_asked[0] != '\0')
		memcpy(publisher->asked, publisher->group_asked,
		       sizeof(publisher->asked));
}

/* How long the line took, against the time of the lock: about a sixteenth is good. */
static void adapt_group(struct redis_publisher *publisher)
{
	const double beat = publisher->beat.repeat; /* a fifth of the lock */
	const double took = ev_now(publisher->loop) - publisher->group_at;
	size_t *most = &publisher->group_most;
	if (publisher->lost || took > beat / 2)
		*most = *most / 2 > GROUP_LEAST ? *most / 2 : GROUP_LEAST;
	else if (took < beat / 8 && publisher->group_bytes >= *most)
		*most = *most * 2 < GROUP_BYTES ? *most * 2 : GROUP_BYTES;
	/* A long row has lost the lock: the next try has twice the time that it took. */
	double times = publisher->lost ? 1 + took / beat * 2 / BEATS_A_LOCK : 1;
	publisher->lock_times =
		times < LOCK_TIMES_MOST ? (unsigned)times : LOCK_TIMES_MOST;
	publisher_lock_time(publisher);
}

/* The last reply of a group. */
static void on_group(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	if (reply == NULL)
		return;
	if ((!publisher->done && !publisher->lost) || publisher->unread) {
		publisher_rest(publisher, publisher->words[0] != '\0'
						  ? publisher->words
						  : publisher->status.reason);
		return;
	}
	adapt_group(publisher);
	if (publisher->lost || !publisher_owns(publisher, reply)) {
		publisher_lock(publisher);
		return;
	}
	publisher->state = PUBLISHER_READY;
	publisher_reason(publisher, "");
	publisher_go_on(publisher);
	publisher_take(publisher);
}

static void on_close_reply(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	on_exec(context, reply);
	if (publisher->done)
		publisher->state = PUBLISHER_ENDED;
	else if (publisher->lost)
		publisher_lock(publisher);
	else if (reply != NULL)
		publisher_rest(publisher, publisher->words);
}

/* ---- commands ------------------------------------------------------------------------------ */

/* What the list and readers must know, before the first row. */
static void write_info(struct redis_publisher *publisher)
{
	char since[24], keep[24], member[2 * REDIS_NAME_MAX + 4];
	publisher_first(publisher);
	if (publisher->recording[0] == '\0')
		return;
	text_format(since, sizeof(since), "%" PRId64, publisher->since);
	text_format(keep, sizeof(keep), "%" PRId64, publisher->publish.keep);
	text_format(member, sizeof(member), "%s/%s", publisher->at.name,
		    publisher->at.session);
	PUBLISHER_SEND(publisher, on_queued, "HSET", publisher->info, "version", "1",
		       "recording", publisher->recording, "circuit",
		       publisher->publish.circuit, "title", publisher->publish.title,
		       "since", since, "state", "live", "keep", keep, "host",
		       publisher->info_host, "asked", publisher->asked);
	PUBLISHER_SEND(publisher, on_queued, "ZADD", REDIS_SESSIONS, since, member);
	publisher->informs = true;
}

static bool publisher_source(struct redis_publisher *publisher, unsigned index,
			     struct record_source *out)
{
	const struct publisher_origin *origin = &publisher->origin;
	return publisher->behind != NULL
		       ? record_behind_source(publisher->behind, index, out)
		       : origin->source(origin->context, index, out);
}

/* Up to the source @id. */
static void write_sources(struct redis_publisher *publisher, int id)
{
	struct record_source source = {.id = 0};
	while (source.id < id &&
	       publisher_source(publisher, publisher->sources, &source)) {
		char field[24], shown[sizeof(source.url)], twin[16] = "";
		char value[sizeof(shown) + sizeof(source.driver) + sizeof(twin) + 2];
		publisher->sources++;
		if (source.id <= 0) /* it says where a copy is from */
			continue;
		text_format(field, sizeof(field), "source:%d", source.id);
		/* Two that differ in what is not shown are two. */
		(void)net_url_shown(shown, sizeof(shown) - sizeof(twin), source.url);
		if (source.id > 1 && strcmp(shown, source.url) != 0)
			text_format(twin, sizeof(twin), "#%d", source.id);
		text_format(value, sizeof(value), "%s %s%s", source.driver, shown,
			    twin);
		PUBLISHER_SEND(publisher, on_queued, "HSET", publisher->info, field,
			       value);
	}
}

/* A decision that was asked for: with its row goes the answer. */
static void answer_row(struct redis_publisher *publisher, const struct record_row *row)
{
	char who[DECIDER_MAX], ask[REDIS_ASK_ROOM];
	const char *last = publisher->group_asked[0] != '\0' ? publisher->group_asked
							     : publisher->asked;
	struct slice id;
	if (publisher->taker == NULL || publisher->publish.relays ||
	    row->type != RECORD_DECISION)
		return;
	(void)redis_decider(who, row->name, &id);
	text_copy(ask, sizeof(ask), id);
	if (id.len == 0 || id.len >= sizeof(ask) || !redis_ask_after(ask, last))
		return;
	memcpy(publisher->group_asked, ask, sizeof(ask));
	PUBLISHER_SEND(publisher, on_queued, "XADD", publisher->answers, "MAXLEN", "~",
		       REDIS_ASKS_KEPT, "*", "ask", ask, "code", "0", "text", "");
}

static int add_row(void *context, const struct record_row *row)
{
	struct redis_publisher *publisher = context;
	char id[REDIS_ID_ROOM], keep[24];
	const char *words[8] = {"XADD", publisher->stream};
	size_t lengths[8], len = publisher_value(publisher, row);
	int count = 2;
	if (len == 0)
		return -ENOMEM;
	write_sources(publisher, row->source);
	redis_id(id, row->id, 0);
	/* Once a group. */
	if (publisher->group_rows == 0 && publisher->publish.keep > 0) {
		text_format(keep, sizeof(keep), "%" PRId64, publisher->publish.keep);
		words[count++] = "MAXLEN";
		words[count++] = "~";
		words[count++] = keep;
	}
	words[count++] = id;
	words[count++] = "r";
	for (int i = 0; i < count; i++)
		lengths[i] = strlen(words[i]);
	words[count] = publisher->value;
	lengths[count++] = len;
	if (!redis_link_send(publisher->link, on_queued, publisher, count, words,
			     lengths))
		publisher->unsent = true;
	answer_row(publisher, row);
	publisher->sent = row->id;
	publisher->group_rows++;
	publisher->group_bytes += len;
	return publisher->group_rows >= GROUP_ROWS ||
	       publisher->group_bytes >= publisher->group_most || publisher->unsent;
}

static void transaction_begin(struct redis_publisher *publisher)
{
	publisher->words[0] = '\0';
	publisher->group_rows = 0;
	publisher->group_bytes = 0;
	publisher->informs = false;
	publisher->sent = publisher->published;
	publisher->group_at = ev_now(publisher->loop);
	publisher->group_asked[0] = '\0';
	PUBLISHER_SEND(publisher, on_queued, "MULTI");
}

void publisher_group(struct redis_publisher *publisher)
{
	struct err err = {"a row of the recording cannot be sent"};
	const int64_t rows = (int64_t)publisher->rows;
	int rc = 0;
	publisher->unsent = false;
	if (publisher->beats++ % ASK_EVERY_BEATS == 0)
		ask_beside(publisher);
	transaction_begin(publisher);
	if (!publisher->informed)
		write_info(publisher);
	if (publisher->published < rows)
		rc = publisher_read(publisher, publisher->published, rows, add_row,
				    publisher, &err);
	/* Rows that the recording has lost are not in it. */
	if (rc == 0)
		publisher->sent = rows;
	publisher->unread = rc < 0;
	if (publisher->group_asked[0] != '\0')
		PUBLISHER_SEND(publisher, on_queued, "HSET", publisher->info, "asked",
			       publisher->group_asked);
	PUBLISHER_SEND(publisher, on_queued, "PEXPIRE", publisher->lock,
		       publisher->lock_ms);
	PUBLISHER_SEND(publisher, on_exec, "EXEC");
	PUBLISHER_SEND(publisher, NULL, "WATCH", publisher->lock);
	PUBLISHER_SEND(publisher, on_group, "GET", publisher->lock);
	publisher_sent(publisher, PUBLISHER_SENDS);
	if (rc < 0)
		publisher_reason(publisher, err.text);
}

/* The recording was closed in order; or it goes on without us. */
static void publisher_end(struct redis_publisher *publisher)
{
	char id[REDIS_ID_ROOM];
	publisher->unsent = false;
	transaction_begin(publisher);
	redis_id(id, publisher->published, 1);
	if (publisher->published > 0 && !publisher->closed && !publisher->leaving)
		PUBLISHER_SEND(publisher, on_queued, "XADD", publisher->stream, id,
			       "end", "closed");
	if (publisher->informed && !publisher->leaving)
		PUBLISHER_SEND(publisher, on_queued, "HSET", publisher->info, "state",
			       "ended");
	PUBLISHER_SEND(publisher, on_queued, "DEL", publisher->lock);
	PUBLISHER_SEND(publisher, on_close_reply, "EXEC");
	publisher_sent(publisher, PUBLISHER_SENDS);
}

void publisher_go_on(struct redis_publisher *publisher)
{
	if ((uint64_t)publisher->published < publisher->rows && !publisher->leaving)
		publisher_group(publisher);
	else if (publisher->ending)
		publisher_end(publisher);
}
