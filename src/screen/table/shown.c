/*
 * shown.c -- what the cars of a table have: which columns have a value, and how wide names are
 *
 *  (1) What decides changes once in a race, if at all: a stop, a name, a sector. So no column
 *      comes and goes from second to second.
 *  (2) Before the first lap a column waits for its values.
 */
#include "shown.h"
#include "facts.h"

/* A text has as many bytes as cells, or more: most are not measured. */
static void widen(int *widest, struct slice text)
{
	if (text.len <= (size_t)*widest)
		return;
	int w = text_width(text);
	*widest = w > *widest ? w : *widest;
}

/* "K. Kobayashi" is three cells wider than what follows the first word. */
static void widen_short(int *widest, struct slice name)
{
	struct slice rest = name;
	int least = *widest - 3;
	(void)slice_cut(&rest, ' ');
	if (rest.len == 0) {
		widen(widest, name);
		return;
	}
	least = least > 0 ? least : 0;
	widen(&least, rest);
	*widest = *widest > least + 3 ? *widest : least + 3;
}

/* The team is shown for a driver who is not known. */
static void add_names(const struct view *view, uint16_t car, struct shown *shown)
{
	const struct entry *entry = &view->race->entries[car];
	struct slice team = slice_of(entry->team);
	char label[16];
	bool driver = false;
	if (shown_unknown(view->race, car, label))
		team = slice_of(label);
	for (unsigned i = 0; i < entry->driver_count && i < RACE_DRIVERS_MAX; i++) {
		struct slice name = slice_of(entry->drivers[i]);
		driver |= name.len > 0;
		widen(&shown->driver_whole, name);
		widen_short(&shown->driver_short, name);
	}
	shown->driver |= driver;
	widen(&shown->team, team);
	widen(&shown->vehicle, slice_of(entry->vehicle));
	widen(&shown->tag, slice_of(entry->tag));
	if (entry->number[0])
		widen(&shown->number, slice_of(entry->number));
	else
		widen(&shown->number, SHOWN_NUMBER(view->race, car));
	if (driver)
		return;
	widen(&shown->driver_whole, team);
	widen(&shown->driver_short, team);
}

static void add_facts(const struct view *view, uint16_t car, struct shown *shown)
{
	const struct car *c = &view->race->cars[car];
	shown->laps |= c->laps > 0;
	shown->stops |= c->stops > 0 || c->claim_stops > 0;
	shown->stop_last |= c->stop_last != DURATION_NONE;
	shown->stop_total |= c->stops > 0 && c->stops_total > 0;
	shown->window |= view->strategy && view->strategy->rows[car].window_to > 0;
	shown->best |= c->lap_best != DURATION_NONE;
	for (unsigned i = 0; i < view->race->setup.line_count && i < LINES_MAX; i++)
		shown->sectors |= (uint32_t)(sector_last(view, car, i) != DURATION_NONE)
				  << i;
}

bool with_penalties(const struct view *view)
{
	bool any = false;
	if (view->race->decision_count == 0 || view->classification->finished)
		return false;
	for (uint16_t car = 0; car < view->race->car_count && !any; car++)
		any = race_penalty(view->race, car) != 0;
	return any;
}

void shown_make(const struct view *view, struct shown *shown)
{
	uint8_t cars[RACE_CLASSES_MAX + 1] = {0};
	*shown = (struct shown){.number = 3};
	for (uint16_t car = 0; car < view->race->car_count; car++) {
		const struct entry *entry = &view->race->entries[car];
		if (entry->not_started || entry->merged ||
		    (view->table.filter[0] && !view_shows(view, car)))
			continue;
		add_names(view, car, shown);
		add_facts(view, car, shown);
		uint8_t c = entry->class_index < view->race->class_count
				    ? entry->class_index
				    : RACE_CLASSES_MAX;
		cars[c] = cars[c] < 2 ? cars[c] + 1 : 2;
		shown->class_rivals |= cars[c] > 1;
		shown->rivals |= ++shown->cars > 1;
	}
	for (unsigned i = 0; i < view->race->class_count; i++)
		widen(&shown->classes, slice_of(view->race->classes[i].name));
}

/* ---- columns without a value ------------------------------------------------------- */

/* (2) */
static bool has_lap_values(const struct shown *shown, enum column_id id)
{
	if (!shown->laps)
		return true;
	if (id >= COLUMN_S1 && id <= COLUMN_S6)
		return shown->sectors >> (id - COLUMN_S1) & 1;
	return id != COLUMN_BEST || shown->best;
}

/* From the first paces of a race to its finish. */
static bool trends(const struct view *view)
{
	return view->race->setup.type == SESSION_RACE && view->standings->count > 0 &&
	       !view->classification->finished &&
	       car_pace(view, view->standings->rows[0].car) != DURATION_NONE;
}

static bool has_season_values(const struct view *view, enum column_id id)
{
	bool before = id != COLUMN_POINTS_BEFORE || view->season->round_index > 0;
	/* Lines are in the order of their points. */
	const struct season_view *season = view->season;
	if (id == COLUMN_POINTS_BEHIND)
		return season->line_count > 1 &&
		       season->lines[season->line_count - 1].behind != 0;
	bool flag = id != COLUMN_POINTS_FLAG && id != COLUMN_TITLE;
	return before && (flag || season_forecasts(view));
}

bool shown_has(const struct view *view, const struct shown *shown, enum column_id id)
{
	if (id >= COLUMN_TITLE_POS && id <= COLUMN_TITLE)
		return season_ready(view) && has_season_values(view, id);
	bool race = view->race->setup.type == SESSION_RACE;
	switch ((int)id) {
	case COLUMN_DRIVER:
	case COLUMN_DRIVING:
		return shown->driver;
	case COLUMN_TEAM:
		return shown->team > 0;
	case COLUMN_VEHICLE:
		return shown->vehicle > 0;
	case COLUMN_CLASS:
	case COLUMN_CLASS_POS:
	case COLUMN_RESULT_PIC:
		return view->race->class_count >= 2;
	case COLUMN_GAP:
	case COLUMN_INTERVAL:
	case COLUMN_RACE_GAP:
	case COLUMN_RESULT_GAP:
		return shown->rivals || shown->cars == 0;
	case COLUMN_CLASS_GAP:
	case COLUMN_CLASS_INT:
		return shown->class_rivals || shown->cars == 0;
	case COLUMN_IN_CLASS: /* beside the gap to the leader, which it is without classes */
		if (view->race->class_count < 2)
			return false;
		return shown->class_rivals || shown->cars == 0;
	case COLUMN_TO_CAR:
		return view->compared < view->race->car_count;
	case COLUMN_DECIDED:
		return race_decisions_applied(view->race);
	case COLUMN_PENALTY:
		return with_penalties(view);
	case COLUMN_TREND:
	case COLUMN_CLASS_TREND:
		return shown->rivals && trends(view);
	case COLUMN_TOP_SPEED:
	case COLUMN_TOP_LAP:
		return any_value(view->race, VALUE_TOP_SPEED);
	case COLUMN_ENERGY:
		return any_value(view->race, VALUE_ENERGY);
	case COLUMN_TYRE:
		return any_value(view->race, VALUE_TYRE) ||
		       any_value(view->race, VALUE_TYRE_LAPS);
	case COLUMN_STOPS:
		return shown->stops;
	case COLUMN_STOP_LAST:
		return shown->stop_last;
	case COLUMN_PIT_TOTAL:
		return shown->stop_total;
	case COLUMN_MARGIN:
	case COLUMN_BAR:
		return view->rules && view->rules->fraction_pm > 0 && race;
	case COLUMN_FLAG_MARGIN:
	case COLUMN_CHANCE:
	case COLUMN_DEADLINE:
		return forecast_ready(view);
	case COLUMN_NET:
	case COLUMN_STOPS_LEFT:
		return strategy_known(view);
	case COLUMN_WINDOW:
	case COLUMN_WINDOW_IN:
		return strategy_known(view) && shown->window;
	default:
		return has_lap_values(shown, id);
	}
}
