/*
 * totals.c -- from rounds to a table: sums, drops, and what the rules leave open
 */
#include "score.h"

#include <errno.h>

/* ---- which tables there are -------------------------------------------------------- */

static bool query_exists(const struct season *season, const struct season_query *query)
{
	const struct points_title *title = &season->rules.titles[query->title];
	if (!points_in_years(&title->years, season->year))
		return false;
	if (title->joint)
		return query->class_index == SEASON_CLASSES_MAX;
	return query->class_index < season->class_count &&
	       season_class_listed(season, query->class_index, title->classes,
				   title->class_count);
}

bool season_query_next(const struct season *season, struct season_query *query)
{
	struct season_query at = *query;
	do {
		if (at.title >= POINTS_TITLES_MAX)
			at.title = at.class_index = 0;
		else if (at.class_index < SEASON_CLASSES_MAX)
			at.class_index++;
		else {
			at.title++;
			at.class_index = 0;
		}
		if (at.title >= season->rules.title_count)
			return false;
	} while (!query_exists(season, &at));
	*query = at;
	return true;
}

size_t season_query_title(const struct season *season, const struct season_query *query,
			  char *buf, size_t cap)
{
	const struct points_title *title = &season->rules.titles[query->title];
	const char *kind = points_title_kind_name((enum points_title_kind)title->kind);
	const char *between = title->cup[0] ? ", " : "";
	if (title->joint)
		return text_format(buf, cap, "%s%s%s", title->name, between,
				   title->cup);
	return text_format(buf, cap, "%s, %s%s%s", kind,
			   season->classes[query->class_index], between, title->cup);
}

/* ---- what the rules leave open ------------------------------------------------------- */

static int ask_for(const struct season *season, const char *section, const char *key,
		   struct err *err)
{
	return err_set(err, -EINVAL,
		       "rules %s: \"%s\" of [%s] is not established: write it under "
		       "[points %s] in the season file",
		       season->rules.name, key, section, section);
}

static bool any_guest(const struct season *season, const struct season_query *query)
{
	for (unsigned r = 0; r < season_rounds_of(season, query); r++)
		for (unsigned i = 0; season->rounds[r] && i < season->rounds[r]->count;
		     i++)
			if (season->rounds[r]->results[i].guest)
				return true;
	return false;
}

static bool any_stopped(const struct season *season, const struct season_query *query)
{
	for (unsigned r = 0; r < season_rounds_of(season, query); r++) {
		const struct season_round *round = season->rounds[r];
		if (round && round->factor < 0 &&
		    (round->run != DURATION_NONE || round->distance_pm > 0))
			return true;
	}
	return false;
}

/* True when the table cannot be made without the value. */
static bool value_matters(const struct season *season, const struct season_query *query,
			  enum points_value value)
{
	const struct points_title *title = &season->rules.titles[query->title];
	if (value == POINTS_GUESTS)
		return any_guest(season, query);
	if (title->cup[0])
		return value == POINTS_DRIVER_MINIMUM && title->kind == TITLE_DRIVERS;
	switch ((int)value) {
	case POINTS_CLASSIFIED:
	case POINTS_START:
	case POINTS_FASTEST_LAP:
	case POINTS_POLE:
	case POINTS_QUALIFYING:
	case POINTS_SMALL_CARS:
	case POINTS_DROPS:
		return true;
	case POINTS_POLE_TO:
		return season->rules.said[POINTS_POLE] == SAID;
	case POINTS_QUALIFYING_TO:
		return season->rules.said[POINTS_QUALIFYING] == SAID;
	case POINTS_MOST_LAPS:
	case POINTS_DRIVER_MINIMUM:
		return title->kind == TITLE_DRIVERS;
	case POINTS_HALF_BELOW:
		return any_stopped(season, query);
	default:
		return false;
	}
}

static int check_values(const struct season *season, const struct season_query *query,
			struct err *err)
{
	const struct points_rules *rules = &season->rules;
	for (unsigned i = 0; i < POINTS_VALUE_COUNT; i++)
		if ((rules->said[i] == SAID_UNKNOWN ||
		     (i == POINTS_GUESTS && rules->said[i] == SAID_NOTHING)) &&
		    value_matters(season, query, (enum points_value)i))
			return ask_for(season,
				       points_value_section((enum points_value)i),
				       points_value_key((enum points_value)i), err);
	return 0;
}

static int check_title(const struct season *season, const struct points_title *title,
		       struct err *err)
{
	char section[POINTS_NAME_MAX + 8];
	text_format(section, sizeof(section), "title %s", title->name);
	if (title->places_said != SAID)
		return ask_for(season, section, "places", err);
	if (title->cars_said == SAID_UNKNOWN && !title->each_car)
		return ask_for(season, section, "cars", err);
	return 0;
}

static unsigned cars_of_query(const struct season *season,
			      const struct season_query *query,
			      const struct season_round *round)
{
	unsigned cars = 0;
	bool joint = season->rules.titles[query->title].joint != 0;
	for (unsigned i = 0; i < round->count; i++)
		cars += joint || round->results[i].class_index == query->class_index;
	return cars;
}

static int check_scale(const struct season *season, const struct season_query *query,
		       const struct season_round *round, struct err *err)
{
	const struct points_rules *rules = &season->rules;
	const struct points_scale *scale = season_scale_of(rules, round);
	char section[POINTS_CLASS_MAX + 8], length[TIME_TEXT_MAX];
	if (scale) {
		bool beyond = scale->count > 0;
		if (beyond && (scale->beyond_said != SAID_UNKNOWN ||
			       cars_of_query(season, query, round) <= scale->count))
			return 0;
		text_format(section, sizeof(section), "scale %s", scale->name);
		return ask_for(season, section, beyond ? "beyond" : "points", err);
	}
	format_duration(length, round->length.us, TIME_SPAN);
	return err_set(err, -EINVAL,
		       "rules %s have no scale for a race of %s: write \"scale = "
		       "NAME\" under the round \"%s\" in the season file",
		       rules->name, round->length.us > 0 ? length : "unknown length",
		       round->name);
}

/* What half points of a stopped race depend on; NULL: all of it is there. */
static const char *stopped_lacks(const struct points_rules *rules,
				 const struct season_round *round)
{
	bool by_time = round->run != DURATION_NONE, by_share = round->distance_pm > 0;
	uint32_t laps = round->run == 0 ? 1 : round->laps;
	if (rules->said[POINTS_HALF_BELOW] != SAID || round->factor >= 0 ||
	    !(by_time || by_share))
		return NULL;
	if (rules->half_distance ? !by_share : !by_time)
		return rules->half_distance ? "distance = 55%" : "run = 2:10:00";
	if (!rules->half_distance && round->length.us <= 0)
		return "length = 6h";
	for (unsigned i = 0; i < round->count; i++)
		laps |= round->results[i].laps;
	return rules->said[POINTS_HALF_LAPS] == SAID && laps == 0 ? "laps = 12" : NULL;
}

static int check_stopped(const struct season *season, const struct season_round *round,
			 struct err *err)
{
	const char *lacks = stopped_lacks(&season->rules, round);
	if (!lacks)
		return 0;
	return err_set(
		err, -EINVAL,
		"round \"%s\" was stopped, and what rules %s need for its points "
		"is not known: write \"%s\" under it, or \"factor\"",
		round->name, season->rules.name, lacks);
}

static int check_rounds(const struct season *season, const struct season_query *query,
			struct err *err)
{
	const struct points_rules *rules = &season->rules;
	const struct points_title *title = &rules->titles[query->title];
	for (unsigned r = 0; r < season_rounds_of(season, query); r++) {
		const struct season_round *round = season->rounds[r];
		if (!round || !round->held)
			continue;
		int failed = title->cup[0] ? 0 : check_scale(season, query, round, err);
		if (!failed && !title->cup[0])
			failed = check_stopped(season, round, err);
		if (failed)
			return failed;
		const struct points_segments *segments =
			season_segments_of(season, title, round);
		char section[POINTS_NAME_MAX + 16];
		if (!segments || segments->scale.count > 0)
			continue;
		text_format(section, sizeof(section), "segments %s", segments->name);
		return ask_for(season, section, "points", err);
	}
	return 0;
}

/* ---- sums and drops ------------------------------------------------------------------- */

struct totals {
	struct season_table *table;
	bool apart;                        /* a row for each driver and team */
	uint8_t no_race;                   /* the race of this round is left out */
	uint16_t row_of[SEASON_NAMES_MAX]; /* 1 + row; 0: none */
};

static struct season_standing *totals_row(struct totals *totals, uint16_t name,
					  uint16_t team, bool add)
{
	struct season_table *table = totals->table;
	if (name >= SEASON_NAMES_MAX)
		return NULL;
	unsigned at = totals->row_of[name];
	if (at > 0 && (!totals->apart || table->rows[at - 1].team == team))
		return &table->rows[at - 1];
	for (unsigned i = 0; at > 0 && i < table->count; i++)
		if (table->rows[i].name == name && table->rows[i].team == team)
			return &table->rows[i];
	if (!add)
		return NULL;
	if (table->count == SEASON_ROWS_MAX) {
		table->unplaced = 1;
		return NULL;
	}
	struct season_standing *row = &table->rows[table->count++];
	memset(row, 0, sizeof(*row));
	row->name = name;
	row->team = team;
	row->car = SEASON_NONE;
	totals->row_of[name] = table->count;
	return row;
}

static bool is_of_race(const struct season_reason *reason)
{
	return reason->kind == REASON_RACE || reason->kind == REASON_SMALL_CLASS;
}

static void totals_award(void *context, uint16_t name, uint16_t team,
			 const struct season_reason *reason)
{
	struct totals *totals = context;
	bool guest = reason->kind == REASON_GUEST || reason->kind == REASON_PRIVATE;
	struct season_standing *row = totals_row(totals, name, team, !guest);
	if (!row)
		return;
	uint32_t bit = UINT32_C(1) << reason->round;
	if (!(row->scored & bit))
		row->car = reason->car;
	else if (row->car != reason->car)
		row->car = SEASON_NONE;
	row->scored |= bit;
	if (is_of_race(reason) && reason->round == totals->no_race)
		return;
	if (reason->kind == REASON_GIVEN)
		row->given = points_add(row->given, reason->points);
	else
		row->by_round[reason->round] =
			points_add(row->by_round[reason->round], reason->points);
	totals->table->known = points_less_certain(totals->table->known, reason->known);
	if (!is_of_race(reason) || reason->place == 0)
		return;
	if (reason->place <= SEASON_TIES_MAX &&
	    row->times[reason->place - 1] < UINT8_MAX)
		row->times[reason->place - 1]++;
	uint8_t *best = &row->best[reason->round];
	if (*best == 0 || reason->place < *best)
		*best = (uint8_t)(reason->place < UINT8_MAX ? reason->place
							    : UINT8_MAX);
}

static unsigned drops_of(const struct points_rules *rules, unsigned held,
			 unsigned planned)
{
	unsigned drop = rules->drop;
	if (rules->said[POINTS_DROPS] != SAID || held == 0)
		return 0;
	if (rules->drop_keeps)
		return held > drop ? held - drop : 0;
	if (rules->drop_of_held)
		return drop < held ? drop : held - 1;
	unsigned keeps = planned > drop ? planned - drop : 1;
	return held > keeps ? held - keeps : 0;
}

static void drop_worst(struct season_standing *row, uint32_t held, unsigned drops)
{
	for (; drops > 0; drops--) {
		unsigned worst = SEASON_ROUNDS_MAX;
		for (unsigned r = 0; r < SEASON_ROUNDS_MAX; r++) {
			bool counts = (held >> r & 1) != 0 && !(row->dropped >> r & 1);
			if (counts && (worst == SEASON_ROUNDS_MAX ||
				       row->by_round[r] < row->by_round[worst]))
				worst = r;
		}
		if (worst == SEASON_ROUNDS_MAX)
			return;
		row->dropped |= UINT32_C(1) << worst;
	}
}

uint32_t season_held(const struct season *season, const struct season_query *query)
{
	uint32_t held = 0;
	for (unsigned r = 0; r < season_rounds_of(season, query); r++)
		if (season->rounds[r] && season->rounds[r]->held)
			held |= UINT32_C(1) << r;
	return held;
}

static unsigned rounds_in(uint32_t held)
{
	unsigned count = 0;
	for (; held; held &= held - 1)
		count++;
	return count;
}

void season_row_total(const struct season *season, const struct season_query *query,
		      uint32_t held, struct season_standing *row)
{
	bool cup = season->rules.titles[query->title].cup[0] != '\0';
	row->dropped = 0;
	if (!cup)
		drop_worst(
			row, held,
			drops_of(&season->rules, rounds_in(held), season->round_count));
	row->points = row->given;
	for (unsigned r = 0; r < SEASON_ROUNDS_MAX; r++)
		if (!(row->dropped >> r & 1))
			row->points = points_add(row->points, row->by_round[r]);
}

static int totals_make(const struct season *season, const struct season_query *query,
		       bool base, struct season_table *out, struct err *err)
{
	const struct points_title *title = &season->rules.titles[query->title];
	int failed = check_title(season, title, err);
	if (!failed)
		failed = check_values(season, query, err);
	if (!failed)
		failed = check_rounds(season, query, err);
	if (failed)
		return failed;
	struct totals totals = {
		.table = out,
		.apart = season->rules.new_team_apart && title->kind == TITLE_DRIVERS,
		.no_race = SEASON_ROUNDS_MAX,
	};
	struct season_sink sink = {totals_award, &totals};
	uint32_t held = season_held(season, query);
	for (unsigned r = 0; base && r < SEASON_ROUNDS_MAX; r++)
		if (held >> r & 1)
			totals.no_race = (uint8_t)r;
	out->count = 0;
	out->unplaced = 0;
	out->known = title->known;
	for (unsigned r = 0; r < SEASON_ROUNDS_MAX; r++)
		if (held >> r & 1)
			season_round_score(season, query, season->rounds[r], r, &sink);
	out->rounds = (uint8_t)(season->round_count - rounds_in(held));
	for (unsigned i = 0; i < out->count; i++)
		season_row_total(season, query, held, &out->rows[i]);
	return 0;
}

int season_standings(const struct season *season, const struct season_query *query,
		     struct season_table *out, struct err *err)
{
	int failed = totals_make(season, query, false, out, err);
	if (!failed)
		season_rank(season, out);
	return failed;
}

int season_base(const struct season *season, const struct season_query *query,
		struct season_table *out, struct err *err)
{
	return totals_make(season, query, true, out, err);
}

int season_row_of(const struct season_table *table, uint16_t name, uint16_t team)
{
	for (unsigned i = 0; i < table->count; i++)
		if (table->rows[i].name == name && table->rows[i].team == team)
			return (int)i;
	return -1;
}
