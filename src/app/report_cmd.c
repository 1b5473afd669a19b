/*
 * report_cmd.c -- `report`: a race on one page
 */
#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int write_page(const struct options *options, const struct session *session)
{
	int fd = STDOUT_FILENO;
	struct out out;
	if (options->output != NULL && strcmp(options->output, "-") != 0)
		fd = open(options->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			  0666);
	if (fd < 0) {
		complain("%s cannot be written: %s", options->output, strerror(errno));
		return EXIT_SOURCE;
	}
	out_to_fd(&out, fd);
	encode_report(&out, &session->timeline.race, &session->timeline.tables,
		      &session->rules, &session->classification);
	if (fd == STDOUT_FILENO)
		return finish_output(&out, EXIT_DONE);
	int rc = out_flush(&out);
	if (close(fd) != 0 && rc == 0)
		rc = -errno;
	if (rc == 0)
		return EXIT_DONE;
	complain("%s cannot be written: %s", options->output, strerror(-rc));
	return EXIT_SOURCE;
}

int report_run(const struct options *options)
{
	struct session *session = NULL;
	int status = EXIT_USAGE;
	if (options->output == NULL && isatty(STDOUT_FILENO)) {
		complain("report: where to? -o FILE.html, or into a pipe");
		return status;
	}
	for (unsigned i = 0; options->output != NULL && i < options->source_count; i++)
		if (strcmp(options->output, options->sources[i]) == 0) {
			complain("%s: this is read too; choose another name for the "
				 "page",
				 options->output);
			return status;
		}
	if (!load_or_complain(options, 0, &session, &status))
		return status;
	if (session_seek(session, options->at == NULL ? "end" : options->at, &status))
		status = write_page(options, session);
	session_free(session);
	return status;
}
