/*
 * recorder_link.c -- a console's end of the connection to a recorder
 *
 *  (1) A message says that there may be new records: they are read at once.
 *  (2) The end of the connection is the end of the recorder. The console connects again
 *      at once: the keeper may start another one. Until that is ready nothing is recorded,
 *      and the screen shows it.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "recorder.h"

enum {
	READY_MS = 1000,
	FINISH_TRIES = 20,
	ANSWER_MS = 5 * 1000,
	FINISH_TURN_MS = 1000,
	FINISH_TURNS = 10 * 60,
};

static void link_lost(struct recorder_link *link)
{
	ev_io_stop(link->live->loop, &link->io);
	link->lost = true;
	link->waits = false;
	link->live->changed = true;
}

/** Take what is there. 1: a message of @kind is in link->message; 0: none. */
static int link_take(struct recorder_link *link, enum recorder_kind kind)
{
	int rc;
	while (!link->lost && (rc = recorder_receive(link->fd, &link->message)) != 0) {
		if (rc < 0) {
			link_lost(link);
			return rc;
		}
		if (link->message.kind == RECORDER_STATUS ||
		    link->message.kind == RECORDER_READY) {
			link->status = link->message;
			link->waits = false;
		}
		if (link->message.kind == RECORDER_ANSWER &&
		    link->live->copied_from[0] != '\0')
			live_answered(link->live, link->message.number,
				      link->message.code, link->message.text);
		/* Also after a new connection. */
		link->live->owns |= link->status.owner != 0;
		link->live->changed = true;
		if (link->message.kind == (int)kind ||
		    (link->message.kind == RECORDER_STATUS && kind == RECORDER_READY))
			return 1;
	}
	return link->lost ? -EPIPE : 0;
}

static void link_on_message(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct recorder_link *link = watcher->data;
	(void)loop;
	(void)events;
	bool was_ready = !link->waits;
	(void)link_take(link, RECORDER_KINDS);
	live_poll(link->live); /* (1) */
	/* A recorder that has enough consoles closes the connection again. */
	if (link->lost && was_ready)
		(void)recorder_link_again(link->live); /* (2) It may end @link. */
}

/** Wait for a message of @kind. 1, -ETIMEDOUT, or -EPIPE. */
static int link_wait(struct recorder_link *link, enum recorder_kind kind, int ms)
{
	struct pollfd ready = {.fd = link->fd, .events = POLLIN};
	int64_t until = live_now() + (int64_t)ms * US_MS;
	for (;;) {
		int rc = link_take(link, kind);
		int64_t left = (until - live_now()) / US_MS;
		if (rc != 0)
			return rc;
		if (left <= 0 || left > ms)
			return -ETIMEDOUT;
		(void)poll(&ready, 1, (int)left);
	}
}

static void link_free(struct recorder_link *link)
{
	ev_io_stop(link->live->loop, &link->io);
	close(link->fd);
	free(link);
}

static void link_says(const struct recorder_link *link)
{
	const struct live *live = link->live;
	char words[RECORDER_TEXT];
	if (link->message.kind == RECORDER_READING)
		text_clean(words, sizeof(words), slice_of(link->message.text));
	else
		text_format(words, sizeof(words), "waiting for the recorder of %s",
			    live->path);
	if (live->hooks.progress != NULL)
		live->hooks.progress(live->hooks.context, words);
}

static int link_ready(struct recorder_link *link, struct err *err)
{
	int rc;
	while ((rc = link_wait(link, RECORDER_READY, READY_MS)) == -ETIMEDOUT)
		link_says(link);
	if (rc < 0 && link->message.kind == RECORDER_FAILED)
		return err_set(err, link->message.code, "%s", link->message.text);
	if (rc < 0)
		return err_set(err, rc == -EPROTO ? rc : -EPIPE,
			       "the recorder of %s ended before it was ready",
			       link->live->path);
	return 0;
}

static struct recorder_link *link_new(struct live *live, int fd)
{
	struct recorder_link *link = calloc(1, sizeof(*link));
	if (link == NULL) {
		close(fd);
		return NULL;
	}
	link->live = live;
	link->fd = fd;
	ev_io_init(&link->io, link_on_message, fd, EV_READ);
	link->io.data = link;
	return link;
}

int recorder_link_open(struct live *live, int fd, struct err *err)
{
	struct recorder_link *link = live->link = link_new(live, fd);
	if (link == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	int rc = link_ready(link, err);
	if (rc != 0)
		recorder_link_close(live);
	else
		ev_io_start(live->loop, &link->io);
	return rc;
}

static int link_connect(const struct live *live)
{
	char name[SOURCE_PATH_MAX + 16];
	recorder_socket(live->path, name, sizeof(name));
	return net_local_connect(name);
}

int recorder_link_connect(struct live *live, struct err *err)
{
	int fd = link_connect(live);
	/* A socket of one that was killed refuses. */
	if (fd < 0)
		return err_set(err, fd == -ECONNREFUSED ? -ENOENT : fd, "%s: %s",
			       live->path, strerror(-fd));
	return recorder_link_open(live, fd, err);
}

int recorder_link_again(struct live *live)
{
	struct recorder_link *before = live->link;
	int fd = link_connect(live);
	struct recorder_link *link = fd < 0 ? NULL : link_new(live, fd);
	if (link == NULL)
		return fd < 0 ? fd : -ENOMEM;
	link->waits = true;
	if (before != NULL) {
		link->status = before->status;
		link->decision = before->decision;
		link_free(before);
	}
	live->link = link;
	ev_io_start(live->loop, &link->io);
	return 0;
}

void recorder_link_turn(struct live *live, int ms)
{
	if (live->link->lost)
		(void)recorder_link_again(live);
	/* There is none just now. */
	if (link_wait(live->link, RECORDER_KINDS, ms) == -EPIPE)
		(void)poll(NULL, 0, ms);
}

void recorder_link_close(struct live *live)
{
	if (live->link != NULL)
		link_free(live->link);
	live->link = NULL;
}

static bool link_send(struct recorder_link *link, enum recorder_kind kind,
		      struct slice text)
{
	struct recorder_message message;
	recorder_message(&message, kind);
	message.number = link->decision;
	text_copy(message.text, sizeof(message.text), text);
	if (kind == RECORDER_DECIDE)
		live_who(link->live, message.who);
	return !link->lost &&
	       net_local_send(link->fd,
			      (struct slice){(const char *)&message, sizeof(message)});
}

int recorder_link_finish(struct live *live, struct err *err)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	bool sent = false;
	/* One that crashed is started again. */
	for (unsigned i = 0; !sent && i < FINISH_TRIES; i++) {
		sent = link_send(live->link, RECORDER_FINISH, SLICE(""));
		if (!sent && recorder_link_again(live) != 0) {
			/* A copy is closed when its origin is. */
			if (recorder_closed(live->path))
				return 0;
			nanosleep(&pause, NULL);
		}
	}
	if (!sent)
		return err_set(err, -EPIPE,
			       "the recorder of %s does not answer: the recording may "
			       "not be closed",
			       live->path);
	int rc = -ETIMEDOUT;
	unsigned again = 0;
	uint32_t restarts = live->link->status.restarts;
	for (unsigned i = 0; rc == -ETIMEDOUT && i < FINISH_TURNS; i++) {
		rc = link_wait(live->link, RECORDER_CLOSED, FINISH_TURN_MS);
		/* Only the connection may have ended, and the request with it. */
		bool connected = rc < 0 && rc != -ETIMEDOUT && again++ < FINISH_TRIES &&
				 recorder_link_again(live) == 0;
		/* Or it crashed meanwhile: the next one does not know. */
		if (!connected &&
		    (rc != -ETIMEDOUT || live->link->status.restarts == restarts))
			continue;
		restarts = live->link->status.restarts;
		(void)link_send(live->link, RECORDER_FINISH, SLICE(""));
		rc = -ETIMEDOUT;
	}
	if (rc < 0)
		return err_set(err, rc, "the recorder of %s ended without closing it",
			       live->path);
	const struct recorder_message *closed = &live->link->message;
	return closed->code == 0 ? 0 : err_set(err, closed->code, "%s", closed->text);
}

int recorder_link_decide(struct live *live, struct slice line, struct err *err)
{
	struct recorder_link *link = live->link;
	if (link->lost)
		return err_set(err, -EPIPE, "the recorder has ended: not decided");
	link->decision++;
	if (!link_send(link, RECORDER_DECIDE, line))
		return err_set(err, -EAGAIN,
			       "the recorder takes no messages: not decided");
	link->live->decided = link->decision;
	if (link->live->copied_from[0] != '\0')
		return 0;
	/* Not that of an earlier one, which came too late. */
	int rc;
	do
		rc = link_wait(link, RECORDER_ANSWER, ANSWER_MS);
	while (rc > 0 && link->message.number != link->decision);
	if (rc < 0)
		return err_set(
			err, rc,
			"the recorder did not answer: see whether the decision is "
			"shown");
	return link->message.code == 0
		       ? 0
		       : err_set(err, link->message.code, "%s", link->message.text);
}

const struct recorder_feed *recorder_link_feed(const struct live *live, int record_id)
{
	const struct recorder_message *status = live->link ? &live->link->status : NULL;
	for (uint32_t i = 0; status != NULL && i < status->feed_count; i++)
		if (status->feeds[i].record_id == record_id)
			return &status->feeds[i];
	return NULL;
}
