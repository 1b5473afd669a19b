/*
 * options.c -- one table of options; parsing and help both come from it
 */
#include "option_rows.h"

#include "config.h"
#include "pitwall/live.h"
#include "pitwall/redis.h"

#include <errno.h>
#include <string.h>

#define PLACE(member_) offsetof(struct options, member_)

/* clang-format off */
const struct option_row option_rows[] = {
	{"at", 0, "WHEN", VALUE_WHEN, PLACE(at), NULL,
	 "set the instant: 3:20:00, @15:20:00, lap:112, 50%, start or end"},
	{"format", 'f', "FORMAT", VALUE_FORMAT, PLACE(format), NULL, "choose the output format:"},
	{"csv", 0, "HOW", VALUE_CSV, PLACE(csv), NULL,
	 "choose CSV for spreadsheets (' before =, +, -, @), or as it is:"},
	{"seconds", 0, NULL, VALUE_SWITCH, PLACE(seconds), NULL,
	 "write times in CSV as seconds: 94.902000"},
	{"rules", 'r', "NAME", VALUE_RULES, PLACE(rules), NULL,
	 "set the ruleset: a name from `pitwall rules`, or a file"},
	{"length", 'l', "LENGTH", VALUE_TEXT, PLACE(length), NULL,
	 "set the length of the race: 6h, 1000km, 240laps"},
	{"map", 0, "TITLES", VALUE_TEXT, PLACE(map), NULL,
	 "name the columns of a lap table: number=Car,lap=Lap,time=Time"},
	{"result-at", 0, "LAP", VALUE_TEXT, PLACE(result_at), NULL,
	 "count the result back to the end of a lap: lap:112"},
	{"decisions", 'd', "FILE", VALUE_FILE, PLACE(decisions), NULL,
	 "apply the stewards' decisions: number,kind,value,reason"},
	{"class", 'c', "NAME", VALUE_TEXT, PLACE(class_name), NULL, "show this class only"},
	{"session", 's', "FILE", VALUE_FILE, PLACE(session), NULL,
	 "use a session file, or choose a session: race, timed or its name"},
	{"entries", 'e', "FILE", VALUE_FILE, PLACE(entries), NULL, "read an entry list in CSV"},
	{"circuit", 0, "NAME", VALUE_CIRCUIT, PLACE(circuit), NULL,
	 "set the circuit: a name from `pitwall circuits`, or a file"},
	{"after", 0, "ROUND", VALUE_TEXT, PLACE(after), NULL,
	 "stop after this round: its name, a part of it or its number"},
	{"title", 0, "TITLE", VALUE_TITLE, PLACE(title), NULL, "print one kind of standings only:"},
	{"season", 0, "FILE", VALUE_SEASON, PLACE(season), NULL,
	 "score the race with the rounds before it: a season file, or a name of "
	 "`pitwall season`"},
	{"round", 0, "ROUND", VALUE_TEXT, PLACE(round), NULL,
	 "say which round of the season the race is: its name, a part of it or its number"},
	{"what", 0, NULL, VALUE_SWITCH, PLACE(what), NULL, "print the reason of each point"},
	{"of", 0, NULL, VALUE_SWITCH, PLACE(of), NULL,
	 "say which circuit each SOURCE is on, and how it was found"},
	{"car", 'n', "NUMBER", VALUE_TEXT, PLACE(car), NULL,
	 "show this car only, or select this car"},
	{"stints", 0, "LENGTHS", VALUE_TEXT, PLACE(stints), "",
	 "set the length of stints by hand: \"GT 32,88 45min\""},
	{"what-if", 0, "STOP", VALUE_TEXT, PLACE(what_if), NULL,
	 "ask of a stop of --car: \"lap 125 90s green alone\""},
	{"with", 0, "NUMBERS", VALUE_TEXT, PLACE(with), NULL,
	 "compare --car with these cars, four at most: 8,51"},
	{"screen", 0, "NAME", VALUE_SCREEN, PLACE(screen), "classes", "choose the screen:"},
	{"columns", 0, "SET", VALUE_COLUMNS, PLACE(columns), "all",
	 "choose the columns of the timing screen, \"number gap last\", or a set:"},
	{"sort", 0, "COLUMN", VALUE_SORT, PLACE(sort), "",
	 "sort the timing screen by a column; -COLUMN reverses the order"},
	{"filter", 0, "WORDS", VALUE_TEXT, PLACE(filter), "",
	 "show some cars only: \"class GT running\""},
	{"gaps", 0, "TO", VALUE_GAPS, PLACE(gaps), "leader", "measure gaps to:"},
	{"colours", 0, "OF", VALUE_COLOURS, PLACE(colours), "class",
	 "colour cars by:"},
	{"favourites", 0, "NUMBERS", VALUE_TEXT, PLACE(favourites), "",
	 "pin cars to the top: 5,88"},
	{"pictures", 0, "FOLDER", VALUE_FILE, PLACE(pictures), NULL,
	 "save pictures of the screen (W) in FOLDER"},
	{"alert", 0, "RULES", VALUE_ALERTS, PLACE(alert), "",
	 "alert on rules: \"#7 gap #31 < 2; flag SC\""},
	{"alert-command", 0, "COMMAND", VALUE_TEXT, PLACE(alert_command), "",
	 "run COMMAND for each alert; PITWALL_TOLD is its text"},
	{"no-bell", 0, NULL, VALUE_SWITCH, PLACE(no_bell), "no", "do not ring the bell for alerts"},
	{"fresh", 0, NULL, VALUE_SWITCH, PLACE(fresh), "no",
	 "start at the start, not where you left off"},
	{"no-welcome", 0, NULL, VALUE_SWITCH, PLACE(no_welcome), "no",
	 "do not show the welcome"},
	{"chart", 0, "NAME", VALUE_CHART, PLACE(chart), "positions", "choose the chart of the laps screen:"},
	{"size", 0, "COLSxROWS", VALUE_SIZE, PLACE(size), "120x36",
	 "set the size of the screen, for example 120x36"},
	{"theme", 't', "NAME", VALUE_THEME, PLACE(theme), "auto", "choose the colours:"},
	{"speed", 0, "X", VALUE_SPEED, PLACE(speed), "1", "play at X times real time: 1, 8, 60 (bundled race: 8)"},
	{"output", 'o', "FILE", VALUE_FILE, PLACE(output), NULL, "write to FILE"},
	{"rmonitor", 0, "ADDR:PORT", VALUE_TEXT, PLACE(rmonitor), NULL,
	 "serve RMonitor at this address; PORT alone means loopback"},
	{"jsonl", 0, "ADDR:PORT", VALUE_TEXT, PLACE(jsonl), NULL, "serve JSON Lines at this address"},
	{"p3", 0, "ADDR:PORT", VALUE_TEXT, PLACE(p3), NULL, "emulate a P3 decoder at this address"},
	{"allow", 0, "NETWORKS", VALUE_TEXT, PLACE(allow), NULL,
	 "accept clients from these only: 192.168.1.0/24,10.0.0.7 or any"},
	{"clients", 0, "N", VALUE_TEXT, PLACE(clients), NULL,
	 "accept N clients at each address that is served (32; P3: 4)"},
	{"per-address", 0, "N", VALUE_TEXT, PLACE(per_address), NULL,
	 "accept N clients from one address (half of --clients; from loopback all)"},
	{"idle", 0, "SECONDS", VALUE_TEXT, PLACE(idle), NULL,
	 "give the place of a client that reads nothing for SECONDS to others (30)"},
	{"lines", 0, NULL, VALUE_SWITCH, PLACE(lines), NULL,
	 "emulate a P3 decoder for every line, not only the finish line"},
	{"wait", 0, "[N]", VALUE_TEXT, PLACE(wait), NULL,
	 "start when N clients are connected (1)"},
	{"encoding", 0, "NAME", VALUE_ENCODING, PLACE(encoding), NULL,
	 "choose the encoding of RMonitor's text (default: utf-8):"},
	{"track-unit", 0, "UNIT", VALUE_TRACK_UNIT, PLACE(track_unit), NULL,
	 "choose the unit of RMonitor's circuit length (default: km):"},
	{"refresh", 0, "SECONDS", VALUE_TEXT, PLACE(refresh), NULL,
	 "send everything to RMonitor again each SECONDS"},
	{"utc", 0, NULL, VALUE_SWITCH, PLACE(utc), NULL,
	 "emulate a P3 decoder with a satellite receiver: send UTC too"},
	{"delay", 0, "SECONDS", VALUE_SECONDS, PLACE(delay), "0", "delay the live edge by SECONDS"},
	{"sync", 0, "HOW", VALUE_SYNC, PLACE(sync), "full",
	 "choose full (records survive a power cut) or normal"},
	{"beacon-key", 0, "FILE", VALUE_FILE, PLACE(beacon_key), "",
	 "accept beacons signed with the key in FILE only"},
	{"archive", 0, "FILE", VALUE_FILE, PLACE(archive), NULL,
	 "take records that a stream of Redis does not have any more from a recording"},
	{"no-sandbox", 0, NULL, VALUE_SWITCH, PLACE(no_sandbox), "no",
	 "keep files and system calls that recording and serving do not need"},
	{"grow-limit", 0, "SIZE", VALUE_BYTES, PLACE(grow_limit), "none",
	 "stop writing a recording of this size: 10G"},
	{"disk-reserve", 0, "SIZE", VALUE_BYTES, PLACE(disk_reserve), "256M",
	 "keep this much of the disk free; without the option at most a twentieth of it"},
	{"source-rate", 0, "SIZE", VALUE_BYTES, PLACE(source_rate), "64M",
	 "refuse what a source sends beyond this in a second"},
	{"publish", 0, "URL", VALUE_TEXT, PLACE(publish), NULL,
	 "publish the recording to redis://HOST[:6379]/NAME[/SESSION]"},
	{"publish-keep", 0, "N", VALUE_TEXT, PLACE(publish_keep), "1000000",
	 "keep N rows of a race in Redis, about a day of racing; 0: all"},
	{"control", 0, "[NAME]", VALUE_TEXT, PLACE(control), NULL,
	 "decide for a race in Redis, as USER@HOST; --control=NAME names who decides"},
	{"redis-auth", 0, "FILE", VALUE_FILE, PLACE(redis_auth), "",
	 "read the user and the password of Redis from FILE, a line each"},
	{"redis-to-auth", 0, "FILE", VALUE_FILE, PLACE(redis_to_auth), "",
	 "read the same of the Redis that a relay writes to"},
	{"trim", 0, NULL, VALUE_SWITCH, PLACE(trim), NULL,
	 "remove from Redis what was archived and compared"},
	{"memory", 0, "SIZE", VALUE_BYTES, PLACE(memory), "2G",
	 "keep so much of a running race in memory, about four million events a GiB"},
	{"fit", 0, NULL, VALUE_SWITCH, PLACE(fit), NULL, "fit the parameters of the forecast"},
	{"leave-one-out", 0, NULL, VALUE_SWITCH, PLACE(leave_one_out), NULL,
	 "judge each race by a fit on all the others"},
	{"measure", 0, "NAME", VALUE_MEASURE, PLACE(measure), NULL, "print this measure only:"},
	{"mouse", 0, NULL, VALUE_SWITCH, PLACE(mouse), "no",
	 "listen to the mouse from the start (@ in the console)"},
	{"low-bandwidth", 0, NULL, VALUE_SWITCH, PLACE(low_bandwidth), "no",
	 "draw two frames a second at most, for slow links"},
	{"mono", 0, NULL, VALUE_SWITCH, PLACE(mono), "no", "use no colours"},
	{"ascii", 0, NULL, VALUE_SWITCH, PLACE(ascii), "no", "use ASCII characters only"},
	{"anomalies", 0, NULL, VALUE_SWITCH, PLACE(anomalies), NULL,
	 "list every row that was not used"},
	{"config", 0, "FILE", VALUE_FILE, PLACE(config), NULL,
	 "read this configuration file; none: read no file"},
	{"help", 'h', NULL, VALUE_SWITCH, PLACE(help), NULL, "print this help"},
	{"version", 'V', NULL, VALUE_SWITCH, PLACE(version), NULL, "print the version"},
};
/* clang-format on */
const size_t option_rows_count = ARRAY_LEN(option_rows);
_Static_assert(ARRAY_LEN(option_rows) <= OPTION_ROWS_MOST, "an origin for each");

const char console_accepts[] = CONSOLE_OPTIONS " help version";

bool option_accepted(const char *accepts, const char *name)
{
	struct slice list = slice_of(accepts);
	while (list.len > 0) {
		struct slice word = slice_cut(&list, ' ');
		const struct option_row *row;
		if (slice_eq(word, slice_of(name)))
			return true;
		if (slice_eq(word, SLICE("settings")) &&
		    (row = option_find(slice_of(name))) != NULL &&
		    row->fallback != NULL)
			return true;
	}
	return strcmp(name, "help") == 0 || strcmp(name, "version") == 0;
}

const struct option_row *option_find(struct slice name)
{
	for (size_t i = 0; i < option_rows_count; i++)
		if (slice_eq(name, slice_of(option_rows[i].name)))
			return &option_rows[i];
	return NULL;
}

const char *option_value(const struct options *options, const struct option_row *row)
{
	const char *place = (const char *)options + row->place;
	const char *text;
	bool yes;
	if (row->value == VALUE_SWITCH) {
		memcpy(&yes, place, sizeof(yes));
		return yes ? "yes" : NULL;
	}
	memcpy(&text, place, sizeof(text));
	return text;
}

enum value_kind value_kind_of(const struct option_row *row,
			      const struct command *command)
{
	/* A server may be of any speed. */
	if (row->value == VALUE_SPEED && command != NULL &&
	    option_accepted(command->accepts, "jsonl"))
		return VALUE_TEXT;
	bool picture = row->value == VALUE_FORMAT && command != NULL &&
		       command->run == render_run;
	return picture ? VALUE_PICTURE : row->value;
}

size_t option_about(const struct option_row *row, const struct command *command,
		    char *text, size_t cap)
{
	size_t len = text_copy(text, cap, slice_of(row->about));
	if (len == 0 || row->about[len - 1] != ':' || len + 1 >= cap)
		return len;
	text[len++] = ' ';
	return len + values_list(value_kind_of(row, command), text + len, cap - len);
}

static const struct option_row *row_by_letter(char letter)
{
	for (size_t i = 0; i < option_rows_count; i++)
		if (letter != 0 && option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

/* What is read so far. */
struct options_reading {
	char *const *args;
	int count, next;
	const struct command *command;
	struct options *out;
};

static const char *command_name(const struct options_reading *reading)
{
	return reading->command == NULL ? "pitwall" : reading->command->name;
}

static bool is_number(const char *text)
{
	uint64_t number;
	return parse_u64(slice_of(text), &number);
}

static bool is_yes_or_no(const char *value)
{
	return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0;
}

void option_set(struct options *options, const struct option_row *row,
		const char *value)
{
	char *place = (char *)options + row->place;
	bool yes = strcmp(value, "yes") == 0;
	if (row->value == VALUE_SWITCH)
		memcpy(place, &yes, sizeof(yes));
	else
		memcpy(place, &value, sizeof(value));
}

static int set_option(struct options_reading *reading, const struct option_row *row,
		      const char *value, struct err *err)
{
	const char *accepts =
		reading->command == NULL ? console_accepts : reading->command->accepts;
	if (!option_accepted(accepts, row->name))
		return err_set(err, -EINVAL, "%s has no option --%s",
			       command_name(reading), row->name);
	reading->out->origins[row - option_rows] = ORIGIN_OPTION;
	if (row->argument == NULL) {
		if (value != NULL && row->fallback == NULL)
			return err_set(err, -EINVAL, "--%s takes no value", row->name);
		if (value != NULL && !is_yes_or_no(value))
			return err_set(err, -EINVAL, "--%s=%s: use yes or no",
				       row->name, value);
		option_set(reading->out, row, value == NULL ? "yes" : value);
		return 0;
	}
	bool optional = row->argument[0] == '[';
	bool number = strcmp(row->argument, "[N]") == 0;
	if (value == NULL && reading->next < reading->count &&
	    (!optional || (number && is_number(reading->args[reading->next]))))
		value = reading->args[reading->next++];
	if (value == NULL && optional)
		value = number ? "1" : "";
	/* A key without a name would accept everybody. */
	if (value == NULL || (row->value == VALUE_FILE && value[0] == '\0'))
		return err_set(err, -EINVAL, "--%s needs a value: --%s %s", row->name,
			       row->name, row->argument);
	option_set(reading->out, row, value);
	return 0;
}

static int no_option(const struct options_reading *reading, struct slice name,
		     struct err *err)
{
	char text[32];
	text_copy(text, sizeof(text), name);
	const char *near = option_nearest(
		reading->command == NULL ? console_accepts : reading->command->accepts,
		text);
	return err_set(err, -EINVAL, "%s has no option --%.*s%s%s%s",
		       command_name(reading), (int)name.len, name.at,
		       near == NULL ? "" : "; did you mean --",
		       near == NULL ? "" : near, near == NULL ? "" : "?");
}

static int long_option(struct options_reading *reading, const char *arg,
		       struct err *err)
{
	struct slice name = slice_of(arg + 2);
	const char *equals = strchr(arg, '=');
	if (equals != NULL)
		name.len = (size_t)(equals - name.at);
	const struct option_row *row = option_find(name);
	if (row == NULL)
		return no_option(reading, name, err);
	return set_option(reading, row, equals == NULL ? NULL : equals + 1, err);
}

static int short_options(struct options_reading *reading, const char *arg,
			 struct err *err)
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
static int options_add_source(const struct options_reading *reading, const char *arg,
			      struct err *err)
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
	struct options_reading reading = {args, count, 0, command, &result};
	bool words_only = false;
	while (reading.next < count) {
		const char *arg = args[reading.next++];
		int rc = 0;
		if (words_only || arg[0] != '-' || arg[1] == '\0')
			rc = options_add_source(&reading, arg, err);
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
static bool options_is_name(const char *rules)
{
	size_t len = strlen(rules);
	return strchr(rules, '/') == NULL &&
	       (len < 4 || strcmp(rules + len - 4, ".ini") != 0);
}

static int values_check(const struct options *options, const struct command *command,
			struct err *err)
{
	for (size_t i = 0; i < option_rows_count; i++) {
		const struct option_row *row = &option_rows[i];
		const char *value = option_value(options, row);
		struct err why;
		/* What a file or the environment says was looked at there. */
		if (value == NULL || options->origins[i] != ORIGIN_OPTION)
			continue;
		int rc = value_check(value_kind_of(row, command), value, &why);
		if (rc != 0)
			return err_set(err, rc, "--%s %s", row->name, why.text);
	}
	return 0;
}

int options_check(const struct options *options, const struct command *command,
		  struct err *err)
{
	struct rules_length length;
	struct rules rules;
	bool loads = option_accepted(
		command == NULL ? console_accepts : command->accepts, "session");
	if (command != NULL && !loads && options->source_count > 0 &&
	    strpbrk(command->usage, "[.|") == NULL)
		return err_set(err, -EINVAL, "%s: %s takes no name",
			       options->sources[0], command->name);
	if (options->length != NULL &&
	    length_parse(slice_of(options->length), &length, err) != 0)
		return -EINVAL;
	int64_t lap;
	if (options->result_at != NULL &&
	    !session_lap_parse(slice_of(options->result_at), &lap))
		return err_set(err, -EINVAL,
			       "--result-at: '%s' is not a lap, for example lap:112",
			       options->result_at);
	struct slice stints = slice_of(options->stints == NULL ? "" : options->stints);
	while (stints.at != NULL && stints.len > 0) {
		struct stint_named stint;
		if (stint_parse(slice_cut(&stints, ','), &stint, err) != 0) {
			err_prefix(err, "--stints");
			return -EINVAL;
		}
	}
	if (options->rules != NULL && options_is_name(options->rules) &&
	    rules_load(options->rules, &rules, err) == -ENOENT)
		return -EINVAL;
	struct redis_publish publish;
	if (options->publish != NULL && live_publish_read(options, &publish, err) != 0)
		return -EINVAL;
	if (options->control != NULL && live_who_check(options->control, err) != 0)
		return -EINVAL;
	return values_check(options, command, err);
}
