/*
 * publisher_place.c -- the lock of a session, and where its stream ends
 *
 * The last row of the stream must be equal to the row of the recording with its number: else
 * the stream is of another recording.
 */
#include "publisher_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

static void publisher_find(struct redis_publisher *publisher);

bool publisher_owns(const struct redis_publisher *publisher,
		    const struct redisReply *reply)
{
	return slice_eq(redis_text(reply), slice_of(publisher->lock_value));
}

/* ---- the lock ------------------------------------------------------------------------------ */

/* Of this host, of a process that is gone: it was killed. */
static bool lock_is_left(const struct redis_publisher *publisher, struct slice value)
{
	enum { HERE = 8 }; /* digits of processes_here() */
	uint64_t pid;
	struct slice token = slice_cut(&value, ' ');
	struct slice host = slice_cut(&value, ' ');
	return token.len > HERE && memcmp(token.at, publisher->lock_value, HERE) == 0 &&
	       slice_eq(host, slice_of(publisher->host)) &&
	       parse_u64(slice_cut(&value, ' '), &pid) && pid > 1 && pid <= INT32_MAX &&
	       kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static void lock_refused(struct redis_publisher *publisher)
{
	struct slice rest = slice_of(publisher->lock_other);
	char words[160], clock[TIME_TEXT_MAX] = "";
	int64_t since;
	(void)slice_cut(&rest, ' ');
	struct slice host = slice_cut(&rest, ' ');
	struct slice pid = slice_cut(&rest, ' ');
	if (parse_i64(rest, &since) && since > 0 && since < INSTANT_MAX)
		format_clock(clock, since, false);
	text_format(
		words, sizeof(words),
		"another pitwall publishes it: host %.*s, process %.*s, since %s UTC",
		(int)host.len, host.len > 0 ? host.at : "", (int)pid.len,
		pid.len > 0 ? pid.at : "", clock);
	publisher_rest(publisher, words);
}

static void on_taken_over(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	if (reply == NULL)
		return;
	if (reply->type == REDIS_REPLY_ARRAY)
		publisher_find(publisher);
	else if (publisher_fine(publisher, reply)) /* somebody was faster */
		lock_refused(publisher);
	else
		publisher_rest(publisher, publisher->words);
}

static void on_lock_again(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	if (reply == NULL)
		return;
	if (!slice_eq(redis_text(reply), slice_of(publisher->lock_other))) {
		publisher_rest(publisher, "another pitwall takes it over");
		return;
	}
	PUBLISHER_SEND(publisher, NULL, "MULTI");
	PUBLISHER_SEND(publisher, NULL, "SET", publisher->lock, publisher->lock_value,
		       "PX", publisher->lock_ms);
	PUBLISHER_SEND(publisher, on_taken_over, "EXEC");
	publisher_sent(publisher, PUBLISHER_LOCKS);
}

static void on_lock_value(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	if (reply == NULL)
		return;
	if (!publisher_fine(publisher, reply)) {
		publisher_rest(publisher, publisher->words);
		return;
	}
	text_clean(publisher->lock_other, sizeof(publisher->lock_other),
		   redis_text(reply));
	if (publisher_owns(publisher, reply)) {
		publisher_find(publisher);
	} else if (publisher->lock_other[0] == '\0') { /* it has ended just now */
		publisher_lock(publisher);
	} else if (lock_is_left(publisher, slice_of(publisher->lock_other))) {
		PUBLISHER_SEND(publisher, NULL, "WATCH", publisher->lock);
		PUBLISHER_SEND(publisher, on_lock_again, "GET", publisher->lock);
		publisher_sent(publisher, PUBLISHER_LOCKS);
	} else {
		lock_refused(publisher);
	}
}

static void on_locked(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	if (reply == NULL)
		return;
	if (!publisher_fine(publisher, reply)) {
		publisher_rest(publisher, publisher->words);
	} else if (reply->type == REDIS_REPLY_NIL) {
		PUBLISHER_SEND(publisher, on_lock_value, "GET", publisher->lock);
		publisher_sent(publisher, PUBLISHER_LOCKS);
	} else {
		publisher_find(publisher);
	}
}

void publisher_lock(struct redis_publisher *publisher)
{
	publisher->words[0] = '\0';
	publisher->unsent = false;
	/* SET would change what is watched. */
	PUBLISHER_SEND(publisher, NULL, "UNWATCH");
	PUBLISHER_SEND(publisher, on_locked, "SET", publisher->lock,
		       publisher->lock_value, "NX", "PX", publisher->lock_ms);
	publisher_sent(publisher, PUBLISHER_LOCKS);
}

/* ---- where the stream ends ------------------------------------------------------------------- */

struct row_compare {
	struct redis_publisher *publisher;
	struct slice value;
	bool equal;
};

static int compare_row(void *context, const struct record_row *row)
{
	struct row_compare *compare = context;
	size_t len = publisher_value(compare->publisher, row);
	compare->equal = slice_eq((struct slice){compare->publisher->value, len},
				  compare->value);
	return 1;
}

/* The origin compares it with the stream that it is from. */
static bool row_is_read(struct redis_publisher *publisher, int64_t id,
			struct slice value)
{
	char name[REDIS_ROW_NAME + 1];
	struct record_row row;
	if (redis_row_read(value, name, &row, NULL) != 0)
		return false;
	row.id = id;
	publisher->origin.last(publisher->origin.context, &row);
	return true;
}

static bool row_is_ours(struct redis_publisher *publisher, int64_t id,
			struct slice value)
{
	struct row_compare compare = {publisher, value, false};
	if (publisher->behind == NULL)
		return row_is_read(publisher, id, value);
	if ((uint64_t)id <= publisher->rows)
		(void)publisher_read(publisher, id - 1, id, compare_row, &compare,
				     NULL);
	return compare.equal;
}

/* The last two entries: a row, or the end of the recording and the row before. */
static void on_last(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	struct publisher_finding *found = &publisher->found;
	if (reply == NULL || !publisher_fine(publisher, reply) ||
	    reply->type != REDIS_REPLY_ARRAY)
		return;
	for (size_t i = 0; i < reply->elements && i < 2 && !found->entry; i++) {
		struct redis_entry entry = {.row = 0};
		bool read = redis_entry_read(reply->element[i], &entry);
		if (i == 0)
			found->row = read ? entry.row : INT64_MAX;
		if (read && i == 0 && entry.part == 1 &&
		    slice_eq(entry.field, SLICE("end"))) {
			found->closed = true;
			continue;
		}
		/* Before the end there may be none: it was removed. */
		if (i == 1 && entry.row != found->row)
			continue;
		found->entry = true;
		found->equal = read && entry.part == 0 &&
			       slice_eq(entry.field, SLICE("r")) &&
			       row_is_ours(publisher, entry.row, entry.value);
	}
}

static void on_recording(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	if (reply == NULL || !publisher_fine(publisher, reply))
		return;
	text_clean(publisher->found.recording, sizeof(publisher->found.recording),
		   redis_text(reply));
}

/* The last ask that was taken. */
static void on_asked(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	if (reply == NULL || !publisher_fine(publisher, reply))
		return;
	if (redis_ask_is(redis_text(reply)))
		text_copy(publisher->found.asked, sizeof(publisher->found.asked),
			  redis_text(reply));
}

/* Or else the last one that is there: it was asked for another recording. */
static void on_last_ask(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	char *asked = publisher->found.asked;
	if (reply == NULL || !publisher_fine(publisher, reply) || asked[0] != '\0')
		return;
	struct slice id = redis_text(redis_element(redis_element(reply, 0), 0));
	text_copy(asked, sizeof(publisher->found.asked), id.at ? id : SLICE("0-0"));
}

/* XINFO STREAM of a stream without entries: the last id that it had. */
static void on_stream(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	struct publisher_finding *found = &publisher->found;
	/* An error: there is no stream. */
	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY || found->row != 0)
		return;
	for (size_t i = 0; i + 1 < reply->elements; i += 2) {
		unsigned part;
		if (slice_eq(redis_text(reply->element[i]), SLICE("last-generated-id")))
			(void)redis_id_read(redis_text(reply->element[i + 1]),
					    &found->row, &part);
	}
}

/* Another recording is in this stream. */
static void other_recording(struct redis_publisher *publisher)
{
	PUBLISHER_SEND(publisher, NULL, "MULTI");
	PUBLISHER_SEND(publisher, NULL, "DEL", publisher->lock);
	PUBLISHER_SEND(publisher, NULL, "EXEC");
	if (!publisher->named && publisher->session_number < SESSIONS_MOST) {
		publisher->session_number++;
		publisher_keys(publisher);
		publisher_lock(publisher);
		return;
	}
	publisher_rest(publisher, "the stream is of another recording: name a SESSION "
				  "that is free, or remove it");
}

/* The last reply. */
static void on_found(void *context, const struct redisReply *reply)
{
	struct redis_publisher *publisher = context;
	const struct publisher_finding *found = &publisher->found;
	if (reply == NULL)
		return;
	if (publisher->words[0] != '\0') {
		publisher_rest(publisher, publisher->words);
		return;
	}
	if (!publisher_owns(publisher, reply)) {
		publisher_lock(publisher);
		return;
	}
	publisher_first(publisher);
	bool same = found->recording[0] == '\0'
			    ? found->row == 0
			    : strcmp(found->recording, publisher->recording) == 0;
	bool fits = found->entry ? found->equal
				 : same && (uint64_t)found->row <= publisher->rows;
	if (publisher->behind == NULL)
		fits = same && (!found->entry || found->equal) &&
		       found->row < INT64_MAX;
	if (!fits) {
		other_recording(publisher);
		return;
	}
	if (publisher->behind == NULL)
		publisher->rows = (uint64_t)publisher->origin.found(
			publisher->origin.context, found->row);
	/* It stays, also when the recording has lost its first row. */
	if (found->recording[0] != '\0')
		memcpy(publisher->recording, found->recording,
		       sizeof(publisher->recording));
	memcpy(publisher->asked, found->asked, sizeof(publisher->asked));
	publisher->published = found->row;
	publisher->closed = found->closed;
	publisher->informed = false;
	publisher->sources = 0;
	publisher->state = PUBLISHER_READY;
	publisher_group(publisher);
}

static void publisher_find(struct redis_publisher *publisher)
{
	publisher->found = (struct publisher_finding){.row = 0};
	publisher->words[0] = '\0';
	publisher->unsent = false;
	PUBLISHER_SEND(publisher, NULL, "WATCH", publisher->lock);
	PUBLISHER_SEND(publisher, on_recording, "HGET", publisher->info, "recording");
	PUBLISHER_SEND(publisher, on_asked, "HGET", publisher->info, "asked");
	PUBLISHER_SEND(publisher, on_last_ask, "XREVRANGE", publisher->asks, "+", "-",
		       "COUNT", "1");
	PUBLISHER_SEND(publisher, on_last, "XREVRANGE", publisher->stream, "+", "-",
		       "COUNT", "2");
	PUBLISHER_SEND(publisher, on_stream, "XINFO", "STREAM", publisher->stream);
	PUBLISHER_SEND(publisher, on_found, "GET", publisher->lock);
	publisher_sent(publisher, PUBLISHER_FINDS);
}
