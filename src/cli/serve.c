/*
 * serve.c -- a session for others to listen to
 *
 * Cited rules are those of serve.h.
 */
#include "serve.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/net.h"
#include "pitwall/outfeed.h"
#include "pitwall/shell.h"
#include "pitwall/wire.h"

enum {
	/* Bytes in the queues of the clients of a server, at most, and of one. */
	CLIENTS_ROOM = 64 * 1024 * 1024,
	CLIENT_ROOM = 2 * 1024 * 1024,
	CLIENT_ROOM_LEAST = 256 * 1024,
	REFUSALS_EVERY_S = 10,
	P3_CLIENTS = 4, /* as many as the hardware takes */
	BUFFER_FIRST = 64 * 1024,
	TRANSPONDER_FIRST = 2000000, /* of cars whose own is not known */
	BATCH_US = 5000,
};
#define DECODER_FIRST 0x00041800u

/* One message: a client gets all of it or nothing. */
struct buffer {
	struct out out;
	char *at;
	size_t len, max;
	char stage[4096];
};

/* What was reported of clients that were refused. */
struct refusals {
	uint64_t count;
	double at;
};

struct serve {
	struct ev_loop *loop;
	struct session *session;
	struct live *live;
	struct serve_plan plan;
	struct net_server *rmonitor, *jsonl, *p3;
	struct buffer text, json, frames;
	struct buffer fresh; /* for one client, also while another is being sent */
	struct p3_device decoder;
	struct rmonitor_sent rm_sent;                /* to the clients of RMonitor */
	struct standing_sent js_sent[RACE_CARS_MAX]; /* to those of JSON Lines */
	struct p3_sent *passings;
	int64_t wall;  /* of a replay: when it was at `from` */
	int64_t shift; /* (3) */
	uint64_t left; /* events that left memory, when `next` was set */
	uint32_t next; /* order[next], or of a live list, is the first not sent */
	instant_us at;
	bool begun, over;
	unsigned beats;
	uint32_t run; /* the number of the first run in RMonitor */
	struct refusals refusals[3];
	ev_timer tick, beat;
};

/* ---- buffers ------------------------------------------------------------------- */

static int buffer_write(void *context, const char *bytes, size_t len)
{
	struct buffer *buffer = context;
	size_t max = buffer->max == 0 ? BUFFER_FIRST : buffer->max;
	while (max < buffer->len + len)
		max *= 2;
	if (max != buffer->max) {
		char *grown = realloc(buffer->at, max);
		if (grown == NULL)
			return -ENOMEM;
		buffer->at = grown;
		buffer->max = max;
	}
	memcpy(buffer->at + buffer->len, bytes, len);
	buffer->len += len;
	return 0;
}

static struct out *buffer_out(struct buffer *buffer)
{
	if (buffer->out.write == NULL)
		buffer->out = (struct out){
			.write = buffer_write,
			.context = buffer,
			.buf = buffer->stage,
			.max = sizeof(buffer->stage),
		};
	return &buffer->out;
}

static struct slice buffer_take(struct buffer *buffer)
{
	(void)out_flush(buffer_out(buffer));
	buffer->out.failed = 0;
	struct slice all = {buffer->at, buffer->len};
	buffer->len = 0;
	return all;
}

static void send_all(struct net_server *server, struct buffer *buffer)
{
	struct slice bytes = buffer_take(buffer);
	if (server != NULL && bytes.len > 0)
		net_server_send(server, bytes);
}

/* ---- the state, for new clients ------------------------------------------------ */

static int64_t wall_us(const struct serve *serve)
{
	return (int64_t)(ev_now(serve->loop) * 1e6);
}

/* The clock of a replay runs on between its events, up to the next one (2). */
static instant_us serve_now(const struct serve *serve)
{
	const struct timeline *timeline = &serve->session->timeline;
	if (serve->live != NULL)
		return live_edge(serve->live);
	if (!serve->begun || serve->over)
		return serve->at;
	instant_us next = timeline->events->at[timeline->order[serve->next]].at;
	instant_us now = serve->plan.from + (wall_us(serve) - serve->wall) *
						    serve->plan.speed_num /
						    serve->plan.speed_den;
	if (now > next)
		now = next;
	return now > serve->at ? now : serve->at;
}

/** (3): the clock of the decoder is that of today. */
static bool decoder_is_of_today(const struct serve *serve)
{
	return serve->plan.utc || serve->plan.speed_num == serve->plan.speed_den;
}

/** (3): from the race to the clock of the decoder. */
static int64_t decoder_shift(const struct serve *serve)
{
	int64_t late = serve->wall - serve->plan.from;
	if (decoder_is_of_today(serve))
		return late;
	/* A race of these days: its clock is of another month all the same. */
	return late < 2 * US_DAY && late > -2 * US_DAY ? -60 * US_DAY : 0;
}

static instant_us decoder_now(const struct serve *serve)
{
	if (!serve->begun && serve->live == NULL && decoder_is_of_today(serve))
		return wall_us(serve);
	return serve_now(serve) + serve->shift;
}

static const struct race *serve_race(struct serve *serve)
{
	return session_at(serve->session, serve_now(serve));
}

static void json_start(void *context, struct net_client *client)
{
	struct serve *serve = context;
	struct session *session = serve->session;
	const struct race *race = serve_race(serve);
	struct out *out = buffer_out(&serve->fresh);
	encode_session_json(out, race, serve_now(serve));
	encode_time_json(out, race, serve_now(serve));
	encode_course_json(out, race, serve_now(serve));
	for (uint16_t car = 0; car < race->car_count; car++)
		encode_car_json(out, race, car);
	for (uint32_t i = 0; i < session->standings.count; i++)
		encode_standing_json(out, race, &session->standings,
				     &session->classification,
				     session->standings.rows[i].car);
	net_client_send(client, buffer_take(&serve->fresh));
}

static struct rmonitor_view rm_view(const struct serve *serve)
{
	const struct session *session = serve->session;
	return (struct rmonitor_view){
		.race = &session->timeline.race,
		.tables = &session->timeline.tables,
		.standings = &session->standings,
		.classification = &session->classification,
		.run = serve->run + session->run,
		.transponder_first = TRANSPONDER_FIRST,
		.encoding = serve->plan.encoding,
		.miles = serve->plan.miles,
	};
}

static void text_start(void *context, struct net_client *client)
{
	struct serve *serve = context;
	(void)serve_race(serve);
	struct rmonitor_view view = rm_view(serve);
	rmonitor_refresh(buffer_out(&serve->fresh), &view, serve_now(serve));
	net_client_send(client, buffer_take(&serve->fresh));
}

static void p3_start(void *context, struct net_client *client)
{
	struct serve *serve = context;
	p3_device_status(&serve->decoder, buffer_out(&serve->fresh));
	net_client_send(client, buffer_take(&serve->fresh));
}

/* A RESEND begins again: pieces of its answer were discarded. */
static void p3_behind(void *context, struct net_client *client)
{
	((struct p3_resend *)net_client_state(client))->next = 0;
	p3_start(context, client);
}

static size_t p3_received(void *context, struct net_client *client, struct slice bytes)
{
	struct serve *serve = context;
	struct p3_resend *resend = net_client_state(client);
	size_t used = p3_device_answer(&serve->decoder, bytes, decoder_now(serve),
				       resend, buffer_out(&serve->frames));
	net_client_send(client, buffer_take(&serve->frames));
	if (resend->next < resend->end)
		net_client_answers(client);
	return used;
}

static bool p3_more(void *context, struct net_client *client)
{
	struct serve *serve = context;
	bool more = p3_device_resend(&serve->decoder, net_client_state(client),
				     buffer_out(&serve->frames));
	net_client_send(client, buffer_take(&serve->frames));
	return more;
}

static void json_standings(struct serve *serve, const struct race *race)
{
	encode_standings_json(serve->js_sent, buffer_out(&serve->json), race,
			      &serve->session->standings,
			      &serve->session->classification);
}

/* ---- clients that are refused ---------------------------------------------------- */

static size_t text_refuse(void *context, const char *reason, char *buf, size_t cap)
{
	(void)context;
	return text_format(buf, cap, "$REFUSED,\"%s\"\r\n", reason);
}

static size_t json_refuse(void *context, const char *reason, char *buf, size_t cap)
{
	(void)context;
	return text_format(buf, cap, "{\"kind\":\"refused\",\"reason\":\"%s\"}\n",
			   reason);
}

static size_t p3_refuse(void *context, const char *reason, char *buf, size_t cap)
{
	struct out out = {.buf = buf, .max = cap};
	(void)context;
	wire_p3_error(&out, DECODER_FIRST, WIRE_P3_ERROR_PARAMETERS, reason);
	return out.failed == 0 ? out.len : 0;
}

/** The first at once, then a sum every REFUSALS_EVERY_S. */
static void report_refusals(const struct net_server *server, const char *what,
			    struct refusals *reported, double now)
{
	const struct net_refused *refused =
		server == NULL ? NULL : net_server_refused(server);
	if (refused == NULL || refused->count == reported->count ||
	    (reported->count > 0 && now < reported->at + REFUSALS_EVERY_S))
		return;
	complain("%s: %llu client%s refused so far, the last from %s: %s", what,
		 (unsigned long long)refused->count, refused->count == 1 ? "" : "s",
		 refused->address, refused->reason);
	*reported = (struct refusals){refused->count, now};
}

static void serve_refusals(struct serve *serve)
{
	double now = ev_now(serve->loop);
	report_refusals(serve->rmonitor, "RMonitor", &serve->refusals[0], now);
	report_refusals(serve->jsonl, "JSON Lines", &serve->refusals[1], now);
	report_refusals(serve->p3, "P3", &serve->refusals[2], now);
}

/* ---- what happens ------------------------------------------------------------------ */

uint32_t serve_transponder(const struct race *race, uint16_t car)
{
	uint64_t number;
	for (uint16_t i = 0; i < race->id_count; i++) {
		const struct race_id *id = &race->ids[i];
		if (id->car == car && id->kind == ID_TRANSPONDER &&
		    parse_u64(slice_of(id->text), &number) && number <= UINT32_MAX)
			return (uint32_t)number;
	}
	return TRANSPONDER_FIRST + car;
}

static bool crosses_finish(const struct event *event)
{
	return event->kind == EVENT_LAP ||
	       (event->kind == EVENT_PASSING &&
		(event->line == LINE_SF || event->line == LINE_SF_PIT));
}

static uint8_t sent_line(const struct event *event)
{
	if (event->kind == EVENT_LAP || event->line == LINE_SF_PIT)
		return LINE_SF;
	return event->line;
}

/** @race is at the event. */
static void serve_passing(struct serve *serve, const struct race *race,
			  const struct event *event, uint16_t car)
{
	bool wanted = crosses_finish(event) ||
		      (serve->plan.lines && event->kind == EVENT_PASSING);
	if (serve->p3 == NULL || !wanted || car == CAR_NONE)
		return;
	(void)p3_device_passing(&serve->decoder, sent_line(event),
				serve_transponder(race, car), event->at + serve->shift,
				buffer_out(&serve->frames));
}

static void serve_event(struct serve *serve, const struct event *event, uint16_t car)
{
	struct session *session = serve->session;
	bool finish = crosses_finish(event) && car != CAR_NONE;
	const struct race *race = &session->timeline.race;
	/* Positions are needed only by feeds that send them after every crossing (2). */
	if (finish && (serve->rmonitor != NULL || serve->jsonl != NULL))
		race = session_at(session, event->at);
	else if (finish || serve->p3 != NULL)
		race = timeline_at(&session->timeline, event->at);
	serve_passing(serve, race, event, car);
	if (serve->jsonl != NULL) {
		struct out *out = buffer_out(&serve->json);
		encode_event_json(out, &session->events, event);
		if (finish)
			json_standings(serve, race);
	}
	if (serve->rmonitor != NULL) {
		struct out *out = buffer_out(&serve->text);
		struct rmonitor_view view = rm_view(serve);
		if (finish) {
			rmonitor_update(&serve->rm_sent, out, &view, event->at);
		} else if (event->kind == EVENT_FLAG || event->kind == EVENT_START) {
			(void)session_at(session, event->at);
			rmonitor_heartbeat(out, &view, event->at);
		}
	}
}

static void serve_flush(struct serve *serve)
{
	send_all(serve->rmonitor, &serve->text);
	send_all(serve->jsonl, &serve->json);
	send_all(serve->p3, &serve->frames);
}

/* ---- a replay ----------------------------------------------------------------------- */

static void serve_until(struct serve *serve, instant_us t)
{
	const struct timeline *timeline = &serve->session->timeline;
	while (serve->next < timeline->order_count) {
		uint32_t i = serve->next;
		const struct event *event = &timeline->events->at[timeline->order[i]];
		if (event->at > t)
			break;
		serve->next++;
		if (timeline->masked_by == NULL || timeline->masked_by[i] == 0)
			serve_event(serve, event, timeline->car_of[i]);
	}
	serve->at = t;
	serve->over = serve->next == timeline->order_count;
	if (serve->over && serve->jsonl != NULL) {
		memset(serve->js_sent, 0, sizeof(serve->js_sent));
		json_standings(serve, serve_race(serve));
	}
	serve_flush(serve);
}

static void tick_later(struct serve *serve)
{
	const struct timeline *timeline = &serve->session->timeline;
	if (serve->over)
		return;
	instant_us next = timeline->events->at[timeline->order[serve->next]].at;
	int64_t due = serve->wall + (next - serve->plan.from) * serve->plan.speed_den /
					    serve->plan.speed_num;
	int64_t wait = due - wall_us(serve);
	if (wait < BATCH_US)
		wait = BATCH_US;
	ev_timer_stop(serve->loop, &serve->tick);
	ev_timer_set(&serve->tick, (double)wait / 1e6, 0.);
	ev_timer_start(serve->loop, &serve->tick);
}

static void serve_begin(struct serve *serve)
{
	if (serve->begun || serve->live != NULL)
		return;
	serve->begun = true;
	ev_now_update(serve->loop);
	serve->wall = wall_us(serve);
	serve->shift = decoder_shift(serve);
	tick_later(serve);
}

static void serve_on_tick(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct serve *serve = watcher->data;
	(void)loop;
	(void)events;
	int64_t gone = wall_us(serve) - serve->wall;
	serve_until(serve, serve->plan.from + gone * serve->plan.speed_num /
						      serve->plan.speed_den);
	tick_later(serve);
}

static void on_beat(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct serve *serve = watcher->data;
	(void)loop;
	(void)events;
	const struct race *race = serve_race(serve);
	serve->beats++;
	if (serve->rmonitor != NULL) {
		struct rmonitor_view view = rm_view(serve);
		struct out *out = buffer_out(&serve->text);
		if (serve->plan.refresh > 0 && serve->beats % serve->plan.refresh == 0)
			serve->rm_sent.begun = false;
		rmonitor_update(&serve->rm_sent, out, &view, serve_now(serve));
		rmonitor_heartbeat(out, &view, serve_now(serve));
	}
	if (serve->jsonl != NULL) {
		json_standings(serve, race);
		encode_time_json(buffer_out(&serve->json), race, serve_now(serve));
	}
	if (serve->p3 != NULL && serve->beats % 2 == 1)
		p3_device_status(&serve->decoder, buffer_out(&serve->frames));
	serve_flush(serve);
	serve_refusals(serve);
}

/* ---- live ----------------------------------------------------------------------------- */

void serve_live(struct serve *serve)
{
	const struct event_list *list = &serve->session->events;
	const struct race *head = timeline_head(&serve->session->timeline);
	uint64_t left = serve->session->left - serve->left;
	serve->next -= left < serve->next ? (uint32_t)left : serve->next;
	serve->left = serve->session->left;
	if (serve->next > list->count) /* another session began */
		serve->next = 0;
	for (; serve->next < list->count; serve->next++) {
		const struct event *event = &list->at[serve->next];
		uint16_t car = event->id_kind == ID_NONE
				       ? CAR_NONE
				       : race_find(head, (enum id_kind)event->id_kind,
						   slice_of(event->id));
		serve_event(serve, event, car);
	}
	serve_flush(serve);
}

/* ---- opening ---------------------------------------------------------------------------- */

static unsigned clients_of(const struct net_server *server)
{
	return server == NULL ? 0 : net_server_clients(server);
}

static void serve_joined(struct serve *serve)
{
	if (clients_of(serve->rmonitor) + clients_of(serve->jsonl) +
		    clients_of(serve->p3) >=
	    serve->plan.wait)
		serve_begin(serve);
}

static void json_joined(void *context, struct net_client *client)
{
	serve_joined(context);
	json_start(context, client);
}

static void text_joined(void *context, struct net_client *client)
{
	serve_joined(context);
	text_start(context, client);
}

static void p3_joined(void *context, struct net_client *client)
{
	serve_joined(context);
	p3_start(context, client);
}

/** All clients together hold no more than CLIENTS_ROOM, as far as each has enough. */
static size_t client_room(const struct net_limits *limits)
{
	size_t room = CLIENTS_ROOM / (limits->most > 0 ? limits->most : 32);
	if (room < CLIENT_ROOM_LEAST)
		return CLIENT_ROOM_LEAST;
	return room < CLIENT_ROOM ? room : CLIENT_ROOM;
}

static int listen_all(struct serve *serve, struct err *err)
{
	const struct net_service all = {
		.context = serve,
		.limits = serve->plan.limits,
		.patience = serve->plan.patience,
		.room = client_room(&serve->plan.limits),
	};
	struct net_service json = all, text = all, p3 = all;
	json.joined = json_joined;
	json.behind = json_start;
	json.refuse = json_refuse;
	text.joined = text_joined;
	text.behind = text_start;
	text.refuse = text_refuse;
	p3.joined = p3_joined;
	p3.behind = p3_behind;
	p3.refuse = p3_refuse;
	p3.received = p3_received;
	p3.more = p3_more;
	p3.state_size = sizeof(struct p3_resend);
	if (p3.limits.most == 0)
		p3.limits.most = P3_CLIENTS;
	int rc = 0;
	if (serve->plan.rmonitor != NULL)
		rc = net_server_open(serve->loop, serve->plan.rmonitor, &text,
				     &serve->rmonitor, err);
	if (rc == 0 && serve->plan.jsonl != NULL)
		rc = net_server_open(serve->loop, serve->plan.jsonl, &json,
				     &serve->jsonl, err);
	if (rc == 0 && serve->plan.p3 != NULL)
		rc = net_server_open(serve->loop, serve->plan.p3, &p3, &serve->p3, err);
	return rc;
}

static int make_decoder(struct serve *serve, struct err *err)
{
	enum { LIVE_PASSINGS = 1024 * 1024 };
	uint32_t max =
		serve->live != NULL ? LIVE_PASSINGS : serve->session->events.count + 1;
	if (serve->plan.p3 == NULL)
		return 0;
	serve->passings = calloc(max, sizeof(*serve->passings));
	if (serve->passings == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	serve->decoder = (struct p3_device){
		.sent = serve->passings,
		.max = max,
		.first_id = DECODER_FIRST,
		.utc = serve->plan.utc,
	};
	return 0;
}

/** A number of its own for each race, and for each hour of a live one: readers begin
 * again when the number changes. */
static uint32_t first_run(const struct serve *serve)
{
	enum { RUNS = 89999 };
	const struct race_setup *setup = &serve->session->timeline.race.setup;
	uint64_t sum = 0;
	if (serve->live != NULL)
		return 10000 + (uint32_t)(wall_us(serve) / US_S / 3600 % RUNS);
	sum = hash_bytes(setup->event, strlen(setup->event), sum);
	sum = hash_bytes(setup->session, strlen(setup->session), sum);
	sum = hash_bytes(&setup->start_at, sizeof(setup->start_at), sum);
	return 10000 + (uint32_t)(sum % RUNS);
}

int serve_open(struct ev_loop *loop, struct session *session, struct live *live,
	       const struct serve_plan *plan, struct serve **out, struct err *err)
{
	struct serve *serve = calloc(1, sizeof(*serve));
	if (serve == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	serve->loop = loop;
	serve->session = session;
	serve->live = live;
	serve->plan = *plan;
	serve->at = plan->from;
	serve->wall = wall_us(serve);
	if (live == NULL)
		serve->shift = decoder_shift(serve);
	ev_timer_init(&serve->tick, serve_on_tick, 0., 0.);
	ev_timer_init(&serve->beat, on_beat, 1., 1.);
	serve->tick.data = serve->beat.data = serve;
	int rc = make_decoder(serve, err);
	if (rc == 0)
		rc = listen_all(serve, err);
	if (rc != 0) {
		serve_close(serve);
		return rc;
	}
	serve->run = first_run(serve);
	/* New clients get the state; from here on only changes are sent. */
	(void)serve_race(serve);
	struct rmonitor_view view = rm_view(serve);
	rmonitor_update(&serve->rm_sent, buffer_out(&serve->text), &view,
			serve_now(serve));
	(void)buffer_take(&serve->text);
	if (serve->jsonl != NULL)
		json_standings(serve, &session->timeline.race);
	(void)buffer_take(&serve->json);
	if (live == NULL) {
		/* Events before the start are part of the state. */
		while (serve->next < session->timeline.order_count &&
		       session->events.at[session->timeline.order[serve->next]].at <
			       plan->from)
			serve->next++;
		serve->over = serve->next == session->timeline.order_count;
		if (plan->wait == 0)
			serve_begin(serve);
	} else {
		serve->next = session->events.count;
	}
	ev_timer_start(loop, &serve->beat);
	*out = serve;
	return 0;
}

void serve_close(struct serve *serve)
{
	if (serve == NULL)
		return;
	for (size_t i = 0; i < ARRAY_LEN(serve->refusals); i++)
		serve->refusals[i].at = 0;
	serve_refusals(serve);
	ev_timer_stop(serve->loop, &serve->tick);
	ev_timer_stop(serve->loop, &serve->beat);
	net_server_close(serve->rmonitor);
	net_server_close(serve->jsonl);
	net_server_close(serve->p3);
	free(serve->text.at);
	free(serve->json.at);
	free(serve->frames.at);
	free(serve->fresh.at);
	free(serve->passings);
	free(serve);
}

static uint16_t port(const struct net_server *server)
{
	return server == NULL ? 0 : net_server_port(server);
}

uint16_t serve_port_rmonitor(const struct serve *serve)
{
	return port(serve->rmonitor);
}

uint16_t serve_port_jsonl(const struct serve *serve)
{
	return port(serve->jsonl);
}

uint16_t serve_port_p3(const struct serve *serve)
{
	return port(serve->p3);
}

bool serve_is_open_to_others(const struct serve *serve)
{
	const struct net_server *servers[] = {serve->rmonitor, serve->jsonl, serve->p3};
	for (size_t i = 0; i < ARRAY_LEN(servers); i++)
		if (servers[i] != NULL && net_server_is_open_to_others(servers[i]))
			return true;
	return false;
}

bool serve_is_over(const struct serve *serve)
{
	return serve->over;
}
