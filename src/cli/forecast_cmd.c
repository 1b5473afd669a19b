/*
 * forecast_cmd.c -- `forecast`: the flag forecast, without a screen
 */
#include <unistd.h>

#include "option_rows.h"

int forecast_run(const struct options *options)
{
	static struct forecast forecast;
	struct forecast_parameters parameters;
	struct session *session = NULL;
	struct err err;
	enum format format = format_option(options);
	int status = EXIT_USAGE;
	if (!load_or_complain(options, 0, &session, &status))
		return status;
	const struct race_kind kind = {session->rules.name, session->setup.length_us};
	if (forecast_parameters_load(&kind, &parameters, &err) != 0) {
		complain("%s", err.text);
		session_free(session);
		return EXIT_SOURCE;
	}
	if (session_seek(session, options->at, &status)) {
		const struct race *race = &session->timeline.race;
		struct out out;
		forecast_query(race, &session->timeline.tables, &session->rules,
			       &parameters, session->timeline.at, &forecast);
		out_to_fd(&out, STDOUT_FILENO);
		if (format == FORMAT_JSON)
			encode_race_json(&out, race, &session->rules, "forecast");
		encode_forecast(&out, format, race, &forecast, options->class_name);
		if (format == FORMAT_JSON)
			out_text(&out, "}\n");
		status = finish_output(&out, EXIT_DONE);
	}
	session_free(session);
	return status;
}
