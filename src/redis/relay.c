/*
 * relay.c -- the stream of one Redis into another, under the same numbers
 *
 *  (1) A reader of the first, a publisher of the second, and between them a window of rows:
 *      those that the second does not have yet, and the last one that it has. While the
 *      window is full no more rows are asked for. Nothing is on disk.
 *  (2) Each time the publisher is connected, the last row of the second stream says where
 *      to go on. It is in the window; or the reader begins again behind it, and it must be
 *      equal to that of the first stream.
 *  (3) Rows that the first stream lacks are missing in the second: their numbers are not
 *      used.
 *  (4) The reader and the publisher are changed between events only: neither may be closed
 *      in its own callback.
 */
#include <errno.h>
#include <stdlib.h>

#include "publisher_parts.h"

enum {
	WINDOW_BYTES = 4 * 1024 * 1024,  /* then the reader is held */
	WINDOW_MOST = 16 * WINDOW_BYTES, /* with the answers that were on their way */
	SOURCES_MOST = 1024,             /* as the reader has it */
};
static const duration_us look_again = 2 * US_S;

struct relay_row {
	struct record_row row; /* its slices are in */
	char *memory;
};

struct relay_window {
	struct relay_row *rows;
	size_t first, count, room;
	size_t bytes;
};

struct redis_relay {
	struct ev_loop *loop;
	struct redis_address from;
	struct redis_publish to;
	struct redis_reader *reader;
	struct redis_publisher *publisher; /* NULL until `info` is known */
	struct redis_info info;
	struct relay_window window;
	struct record_source *sources;
	int source_count, source_room;
	int64_t begins;  /* rows behind this one are wanted */
	int64_t read_to; /* the last row that was read, or is missing */
	bool resumed;    /* `begins` was found in the second stream */
	bool held;
	ev_prepare turn;
	ev_timer again;
	struct redis_relaying status;
};

/* ---- the window (1) ----------------------------------------------------------------- */

static size_t window_weight(const struct relay_row *one)
{
	return sizeof(*one) + one->row.name.len + one->row.bytes.len;
}

static bool window_room(struct relay_window *window)
{
	if (window->first + window->count < window->room)
		return true;
	if (window->first > window->room / 2) {
		memmove(window->rows, window->rows + window->first,
			window->count * sizeof(*window->rows));
		window->first = 0;
		return true;
	}
	size_t room = window->room > 0 ? window->room * 2 : 256;
	struct relay_row *grown = realloc(window->rows, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	window->rows = grown;
	window->room = room;
	return true;
}

/** Append a copy of @row. */
static bool window_push(struct relay_window *window, const struct record_row *row)
{
	const size_t len = row->name.len + row->bytes.len;
	struct relay_row one = {.row = *row};
	if (!window_room(window))
		return false;
	one.memory = malloc(len + 1);
	if (one.memory == NULL)
		return false;
	if (row->name.len > 0)
		memcpy(one.memory, row->name.at, row->name.len);
	if (row->bytes.len > 0)
		memcpy(one.memory + row->name.len, row->bytes.at, row->bytes.len);
	one.row.name.at = one.memory;
	one.row.bytes.at = one.memory + row->name.len;
	window->rows[window->first + window->count++] = one;
	window->bytes += window_weight(&one);
	return true;
}

/** Remove the rows before @number. */
static void window_drop(struct relay_window *window, int64_t number)
{
	while (window->count > 0 && window->rows[window->first].row.id < number) {
		window->bytes -= window_weight(&window->rows[window->first]);
		free(window->rows[window->first].memory);
		window->first++;
		window->count--;
	}
}

/** Index of the first row behind @number, from window->first on. */
static size_t window_behind(const struct relay_window *window, int64_t number)
{
	size_t low = 0, high = window->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (window->rows[window->first + middle].row.id > number)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static const struct record_row *window_find(const struct relay_window *window,
					    int64_t number)
{
	size_t i = window_behind(window, number - 1);
	if (i == window->count || window->rows[window->first + i].row.id != number)
		return NULL;
	return &window->rows[window->first + i].row;
}

/* ---- what the reader gives ------------------------------------------------------------ */

static void relay_changed(struct redis_relay *relay)
{
	if (relay->to.changed != NULL)
		relay->to.changed(relay->to.context);
}

/** It stops for good. */
static void relay_fail(struct redis_relay *relay, int code, const char *words)
{
	if (relay->status.code != 0)
		return;
	relay->status.code = code;
	text_copy(relay->status.from_reason, sizeof(relay->status.from_reason),
		  slice_of(words));
	relay_changed(relay);
}

static int relay_on_source(void *context, const struct record_source *source,
			   struct err *err)
{
	struct redis_relay *relay = context;
	const size_t at = (size_t)source->id - 1;
	if (source->id < 1 || source->id > SOURCES_MOST)
		return err_set(err, -EPROTO, "it has too many sources");
	if (source->id > relay->source_room) {
		int room = 2 * source->id;
		struct record_source *grown =
			realloc(relay->sources, (size_t)room * sizeof(*grown));
		if (grown == NULL)
			return err_set(err, -ENOMEM, "out of memory");
		relay->sources = grown;
		relay->source_room = room;
	}
	relay->sources[at] = *source;
	if (source->id > relay->source_count)
		relay->source_count = source->id;
	return 0;
}

static bool relay_on_row(void *context, const struct record_row *row)
{
	struct redis_relay *relay = context;
	if (relay->window.bytes > WINDOW_MOST || !window_push(&relay->window, row))
		return false;
	relay->read_to = row->id;
	return true;
}

/** (3) */
static int64_t relay_on_gap(void *context, int64_t from, int64_t to,
			    const struct record_row *next)
{
	struct redis_relay *relay = context;
	(void)next;
	relay->read_to = to;
	relay->status.gap_from = from;
	relay->status.gap_to = to;
	relay->status.missing += (uint64_t)(to - from + 1);
	relay_changed(relay);
	return to + 1;
}

static bool relay_on_own(void *context, int64_t number, struct record_row *row)
{
	struct redis_relay *relay = context;
	const struct record_row *own = window_find(&relay->window, number);
	if (own != NULL)
		*row = *own;
	return own != NULL;
}

static void relay_on_info(void *context, const struct redis_info *info)
{
	struct redis_relay *relay = context;
	if (relay->info.recording[0] != '\0' &&
	    strcmp(info->recording, relay->info.recording) != 0) {
		relay_fail(relay, -ESTALE, "it has another recording now");
		return;
	}
	relay->info = *info;
	if (relay->publisher != NULL)
		redis_publisher_describe(relay->publisher, info->title, info->circuit);
}

static void relay_on_reading(void *context)
{
	struct redis_relay *relay = context;
	relay_changed(relay);
}

static int relay_read(struct redis_relay *relay, struct err *err)
{
	const struct redis_reader_handler handler = {
		.context = relay,
		.source = relay_on_source,
		.row = relay_on_row,
		.gap = relay_on_gap,
		.own = relay_on_own,
		.info = relay_on_info,
		.changed = relay_on_reading,
	};
	struct redis_reader *reader = NULL;
	int rc = redis_reader_open(relay->loop, &relay->from, relay->begins + 1,
				   &handler, &reader, err);
	if (rc != 0)
		return rc; /* the status is read from the one before */
	redis_reader_close(relay->reader);
	relay->reader = reader;
	redis_reader_hold(relay->reader, relay->held);
	if (relay->resumed)
		redis_reader_begin(relay->reader);
	return 0;
}

/* ---- what the publisher takes (2) --------------------------------------------------------- */

static int relay_rows(void *context, int64_t after, int64_t last,
		      int (*each)(void *context, const struct record_row *row),
		      void *each_context)
{
	struct redis_relay *relay = context;
	struct relay_window *window = &relay->window;
	int rc = 0;
	window_drop(window, after);
	for (size_t i = window_behind(window, after);
	     rc == 0 && i < window->count &&
	     window->rows[window->first + i].row.id <= last;
	     i++)
		rc = each(each_context, &window->rows[window->first + i].row);
	return rc;
}

static bool relay_source(void *context, unsigned index, struct record_source *out)
{
	const struct redis_relay *relay = context;
	if (index >= (unsigned)relay->source_count)
		return false;
	*out = relay->sources[index];
	return true;
}

/** The last row of the second stream: unless it is in the window, it becomes the only one
 * there. */
static void relay_last(void *context, const struct record_row *row)
{
	struct redis_relay *relay = context;
	const struct record_row *own = window_find(&relay->window, row->id);
	if (relay->resumed && own != NULL && record_row_equal(own, row))
		return;
	relay->resumed = false;
	window_drop(&relay->window, INT64_MAX);
	if (!window_push(&relay->window, row))
		relay_fail(relay, -ENOMEM, "out of memory");
}

static int64_t relay_found(void *context, int64_t row)
{
	struct redis_relay *relay = context;
	struct err err = {""};
	if (relay->resumed && (row == relay->publisher->published ||
			       window_find(&relay->window, row) != NULL)) {
		relay->begins = row;
		window_drop(&relay->window, row);
		return relay->read_to;
	}
	if (window_find(&relay->window, row) == NULL)
		window_drop(&relay->window, INT64_MAX);
	relay->begins = relay->read_to = row;
	relay->resumed = true;
	int rc = relay_read(relay, &err);
	if (rc != 0)
		relay_fail(relay, rc, err.text);
	relay_changed(relay);
	return row;
}

/** Nothing is decided here. */
static int relay_take(void *context, struct slice name, struct slice line,
		      struct err *err)
{
	(void)context;
	(void)name;
	(void)line;
	return err_set(err, -EROFS,
		       "this Redis has a relay of the race: decide in the Redis of the "
		       "circuit");
}

static int relay_publish(struct redis_relay *relay, struct err *err)
{
	const struct publisher_origin origin = {
		.context = relay,
		.read = relay_rows,
		.source = relay_source,
		.last = relay_last,
		.found = relay_found,
	};
	const struct redis_info *info = &relay->info;
	struct redis_publish *to = &relay->to;
	text_copy(to->title, sizeof(to->title), slice_of(info->title));
	text_copy(to->circuit, sizeof(to->circuit), slice_of(info->circuit));
	if (to->keep < 0)
		to->keep = info->keep;
	to->take = relay_take;
	to->relays = true;
	int rc = publisher_open(relay->loop, NULL, &origin, to, &relay->publisher, err);
	if (rc != 0)
		return rc;
	struct redis_publisher *publisher = relay->publisher;
	text_copy(publisher->recording, sizeof(publisher->recording),
		  slice_of(info->recording));
	memcpy(publisher->info_host, info->host, sizeof(publisher->info_host));
	publisher->since = info->since;
	return 0;
}

/* ---- between events (4) ----------------------------------------------------------------- */

static void relay_look_again(struct redis_relay *relay)
{
	if (ev_is_active(&relay->again))
		return;
	ev_timer_set(&relay->again, redis_seconds(redis_tuning.retry_first, look_again),
		     0.);
	ev_timer_start(relay->loop, &relay->again);
}

static void relay_on_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct redis_relay *relay = watcher->data;
	struct err err = {""};
	(void)loop;
	(void)events;
	int rc = relay_read(relay, &err);
	if (rc != 0)
		relay_fail(relay, rc, err.text);
}

/** False: it has stopped. */
static bool relay_reads(struct redis_relay *relay)
{
	const struct redis_reading *reading = redis_reader_status(relay->reader);
	const size_t bytes = relay->window.bytes;
	struct err err = {""};
	if (reading->code == -ENOENT) /* not yet */
		relay_look_again(relay);
	else if (reading->code != 0)
		relay_fail(relay, reading->code, reading->reason);
	else if (relay->publisher == NULL && relay->info.recording[0] != '\0' &&
		 relay_publish(relay, &err) != 0)
		relay_fail(relay, -ENOMEM, err.text);
	bool hold = relay->held ? bytes > WINDOW_BYTES / 2 : bytes > WINDOW_BYTES;
	if (hold != relay->held) {
		relay->held = hold;
		redis_reader_hold(relay->reader, hold);
	}
	return relay->status.code == 0;
}

static void relay_on_turn(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct redis_relay *relay = watcher->data;
	(void)loop;
	(void)events;
	if (relay->status.code != 0 || relay->status.ended || !relay_reads(relay) ||
	    relay->publisher == NULL)
		return;
	const struct redis_reading *reading = redis_reader_status(relay->reader);
	relay->publisher->ending =
		relay->resumed && reading->ended && reading->next == relay->read_to + 1;
	redis_publisher_wake(relay->publisher, (uint64_t)relay->read_to);
	if (relay->publisher->state == PUBLISHER_ENDED) {
		relay->status.ended = true;
		relay_changed(relay);
	}
}

/* ---- beginning and end -------------------------------------------------------------------- */

int redis_relay_open(struct ev_loop *loop, const struct redis_address *from,
		     const struct redis_publish *to, struct redis_relay **out,
		     struct err *err)
{
	struct redis_relay *relay = calloc(1, sizeof(*relay));
	if (relay == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	relay->loop = loop;
	relay->from = *from;
	relay->to = *to;
	if (to->address.name[0] == '\0')
		memcpy(relay->to.address.name, from->name, sizeof(from->name));
	memcpy(relay->to.session, from->session, sizeof(from->session));
	(void)redis_address_text(from, relay->status.from, sizeof(relay->status.from));
	ev_prepare_init(&relay->turn, relay_on_turn);
	ev_timer_init(&relay->again, relay_on_again, 0., 0.);
	relay->turn.data = relay->again.data = relay;
	int rc = relay_read(relay, err);
	if (rc != 0) {
		free(relay);
		return rc;
	}
	ev_prepare_start(loop, &relay->turn);
	*out = relay;
	return 0;
}

void redis_relay_status(const struct redis_relay *relay, struct redis_relaying *out)
{
	const struct redis_reading *reading = redis_reader_status(relay->reader);
	struct redis_published published;
	*out = relay->status;
	if (out->code == 0)
		text_copy(out->from_reason, sizeof(out->from_reason),
			  slice_of(reading->reason));
	out->away = reading->state == NET_LIVE && reading->away && !reading->ended;
	out->last = reading->last;
	if (relay->publisher == NULL)
		return;
	redis_publisher_status(relay->publisher, &published);
	text_copy(out->to, sizeof(out->to), slice_of(published.place));
	text_copy(out->to_reason, sizeof(out->to_reason), slice_of(published.reason));
	out->resumed = relay->resumed && published.reason[0] == '\0';
	out->row = relay->publisher->published;
	out->bytes = relay->window.bytes;
}

void redis_relay_finish(struct redis_relay *relay)
{
	ev_prepare_stop(relay->loop, &relay->turn);
	ev_timer_stop(relay->loop, &relay->again);
	if (relay->publisher == NULL || relay->status.ended ||
	    relay->publisher->leaving)
		return;
	relay->publisher->leaving = true;
	(void)redis_publisher_finish(relay->publisher, relay->publisher->rows);
}

void redis_relay_close(struct redis_relay *relay)
{
	if (relay == NULL)
		return;
	redis_relay_finish(relay);
	redis_publisher_close(relay->publisher);
	redis_reader_close(relay->reader);
	window_drop(&relay->window, INT64_MAX);
	free(relay->window.rows);
	free(relay->sources);
	free(relay);
}
