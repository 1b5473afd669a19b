/*
 * strategy_cmd.c -- `strategy`: what the strategy screen shows, without a screen
 */
#include "option_rows.h"

static void list_strategy(struct out *out, enum format format, struct session *session,
			  const uint16_t *cars, uint32_t count)
{
	static const struct forecast none = {.flag_at = INSTANT_NONE};
	static struct view view;
	session_view(session, &view);
	if (!view.classification->finished)
		session_forecast(session, &view, 0);
	const struct strategy_asked asked = {
		.request = {.race = view.race,
			    .tables = view.tables,
			    .rules = view.rules,
			    .forecast = view.forecast ? view.forecast : &none,
			    .at = view.at,
			    .parameters = view.forecast ? &session->parameters : NULL},
		.standings = view.standings,
		.cars = cars,
		.car_count = count,
		.scratch = &session->strategy,
	};
	encode_strategy(out, format, &asked);
}

int strategy_run(const struct options *options)
{
	return cars_run(options, "strategy", list_strategy);
}
