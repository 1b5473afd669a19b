/*
 * live_boxes.c -- what stands around the circuit (live_boxes.h)
 *
 *  (1) Box A is on every line and has satellites. Box B is on start/finish, its clock
 *      is wrong by some milliseconds, and it misses passings: never received, or lost on
 *      the way and to be asked for.
 *  (2) A beacon is on every line, six of them on one connection. They know no UTC and
 *      lose lines on the way.
 */
#include "live_boxes.h"

instant_us now_us;

uint32_t below(struct test *t, uint32_t n)
{
	return (uint32_t)random_below(&t->random, n);
}

/* ---- the boxes ---------------------------------------------------------------------- */

static struct out sink(struct test *t)
{
	return (struct out){.buf = t->out, .max = sizeof(t->out)};
}

static void hold(struct port *port, struct slice frame)
{
	struct waiting *to = &port->waiting[port->waiting_count++];
	assert_true(port->waiting_count < WAITING_MAX && frame.len <= FRAME_MAX);
	port->test->counts.held += port->waiting_count > 1; /* it may be overtaken */
	to->at = now_us + below(port->test, (uint32_t)HELD_MAX);
	to->len = frame.len;
	memcpy(to->bytes, frame.at, frame.len);
}

/** On its way, once, twice, or not at all. */
static void tell(struct port *port, struct slice frame, bool may_be_lost)
{
	struct test *t = port->test;
	if (may_be_lost && below(t, 40) == 0) {
		t->counts.lost++;
		return;
	}
	hold(port, frame);
	if (below(t, 20) != 0)
		return;
	t->counts.doubled++;
	hold(port, frame);
}

static void port_send(struct port *port)
{
	uint32_t left = 0;
	for (uint32_t i = 0; i < port->waiting_count; i++) {
		struct waiting *w = &port->waiting[i];
		if (w->at <= now_us)
			net_server_send(port->server, (struct slice){w->bytes, w->len});
		else
			port->waiting[left++] = *w;
	}
	port->waiting_count = left;
}

static void port_left(void *context, struct net_client *client)
{
	struct port *port = context;
	if (port->client == client)
		port->client = NULL;
}

static uint32_t transponder_of(const struct test *t, const struct sim_passing *p)
{
	return (uint32_t)strtoul(t->sim.cars[p->car].transponder, NULL, 10);
}

static void box_passing(struct box *box, const struct sim_passing *p)
{
	struct test *t = box->port.test;
	char bytes[FRAME_MAX];
	struct out out = {.buf = bytes, .max = sizeof(bytes)};
	if (box->second && p->line != LINE_SF)
		return;
	if (box->second && below(t, 40) == 0) {
		t->counts.unreported++;
		return;
	}
	assert_true(p3_device_passing(&box->decoder, p->line, transponder_of(t, p),
				      p->at + (box->second ? B_AHEAD_US : 0), &out));
	tell(&box->port, (struct slice){bytes, out.len}, box->second);
}

/* Of each decoder, as they do from when they are switched on. */
static void box_status(struct box *box)
{
	static const uint8_t lines[] = {0,          1, 2, LINE_PIT_IN, LINE_PIT_OUT,
					LINE_SF_PIT};
	struct out out = sink(box->port.test);
	for (size_t i = 0; i < (box->second ? 1 : ARRAY_LEN(lines)); i++) {
		struct wire_p3_status status = {
			.decoder = box->decoder.first_id + lines[i],
			.gps = box->decoder.utc,
			.voltage = 121,
		};
		wire_p3_status(&out, &status);
	}
	net_server_send(box->port.server, (struct slice){out.buf, out.len});
}

/* The port is the first of what it is of. */
static void box_joined(void *context, struct net_client *client)
{
	((struct box *)context)->port.client = client;
}

static size_t box_received(void *context, struct net_client *client, struct slice bytes)
{
	struct box *box = context;
	struct out out = sink(box->port.test);
	struct p3_resend resend = {0};
	size_t used = p3_device_answer(&box->decoder, bytes,
				       now_us + (box->second ? B_AHEAD_US : 0), &resend,
				       &out);
	while (p3_device_resend(&box->decoder, &resend, &out))
		;
	box->port.test->counts.asked += used > 0;
	net_client_send(client, (struct slice){out.buf, out.len});
	return used;
}

static void box_open(struct test *t, unsigned index)
{
	struct box *box = &t->boxes[index];
	struct net_service service = {
		.context = box,
		.joined = box_joined,
		.received = box_received,
		.left = port_left,
	};
	struct err err = {""};
	box->port.test = t;
	box->second = index == 1;
	box->decoder = (struct p3_device){
		.sent = calloc(PASSINGS_MAX, sizeof(struct p3_sent)),
		.max = PASSINGS_MAX,
		.first_id = index == 0 ? 0x20f00 : 0x30f00,
		.utc = index == 0,
	};
	assert_non_null(box->decoder.sent);
	if (net_server_open(t->loop, "0", &service, &box->port.server, &err) != 0)
		fail_msg("%s", err.text);
	text_format(t->urls[index], sizeof(t->urls[index]), "p3://127.0.0.1:%u",
		    net_server_port(box->port.server));
}

/* ---- the beacons --------------------------------------------------------------------- */

static const struct {
	const char *id, *loop;
	uint8_t line;
} beacons[BEACONS] = {
	{"sf-1", "SF", LINE_SF},
	{"i1-1", "I1", 1},
	{"i2-1", "I2", 2},
	{"pin-1", "PIN", LINE_PIT_IN},
	{"pout-1", "POUT", LINE_PIT_OUT},
	{"sfp-1", "SFP", LINE_SF_PIT},
};

static void gate_joined(void *context, struct net_client *client)
{
	struct gate *gate = context;
	struct out out = sink(gate->port.test);
	gate->port.client = client;
	for (size_t i = 0; i < BEACONS; i++)
		sim_beacon_hello(&gate->beacons[i], now_us, &out);
	net_client_send(client, (struct slice){out.buf, out.len});
}

static size_t gate_received(void *context, struct net_client *client,
			    struct slice bytes)
{
	struct gate *gate = context;
	struct out out = sink(gate->port.test);
	size_t used = 0;
	for (size_t i = 0; i < BEACONS; i++)
		used = sim_beacon_received(&gate->beacons[i], bytes, now_us, &out);
	net_client_send(client, (struct slice){out.buf, out.len});
	return used;
}

static void gate_passing(struct gate *gate, const struct sim_passing *p)
{
	char bytes[FRAME_MAX];
	struct out out = {.buf = bytes, .max = sizeof(bytes)};
	for (size_t i = 0; i < BEACONS; i++) {
		if (beacons[i].line != p->line)
			continue;
		assert_true(sim_beacon_passing(&gate->beacons[i],
					       transponder_of(gate->port.test, p),
					       p->at, &out));
		tell(&gate->port, (struct slice){bytes, out.len}, true);
	}
}

static void gate_tick(struct gate *gate)
{
	struct out out = sink(gate->port.test);
	for (size_t i = 0; i < BEACONS; i++)
		sim_beacon_tick(&gate->beacons[i], now_us, &out);
	net_server_send(gate->port.server, (struct slice){out.buf, out.len});
}

static void gate_open(struct test *t)
{
	struct gate *gate = &t->gate;
	struct net_service service = {
		.context = gate,
		.joined = gate_joined,
		.received = gate_received,
		.left = port_left,
	};
	struct err err = {""};
	gate->port.test = t;
	for (size_t i = 0; i < BEACONS; i++) {
		struct sim_beacon *b = &gate->beacons[i];
		text_copy(b->id, sizeof(b->id), slice_of(beacons[i].id));
		text_copy(b->loop, sizeof(b->loop), slice_of(beacons[i].loop));
		text_copy(b->boot, sizeof(b->boot), SLICE("6f1c"));
		/* Each was switched on at another time. */
		b->boot_at = now_us - US_HOUR - (instant_us)i * 17 * US_S;
		b->max = PASSINGS_MAX;
		b->kept = calloc(PASSINGS_MAX, sizeof(*b->kept));
		assert_non_null(b->kept);
	}
	if (net_server_open(t->loop, "0", &service, &gate->port.server, &err) != 0)
		fail_msg("%s", err.text);
	text_format(t->urls[2], sizeof(t->urls[2]), "beacon+tcp://127.0.0.1:%u",
		    net_server_port(gate->port.server));
}

bool boxes_acknowledged(const struct test *t)
{
	for (size_t i = 0; i < BEACONS; i++)
		if (t->gate.beacons[i].acknowledged < t->gate.beacons[i].count)
			return false;
	return true;
}

/* ---- RMonitor -------------------------------------------------------------------------- */

static struct rmonitor_view rm_view(struct test *t)
{
	const struct race *race = timeline_at(&t->truth, now_us);
	standings_query(race, &t->truth.tables, &t->standings);
	return (struct rmonitor_view){
		.race = race,
		.tables = &t->truth.tables,
		.standings = &t->standings,
		.run = 1,
	};
}

static void rm_joined(void *context, struct net_client *client)
{
	struct test *t = context;
	struct rmonitor_view view = rm_view(t);
	struct out out = sink(t);
	t->rm_client = client;
	rmonitor_refresh(&out, &view, now_us);
	net_client_send(client, (struct slice){out.buf, out.len});
}

static void rm_left(void *context, struct net_client *client)
{
	struct test *t = context;
	if (t->rm_client == client)
		t->rm_client = NULL;
}

static void rm_open(struct test *t)
{
	struct net_service service = {
		.context = t,
		.joined = rm_joined,
		.left = rm_left,
	};
	struct err err = {""};
	if (net_server_open(t->loop, "0", &service, &t->rmonitor, &err) != 0)
		fail_msg("%s", err.text);
	text_format(t->urls[3], sizeof(t->urls[3]), "rmonitor://127.0.0.1:%u",
		    net_server_port(t->rmonitor));
}

static void rm_tell(struct test *t, bool second)
{
	struct rmonitor_view view = rm_view(t);
	struct out out = sink(t);
	rmonitor_update(&t->rm_told, &out, &view, now_us);
	if (second)
		rmonitor_heartbeat(&out, &view, now_us);
	if (out.len > 0)
		net_server_send(t->rmonitor, (struct slice){out.buf, out.len});
}

/* ---- all of them ------------------------------------------------------------------------ */

void boxes_open(struct test *t)
{
	box_open(t, 0);
	box_open(t, 1);
	gate_open(t);
	rm_open(t);
}

void boxes_close(struct test *t)
{
	for (unsigned i = 0; i < BOXES; i++) {
		net_server_close(t->boxes[i].port.server);
		free(t->boxes[i].decoder.sent);
	}
	net_server_close(t->gate.port.server);
	for (size_t i = 0; i < BEACONS; i++)
		free(t->gate.beacons[i].kept);
	net_server_close(t->rmonitor);
}

void boxes_passing(struct test *t, const struct sim_passing *p)
{
	for (unsigned b = 0; b < BOXES; b++)
		box_passing(&t->boxes[b], p);
	gate_passing(&t->gate, p);
}

void boxes_step(struct test *t, uint64_t step)
{
	for (unsigned b = 0; b < BOXES; b++) {
		port_send(&t->boxes[b].port);
		if (step % 50 == 0)
			box_status(&t->boxes[b]);
	}
	port_send(&t->gate.port);
	if (step % 20 == 0)
		gate_tick(&t->gate);
	rm_tell(t, step % 10 == 0);
}

bool boxes_connected(const struct test *t)
{
	return t->boxes[0].port.client != NULL && t->boxes[1].port.client != NULL &&
	       t->gate.port.client != NULL && t->rm_client != NULL;
}

bool boxes_cut(struct test *t, unsigned source)
{
	struct port *const ports[] = {&t->boxes[0].port, &t->boxes[1].port,
				      &t->gate.port};
	struct net_client *client =
		source < ARRAY_LEN(ports) ? ports[source]->client : t->rm_client;
	if (client == NULL)
		return false;
	net_client_drop(client);
	if (source < ARRAY_LEN(ports))
		ports[source]->waiting_count = 0; /* lost with the link */
	return true;
}
