/*
 * fuzz_senders.c -- a source that listens: senders come and go, send any bytes in any pieces
 * and take their answers or not; time passes
 *
 * Byte 0: the transport and the feed. Byte 1: how many may send. Byte 2: the event in
 * which the source is closed, 0: none.
 */
#include "fuzz_p3.h"
#include "fuzz_stream.h"
#include "fuzz_ends.h"
#include "pitwall/net.h"
#include "pitwall/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	struct net_source *source; /* NULL: closed */
	struct stream *stream;
	struct event_list list;
	bool up[FEED_PEERS_MAX];
	uint64_t bytes;
	unsigned peers, until_closed;
} receiver;

/* A callback may close its source. */
static void may_close(void)
{
	if (receiver.until_closed == 0 || --receiver.until_closed > 0)
		return;
	net_source_close(receiver.source);
	receiver.source = NULL;
}

/* Only the newest events are kept. */
static void make_room(void)
{
	struct event_list *list = &receiver.list;
	if (list->count > list->max / 2 || list->text_len > list->text_max / 2)
		list->count = list->text_len = 0;
}

static void on_bytes(void *context, struct net_source *source, uint16_t peer,
		     struct slice bytes, instant_us received_at)
{
	(void)context;
	if (source != receiver.source || peer >= FEED_PEERS_MAX || !receiver.up[peer] ||
	    bytes.len == 0)
		abort();
	receiver.bytes += bytes.len;
	if (net_source_status(source)->bytes != receiver.bytes)
		abort();
	make_room();
	stream_chunk(receiver.stream, peer, bytes, received_at, &receiver.list);
	may_close();
}

static void on_link(void *context, struct net_source *source, uint16_t peer, bool up,
		    const char *reason)
{
	(void)context;
	if (source != receiver.source || peer >= FEED_PEERS_MAX ||
	    receiver.up[peer] == up || !reason)
		abort();
	receiver.up[peer] = up;
	receiver.peers += up ? 1 : -1u;
	if (net_source_status(source)->peers != receiver.peers)
		abort();
	make_room();
	stream_link(receiver.stream, peer, up, net_source_status(source)->since,
		    &receiver.list);
	may_close();
}

static void on_changed(void *context, struct net_source *source)
{
	(void)context;
	if (source != receiver.source ||
	    net_source_status(source)->state >= NET_STATE_COUNT)
		abort();
	may_close();
}

/* Whatever it is about, at once. */
static void on_ask(void *context, const struct stream *stream, uint16_t peer,
		   const struct event *event, struct slice bytes)
{
	(void)context;
	(void)stream;
	(void)event;
	if (receiver.source)
		(void)net_source_send(receiver.source, peer, bytes);
}

static const char *feed_of(uint8_t how)
{
	static const char *const feeds[] = {"beacon", "beacon", "p3", "rmonitor",
					    "p98"};
	return feeds[how / 4 % ARRAY_LEN(feeds)];
}

static void open_source(const uint8_t *how)
{
	static const struct net_handler handler = {NULL, on_bytes, on_link, on_changed};
	const struct net_options options = {.silence = how[0] & 2 ? 5 * US_S : 0,
					    .seed = 1};
	char text[160];
	struct net_url url;
	struct err err;
	text_format(text, sizeof(text),
		    "%s+%s://127.0.0.1:0?%ssenders=%u&per-address=%u&idle=3",
		    feed_of(how[0]), how[0] & 1 ? "udp" : "tcp",
		    how[0] & 1 ? "" : "listen=yes&", 1 + how[1] % 5,
		    1 + how[1] / 8 % 4);
	if (net_url_parse(text, &url, &err) != 0 ||
	    net_source_open(ends.loop, &url, &options, &handler, &receiver.source,
			    &err) != 0)
		abort();
}

static void open_stream(const char *feed)
{
	static const struct stream_sink sink = {NULL, on_ask};
	static void *storage;
	const struct feed_setup setup = {.day = INSTANT_NONE, .line_count = 1};
	if (!storage)
		storage = fuzz_room(stream_size());
	memset(storage, 0, stream_size());
	receiver.stream = stream_open(storage, feed_by_name(slice_of(feed)), &setup);
	stream_set_sink(receiver.stream, &sink);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct event events[FUZZ_EVENTS_MAX];
	static char pool[FUZZ_TEXT_MAX];
	struct fuzz_input input = {data + 3, data + size};
	if (size < 3)
		return 0;
	ends_begin(data[0] & 1 ? SOCK_DGRAM : SOCK_STREAM);
	memset(&receiver, 0, sizeof(receiver));
	receiver.list = (struct event_list){.at = events,
					    .max = FUZZ_EVENTS_MAX,
					    .text = pool,
					    .text_max = FUZZ_TEXT_MAX};
	receiver.until_closed = data[2];
	open_source(data);
	open_stream(feed_of(data[0]));
	ends_turn();
	while (input.at < input.end) {
		uint16_t port = receiver.source ? net_source_port(receiver.source) : 0;
		ends_step(&input, &port, 1);
	}
	fuzz_check(&receiver.list);
	net_source_close(receiver.source);
	ends_end();
	return 0;
}
