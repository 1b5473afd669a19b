/*
 * check_official.c -- `check`: the official results beside a lap file against ours
 *
 * What the officials publish is evidence of the first rank: where the race that is read from
 * the laps differs, each car is named. It changes nothing. Decisions of the stewards are not
 * in the laps, so a penalty shows here.
 */
#include <string.h>

#include "check_official.h"
#include "pitwall/assets.h"
#include "pitwall/source.h"

enum { COLUMNS_MAX = 128, TOLD_MAX = 20 };

/* Columns of the results, and those that stand for them in other sessions. */
enum official_column { OF_POSITION, OF_NUMBER, OF_LAPS, OF_BEST, OF_TOTAL, OF_COUNT };
static const char *const official_names[OF_COUNT][2] = {
	[OF_POSITION] = {"POSITION", "POS"}, [OF_NUMBER] = {"NUMBER", "NUMBER"},
	[OF_LAPS] = {"LAPS", "LAPS"},        [OF_BEST] = {"FL_TIME", "TIME"},
	[OF_TOTAL] = {"TOTAL_TIME", ""},
};

struct official {
	const struct session *session;
	const struct check_sink *sink;
	char separator;
	unsigned at[OF_COUNT]; /* COLUMNS_MAX: the file has none */
	uint32_t place;        /* cars seen that both list */
	uint16_t order[RACE_CARS_MAX];
	unsigned differ, cars;
};

static unsigned official_cut(const struct official *of, struct slice line,
			     struct slice fields[COLUMNS_MAX])
{
	unsigned count = 0;
	while (line.at != NULL && count < COLUMNS_MAX) {
		struct slice field;
		if (line.len > 0 && line.at[0] == '"') {
			line.at++;
			line.len--;
			field = slice_cut(&line, '"');
			(void)slice_cut(&line, of->separator);
		} else {
			field = slice_cut(&line, of->separator);
		}
		fields[count++] = slice_trim(field);
	}
	return count;
}

static bool official_head(struct official *of, struct slice line)
{
	struct slice fields[COLUMNS_MAX];
	of->separator = memchr(line.at, ';', line.len) != NULL ? ';' : ',';
	unsigned count = official_cut(of, line, fields);
	for (unsigned c = 0; c < OF_COUNT; c++) {
		of->at[c] = COLUMNS_MAX;
		for (unsigned i = 0; i < count; i++)
			if (fields[i].len > 0 &&
			    (slice_eq_nocase(fields[i],
					     slice_of(official_names[c][0])) ||
			     slice_eq_nocase(fields[i],
					     slice_of(official_names[c][1]))))
				of->at[c] = i;
	}
	return of->at[OF_NUMBER] != COLUMNS_MAX && of->at[OF_LAPS] != COLUMNS_MAX;
}

static void official_differs(struct official *of, struct slice number, const char *what,
			     const char *ours, struct slice theirs)
{
	char words[200], shown[2][24];
	text_clean(shown[0], sizeof(shown[0]), number);
	text_clean(shown[1], sizeof(shown[1]), theirs);
	if (of->differ++ >= TOLD_MAX)
		return;
	text_format(words, sizeof(words), "car %s: %s %s, officially %s", shown[0],
		    what, ours[0] == '\0' ? "none" : ours,
		    shown[1][0] == '\0' ? "none" : shown[1]);
	of->sink->say(of->sink->context, words);
}

/* "1:36.412", "5:44'41.101"; DURATION_NONE: none. */
static duration_us official_time(struct slice text)
{
	char plain[32];
	duration_us t;
	size_t len = text_copy(plain, sizeof(plain), text);
	for (size_t i = 0; i < len; i++)
		if (plain[i] == '\'')
			plain[i] = ':';
	return parse_duration((struct slice){plain, len}, &t) && t > 0 ? t
								       : DURATION_NONE;
}

static void official_compare_time(struct official *of, struct slice number,
				  const char *what, duration_us ours,
				  struct slice theirs)
{
	char text[TIME_TEXT_MAX] = "";
	if (ours == official_time(theirs))
		return;
	if (ours != DURATION_NONE)
		format_duration(text, ours, TIME_LAPM);
	official_differs(of, number, what, text, theirs);
}

static void official_row(struct official *of, struct slice line)
{
	struct slice fields[COLUMNS_MAX + 1];
	const struct race *race = &of->session->timeline.race;
	unsigned count = official_cut(of, line, fields);
	for (unsigned i = count; i <= COLUMNS_MAX; i++)
		fields[i] = (struct slice){"", 0};
	struct slice number = fields[of->at[OF_NUMBER]];
	struct slice laps = fields[of->at[OF_LAPS]];
	uint16_t car = race_find(race, ID_NUMBER, number);
	uint64_t theirs = 0;
	char text[24];
	if (number.len == 0)
		return;
	bool numbered = parse_u64(laps, &theirs);
	if (car == CAR_NONE) {
		if (theirs > 0)
			official_differs(of, number, "laps", "", laps);
		return;
	}
	const struct classification *list = &of->session->classification;
	if (list->row_of[car] >= list->count)
		return;
	const struct result *row = &list->rows[list->row_of[car]];
	of->cars++;
	if (numbered && theirs != row->laps) {
		text_format(text, sizeof(text), "%u", (unsigned)row->laps);
		official_differs(of, number, "laps", text, laps);
	}
	bool timed = race->setup.type == SESSION_TIMED;
	struct slice best = fields[of->at[OF_BEST]];
	if (of->at[OF_BEST] != COLUMNS_MAX)
		official_compare_time(of, number, "best lap", race->cars[car].lap_best,
				      best);
	if (!timed && of->at[OF_TOTAL] != COLUMNS_MAX)
		official_compare_time(of, number, "total time", row->total,
				      fields[of->at[OF_TOTAL]]);
	if (!timed || official_time(best) != DURATION_NONE)
		of->order[of->place++ % RACE_CARS_MAX] = car;
}

/* The first place at which the orders part. */
static void official_order(struct official *of)
{
	const struct classification *ours = &of->session->classification;
	const struct race *race = &of->session->timeline.race;
	char words[160], label[16], other[16];
	for (uint32_t i = 0; i < of->place && i < ours->count; i++) {
		if (ours->rows[i].car == of->order[i])
			continue;
		race_car_label(race, ours->rows[i].car, label);
		race_car_label(race, of->order[i], other);
		of->differ++;
		text_format(words, sizeof(words), "place %u: car %s, officially %s",
			    i + 1, label, other);
		of->sink->say(of->sink->context, words);
		return;
	}
}

static void official_sum(const struct official *of, const char *path)
{
	char words[320], name[128];
	text_clean(name, sizeof(name), slice_of(source_base(path)));
	if (of->differ == 0)
		text_format(
			words, sizeof(words),
			"the official results beside it (%s) agree: order, laps and "
			"times of %u cars",
			name, of->cars);
	else
		text_format(words, sizeof(words),
			    "the official results beside it (%s) differ in %u value%s "
			    "of %u cars",
			    name, of->differ, of->differ == 1 ? "" : "s", of->cars);
	of->sink->say(of->sink->context, words);
}

void check_official(struct session *session, const char *laps,
		    const struct check_sink *sink)
{
	struct official of = {.session = session, .sink = sink};
	char path[SOURCE_PATH_MAX + 16];
	struct bytes bytes;
	struct err err;
	if (!source_results_beside(laps, path, sizeof(path)) ||
	    small_file_read(path, &bytes, &err) != 0)
		return;
	(void)session_at(session, session->timeline.last_at);
	struct slice rest = bytes.data;
	if (slice_starts(rest, SLICE("\xef\xbb\xbf"))) {
		rest.at += 3;
		rest.len -= 3;
	}
	if (official_head(&of, slice_trim(slice_cut(&rest, '\n')))) {
		while (rest.at != NULL && rest.len > 0)
			official_row(&of, slice_trim(slice_cut(&rest, '\n')));
		official_order(&of);
		official_sum(&of, path);
	}
	bytes_free(&bytes);
}
