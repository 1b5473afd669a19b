/*
 * main.c -- the first word chooses a command; without one it is the console
 */
#include "config.h"
#include "option_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "pitwall/listing.h"

static int usage_error(const struct command *command, const struct err *err)
{
	complain("%s", err->text);
	if (command != NULL)
		complain("`pitwall %s --help` lists its options", command->name);
	else
		complain("`pitwall --help` lists the commands and options");
	return EXIT_USAGE;
}

/* A file that is mapped became shorter while it is read: another program writes it. */
static void main_on_bus(int number)
{
	static const char words[] =
		"pitwall: a file became shorter while it was read; run pitwall again "
		"when the file is complete\n";
	ssize_t wrote = write(STDERR_FILENO, words, sizeof(words) - 1);
	(void)wrote;
	(void)number;
	_exit(EXIT_SOURCE);
}

/* A word that is neither a file nor a command was probably meant as one. */
static void suggest_command(const struct options *options)
{
	const char *word = options->source_count > 0 ? options->sources[0] : "";
	const char *near = command_nearest(word);
	if (near != NULL && access(word, F_OK) != 0)
		complain("did you mean `pitwall %s`?", near);
}

/* What the command line leaves open, the environment and the file say. */
static int main_run(const struct command *command, struct options *options)
{
	struct config *config = NULL;
	struct err err;
	int status;
	out_csv_raw(options->csv != NULL && strcmp(options->csv, "raw") == 0);
	listing_csv_seconds(options->seconds);
	if (config_load(options, command, &config, &err) != 0 ||
	    options_check(options, command, &err) != 0)
		status = usage_error(command, &err);
	else
		status = command != NULL ? command->run(options) : console_run(options);
	if (command == NULL && status == EXIT_SOURCE)
		suggest_command(options);
	config_free(config);
	return status;
}

/* With one of 0 to 2 closed, the next file that is opened would be written to as the
 * standard output, or its errors. */
static void descriptors_open(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

int main(int argc, char *argv[])
{
	const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;
	int skip = command == NULL ? 1 : 2;
	int words = argc > skip ? argc - skip : 0;
	struct options options;
	struct err err;
	struct out out;
	if (command == NULL)
		command = redis_list_command(words, argv + argc - words);
	descriptors_open();
	/* A file that may not grow further is a failed write, which is reported. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGBUS, main_on_bus);
	if (options_parse(words, argv + argc - words, command, &options, &err) != 0)
		return usage_error(command, &err);
	if (!options.help && !options.version)
		return main_run(command, &options);
	out_to_fd(&out, STDOUT_FILENO);
	if (options.help)
		help_print(&out, command);
	else
		out_text(&out, "pitwall " PITWALL_VERSION "\n");
	return finish_output(&out, EXIT_DONE);
}
