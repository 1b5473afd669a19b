/*
 * config_cmd.c -- `pitwall config`: every setting, its value and where it comes from
 *
 *  (1) The output can be saved as the file and means the same there: defaults are
 *      commented out with ";".
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "pitwall/listing.h"

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

static const char *const origin_names[] = {
	[ORIGIN_DEFAULT] = "default",
	[ORIGIN_FILE] = "file",
	[ORIGIN_ENVIRONMENT] = "environment",
	[ORIGIN_OPTION] = "option",
};

/* Values of a file or of the environment may hold anything. */
static void print_clean(struct out *out, const char *text)
{
	char clean[8192];
	out_bytes(out, clean, text_clean(clean, sizeof(clean), slice_of(text)));
}

/* A setting, its value and where it comes from. */
struct setting {
	const struct option_row *row;
	const struct options *options;
};

static enum config_origin origin_of(const struct setting *setting)
{
	return (enum config_origin)
		setting->options->origins[setting->row - option_rows];
}

static const char *value_in_force(const struct setting *setting)
{
	const char *value = option_value(setting->options, setting->row);
	if (origin_of(setting) == ORIGIN_DEFAULT)
		return setting->row->fallback;
	return value == NULL ? "no" : value; /* a switch */
}

static void print_setting(struct out *out, const struct setting *setting)
{
	const struct option_row *row = setting->row;
	enum config_origin origin = origin_of(setting);
	char text[512], variable[64];
	option_about(row, NULL, text, sizeof(text));
	comment(out, text);
	config_variable(row, variable, sizeof(variable));
	out_format(out, "; --%s, %s; default: %s", row->name, variable,
		   row->fallback[0] == '\0' ? "nothing" : row->fallback);
	if (origin != ORIGIN_DEFAULT)
		out_format(out, "; set by the %s", origin_names[origin]);
	out_text(out, "\n");
	out_format(out, "%s%s = ", origin == ORIGIN_DEFAULT ? ";" : "", row->name);
	print_clean(out, value_in_force(setting));
	out_text(out, "\n\n");
}

static int print_line(void *context, const struct ini_entry *entry, struct err *err)
{
	(void)err;
	print_clean(context, entry->key);
	out_text(context, " = ");
	print_clean(context, entry->value);
	out_text(context, "\n");
	return 0;
}

static void print_head(struct out *out, const struct options *options)
{
	char path[SOURCE_PATH_MAX];
	const char *name = config_path(options, path, sizeof(path));
	comment(out,
		"Settings of pitwall, as a configuration file: pitwall-config(5). An "
		"option overrides the environment, which overrides the file. Defaults "
		"are commented out.");
	if (name[0] == '\0') {
		comment(out, "No file is read.");
	} else if (strlen(name) < 150) {
		out_text(out,
			 access(name, F_OK) == 0 ? "; Read from: " : "; Save as: ");
		print_clean(out, name);
		out_text(out, "\n");
	}
	out_text(out, "\n");
}

/* ---- as a list --------------------------------------------------------------------- */

static void setting_name(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(((const struct setting *)record)->row->name));
}

static void setting_value(const void *record, struct listing_value *value)
{
	size_t len = text_clean(value->buf, sizeof(value->buf),
				slice_of(value_in_force(record)));
	listing_text(value, (struct slice){value->buf, len});
}

static void setting_default(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(((const struct setting *)record)->row->fallback));
}

static void setting_origin(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(origin_names[origin_of(record)]));
}

static void setting_variable(const void *record, struct listing_value *value)
{
	char variable[64];
	config_variable(((const struct setting *)record)->row, variable,
			sizeof(variable));
	listing_format(value, "%s", variable);
}

static void setting_about(const void *record, struct listing_value *value)
{
	char about[512];
	option_about(((const struct setting *)record)->row, NULL, about, sizeof(about));
	listing_format(value, "%s", about);
}

static void list_settings(struct out *out, enum format format,
			  const struct options *options)
{
	static const struct listing_field fields[] = {
		{"name", NULL, setting_name, .right = false},
		{"value", NULL, setting_value, .right = false},
		{"origin", NULL, setting_origin, .right = false},
		{"default", NULL, setting_default, .right = false},
		{"variable", NULL, setting_variable, .right = false},
		{"about", NULL, setting_about, .right = false},
	};
	static const struct listing_form form = {fields, ARRAY_LEN(fields), .gap = 1};
	struct listing listing;
	listing_begin(&listing, out, format, &form);
	listing_head(&listing);
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct setting setting = {&option_rows[i], options};
		if (option_rows[i].fallback != NULL)
			listing_row(&listing, &setting);
	}
	listing_end(&listing);
}

int config_run(const struct options *options)
{
	struct out out;
	struct err err;
	struct keymap keymap;
	/* Keys that the console would refuse are an error here too. */
	if (keys_load(options->settings, &keymap, &err) != 0) {
		complain("%s", err.text);
		return EXIT_USAGE;
	}
	out_to_fd(&out, STDOUT_FILENO);
	if (format_option(options) != FORMAT_TABLE) {
		list_settings(&out, format_option(options), options);
		return finish_output(&out, EXIT_DONE);
	}
	print_head(&out, options);
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct setting setting = {&option_rows[i], options};
		if (option_rows[i].fallback != NULL)
			print_setting(&out, &setting);
	}
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
