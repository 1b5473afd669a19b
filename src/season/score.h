/*
 * score.h -- the points of one round, one after another (score.c), and their sums (totals.c)
 */
#ifndef PITWALL_SEASON_SCORE_H
#define PITWALL_SEASON_SCORE_H

#include "pitwall/season.h"

/* Called for each reason of each name; @team: as season_standing.team. */
struct season_sink {
	void (*award)(void *context, uint16_t name, uint16_t team,
		      const struct season_reason *reason);
	void *context;
};

/** True when the class is in the list; an empty list has every class. */
bool season_class_listed(const struct season *season, unsigned class_index,
			 const char names[][POINTS_CLASS_MAX], unsigned count);
/** True when the words are in the name of the round or of its circuit. */
bool season_round_is(const struct season_round *round, const char *words);
/** The scale of a round: the one it names, else the one for its length; NULL: none. */
const struct points_scale *season_scale_of(const struct points_rules *rules,
					   const struct season_round *round);
/** Give all points of @round (the round @index of the season) in the table of @query. */
void season_round_score(const struct season *season, const struct season_query *query,
			const struct season_round *round, unsigned index,
			const struct season_sink *sink);
/* What the race of a round gives in a class, by place; 1: the first. */
struct season_race {
	uint16_t cars;                         /* that can have a place */
	int32_t points[POINTS_PLACES_MAX + 1]; /* [0]: without a place */
	bool all; /* all that start have a place: who retires is behind the others */
	uint8_t can[RACE_CARS_MAX];  /* by result: it can score */
	uint8_t seen[RACE_CARS_MAX]; /* by result: it takes a place */
};
void season_race_points(const struct season *season, const struct season_query *query,
			const struct season_round *round, uint8_t class_index,
			struct season_race *out);
/** True when points for result @result go to the name of @row. */
bool season_result_is_of(const struct season *season, const struct season_query *query,
			 const struct season_result *result,
			 const struct season_standing *row);
/** True when @a is to be ranked ahead of @b, by points and as the rules decide ties. */
bool season_is_ahead(const struct season *season, const struct season_standing *a,
		     const struct season_standing *b);
/** True for names of one car in the last round that they took part in. */
static inline bool season_is_crew(const struct season_standing *a,
				  const struct season_standing *b)
{
	return a->car != SEASON_NONE && a->car == b->car;
}
/** Points of one row from by_round, with drops. */
void season_row_total(const struct season *season, const struct season_query *query,
		      uint32_t held, struct season_standing *row);
/** Bits of the rounds of @query that are held. */
uint32_t season_held(const struct season *season, const struct season_query *query);
/** Rounds of @query: those asked for, at most those of the season. */
unsigned season_rounds_of(const struct season *season,
			  const struct season_query *query);
/** Order rows by points, then as the rules decide ties; sets position, equal and tie. */
void season_rank(const struct season *season, struct season_table *table);
/** "st" of 1, "nd" of 2 ... */
const char *season_ordinal(unsigned n);

#endif
