/*
 * fuzz_clients.c -- a server with little room for each client: clients fall behind, wait,
 * ask for long answers, are refused and dropped, whatever they send and take
 *
 * Byte 0: the limits. Byte 1: the call in which the client is dropped, or the server closed;
 * 0: none.
 */
#include <stdint.h>

#include "fuzz_ends.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 3000, PIECE = 700, START = 100, INPUT_MAX = 64, JOINED = 0x4a };

/* Of a client. */
struct asked {
	unsigned pieces; /* of an answer that are to be sent */
	uint8_t joined;
};

static struct {
	struct net_server *server; /* NULL: closed */
	unsigned joined, until_end;
	bool closes;
} served;

static const char zeros[PIECE];

static struct asked *asked_of(struct net_client *client)
{
	struct asked *asked = net_client_state(client);
	if (asked->joined != JOINED)
		abort();
	return asked;
}

static void may_end(struct net_client *client)
{
	if (served.until_end == 0 || --served.until_end > 0)
		return;
	if (!served.closes) {
		net_client_drop(client);
		return;
	}
	net_server_close(served.server);
	served.server = NULL;
}

static void on_behind(void *context, struct net_client *client)
{
	(void)context;
	asked_of(client)->pieces = 0;
	net_client_send(client, (struct slice){zeros, START});
	may_end(client);
}

static void on_joined(void *context, struct net_client *client)
{
	struct asked *asked = net_client_state(client);
	if (asked->joined != 0)
		abort();
	asked->joined = JOINED;
	served.joined++;
	on_behind(context, client);
}

/* Nothing of a byte below 16; else an answer of so many pieces, or at once. */
static size_t on_received(void *context, struct net_client *client, struct slice bytes)
{
	struct asked *asked = asked_of(client);
	uint8_t byte = (uint8_t)bytes.at[0];
	(void)context;
	if (bytes.len == 0 || bytes.len > INPUT_MAX || asked->pieces > 0)
		abort();
	if (byte < 16)
		return byte < 8 || bytes.len < byte ? 0 : byte;
	if (byte % 2 == 0) {
		asked->pieces = byte / 2;
		net_client_answers(client);
	} else {
		net_client_send(client, (struct slice){zeros, byte});
	}
	may_end(client);
	return 1;
}

static bool on_more(void *context, struct net_client *client)
{
	struct asked *asked = asked_of(client);
	(void)context;
	if (asked->pieces > 0) {
		asked->pieces--;
		net_client_send(client, (struct slice){zeros, PIECE});
	}
	may_end(client);
	return asked->pieces > 0;
}

static size_t on_refuse(void *context, const char *reason, char *buf, size_t cap)
{
	(void)context;
	return text_format(buf, cap, "%s\n", reason);
}

static void on_left(void *context, struct net_client *client)
{
	(void)context;
	asked_of(client)->joined = 1;
	served.joined--;
}

static void open_server(const uint8_t *how)
{
	struct err err;
	const struct net_service service = {
		.joined = on_joined,
		.behind = on_behind,
		.received = on_received,
		.more = on_more,
		.refuse = on_refuse,
		.left = on_left,
		.state_size = sizeof(struct asked),
		.limits = {.most = 1 + how[0] % 4, .per_address = how[0] / 4 % 4},
		.room = ROOM,
		.input_max = INPUT_MAX,
		.greeting = how[0] & 64 ? US_S : 0,
		.patience = US_S,
	};
	memset(&served, 0, sizeof(served));
	served.closes = (how[0] & 128) != 0;
	served.until_end = how[1];
	if (net_server_open(ends.loop, "0", &service, &served.server, &err) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data + 2, data + size};
	if (size < 2)
		return 0;
	ends_begin(SOCK_STREAM);
	open_server(data);
	while (input.at < input.end) {
		uint16_t port = served.server ? net_server_port(served.server) : 0;
		ends_step(&input, &port, 1);
		if (served.server)
			net_server_send(served.server, (struct slice){zeros, PIECE});
		if (served.server &&
		    net_server_clients(served.server) > 1u + data[0] % 4)
			abort();
	}
	net_server_close(served.server);
	ends_end();
	if (served.joined != 0)
		abort();
	return 0;
}
