/*
 * say.c -- messages of a command that runs for hours: a line each, with the time
 *
 * A terminal that was frozen, or a pipe without a reader, stops no recording: what it does
 * not take is not written.
 */
#include <ev.h>
#include <poll.h>
#include <unistd.h>

#include "option_rows.h"

bool may_say(void)
{
	struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
	return poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0;
}

void say_timed(const char *words)
{
	static unsigned unsaid;
	char clock[TIME_TEXT_MAX];
	if (!may_say()) {
		unsaid++;
		return;
	}
	if (unsaid > 0)
		complain("%u messages could not be written here", unsaid);
	unsaid = 0;
	format_clock(clock, (instant_us)(ev_now(ev_default_loop(EVFLAG_AUTO)) * 1e6),
		     false);
	complain("%s UTC %s", clock, words);
}
