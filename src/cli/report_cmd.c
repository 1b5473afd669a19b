/*
 * report_cmd.c -- `report`: a race on one page
 */
#include <string.h>
#include <unistd.h>

#include "option_rows.h"

static void page(struct out *out, const void *context)
{
	const struct session *session = context;
	encode_report(out, &(struct report_of){
				   {&session->timeline.race, &session->timeline.tables,
				    &session->rules, &session->classification, NULL,
				    session->timeline.at},
				   &session->circuit,
				   &session->found});
}

/* @path NULL: to standard output. */
static int write_page(const char *path, const struct session *session)
{
	struct out out;
	struct err err;
	if (path == NULL) {
		out_to_fd(&out, STDOUT_FILENO);
		page(&out, session);
		return finish_output(&out, EXIT_DONE);
	}
	if (output_write(path, page, session, &err) == 0)
		return EXIT_DONE;
	complain("%s", err.text);
	return EXIT_SOURCE;
}

int report_run(const struct options *options)
{
	struct session *session = NULL;
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
	if (status != EXIT_DONE ||
	    !load_or_complain(options, LOAD_HISTORY, &session, &status))
		return status;
	if (session_seek(session, options->at == NULL ? "end" : options->at, &status))
		status = write_page(path, session);
	session_free(session);
	return status;
}
