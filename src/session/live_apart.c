/*
 * live_apart.c -- a console's live session: a recorder records, the console follows
 *
 * Cited rules are those of live.h.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "recorder.h"

enum { CONNECT_TRIES = 20, FOLLOW_S = 5, FOLLOW_MS = 100 };

static int start_recorder(struct live *live, struct options *options, struct err *err)
{
	int fd = -1;
	options->output = live->path;
	live->started = true;
	int rc = recorder_start(options, &fd, err);
	if (rc == 0)
		rc = recorder_link_open(live, fd, err);
	/* Only the connection to it may have ended. */
	return rc == -EPIPE ? -EBUSY : rc;
}

/** The recording that is written already is one of the sources that are asked for. */
static int check_sources(const struct live *live, struct err *err)
{
	struct record_source rows[SOURCES_MAX];
	int count = 0;
	int rc = record_sources(live->record, rows, SOURCES_MAX, &count, err);
	/* Its file was lost or closed just now. */
	if (rc != 0)
		return 0;
	for (unsigned k = 0; rc == 0 && k < live->options->source_count; k++) {
		struct net_url url;
		bool found = false;
		rc = net_url_parse(live->options->sources[k], &url, err);
		for (int i = 0; rc == 0 && i < count; i++)
			found |= strcmp(rows[i].url, url.text) == 0;
		if (rc == 0 && !found)
			rc = err_set(err, -EBUSY,
				     "%s is being recorded, and not from %.80s; "
				     "`pitwall %s` "
				     "shows it",
				     live->path, url.text, live->path);
	}
	return rc;
}

/** Connect to the recorder that runs, or start one. -EBUSY: one begins just now. */
static int find_recorder(struct live *live, bool named, struct err *err)
{
	struct options options = *live->options;
	if (live->copied_from[0] != '\0')
		options.sources[0] = live->copied_from;
	/* Also one that lost the file of this name and goes on in another. */
	int rc = recorder_link_connect(live, err);
	live->attached = rc == 0;
	if (live->attached)
		return 0;
	if (rc == -EAGAIN)
		return err_set(
			err, -EBUSY,
			"%s: many consoles wait for its recorder; try again in a "
			"minute",
			live->path);
	/* It ended meanwhile, and is started again. */
	if (rc == -EPIPE || record_is_live(live->path))
		return -EBUSY;
	if (live->started)
		return err_set(err, -EPIPE,
			       "the recorder of %s ended before it was ready",
			       live->path);
	return named ? 0 : start_recorder(live, &options, err);
}

static int follow_once(struct live *live, bool named, struct err *err)
{
	int rc = live_follow(live, err);
	named |= live->copied_from[0] != '\0';
	if (rc == 0 && live->attached && !named)
		rc = check_sources(live, err);
	return rc == 0 && live->attached ? live_publish_check(live, err) : rc;
}

/** The file may have been lost just now, and cannot be read, or shows less than it has:
 * then the recorder says where it goes on. */
static int follow(struct live *live, bool named, struct err *err)
{
	const int64_t until = live_now() + FOLLOW_S * US_S;
	int rc = follow_once(live, named, err);
	while (rc != 0 && live->link != NULL && live_now() < until) {
		recorder_link_turn(live, FOLLOW_MS);
		(void)record_close(live->record, NULL);
		session_free(live->session);
		live->record = NULL;
		live->session = NULL;
		rc = follow_once(live, named, err);
	}
	return rc;
}

static int open_apart(struct live *live, struct err *err)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	bool named = live_names_recording(live->options);
	int rc = 0;
	if (named)
		text_copy(live->path, sizeof(live->path),
			  slice_of(live->options->sources[0]));
	else
		rc = live_choose_path(live, err);
	if (rc == 0)
		rc = find_recorder(live, named, err);
	for (unsigned i = 0; rc == -EBUSY && i < CONNECT_TRIES; i++) {
		nanosleep(&pause, NULL);
		rc = find_recorder(live, named, err);
	}
	/* A recorder that cannot be asked is followed. */
	if (rc == 0 || (rc == -EBUSY && named))
		rc = follow(live, named, err);
	return rc;
}

int live_open_apart(const struct options *options, struct ev_loop *loop,
		    const struct live_hooks *hooks, struct live **out, struct err *err)
{
	struct live *live = live_new(options, loop, hooks, err);
	if (live == NULL)
		return -ENOMEM;
	return live_opened(live, open_apart(live, err), out);
}

void live_news(struct live *live, char words[160])
{
	const struct recorder_message *status = live->link ? &live->link->status : NULL;
	text_copy(words, 160, slice_of(live->session->news));
	live->session->news[0] = '\0';
	if (status == NULL)
		return;
	if (live->attached && status->owner)
		text_format(words, 160,
			    "recording went on without a console; q closes it");
	else if (!live->attached && status->restarts != live->restarts_reported &&
		 status->record.missing > 0)
		text_format(words, 128,
			    "the recorder crashed and was started again: %llu records "
			    "of before are MISSING",
			    (unsigned long long)status->record.missing);
	else if (!live->attached && status->restarts != live->restarts_reported)
		text_format(words, 160,
			    "the recorder crashed and was started again: what was "
			    "received before is on disk");
	else if (!live->attached && status->crashes != live->crashes_reported)
		text_format(words, 160,
			    status->blind
				    ? "decoding crashed again: sources are recorded "
				      "and not answered"
				    : "decoding crashed and was started again: "
				      "nothing that was received is lost");
	live->crashes_reported = status->crashes;
	live->restarts_reported = status->restarts;
	live->attached = false;
}

bool live_ends(const struct live *live)
{
	if (live->ended)
		return false;
	return live->follows ? live->link != NULL && live->link->status.owner : true;
}

int live_serve_consoles(struct live *live, struct err *err)
{
	if (recorder_consoles_open(live, -1, 0) == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	return 0;
}
