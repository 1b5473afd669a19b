/*
 * board_clock.c -- the clock of a scoreboard feed, the start of a run, and its flags
 *
 * A source sends the time of day and of the race to the second, and for each crossing the
 * time since the start. So a crossing was at start + total, and the start is known to a
 * second.
 */
#include "scoreboard.h"

#define ZONE_STEP (15 * US_MIN)

duration_us board_apart(duration_us a, duration_us b)
{
	return a < b ? b - a : a - b;
}

void board_learn_offset(const struct board_in *in, duration_us off, duration_us apart)
{
	struct board *board = in->board;
	duration_us quarter = off + (off < 0 ? -ZONE_STEP : ZONE_STEP) / 2;
	if (board->offset_known && apart <= (board->exact ? 5 * US_S : US_MIN))
		return;
	quarter -= quarter % ZONE_STEP;
	if (board->offset_known)
		decoding_anomaly(&in->d, ANOMALY_CLOCK,
				 "the source's time of day was set while we listened");
	board->exact = board_apart(off, quarter) > US_MIN;
	board->offset = board->exact ? off : quarter;
	board->offset_known = true;
}

void board_fix_start(const struct board_in *in, instant_us at)
{
	struct board *board = in->board;
	board->start = at;
	board->start_known = true;
	board->skew = 0;
	in->protocol->session(in);
	board_event(in, EVENT_START, at)->value = INSTANT_NONE;
}

void board_begin_run(struct board *board)
{
	board->start_known = false;
	board->skew = 0;
	board->lead_at = INSTANT_NONE;
	board->lead_laps = 0;
	board->flag = FLAG_UNKNOWN;
	board->session_due = true;
}

/* The flag changed between the last two heartbeats. If the leader crossed the line in
 * between, the chequered flag is shown from that crossing, because Orbits shows it
 * then. */
void board_show_flag(const struct board_in *in, enum flag flag)
{
	struct board *board = in->board;
	instant_us at = board->common.now;
	if (flag == FLAG_UNKNOWN || flag == board->flag)
		return;
	board->flag = (uint8_t)flag;
	if (flag == FLAG_FINISH && board->before != INSTANT_NONE &&
	    board->lead_at >= board->before && board->lead_at < at)
		at = board->lead_at;
	in->protocol->session(in);
	board_event(in, EVENT_FLAG, at)->flag = (uint8_t)flag;
}
