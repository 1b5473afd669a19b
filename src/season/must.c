/*
 * must.c -- what must happen in the last round for a name to be champion
 *
 *  (1) A name scores with one car, so its points depend on the place of that car alone, and
 *      whether a rival is ahead depends on two places. All pairs of places are tried.
 *  (2) A worse place never helps a rival. So for each own place there is one place of each
 *      rival from which on it is beaten.
 *  (3) Neighbouring own places with the same conditions are one case.
 */
#include "score.h"

/* A name with the points it would have at each place of its car. */
struct must_name {
	const struct season_standing *row;
	struct season_race race;
	unsigned car;  /* of the results */
	unsigned cars; /* that it has in the round */
	uint8_t field; /* among which it is placed: the class; 0: all cars */
	bool races;    /* it has a car in the round */
};

struct must_search {
	const struct season *season;
	const struct season_query *query;
	const struct season_round *round;
	unsigned index; /* of the round */
	uint32_t held;
	struct must_name own, rival;
	struct season_race race; /* of the class used last */
	uint8_t of_class;
	bool several; /* a name scores with several cars */
};

/* ---- the car of a name ----------------------------------------------------------------- */

static void must_find_car(struct must_search *search, const struct season_standing *row,
			  struct must_name *out)
{
	const struct points_title *title =
		&search->season->rules.titles[search->query->title];
	bool overall = title->places == PLACES_OVERALL;
	*out = (struct must_name){.row = row};
	for (unsigned i = 0; i < search->round->count; i++) {
		const struct season_result *result = &search->round->results[i];
		if (result->class_index >= SEASON_CLASSES_MAX ||
		    !season_result_is_of(search->season, search->query, result, row))
			continue;
		if (search->of_class != result->class_index)
			season_race_points(search->season, search->query, search->round,
					   result->class_index, &search->race);
		search->of_class = result->class_index;
		if (!search->race.can[i])
			continue;
		out->races = true;
		out->cars++;
		out->race = search->race;
		out->car = i;
		out->field = overall ? 0 : (uint8_t)(result->class_index + 1);
	}
	/* Of the cars of a team or make only the best one matters where only one scores. */
	bool best_only = title->kind != TITLE_DRIVERS && title->cars == 1;
	search->several |= out->cars > 1 && !best_only;
}

/* ---- a name at a place ----------------------------------------------------------------- */

/* @place 0: not classified. */
static struct season_standing at_place(const struct must_search *search,
				       const struct must_name *name, unsigned place)
{
	struct season_standing row = *name->row;
	if (name->races) {
		row.by_round[search->index] = points_add(row.by_round[search->index],
							 name->race.points[place]);
		if (place > 0 && place <= SEASON_TIES_MAX)
			row.times[place - 1]++;
	}
	season_row_total(search->season, search->query, search->held, &row);
	return row;
}

/* ---- conditions ------------------------------------------------------------------------ */

/* Places that a name can have: 1 to N, then 0 unless all that start have a place. */
static unsigned places_of(const struct must_name *name)
{
	unsigned cars = name->race.cars;
	return cars < MUST_PLACES_MAX ? cars : MUST_PLACES_MAX;
}

enum { RIVAL_ANY = 0xfe, RIVAL_ALWAYS_AHEAD = 0xff };

/* The place of the rival from which on it is behind @own; 0: only when it is not classified;
 * RIVAL_ANY, RIVAL_ALWAYS_AHEAD. */
static uint8_t place_needed(const struct must_search *search,
			    const struct season_standing *own, unsigned own_place,
			    const struct season_standing *rivals)
{
	const struct must_name *rival = &search->rival;
	const struct season *season = search->season;
	bool drivers = season->rules.titles[search->query->title].kind == TITLE_DRIVERS;
	bool same_car = drivers && season_is_crew(rival->row, search->own.row);
	if (rival->races || search->own.races)
		same_car = rival->races && search->own.races &&
			   rival->car == search->own.car;
	if (same_car)
		return season_is_ahead(season, &rivals[own_place], own)
			       ? RIVAL_ALWAYS_AHEAD
			       : RIVAL_ANY;
	if (!rival->races)
		return season_is_ahead(season, own, &rivals[0]) ? RIVAL_ANY
								: RIVAL_ALWAYS_AHEAD;
	unsigned last = places_of(rival), needed = last + 1;
	/* Cars of one field have different places. */
	unsigned taken = rival->field == search->own.field ? own_place : 0;
	for (unsigned q = last; q > 0; q--) {
		if (q == taken)
			continue;
		if (!season_is_ahead(season, own, &rivals[q]))
			break;
		needed = q;
	}
	unsigned first = taken == 1 ? 2 : 1;
	if (needed <= first)
		return RIVAL_ANY;
	if (needed <= last)
		return (uint8_t)needed;
	if (rival->race.all || !season_is_ahead(season, own, &rivals[0]))
		return RIVAL_ALWAYS_AHEAD;
	return 0;
}

/* By which people know a name: its car, where it has one. */
static uint16_t shown_car(const struct must_search *search,
			  const struct must_name *name)
{
	const struct points_title *title =
		&search->season->rules.titles[search->query->title];
	return title->kind == TITLE_MAKES || name->cars != 1
		       ? SEASON_NONE
		       : search->round->results[name->car].car;
}

/* ---- several cars of a name --------------------------------------------------------------- */

/* The row with the most points that its cars can have in the race, or the fewest. */
static struct season_standing must_bound(const struct must_search *search,
					 const struct must_name *name, bool most)
{
	struct season_standing row = *name->row;
	const struct points_title *title =
		&search->season->rules.titles[search->query->title];
	unsigned cars = name->cars, all = name->races ? places_of(name) : 0;
	if (title->cars > 0 && !title->each_car && cars > title->cars)
		cars = title->cars;
	for (unsigned i = 0; i < cars && i < all; i++) {
		unsigned place = most ? i + 1 : name->race.all ? all - i : 0;
		row.by_round[search->index] = points_add(row.by_round[search->index],
							 name->race.points[place]);
	}
	season_row_total(search->season, search->query, search->held, &row);
	return row;
}

/* Decided for the name of @row, or against it; -1: neither. */
static int must_decided(struct must_search *search, const struct season_table *base,
			unsigned row, struct season_must *out, unsigned max)
{
	struct season_standing least = must_bound(search, &search->own, false);
	struct season_standing most = must_bound(search, &search->own, true);
	bool always = max > 0;
	for (unsigned i = 0; i < base->count; i++) {
		if (i == row)
			continue;
		must_find_car(search, &base->rows[i], &search->rival);
		if (must_bound(search, &search->rival, false).points > most.points)
			return 0;
		always &=
			must_bound(search, &search->rival, true).points < least.points;
	}
	if (!always)
		return -1;
	memset(out, 0, sizeof(*out));
	out->car = shown_car(search, &search->own);
	return 1;
}

/* ---- cases -------------------------------------------------------------------------------- */

struct must_case {
	struct season_must must;
	bool never;
};

struct must_limit {
	uint8_t place; /* this or worse; 0: not classified */
	bool apart;
};

/* Drivers of one car have one condition: the hardest. */
static void add_condition(struct season_must *must, uint16_t name, uint16_t car,
			  struct must_limit limit)
{
	uint8_t place = limit.place;
	for (unsigned i = 0; i < must->rivals; i++) {
		if (must->rival[i].car != car || car == SEASON_NONE)
			continue;
		if (place == 0 ||
		    (must->rival[i].place && place > must->rival[i].place))
			must->rival[i].place = place;
		return;
	}
	if (must->rivals == MUST_RIVALS_MAX) {
		must->more = 1;
		return;
	}
	must->rival[must->rivals].name = name;
	must->rival[must->rivals].car = car;
	must->rival[must->rivals].apart = limit.apart;
	must->rival[must->rivals++].place = place;
}

/* Add the condition of one rival to the case of each own place. */
static void add_rival(struct must_search *search, const struct season_standing *own,
		      struct must_case *cases)
{
	struct season_standing rivals[MUST_PLACES_MAX + 1];
	const struct must_name *rival = &search->rival;
	unsigned last = rival->races ? places_of(rival) : 0;
	for (unsigned q = 0; q <= last; q++)
		rivals[q] = at_place(search, rival, q);
	unsigned own_last = search->own.races ? places_of(&search->own) : 0;
	for (unsigned p = 0; p <= own_last; p++) {
		struct season_must *must = &cases[p].must;
		uint8_t needed = place_needed(search, &own[p], p, rivals);
		if (needed == RIVAL_ALWAYS_AHEAD)
			cases[p].never = true;
		if (needed >= RIVAL_ANY)
			continue;
		struct must_limit limit = {needed, rival->field != search->own.field};
		add_condition(must, rival->row->name, shown_car(search, rival), limit);
	}
}

/* False: other cars must fill the places ahead of @place, and too few of them may. */
static bool can_happen(const struct season_must *must, unsigned place, unsigned cars)
{
	for (unsigned t = 1; t < place; t++) {
		unsigned may = cars - 1;
		for (unsigned i = 0; i < must->rivals; i++)
			may -= !must->rival[i].apart &&
			       (must->rival[i].place == 0 || must->rival[i].place > t);
		if (may < t)
			return false;
	}
	return true;
}

static bool same_conditions(const struct season_must *a, const struct season_must *b)
{
	if (a->rivals != b->rivals || a->more != b->more)
		return false;
	for (unsigned i = 0; i < a->rivals; i++)
		if ((a->rival[i].name != b->rival[i].name &&
		     (a->rival[i].car != b->rival[i].car ||
		      a->rival[i].car == SEASON_NONE)) ||
		    a->rival[i].place != b->rival[i].place)
			return false;
	return true;
}

static unsigned join_cases(const struct must_search *search, struct must_case *cases,
			   struct season_must *out, unsigned max)
{
	unsigned last = search->own.races ? places_of(&search->own) : 0, n = 0;
	bool unplaced = !search->own.races || !search->own.race.all, open = false;
	for (unsigned k = 1; k <= last + 1; k++) {
		unsigned p = k <= last ? k : 0;
		if (p == 0 && !unplaced)
			break;
		bool fits = !cases[p].never && can_happen(&cases[p].must, p, last);
		if (fits && open && same_conditions(&cases[p].must, &out[n - 1])) {
			out[n - 1].to = (uint8_t)(p ? p : out[n - 1].to);
			out[n - 1].out = p == 0;
			continue;
		}
		open = fits && n < max;
		if (!open)
			continue;
		out[n] = cases[p].must;
		out[n].car = shown_car(search, &search->own);
		out[n].from = out[n].to = (uint8_t)p;
		out[n++].out = p == 0;
	}
	/* One case for every place says nothing of the place. */
	if (n == 1 && out[0].from <= 1 &&
	    (out[0].out || (!unplaced && out[0].to == last)))
		out[0].from = out[0].to = out[0].out = 0;
	return n;
}

int season_must(const struct season *season, const struct season_query *query,
		const struct season_table *base, unsigned row, struct season_must *out,
		unsigned max)
{
	struct must_search search = {
		.season = season, .query = query, .of_class = SEASON_CLASSES_MAX};
	struct must_case cases[MUST_PLACES_MAX + 1];
	struct season_standing own[MUST_PLACES_MAX + 1];
	search.held = season_held(season, query);
	search.index = season->round_count - 1u;
	if (season->round_count == 0 || row >= base->count ||
	    season_rounds_of(season, query) < season->round_count ||
	    search.held != (UINT32_MAX >> (SEASON_ROUNDS_MAX - season->round_count)))
		return -1;
	search.round = season->rounds[search.index];
	must_find_car(&search, &base->rows[row], &search.own);
	unsigned last = search.own.races ? places_of(&search.own) : 0;
	memset(cases, 0, sizeof(cases));
	for (unsigned p = 0; p <= last; p++)
		own[p] = at_place(&search, &search.own, p);
	for (unsigned i = 0; i < base->count; i++) {
		if (i == row)
			continue;
		must_find_car(&search, &base->rows[i], &search.rival);
		add_rival(&search, own, cases);
	}
	if (search.several)
		return must_decided(&search, base, row, out, max);
	return (int)join_cases(&search, cases, out, max);
}

/* ---- sentences ------------------------------------------------------------------------- */

static size_t must_place(char *buf, size_t cap, unsigned place)
{
	return text_format(buf, cap, "%u%s", place, season_ordinal(place));
}

static size_t own_places(const struct season_must *must, char *buf, size_t cap)
{
	char from[12], to[12];
	must_place(from, sizeof(from), must->from);
	must_place(to, sizeof(to), must->to);
	if (must->from == 0 && must->to == 0 && !must->out)
		return 0;
	if (must->from == 0)
		return text_format(buf, cap, " without a place");
	if (must->out)
		return text_format(buf, cap, " with %s or worse", from);
	if (must->from == must->to)
		return text_format(buf, cap, " with %s", from);
	if (must->from == 1)
		return text_format(buf, cap, " with %s or better", to);
	return text_format(buf, cap, " with %s to %s", from, to);
}

static size_t must_name_text(const struct season *season, uint16_t name, uint16_t car,
			     char *buf, size_t cap)
{
	return text_format(buf, cap, "%s%s", car == SEASON_NONE ? "" : "#",
			   season_name_text(season, car == SEASON_NONE ? name : car));
}

/* Rivals that must do the same, from the first of them: "#2, #3 and #4 are 3rd or worse".
 * Returns the length; 0: it was written with an earlier rival. */
static size_t must_group_text(const struct season *season,
			      const struct season_must *must, unsigned first, char *buf,
			      size_t cap)
{
	unsigned place = must->rival[first].place, same = 0, named = 0;
	char words[12];
	size_t n;
	for (unsigned i = 0; i < must->rivals; i++) {
		same += must->rival[i].place == place;
		if (i < first && must->rival[i].place == place)
			return 0;
	}
	n = text_format(buf, cap, "%s", first ? " and " : " if ");
	for (unsigned i = first; i < must->rivals; i++) {
		if (must->rival[i].place != place)
			continue;
		if (named > 0)
			n += text_format(buf + n, cap - n, "%s",
					 named + 1 == same ? " and " : ", ");
		named++;
		n += must_name_text(season, must->rival[i].name, must->rival[i].car,
				    buf + n, cap - n);
	}
	must_place(words, sizeof(words), place);
	return n + text_format(buf + n, cap - n, " %s %s%s", same > 1 ? "are" : "is",
			       place ? words : "not classified",
			       place ? " or worse" : "");
}

size_t season_must_text(const struct season *season, const struct season_standing *row,
			const struct season_must *must, char *buf, size_t cap)
{
	size_t n = must_name_text(season, row->name, must->car, buf, cap);
	n += text_format(buf + n, cap - n, " is champion");
	n += own_places(must, buf + n, cap - n);
	for (unsigned i = 0; i < must->rivals; i++)
		n += must_group_text(season, must, i, buf + n, cap - n);
	if (must->more)
		n += text_format(buf + n, cap - n, " and others are behind");
	return n;
}
