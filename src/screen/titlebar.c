/*
 * titlebar.c -- flag, clocks, distance and playback, in one line
 *
 * The flag is first and the clock next. A line is made of segments with a full and a brief
 * form each; they turn brief in a fixed order until the line fits, so at one width
 * everything keeps its place.
 */
#include "parts.h"

#include <string.h>

enum segment_id {
	SEGMENT_EVENT,
	SEGMENT_CIRCUIT,
	SEGMENT_FLAG,
	SEGMENT_TIME,
	SEGMENT_LEFT,
	SEGMENT_LAP,
	SEGMENT_KM,
	SEGMENT_CLOCK,
	SEGMENT_STATE,
	SEGMENT_RIGHT, /* from here on right-aligned */
	SEGMENT_AS,
	SEGMENT_EDGE,
	SEGMENT_REC,
	SEGMENT_PUBLISHED,
	SEGMENT_COUNT,
};

static const uint8_t figures[SEGMENT_COUNT] = {
	[SEGMENT_FLAG] = FIGURE_FLAG,
	[SEGMENT_TIME] = FIGURE_CLOCK,
	[SEGMENT_LEFT] = FIGURE_LEFT,
	[SEGMENT_LAP] = FIGURE_LEADER_LAPS,
};

struct segment {
	struct field full, brief;
	int reserve; /* least cells, so that a growing number moves nothing */
	int least;   /* the same of the brief form */
	bool badge;  /* reversed, with a blank at either side */
	bool group;  /* a rule is before it, if there is room */
	bool is_brief;
};

static void both(struct segment *segment, struct slice text, enum role role)
{
	field_text(&segment->full, text, role);
	field_text(&segment->brief, text, role);
}

static length_mm lap_length(const struct view *view)
{
	/* Not the circuit's own, which may be a rounded guess. */
	return view->race->setup.lap_length;
}

/* The name of the session, unless it is a default. */
static struct slice session_named(const struct race_setup *setup)
{
	struct slice name = {setup->session,
			     strnlen(setup->session, sizeof setup->session)};
	if (slice_eq(name, SLICE("Race")) || slice_eq(name, SLICE("Timed")))
		name.len = 0;
	return name;
}

static bool is_url(const char *source)
{
	return source && strstr(source, "://");
}

static void make_event(const struct view *view, struct segment *segments)
{
	const struct race_setup *setup = &view->race->setup;
	struct segment *circuit = &segments[SEGMENT_CIRCUIT];
	struct slice name = slice_of(setup->event), session = session_named(setup);
	bool as_event = false;
	if (name.len == 0 && session.len > 0) {
		name = session;
		session.len = 0;
	}
	/* A circuit says more than a URL. */
	if (name.len == 0 && is_url(view->source)) {
		name = slice_of(setup->circuit[0] ? setup->circuit
				: view->circuit   ? view->circuit->name
						  : "");
		as_event = name.len > 0;
	}
	if (name.len == 0)
		name = slice_of(view->source);
	both(&segments[SEGMENT_EVENT], name, ROLE_TITLE);
	if (setup->type != SESSION_TIMED && session.len > 0) {
		field_append(&segments[SEGMENT_EVENT].full, " \u00b7 ");
		field_append_slice(&segments[SEGMENT_EVENT].full, session);
	}
	/* Timed sessions: the name of the session first, which stays when cut. */
	if (setup->type == SESSION_TIMED && setup->session[0]) {
		both(&segments[SEGMENT_EVENT], slice_of(setup->session), ROLE_TITLE);
		if (name.len == 0 || slice_eq(name, slice_of(setup->session)) ||
		    (setup->event[0] == '\0' && is_url(view->source) && !as_event))
			name.len = 0;
		else
			field_append(&segments[SEGMENT_EVENT].full, " \u00b7 ");
		field_append_slice(&segments[SEGMENT_EVENT].full, name);
	}
	if (!as_event && setup->circuit[0])
		field_append(&circuit->full, setup->circuit);
	else if (!as_event && view->circuit)
		field_append(&circuit->full, view->circuit->name);
	if (lap_length(view) > 0) {
		if (circuit->full.text.len)
			field_append(&circuit->full, " ");
		unsigned m = (unsigned)((lap_length(view) + 500) / 1000);
		field_format(&circuit->full, "%u.%03u km", m / 1000, m % 1000);
		/* Of a circuit that was found, the length alone where both do not fit. */
		if (!setup->circuit[0])
			field_format(&circuit->brief, "%u.%03u km", m / 1000, m % 1000);
	}
	circuit->full.role = circuit->brief.role = ROLE_DIM;
}

static void make_flag(const struct view *view, struct segment *segment)
{
	const struct race *race = view->race;
	bool guessed;
	enum flag flag = shown_flag(view, &guessed);
	segment->group = true;
	both(segment, flag_words(view, flag, false), flag_role(flag));
	segment->brief.text = flag_words(view, flag, true);
	if (flag == FLAG_UNKNOWN)
		return;
	if (flag == FLAG_GREEN) {
		both(segment, guessed ? SLICE("~ GREEN") : SLICE("\u25cf GREEN"),
		     guessed ? ROLE_GUESS : ROLE_FLAG_GREEN);
		return;
	}
	segment->badge = true;
	if (flag != FLAG_FINISH && race->flag_since != INSTANT_NONE &&
	    view->at >= race->flag_since) {
		field_append(&segment->full, " ");
		field_append_time(&segment->full, view->at - race->flag_since,
				  TIME_SHORT);
	}
}

static uint32_t leader_laps(const struct view *view)
{
	return view->standings->count
		       ? view->race->cars[view->standings->rows[0].car].laps
		       : 0;
}

static void make_clocks(const struct view *view, struct segment *segments)
{
	const struct race *race = view->race;
	struct segment *left = &segments[SEGMENT_LEFT];
	duration_us elapsed = race_elapsed(race, view->at);
	duration_us remains = race_left(race, view->at);
	segments[SEGMENT_TIME].group = true;
	segments[SEGMENT_TIME].reserve =
		instant_sub(view->to, view->from) >= 10 * US_HOUR ? 8 : 7;
	if (elapsed == DURATION_NONE) {
		/* A source that was joined late may not say when it was. */
		both(&segments[SEGMENT_TIME],
		     leader_laps(view) > 0 ? SLICE("start unknown")
					   : SLICE("not started"),
		     ROLE_STRONG);
		return;
	}
	field_append_time(&segments[SEGMENT_TIME].full, elapsed, TIME_CLOCK);
	both(&segments[SEGMENT_TIME], segments[SEGMENT_TIME].full.text, ROLE_STRONG);
	left->reserve = segments[SEGMENT_TIME].reserve + 5;
	if (race->finish_at != INSTANT_NONE) {
		both(left, SLICE("finished"), ROLE_TEXT);
	} else if (remains != DURATION_NONE && remains <= 0) {
		both(left,
		     race->setup.type == SESSION_TIMED ? SLICE("time is up")
						       : SLICE("last lap"),
		     ROLE_STRONG);
	} else if (remains != DURATION_NONE) {
		field_append(&left->full, "left ");
		field_append_time(&left->full, remains, TIME_CLOCK);
		field_append(&left->brief, "\u2212");
		field_append_time(&left->brief, remains, TIME_CLOCK);
	} else {
		left->reserve = 0;
	}
}

static void make_distance(const struct view *view, struct segment *segments)
{
	const struct race *race = view->race;
	struct field *lap = &segments[SEGMENT_LAP].full;
	struct field *km = &segments[SEGMENT_KM].full;
	uint32_t laps = leader_laps(view);
	segments[SEGMENT_LAP].group = true;
	segments[SEGMENT_LAP].reserve = segments[SEGMENT_LAP].least = 7;
	if (race->setup.type == SESSION_TIMED)
		return;
	field_format(lap, "lap %u", laps);
	field_format(&segments[SEGMENT_LAP].brief, "lap %u", laps);
	if (race->setup.length_laps)
		field_format(lap, " of %u", race->setup.length_laps);
	if (lap_length(view) <= 0)
		return;
	field_append_number(km, laps * (uint64_t)lap_length(view) / 1000000);
	if (race->setup.length > 0)
		field_format(km, " of %u", (unsigned)(race->setup.length / 1000000));
	field_append(km, " km");
	segments[SEGMENT_KM].reserve = race->setup.length > 0 ? 14 : 7;
}

static void make_day(const struct view *view, struct segment *segment)
{
	segment->group = true;
	field_append_clock(&segment->full, view, view->at, true);
	if (!view->race->setup.floating)
		return;
	field_append(&segment->full, " date unknown");
	field_append_clock(&segment->brief, view, view->at, true);
}

static void make_state(const struct view *view, struct segment *segments)
{
	struct segment *state = &segments[SEGMENT_STATE];
	struct segment *right = &segments[SEGMENT_RIGHT];
	state->group = true;
	state->reserve = state->least = 7;
	field_format(&state->full,
		     view->speed_den > 1 ? "%s %d/%d\u00d7" : "%s %d\u00d7",
		     view->playing ? "\u25b6" : "\u275a\u275a", view->speed_num,
		     view->speed_den);
	both(state, state->full.text, view->playing ? ROLE_STRONG : ROLE_PROMPT);
	if (view->race->setup.reconstruction) {
		both(right, SLICE("RECONSTRUCTION"), ROLE_GUESS);
		if (view->live)
			right->brief.text = SLICE("RECON.");
	}
	/* At the live edge there is no speed; keep the place while there is room. */
	if (view->live && view->behind_live <= 0 && view->playing) {
		both(state, SLICE(" "), ROLE_TEXT);
		state->brief.text.len = 0;
	}
}

/* ---- live ------------------------------------------------------------------ */

/* Sources that are live; *@wanted: all but those that ended. */
static uint32_t feeds_living(const struct view *view, uint32_t *wanted)
{
	uint32_t n = 0;
	*wanted = 0;
	for (uint32_t i = 0; i < view->feed_count; i++) {
		uint8_t state = view->feeds[i].state;
		n += state == VIEW_FEED_LIVE || state == VIEW_FEED_FILE;
		*wanted += state != VIEW_FEED_ENDED;
	}
	return n;
}

bool view_is_silent(const struct view *view)
{
	uint32_t wanted;
	return view->live && view->behind_live <= 0 && view->feed_count > 0 &&
	       feeds_living(view, &wanted) == 0;
}

/* How far behind live the view is: LIVE at the edge, amber behind. */
static void make_edge(const struct view *view, struct segment *segment)
{
	uint32_t wanted, living = feeds_living(view, &wanted);
	struct field *full = &segment->full;
	struct field *brief = &segment->brief;
	segment->badge = true;
	segment->reserve = 16;
	segment->least = 12;
	if (view->behind_live > 0) {
		full->role = brief->role = ROLE_BEHIND_LIVE;
		field_append(full, "LIVE \u2212");
		field_append_time(full, view->behind_live + view->delay, TIME_CLOCK);
		field_append(brief, "\u2212");
		field_append_time(brief, view->behind_live + view->delay, TIME_CLOCK);
		return;
	}
	if (view->limit_harms) {
		both(segment, SLICE("LIVE !"), ROLE_ERROR);
	} else if (view->feed_count > 0 && wanted == 0) {
		both(segment, SLICE("ENDED"), ROLE_STOPPED);
	} else if (wanted && living == 0) {
		both(segment, SLICE("NO FEED"), ROLE_STOPPED);
	} else if (view->delay > 0) {
		field_format(full, "DELAY %d s", (int)(view->delay / US_S));
		both(segment, full->text, ROLE_BEHIND_LIVE);
	} else if (living < wanted) {
		field_format(full, "LIVE %u/%u", living, wanted);
		both(segment, full->text, ROLE_AT_RISK);
	} else {
		both(segment, SLICE("LIVE"), ROLE_FLAG_GREEN);
	}
}

/* The recorder; plain while all is written. */
static void make_rec(const struct view *view, struct segment *segment)
{
	const struct view_record *record = &view->record;
	segment->reserve = 10;
	segment->least = 7;
	if (record->fault[0]) {
		both(segment, record->copies ? SLICE("COPY !") : SLICE("REC !"),
		     ROLE_ERROR);
		segment->badge = true;
	} else if (record->following) {
		both(segment, SLICE("FOLLOW"), ROLE_DIM);
	} else if (record->name[0]) {
		bool late = record->lag >= US_S;
		both(segment,
		     record->copies ? SLICE("\u25cf COPY") : SLICE("\u25cf REC"),
		     late ? ROLE_AT_RISK : ROLE_TEXT);
		if (late)
			field_format(&segment->full, " %d s",
				     (int)(record->lag / US_S));
	}
}

/* Whether others get the race: a moment without Redis is not shown. */
static void make_published(const struct view *view, struct segment *segment)
{
	if (view->publish.place[0] == '\0')
		return;
	if (publish_behind(view) < 3 * US_S) {
		both(segment, SLICE("PUB"), ROLE_DIM);
		segment->reserve = 6;
		segment->brief.text.len = 0;
		if (view->publish.consoles > 0)
			field_format(&segment->full, " %u", view->publish.consoles);
		return;
	}
	both(segment, SLICE("NOT PUB"), ROLE_AT_RISK);
	field_append(&segment->full, " ");
	publish_append(view, &segment->full);
	segment->badge = true;
}

static void make_live(const struct view *view, struct segment *segments)
{
	struct segment *as = &segments[SEGMENT_AS];
	bool known = view->as == AS_KNOWN;
	if (view->live || known) {
		both(as, known ? SLICE("AS KNOWN") : SLICE("AS CORRECTED"), ROLE_DIM);
		as->brief.text = known ? SLICE("KNOWN") : SLICE("CORR.");
		as->reserve = 12;
		as->least = 5;
		/* Highlight what is unusual: the edge is as known, the past as
		 * corrected. */
		if (known == (!view->live || view->behind_live > 0))
			as->full.role = as->brief.role = ROLE_NOTICE;
	}
	if (view->live)
		make_edge(view, &segments[SEGMENT_EDGE]);
	make_rec(view, &segments[SEGMENT_REC]);
	make_published(view, &segments[SEGMENT_PUBLISHED]);
}

/* ---- fitting --------------------------------------------------------- */

static int segment_width(const struct segment *segment)
{
	const struct field *field =
		segment->is_brief ? &segment->brief : &segment->full;
	int width = text_width(field->text), least;
	if (width == 0)
		return 0;
	width += segment->badge ? 2 : 0;
	least = segment->is_brief ? segment->least : segment->reserve;
	return width > least ? width : least;
}

/* Width of the line with the event's name cut to @event cells. */
static int line_width(const struct segment *segments, bool ruled, int event)
{
	int total = 1;
	for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
		int width = segment_width(&segments[i]);
		if (i == SEGMENT_EVENT && width > event)
			width = event;
		if (width)
			total += width + (ruled && segments[i].group ? 3 : 2);
	}
	return total;
}

/* Steps that shorten a line: no rules, brief forms, dropped segments. @event: least
 * width of the event's name by then. */
enum step_kind { STEP_RULES, STEP_BRIEF, STEP_DROP };
static const struct {
	uint8_t kind, segment, event;
} steps[] = {
	{STEP_BRIEF, SEGMENT_CIRCUIT, 40}, {STEP_DROP, SEGMENT_CIRCUIT, 40},
	{STEP_BRIEF, SEGMENT_CLOCK, 30},   {STEP_RULES, 0, 30},
	{STEP_BRIEF, SEGMENT_AS, 30},      {STEP_BRIEF, SEGMENT_EVENT, 30},
	{STEP_DROP, SEGMENT_CLOCK, 26},    {STEP_DROP, SEGMENT_KM, 24},
	{STEP_BRIEF, SEGMENT_REC, 24},     {STEP_BRIEF, SEGMENT_PUBLISHED, 24},
	{STEP_BRIEF, SEGMENT_EDGE, 24},    {STEP_BRIEF, SEGMENT_RIGHT, 24},
	{STEP_BRIEF, SEGMENT_STATE, 24},   {STEP_BRIEF, SEGMENT_LEFT, 20},
	{STEP_BRIEF, SEGMENT_LAP, 14},     {STEP_BRIEF, SEGMENT_FLAG, 14},
	{STEP_DROP, SEGMENT_LAP, 12},      {STEP_DROP, SEGMENT_LEFT, 10},
	{STEP_DROP, SEGMENT_EVENT, 8},     {STEP_DROP, SEGMENT_PUBLISHED, 0},
	{STEP_DROP, SEGMENT_REC, 0},       {STEP_DROP, SEGMENT_AS, 0},
};

/* Returns whether there are rules; *@event: width of the event's name. */
static bool titlebar_fit(struct segment *segments, int w, int *event)
{
	bool ruled = true;
	*event = CANVAS_COLS_MAX;
	for (unsigned i = 0; i < ARRAY_LEN(steps); i++) {
		struct segment *segment = &segments[steps[i].segment];
		if (line_width(segments, ruled, steps[i].event) <= w)
			break;
		if (steps[i].kind == STEP_RULES) {
			ruled = false;
			continue;
		}
		segment->is_brief = true;
		if (steps[i].kind == STEP_DROP)
			segment->brief.text.len = 0;
	}
	int spare = w - line_width(segments, ruled, CANVAS_COLS_MAX);
	if (spare < 0)
		*event = segment_width(&segments[SEGMENT_EVENT]) + spare;
	return ruled;
}

static int draw_segment(const struct segment *segment, struct canvas *canvas, int x,
			int y, int w)
{
	const struct field *field =
		segment->is_brief ? &segment->brief : &segment->full;
	if (!segment->badge)
		return canvas_text(canvas, x, y, w, field->text, field->role);
	canvas_put(canvas, x, y, ' ', field->role);
	w = canvas_text(canvas, x + 1, y, w - 2, field->text, field->role) + 2;
	canvas_put(canvas, x + w - 1, y, ' ', field->role);
	canvas_mark(canvas, x, y, w, CELL_SELECTED);
	return w;
}

void title_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct segment segments[SEGMENT_COUNT];
	int x = area.x + 1, event;
	for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
		segments[i] = (struct segment){0};
		segments[i].full.text.at = segments[i].full.buf;
		segments[i].brief.text.at = segments[i].brief.buf;
	}
	make_event(view, segments);
	make_flag(view, &segments[SEGMENT_FLAG]);
	make_clocks(view, segments);
	make_distance(view, segments);
	make_day(view, &segments[SEGMENT_CLOCK]);
	make_state(view, segments);
	make_live(view, segments);
	bool ruled = titlebar_fit(segments, area.w, &event);
	/* Behind the sign of a cut one blank is enough. */
	int tight = event < segment_width(&segments[SEGMENT_EVENT]) &&
		    (!ruled || segment_width(&segments[SEGMENT_CIRCUIT]) > 0);
	for (unsigned i = 0; i < SEGMENT_RIGHT; i++) {
		int w = segment_width(&segments[i]);
		if (i == SEGMENT_EVENT && w > event)
			w = event + tight;
		if (w <= 0)
			continue;
		if (i > 0 && ruled && segments[i].group)
			canvas_put(canvas, x - 1, area.y, 0x2502, ROLE_RULE);
		x += i > 0 && ruled && segments[i].group ? 1 : 0;
		draw_segment(&segments[i], canvas, x, area.y, w);
		if (figures[i])
			canvas_figure(canvas, x, area.y, w,
				      figure_of((enum figure)figures[i], CAR_NONE));
		x += w + 2 - (i == SEGMENT_EVENT ? tight : 0);
	}
	x = area.x + area.w - 1;
	for (unsigned i = SEGMENT_COUNT; i-- > SEGMENT_RIGHT;) {
		int w = segment_width(&segments[i]);
		if (w <= 0)
			continue;
		x -= w;
		draw_segment(&segments[i], canvas, x, area.y, w);
		x -= 2;
	}
}
