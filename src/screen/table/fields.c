/*
 * fields.c -- the contents of the cells of a table: one function for each column
 *
 * A fact is the same string on every screen, because it comes from here. Blank means
 * unknown.
 */
#include "../facts.h"
#include "parts.h"

#include <string.h>

/* ---- who ------------------------------------------------------------------- */

void field_position(const struct row *row, struct field *out)
{
	if (row->standing && row->standing->position)
		field_number(out, row->standing->position, ROLE_TEXT);
}

void field_class_position(const struct row *row, struct field *out)
{
	if (row->standing && row->standing->position && row->standing->class_position)
		field_number(out, row->standing->class_position, ROLE_DIM);
}

void field_gained(const struct row *row, struct field *out)
{
	int gained = row->standing ? row->standing->gained : 0;
	if (gained == 0 || row->state != CAR_RUNNING)
		return;
	field_text(out, gained > 0 ? SLICE("\u25b4") : SLICE("\u25be"),
		   gained > 0 ? ROLE_GAINED : ROLE_LOST);
	gained = gained < 0 ? -gained : gained;
	if (gained > 1 && gained < 10)
		field_append_number(out, (unsigned)gained);
	else if (gained >= 10) /* ten or more */
		field_append_slice(out, out->text);
}

void field_car(const struct row *row, struct field *out)
{
	if (row->index == CAR_NONE) { /* of the season */
		if (row->season && row->season->car != SEASON_NONE)
			field_text(out,
				   slice_of(season_name_text(row->view->season->season,
							     row->season->car)),
				   ROLE_DIM);
		return;
	}
	struct car_label number = shown_number(row->view->race, row->index);
	field_text(out, (struct slice){out->buf, 0},
		   number.text[0] == '?' ? ROLE_AT_RISK
					 : class_role(row->scene, row->index));
	field_append(out, number.text);
}

void field_class(const struct row *row, struct field *out)
{
	field_class_name(out, shown_class(row->view, row->index), row->width);
	out->role = class_role(row->scene, row->index);
}

void field_tag(const struct row *row, struct field *out)
{
	field_text(out, slice_of(row->entry->tag), ROLE_DIM);
}

/* The team; else the car model, dimmed; a transponder without an entry by its
 * number. */
static void team_or_car(const struct row *row, enum role role, struct field *out)
{
	char label[16];
	if (shown_unknown(row->view->race, row->index, label)) {
		field_append(out, label);
		out->role = ROLE_AT_RISK;
		return;
	}
	if (row->entry->team[0])
		field_text(out, slice_of(row->entry->team), role);
	else if (!row->vehicle)
		field_text(out, slice_of(row->entry->vehicle), ROLE_DIM);
}

/* The driver on board; else the team, dimmed, unless it has a column. */
void field_driver(const struct row *row, struct field *out)
{
	uint8_t driver = row->car->driver;
	if (driver < row->entry->driver_count && driver < RACE_DRIVERS_MAX) {
		field_name(out, row->entry, driver, row->width, row->whole);
		out->role =
			just_changed(row->view, row->car->driver_at) && row->car->laps
				? ROLE_CHANGED
				: ROLE_TEXT;
		return;
	}
	if (!row->team)
		team_or_car(row, ROLE_DIM, out);
}

void field_team(const struct row *row, struct field *out)
{
	team_or_car(row, ROLE_TEXT, out);
}

void field_vehicle(const struct row *row, struct field *out)
{
	field_text(out, slice_of(row->entry->vehicle), ROLE_DIM);
}

/* ---- where ----------------------------------------------------------- */

static const struct lap_row *newest_lap(const struct row *row)
{
	uint32_t at = row->car->lap_row;
	return at && at <= row->view->race->lap_count ? &row->view->tables->laps[at - 1]
						      : NULL;
}

/* After a missed crossing the number of laps is an estimate. */
static void count_laps(const struct row *row, uint32_t laps, struct field *out)
{
	const struct lap_row *lap = newest_lap(row);
	if (lap && (lap->bits & LAP_REPAIRED)) {
		field_append(out, "~");
		field_append_number(out, laps);
		out->role = ROLE_GUESS;
		return;
	}
	field_number(out, laps,
		     just_changed(row->view, row->car->sf_at) ? ROLE_CHANGED
							      : ROLE_TEXT);
}

void field_laps(const struct row *row, struct field *out)
{
	uint32_t laps = race_laps(row->view->race, row->index);
	if (laps > 0 || row->car->seen)
		count_laps(row, laps, out);
}

/* ---- how fast -------------------------------------------------------- */

/* A time as exact as the cell allows; @guessed: with a '~'. */
static void some_time(const struct row *row, duration_us t, bool guessed,
		      struct field *out)
{
	static const uint8_t styles[] = {TIME_LAP, TIME_TENTH, TIME_SHORT};
	size_t room = (size_t)(row->width - guessed);
	for (unsigned i = 0; i < ARRAY_LEN(styles); i++) {
		out->text.len =
			format_duration(out->buf, t, (enum time_style)styles[i]);
		if (out->text.len <= room)
			break;
	}
	if (!guessed)
		return;
	if (out->text.len <= room)
		field_prepend(out, "~");
	out->role = ROLE_GUESS;
}

static void lap_time(const struct row *row, duration_us t, struct field *out)
{
	some_time(row, t, false, out);
}

/* The last lap time is an estimate. */
static bool last_guessed(const struct row *row)
{
	const struct lap_row *lap = newest_lap(row);
	return lap && (lap->estimated & 1) && !(lap->bits & LAP_STATED);
}

static const struct race_class *class_facts(const struct row *row)
{
	uint8_t c = row->entry->class_index;
	return c < row->view->race->class_count ? &row->view->race->classes[c] : NULL;
}

void field_last(const struct row *row, struct field *out)
{
	const struct car *car = row->car;
	const struct race_class *c = class_facts(row);
	if (car->lap_last == DURATION_NONE)
		return;
	some_time(row, car->lap_last, last_guessed(row), out);
	if (out->role == ROLE_GUESS)
		return;
	if (car->lap_last == car->lap_best && c && c->lap_best_car == row->index &&
	    c->lap_best == car->lap_last)
		out->role = ROLE_CLASS_BEST;
	else if (car->lap_last == car->lap_best && car->laps > 1)
		out->role = ROLE_PERSONAL_BEST;
	else if (just_changed(row->view, car->sf_at))
		out->role = ROLE_CHANGED;
}

void field_best(const struct row *row, struct field *out)
{
	const struct race_class *c = class_facts(row);
	if (row->car->lap_best == DURATION_NONE)
		return;
	lap_time(row, row->car->lap_best, out);
	if (c && c->lap_best_car == row->index)
		out->role = ROLE_CLASS_BEST;
}

/* "316.3" */
static void append_measure(struct field *out, int value)
{
	field_format(out, "%d.%d", value / 10, value % 10);
}

void field_top_speed(const struct row *row, struct field *out)
{
	uint8_t c = row->entry->class_index;
	int16_t top = row->car->top_speed;
	if (top <= 0)
		return;
	append_measure(out, top);
	if (c < RACE_CLASSES_MAX && row->scene->top_of[c] == top)
		out->role = ROLE_CLASS_BEST;
}

void field_top_lap(const struct row *row, struct field *out)
{
	if (row->car->top_speed > 0)
		field_number(out, row->car->top_speed_lap, ROLE_DIM);
}

void append_energy(struct field *out, int16_t energy)
{
	if (energy == VALUE_NONE)
		return;
	append_measure(out, energy);
	field_append(out, "%");
}

void field_energy(const struct row *row, struct field *out)
{
	append_energy(out, row->car->values[VALUE_ENERGY]);
}

void append_tyre(struct field *out, const int16_t values[CAR_VALUE_COUNT])
{
	if (values[VALUE_TYRE] > TYRE_UNKNOWN)
		field_append(out, tyre_letter((enum tyre)values[VALUE_TYRE]));
	if (values[VALUE_TYRE_LAPS] != VALUE_NONE)
		field_append_number(out, (uint64_t)values[VALUE_TYRE_LAPS]);
}

void field_tyre(const struct row *row, struct field *out)
{
	append_tyre(out, row->car->values);
}

void field_best_lap(const struct row *row, struct field *out)
{
	if (row->car->lap_best != DURATION_NONE && row->car->lap_best_number)
		field_number(out, row->car->lap_best_number, ROLE_DIM);
}

/* Of a timed session: the last lap against the best: whose best it is, or how much was
 * missing. */
void field_against(const struct row *row, struct field *out)
{
	const struct car *car = row->car;
	const struct race_class *c = class_facts(row);
	const struct race *race = row->view->race;
	if (car->lap_last == DURATION_NONE || car->lap_best == DURATION_NONE)
		return;
	if (car->lap_last > car->lap_best) {
		lap_time(row, car->lap_last - car->lap_best, out);
		out->role = ROLE_DIM;
		if (out->text.len < (size_t)row->width)
			field_prepend(out, "+");
	} else if (car->lap_last < car->lap_best) {
		return; /* does not count: deleted, or begun in the pits */
	} else if (race->lap_best_car == row->index &&
		   race->lap_best == car->lap_last) {
		field_text(out, SLICE("all \u25b4"), ROLE_CLASS_BEST);
	} else if (c && c->lap_best_car == row->index && c->lap_best == car->lap_last) {
		field_text(out, SLICE("class \u25b4"), ROLE_CLASS_BEST);
	} else {
		field_text(out, SLICE("own \u25b4"), ROLE_PERSONAL_BEST);
	}
}

/* In @style if it fits, else in hours and minutes. */
static void long_time(const struct row *row, duration_us t, enum time_style style,
		      struct field *out)
{
	field_append_time(out, t, style);
	if (out->text.len <= (size_t)row->width)
		return;
	out->text.len = 0;
	field_append_time(out, t, TIME_SPAN);
}

/* Time since it crossed the finish line. */
void field_ago(const struct row *row, struct field *out)
{
	instant_us at = row->car->sf_at;
	if (at == INSTANT_NONE || row->view->at < at)
		return;
	long_time(row, row->view->at - at, TIME_SHORT, out);
	out->role = ROLE_DIM;
}

/* The time of the sector is an estimate. */
static bool sector_guessed(const struct row *row, unsigned sector)
{
	const struct car *car = row->car;
	unsigned count = row->view->race->setup.line_count;
	unsigned lap = sector < car->line ? car->estimated : car->estimated_before;
	unsigned end = sector + 1 < count ? lap >> (sector + 1) : car->estimated;
	return ((lap >> sector | end) & 1) != 0;
}

/* Sectors of the current lap are plain, those of the lap before dim. */
void field_sector(const struct row *row, struct field *out)
{
	unsigned sector = row->column - COLUMN_S1;
	const struct car *car = row->car;
	const struct race_class *c = class_facts(row);
	duration_us t = sector_last(row->view, row->index, sector);
	if (t == DURATION_NONE)
		return;
	some_time(row, t, sector_guessed(row, sector), out);
	if (out->role == ROLE_GUESS)
		return;
	if (c && c->sector_best_car[sector] == row->index &&
	    c->sector_best[sector] == t)
		out->role = ROLE_CLASS_BEST;
	else if (t == car->sector_best[sector] && car->laps > 0)
		out->role = ROLE_PERSONAL_BEST;
	else if (just_changed(row->view, car->line_at) &&
		 car->line == (sector + 1) % row->view->race->setup.line_count)
		out->role = ROLE_CHANGED;
	else if (sector >= car->line)
		out->role = ROLE_DIM;
}

/* ---- stops and stints ------------------------------------------------ */

bool stops_claimed(const struct car *car)
{
	return car->claim_stops > car->stops;
}

void field_stops(const struct row *row, struct field *out)
{
	if (stops_claimed(row->car)) {
		field_text(out, SLICE("~"), ROLE_GUESS);
		field_append_number(out, row->car->claim_stops);
	} else if (row->car->stops)
		field_number(out, row->car->stops,
			     just_changed(row->view, row->car->pit_in_at) ? ROLE_CHANGED
									  : ROLE_TEXT);
}

/* The code of a result other than classified. False: none. */
static bool verdict(const struct row *row, struct field *out)
{
	static const struct {
		const char *word;
		enum role role;
	} words[STATUS_COUNT] = {
		[STATUS_NC] = {"NC", ROLE_NOT_CLASSIFIED},
		[STATUS_DNF] = {"DNF", ROLE_DIM},
		[STATUS_DNS] = {"DNS", ROLE_DIM},
		[STATUS_DSQ] = {"DSQ", ROLE_NOT_CLASSIFIED},
	};
	unsigned status = row->result ? row->result->status : STATUS_RUNNING;
	if (status >= STATUS_COUNT || !words[status].word)
		return false;
	field_text(out, slice_of(words[status].word), words[status].role);
	return true;
}

/* Laps since the last stop, time in the pits or stopped, or the result. */
void field_stint(const struct row *row, struct field *out)
{
	const struct car *car = row->car;
	if (verdict(row, out))
		return;
	switch ((enum car_state)row->state) {
	case CAR_IN_PIT:
		field_text(out, car->pit_estimated ? SLICE("P~") : SLICE("P "),
			   ROLE_IN_PIT);
		field_append_time(out, row->since, TIME_SPAN);
		break;
	case CAR_STOPPED:
		field_text(out, SLICE("! "), ROLE_STOPPED);
		field_append_time(out, row->since, TIME_SPAN);
		break;
	case CAR_FLAGGED:
		field_text(out, SLICE("flag"), ROLE_DIM);
		break;
	case CAR_ABSENT:
		field_text(out, SLICE("DNS"), ROLE_DIM);
		break;
	case CAR_WAITING:
		break;
	case CAR_RUNNING:
		if (car->laps > car->stint_lap && car->lap_skipped > car->stint_lap) {
			/* A stop may be among skipped laps. */
			field_text(out, SLICE("~"), ROLE_GUESS);
			field_append_number(out, car->laps - car->stint_lap);
		} else if (car->laps > car->stint_lap)
			field_number(out, car->laps - car->stint_lap, ROLE_TEXT);
		else if (car->stops)
			field_text(out, SLICE("out"), ROLE_IN_PIT);
		break;
	}
}

void field_stop_last(const struct row *row, struct field *out)
{
	uint32_t at = row->car->stint_row;
	if (row->car->stop_last == DURATION_NONE)
		return;
	long_time(row, row->car->stop_last, TIME_SHORT, out);
	if (at == 0 || at > row->view->race->stint_count ||
	    !row->view->tables->stints[at - 1].estimated)
		return;
	out->role = ROLE_GUESS;
	if (out->text.len < (size_t)row->width)
		field_prepend(out, "~");
}

void field_pit_total(const struct row *row, struct field *out)
{
	if (row->car->stops && row->car->stops_total > 0)
		long_time(row, row->car->stops_total, TIME_SHORT, out);
}

/* A race joined late: driving times are unknown. */
static bool driving_is_unknown(const struct car *car)
{
	duration_us others = 0;
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++)
		others += car->driver_us[i];
	return car->lap_skipped > 0 && others == 0;
}

void field_driving(const struct row *row, struct field *out)
{
	uint8_t driver = row->car->driver;
	if (driving_is_unknown(row->car))
		return;

	if (driver >= RACE_DRIVERS_MAX || driver >= row->entry->driver_count)
		return;
	duration_us t =
		race_driver_time(row->view->race, row->index, driver, row->view->at);
	if (t == DURATION_NONE)
		return;
	/* Without seconds: a column that ticks is noise. */
	field_append_time(out, t, TIME_CLOCK);
	if (out->text.len > 6) {
		out->text.len -= 3;
		out->buf[out->text.len - 3] = 'h';
	}
}

/* ---- the judgement --------------------------------------------------------- */

void field_margin(const struct row *row, struct field *out)
{
	const struct result *result = row->result;
	if (!result || row->state == CAR_ABSENT || !row->view->rules ||
	    row->view->rules->fraction_pm == 0 ||
	    row->view->classification->winner_laps == 0 || !margin_tells(row))
		return;
	int64_t margin = result->margin;
	if (margin > 0)
		field_append(out, "+");
	else if (margin < 0)
		field_append(out, "\u2212");
	field_append_number(out, (uint64_t)(margin < 0 ? -margin : margin));
	out->role = margin_role(row->view, result);
}

void field_total(const struct row *row, struct field *out)
{
	if (!row->result || row->result->total == DURATION_NONE)
		return;
	/* Up to its last crossing, which may be an estimate. */
	if (row->car->estimated & 1) {
		field_append(out, "~");
		out->role = ROLE_GUESS;
	}
	field_append_time(out, row->result->total, TIME_RACE);
}

/* Before the first line a place is known from the grid only. */
static bool placed(const struct row *row)
{
	const struct result *result = row->result;
	return result && (result->status != STATUS_RUNNING || !row->standing ||
			  row->standing->position);
}

void field_result_position(const struct row *row, struct field *out)
{
	if (!placed(row) || !row->result->position)
		return;
	field_number(out, row->result->position, ROLE_TEXT);
	if (class_first(row->result))
		out->role = ROLE_STRONG;
}

void field_result_class(const struct row *row, struct field *out)
{
	if (placed(row) && row->result->class_position)
		field_number(out, row->result->class_position, ROLE_DIM);
}

/* A sign where the stewards changed the result. */
void field_decided(const struct row *row, struct field *out)
{
	if (row->result && row->result->decisions)
		field_text(out, SLICE("\u00a7"), ROLE_AT_RISK);
}

void field_result_laps(const struct row *row, struct field *out)
{
	if (row->result && row->state != CAR_ABSENT)
		count_laps(row, row->result->laps, out);
}

/* A bar of the margin, with the threshold at a quarter of the width and the winner at
 * the right end. */
void field_bar(const struct row *row, struct field *out)
{
	const struct classification *c = row->view->classification;
	const struct result *result = row->result;
	int zero = row->width / 4, right = row->width - zero - 1;
	if (!result || !result->threshold || row->state == CAR_ABSENT)
		return;
	if (row->forecast) {
		field_whisker(row, out);
		return;
	}
	int64_t most = (int64_t)c->winner_laps - c->threshold;
	most = most > 0 ? most : 1;
	int64_t n = result->margin * right / most;
	if (n == 0 && result->margin != 0)
		n = result->margin > 0 ? 1 : -1;
	n = n > right ? right : n < -zero ? -zero : n;
	for (int i = 0; i < zero; i++)
		field_append(out, i >= zero + n ? "\u2501" : " ");
	field_append(out, n > 0 ? "\u251d" : n < 0 ? "\u2525" : "\u2502");
	for (int i = 0; i < n; i++)
		field_append(out, "\u2501");
	out->role = margin_role(row->view, result);
	if (out->role == ROLE_TEXT)
		out->role = ROLE_DIM;
}

enum { WORDS_LEAST = 14 }; /* of "not classified" */

/* True with room for "wins", the longest class and ", invited": one form for all
 * classes. */
static bool names_class(const struct row *row)
{
	const struct race *race = row->view->race;
	int longest = 0;
	for (unsigned i = 0; i < race->class_count; i++) {
		int w = text_width(slice_of(race->classes[i].name));
		longest = w > longest ? w : longest;
	}
	return longest + (row->view->rules->invitation[0] ? 16 : 8) <= row->width;
}

/* A full star: class winner; an empty star: class leader. */
static void winner_words(const struct row *row, struct field *out)
{
	bool running = row->result->status == STATUS_RUNNING;
	bool invited = row->result->invited && !running;
	out->role = ROLE_INVITED;
	if (!names_class(row)) {
		field_append(out, running   ? "\u2606 class lead"
				  : invited ? "\u2605 invited"
					    : "\u2605 class win");
		return;
	}
	field_append(out, running ? "\u2606 leads " : "\u2605 wins ");
	field_append_slice(out, shown_class(row->view, row->index));
	field_append(out, invited ? ", invited" : "");
}

/* The status in words, or as a code where they do not fit. */
void field_status(const struct row *row, struct field *out)
{
	const struct result *result = row->result;
	if (!result)
		return;
	if (class_first(result) && row->view->race->setup.type == SESSION_RACE) {
		winner_words(row, out);
		return;
	}
	if (row->width < WORDS_LEAST && verdict(row, out))
		return;
	switch ((enum result_status)result->status) {
	case STATUS_CLASSIFIED:
		break;
	case STATUS_RUNNING:
		if (row->state == CAR_IN_PIT || row->state == CAR_STOPPED)
			field_stint(row, out);
		break;
	case STATUS_NC:
		field_text(out, SLICE("not classified"), ROLE_NOT_CLASSIFIED);
		break;
	case STATUS_DNF:
		field_text(out, SLICE("did not finish"), ROLE_DIM);
		break;
	case STATUS_DNS:
		field_text(out, SLICE("did not start"), ROLE_DIM);
		break;
	case STATUS_DSQ:
		field_text(out, SLICE("disqualified"), ROLE_NOT_CLASSIFIED);
		break;
	case STATUS_COUNT:
		break;
	}
}
