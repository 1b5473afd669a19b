/*
 * score.c -- the points of a round, with the reason for each
 *
 *  (1) score_field(): the cars of the table, and why a car cannot have points.
 *  (2) score_rank(): places among the cars that count; the invisible ones are left out.
 *  (3) Points of a place, of a team's best cars, of a driver's best car.
 *  (4) give(): from a car to its drivers, its team or its make.
 */
#include "score.h"

/* Cars of a table in order, with their places. */
struct ranking {
	uint16_t count;
	uint16_t row[RACE_CARS_MAX];    /* of the results, in order */
	uint16_t place[RACE_CARS_MAX];  /* 0: none */
	uint16_t of[RACE_CARS_MAX];     /* cars that were counted with it */
	uint16_t unseen[RACE_CARS_MAX]; /* invisible cars ahead */
	uint8_t shared[RACE_CARS_MAX];  /* cars in its dead heat; 0 */
};

struct scoring {
	const struct season *season;
	const struct points_rules *rules;
	const struct points_title *title;
	const struct season_round *round;
	const struct season_sink *sink;
	uint8_t index; /* of the round */
	uint8_t class_index;
	uint16_t count;                  /* cars of the table */
	uint16_t rows[RACE_CARS_MAX];    /* of the results */
	uint16_t keys[RACE_CARS_MAX];    /* by result: order; 0: none */
	uint8_t bar[RACE_CARS_MAX];      /* by result: enum car_bar */
	uint8_t in_table[RACE_CARS_MAX]; /* by result */
	bool shared_drivers;             /* a driver is in two cars */
	bool overall; /* places are those of the whole field; else of the class */
	struct ranking ranking;
};

/* Why a car has no points for its place. */
enum car_bar {
	BAR_NONE,
	BAR_GUEST,
	BAR_PRIVATE,
	BAR_UNCLASSIFIED,
	BAR_DSQ,
	BAR_DNS,
	BAR_OTHER
};

bool points_in_years(const struct points_years *years, unsigned year)
{
	return year == 0 || ((years->from == 0 || year >= years->from) &&
			     (years->to == 0 || year <= years->to));
}

unsigned season_rounds_of(const struct season *season, const struct season_query *query)
{
	return query->rounds == 0 || query->rounds > season->round_count
		       ? season->round_count
		       : query->rounds;
}

bool season_round_is(const struct season_round *round, const char *words)
{
	struct slice rest = slice_of(words);
	while (rest.len > 0) {
		char part[POINTS_NAME_MAX];
		text_copy(part, sizeof(part), slice_trim(slice_cut(&rest, ',')));
		if (points_words_in(round->name, part) ||
		    points_words_in(round->circuit, part))
			return true;
	}
	return false;
}

bool season_class_listed(const struct season *season, unsigned class_index,
			 const char names[][POINTS_CLASS_MAX], unsigned count)
{
	if (class_index >= season->class_count)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (season_same_class(season->classes[class_index], names[i]))
			return true;
	return count == 0;
}

static bool round_excepts(const struct scoring *s, unsigned class_index)
{
	const struct points_rules *rules = s->rules;
	if (class_index < 32 && (s->round->without >> class_index & 1) != 0)
		return true;
	for (unsigned i = 0; i < rules->exception_count; i++) {
		const struct points_exception *exception = &rules->exceptions[i];
		if (points_in_years(&exception->years, s->season->year) &&
		    season_round_is(s->round, exception->round) &&
		    season_class_listed(s->season, class_index, exception->classes,
					exception->class_count))
			return true;
	}
	return false;
}

/* ---- (1) the cars of the table --------------------------------------------------- */

static bool of_table(const struct scoring *s, const struct season_result *result)
{
	if (!s->title->joint)
		return result->class_index == s->class_index;
	return season_class_listed(s->season, result->class_index, s->title->classes,
				   s->title->class_count);
}

static uint32_t most_laps_of(const struct scoring *s, const struct season_result *of)
{
	uint32_t most = 0;
	for (unsigned i = 0; i < s->round->count; i++) {
		const struct season_result *result = &s->round->results[i];
		if (s->rules->classified_of == OF_CLASS_WINNER &&
		    result->class_index != of->class_index)
			continue;
		if (result->status != STATUS_DSQ && result->laps > most)
			most = result->laps;
	}
	return most;
}

static bool is_classified(const struct scoring *s, const struct season_result *result)
{
	const struct points_rules *rules = s->rules;
	bool by_race =
		result->status == STATUS_CLASSIFIED || result->status == STATUS_RUNNING;
	if (rules->classified == CLASSIFIED_ALL)
		return true;
	if (rules->classified == CLASSIFIED_RACE || result->laps == 0)
		return by_race;
	if (rules->must_take_flag && !by_race)
		return false;
	return (uint64_t)result->laps >=
	       (uint64_t)most_laps_of(s, result) * rules->classified_pm / 1000;
}

/* A result of qualifying is not touched by what happens in the race. */
static uint8_t bar_of(const struct scoring *s, const struct season_result *result,
		      enum season_reason_kind kind)
{
	bool race = kind != REASON_QUALIFYING;
	if (race && result->status == STATUS_DNS)
		return BAR_DNS;
	if (race && result->status == STATUS_DSQ)
		return BAR_DSQ;
	if (result->guest && s->rules->guests != OTHERS_SCORE)
		return BAR_GUEST;
	if (s->title->kind == TITLE_MAKES && result->privately &&
	    s->title->privates != OTHERS_SCORE)
		return BAR_PRIVATE;
	if (kind == REASON_RACE && !is_classified(s, result))
		return BAR_UNCLASSIFIED;
	return BAR_NONE;
}

static bool is_unseen(const struct scoring *s, unsigned row)
{
	if (s->bar[row] == BAR_GUEST)
		return s->rules->guests == OTHERS_INVISIBLE;
	if (s->bar[row] == BAR_PRIVATE)
		return s->title->privates == OTHERS_INVISIBLE;
	return s->bar[row] != BAR_NONE;
}

/* True when a driver is in two cars of the table. */
static bool has_shared_drivers(const struct scoring *s)
{
	uint8_t seen[SEASON_NAMES_MAX / 8] = {0};
	for (unsigned i = 0; i < s->count; i++) {
		const struct season_result *result = &s->round->results[s->rows[i]];
		for (unsigned seat = 0; seat < result->seat_count; seat++) {
			unsigned driver = result->seats[seat].driver;
			uint8_t bit = (uint8_t)(1u << driver % 8);
			if (driver >= SEASON_NAMES_MAX)
				continue;
			if (seen[driver / 8] & bit)
				return true;
			seen[driver / 8] |= bit;
		}
	}
	return false;
}

/* The cars of the table for points of @kind. */
static void score_field(struct scoring *s, enum season_reason_kind kind)
{
	s->count = 0;
	/* Of qualifying and of segments only the places in the class are known. */
	s->overall = s->title->places == PLACES_OVERALL && kind == REASON_RACE;
	memset(&s->ranking, 0, sizeof(s->ranking));
	for (unsigned i = 0; i < s->round->count; i++) {
		const struct season_result *result = &s->round->results[i];
		s->bar[i] = bar_of(s, result, kind);
		s->in_table[i] =
			of_table(s, result) && !(s->title->joint && !s->title->cup[0] &&
						 round_excepts(s, result->class_index));
		if (s->in_table[i] && s->bar[i] != BAR_DNS)
			s->rows[s->count++] = (uint16_t)i;
	}
	s->shared_drivers = s->title->kind == TITLE_DRIVERS && has_shared_drivers(s);
}

/* ---- (2) places ------------------------------------------------------------------ */

static bool is_before(const struct scoring *s, unsigned a, unsigned b)
{
	const struct season_result *at = s->round->results;
	if (!s->overall && at[a].class_index != at[b].class_index)
		return at[a].class_index < at[b].class_index;
	return s->keys[a] < s->keys[b];
}

/* The cars with a key, in order: of the table, or of the whole field for overall places. */
static void sort_keys(struct scoring *s)
{
	struct ranking *ranking = &s->ranking;
	ranking->count = 0;
	for (unsigned i = 0; i < s->round->count; i++) {
		if (s->keys[i] == 0 || (!s->in_table[i] && !s->overall))
			continue;
		unsigned at = ranking->count++;
		for (; at > 0 && is_before(s, i, ranking->row[at - 1]); at--)
			ranking->row[at] = ranking->row[at - 1];
		ranking->row[at] = (uint16_t)i;
	}
}

/* Of each team or make only its best cars take places. */
static void hide_other_cars(struct scoring *s)
{
	const struct ranking *ranking = &s->ranking;
	const struct season_result *at = s->round->results;
	if (s->title->places != PLACES_TITLE || s->title->cars == 0)
		return;
	for (unsigned i = 0; i < ranking->count; i++) {
		unsigned row = ranking->row[i], ahead = 0;
		for (unsigned j = 0; j < i; j++) {
			unsigned other = ranking->row[j];
			ahead += s->bar[other] == BAR_NONE &&
				 at[other].class_index == at[row].class_index &&
				 (s->title->kind == TITLE_MAKES
					  ? at[other].make == at[row].make
					  : at[other].team == at[row].team);
		}
		if (s->bar[row] == BAR_NONE && ahead >= s->title->cars)
			s->bar[row] = BAR_OTHER;
	}
}

static bool rank_together(const struct scoring *s, unsigned a, unsigned b)
{
	return !is_before(s, a, b) && !is_before(s, b, a);
}

/* Cars of one key have one place: the first of theirs. */
static void join_dead_heats(struct scoring *s)
{
	struct ranking *ranking = &s->ranking;
	for (unsigned i = 0, j; i < ranking->count; i = j) {
		unsigned first = ranking->row[i], cars = 0, place = 0;
		for (j = i;
		     j < ranking->count && rank_together(s, first, ranking->row[j]);
		     j++) {
			unsigned row = ranking->row[j];
			cars += ranking->place[row] > 0;
			if (place == 0)
				place = ranking->place[row];
		}
		for (unsigned k = i; cars > 1 && k < j; k++) {
			unsigned row = ranking->row[k];
			if (ranking->place[row] == 0)
				continue;
			ranking->place[row] = (uint16_t)place;
			ranking->shared[row] = (uint8_t)(cars < 255 ? cars : 255);
		}
	}
}

/* Places of s->keys among the cars that are seen. */
static void score_rank(struct scoring *s)
{
	struct ranking *ranking = &s->ranking;
	const struct season_result *at = s->round->results;
	sort_keys(s);
	hide_other_cars(s);
	unsigned seen = 0, unseen = 0, of_class = SEASON_CLASSES_MAX;
	for (unsigned i = 0; i < ranking->count; i++) {
		unsigned row = ranking->row[i];
		if (!s->overall && at[row].class_index != of_class) {
			seen = unseen = 0;
			of_class = at[row].class_index;
		}
		if (is_unseen(s, row)) {
			unseen +=
				s->bar[row] == BAR_GUEST || s->bar[row] == BAR_PRIVATE;
			continue;
		}
		ranking->place[row] = (uint16_t)++seen;
		ranking->unseen[row] = (uint16_t)unseen;
	}
	/* The last place of a class is the number of cars that count in it. */
	for (unsigned i = ranking->count, last = 0; i-- > 0;) {
		unsigned row = ranking->row[i];
		if (i + 1u == ranking->count ||
		    (!s->overall &&
		     at[ranking->row[i + 1]].class_index != at[row].class_index))
			last = 0;
		if (ranking->place[row] > last)
			last = ranking->place[row];
		ranking->of[row] = (uint16_t)last;
	}
	join_dead_heats(s);
}

/* ---- (4) from a car to names ------------------------------------------------------- */

static void give_seat(const struct scoring *s, unsigned row, unsigned seat,
		      const struct season_reason *reason)
{
	const struct season_result *result = &s->round->results[row];
	uint16_t team = s->rules->new_team_apart ? result->team : SEASON_NONE;
	if (result->seats[seat].driver != SEASON_NONE)
		s->sink->award(s->sink->context, result->seats[seat].driver, team,
			       reason);
}

static uint16_t name_of_car(const struct scoring *s, unsigned row)
{
	const struct season_result *result = &s->round->results[row];
	if (s->title->kind == TITLE_MAKES)
		return result->make;
	return s->title->each_car ? result->car : result->team;
}

static void give(const struct scoring *s, unsigned row,
		 const struct season_reason *reason)
{
	if (s->title->kind == TITLE_DRIVERS) {
		for (unsigned i = 0; i < s->round->results[row].seat_count; i++)
			give_seat(s, row, i, reason);
		return;
	}
	uint16_t name = name_of_car(s, row);
	if (name != SEASON_NONE)
		s->sink->award(s->sink->context, name, SEASON_NONE, reason);
}

static struct season_reason reason_of(const struct scoring *s, unsigned row,
				      enum season_reason_kind kind)
{
	return (struct season_reason){
		.car = s->round->results[row].car,
		.kind = (uint8_t)kind,
		.round = s->index,
		.factor = 100,
		.known = KNOWN_SOURCE,
	};
}

static struct season_reason reason_of_place(const struct scoring *s, unsigned row,
					    enum season_reason_kind kind)
{
	struct season_reason reason = reason_of(s, row, kind);
	reason.place = s->ranking.place[row];
	reason.of = s->ranking.of[row];
	reason.guests = s->ranking.unseen[row];
	reason.shared = s->ranking.shared[row];
	return reason;
}

/* ---- (3) points of places ----------------------------------------------------------- */

static int32_t points_shared(const struct scoring *s, const struct points_scale *scale,
			     struct season_reason *reason)
{
	bool beyond =
		reason->place > scale->count && scale->beyond_said != SAID_NOTHING;
	reason->known = points_less_certain(reason->known, beyond ? scale->beyond_known
								  : scale->known);
	if (reason->shared == 0)
		return points_of_place(scale, reason->place);
	reason->known =
		points_less_certain(reason->known, s->rules->known[POINTS_DEAD_HEAT]);
	if (s->rules->dead_heat_full)
		return points_of_place(scale, reason->place);
	int64_t sum = 0;
	for (unsigned i = 0; i < reason->shared; i++)
		sum += points_of_place(scale, reason->place + i);
	return (int32_t)(sum / reason->shared);
}

const struct points_scale *season_scale_of(const struct points_rules *rules,
					   const struct season_round *round)
{
	if (round->scale < rules->scale_count)
		return &rules->scales[round->scale];
	for (unsigned i = 0; i < rules->scale_count; i++) {
		const struct points_scale *scale = &rules->scales[i];
		if (scale->any_length ||
		    (scale->to && round->length.us >= scale->from &&
		     round->length.us <= scale->to))
			return scale;
	}
	return NULL;
}

static const struct points_scale *small_scale_of(const struct scoring *s,
						 unsigned class_index)
{
	const struct points_rules *rules = s->rules;
	unsigned cars = s->round->admitted[class_index];
	for (unsigned i = 0;
	     s->round->admitted[class_index] == 0 && i < s->round->count; i++)
		cars += s->round->results[i].class_index == class_index;
	return cars < rules->small_cars ? &rules->scales[rules->small_scale] : NULL;
}

/* Hundredths of the points that a stopped race gives. */
static uint8_t factor_of(const struct scoring *s, uint8_t *known)
{
	const struct points_rules *rules = s->rules;
	const struct season_round *round = s->round;
	if (round->factor >= 0)
		return (uint8_t)(round->factor > 100 ? 100 : round->factor);
	if (rules->said[POINTS_HALF_BELOW] != SAID)
		return 100;
	int64_t pm = 1000;
	if (rules->half_distance && round->distance_pm > 0)
		pm = round->distance_pm;
	if (!rules->half_distance && round->run != DURATION_NONE &&
	    round->length.us > 0)
		pm = mul_div(round->run > 0 ? round->run : 0, 1000, round->length.us);
	if (pm >= rules->half_below_pm)
		return 100;
	uint32_t laps = round->laps;
	for (unsigned i = 0; i < round->count; i++)
		if (round->results[i].laps > laps)
			laps = round->results[i].laps;
	*known = rules->known[POINTS_HALF_BELOW];
	return rules->said[POINTS_HALF_LAPS] == SAID && laps <= rules->half_none_laps
		       ? 0
		       : 50;
}

/* True when the driver was at the wheel as long as the rules ask for; unknown times count,
 * and @reason is marked. */
static bool drove_enough(const struct scoring *s, unsigned row, unsigned seat,
			 struct season_reason *reason)
{
	const struct points_rules *rules = s->rules;
	const struct season_result *result = &s->round->results[row];
	const struct season_seat *at = &result->seats[seat];
	if (rules->said[POINTS_DRIVER_MINIMUM] != SAID)
		return true;
	bool by_laps = rules->driver_minimum_pm > 0;
	bool enough =
		by_laps ? (uint64_t)at->laps * 1000 >=
				  (uint64_t)result->laps * rules->driver_minimum_pm
			: at->seconds * US_S >= rules->driver_minimum;
	if (by_laps ? at->laps == SEASON_NONE : at->seconds < 0) {
		reason->known = KNOWN_NO;
		return true;
	}
	if (!enough)
		reason->known = rules->known[POINTS_DRIVER_MINIMUM];
	return enough;
}

/* True when a car has more points than another, or as many and a better place, or is the
 * first of the two in the list. */
static bool is_better_car(const struct scoring *s, unsigned car, unsigned than,
			  const int32_t *points)
{
	const uint16_t *place = s->ranking.place;
	if (points[car] != points[than])
		return points[car] > points[than];
	return place[car] != place[than] ? place[car] < place[than] : car < than;
}

/* A better car of the same driver. */
static bool has_better_car(const struct scoring *s, uint16_t driver, unsigned row,
			   const int32_t *points)
{
	for (unsigned i = 0; i < s->count; i++) {
		unsigned other = s->rows[i];
		const struct season_result *result = &s->round->results[other];
		if (other == row || s->bar[other] != BAR_NONE ||
		    !is_better_car(s, other, row, points))
			continue;
		for (unsigned seat = 0; seat < result->seat_count; seat++)
			if (result->seats[seat].driver == driver)
				return true;
	}
	return false;
}

static void give_drivers(const struct scoring *s, unsigned row, const int32_t *points,
			 struct season_reason reason)
{
	const struct season_result *result = &s->round->results[row];
	for (unsigned i = 0; i < result->seat_count; i++) {
		struct season_reason own = reason;
		if (s->bar[row] == BAR_NONE && !drove_enough(s, row, i, &own)) {
			own.kind = REASON_DROVE_TOO_LITTLE;
			own.points = 0;
		} else if (s->shared_drivers && own.points != 0 &&
			   !s->rules->both_cars &&
			   has_better_car(s, result->seats[i].driver, row, points)) {
			own.kind = REASON_OTHER_CAR;
			own.points = 0;
			own.known = points_less_certain(
				own.known, s->rules->known[POINTS_TWO_CARS]);
		}
		give_seat(s, row, i, &own);
	}
}

/* True when enough cars of the same team or make have more points. */
static bool is_beaten_at_home(const struct scoring *s, unsigned row,
			      const int32_t *points)
{
	unsigned better = 0;
	uint16_t name = name_of_car(s, row);
	if (s->title->cars == 0 || s->title->each_car)
		return false;
	for (unsigned i = 0; i < s->count; i++) {
		unsigned other = s->rows[i];
		if (other == row || s->bar[other] != BAR_NONE ||
		    name_of_car(s, other) != name)
			continue;
		better += is_better_car(s, other, row, points);
	}
	return better >= s->title->cars;
}

static enum season_reason_kind kind_of_bar(unsigned bar)
{
	static const uint8_t kinds[] = {
		[BAR_NONE] = REASON_RACE,
		[BAR_GUEST] = REASON_GUEST,
		[BAR_PRIVATE] = REASON_PRIVATE,
		[BAR_UNCLASSIFIED] = REASON_NOT_CLASSIFIED,
		[BAR_DSQ] = REASON_DISQUALIFIED,
		[BAR_DNS] = REASON_NOT_CLASSIFIED,
		[BAR_OTHER] = REASON_OTHER_CAR,
	};
	return kinds[bar];
}

/* From points of cars, each with its reason, to those of names. */
static void give_places(const struct scoring *s, const int32_t *points,
			const struct season_reason *reasons)
{
	for (unsigned i = 0; i < s->count; i++) {
		unsigned row = s->rows[i];
		struct season_reason reason = reasons[row];
		if (s->title->kind == TITLE_DRIVERS) {
			give_drivers(s, row, points, reason);
			continue;
		}
		if (s->bar[row] == BAR_NONE && is_beaten_at_home(s, row, points)) {
			reason.kind = REASON_OTHER_CAR;
			reason.points = 0;
		}
		give(s, row, &reason);
	}
}

/* Points of the places of s->keys on one scale; @scale NULL: the one of the race. */
static void score_places(struct scoring *s, enum season_reason_kind kind,
			 const struct points_scale *scale, unsigned segment)
{
	int32_t points[RACE_CARS_MAX];
	struct season_reason reasons[RACE_CARS_MAX];
	uint8_t factor_known = KNOWN_SOURCE;
	uint8_t factor = kind == REASON_RACE ? factor_of(s, &factor_known) : 100;
	score_rank(s);
	for (unsigned i = 0; i < s->count; i++) {
		unsigned row = s->rows[i];
		struct season_reason reason = reason_of_place(s, row, kind);
		const struct points_scale *on = scale;
		reason.segment = (uint8_t)segment;
		points[row] = 0;
		if (s->bar[row] != BAR_NONE) {
			reason.kind = (uint8_t)kind_of_bar(s->bar[row]);
		} else if (reason.place > 0) {
			const struct points_scale *small =
				small_scale_of(s, s->round->results[row].class_index);
			if (kind == REASON_RACE && small) {
				on = small;
				reason.kind = REASON_SMALL_CLASS;
			}
			points[row] = points_shared(s, on, &reason) * factor / 100;
			reason.factor = factor;
			reason.known = points_less_certain(reason.known, factor_known);
			if (factor == 0)
				reason.kind = REASON_STOPPED;
		}
		reason.points = points[row];
		reasons[row] = reason;
	}
	give_places(s, points, reasons);
}

/* ---- what else gives points ----------------------------------------------------------- */

static bool goes_to(const struct scoring *s, unsigned to)
{
	static const uint8_t bits[] = {
		[TITLE_DRIVERS] = TO_DRIVERS | TO_QUALIFIER,
		[TITLE_TEAMS] = TO_TEAMS,
		[TITLE_MAKES] = TO_MAKES,
	};
	return (to & bits[s->title->kind]) != 0;
}

static void give_one(const struct scoring *s, unsigned row,
		     enum season_reason_kind kind, enum points_value value)
{
	const struct points_rules *rules = s->rules;
	struct season_reason reason = reason_of(s, row, kind);
	unsigned to = kind == REASON_POLE ? rules->pole_to : rules->fastest_lap_to;
	reason.points = kind == REASON_POLE    ? rules->pole
			: kind == REASON_START ? rules->start
					       : rules->fastest_lap;
	reason.known = rules->known[value];
	bool one_driver = kind == REASON_POLE && s->title->kind == TITLE_DRIVERS &&
			  !(to & TO_DRIVERS);
	unsigned qualifier = s->round->results[row].qualifier;
	if (!one_driver)
		give(s, row, &reason);
	else if (qualifier < s->round->results[row].seat_count)
		give_seat(s, row, qualifier, &reason);
}

/* The pole of each class: as the round says, else the first of the cars that count. */
static void score_pole(struct scoring *s)
{
	const struct season_result *at = s->round->results;
	bool said[SEASON_CLASSES_MAX + 1] = {false};
	if (s->rules->said[POINTS_POLE] != SAID || !goes_to(s, s->rules->pole_to))
		return;
	score_field(s, REASON_QUALIFYING);
	for (unsigned i = 0; i < s->round->count; i++)
		said[at[i].class_index] |= at[i].pole != 0;
	for (unsigned i = 0; i < s->count; i++) {
		unsigned row = s->rows[i];
		bool pole = at[row].pole != 0;
		if (!said[at[row].class_index] && at[row].qualifying > 0) {
			pole = true;
			for (unsigned j = 0; j < s->count; j++) {
				unsigned other = s->rows[j];
				pole &= at[other].class_index != at[row].class_index ||
					at[other].qualifying == 0 ||
					is_unseen(s, other) ||
					at[other].qualifying >= at[row].qualifying;
			}
		}
		if (pole && s->bar[row] == BAR_NONE)
			give_one(s, row, REASON_POLE, POINTS_POLE);
	}
}

static void score_qualifying(struct scoring *s)
{
	if (s->rules->said[POINTS_QUALIFYING] != SAID ||
	    !goes_to(s, s->rules->qualifying_to))
		return;
	score_field(s, REASON_QUALIFYING);
	for (unsigned i = 0; i < s->round->count; i++)
		s->keys[i] = s->round->results[i].qualifying;
	/* Only cars with a time: the others would be listed with nothing. */
	unsigned n = 0;
	for (unsigned i = 0; i < s->count; i++)
		if (s->keys[s->rows[i]] && s->bar[s->rows[i]] == BAR_NONE)
			s->rows[n++] = s->rows[i];
	s->count = (uint16_t)n;
	score_places(s, REASON_QUALIFYING, &s->rules->qualifying, 0);
}

/* For the start, and for the fastest lap. */
static void score_others(struct scoring *s)
{
	const struct points_rules *rules = s->rules;
	score_field(s, REASON_START);
	for (unsigned i = 0; i < s->count; i++) {
		unsigned row = s->rows[i];
		if (s->bar[row] != BAR_NONE)
			continue;
		if (rules->said[POINTS_START] == SAID)
			give_one(s, row, REASON_START, POINTS_START);
		if (rules->said[POINTS_FASTEST_LAP] == SAID &&
		    s->round->results[row].fastest_lap &&
		    goes_to(s, rules->fastest_lap_to))
			give_one(s, row, REASON_FASTEST_LAP, POINTS_FASTEST_LAP);
	}
}

/* Of each car the driver with the most laps, when those of all its drivers are known. */
static void score_most_laps(const struct scoring *s)
{
	if (s->rules->said[POINTS_MOST_LAPS] != SAID || s->title->kind != TITLE_DRIVERS)
		return;
	for (unsigned i = 0; i < s->count; i++) {
		unsigned row = s->rows[i], most = 0;
		const struct season_result *result = &s->round->results[row];
		struct season_reason reason = reason_of(s, row, REASON_MOST_LAPS);
		reason.points = s->rules->most_laps;
		reason.known = s->rules->known[POINTS_MOST_LAPS];
		for (unsigned seat = 0; seat < result->seat_count; seat++)
			if (result->seats[seat].laps > most)
				most = result->seats[seat].laps;
		for (unsigned seat = 0; seat < result->seat_count; seat++)
			if (s->bar[row] == BAR_NONE && most > 0 && most < SEASON_NONE &&
			    result->seats[seat].laps == most)
				give_seat(s, row, seat, &reason);
	}
}

static void score_given(const struct scoring *s)
{
	for (unsigned i = 0; i < s->round->count; i++) {
		const struct season_result *result = &s->round->results[i];
		struct season_reason reason = reason_of(s, i, REASON_GIVEN);
		reason.points = result->given[s->title->kind];
		if (reason.points != 0 && of_table(s, result))
			give(s, i, &reason);
	}
}

/* ---- segments, the round ---------------------------------------------------------------- */

const struct points_segments *season_segments_of(const struct season *season,
						 const struct points_title *title,
						 const struct season_round *round)
{
	for (unsigned i = 0; i < season->rules.segment_count; i++) {
		const struct points_segments *segments = &season->rules.segments[i];
		if (segments->count == 0 || strcmp(segments->cup, title->cup) != 0 ||
		    !points_in_years(&segments->years, season->year))
			continue;
		if (round->segments == i)
			return segments;
		/* A shorter race at the same place has none of them. */
		duration_us last = segments->at[segments->count - 1];
		if (round->segments == ROUND_BY_RULE &&
		    season_round_is(round, segments->round) &&
		    (round->length.us == 0 || last <= round->length.us))
			return segments;
	}
	return NULL;
}

const struct points_segments *season_round_segments(const struct season *season,
						    const struct season_round *round)
{
	const struct points_segments *found = NULL;
	for (unsigned t = 0; !found && t < season->rules.title_count; t++)
		found = season_segments_of(season, &season->rules.titles[t], round);
	return found;
}

duration_us season_segment_time(const struct points_segments *segments, unsigned k,
				duration_us length)
{
	duration_us at = segments->at[k];
	if (at == 0 && length > 0)
		at = mul_div(length, segments->share_pm[k], 1000);
	return length > 0 && at >= length ? 0 : at;
}

static bool round_has_segments(const struct season *season,
			       const struct season_round *round,
			       const struct points_segments *segments)
{
	for (unsigned t = 0; round && t < season->rules.title_count; t++) {
		const struct points_segments *of =
			season_segments_of(season, &season->rules.titles[t], round);
		if (of && (!segments || of == segments))
			return true;
	}
	return false;
}

const struct points_segments *season_segments_missed(const struct season *season,
						     unsigned round)
{
	const struct season_round *own = season->rounds[round];
	if (!own || round_has_segments(season, own, NULL))
		return NULL;
	for (unsigned i = 0; i < season->rules.segment_count; i++) {
		const struct points_segments *segments = &season->rules.segments[i];
		bool has = segments->count == 0 ||
			   segments->at[segments->count - 1] == 0 ||
			   segments->at[segments->count - 1] != own->length.us ||
			   !points_in_years(&segments->years, season->year);
		for (unsigned r = 0; !has && r < season->round_count; r++)
			has = round_has_segments(season, season->rounds[r], segments);
		if (!has)
			return segments;
	}
	return NULL;
}

static void score_segments(struct scoring *s)
{
	const struct points_segments *segments =
		season_segments_of(s->season, s->title, s->round);
	if (!segments)
		return;
	for (unsigned k = 0; k < segments->count; k++) {
		score_field(s, REASON_SEGMENT);
		for (unsigned i = 0; i < s->round->count; i++)
			s->keys[i] = s->round->results[i].segments[k];
		score_places(s, REASON_SEGMENT, &segments->scale, k);
	}
}

static void score_excepted(struct scoring *s)
{
	score_field(s, REASON_RACE);
	for (unsigned i = 0; i < s->count; i++) {
		struct season_reason reason =
			reason_of(s, s->rows[i], REASON_EXCEPTION);
		give(s, s->rows[i], &reason);
	}
}

static void score_finish(struct scoring *s)
{
	const struct points_scale *scale = season_scale_of(s->rules, s->round);
	if (!scale)
		return;
	score_field(s, REASON_RACE);
	for (unsigned i = 0; i < s->round->count; i++) {
		const struct season_result *result = &s->round->results[i];
		s->keys[i] = !s->overall && result->class_place ? result->class_place
								: result->place;
	}
	score_places(s, REASON_RACE, scale, 0);
}

void season_race_points(const struct season *season, const struct season_query *query,
			const struct season_round *round, uint8_t class_index,
			struct season_race *out)
{
	struct scoring s = {
		.season = season,
		.rules = &season->rules,
		.title = &season->rules.titles[query->title],
		.round = round,
		.class_index = query->class_index,
	};
	uint8_t known;
	bool overall = s.title->places == PLACES_OVERALL;
	const struct points_scale *scale = season_scale_of(&season->rules, round);
	const struct points_scale *small = small_scale_of(&s, class_index);
	memset(out, 0, sizeof(*out));
	score_field(&s, REASON_START);
	if (!scale || s.title->cup[0])
		return;
	bool excepted = round_excepts(&s, class_index);
	for (unsigned i = 0; i < round->count; i++) {
		bool same = round->results[i].class_index == class_index;
		out->can[i] =
			same && !excepted && s.in_table[i] && s.bar[i] == BAR_NONE;
		out->seen[i] = !is_unseen(&s, i) && (overall || same);
		if (out->seen[i])
			out->cars++;
	}
	out->all = s.rules->classified == CLASSIFIED_ALL;
	int32_t factor = factor_of(&s, &known);
	for (unsigned p = 1; p <= POINTS_PLACES_MAX; p++)
		out->points[p] =
			points_of_place(small ? small : scale, p) * factor / 100;
}

bool season_result_is_of(const struct season *season, const struct season_query *query,
			 const struct season_result *result,
			 const struct season_standing *row)
{
	const struct points_title *title = &season->rules.titles[query->title];
	if (title->kind == TITLE_TEAMS)
		return (title->each_car ? result->car : result->team) == row->name;
	if (title->kind == TITLE_MAKES)
		return result->make == row->name;
	for (unsigned i = 0; i < result->seat_count; i++)
		if (result->seats[i].driver == row->name &&
		    (row->team == SEASON_NONE || row->team == result->team))
			return true;
	return false;
}

void season_round_score(const struct season *season, const struct season_query *query,
			const struct season_round *round, unsigned index,
			const struct season_sink *sink)
{
	struct scoring s = {
		.season = season,
		.rules = &season->rules,
		.title = &season->rules.titles[query->title],
		.round = round,
		.sink = sink,
		.index = (uint8_t)index,
		.class_index = query->class_index,
	};
	if (!s.title->cup[0] && !s.title->joint && round_excepts(&s, s.class_index)) {
		score_excepted(&s);
		return;
	}
	if (!s.title->cup[0]) {
		score_finish(&s);
		score_most_laps(&s);
		score_others(&s);
		score_pole(&s);
		score_qualifying(&s);
		score_given(&s);
	}
	score_segments(&s);
}
