/*
 * invitations.c -- who is invited to another race, by the standings or by a race
 */
#include "score.h"

#include <errno.h>

struct inviting {
	const struct season *season;
	const struct points_invitation *invitation;
	struct season_table *table;
	struct season_invited *out;
	unsigned rounds; /* the first N */
	unsigned count, max;
	uint8_t index; /* of the invitation */
};

static bool invites_class(const struct season *season,
			  const struct points_invitation *invitation,
			  unsigned class_index)
{
	return !invitation->class_name[0] ||
	       season_same_class(invitation->class_name, season->classes[class_index]);
}

static unsigned cars_of_class(const struct season_round *round, unsigned class_index)
{
	unsigned cars = 0;
	for (unsigned i = 0; i < round->count; i++)
		cars += round->results[i].class_index == class_index &&
			!round->results[i].guest;
	return cars;
}

/* The most cars for the season that the class had in a round; bits of the rounds held. */
static unsigned cars_entered(const struct inviting *in, unsigned class_index,
			     uint32_t *held)
{
	unsigned most = 0;
	*held = 0;
	for (unsigned r = 0; r < in->rounds; r++) {
		const struct season_round *round = in->season->rounds[r];
		if (!round || !round->held)
			continue;
		*held |= UINT32_C(1) << r;
		unsigned cars = cars_of_class(round, class_index);
		if (cars > most)
			most = cars;
	}
	return most;
}

static void invite(struct inviting *in, const struct season_invited *invited)
{
	if (in->count < in->max)
		in->out[in->count++] = *invited;
}

/* The place of a car that is classified in the class; 0: it is not. */
static unsigned place_of_class(const struct season_result *result, unsigned class_index)
{
	bool placed =
		result->status == STATUS_CLASSIFIED || result->status == STATUS_RUNNING;
	if (result->class_index != class_index || !placed)
		return 0;
	return result->class_place ? result->class_place : result->place;
}

/* The first cars of the class in the last round held, guests included: the place invites. */
static void invite_by_race(struct inviting *in, unsigned class_index)
{
	const struct season_round *round = NULL;
	for (unsigned r = 0; r < in->rounds; r++)
		if (in->season->rounds[r] && in->season->rounds[r]->held)
			round = in->season->rounds[r];
	for (unsigned i = 0; round && i < round->count; i++) {
		const struct season_result *result = &round->results[i];
		unsigned ahead = 0, place = place_of_class(result, class_index);
		for (unsigned j = 0; j < round->count; j++) {
			unsigned other =
				place_of_class(&round->results[j], class_index);
			ahead += other > 0 && other < place;
		}
		if (place == 0 || ahead >= in->invitation->first)
			continue;
		struct season_invited invited = {
			.name = result->team,
			.team = result->team,
			.car = result->car,
			.invitation = in->index,
			.class_index = (uint8_t)class_index,
			.position = (uint8_t)(ahead + 1),
		};
		invite(in, &invited);
	}
}

/* The title whose table for the class decides. */
static bool title_of_class(const struct inviting *in, unsigned class_index,
			   struct season_query *query)
{
	struct season_query at = {.title = POINTS_TITLES_MAX};
	while (season_query_next(in->season, &at)) {
		const struct points_title *title = &in->season->rules.titles[at.title];
		bool of_class = title->joint
					? season_class_listed(in->season, class_index,
							      title->classes,
							      title->class_count)
					: at.class_index == class_index;
		if (title->kind != in->invitation->kind || title->cup[0] || !of_class)
			continue;
		*query = at;
		query->rounds = (uint8_t)in->rounds;
		return true;
	}
	return false;
}

/* True when the name of a row had a car in the class: a joint table has names of several. */
static bool row_is_of_class(const struct inviting *in, const struct season_query *query,
			    const struct season_standing *row, unsigned class_index)
{
	if (query->class_index < SEASON_CLASSES_MAX)
		return true;
	for (unsigned r = 0; r < in->rounds; r++) {
		const struct season_round *round = in->season->rounds[r];
		for (unsigned i = 0; round && i < round->count; i++)
			if (round->results[i].class_index == class_index &&
			    season_result_is_of(in->season, query, &round->results[i],
						row))
				return true;
	}
	return false;
}

static int invite_by_points(struct inviting *in, unsigned class_index, uint32_t held,
			    struct err *err)
{
	struct season_query query;
	if (!title_of_class(in, class_index, &query))
		return 0;
	int failed = season_standings(in->season, &query, in->table, err);
	if (failed)
		return failed;
	struct season_invited last = {.name = SEASON_NONE};
	unsigned given = 0, position = 0;
	for (unsigned i = 0; i < in->table->count; i++) {
		const struct season_standing *row = &in->table->rows[i];
		if ((in->invitation->every_round && (row->scored & held) != held) ||
		    !row_is_of_class(in, &query, row, class_index))
			continue;
		if (given > 0) {
			last.unsure = given == in->invitation->first &&
				      position == row->position;
			invite(in, &last);
		}
		if (given++ == in->invitation->first)
			return 0;
		position = row->position;
		last = (struct season_invited){
			.name = row->name,
			.team = row->team,
			.car = row->car,
			.invitation = in->index,
			.class_index = (uint8_t)class_index,
			.position = (uint8_t)(position < 255 ? position : 255),
		};
	}
	if (given > 0)
		invite(in, &last);
	return 0;
}

int season_invitations(const struct season *season, unsigned rounds,
		       struct season_table *table, struct season_invited *out,
		       unsigned max, struct err *err)
{
	const struct points_rules *rules = &season->rules;
	struct inviting in = {.season = season, .table = table, .out = out, .max = max};
	struct season_query all = {.rounds = (uint8_t)(rounds < 255 ? rounds : 255)};
	in.rounds = season_rounds_of(season, &all);
	for (unsigned i = 0; i < rules->invitation_count; i++) {
		in.invitation = &rules->invitations[i];
		in.index = (uint8_t)i;
		if (!points_in_years(&in.invitation->years, season->year))
			continue;
		for (unsigned c = 0; c < season->class_count; c++) {
			uint32_t held;
			if (!invites_class(season, in.invitation, c) ||
			    cars_entered(&in, c, &held) < in.invitation->cars)
				continue;
			if (in.invitation->race)
				invite_by_race(&in, c);
			else if (invite_by_points(&in, c, held, err))
				return -EINVAL;
		}
	}
	return (int)in.count;
}
