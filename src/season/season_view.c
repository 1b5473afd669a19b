/*
 * season_view.c -- the tables of a season as a race runs, in lines as screens show them
 */
#include "pitwall/season_view.h"

#include "pitwall/forecast.h"
#include "score.h"

enum { MUST_LINES = 8, MUST_CASES = 16 };

/* ---- one table ------------------------------------------------------------------------ */

static struct season_query query_until(const struct season_query *query,
				       unsigned rounds)
{
	struct season_query until = *query;
	until.rounds = (uint8_t)rounds;
	return until;
}

/* The best placed car that scores for a row; SEASON_NONE. */
static uint16_t result_of_row(const struct season_view *view,
			      const struct season_query *query,
			      const struct season_standing *row)
{
	uint16_t best = SEASON_NONE;
	for (uint16_t i = 0; i < view->round->count; i++) {
		const struct season_result *result = &view->round->results[i];
		if (!season_result_is_of(view->season, query, result, row))
			continue;
		if (best == SEASON_NONE ||
		    result->class_place < view->round->results[best].class_place)
			best = i;
	}
	return best;
}

static void line_make(const struct season_view *view, const struct season_query *query,
		      const struct season_view_work *work, unsigned row,
		      struct season_line *out)
{
	const struct season_standing *now = &work->now.rows[row];
	int before = season_row_of(&work->before, now->name, now->team);
	memset(out, 0, sizeof(*out));
	out->now = now->points;
	out->behind = points_add(work->now.rows[0].points, -now->points);
	out->row = (uint16_t)row;
	out->result = result_of_row(view, query, now);
	out->car = out->result == SEASON_NONE ? now->car
					      : view->round->results[out->result].car;
	out->persons = view->season->rules.titles[query->title].kind == TITLE_DRIVERS;
	out->entrant = SEASON_NONE;
	if (out->result != SEASON_NONE && out->car == now->name)
		out->entrant = view->round->results[out->result].team;
	out->position = now->position;
	out->known = work->now.known;
	out->names[out->name_count++] = now->name;
	out->team = now->team;
	if (before < 0)
		return;
	out->before = work->before.rows[before].points;
	out->position_before = work->before.rows[before].position;
}

/* (2) */
static bool line_joins(const struct season_line *last, const struct season_line *line)
{
	return last->car != SEASON_NONE && last->car == line->car &&
	       last->result == line->result && last->now == line->now &&
	       last->before == line->before && last->name_count < RACE_DRIVERS_MAX;
}

/* Add a line, or its name to the line of its crew. */
static bool season_lines_add(struct season_line *lines, unsigned *count, unsigned max,
			     const struct season_line *line)
{
	for (unsigned i = *count; i-- > 0 && lines[i].now == line->now;) {
		if (!line_joins(&lines[i], line))
			continue;
		lines[i].names[lines[i].name_count++] = line->names[0];
		return true;
	}
	if (*count == max)
		return false;
	lines[(*count)++] = *line;
	return true;
}

/* @before: also the table before the race. */
static int season_tables(const struct season_view *view, unsigned query, bool before,
			 struct season_view_work *work, struct err *err)
{
	unsigned index = view->round_index;
	struct season_query until = query_until(&view->queries[query], index);
	work->before.count = 0;
	/* 0 rounds would be all of them. */
	if (before && index > 0 &&
	    season_standings(view->season, &until, &work->before, err))
		return -1;
	until.rounds = (uint8_t)(index + 1);
	return season_standings(view->season, &until, &work->now, err);
}

/* ---- all tables ----------------------------------------------------------------------- */

/* (3): the less, the better a table is for a class; 0xff: it is not of the class. */
static unsigned main_rank(const struct season_view *view, unsigned query, unsigned c)
{
	const struct season_query *of = &view->queries[query];
	const struct points_title *title = &view->season->rules.titles[of->title];
	bool own = title->joint ? season_class_listed(view->season, c, title->classes,
						      title->class_count)
				: of->class_index == c;
	return own ? title->kind * 2u + (title->joint != 0) +
			       (title->cup[0] ? 2u * TITLE_KINDS : 0)
		   : 0xff;
}

static void mains_find(struct season_view *view)
{
	for (unsigned c = 0; c < SEASON_CLASSES_MAX; c++) {
		unsigned best = 0xff;
		view->main_of[c] = SEASON_QUERIES_MAX;
		for (unsigned q = 0;
		     c < view->season->class_count && q < view->query_count; q++) {
			unsigned rank = main_rank(view, q, c);
			if (rank >= best)
				continue;
			best = rank;
			view->main_of[c] = (uint8_t)q;
		}
	}
}

static bool is_main(const struct season_view *view, unsigned query)
{
	for (unsigned c = 0; c < view->season->class_count; c++)
		if (view->main_of[c] == query)
			return true;
	return false;
}

/* The first line of a car is that of its best driver. */
static void line_of_car(struct season_view *view, unsigned query,
			const struct season_line *line)
{
	if (line->result == SEASON_NONE)
		return;
	uint8_t c = view->round->results[line->result].class_index;
	struct season_line *car = &view->cars[line->result];
	if (car->name_count == 0 && c < SEASON_CLASSES_MAX && view->main_of[c] == query)
		*car = *line;
}

/* From positions of names to those of lines, which are in their order. */
static void lines_count(struct season_line *lines, unsigned count)
{
	uint16_t now[SEASON_LINES_MAX], before[SEASON_LINES_MAX];
	for (unsigned i = 0; i < count; i++) {
		const struct season_line *own = &lines[i];
		now[i] = 1;
		before[i] = own->position_before > 0;
		for (unsigned k = 0; k < count; k++) {
			const struct season_line *other = &lines[k];
			if (other->position < own->position)
				now[i]++;
			if (other->position_before > 0 &&
			    other->position_before < own->position_before)
				before[i]++;
			lines[i].equal |= k != i && other->position == own->position;
		}
	}
	for (unsigned i = 0; i < count; i++) {
		lines[i].position = now[i];
		lines[i].position_before = before[i];
	}
}

static void table_lines(struct season_view *view, unsigned query,
			struct season_view_work *work)
{
	unsigned count = 0;
	struct season_line line;
	bool chosen = query == view->chosen, cars = is_main(view, query);
	struct season_line *lines = chosen ? view->lines : work->lines;
	for (unsigned i = 0; i < work->now.count && (chosen || cars); i++) {
		line_make(view, &view->queries[query], work, i, &line);
		line.query = (uint8_t)query;
		if (!season_lines_add(lines, &count, SEASON_LINES_MAX, &line))
			view->lines_left += chosen;
	}
	lines_count(lines, count);
	for (unsigned i = 0; i < count && cars; i++)
		line_of_car(view, query, &lines[i]);
	if (chosen)
		view->line_count = (uint16_t)count;
}

/* One that leads alone, with the drivers of its car. */
static void table_leader(struct season_view *view, unsigned query,
			 const struct season_table *table)
{
	const struct season_standing *first = &table->rows[0];
	uint16_t *leader = &view->leaders[query];
	*leader = SEASON_NONE;
	if (table->count == 0 || first->points <= 0)
		return;
	*leader = first->name;
	view->leader_cars[query] = first->car;
	for (unsigned i = 1; i < table->count && table->rows[i].position == 1; i++)
		if (first->car == SEASON_NONE || table->rows[i].car != first->car)
			*leader = SEASON_NONE;
}

static void table_make(struct season_view *view, unsigned query,
		       struct season_view_work *work)
{
	struct err err = {""};
	bool chosen = query == view->chosen;
	view->rows_of[query] = 0;
	view->leaders[query] = SEASON_NONE;
	if (season_tables(view, query, chosen || is_main(view, query), work, &err)) {
		if (chosen)
			text_copy(view->refused, sizeof(view->refused),
				  slice_of(err.text));
		return;
	}
	view->rows_of[query] = work->now.count;
	table_leader(view, query, &work->now);
	table_lines(view, query, work);
}

static void invitations_make(struct season_view *view, struct season_view_work *work)
{
	struct err err = {""};
	int count =
		season_invitations(view->season, view->round_index + 1u, &work->other,
				   view->invited, SEASON_INVITED_MAX, &err);
	view->invited_count = (uint16_t)(count > 0 ? count : 0);
}

void season_view_begin(struct season_view *view, const struct season *season,
		       unsigned round)
{
	struct season_query query = {.title = POINTS_TITLES_MAX};
	view->season = season;
	view->round = season->rounds[round];
	view->round_index = (uint16_t)round;
	view->round_count = season->round_count;
	view->last = round + 1u == season->round_count;
	view->query_count = 0;
	while (view->query_count < SEASON_QUERIES_MAX &&
	       season_query_next(season, &query))
		view->queries[view->query_count++] = query;
	mains_find(view);
}

void season_view_now(struct season_view *view, unsigned chosen,
		     struct season_view_work *work)
{
	memset(view->cars, 0, sizeof(view->cars));
	view->chosen = (uint16_t)(chosen < view->query_count ? chosen : 0);
	view->line_count = view->lines_left = 0;
	view->refused[0] = '\0';
	for (unsigned q = 0; q < view->query_count; q++)
		table_make(view, q, work);
	/* A table without rows is not shown. */
	for (unsigned q = 0;
	     q < view->query_count && view->line_count == 0 && view->refused[0] == '\0';
	     q++) {
		if (view->rows_of[q] == 0)
			continue;
		view->chosen = (uint16_t)q;
		table_make(view, q, work);
	}
	invitations_make(view, work);
}

static bool is_by_hours(const struct season_view *view, unsigned query)
{
	const struct points_title *title =
		&view->season->rules.titles[view->queries[query].title];
	return title->cup[0] &&
	       season_segments_of(view->season, title, view->round) != NULL;
}

/* ---- with the forecast ------------------------------------------------------------------ */

static bool chances_make(const struct season_view *view, unsigned query,
			 struct season_view_work *work)
{
	struct season_query until =
		query_until(&view->queries[query], view->round_index + 1u);
	struct err err;
	if (is_by_hours(view, query) ||
	    season_base(view->season, &until, &work->base, &err))
		return false;
	season_scenarios(view->season, &until, &work->base, &work->draws,
			 work->chances);
	return true;
}

static void line_foretell(const struct season_view_work *work, struct season_line *line)
{
	int row = season_row_of(&work->base, line->names[0], line->team);
	line->foretold = row >= 0;
	if (row < 0)
		return;
	line->expected = work->chances[row].expected;
	line->p_first = work->chances[row].p_first;
}

void season_view_forecast(struct season_view *view, const struct season_odds *odds,
			  bool cars, struct season_view_work *work)
{
	season_draw(view->round, odds, &work->draws);
	for (unsigned q = 0; q < view->query_count; q++) {
		bool chosen = q == view->chosen && view->line_count > 0;
		bool main = cars && is_main(view, q);
		if (!(chosen || main) || view->rows_of[q] == 0 ||
		    !chances_make(view, q, work))
			continue;
		for (unsigned i = 0; chosen && i < view->line_count; i++)
			line_foretell(work, &view->lines[i]);
		for (unsigned i = 0; main && i < view->round->count; i++)
			if (view->cars[i].name_count > 0 && view->cars[i].query == q)
				line_foretell(work, &view->cars[i]);
	}
}

/* ---- what must happen ----------------------------------------------------------------------- */

static uint64_t musts_hash(const struct season_view *view,
			   const struct season_view_work *work)
{
	uint64_t hash = hash_bytes(&view->chosen, sizeof(view->chosen), 1);
	for (unsigned i = 0; i < work->base.count; i++) {
		const struct season_standing *row = &work->base.rows[i];
		hash = hash_bytes(&row->name, sizeof(row->name), hash);
		hash = hash_bytes(&row->points, sizeof(row->points), hash);
	}
	for (unsigned i = 0; i < view->round->count; i++) {
		const struct season_result *car = &view->round->results[i];
		hash = hash_bytes(&car->car, sizeof(car->car), hash);
		hash = hash_bytes(&car->status, sizeof(car->status), hash);
	}
	return hash;
}

static void must_line(struct season_view *view, const struct season_line *line,
		      const struct season_must *must)
{
	struct season_standing row = {.name = line->names[0]};
	if (view->must_count == SEASON_MUSTS_MAX)
		return;
	struct season_must_line *out = &view->musts[view->must_count++];
	out->name = line->names[0];
	season_must_text(view->season, &row, must, out->text, sizeof(out->text));
}

void season_view_musts(struct season_view *view, struct season_view_work *work)
{
	struct season_must cases[MUST_CASES];
	struct season_query until =
		query_until(&view->queries[view->chosen], view->round_index + 1u);
	struct err err;
	view->by_hours = view->line_count > 0 && is_by_hours(view, view->chosen);
	bool known = view->last && view->line_count > 0 && !view->by_hours &&
		     season_base(view->season, &until, &work->base, &err) == 0;
	uint64_t hash = known ? musts_hash(view, work) : 0;
	if (hash != 0 && hash == work->musts_of)
		return;
	work->musts_of = hash;
	view->musts_known = known;
	view->must_count = 0;
	for (unsigned i = 0; view->musts_known && i < view->line_count; i++) {
		const struct season_line *line = &view->lines[i];
		int row = season_row_of(&work->base, line->names[0], line->team);
		int count = row < 0 ? 0
				    : season_must(view->season, &until, &work->base,
						  (unsigned)row, cases, MUST_CASES);
		view->musts_known = count >= 0;
		for (int k = 0; k < count; k++)
			must_line(view, line, &cases[k]);
		if (i + 1 >= MUST_LINES && count <= 0)
			break;
	}
}

/* ---- from table to table -------------------------------------------------------------------- */

static bool is_shown(const struct season_view *view, unsigned query)
{
	return view->rows_of[query] > 0;
}

unsigned season_view_class(const struct season_view *view, unsigned from, int by)
{
	unsigned count = view->query_count;
	for (unsigned i = 1; i < count; i++) {
		unsigned q = (from + (by > 0 ? i : count - i)) % count;
		if (view->queries[q].title == view->queries[from].title &&
		    is_shown(view, q))
			return q;
	}
	return from;
}

unsigned season_view_title(const struct season_view *view, unsigned from)
{
	unsigned count = view->query_count, found = from;
	for (unsigned i = 1; i < count; i++) {
		unsigned q = (from + i) % count;
		const struct season_query *query = &view->queries[q];
		if (query->title == view->queries[from].title || !is_shown(view, q))
			continue;
		if (found != from && query->title != view->queries[found].title)
			break;
		if (found == from ||
		    query->class_index == view->queries[from].class_index)
			found = q;
	}
	return found;
}

uint8_t season_view_main(const struct season_view *view, uint16_t result)
{
	uint8_t main = SEASON_QUERIES_MAX;
	if (view->round && result < view->round->count &&
	    view->round->results[result].class_index < SEASON_CLASSES_MAX)
		main = view->main_of[view->round->results[result].class_index];
	return main < view->query_count ? main : 0;
}

/* ---- names ------------------------------------------------------------------------------------ */

size_t season_line_names(const struct season *season, const struct season_line *line,
			 unsigned w, char *buf, size_t cap)
{
	size_t n = 0;
	buf[0] = '\0';
	for (unsigned form = PERSON_WHOLE; form <= PERSON_CODE; form++) {
		n = 0;
		for (unsigned i = 0; i < line->name_count; i++) {
			char name[SEASON_NAME_MAX];
			struct slice whole = slice_of(season_name_text(
				season, line->entrant != SEASON_NONE ? line->entrant
								     : line->names[i]));
			if (!line->persons ||
			    (line->name_count == 1 && form == PERSON_WHOLE))
				text_copy(name, sizeof(name), whole);
			else
				text_person(name, sizeof(name), whole,
					    (enum person_form)form);
			n += text_format(buf + n, cap - n, "%s%s", i ? ", " : "", name);
		}
		if (text_width((struct slice){buf, n}) <= (int)w)
			break;
	}
	return n;
}

/* ---- news ------------------------------------------------------------------------------------- */

static void news_begin(struct season_news *news, const struct season_view *view,
		       instant_us at)
{
	memcpy(news->leader, view->leaders, sizeof(news->leader));
	memcpy(news->next, view->leaders, sizeof(news->next));
	for (unsigned q = 0; q < SEASON_QUERIES_MAX; q++)
		news->since[q] = at;
	news->at = at;
}

int season_news_next(struct season_news *news, const struct season_view *view,
		     instant_us at, bool moved)
{
	if (moved || news->at == INSTANT_NONE || at < news->at) {
		news_begin(news, view, at);
		return -1;
	}
	news->at = at;
	for (unsigned q = 0; q < view->query_count; q++) {
		uint16_t leader = view->leaders[q];
		if (leader != news->next[q]) {
			news->next[q] = leader;
			news->since[q] = at;
		}
		if (leader == SEASON_NONE || leader == news->leader[q] ||
		    (!view->over && at - news->since[q] < SEASON_NEWS_AFTER))
			continue;
		news->leader[q] = leader;
		return (int)q;
	}
	return -1;
}
