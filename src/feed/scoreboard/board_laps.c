/*
 * board_laps.c -- events about cars from a scoreboard feed: claims, decisions, the leader
 */
#include "scoreboard.h"

void board_session(const struct board_in *in, uint32_t number, const char *title)
{
	const struct board *board = in->board;
	char text[sizeof(board->title) + 16];
	struct event *event = board_event(in, EVENT_SESSION, decoding_now(&in->d));
	event->number = number;
	event->field = board->field;
	event->bits = board->session_bits;
	if (board->part > 0)
		text_format(text, sizeof(text), "%s #%u", title, board->part + 1u);
	else
		text_format(text, sizeof(text), "%s", title);
	event_set_text(in->d.out, event, slice_of(text));
}

/* The instant of a statement: not before the crossing that it is about. */
static instant_us board_car_at(const struct board_in *in, const struct board_car *car)
{
	const struct board *board = in->board;
	instant_us now = decoding_now(&in->d);
	if (!board->start_known || car->total == DURATION_NONE)
		return now;
	return board->start + car->total > now ? board->start + car->total : now;
}

static struct event *claim(const struct board_in *in, const struct board_car *car,
			   uint8_t field, int64_t value)
{
	struct event *event =
		board_car_event(in, EVENT_CLAIM, board_car_at(in, car), car);
	event->field = field;
	event->value = value;
	return event;
}

void board_claims(const struct board_in *in, struct board_car *car, uint32_t laps,
		  uint16_t rank, bool stale)
{
	if (!stale && laps != car->claimed_laps) {
		car->claimed_laps = laps;
		(void)claim(in, car, CLAIM_LAPS, laps);
	}
	if (!stale && laps > 0 && car->new_total)
		(void)claim(in, car, CLAIM_TOTAL, car->said_total);
	if (rank != 0 && rank != car->claimed_rank) {
		car->claimed_rank = rank;
		(void)claim(in, car, CLAIM_RANK, rank);
	}
	if (car->new_best)
		claim(in, car, CLAIM_BEST_LAP, car->said_best)->number =
			car->said_best_lap;
	car->new_best = false;
	car->new_total = car->new_total && stale;
}

void board_decide(const struct board_in *in, const struct board_car *car,
		  enum decision_kind kind, int64_t by, const char *reason)
{
	struct event *event =
		board_car_event(in, EVENT_DECISION, board_car_at(in, car), car);
	event->field = (uint8_t)kind;
	event->value = by;
	event_set_text(in->d.out, event, slice_of(reason));
}

void board_lead(struct board *board, uint32_t lap, duration_us total)
{
	if (lap <= board->lead_laps)
		return;
	board->lead_laps = lap;
	board->lead_at = board->start + total;
}
