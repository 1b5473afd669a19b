/*
 * live_race.c -- a race heard live is the race that was driven
 *
 * A simulated race of 60 cars is told on loopback by two P3 boxes and an RMonitor
 * server to the engine of the program, which records it. Links are cut, records
 * doubled, lost and out of order. At the end the race is compared with the truth, and
 * so is the recording: loaded as a file, and continued.
 *
 *  (1) Box A is on every line and has satellites. Box B is on start/finish, its clock
 *      is wrong by some milliseconds, and it misses passings: never heard, or lost on
 *      the way and to be asked for.
 *  (2) Our clock is the race's, moved on by the test; nothing is waited for but
 *      connections, and those until a deadline.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live.h"
#include "load.h"
#include "pitwall/sim.h"
#include "pitwall/wire.h"

enum {
	CARS = 60,
	CLASSES = 4,
	PASSINGS_MAX = 16 * 1024,
	EVENTS_MAX = 32 * 1024,
	TEXT_MAX = 1024 * 1024,
	WAITING_MAX = 1024,
	FRAME_MAX = 256,
	OUT_MAX = 512 * 1024,
	CUTS = 50, /* a race */
	SEEDS = 4,
	TURNS = 3, /* of the loop, a step */
	B_AHEAD_US = 7300,
	DEADLINE_S = 60,
};
#define STEP (100 * US_MS)
#define HELD_MAX (200 * US_MS)
#define LENGTH (20 * US_MIN)

static instant_us now_us; /* (2) */

static int64_t race_clock(void)
{
	return now_us;
}

struct waiting {
	instant_us at;
	size_t len;
	char bytes[FRAME_MAX];
};

struct box {
	struct test *test;
	struct sim_decoder decoder;
	struct net_server *server;
	struct net_client *client;
	struct waiting waiting[WAITING_MAX];
	uint32_t waiting_count;
	bool second; /* B of (1) */
};

struct counts {
	unsigned cuts, doubled, unheard, lost, held, asked;
};

struct test {
	struct ev_loop *loop;
	struct sim_race sim;
	uint64_t random;
	struct box boxes[2];
	struct net_server *rmonitor;
	struct net_client *rm_client;
	struct wire_rm rm_told;
	struct timeline truth;
	struct event_list list;
	void *storage;
	struct standings standings;
	struct counts counts;
	duration_us rm_away, rm_away_most; /* how long nobody heard RMonitor */
	instant_us cut_at[CUTS];
	char folder[64], session[96], output[96], urls[3][64];
	struct options options;
	struct live *live;
	char out[OUT_MAX];
};

static uint32_t below(struct test *t, uint32_t n)
{
	return (uint32_t)random_below(&t->random, n);
}

/* ---- the truth ------------------------------------------------------------------- */

static size_t write_entries(const struct sim_race *sim, char *text, size_t cap)
{
	size_t len = text_format(text, cap, "number,transponder,class,grid\n");
	for (uint32_t i = 0; i < sim->car_count; i++)
		len += text_format(text + len, cap - len, "%s,%s,%s,%u\n",
				   sim->cars[i].number, sim->cars[i].transponder,
				   sim->cars[i].class_name, sim->cars[i].grid);
	return len;
}

static void add_passing(struct test *t, const struct sim_passing *p)
{
	enum event_kind kind = p->line == LINE_PIT_IN    ? EVENT_PIT_IN
			       : p->line == LINE_PIT_OUT ? EVENT_PIT_OUT
							 : EVENT_PASSING;
	struct event *event = event_add(&t->list, kind, p->at);
	event->line = p->line;
	event->clock = EVENT_CLOCK_UTC;
	event->value = kind == EVENT_PIT_IN ? 0 : DURATION_NONE;
	event->sequence = t->list.count;
	event_set_id(event, ID_TRANSPONDER, slice_of(t->sim.cars[p->car].transponder));
}

static void load_truth(struct test *t, const struct race_setup *setup)
{
	static char text[64 * 1024];
	struct err err = {""};
	size_t len = write_entries(&t->sim, text, sizeof(text));
	t->list.count = t->list.text_len = 0;
	if (entries_parse((struct slice){text, len}, "entries", INSTANT_NONE, &t->list,
			  &err) != 0)
		fail_msg("%s", err.text);
	for (uint32_t i = 0; i < t->sim.flag_count; i++)
		event_add(&t->list, EVENT_FLAG, t->sim.flags[i].from_at)->flag =
			t->sim.flags[i].flag;
	for (uint32_t i = 0; i < t->sim.passing_count; i++)
		add_passing(t, &t->sim.passings[i]);
	assert_int_equal(t->list.dropped, 0);
	free(t->storage);
	t->storage = malloc(timeline_storage_size(&t->list, true, true));
	assert_non_null(t->storage);
	if (timeline_load(&t->truth, &t->list, setup, t->storage, true, true, &err) !=
	    0)
		fail_msg("%s", err.text);
}

/* ---- the boxes ---------------------------------------------------------------------- */

static struct out sink(struct test *t)
{
	return (struct out){.buf = t->out, .max = sizeof(t->out)};
}

static void hold(struct box *box, struct slice frame)
{
	struct waiting *to = &box->waiting[box->waiting_count++];
	assert_true(box->waiting_count < WAITING_MAX && frame.len <= FRAME_MAX);
	box->test->counts.held += box->waiting_count > 1; /* it may be overtaken */
	to->at = now_us + below(box->test, (uint32_t)HELD_MAX);
	to->len = frame.len;
	memcpy(to->bytes, frame.at, frame.len);
}

static void box_passing(struct box *box, const struct sim_passing *p)
{
	struct test *t = box->test;
	char bytes[FRAME_MAX];
	struct out out = {.buf = bytes, .max = sizeof(bytes)};
	uint32_t transponder =
		(uint32_t)strtoul(t->sim.cars[p->car].transponder, NULL, 10);
	if (box->second && p->line != LINE_SF)
		return;
	if (box->second && below(t, 40) == 0) {
		t->counts.unheard++;
		return;
	}
	assert_true(sim_decoder_passing(&box->decoder, p->line, transponder,
					p->at + (box->second ? B_AHEAD_US : 0), &out));
	if (box->second && below(t, 40) == 0) {
		t->counts.lost++;
		return;
	}
	hold(box, (struct slice){bytes, out.len});
	if (below(t, 20) != 0)
		return;
	t->counts.doubled++;
	hold(box, (struct slice){bytes, out.len});
}

static void box_send(struct box *box)
{
	uint32_t left = 0;
	for (uint32_t i = 0; i < box->waiting_count; i++) {
		struct waiting *w = &box->waiting[i];
		if (w->at <= now_us)
			net_server_send(box->server, (struct slice){w->bytes, w->len});
		else
			box->waiting[left++] = *w;
	}
	box->waiting_count = left;
}

/* Of each decoder, as they do from when they are switched on. */
static void box_status(struct box *box)
{
	static const uint8_t lines[] = {0,          1, 2, LINE_PIT_IN, LINE_PIT_OUT,
					LINE_SF_PIT};
	struct out out = sink(box->test);
	for (size_t i = 0; i < (box->second ? 1 : ARRAY_LEN(lines)); i++) {
		struct wire_p3_status status = {
			.decoder = box->decoder.first_id + lines[i],
			.gps = box->decoder.utc,
			.voltage = 121,
		};
		wire_p3_status(&out, &status);
	}
	net_server_send(box->server, (struct slice){out.buf, out.len});
}

static void box_joined(void *context, struct net_client *client)
{
	((struct box *)context)->client = client;
}

static void box_left(void *context, struct net_client *client)
{
	struct box *box = context;
	if (box->client == client)
		box->client = NULL;
}

static size_t box_heard(void *context, struct net_client *client, struct slice bytes)
{
	struct box *box = context;
	struct out out = sink(box->test);
	size_t used = sim_decoder_heard(&box->decoder, bytes,
					now_us + (box->second ? B_AHEAD_US : 0), &out);
	box->test->counts.asked += used > 0;
	net_client_send(client, (struct slice){out.buf, out.len});
	return used;
}

static void box_open(struct test *t, unsigned index)
{
	struct box *box = &t->boxes[index];
	struct net_service service = {
		.context = box,
		.joined = box_joined,
		.heard = box_heard,
		.left = box_left,
	};
	struct err err = {""};
	box->test = t;
	box->second = index == 1;
	box->decoder = (struct sim_decoder){
		.told = calloc(PASSINGS_MAX, sizeof(struct sim_told)),
		.max = PASSINGS_MAX,
		.first_id = index == 0 ? 0x20f00 : 0x30f00,
		.utc = index == 0,
	};
	assert_non_null(box->decoder.told);
	if (net_server_open(t->loop, "0", &service, &box->server, &err) != 0)
		fail_msg("%s", err.text);
	text_format(t->urls[index], sizeof(t->urls[index]), "p3://127.0.0.1:%u",
		    net_server_port(box->server));
}

/* ---- RMonitor -------------------------------------------------------------------------- */

static struct wire_rm_view rm_view(struct test *t)
{
	const struct race *race = timeline_at(&t->truth, now_us);
	standings_query(race, &t->truth.tables, &t->standings);
	return (struct wire_rm_view){
		.race = race,
		.tables = &t->truth.tables,
		.standings = &t->standings,
		.run = 1,
	};
}

static void rm_joined(void *context, struct net_client *client)
{
	struct test *t = context;
	struct wire_rm_view view = rm_view(t);
	struct out out = sink(t);
	t->rm_client = client;
	wire_rm_refresh(&out, &view, now_us);
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
	text_format(t->urls[2], sizeof(t->urls[2]), "rmonitor://127.0.0.1:%u",
		    net_server_port(t->rmonitor));
}

static void rm_tell(struct test *t, bool second)
{
	struct wire_rm_view view = rm_view(t);
	struct out out = sink(t);
	wire_rm_update(&t->rm_told, &out, &view, now_us);
	if (second)
		wire_rm_heartbeat(&out, &view, now_us);
	if (out.len > 0)
		net_server_send(t->rmonitor, (struct slice){out.buf, out.len});
}

/* ---- the engine ------------------------------------------------------------------------- */

static void write_file(const char *path, const char *text, size_t len)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void write_session(struct test *t)
{
	static const char text[] = "[session]\n"
				   "event = Simulated race\n"
				   "date = 2024-06-15\n"
				   "zone = UTC\n"
				   "start_at = 12:00:00\n"
				   "length = 20m\n"
				   "entries = entries.csv\n"
				   "[loops]\n"
				   "00020f00 = SF\n"
				   "00020f01 = I1\n"
				   "00020f02 = I2\n"
				   "00020f10 = PIN\n"
				   "00020f11 = POUT\n"
				   "00020f12 = SFP\n"
				   "00030f00 = SF\n";
	char entries[8 * 1024], path[96];
	text_format(t->folder, sizeof(t->folder), "/tmp/pitwall-live-race.%ld",
		    (long)getpid());
	assert_int_equal(mkdir(t->folder, 0700), 0);
	text_format(t->session, sizeof(t->session), "%s/session.ini", t->folder);
	text_format(t->output, sizeof(t->output), "%s/race.pitwall", t->folder);
	text_format(path, sizeof(path), "%s/entries.csv", t->folder);
	write_file(t->session, text, sizeof(text) - 1);
	write_file(path, entries, write_entries(&t->sim, entries, sizeof(entries)));
}

static void engine_open(struct test *t)
{
	struct live_hooks hooks = {0};
	struct err err = {""};
	if (live_open(&t->options, t->loop, &hooks, &t->live, &err) != 0)
		fail_msg("%s", err.text);
}

static void turn(struct test *t)
{
	for (unsigned i = 0; i < TURNS; i++)
		ev_run(t->loop, EVRUN_NOWAIT);
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
}

/** Until all links are up, then some turns more for what they say. */
static void settle(struct test *t)
{
	ev_timer tick;
	double until = ev_time() + DEADLINE_S;
	ev_timer_init(&tick, on_tick, .002, .002);
	ev_timer_start(t->loop, &tick);
	while (t->boxes[0].client == NULL || t->boxes[1].client == NULL ||
	       t->rm_client == NULL) {
		ev_run(t->loop, EVRUN_ONCE);
		if (ev_time() > until)
			fail_msg("not all sources connected within %d s", DEADLINE_S);
	}
	for (unsigned i = 0; i < 20; i++)
		ev_run(t->loop, EVRUN_ONCE);
	ev_timer_stop(t->loop, &tick);
}

/* ---- the race ----------------------------------------------------------------------------- */

static void cut(struct test *t)
{
	unsigned which = below(t, 3);
	struct net_client *client = which < 2 ? t->boxes[which].client : t->rm_client;
	if (client == NULL) { /* still away: it is cut as soon as it is there */
		settle(t);
		client = which < 2 ? t->boxes[which].client : t->rm_client;
	}
	net_client_drop(client);
	t->counts.cuts++;
	if (which < 2)
		t->boxes[which].waiting_count = 0; /* lost with the link */
}

static void drive(struct test *t, instant_us until)
{
	uint32_t next = 0;
	unsigned cuts = 0;
	for (uint64_t step = 0; now_us < until; step++, now_us += STEP) {
		for (;
		     next < t->sim.passing_count && t->sim.passings[next].at <= now_us;
		     next++)
			for (unsigned b = 0; b < 2; b++)
				box_passing(&t->boxes[b], &t->sim.passings[next]);
		for (unsigned b = 0; b < 2; b++) {
			box_send(&t->boxes[b]);
			if (step % 50 == 0)
				box_status(&t->boxes[b]);
		}
		rm_tell(t, step % 10 == 0);
		for (; cuts < CUTS && t->cut_at[cuts] <= now_us; cuts++)
			cut(t);
		turn(t);
		t->rm_away = t->rm_client == NULL ? t->rm_away + STEP : 0;
		if (t->rm_away > t->rm_away_most)
			t->rm_away_most = t->rm_away;
	}
	assert_int_equal(next, t->sim.passing_count);
	settle(t);
}

/* ---- what must be the same ------------------------------------------------------------------ */

/* The engine knows cars by several names before it learns that they are one, so its
 * indices are others: each car of the truth has one of its own. */
static uint16_t index_of[RACE_CARS_MAX];

static void pair_cars(const char *what, const struct race *a, const struct race *b)
{
	unsigned listed = 0;
	for (uint16_t i = 0; i < b->car_count; i++)
		listed += b->entries[i].merged == 0;
	if (listed != a->car_count)
		fail_msg("%s: %u cars, of the truth %u", what, listed, a->car_count);
	for (uint16_t i = 0; i < a->car_count; i++) {
		index_of[i] = race_find_text(b, slice_of(a->entries[i].number));
		if (index_of[i] >= b->car_count)
			fail_msg("%s: no car %s", what, a->entries[i].number);
	}
}

static void check_rows(const char *what, const struct lap_row *a,
		       const struct lap_row *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bool same =
			a[i].at == b[i].at && a[i].time == b[i].time &&
			index_of[a[i].car] == b[i].car && a[i].lap == b[i].lap &&
			a[i].position == b[i].position &&
			a[i].class_position == b[i].class_position &&
			a[i].in_pit == b[i].in_pit && a[i].pit_time == b[i].pit_time &&
			a[i].estimated == b[i].estimated &&
			memcmp(a[i].at_line, b[i].at_line, sizeof(a[i].at_line)) == 0;
		if (!same)
			fail_msg(
				"%s: lap row %u: car %u lap %u time %lld place %u "
				"estimated %u; truth: car %u lap %u time %lld place %u",
				what, i, b[i].car, b[i].lap, (long long)b[i].time,
				b[i].position, b[i].estimated, a[i].car, a[i].lap,
				(long long)a[i].time, a[i].position);
	}
}

static void check_cars(const char *what, const struct race *a, const struct race *b)
{
	for (uint16_t i = 0; i < a->car_count; i++) {
		const struct car *x = &a->cars[i], *y = &b->cars[index_of[i]];
		bool same = x->laps == y->laps && x->line == y->line &&
			    x->line_at == y->line_at && x->stops == y->stops &&
			    x->stops_total == y->stops_total &&
			    x->lap_best == y->lap_best && x->in_pit == y->in_pit &&
			    x->flagged == y->flagged &&
			    a->place[i] == b->place[index_of[i]];
		if (!same)
			fail_msg(
				"%s: car %s: laps %u stops %u place %u; truth: laps %u "
				"stops %u place %u",
				what, a->entries[i].number, y->laps, y->stops,
				b->place[index_of[i]], x->laps, x->stops, a->place[i]);
	}
}

/* RMonitor has one word for every slow flag, and says it each second: a change is
 * known by then, or when it is there again. */
static void check_flags(const struct test *t, const char *what,
			const struct flag_row *a, const struct flag_row *b,
			uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint8_t said = a[i].flag > FLAG_GREEN && a[i].flag < FLAG_RED
				       ? FLAG_YELLOW
				       : a[i].flag;
		duration_us late = b[i].from_at - a[i].from_at;
		if (b[i].flag != said || late <= -US_S ||
		    late > US_S + STEP + t->rm_away_most)
			fail_msg("%s: flag %u is %s, %lld us late; it was %s", what, i,
				 flag_name(b[i].flag), (long long)late,
				 flag_name(a[i].flag));
	}
}

/* None that was not caused: the race met nothing odd, and the sources tell of gaps
 * alone, which they asked for. */
static void check_anomalies(const struct test *t, const char *what,
			    const struct race *a, const struct race *b)
{
	unsigned caused = t->counts.lost + t->counts.cuts + t->counts.held;
	assert_int_equal(b->fault_count, a->fault_count);
	for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
		if (i == ANOMALY_MISSING) {
			assert_in_range(b->anomalies[i], t->counts.lost / 2, caused);
		} else if (i == ANOMALY_CLOCK) {
			printf("# %s: %u clocks said to have stepped\n", what,
			       b->anomalies[i]);
		} else if (b->anomalies[i] != a->anomalies[i]) {
			fail_msg("%s: %u anomalies \"%s\", of the truth %u", what,
				 b->anomalies[i], anomaly_name((enum anomaly)i),
				 a->anomalies[i]);
		}
	}
}

static void check_race(struct test *t, const char *what, struct session *session)
{
	char broken[256];
	load_truth(t, &session->setup);
	const struct race *a = timeline_head(&t->truth);
	const struct race *b = timeline_head(&session->timeline);
	const struct race_tables *at = timeline_head_tables(&t->truth);
	const struct race_tables *bt = timeline_head_tables(&session->timeline);
	if (race_check(b, bt, broken) != NULL)
		fail_msg("%s: %s", what, broken);
	pair_cars(what, a, b);
	check_cars(what, a, b);
	assert_int_equal(b->lap_count - b->lap_first, a->lap_count - a->lap_first);
	check_rows(what, at->laps + a->lap_first, bt->laps + b->lap_first,
		   a->lap_count - a->lap_first);
	assert_int_equal(b->stint_count, a->stint_count);
	assert_int_equal(b->finish_at, a->finish_at);
	assert_int_equal(b->winner, index_of[a->winner]);
	assert_int_equal(b->flag_count, a->flag_count);
	check_flags(t, what, at->flags, bt->flags, a->flag_count);
	check_anomalies(t, what, a, b);
	printf("# %s: %u cars, %u laps, %u passings told twice\n", what, a->car_count,
	       b->lap_count, b->merged);
}

/* ---- the test --- */

static void begin(struct test *t, uint64_t seed)
{
	struct err err = {""};
	t->random = seed;
	t->loop = ev_loop_new(EVFLAG_AUTO);
	t->sim.passings = calloc(PASSINGS_MAX, sizeof(*t->sim.passings));
	t->sim.passings_max = PASSINGS_MAX;
	t->list = (struct event_list){
		.at = calloc(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = calloc(TEXT_MAX, 1),
		.text_max = TEXT_MAX,
	};
	assert_true(t->loop != NULL && t->sim.passings != NULL && t->list.at != NULL &&
		    t->list.text != NULL);
	if (sim_plausible(&t->sim, seed, CARS, CLASSES, LENGTH, &err) != 0)
		fail_msg("%s", err.text);
	now_us = t->sim.setup.start_at - 10 * US_S;
	for (unsigned i = 0; i < CUTS; i++)
		t->cut_at[i] = t->sim.setup.start_at + 5 * US_S + i * (LENGTH / CUTS) +
			       below(t, (uint32_t)(LENGTH / CUTS));
	load_truth(t, &t->sim.setup);
	box_open(t, 0);
	box_open(t, 1);
	rm_open(t);
	write_session(t);
	t->options = (struct options){
		.sources = {t->urls[0], t->urls[1], t->urls[2]},
		.source_count = 3,
		.session = t->session,
		.output = t->output,
	};
}

static void remove_files(struct test *t)
{
	static const char *const names[] = {"session.ini", "entries.csv",
					    "race.pitwall", "race.pitwall-wal",
					    "race.pitwall-shm"};
	char path[128];
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		text_format(path, sizeof(path), "%s/%s", t->folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(t->folder);
}

static void end(struct test *t)
{
	for (unsigned i = 0; i < 2; i++) {
		net_server_close(t->boxes[i].server);
		free(t->boxes[i].decoder.told);
	}
	net_server_close(t->rmonitor);
	ev_loop_destroy(t->loop);
	free(t->storage);
	free(t->sim.passings);
	free(t->list.at);
	free(t->list.text);
	remove_files(t);
	free(t);
}

static void close_engine(struct test *t)
{
	struct err err = {""};
	if (live_close(t->live, &err) != 0)
		fail_msg("%s", err.text);
	t->live = NULL;
}

static void run(uint64_t seed)
{
	struct test *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	begin(t, seed);
	engine_open(t);
	settle(t);
	drive(t, t->sim.passings[t->sim.passing_count - 1].at + 10 * US_S);
	printf("# seed %llu: %u passings, %u cuts, %u doubled, %u not heard by B, %u "
	       "lost on the way, asked %u times\n",
	       (unsigned long long)seed, t->sim.passing_count, t->counts.cuts,
	       t->counts.doubled, t->counts.unheard, t->counts.lost, t->counts.asked);
	assert_int_equal(t->counts.cuts, CUTS);
	check_race(t, "live", live_session(t->live));
	close_engine(t);

	struct options file = {.sources = {t->output}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	if (session_load(&file, 0, &session, &err) != 0)
		fail_msg("%s", err.text);
	check_race(t, "loaded as a file", session);
	session_free(session);

	engine_open(t);
	check_race(t, "continued", live_session(t->live));
	close_engine(t);
	end(t);
}

static void a_race_heard_live_is_the_race_that_was_driven(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		run(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_heard_live_is_the_race_that_was_driven),
	};
	net_calls.clock = race_clock;
	live_net_tuning =
		(struct net_options){.retry_first = 2 * US_MS, .retry_most = 8 * US_MS};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
