/*
 * list_cmd.c -- `feeds`, `rules`, `circuits`, `themes`, `keys`: what is built in
 *
 * Each is printed from the table or the files that the program itself uses.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pitwall/assets.h"
#include "config.h"
#include "option_rows.h"

/* ---- feeds ------------------------------------------------------------------- */

int feeds_run(const struct options *options)
{
	struct out out;
	(void)options;
	out_to_fd(&out, STDOUT_FILENO);
	for (size_t i = 0; feed_drivers[i] != NULL; i++) {
		const struct feed_driver *driver = feed_drivers[i];
		out_format(&out, "%-10s %-12s %s\n", driver->name, driver->media,
			   driver->summary);
	}
	out_format(&out, "%-10s %-12s %s\n", "recording", "file",
		   "what was recorded or converted (.pitwall)");
	return finish_output(&out, EXIT_DONE);
}

/* ---- rules -------------------------------------------------------------------- */

struct listing {
	struct out *out;
	struct err *err;
	int failed;
};

static const char *fraction_of(const struct rules *rules, char *text, size_t cap)
{
	if (rules->fraction_pm == 0)
		return "no threshold";
	char tenth[8] = "";
	if (rules->fraction_pm % 10 != 0)
		text_format(tenth, sizeof(tenth), ".%u", rules->fraction_pm % 10);
	text_format(text, cap, "%u%s %% of the %s winner's distance",
		    rules->fraction_pm / 10, tenth,
		    rules->of == OF_CLASS_WINNER ? "class" : "race");
	return text;
}

static void list_rules(void *context, const char *name)
{
	struct listing *listing = context;
	struct rules rules;
	char fraction[64];
	if (listing->failed == 0)
		listing->failed = rules_load(name, &rules, listing->err);
	if (listing->failed == 0)
		out_format(listing->out, "%-26s %-50s %s\n", name, rules.title,
			   fraction_of(&rules, fraction, sizeof(fraction)));
}

/** A ruleset's own file says each value with its source, better than we could. */
static int print_rules(struct out *out, const char *name, struct err *err)
{
	struct rules rules;
	struct bytes bytes = {0};
	int rc = rules_read(name, &rules, &bytes, err);
	if (rc != 0)
		return rc;
	struct slice rest = bytes.data;
	while (rest.len > 0) {
		char line[512];
		size_t len = text_clean(line, sizeof(line), slice_cut(&rest, '\n'));
		out_bytes(out, line, len);
		out_text(out, "\n");
	}
	bytes_free(&bytes);
	return 0;
}

static int print_list(const struct options *options, const char *folder,
		      void (*each)(void *context, const char *name),
		      int (*one)(struct out *out, const char *name, struct err *err))
{
	struct out out;
	struct err err;
	struct listing listing = {&out, &err, 0};
	int rc = 0;
	out_to_fd(&out, STDOUT_FILENO);
	if (options->source_count == 0)
		rc = assets_list(folder, ".ini", each, &listing, &err);
	for (unsigned i = 0; rc == 0 && i < options->source_count; i++)
		rc = one(&out, options->sources[i], &err);
	if (rc == 0)
		rc = listing.failed;
	int status = finish_output(&out, EXIT_DONE);
	if (rc == 0)
		return status;
	complain("%s", err.text);
	return rc == -ENOENT ? EXIT_USAGE : EXIT_SOURCE;
}

int rules_run(const struct options *options)
{
	return print_list(options, "rules", list_rules, print_rules);
}

/* ---- circuits ------------------------------------------------------------------- */

static void list_circuits(void *context, const char *name)
{
	struct listing *listing = context;
	struct circuit circuit;
	if (listing->failed == 0)
		listing->failed = circuit_load(name, &circuit, listing->err);
	if (listing->failed == 0)
		out_format(listing->out, "%-16s %lld.%03lld km  %2u turns  %s\n", name,
			   (long long)(circuit.length / 1000000),
			   (long long)(circuit.length / 1000 % 1000),
			   circuit.turn_count, circuit.title);
}

static int print_circuit(struct out *out, const char *name, struct err *err)
{
	struct circuit circuit;
	int rc = circuit_load(name, &circuit, err);
	if (rc != 0)
		return rc;
	out_format(out, "%s\nlength %lld m, zone %s\n", circuit.title,
		   (long long)(circuit.length / 1000), circuit.zone);
	for (unsigned i = 0; i < circuit.line_count; i++)
		out_format(out, "line   %5d m  %s\n", circuit.line_mm[i] / 1000,
			   circuit.line_names[i]);
	if (circuit.pit_in_mm != 0)
		out_format(out, "pits   %5d m  in\npits   %5d m  out\n",
			   circuit.pit_in_mm / 1000, circuit.pit_out_mm / 1000);
	for (unsigned i = 0; i < circuit.turn_count; i++)
		out_format(out, "turn   %5d m  %-3s %c  %s\n",
			   circuit.turns[i].along_mm / 1000, circuit.turns[i].number,
			   circuit.turns[i].hand, circuit.turns[i].name);
	if (circuit.notice[0] != '\0')
		out_format(out, "%s\n", circuit.notice);
	return 0;
}

int circuits_run(const struct options *options)
{
	return print_list(options, "circuits", list_circuits, print_circuit);
}

/* ---- columns --------------------------------------------------------------------- */

int columns_run(const struct options *options)
{
	struct out out;
	char name[COLUMN_NAME_MAX];
	(void)options;
	out_to_fd(&out, STDOUT_FILENO);
	for (unsigned id = 0; column_name(id, name); id++)
		if (column_by_name(slice_of(name)) == (int)id)
			out_format(&out, "%-12s %-10s %s\n", name, column_head(id),
				   column_about(id));
	for (size_t i = 1; i < column_sets_count; i++) {
		char text[512];
		column_set_text(&column_sets[i], text, sizeof(text));
		out_format(&out, "%sset %s = %s\n", i == 1 ? "\n" : "",
			   column_sets[i].name, text);
	}
	return finish_output(&out, EXIT_DONE);
}

/* ---- themes ------------------------------------------------------------------- */

static void list_theme(void *context, const char *name)
{
	struct listing *listing = context;
	char title[80];
	struct err err;
	/* A user's own that is wrong hides no other. */
	if (theme_title(name, title, sizeof(title), &err) != 0)
		complain("%s", err.text);
	else
		out_format(listing->out, "%-20s %s\n", name, title);
}

int themes_run(const struct options *options)
{
	struct out out;
	struct err err;
	struct listing listing = {&out, &err, 0};
	(void)options;
	out_to_fd(&out, STDOUT_FILENO);
	int rc = themes_each(list_theme, &listing, &err);
	int status = finish_output(&out, EXIT_DONE);
	if (rc == 0)
		return status;
	complain("%s", err.text);
	return EXIT_SOURCE;
}

/* ---- keys ------------------------------------------------------------ */

/** One line an action: its keys, as they are bound, then what it does. */
int keys_run(const struct options *options)
{
	struct keymap keymap;
	struct out out;
	struct err err;
	if (keys_load(options->settings, &keymap, &err) != 0) {
		complain("%s", err.text);
		return EXIT_USAGE;
	}
	out_to_fd(&out, STDOUT_FILENO);
	for (unsigned action = 0; action < ACTION_COUNT; action++) {
		char keys[96] = "";
		size_t len = 0;
		for (size_t i = 0; i < keymap.count; i++)
			if (keymap.at[i].action == action)
				len += text_format(keys + len, sizeof(keys) - len,
						   "%s%s", len == 0 ? "" : "  ",
						   keymap.at[i].label);
		if (len > 0)
			out_format(&out, "%-46s %s\n", keys,
				   action_about((enum action)action));
	}
	return finish_output(&out, EXIT_DONE);
}
