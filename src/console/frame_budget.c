/*
 * frame_budget.c -- a screen that does not end is left
 *
 *  (1) Drawing is pure: it holds no memory, no descriptor and no lock, so it can be left
 *      at any instant by a jump. Nothing but the canvas is half done.
 *  (2) The budget is processor time of this process: a busy machine does not use it up.
 */
#include "console.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

static sigjmp_buf over;
static volatile sig_atomic_t drawing;

static void on_budget_over(int number)
{
	(void)number;
	if (drawing)
		siglongjmp(over, 1);
}

static void budget_set(duration_us budget)
{
	struct itimerval timer = {
		.it_value = {.tv_sec = budget / US_S, .tv_usec = budget % US_S}};
	(void)setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

bool console_draw_within(duration_us budget,
			 void (*draw)(const struct view *, struct canvas *),
			 const struct view *view, struct canvas *canvas)
{
	struct sigaction action = {.sa_handler = on_budget_over};
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGVTALRM, &action, NULL);
	bool done = sigsetjmp(over, 1) == 0;
	if (done) {
		drawing = 1;
		budget_set(budget);
		draw(view, canvas);
	}
	drawing = 0;
	budget_set(0);
	return done;
}
