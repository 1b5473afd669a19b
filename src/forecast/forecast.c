/*
 * forecast.c -- how the race will end, estimated from the race so far
 *
 *  (1) The winner comes first: the flag falls when it crosses the line at or after the
 *      time limit or completes the distance, whichever is sooner. All others are
 *      measured against the winner.
 *  (2) What slows everyone (a safety car, rain, a red flag) is in the winner's pace
 *      too: the others lose to it by the ratio of the paces.
 *  (3) A car that is overdue stays out of sight for a while longer, and the longer it
 *      is overdue the less likely it returns.
 *  (4) A car completes the lap on which it takes the flag: every lap it has begun
 *      counts.
 */
#include <math.h>
#include <string.h>

#include "forecast_parts.h"

const struct forecast_parameters forecast_parameters_plain = {
#define X(name_, value_, low_, high_, about_) .name_ = (value_),
	FORECAST_PARAMETERS(X)
#undef X
};

/* ---- the winner and the flag -------------------------------------------------- */

/* Laps of the distance; 0: not limited by a distance. */
static double distance_laps(const struct race_setup *setup)
{
	if (setup->length_laps > 0)
		return (double)setup->length_laps;
	if (setup->length <= 0 || setup->lap_length <= 0)
		return 0.0;
	return ceil((double)setup->length / (double)setup->lap_length);
}

/* Seconds left, at the leader's pace where a distance ends the race. */
static double time_left(const struct model *model)
{
	const struct race *race = model->race;
	const struct outlook *first = &model->cars[0];
	double laps = distance_laps(&race->setup), left = (double)INFINITY;
	if (race->setup.length_us > 0 && race->clock_at != INSTANT_NONE)
		left = forecast_seconds(race->clock_at + race->setup.length_us -
					model->at);
	if (laps > 0.0)
		left = fmin(left,
			    (laps - first->progress) * first->paces[ALL_LAPS].gross);
	return isfinite(left) ? fmax(left, 0.0) : 0.0;
}

/* Share of the race that is ahead; 0.5 unknown. */
static double share_ahead(const struct model *model)
{
	double left = time_left(model), gone;
	if (model->race->start_at == INSTANT_NONE)
		return 0.5;
	gone = fmax(forecast_seconds(model->at - model->race->start_at), 0.0);
	return left + gone > 0.0 ? left / (left + gone) : 0.5;
}

/* Share of the time ahead that is neutralised: from what the leader has driven, from
 * all races, and from a neutralisation that is on now. None when the leader's laps are
 * constant. */
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

/* Mean lap ahead. Early in a race: green laps at the car's own pace, neutralised laps
 * at the common pace; later, more and more the mean of all its laps. */
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

/* Seconds until @car would end the race alone (1), and its laps then; -1: no limit. */
static double flag_by(const struct model *model, const struct outlook *car,
		      double *laps)
{
	const struct race *race = model->race;
	double distance = distance_laps(&race->setup), pace = car->pace;
	double in = -1.0;
	if (race->setup.length_us > 0 && race->clock_at != INSTANT_NONE) {
		double left = forecast_seconds(race->clock_at + race->setup.length_us -
					       model->at);
		double there = car->progress + fmax(left, 0.0) / pace;
		/* A lap that ends exactly on the limit ends the race. */
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

/* The car with most laps when time is up; of equal cars the first in the order. */
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
			horizon = in; /* the leader's */
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

/* The track became faster or slower for everyone: assume that half of the change stays,
 * as rain ends and a track dries. Gaps between cars are not scaled by it: on real races
 * that made them worse. */
static void forecast_apply_drift(struct model *model)
{
	struct outlook winner = model->cars[model->winner];
	model->base_laps = model->winner_laps;
	model->base_in = model->flag_in;
	if (winner.constant || model->winner_laps <= winner.progress)
		return;
	winner.pace *= sqrt(forecast_drift(model));
	model->flag_in = flag_by(model, &winner, &model->winner_laps);
}

/* After the winner's finish the flag is a fact. */
static bool winner_known(struct model *model)
{
	const struct race *race = model->race;
	if (race->finish_at == INSTANT_NONE || race->winner == CAR_NONE)
		return false;
	for (uint32_t i = 0; i < model->count; i++)
		if (model->cars[i].car == race->winner)
			model->winner = i;
	model->flag_in = forecast_seconds(race->finish_at - model->at);
	model->winner_laps = (double)race->cars[race->winner].laps;
	model->base_laps = model->winner_laps;
	model->base_in = model->flag_in;
	return true;
}

/* ---- each car ------------------------------------------------------------------ */

static void look_home(const struct model *model, struct outlook *car)
{
	car->gap = model->winner_laps - (double)model->race->cars[car->car].laps;
	car->scale = 0.0;
	car->trouble = 0.0;
	car->alive = model->race->cars[car->car].flagged ? 1.0 : 0.0;
}

/* Where the car will be when the flag falls, and the uncertainty. */
static void look_ahead(const struct model *model, struct outlook *car)
{
	const struct forecast_parameters *p = model->p;
	const struct outlook *winner = &model->cars[model->winner];
	double left = fmax(model->base_in, 0.0), hours = left / 3600.0;
	double standing_s = fmin(car->silent * p->stop_factor, left);
	double there = car->progress;
	double grown;
	if (car->pace > 0.0)
		there += (left - standing_s) / car->pace;
	car->gap = model->base_laps - there;
	/* The common loss of a class depends on how long the race is neutralised. */
	grown = car->gap - fmax(winner->progress - car->progress, 0.0);
	car->scale = 0.55 * sqrt(p->noise_start * p->noise_start +
				 p->noise_hour * p->noise_hour * hours +
				 p->noise_share * grown * p->noise_share * grown);
	/* Constant laps are nearly certain. */
	if (car->constant && car->laps_counted >= 3 && car->silent <= 0.0)
		car->scale *= 0.1;
	car->scale += 0.3 * standing_s / fmax(car->pace, 1.0);
	car->trouble = 1.0 - exp(-p->trouble_rate * hours);
	car->alive = forecast_alive(model, car);
	/* No car but the winner can be ahead of the winner. */
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

/* ---- against the threshold ------------------------------------------------------- */

/* Laps at the flag of the car that sets the threshold for @car. */
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

/* Seconds until the last instant at which the car can drive on from its last line. The
 * lap before the one that reaches the threshold must end before the flag falls: the
 * first crossing after the flag is the last one that counts. */
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

static void row_times(const struct model *model, const struct outlook *car,
		      struct forecast_row *row)
{
	double in, threshold = row->threshold_p50 / (double)FORECAST_LAP;
	bool standing = car->silent > 0.0 || model->race->cars[car->car].in_pit;
	row->standing = standing;
	row->silent = forecast_duration(car->silent);
	if (car->home || threshold <= 0.0 || car->clean <= 0.0 ||
	    model->race->finish_at != INSTANT_NONE)
		return;
	if (standing) {
		in = latest(model, car, threshold);
		row->deadline = model->at + forecast_duration(in);
		return;
	}
	/* Laps to spare, as time at its mean pace. */
	in = (floor(car->gap) - (model->winner_laps - threshold));
	in = fmin(fmax(-in, 0.0) * car->pace, fmax(model->flag_in, 0.0));
	row->afford = forecast_duration(in);
}

static uint16_t share(double p)
{
	return (uint16_t)lround(fmin(fmax(p, 0.0), 1.0) * (double)FORECAST_ONE);
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

static void forecast_threshold(const struct model *model, const struct outlook *car,
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
	row_times(model, car, row);
}

/* ---- the answer ------------------------------------------------------------------ */

/* Whole laps behind (forecast_odds.c (2)), at most all that the car can still lose. */
static int32_t behind_at(const struct model *model, const struct outlook *car,
			 double chance)
{
	double most = model->winner_laps - (double)model->race->cars[car->car].laps;
	double laps = floor(forecast_quantile(model, car, chance) + 1e-9);
	laps = fmax(fmin(laps, most), 0.0);
	return (int32_t)lround(laps * (double)FORECAST_LAP);
}

static void row_forecast(const struct model *model, const struct outlook *car,
			 struct forecast_row *row)
{
	int32_t winner = (int32_t)lround(model->winner_laps * (double)FORECAST_LAP);
	row->car = car->car;
	row->laps_now = model->race->cars[car->car].laps;
	row->pace = car->pace > 0.0 ? forecast_duration(car->pace) : DURATION_NONE;
	row->behind_p10 = behind_at(model, car, 0.1);
	row->behind_p50 = behind_at(model, car, 0.5);
	row->behind_p90 = behind_at(model, car, 0.9);
	row->laps_p10 = winner - row->behind_p90;
	row->laps_p50 = winner - row->behind_p50;
	row->laps_p90 = winner - row->behind_p10;
	row->p_flag = share(car->alive);
	forecast_threshold(model, car, row);
}

/* Rows come in track order, which breaks ties. */
static void forecast_sort(struct forecast *out)
{
	for (uint32_t i = 1; i < out->count; i++) {
		struct forecast_row row = out->rows[i];
		uint32_t at = i;
		for (; at > 0 && out->rows[at - 1].behind_p50 > row.behind_p50; at--)
			out->rows[at] = out->rows[at - 1];
		out->rows[at] = row;
	}
}

static void rows_behind_class(const struct race *race, struct forecast *out)
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

/* The rows without a forecast: the race now. */
static void rows_now(const struct model *model, struct forecast *out)
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
	memset(out, 0, sizeof(*out));
	model.at = at < race->now ? race->now : at;
	out->at = model.at;
	out->flag_at = INSTANT_NONE;
	out->winner = CAR_NONE;
	model_begin(&model);
	rows_now(&model, out);
	if (race->setup.type != SESSION_RACE || race->start_at == INSTANT_NONE ||
	    (!winner_known(&model) && !choose_winner(&model)))
		return;
	if (race->finish_at == INSTANT_NONE)
		forecast_apply_drift(&model);
	for (uint32_t i = 0; i < model.count; i++) {
		if (model.cars[i].home)
			look_home(&model, &model.cars[i]);
		else
			look_ahead(&model, &model.cars[i]);
	}
	for (uint32_t i = 0; i < model.count; i++)
		row_forecast(&model, &model.cars[i], &out->rows[i]);
	forecast_wins(&model, out);
	forecast_sort(out);
	rows_behind_class(race, out);
	out->winner = model.cars[model.winner].car;
	out->winner_laps = (uint32_t)model.winner_laps;
	out->flag_at = race->finish_at != INSTANT_NONE
			       ? race->finish_at
			       : model.at + forecast_duration(model.flag_in);
}
