/*
 * season_watch.h -- the season of the race of a session, as it runs
 *
 *  (1) The rounds before are read once: here and now, or by a process of its own while the
 *      console runs.
 *  (2) Tables are made again only when the race has: a lap, a place, a status, a table asked
 *      for, a new forecast.
 */
#ifndef PITWALL_SEASON_WATCH_H
#define PITWALL_SEASON_WATCH_H

#include <ev.h>

#include "pitwall/season_load.h"
#include "pitwall/season_view.h"

struct season_watch;

/** Open the season file of @options and find nothing yet; *@out is NULL without one. -EINVAL
 * or -ENOENT with a sentence. */
int season_watch_open(const struct options *options, struct season_watch **out,
		      struct err *err);
/** Read the rounds before the race of @session, here and now. */
void season_watch_read(struct season_watch *watch, struct session *session);
/** The same behind the loop, once the race is known; @done is called when it is over. Call it
 * after each frame. */
void season_watch_behind(struct season_watch *watch, struct session *session,
			 struct ev_loop *loop, void (*done)(void *context),
			 void *context);
/** Bring view->season to the race of the session at its instant, as far as @needs (enum
 * view_need) asks; @as is how the session shows it. NULL is fine. */
void season_watch_update(struct season_watch *watch, struct session *session,
			 struct view *view, unsigned needs);
/** The view, and room to make its tables: for a report. NULL: there is none yet. */
struct season_view *season_watch_view(struct season_watch *watch,
				      struct season_view_work **work);
/** The reasons of the points of the selected car. Returns the lines. */
unsigned season_watch_explain(struct season_watch *watch, const struct view *view,
			      struct explain_line *lines, unsigned max);
/** News: "drivers, GTP: ... is first". False: there is none; call again until then. */
bool season_watch_news(struct season_watch *watch, instant_us at, bool moved,
		       char *text, size_t cap);
void season_watch_close(struct season_watch *watch); /* NULL is fine */

#endif
