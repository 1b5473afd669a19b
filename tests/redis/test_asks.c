/*
 * test_asks.c -- decisions of several consoles of one race in Redis
 *
 *   controllers, viewer ── Redis ── the recorder of the circuit
 *
 *  (1) A decision of any console that may decide reaches all, in one order, with the name of
 *      who decided.
 *  (2) An ask is taken once: however long the publisher is away, and wherever it is killed.
 *  (3) What is not taken comes back as a sentence, whatever was asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "pitwall/decision.h"
#include "pitwall/live.h"
#include "pitwall/redis.h"
#include "proxy.h"
#include "server.h"
#include "sim.h"

enum {
	PASSINGS_MAX = 4096,
	BYTES_MAX = 512 * 1024,
	PIECE = 400,
	KILLS = 40,
	ANSWER_MS = 3000,
	DEADLINE_S = 90,
	MAX = 4,
};

static struct redis_server server;
static struct ev_loop *loop;
static ev_timer tick;
static char car[16];     /* the number of one that takes part */
static int publish_port; /* to which the recorder of the circuit publishes */
static int console_port; /* to which consoles connect */

/* A console, or the recorder of the circuit. */
struct member {
	struct options options;
	struct live *live;
	char url[128], path[64], auth[SCRATCH_FILE_MAX];
	struct live_answer answers[64];
	unsigned answered;
};

/* ---- the race ----------------------------------------------------------------------------- */

static void race_write(const char *path)
{
	static struct sim_passing passings[PASSINGS_MAX];
	static char bytes[BYTES_MAX];
	struct sim_race sim = {.passings = passings, .passings_max = PASSINGS_MAX};
	struct out out = {.buf = bytes, .max = sizeof(bytes)};
	struct record *record = NULL;
	struct err err = {""};
	int id;
	if (sim_plausible(&sim, 18, 8, 2, 15 * US_MIN, &err) != 0)
		fail_msg("%s", err.text);
	sim_write_rmonitor(&out, &sim, false);
	assert_int_equal(record_create(path, true, &record, &err), 0);
	assert_int_equal(record_add_source(record, "rmonitor://127.0.0.1:9", "rmonitor",
					   &id, &err),
			 0);
	struct record_row row = {.type = RECORD_RAW,
				 .source = 1,
				 .received_at = 1790000000 * US_S,
				 .steady = US_S};
	for (size_t at = 0; at < out.len; at += PIECE) {
		size_t left = out.len - at;
		row.bytes = (struct slice){bytes + at, left < PIECE ? left : PIECE};
		row.received_at += 10 * US_MS;
		row.steady += 10 * US_MS;
		assert_int_equal(record_append(record, &row, &err), 0);
	}
	assert_int_equal(record_close(record, &err), 0);
}

/* ---- members ------------------------------------------------------------------------------ */

static void member_auth(struct member *member, const char *user)
{
	char text[64];
	text_format(member->auth, sizeof(member->auth), "%s.auth", user);
	text_format(text, sizeof(text), "%s\n%s\n", user, user);
	scratch_text(member->auth, text);
	assert_int_equal(chmod(member->auth, 0600), 0);
	member->options.redis_auth = member->auth;
}

/** The recorder of the circuit: its source is away, its race is in the file. */
static int circuit_open(struct member *member, const char *name, bool apart)
{
	static char publish[128];
	const struct live_hooks hooks = {.apart = apart};
	struct err err = {""};
	text_format(publish, sizeof(publish), "redis://127.0.0.1:%d/test/%s",
		    publish_port, name);
	text_format(member->path, sizeof(member->path), "%s.pitwall", name);
	member->options.sources[0] = "rmonitor://127.0.0.1:9";
	member->options.source_count = 1;
	member->options.output = member->path;
	member->options.publish = publish;
	member->options.no_sandbox = true;
	int rc = live_open(&member->options, loop, &hooks, &member->live, &err);
	if (rc != 0)
		fprintf(stderr, "# %s\n", err.text); /* of a process that ends now */
	return rc;
}

typedef int opening(const struct options *options, struct ev_loop *in,
		    const struct live_hooks *hooks, struct live **out, struct err *err);

/** A console of the race; @open says whether with a recorder of its own. */
static void console_open_as(struct member *member, opening *open, const char *name,
			    const char *control, int number)
{
	const struct live_hooks hooks = {.context = NULL};
	struct err err = {""};
	text_format(member->url, sizeof(member->url), "redis://127.0.0.1:%d/test/%s",
		    console_port, name);
	text_format(member->path, sizeof(member->path), "%s-%d.pitwall", name, number);
	member->options.sources[0] = member->url;
	member->options.source_count = 1;
	member->options.output = member->path;
	member->options.control = control;
	if (open(&member->options, loop, &hooks, &member->live, &err) != 0)
		fail_msg("%s", err.text);
}

static void console_open(struct member *member, const char *name, const char *control,
			 int number)
{
	console_open_as(member, live_open, name, control, number);
}

static void member_close(struct member *member)
{
	struct err err = {""};
	if (live_close(member->live, &err) != 0)
		fail_msg("%s", err.text);
	member->live = NULL;
}

static uint32_t decisions_of(const struct member *member)
{
	const struct event_list *events = &live_session(member->live)->events;
	uint32_t last = 0;
	for (uint32_t i = 0; i < events->count; i++)
		if (events->at[i].source == SOURCE_OPERATOR &&
		    events->at[i].record > last)
			last = events->at[i].record;
	return last;
}

static const char *decider_of(const struct member *member, uint32_t number)
{
	return decider_name(live_session(member->live)->events.deciders, number);
}

static void members_turn(struct member *members, unsigned count)
{
	(void)ev_run(loop, EVRUN_ONCE);
	for (unsigned i = 0; i < count; i++) {
		struct member *member = &members[i];
		while (member->live != NULL && member->answered < 64 &&
		       live_answer_next(member->live,
					&member->answers[member->answered]))
			member->answered++;
	}
}

/** Until the recorder of the circuit, the first member, publishes all that it has. */
static void until_published(struct member *members, const char *name)
{
	static struct view view;
	ev_tstamp deadline = ev_time() + DEADLINE_S;
	do {
		members_turn(members, 1);
		live_view(members->live, &view);
		if (ev_time() > deadline)
			fail_msg("%s: %s", name, view.publish.reason);
	} while (view.publish.waiting > 0 || view.publish.reason[0] != '\0');
}

/** Until the member has so many answers. */
static void until_answered(struct member *members, unsigned count, unsigned which,
			   unsigned answers)
{
	ev_tstamp deadline = ev_time() + DEADLINE_S;
	while (members[which].answered < answers) {
		members_turn(members, count);
		if (ev_time() > deadline)
			fail_msg("member %u: %u of %u answers", which,
				 members[which].answered, answers);
	}
}

/** Until all members that run have so many decisions. */
static void until_decided(struct member *members, unsigned count, uint32_t decisions)
{
	ev_tstamp deadline = ev_time() + DEADLINE_S;
	for (unsigned i = 0; i < count; i++)
		while (members[i].live != NULL &&
		       decisions_of(&members[i]) < decisions) {
			members_turn(members, count);
			if (ev_time() > deadline)
				fail_msg("member %u: %u of %u decisions", i,
					 decisions_of(&members[i]), decisions);
		}
}

static int decides(struct member *member, const char *text, struct err *err)
{
	struct session *session = live_session(member->live);
	char words[128];
	return live_decide(member->live, slice_of(text), session->timeline.last_at,
			   words, err);
}

static void must_decide(struct member *member, const char *text)
{
	struct err err = {""};
	if (decides(member, text, &err) != 0)
		fail_msg("%s: %s", text, err.text);
}

/* ---- (1) ---------------------------------------------------------------------------------- */

static void same_races(struct member *members, unsigned count)
{
	const struct session *first = live_session(members[0].live);
	instant_us at = first->timeline.last_at;
	(void)session_at(live_session(members[0].live), at);
	for (unsigned i = 1; i < count; i++) {
		(void)session_at(live_session(members[i].live), at);
		assert_memory_equal(&first->timeline.race,
				    &live_session(members[i].live)->timeline.race,
				    sizeof(struct race));
	}
}

static void decisions_reach_all_with_who_made_them(void **state)
{
	struct member all[MAX] = {0};
	struct err err = {""};
	char text[64];
	(void)state;
	race_write("three.pitwall");
	assert_int_equal(circuit_open(&all[0], "three", false), 0);
	until_published(all, "three");
	console_open(&all[1], "three", "A. Steward", 1);
	/* As the program does, with a recorder that asks for the console. */
	console_open_as(&all[2], live_open_apart, "three", "B. Director", 2);
	console_open(&all[3], "three", NULL, 3);
	assert_true(live_session(all[3].live)->timeline.race.car_count > 0);
	text_copy(car, sizeof(car),
		  slice_of(live_session(all[3].live)->timeline.race.entries[0].number));
	/* A viewer is told why not, and how. */
	assert_int_equal(decides(&all[3], "flag SC", &err), -EPERM);
	assert_non_null(strstr(err.text, "--control"));
	text_format(text, sizeof(text), "time %s 10 speeding", car);
	must_decide(&all[1], text);
	until_answered(all, MAX, 1, 1);
	assert_false(all[1].answers[0].bad);
	assert_non_null(strstr(all[1].answers[0].words, "decided: time"));
	must_decide(&all[2], "note rain at turn 3");
	must_decide(&all[0], "note from the circuit");
	until_answered(all, MAX, 2, 1);
	until_decided(all, MAX, 3);
	for (unsigned i = 0; i < MAX; i++) {
		assert_string_equal(decider_of(&all[i], 1), "A. Steward");
		assert_int_equal(
			live_session(all[i].live)->timeline.race.decision_count, 1);
	}
	bool first = decider_of(&all[0], 2)[0] == '\0';
	for (unsigned i = 0; i < MAX; i++) {
		assert_string_equal(decider_of(&all[i], first ? 3 : 2), "B. Director");
		assert_string_equal(decider_of(&all[i], first ? 2 : 3), "");
	}
	same_races(all, MAX);
	/* Whose it was. */
	must_decide(&all[2], "undo 1");
	until_answered(all, MAX, 2, 2);
	assert_non_null(
		strstr(all[2].answers[1].words, "decision 1 of A. Steward: time"));
	until_decided(all, MAX, 4);
	for (unsigned i = 0; i < MAX; i++)
		assert_int_equal(
			live_session(all[i].live)->timeline.race.decision_count, 0);
	same_races(all, MAX);
	for (unsigned i = 1; i < MAX; i++)
		member_close(&all[i]);
	member_close(&all[0]);
}

/* ---- (2) ---------------------------------------------------------------------------------- */

/** This program again: a fork of one that has threads would wait for their locks. */
static pid_t circuit_apart(const char *name)
{
	char port[16];
	text_format(port, sizeof(port), "%d", publish_port);
	pid_t child = fork();
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)execl("/proc/self/exe", "circuit", name, port, (char *)NULL);
		_exit(127);
	}
	return child;
}

/** The recorder of the circuit, until it is killed. */
static int circuit_main(const char *name, const char *port)
{
	struct member member = {0};
	publish_port = atoi(port);
	loop = ev_loop_new(EVFLAG_AUTO);
	if (circuit_open(&member, name, false) != 0)
		return 1;
	(void)ev_run(loop, 0);
	return 0;
}

static void circuit_kill(pid_t child)
{
	assert_true(child > 0);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void until_described(const char *name)
{
	for (int i = 0; i < DEADLINE_S * 200; i++) {
		if (redis_server_number(&server, "EXISTS pitwall:test:%s:info", name) ==
		    1)
			return;
		redis_server_nap();
	}
	fail_msg("%s is not published", name);
}

static unsigned notes_count, notes_last;

static int note_row(void *context, const struct record_row *row)
{
	char line[256], who[DECIDER_MAX];
	struct slice ask;
	unsigned number = 0;
	(void)context;
	if (row->type != RECORD_DECISION)
		return 0;
	text_copy(line, sizeof(line), row->bytes);
	const char *found = strstr(line, "kill ");
	if (found == NULL || sscanf(found, "kill %u", &number) != 1 || number > KILLS)
		fail_msg("unknown decision: %s", line);
	assert_true(redis_decider(who, row->name, &ask) > 0 && ask.len > 0);
	assert_true(notes_count == 0 || number > notes_last);
	notes_last = number;
	notes_count++;
	return 0;
}

static void an_ask_waits_for_the_publisher_and_is_taken_once(void **state)
{
	struct member console[1] = {0};
	(void)state;
	race_write("away.pitwall");
	pid_t circuit = circuit_apart("away");
	until_described("away");
	console_open(&console[0], "away", "A", 1);
	circuit_kill(circuit);
	must_decide(&console[0], "note while it is away");
	until_answered(console, 1, 0, 1);
	assert_true(console[0].answers[0].bad);
	assert_non_null(strstr(console[0].answers[0].words, "not answered yet"));
	assert_int_equal(decisions_of(&console[0]), 0);
	circuit = circuit_apart("away");
	until_answered(console, 1, 0, 2);
	assert_false(console[0].answers[1].bad);
	until_decided(console, 1, 1);
	circuit_kill(circuit);
	circuit = circuit_apart("away");
	must_decide(&console[0], "note afterwards");
	until_answered(console, 1, 0, 3);
	until_decided(console, 1, 2);
	assert_int_equal(decisions_of(&console[0]), 2);
	circuit_kill(circuit);
	member_close(&console[0]);
}

static void a_publisher_killed_at_any_instant_takes_each_ask_once(void **state)
{
	struct member console[1] = {0};
	struct proxy proxy;
	uint64_t random = 18;
	char text[32];
	struct err err = {""};
	(void)state;
	race_write("killed.pitwall");
	/* On a slow line, so that much lies between the disk and Redis. */
	proxy_start(&proxy, server.port);
	proxy.orders->delay_ms = 8;
	publish_port = proxy.port;
	pid_t circuit = circuit_apart("killed");
	until_described("killed");
	console_open(&console[0], "killed", "A", 1);
	for (unsigned i = 0; i < KILLS; i++) {
		until_decided(console, 1, i);
		text_format(text, sizeof(text), "note kill %u", i);
		must_decide(&console[0], text);
		ev_tstamp until =
			ev_time() + (double)random_below(&random, 80000) * 1e-6;
		while (ev_time() < until)
			members_turn(console, 1);
		circuit_kill(circuit);
		/* As when Redis lost its last seconds: all are asked again. */
		if (i % 8 == 7)
			(void)redis_server_number(
				&server, "HSET pitwall:test:killed:info asked 0-0");
		circuit = circuit_apart("killed");
	}
	/* Behind the last one nothing may come again. */
	text_format(text, sizeof(text), "note kill %u", KILLS);
	must_decide(&console[0], text);
	until_decided(console, 1, KILLS + 1);
	assert_int_equal(decisions_of(&console[0]), KILLS + 1);
	circuit_kill(circuit);
	publish_port = server.port;
	proxy_end(&proxy);
	member_close(&console[0]);
	struct record *record = NULL;
	assert_int_equal(record_open("killed-1.pitwall", &record, &err), 0);
	assert_int_equal(record_read(record, note_row, NULL, &err), 0);
	assert_int_equal(record_close(record, &err), 0);
	assert_int_equal(notes_count, KILLS + 1);
}

/** A circuit and a console behind a proxy; the reply to the second ask of the console is lost. */
static void ask_without_reply(struct member all[2], struct proxy *proxy,
			      const char *name)
{
	char file[64];
	text_format(file, sizeof(file), "%s.pitwall", name);
	race_write(file);
	assert_int_equal(circuit_open(&all[0], name, false), 0);
	until_published(all, name);
	proxy_start(proxy, server.port);
	console_port = proxy->port;
	console_open(&all[1], name, "A", 1);
	must_decide(&all[1], "note one");
	until_answered(all, 2, 1, 1);
	proxy->orders->swallow = 1;
	must_decide(&all[1], "note two");
	while (redis_server_number(&server, "XLEN pitwall:test:%s:asks", name) < 2)
		members_turn(all, 2);
}

static void proxied_close(struct member all[2], struct proxy *proxy)
{
	member_close(&all[1]);
	member_close(&all[0]);
	console_port = server.port;
	proxy_end(proxy);
}

/** When the reply is lost: it was asked, or it was not, and never twice. */
static void a_console_that_is_cut_off_says_whether_it_asked(void **state)
{
	struct member all[2] = {0};
	struct proxy proxy;
	(void)state;
	ask_without_reply(all, &proxy, "cut");
	proxy_cut(&proxy);
	proxy.orders->swallow = 0;
	until_answered(all, 2, 1, 2);
	assert_string_equal(all[1].answers[1].words, "decided: note two");
	proxy.orders->refuse = 1;
	proxy_cut(&proxy);
	for (int i = 0; i < 20; i++)
		members_turn(all, 2);
	must_decide(&all[1], "note three");
	until_answered(all, 2, 1, 3);
	assert_true(all[1].answers[2].bad);
	assert_non_null(strstr(all[1].answers[2].words, "not decided"));
	proxy.orders->refuse = 0;
	must_decide(&all[1], "note four");
	until_answered(all, 2, 1, 4);
	assert_false(all[1].answers[3].bad);
	until_decided(all, 2, 3);
	assert_int_equal(redis_server_number(&server, "XLEN pitwall:test:cut:asks"), 3);
	assert_int_equal(decisions_of(&all[0]), 3);
	proxied_close(all, &proxy);
}

/** It was asked and decided: only the search for it is refused. */
static void an_ask_that_cannot_be_searched_is_not_called_undecided(void **state)
{
	struct member all[2] = {0};
	struct proxy proxy;
	(void)state;
	ask_without_reply(all, &proxy, "open");
	assert_string_equal(redis_server_words(&server,
					       "ACL SETUSER default -xrevrange "
					       "(~pitwall:test:open +xrevrange)"),
			    "OK");
	proxy_cut(&proxy);
	proxy.orders->swallow = 0;
	until_answered(all, 2, 1, 2);
	assert_non_null(strstr(all[1].answers[1].words, "perhaps sent"));
	until_decided(all, 2, 2);
	assert_string_equal(redis_server_words(&server,
					       "ACL SETUSER default +xrevrange "
					       "clearselectors"),
			    "OK");
	proxied_close(all, &proxy);
}

/* ---- (3) ---------------------------------------------------------------------------------- */

static long long answers_count(const char *name)
{
	return redis_server_number(&server, "XLEN pitwall:test:%s:answers", name);
}

/** The code and the text of the newest answer, once there are @count. */
static int newest_answer(struct member *members, const char *name, long long count,
			 char text[256])
{
	ev_tstamp deadline = ev_time() + DEADLINE_S;
	while (answers_count(name) < count) {
		members_turn(members, 1);
		if (ev_time() > deadline)
			fail_msg("%lld of %lld answers", answers_count(name), count);
	}
	assert_int_equal(answers_count(name), count);
	redisReply *reply = redis_server_ask(
		&server, "XREVRANGE pitwall:test:%s:answers + - COUNT 1", name);
	const redisReply *fields = reply->element[0]->element[1];
	assert_int_equal(fields->elements, 6);
	int code = atoi(fields->element[3]->str);
	text_copy(text, 256, slice_of(fields->element[5]->str));
	freeReplyObject(reply);
	return code;
}

static void ask_raw(const char *name, struct slice who, struct slice line)
{
	redisReply *reply =
		redis_server_ask(&server, "XADD pitwall:test:%s:asks * who %b line %b",
				 name, who.at, who.len, line.at, line.len);
	assert_int_equal(reply->type, REDIS_REPLY_STRING);
	freeReplyObject(reply);
}

static void what_is_not_a_decision_is_answered_by_a_sentence(void **state)
{
	static char big[10 * 1024], who[5 * 1024];
	static const struct {
		const char *line, *words;
	} asks[] = {
		{"999,time,5,speeding,", "there is no car 999 in this race"},
		{"1,explode,,,", "explode"},
		{"", "no decision"},
		{"number,kind,value,reason,at", "no line of a decision"},
		{"# a comment", ""},
		{",flag,SC,\"not closed", "no line of a decision"},
		{",flag,PINK,,", "PINK"},
		{",note,,a\x1b[2Jb,", "control characters"},
		{",note,,a\r\n,flag,SC,,", "control characters"},
		{",note,,a\xff\xfe,", "control characters"},
		{",flag,SC,,2999-01-01T00:00:00Z", "more than a day ahead"},
		{",undo,99999999999999999999,,", ""},
	};
	struct member circuit[1] = {0};
	char text[256];
	long long count = 0;
	(void)state;
	race_write("rubbish.pitwall");
	assert_int_equal(circuit_open(&circuit[0], "rubbish", false), 0);
	until_published(circuit, "rubbish");
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		ask_raw("rubbish", SLICE("somebody"), slice_of(asks[i].line));
		int code = newest_answer(circuit, "rubbish", ++count, text);
		if (code >= 0 || text[0] == '\0' || strstr(text, asks[i].words) == NULL)
			fail_msg("%s: %d, %s", asks[i].line, code, text);
	}
	/* Long, with NUL bytes, without fields, with many. */
	memset(big, 'x', sizeof(big));
	memcpy(big, ",note,,", 7);
	ask_raw("rubbish", SLICE("somebody"), (struct slice){big, sizeof(big)});
	assert_true(newest_answer(circuit, "rubbish", ++count, text) < 0);
	assert_non_null(strstr(text, "bytes at most"));
	memset(big, 0, 100);
	ask_raw("rubbish", SLICE("somebody"), (struct slice){big, 100});
	assert_true(newest_answer(circuit, "rubbish", ++count, text) < 0);
	(void)redis_server_words(&server, "XADD pitwall:test:rubbish:asks * a b");
	assert_true(newest_answer(circuit, "rubbish", ++count, text) < 0);
	(void)redis_server_words(
		&server, "XADD pitwall:test:rubbish:asks * line 1 line 2 who 3 who 4");
	assert_true(newest_answer(circuit, "rubbish", ++count, text) < 0);
	assert_int_equal(decisions_of(&circuit[0]), 0);
	/* A name is only shown; it is never that of the circuit. */
	memset(who, 'w', sizeof(who));
	memcpy(who, "\x1b[31m(a)\n", 9);
	ask_raw("rubbish", (struct slice){who, sizeof(who)},
		SLICE(",note,,one,0:01:00"));
	assert_int_equal(newest_answer(circuit, "rubbish", ++count, text), 0);
	ask_raw("rubbish", SLICE("Circuit"), SLICE(",note,,two,0:01:00"));
	assert_int_equal(newest_answer(circuit, "rubbish", ++count, text), 0);
	ask_raw("rubbish", SLICE(""), SLICE(",note,,three,0:01:00"));
	assert_int_equal(newest_answer(circuit, "rubbish", ++count, text), 0);
	until_decided(circuit, 1, 3);
	const char *name = decider_of(&circuit[0], 1);
	assert_in_range(strlen(name), 1, DECIDER_MAX - 1);
	for (const char *c = name; *c != '\0'; c++)
		assert_true(*c >= ' ' && *c < 0x7f && *c != '(' && *c != ')');
	assert_string_equal(decider_of(&circuit[0], 2), "a console");
	assert_string_equal(decider_of(&circuit[0], 3), "a console");
	member_close(&circuit[0]);
}

/* With the users of assets/redis. */
/* Redis makes no id below the last one: one asker would end all asks. */
static void an_ask_with_an_impossible_id_does_not_end_all_others(void **state)
{
	struct member circuit[1] = {0};
	char text[256];
	(void)state;
	race_write("blocked.pitwall");
	assert_int_equal(circuit_open(&circuit[0], "blocked", false), 0);
	until_published(circuit, "blocked");
	ask_raw("blocked", SLICE("A"), SLICE(",note,,one,0:01:00"));
	(void)redis_server_words(&server,
				 "XADD pitwall:test:blocked:asks "
				 "18446744073709551615-18446744073709551615 who B line "
				 ",note,,none,0:01:00");
	ev_tstamp deadline = ev_time() + DEADLINE_S;
	while (redis_server_number(&server, "EXISTS pitwall:test:blocked:asks") != 0) {
		members_turn(circuit, 1);
		assert_true(ev_time() < deadline);
	}
	assert_int_equal(newest_answer(circuit, "blocked", 1, text), 0);
	ask_raw("blocked", SLICE("A"), SLICE(",note,,two,0:01:00"));
	assert_int_equal(newest_answer(circuit, "blocked", 2, text), 0);
	until_decided(circuit, 1, 2);
	member_close(&circuit[0]);
}

static void a_viewer_of_redis_cannot_ask(void **state)
{
	static const char *const names[] = {"publisher", "viewer", "controller"};
	struct redis_server own = server;
	struct member all[3] = {0};
	(void)state;
	redis_server_start(&server, &(struct redis_server_options){
					    .users = redis_server_users(NULL, NULL)});
	publish_port = console_port = server.port;
	for (unsigned i = 0; i < 3; i++)
		member_auth(&all[i], names[i]);
	race_write("users.pitwall");
	assert_int_equal(circuit_open(&all[0], "users", false), 0);
	redis_server_login(&server, "admin", "admin");
	until_published(all, "users");
	console_open(&all[1], "users", "V", 1);
	console_open(&all[2], "users", "C", 2);
	must_decide(&all[1], "note of a viewer");
	until_answered(all, 3, 1, 1);
	assert_true(all[1].answers[0].bad);
	assert_non_null(strstr(all[1].answers[0].words,
			       "Redis lets user viewer watch, not decide"));
	must_decide(&all[2], "note of a controller");
	until_answered(all, 3, 2, 1);
	assert_false(all[2].answers[0].bad);
	until_decided(all, 3, 1);
	for (unsigned i = 0; i < 3; i++)
		assert_string_equal(decider_of(&all[i], 1), "C");
	for (unsigned i = 3; i-- > 0;)
		member_close(&all[i]);
	redis_server_end(&server);
	server = own;
	publish_port = console_port = server.port;
}

/* ---- all ---------------------------------------------------------------------------------- */

static void on_tick(struct ev_loop *in, ev_timer *timer, int events)
{
	(void)in;
	(void)timer;
	(void)events;
}

static int begin(void **state)
{
	char folder[SCRATCH_MAX];
	(void)state;
	if (scratch_enter("asks") != 0 || getcwd(folder, sizeof(folder)) == NULL)
		return -1;
	(void)setenv("XDG_STATE_HOME", folder, 1);
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	publish_port = console_port = server.port;
	loop = ev_loop_new(EVFLAG_AUTO);
	ev_timer_init(&tick, on_tick, 0.01, 0.01);
	ev_timer_start(loop, &tick);
	return 0;
}

static int end(void **state)
{
	(void)state;
	redis_server_end(&server);
	ev_loop_destroy(loop);
	return scratch_leave("asks");
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decisions_reach_all_with_who_made_them),
		cmocka_unit_test(an_ask_waits_for_the_publisher_and_is_taken_once),
		cmocka_unit_test(a_publisher_killed_at_any_instant_takes_each_ask_once),
		cmocka_unit_test(a_console_that_is_cut_off_says_whether_it_asked),
		cmocka_unit_test(
			an_ask_that_cannot_be_searched_is_not_called_undecided),
		cmocka_unit_test(what_is_not_a_decision_is_answered_by_a_sentence),
		cmocka_unit_test(an_ask_with_an_impossible_id_does_not_end_all_others),
		cmocka_unit_test(a_viewer_of_redis_cannot_ask),
	};
	(void)signal(SIGPIPE, SIG_IGN);
	redis_tuning = (struct redis_tuning){.retry_first = 5 * US_MS,
					     .retry_most = 50 * US_MS,
					     .answer = ANSWER_MS * US_MS,
					     .lock = 2 * US_S};
	if (argc == 3)
		return circuit_main(argv[1], argv[2]);
	if (!redis_server_present())
		return 0;
	return cmocka_run_group_tests(tests, begin, end);
}
