/*
 * playhead.c -- the position of the playhead, and moves that can be undone
 *
 *  (1) At the live edge the playhead follows it; any move in time leaves it, End returns.
 *  (2) Every move can be undone; repeated presses of one key count as one move. Undone, a
 *      move from the live edge returns to it.
 */
#include "console.h"

#include <string.h>
#include <time.h>

enum { JUMP_RUN_US = 2000000 };

int64_t wall_now(void)
{
	struct timespec t = {0};
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * US_S + t.tv_nsec / 1000;
}

instant_us console_here(const struct console *console)
{
	return play_now(&console->head.play, wall_now());
}

void console_edge(struct console *console)
{
	struct playhead *head = &console->head;
	struct play *play = &head->play;
	int64_t wall = wall_now();
	if (console->live == NULL)
		return;
	play->first = live_first(console->live);
	play->last = live_edge(console->live) - head->delay;
	if (play->last < play->first)
		play->last = play->first;
	if (!head->following && play->on && play_now(play, wall) >= play->last)
		head->following = true;
	if (head->following) {
		play->on = true;
		play->speed = (uint8_t)play_speed_by_text(SLICE("1"));
		play_move(play, play->last, wall);
	}
}

/** The events before have left memory, or there are none. */
static void notice_floor(struct console *console, instant_us at)
{
	const struct timeline *timeline = &console->session->timeline;
	char clock[TIME_TEXT_MAX];
	if (timeline->floor_at == INSTANT_NONE || at > timeline->floor_at)
		return;
	format_clock(clock, timeline->floor_at + timeline->setup.utc_offset_us, false);
	console_notice(console, false,
		       "events before %s have left memory; `pitwall render` shows "
		       "them from the recording",
		       clock);
}

void console_put(struct console *console, instant_us at)
{
	console->head.following = false;
	console_edge(console);
	notice_floor(console, at);
	play_move(&console->head.play, at, wall_now());
	console->head.following =
		console->live != NULL && at >= console->head.play.last;
	console->head.moved = true;
}

void console_loop(struct console *console)
{
	const struct view *view = &console->view;
	if (!view->looping || view->loop_to == INSTANT_NONE || !console->head.play.on)
		return;
	instant_us at = console_here(console);
	/* A playhead that was put behind the end stays there. */
	if (at < view->loop_to || console->view.at > view->loop_to)
		return;
	console_put(console, view->loop_from);
}

/* ---- jumps --------------------------------------------------------------- */

/* (2) */
void console_remember(struct console *console, enum action action)
{
	struct playhead *head = &console->head;
	int64_t wall = wall_now();
	bool run = console->view.jumped_by == action &&
		   wall - head->jump_wall < JUMP_RUN_US;
	console->view.jumped_by = (uint8_t)action;
	head->jump_wall = wall;
	if (run && head->jump_count > 0)
		return;
	if (head->jump_count == JUMPS_MAX) {
		head->jump_count--;
		memmove(head->jumps, head->jumps + 1,
			head->jump_count * sizeof(head->jumps[0]));
		memmove(head->jump_actions, head->jump_actions + 1, head->jump_count);
		memmove(head->jump_live, head->jump_live + 1,
			head->jump_count * sizeof(head->jump_live[0]));
	}
	head->jump_actions[head->jump_count] = (uint8_t)action;
	head->jump_live[head->jump_count] = head->following;
	head->jumps[head->jump_count++] = console_here(console);
}

void console_jump(struct console *console, const struct key_binding *key, instant_us at)
{
	console_remember(console, (enum action)key->action);
	console_put(console, at);
	if (console->live == NULL && console->head.play.at >= console->head.play.last)
		(void)play_switch(&console->head.play, false, wall_now());
}

enum action console_jump_back(struct console *console)
{
	struct playhead *head = &console->head;
	console->view.jumped_by = ACTION_COUNT;
	if (head->jump_count == 0)
		return ACTION_COUNT;
	console_put(console, head->jumps[--head->jump_count]);
	/* The live edge has moved on. */
	head->following |= console->live != NULL && head->jump_live[head->jump_count];
	return (enum action)head->jump_actions[head->jump_count];
}
