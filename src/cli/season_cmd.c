/*
 * season_cmd.c -- `season`: standings, the reason of each point, who is invited
 *
 *  (1) What is missing or guessed is on standard error; a table also begins with what is
 *      missing. A round that could not be read ends in EXIT_SOURCE, with the standings of
 *      the others printed.
 *  (2) A table that the rules do not establish is left out with a sentence; where it was
 *      asked for by --title, that ends in EXIT_SOURCE.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_rows.h"
#include "pitwall/season_watch.h"
#include "season_new.h"

enum { INVITED_MAX = 256 };

struct season_printing {
	const struct options *options;
	struct season_loaded *loaded;
	struct season_writing writing;
	struct season_table table;
	struct out out;
	enum format format;
	unsigned rounds; /* the first N */
	int title;       /* enum points_title_kind, -1: all */
	bool invitations;
	unsigned printed, refused;
};

/* ---- the seasons of the program ------------------------------------------------------ */

struct named_season {
	const char *name;
	const struct season_plan *plan;
};

static void named_season_title(const void *record, struct listing_value *value)
{
	const struct named_season *season = record;
	listing_text(value, slice_of(season->plan->name));
}

static void named_season_rules(const void *record, struct listing_value *value)
{
	const struct named_season *season = record;
	listing_text(value, slice_of(season->plan->points));
}

static void named_season_rounds(const void *record, struct listing_value *value)
{
	listing_number(value, ((const struct named_season *)record)->plan->round_count);
}

static const struct listing_field named_season_fields[] = {
	{"name", "name", listing_pointer, .place = offsetof(struct named_season, name),
	 .width = 16},
	{"title", "title", named_season_title, .width = 30},
	{"points", "points", named_season_rules, .width = 14},
	{"rounds", "rounds", named_season_rounds, .right = true, .width = 6},
};
static const struct listing_form named_season_form = {
	named_season_fields, ARRAY_LEN(named_season_fields), .gap = 2};

struct seasons_listing {
	struct listing listing;
	struct season_plan *plan;
	struct err err;
	int failed;
};

static void list_season(void *context, const char *name)
{
	struct seasons_listing *all = context;
	char path[SOURCE_PATH_MAX];
	struct named_season record = {name, all->plan};
	if (all->failed == 0)
		all->failed = season_plan_load(name, all->plan, path, &all->err);
	if (all->failed == 0)
		listing_row(&all->listing, &record);
}

static int list_seasons(const struct options *options)
{
	struct seasons_listing all = {.plan = calloc(1, sizeof(*all.plan))};
	struct out out;
	if (!all.plan)
		return EXIT_SOURCE;
	out_to_fd(&out, STDOUT_FILENO);
	listing_begin(&all.listing, &out, format_option(options), &named_season_form);
	listing_head(&all.listing);
	int rc = assets_list("seasons", ".ini", list_season, &all, &all.err);
	listing_end(&all.listing);
	if (rc == 0)
		rc = all.failed;
	if (all.listing.format == FORMAT_TABLE)
		out_text(&out,
			 "\nStandings: pitwall season NAME. A season of your own: "
			 "pitwall season new -o FILE.ini\n");
	int status = finish_output(&out, EXIT_DONE);
	free(all.plan);
	if (rc == 0)
		return status;
	complain("%s", all.err.text);
	return EXIT_SOURCE;
}

/* ---- what is printed --------------------------------------------------------------------- */

static bool season_wants(const struct season_printing *printing,
			 const struct season_query *query)
{
	const struct season *season = &printing->loaded->season;
	const struct points_title *title = &season->rules.titles[query->title];
	const char *class_name = printing->options->class_name;
	bool of_class = !class_name;
	if (printing->title >= 0 && title->kind != printing->title)
		return false;
	if (class_name && query->class_index < season->class_count)
		of_class = season_same_class(class_name,
					     season->classes[query->class_index]);
	for (unsigned i = 0; title->joint && i < title->class_count; i++)
		of_class |=
			class_name && season_same_class(class_name, title->classes[i]);
	return of_class;
}

/* True when the rules have the title, and no results yet say of which classes. */
static bool season_waits(const struct season_printing *printing)
{
	const struct season *season = &printing->loaded->season;
	bool have = false;
	for (unsigned i = 0; i < season->rules.title_count; i++)
		have |= season->rules.titles[i].kind == printing->title;
	return have && season->class_count == 0;
}

static void season_print_titles(struct season_printing *printing)
{
	struct season_query query = {.title = POINTS_TITLES_MAX};
	struct err err = {""};
	char title[120];
	unsigned wanted = 0;
	while (season_query_next(&printing->loaded->season, &query)) {
		query.rounds = (uint8_t)printing->rounds;
		if (!season_wants(printing, &query))
			continue;
		wanted++;
		season_query_title(&printing->loaded->season, &query, title,
				   sizeof(title));
		if (season_standings(&printing->loaded->season, &query,
				     &printing->table, &err)) {
			complain("%s: %s", title, err.text);
			printing->refused++;
			continue;
		}
		if (printing->table.unplaced)
			complain("%s: more than %d names have points: the table has no "
				 "room for the last ones",
				 title, SEASON_ROWS_MAX);
		season_writing_table(&printing->writing, &query, &printing->table);
		printing->printed++;
	}
	if (wanted > 0 || printing->title < 0 || season_waits(printing))
		return;
	complain("--title %s: rules %s have none%s%s", printing->options->title,
		 printing->loaded->season.rules.name,
		 printing->options->class_name ? " for the class " : "",
		 printing->options->class_name ? printing->options->class_name : "");
	printing->refused++;
}

static void season_print_invitations(struct season_printing *printing)
{
	struct season_invited invited[INVITED_MAX];
	struct err err = {""};
	int count = season_invitations(&printing->loaded->season, printing->rounds,
				       &printing->table, invited, INVITED_MAX, &err);
	if (count < 0) {
		complain("invitations: %s", err.text);
		printing->refused++;
		return;
	}
	unsigned kept = 0;
	for (int i = 0; i < count; i++) {
		const struct season *season = &printing->loaded->season;
		const char *name = printing->options->class_name;
		if (!name ||
		    season_same_class(name, season->classes[invited[i].class_index]))
			invited[kept++] = invited[i];
	}
	if (kept == 0 && printing->invitations)
		complain("--title invitations: rules %s %s",
			 printing->loaded->season.rules.name,
			 printing->loaded->season.rules.invitation_count == 0
				 ? "have none"
				 : "invite no car by these results");
	if (kept > 0 || printing->format != FORMAT_TABLE)
		season_writing_invited(&printing->writing, invited, kept);
	printing->printed += kept > 0;
}

/* "after Sebring, 3 of 11 rounds"; returns how many have results. */
static unsigned season_print_head(struct season_printing *printing)
{
	const struct season_loaded *loaded = printing->loaded;
	struct out *out = &printing->out;
	unsigned held = 0, last = 0;
	for (unsigned i = 0; i < printing->rounds; i++) {
		if (!loaded->rounds[i]->held)
			continue;
		held++;
		last = i;
	}
	out_text(out, loaded->plan.name[0] ? loaded->plan.name : "Season");
	if (held == 0)
		out_format(out, ": no round has results yet, %u planned\n",
			   loaded->plan.round_count);
	else
		out_format(out, ", after %s: %u of %u round%s\n",
			   loaded->rounds[last]->name, held, loaded->plan.round_count,
			   loaded->plan.round_count == 1 ? "" : "s");
	if (loaded->plan.notice[0])
		out_format(out, "%s\n", loaded->plan.notice);
	for (unsigned i = 0; i < loaded->note_count; i++)
		if (loaded->notes[i].kind == NOTE_MISSING)
			out_format(out, "missing: %s\n", loaded->notes[i].text);
	return held;
}

/* The calendar, while nothing is scored. */
static void season_print_calendar(struct season_printing *printing)
{
	const struct season_loaded *loaded = printing->loaded;
	for (unsigned i = 0; i < loaded->plan.round_count; i++) {
		const struct season_plan_round *round = &loaded->plan.rounds[i];
		char date[TIME_TEXT_MAX] = "";
		format_date(date, round->date);
		out_format(&printing->out, "%s%2u  %-10s  %s%s%s\n", i ? "" : "\n",
			   i + 1, date, round->name, round->circuit[0] ? ", " : "",
			   round->circuit);
	}
}

static bool season_tell(const struct season_printing *printing)
{
	static const char *const words[] = {[NOTE_MISSING] = "missing: ",
					    [NOTE_GUESSED] = "guessed: ",
					    [NOTE_UNSURE] = ""};
	const struct season_loaded *loaded = printing->loaded;
	bool missing = false;
	for (unsigned i = 0; i < loaded->note_count; i++) {
		const struct season_note *note = &loaded->notes[i];
		bool shown =
			printing->format == FORMAT_TABLE && note->kind == NOTE_MISSING;
		missing |= note->kind == NOTE_MISSING;
		if (!shown)
			complain("%s%s", words[note->kind], note->text);
	}
	if (loaded->notes_lost)
		complain("%u further notes", loaded->notes_lost);
	return missing;
}

static void season_print(struct season_printing *printing)
{
	struct out *out = &printing->out;
	const struct season *season = &printing->loaded->season;
	bool table = printing->format == FORMAT_TABLE;
	bool none = season->rules.title_count == 0;
	bool invitations = printing->invitations || (none && printing->title < 0);
	out_to_fd(out, STDOUT_FILENO);
	unsigned held = table ? season_print_head(printing) : 0;
	if (!printing->invitations && (!none || table || printing->title >= 0)) {
		season_writing_begin(&printing->writing, out, printing->format, season,
				     printing->options->what ? LIST_REASONS
							     : LIST_STANDINGS,
				     printing->rounds);
		season_print_titles(printing);
		season_writing_end(&printing->writing);
	}
	if (invitations || (table && printing->title < 0 && !printing->options->what)) {
		season_writing_begin(&printing->writing, out, printing->format, season,
				     LIST_INVITATIONS, printing->rounds);
		season_print_invitations(printing);
		season_writing_end(&printing->writing);
	}
	if (table && printing->printed == 0 && held == 0)
		season_print_calendar(printing);
	if (printing->format == FORMAT_JSON)
		out_text(out, "}\n");
}

/* ---- the command ---------------------------------------------------------------------------- */

/* The rounds of --after: all without it; 0 after a complaint. */
static unsigned season_after(const struct options *options,
			     const struct season_plan *plan)
{
	if (!options->after)
		return plan->round_count;
	int round = season_plan_round(plan, slice_of(options->after));
	if (round >= 0)
		return (unsigned)round + 1;
	char names[200] = "";
	size_t n = 0;
	for (unsigned i = 0; i < plan->round_count; i++)
		n += text_format(names + n, sizeof(names) - n, "%s%s", i ? ", " : "",
				 plan->rounds[i].name);
	complain("--after %s: %s; there are %s", options->after,
		 round == -2 ? "several rounds have that name or circuit"
			     : "there is no such round",
		 names);
	return 0;
}

static bool season_class_exists(const struct season_loaded *loaded, const char *name)
{
	const struct season *season = &loaded->season;
	char names[200] = "";
	size_t n = 0;
	for (unsigned i = 0; i < season->class_count; i++) {
		if (season_same_class(season->classes[i], name))
			return true;
		n += text_format(names + n, sizeof(names) - n, "%s%s", i ? ", " : "",
				 season->classes[i]);
	}
	complain("--class %s: there is no such class; there are %s", name,
		 n ? names : "none");
	return false;
}

static int season_show(const struct options *options)
{
	struct season_printing *printing = calloc(1, sizeof(*printing));
	struct err err = {""};
	int status = EXIT_SOURCE;
	if (!printing)
		return EXIT_SOURCE;
	printing->options = options;
	printing->format = format_option(options);
	int title = options->title ? value_find(VALUE_TITLE, options->title) : -1;
	printing->invitations = title == TITLE_KINDS;
	printing->title = printing->invitations ? -1 : title;
	if (season_open(options->sources[0], &printing->loaded, &err)) {
		complain("%s", err.text);
		free(printing);
		return EXIT_SOURCE;
	}
	printing->rounds = season_after(options, &printing->loaded->plan);
	season_load(printing->loaded, printing->rounds);
	bool fine = printing->rounds > 0 &&
		    (!options->class_name ||
		     season_class_exists(printing->loaded, options->class_name));
	if (!fine) {
		status = EXIT_USAGE;
	} else {
		bool missing = season_tell(printing);
		season_print(printing);
		bool refused = printing->refused > 0 &&
			       (options->title || printing->printed == 0);
		status = finish_output(&printing->out,
				       missing || refused ? EXIT_SOURCE : EXIT_DONE);
	}
	season_loaded_free(printing->loaded);
	free(printing);
	return status;
}

int season_run(const struct options *options)
{
	if (options->source_count == 0)
		return list_seasons(options);
	if (strcmp(options->sources[0], "new") == 0)
		return season_new(options);
	if (options->source_count > 1) {
		complain("season FILE: one season at a time");
		return EXIT_USAGE;
	}
	return season_show(options);
}

/* ---- of other commands ---------------------------------------------------------------- */

bool season_or_complain(const struct options *options, struct season_watch **out)
{
	struct err err;
	if (season_watch_open(options, out, &err) == 0)
		return true;
	complain("%s", err.text);
	return false;
}
