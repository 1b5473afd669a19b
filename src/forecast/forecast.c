/*
 * forecast.c -- how the race will end, estimated from the race so far
 *
 *  (1) The flag falls when the winner crosses the line at or after the time limit or
 *      completes the distance, whichever is sooner. All others are measured against the
 *      winner.
 *  (2) What slows everyone (a safety car, rain, a red flag) is drawn for all at once
 *      (forecast_ahead.c): the laps of the winner and of the others agree.
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
	model->front = model->winner;
	model->front_progress = model->winner_laps;
	model->left = 0.0;
	for (int i = 0; i < FORECAST_NEUTRALS; i++) {
		model->neutrals[i] = 0.0;
		model->laps_at[i] = model->winner_laps;
	}
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

/* The uncertainty, and the lap that the gap means. */
static void look_uncertain(const struct model *model, struct outlook *car)
{
	const struct forecast_parameters *p = model->p;
	double left = fmax(model->left, 0.0), hours = left / 3600.0;
	double grown = car->gap - fmax(model->front_progress - car->progress, 0.0);
	double ahead = model->laps_at[FORECAST_NEUTRALS / 2] - car->gap +
		       car->standing - car->progress;
	car->scale = 0.55 * sqrt(p->noise_start * p->noise_start +
				 p->noise_hour * p->noise_hour * hours +
				 p->noise_share * grown * p->noise_share * grown);
	/* Constant laps are nearly certain. */
	if (car->constant && car->laps_counted >= 3 && car->silent <= 0.0)
		car->scale *= 0.1;
	car->scale += 0.3 * car->standing;
	car->trouble = 1.0 - exp(-p->trouble_rate * hours);
	car->alive = forecast_alive(model, car);
	car->pace = car->clean;
	if (!car->constant && ahead > 1.0)
		car->pace = fmin(fmax(left / ahead, car->clean), 3.0 * car->clean);
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
		car->home =
			race->cars[index].flagged || (race->end_at != INSTANT_NONE &&
						      race->finish_at != INSTANT_NONE);
		model->count++;
	}
	forecast_learn(model);
	forecast_fill(model);
	forecast_place(model);
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
	return model->winner_laps - floor(fmax(gap, 0.0) + 1e-9);
}

static void row_times(const struct model *model, const struct outlook *car,
		      struct forecast_row *row)
{
	double in, threshold = row->threshold_p50 / (double)FORECAST_LAP;
	if (car->home || threshold <= 0.0 || car->clean <= 0.0 ||
	    model->race->finish_at != INSTANT_NONE)
		return;
	if (row->standing) {
		in = forecast_latest(model, car, threshold);
		/* A car that is forecast above the threshold is not too late. */
		if (row->margin_p50 > 0)
			in = fmax(in, 0.0);
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

static int32_t hundredths(double laps)
{
	return (int32_t)lround(fmin(fmax(laps, -1e7), 1e7) * (double)FORECAST_LAP);
}

/* Whole laps behind, at most all that the car can still lose. */
static int32_t behind_of(const struct model *model, const struct outlook *car,
			 double laps)
{
	double most = model->winner_laps - (double)model->race->cars[car->car].laps;
	return hundredths(fmax(fmin(laps, most), 0.0));
}

/* The bounds of whole numbers are rounded so that on average a tenth lies beyond each:
 * a car x laps behind is floor(x) laps behind. */
static void row_gap(const struct model *model, const struct outlook *car,
		    struct forecast_row *row)
{
	double low = forecast_quantile(model, car, 0.1);
	double middle = car->gap;
	double high = forecast_quantile(model, car, 0.9), whole;
	row->gap_p10 = hundredths(fmax(low, 0.0));
	row->gap_p50 = hundredths(fmax(middle, 0.0));
	row->gap_p90 = hundredths(fmax(high, 0.0));
	whole = floor(middle + 1e-9);
	row->behind_p50 = behind_of(model, car, whole);
	row->behind_p10 = behind_of(model, car, fmin(round(low), whole));
	row->behind_p90 = behind_of(model, car, fmax(round(high) - 1.0, whole));
}

static void row_laps(const struct model *model, const struct outlook *car,
		     const struct forecast *out, struct forecast_row *row)
{
	int32_t winner = hundredths(model->winner_laps);
	int32_t now = (int32_t)row->laps_now * FORECAST_LAP;
	row->laps_p50 = winner - row->behind_p50;
	row->laps_p10 = winner - row->behind_p90;
	row->laps_p90 = winner - row->behind_p10;
	if (car->home || model->race->finish_at != INSTANT_NONE || model->by_distance)
		return;
	if (car->car == model->cars[model->winner].car) {
		row->laps_p10 = (int32_t)out->winner_laps_p10 * FORECAST_LAP;
		row->laps_p90 = (int32_t)out->winner_laps_p90 * FORECAST_LAP;
	} else {
		double low = forecast_laps_quantile(model, car, 0.1);
		double high = forecast_laps_quantile(model, car, 0.9);
		/* The mean of a whole number of laps is one more than the difference of
		 * the laps at the limit and the gap. */
		row->laps_p10 = hundredths(round(low + 1.5));
		row->laps_p90 = hundredths(round(high + 0.5));
	}
	row->laps_p10 = row->laps_p10 < now ? now : row->laps_p10;
	row->laps_p10 = row->laps_p10 < row->laps_p50 ? row->laps_p10 : row->laps_p50;
	row->laps_p90 = row->laps_p90 > row->laps_p50 ? row->laps_p90 : row->laps_p50;
}

static void row_forecast(const struct model *model, const struct outlook *car,
			 const struct forecast *out, struct forecast_row *row)
{
	row->car = car->car;
	row->laps_now = model->race->cars[car->car].laps;
	row->pace = car->pace > 0.0 ? forecast_duration(car->pace) : DURATION_NONE;
	row->standing = car->silent > 0.0 || model->race->cars[car->car].in_pit;
	row->silent = forecast_duration(car->silent);
	row_gap(model, car, row);
	row_laps(model, car, out, row);
	row->p_flag = share(car->alive);
	forecast_threshold(model, car, row);
}

static void winner_forecast(const struct model *model, struct forecast *out)
{
	double low = forecast_winner_quantile(model, 0.1);
	double high = forecast_winner_quantile(model, 0.9);
	uint32_t laps = (uint32_t)model->winner_laps;
	out->winner = model->cars[model->winner].car;
	out->winner_laps = out->winner_laps_p10 = out->winner_laps_p90 = laps;
	if (model->race->finish_at != INSTANT_NONE || model->by_distance)
		return;
	/* A winner x laps on at the limit completes the lap: see row_gap(). */
	low = forecast_whole_laps(model, round(low) + 1.0);
	high = forecast_whole_laps(model, round(high));
	out->winner_laps_p10 = (uint32_t)fmin(low, model->winner_laps);
	out->winner_laps_p90 = (uint32_t)fmax(high, model->winner_laps);
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
		row->gap_p10 = row->gap_p50 = row->gap_p90 = row->behind_p50;
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
	    (!winner_known(&model) && !forecast_look_at_front(&model)))
		return;
	for (uint32_t i = 0; i < model.count; i++)
		forecast_look_ahead(&model, &model.cars[i]);
	if (race->finish_at == INSTANT_NONE)
		forecast_look_at_flag(&model);
	for (uint32_t i = 0; i < model.count; i++) {
		if (model.cars[i].home)
			look_home(&model, &model.cars[i]);
		else
			look_uncertain(&model, &model.cars[i]);
	}
	winner_forecast(&model, out);
	for (uint32_t i = 0; i < model.count; i++)
		row_forecast(&model, &model.cars[i], out, &out->rows[i]);
	forecast_wins(&model, out);
	forecast_sort(out);
	rows_behind_class(race, out);
	out->flag_at = race->finish_at != INSTANT_NONE
			       ? race->finish_at
			       : model.at + forecast_duration(model.flag_in);
}

uint32_t forecast_terms_query(const struct race *race, const struct race_tables *tables,
			      const struct forecast_parameters *parameters,
			      instant_us at, struct forecast_terms out[RACE_CARS_MAX])
{
	struct model model = {.race = race, .tables = tables, .p = parameters};
	bool known;
	model.at = at < race->now ? race->now : at;
	model_begin(&model);
	known = race->setup.type == SESSION_RACE && race->start_at != INSTANT_NONE &&
		race->finish_at == INSTANT_NONE && forecast_look_at_front(&model);
	for (uint32_t i = 0; i < model.count; i++) {
		struct outlook *car = &model.cars[i];
		memset(&out[i], 0, sizeof(out[i]));
		out[i].car = car->car;
		out[i].known = known && !car->home && !car->constant;
		if (!out[i].known)
			continue;
		forecast_look_ahead(&model, car);
		out[i].now =
			fmax(model.front_progress - car->progress, 0.0) + car->standing;
		forecast_terms_of(&model, car, model.neutrals[FORECAST_NEUTRALS / 2],
				  out[i].terms);
	}
	return model.count;
}

uint32_t forecast_wins_query(const struct race *race, const struct race_tables *tables,
			     const struct forecast_parameters *parameters,
			     instant_us at,
			     struct forecast_win_terms out[RACE_CARS_MAX])
{
	struct model model = {.race = race, .tables = tables, .p = parameters};
	model.at = at < race->now ? race->now : at;
	model_begin(&model);
	if (race->setup.type != SESSION_RACE || race->start_at == INSTANT_NONE ||
	    race->finish_at != INSTANT_NONE || !forecast_look_at_front(&model))
		return 0;
	for (uint32_t i = 0; i < model.count; i++)
		forecast_look_ahead(&model, &model.cars[i]);
	forecast_look_at_flag(&model);
	return forecast_win_terms(&model, out);
}
