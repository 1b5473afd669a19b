/*
 * recorder_consoles.c -- a recorder and the consoles that follow it
 *
 *  (1) A console is never waited for: the state is sent again when something changes,
 *      and a console that takes no messages misses some. It gets the newest when it
 *      takes messages again.
 *  (2) A decision is answered when it is on disk.
 *  (3) A recorder belongs to the console that started it. When that console is gone
 *      without having ended it, recording goes on, and the recorder belongs to the next
 *      console that connects.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recorder.h"

enum { CONSOLES_MAX = 8, NAME_MOST = 64 };
static const double status_s = 0.004;

/* A console that is connected. */
struct recorder_console {
	struct recorder_consoles *all;
	int fd; /* -1: none */
	ev_io io;
	uint64_t ticket; /* of a decision that waits for the disk; 0: none */
	uint32_t number; /* of the last decision */
	uint32_t serial; /* of the connection: 1, 2 ... */
	bool missed;     /* the last state could not be sent */
	bool owner;
};

struct recorder_consoles {
	struct live *live;
	unsigned restarts;
	uint32_t serials;
	bool started_by_console;
	int listening; /* -1: none */
	ev_io accept;
	ev_timer due;
	char name[SOURCE_PATH_MAX + 16];
	struct recorder_console consoles[CONSOLES_MAX];
	struct recorder_message message;
};

/* ---- messages ---------------------------------------------------------------------- */

void recorder_message(struct recorder_message *message, enum recorder_kind kind)
{
	memset(message, 0, sizeof(*message));
	message->magic = RECORDER_MAGIC;
	message->size = sizeof(*message);
	message->kind = (int32_t)kind;
}

/* Each text ends, and each index is one. */
static void message_is_text(struct recorder_message *message)
{
	struct record_state *record = &message->record;
	struct redis_published *published = &message->published;
	published->place[sizeof(published->place) - 1] = '\0';
	published->reason[sizeof(published->reason) - 1] = '\0';
	message->text[sizeof(message->text) - 1] = '\0';
	message->who[sizeof(message->who) - 1] = '\0';
	record->fault[sizeof(record->fault) - 1] = '\0';
	record->notice[sizeof(record->notice) - 1] = '\0';
	record->file[sizeof(record->file) - 1] = '\0';
	for (uint32_t i = 0; i < message->feed_count; i++) {
		struct recorder_feed *feed = &message->feeds[i];
		feed->reason[sizeof(feed->reason) - 1] = '\0';
		if (feed->state >= VIEW_FEED_COUNT)
			feed->state = VIEW_FEED_SILENT;
	}
}

/* A failure has a code and words. */
static bool message_is_whole(const struct recorder_message *message)
{
	bool fails = message->code != 0 || message->kind == RECORDER_FAILED;
	return message->magic == RECORDER_MAGIC && message->size == sizeof(*message) &&
	       message->kind >= 0 && message->kind < RECORDER_KINDS &&
	       message->feed_count <= LIVE_SOURCES_MAX &&
	       (!fails || (message->code < 0 && message->text[0] != '\0'));
}

int recorder_receive(int fd, struct recorder_message *message)
{
	ptrdiff_t n = net_local_receive(fd, message, sizeof(*message));
	if (n == -EAGAIN)
		return 0;
	if (n <= 0)
		return n == 0 ? -EPIPE : (int)n;
	if (n != (ptrdiff_t)sizeof(*message) || !message_is_whole(message)) {
		memset(message, 0, sizeof(*message)); /* nothing of it is used */
		return -EPROTO;
	}
	message_is_text(message);
	return 1;
}

void recorder_socket(const char *path, char *name, size_t cap)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash == NULL ? path : slash + 1;
	size_t len = strlen(file);
	if (len <= NAME_MOST)
		(void)text_format(name, cap, "%s-control", path);
	else /* longer than the name of a socket may be */
		(void)text_format(name, cap, "%.*spitwall-%016llx-control",
				  (int)(file - path), path,
				  (unsigned long long)hash_bytes(file, len, 1));
}

static bool console_send(struct recorder_console *console)
{
	struct recorder_message *message = &console->all->message;
	message->owner = console->owner;
	return net_local_send(console->fd,
			      (struct slice){(const char *)message, sizeof(*message)});
}

/* (1) */
static void console_send_state(struct recorder_console *console)
{
	bool missed = !console_send(console);
	if (missed == console->missed)
		return;
	console->missed = missed;
	ev_io_stop(console->all->live->loop, &console->io);
	ev_io_set(&console->io, console->fd, EV_READ | (missed ? EV_WRITE : 0));
	ev_io_start(console->all->live->loop, &console->io);
}

/* ---- the state ----------------------------------------------------------------------- */

/* Of a copy all sources are in one state, when it has one of its own; without sources it is
 * that of the source 0. */
static void copy_status(const struct live *live, struct recorder_message *message)
{
	struct view_feed feed = {.name = ""};
	unsigned count = live->session->parts->source_count;
	if (!live_copy_feed(live, &feed))
		return;
	message->feed_count = count == 0                 ? 1
			      : count < LIVE_SOURCES_MAX ? count
							 : LIVE_SOURCES_MAX;
	for (unsigned i = 0; i < message->feed_count; i++) {
		struct recorder_feed *to = &message->feeds[i];
		to->record_id = count == 0 ? 0 : live->session->parts->sources[i].id;
		to->state = feed.state;
		to->since = feed.since;
		to->retry_at = feed.retry_at;
		text_copy(to->reason, sizeof(to->reason), slice_of(feed.reason));
	}
}

static void recorder_status(struct recorder_consoles *all, enum recorder_kind kind)
{
	struct recorder_message *message = &all->message;
	struct live *live = all->live;
	recorder_message(message, kind);
	message->restarts = all->restarts;
	message->crashes = responder_crashes(live->responder);
	message->blind = live->blind;
	record_state_get(live->record, &message->record);
	live_copy_notice(live, &message->record);
	message->publishes = live_published(live, &message->published);
	message->feed_count = live->source_count;
	copy_status(live, message);
	for (unsigned i = 0; i < live->source_count; i++) {
		const struct live_source *source = &live->sources[i];
		struct recorder_feed *to = &message->feeds[i];
		struct view_feed feed = {.name = ""};
		to->record_id = source->record_id;
		if (source->net == NULL) {
			to->state = VIEW_FEED_REFUSED;
			to->retry_at = INSTANT_NONE;
			text_copy(to->reason, sizeof(to->reason),
				  slice_of(source->fault));
			continue;
		}
		live_feed_state(source->net, &feed);
		to->state = feed.state;
		to->peers = feed.peers;
		to->since = feed.since;
		to->retry_at = feed.retry_at;
		memcpy(to->reason, feed.reason, sizeof(to->reason));
	}
}

/* (2) */
static void answer_decisions(struct recorder_consoles *all)
{
	struct record_state state;
	record_state_get(all->live->record, &state);
	for (unsigned i = 0; i < CONSOLES_MAX; i++) {
		struct recorder_console *console = &all->consoles[i];
		if (console->fd < 0 || console->ticket == 0 ||
		    (console->ticket > state.durable && state.code == 0))
			continue;
		recorder_message(&all->message, RECORDER_ANSWER);
		all->message.number = console->number;
		if (console->ticket > state.durable) {
			all->message.code = state.code;
			text_format(all->message.text, sizeof(all->message.text),
				    "not on disk yet: %s", state.fault);
		}
		console->ticket = 0;
		(void)console_send(console);
	}
}

void recorder_consoles_report(struct recorder_consoles *all)
{
	answer_decisions(all);
	recorder_status(all, RECORDER_STATUS);
	for (unsigned i = 0; i < CONSOLES_MAX; i++)
		if (all->consoles[i].fd >= 0)
			console_send_state(&all->consoles[i]);
}

static void consoles_on_due(struct ev_loop *loop, ev_timer *watcher, int events)
{
	(void)loop;
	(void)events;
	recorder_consoles_report(watcher->data);
}

void recorder_consoles_changed(struct recorder_consoles *all)
{
	if (ev_is_active(&all->due))
		return;
	ev_timer_set(&all->due, status_s, 0.);
	ev_timer_start(all->live->loop, &all->due);
}

/* ---- consoles ----------------------------------------------------------------------- */

static void console_drop(struct recorder_console *console)
{
	ev_io_stop(console->all->live->loop, &console->io);
	/* The keeper has the end of the first console too. */
	net_local_end(console->fd);
	console->fd = -1;
	console->ticket = 0;
	console->owner = console->missed = false;
}

static void console_answer(struct recorder_console *console, uint32_t number, int code,
			   const char *words)
{
	struct recorder_message *message = &console->all->message;
	recorder_message(message, RECORDER_ANSWER);
	message->number = number;
	message->code = code;
	text_copy(message->text, sizeof(message->text), slice_of(words));
	(void)console_send(console);
}

void recorder_consoles_answer(struct recorder_consoles *all, uint64_t ask, int code,
			      const char *words)
{
	for (unsigned i = 0; i < CONSOLES_MAX; i++) {
		struct recorder_console *console = &all->consoles[i];
		if (console->fd >= 0 && console->serial == ask >> 32)
			console_answer(console, (uint32_t)ask, code, words);
	}
}

/* Its answer comes from elsewhere. */
static void console_asks(struct recorder_console *console,
			 const struct recorder_message *decision)
{
	struct err err;
	int rc = live_ask(console->all->live,
			  (uint64_t)console->serial << 32 | decision->number,
			  decision->who, slice_of(decision->text), &err);
	if (rc != 0)
		console_answer(console, decision->number, rc, err.text);
}

static void console_decides(struct recorder_console *console,
			    const struct recorder_message *decision)
{
	struct live *live = console->all->live;
	if (live->copied_from[0] != '\0') {
		console_asks(console, decision);
		return;
	}
	int rc = live_record_decision(live, slice_of(decision->who),
				      slice_of(decision->text), &console->ticket);
	console->number = decision->number;
	if (rc != 0)
		console_answer(
			console, decision->number, rc,
			rc == -ESHUTDOWN
				? "the recording is being closed: not decided"
				: "the recording cannot be written and its memory is "
				  "full: not decided");
}

static void console_on_message(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct recorder_console *console = watcher->data;
	struct recorder_message message;
	if ((events & EV_WRITE) != 0) {
		recorder_status(console->all, RECORDER_STATUS);
		console_send_state(console);
	}
	int rc = recorder_receive(console->fd, &message);
	if (rc == 0)
		return;
	if (rc < 0)
		console_drop(console);
	else if (message.kind == RECORDER_DECIDE)
		console_decides(console, &message);
	else if (message.kind == RECORDER_FINISH) /* only owners send it */
		ev_break(loop, EVBREAK_ALL);
}

static bool is_gone(int fd)
{
	struct pollfd there = {.fd = fd};
	(void)poll(&there, 1, 0);
	return (there.revents & (POLLHUP | POLLERR)) != 0;
}

/* (3) */
static bool is_owned(const struct recorder_consoles *all)
{
	for (unsigned i = 0; i < CONSOLES_MAX; i++)
		if (all->consoles[i].fd >= 0 && all->consoles[i].owner &&
		    !is_gone(all->consoles[i].fd))
			return true;
	return !all->started_by_console;
}

bool recorder_consoles_gone(const struct recorder_consoles *all)
{
	for (unsigned i = 0; i < CONSOLES_MAX; i++)
		if (all->consoles[i].fd >= 0 && !is_gone(all->consoles[i].fd))
			return false;
	return all->started_by_console;
}

static void console_add(struct recorder_consoles *all, int fd)
{
	struct recorder_console *console = all->consoles;
	while (console < all->consoles + CONSOLES_MAX && console->fd >= 0)
		console++;
	/* The console of a recorder that was started again may be gone. */
	if (console == all->consoles + CONSOLES_MAX || is_gone(fd)) {
		close(fd);
		return;
	}
	console->owner = !is_owned(all);
	console->serial = ++all->serials;
	console->fd = fd;
	ev_io_init(&console->io, console_on_message, fd, EV_READ);
	console->io.data = console;
	ev_io_start(all->live->loop, &console->io);
	recorder_status(all, RECORDER_READY);
	(void)console_send(console);
}

static void consoles_on_accept(struct ev_loop *loop, ev_io *watcher, int events)
{
	(void)loop;
	(void)events;
	int fd = net_local_accept(watcher->fd);
	if (fd >= 0)
		console_add(watcher->data, fd);
}

struct recorder_consoles *recorder_consoles_open(struct live *live, int link,
						 unsigned restarts)
{
	struct recorder_consoles *all = calloc(1, sizeof(*all));
	if (all == NULL)
		return NULL;
	all->live = live;
	all->restarts = restarts;
	all->started_by_console = link >= 0;
	for (unsigned i = 0; i < CONSOLES_MAX; i++) {
		all->consoles[i].all = all;
		all->consoles[i].fd = -1;
	}
	ev_timer_init(&all->due, consoles_on_due, 0., 0.);
	all->due.data = all;
	recorder_socket(live->hooks.known_as != NULL ? live->hooks.known_as
						     : live->path,
			all->name, sizeof(all->name));
	all->listening = live->hooks.listening > 0 ? live->hooks.listening
						   : net_local_listen(all->name);
	if (all->listening >= 0) {
		ev_io_init(&all->accept, consoles_on_accept, all->listening, EV_READ);
		all->accept.data = all;
		ev_io_start(live->loop, &all->accept);
	}
	if (link >= 0)
		console_add(all, link);
	live->consoles = all;
	return all;
}

void recorder_consoles_close(struct recorder_consoles *all, int code, const char *text)
{
	if (all == NULL)
		return;
	ev_timer_stop(all->live->loop, &all->due);
	if (all->listening >= 0) {
		ev_io_stop(all->live->loop, &all->accept);
		close(all->listening);
		(void)unlink(all->name);
	}
	for (unsigned i = 0; i < CONSOLES_MAX; i++) {
		struct recorder_console *console = &all->consoles[i];
		recorder_message(&all->message, RECORDER_ANSWER);
		all->message.number = console->number;
		all->message.code = code;
		text_copy(all->message.text, sizeof(all->message.text), slice_of(text));
		if (console->fd >= 0 && console->ticket > 0)
			(void)console_send(console);
		all->message.kind = RECORDER_CLOSED;
		if (console->fd >= 0) {
			(void)console_send(console);
			console_drop(console);
		}
	}
	free(all);
}
