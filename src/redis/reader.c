/*
 * reader.c -- the stream of a session into rows, from a number on
 *
 *  (1) Each time it connects it looks at the session first: its version, its sources, the
 *      first and the last row of the stream, and one row that the caller has already. Only
 *      then is anything read.
 *  (2) What is there is read in pieces, several at once: ids are numbers, so that the next
 *      piece is known before the last one has come. Then XREAD waits for what is new.
 *  (3) `next` is the number that is wanted. A lower one is ignored, a higher one is a gap.
 *      So a cut at any place loses no row and gives none twice.
 *  (4) A row that the caller cannot take now ends the reading; it starts again at (1).
 *  (5) A piece is about PIECE_BYTES, by the size of the rows before it. An answer that is too
 *      long (redis_link.h) is asked for again row by row. A row is at most ROW_MOST.
 */
#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>

#include "redis_keys.h"
#include "redis_link.h"

enum {
	PIECE_FIRST = 64, /* rows */
	PIECE_MOST = 5000,
	PIECE_BYTES = 512 * 1024,
	PIECES = 4, /* asked for at once */
	READ_ROWS = 1000,
	ROW_MOST = 32 * 1024 * 1024,
	SOURCE_MOST = 1024,
};

static const double at_once_s = 0.01, soon_s = 0.05, later_s = 1., sign_s = 10.;
static const duration_us block_most = 5 * US_S;

struct redis_reader {
	struct ev_loop *loop;
	struct redis_link *link;
	struct redis_reader_handler handler;
	struct redis_reading reading;
	char stream[REDIS_KEY_ROOM], info[REDIS_KEY_ROOM], consoles[REDIS_KEY_ROOM],
		publisher[REDIS_KEY_ROOM];
	char shown[256]; /* HOST/NAME/SESSION */
	char id[96];     /* among the consoles */
	bool begun;      /* rows are wanted */
	bool held;       /* but not now */
	bool looked;     /* (1) is done, on this connection */
	bool follows;    /* XREAD waits, */
	ev_tstamp waits_from;
	bool jumps;      /* the next piece begins with the next row that is there */
	bool dead;       /* reading.code is set */
	int64_t asked;   /* the next number to ask for */
	int64_t compare; /* number of the row that is compared */
	int64_t ended; /* number of the row before the end of the recording; -1: none */
	int64_t lacks; /* number of a row whose source is not known; 0: none */
	unsigned flight, discard; /* replies with rows that come, and are not used */
	uint32_t piece;           /* rows; it grows by what has come */
	int sources;              /* that were given out: 1 to this */
	bool named;               /* the recording's id is known */
	char recording[64];
	ev_timer again, sign;
};

/* ---- sending ------------------------------------------------------------------------ */

static bool reader_send(struct redis_reader *reader, redis_replied *done,
			const char *const *words)
{
	return redis_link_words(reader->link, done, reader, words);
}

static void reader_changed(struct redis_reader *reader)
{
	if (reader->handler.changed != NULL)
		reader->handler.changed(reader->handler.context);
}

/** It stops for good. */
static void reader_fail(struct redis_reader *reader, int code, const char *words)
{
	if (reader->dead)
		return;
	reader->dead = true;
	reader->reading.code = code;
	reader->reading.state = NET_ENDED;
	text_format(reader->reading.reason, sizeof(reader->reading.reason), "%s: %s",
		    reader->shown, words);
	ev_timer_stop(reader->loop, &reader->again);
	ev_timer_stop(reader->loop, &reader->sign);
	reader_changed(reader);
}

/** (4) */
static void reader_restart(struct redis_reader *reader, double delay)
{
	reader->discard += reader->flight;
	reader->flight = 0;
	reader->follows = false;
	reader->looked = false;
	if (reader->dead)
		return;
	ev_timer_stop(reader->loop, &reader->again);
	ev_timer_set(&reader->again, delay, 0.);
	ev_timer_start(reader->loop, &reader->again);
}

/** Why nothing can be read, for as long as it lasts. */
static void reader_wait(struct redis_reader *reader, const char *words)
{
	text_copy(reader->reading.reason, sizeof(reader->reading.reason),
		  slice_of(words));
	reader->reading.state = NET_WAITING;
	reader_restart(reader, later_s);
	reader_changed(reader);
}

/** False: an error, which was handled. */
static bool reader_fine(struct redis_reader *reader, const struct redisReply *reply,
			int type)
{
	char words[REDIS_WORDS];
	if (reader->dead)
		return false;
	enum redis_trouble trouble = redis_trouble(reply, words);
	if (trouble == REDIS_TROUBLE_NONE && reply->type == type)
		return true;
	if (trouble == REDIS_TROUBLE_NONE || trouble == REDIS_TROUBLE_TYPE)
		reader_fail(reader, -EPROTO, "is not a session of pitwall");
	else
		reader_wait(reader, words);
	return false;
}

/* ---- rows ---------------------------------------------------------------------------- */

enum taken { ROW_TAKEN, ROW_AGAIN, ROW_BAD };

/** False: it is no entry of a recording. */
static bool entry_read(const struct redisReply *reply, struct redis_entry *out)
{
	return redis_entry_read(reply, out) && out->value.len <= ROW_MOST;
}

/** (3) The rows up to @last are not there. @next: NULL, or the row behind them. */
static enum taken take_gap(struct redis_reader *reader, int64_t last,
			   const struct record_row *next)
{
	struct redis_reading *reading = &reader->reading;
	if (last < reading->next)
		return ROW_TAKEN;
	reading->next =
		reader->handler.gap(reader->handler.context, reading->next, last, next);
	return reading->next == last + 1 ? ROW_TAKEN : ROW_AGAIN;
}

static enum taken take_end(struct redis_reader *reader, const struct redis_entry *entry)
{
	if (!slice_eq(entry->field, SLICE("end")))
		return ROW_BAD;
	enum taken taken = take_gap(reader, entry->row, NULL);
	if (taken == ROW_TAKEN && entry->row == reader->reading.next - 1)
		reader->ended = entry->row;
	return taken;
}

static enum taken take_entry(struct redis_reader *reader,
			     const struct redisReply *reply)
{
	struct redis_reading *reading = &reader->reading;
	char name[REDIS_ROW_NAME + 1];
	struct redis_entry entry;
	struct record_row row;
	if (!entry_read(reply, &entry))
		return ROW_BAD;
	if (entry.part == 1)
		return take_end(reader, &entry);
	if (entry.row < reading->next)
		return ROW_TAKEN;
	if (!slice_eq(entry.field, SLICE("r")) ||
	    redis_row_read(entry.value, name, &row, NULL) != 0)
		return ROW_BAD;
	row.id = entry.row;
	if (row.source > reader->sources) {
		bool again = reader->lacks == entry.row;
		reader->lacks = entry.row;
		return again ? ROW_BAD : ROW_AGAIN;
	}
	enum taken taken = take_gap(reader, entry.row - 1, &row);
	if (taken != ROW_TAKEN)
		return taken;
	if (!reader->handler.row(reader->handler.context, &row))
		return ROW_AGAIN;
	reading->next = entry.row + 1;
	return ROW_TAKEN;
}

/** (5) */
static void piece_adapt(struct redis_reader *reader, size_t rows, size_t bytes)
{
	if (rows == 0)
		return;
	size_t fits = PIECE_BYTES / (bytes / rows + 1);
	size_t most = (size_t)reader->piece * 2;
	fits = fits > most ? most : fits;
	fits = fits > PIECE_MOST ? PIECE_MOST : fits;
	reader->piece = fits > 0 ? (uint32_t)fits : 1;
}

/** Take the entries of an answer. False: the reading has ended or starts again. */
static bool take_entries(struct redis_reader *reader, const struct redisReply *reply)
{
	size_t bytes = 0;
	for (size_t i = 0; i < reply->elements; i++) {
		const struct redisReply *one = reply->element[i];
		enum taken taken = take_entry(reader, one);
		if (reader->reading.last < reader->reading.next - 1)
			reader->reading.last = reader->reading.next - 1;
		if (taken == ROW_BAD) {
			char words[96];
			char id[REDIS_ID_ROOM];
			text_clean(id, sizeof(id), redis_text(redis_element(one, 0)));
			text_format(
				words, sizeof(words),
				"entry %s of its stream is not a row of a recording",
				id);
			reader_fail(reader, -EPROTO, words);
		} else if (taken == ROW_AGAIN) {
			reader_restart(reader, reader->lacks != 0 ? 0. : soon_s);
		}
		if (taken != ROW_TAKEN)
			return false;
		bytes += one->element[1]->element[1]->len;
	}
	reader->lacks = 0;
	piece_adapt(reader, reply->elements, bytes);
	return true;
}

/* ---- reading (2) ----------------------------------------------------------------------- */

static void reader_more(struct redis_reader *reader);

/** False: it is of a reading that was given up. */
static bool reader_answer(struct redis_reader *reader, const struct redisReply *reply)
{
	if (reply == NULL || reader->dead)
		return false;
	if (reader->discard > 0) {
		reader->discard--;
		return false;
	}
	reader->flight--;
	return true;
}

static void reader_on_piece(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	if (!reader_answer(reader, reply) ||
	    !reader_fine(reader, reply, REDIS_REPLY_ARRAY) ||
	    !take_entries(reader, reply))
		return;
	/* A hole may be longer than many pieces. */
	bool hole = reply->elements == 0 && !reader->jumps;
	if (reader->jumps || hole) {
		reader->discard += reader->flight;
		reader->flight = 0;
		reader->asked = reader->reading.next;
	}
	if (reader->jumps && reply->elements == 0)
		reader->asked = reader->reading.last + 1;
	reader->jumps = hole;
	reader_more(reader);
}

static void reader_on_new(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	if (!reader_answer(reader, reply))
		return;
	reader->follows = false;
	const int64_t next = reader->reading.next;
	if (reply->type != REDIS_REPLY_NIL &&
	    !reader_fine(reader, reply, REDIS_REPLY_ARRAY))
		return;
	const struct redisReply *one = NULL;
	if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 1 &&
	    reply->element[0]->type == REDIS_REPLY_ARRAY &&
	    reply->element[0]->elements == 2)
		one = reply->element[0]->element[1];
	if (one != NULL && one->type == REDIS_REPLY_ARRAY && !take_entries(reader, one))
		return;
	/* It does not wait, as Redis does. */
	if (reader->reading.next == next &&
	    ev_now(reader->loop) < reader->waits_from + at_once_s)
		reader_restart(reader, soon_s);
	else
		reader_more(reader);
}

static void ask_piece(struct redis_reader *reader)
{
	char from[REDIS_ID_ROOM], to[REDIS_ID_ROOM], count[16];
	int64_t end = reader->asked + reader->piece - 1;
	(void)redis_id(from, reader->asked, 0);
	(void)redis_id(to, end, 1);
	text_format(count, sizeof(count), "%u", reader->piece * 2);
	const char *const words[] = {
		"XRANGE", reader->stream, from, reader->jumps ? "+" : to,
		"COUNT",  count,          NULL};
	if (!reader_send(reader, reader_on_piece, words))
		return;
	reader->asked = end + 1;
	reader->flight++;
}

static void ask_new(struct redis_reader *reader)
{
	char from[REDIS_ID_ROOM], block[REDIS_BLOCK_ROOM], count[16];
	int64_t before = reader->reading.next - 1;
	(void)redis_id(from, before, reader->ended == before ? 1 : 0);
	redis_block(block, block_most);
	text_format(count, sizeof(count), "%u",
		    reader->piece < READ_ROWS ? reader->piece : (uint32_t)READ_ROWS);
	const char *const words[] = {"XREAD",   "COUNT",        count, "BLOCK", block,
				     "STREAMS", reader->stream, from,  NULL};
	if (!reader_send(reader, reader_on_new, words))
		return;
	reader->follows = true;
	reader->waits_from = ev_now(reader->loop);
	reader->flight++;
}

static void reader_more(struct redis_reader *reader)
{
	struct redis_reading *reading = &reader->reading;
	if (reader->dead || !reader->looked || !reader->begun || reader->held)
		return;
	const unsigned most = reader->jumps ? 1 : PIECES;
	while (reader->flight < most && reader->asked <= reading->last &&
	       !reader->follows)
		ask_piece(reader);
	bool ended = reader->ended == reading->next - 1;
	if (reader->flight == 0 && reading->next <= reading->last) {
		/* The end of the stream was removed meanwhile. */
		reader_restart(reader, later_s);
	} else if (reader->flight == 0) {
		bool changes = !reading->caught_up || reading->ended != ended;
		reading->caught_up = true;
		reading->ended = ended;
		ask_new(reader);
		if (changes)
			reader_changed(reader);
	}
}

/* ---- the session (1) --------------------------------------------------------------------- */

static struct slice info_field(const struct redisReply *reply, const char *name)
{
	for (size_t i = 0; i + 1 < reply->elements; i += 2)
		if (slice_eq(redis_text(reply->element[i]), slice_of(name)))
			return redis_text(reply->element[i + 1]);
	return (struct slice){NULL, 0};
}

/** Give out the sources behind those that were. */
static int reader_sources(struct redis_reader *reader, const struct redisReply *reply)
{
	struct err err = {""};
	char name[32];
	for (int id = reader->sources + 1; id <= SOURCE_MOST; id++) {
		text_format(name, sizeof(name), "source:%d", id);
		struct slice url = info_field(reply, name);
		if (url.at == NULL)
			return 0;
		struct record_source source = {.id = id};
		struct slice driver = slice_cut(&url, ' ');
		text_clean(source.driver, sizeof(source.driver), driver);
		if (url.at != NULL)
			text_clean(source.url, sizeof(source.url), url);
		int rc = reader->handler.source(reader->handler.context, &source, &err);
		if (rc != 0) {
			reader_fail(reader, rc, err.text);
			return rc;
		}
		reader->sources = id;
	}
	return 0;
}

/** The same recording as before. */
static bool take_recording(struct redis_reader *reader, const struct redisReply *reply)
{
	char recording[sizeof(reader->recording)];
	struct slice text = info_field(reply, "recording");
	if (text.at == NULL)
		return true;
	text_clean(recording, sizeof(recording), text);
	bool same = !reader->named || strcmp(recording, reader->recording) == 0;
	memcpy(reader->recording, recording, sizeof(recording));
	reader->named = true;
	return same;
}

static int64_t info_number(const struct redisReply *reply, const char *name)
{
	int64_t number = 0;
	struct slice text = info_field(reply, name);
	return text.at != NULL && parse_i64(text, &number) && number > 0 ? number : 0;
}

static void reader_info(struct redis_reader *reader, const struct redisReply *reply)
{
	struct redis_info info = {.since = info_number(reply, "since"),
				  .keep = info_number(reply, "keep")};
	if (reader->handler.info == NULL || reply->elements == 0)
		return;
	text_clean(info.recording, sizeof(info.recording),
		   info_field(reply, "recording"));
	text_clean(info.circuit, sizeof(info.circuit), info_field(reply, "circuit"));
	text_clean(info.title, sizeof(info.title), info_field(reply, "title"));
	text_clean(info.host, sizeof(info.host), info_field(reply, "host"));
	reader->handler.info(reader->handler.context, &info);
}

static const char another[] = "has another recording now; open it again to follow that";

static bool take_info(struct redis_reader *reader, const struct redisReply *reply)
{
	struct slice version = info_field(reply, "version");
	struct slice state = info_field(reply, "state");
	if (reply->elements > 0 && !slice_eq(version, SLICE("1"))) {
		reader_fail(reader, -EPROTO,
			    version.at == NULL
				    ? "is not a session of pitwall"
				    : "was published by another version of pitwall");
		return false;
	}
	if (!take_recording(reader, reply)) {
		reader_fail(reader, -ESTALE, another);
		return false;
	}
	reader->reading.there = reply->elements > 0;
	reader->reading.live = slice_eq(state, SLICE("live"));
	reader_info(reader, reply);
	return !reader->begun || reader_sources(reader, reply) == 0;
}

static void look_done(struct redis_reader *reader)
{
	struct redis_reading *reading = &reader->reading;
	reader->looked = true;
	reader->asked = reading->next;
	reader->jumps = reading->next < reading->first;
	reading->compared = true;
	reading->state = NET_LIVE;
	reading->reason[0] = '\0';
	reading->since = redis_link_status(reader->link)->since;
	reading->retry_at = INSTANT_NONE;
	reader_changed(reader);
	reader_more(reader);
}

/** The row of the caller is that of the stream. */
static void reader_on_own(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	char name[REDIS_ROW_NAME + 1];
	struct redis_entry entry;
	struct record_row own, row;
	if (reply == NULL || !reader_fine(reader, reply, REDIS_REPLY_ARRAY))
		return;
	bool there = reply->elements > 0 && entry_read(reply->element[0], &entry) &&
		     redis_row_read(entry.value, name, &row, NULL) == 0;
	if (there &&
	    reader->handler.own(reader->handler.context, reader->compare, &own) &&
	    !record_row_equal(&own, &row))
		reader_fail(reader, -ESTALE, another);
	else
		look_done(reader);
}

/** What of the stream is there: from this one on. */
static void reader_on_first(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	struct redis_reading *reading = &reader->reading;
	struct redis_entry entry;
	char id[REDIS_ID_ROOM];
	if (reply == NULL || !reader_fine(reader, reply, REDIS_REPLY_ARRAY))
		return;
	reading->first = reply->elements > 0 && entry_read(reply->element[0], &entry)
				 ? entry.row + entry.part
				 : 0;
	if (!reading->there && reading->last > 0) {
		reader_fail(reader, -EPROTO, "is not a session of pitwall");
		return;
	}
	reader->compare =
		reading->next - 1 < reading->last ? reading->next - 1 : reading->last;
	if (!reading->there && reading->last == 0 && reading->next == 1 &&
	    !reading->compared) {
		reader_fail(reader, -ENOENT,
			    "there is no such session; pitwall redis://HOST lists "
			    "those that are there");
	} else if (reading->last == 0) {
		reading->compared = reading->caught_up = true;
		reader_wait(reader, "nothing is published yet");
	} else if (reader->compare < 1 || reader->compare < reading->first) {
		look_done(reader);
	} else {
		(void)redis_id(id, reader->compare, 0);
		const char *const words[] = {"XRANGE", reader->stream, id, id, NULL};
		(void)reader_send(reader, reader_on_own, words);
	}
}

static void reader_on_last(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	struct redis_entry entry;
	if (reply == NULL || !reader_fine(reader, reply, REDIS_REPLY_ARRAY))
		return;
	bool there = reply->elements > 0;
	if (there && !entry_read(reply->element[0], &entry)) {
		reader_fail(reader, -EPROTO, "is not a session of pitwall");
		return;
	}
	reader->reading.last = there ? entry.row : 0;
	const char *const words[] = {"XRANGE", reader->stream, "-", "+", "COUNT", "1",
				     NULL};
	(void)reader_send(reader, reader_on_first, words);
}

static void reader_on_info(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	if (reply == NULL || !reader_fine(reader, reply, REDIS_REPLY_ARRAY) ||
	    !take_info(reader, reply))
		return;
	const char *const words[] = {
		"XREVRANGE", reader->stream, "+", "-", "COUNT", "1", NULL};
	(void)reader_send(reader, reader_on_last, words);
}

static void reader_look(struct redis_reader *reader)
{
	const char *const words[] = {"HGETALL", reader->info, NULL};
	(void)reader_send(reader, reader_on_info, words);
}

static void reader_on_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
	(void)loop;
	(void)events;
	reader_look(watcher->data);
}

/* ---- a sign of life ------------------------------------------------------------------------ */

static void reader_on_time(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	char second[24];
	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY || reply->elements < 1)
		return;
	text_copy(second, sizeof(second), redis_text(reply->element[0]));
	const char *const words[] = {"ZADD", reader->consoles, second, reader->id,
				     NULL};
	(void)reader_send(reader, NULL, words);
}

static void reader_on_publisher(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	if (reply == NULL || reply->type != REDIS_REPLY_INTEGER)
		return;
	bool away = reply->integer == 0;
	bool changes = away != reader->reading.away;
	reader->reading.away = away;
	if (changes)
		reader_changed(reader);
}

/* What is said of the session may change. */
static void reader_on_state(void *context, const struct redisReply *reply)
{
	struct redis_reader *reader = context;
	if (reply != NULL && reply->type == REDIS_REPLY_ARRAY && !reader->dead &&
	    reader->looked)
		(void)take_info(reader, reply);
}

static void reader_on_sign(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct redis_reader *reader = watcher->data;
	const char *const time[] = {"TIME", NULL};
	const char *const state[] = {"HGETALL", reader->info, NULL};
	const char *const publisher[] = {"EXISTS", reader->publisher, NULL};
	(void)loop;
	(void)events;
	(void)reader_send(reader, reader_on_time, time);
	(void)reader_send(reader, reader_on_state, state);
	(void)reader_send(reader, reader_on_publisher, publisher);
}

/* ---- the connection -------------------------------------------------------------------------- */

static void reader_on_up(void *context)
{
	struct redis_reader *reader = context;
	if (reader->dead)
		return;
	reader->flight = reader->discard = 0;
	ev_timer_again(reader->loop, &reader->sign);
	reader_on_sign(reader->loop, &reader->sign, 0);
	reader_look(reader);
}

static void reader_on_down(void *context, const char *reason)
{
	struct redis_reader *reader = context;
	if (strcmp(reason, redis_answer_too_long) == 0) {
		/* (5) */
		if (reader->piece == 1)
			reader_fail(reader, -EPROTO,
				    "an entry of its stream is longer than 64 MiB");
		reader->piece = 1;
	}
	reader->flight = reader->discard = 0;
	reader->looked = reader->follows = false;
	ev_timer_stop(reader->loop, &reader->again);
	ev_timer_stop(reader->loop, &reader->sign);
}

static void reader_on_changed(void *context)
{
	struct redis_reader *reader = context;
	const struct redis_status *status = redis_link_status(reader->link);
	if (reader->dead)
		return;
	/* LIVE it is when the session was looked at. */
	if (status->state != NET_LIVE) {
		reader->reading.state = status->state;
		text_copy(reader->reading.reason, sizeof(reader->reading.reason),
			  slice_of(status->reason));
		reader->reading.since = status->since;
		reader->reading.retry_at = status->retry_at;
	}
	reader_changed(reader);
}

int redis_reader_open(struct ev_loop *loop, const struct redis_address *address,
		      int64_t next, const struct redis_reader_handler *handler,
		      struct redis_reader **out, struct err *err)
{
	const struct redis_link_handler on_link = {.up = reader_on_up,
						   .down = reader_on_down,
						   .changed = reader_on_changed};
	struct redis_reader *reader = calloc(1, sizeof(*reader));
	if (reader == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	struct redis_link_handler to = on_link;
	to.context = reader;
	reader->loop = loop;
	reader->handler = *handler;
	reader->reading = (struct redis_reading){
		.next = next, .state = NET_CONNECTING, .retry_at = INSTANT_NONE};
	reader->piece = PIECE_FIRST;
	reader->ended = -1;
	reader->handler.recording = NULL;
	reader->named = handler->recording != NULL && handler->recording[0] != '\0';
	if (reader->named)
		text_copy(reader->recording, sizeof(reader->recording),
			  slice_of(handler->recording));
	(void)redis_key(reader->stream, address, REDIS_STREAM);
	(void)redis_key(reader->info, address, REDIS_INFO);
	(void)redis_key(reader->consoles, address, REDIS_CONSOLES);
	(void)redis_key(reader->publisher, address, REDIS_PUBLISHER);
	(void)redis_address_text(address, reader->shown, sizeof(reader->shown));
	char host[64];
	record_host(host);
	text_format(reader->id, sizeof(reader->id), "%s %llx", host,
		    (unsigned long long)hash_bytes(&reader, sizeof(reader),
						   (uint64_t)net_calls.clock()));
	ev_timer_init(&reader->again, reader_on_again, 0., 0.);
	ev_timer_init(&reader->sign, reader_on_sign, 0., sign_s);
	reader->again.data = reader->sign.data = reader;
	int rc = redis_link_open(loop, address, &to, &reader->link, err);
	if (rc != 0) {
		free(reader);
		return rc;
	}
	*out = reader;
	return 0;
}

void redis_reader_begin(struct redis_reader *reader)
{
	if (reader->begun)
		return;
	reader->begun = true;
	/* With the sources, which were not wanted before. */
	if (reader->looked)
		reader_restart(reader, 0.);
}

void redis_reader_hold(struct redis_reader *reader, bool hold)
{
	bool again = reader->held && !hold;
	reader->held = hold;
	if (again && reader->flight == 0)
		reader_more(reader);
}

void redis_reader_close(struct redis_reader *reader)
{
	if (reader == NULL)
		return;
	ev_timer_stop(reader->loop, &reader->again);
	ev_timer_stop(reader->loop, &reader->sign);
	redis_link_close(reader->link);
	free(reader);
}

const struct redis_reading *redis_reader_status(const struct redis_reader *reader)
{
	return &reader->reading;
}
