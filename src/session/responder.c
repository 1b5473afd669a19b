/*
 * responder.c -- what sources send is decoded, and answered, in a process of its own
 *
 *   recorder --rows--> responder --answers--> recorder --> source
 *
 *  (1) Hostile bytes are decoded where there is nothing to gain: the responder has no
 *      descriptor but its end of a socket pair.
 *  (2) The recorder never waits for it: rows wait in memory. A responder that does not
 *      answer a probe in time is ended like one that crashed. A sender of which more than
 *      SENDER_MAX bytes wait sends faster than they are decoded: it is not read until they
 *      are. Its datagrams are recorded, and not answered: it sends them again.
 *  (3) When it has ended, another one gets all rows of the recording, some in each turn of
 *      the loop. Sources stay connected and are recorded meanwhile. Then they are connected
 *      again: they repeat what was not acknowledged. After CRASHES_MOST within a minute there
 *      is none: sources are recorded, and not answered.
 *  (4) What a source calls the race is reported to the recorder, when that publishes it.
 *  (5) An answer goes to the connection whose bytes it answers: a row carries the number
 *      of its link, and an answer repeats it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "recorder.h"
#include "pitwall/sandbox.h"

enum {
	QUEUE_FIRST = 64 * 1024,
	ANSWER_MAX = 4096,
	ROW_EVENTS_MAX = 64 * 1024,
	ROW_TEXT_MAX = 4 * 1024 * 1024,
	CRASHES_MOST = 3,
	START_MS = 10 * 1000,
	PROBES_LATE = 10,
	ANSWERS_A_TURN = 4096,
	PROBE = 255, /* a type of a head without bytes: it is sent back */
	NAME = 254,  /* what the source calls the race; peer is the kind of the event */
	NAME_KINDS = EVENT_CIRCUIT + 1, /* SESSION, MEETING, CIRCUIT */
	READ_PIECE = 64 * 1024,
	SENDER_MAX = 4 * 1024 * 1024, /* of a queue up to QUEUE_MANY, then SENDER_FEW */
	SENDER_FEW = 64 * 1024,
	QUEUE_MANY = 16 * 1024 * 1024,
	/* A read may be added to what a sender may have. */
	QUEUE_MAX = QUEUE_MANY +
		    LIVE_SOURCES_MAX * FEED_PEERS_MAX * (SENDER_FEW + READ_PIECE),
	PIECE_ROWS = 256, /* in a turn */
	PIECE_QUEUE = 1024 * 1024,
};

static const double probe_s = 1., piece_s = .001;
/* A slow disk: its source sends again what is not on it by then. */
static const duration_us drain_most = 10 * US_S;

/* Before the bytes of a row, and of an answer. */
struct responder_head {
	uint64_t ticket;
	instant_us received_at;
	uint32_t len;
	uint32_t link; /* (5) */
	uint16_t peer;
	uint8_t source; /* among live->sources */
	uint8_t type;   /* enum record_type */
	uint8_t after_commit;
	uint8_t spare[3];
};

struct responder {
	struct live *live;
	pid_t pid;
	int fd; /* -1: there is none */
	ev_io in, out;
	char *queue; /* messages: a head, then its bytes */
	size_t len, max;
	uint32_t queued[LIVE_SOURCES_MAX][FEED_PEERS_MAX]; /* bytes in the queue */
	unsigned crashes, crashes_all;
	instant_us crashed_at;
	uint32_t links[LIVE_SOURCES_MAX][FEED_PEERS_MAX];
	ev_timer probe;
	unsigned probed;        /* turns since a probe was sent; 0: none is */
	bool took_rows;         /* since the last probe */
	struct record *history; /* that it gets (3); NULL: it has it */
	bool dropped;           /* the sources, to connect them again */
	int64_t drain_until;    /* responder_steady() */
	ev_timer piece;
	char message[sizeof(struct responder_head) + READ_PIECE];
};

/* ---- the process --------------------------------------------------------------------- */

struct answering {
	int fd;
	const struct responder_head *row;
};

/* Waits: the recorder takes messages in its loop. */
static void message_send(int fd, struct responder_head head, struct slice bytes)
{
	char message[sizeof(struct responder_head) + ANSWER_MAX];
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	if (bytes.len > ANSWER_MAX)
		return;
	head.len = (uint32_t)bytes.len;
	memcpy(message, &head, sizeof(head));
	memcpy(message + sizeof(head), bytes.at, bytes.len);
	while (!net_local_send(fd, (struct slice){message, sizeof(head) + bytes.len}))
		if (poll(&ready, 1, -1) > 0 &&
		    (ready.revents & (POLLHUP | POLLERR)) != 0)
			_exit(EXIT_SUCCESS); /* the recorder has ended */
}

static void answer_send(void *context, const struct stream *stream, uint16_t peer,
			const struct event *event, struct slice bytes)
{
	const struct answering *answering = context;
	struct responder_head head = *answering->row;
	(void)stream;
	head.peer = peer;
	head.after_commit = (event->bits & EVENT_AFTER_COMMIT) != 0;
	message_send(answering->fd, head, bytes);
}

struct responder_streams {
	struct stream *of[LIVE_SOURCES_MAX];
	struct stream_sink sink;
	struct answering answering;
	struct event_list list;
	bool names;                 /* are wanted (4), */
	uint64_t named[NAME_KINDS]; /* and these were sent */
};

/** (4) */
static void names_send(struct responder_streams *streams)
{
	const struct event_list *list = &streams->list;
	for (uint32_t i = 0; streams->names && i < list->count; i++) {
		const struct event *event = &list->at[i];
		if (event->kind >= NAME_KINDS || event->text_len == 0)
			continue;
		struct slice text = event_text(list, event);
		uint64_t sum = hash_bytes(text.at, text.len, 1);
		if (sum == streams->named[event->kind])
			continue;
		streams->named[event->kind] = sum;
		message_send(streams->answering.fd,
			     (struct responder_head){.type = NAME, .peer = event->kind},
			     text);
	}
}

static void respond(struct responder_streams *streams,
		    const struct responder_head *head, struct slice bytes)
{
	struct stream *stream = streams->of[head->source % LIVE_SOURCES_MAX];
	if (head->type == PROBE) {
		const struct event probe = {.bits = 0};
		streams->answering.row = head;
		answer_send(&streams->answering, stream, head->peer, &probe, bytes);
		return;
	}
	streams->answering.row = head;
	streams->list.count = streams->list.text_len = 0;
	if (head->type == RECORD_LINK)
		stream_link(stream, head->peer, slice_starts(bytes, SLICE("up")),
			    head->received_at, &streams->list);
	else
		stream_chunk(stream, head->peer, bytes, head->received_at,
			     &streams->list);
	names_send(streams);
}

static void responder_streams_open(struct responder_streams *streams,
				   const struct live *live, int fd)
{
	streams->answering.fd = fd;
	streams->names = live->options->publish != NULL;
	streams->sink = (struct stream_sink){&streams->answering, answer_send};
	streams->list = (struct event_list){
		.at = malloc(ROW_EVENTS_MAX * sizeof(struct event)),
		.max = ROW_EVENTS_MAX,
		.text = malloc(ROW_TEXT_MAX),
		.text_max = ROW_TEXT_MAX,
	};
	if (streams->list.at == NULL || streams->list.text == NULL)
		_exit(EXIT_FAILURE);
	for (unsigned i = 0; i < live->source_count; i++) {
		struct feed_setup setup = live->session->parts->feed;
		void *storage = calloc(1, stream_size());
		if (storage == NULL)
			_exit(EXIT_FAILURE);
		setup.source = (uint16_t)i;
		setup.alone = !live_source_has_many(&live->sources[i]);
		streams->of[i] = stream_open(storage, live->sources[i].driver, &setup);
		stream_set_sink(streams->of[i], &streams->sink);
	}
}

/** (1) */
static void responder_run(struct responder *responder, int fd)
{
	static struct responder_streams streams;
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char *message = responder->message;
#ifdef __linux__
	/* Also when it hangs. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	/* The end of the recorder ends it. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	net_descriptors_close(0, fd);
	responder_streams_open(&streams, responder->live, fd);
	if (!responder->live->options->no_sandbox)
		(void)sandbox_enter(SANDBOX_DECODE);
	for (;;) {
		struct responder_head head;
		ptrdiff_t n =
			net_local_receive(fd, message, sizeof(responder->message));
		if (n == -EAGAIN) {
			(void)poll(&ready, 1, -1);
			continue;
		}
		if (n < (ptrdiff_t)sizeof(head))
			_exit(EXIT_SUCCESS);
		memcpy(&head, message, sizeof(head));
		respond(&streams, &head,
			(struct slice){message + sizeof(head), head.len});
	}
}

/* ---- answers -------------------------------------------------------------------------- */

static void take_answer(struct responder *responder, struct slice message)
{
	struct responder_head head;
	memcpy(&head, message.at, sizeof(head));
	if (head.type == PROBE)
		responder->probed = 0;
	if (head.type == NAME)
		live_publish_name(responder->live, (enum event_kind)head.peer,
				  (struct slice){message.at + sizeof(head),
						 message.len - sizeof(head)});
	/* Link 0: of rows that were recorded before. */
	if (head.type == PROBE || head.type == NAME ||
	    head.source >= responder->live->source_count ||
	    head.peer >= FEED_PEERS_MAX || head.len != message.len - sizeof(head) ||
	    head.link == 0 || head.link != responder->links[head.source][head.peer])
		return;
	live_answer(&responder->live->sources[head.source], head.peer,
		    head.after_commit ? head.ticket : LIVE_ANSWER_NOW,
		    (struct slice){message.at + sizeof(head), head.len});
}

static void responder_ended(struct responder *responder);

static void responder_on_message(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct responder *responder = watcher->data;
	ptrdiff_t n = -EAGAIN;
	(void)loop;
	(void)events;
	for (unsigned i = 0; i < ANSWERS_A_TURN; i++) {
		n = net_local_receive(responder->fd, responder->message,
				      sizeof(responder->message));
		if (n < (ptrdiff_t)sizeof(struct responder_head))
			break;
		take_answer(responder, (struct slice){responder->message, (size_t)n});
		n = -EAGAIN;
	}
	if (n != -EAGAIN)
		responder_ended(responder);
}

/* ---- rows ------------------------------------------------------------------------------ */

/** More than a sender sends while a decoder hangs, until the queue is long. */
static uint32_t sender_most(const struct responder *responder)
{
	return responder->len > QUEUE_MANY ? SENDER_FEW : SENDER_MAX;
}

/** Bytes of a sender joined the queue, or left it. */
static void sender_queued(struct responder *responder,
			  const struct responder_head *head, bool joined)
{
	struct live_source *source = &responder->live->sources[head->source];
	uint32_t *queued = &responder->queued[head->source][head->peer];
	uint32_t before = *queued;
	/* Nobody sends what is of the history. */
	if (head->type == PROBE || head->link == 0)
		return;
	*queued = joined ? before + head->len : before - head->len;
	if (source->net == NULL)
		return;
	if (joined && *queued > sender_most(responder))
		net_source_hold(source->net, head->peer, true);
	else if (!joined && *queued <= SENDER_FEW && before > SENDER_FEW)
		net_source_hold(source->net, head->peer, false);
}

static size_t queue_message(const struct responder *responder, size_t at,
			    struct responder_head *head)
{
	memcpy(head, responder->queue + at, sizeof(*head));
	return sizeof(*head) + head->len;
}

/** Send what waits. */
static void queue_flush(struct responder *responder)
{
	struct responder_head head;
	size_t at = 0;
	while (at < responder->len) {
		size_t size = queue_message(responder, at, &head);
		if (!net_local_send(responder->fd,
				    (struct slice){responder->queue + at, size}))
			break;
		at += size;
		sender_queued(responder, &head, false);
	}
	responder->len -= at;
	if (at > 0 && responder->len > 0)
		memmove(responder->queue, responder->queue + at, responder->len);
	if (responder->len > 0)
		ev_io_start(responder->live->loop, &responder->out);
	else
		ev_io_stop(responder->live->loop, &responder->out);
}

static void responder_on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
	(void)loop;
	(void)events;
	queue_flush(watcher->data);
}

static bool queue_put(struct responder *responder, struct slice message)
{
	if (responder->len + message.len > responder->max) {
		size_t max = responder->max == 0 ? QUEUE_FIRST : responder->max;
		while (max < responder->len + message.len)
			max *= 2;
		char *grown = responder->len + message.len > QUEUE_MAX
				      ? NULL
				      : realloc(responder->queue, max);
		if (grown == NULL)
			return false;
		responder->queue = grown;
		responder->max = max;
	}
	memcpy(responder->queue + responder->len, message.at, message.len);
	responder->len += message.len;
	ev_io_start(responder->live->loop, &responder->out);
	return true;
}

static void expect_probe(struct responder *responder)
{
	responder->took_rows = true;
	if (!ev_is_active(&responder->probe))
		ev_timer_again(responder->live->loop, &responder->probe);
}

void responder_row(struct responder *responder, const struct live_source *source,
		   uint16_t peer, const struct record_row *row)
{
	unsigned index = (unsigned)(source - responder->live->sources);
	duration_us step;
	struct responder_head head = {
		.ticket = source->ticket,
		.received_at = steady_received(&responder->live->steady, row, &step),
		.len = (uint32_t)row->bytes.len,
		.peer = peer,
		.source = (uint8_t)index,
		.type = (uint8_t)row->type,
	};
	char *message = responder->message;
	if (responder->fd < 0 || peer >= FEED_PEERS_MAX || row->bytes.len > READ_PIECE)
		return;
	if (row->type == RECORD_RAW &&
	    responder->queued[index][peer] > sender_most(responder))
		return;
	if (row->type == RECORD_LINK)
		responder->links[index][peer]++;
	/* It comes with the history. */
	if (responder->history != NULL)
		return;
	expect_probe(responder);
	head.link = responder->links[index][peer];
	memcpy(message, &head, sizeof(head));
	memcpy(message + sizeof(head), row->bytes.at, row->bytes.len);
	const struct slice whole = {message, sizeof(head) + row->bytes.len};
	if (responder->len == 0 && net_local_send(responder->fd, whole))
		return;
	if (queue_put(responder, whole))
		sender_queued(responder, &head, true);
	else
		responder_ended(responder); /* out of memory */
}

/* Whether it takes rows: one that hangs takes a few more without a sign. */
static void responder_on_probe(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct responder *responder = watcher->data;
	const struct responder_head head = {.type = PROBE};
	(void)events;
	if (responder->probed > PROBES_LATE) {
		responder_ended(responder);
	} else if (responder->probed > 0) {
		responder->probed++;
	} else if (!responder->took_rows) {
		ev_timer_stop(loop, watcher);
	} else {
		responder->took_rows = false;
		responder->probed = 1;
		if (!queue_put(responder,
			       (struct slice){(const char *)&head, sizeof(head)}))
			responder_ended(responder);
	}
}

/* ---- history ---------------------------------------------------------------------------- */

/** Send, and take answers meanwhile. False: the responder has ended. */
static bool history_send(struct responder *responder, struct slice message)
{
	struct pollfd ready = {.fd = responder->fd, .events = POLLIN | POLLOUT};
	char answer[sizeof(struct responder_head) + ANSWER_MAX];
	while (!net_local_send(responder->fd, message)) {
		ptrdiff_t n = net_local_receive(responder->fd, answer, sizeof(answer));
		if (n < (ptrdiff_t)sizeof(struct responder_head) && n != -EAGAIN)
			return false;
		if (n != -EAGAIN)
			take_answer(responder, (struct slice){answer, (size_t)n});
		if (n == -EAGAIN && poll(&ready, 1, START_MS) <= 0)
			return false;
	}
	return true;
}

/** Send with @send the pieces of a row that a source sent. */
static int history_row(struct responder *responder, const struct record_row *row,
		       bool (*send)(struct responder *responder, struct slice message))
{
	struct live *live = responder->live;
	duration_us step;
	struct responder_head head = {.type = (uint8_t)row->type};
	uint64_t peer = 0;
	unsigned index = 0;
	while (index < live->source_count &&
	       live->sources[index].record_id != row->source)
		index++;
	if (index == live->source_count ||
	    (row->type != RECORD_RAW && row->type != RECORD_LINK) ||
	    (parse_u64(row->name, &peer) && peer >= FEED_PEERS_MAX))
		return 0;
	head.received_at = steady_received(&live->steady, row, &step);
	head.source = (uint8_t)index;
	head.peer = (uint16_t)peer;
	for (size_t at = 0; at < row->bytes.len; at += head.len) {
		size_t left = row->bytes.len - at;
		head.len = (uint32_t)(left < READ_PIECE ? left : READ_PIECE);
		memcpy(responder->message, &head, sizeof(head));
		memcpy(responder->message + sizeof(head), row->bytes.at + at, head.len);
		if (!send(responder,
			  (struct slice){responder->message, sizeof(head) + head.len}))
			return -EPIPE;
	}
	return 0;
}

int responder_history(struct responder *responder, const struct record_row *row)
{
	return history_row(responder, row, history_send);
}

static int piece_on_row(void *context, const struct record_row *row)
{
	return history_row(context, row, queue_put);
}

static void history_close(struct responder *responder)
{
	ev_timer_stop(responder->live->loop, &responder->piece);
	(void)record_close(responder->history, NULL);
	responder->history = NULL;
}

/** All of it was sent: the sources are connected again. */
static void history_done(struct responder *responder)
{
	struct live *live = responder->live;
	struct err err;
	history_close(responder);
	responder->dropped = false;
	live->changed = true;
	(void)live_connect(live, &err);
}

/** Without the number of its start (record.h). */
static int64_t responder_steady(void)
{
	return net_calls.steady() & (((int64_t)1 << 48) - 1);
}

/** (3) */
static void responder_on_piece(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct responder *responder = watcher->data;
	struct live *live = responder->live;
	struct record_state state;
	struct err err;
	(void)loop;
	(void)events;
	if (responder->len > PIECE_QUEUE)
		return;
	record_state_get(live->record, &state);
	int rc = record_follow_poll(responder->history, PIECE_ROWS, piece_on_row,
				    responder, &err);
	if (rc > 0)
		expect_probe(responder);
	if (rc < 0) {
		/* Also when the recording goes on in another file. */
		responder_ended(responder);
	} else if (rc == 0 && !responder->dropped) {
		live_drop_sources(live);
		responder->dropped = true;
		responder->drain_until = responder_steady() + drain_most;
	} else if (rc == 0 && (state.durable == state.put ||
			       responder_steady() > responder->drain_until)) {
		history_done(responder);
	}
}

/** Begin to give it what is recorded. */
static int history_begin(struct responder *responder, struct err *err)
{
	struct live *live = responder->live;
	struct record_state state;
	char path[SOURCE_PATH_MAX + sizeof(state.file)];
	const char *base = source_base(live->path);
	record_state_get(live->record, &state);
	text_format(path, sizeof(path), "%.*s%s", (int)(base - live->path), live->path,
		    state.file);
	live->steady = (struct steady){0};
	int rc = record_follow(path, &responder->history, err);
	if (rc == 0)
		ev_timer_again(live->loop, &responder->piece);
	return rc;
}

/* ---- start and end ------------------------------------------------------------------------ */

static int responder_start(struct responder *responder, struct err *err)
{
	struct live *live = responder->live;
	int fds[2];
	int rc = net_local_pair(fds);
	if (rc != 0)
		return err_set(err, rc, "no socket for the decoder: %s", strerror(-rc));
	responder->pid = fork();
	if (responder->pid == 0)
		responder_run(responder, fds[1]);
	close(fds[1]);
	if (responder->pid < 0) {
		rc = -errno;
		close(fds[0]);
		return err_set(err, rc, "no process for the decoder: %s",
			       strerror(-rc));
	}
	responder->fd = fds[0];
	ev_io_init(&responder->in, responder_on_message, fds[0], EV_READ);
	ev_io_init(&responder->out, responder_on_writable, fds[0], EV_WRITE);
	responder->in.data = responder->out.data = responder;
	ev_io_start(live->loop, &responder->in);
	ev_timer_init(&responder->probe, responder_on_probe, 0., probe_s);
	responder->probe.data = responder;
	responder->probed = 0;
	return 0;
}

/** Nothing waits any more: all senders are read again. */
static void senders_release(struct responder *responder)
{
	for (unsigned i = 0; i < responder->live->source_count; i++)
		for (uint16_t peer = 0; peer < FEED_PEERS_MAX; peer++)
			if (responder->queued[i][peer] > SENDER_FEW &&
			    responder->live->sources[i].net != NULL)
				net_source_hold(responder->live->sources[i].net, peer,
						false);
	memset(responder->queued, 0, sizeof(responder->queued));
}

static void responder_stop(struct responder *responder)
{
	if (responder->fd < 0)
		return;
	ev_io_stop(responder->live->loop, &responder->in);
	ev_io_stop(responder->live->loop, &responder->out);
	ev_timer_stop(responder->live->loop, &responder->probe);
	close(responder->fd);
	responder->fd = -1;
	responder->len = 0;
	senders_release(responder);
	(void)kill(responder->pid, SIGKILL);
	while (waitpid(responder->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void count_crash(struct responder *responder)
{
	instant_us now = live_now();
	bool again = responder->crashes > 0 && now - responder->crashed_at < US_MIN;
	responder->crashes = again ? responder->crashes + 1 : 1;
	responder->crashed_at = now;
	responder->crashes_all++;
}

bool responder_again(struct responder *responder)
{
	struct err err;
	responder_stop(responder);
	count_crash(responder);
	bool runs = responder->crashes <= CRASHES_MOST &&
		    responder_start(responder, &err) == 0;
	responder->live->blind = !runs;
	responder->live->changed = true;
	return runs;
}

/** (3) One that ends while it gets the recording has crashed, too. */
static void responder_ended(struct responder *responder)
{
	struct err err;
	bool runs;
	history_close(responder);
	do
		runs = responder_again(responder);
	while (runs && history_begin(responder, &err) != 0);
	if (!runs && responder->dropped)
		history_done(responder);
}

unsigned responder_crashes(const struct responder *responder)
{
	return responder == NULL ? 0 : responder->crashes_all;
}

int responder_open(struct live *live, struct err *err)
{
	struct responder *responder = calloc(1, sizeof(*responder));
	if (responder == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	responder->live = live;
	responder->fd = -1;
	ev_timer_init(&responder->piece, responder_on_piece, 0., piece_s);
	responder->piece.data = responder;
	live->responder = responder;
	return responder_start(responder, err);
}

void responder_close(struct responder *responder)
{
	if (responder == NULL)
		return;
	history_close(responder);
	responder_stop(responder);
	free(responder->queue);
	free(responder);
}
