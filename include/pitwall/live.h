/*
 * live.h -- a session that is not over: what a source says goes into the recording,
 * and from there into the race
 *
 *   net/source --bytes--> record_put() --> stream --> events --> timeline_take()
 *
 *  (1) Bytes and decisions are in the queue of the recording before anything is made
 *      of them; what is not durable yet is not acknowledged.
 *  (2) Opening a recording that was not closed, and following one that another
 *      process writes, go through the same step, row by row: live_row().
 *  (3) Everything runs in the loop of the caller. Once a turn what was heard is taken
 *      into the race and `changed` is called; nothing is done when nothing was heard.
 *  (4) A recording that cannot be written stops neither the race nor the sources.
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
};

/* How sources connect again; zero: as net.h says. For tests, which cannot wait. The
 * seed is not looked at. */
extern struct net_options live_net_tuning;

/** True when @text names a source that lives: a URL, a port, a pipe. */
bool live_is_source(const char *text);
/** Our clock. */
instant_us live_now(void);
/** True when the sources of these options are live: URLs, or a recording that
 * another process writes, or one of ours that was not closed. */
bool live_wanted(const struct options *options);
/* What goes on with a recording that was cut off. */
struct live_resume {
	struct options options;
	struct record_source sources[16]; /* as many as options have */
	char said[4096]; /* what is done, or why it is not and how it is; "" nothing */
};
/** Whether one recording is named that was not closed, here and not long ago: then
 * resume->options are those given, with the sources that the recording names, into it.
 * They point into @given and @resume. */
bool live_resumes(const struct options *given, struct live_resume *resume);
/** Connect, record, follow. The session's timeline is one whose end moves.
 * -errno with a sentence. */
int live_open(const struct options *options, struct ev_loop *loop,
	      const struct live_hooks *hooks, struct live **out, struct err *err);
/** Disconnect and close the recording: it waits until all is written. */
int live_close(struct live *live, struct err *err); /* NULL is fine */
struct session *live_session(struct live *live);
/** The live edge: our clock, or the newest event when a source's is ahead. */
instant_us live_edge(const struct live *live);
/** When the race was first heard of. */
instant_us live_first(const struct live *live);
/** Fill what a view tells of sources, recording and sessions. */
void live_view(struct live *live, struct view *view);
/** Path of the recording. */
const char *live_path(const struct live *live);

/** What the operator typed, of the instant @at, as a decision into the recording. The
 * sentence says what was done (@said, 128 bytes) or what is wrong. */
int live_decide(struct live *live, struct slice text, instant_us at, char said[128],
		struct err *err);
/** Where the recordings of live sources go: $XDG_STATE_HOME/pitwall, else
 * ~/.local/state/pitwall; made when it is not there. */
int live_state_path(const char *source, instant_us now, char *path, size_t cap,
		    struct err *err);

#endif
