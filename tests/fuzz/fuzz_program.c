/*
 * fuzz_program.c -- a program as a source: it writes any bytes in any pieces to its output and its
 * standard error, closes them, ends as it likes, or cannot be started; time passes
 *
 * The input is also the process that starts it. Byte 0: the feed. Byte 1: the event in which the
 * source is closed, 0: none.
 */
#include "fuzz_stream.h"
#include "fuzz_ends.h"
#include "pitwall/net.h"
#include "pitwall/stream.h"

#include <signal.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What source and starter say to each other (program.c). */
enum { START, STOP, STARTED, FAILED, ENDED };
struct message {
	uint32_t run;
	int32_t kind, status;
};

enum program_what {
	PROGRAM_IS_STARTED,
	PROGRAM_FAILS, /* with this errno */
	PROGRAM_WRITES,
	PROGRAM_WRITES_TOO,
	PROGRAM_COMPLAINS,
	PROGRAM_FLOODS, /* so many times 64 KiB */
	PROGRAM_CLOSES_OUTPUT,
	PROGRAM_CLOSES_ERRORS,
	PROGRAM_ENDS, /* with this status */
	PROGRAM_ENDED_BEFORE,
	PROGRAM_WAITS,
	STARTER_ENDS,
	PROGRAM_WHATS
};

enum { PENDING_MAX = 1024 * 1024, FLOOD_STEP = 64 * 1024 };

static struct {
	struct net_source *source; /* NULL: closed */
	struct stream *stream;
	struct event_list list;
	int starter;     /* its end; -1: it ended */
	int out, errors; /* of the program; -1: closed */
	uint32_t run;
	bool wanted, runs, up;
	unsigned until_closed;
	uint64_t bytes;
	size_t taken, len; /* of what it wrote */
	char pending[PENDING_MAX];
} world;

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* ---- what the source calls ---------------------------------------------------------------- */

static void may_close(void)
{
	if (world.until_closed == 0 || --world.until_closed > 0)
		return;
	net_source_close(world.source);
	world.source = NULL;
}

static void make_room(void)
{
	struct event_list *list = &world.list;
	if (list->count > list->max / 2 || list->text_len > list->text_max / 2)
		list->count = list->text_len = 0;
}

/* In the order in which they were written. */
static void on_bytes(void *context, struct net_source *source, uint16_t peer,
		     struct slice bytes, instant_us received_at)
{
	(void)context;
	expect(source == world.source && peer == 0 && world.up && bytes.len > 0);
	expect(bytes.len <= world.len - world.taken &&
	       memcmp(bytes.at, world.pending + world.taken, bytes.len) == 0);
	world.taken += bytes.len;
	world.bytes += bytes.len;
	expect(net_source_status(source)->bytes == world.bytes);
	make_room();
	stream_chunk(world.stream, peer, bytes, received_at, &world.list);
	may_close();
}

static void on_link(void *context, struct net_source *source, uint16_t peer, bool up,
		    const char *reason)
{
	(void)context;
	expect(source == world.source && peer == 0 && world.up != up && reason);
	expect(up == (reason[0] == '\0'));
	world.up = up;
	expect(net_source_status(source)->peers == up);
	make_room();
	stream_link(world.stream, peer, up, net_source_status(source)->since,
		    &world.list);
	may_close();
}

static void on_changed(void *context, struct net_source *source)
{
	char clean[sizeof(net_source_status(source)->reason)];
	const struct net_status *status = net_source_status(source);
	(void)context;
	expect(source == world.source && status->state < NET_STATE_COUNT);
	text_clean(clean, sizeof(clean), slice_of(status->reason));
	expect(strcmp(clean, status->reason) == 0);
	may_close();
}

/* ---- the starter ------------------------------------------------------------------------- */

static void starter_say(uint32_t run, int kind, int status, const int *fds)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct message message = {run, kind, status};
	struct iovec part = {&message, sizeof(message)};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	memset(&control, 0, sizeof(control));
	if (fds) {
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(2 * sizeof(int));
		memcpy(CMSG_DATA(&control.head), fds, 2 * sizeof(int));
		header.msg_control = &control;
		header.msg_controllen = sizeof(control);
	}
	if (world.starter >= 0)
		(void)sendmsg(world.starter, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void starter_ends(int status)
{
	shut(&world.out);
	shut(&world.errors);
	if (world.runs)
		starter_say(world.run, ENDED, status, NULL);
	world.runs = false;
}

/* What the source wants; one program at a time. */
static void starter_take(void)
{
	struct message message;
	while (world.starter >= 0 && recv(world.starter, &message, sizeof(message),
					  MSG_DONTWAIT) == (ssize_t)sizeof(message)) {
		expect(message.kind == START || message.kind == STOP);
		starter_ends(SIGTERM);
		world.wanted = message.kind == START;
		world.run = message.run;
	}
}

static void starter_starts(void)
{
	int out[2], errors[2];
	if (!world.wanted || world.starter < 0)
		return;
	expect(pipe(out) == 0 && pipe(errors) == 0);
	const int fds[2] = {out[0], errors[0]};
	world.wanted = false;
	world.runs = true;
	world.taken = world.len = 0;
	world.out = out[1];
	world.errors = errors[1];
	(void)fcntl(out[1], F_SETFL, O_NONBLOCK);
	(void)fcntl(errors[1], F_SETFL, O_NONBLOCK);
	starter_say(world.run, STARTED, 0, fds);
	(void)close(out[0]);
	(void)close(errors[0]);
}

/* ---- the program -------------------------------------------------------------------------- */

static void program_writes(const void *bytes, size_t len)
{
	if (world.taken > 0 && world.len + len > PENDING_MAX) {
		world.len -= world.taken;
		memmove(world.pending, world.pending + world.taken, world.len);
		world.taken = 0;
	}
	if (world.out < 0 || len > PENDING_MAX - world.len)
		return;
	ssize_t n = write(world.out, bytes, len);
	if (n > 0)
		memcpy(world.pending + world.len, bytes, (size_t)n);
	world.len += n > 0 ? (size_t)n : 0;
}

static void program_floods(unsigned times)
{
	static char line[FLOOD_STEP]; /* one, longer than any message */
	memset(line, '.', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	while (times-- > 0) {
		program_writes(line, sizeof(line));
		ends_turn();
	}
}

static struct slice input_bytes(struct fuzz_input *input)
{
	size_t len = input_byte(input), left = (size_t)(input->end - input->at);
	struct slice bytes = {(const char *)input->at, len < left ? len : left};
	input->at += bytes.len;
	return bytes;
}

static void step(struct fuzz_input *input)
{
	const enum program_what what =
		(enum program_what)(input_byte(input) % PROGRAM_WHATS);
	struct slice bytes;
	int64_t tenths;
	switch (what) {
	case PROGRAM_IS_STARTED:
		starter_starts();
		break;
	case PROGRAM_FAILS:
		if (world.wanted)
			starter_say(world.run, FAILED, input_byte(input), NULL);
		world.wanted = false;
		break;
	case PROGRAM_WRITES:
	case PROGRAM_WRITES_TOO:
		bytes = input_bytes(input);
		program_writes(bytes.at, bytes.len);
		break;
	case PROGRAM_COMPLAINS:
		bytes = input_bytes(input);
		if (world.errors >= 0)
			(void)!write(world.errors, bytes.at, bytes.len);
		break;
	case PROGRAM_FLOODS:
		program_floods(input_byte(input));
		break;
	case PROGRAM_CLOSES_OUTPUT:
		shut(&world.out);
		break;
	case PROGRAM_CLOSES_ERRORS:
		shut(&world.errors);
		break;
	case PROGRAM_ENDS:
		tenths = input_byte(input);
		starter_ends((int)(tenths < 32 ? tenths : tenths << 8));
		break;
	case PROGRAM_ENDED_BEFORE:
		starter_say(world.run - 1, ENDED, 0, NULL);
		break;
	case PROGRAM_WAITS:
		tenths = input_byte(input);
		ends.ahead += tenths * tenths * 100 * US_MS;
		break;
	case STARTER_ENDS:
		shut(&world.starter);
		starter_ends(SIGKILL);
		break;
	case PROGRAM_WHATS:
		break;
	}
	ends_turn();
	starter_take();
	ends_turn();
}

static void world_open(const uint8_t *how, int *fds)
{
	static const char *const feeds[] = {"events", "beacon", "rmonitor",
					    "nls",    "griiip", "p3"};
	static const struct net_handler handler = {NULL, on_bytes, on_link, on_changed};
	static void *storage;
	const struct feed_setup setup = {.day = INSTANT_NONE, .line_count = 1};
	const char *feed = feeds[how[0] / 2 % ARRAY_LEN(feeds)];
	struct net_options options = {.silence = how[0] & 1 ? 5 * US_S : 0, .seed = 1};
	char text[64];
	struct net_url url;
	struct err err;
	expect(net_local_pair(fds) == 0);
	options.program = fds[0];
	world.starter = fds[1];
	world.out = world.errors = -1;
	world.until_closed = how[1];
	text_format(text, sizeof(text), "exec:true?feed=%s", feed);
	expect(net_url_parse(text, &url, &err) == 0 &&
	       net_source_open(ends.loop, &url, &options, &handler, &world.source,
			       &err) == 0);
	if (!storage)
		storage = fuzz_room(stream_size());
	memset(storage, 0, stream_size());
	world.stream = stream_open(storage, feed_by_name(slice_of(feed)), &setup);
}

/* The lowest descriptor that is free. */
static int free_descriptor(void)
{
	int fd = open("/dev/null", O_RDONLY);
	expect(fd >= 0);
	(void)close(fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct event events[FUZZ_EVENTS_MAX];
	static char pool[FUZZ_TEXT_MAX];
	struct fuzz_input input = {data + 2, data + size};
	int fds[2], before = free_descriptor();
	if (size < 2)
		return 0;
	(void)signal(SIGPIPE, SIG_IGN);
	ends_begin(SOCK_STREAM);
	world.source = NULL;
	world.run = 0;
	world.wanted = world.runs = world.up = false;
	world.bytes = 0;
	world.taken = world.len = 0;
	world.list = (struct event_list){.at = events,
					 .max = FUZZ_EVENTS_MAX,
					 .text = pool,
					 .text_max = FUZZ_TEXT_MAX};
	world_open(data, fds);
	ends_turn();
	starter_take();
	while (input.at < input.end)
		step(&input);
	fuzz_check(&world.list);
	net_source_close(world.source);
	shut(&world.out);
	shut(&world.errors);
	shut(&world.starter);
	(void)close(fds[0]);
	ends_end();
	expect(free_descriptor() == before);
	return 0;
}
