/*
 * options.c -- one table of options; parsing and help both come from it
 */
#include "options.h"

#include <errno.h>
#include <string.h>

#define PLACE(member_) offsetof(struct options, member_)

const struct option_row option_rows[] = {
	{"at", 0, "WHEN", "3:20:00, @15:20:00, lap:112, 50%, start or end", PLACE(at)},
	{"format", 'f', "FORMAT", "table, csv or json; render: text, ansi or svg",
	 PLACE(format)},
	{"rules", 'r', "NAME", "the ruleset: a name of `pitwall rules`, or a file",
	 PLACE(rules)},
	{"length", 'l', "LENGTH", "the race's length: 6h, 1000km, 240laps",
	 PLACE(length)},
	{"decisions", 'd', "FILE", "the stewards' decisions: number,kind,value,reason",
	 PLACE(decisions)},
	{"class", 'c', "NAME", "only this class", PLACE(class_name)},
	{"session", 's', "FILE", "a session file; or race, timed, a session's name",
	 PLACE(session)},
	{"entries", 'e', "FILE", "an entry list in CSV", PLACE(entries)},
	{"circuit", 0, "NAME", "a name of `pitwall circuits`, or a file",
	 PLACE(circuit)},
	{"car", 'n', "NUMBER", "only this car, or the car selected", PLACE(car)},
	{"with", 0, "NUMBER", "the car that --car is compared with", PLACE(with)},
	{"screen", 0, "NAME",
	 "classes, timing, classification, strategy, car, laps, compare or feeds",
	 PLACE(screen)},
	{"columns", 0, "SET",
	 "of the timing screen: a set's name, or \"number gap last\"", PLACE(columns)},
	{"sort", 0, "COLUMN", "of the timing screen; -COLUMN the other way round",
	 PLACE(sort)},
	{"filter", 0, "WORDS", "show some cars only: \"class GT running\"",
	 PLACE(filter)},
	{"gaps", 0, "TO", "leader, interval, class or tagged", PLACE(gaps)},
	{"colours", 0, "OF", "class or team: what colours tell apart", PLACE(colours)},
	{"favourites", 0, "NUMBERS", "cars pinned to the top: 5,88", PLACE(favourites)},
	{"alert", 0, "RULES", "tell me when: \"#7 gap #31 < 2; flag SC\"",
	 PLACE(alert)},
	{"alert-command", 0, "COMMAND", "run it for an alert, with PITWALL_ALERT set",
	 PLACE(alert_command)},
	{"no-bell", 0, NULL, "alerts do not ring", PLACE(no_bell)},
	{"chart", 0, "NAME", "of the laps screen: positions, class, gaps or times",
	 PLACE(chart)},
	{"size", 0, "COLSxROWS", "size of the screen, for example 120x36", PLACE(size)},
	{"theme", 't', "NAME", "dark or light", PLACE(theme)},
	{"speed", 0, "X", "times real time: 1, 8, 60", PLACE(speed)},
	{"output", 'o', "FILE", "where to write", PLACE(output)},
	{"rmonitor", 0, "ADDR:PORT", "serve RMonitor there; PORT alone: loopback",
	 PLACE(rmonitor)},
	{"jsonl", 0, "ADDR:PORT", "serve JSON Lines there", PLACE(jsonl)},
	{"p3", 0, "ADDR:PORT", "be a P3 decoder there", PLACE(p3)},
	{"lines", 0, NULL, "P3: a decoder for every line, not the finish alone",
	 PLACE(lines)},
	{"wait", 0, NULL, "begin when the first client has come", PLACE(wait)},
	{"delay", 0, "SECONDS", "hold the live edge back", PLACE(delay)},
	{"sync", 0, "HOW", "full: a record survives a power cut; or normal",
	 PLACE(sync)},
	{"fit", 0, NULL, "find the parameters of the forecast", PLACE(fit)},
	{"leave-one-out", 0, NULL, "judge each race by a fit on all the others",
	 PLACE(leave_one_out)},
	{"mouse", 0, NULL, "listen to the mouse from the start (@ in the console)",
	 PLACE(mouse)},
	{"low-bandwidth", 0, NULL,
	 "for slow lines: two frames a second, nothing moves between",
	 PLACE(low_bandwidth)},
	{"mono", 0, NULL, "no colours", PLACE(mono)},
	{"ascii", 0, NULL, "ASCII characters only", PLACE(ascii)},
	{"anomalies", 0, NULL, "name every row that was not used", PLACE(anomalies)},
	{"help", 'h', NULL, "this help", PLACE(help)},
	{"version", 'V', NULL, "the version", PLACE(version)},
};
const size_t option_rows_count = ARRAY_LEN(option_rows);

const char console_accepts[] =
	"at screen chart car with columns sort filter gaps "
	"colours favourites alert alert-command no-bell theme "
	"speed rules length decisions "
	"session output delay sync mouse low-bandwidth mono ascii help version";

bool option_accepted(const char *accepts, const char *name)
{
	struct slice list = slice_of(accepts);
	while (list.len > 0)
		if (slice_eq(slice_cut(&list, ' '), slice_of(name)))
			return true;
	return strcmp(name, "help") == 0 || strcmp(name, "version") == 0;
}

static const struct option_row *row_by_name(struct slice name)
{
	for (size_t i = 0; i < option_rows_count; i++)
		if (slice_eq(name, slice_of(option_rows[i].name)))
			return &option_rows[i];
	return NULL;
}

static const struct option_row *row_by_letter(char letter)
{
	for (size_t i = 0; i < option_rows_count; i++)
		if (letter != 0 && option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

/* What is read so far. */
struct reading {
	char *const *args;
	int count, next;
	const struct command *command;
	struct options *out;
};

static const char *command_name(const struct reading *reading)
{
	return reading->command == NULL ? "pitwall" : reading->command->name;
}

static int set_option(struct reading *reading, const struct option_row *row,
		      const char *value, struct err *err)
{
	const char *accepts =
		reading->command == NULL ? console_accepts : reading->command->accepts;
	if (!option_accepted(accepts, row->name))
		return err_set(err, -EINVAL, "%s has no option --%s",
			       command_name(reading), row->name);
	char *place = (char *)reading->out + row->place;
	if (row->argument == NULL) {
		bool yes = true;
		if (value != NULL)
			return err_set(err, -EINVAL, "--%s takes no value", row->name);
		memcpy(place, &yes, sizeof(yes));
		return 0;
	}
	if (value == NULL && reading->next < reading->count)
		value = reading->args[reading->next++];
	if (value == NULL)
		return err_set(err, -EINVAL, "--%s needs a value: --%s %s", row->name,
			       row->name, row->argument);
	memcpy(place, &value, sizeof(value));
	return 0;
}

static int long_option(struct reading *reading, const char *arg, struct err *err)
{
	struct slice name = slice_of(arg + 2);
	const char *equals = strchr(arg, '=');
	if (equals != NULL)
		name.len = (size_t)(equals - name.at);
	const struct option_row *row = row_by_name(name);
	if (row == NULL)
		return err_set(err, -EINVAL, "%s has no option --%.*s",
			       command_name(reading), (int)name.len, name.at);
	return set_option(reading, row, equals == NULL ? NULL : equals + 1, err);
}

static int short_options(struct reading *reading, const char *arg, struct err *err)
{
	for (const char *p = arg + 1; *p != '\0'; p++) {
		const struct option_row *row = row_by_letter(*p);
		if (row == NULL)
			return err_set(err, -EINVAL, "%s has no option -%c",
				       command_name(reading), *p);
		/* "-oFILE": the rest of the word is the value. */
		bool rest = row->argument != NULL && p[1] != '\0';
		int rc = set_option(reading, row, rest ? p + 1 : NULL, err);
		if (rc != 0 || rest)
			return rc;
	}
	return 0;
}

/* Sources of one session are few; races that are held against each other may be as
 * many as there is room for. */
static int add_source(const struct reading *reading, const char *arg, struct err *err)
{
	struct options *out = reading->out;
	bool races = reading->command != NULL &&
		     option_accepted(reading->command->accepts, "leave-one-out");
	size_t most = races ? ARRAY_LEN(out->sources) : SESSION_SOURCES_MAX;
	if (out->source_count == most)
		return err_set(err, -E2BIG, "too many sources: at most %zu", most);
	out->sources[out->source_count++] = arg;
	return 0;
}

int options_parse(int count, char *const args[], const struct command *command,
		  struct options *out, struct err *err)
{
	struct options result = {0};
	struct reading reading = {args, count, 0, command, &result};
	bool words_only = false;
	while (reading.next < count) {
		const char *arg = args[reading.next++];
		int rc = 0;
		if (words_only || arg[0] != '-' || arg[1] == '\0')
			rc = add_source(&reading, arg, err);
		else if (strcmp(arg, "--") == 0)
			words_only = true;
		else if (arg[1] == '-')
			rc = long_option(&reading, arg, err);
		else
			rc = short_options(&reading, arg, err);
		if (rc != 0)
			return rc;
	}
	*out = result;
	return 0;
}

/** A name, not a path: what is not found under it was mistyped. */
static bool is_name(const char *rules)
{
	size_t len = strlen(rules);
	return strchr(rules, '/') == NULL &&
	       (len < 4 || strcmp(rules + len - 4, ".ini") != 0);
}

int options_check(const struct options *options, const struct command *command,
		  struct err *err)
{
	struct rules_length length;
	struct rules rules;
	bool loads = option_accepted(
		command == NULL ? console_accepts : command->accepts, "session");
	if (command != NULL && !loads && options->source_count > 0 &&
	    strchr(command->usage, '[') == NULL)
		return err_set(err, -EINVAL, "%s: %s takes no name",
			       options->sources[0], command->name);
	if (options->length != NULL &&
	    length_parse(slice_of(options->length), &length, err) != 0)
		return -EINVAL;
	if (options->rules != NULL && is_name(options->rules) &&
	    rules_load(options->rules, &rules, err) == -ENOENT)
		return -EINVAL;
	return 0;
}
