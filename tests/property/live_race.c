/*
 * live_race.c -- a race received live is the race that was driven
 *
 * A simulated race of 60 cars is told on loopback by two P3 boxes, six beacons and an
 * RMonitor server (live_boxes.h) to the engine of the program, which records it. Links
 * are cut, records doubled, lost and out of order. At the end the race is compared with
 * the truth, and so is the recording: loaded as a file, and continued.
 *
 *  (1) Our clock is the race's, moved on by the test; nothing is waited for but
 *      connections and the disk, and those until a deadline.
 */
#include "live_boxes.h"

#include <sys/stat.h>
#include <unistd.h>

/* (1) */
static int64_t race_clock(void)
{
	return now_us;
}

static int64_t race_steady(void)
{
	return ((int64_t)1 << 48) + now_us % ((int64_t)1 << 47);
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
	struct timeline_needs needs = timeline_needs(&t->list, true, true);
	free(t->storage);
	needs.storage = t->storage = malloc(needs.bytes);
	if (timeline_load(&t->truth, &t->list, setup, &needs, &err) != 0)
		fail_msg("%s", err.text);
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
	char entries[8 * 1024], path[SCRATCH_FILE_MAX];
	scratch_name(t->folder, "live-race");
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
	while (!boxes_connected(t)) {
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
	unsigned which = below(t, SOURCES);
	if (!boxes_cut(t, which)) { /* still away: it is cut as soon as it is there */
		settle(t);
		assert_true(boxes_cut(t, which));
	}
	t->counts.cuts++;
}

/** The beacons' memory is empty: all is in the recording. */
static void until_acknowledged(struct test *t)
{
	double until = ev_time() + DEADLINE_S;
	for (uint64_t step = 0; !boxes_acknowledged(t); step++, now_us += STEP) {
		boxes_step(t, step);
		settle(t);
		if (ev_time() > until)
			fail_msg("not all is acknowledged within %d s", DEADLINE_S);
	}
}

static void drive(struct test *t, instant_us until)
{
	uint32_t next = 0;
	unsigned cuts = 0;
	for (uint64_t step = 0; now_us < until; step++, now_us += STEP) {
		for (;
		     next < t->sim.passing_count && t->sim.passings[next].at <= now_us;
		     next++)
			boxes_passing(t, &t->sim.passings[next]);
		boxes_step(t, step);
		for (; cuts < CUTS && t->cut_at[cuts] <= now_us; cuts++)
			cut(t);
		turn(t);
		t->rm_away = t->rm_client == NULL ? t->rm_away + STEP : 0;
		if (t->rm_away > t->rm_away_most)
			t->rm_away_most = t->rm_away;
	}
	assert_int_equal(next, t->sim.passing_count);
	settle(t);
	until_acknowledged(t);
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

/* The beacons were told of each crossing, and what was lost they said again: each is
 * there once. */
static void check_beacons(const struct test *t, const char *what,
			  const struct event_list *list)
{
	uint32_t passings = 0, odd = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		if (event->source != SOURCE_BEACONS ||
		    (event->kind != EVENT_PASSING && event->kind != EVENT_PIT_IN &&
		     event->kind != EVENT_PIT_OUT))
			continue;
		passings++;
		odd += event->clock != EVENT_CLOCK_OWN;
	}
	if (passings != t->sim.passing_count || odd > 0)
		fail_msg("%s: %u passings of the beacons, %u not by their own clock; "
			 "there were %u",
			 what, passings, odd, t->sim.passing_count);
}

static void check_race(struct test *t, const char *what, struct session *session)
{
	char broken[256];
	load_truth(t, &session->setup);
	check_beacons(t, what, &session->events);
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
	boxes_open(t);
	write_session(t);
	t->options = (struct options){
		.sources = {t->urls[0], t->urls[1], t->urls[2], t->urls[3]},
		.source_count = SOURCES,
		.session = t->session,
		.output = t->output,
	};
}

static void remove_files(struct test *t)
{
	static const char *const names[] = {"session.ini", "entries.csv",
					    "race.pitwall", "race.pitwall-wal",
					    "race.pitwall-shm"};
	char path[SCRATCH_FILE_MAX];
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		text_format(path, sizeof(path), "%s/%s", t->folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(t->folder);
}

static void end(struct test *t)
{
	boxes_close(t);
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
	printf("# seed %llu: %u passings, %u cuts, %u doubled, %u not received by B, "
	       "%u "
	       "lost on the way, asked %u times\n",
	       (unsigned long long)seed, t->sim.passing_count, t->counts.cuts,
	       t->counts.doubled, t->counts.unreported, t->counts.lost,
	       t->counts.asked);
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

static void a_race_received_live_is_the_race_that_was_driven(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		run(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_received_live_is_the_race_that_was_driven),
	};
	net_calls.clock = race_clock;
	net_calls.steady = race_steady;
	live_net_tuning =
		(struct net_options){.retry_first = 2 * US_MS, .retry_most = 8 * US_MS};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
