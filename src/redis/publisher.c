/*
 * publisher.c -- the rows of a recording, to a stream of Redis: its states and its status
 */
#include "publisher_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { LOCK_S = 10, REST_MOST_S = 8, FINISH_S = 30, STUCK_S = 3 };

static instant_us publisher_now(const struct redis_publisher *publisher)
{
	int64_t now = net_calls.clock();
	return now >= 0 ? now : (int64_t)(ev_now(publisher->loop) * 1e6);
}

void publisher_reason(struct redis_publisher *publisher, const char *reason)
{
	struct redis_published *status = &publisher->status;
	char text[sizeof(status->reason)];
	text_clean(text, sizeof(text), slice_of(reason));
	if (strcmp(status->reason, text) == 0)
		return;
	if (text[0] == '\0')
		status->since = INSTANT_NONE;
	else if (status->reason[0] == '\0')
		status->since = publisher_now(publisher);
	text_copy(status->reason, sizeof(status->reason), slice_of(text));
	if (publisher->publish.changed != NULL)
		publisher->publish.changed(publisher->publish.context);
}

void publisher_send(struct redis_publisher *publisher, redis_replied *done,
		    const char *const *words)
{
	if (!redis_link_words(publisher->link, done, publisher, words))
		publisher->unsent = true;
}

bool publisher_fine(struct redis_publisher *publisher, const struct redisReply *reply)
{
	char words[REDIS_WORDS];
	if (redis_trouble(reply, words) == REDIS_TROUBLE_NONE)
		return true;
	if (publisher->words[0] == '\0')
		text_copy(publisher->words, sizeof(publisher->words), slice_of(words));
	return false;
}

void publisher_sent(struct redis_publisher *publisher, enum publisher_state state)
{
	publisher->state = state;
	if (publisher->unsent)
		redis_link_drop(publisher->link, "out of memory");
}

void publisher_rest(struct redis_publisher *publisher, const char *reason)
{
	double first = redis_seconds(redis_tuning.retry_first, US_S);
	double delay = first;
	for (unsigned i = 0; i < publisher->rests && delay < REST_MOST_S * first; i++)
		delay *= 2;
	publisher->rests++;
	publisher->state = PUBLISHER_RESTS;
	ev_now_update(publisher->loop);
	ev_timer_stop(publisher->loop, &publisher->again);
	ev_timer_set(&publisher->again, delay, 0.);
	ev_timer_start(publisher->loop, &publisher->again);
	publisher_reason(publisher, reason);
}

void publisher_keys(struct redis_publisher *publisher)
{
	struct redis_address *at = &publisher->at;
	char number[16] = "";
	size_t len = 0;
	if (publisher->session_number > 1)
		len = text_format(number, sizeof(number), "-%u",
				  publisher->session_number);
	/* The number stays where the name is as long as may be. */
	text_format(at->session, sizeof(at->session), "%.*s%s",
		    (int)(REDIS_NAME_MAX - len), publisher->publish.session, number);
	redis_key(publisher->stream, at, REDIS_STREAM);
	redis_key(publisher->info, at, REDIS_INFO);
	redis_key(publisher->lock, at, REDIS_PUBLISHER);
	redis_key(publisher->consoles, at, REDIS_CONSOLES);
	redis_key(publisher->asks, at, REDIS_ASKS);
	redis_key(publisher->answers, at, REDIS_ANSWERS);
	redis_address_text(at, publisher->status.place,
			   sizeof(publisher->status.place));
	publisher->informed = false;
	publisher->sources = 0;
	publisher->published = publisher->sent = 0;
}

size_t publisher_value(struct redis_publisher *publisher, const struct record_row *row)
{
	size_t room = REDIS_HEAD_ROOM + row->bytes.len;
	if (room > publisher->value_room) {
		char *grown = realloc(publisher->value, room);
		if (grown == NULL)
			return 0;
		publisher->value = grown;
		publisher->value_room = room;
	}
	size_t len = redis_head(publisher->value, row);
	if (len > 0 && row->bytes.len > 0)
		memcpy(publisher->value + len, row->bytes.at, row->bytes.len);
	return len > 0 ? len + row->bytes.len : 0;
}

static int note_first(void *context, const struct record_row *row)
{
	struct redis_publisher *publisher = context;
	size_t len = publisher_value(publisher, row);
	publisher->since = row->received_at;
	if (len > 0)
		redis_recording(publisher->recording,
				(struct slice){publisher->value, len});
	return 1;
}

int publisher_read(struct redis_publisher *publisher, int64_t after, int64_t last,
		   int (*each)(void *context, const struct record_row *row),
		   void *context, struct err *err)
{
	const struct publisher_origin *origin = &publisher->origin;
	return publisher->behind != NULL
		       ? record_behind_read(publisher->behind, after, last, each,
					    context, err)
		       : origin->read(origin->context, after, last, each, context);
}

void publisher_first(struct redis_publisher *publisher)
{
	if (publisher->recording[0] == '\0' && publisher->rows > 0)
		(void)publisher_read(publisher, 0, (int64_t)publisher->rows, note_first,
				     publisher, NULL);
}

/* ---- events ----------------------------------------------------------------------------- */

static void publisher_on_up(void *context)
{
	struct redis_publisher *publisher = context;
	publisher->rests = 0;
	publisher_lock(publisher);
}

static void publisher_on_down(void *context, const char *reason)
{
	struct redis_publisher *publisher = context;
	ev_timer_stop(publisher->loop, &publisher->again);
	publisher->state = PUBLISHER_DOWN;
	publisher->server_clock = false;
	publisher_reason(publisher, reason);
}

static void publisher_on_changed(void *context)
{
	struct redis_publisher *publisher = context;
	const struct redis_status *status = redis_link_status(publisher->link);
	if (publisher->state != PUBLISHER_DOWN || status->state == NET_LIVE)
		return;
	publisher_reason(publisher,
			 status->reason[0] != '\0' ? status->reason : "connecting");
}

static void publisher_on_beat(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct redis_publisher *publisher = watcher->data;
	(void)loop;
	(void)events;
	if (publisher->state == PUBLISHER_READY)
		publisher_group(publisher);
}

static void publisher_on_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
	(void)loop;
	(void)events;
	publisher_lock(watcher->data);
}

void redis_publisher_wake(struct redis_publisher *publisher, uint64_t rows)
{
	publisher->rows = rows;
	if (publisher->state == PUBLISHER_READY)
		publisher_go_on(publisher);
}

/* The next group has it, or the next beat: a group that is on its way has the old words. */
void redis_publisher_describe(struct redis_publisher *publisher, const char *title,
			      const char *circuit)
{
	struct redis_publish *publish = &publisher->publish;
	if (strcmp(publish->title, title) == 0 &&
	    strcmp(publish->circuit, circuit) == 0)
		return;
	text_copy(publish->title, sizeof(publish->title), slice_of(title));
	text_copy(publish->circuit, sizeof(publish->circuit), slice_of(circuit));
	publisher->informed = publisher->informs = false;
}

void redis_publisher_status(const struct redis_publisher *publisher,
			    struct redis_published *out)
{
	*out = publisher->status;
	out->waiting = publisher->rows > (uint64_t)publisher->published
			       ? publisher->rows - (uint64_t)publisher->published
			       : 0;
}

/* ---- beginning and end -------------------------------------------------------------------- */

static int64_t lock_usual(void)
{
	return redis_tuning.lock > 0 ? redis_tuning.lock : LOCK_S * US_S;
}

void publisher_lock_time(struct redis_publisher *publisher)
{
	text_format(publisher->lock_ms, sizeof(publisher->lock_ms), "%" PRId64,
		    lock_usual() / US_MS * publisher->lock_times);
}

/** Where process numbers mean the same: a start of a machine, and a container on it. Hosts of
 * one name are not that. */
static uint32_t processes_here(void)
{
	char text[128] = "";
	size_t len = 0;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) / 2) : -1;
	len += n > 0 ? (size_t)n : 0;
	if (fd >= 0)
		close(fd);
	n = readlink("/proc/self/ns/pid", text + len, sizeof(text) / 2);
	len += n > 0 ? (size_t)n : 0;
	return (uint32_t)hash_bytes(text, len, 1);
}

static void publisher_begin(struct redis_publisher *publisher)
{
	instant_us now = publisher_now(publisher);
	double beat = (double)lock_usual() * 1e-6 / BEATS_A_LOCK;
	record_host(publisher->host);
	for (char *c = publisher->host; *c != '\0'; c++)
		if (*c <= ' ')
			*c = '-';
	uint64_t token = hash_bytes(publisher->host, strlen(publisher->host),
				    (uint64_t)now ^ (uint64_t)getpid() << 44);
	text_format(publisher->lock_value, sizeof(publisher->lock_value),
		    "%08" PRIx32 "%08" PRIx32 " %s %ld %" PRId64, processes_here(),
		    (uint32_t)token, publisher->host, (long)getpid(), now);
	publisher->lock_times = 1;
	publisher->group_most = GROUP_FIRST;
	publisher_lock_time(publisher);
	memcpy(publisher->info_host, publisher->host, sizeof(publisher->host));
	ev_timer_init(&publisher->beat, publisher_on_beat, beat, beat);
	ev_timer_init(&publisher->again, publisher_on_again, 0., 0.);
	publisher->beat.data = publisher->again.data = publisher;
	ev_timer_start(publisher->loop, &publisher->beat);
	publisher->status.since = now;
	text_copy(publisher->status.reason, sizeof(publisher->status.reason),
		  SLICE("connecting"));
}

int redis_built(struct err *err)
{
	(void)err;
	return 0;
}

int publisher_open(struct ev_loop *loop, struct record *record,
		   const struct publisher_origin *origin,
		   const struct redis_publish *publish, struct redis_publisher **out,
		   struct err *err)
{
	struct redis_publisher *publisher = calloc(1, sizeof(*publisher));
	if (publisher == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	publisher->loop = loop;
	publisher->publish = *publish;
	if (origin != NULL)
		publisher->origin = *origin;
	publisher->at = publish->address;
	publisher->named = publish->address.session[0] != '\0';
	publisher->session_number = 1;
	if (publisher->named)
		memcpy(publisher->publish.session, publish->address.session,
		       sizeof(publisher->publish.session));
	const struct redis_link_handler handler = {
		.context = publisher,
		.up = publisher_on_up,
		.down = publisher_on_down,
		.changed = publisher_on_changed,
	};
	publisher_begin(publisher);
	publisher_keys(publisher);
	int rc = record != NULL ? record_behind_open(record, &publisher->behind, err)
				: 0;
	if (rc == 0)
		rc = redis_link_open(loop, &publisher->at, &handler, &publisher->link,
				     err);
	if (rc == 0)
		rc = publisher_take_begin(publisher, err);
	if (rc != 0) {
		redis_publisher_close(publisher);
		return rc;
	}
	*out = publisher;
	return 0;
}

int redis_publisher_open(struct ev_loop *loop, struct record *record,
			 const struct redis_publish *publish,
			 struct redis_publisher **out, struct err *err)
{
	return publisher_open(loop, record, NULL, publish, out, err);
}

bool redis_publisher_finish(struct redis_publisher *publisher, uint64_t rows)
{
	ev_tstamp begun, moved;
	ev_now_update(publisher->loop);
	begun = moved = ev_now(publisher->loop);
	publisher->ending = true;
	redis_publisher_wake(publisher, rows);
	int64_t at = publisher->published;
	while (publisher->state != PUBLISHER_ENDED) {
		ev_tstamp now = ev_now(publisher->loop);
		if (publisher->published != at)
			moved = now;
		at = publisher->published;
		/* Not while nothing is taken: the recording is to be closed. */
		if (publisher->state == PUBLISHER_RESTS || now - moved > STUCK_S ||
		    now - begun > FINISH_S ||
		    (publisher->state == PUBLISHER_DOWN &&
		     redis_link_status(publisher->link)->state != NET_CONNECTING))
			return false;
		ev_run(publisher->loop, EVRUN_ONCE);
	}
	return true;
}

void redis_publisher_close(struct redis_publisher *publisher)
{
	if (publisher == NULL)
		return;
	ev_timer_stop(publisher->loop, &publisher->beat);
	ev_timer_stop(publisher->loop, &publisher->again);
	publisher_take_end(publisher);
	redis_link_close(publisher->link);
	record_behind_close(publisher->behind);
	free(publisher->value);
	free(publisher);
}
