/*
 * serve_cmd.c -- `serve`: any race, at any speed, or one that runs, for scoreboards,
 * demonstrations and tests
 */
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <string.h>

#include "option_rows.h"
#include "serve.h"
#include "pitwall/sandbox.h"

enum { CLIENTS_MOST = 4096 };

struct server {
	struct ev_loop *loop;
	struct session *session;
	struct live *live;
	struct serve *serve;
	bool told_end;
};

static void serve_cmd_on_end(struct ev_loop *loop, ev_signal *watcher, int events)
{
	(void)watcher;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

static void serve_cmd_on_changed(void *context)
{
	struct server *server = context;
	if (server->serve == NULL)
		return;
	serve_live(server->serve);
	char words[160];
	live_news(server->live, words);
	if (words[0] != '\0')
		complain("%s", words);
}

static void serve_cmd_on_turn(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct server *server = watcher->data;
	(void)loop;
	(void)events;
	if (server->told_end || !serve_is_over(server->serve) || server->live != NULL)
		return;
	server->told_end = true;
	complain("the race is over; the final state is served until Ctrl-C");
}

/** "8", "0.5", "1000": any positive number. */
static bool parse_speed(const char *text, struct serve_plan *plan)
{
	int64_t thousandths = 1000;
	if (text != NULL && (!parse_decimal(slice_of(text), 3, &thousandths) ||
			     thousandths < 1 || thousandths > 1000000)) {
		complain("--speed: '%s' is not a number from 0.001 to 1000", text);
		return false;
	}
	plan->speed_num = (int32_t)thousandths;
	plan->speed_den = 1000;
	return true;
}

/** A whole number of 1 to @most; NULL leaves @out. */
static bool parse_count(const char *name, const char *text, unsigned most,
			unsigned *out)
{
	uint64_t number;
	if (text == NULL)
		return true;
	if (!parse_u64(slice_of(text), &number) || number < 1 || number > most) {
		complain("--%s: '%s' is not a number from 1 to %u", name, text, most);
		return false;
	}
	*out = (unsigned)number;
	return true;
}

static bool parse_limits(const struct options *options, struct serve_plan *plan)
{
	unsigned idle = 0;
	struct err err;
	if (!parse_count("clients", options->clients, CLIENTS_MOST,
			 &plan->limits.most) ||
	    !parse_count("per-address", options->per_address, CLIENTS_MOST,
			 &plan->limits.per_address) ||
	    !parse_count("idle", options->idle, 24 * 3600, &idle))
		return false;
	plan->patience = (duration_us)idle * US_S;
	if (options->allow == NULL ||
	    net_allow_parse(options->allow, &plan->limits.allow, &err) == 0)
		return true;
	complain("--allow: %s", err.text);
	return false;
}

/** One of the names of @kind; NULL leaves @out. */
static bool parse_name(const char *name, const char *text, enum value_kind kind,
		       int *out)
{
	char list[64];
	if (text == NULL)
		return true;
	*out = value_find(kind, text);
	if (*out >= 0)
		return true;
	values_list(kind, list, sizeof(list));
	complain("--%s: '%s' is not one of %s", name, text, list);
	return false;
}

static bool parse_words(const struct options *options, struct serve_plan *plan)
{
	int encoding = WIRE_UTF8, unit = 0;
	if (!parse_count("wait", options->wait, CLIENTS_MOST, &plan->wait) ||
	    !parse_count("refresh", options->refresh, 24 * 3600, &plan->refresh) ||
	    !parse_name("encoding", options->encoding, VALUE_ENCODING, &encoding) ||
	    !parse_name("track-unit", options->track_unit, VALUE_TRACK_UNIT, &unit))
		return false;
	plan->encoding = (enum wire_encoding)encoding;
	plan->miles = unit == 1;
	return true;
}

static void tell_address(const char *what, uint16_t port)
{
	if (port != 0)
		complain("%s on port %u", what, port);
}

static void tell_addresses(const struct server *server)
{
	tell_address("RMonitor", serve_port_rmonitor(server->serve));
	tell_address("JSON Lines", serve_port_jsonl(server->serve));
	tell_address("P3", serve_port_p3(server->serve));
	if (serve_is_open_to_others(server->serve))
		complain("open to other machines: those that --allow names receive "
			 "everything; none of these protocols has a password");
}

static int serve_cmd_load(struct server *server, const struct options *options,
			  struct serve_plan *plan)
{
	struct live_hooks hooks = {
		.context = server, .changed = serve_cmd_on_changed, .sandbox = true};
	struct when when = {.kind = WHEN_START};
	struct err err;
	int status = EXIT_DONE;
	if (live_wanted(options)) {
		if (live_open(options, server->loop, &hooks, &server->live, &err) ==
		    0) {
			server->session = live_session(server->live);
			return EXIT_DONE;
		}
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	if (!load_or_complain(options, LOAD_KEYFRAMES, &server->session, &status))
		return status;
	if ((options->at != NULL &&
	     when_parse(slice_of(options->at), &when, &err) < 0) ||
	    when_resolve(&server->session->timeline, &when, &plan->from, &err) < 0) {
		complain("--at: %s", err.text);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

static void serve_cmd_run(struct server *server)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	ev_signal signals[ARRAY_LEN(numbers)];
	ev_prepare turn;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		ev_signal_init(&signals[i], serve_cmd_on_end, numbers[i]);
		ev_signal_start(server->loop, &signals[i]);
	}
	ev_prepare_init(&turn, serve_cmd_on_turn);
	turn.data = server;
	ev_prepare_start(server->loop, &turn);
	ev_run(server->loop, 0);
	ev_prepare_stop(server->loop, &turn);
}

int serve_run(const struct options *options)
{
	struct server server = {.loop = ev_default_loop(EVFLAG_AUTO)};
	struct serve_plan plan = {
		.rmonitor = options->rmonitor,
		.jsonl = options->jsonl,
		.p3 = options->p3,
		.lines = options->lines,
		.utc = options->utc,
	};
	struct err err;
	if (server.loop == NULL) {
		complain("no event loop: %s", strerror(errno));
		return EXIT_SOURCE;
	}
	if (plan.rmonitor == NULL && plan.jsonl == NULL && plan.p3 == NULL) {
		complain("serve needs an address, for example: pitwall serve "
			 "--rmonitor 127.0.0.1:50000");
		return EXIT_USAGE;
	}
	if (!parse_speed(options->speed, &plan) || !parse_limits(options, &plan) ||
	    !parse_words(options, &plan))
		return EXIT_USAGE;
	(void)signal(SIGPIPE, SIG_IGN);
	if (!options->no_sandbox && !live_wanted(options))
		sandbox_files(NULL);
	int status = serve_cmd_load(&server, options, &plan);
	if (status == EXIT_DONE && serve_open(server.loop, server.session, server.live,
					      &plan, &server.serve, &err) != 0) {
		complain("%s", err.text);
		status = EXIT_SOURCE;
	}
	if (status == EXIT_DONE) {
		tell_addresses(&server);
		if (!options->no_sandbox)
			(void)sandbox_enter(SANDBOX_SERVE);
		serve_cmd_run(&server);
	}
	serve_close(server.serve);
	if (server.live == NULL)
		session_free(server.session);
	else if (live_close(server.live, &err) != 0)
		complain("%s", err.text);
	return status;
}
