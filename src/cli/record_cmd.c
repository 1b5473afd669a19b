/*
 * record_cmd.c -- `record`: a live session without a screen
 *
 * Messages on standard error, a line each: the path, state changes of the sources, failed
 * writes, and at the end the number of records.
 */
#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "pitwall/live.h"
#include "option_rows.h"

enum { FEEDS_MAX = 16, REASON_EVERY_S = 10 };

struct record_run {
	struct ev_loop *loop;
	struct live *live;
	struct view view; /* as for a screen */
	uint8_t states[FEEDS_MAX];
	bool reported[FEEDS_MAX];
	uint64_t reasons[FEEDS_MAX]; /* hashes of what was reported */
	double reasons_at[FEEDS_MAX];
	char fault[sizeof(((struct view_record *)0)->fault)];
	uint32_t notices;     /* of the recording, that were reported */
	uint8_t full;         /* 90 or 100 %, was reported */
	bool published;       /* was reported */
	uint64_t unpublished; /* hash of the reason that was reported */
	bool stopped;         /* by a signal */
};

static const char *const states[VIEW_FEED_COUNT] = {
#define X(id_, name_) [VIEW_FEED_##id_] = (name_),
	VIEW_FEEDS(X)
#undef X
};

static void tell_feed(struct record_run *recorder, unsigned i)
{
	const struct view_feed *feed = &recorder->view.feeds[i];
	char words[320];
	uint64_t reason = hash_bytes(feed->reason, strlen(feed->reason), 0);
	double now = ev_now(recorder->loop);
	/* Reasons may change with every sender that is refused. */
	bool other = reason != recorder->reasons[i] && feed->reason[0] != '\0' &&
		     now - recorder->reasons_at[i] >= REASON_EVERY_S;
	if (recorder->reported[i] && recorder->states[i] == feed->state && !other)
		return;
	recorder->reasons[i] = reason;
	recorder->reasons_at[i] = feed->reason[0] == '\0' ? 0 : now;
	recorder->reported[i] = true;
	recorder->states[i] = feed->state;
	text_format(words, sizeof(words), "%s: %s%s%s", feed->name, states[feed->state],
		    feed->reason[0] == '\0' ? "" : ": ", feed->reason);
	say_timed(words);
}

static void tell_fault(struct record_run *recorder)
{
	const struct view_record *record = &recorder->view.record;
	/* That it goes on in another file is a notice. */
	const char *fault = record->elsewhere ? "" : record->fault;
	bool noticed = recorder->notices != record->notices;
	if (noticed)
		say_timed(record->notice);
	recorder->notices = record->notices;
	if ((fault[0] == '\0') == (recorder->fault[0] == '\0'))
		return;
	text_copy(recorder->fault, sizeof(recorder->fault), slice_of(fault));
	if (fault[0] != '\0' || !noticed)
		say_timed(fault[0] == '\0' ? "the recording is written again, "
						  "nothing was lost"
						: fault);
}

static void tell_publish(struct record_run *recorder)
{
	const struct view_publish *publish = &recorder->view.publish;
	const char *reason = publish->reason;
	uint64_t hash = hash_bytes(reason, strlen(reason), 0);
	char words[320];
	if (publish->place[0] == '\0' || hash == recorder->unpublished)
		return;
	recorder->unpublished = hash;
	if (strcmp(reason, "connecting") == 0)
		return;
	if (reason[0] == '\0')
		(void)text_format(words, sizeof(words), "published to %s%s",
				  publish->place, recorder->published ? " again" : "");
	else
		(void)text_format(words, sizeof(words), "not published to %s: %s",
				  publish->place, reason);
	recorder->published |= reason[0] == '\0';
	say_timed(words);
}

/* Of the length of the stream: at 90 % and when it is full. */
static void tell_full(struct record_run *recorder)
{
	const struct view_publish *publish = &recorder->view.publish;
	const uint8_t full = publish->full >= 100 ? 100 : publish->full > 0 ? 90 : 0;
	char words[320];
	(void)text_format(words, sizeof(words), "%s: the stream is %s", publish->place,
			  full == 100 ? "full: its first rows are removed"
				      : "90 % full");
	if (full > recorder->full)
		say_timed(words);
	recorder->full = full;
}

static void record_cmd_on_changed(void *context)
{
	struct record_run *recorder = context;
	if (recorder->live == NULL)
		return;
	live_view(recorder->live, &recorder->view);
	for (unsigned i = 0; i < recorder->view.feed_count && i < FEEDS_MAX; i++)
		tell_feed(recorder, i);
	tell_fault(recorder);
	tell_publish(recorder);
	tell_full(recorder);
}

static void record_cmd_on_end(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct record_run *recorder = watcher->data;
	(void)events;
	recorder->stopped = true;
	ev_break(loop, EVBREAK_ALL);
}

static int record_cmd_run(struct record_run *recorder, const struct options *options)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct live_hooks hooks = {.context = recorder,
				   .apart = true,
				   .sandbox = true,
				   .stopped = &recorder->stopped,
				   .changed = record_cmd_on_changed};
	ev_signal signals[ARRAY_LEN(numbers)];
	char words[512];
	struct err err;
	(void)signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		ev_signal_init(&signals[i], record_cmd_on_end, numbers[i]);
		signals[i].data = recorder;
		ev_signal_start(recorder->loop, &signals[i]);
	}
	if (live_open(options, recorder->loop, &hooks, &recorder->live, &err) != 0 ||
	    live_serve_consoles(recorder->live, &err) != 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	live_view(recorder->live, &recorder->view);
	size_t len = text_format(words, sizeof(words), "recording into %s",
				 live_path(recorder->live));
	if (recorder->view.record.rows > 0)
		(void)text_format(words + len, sizeof(words) - len,
				  ", behind the %llu records in it",
				  (unsigned long long)recorder->view.record.rows);
	say_timed(words);
	record_cmd_on_changed(recorder);
	ev_run(recorder->loop, 0);
	live_view(recorder->live, &recorder->view);
	uint64_t rows = recorder->view.record.rows;
	err.text[0] = '\0';
	int rc = live_close(recorder->live, &err);
	if (err.text[0] != '\0' && (rc != 0 || may_say()))
		complain("%s", err.text);
	if (rc != 0)
		return EXIT_SOURCE;
	if (may_say())
		complain("closed: %llu record%s", (unsigned long long)rows,
			 rows == 1 ? "" : "s");
	return EXIT_DONE;
}

int record_run(const struct options *options)
{
	struct record_run recorder = {0};
	struct live_resume resume;
	if (options->source_count == 0) {
		complain("record needs a source, for example: pitwall record "
			 "p3://10.0.0.5 -o race.pitwall");
		return EXIT_USAGE;
	}
	if (live_resumes(options, &resume))
		options = &resume.options;
	if (resume.words[0] != '\0')
		complain("%s", resume.words);
	for (unsigned i = 0; i < options->source_count; i++)
		if (!live_is_source(options->sources[i])) {
			complain("record: %s is not a live source, and not a recording "
				 "that "
				 "can be resumed here; for example: "
				 "pitwall record p3://10.0.0.5 -o race.pitwall",
				 options->sources[i]);
			return EXIT_USAGE;
		}
	recorder.loop = ev_default_loop(EVFLAG_AUTO);
	if (recorder.loop == NULL) {
		complain("no event loop: %s", strerror(errno));
		return EXIT_SOURCE;
	}
	return record_cmd_run(&recorder, options);
}
