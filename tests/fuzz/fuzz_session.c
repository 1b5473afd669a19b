/*
 * fuzz_session.c -- a whole session of any bytes: gathered, read, folded, judged
 *
 * The first byte chooses what the bytes are called, since names and options decide
 * how they are read; the rest is the file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/session.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A ruleset of its own: nothing that is installed is needed. */
static const char rules[] = "[ruleset]\nname = fuzz\ntitle = Fuzz\n"
			    "[classification]\nfraction = 70%\n";

static int no_bytes(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return 0;
}

/* All that is computed or written of a race at an instant. */
static void write_all(struct session *session, const struct race *race, struct out *out)
{
	static struct view view;
	const struct race_tables *tables = &session->timeline.tables;
	const struct history_asked asked = {.at = session->timeline.at,
					    .car = CAR_NONE};
	for (int format = FORMAT_TABLE; format <= FORMAT_JSON; format++) {
		encode_results(out, (enum format)format, race, &session->rules,
			       &session->classification, NULL);
		encode_laps(out, (enum format)format, race, tables, race->order,
			    race->car_count);
		encode_history(out, (enum format)format, race, tables, &asked);
	}
	memset(&view, 0, sizeof(view));
	view.selected = race->car_count > 0 ? race->order[0] : CAR_NONE;
	session_view(session, &view);
	session_forecast(session, &view, 0);
	session_strategy(session, &view);
	if (view.forecast)
		encode_forecast(out, FORMAT_CSV, race, view.forecast, NULL);
}

static void ask_everything(struct session *session)
{
	char buffer[4096], text[256];
	struct out out = {.write = no_bytes, .buf = buffer, .max = sizeof(buffer)};
	static const char *const whens[] = {"start", "50%", "lap:2", "0:05:00", "end"};
	for (size_t i = 0; i < ARRAY_LEN(whens); i++) {
		struct when when;
		instant_us t;
		if (when_parse(slice_of(whens[i]), &when, NULL) != 0)
			abort();
		if (when_resolve(&session->timeline, &when, &t, NULL) != 0)
			continue;
		const struct race *race = session_at(session, t);
		const char *broken = race_check(race, &session->timeline.tables, text);
		if (broken) {
			fprintf(stderr, "%s\n", broken);
			abort();
		}
		write_all(session, race, &out);
	}
	encode_report(&out, &(struct report_of){
				    {&session->timeline.race, &session->timeline.tables,
				     &session->rules, &session->classification, NULL,
				     session->timeline.at},
				    &session->circuit,
				    &session->found,
				    NULL,
				    NULL});
	encode_alkamel(&out, &session->timeline.race, &session->timeline.tables);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char rules_path[512], source[600];
	struct session *session = NULL;
	struct err err = {""};
	if (size == 0)
		return 0;
	text_copy(rules_path, sizeof(rules_path), slice_of(scratch_path(".ini")));
	scratch_write(rules_path, rules, sizeof(rules) - 1);
	const char *path = scratch_path(".csv");
	scratch_write(path, data + 1, size - 1);
	text_format(source, sizeof(source), "%s%s", path,
		    data[0] & 1 ? "?feed=beacon" : "");
	struct options options = {
		.sources = {source},
		.source_count = 1,
		.rules = rules_path,
		.length = data[0] & 2 ? "2laps" : NULL,
		.session = data[0] & 4 ? "timed" : NULL,
	};
	int rc = session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err);
	if (rc == 0)
		ask_everything(session);
	else if (err.text[0] == '\0')
		abort();
	session_free(session);
	unlink(path);
	unlink(rules_path);
	return 0;
}
