/*
 * relay_cmd.c -- `relay`: a race from one Redis into another, while it runs
 *
 *  (1) With a SESSION it ends when the recording was closed. Without one it goes on with
 *      the next session of the name, also when the publisher of this one is away.
 *  (2) Messages are on standard error, a line each.
 */
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <string.h>

#include "option_rows.h"
#include "pitwall/live.h"
#include "pitwall/redis.h"

static const double choose_s = 5.;

struct relay_run {
	struct ev_loop *loop;
	struct redis_address from;
	struct redis_publish to;
	struct redis_relay *relay;
	bool any;                      /* session (1) */
	char last[REDIS_NAME_MAX + 1]; /* session that was relayed; "" */
	bool stopped;                  /* by a signal */
	bool next;                     /* another session is live */
	bool resumed;                  /* was reported, as were */
	uint64_t unread, unwritten;    /* these reasons, by their hashes */
	int64_t gap_to;
	char words[320]; /* why there is no session; "" */
	ev_timer choose;
};

/* ---- messages ------------------------------------------------------------------------ */

static void relay_say_reason(uint64_t *said, const char *place, const char *reason)
{
	char words[640];
	uint64_t hash = reason[0] == '\0' ? 0 : hash_bytes(reason, strlen(reason), 0);
	if (hash == *said || strcmp(reason, "connecting") == 0)
		return;
	*said = hash;
	if (hash == 0)
		text_format(words, sizeof(words), "redis://%s: goes on", place);
	else if (strncmp(reason, place, strlen(place)) == 0)
		text_format(words, sizeof(words), "redis://%s", reason);
	else
		text_format(words, sizeof(words), "redis://%s: %s", place, reason);
	say_timed(words);
}

static void relay_say_rows(const struct redis_relaying *status, const char *how)
{
	char words[640];
	text_format(words, sizeof(words), "redis://%s to redis://%s: %s %lld",
		    status->from, status->to, how, (long long)status->row);
	say_timed(words);
}

static void relay_cmd_on_changed(void *context)
{
	struct relay_run *run = context;
	struct redis_relaying status;
	char words[640];
	if (run->relay == NULL)
		return;
	redis_relay_status(run->relay, &status);
	relay_say_reason(&run->unread, status.from, status.from_reason);
	if (status.to[0] != '\0')
		relay_say_reason(&run->unwritten, status.to, status.to_reason);
	if (status.gap_to != run->gap_to) {
		run->gap_to = status.gap_to;
		text_format(words, sizeof(words),
			    "redis://%s: records %lld to %lld are missing from the "
			    "stream",
			    status.from, (long long)status.gap_from,
			    (long long)status.gap_to);
		say_timed(words);
	}
	if (status.resumed && !run->resumed) {
		run->resumed = true;
		relay_say_rows(&status, "relayed, from behind record");
	}
	if (status.ended || status.code != 0)
		ev_break(run->loop, EVBREAK_ALL);
}

/* ---- sessions (1) --------------------------------------------------------------------- */

/** Choose a session: another one than run->last, or that when it goes on. */
static bool relay_choose(struct relay_run *run, struct redis_address *chosen)
{
	struct err err = {""};
	uint8_t state = REDIS_SESSION_LIVE;
	*chosen = run->from;
	chosen->session[0] = '\0';
	int rc = redis_session_choose(chosen, &state, &err);
	if (rc != 0 && strcmp(err.text, run->words) != 0)
		say_timed(err.text);
	text_copy(run->words, sizeof(run->words), slice_of(rc != 0 ? err.text : ""));
	return rc == 0 && (state != REDIS_SESSION_ENDED ||
			   strcmp(chosen->session, run->last) != 0);
}

static void relay_on_choose(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct relay_run *run = watcher->data;
	struct redis_relaying status;
	struct redis_address chosen;
	(void)events;
	if (run->relay == NULL) {
		ev_break(loop, EVBREAK_ALL);
		return;
	}
	redis_relay_status(run->relay, &status);
	if (!run->any || !status.away || status.row < status.last)
		return;
	run->next = relay_choose(run, &chosen) &&
		    strcmp(chosen.session, run->from.session) != 0;
	if (run->next)
		ev_break(loop, EVBREAK_ALL);
}

static void relay_cmd_on_end(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct relay_run *run = watcher->data;
	(void)events;
	run->stopped = true;
	ev_break(loop, EVBREAK_ALL);
}

/** Relay run->from until its end, or that of the program. */
static int relay_one(struct relay_run *run)
{
	struct redis_relaying status = {.code = 0}, last;
	struct err err = {""};
	run->unread = run->unwritten = 0;
	run->gap_to = 0;
	run->next = run->resumed = false;
	if (redis_relay_open(run->loop, &run->from, &run->to, &run->relay, &err) != 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	while (!run->stopped && !run->next && !status.ended && status.code == 0) {
		ev_run(run->loop, 0);
		redis_relay_status(run->relay, &status);
	}
	struct redis_relay *relay = run->relay;
	run->relay = NULL;
	/* With the rows that were on their way. */
	redis_relay_finish(relay);
	redis_relay_status(relay, &last);
	redis_relay_close(relay);
	if (run->resumed || last.resumed)
		relay_say_rows(&last, status.ended ? "complete, up to record"
						   : "ended behind record");
	if (status.code == 0)
		return EXIT_DONE;
	complain("redis://%s: %s", status.from, status.from_reason);
	return EXIT_SOURCE;
}

static int relay_all(struct relay_run *run)
{
	int status = EXIT_DONE;
	while (status == EXIT_DONE && !run->stopped) {
		if (run->any && !relay_choose(run, &run->from)) {
			ev_run(run->loop, 0);
			continue;
		}
		status = relay_one(run);
		memcpy(run->last, run->from.session, sizeof(run->last));
		if (!run->any)
			break;
	}
	return status;
}

/* ---- the command ------------------------------------------------------------------------ */

/** @text NULL: @keep stays. */
static bool parse_keep(const char *text, int64_t *keep)
{
	return text == NULL || (parse_i64(slice_of(text), keep) && *keep >= 0);
}

static bool relay_is_itself(const struct redis_address *from,
			    const struct redis_address *to)
{
	return strcmp(from->host, to->host) == 0 && from->port == to->port &&
	       (to->name[0] == '\0' || strcmp(from->name, to->name) == 0) &&
	       (to->session[0] == '\0' || strcmp(from->session, to->session) == 0);
}

static int relay_read_options(const struct options *options, struct relay_run *run,
			      struct err *err)
{
	const char *const *places = options->sources;
	const char *auth = options->redis_auth, *to_auth = options->redis_to_auth;
	int rc =
		options->source_count == 2 && redis_is(places[0]) && redis_is(places[1])
			? 0
			: err_set(err, -EINVAL,
				  "relay needs two addresses: pitwall relay "
				  "redis://HOST/NAME redis://OTHER");
	if (rc == 0)
		rc = redis_address_parse(places[0], &run->from, err);
	if (rc == 0)
		rc = redis_address_parse(places[1], &run->to.address, err);
	if (rc == 0 && !parse_keep(options->publish_keep, &run->to.keep))
		rc = err_set(err, -EINVAL,
			     "--publish-keep must be a number of rows; 0 keeps all");
	if (rc == 0 && run->from.name[0] == '\0')
		rc = err_set(err, -EINVAL, "%s: name the race: redis://HOST/NAME",
			     places[0]);
	if (rc == 0 && relay_is_itself(&run->from, &run->to.address))
		rc = err_set(err, -EINVAL, "%s: a race is not relayed to itself",
			     places[1]);
	if (rc == 0)
		rc = redis_auth_read(
			&run->from, auth != NULL && auth[0] != '\0' ? auth : NULL, err);
	if (rc == 0)
		rc = redis_auth_read_to(
			&run->to.address,
			to_auth != NULL && to_auth[0] != '\0' ? to_auth : NULL, err);
	return rc;
}

int relay_run(const struct options *options)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct relay_run run = {.to = {.keep = -1}};
	ev_signal signals[ARRAY_LEN(numbers)];
	struct err err = {""};
	if (relay_read_options(options, &run, &err) != 0) {
		complain("%s", err.text);
		return EXIT_USAGE;
	}
	if (redis_built(&err) != 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	run.loop = ev_default_loop(EVFLAG_AUTO);
	if (run.loop == NULL) {
		complain("no event loop: %s", strerror(errno));
		return EXIT_SOURCE;
	}
	run.any = run.from.session[0] == '\0';
	run.to.context = &run;
	run.to.changed = relay_cmd_on_changed;
	(void)signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		ev_signal_init(&signals[i], relay_cmd_on_end, numbers[i]);
		signals[i].data = &run;
		ev_signal_start(run.loop, &signals[i]);
	}
	ev_timer_init(&run.choose, relay_on_choose, choose_s, choose_s);
	run.choose.data = &run;
	if (run.any)
		ev_timer_start(run.loop, &run.choose);
	return relay_all(&run);
}
