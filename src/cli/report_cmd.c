/*
 * report_cmd.c -- `report`: a race on one page
 */
#include <string.h>
#include <unistd.h>

#include "option_rows.h"
#include "pitwall/season_watch.h"

struct report_page {
	struct session *session;
	struct season_watch *season; /* NULL: none */
};

static void page(struct out *out, const void *context)
{
	const struct report_page *of = context;
	const struct session *session = of->session;
	struct season_view_work *work = NULL;
	struct season_view *season = season_watch_view(of->season, &work);
	encode_report(out, &(struct report_of){
				   {&session->timeline.race, &session->timeline.tables,
				    &session->rules, &session->classification, NULL,
				    session->timeline.at},
				   &session->circuit,
				   &session->found,
				   season,
				   work});
}

/* @path NULL: to standard output. */
static int write_page(const char *path, const struct report_page *of)
{
	struct out out;
	struct err err;
	if (path == NULL) {
		out_to_fd(&out, STDOUT_FILENO);
		page(&out, of);
		return finish_output(&out, EXIT_DONE);
	}
	if (output_write(path, page, of, &err) == 0)
		return EXIT_DONE;
	complain("%s", err.text);
	return EXIT_SOURCE;
}

int report_run(const struct options *options)
{
	struct report_page of = {NULL, NULL};
	const char *path = options->output;
	int status = EXIT_DONE;
	if (path == NULL && isatty(STDOUT_FILENO)) {
		complain("report needs an output: -o FILE.html, or a pipe");
		return EXIT_USAGE;
	}
	if (path != NULL && strcmp(path, "-") == 0)
		path = NULL;
	if (path != NULL)
		status = output_check(options);
	if (status != EXIT_DONE)
		return status;
	if (!season_or_complain(options, &of.season))
		return EXIT_USAGE;
	if (load_or_complain(options, LOAD_HISTORY, &of.session, &status) &&
	    session_seek(of.session, options->at == NULL ? "end" : options->at,
			 &status)) {
		struct view view = {.selected = CAR_NONE};
		season_watch_read(of.season, of.session);
		season_watch_update(of.season, of.session, &view, NEED_SEASON);
		status = write_page(path, &of);
	}
	season_watch_close(of.season);
	session_free(of.session);
	return status;
}
