/*
 * strategy_cmd.c -- `strategy`: what the strategy screen shows, without a screen
 */
#include "option_rows.h"

static void list_strategy(const struct options *options, struct out *out,
			  struct session *session, const uint16_t *cars, uint32_t count)
{
	static const struct forecast none = {.flag_at = INSTANT_NONE};
	static struct view view;
	session_view(session, &view);
	if (!view.classification->finished)
		session_forecast(session, &view, 0);
	struct strategy_asked asked = {
		.request = {.race = view.race,
			    .tables = view.tables,
			    .rules = view.rules,
			    .forecast = view.forecast ? view.forecast : &none,
			    .at = view.at,
			    .parameters = view.forecast ? &session->parameters : NULL,
			    .stints = session_stints(session)},
		.standings = view.standings,
		.cars = cars,
		.car_count = count,
		.scratch = &session->strategy,
	};
	asked.stints = session->stints;
	asked.stint_count = session->stint_count;
	(void)what_if_option(options, &asked.request.what_if);
	encode_strategy(out, format_option(options), &asked);
}

int strategy_run(const struct options *options)
{
	struct strategy_what_if what_if;
	if (!what_if_option(options, &what_if))
		return EXIT_USAGE;
	if (what_if.lap > 0 && options->car == NULL) {
		complain("--what-if asks of one car: add --car NUMBER");
		return EXIT_USAGE;
	}
	return cars_run(options, "strategy", list_strategy);
}
