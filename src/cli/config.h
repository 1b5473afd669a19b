/*
 * config.h -- settings from the environment and the configuration file, for options not given
 *
 * A setting is a row of option_rows with a fallback: to add one is to add a row, and its
 * name to the `accepts` of the commands it is for. It is an option (--theme light), a
 * variable of the environment (PITWALL_THEME=light; '-' becomes '_') and a line of the
 * file (theme = light): an option goes before the environment, that before the file, that
 * before the fallback. Switches are yes or no in all three (--mono=no).
 *
 * The file is ${XDG_CONFIG_HOME:-~/.config}/pitwall/config; --config FILE or
 * PITWALL_CONFIG names another, "none" none. It is an INI: settings first, then sections
 * of free lines (config_sections), where a name may occur several times. The commands
 * that accept "config" read it. It may be absent; when it cannot be read or is invalid,
 * that is an error with file and line.
 */
#ifndef PITWALL_CLI_CONFIG_H
#define PITWALL_CLI_CONFIG_H

#include "option_rows.h"

enum config_origin {
	ORIGIN_DEFAULT,
	ORIGIN_FILE,
	ORIGIN_ENVIRONMENT,
	ORIGIN_OPTION,
};

/* A section of free lines: a row of the table in config.c. */
struct config_section {
	const char *name;
	const char *about; /* for `pitwall config` */
	/* Is the line understood? Asked of each while the file is read; -EINVAL with a
	 * sentence (ini_bad()). NULL: any line is. */
	int (*check)(const struct ini_entry *entry, struct err *err);
	/* Lines that hold without the file, as comments and lines for it, and what the file
	 * says; NULL: what the file says, as it is. */
	void (*print)(struct out *out, const struct ini_lines *lines);
};
struct config;
extern const struct config_section config_sections[];
extern const size_t config_sections_count;

/** Read the file and the environment into what is not given in @options of @command, and
 * set @options->settings. *@out is the caller's to config_free(), also after an error;
 * NULL when there is no file. -EINVAL, -ENOENT ... with a sentence. */
int config_load(struct options *options, const struct command *command,
		struct config **out, struct err *err);
void config_free(struct config *config); /* NULL is fine */
/** Path of the file, there or not; "" where there can be none. */
const char *config_path(const struct options *options, char *path, size_t cap);
/** "PITWALL_LEAVE_ONE_OUT" of a row. */
void config_variable(const struct option_row *row, char *name, size_t cap);

#endif
