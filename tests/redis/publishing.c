/*
 * publishing.c -- a recording that is written and published by a test
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "publishing.h"
#include "redis_keys.h"

enum { DEADLINE_S = 60, PIECE = 500, BIG = 300 * 1000, BIG_EVERY = 997 };

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
}

static uint64_t rows_of(struct publishing *publishing)
{
	struct record_state state;
	record_state_get(publishing->record, &state);
	/* While it goes on in a new file. */
	if (state.code != -EINPROGRESS)
		assert_int_equal(state.code, 0);
	return state.rows;
}

static void on_wake(struct ev_loop *loop, ev_io *io, int events)
{
	struct publishing *publishing = io->data;
	(void)loop;
	(void)events;
	uint64_t rows = rows_of(publishing);
	if (publishing->publisher)
		redis_publisher_wake(publishing->publisher, rows);
}

static void open_record(struct publishing *publishing)
{
	const struct record_live_options options = {.sync_normal = true};
	struct err err = {""};
	if (record_live_open(publishing->path, &options, &publishing->record, &err) !=
	    0)
		fail_msg("%s", err.text);
	for (int i = 1; i <= 3; i++) {
		char url[32];
		int id;
		snprintf(url, sizeof(url), "tcp://host:%d", i);
		assert_int_equal(record_live_source(publishing->record, url, "rmonitor",
						    &id, &err),
				 0);
		assert_int_equal(id, i);
	}
	ev_io_init(&publishing->wake, on_wake, record_wake_fd(publishing->record),
		   EV_READ);
	publishing->wake.data = publishing;
	ev_io_start(publishing->loop, &publishing->wake);
}

void publishing_begin(struct publishing *publishing)
{
	*publishing = (struct publishing){.random = 18};
	publishing->loop = ev_loop_new(EVFLAG_AUTO);
	assert_non_null(publishing->loop);
	char name[SCRATCH_MAX];
	scratch_name(name, "published");
	snprintf(publishing->path, sizeof(publishing->path), "%s.pitwall", name);
	ev_timer_init(&publishing->tick, on_tick, 0.005, 0.005);
	ev_timer_start(publishing->loop, &publishing->tick);
	open_record(publishing);
}

void publishing_again(struct publishing *publishing)
{
	open_record(publishing);
}

void publishing_to(struct publishing *publishing, int port, const char *session)
{
	struct redis_publish publish = {
		.address = {.host = "127.0.0.1", .port = (uint16_t)port, .name = "n"},
		.session = "race",
		.keep = publishing->keep,
		.title = "A race",
	};
	struct err err = {""};
	text_copy(publish.address.session, sizeof(publish.address.session),
		  slice_of(session));
	text_copy(publish.address.user, sizeof(publish.address.user),
		  slice_of(publishing->user));
	text_copy(publish.address.password, sizeof(publish.address.password),
		  slice_of(publishing->password));
	if (redis_publisher_open(publishing->loop, publishing->record, &publish,
				 &publishing->publisher, &err) != 0)
		fail_msg("%s", err.text);
	redis_publisher_wake(publishing->publisher, rows_of(publishing));
}

void publishing_put(struct publishing *publishing, unsigned count)
{
	static char bytes[BIG];
	for (unsigned i = 0; i < count; i++) {
		uint64_t n = random_next(&publishing->random);
		size_t len = ++publishing->puts % BIG_EVERY == 0
				     ? BIG
				     : (size_t)random_below(&publishing->random, 300);
		for (size_t k = 0; k < len && k < 300; k++)
			bytes[k] = (char)(unsigned char)(n >> k % 57);
		const struct record_row row = {
			.received_at = INT64_C(1700000000000000) + publishing->puts +
				       publishing->clock,
			.steady = (int64_t)n,
			.type = 1 + (int)(n % 4),
			.source = (int)(n >> 8 & 3),
			.name = (n & 1) != 0 ? SLICE("a b%") : SLICE(""),
			.bytes = {bytes, len},
		};
		assert_true(record_put(publishing->record, &row) > 0);
	}
}

void publishing_turn(struct publishing *publishing)
{
	ev_run(publishing->loop, EVRUN_ONCE);
}

void publishing_wait(struct publishing *publishing, const char *words)
{
	ev_tstamp until = ev_time() + DEADLINE_S;
	struct redis_published status = {.waiting = 1};
	for (;;) {
		struct record_state state;
		record_state_get(publishing->record, &state);
		redis_publisher_wake(publishing->publisher, state.rows);
		redis_publisher_status(publishing->publisher, &status);
		if (words ? strstr(status.reason, words) != NULL
			  : state.put == state.durable && status.waiting == 0 &&
				    status.reason[0] == '\0')
			return;
		if (ev_time() > until)
			fail_msg("waits for '%s': %llu rows, '%s'",
				 words ? words : "all of it",
				 (unsigned long long)status.waiting, status.reason);
		publishing_turn(publishing);
	}
}

void publishing_stop(struct publishing *publishing, bool in_order)
{
	struct err err = {""};
	assert_int_equal(record_drain(publishing->record, DEADLINE_S * US_S, &err), 0);
	if (in_order)
		assert_true(redis_publisher_finish(publishing->publisher,
						   rows_of(publishing)));
	redis_publisher_close(publishing->publisher);
	publishing->publisher = NULL;
	ev_io_stop(publishing->loop, &publishing->wake);
	if (record_close(publishing->record, &err) != 0)
		fail_msg("%s", err.text);
	publishing->record = NULL;
}

void publishing_end(struct publishing *publishing)
{
	ev_loop_destroy(publishing->loop);
	assert_int_equal(unlink(publishing->path), 0);
}

/* ---- comparing -------------------------------------------------------------------------- */

struct comparing {
	struct redis_server *server;
	const char *key;
	redisReply *piece;
	size_t next;
	int64_t rows;
};

static void next_piece(struct comparing *comparing)
{
	if (comparing->piece && comparing->next < comparing->piece->elements)
		return;
	if (comparing->piece)
		freeReplyObject(comparing->piece);
	comparing->next = 0;
	comparing->piece =
		redis_server_ask(comparing->server, "XRANGE %s %lld-0 + COUNT %d",
				 comparing->key, (long long)comparing->rows + 1, PIECE);
	assert_non_null(comparing->piece);
	assert_int_equal(comparing->piece->type, REDIS_REPLY_ARRAY);
}

/** The next entry; behind the last row of a part that was closed is its end. */
static const redisReply *next_entry(struct comparing *comparing)
{
	char end[REDIS_ID_ROOM];
	redis_id(end, comparing->rows, 1);
	for (;;) {
		next_piece(comparing);
		assert_true(comparing->next < comparing->piece->elements);
		const redisReply *entry = comparing->piece->element[comparing->next++];
		assert_int_equal(entry->elements, 2);
		if (strcmp(entry->element[0]->str, end) != 0)
			return entry;
		assert_string_equal(entry->element[1]->element[0]->str, "end");
	}
}

static int compare_next(void *context, const struct record_row *row)
{
	struct comparing *comparing = context;
	char name[REDIS_ROW_NAME + 1], id[REDIS_ID_ROOM];
	struct record_row read;
	struct err err = {""};
	const redisReply *entry = next_entry(comparing);
	comparing->rows++;
	assert_int_equal(row->id, comparing->rows);
	redis_id(id, row->id, 0);
	assert_string_equal(entry->element[0]->str, id);
	assert_int_equal(entry->element[1]->elements, 2);
	assert_string_equal(entry->element[1]->element[0]->str, "r");
	const redisReply *value = entry->element[1]->element[1];
	if (redis_row_read((struct slice){value->str, value->len}, name, &read, &err) !=
	    0)
		fail_msg("%s: %s", id, err.text);
	assert_int_equal(read.type, row->type);
	assert_int_equal(read.source, row->source);
	assert_true(read.received_at == row->received_at && read.steady == row->steady);
	assert_true(slice_eq(read.name, row->name) && slice_eq(read.bytes, row->bytes));
	return 0;
}

void stream_equals(struct redis_server *server, const char *key, const char *path,
		   bool closed)
{
	struct comparing comparing = {.server = server, .key = key};
	struct record *record = NULL;
	struct err err = {""};
	if (record_open(path, &record, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(record_read(record, compare_next, &comparing, &err), 0);
	if (comparing.piece)
		freeReplyObject(comparing.piece);
	assert_int_equal(record_close(record, &err), 0);
	redisReply *last = redis_server_ask(server, "XREVRANGE %s + - COUNT 1", key);
	char id[REDIS_ID_ROOM];
	redis_id(id, comparing.rows, closed ? 1 : 0);
	assert_int_equal(last->elements, 1);
	assert_string_equal(last->element[0]->element[0]->str, id);
	freeReplyObject(last);
}
