/*
 * write_season.c -- `pitwall season`: standings, the reason of each point, invitations
 *
 *  (1) A table in words has a heading a title; CSV and JSON are one list of all titles.
 *  (2) Points of a round that does not count are in brackets in the table; CSV and JSON have
 *      the rounds that do not count in `dropped`.
 */
#include "write.h"

enum { REASONS_MAX = 512 };

/* A row of any of the lists. */
struct season_written {
	const struct season_writing *writing;
	const struct season_query *query;
	const struct season_table *table;
	unsigned row;
	const struct season_reason *reason;
	const struct season_invited *invited;
};

static const struct season *season_of(const struct season_written *line)
{
	return line->writing->season;
}

static const struct season_standing *standing_of(const struct season_written *line)
{
	return &line->table->rows[line->row];
}

static const struct points_title *title_of(const struct season_written *line)
{
	return &season_of(line)->rules.titles[line->query->title];
}

static void season_points_value(struct listing_value *value, int32_t points)
{
	char text[16];
	format_points(text, points);
	listing_digits(value, "%s", text);
}

static void season_name_value(const struct season_written *line, uint16_t name,
			      struct listing_value *value)
{
	listing_text(value, slice_of(season_name_text(season_of(line), name)));
}

/* ---- standings ------------------------------------------------------------------------ */

static void listed_title(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	enum points_title_kind kind = (enum points_title_kind)title_of(line)->kind;
	listing_text(value, slice_of(points_title_kind_name(kind)));
}

static void listed_class(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	uint8_t class_index =
		line->invited ? line->invited->class_index : line->query->class_index;
	if (class_index < season_of(line)->class_count)
		listing_text(value, slice_of(season_of(line)->classes[class_index]));
	else if (line->query)
		listing_text(value, slice_of(title_of(line)->name));
}

static void listed_cup(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(title_of(record)->cup));
}

static void listed_position(const void *record, struct listing_value *value)
{
	listing_number(value, standing_of(record)->position);
}

static void listed_position_shown(const void *record, struct listing_value *value)
{
	const struct season_standing *row = standing_of(record);
	listing_format(value, "%u%s", row->position, row->equal ? "=" : "");
}

static void listed_equal(const void *record, struct listing_value *value)
{
	listing_bool(value, standing_of(record)->equal != 0);
}

static void listed_name(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	season_name_value(line, standing_of(line)->name, value);
}

/* The team of a car, in the last round it was in. */
static uint16_t season_team_of(const struct season_written *line, uint16_t car)
{
	const struct season *season = season_of(line);
	uint16_t team = SEASON_NONE;
	for (unsigned r = 0; r < line->writing->rounds; r++)
		for (unsigned i = 0; season->rounds[r] && i < season->rounds[r]->count;
		     i++) {
			const struct season_result *at = &season->rounds[r]->results[i];
			if (at->car == car && at->team != SEASON_NONE &&
			    (title_of(line)->joint ||
			     at->class_index == line->query->class_index))
				team = at->team;
		}
	return team;
}

static void listed_team(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	const struct season_standing *row = standing_of(line);
	const struct points_title *title = title_of(line);
	if (title->kind == TITLE_TEAMS && title->each_car)
		season_name_value(line, season_team_of(line, row->name), value);
	else if (title->kind == TITLE_DRIVERS && row->car != SEASON_NONE)
		season_name_value(line,
				  row->team != SEASON_NONE
					  ? row->team
					  : season_team_of(line, row->car),
				  value);
}

static void listed_car(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	if (title_of(line)->kind == TITLE_DRIVERS)
		season_name_value(line, standing_of(line)->car, value);
}

static void listed_points(const void *record, struct listing_value *value)
{
	season_points_value(value, standing_of(record)->points);
}

static void listed_given(const void *record, struct listing_value *value)
{
	if (standing_of(record)->given)
		season_points_value(value, standing_of(record)->given);
}

static void listed_dropped(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	listing_items(value);
	for (unsigned r = 0; r < line->writing->rounds; r++)
		if (standing_of(line)->dropped >> r & 1)
			listing_item(value, slice_of(season_of(line)->rounds[r]->name));
}

static void listed_tie(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	char text[80];
	season_tie_text(line->table, line->row, text, sizeof(text));
	listing_format(value, "%s", text);
}

/* Names that are equal have a "=" behind their position. */
static void listed_tie_shown(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	const struct season_standing *row = standing_of(line);
	if (line->row + 1u < line->table->count && row[1].position != row->position)
		listed_tie(record, value);
}

static void listed_certain(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	uint8_t known = line->reason ? line->reason->known : line->table->known;
	listing_bool(value, known == KNOWN_SOURCE);
}

/* The round is the place of the field. */
static void listed_round(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	const struct season_standing *row = standing_of(line);
	unsigned r = value->place;
	char points[16];
	if (!(row->scored >> r & 1) && row->by_round[r] == 0)
		return;
	format_points(points, row->by_round[r]);
	if (line->writing->format == FORMAT_TABLE && (row->dropped >> r & 1))
		listing_format(value, "(%s)", points);
	else
		listing_digits(value, "%s", points);
}

/* ---- reasons, invitations ----------------------------------------------------------------- */

static void listed_reason_round(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	listing_text(value,
		     slice_of(season_of(line)->rounds[line->reason->round]->name));
}

static void listed_reason_points(const void *record, struct listing_value *value)
{
	season_points_value(value,
			    ((const struct season_written *)record)->reason->points);
}

static void listed_reason(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	char text[256];
	season_reason_text(season_of(line), line->query, line->reason, text,
			   sizeof(text));
	listing_format(value, "%s", text);
}

static void invited_to(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	const struct season_invited *invited = line->invited;
	listing_text(
		value,
		slice_of(season_of(line)->rules.invitations[invited->invitation].to));
}

static void invited_position(const void *record, struct listing_value *value)
{
	listing_number(value,
		       ((const struct season_written *)record)->invited->position);
}

static void invited_name(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	season_name_value(line, line->invited->name, value);
}

static void invited_team(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	season_name_value(line, line->invited->team, value);
}

static void invited_car(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	season_name_value(line, line->invited->car, value);
}

static void invited_unsure(const void *record, struct listing_value *value)
{
	listing_bool(value,
		     ((const struct season_written *)record)->invited->unsure != 0);
}

/* The rules of an invitation may be disputed. */
static void invited_certain(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	const struct season_invited *invited = line->invited;
	listing_bool(value,
		     season_of(line)->rules.invitations[invited->invitation].known ==
			     KNOWN_SOURCE);
}

static void invited_note(const void *record, struct listing_value *value)
{
	const struct season_written *line = record;
	const struct season_invited *invited = line->invited;
	uint8_t known = season_of(line)->rules.invitations[invited->invitation].known;
	if (invited->unsure)
		listing_text(value, SLICE("equal with the next"));
	else if (known == KNOWN_DISPUTED)
		listing_text(value, SLICE("~ the sources differ on who is invited"));
	else if (known != KNOWN_SOURCE)
		listing_text(value, SLICE("~ not established by a source"));
}

#define LEFT .right = false
#define RIGHT .right = true
static const struct listing_field standing_fields[] = {
	{"title", NULL, listed_title, LEFT},
	{"class", NULL, listed_class, LEFT},
	{"cup", NULL, listed_cup, LEFT},
	{"pos", NULL, listed_position, RIGHT},
	{NULL, "pos", listed_position_shown, RIGHT},
	{"equal", NULL, listed_equal, LEFT},
	{"name", "name", listed_name, LEFT},
	{"car", "car", listed_car, RIGHT},
	{"team", "team", listed_team, LEFT},
	{"points", "points", listed_points, RIGHT},
	{"given", "given", listed_given, RIGHT},
	{"dropped", NULL, listed_dropped, LEFT},
	{"tie", NULL, listed_tie, LEFT},
	{"certain", NULL, listed_certain, LEFT},
};
static const struct listing_field tie_field = {NULL, "tie", listed_tie_shown, LEFT};
static const struct listing_field reason_fields[] = {
	{"title", NULL, listed_title, LEFT},
	{"class", NULL, listed_class, LEFT},
	{"cup", NULL, listed_cup, LEFT},
	{"pos", NULL, listed_position, RIGHT},
	{NULL, "pos", listed_position_shown, RIGHT},
	{"name", "name", listed_name, LEFT},
	{"round", NULL, listed_reason_round, LEFT},
	{"points", "points", listed_reason_points, RIGHT},
	{"reason", "reason", listed_reason, LEFT},
	{"certain", NULL, listed_certain, LEFT},
};
static const struct listing_field invited_fields[] = {
	{"to", "invited to", invited_to, LEFT},
	{"class", "class", listed_class, LEFT},
	{"pos", "pos", invited_position, RIGHT},
	{"name", "name", invited_name, LEFT},
	{"team", NULL, invited_team, LEFT},
	{"car", "car", invited_car, RIGHT},
	{"unsure", NULL, invited_unsure, LEFT},
	{"certain", NULL, invited_certain, LEFT},
	{NULL, "note", invited_note, LEFT},
};

/* ---- names of rounds ----------------------------------------------------------------------- */

static struct slice first_letters(struct slice text, unsigned count)
{
	size_t len = 0;
	uint32_t cp;
	for (; count > 0 && len < text.len; count--)
		len += utf8_decode(text.at + len, text.len - len, &cp);
	return (struct slice){text.at, len};
}

/* "Seb" of Sebring, "RAt" of Road Atlanta where another round has its first letters. */
static void round_brief(const struct season *season, unsigned round,
			char brief[SEASON_BRIEF])
{
	struct slice name = slice_of(season->rounds[round]->name);
	struct slice rest = name, first = slice_cut(&rest, ' ');
	struct slice one = first_letters(first, 1), two = first_letters(rest, 2);
	struct slice three = first_letters(name, 3);
	bool taken = false;
	for (unsigned r = 0; r < season->round_count; r++)
		taken |= r != round && three.len >= 3 &&
			 slice_starts(slice_of(season->rounds[r]->name), three);
	if (taken && rest.len > 0)
		text_format(brief, SEASON_BRIEF, "%.*s%.*s", (int)one.len, one.at,
			    (int)two.len, two.at);
	else if (taken)
		text_format(brief, SEASON_BRIEF, "%u", round + 1);
	else
		text_copy(brief, SEASON_BRIEF, first_letters(first, 3));
}

static void writing_add(struct season_writing *writing,
			const struct listing_field *fields, unsigned count)
{
	memcpy(&writing->fields[writing->field_count], fields,
	       count * sizeof(fields[0]));
	writing->field_count += count;
}

static void writing_rounds(struct season_writing *writing)
{
	for (unsigned r = 0; r < writing->rounds; r++) {
		const struct season_round *round = writing->season->rounds[r];
		struct listing_field field = {writing->names[r], writing->titles[r],
					      listed_round, RIGHT,
					      .place = (uint16_t)r};
		if (!round)
			continue;
		round_brief(writing->season, r, writing->titles[r]);
		if (writing->format == FORMAT_JSON)
			text_format(writing->names[r], sizeof(writing->names[r]),
				    "round%u", r + 1);
		else
			text_format(writing->names[r], sizeof(writing->names[r]),
				    "%u %s", r + 1, round->name);
		writing_add(writing, &field, 1);
	}
}

/* ---- writing -------------------------------------------------------------------------------- */

static void writing_head_json(struct season_writing *writing, const char *rows)
{
	struct out *out = writing->out;
	const struct season *season = writing->season;
	out_text(out, "{\"season\":");
	out_json(out, slice_of(season->name));
	out_format(out, ",\"year\":%u,\"rules\":", season->year);
	out_json(out, slice_of(season->rules.name));
	out_text(out, ",\"rounds\":[");
	for (unsigned r = 0; r < writing->rounds; r++) {
		const struct season_round *round = season->rounds[r];
		out_format(out, "%s{\"name\":", r ? "," : "");
		out_json(out, slice_of(round ? round->name : ""));
		out_format(out, ",\"held\":%s}",
			   round && round->held ? "true" : "false");
	}
	out_format(out, "],\"%s\":", rows);
}

void season_writing_begin(struct season_writing *writing, struct out *out,
			  enum format format, const struct season *season,
			  enum season_listed what, unsigned rounds)
{
	static const char *const rows[] = {"standings", "reasons", "invitations"};
	memset(writing, 0, sizeof(*writing));
	writing->out = out;
	writing->format = format;
	writing->season = season;
	writing->what = what;
	writing->rounds = rounds == 0 || rounds > season->round_count
				  ? season->round_count
				  : rounds;
	if (what == LIST_STANDINGS) {
		writing_add(writing, standing_fields, ARRAY_LEN(standing_fields));
		writing_rounds(writing);
		writing_add(writing, &tie_field, 1);
	} else if (what == LIST_REASONS) {
		writing_add(writing, reason_fields, ARRAY_LEN(reason_fields));
	} else {
		writing_add(writing, invited_fields, ARRAY_LEN(invited_fields));
	}
	writing->form =
		(struct listing_form){writing->fields, writing->field_count, .gap = 2};
	if (format == FORMAT_JSON)
		writing_head_json(writing, rows[what]);
	if (format != FORMAT_TABLE) {
		listing_begin(&writing->listing, out, format, &writing->form);
		listing_head(&writing->listing);
	}
}

/* Each row, or each of its reasons. */
static void writing_rows(struct season_writing *writing, struct season_written *line,
			 void (*put)(struct listing *listing, const void *record))
{
	struct season_reason reasons[REASONS_MAX];
	for (unsigned i = 0; i < line->table->count; i++) {
		line->row = i;
		if (writing->what == LIST_STANDINGS) {
			put(&writing->listing, line);
			continue;
		}
		unsigned count =
			season_reasons(writing->season, line->query,
				       &line->table->rows[i], reasons, REASONS_MAX);
		for (unsigned k = 0; k < count; k++) {
			line->reason = &reasons[k];
			put(&writing->listing, line);
		}
		line->reason = NULL;
	}
}

static void writing_heading(struct season_writing *writing,
			    const struct season_query *query,
			    const struct season_table *table)
{
	char title[120];
	season_query_title(writing->season, query, title, sizeof(title));
	out_format(writing->out, "\n%s%s\n", title,
		   table->known == KNOWN_SOURCE
			   ? ""
			   : " ~ (some values of the rules are not from a source)");
}

/* True when cars of the class, or of a joint title, could have points. */
static bool season_has_results(const struct season_written *line)
{
	const struct season *season = season_of(line);
	for (unsigned r = 0; r < line->writing->rounds; r++) {
		const struct season_round *round = season->rounds[r];
		for (unsigned i = 0; round && round->held && i < round->count; i++) {
			const struct season_result *at = &round->results[i];
			bool of_class = title_of(line)->joint ||
					at->class_index == line->query->class_index;
			if (of_class && !at->guest && !at->privately)
				return true;
		}
	}
	return false;
}

void season_writing_table(struct season_writing *writing,
			  const struct season_query *query,
			  const struct season_table *table)
{
	struct season_written line = {
		.writing = writing, .query = query, .table = table};
	if (writing->format == FORMAT_TABLE) {
		writing_heading(writing, query, table);
		if (table->count == 0) {
			const char *kind = points_title_kind_name(
				(enum points_title_kind)title_of(&line)->kind);
			if (season_has_results(&line) && !title_of(&line)->cup[0])
				out_format(writing->out,
					   "the results have no %s of these cars\n",
					   kind);
			else
				out_text(writing->out, "no points yet\n");
			return;
		}
		listing_begin(&writing->listing, writing->out, FORMAT_TABLE,
			      &writing->form);
		writing_rows(writing, &line, listing_measure);
		listing_head(&writing->listing);
	}
	writing_rows(writing, &line, listing_row);
	if (writing->format == FORMAT_TABLE)
		listing_end(&writing->listing);
}

void season_writing_invited(struct season_writing *writing,
			    const struct season_invited *invited, unsigned count)
{
	struct season_written line = {.writing = writing};
	if (writing->format == FORMAT_TABLE) {
		out_text(writing->out, "\n");
		listing_begin(&writing->listing, writing->out, FORMAT_TABLE,
			      &writing->form);
		for (unsigned i = 0; i < count; i++) {
			line.invited = &invited[i];
			listing_measure(&writing->listing, &line);
		}
		listing_head(&writing->listing);
	}
	for (unsigned i = 0; i < count; i++) {
		line.invited = &invited[i];
		listing_row(&writing->listing, &line);
	}
	if (writing->format == FORMAT_TABLE)
		listing_end(&writing->listing);
}

void season_writing_end(struct season_writing *writing)
{
	if (writing->format != FORMAT_TABLE)
		listing_end(&writing->listing);
}
