/*
 * recorder_link.c -- a console's end of the connection to a recorder
 *
 *  (1) A message says that there may be new records: they are read at once.
 *  (2) The end of the connection is the end of the recorder: nothing is recorded any
 *      more, and the screen shows it.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "recorder.h"

enum {
	CONNECT_MS = 2 * 1000,
	FINISH_TRIES = 20,
	ANSWER_MS = 5 * 1000,
	FINISH_TURN_MS = 1000,
	FINISH_TURNS = 10 * 60,
};

static void link_lost(struct recorder_link *link)
{
	ev_io_stop(link->live->loop, &link->io);
	link->lost = true;
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
		    link->message.kind == RECORDER_READY)
			link->status = link->message;
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
	(void)link_take(link, RECORDER_KINDS);
	live_poll(link->live); /* (1) */
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

static int link_ready(struct recorder_link *link, int ms, struct err *err)
{
	int rc = link_wait(link, RECORDER_READY, ms);
	if (rc < 0 && link->message.kind == RECORDER_FAILED)
		return err_set(err, link->message.code, "%s", link->message.text);
	if (rc < 0)
		return err_set(err, rc, "the recorder of %s does not answer",
			       link->live->path);
	return 0;
}

int recorder_link_open(struct live *live, int fd, int ms, struct err *err)
{
	struct recorder_link *link = calloc(1, sizeof(*link));
	if (link == NULL) {
		close(fd);
		return err_set(err, -ENOMEM, "out of memory");
	}
	live->link = link;
	link->live = live;
	link->fd = fd;
	ev_io_init(&link->io, link_on_message, fd, EV_READ);
	link->io.data = link;
	int rc = link_ready(link, ms, err);
	if (rc != 0)
		recorder_link_close(live);
	else
		ev_io_start(live->loop, &link->io);
	return rc;
}

int recorder_link_connect(struct live *live, struct err *err)
{
	struct recorder_link *before = live->link;
	char name[SOURCE_PATH_MAX + 16];
	recorder_socket(live->path, name, sizeof(name));
	int fd = net_local_connect(name);
	if (fd < 0)
		return err_set(err, fd, "%s: %s", name, strerror(-fd));
	live->link = NULL;
	int rc = recorder_link_open(live, fd, CONNECT_MS, err);
	if (rc != 0)
		live->link = before;
	else if (before != NULL)
		link_free(before);
	return rc;
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
		if (!sent && recorder_link_connect(live, err) != 0)
			nanosleep(&pause, NULL);
	}
	struct recorder_link *link = live->link;
	if (!sent)
		return err_set(err, -EPIPE,
			       "the recorder of %s does not answer: the recording may "
			       "not be closed",
			       live->path);
	int rc = -ETIMEDOUT;
	uint32_t restarts = link->status.restarts;
	for (unsigned i = 0; rc == -ETIMEDOUT && i < FINISH_TURNS; i++) {
		rc = link_wait(link, RECORDER_CLOSED, FINISH_TURN_MS);
		if (rc != -ETIMEDOUT || link->status.restarts == restarts)
			continue;
		/* It crashed meanwhile: the next one does not know. */
		restarts = link->status.restarts;
		(void)link_send(link, RECORDER_FINISH, SLICE(""));
	}
	if (rc < 0)
		return err_set(err, rc, "the recorder of %s ended without closing it",
			       live->path);
	return link->message.code == 0
		       ? 0
		       : err_set(err, link->message.code, "%s", link->message.text);
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
