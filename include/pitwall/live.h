/*
 * live.h -- a running session: sources are recorded, and the same rows are fed
 *
 *   net/source --bytes--> record_put(), session_feed() --> session_settle()
 *
 *  (1) Bytes and decisions are queued for the recording before they are used; only what
 *      is durable is acknowledged.
 *  (2) Resuming a recording, and following one that another process writes, feed its rows
 *      the same way.
 *  (3) Everything runs in the loop of the caller. Once a turn, if there were rows, they
 *      are taken into the race and `changed` is called.
 *  (4) If the recording cannot be written, the race and the sources go on.
 *  (5) A console does not record: a recorder does, which no terminal, signal or crash of
 *      the console stops. The console follows the recording and sends its decisions.
 *      A recorder that crashes is started again.
 */
#ifndef PITWALL_LIVE_H
#define PITWALL_LIVE_H

#include "pitwall/net.h"
#include "pitwall/record.h"
#include "pitwall/session.h"

struct ev_loop;
struct live;

struct live_hooks {
	void *context;
	/** Something a screen shows has changed: events, a source, the recording. */
	void (*changed)(void *context);
	/** While it opens: what takes so long. NULL: not reported. */
	void (*progress)(void *context, const char *words);
	const bool *stopped; /* set while it opens: give up; NULL: it is not */
	bool sandbox;        /* give up what is not needed, unless --no-sandbox */
	bool apart; /* decode and answer in another process; live_session() stays empty */
	/* Of a recorder with a keeper (recorder.c), or NULL: the name by which consoles
	 * know the recording; as in struct record_live_options. */
	const char *known_as, *instead_of;
	char *moved_to;
	int listening; /* the socket for consoles; 0: it makes one */
};

/* How sources reconnect; zero: the defaults of net.h. For tests, which cannot wait. The
 * seed is ignored. */
extern struct net_options live_net_tuning;

/** True when @text names a live source: a URL, a port, a pipe. */
bool live_is_source(const char *text);
/** Our clock. */
instant_us live_now(void);
/** True when the sources of these options are live: URLs, or a recording that
 * another process writes, or one of ours that was not closed. */
bool live_wanted(const struct options *options);
/** True when the source of these options is a race in Redis: its rows are copied into a
 * recording of our own. */
bool live_is_copy(const struct options *options);
/** Bring the copy of such a race up to now: @output, or NULL for the file that consoles use.
 * @path receives its name, @from the session; NULL is fine. */
struct redis_address;
int live_copy_fetch(const struct options *options, const char *output,
		    struct redis_address *from, char path[SOURCE_PATH_MAX],
		    struct err *err);
/* How to resume a recording that was cut off. */
struct live_resume {
	struct options options;
	struct record_source sources[16]; /* as many as options have */
	char words[4096]; /* message: resumed, or why not and what to do; "" none */
	char path[SOURCE_PATH_MAX]; /* of a copy, see live_copy_ended() */
};
/** True if the options name one recording, written here not long ago and not closed: then
 * resume->options are @given with the sources of the recording, recorded into it. They
 * point into @given and @resume. */
bool live_resumes(const struct options *given, struct live_resume *resume);
/** True if the options name a race in Redis that has ended: then its copy is up to now, and
 * resume->options are @given with the name of its recording. */
bool live_copy_ended(const struct options *given, struct live_resume *resume);
/** Connect and record, or follow a recording. -errno with a sentence. */
int live_open(const struct options *options, struct ev_loop *loop,
	      const struct live_hooks *hooks, struct live **out, struct err *err);
/** The same for a console: a recorder, a process of its own, connects and records; the
 * console follows its recording (5). A recorder that runs for this recording is used. */
int live_open_apart(const struct options *options, struct ev_loop *loop,
		    const struct live_hooks *hooks, struct live **out, struct err *err);
/** Let consoles connect that follow this recording (5). Call once. */
int live_serve_consoles(struct live *live, struct err *err);
/** Disconnect and close the recording, once all of it is written. A recorder that belongs
 * to this console ends. With 0, @err says what was not published, or is left as it was. */
int live_close(struct live *live, struct err *err); /* NULL is fine */
/** Stop following; a recorder goes on recording. */
void live_leave(struct live *live); /* NULL is fine */
struct session *live_session(struct live *live);
/** The live edge: our clock, or the newest event when a source's is ahead. */
instant_us live_edge(const struct live *live);
/** The first instant of the race. */
instant_us live_first(const struct live *live);
/** When the first bytes were received; INSTANT_NONE: none yet. */
instant_us live_received_first(const struct live *live);
/** Fill the view's sources, recording and sessions. */
void live_view(struct live *live, struct view *view);
/** What became of the recorder, or a limit that is near or met: a sentence that is given
 * once; "": nothing new. */
void live_news(struct live *live, char words[160]);
/** True when the recording ends with this console: live_close() closes it. */
bool live_ends(const struct live *live);
/** Path of the recording. */
const char *live_path(const struct live *live);

struct redis_publish;
/** Read --publish and --publish-keep. -EINVAL with a sentence. */
int live_publish_read(const struct options *options, struct redis_publish *out,
		      struct err *err);

/** Record what the operator typed as a decision of the instant @at, and apply it. @words
 * (128 bytes) receives the message. Of a race in Redis it is asked for: live_answer_next()
 * gives the answer. */
int live_decide(struct live *live, struct slice text, instant_us at, char words[128],
		struct err *err);
/** Check the name of --control=NAME. -EINVAL with a sentence. */
int live_who_check(const char *name, struct err *err);
/** Why this console may not decide, and how it may: a sentence; NULL: it may. */
const char *live_watches(const struct live *live);
/* What became of a decision that was asked for. */
struct live_answer {
	bool bad; /* refused, or not answered yet */
	char words[320];
};
/** The next one; false: there is none. */
bool live_answer_next(struct live *live, struct live_answer *out);
/** Where the recordings of live sources go: $XDG_STATE_HOME/pitwall, else
 * ~/.local/state/pitwall; created when absent. */
int live_state_path(const char *source, instant_us now, char *path, size_t cap,
		    struct err *err);

#endif
