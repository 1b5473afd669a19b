/*
 * steady.c -- when rows were received, by a clock that is never set
 *
 *  (1) Between two rows our clock and the steady one advance by the same time. If they do
 *      not, ours was set, and later rows are mapped back: the times of a recording have no
 *      step, and what decoders make of them (delays, answers, timeouts) has none.
 *  (2) Clocks are adjusted by up to 500 millionths, which is no step.
 *  (3) After a restart of the machine the steady clock begins anew. It is not known
 *      whether ours was set meanwhile.
 *  (4) Everything is a function of the rows. Decisions are not looked at: they are read
 *      without the other rows too (session_decoded.c).
 */
#include "session_parts.h"

#define STEP_LEAST (250 * US_MS)
#define DRIFT_DIVISOR 1000
#define STEADY_START ((int64_t)1 << 48)

/* False: (3), or a damaged row. */
static bool comparable(const struct steady *steady, const struct record_row *row)
{
	return row->steady > 0 && steady->stamp > 0 &&
	       row->steady / STEADY_START == steady->stamp / STEADY_START &&
	       row->steady >= steady->stamp;
}

instant_us steady_received(struct steady *steady, const struct record_row *row,
			   duration_us *step)
{
	int64_t elapsed, by_ours, set, ahead, at;
	*step = 0;
	if (row->received_at == 0 || row->received_at == INSTANT_NONE)
		return INSTANT_NONE;
	if (comparable(steady, row) &&
	    !__builtin_sub_overflow(row->received_at, steady->ours, &by_ours)) {
		elapsed = row->steady - steady->stamp;
		int64_t most = STEP_LEAST + elapsed / DRIFT_DIVISOR;
		if (!__builtin_sub_overflow(by_ours, elapsed, &set) &&
		    (set > most || set < -most) &&
		    !__builtin_add_overflow(steady->ahead, set, &ahead)) {
			steady->ahead = ahead;
			*step = set;
		}
	}
	steady->stamp = row->steady;
	steady->ours = row->received_at;
	if (__builtin_sub_overflow(row->received_at, steady->ahead, &at))
		at = row->received_at;
	return at;
}

instant_us steady_now(const struct steady *steady, instant_us ours, int64_t stamp)
{
	const struct record_row now = {.received_at = ours, .steady = stamp};
	struct steady copy = *steady;
	duration_us step;
	instant_us at = steady_received(&copy, &now, &step);
	return at == INSTANT_NONE ? ours : at;
}
