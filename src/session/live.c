/*
 * live.c -- a session that is not over: opening, one turn of the loop, closing
 *
 * Cited rules are those of live.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pitwall/assets.h"
#include "live_parts.h"

static const double poll_s = 0.1;
enum { POLL_ROWS = 2000 };

/* ---- what is live ---------------------------------------------------------------- */

static bool is_regular(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* "file:" names a port, a pipe, or a plain file, which is none of ours. */
bool live_is_source(const char *text)
{
	struct net_url url;
	struct err err;
	if (is_regular(text) || !net_url_is(text))
		return false;
	if (net_url_parse(text, &url, &err) != 0)
		return true; /* and live_open() says what is wrong with it */
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

void live_source_name(struct live_source *source, const char *url)
{
	struct live *live = source->live;
	text_clean(source->shown.name, sizeof(source->shown.name), slice_of(url));
	source->shown.heard_at = source->shown.since = INSTANT_NONE;
	source->shown.retry_at = INSTANT_NONE;
	if (source->driver != NULL)
		text_copy(source->shown.driver, sizeof(source->shown.driver),
			  slice_of(source->driver->name));
	live->names[source - live->sources] = source->shown.name;
}

static int add_source(struct live *live, const char *text, struct err *err)
{
	struct live_source *source = &live->sources[live->source_count];
	if (live->source_count == LIVE_SOURCES_MAX)
		return err_set(err, -E2BIG, "more than %d sources", LIVE_SOURCES_MAX);
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
	live_source_name(source, source->url.text);
	live->source_count++;
	return record_live_source(live->record, source->url.text,
				  source->driver == NULL ? "" : source->driver->name,
				  &source->record_id, err);
}

/* ---- set-up of the recording ------------------------------------------------------ */

static void keep_text(struct live *live, enum load_text index, char *text, size_t len)
{
	struct bytes *to = &live->loader.gathered.texts[index];
	bytes_free(to);
	*to = (struct bytes){.data = {text, len}, .owned = true};
}

/** --length and --rules are part of what is recorded: a replay must not need them. */
static int options_into_texts(struct live *live, struct err *err)
{
	const struct options *options = live->options;
	struct gathered *gathered = &live->loader.gathered;
	if (options->length != NULL) {
		struct slice text = gathered->texts[LOAD_SESSION].data;
		size_t cap = text.len + 128;
		char *joined = malloc(cap);
		if (joined == NULL)
			return err_set(err, -ENOMEM, "out of memory");
		size_t len = text_format(joined, cap, "[session]\nlength = %s\n",
					 options->length);
		if (text.at != NULL) { /* the later key holds */
			memcpy(joined, text.at, text.len);
			len = text.len + text_format(joined + text.len, cap - text.len,
						     "\n[session]\nlength = %s\n",
						     options->length);
		}
		keep_text(live, LOAD_SESSION, joined, len);
		live->texts_given = true;
	}
	if (options->rules == NULL)
		return 0;
	struct rules rules;
	struct bytes bytes = {0};
	int rc = rules_read(options->rules, &rules, &bytes, err);
	if (rc != 0)
		return rc;
	char *copy = malloc(bytes.data.len + 1);
	if (copy != NULL) {
		memcpy(copy, bytes.data.at, bytes.data.len);
		keep_text(live, LOAD_RULES, copy, bytes.data.len);
		live->texts_given = true;
	}
	bytes_free(&bytes);
	return copy == NULL ? err_set(err, -ENOMEM, "out of memory") : 0;
}

static int gather_texts(struct live *live, struct err *err)
{
	const char *session = live->options->session;
	int rc = 0;
	if (session != NULL && session_is_file(session)) {
		rc = session_file_gather(session, &live->loader.gathered, err);
		live->texts_given = true;
	}
	return rc == 0 ? options_into_texts(live, err) : rc;
}

/** What the file does not hold yet. */
static void put_texts(struct live *live)
{
	for (size_t i = 0; i < LOAD_TEXT_COUNT; i++) {
		struct slice text = live->loader.gathered.texts[i].data;
		if (text.at == NULL ||
		    live->text_hash[i] == hash_bytes(text.at, text.len, 1))
			continue;
		struct record_row row = {
			.received_at = live_now(),
			.type = RECORD_SETUP,
			.name = slice_of(load_text_names[i]),
			.bytes = text,
		};
		(void)record_put(live->record, &row);
	}
}

/* ---- the recording ------------------------------------------------------------------ */

struct row_context {
	struct live *live;
	struct err *err;
};

static int on_row(void *context, const struct record_row *row)
{
	struct row_context *rows = context;
	return live_row(rows->live, row, rows->err);
}

static int open_record(struct live *live, struct err *err)
{
	const struct options *options = live->options;
	struct record_live_options how = {.sync_normal =
						  options->sync != NULL &&
						  strcmp(options->sync, "normal") == 0};
	int rc = 0;
	if (options->output != NULL)
		text_copy(live->path, sizeof(live->path), slice_of(options->output));
	else
		rc = live_state_path(options->sources[0], live_now(), live->path,
				     sizeof(live->path), err);
	return rc == 0 ? record_live_open(live->path, &how, &live->record, err) : rc;
}

/** (2) What was recorded before a kill or a power cut. */
static int load_record(struct live *live, struct err *err)
{
	struct row_context rows = {live, err};
	live->loading = true;
	int rc = record_read(live->record, on_row, &rows, err);
	if (rc == 0 && !live->planned)
		rc = live_plan(live, err);
	live->loading = false;
	return rc;
}

static int open_writing(struct live *live, struct err *err)
{
	int rc = open_record(live, err);
	for (unsigned i = 0; rc == 0 && i < live->options->source_count; i++)
		rc = add_source(live, live->options->sources[i], err);
	if (rc == 0)
		rc = gather_texts(live, err);
	if (rc == 0)
		rc = live_begin(live, err);
	if (rc == 0)
		rc = load_record(live, err);
	if (rc != 0)
		return rc;
	live_take(live);
	if (live->texts_given)
		put_texts(live);
	return live_connect(live, err);
}

static int poll_record(struct live *live, struct err *err)
{
	struct row_context rows = {live, err};
	int rc;
	do {
		rc = record_follow_poll(live->record, POLL_ROWS, on_row, &rows, err);
	} while (rc == POLL_ROWS);
	return rc < 0 ? rc : 0;
}

static int open_following(struct live *live, struct err *err)
{
	text_copy(live->path, sizeof(live->path), slice_of(live->options->sources[0]));
	live->follows = true;
	int rc = record_follow(live->path, &live->record, err);
	if (rc == 0)
		rc = gather_texts(live, err);
	if (rc == 0)
		rc = live_begin(live, err);
	live->loading = true; /* for good: nothing is ever sent */
	if (rc == 0)
		rc = poll_record(live, err);
	if (rc == 0 && !live->planned)
		rc = live_plan(live, err);
	if (rc == 0)
		live_take(live);
	return rc;
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
	live->changed |= faulty || live->state.code != 0;
}

static void on_poll(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct live *live = watcher->data;
	struct err err;
	(void)loop;
	(void)events;
	/* A moment in which the file cannot be read: the next one will. */
	(void)poll_record(live, &err);
}

static void watch(struct live *live)
{
	ev_prepare_init(&live->turn, on_turn);
	/* Before the screen, which paints at the end of the same turn. */
	ev_set_priority(&live->turn, EV_MAXPRI);
	live->turn.data = live;
	ev_prepare_start(live->loop, &live->turn);
	if (live->follows) {
		ev_timer_init(&live->poll, on_poll, poll_s, poll_s);
		live->poll.data = live;
		ev_timer_start(live->loop, &live->poll);
		return;
	}
	ev_io_init(&live->wake, on_wake, record_wake_fd(live->record), EV_READ);
	live->wake.data = live;
	ev_io_start(live->loop, &live->wake);
}

int live_open(const struct options *options, struct ev_loop *loop,
	      const struct live_hooks *hooks, struct live **out, struct err *err)
{
	struct live *live = calloc(1, sizeof(*live));
	struct live_ack *acks = calloc(LIVE_ACKS_MAX, sizeof(*acks));
	if (live == NULL || acks == NULL) {
		free(live);
		free(acks);
		return err_set(err, -ENOMEM, "out of memory");
	}
	live->acks = acks;
	live->loop = loop;
	live->hooks = *hooks;
	live->options = options;
	live->first_at = INSTANT_NONE;
	live->lines = 1;
	live->loader.gathered.recording = true;
	bool follows =
		options->source_count == 1 && !live_is_source(options->sources[0]);
	int rc = follows ? open_following(live, err) : open_writing(live, err);
	if (rc != 0) {
		(void)live_close(live, NULL);
		return rc;
	}
	watch(live);
	*out = live;
	return 0;
}

int live_close(struct live *live, struct err *err)
{
	if (live == NULL)
		return 0;
	ev_prepare_stop(live->loop, &live->turn);
	ev_io_stop(live->loop, &live->wake);
	ev_timer_stop(live->loop, &live->poll);
	for (unsigned i = 0; i < live->source_count; i++) {
		net_source_close(live->sources[i].net);
		live->sources[i].net = NULL;
		free(live->sources[i].stream);
	}
	int rc = record_close(live->record, err);
	gathered_free(&live->loader.gathered);
	session_free(live->session);
	free(live->acks);
	free(live);
	return rc;
}

/* ---- what is asked ------------------------------------------------------------------------ */

struct session *live_session(struct live *live)
{
	return live->session;
}

/** How far the sources' clocks are from ours: the median of the newest passings, so
 * that one that is wrong moves nothing. */
static int64_t clocks_ahead(const struct live *live)
{
	int64_t sorted[LIVE_AHEAD];
	uint32_t count =
		live->ahead_count < LIVE_AHEAD ? live->ahead_count : LIVE_AHEAD;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t to = i;
		for (; to > 0 && sorted[to - 1] > live->ahead[i]; to--)
			sorted[to] = sorted[to - 1];
		sorted[to] = live->ahead[i];
	}
	return count == 0 ? 0 : sorted[count / 2];
}

/** Our clock; but sources that tell of another day, or are a little ahead of us, have
 * their own. */
instant_us live_edge(const struct live *live)
{
	const struct timeline *timeline = &live->session->timeline;
	instant_us now = live_now(), last = timeline->last_at;
	int64_t ahead = clocks_ahead(live);
	if (live->run + 1 != live->run_count)
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
	return live->first_at != INSTANT_NONE ? live->first_at : live_now();
}

const char *live_path(const struct live *live)
{
	return live->path;
}

bool live_follows(const struct live *live)
{
	return live->follows;
}
