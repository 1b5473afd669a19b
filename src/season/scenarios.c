/*
 * scenarios.c -- the last round in many orders: expected points, and who is first
 *
 *  (1) A draw gives each class an order: the first with the weights of the forecast, the second
 *      with those of the cars that are left, and so on. Each car retires with the chance that
 *      it does not take the flag.
 *  (2) Draws are no random numbers: of each car they are spread evenly over (0, 1), each in
 *      an order of its own.
 *  (3) Where places are counted over classes, the cars of a class share the places that its
 *      cars have now.
 */
#include "score.h"

#include <math.h>

#include "pitwall/forecast.h"

/* ---- (1) (2) orders ---------------------------------------------------------------------- */

enum { SPREAD_STEPS = 4 };

/* A permutation of the draws: steps that each lead from different numbers to different ones. */
struct draw_spread {
	uint32_t factor[SPREAD_STEPS], offset[SPREAD_STEPS];
};

static void spread_begin(struct draw_spread *spread, unsigned stream)
{
	uint64_t seed = stream;
	for (unsigned i = 0; i < SPREAD_STEPS; i++) {
		uint64_t key = random_next(&seed);
		spread->factor[i] = (uint32_t)key | 1u;
		spread->offset[i] = (uint32_t)(key >> 32);
	}
}

/* A number of (0, 1). */
static double spread_of(const struct draw_spread *spread, unsigned draw)
{
	uint32_t x = draw;
	for (unsigned i = 0; i < SPREAD_STEPS; i++) {
		x = (x * spread->factor[i] + spread->offset[i]) % SEASON_DRAWS;
		x ^= x >> 4;
	}
	return (x + 0.5) / SEASON_DRAWS;
}

struct order_draw {
	const struct season_round *round;
	const struct season_odds *odds;
	struct draw_spread place[RACE_CARS_MAX],
		flag[RACE_CARS_MAX]; /* by result, as below */
	double key[RACE_CARS_MAX];   /* smaller is ahead */
	bool out[RACE_CARS_MAX];     /* it retires */
};

static bool drawn_before(const struct order_draw *drawing, unsigned a, unsigned b)
{
	if (drawing->out[a] != drawing->out[b])
		return !drawing->out[a];
	if (drawing->key[a] != drawing->key[b])
		return drawing->key[a] < drawing->key[b];
	return a < b;
}

static void draw_odds(struct order_draw *drawing, unsigned draw)
{
	for (unsigned i = 0; i < drawing->round->count; i++) {
		const struct season_odds *odds = &drawing->odds[i];
		double flag = odds->p_flag / (double)FORECAST_ONE;
		drawing->out[i] = spread_of(&drawing->flag[i], draw) >= flag;
		/* The chance to win includes that to take the flag. Without one: as now. */
		drawing->key[i] = odds->p_class_win > 0 && odds->p_flag > 0
					  ? -log(spread_of(&drawing->place[i], draw)) *
						    flag / odds->p_class_win
					  : 1e9 + drawing->round->results[i].place;
	}
}

/* Rows of the results, class by class, in the order they have now. */
static void draw_classes(const struct season_round *round, struct season_draws *out)
{
	unsigned n = 0;
	for (unsigned c = 0; c < SEASON_CLASSES_MAX; c++) {
		out->first[c] = (uint16_t)n;
		for (unsigned i = 0; i < round->count; i++) {
			const struct season_result *result = &round->results[i];
			if (result->class_index == c && result->status != STATUS_DNS &&
			    result->status != STATUS_DSQ)
				out->order[0][n++] = (uint8_t)i;
		}
	}
	out->first[SEASON_CLASSES_MAX] = (uint16_t)n;
}

void season_draw(const struct season_round *round, const struct season_odds *odds,
		 struct season_draws *out)
{
	struct order_draw drawing = {.round = round, .odds = odds};
	for (unsigned i = 0; i < round->count; i++) {
		spread_begin(&drawing.place[i], 2 * i);
		spread_begin(&drawing.flag[i], 2 * i + 1);
	}
	out->count = SEASON_DRAWS;
	draw_classes(round, out);
	for (unsigned d = 0; d < SEASON_DRAWS; d++) {
		uint8_t *order = out->order[d];
		draw_odds(&drawing, d);
		/* The order of the draw before is a good one to begin with. */
		if (d > 0)
			memcpy(order, out->order[d - 1],
			       out->first[SEASON_CLASSES_MAX]);
		for (unsigned c = 0; c < SEASON_CLASSES_MAX; c++) {
			unsigned from = out->first[c], to = out->first[c + 1];
			unsigned classified = 0;
			for (unsigned i = from; i < to; i++) {
				uint8_t row = order[i];
				unsigned at = i;
				for (; at > from &&
				       drawn_before(&drawing, row, order[at - 1]);
				     at--)
					order[at] = order[at - 1];
				order[at] = row;
				classified += !drawing.out[row];
			}
			out->classified[d][c] = (uint8_t)classified;
		}
	}
}

/* ---- points of a draw ------------------------------------------------------------------- */

/* Cars of one name: as rows of results. */
enum { SCENARIO_CARS_MAX = 6 };
struct scenario_name {
	uint8_t cars[SCENARIO_CARS_MAX];
	uint8_t count;
};

struct scenario {
	const struct season *season;
	const struct season_query *query;
	const struct season_table *base;
	const struct season_draws *draws;
	const struct season_round *round;
	const struct points_title *title;
	unsigned index; /* of the round */
	uint32_t held;
	bool drops;
	struct season_race races[SEASON_CLASSES_MAX]; /* of the classes of the table */
	bool of_table[SEASON_CLASSES_MAX];
	uint8_t slots[RACE_CARS_MAX]; /* (3): class of the place in the field */
	uint16_t slot_count;
	/* Of one draw, by result. */
	int32_t points[RACE_CARS_MAX];
	uint8_t place[RACE_CARS_MAX];
	struct scenario_name names[SEASON_ROWS_MAX];
	int32_t totals[SEASON_ROWS_MAX];
	int64_t sums[SEASON_ROWS_MAX];
	uint32_t shares[SEASON_ROWS_MAX];
};

static bool scenario_is_home(const struct scenario *s, unsigned a, unsigned b)
{
	const struct season_result *at = s->round->results;
	return s->title->kind == TITLE_MAKES ? at[a].make == at[b].make
					     : at[a].team == at[b].team;
}

/* True when the best cars of the team or make of @row are placed already. */
static bool scenario_is_other(const struct scenario *s, const uint8_t *placed,
			      unsigned count, unsigned row)
{
	unsigned ahead = 0;
	if (s->title->places != PLACES_TITLE || s->title->cars == 0)
		return false;
	for (unsigned i = 0; i < count; i++)
		ahead += scenario_is_home(s, placed[i], row);
	return ahead >= s->title->cars;
}

static void give_place(struct scenario *s, unsigned row, unsigned place)
{
	const struct season_race *race = &s->races[s->round->results[row].class_index];
	unsigned at = place < POINTS_PLACES_MAX ? place : POINTS_PLACES_MAX;
	if (!race->can[row])
		return;
	s->place[row] = (uint8_t)(place < UINT8_MAX ? place : UINT8_MAX);
	s->points[row] = race->points[at];
}

/* Places of class @c in draw @d. */
static void place_class(struct scenario *s, unsigned d, unsigned c)
{
	const struct season_draws *draws = s->draws;
	const struct season_race *race = &s->races[c];
	uint8_t placed[RACE_CARS_MAX];
	unsigned from = draws->first[c], to = draws->first[c + 1], seen = 0, count = 0;
	if (!race->all)
		to = from + draws->classified[d][c];
	for (unsigned i = from; i < to; i++) {
		unsigned row = draws->order[d][i];
		if (!race->seen[row] || scenario_is_other(s, placed, count, row))
			continue;
		if (race->can[row])
			placed[count++] = (uint8_t)row;
		give_place(s, row, ++seen);
	}
}

/* Places in the whole field: each place goes to the next car of the class that has it now. */
static void place_field(struct scenario *s, unsigned d)
{
	const struct season_draws *draws = s->draws;
	uint8_t next[SEASON_CLASSES_MAX] = {0};
	unsigned seen = 0;
	for (unsigned i = 0; i < s->slot_count; i++) {
		unsigned c = s->slots[i], k = next[c]++;
		unsigned row = draws->order[d][draws->first[c] + k];
		const struct season_race *race = &s->races[c];
		if ((k < draws->classified[d][c] || race->all) && race->seen[row])
			give_place(s, row, ++seen);
	}
}

static void score_draw(struct scenario *s, unsigned d)
{
	memset(s->points, 0, sizeof(s->points));
	memset(s->place, 0, sizeof(s->place));
	if (s->title->places == PLACES_OVERALL) {
		place_field(s, d);
		return;
	}
	for (unsigned c = 0; c < SEASON_CLASSES_MAX; c++)
		if (s->of_table[c])
			place_class(s, d, c);
}

/* Cars of a name that score, in @cars: the best ones of a team or make, the best of a
 * driver. Returns how many. */
static unsigned scoring_cars(const struct scenario *s, const struct scenario_name *name,
			     uint8_t *cars)
{
	unsigned count = 0, most = SCENARIO_CARS_MAX;
	if (s->title->kind == TITLE_DRIVERS && !s->season->rules.both_cars)
		most = 1;
	else if (s->title->cars > 0 && !s->title->each_car)
		most = s->title->cars;
	for (unsigned i = 0; i < name->count; i++) {
		unsigned row = name->cars[i], at = count;
		if (s->place[row] == 0)
			continue;
		while (at > 0 && (s->points[row] > s->points[cars[at - 1]] ||
				  (s->points[row] == s->points[cars[at - 1]] &&
				   s->place[row] < s->place[cars[at - 1]])))
			at--;
		if (at >= most)
			continue;
		count += count < most && count < SCENARIO_CARS_MAX;
		for (unsigned k = count - 1; k > at; k--)
			cars[k] = cars[k - 1];
		cars[at] = (uint8_t)row;
	}
	return count;
}

/* The row of a name with the points of the draw. */
static struct season_standing scenario_row(const struct scenario *s, unsigned i)
{
	struct season_standing row = s->base->rows[i];
	uint8_t cars[SCENARIO_CARS_MAX];
	unsigned count = scoring_cars(s, &s->names[i], cars);
	for (unsigned k = 0; k < count; k++) {
		unsigned place = s->place[cars[k]];
		row.by_round[s->index] =
			points_add(row.by_round[s->index], s->points[cars[k]]);
		if (place <= SEASON_TIES_MAX)
			row.times[place - 1]++;
	}
	season_row_total(s->season, s->query, s->held, &row);
	return row;
}

static void total_draw(struct scenario *s)
{
	uint8_t cars[SCENARIO_CARS_MAX];
	for (unsigned i = 0; i < s->base->count; i++) {
		const struct scenario_name *name = &s->names[i];
		int32_t total = s->base->rows[i].points;
		if (s->drops) {
			total = scenario_row(s, i).points;
		} else if (name->count == 1) {
			total = points_add(total, s->points[name->cars[0]]);
		} else if (name->count > 1) {
			unsigned count = scoring_cars(s, name, cars);
			for (unsigned k = 0; k < count; k++)
				total = points_add(total, s->points[cars[k]]);
		}
		s->totals[i] = total;
		s->sums[i] += total;
	}
}

/* ---- who is first ----------------------------------------------------------------------- */

enum { SCENARIO_SHARES = 5040, SCENARIO_TIED_MAX = 10 };

/* The crews that are first in the draw share it. */
static void first_of_draw(struct scenario *s, const struct season_chance *out)
{
	struct season_standing best, row;
	uint16_t tied[SCENARIO_TIED_MAX];
	unsigned count = 0;
	int32_t most = INT32_MIN;
	for (unsigned i = 0; i < s->base->count; i++)
		if (s->totals[i] > most)
			most = s->totals[i];
	for (unsigned i = 0; i < s->base->count; i++) {
		if (s->totals[i] != most || out[i].crew != i)
			continue;
		row = scenario_row(s, i);
		if (count > 0 && season_is_ahead(s->season, &best, &row))
			continue;
		if (count == 0 || season_is_ahead(s->season, &row, &best)) {
			best = row;
			count = 0;
		}
		if (count < SCENARIO_TIED_MAX)
			tied[count++] = (uint16_t)i;
	}
	for (unsigned i = 0; i < count; i++)
		s->shares[tied[i]] += SCENARIO_SHARES / count;
}

/* Shares to FORECAST_ONE: rounded down, then one more for those that lost most by it. */
static void chances_of(struct scenario *s, struct season_chance *out)
{
	uint64_t sum = 0;
	unsigned given = 0;
	for (unsigned i = 0; i < s->base->count; i++)
		sum += s->shares[i];
	for (unsigned i = 0; i < s->base->count && sum > 0; i++) {
		uint64_t part = (uint64_t)s->shares[i] * FORECAST_ONE;
		out[i].p_first = (uint16_t)(part / sum);
		s->shares[i] = (uint32_t)(part % sum);
		given += out[i].p_first;
	}
	for (; sum > 0 && given < FORECAST_ONE; given++) {
		unsigned at = 0;
		for (unsigned i = 1; i < s->base->count; i++)
			if (s->shares[i] > s->shares[at])
				at = i;
		out[at].p_first++;
		s->shares[at] = 0;
	}
	for (unsigned i = 0; i < s->base->count; i++)
		out[i].p_first = out[out[i].crew].p_first;
}

/* ---- what is the same in all draws -------------------------------------------------------- */

static void scenario_names(struct scenario *s)
{
	for (unsigned i = 0; i < s->base->count; i++) {
		struct scenario_name *name = &s->names[i];
		for (unsigned r = 0; r < s->round->count; r++) {
			const struct season_result *result = &s->round->results[r];
			unsigned c = result->class_index;
			if (c >= SEASON_CLASSES_MAX || !s->races[c].can[r] ||
			    !season_result_is_of(s->season, s->query, result,
						 &s->base->rows[i]))
				continue;
			if (name->count < SCENARIO_CARS_MAX)
				name->cars[name->count++] = (uint8_t)r;
		}
	}
}

/* Drivers of the same cars with the same points and places before are first together. */
static void scenario_crews(const struct scenario *s, struct season_chance *out)
{
	for (unsigned i = 0; i < s->base->count; i++) {
		const struct season_standing *row = &s->base->rows[i];
		out[i].crew = (uint16_t)i;
		for (unsigned j = 0; j < i && s->title->kind == TITLE_DRIVERS; j++) {
			const struct season_standing *other = &s->base->rows[j];
			if ((s->names[i].count == 0 && !season_is_crew(row, other)) ||
			    other->points != row->points ||
			    memcmp(&s->names[i], &s->names[j], sizeof(s->names[i])) !=
				    0 ||
			    memcmp(other->times, row->times, sizeof(row->times)) != 0)
				continue;
			out[i].crew = out[j].crew;
			break;
		}
	}
}

static void scenario_slots(struct scenario *s)
{
	uint16_t rows[RACE_CARS_MAX];
	const struct season_result *at = s->round->results;
	s->slot_count = s->draws->first[SEASON_CLASSES_MAX];
	for (unsigned i = 0; i < s->slot_count; i++) {
		uint16_t row = s->draws->order[0][i];
		unsigned k = i;
		for (; k > 0 && at[row].place < at[rows[k - 1]].place; k--)
			rows[k] = rows[k - 1];
		rows[k] = row;
	}
	for (unsigned i = 0; i < s->slot_count; i++)
		s->slots[i] = at[rows[i]].class_index;
}

static void scenario_begin(struct scenario *s)
{
	const struct points_rules *rules = &s->season->rules;
	s->held = season_held(s->season, s->query);
	for (unsigned r = 0; r < SEASON_ROUNDS_MAX; r++)
		if (s->held >> r & 1)
			s->index = r;
	s->round = s->season->rounds[s->index];
	s->drops =
		rules->said[POINTS_DROPS] == SAID && (rules->drop || rules->drop_keeps);
	for (unsigned i = 0; i < s->round->count; i++) {
		uint8_t c = s->round->results[i].class_index;
		if (c >= SEASON_CLASSES_MAX || s->of_table[c])
			continue;
		s->of_table[c] = true;
		season_race_points(s->season, s->query, s->round, c, &s->races[c]);
	}
	scenario_names(s);
	scenario_slots(s);
}

void season_scenarios(const struct season *season, const struct season_query *query,
		      const struct season_table *base, const struct season_draws *draws,
		      struct season_chance *out)
{
	struct scenario s = {
		.season = season,
		.query = query,
		.base = base,
		.draws = draws,
		.title = &season->rules.titles[query->title],
	};
	memset(out, 0, base->count * sizeof(*out));
	if (season_held(season, query) == 0 || draws->count == 0)
		return;
	scenario_begin(&s);
	scenario_crews(&s, out);
	for (unsigned d = 0; d < draws->count; d++) {
		score_draw(&s, d);
		total_draw(&s);
		first_of_draw(&s, out);
	}
	for (unsigned i = 0; i < base->count; i++) {
		int64_t half =
			s.sums[i] < 0 ? -(int64_t)draws->count / 2 : draws->count / 2;
		out[i].expected = (int32_t)((s.sums[i] + half) / draws->count);
	}
	chances_of(&s, out);
}
