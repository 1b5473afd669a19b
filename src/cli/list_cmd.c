/*
 * list_cmd.c -- `feeds`, `rules`, `circuits`, `columns`, `alerts`, `themes`, `keys`:
 * what is built in
 *
 * Each is printed from the table or the files that the program itself uses.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "option_rows.h"
#include "pitwall/alert.h"
#include "pitwall/assets.h"
#include "pitwall/listing.h"

/* A list being printed: without titles, its columns as wide as the form says. */
struct printing {
	struct out out;
	struct listing listing;
	struct err err;
	int failed;
};

static void print_begin(struct printing *printing, const struct options *options,
			const struct listing_form *form)
{
	printing->failed = 0;
	out_to_fd(&printing->out, STDOUT_FILENO);
	listing_begin(&printing->listing, &printing->out, format_option(options), form);
	listing_head(&printing->listing);
}

static int print_end(struct printing *printing)
{
	listing_end(&printing->listing);
	return finish_output(&printing->out, EXIT_DONE);
}

#define LEFT .right = false
#define RIGHT .right = true
#define POINTER(type_, member_) listing_pointer, .place = offsetof(type_, member_)
#define CHARS(type_, member_) listing_chars, .place = offsetof(type_, member_)
#define LIST_FORM(name_, gap_)                                            \
	static const struct listing_form name_##_form = {                 \
		name_##_fields, ARRAY_LEN(name_##_fields), .gap = (gap_), \
		.untitled = true}

/* ---- feeds ------------------------------------------------------------------------- */

static const struct listing_field feed_fields[] = {
	{"name", "name", POINTER(struct feed_driver, name), .width = 1},
	{"media", "media", POINTER(struct feed_driver, media), .width = 1},
	{"summary", "summary", POINTER(struct feed_driver, summary), .width = 1},
};
LIST_FORM(feed, 2);

int feeds_run(const struct options *options)
{
	static const struct feed_driver recording = {
		.name = "recording",
		.media = "file",
		.summary = "what was recorded or converted (.pitwall)",
	};
	struct printing printing;
	print_begin(&printing, options, &feed_form);
	for (size_t i = 0; feed_drivers[i] != NULL; i++)
		listing_measure(&printing.listing, feed_drivers[i]);
	for (size_t i = 0; feed_drivers[i] != NULL; i++)
		listing_row(&printing.listing, feed_drivers[i]);
	listing_row(&printing.listing, &recording);
	return print_end(&printing);
}

/* ---- files of a folder --------------------------------------------------------------- */

/** The files of a folder by their names, or those named one by one. */
static int print_folder(const struct options *options, const char *folder,
			const struct listing_form *form,
			void (*each)(void *context, const char *name),
			int (*one)(struct out *out, const char *name, struct err *err))
{
	struct printing printing;
	int rc = 0;
	if (options->source_count > 0 && format_option(options) != FORMAT_TABLE) {
		complain("%s %s: one is printed as it is written; --format is for the "
			 "list",
			 folder, options->sources[0]);
		return EXIT_USAGE;
	}
	if (options->source_count == 0) {
		print_begin(&printing, options, form);
		rc = assets_list(folder, ".ini", each, &printing, &printing.err);
		if (rc == 0)
			rc = printing.failed;
		listing_end(&printing.listing);
	} else {
		out_to_fd(&printing.out, STDOUT_FILENO);
	}
	for (unsigned i = 0; rc == 0 && i < options->source_count; i++)
		rc = one(&printing.out, options->sources[i], &printing.err);
	int status = finish_output(&printing.out, EXIT_DONE);
	if (rc == 0)
		return status;
	complain("%s", printing.err.text);
	return rc == -ENOENT ? EXIT_USAGE : EXIT_SOURCE;
}

/* ---- rules -------------------------------------------------------------------------- */

struct named_rules {
	const char *name;
	struct rules rules;
};

static void threshold_words(const void *record, struct listing_value *value)
{
	const struct rules *rules = &((const struct named_rules *)record)->rules;
	char tenth[8] = "";
	if (rules->fraction_pm == 0) {
		listing_text(value, SLICE("no threshold"));
		return;
	}
	if (rules->fraction_pm % 10 != 0)
		text_format(tenth, sizeof(tenth), ".%u", rules->fraction_pm % 10);
	listing_format(value, "%u%s %% of the %s winner's distance",
		       rules->fraction_pm / 10, tenth,
		       rules->of == OF_CLASS_WINNER ? "class" : "race");
}

static const struct listing_field rules_fields[] = {
	{"name", "name", POINTER(struct named_rules, name), .width = 26},
	{"title", "title", CHARS(struct named_rules, rules.title), .width = 50},
	{"threshold", "threshold", threshold_words, LEFT, .width = 1},
};
LIST_FORM(rules, 1);

static void list_rules(void *context, const char *name)
{
	struct printing *printing = context;
	struct named_rules record = {.name = name};
	if (printing->failed == 0)
		printing->failed = rules_load(name, &record.rules, &printing->err);
	if (printing->failed == 0)
		listing_row(&printing->listing, &record);
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

int rules_run(const struct options *options)
{
	return print_folder(options, "rules", &rules_form, list_rules, print_rules);
}

/* ---- circuits ------------------------------------------------------------------------ */

struct named_circuit {
	const char *name;
	struct circuit circuit;
};

static const struct circuit *circuit_of(const void *record)
{
	return &((const struct named_circuit *)record)->circuit;
}

static void circuit_km(const void *record, struct listing_value *value)
{
	int64_t m = circuit_of(record)->length / 1000;
	listing_format(value, "%lld.%03lld km", (long long)(m / 1000),
		       (long long)(m % 1000));
}

static void circuit_m(const void *record, struct listing_value *value)
{
	listing_number(value, circuit_of(record)->length / 1000);
}

static void circuit_turns(const void *record, struct listing_value *value)
{
	listing_number(value, circuit_of(record)->turn_count);
}

static void circuit_turns_text(const void *record, struct listing_value *value)
{
	listing_format(value, "%u turns", circuit_of(record)->turn_count);
}

static const struct listing_field circuit_fields[] = {
	{"name", "name", POINTER(struct named_circuit, name), .width = 15},
	{NULL, "length", circuit_km, LEFT, .width = 8},
	{"length_m", NULL, circuit_m, LEFT},
	{NULL, "turns", circuit_turns_text, RIGHT, .width = 8},
	{"turns", NULL, circuit_turns, LEFT},
	{"title", "title", CHARS(struct named_circuit, circuit.title), .width = 1},
};
LIST_FORM(circuit, 2);

static void list_circuits(void *context, const char *name)
{
	struct printing *printing = context;
	struct named_circuit record = {.name = name};
	if (printing->failed == 0)
		printing->failed = circuit_load(name, &record.circuit, &printing->err);
	if (printing->failed == 0)
		listing_row(&printing->listing, &record);
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

/* ---- the circuits of races ------------------------------------------------------------ */

struct circuit_of_race {
	const char *source;
	const struct session *session;
};

static const struct session *session_of(const void *record)
{
	return ((const struct circuit_of_race *)record)->session;
}

static void of_circuit(const void *record, struct listing_value *value)
{
	const char *name = session_of(record)->found.name;
	listing_text(value, slice_of(name));
}

static void of_circuit_shown(const void *record, struct listing_value *value)
{
	const char *name = session_of(record)->found.name;
	listing_text(value, name[0] != '\0' ? slice_of(name) : SLICE("\u2212"));
}

static void of_by(const void *record, struct listing_value *value)
{
	const struct circuit_found *found = &session_of(record)->found;
	if (found->name[0] != '\0')
		listing_text(value, slice_of(circuit_by_name(found->by)));
}

static void of_text(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(session_of(record)->found.text));
}

static void of_why_not(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(session_of(record)->found.why_not));
}

static void of_how(const void *record, struct listing_value *value)
{
	char how[256], scaled[96];
	circuit_how(&session_of(record)->found, how, sizeof(how));
	circuit_scaled(&session_of(record)->circuit, scaled, sizeof(scaled));
	listing_format(value, "%s%s%s", how, scaled[0] != '\0' ? "; " : "", scaled);
}

static void of_length(const void *record, struct listing_value *value)
{
	const struct session *session = session_of(record);
	if (session->found.name[0] != '\0')
		listing_number(value, session->circuit.length / 1000);
}

static void of_scaled(const void *record, struct listing_value *value)
{
	char scaled[96];
	circuit_scaled(&session_of(record)->circuit, scaled, sizeof(scaled));
	listing_format(value, "%s", scaled);
}

static void of_lines(const void *record, struct listing_value *value)
{
	const struct session *session = session_of(record);
	if (session->found.name[0] != '\0')
		listing_text(value, session->circuit.lines_estimated
					    ? SLICE("by shares of the lap time")
					    : SLICE("of the circuit"));
}

static void of_notice(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(session_of(record)->circuit.notice));
}

static const struct listing_field circuit_of_race_fields[] = {
	{"source", "source", POINTER(struct circuit_of_race, source), .width = 1},
	{"circuit", NULL, of_circuit, LEFT},
	{NULL, "circuit", of_circuit_shown, LEFT, .width = 7},
	{"length_m", NULL, of_length, LEFT},
	{"by", NULL, of_by, LEFT},
	{"text", NULL, of_text, LEFT},
	{"why_not", NULL, of_why_not, LEFT},
	{"lines", NULL, of_lines, LEFT},
	{"scaled", NULL, of_scaled, LEFT},
	{"notice", NULL, of_notice, LEFT},
	{NULL, "found", of_how, LEFT, .width = 1},
};
static const struct listing_form circuit_of_race_form = {
	circuit_of_race_fields, ARRAY_LEN(circuit_of_race_fields), .gap = 2};

/** Of every source by itself. */
static int print_circuits_of(const struct options *options)
{
	struct printing printing;
	int status = EXIT_DONE;
	struct options one = *options;
	if (options->source_count == 0) {
		complain("circuits --of SOURCE...: name a race");
		return EXIT_USAGE;
	}
	print_begin(&printing, options, &circuit_of_race_form);
	for (unsigned i = 0; i < options->source_count && status == EXIT_DONE; i++) {
		struct session *session = NULL;
		one.sources[0] = options->sources[i];
		one.source_count = 1;
		if (!load_or_complain(&one, 0, &session, &status))
			break;
		struct circuit_of_race record = {options->sources[i], session};
		listing_row(&printing.listing, &record);
		session_free(session);
	}
	int done = print_end(&printing);
	return status == EXIT_DONE ? done : status;
}

int circuits_run(const struct options *options)
{
	if (options->of)
		return print_circuits_of(options);
	return print_folder(options, "circuits", &circuit_form, list_circuits,
			    print_circuit);
}

/* ---- columns ------------------------------------------------------------------------- */

static void column_id_name(const void *record, struct listing_value *value)
{
	char name[COLUMN_NAME_MAX];
	if (column_name(*(const unsigned *)record, name))
		listing_format(value, "%s", name);
}

static void list_column_title(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(column_head(*(const unsigned *)record)));
}

static void column_words(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(column_about(*(const unsigned *)record)));
}

static const struct listing_field column_fields[] = {
	{"name", "name", column_id_name, LEFT, .width = 12},
	{"title", "title", list_column_title, LEFT, .width = 10},
	{"about", "about", column_words, LEFT, .width = 1},
};
LIST_FORM(column, 1);

int columns_run(const struct options *options)
{
	struct printing printing;
	char name[COLUMN_NAME_MAX];
	print_begin(&printing, options, &column_form);
	for (unsigned id = 0; column_name(id, name); id++)
		if (column_by_name(slice_of(name)) == (int)id)
			listing_row(&printing.listing, &id);
	for (size_t i = 1;
	     printing.listing.format == FORMAT_TABLE && i < column_sets_count; i++) {
		char text[512];
		column_set_text(&column_sets[i], text, sizeof(text));
		out_format(&printing.out, "%sset %s = %s\n", i == 1 ? "\n" : "",
			   column_sets[i].name, text);
	}
	return print_end(&printing);
}

/* ---- alerts -------------------------------------------------------------------------- */

static const struct listing_field alert_fields[] = {
	{"part", NULL, POINTER(struct alert_word, part)},
	{"name", "name", POINTER(struct alert_word, name), .width = 18},
	{"unit", "unit", POINTER(struct alert_word, unit), .width = 8},
	{"about", "about", POINTER(struct alert_word, about), .width = 1},
};
LIST_FORM(alert, 1);

int alerts_run(const struct options *options)
{
	struct printing printing;
	print_begin(&printing, options, &alert_form);
	bool table = printing.listing.format == FORMAT_TABLE;
	if (table)
		out_text(&printing.out, "A rule: who, then what; of what has a unit, "
					"< or > and a number.\n\nwho\n");
	for (size_t i = 0; i < alert_subjects_count; i++)
		listing_row(&printing.listing, &alert_subjects[i]);
	if (table)
		out_text(&printing.out, "\nwhat\n");
	for (size_t i = 0; i < alert_terms_count; i++)
		listing_row(&printing.listing, &alert_terms[i]);
	return print_end(&printing);
}

/* ---- themes -------------------------------------------------------------------------- */

struct named_theme {
	const char *name;
	char title[80];
};

static const struct listing_field theme_fields[] = {
	{"name", "name", POINTER(struct named_theme, name), .width = 20},
	{"title", "title", CHARS(struct named_theme, title), .width = 1},
};
LIST_FORM(theme, 1);

static void list_theme(void *context, const char *name)
{
	struct printing *printing = context;
	struct named_theme record = {.name = name};
	struct err err;
	/* A user's own that is wrong hides no other. */
	if (theme_title(name, record.title, sizeof(record.title), &err) != 0)
		complain("%s", err.text);
	else
		listing_row(&printing->listing, &record);
}

int themes_run(const struct options *options)
{
	struct printing printing;
	print_begin(&printing, options, &theme_form);
	int rc = themes_each(list_theme, &printing, &printing.err);
	int status = print_end(&printing);
	if (rc == 0)
		return status;
	complain("%s", printing.err.text);
	return EXIT_SOURCE;
}

/* ---- keys ---------------------------------------------------------------------------- */

struct bound_action {
	const struct keymap *keymap;
	unsigned action;
};

static void action_id(const void *record, struct listing_value *value)
{
	const struct bound_action *bound = record;
	listing_text(value, slice_of(action_name((enum action)bound->action)));
}

static void action_keys(const void *record, struct listing_value *value)
{
	const struct bound_action *bound = record;
	listing_items(value);
	for (size_t i = 0; i < bound->keymap->count; i++)
		if (bound->keymap->at[i].action == bound->action)
			listing_item(value, slice_of(bound->keymap->at[i].label));
}

static void action_words(const void *record, struct listing_value *value)
{
	const struct bound_action *bound = record;
	listing_text(value, slice_of(action_about((enum action)bound->action)));
}

static const struct listing_field key_fields[] = {
	{"action", NULL, action_id, LEFT},
	{"keys", "keys", action_keys, LEFT, .width = 46},
	{"about", "about", action_words, LEFT, .width = 1},
};
static const struct listing_form key_form = {
	key_fields, ARRAY_LEN(key_fields), .gap = 1, .untitled = true, .between = "  "};

/** One line an action: its keys, as they are bound, then what it does. */
int keys_run(const struct options *options)
{
	struct keymap keymap;
	struct printing printing;
	if (keys_load(options->settings, &keymap, &printing.err) != 0) {
		complain("%s", printing.err.text);
		return EXIT_USAGE;
	}
	print_begin(&printing, options, &key_form);
	for (unsigned action = 0; action < ACTION_COUNT; action++) {
		const struct bound_action bound = {&keymap, action};
		bool any = false;
		for (size_t i = 0; i < keymap.count; i++)
			any |= keymap.at[i].action == action;
		if (any)
			listing_row(&printing.listing, &bound);
	}
	return print_end(&printing);
}
