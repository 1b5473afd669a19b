/*
 * cars.c -- the state of each car at the playhead, and its class
 */
#include "parts.h"

bool just_changed(const struct view *view, instant_us at)
{
	return !view->calm && at != INSTANT_NONE && at <= view->at &&
	       view->at - at < SECOND_OF_CHANGE;
}

/* The flag before the first that a source says. */
static enum flag flag_before(const struct view *view)
{
	for (uint32_t i = 0; i < view->race->flag_count && i < view->tables->flags_max;
	     i++) {
		enum flag flag = (enum flag)view->tables->flags[i].flag;
		if (flag != FLAG_UNKNOWN)
			return flag == FLAG_FINISH ? FLAG_GREEN : flag;
	}
	return FLAG_GREEN;
}

bool flag_span_at(const struct view *view, uint32_t i, struct flag_span *out)
{
	const struct flag_row *rows = view->tables->flags;
	const struct race *race = view->race;
	uint32_t count = race->flag_count, unknown = 0;
	instant_us start = race->start_at;
	bool started = start != INSTANT_NONE && view->at >= start;
	if (count > view->tables->flags_max)
		count = view->tables->flags_max;
	while (unknown < count && rows[unknown].flag == FLAG_UNKNOWN)
		unknown++;
	/* One period in the place of those that are unknown. */
	if (started && (unknown > 0 || count == 0 || rows[0].from_at > start)) {
		if (i == 0) {
			*out = (struct flag_span){flag_before(view), start, view->at,
						  true};
			if (unknown < count)
				out->to = rows[unknown].from_at;
			return true;
		}
		i += unknown - 1;
	}
	if (i >= count)
		return false;
	*out = (struct flag_span){(enum flag)rows[i].flag, rows[i].from_at, view->at,
				  false};
	if (i + 1 < count)
		out->to = rows[i + 1].from_at;
	return true;
}

enum flag shown_flag(const struct view *view, bool *guessed)
{
	struct flag_span span, last = {(enum flag)view->race->flag, 0, 0, false};
	*guessed = false;
	if (last.flag != FLAG_UNKNOWN || view->race->finish_at != INSTANT_NONE)
		return last.flag;
	for (uint32_t i = 0; flag_span_at(view, i, &span); i++)
		last = span;
	*guessed = last.guessed;
	return last.flag;
}

duration_us time_step(const struct view *view, int64_t most)
{
	static const duration_us steps[] = {
		10 * US_S,   30 * US_S,   US_MIN,      2 * US_MIN,
		5 * US_MIN,  10 * US_MIN, 30 * US_MIN, US_HOUR,
		2 * US_HOUR, 3 * US_HOUR, 6 * US_HOUR, 12 * US_HOUR,
	};
	duration_us span = instant_sub(view->to, view->from);
	for (unsigned i = 0; i < ARRAY_LEN(steps); i++)
		if (span / steps[i] < most)
			return steps[i];
	return US_DAY;
}

int time_cell(const struct view *view, int cells, instant_us at)
{
	int64_t span = instant_sub(view->to, view->from);
	if (at == INSTANT_NONE || at < view->from || span <= 0)
		return -1;
	if (at >= view->to)
		return at == view->to ? cells - 1 : cells;
	/* In milliseconds, so that cells * span does not overflow. */
	return (int)((at - view->from) / US_MS * cells / (span / US_MS + 1));
}

struct car_label car_label(const struct race *race, uint16_t car)
{
	struct car_label label;
	race_car_label(race, car, label.text);
	return label;
}

const char *shown_entrant(const struct race *race, uint16_t car)
{
	const struct entry *entry = &race->entries[car];
	return entry->team[0] ? entry->team : entry->drivers[0];
}

bool shown_unknown(const struct race *race, uint16_t car, char label[16])
{
	const struct entry *entry = &race->entries[car];
	if (!entry->internal || entry->team[0] || entry->driver_count)
		return false;
	race_car_label(race, car, label);
	return label[0] == '?';
}

struct car_label shown_number(const struct race *race, uint16_t car)
{
	struct car_label label;
	if (shown_unknown(race, car, label.text))
		return (struct car_label){"?"};
	return car_label(race, car);
}

bool class_first(const struct result *result)
{
	return result->class_winner ||
	       (result->status == STATUS_RUNNING && result->class_position == 1 &&
		result->laps > 0);
}

const struct standing *car_standing(const struct view *view, uint16_t car)
{
	uint16_t row = view->standings->row_of[car];
	return row < view->standings->count ? &view->standings->rows[row] : NULL;
}

const struct result *car_result(const struct view *view, uint16_t car)
{
	uint16_t row = view->classification->row_of[car];
	return row < view->classification->count ? &view->classification->rows[row]
						 : NULL;
}

uint16_t view_car(const struct view *view)
{
	if (view->selected < view->race->car_count)
		return view->selected;
	return view->standings->count ? view->standings->rows[0].car : CAR_NONE;
}

uint16_t car_class_leader(const struct view *view, uint16_t car)
{
	uint8_t c = car < view->race->car_count ? view->race->entries[car].class_index
						: RACE_CLASSES_MAX;
	uint16_t leader = CAR_NONE;
	if (c < view->race->class_count)
		leader = view->race->classes[c].leader;
	else if (view->standings->count)
		leader = view->standings->rows[0].car;
	return leader < view->race->car_count ? leader : CAR_NONE;
}

/* ---- pace and state -------------------------------------------------------- */

enum car_state car_state_at(const struct view *view, uint16_t car, duration_us *since)
{
	const struct race *race = view->race;
	const struct car *c = &race->cars[car];
	instant_us last = c->seen ? c->line_at : race->start_at;
	/* While no source sends, cars are shown as of the last record. */
	instant_us at = view->at;
	if (view_is_silent(view) && race->now < at)
		at = race->now;
	duration_us quiet = 0;
	*since = 0;
	if (c->flagged)
		return CAR_FLAGGED;
	if (race->entries[car].not_started)
		return CAR_ABSENT;
	if (c->in_pit) {
		if (c->pit_in_at != INSTANT_NONE && at > c->pit_in_at)
			*since = at - c->pit_in_at;
		return CAR_IN_PIT;
	}
	if (race->start_at == INSTANT_NONE || last == INSTANT_NONE)
		return CAR_WAITING;
	if (at > last)
		quiet = at - last;
	*since = quiet;
	if (c->status == 1 + STATUS_DNF || c->status == 1 + STATUS_DNS)
		return CAR_STOPPED;
	/* A car that was never timed may not have left the grid. */
	if (race_car_stands(race, car, at))
		return c->seen ? CAR_STOPPED : CAR_ABSENT;
	return CAR_RUNNING;
}

enum role margin_role(const struct view *view, const struct result *result)
{
	uint64_t near_pm = view->rules->fraction_pm + 30u;
	if (result->margin < 0)
		return ROLE_NOT_CLASSIFIED;
	/* Within 3 % of the threshold: one long stop away from it. */
	if (!view->classification->finished &&
	    (uint64_t)result->laps * 1000 < near_pm * view->classification->winner_laps)
		return ROLE_AT_RISK;
	return ROLE_TEXT;
}

/* ---- classes --------------------------------------------------------------- */

static unsigned class_of_car(const struct race *race, uint16_t car)
{
	uint8_t c = race->entries[car].class_index;
	return c < race->class_count ? c : RACE_CLASSES_MAX;
}

struct slice shown_class(const struct view *view, uint16_t car)
{
	unsigned c = class_of_car(view->race, car);
	return c < RACE_CLASSES_MAX ? slice_of(view->race->classes[c].name) : SLICE("");
}

int class_names_width(const struct race *race)
{
	int widest = 10;
	for (unsigned i = 0; i < race->class_count; i++) {
		int w = text_width(slice_of(race->classes[i].name));
		widest = w > widest ? w : widest;
	}
	return widest;
}

/* Order of classes: as in the ruleset, then by first appearance. */
static int class_rank(const struct view *view, unsigned class_index)
{
	int row = -1;
	if (class_index >= RACE_CLASSES_MAX)
		return 2 * RACE_CLASSES_MAX + RULES_CLASSES_MAX;
	if (view->rules)
		row = rules_class_of(view->rules,
				     slice_of(view->race->classes[class_index].name));
	return row >= 0 ? row : RULES_CLASSES_MAX + (int)class_index;
}

/* The class colour that the ruleset gives, from 1; 0: none. */
static unsigned class_colour(const struct view *view, unsigned class_index)
{
	int row = view->rules ? rules_class_of(
					view->rules,
					slice_of(view->race->classes[class_index].name))
			      : -1;
	return row < 0 ? 0 : view->rules->classes[row].colour;
}

/* First the classes with a colour of their own, then the others, by the colours that are left. */
static void colour_classes(struct scene *scene)
{
	unsigned taken = 0, next = 0;
	for (unsigned i = 0; i < scene->panes; i++) {
		unsigned c = scene->class_of[i];
		unsigned own = c < RACE_CLASSES_MAX ? class_colour(scene->view, c) : 0;
		if (own == 0)
			continue;
		scene->role_of[c] = (uint8_t)(ROLE_CLASS_1 + own - 1);
		taken |= 1U << (own - 1);
	}
	for (unsigned i = 0; i < scene->panes; i++) {
		unsigned c = scene->class_of[i];
		if (c >= RACE_CLASSES_MAX || scene->role_of[c] != ROLE_TEXT)
			continue;
		if (taken == (1U << RULES_COLOURS) - 1)
			taken = 0;
		while (taken & 1U << next % RULES_COLOURS)
			next++;
		taken |= 1U << next % RULES_COLOURS;
		scene->role_of[c] = (uint8_t)(ROLE_CLASS_1 + next++ % RULES_COLOURS);
	}
}

/* Cars of one team share a colour; teams in the order of entry. */
static void find_teams(struct scene *scene)
{
	const struct race *race = scene->view->race;
	uint8_t teams = 0;
	for (uint16_t car = 0; car < race->car_count; car++) {
		struct slice team = slice_of(race->entries[car].team);
		uint16_t other = 0;
		scene->team_of[car] = 0;
		if (team.len == 0)
			continue;
		while (other < car &&
		       !slice_eq(slice_of(race->entries[other].team), team))
			other++;
		if (other == car && teams < UINT8_MAX)
			teams++;
		scene->team_of[car] = other < car ? scene->team_of[other] : teams;
	}
}

bool any_value(const struct race *race, enum car_value value)
{
	for (uint16_t car = 0; car < race->car_count; car++) {
		const struct car *c = &race->cars[car];
		if (value == VALUE_TOP_SPEED ? c->top_speed > 0
					     : c->values[value] != VALUE_NONE)
			return true;
	}
	return false;
}

void scene_make(const struct view *view, struct scene *scene)
{
	const struct race *race = view->race;
	bool used[RACE_CLASSES_MAX + 1] = {false};
	scene->view = view;
	scene->panes = 0;
	memset(scene->top_of, 0, sizeof(scene->top_of));
	if (view->table.by_team)
		find_teams(scene);
	for (uint16_t car = 0; car < race->car_count; car++) {
		unsigned c = class_of_car(race, car);
		if (race->entries[car].not_started || race->entries[car].merged)
			continue;
		used[c] = true;
		if (race->cars[car].top_speed > scene->top_of[c])
			scene->top_of[c] = race->cars[car].top_speed;
	}
	int rank[RACE_CLASSES_MAX + 1];
	for (unsigned c = 0; c <= RACE_CLASSES_MAX; c++) {
		unsigned at = scene->panes;
		int r = used[c] ? class_rank(view, c) : 0;
		if (!used[c])
			continue;
		while (at > 0 && rank[at - 1] > r) {
			rank[at] = rank[at - 1];
			scene->class_of[at] = scene->class_of[at - 1];
			at--;
		}
		rank[at] = r;
		scene->class_of[at] = (uint8_t)c;
		scene->panes++;
	}
	for (unsigned c = 0; c <= RACE_CLASSES_MAX; c++) {
		scene->pane_of[c] = 0xff;
		scene->role_of[c] = ROLE_TEXT;
	}
	for (unsigned i = 0; i < scene->panes; i++)
		scene->pane_of[scene->class_of[i]] = (uint8_t)i;
	colour_classes(scene);
}

enum role class_role(const struct scene *scene, uint16_t car)
{
	if (scene->view->table.by_team && scene->team_of[car] > 0)
		return (enum role)(ROLE_CLASS_1 + (scene->team_of[car] - 1) % 6);
	return (enum role)scene->role_of[class_of_car(scene->view->race, car)];
}

unsigned tower_cars(const struct view *view, uint16_t cars[RACE_CARS_MAX])
{
	unsigned n = 0;
	for (uint32_t i = 0; i < view->standings->count; i++)
		if (!view->race->entries[view->standings->rows[i].car].not_started &&
		    view_shows(view, view->standings->rows[i].car))
			cars[n++] = view->standings->rows[i].car;
	return n;
}

unsigned pane_cars(const struct scene *scene, unsigned pane,
		   uint16_t cars[RACE_CARS_MAX])
{
	const struct standings *standings = scene->view->standings;
	unsigned n = 0;
	if (pane >= scene->panes)
		return 0;
	for (uint32_t i = 0; i < standings->count; i++) {
		uint16_t car = standings->rows[i].car;
		if (!scene->view->race->entries[car].not_started &&
		    view_shows(scene->view, car) &&
		    class_of_car(scene->view->race, car) == scene->class_of[pane])
			cars[n++] = car;
	}
	return n;
}
