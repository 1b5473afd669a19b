/*
 * write_strategy.c -- `pitwall strategy`: stops to come and where a stop now comes out
 *
 *  (1) One row a car, in the order given. Each row asks for the strategy of its car.
 *  (2) What is not known, or does not apply, is blank; null in JSON.
 *  (3) The table of one car alone is in words.
 */
#include "write.h"

#include <string.h>

struct strategy_line_of {
	const struct strategy_asked *asked;
	const struct race *race;
	const struct strategy *strategy;
	const struct strategy_row *row;
	const struct standing *standing;  /* NULL */
	const struct strategy_call *call; /* of a leader; NULL */
	uint16_t car;
};

/* ---- the car and its stops ------------------------------------------------------------ */

static void strategy_number(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	list_car(value, line->race, line->car);
}

static void strategy_class(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	listing_text(value, encode_car_class(line->race, line->car));
}

static void strategy_class_pos(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	if (line->standing && line->standing->class_position > 0)
		listing_number(value, line->standing->class_position);
}

static void strategy_laps(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	listing_number(value, line->race->cars[line->car].laps);
}

static void strategy_stops_made(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	listing_number(value, line->race->cars[line->car].stops);
}

static void strategy_stint_laps(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	if (!line->row->in_stop)
		listing_number(value, line->row->stint_laps);
}

static void strategy_stint_time(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	if (!line->row->in_stop)
		listing_time(value, line->row->stint_time, TIME_CLOCK);
}

static bool strategy_foreseen(const struct strategy_line_of *line)
{
	return line->strategy->flag_at != INSTANT_NONE && !line->row->standing &&
	       line->row->stops_left != STRATEGY_UNKNOWN;
}

static void strategy_stops_left(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	if (strategy_foreseen(line))
		listing_number(value, line->row->stops_left);
}

/* A place, at the field's place in the row. */
static void strategy_net(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	uint16_t position;
	memcpy(&position, (const char *)line->row + value->place, sizeof(position));
	if (position > 0)
		listing_number(value, position);
}

/* A lap of the window, at the field's place in the row. */
static void strategy_window_lap(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	uint32_t lap;
	memcpy(&lap, (const char *)line->row + value->place, sizeof(lap));
	if (strategy_foreseen(line) && line->row->window_to > 0)
		listing_number(value, lap);
}

static void strategy_clock(const struct strategy_line_of *line, instant_us at,
			   struct listing_value *value)
{
	if (at == INSTANT_NONE)
		return;
	at = race_local(&line->race->setup, at);
	listing_text(value,
		     (struct slice){value->buf, format_clock(value->buf, at, false)});
}

static void strategy_window_at(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	instant_us at;
	memcpy(&at, (const char *)line->row + value->place, sizeof(at));
	if (strategy_foreseen(line) && line->row->window_to > 0)
		strategy_clock(line, at, value);
}

static void strategy_state(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	const struct strategy_row *row = line->row;
	if (line->race->cars[line->car].flag_at != INSTANT_NONE)
		return;
	if (row->in_stop)
		listing_text(value, SLICE("pit"));
	else if (row->standing)
		listing_text(value, SLICE("stopped"));
	else if (!strategy_foreseen(line) || row->window_to == 0)
		return;
	else if (row->due)
		listing_text(value, SLICE("due"));
	else if (row->window_from <= row->next)
		listing_text(value, SLICE("open"));
}

/* ---- where it comes out ---------------------------------------------------------------- */

/* The place of a field: the rejoin it is of, and its member. */
enum { OF_SLOW = 0x8000, OF_WHAT_IF = 0x4000, OF_ANY = OF_SLOW | OF_WHAT_IF };

static const struct strategy_rejoin *rejoin_of(const struct strategy_line_of *line,
					       uint16_t place)
{
	const struct strategy_rejoin *r = place & OF_SLOW ? &line->strategy->slow
					  : place & OF_WHAT_IF
						  ? &line->strategy->what_if
						  : &line->strategy->green;
	return r->loss == DURATION_NONE ? NULL : r;
}

/* NULL: unknown. */
static const void *rejoin_member(const void *record, const struct listing_value *value)
{
	const struct strategy_rejoin *r = rejoin_of(record, value->place);
	return r ? (const char *)r + (value->place & ~OF_ANY) : NULL;
}

static void rejoin_time(const void *record, struct listing_value *value)
{
	const void *member = rejoin_member(record, value);
	duration_us t;
	if (!member)
		return;
	memcpy(&t, member, sizeof(t));
	listing_time(value, t, TIME_TENTH);
}

static void rejoin_place(const void *record, struct listing_value *value)
{
	const void *member = rejoin_member(record, value);
	uint16_t place;
	if (!member)
		return;
	memcpy(&place, member, sizeof(place));
	listing_number(value, place);
}

static void rejoin_known(const void *record, struct listing_value *value)
{
	static const uint16_t unknown = 0;
	const void *member = rejoin_member(record, value);
	if (member && memcmp(member, &unknown, sizeof(unknown)) != 0)
		rejoin_place(record, value);
}

static void strategy_what_if_lap(const void *record, struct listing_value *value)
{
	const struct strategy_rejoin *r = rejoin_of(record, OF_WHAT_IF);
	if (r)
		listing_number(value, r->lap);
}

static void rejoin_car(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	const void *member = rejoin_member(record, value);
	uint16_t car;
	if (!member)
		return;
	memcpy(&car, member, sizeof(car));
	if (car != CAR_NONE)
		list_car(value, line->race, car);
}

static void rejoin_gap(const void *record, struct listing_value *value)
{
	const struct gap *gap = rejoin_member(record, value);
	if (gap && gap->kind == GAP_TIME)
		listing_time(value, gap->value, TIME_TENTH);
}

static void rejoin_gap_laps(const void *record, struct listing_value *value)
{
	const struct gap *gap = rejoin_member(record, value);
	if (gap && gap->kind == GAP_LAPS)
		listing_number(value, gap->value);
}

/* ---- duels, the last lap, drivers ----------------------------------------------------------- */

static void strategy_lap_time(const void *record, struct listing_value *value)
{
	listing_time(value, ((const struct strategy_line_of *)record)->row->lap,
		     TIME_LAPM);
}

/* Laps until it catches the car ahead in class, or is caught. */
static void strategy_chase_laps(const void *record, struct listing_value *value)
{
	const struct strategy *all =
		((const struct strategy_line_of *)record)->strategy;
	const struct strategy_catch *c = value->place ? &all->behind : &all->ahead;
	if (c->car != CAR_NONE && c->before_flag)
		listing_number(value, c->laps);
}

/* Of two stops a lap apart. */
enum { ORDER_UNDERCUT, ORDER_OVERCUT, ORDER_THREAT };

static const struct strategy_undercut *order_of(const void *record,
						const struct listing_value *value)
{
	const struct strategy *all =
		((const struct strategy_line_of *)record)->strategy;
	const struct strategy_undercut *order =
		value->place == ORDER_UNDERCUT  ? &all->undercut
		: value->place == ORDER_OVERCUT ? &all->overcut
						: &all->threat;
	return order->car == CAR_NONE ? NULL : order;
}

static void order_car(const void *record, struct listing_value *value)
{
	const struct strategy_undercut *order = order_of(record, value);
	if (order)
		list_car(value, ((const struct strategy_line_of *)record)->race,
			 order->car);
}

static void order_after(const void *record, struct listing_value *value)
{
	const struct strategy_undercut *order = order_of(record, value);
	if (order)
		listing_time(value, order->after, TIME_TENTH);
}

/* The place once the car has the lap back. */
static void strategy_waved(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	for (uint32_t i = 0; i < line->strategy->wave_count; i++)
		if (line->strategy->waves[i].car == line->car)
			listing_number(value, line->strategy->waves[i].class_then);
}

static void strategy_stop_wait(const void *record, struct listing_value *value)
{
	listing_time(value, ((const struct strategy_line_of *)record)->row->stop_wait,
		     TIME_TENTH);
}

static void strategy_final_laps(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	if (line->call)
		listing_number(value, line->call->laps);
}

static void strategy_final_chance(const void *record, struct listing_value *value)
{
	const struct strategy_call *call =
		((const struct strategy_line_of *)record)->call;
	if (!call || call->p_laps == 0)
		return;
	const int shares[] = {call->p_laps, call->p_more, call->p_less};
	listing_decimal(value, shares[value->place], 3);
}

static void strategy_final_at(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	if (line->call)
		strategy_clock(line,
			       value->place ? line->call->flag_at : line->call->last_at,
			       value);
}

static void strategy_driver(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	list_driver(value, line->race, line->car, line->strategy->drivers.current);
}

static void strategy_driver_since(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	if (line->strategy->drivers.current < line->strategy->drivers.count)
		listing_time(value, line->strategy->drivers.at_wheel, TIME_CLOCK);
}

static void strategy_change_by(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	strategy_clock(line, line->strategy->drivers.change_by, value);
}

static void strategy_driver_names(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	const struct strategy_drivers *d = &line->strategy->drivers;
	listing_items(value);
	for (unsigned i = 0; i < d->count; i++)
		listing_item(value,
			     slice_of(line->race->entries[line->car].drivers[i]));
}

/* One of the times of the drivers, in the order of their names. */
static void strategy_driver_times(const void *record, struct listing_value *value)
{
	const struct strategy_line_of *line = record;
	const struct strategy_drivers *d = &line->strategy->drivers;
	listing_items(value);
	for (unsigned i = 0; i < d->count; i++) {
		char text[TIME_TEXT_MAX];
		duration_us t;
		memcpy(&t, (const char *)&d->rows[i] + value->place, sizeof(t));
		size_t len = format_duration(text, t, TIME_CLOCK);
		listing_item(value, (struct slice){text, len});
	}
}

/* The contract is in encode.h. */
#define LEFT .right = false
#define RIGHT .right = true
#define ROW(member_) .place = offsetof(struct strategy_row, member_)
#define DRIVER(member_) .place = offsetof(struct strategy_driver, member_)
#define PLACE(slow_, member_) \
	.place = (slow_) | (uint16_t)offsetof(struct strategy_rejoin, member_)
#define REJOIN_FIELDS(name_, slow_)                                                    \
	{name_ "_loss", NULL, rejoin_time, RIGHT, PLACE(slow_, loss)},                 \
		{name_ "_pos", NULL, rejoin_place, RIGHT, PLACE(slow_, position)},     \
		{name_ "_net", NULL, rejoin_known, RIGHT, PLACE(slow_, net_class)},    \
		{name_ "_others", NULL, rejoin_place, RIGHT, PLACE(slow_, others)},    \
		{name_ "_class_pos", NULL, rejoin_place, RIGHT,                        \
		 PLACE(slow_, class_position)},                                        \
		{name_ "_ahead", NULL, rejoin_car, LEFT, PLACE(slow_, class_ahead)},   \
		{name_ "_ahead_gap", NULL, rejoin_gap, RIGHT,                          \
		 PLACE(slow_, class_ahead_gap)},                                       \
		{name_ "_ahead_laps", NULL, rejoin_gap_laps, RIGHT,                    \
		 PLACE(slow_, class_ahead_gap)},                                       \
		{name_ "_behind", NULL, rejoin_car, LEFT, PLACE(slow_, class_behind)}, \
		{name_ "_behind_gap", NULL, rejoin_gap, RIGHT,                         \
		 PLACE(slow_, class_behind_gap)},                                      \
		{name_ "_behind_laps", NULL, rejoin_gap_laps, RIGHT,                   \
		 PLACE(slow_, class_behind_gap)},                                      \
		{name_ "_road_ahead", NULL, rejoin_car, LEFT,                          \
		 PLACE(slow_, road_ahead)},                                            \
		{name_ "_road_ahead_gap", NULL, rejoin_time, RIGHT,                    \
		 PLACE(slow_, road_ahead_us)},                                         \
		{name_ "_road_behind", NULL, rejoin_car, LEFT,                         \
		 PLACE(slow_, road_behind)},                                           \
	{                                                                              \
		name_ "_road_behind_gap", NULL, rejoin_time, RIGHT,                    \
			PLACE(slow_, road_behind_us)                                   \
	}

static const struct listing_field fields[] = {
	{"number", "#", strategy_number, RIGHT},
	{"class", "class", strategy_class, LEFT},
	{"class_pos", "PIC", strategy_class_pos, RIGHT},
	{"laps", "laps", strategy_laps, RIGHT},
	{"stops", "stops", strategy_stops_made, RIGHT},
	{"stint_laps", "stint", strategy_stint_laps, RIGHT},
	{"stint_time", NULL, strategy_stint_time, RIGHT},
	{"net_class_pos", "~net", strategy_net, RIGHT, ROW(net_class)},
	{"net_best", NULL, strategy_net, RIGHT, ROW(net_best)},
	{"net_worst", NULL, strategy_net, RIGHT, ROW(net_worst)},
	{"stops_left", "~left", strategy_stops_left, RIGHT},
	{"window_from", "~from lap", strategy_window_lap, RIGHT, ROW(window_from)},
	{"window_to", "~to lap", strategy_window_lap, RIGHT, ROW(window_to)},
	{"window_from_at", "~from", strategy_window_at, RIGHT, ROW(window_from_at)},
	{"window_to_at", "~to", strategy_window_at, RIGHT, ROW(window_to_at)},
	{"window_state", "window", strategy_state, LEFT},
	{"lap_time", NULL, strategy_lap_time, RIGHT},
	{NULL, "~stop now: loses", rejoin_time, RIGHT, PLACE(0, loss)},
	{NULL, "~PIC", rejoin_place, RIGHT, PLACE(0, class_position)},
	{NULL, "behind", rejoin_car, RIGHT, PLACE(0, class_ahead)},
	{NULL, "~PIC neutralised", rejoin_place, RIGHT, PLACE(OF_SLOW, class_position)},
	{NULL, "behind", rejoin_car, RIGHT, PLACE(OF_SLOW, class_ahead)},
	REJOIN_FIELDS("green", 0),
	REJOIN_FIELDS("slow", OF_SLOW),
	{"what_if_lap", NULL, strategy_what_if_lap, RIGHT},
	REJOIN_FIELDS("what_if", OF_WHAT_IF),
	{"stop_wait", NULL, strategy_stop_wait, RIGHT},
	{"waved_class_pos", NULL, strategy_waved, RIGHT},
	{"undercut", NULL, order_car, LEFT, .place = ORDER_UNDERCUT},
	{"undercut_after", NULL, order_after, RIGHT, .place = ORDER_UNDERCUT},
	{"overcut", NULL, order_car, LEFT, .place = ORDER_OVERCUT},
	{"overcut_after", NULL, order_after, RIGHT, .place = ORDER_OVERCUT},
	{"threat", NULL, order_car, LEFT, .place = ORDER_THREAT},
	{"threat_after", NULL, order_after, RIGHT, .place = ORDER_THREAT},
	{"catches_laps", NULL, strategy_chase_laps, RIGHT, .place = 0},
	{"caught_laps", NULL, strategy_chase_laps, RIGHT, .place = 1},
	{"final_laps", "~final laps", strategy_final_laps, RIGHT},
	{"p_final_laps", "~chance", strategy_final_chance, RIGHT, .place = 0},
	{"p_final_more", NULL, strategy_final_chance, RIGHT, .place = 1},
	{"p_final_less", NULL, strategy_final_chance, RIGHT, .place = 2},
	{"final_lap_at", NULL, strategy_final_at, RIGHT, .place = 0},
	{"flag_at", NULL, strategy_final_at, RIGHT, .place = 1},
	{"driver", NULL, strategy_driver, LEFT},
	{"driver_since", NULL, strategy_driver_since, RIGHT},
	{"change_by", NULL, strategy_change_by, RIGHT},
	{"drivers", NULL, strategy_driver_names, LEFT},
	{"driven", NULL, strategy_driver_times, LEFT, DRIVER(driven)},
};
static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 2,
					 .json_blanks = true};

/* ---- the list -------------------------------------------------------------------------------- */

/* (1) */
static void strategy_line_make(const struct strategy_asked *asked, uint16_t car,
			       struct strategy_line_of *line)
{
	struct strategy_request request = asked->request;
	const struct standings *standings = asked->standings;
	uint16_t at = standings->row_of[car];
	request.car = car;
	strategy_query(&request, asked->scratch);
	*line = (struct strategy_line_of){
		.asked = asked,
		.race = request.race,
		.strategy = asked->scratch,
		.row = &asked->scratch->rows[car],
		.standing = at < standings->count ? &standings->rows[at] : NULL,
		.car = car,
	};
	/* The winner's call comes first: it is also that of his class. */
	for (uint32_t i = asked->scratch->call_count; i-- > 0;)
		if (asked->scratch->calls[i].car == car)
			line->call = &asked->scratch->calls[i];
}

/* ---- in words --------------------------------------------------------------------------------- */

static void encode_strategy_words(struct out *out, const struct strategy_asked *asked)
{
	struct strategy_listed rows[STRATEGY_LINES_MAX];
	struct strategy_line_of line;
	char label[16];
	strategy_line_make(asked, asked->cars[0], &line);
	const struct strategy_of of = {
		.race = line.race,
		.strategy = line.strategy,
		.class_position = line.standing ? line.standing->class_position : 0,
		.what_if = &asked->request.what_if,
		.stints = asked->stints,
		.stint_count = asked->stint_count,
	};
	race_car_label(line.race, line.car, label);
	out_format(out, "%s %.*s %s\n", label,
		   (int)encode_car_class(line.race, line.car).len,
		   encode_car_class(line.race, line.car).at,
		   line.race->entries[line.car].team);
	if (line.race->setup.type == SESSION_TIMED)
		out_text(out, "No forecast: this is a timed session.\n");
	else if (line.strategy->flag_at == INSTANT_NONE)
		out_text(out, "No forecast: the race has not begun, it is over, or its "
			      "length is not known (--length).\n");
	unsigned count = strategy_lines(&of, rows);
	for (unsigned i = 0; i < count; i++)
		out_format(out, "%-18s%s\n", rows[i].label, rows[i].said.text);
}

void encode_strategy(struct out *out, enum format format,
		     const struct strategy_asked *asked)
{
	struct listing listing;
	struct strategy_line_of line;
	if (format == FORMAT_TABLE && asked->car_count == 1) {
		encode_strategy_words(out, asked);
		return;
	}
	listing_begin(&listing, out, format, &form);
	for (uint32_t i = 0; format == FORMAT_TABLE && i < asked->car_count; i++) {
		strategy_line_make(asked, asked->cars[i], &line);
		listing_measure(&listing, &line);
	}
	listing_head(&listing);
	for (uint32_t i = 0; i < asked->car_count; i++) {
		strategy_line_make(asked, asked->cars[i], &line);
		listing_row(&listing, &line);
	}
	listing_end(&listing);
}
