/*
 * config_cmd.c -- `pitwall config`: every setting, what holds and who says so
 *
 *  (1) What is printed can be saved as the file, and says the same then: what holds by
 *      default stands behind a ";".
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "load_parts.h"

enum { COMMENT_WIDTH = 78 };

/** @text in lines that begin with ";". */
static void comment(struct out *out, const char *text)
{
	struct slice rest = slice_of(text);
	size_t at = 0;
	while (rest.len > 0) {
		struct slice word = slice_cut(&rest, ' ');
		if (at > 0 && at + 1 + word.len > COMMENT_WIDTH) {
			out_text(out, "\n");
			at = 0;
		}
		out_text(out, at == 0 ? "; " : " ");
		out_bytes(out, word.at, word.len);
		at += word.len + (at == 0 ? 2 : 1);
	}
	out_text(out, "\n");
}

static void print_setting(struct out *out, const struct options *options,
			  const struct option_row *row)
{
	static const char *const origins[] = {[ORIGIN_DEFAULT] = "",
					      [ORIGIN_FILE] = "; said by this file",
					      [ORIGIN_ENVIRONMENT] =
						      "; said by the environment",
					      [ORIGIN_OPTION] = "; said by the option"};
	enum config_origin origin =
		(enum config_origin)options->origins[row - option_rows];
	const char *value = option_value(options, row);
	char text[512], variable[64];
	option_about(row, NULL, text, sizeof(text));
	comment(out, text);
	config_variable(row, variable, sizeof(variable));
	out_format(out, "; --%s, %s; default: %s%s\n", row->name, variable,
		   row->fallback[0] == '\0' ? "nothing" : row->fallback,
		   origins[origin]);
	if (value == NULL && origin != ORIGIN_DEFAULT)
		value = "no"; /* a switch */
	out_format(out, "%s%s = %s\n\n", origin == ORIGIN_DEFAULT ? ";" : "", row->name,
		   origin == ORIGIN_DEFAULT ? row->fallback : value);
}

static int print_line(void *context, const struct ini_entry *entry, struct err *err)
{
	(void)err;
	out_format(context, "%s = %s\n", entry->key, entry->value);
	return 0;
}

static void print_head(struct out *out, const struct options *options)
{
	char path[SOURCE_PATH_MAX];
	const char *name = config_path(options, path, sizeof(path));
	comment(out,
		"Settings of pitwall, in the form of their file: pitwall-config(5). "
		"An option goes before the environment, that before the file. What "
		"holds by default stands behind a semicolon.");
	if (name[0] == '\0')
		comment(out, "No file is read.");
	else if (strlen(name) < 150)
		out_format(out, "; %s: %s\n",
			   access(name, F_OK) == 0 ? "Read from" : "To be saved as",
			   name);
	out_text(out, "\n");
}

int config_run(const struct options *options)
{
	struct out out;
	struct err err;
	struct keymap keymap;
	/* What the console would refuse is not printed as if it held. */
	if (keys_load(options->settings, &keymap, &err) != 0) {
		complain("%s", err.text);
		return EXIT_USAGE;
	}
	out_to_fd(&out, STDOUT_FILENO);
	print_head(&out, options);
	for (size_t i = 0; i < option_rows_count; i++)
		if (option_rows[i].fallback != NULL)
			print_setting(&out, options, &option_rows[i]);
	for (size_t i = 0; i < config_sections_count; i++) {
		const struct config_section *section = &config_sections[i];
		out_format(&out, "%s[%s]\n", i == 0 ? "" : "\n", section->name);
		comment(&out, section->about);
		if (section->print != NULL)
			section->print(&out, options->settings);
		else
			(void)ini_section_each(options->settings, section->name,
					       print_line, &out, &err);
	}
	return finish_output(&out, EXIT_DONE);
}
