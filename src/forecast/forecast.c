/*
 * forecast.c -- how the race will end, from the race as it is
 *
 *  (1) The winner comes first: the flag falls when it crosses the line at or after
 *      the limit of time, or completes the distance, whichever is sooner. Everybody
 *      else is measured against it.
 *  (2) What slows everyone (a safety car, rain, a race that is stopped) is in the
 *      winner's pace too: others lose to it by the ratio of their paces.
 *  (3) A car that is silent longer than usual goes on standing for a while, and the
 *      longer it was silent the less likely it returns.
 *  (4) A car counts the lap on which it takes the flag: so many laps as it has begun.
 */
#include <math.h>
#include <string.h>

#include "forecast_parts.h"

const struct forecast_parameters forecast_parameters_plain = {
#define X(name_, value_, low_, high_, about_) .name_ = (value_),
	FORECAST_PARAMETERS(X)
#undef X
};

static double seconds(duration_us t)
{
	return (double)t / 1e6;
}

/* ---- the winner and the flag -------------------------------------------------- */

/* Laps of the distance; 0: not limited by one. */
static double distance_laps(const struct race_setup *setup)
{
	if (setup->length_laps > 0)
		return (double)setup->length_laps;
	if (setup->length <= 0 || setup->lap_length <= 0)
		return 0.0;
	return ceil((double)setup->length / (double)setup->lap_length);
}

/* Seconds that are left, at the pace of the leader where a distance ends the race. */
static double time_left(const struct model *model)
{
	const struct race *race = model->race;
	const struct outlook *first = &model->cars[0];
	double laps = distance_laps(&race->setup), left = (double)INFINITY;
	if (race->setup.length_us > 0 && race->clock_at != INSTANT_NONE)
		left = seconds(race->clock_at + race->setup.length_us - model->at);
	if (laps > 0.0)
		left = fmin(left,
			    (laps - first->progress) * first->paces[ALL_LAPS].gross);
	return isfinite(left) ? fmax(left, 0.0) : 0.0;
}

/* Share of the race that lies ahead. */
static double share_ahead(const struct model *model)
{
	double left = time_left(model), gone;
	if (model->race->start_at == INSTANT_NONE)
		return 0.5;
	gone = fmax(seconds(model->at - model->race->start_at), 0.0);
	return left + gone > 0.0 ? left / (left + gone) : 0.5;
}

/* What the car in front has seen of neutralisations, and what races see of them; and
 * one that goes on now. A race whose leader's laps never vary is one without. */
static void look_neutral(struct model *model)
{
	const struct forecast_parameters *p = model->p;
	const struct outlook *first = &model->cars[0];
	double prior = p->neutral_hours * 3600.0, left = time_left(model), rest;
	model->neutral = 0.0;
	if (model->count == 0 || first->constant)
		return;
	model->neutral = (first->neutral_time + prior * p->neutral_share) /
			 (first->time + prior);
	rest = fmin(p->neutral_rest * forecast_neutral_since(model), left);
	if (left > 0.0)
		model->neutral = (rest + (left - rest) * model->neutral) / left;
	model->neutral_lap = (first->neutral_time + 3.0 * 1.8 * first->clean) /
			     (first->neutral_laps + 3.0);
}

/* Mean lap of what is to come. Early in a race: green at the car's own green pace,
 * neutralised at everyone's. The more of it has been seen, the more what all laps took. */
static void look_pace(const struct model *model, struct outlook *car)
{
	double green = car->paces[GREEN_LAPS].gross, all = car->paces[ALL_LAPS].gross;
	double trust = pow(share_ahead(model), model->p->green_trust);
	car->pace = all;
	if (model->neutral <= 0.0 || green <= 0.0)
		return;
	green = 1.0 / ((1.0 - model->neutral) / green +
		       model->neutral / fmax(model->neutral_lap, green));
	car->pace = trust * green + (1.0 - trust) * all;
}

/* When @car would end the race if nobody else did: (1); its laps then. */
static double flag_by(const struct model *model, const struct outlook *car,
		      double *laps)
{
	const struct race *race = model->race;
	double distance = distance_laps(&race->setup), pace = car->pace;
	double in = -1.0;
	if (race->setup.length_us > 0 && race->clock_at != INSTANT_NONE) {
		double left =
			seconds(race->clock_at + race->setup.length_us - model->at);
		double there = car->progress + fmax(left, 0.0) / pace;
		/* A lap that ends on the limit to the microsecond ends the race. */
		*laps = fmax(ceil(there - 1e-9), floor(car->progress) + 1.0);
		in = (*laps - car->progress) * pace;
	}
	if (distance > 0.0) {
		double to_go = (distance - car->progress) * pace;
		if (in < 0.0 || to_go < in) {
			*laps = distance;
			in = fmax(to_go, 0.0);
		}
	}
	return in;
}

/* The car with most laps when the time is up; of equals the first. */
static bool choose_winner(struct model *model)
{
	double best = -1.0, horizon = -1.0, laps = 0.0;
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *car = &model->cars[i];
		if (car->pace <= 0.0 || car->laps_counted == 0)
			continue;
		double in = flag_by(model, car, &laps);
		if (in < 0.0)
			return false;
		if (horizon < 0.0)
			horizon = in; /* of the leader */
		double there =
			car->progress +
			fmax(horizon - car->silent * (1.0 + model->p->stop_factor),
			     0.0) /
				car->pace;
		if (car->silent > model->p->silence_half)
			continue;
		if (there > best + 1e-9) {
			best = there;
			model->winner = i;
			model->flag_in = in;
			model->winner_laps = laps;
		}
	}
	return best >= 0.0;
}

/* The track has become faster or slower for everyone: half of that stays, as rain ends
 * and a track dries. What cars lose to each other is as over the whole race: held
 * against races that were driven, stretching it with the laps made it worse. */
static void count_laps(struct model *model)
{
	struct outlook winner = model->cars[model->winner];
	model->base_laps = model->winner_laps;
	model->base_in = model->flag_in;
	if (winner.constant || model->winner_laps <= winner.progress)
		return;
	winner.pace *= sqrt(forecast_drift(model));
	model->flag_in = flag_by(model, &winner, &model->winner_laps);
}

/* The race has been won: the flag is a fact. */
static bool winner_known(struct model *model)
{
	const struct race *race = model->race;
	if (race->finish_at == INSTANT_NONE || race->winner == CAR_NONE)
		return false;
	for (uint32_t i = 0; i < model->count; i++)
		if (model->cars[i].car == race->winner)
			model->winner = i;
	model->flag_in = seconds(race->finish_at - model->at);
	model->winner_laps = (double)race->cars[race->winner].laps;
	model->base_laps = model->winner_laps;
	model->base_in = model->flag_in;
	return true;
}

/* ---- each car ------------------------------------------------------------------ */

static void look_home(const struct model *model, struct outlook *car)
{
	car->gap = model->winner_laps - (double)model->race->cars[car->car].laps;
	car->scale = car->own_scale = 0.0;
	car->trouble = 0.0;
	car->alive = model->race->cars[car->car].flagged ? 1.0 : 0.0;
}

/* Where it will be when the flag falls, and how sure that is. */
static void look_ahead(const struct model *model, struct outlook *car)
{
	const struct forecast_parameters *p = model->p;
	const struct outlook *winner = &model->cars[model->winner];
	double left = fmax(model->base_in, 0.0), hours = left / 3600.0;
	double stands = fmin(car->silent * p->stop_factor, left);
	double there = car->progress;
	double ratio = car->silent / p->silence_half, grown;
	if (car->pace > 0.0)
		there += (left - stands) / car->pace;
	car->gap = model->base_laps - there;
	/* What the class loses as a whole hangs on how long the race is neutralised. */
	grown = car->gap - fmax(winner->progress - car->progress, 0.0);
	car->own_scale =
		p->noise_start * p->noise_start + p->noise_hour * p->noise_hour * hours;
	car->scale = 0.55 * sqrt(car->own_scale +
				 p->noise_share * grown * p->noise_share * grown);
	car->own_scale = 0.55 * sqrt(car->own_scale);
	/* Laps that never vary leave nothing to doubt. */
	if (car->constant && car->laps_counted >= 3 && car->silent <= 0.0)
		car->scale = car->own_scale *= 0.1;
	car->scale += 0.3 * stands / fmax(car->pace, 1.0);
	car->own_scale += 0.3 * stands / fmax(car->pace, 1.0);
	car->trouble = 1.0 - exp(-p->trouble_rate * hours);
	car->alive = exp(-p->retire_rate * pow(hours, p->retire_power)) /
		     (1.0 + pow(ratio, p->silence_power));
	/* No car can be ahead of the winner but by being it. */
	if (car->gap < 0.0)
		car->gap = 0.0;
}

static void model_begin(struct model *model)
{
	const struct race *race = model->race;
	model->count = 0;
	forecast_see_slow(model);
	for (uint16_t i = 0; i < race->car_count; i++) {
		uint16_t index = race->order[i];
		struct outlook *car = &model->cars[model->count];
		if (race->entries[index].merged)
			continue;
		memset(car, 0, sizeof(*car));
		car->car = index;
		car->class_index = race->entries[index].class_index;
		if (car->class_index > RACE_CLASSES_MAX)
			car->class_index = RACE_CLASSES_MAX;
		car->home = race->cars[index].flagged || race->end_at != INSTANT_NONE;
		forecast_learn(model, car);
		model->count++;
	}
	forecast_shrink(model);
	forecast_place(model);
	look_neutral(model);
	for (uint32_t i = 0; i < model->count; i++)
		look_pace(model, &model->cars[i]);
}

/* ---- against the threshold --------------------------------------------------------- */

/* Laps at the flag of whoever sets the threshold for @car. */
static double distance_for(const struct model *model, const struct outlook *car)
{
	double gap = -1.0;
	if (model->rules->of != OF_CLASS_WINNER || car->class_index == RACE_CLASSES_MAX)
		return model->winner_laps;
	for (uint32_t i = 0; i < model->count; i++) {
		const struct outlook *other = &model->cars[i];
		if (other->class_index == car->class_index && other->alive > 0.5 &&
		    (gap < 0.0 || other->gap < gap))
			gap = other->gap;
	}
	return model->winner_laps - floor(fmax(gap, 0.0));
}

/* Seconds from now to the last instant at which the car can drive on, from the line
 * it reached last: the lap before the one that reaches the threshold has to end
 * before the flag falls, as the first crossing after it is the last that counts. */
static double latest(const struct model *model, const struct outlook *car,
		     double threshold)
{
	const struct car *c = &model->race->cars[car->car];
	double from = c->line < model->race->setup.line_count
			      ? (double)model->race->setup.line_ppm[c->line] / 1e6
			      : 0.0;
	double before = fmax(threshold - 1.0 - (double)c->laps, 0.0);
	if (before < 1.0)
		return model->flag_in;
	return model->flag_in - (before - from) * car->clean;
}

static void tell_times(const struct model *model, const struct outlook *car,
		       struct forecast_row *row)
{
	double in, threshold = (double)row->threshold_p50 / FORECAST_LAP;
	bool standing = car->silent > 0.0 || model->race->cars[car->car].in_pit;
	row->standing = standing;
	row->silent = (duration_us)(car->silent * 1e6);
	if (car->home || threshold <= 0.0 || car->clean <= 0.0 ||
	    model->race->finish_at != INSTANT_NONE)
		return;
	if (standing) {
		in = latest(model, car, threshold);
		row->deadline = model->at + (duration_us)llround(in * 1e6);
		return;
	}
	/* Laps to spare at its whole pace, as time. */
	in = (floor(car->gap) - (model->winner_laps - threshold));
	in = fmin(fmax(-in, 0.0) * car->pace, fmax(model->flag_in, 0.0));
	row->afford = (duration_us)(in * 1e6);
}

static uint16_t share(double p)
{
	return (uint16_t)lround(fmin(fmax(p, 0.0), 1.0) * FORECAST_ONE);
}

static double chance_classified(const struct model *model, const struct outlook *car,
				double threshold)
{
	const struct car *c = &model->race->cars[car->car];
	bool reached = (double)c->laps >= threshold;
	if (model->rules->list == LIST_BY_LAPS)
		return c->laps > 0 ? 1.0 : car->alive;
	double reaches = forecast_below(
		model, car, model->winner_laps - threshold + (car->home ? 0.0 : 1.0));
	if (model->rules->must_take_flag)
		return car->alive * (reached ? 1.0 : reaches);
	return reached ? 1.0 : car->alive * reaches;
}

static void tell_threshold(const struct model *model, const struct outlook *car,
			   struct forecast_row *row)
{
	const struct race *race = model->race;
	double distance = distance_for(model, car);
	uint32_t now = race->car_count > 0 ? race->cars[race->order[0]].laps : 0;
	uint32_t threshold = rules_threshold(model->rules, (uint32_t)distance);
	row->p_classified = share(chance_classified(model, car, (double)threshold));
	if (model->rules->fraction_pm == 0)
		return;
	row->threshold_p50 = (int32_t)threshold * FORECAST_LAP;
	row->margin_p50 = row->laps_p50 - row->threshold_p50;
	row->margin_now =
		(int32_t)row->laps_now - (int32_t)rules_threshold(model->rules, now);
	row->to_do = (int32_t)threshold - (int32_t)row->laps_now;
	if (row->to_do < 0)
		row->to_do = 0;
	tell_times(model, car, row);
}

/* ---- the answer ------------------------------------------------------------------------- */

/* Laps behind, whole (forecast_odds.c (2)), and never more than it has left to lose. */
static int32_t behind_at(const struct model *model, const struct outlook *car,
			 double chance)
{
	double most = model->winner_laps - (double)model->race->cars[car->car].laps;
	double laps = floor(forecast_quantile(model, car, chance) + 1e-9);
	laps = fmax(fmin(laps, most), 0.0);
	return (int32_t)lround(laps * FORECAST_LAP);
}

static void tell(const struct model *model, const struct outlook *car,
		 struct forecast_row *row)
{
	int32_t winner = (int32_t)lround(model->winner_laps * FORECAST_LAP);
	row->car = car->car;
	row->laps_now = model->race->cars[car->car].laps;
	row->pace =
		car->pace > 0.0 ? (duration_us)llround(car->pace * 1e6) : DURATION_NONE;
	row->behind_p10 = behind_at(model, car, 0.1);
	row->behind_p50 = behind_at(model, car, 0.5);
	row->behind_p90 = behind_at(model, car, 0.9);
	row->laps_p10 = winner - row->behind_p90;
	row->laps_p50 = winner - row->behind_p50;
	row->laps_p90 = winner - row->behind_p10;
	row->p_flag = share(car->alive);
	tell_threshold(model, car, row);
}

/* The order of the road breaks ties: rows come in it. */
static void sort_rows(struct forecast *out)
{
	for (uint32_t i = 1; i < out->count; i++) {
		struct forecast_row row = out->rows[i];
		uint32_t at = i;
		for (; at > 0 && out->rows[at - 1].behind_p50 > row.behind_p50; at--)
			out->rows[at] = out->rows[at - 1];
		out->rows[at] = row;
	}
}

static void tell_class(const struct race *race, struct forecast *out)
{
	int32_t first[RACE_CLASSES_MAX + 1];
	for (int c = 0; c <= RACE_CLASSES_MAX; c++)
		first[c] = -1;
	for (uint32_t i = 0; i < out->count; i++) {
		struct forecast_row *row = &out->rows[i];
		uint8_t c = race->entries[row->car].class_index;
		if (c > RACE_CLASSES_MAX)
			c = RACE_CLASSES_MAX;
		if (first[c] < 0 && row->p_flag * 2 >= FORECAST_ONE)
			first[c] = row->behind_p50;
		if (first[c] >= 0)
			row->class_behind_p50 = row->behind_p50 - first[c];
	}
}

/* What is known without a forecast. */
static void tell_now(const struct model *model, struct forecast *out)
{
	struct classification judged;
	classify(model->race, model->tables, model->rules, &judged);
	for (uint32_t i = 0; i < model->count; i++) {
		struct forecast_row *row = &out->rows[i];
		uint32_t first = model->race->cars[model->race->order[0]].laps;
		memset(row, 0, sizeof(*row));
		row->car = model->cars[i].car;
		row->status = judged.rows[judged.row_of[row->car]].status;
		row->deadline = INSTANT_NONE;
		row->afford = row->pace = DURATION_NONE;
		row->laps_now = model->race->cars[row->car].laps;
		row->behind_p50 = (int32_t)(first - row->laps_now) * FORECAST_LAP;
		row->behind_p10 = row->behind_p90 = row->behind_p50;
		row->laps_p50 = (int32_t)row->laps_now * FORECAST_LAP;
		row->laps_p10 = row->laps_p90 = row->laps_p50;
	}
	out->count = model->count;
}

void forecast_query(const struct race *race, const struct race_tables *tables,
		    const struct rules *rules,
		    const struct forecast_parameters *parameters, instant_us at,
		    struct forecast *out)
{
	struct model model = {
		.race = race, .tables = tables, .rules = rules, .p = parameters};
	double odds[RACE_CARS_MAX];
	memset(out, 0, sizeof(*out));
	model.at = at < race->now ? race->now : at;
	out->at = model.at;
	out->flag_at = INSTANT_NONE;
	out->winner = CAR_NONE;
	model_begin(&model);
	tell_now(&model, out);
	if (race->setup.type != SESSION_RACE || race->start_at == INSTANT_NONE ||
	    (!winner_known(&model) && !choose_winner(&model)))
		return;
	if (race->finish_at == INSTANT_NONE)
		count_laps(&model);
	for (uint32_t i = 0; i < model.count; i++) {
		if (model.cars[i].home)
			look_home(&model, &model.cars[i]);
		else
			look_ahead(&model, &model.cars[i]);
	}
	forecast_class_odds(&model, odds);
	for (uint32_t i = 0; i < model.count; i++) {
		tell(&model, &model.cars[i], &out->rows[i]);
		out->rows[i].p_class_win = share(odds[i]);
	}
	sort_rows(out);
	tell_class(race, out);
	out->winner = model.cars[model.winner].car;
	out->winner_laps = (uint32_t)model.winner_laps;
	out->flag_at = race->finish_at != INSTANT_NONE
			       ? race->finish_at
			       : model.at + (duration_us)llround(model.flag_in * 1e6);
}
