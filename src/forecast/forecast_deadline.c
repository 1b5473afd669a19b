/*
 * forecast_deadline.c -- until when a stopped car can drive on and still be classified
 *
 *  (1) The lap before the one that reaches the threshold must end before the flag falls:
 *      the first crossing after the flag is the last one that counts.
 *  (2) A car with fewer than three clean laps drives at the pace of its class.
 *  (3) From the pit exit to the line a car takes what it took after its last stop.
 */
#include "forecast_parts.h"

/* (3): what it took, of a clean lap, where it is to be believed. */
#define EXIT_LEAST 0.3
#define EXIT_MOST 1.4

static const struct lap_row *deadline_row(const struct model *model, uint32_t at)
{
	const struct race *race = model->race;
	return at > race->lap_first && at <= race->lap_count &&
			       at <= model->tables->laps_max
		       ? &model->tables->laps[at - 1]
		       : NULL;
}

/* (2) */
static double deadline_lap(const struct model *model, const struct outlook *car)
{
	uint32_t clean = 0;
	const struct lap_row *row =
		deadline_row(model, model->race->cars[car->car].lap_row);
	for (; row && clean < 3; row = deadline_row(model, row->prev))
		clean += lap_is_clean(row) ? 1 : 0;
	double of_class = forecast_middle(model, car->class_index,
					  offsetof(struct outlook, clean));
	return clean < 3 && of_class > 0.0 && !car->constant ? of_class : car->clean;
}

/* (3); 0: the car is not behind the line in the pit lane, or has not stopped before. */
static double from_exit(const struct model *model, const struct outlook *car,
			double lap)
{
	const struct race *race = model->race;
	const struct car *c = &race->cars[car->car];
	const struct lap_row *row = deadline_row(model, c->lap_row);
	const struct stint_row *stint;
	instant_us line = INSTANT_NONE;
	if (!c->in_pit || c->line != 0 || c->sf_at == INSTANT_NONE ||
	    c->sf_at < c->pit_in_at || c->stint_row == 0 ||
	    c->stint_row > race->stint_count ||
	    c->stint_row > model->tables->stints_max)
		return 0.0;
	stint = &model->tables->stints[c->stint_row - 1];
	if (stint->out_at == INSTANT_NONE)
		return 0.0;
	for (; row && row->at > stint->out_at; row = deadline_row(model, row->prev))
		line = row->at;
	if (line == INSTANT_NONE)
		return 0.0;
	double took = forecast_seconds(line - stint->out_at);
	return took > EXIT_LEAST * lap && took < EXIT_MOST * lap ? took : 0.0;
}

double forecast_latest(const struct model *model, const struct outlook *car,
		       double threshold)
{
	const struct race *race = model->race;
	const struct car *c = &race->cars[car->car];
	double before = fmax(threshold - 1.0 - (double)c->laps, 0.0); /* (1) */
	double lap = deadline_lap(model, car), out;
	if (before < 1.0)
		return model->flag_in;
	out = from_exit(model, car, lap);
	if (out > 0.0)
		return model->flag_in - (before - 1.0) * lap - out;
	double from = c->line < race->setup.line_count
			      ? (double)race->setup.line_ppm[c->line] / 1e6
			      : 0.0;
	return model->flag_in - (before - from) * lap;
}
