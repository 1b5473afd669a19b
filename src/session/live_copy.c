/*
 * live_copy.c -- a live session whose rows come from a stream in Redis: a copy
 *
 *  (1) The rows of the stream are written into a recording of our own as they are, with the
 *      same sources and in the same order. So what follows the recording is as good as the
 *      original; the next start reads only what is new.
 *  (2) Row N of the stream is record N of the copy, but for gaps: rows of the stream that are
 *      missing are a record SETUP "gap" with "FROM TO". It is one record, so that a kill
 *      leaves nothing half written; the session makes of it what a lost connection
 *      is (session_feed.c). A gap that the stream has, since a copy is published in it, gets
 *      a '-' behind its name: its numbers are of another stream.
 *  (3) Before anything is written, the last row is compared with that of the stream. If it
 *      differs, the session has another recording now, which gets a file beside this one.
 *  (4) A recorder whose consoles are gone ends after a while: the race is recorded elsewhere.
 *  (5) The source 0 of the recording is the address: no other program continues it, and it
 *      is resumed by reading the stream, not by connecting to its sources.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pitwall/sandbox.h"
#include "recorder.h"

enum {
	COPIES_MOST = 100,               /* files of one session */
	WAITING_MOST = 64 * 1024 * 1024, /* bytes that are not on disk yet */
	ROWS_A_LOOK = 1024,
};

static const duration_us drain_us = 30 * US_S;
static const double progress_s = 0.25, end_s = 0.2, alone_s = 20.;

struct live_copy {
	struct live *live;
	struct redis_reader *reader;
	int64_t rows;   /* of the copy, with those that wait */
	int64_t offset; /* number in the stream, less that in the copy (2) */
	int64_t gap_to; /* number of the last row of the last gap; 0: none */
	char recording[RECORD_COPIED_MAX]; /* identifies that of the session; "" */
	struct record_row last; /* of the stream, id is its number there; 0: none */
	char *last_bytes;       /* its name and bytes */
	size_t last_room;
	struct record *look; /* follows the copy, to read a row before the last */
	struct record *archive;
	bool archive_wrong; /* it is of another recording */
	bool opened;        /* consoles may be served */
	bool now;           /* without Redis it cannot be opened */
	double told_at;
	bool alone; /* no console was there when it was looked at (4) */
	ev_timer end, look_around;
	char words[160];  /* the last gap */
	unsigned gaps;    /* since it was opened */
	unsigned notices; /* of the recording, when the last one was found */
};

bool live_is_copy(const struct options *options)
{
	return options->source_count == 1 && redis_is(options->sources[0]);
}

/* ---- the last row of the stream (3) --------------------------------------------------- */

static bool copy_keep_last(struct live_copy *copy, const struct record_row *row)
{
	size_t len = row->name.len + row->bytes.len;
	if (len > copy->last_room) {
		char *grown = realloc(copy->last_bytes, len * 2);
		if (grown == NULL)
			return false;
		copy->last_bytes = grown;
		copy->last_room = len * 2;
	}
	copy->last = *row;
	if (row->name.len > 0)
		memcpy(copy->last_bytes, row->name.at, row->name.len);
	if (row->bytes.len > 0)
		memcpy(copy->last_bytes + row->name.len, row->bytes.at, row->bytes.len);
	copy->last.name.at = copy->last_bytes;
	copy->last.bytes.at = copy->last_bytes + row->name.len;
	return true;
}

static bool gap_read(struct slice text, int64_t *from, int64_t *to)
{
	struct slice rest = text, first = slice_cut(&rest, ' ');
	return rest.at != NULL && parse_i64(first, from) && parse_i64(rest, to) &&
	       *from > 0 && *to >= *from && *to < INT64_MAX / 2;
}

/** The name in the copy of a gap that the stream has (2). */
static void gap_rename(const struct record_row *row, char name[256],
		       struct record_row *out)
{
	*out = *row;
	if (!record_row_is_gap(row) || row->name.len >= 256)
		return;
	memcpy(name, row->name.at, row->name.len);
	name[row->name.len] = '-';
	out->name = (struct slice){name, row->name.len + 1};
}

/** A row of the copy, as the stream has it. */
static void gap_name_back(struct record_row *row)
{
	if (record_row_is_gap(row))
		row->name.len--;
}

/** Record @id of the copy is a gap up to row @to of the stream. */
static void copy_note_gap(struct live_copy *copy, int64_t id, int64_t to)
{
	copy->offset = to - id;
	copy->gap_to = to;
}

static void copy_forget(struct live_copy *copy)
{
	copy->rows = copy->offset = copy->gap_to = 0;
	copy->last = (struct record_row){0};
	copy->recording[0] = '\0';
}

/** What is in the recording that exists at @path. -ESTALE: it is not a copy of the
 * session. */
static int copy_peek(struct live_copy *copy, const char *path, struct err *err)
{
	char origin[RECORD_ORIGIN_MAX] = "";
	struct record *record = NULL;
	struct record_row row;
	int64_t from, to = 0;
	int rc = record_open(path, &record, err);
	if (rc != 0)
		return rc;
	record_copied(record, copy->recording);
	bool ours = record_origin(record, origin) &&
		    strcmp(origin, copy->live->copied_from) == 0;
	rc = record_last(record, 0, "", &row, NULL);
	if (rc == 0 && !ours)
		rc = -ESTALE;
	if (rc == 0) {
		bool is_gap = row.type == RECORD_SETUP &&
			      slice_eq(row.name, slice_of(RECORD_GAP));
		copy->rows = row.id;
		copy->last = row;
		if (!is_gap)
			gap_name_back(&row);
		if (!is_gap && !copy_keep_last(copy, &row))
			rc = -ENOMEM;
		if (is_gap)
			copy->last.id = 0;
	}
	if (rc == 0 && record_last(record, RECORD_SETUP, RECORD_GAP, &row, NULL) == 0 &&
	    gap_read(row.bytes, &from, &to))
		copy_note_gap(copy, row.id, to);
	if (copy->last.id > 0)
		copy->last.id += copy->offset;
	(void)record_close(record, NULL);
	return rc == -ENOENT ? 0 : rc;
}

/** A row before the last one, from the file. */
static bool copy_read_back(struct live_copy *copy, int64_t number,
			   struct record_row *row)
{
	struct record_state state;
	char path[SOURCE_PATH_MAX + sizeof(state.file)];
	const char *base = source_base(copy->live->path);
	if (copy->live->record == NULL)
		return false;
	(void)record_close(copy->look, NULL);
	copy->look = NULL;
	record_state_get(copy->live->record, &state);
	text_format(path, sizeof(path), "%.*s%s", (int)(base - copy->live->path),
		    copy->live->path, state.file);
	if (record_follow(path, &copy->look, NULL) != 0 ||
	    record_read_at(copy->look, number - copy->offset, row, NULL) != 0)
		return false;
	gap_name_back(row);
	return true;
}

static bool copy_own(void *context, int64_t number, struct record_row *row)
{
	struct live_copy *copy = context;
	if (copy->last.id == 0 || number > copy->last.id)
		return false;
	if (number < copy->last.id)
		return number > copy->gap_to && copy_read_back(copy, number, row);
	*row = copy->last;
	return true;
}

/* ---- rows of the stream (1) ----------------------------------------------------------- */

/** Write a row. False: there is no room now. */
static bool copy_put(struct live_copy *copy, const struct record_row *row)
{
	struct live *live = copy->live;
	struct err err;
	if (copy->rows % ROWS_A_LOOK == 0) {
		record_state_get(live->record, &live->state);
		if (live->state.waiting > WAITING_MOST)
			return false;
	}
	if (record_put(live->record, row) == 0)
		return false;
	copy->rows++;
	live->changed = true;
	if (live->hooks.apart)
		live->rows++;
	else
		(void)live_row(live, row, &err);
	return true;
}

static bool copy_on_row(void *context, const struct record_row *row)
{
	struct live_copy *copy = context;
	struct record_row put;
	char name[256];
	gap_rename(row, name, &put);
	return copy_keep_last(copy, row) && copy_put(copy, &put);
}

static int copy_on_source(void *context, const struct record_source *source,
			  struct err *err)
{
	struct live_copy *copy = context;
	int id = 0;
	int rc = record_live_source(copy->live->record, source->url, source->driver,
				    &id, err);
	if (rc == 0 && id != source->id)
		rc = err_set(err, -EPROTO, "its sources are not those of %s",
			     copy->live->path);
	if (rc == 0)
		(void)session_source_add(copy->live->session, source);
	return rc;
}

/* ---- gaps (2) ----------------------------------------------------------------------------- */

/** The archive is of the same recording: it has the row before the gap, and that behind
 * it. */
static bool archive_fits(struct live_copy *copy, const struct record_row *next)
{
	struct record_row row;
	bool before = copy->last.id == 0 ||
		      (record_read_at(copy->archive, copy->last.id, &row, NULL) == 0 &&
		       record_row_equal(&row, &copy->last));
	bool behind = next == NULL ||
		      (record_read_at(copy->archive, next->id, &row, NULL) == 0 &&
		       record_row_equal(&row, next));
	return before && behind && (copy->last.id > 0 || next != NULL);
}

/** The number behind the last row that was taken from the archive. */
static int64_t copy_fill(struct live_copy *copy, int64_t from, int64_t to)
{
	struct record_row row;
	while (from <= to && record_read_at(copy->archive, from, &row, NULL) == 0 &&
	       copy_on_row(copy, &row))
		from++;
	return from;
}

static int64_t copy_on_gap(void *context, int64_t from, int64_t to,
			   const struct record_row *next)
{
	struct live_copy *copy = context;
	char text[48];
	if (copy->archive != NULL && !copy->archive_wrong)
		copy->archive_wrong = !archive_fits(copy, next);
	if (copy->archive != NULL && !copy->archive_wrong) {
		int64_t wanted = copy_fill(copy, from, to);
		if (wanted > from)
			return wanted;
	}
	const struct record_row row = {
		.type = RECORD_SETUP,
		.name = slice_of(RECORD_GAP),
		.received_at = next != NULL ? next->received_at : live_now(),
		.steady = next != NULL ? next->steady : 0,
		.bytes = {text, text_format(text, sizeof(text), "%lld %lld",
					    (long long)from, (long long)to)},
	};
	if (!copy_put(copy, &row))
		return from;
	copy_note_gap(copy, copy->rows, to);
	copy->last.id = 0;
	record_state_get(copy->live->record, &copy->live->state);
	copy->notices = copy->live->state.notices;
	copy->gaps++;
	text_format(copy->words, sizeof(copy->words),
		    "records %lld to %lld are missing from the stream%s",
		    (long long)from, (long long)to,
		    copy->archive_wrong ? ", and the archive is of another recording"
					: "");
	return to + 1;
}

/* ---- the state ------------------------------------------------------------------------------ */

static void copy_on_end(struct ev_loop *loop, ev_timer *watcher, int events)
{
	(void)watcher;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

static void copy_on_info(void *context, const struct redis_info *info)
{
	struct live_copy *copy = context;
	text_copy(copy->recording, sizeof(copy->recording), slice_of(info->recording));
	live_publish_name(copy->live, EVENT_MEETING, slice_of(info->title));
	live_publish_name(copy->live, EVENT_CIRCUIT, slice_of(info->circuit));
}

/** Of which recording it is, once the session was looked at: the next start compares it, also
 * when the stream does not have the last row any more. */
static void copy_put_recording(struct live_copy *copy)
{
	if (copy->live->record != NULL && copy->recording[0] != '\0' &&
	    redis_reader_status(copy->reader)->compared)
		(void)record_live_copied(copy->live->record, copy->recording, NULL);
}

static void copy_on_changed(void *context)
{
	struct live_copy *copy = context;
	struct live *live = copy->live;
	live->changed = true;
	copy_put_recording(copy);
	/* The recording was closed: so is the copy. A server goes on serving it. */
	if (!copy->opened || !live->hooks.apart)
		return;
	ev_timer_stop(live->loop, &copy->end);
	if (!redis_reader_status(copy->reader)->ended)
		return;
	ev_timer_set(&copy->end, end_s, 0.);
	ev_timer_start(live->loop, &copy->end);
}

void live_copy_notice(const struct live *live, struct record_state *state)
{
	const struct live_copy *copy = live->copy;
	if (copy == NULL || copy->gaps == 0)
		return;
	if (state->notices == copy->notices)
		text_copy(state->notice, sizeof(state->notice), slice_of(copy->words));
	state->notices += copy->gaps;
}

/** (4) */
static void copy_on_look(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct live_copy *copy = watcher->data;
	(void)events;
	bool alone = copy->live->consoles != NULL &&
		     recorder_consoles_gone(copy->live->consoles);
	if (alone && copy->alone)
		ev_break(loop, EVBREAK_ALL);
	copy->alone = alone;
}

bool live_copy_is_over(const struct live *live)
{
	return live->copy != NULL && live->copy->reader != NULL &&
	       redis_reader_status(live->copy->reader)->ended;
}

bool live_copy_feed(const struct live *live, struct view_feed *out)
{
	static const uint8_t states[NET_STATE_COUNT] = {
		[NET_CONNECTING] = VIEW_FEED_CONNECTING,
		[NET_LIVE] = VIEW_FEED_LIVE,
		[NET_SILENT] = VIEW_FEED_SILENT,
		[NET_WAITING] = VIEW_FEED_WAITING,
		[NET_REFUSED] = VIEW_FEED_REFUSED,
		[NET_ENDED] = VIEW_FEED_ENDED,
	};
	const struct redis_reading *reading;
	if (live->copy == NULL || live->copy->reader == NULL)
		return false;
	reading = redis_reader_status(live->copy->reader);
	if (reading->state == NET_LIVE && !reading->away && !reading->ended)
		return false;
	out->state = states[reading->state];
	out->since = reading->since;
	out->retry_at = reading->retry_at;
	out->peers = 0;
	const bool named = slice_starts(slice_of(reading->reason), SLICE("Redis"));
	if (reading->state != NET_LIVE)
		text_format(out->reason, sizeof(out->reason), "%s%s",
			    named || reading->reason[0] == '\0' ? "" : "Redis: ",
			    reading->reason);
	else if (reading->ended)
		text_copy(out->reason, sizeof(out->reason),
			  SLICE("the recording was closed"));
	else
		text_copy(out->reason, sizeof(out->reason),
			  SLICE("its publisher is not connected to Redis"));
	if (reading->state == NET_LIVE)
		out->state = reading->ended ? VIEW_FEED_ENDED : VIEW_FEED_SILENT;
	return true;
}

/* ---- opening -------------------------------------------------------------------------------- */

static void copy_progress(struct live_copy *copy)
{
	const struct redis_reading *reading = redis_reader_status(copy->reader);
	struct live *live = copy->live;
	char words[RECORD_ORIGIN_MAX + 96];
	if (live->hooks.progress == NULL || reading->last < reading->next ||
	    ev_now(live->loop) - copy->told_at < progress_s)
		return;
	copy->told_at = ev_now(live->loop);
	text_format(words, sizeof(words), "reading %s: %lld of %lld records",
		    live->copied_from, (long long)(reading->next - 1),
		    (long long)reading->last);
	live->hooks.progress(live->hooks.context, words);
}

/** Until the session was looked at, and with @all until what is there was read; or until
 * Redis cannot be reached. */
static int copy_wait(struct live_copy *copy, bool all, struct err *err)
{
	const struct redis_reading *reading = redis_reader_status(copy->reader);
	const struct live_hooks *hooks = &copy->live->hooks;
	for (;;) {
		bool away =
			reading->state == NET_WAITING || reading->state == NET_REFUSED;
		if (reading->code != 0)
			return err_set(err, reading->code, "%s", reading->reason);
		if (all ? reading->caught_up : reading->compared)
			return 0;
		if (away)
			return !copy->now ? 0
					  : err_set(err, -ENOTCONN, "%s: %s",
						    copy->live->copied_from,
						    reading->reason);
		if (hooks->stopped != NULL && *hooks->stopped)
			return err_set(err, -EINTR, "ended before all was read");
		(void)ev_run(copy->live->loop, EVRUN_ONCE);
		copy_progress(copy);
	}
}

static int copy_read(struct live_copy *copy, struct err *err)
{
	const struct redis_reader_handler handler = {
		.context = copy,
		.recording = copy->recording,
		.source = copy_on_source,
		.row = copy_on_row,
		.gap = copy_on_gap,
		.own = copy_own,
		.info = copy_on_info,
		.changed = copy_on_changed,
	};
	redis_reader_close(copy->reader);
	copy->reader = NULL;
	int rc = redis_reader_open(copy->live->loop, &copy->live->address,
				   copy->rows + copy->offset + 1, &handler,
				   &copy->reader, err);
	return rc == 0 ? copy_wait(copy, false, err) : rc;
}

/** The name of the file @number of a session: race.pitwall, race-2.pitwall. */
static void copy_name(const char *path, int number, char *name, size_t cap)
{
	static const char suffix[] = ".pitwall";
	struct slice stem = slice_of(path);
	bool suffixed = stem.len > strlen(suffix) &&
			strcmp(path + stem.len - strlen(suffix), suffix) == 0;
	if (number == 1) {
		text_copy(name, cap, stem);
		return;
	}
	if (suffixed)
		stem.len -= strlen(suffix);
	text_format(name, cap, "%.*s-%d%s", (int)stem.len, stem.at, number,
		    suffixed ? suffix : "");
}

/** (3) The file of this session and recording: live->path, or one beside it. */
static int copy_find(struct live_copy *copy, struct err *err)
{
	struct live *live = copy->live;
	char name[SOURCE_PATH_MAX + 8] = "";
	int rc = -ESTALE;
	for (int i = 1; rc == -ESTALE && i <= COPIES_MOST; i++) {
		copy_name(live->path, i, name, sizeof(name));
		copy_forget(copy);
		rc = access(name, F_OK) == 0 ? copy_peek(copy, name, err) : 0;
		if (rc == -ESTALE && i == 1 && live->options->output != NULL &&
		    live->hooks.known_as == NULL)
			return err_set(err, -EINVAL,
				       "%s: is not a copy of %s; -o names another file",
				       name, live->copied_from);
		if (rc == 0)
			rc = copy_read(copy, err);
		if (rc == -ESTALE && copy->now && live->options->output != NULL)
			return err_set(err, -EINVAL,
				       "%s: is of another recording than %s has now; "
				       "-o names another file",
				       name, live->copied_from);
	}
	if (rc == 0)
		text_copy(live->path, sizeof(live->path), slice_of(name));
	return rc;
}

static int copy_auth(struct live *live, struct err *err)
{
	return redis_auth_read(&live->address, live->options->redis_auth, err);
}

static struct live_copy *copy_new(struct live *live)
{
	struct live_copy *copy = calloc(1, sizeof(*copy));
	if (copy == NULL)
		return NULL;
	copy->live = live;
	ev_timer_init(&copy->end, copy_on_end, end_s, 0.);
	ev_timer_init(&copy->look_around, copy_on_look, alone_s, alone_s);
	copy->look_around.data = copy;
	live->copy = copy;
	return copy;
}

static int copy_archive(struct live_copy *copy, struct err *err)
{
	const char *path = copy->live->options->archive;
	return path == NULL ? 0 : record_open(path, &copy->archive, err);
}

/** The recording at live->path, as it was looked at. */
static int copy_record(struct live_copy *copy, struct err *err)
{
	struct live *live = copy->live;
	struct record_state state;
	int rc = live_open_record(live, err);
	if (rc == 0)
		rc = record_live_origin(live->record, live->copied_from, err);
	if (rc != 0)
		return rc;
	record_state_get(live->record, &state);
	if (state.rows != (uint64_t)copy->rows)
		return err_set(err, -EBUSY, "%s: another process wrote into it",
			       live->path);
	copy_put_recording(copy);
	return 0;
}

static int copy_open(struct live_copy *copy, struct err *err)
{
	struct live *live = copy->live;
	const bool sandbox = live->hooks.sandbox && !live->options->no_sandbox;
	int rc = live_publish_begin(live, err);
	if (rc == 0 && live->copied_from[0] == '\0')
		rc = live_choose_path(live, err);
	if (rc == 0)
		rc = live_publish_apart(live, err);
	if (rc == 0 && sandbox)
		sandbox_files(live->path); /* before threads */
	if (rc == 0)
		rc = copy_archive(copy, err);
	if (rc == 0)
		rc = copy_find(copy, err);
	if (rc == 0)
		rc = copy_record(copy, err);
	if (rc == 0)
		rc = live_open_session(live, err);
	if (rc == 0 && !live->hooks.apart)
		rc = live_load_record(live, err);
	live->rows = (uint64_t)copy->rows;
	if (rc == 0)
		redis_reader_begin(copy->reader);
	if (rc == 0)
		rc = copy_wait(copy, true, err);
	if (rc == 0 && !live->hooks.apart)
		rc = session_plan(live->session, live_now(), err);
	if (rc == 0 && !live->hooks.apart)
		rc = session_settle(live->session, err);
	if (rc != 0)
		return rc;
	(void)record_drain(live->record, drain_us, NULL);
	rc = live_publish_open(live, err);
	if (rc != 0)
		return rc;
	copy->opened = true;
	ev_timer_start(live->loop, &copy->look_around);
	copy_on_changed(copy);
	if (sandbox) {
		net_names_prepare("/etc/nsswitch.conf");
		(void)sandbox_enter(SANDBOX_RECORD);
	}
	return 0;
}

int live_copy_open(struct live *live, struct err *err)
{
	struct live_copy *copy = copy_new(live);
	return copy == NULL ? err_set(err, -ENOMEM, "out of memory")
			    : copy_open(copy, err);
}

void live_copy_close(struct live *live)
{
	struct live_copy *copy = live->copy;
	if (copy == NULL)
		return;
	ev_timer_stop(live->loop, &copy->end);
	ev_timer_stop(live->loop, &copy->look_around);
	redis_reader_close(copy->reader);
	(void)record_close(copy->look, NULL);
	(void)record_close(copy->archive, NULL);
	free(copy->last_bytes);
	free(copy);
	live->copy = NULL;
}

/* ---- its name ---------------------------------------------------------------------------------- */

int live_copy_path(struct live *live, struct err *err)
{
	const struct options *options = live->options;
	char text[RECORD_ORIGIN_MAX - 8], name[RECORD_ORIGIN_MAX];
	uint8_t state;
	int rc = redis_address_parse(options->sources[0], &live->address, err);
	if (rc == 0)
		rc = copy_auth(live, err);
	if (rc == 0 && live->address.name[0] == '\0')
		rc = err_set(err, -EINVAL,
			     "%s: no name of a race; `pitwall %s` lists what is there",
			     options->sources[0], options->sources[0]);
	if (rc == 0 && live->address.session[0] == '\0')
		rc = redis_session_choose(&live->address, &state, err);
	if (rc != 0)
		return rc;
	(void)redis_address_text(&live->address, text, sizeof(text));
	text_format(live->copied_from, sizeof(live->copied_from), "redis://%s", text);
	if (options->output != NULL) {
		text_copy(live->path, sizeof(live->path), slice_of(options->output));
		return 0;
	}
	size_t len = 0;
	rc = live_state_folder(live->path, sizeof(live->path), &len, err);
	if (rc != 0)
		return rc;
	for (char *c = text; *c != '\0'; c++)
		if (*c == '/' || *c == ':' || *c == '%')
			*c = '-';
	text_format(name, sizeof(name), "/redis-%s.pitwall", text);
	(void)text_format(live->path + len, sizeof(live->path) - len, "%s", name);
	return 0;
}

/* ---- up to now ----------------------------------------------------------------------------------- */

int live_copy_fetch(const struct options *options, const char *output,
		    struct redis_address *from, char path[SOURCE_PATH_MAX],
		    struct err *err)
{
	struct options own = {.output = output,
			      .sources = {options->sources[0]},
			      .source_count = 1,
			      .redis_auth = options->redis_auth,
			      .archive = options->archive};
	const struct live_hooks hooks = {.apart = true};
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
	struct live *live = loop == NULL ? NULL : live_new(&own, loop, &hooks, err);
	if (live == NULL) {
		if (loop != NULL)
			ev_loop_destroy(loop);
		return err_set(err, -ENOMEM, "out of memory");
	}
	/* A connection that ends while it is written to is no signal. */
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction before;
	(void)sigaction(SIGPIPE, &ignore, &before);
	int rc = live_copy_path(live, err);
	/* A recorder that runs keeps it up to now. */
	bool runs = rc == 0 && record_is_live(live->path);
	if (runs && output != NULL)
		rc = err_set(err, -EBUSY, "%s: another process writes it", output);
	struct live_copy *copy = rc == 0 && !runs ? copy_new(live) : NULL;
	if (copy != NULL) {
		copy->now = true;
		rc = copy_open(copy, err);
	} else if (rc == 0 && !runs) {
		rc = err_set(err, -ENOMEM, "out of memory");
	}
	text_copy(path, SOURCE_PATH_MAX, slice_of(live->path));
	if (from != NULL)
		*from = live->address;
	struct err closed;
	if (rc == 0)
		rc = live_close(live, err);
	else
		(void)live_close(live, &closed);
	(void)sigaction(SIGPIPE, &before, NULL);
	ev_loop_destroy(loop);
	return rc;
}

bool live_copy_ended(const struct options *given, struct live_resume *resume)
{
	struct redis_address address;
	uint8_t state = REDIS_SESSION_LIVE;
	struct err err;
	if (!live_is_copy(given) || given->output != NULL || given->publish != NULL ||
	    redis_address_parse(given->sources[0], &address, &err) != 0 ||
	    address.name[0] == '\0' ||
	    redis_auth_read(&address, given->redis_auth, &err) != 0 ||
	    redis_session_choose(&address, &state, &err) != 0 ||
	    state != REDIS_SESSION_ENDED ||
	    live_copy_fetch(given, NULL, NULL, resume->path, &err) != 0)
		return false;
	resume->words[0] = '\0';
	resume->options = *given;
	resume->options.sources[0] = resume->path;
	return true;
}
