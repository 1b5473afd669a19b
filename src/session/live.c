/*
 * live.c -- a session that is not over: opening, one turn of the loop, closing
 *
 * Cited rules are those of live.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "recorder.h"
#include "pitwall/sandbox.h"

static const double poll_s = 0.1, linked_poll_s = 1.0;
enum { POLL_ROWS = 2000, POLLS_A_LOOK = 10, PROGRESS_ROWS = 128 * 1024 };

/* ---- what is live ---------------------------------------------------------------- */

static bool is_regular(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* "file:" may name a port, a pipe or a regular file; the last is not live. */
bool live_is_source(const char *text)
{
	struct net_url url;
	struct err err;
	if (is_regular(text) || !net_url_is(text))
		return false;
	if (net_url_parse(text, &url, &err) != 0)
		return true; /* live_open() reports the error */
	return url.kind != NET_FILE || !is_regular(url.path);
}

bool live_wanted(const struct options *options)
{
	for (unsigned i = 0; i < options->source_count; i++)
		if (live_is_source(options->sources[i]))
			return true;
	return options->source_count == 1 && is_regular(options->sources[0]) &&
	       record_is_live(options->sources[0]);
}

/* ---- sources --------------------------------------------------------------------- */

static int add_source(struct live *live, const char *text, struct err *err)
{
	struct live_source *source = &live->sources[live->source_count];
	if (live->source_count == LIVE_SOURCES_MAX)
		return err_set(err, -E2BIG, "more than %d sources", LIVE_SOURCES_MAX);
	if (redis_is(text))
		return err_set(
			err, -EINVAL,
			"%s: a race in Redis is not recorded together with other "
			"sources",
			text);
	if (!live_is_source(text))
		return err_set(err, -EINVAL,
			       "%s: a file is not read together with live sources; "
			       "replay it by itself, or serve it with `pitwall serve`",
			       text);
	int rc = net_url_parse(text, &source->url, err);
	if (rc != 0)
		return rc;
	source->live = live;
	if (source->url.feed[0] != '\0') {
		source->driver = feed_by_name(slice_of(source->url.feed));
		if (source->driver == NULL || source->driver->decode == NULL)
			return err_set(err, -EINVAL,
				       "%s: there is no live feed \"%s\"; `pitwall "
				       "feeds` lists them",
				       text, source->url.feed);
	}
	live->source_count++;
	return record_live_source(live->record, source->url.text,
				  source->driver == NULL ? "" : source->driver->name,
				  &source->record_id, err);
}

/** All sources of the recording, in its order: so the events equal those of a replay. */
static int name_sources(struct live *live, struct err *err)
{
	struct record_source rows[SOURCES_MAX];
	int count = 0;
	int rc = record_sources(live->record, rows, SOURCES_MAX, &count, err);
	for (int i = 0; rc == 0 && i < count; i++) {
		unsigned index = session_source_add(live->session, &rows[i]);
		for (unsigned k = 0; k < live->source_count; k++)
			if (live->sources[k].record_id == rows[i].id)
				live->sources[k].index = index;
	}
	return rc;
}

/** What the race is called when it has no name: its source; of a copy its name first. */
static void live_name(struct live *live)
{
	char shown[SOURCE_PATH_MAX], host[160];
	struct redis_address address, server = {.port = 0};
	const char *source = live->options->sources[0];
	if (!net_url_is(source) && !redis_is(source))
		return;
	(void)net_url_shown(shown, sizeof(shown), source);
	if (redis_address_parse(live->copied_from, &address, NULL) == 0) {
		memcpy(server.host, address.host, sizeof(server.host));
		server.port = address.port;
		(void)redis_address_text(&server, host, sizeof(host));
		bool one = strcmp(address.name, address.session) == 0;
		text_format(shown, sizeof(shown), "%s%s%s, redis://%s", address.name,
			    one ? "" : " ", one ? "" : address.session, host);
	}
	text_clean(live->session->source, sizeof(live->session->source),
		   slice_of(shown));
}

/* ---- the session ------------------------------------------------------------------- */

int live_open_session(struct live *live, struct err *err)
{
	const char *word = live->options->session;
	struct record_source first = {.url = ""};
	struct session_source source = {
		.shown = live->path,
		.named = first.url,
		.wanted = "",
		.recording = true,
		.live = true,
	};
	int count = 0;
	int rc = record_sources(live->record, &first, 1, &count, err);
	if (rc == 0 && net_url_is(first.url))
		first.url[0] = '\0';
	if (rc == 0)
		rc = session_open(live->options, &source, &live->session, err);
	if (rc != 0)
		return rc;
	live_name(live);
	if (word != NULL && session_is_file(word))
		rc = session_file_read(word, session_texts(live->session), err);
	return rc == 0 ? name_sources(live, err) : rc;
}

/** While it opens. */
static void live_progress(struct live *live)
{
	char words[SOURCE_PATH_MAX + 96];
	uint64_t rows = live->link != NULL ? live->link->status.record.rows : 0;
	struct record_state state = {.rows = rows};
	if (live->link == NULL && live->record != NULL)
		record_state_get(live->record, &state);
	if (state.rows < live->rows)
		state.rows = live->rows;
	text_format(words, sizeof(words), "reading %s: %llu of %llu records",
		    live->path, (unsigned long long)live->rows,
		    (unsigned long long)state.rows);
	live->hooks.progress(live->hooks.context, words);
}

int live_row(struct live *live, const struct record_row *row, struct err *err)
{
	if (++live->rows % PROGRESS_ROWS == 0 && live->hooks.progress != NULL)
		live_progress(live);
	live->has_bytes |= row->type == RECORD_RAW;
	if (live->responder != NULL && row->type == RECORD_SETUP)
		return setup_texts_record(session_texts(live->session), row->name,
					  row->bytes) < 0
			       ? err_set(err, -ENOMEM, "out of memory")
			       : 0;
	if (live->responder != NULL)
		return live->blind ? 0 : responder_history(live->responder, row);
	int rc = session_feed(live->session, row, err);
	/* The recorder may have added a source. */
	if (rc == -ENXIO && name_sources(live, err) == 0)
		rc = session_feed(live->session, row, err);
	if (live->first_at == INSTANT_NONE && row->type == RECORD_RAW)
		live->first_at = row->received_at;
	if (row->type == RECORD_RAW)
		live->newest_at = row->received_at;
	live->received = live->changed = true;
	return rc;
}

/** Rows of a copy have the times of another clock. One that was late says nothing; what came
 * with it says less. */
static void live_note_skew(struct live *live)
{
	if (live->opened && live->copied_from[0] != '\0' &&
	    instant_is_sane(live->newest_at) && live->newest_at > 0)
		live->skews[live->skew_count++ % LIVE_SKEWS] =
			live->newest_at - live_now();
	live->newest_at = INSTANT_NONE;
}

void live_take(struct live *live)
{
	struct err err;
	if (!live->received)
		return;
	live->received = false;
	live_note_skew(live);
	(void)session_settle(live->session, &err);
	live->changed = true;
}

/* ---- the recording ------------------------------------------------------------------ */

struct row_context {
	struct live *live;
	struct err *err;
};

static int live_on_row(void *context, const struct record_row *row)
{
	struct row_context *rows = context;
	return live_row(rows->live, row, rows->err);
}

struct text_putting {
	struct live *live;
	bool again; /* texts that the file has, too */
};

static int live_put_text(void *context, enum setup_text index, struct slice text)
{
	const struct text_putting *putting = context;
	const struct setup_texts *texts = session_texts(putting->live->session);
	struct record_row row = {
		.received_at = live_now(),
		.steady = net_calls.steady(),
		.type = RECORD_SETUP,
		.name = slice_of(setup_text_names[index]),
		.bytes = text,
	};
	if (putting->again ||
	    texts->recorded[index] != hash_bytes(text.at, text.len, 1))
		(void)record_put(putting->live->record, &row);
	return 0;
}

int live_put_texts(struct live *live, bool again, struct err *err)
{
	const char *key = live->session->parts->key_print;
	struct text_putting putting = {live, again};
	int rc = setup_texts_each(session_texts(live->session), live->options,
				  live_put_text, &putting, err);
	if (rc == 0 && key[0] != '\0')
		rc = live_put_text(&putting, TEXT_BEACON_KEY, slice_of(key));
	return rc;
}

int live_choose_path(struct live *live, struct err *err)
{
	const struct options *options = live->options;
	if (live_is_copy(options))
		return live_copy_path(live, err);
	if (options->output == NULL)
		return live_state_path(options->sources[0], live_now(), live->path,
				       sizeof(live->path), err);
	text_copy(live->path, sizeof(live->path), slice_of(options->output));
	return 0;
}

/* As the table of the options says (options.c). */
enum { SOURCE_RATE = 64 * 1024 * 1024 };

static int64_t size_option(const char *text, int64_t otherwise)
{
	int64_t bytes = 0;
	return text != NULL && parse_bytes(slice_of(text), &bytes) ? bytes : otherwise;
}

int live_open_record(struct live *live, struct err *err)
{
	const struct options *options = live->options;
	/* What is lost of a copy by a power cut is read again, as fast as it comes. */
	const bool copy = live->copy != NULL;
	const struct record_live_options how = {
		.sync_normal = copy || (options->sync != NULL &&
					strcmp(options->sync, "normal") == 0),
		.grow_limit = size_option(options->grow_limit, 0),
		.disk_reserve = size_option(options->disk_reserve, RECORD_RESERVE),
		.source_rate =
			copy ? 0 : size_option(options->source_rate, SOURCE_RATE),
		.instead_of = live->hooks.instead_of,
		.named = live->hooks.known_as,
		.moved_to = live->hooks.moved_to,
	};
	return record_live_open(live->path, &how, &live->record, err);
}

/** (2) What was recorded before a kill or a power cut. */
int live_load_record(struct live *live, struct err *err)
{
	struct row_context rows = {live, err};
	int rc = record_read(live->record, live_on_row, &rows, err);
	while (rc == -EPIPE && responder_again(live->responder)) {
		live->steady = (struct steady){0};
		rc = record_read(live->record, live_on_row, &rows, err);
	}
	if (rc == 0 && session_again(live->session)) {
		session_restart(live->session);
		rc = record_read(live->record, live_on_row, &rows, err);
	}
	return rc;
}

/** What was recorded is accepted or refused by one key. */
static int check_key(const struct live *live, struct err *err)
{
	const struct session_parts *parts = live->session->parts;
	bool keyed = parts->texts.at[TEXT_BEACON_KEY].data.len > 0;
	if (!beacon_key_differs(parts) &&
	    (keyed || !live->has_bytes || parts->key_print[0] == '\0'))
		return 0;
	return err_set(
		err, -EINVAL,
		"%s: was recorded with another --beacon-key, or without one; give "
		"the same, or record into another file",
		live->path);
}

/** Before the sandbox: what starts the programs among the sources. */
static int open_programs(struct live *live, struct err *err)
{
	const struct options *options = live->options;
	int rc = 0;
	for (unsigned i = 0; rc == 0 && i < options->source_count; i++) {
		struct net_url url;
		if (i < LIVE_SOURCES_MAX && live_is_source(options->sources[i]) &&
		    net_url_parse(options->sources[i], &url, NULL) == 0 &&
		    url.kind == NET_PROGRAM)
			rc = net_program_open(&url, &live->programs[i], err);
	}
	return rc;
}

static int open_writing(struct live *live, struct err *err)
{
	int rc = live_publish_begin(live, err);
	if (rc == 0)
		rc = open_programs(live, err);
	if (rc == 0)
		rc = live_choose_path(live, err);
	if (rc == 0 && live->hooks.sandbox && !live->options->no_sandbox)
		sandbox_files(live->path); /* before the thread that writes */
	if (rc == 0)
		rc = live_open_record(live, err);
	for (unsigned i = 0; rc == 0 && i < live->options->source_count; i++)
		rc = add_source(live, live->options->sources[i], err);
	if (rc == 0)
		rc = live_open_session(live, err);
	if (rc == 0 && live->hooks.apart)
		rc = responder_open(live, err);
	if (rc == 0)
		rc = live_load_record(live, err);
	if (rc == 0)
		rc = check_key(live, err);
	if (rc == 0)
		rc = session_plan(live->session, live_now(), err);
	if (rc == 0)
		rc = session_settle(live->session, err);
	if (rc == 0)
		rc = live_put_texts(live, false, err);
	if (rc == 0) {
		rc = live_connect(live, err);
		/* At first there is somebody who reads why. */
		if (live->has_bytes)
			rc = 0;
	}
	if (rc == 0)
		rc = live_publish_open(live, err);
	/* The first time it reads a file. */
	(void)net_calls.steady();
	if (rc == 0 && live->hooks.sandbox && !live->options->no_sandbox) {
		net_names_prepare("/etc/nsswitch.conf");
		(void)sandbox_enter(SANDBOX_RECORD);
	}
	return rc;
}

/* ---- following ------------------------------------------------------------------------ */

static int poll_rows(struct live *live, struct err *err)
{
	struct row_context rows = {live, err};
	int rc;
	do {
		rc = record_follow_poll(live->record, POLL_ROWS, live_on_row, &rows,
					err);
	} while (rc == POLL_ROWS);
	return rc < 0 ? rc : 0;
}

/** The recorder lost its file and goes on in another. */
static bool moves_on(const struct live *live)
{
	const char *file = live->link == NULL ? "" : live->link->status.record.file;
	const char *now = live->file[0] != '\0' ? live->file : source_base(live->path);
	return file[0] != '\0' && strcmp(file, now) != 0;
}

/** The file to follow into @path. */
static void followed_path(struct live *live, char *path, size_t cap)
{
	if (moves_on(live))
		text_copy(live->file, sizeof(live->file),
			  slice_of(live->link->status.record.file));
	text_format(path, cap, "%.*s%s", (int)(source_base(live->path) - live->path),
		    live->path,
		    live->file[0] != '\0' ? live->file : source_base(live->path));
}

static int poll_record(struct live *live, struct err *err)
{
	char path[SOURCE_PATH_MAX + sizeof(live->file)];
	bool moves = moves_on(live);
	int rc = moves ? 0 : poll_rows(live, err);
	if (rc != 0 || (!moves && !session_again(live->session)))
		return rc;
	followed_path(live, path, sizeof(path));
	struct record *record = NULL;
	rc = record_follow(path, &record, err);
	if (rc != 0)
		return rc;
	(void)record_close(live->record, NULL);
	live->record = record;
	session_restart(live->session);
	return poll_rows(live, err);
}

/** The recording at live->path. */
int live_follow(struct live *live, struct err *err)
{
	char path[SOURCE_PATH_MAX + sizeof(live->file)];
	live->follows = true;
	followed_path(live, path, sizeof(path));
	int rc = record_follow(path, &live->record, err);
	if (rc == 0 && !record_origin(live->record, live->copied_from))
		live->copied_from[0] = '\0';
	if (rc == 0)
		rc = live_open_session(live, err);
	if (rc == 0)
		rc = poll_record(live, err);
	if (rc == 0)
		rc = session_plan(live->session, live_now(), err);
	return rc == 0 ? session_settle(live->session, err) : rc;
}

/* ---- the loop -------------------------------------------------------------------------- */

static void on_turn(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct live *live = watcher->data;
	(void)loop;
	(void)events;
	live_take(live);
	if (!live->changed)
		return;
	live->changed = false;
	if (live->consoles != NULL)
		recorder_consoles_changed(live->consoles);
	if (live->hooks.changed != NULL)
		live->hooks.changed(live->hooks.context);
}

static void on_wake(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct live *live = watcher->data;
	(void)loop;
	(void)events;
	bool faulty = live->state.code != 0;
	live_acknowledge(live);
	live_publish_wake(live);
	/* Consoles learn from it that there are new records. */
	live->changed |= faulty || live->state.code != 0 || live->consoles != NULL;
}

void live_poll(struct live *live)
{
	struct err err;
	/* A moment in which the file cannot be read: the next one will. */
	int rc = poll_record(live, &err);
	if (rc == -ESTALE)
		text_copy(live->fault, sizeof(live->fault), slice_of(err.text));
}

/** What becomes of the recorder. */
static void look_at_recorder(struct live *live)
{
	const struct recorder_link *link = live->link;
	/* Another one may have begun, or this one listens now. */
	if (link == NULL ? record_is_live(live->path) : link->lost)
		(void)recorder_link_again(live);
	link = live->link;
	char path[SOURCE_PATH_MAX + sizeof(live->file)];
	followed_path(live, path, sizeof(path));
	bool lost =
		(link == NULL || link->lost || link->waits) && !record_is_live(path);
	if (lost == live->ended)
		return;
	live->ended = lost;
	live->fault[0] = '\0';
	struct record_owner owner;
	if (lost && record_cut_off(live->path, &owner))
		text_format(live->fault, sizeof(live->fault),
			    "the recorder has ended: nothing is recorded");
	live->changed = true;
}

static void on_poll(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct live *live = watcher->data;
	(void)loop;
	(void)events;
	live_poll(live);
	if (live->link != NULL || ++live->polls % POLLS_A_LOOK == 0)
		look_at_recorder(live);
}

static void live_watch(struct live *live)
{
	ev_prepare_init(&live->turn, on_turn);
	/* Before the screen, which paints at the end of the same turn. */
	ev_set_priority(&live->turn, EV_MAXPRI);
	live->turn.data = live;
	ev_prepare_start(live->loop, &live->turn);
	if (live->follows) {
		/* A recorder says when there is something to read. */
		double every = live->link != NULL ? linked_poll_s : poll_s;
		ev_timer_init(&live->poll, on_poll, every, every);
		live->poll.data = live;
		ev_timer_start(live->loop, &live->poll);
		return;
	}
	ev_io_init(&live->wake, on_wake, record_wake_fd(live->record), EV_READ);
	live->wake.data = live;
	ev_io_start(live->loop, &live->wake);
}

struct live *live_new(const struct options *options, struct ev_loop *loop,
		      const struct live_hooks *hooks, struct err *err)
{
	struct live *live = calloc(1, sizeof(*live));
	struct live_ack *acks = calloc(LIVE_ACKS_MAX, sizeof(*acks));
	if (live == NULL || acks == NULL) {
		free(live);
		free(acks);
		(void)err_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	live->acks = acks;
	live->loop = loop;
	live->hooks = *hooks;
	live->options = options;
	live->first_at = INSTANT_NONE;
	return live;
}

int live_opened(struct live *live, int rc, struct live **out)
{
	if (rc != 0 && live->has_bytes && !live->follows) {
		/* It is not complete: the next recorder goes on with it. */
		record_abandon(live->record);
		live->record = NULL;
	}
	if (rc != 0) {
		live_leave(live);
		return rc;
	}
	live->hooks.progress = NULL;
	live->opened = true;
	live->newest_at = INSTANT_NONE;
	live_watch(live);
	*out = live;
	return 0;
}

bool live_names_recording(const struct options *options)
{
	return options->source_count == 1 && !live_is_source(options->sources[0]);
}

int live_open(const struct options *options, struct ev_loop *loop,
	      const struct live_hooks *hooks, struct live **out, struct err *err)
{
	struct live *live = live_new(options, loop, hooks, err);
	if (live == NULL)
		return -ENOMEM;
	if (live_is_copy(options))
		return live_opened(live, live_copy_open(live, err), out);
	if (!live_names_recording(options))
		return live_opened(live, open_writing(live, err), out);
	text_copy(live->path, sizeof(live->path), slice_of(options->sources[0]));
	return live_opened(live, live_follow(live, err), out);
}

/* ---- closing ------------------------------------------------------------------------------- */

static int live_end(struct live *live, bool finish, struct err *err)
{
	ev_prepare_stop(live->loop, &live->turn);
	ev_io_stop(live->loop, &live->wake);
	ev_timer_stop(live->loop, &live->poll);
	ev_timer_stop(live->loop, &live->connect);
	for (unsigned i = 0; i < live->source_count; i++) {
		net_source_close(live->sources[i].net);
		live->sources[i].net = NULL;
	}
	net_programs_end(live->programs, LIVE_SOURCES_MAX);
	live_asks_close(live);
	live_copy_close(live);
	live_publish_close(live, err);
	/* A follower would keep the recording from becoming one file. */
	struct err closed = {""};
	int rc = record_close(live->record, &closed);
	recorder_consoles_close(live->consoles, rc, closed.text);
	if (rc != 0)
		(void)err_set(err, rc, "%s", closed.text);
	if (finish && rc == 0 && live->link != NULL && live->owns)
		rc = recorder_link_finish(live, err);
	recorder_link_close(live);
	responder_close(live->responder);
	session_free(live->session);
	free(live->acks);
	free(live);
	return rc;
}

int live_close(struct live *live, struct err *err)
{
	return live == NULL ? 0 : live_end(live, true, err);
}

void live_leave(struct live *live)
{
	if (live != NULL)
		(void)live_end(live, false, NULL);
}

/* ---- what is asked ------------------------------------------------------------------------ */

struct session *live_session(struct live *live)
{
	return live->session;
}

/** How far the sources' clocks are from ours: the median of the newest passings, so
 * that one that is wrong moves nothing. */
static int64_t clocks_ahead(const struct session_parts *parts)
{
	int64_t ahead[SESSION_AHEAD];
	uint32_t count =
		parts->ahead_count < SESSION_AHEAD ? parts->ahead_count : SESSION_AHEAD;
	memcpy(ahead, parts->ahead, count * sizeof(ahead[0]));
	return count == 0 ? 0 : median(ahead, count);
}

/** Our clock; the source's for sources of another day, or a little ahead of us. */
instant_us live_edge(const struct live *live)
{
	const struct session_parts *parts = live->session->parts;
	instant_us now = live_steady_now(live);
	instant_us last = live->session->timeline.last_at;
	int64_t ahead = clocks_ahead(parts);
	if (parts->run + 1 != parts->run_count)
		return last == INSTANT_NONE ? now : last;
	if (ahead > 0 || ahead < -US_HOUR)
		now += ahead;
	if (last > now && last < now + US_S)
		return last;
	return now;
}

instant_us live_first(const struct live *live)
{
	const struct timeline *timeline = &live->session->timeline;
	if (timeline->first_at != INSTANT_NONE)
		return timeline->first_at;
	return live->first_at != INSTANT_NONE ? live->first_at : live_steady_now(live);
}

const char *live_path(const struct live *live)
{
	return live->path;
}

instant_us live_received_first(const struct live *live)
{
	return live->first_at;
}
