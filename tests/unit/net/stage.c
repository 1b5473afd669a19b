/*
 * stage.c -- a loop, one source that is written down, and the far end by hand
 */
#include "stage.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const struct net_options stage_quick = {
	.retry_first = 2 * US_MS, .retry_most = 8 * US_MS, .seed = 1};

static void on_bytes(void *context, struct net_source *source, uint16_t peer,
		     struct slice bytes, instant_us received_at)
{
	struct received *received = context;
	size_t room = sizeof(received->bytes) - received->len;
	size_t n = bytes.len < room ? bytes.len : room;
	memcpy(received->bytes + received->len, bytes.at, n);
	received->len += n;
	received->peers_mask |= 1u << peer;
	received->received_at = received_at;
	if (received->answer != NULL)
		assert_true(net_source_send(source, peer, slice_of(received->answer)));
	if (received->close_on_bytes) {
		received->closed = true;
		net_source_close(source);
	}
}

static void on_link(void *context, struct net_source *source, uint16_t peer, bool up,
		    const char *reason)
{
	struct received *received = context;
	(void)peer;
	received->ups += up;
	received->downs += !up;
	if (!up)
		text_copy(received->reason, sizeof(received->reason), slice_of(reason));
	if (up ? received->close_on_up : received->close_on_down) {
		received->closed = true;
		net_source_close(source);
	}
}

static void on_changed(void *context, struct net_source *source)
{
	struct received *received = context;
	received->changes++;
	received->seen[net_source_status(source)->state]++;
}

static int count_entries(const char *path)
{
	DIR *folder = opendir(path);
	int count = 0;
	if (folder == NULL)
		return -1;
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

int count_fds(void)
{
	return count_entries("/proc/self/fd");
}

/* A thread that was given up still asks for its name, and has files open for it. */
static void threads_end(int before)
{
	for (unsigned i = 0; i < 5000 && count_entries("/proc/self/task") > before; i++)
		ev_sleep(.002);
}

int stage_set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	stage->fds = count_fds();
	stage->threads = count_entries("/proc/self/task");
	stage->loop = ev_loop_new(EVFLAG_AUTO);
	assert_non_null(stage->loop);
	*state = stage;
	return 0;
}

int stage_tear_down(void **state)
{
	struct stage *stage = *state;
	if (!stage->received.closed)
		net_source_close(stage->source);
	ev_loop_destroy(stage->loop);
	threads_end(stage->threads);
	int left = count_fds() - stage->fds;
	free(stage);
	assert_int_equal(left, 0);
	return 0;
}

void stage_open(struct stage *stage, const char *text,
		const struct net_options *options)
{
	struct net_handler handler = {&stage->received, on_bytes, on_link, on_changed};
	struct net_url url;
	struct err err = {""};
	if (net_url_parse(text, &url, &err) != 0)
		fail_msg("%s", err.text);
	if (net_source_open(stage->loop, &url, options, &handler, &stage->source,
			    &err) != 0)
		fail_msg("%s", err.text);
}

static void on_late(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	*(bool *)timer->data = true;
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
}

void stage_until(struct stage *stage, bool (*done)(struct stage *stage))
{
	ev_timer deadline, tick;
	bool late = false;
	ev_now_update(stage->loop);
	ev_timer_init(&deadline, on_late, 10., 0.);
	ev_timer_init(&tick, on_tick, .002, .002);
	deadline.data = &late;
	ev_timer_start(stage->loop, &deadline);
	ev_timer_start(stage->loop, &tick);
	while (!late && !done(stage))
		ev_run(stage->loop, EVRUN_ONCE);
	ev_timer_stop(stage->loop, &deadline);
	ev_timer_stop(stage->loop, &tick);
	if (late) {
		const struct net_status *status =
			stage->source == NULL || stage->received.closed
				? NULL
				: net_source_status(stage->source);
		fail_msg("waited for in vain; the source has state %d: %s",
			 status == NULL ? -1 : (int)status->state,
			 status == NULL ? "closed" : status->reason);
	}
}

void stage_turn(struct stage *stage, unsigned turns)
{
	for (unsigned i = 0; i < turns; i++)
		ev_run(stage->loop, EVRUN_NOWAIT);
}

static bool is_in(struct stage *stage, enum net_state state)
{
	return net_source_status(stage->source)->state == state;
}

bool is_live(struct stage *stage)
{
	return is_in(stage, NET_LIVE);
}

bool is_silent(struct stage *stage)
{
	return is_in(stage, NET_SILENT);
}

bool is_waiting(struct stage *stage)
{
	return is_in(stage, NET_WAITING);
}

bool is_refused(struct stage *stage)
{
	return is_in(stage, NET_REFUSED);
}

bool is_ended(struct stage *stage)
{
	return is_in(stage, NET_ENDED);
}

bool is_listening(struct stage *stage)
{
	return net_source_port(stage->source) != 0;
}

bool has_bytes(struct stage *stage)
{
	return stage->received.len > 0;
}

bool has_closed(struct stage *stage)
{
	return stage->received.closed;
}

int far_listen(uint16_t *port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(*port)};
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	assert_int_equal(bind(fd, (void *)&in, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (void *)&in, &len), 0);
	*port = ntohs(in.sin_port);
	return fd;
}

int far_connect(uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (void *)&in, sizeof(in)), 0);
	return fd;
}

void far_say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}
