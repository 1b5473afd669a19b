/*
 * live_publish.c -- a recording that is published to Redis while it is written (--publish)
 */
#include <errno.h>
#include <string.h>

#include "recorder.h"

int live_publish_read(const struct options *options, struct redis_publish *out,
		      struct err *err)
{
	uint64_t keep = REDIS_KEEP;
	struct redis_publish read = {.context = NULL};
	int rc = redis_address_parse(options->publish, &read.address, err);
	if (rc == 0 && read.address.name[0] == '\0')
		rc = err_set(err, -EINVAL,
			     "name the circuit or the championship: "
			     "redis://HOST/NAME");
	if (rc == 0 && options->publish_keep != NULL &&
	    (!parse_u64(slice_of(options->publish_keep), &keep) || keep > INT64_MAX))
		return err_set(err, -EINVAL,
			       "--publish-keep must be a number of rows; 0 keeps all");
	if (rc != 0) {
		err_prefix(err, "--publish");
		return rc;
	}
	read.keep = (int64_t)keep;
	*out = read;
	return 0;
}

int live_publish_check(const struct live *live, struct err *err)
{
	struct redis_publish wanted;
	char place[sizeof(((struct redis_published *)0)->place)];
	if (live->options->publish == NULL)
		return 0;
	int rc = live_publish_read(live->options, &wanted, err);
	if (rc != 0)
		return rc;
	size_t len = redis_address_text(&wanted.address, place, sizeof(place));
	const struct recorder_message *status = live->link ? &live->link->status : NULL;
	const char *now =
		status != NULL && status->publishes ? status->published.place : "";
	if (strncmp(now, place, len) == 0 && (now[len] == '/' || now[len] == '\0'))
		return 0;
	return err_set(err, -EBUSY,
		       "%s is being recorded, and not published to %s; end that "
		       "recorder first, or leave --publish away",
		       live->path, place);
}

static void publish_on_changed(void *context)
{
	struct live *live = context;
	live->changed = true;
}

/** That of a copy's origin, or the file as consoles know it, without its folder and its
 * end. */
static void publish_session(const struct live *live, char session[REDIS_NAME_MAX + 1])
{
	const char *path =
		live->hooks.known_as != NULL ? live->hooks.known_as : live->path;
	const struct slice end = SLICE(".pitwall");
	struct redis_address origin;
	if (redis_address_parse(live->copied_from, &origin, NULL) == 0 &&
	    origin.session[0] != '\0') {
		memcpy(session, origin.session, sizeof(origin.session));
		return;
	}
	struct slice name = slice_of(source_base(path));
	if (name.len > end.len &&
	    slice_eq((struct slice){name.at + name.len - end.len, end.len}, end))
		name.len -= end.len;
	redis_name_safe(session, name);
}

int live_publish_begin(struct live *live, struct err *err)
{
	const struct options *options = live->options;
	const char *auth = options->redis_auth;
	if (options->publish == NULL)
		return 0;
	int rc = redis_built(err);
	if (rc == 0)
		rc = live_publish_read(options, &live->publish, err);
	if (rc == 0)
		rc = redis_auth_read(&live->publish.address,
				     auth != NULL && auth[0] != '\0' ? auth : NULL,
				     err);
	return rc;
}

int live_publish_apart(const struct live *live, struct err *err)
{
	const struct redis_address *from = &live->address;
	const struct redis_address *to = &live->publish.address;
	if (live->options->publish == NULL || strcmp(from->host, to->host) != 0 ||
	    from->port != to->port || strcmp(from->name, to->name) != 0 ||
	    (to->session[0] != '\0' && strcmp(from->session, to->session) != 0))
		return 0;
	return err_set(err, -EINVAL,
		       "--publish %s: the race comes from there; name another SESSION, "
		       "or leave --publish away",
		       live->options->publish);
}

/** By the set-up, or else by the sources: the meeting, unless the session is named with it or
 * alone. */
static void publish_names(struct live *live)
{
	struct redis_publish *publish = &live->publish;
	const struct race_setup *setup = &live->session->setup;
	const struct live_names *names = &live->names;
	struct slice title = slice_of(setup->event), circuit = slice_of(setup->circuit);
	struct slice meeting = slice_of(names->meeting);
	struct slice session = slice_of(names->session);
	if (title.len == 0)
		title = slice_starts(session, meeting) ? session : meeting;
	if (circuit.len == 0)
		circuit = slice_of(names->circuit);
	text_copy(publish->title, sizeof(publish->title), title);
	text_copy(publish->circuit, sizeof(publish->circuit), circuit);
}

void live_publish_name(struct live *live, enum event_kind kind, struct slice text)
{
	struct live_names *names = &live->names;
	char *to = kind == EVENT_SESSION   ? names->session
		   : kind == EVENT_MEETING ? names->meeting
					   : names->circuit;
	if (live->options->publish == NULL)
		return;
	(void)text_clean(to, sizeof(names->session), text);
	/* It is published when it is open. */
	if (live->publisher == NULL)
		return;
	publish_names(live);
	redis_publisher_describe(live->publisher, live->publish.title,
				 live->publish.circuit);
}

int live_publish_open(struct live *live, struct err *err)
{
	struct redis_publish *publish = &live->publish;
	if (live->options->publish == NULL)
		return 0;
	publish_names(live);
	publish_session(live, publish->session);
	publish->context = live;
	publish->changed = publish_on_changed;
	publish->take = live_take_ask;
	publish->relays = live->copied_from[0] != '\0';
	int rc = redis_publisher_open(live->loop, live->record, publish,
				      &live->publisher, err);
	if (rc == 0)
		live_publish_wake(live);
	return rc;
}

/** A stream from which the first rows are removed has the texts of the set-up, at any time:
 * they are recorded again. A copy has the rows of its origin. */
static void publish_texts(struct live *live, uint64_t rows)
{
	enum { ROWS_LEAST = 1000 };
	uint64_t each = (uint64_t)live->publish.keep / 2;
	each = each > ROWS_LEAST ? each : ROWS_LEAST;
	if (live->publish.keep == 0 || live->copied_from[0] != '\0' || live->closes ||
	    rows < live->texts_at + each)
		return;
	live->texts_at = rows;
	(void)live_put_texts(live, true, NULL);
}

void live_publish_wake(struct live *live)
{
	struct record_state state;
	if (live->publisher == NULL)
		return;
	record_state_get(live->record, &state);
	publish_texts(live, state.rows);
	redis_publisher_wake(live->publisher, state.rows);
}

void live_publish_close(struct live *live, struct err *err)
{
	struct record_state state;
	struct redis_published published;
	if (live->publisher == NULL)
		return;
	bool done = false;
	live->closes = true;
	if (record_drain(live->record, 2 * US_S, NULL) == 0) {
		record_state_get(live->record, &state);
		done = redis_publisher_finish(live->publisher, state.rows);
	}
	redis_publisher_status(live->publisher, &published);
	redis_publisher_close(live->publisher);
	live->publisher = NULL;
	if (!done)
		(void)err_set(err, 0, "not published to %s: %llu rows, %s",
			      published.place, (unsigned long long)published.waiting,
			      published.reason[0] != '\0'
				      ? published.reason
				      : "and that the recording was closed");
}

bool live_published(const struct live *live, struct redis_published *out)
{
	if (live->publisher != NULL)
		redis_publisher_status(live->publisher, out);
	else if (live->link != NULL && live->link->status.publishes)
		*out = live->link->status.published;
	else
		return false;
	return true;
}
