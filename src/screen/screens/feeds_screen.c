/*
 * feeds_screen.c -- sources, recording and anomalies
 *
 *   a line for each source, and one for its fault where there is room
 *   the recording
 *   the log of anomalies | counts by car and line, or passings missed by loop and car, or
 *   the loops and transponders received
 *
 *  (1) The number of lines of each part depends only on the number of sources and the size:
 *      a lost source moves nothing.
 *  (2) Sources and the recording are shown as of now, those of a recording that is read as of
 *      its end; the log, the counts and the faults in Anomalies are of the race at the playhead.
 */
#include "feeds_screen.h"

#include <string.h>

/* A source as a row of the table. */
struct source_row {
	const struct view *view;
	const struct view_feed *feed;
	const uint32_t *anomalies; /* by kind */
	int kind;                  /* of the column: enum anomaly */
};

static const struct {
	const char *word;
	enum role role;
} states[VIEW_FEED_COUNT] = {
	[VIEW_FEED_FILE] = {"file", ROLE_DIM},
	[VIEW_FEED_CONNECTING] = {"connecting", ROLE_TEXT},
	[VIEW_FEED_LIVE] = {"live", ROLE_GAINED},
	[VIEW_FEED_SILENT] = {"silent", ROLE_AT_RISK},
	[VIEW_FEED_WAITING] = {"retry", ROLE_AT_RISK},
	[VIEW_FEED_REFUSED] = {"refused", ROLE_STOPPED},
	[VIEW_FEED_ENDED] = {"ended", ROLE_DIM},
};

static const char *const clocks[] = {
	[EVENT_CLOCK_UNKNOWN] = "",
	[EVENT_CLOCK_OWN] = "own",
	[EVENT_CLOCK_NTP] = "NTP",
	[EVENT_CLOCK_UTC] = "UTC",
};

struct slice feed_source_name(const struct view *view, uint16_t source)
{
	if (source < view->feed_count)
		return slice_of(view->feeds[source].name);
	if (source == SOURCE_OPERATOR)
		return SLICE("by hand");
	if (view->feed_count == 0 && source == 0 && view->source)
		return slice_of(view->source);
	return SLICE("");
}

/* ---- cells ----------------------------------------------------------- */

static bool lives(const struct view_feed *feed)
{
	return feed->state == VIEW_FEED_LIVE || feed->state == VIEW_FEED_FILE;
}

static void cell_source(const struct source_row *row, struct field *out)
{
	field_text(out, slice_of(row->feed->name),
		   row->feed->state == VIEW_FEED_ENDED ? ROLE_DIM : ROLE_STRONG);
}

static void cell_driver(const struct source_row *row, struct field *out)
{
	field_text(out, slice_of(row->feed->driver), ROLE_DIM);
}

/* "0.4 s", "42 s", "12:03". */
static void append_age(struct field *out, duration_us age)
{
	age = age > 0 ? age : 0;
	if (age >= US_MIN)
		field_append_time(out, age, TIME_SHORT);
	else if (age >= 10 * US_S)
		field_format(out, "%d s", (int)(age / US_S));
	else
		field_format(out, "%d.%d s", (int)(age / US_S),
			     (int)(age % US_S / (US_S / 10)));
}

/* State, with the silence or the time to the next try. */
static void cell_state(const struct source_row *row, struct field *out)
{
	const struct view_feed *feed = row->feed;
	instant_us now = row->view->now;
	if (feed->state >= VIEW_FEED_COUNT)
		return;
	bool recorded = feed->state == VIEW_FEED_FILE && row->view->feed_count > 0;
	field_append(out, recorded ? "recorded" : states[feed->state].word);
	out->role = states[feed->state].role;
	if (now == INSTANT_NONE)
		return;
	if (feed->state == VIEW_FEED_SILENT && feed->since != INSTANT_NONE &&
	    now > feed->since) {
		field_append(out, " ");
		field_append_time(out, now - feed->since, TIME_SHORT);
	}
	bool waits = feed->state == VIEW_FEED_WAITING;
	if ((!waits && feed->state != VIEW_FEED_REFUSED) ||
	    feed->retry_at == INSTANT_NONE)
		return;
	duration_us wait = feed->retry_at > now ? feed->retry_at - now : 0;
	field_format(out, waits ? " in %d s" : ", %d s",
		     (int)((wait + US_S - 1) / US_S));
}

static void cell_received(const struct source_row *row, struct field *out)
{
	const struct view_feed *feed = row->feed;
	if (feed->received_at == INSTANT_NONE || row->view->now == INSTANT_NONE)
		return;
	append_age(out, row->view->now - feed->received_at);
	out->role = lives(feed) ? ROLE_TEXT : ROLE_AT_RISK;
}

static void cell_rate(const struct source_row *row, struct field *out)
{
	if (row->feed->state != VIEW_FEED_FILE)
		field_number(out, row->feed->passings_minute, ROLE_TEXT);
}

static void cell_passings(const struct source_row *row, struct field *out)
{
	if (row->feed->passings)
		field_number(out, row->feed->passings, ROLE_TEXT);
}

static void cell_events(const struct source_row *row, struct field *out)
{
	if (row->feed->events)
		field_number(out, row->feed->events, ROLE_DIM);
}

/* Three digits and a unit. */
static void append_bytes(struct field *out, uint64_t n)
{
	static const char *const units[] = {" B", " kB", " MB", " GB", " TB"};
	unsigned unit = 0;
	uint64_t tenths = n * 10;
	if (n > UINT64_MAX / 10)
		tenths = n;
	while (tenths >= 10000 && unit + 1 < ARRAY_LEN(units)) {
		tenths /= 1000;
		unit++;
	}
	unsigned whole = (unsigned)(tenths / 10);
	if (unit > 0 && tenths < 1000)
		field_format(out, "%u.%u%s", whole, (unsigned)(tenths % 10),
			     units[unit]);
	else
		field_format(out, "%u%s", whole, units[unit]);
}

static void cell_bytes(const struct source_row *row, struct field *out)
{
	if (row->feed->bytes == 0)
		return;
	append_bytes(out, row->feed->bytes);
	out->role = ROLE_DIM;
}

static void cell_connects(const struct source_row *row, struct field *out)
{
	if (row->feed->connects)
		field_number(out, row->feed->connects,
			     row->feed->connects > 1 ? ROLE_AT_RISK : ROLE_DIM);
}

static void cell_peers(const struct source_row *row, struct field *out)
{
	if (row->feed->peers)
		field_number(out, row->feed->peers, ROLE_DIM);
}

static void cell_clock(const struct source_row *row, struct field *out)
{
	uint8_t clock = row->feed->clock;
	field_text(out, slice_of(clock < ARRAY_LEN(clocks) ? clocks[clock] : ""),
		   clock == EVENT_CLOCK_UTC ? ROLE_TEXT : ROLE_DIM);
}

static void cell_anomalies(const struct source_row *row, struct field *out)
{
	uint32_t all = 0;
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		all += row->anomalies[i];
	field_number(out, all, all ? ROLE_AT_RISK : ROLE_DIM);
}

static void cell_kind(const struct source_row *row, struct field *out)
{
	if (row->anomalies[row->kind])
		field_number(out, row->anomalies[row->kind], ROLE_TEXT);
}

/* ---- columns --------------------------------------------------------- */

/* Of which sources a column is. */
enum feed_column_of { OF_ALL, OF_FEEDS, OF_LIVE };

/* Columns with the lowest @keep are dropped first. */
static const struct feed_column {
	const char *head;
	int width, most, keep;
	bool right;
	enum feed_column_of of;
	int kind;
	void (*cell)(const struct source_row *row, struct field *out);
} columns[] = {
	{"Source", 23, 80, 99, false, OF_ALL, 0, cell_source},
	{"State", 13, 13, 98, false, OF_ALL, 0, cell_state},
	{"Received", 8, 8, 97, true, OF_LIVE, 0, cell_received},
	{"/min", 5, 5, 94, true, OF_LIVE, 0, cell_rate},
	{"Passings", 8, 8, 92, true, OF_FEEDS, 0, cell_passings},
	{"Anomalies", 9, 9, 95, true, OF_ALL, 0, cell_anomalies},
	{"Clock", 5, 5, 90, false, OF_FEEDS, 0, cell_clock},
	{"Events", 8, 8, 70, true, OF_ALL, 0, cell_events},
	{"Bytes", 7, 7, 80, true, OF_LIVE, 0, cell_bytes},
	{"Links", 5, 5, 78, true, OF_LIVE, 0, cell_connects},
	{"Peers", 5, 5, 60, true, OF_LIVE, 0, cell_peers},
	{"Feed", 10, 12, 52, false, OF_FEEDS, 0, cell_driver},
	{"Sum", 5, 5, 48, true, OF_ALL, ANOMALY_CHECKSUM, cell_kind},
	{"Miss", 5, 5, 47, true, OF_ALL, ANOMALY_MISSING, cell_kind},
	{"Phant", 5, 5, 46, true, OF_ALL, ANOMALY_PHANTOM, cell_kind},
	{"Trans", 5, 5, 45, true, OF_ALL, ANOMALY_TRANSPONDER, cell_kind},
	{"Steps", 5, 5, 44, true, OF_ALL, ANOMALY_CLOCK, cell_kind},
	{"Twice", 5, 5, 43, true, OF_ALL, ANOMALY_REPEATED, cell_kind},
	{"Contr", 5, 5, 42, true, OF_ALL, ANOMALY_CONTRADICTION, cell_kind},
	{"Form", 5, 5, 41, true, OF_ALL, ANOMALY_FORMAT, cell_kind},
	{"Field", 5, 5, 40, true, OF_ALL, ANOMALY_FIELD, cell_kind},
	{"Unkn", 5, 5, 39, true, OF_ALL, ANOMALY_UNKNOWN, cell_kind},
	{"Room", 5, 5, 38, true, OF_ALL, ANOMALY_CAPACITY, cell_kind},
};
enum { FEED_COLUMNS = ARRAY_LEN(columns) };
_Static_assert(FEED_COLUMNS == 12 + ANOMALY_COUNT, "a column for every anomaly");

struct feed_layout {
	struct fitted at[FEED_COLUMNS];
	struct canvas *canvas;
};

static int longest_name(const struct view *view)
{
	int longest = columns[0].width;
	for (uint32_t i = 0; i < view->feed_count; i++) {
		int name = text_width(slice_of(view->feeds[i].name));
		longest = name > longest ? name : longest;
	}
	if (view->feed_count == 0 && view->source)
		longest = text_width(slice_of(view->source));
	longest = longest > columns[0].width ? longest : columns[0].width;
	return longest < columns[0].most ? longest : columns[0].most;
}

enum { KEEP_NAMES = 61 }; /* columns kept less are dropped before names are cut */

/* Fit the columns kept at least @keep, with names of at least @name cells. False: one
 * above KEEP_NAMES was dropped. */
static bool fit_names(const struct view *view, int name, int keep, struct rect area,
		      struct feed_layout *layout)
{
	bool all = true;
	for (unsigned i = 0; i < FEED_COLUMNS; i++) {
		bool useless = (columns[i].of != OF_ALL && view->feed_count == 0) ||
			       (columns[i].of == OF_LIVE && !view->live) ||
			       columns[i].keep < keep;
		/* Two blanks after each. */
		layout->at[i] =
			(struct fitted){.w = useless ? 0 : columns[i].width + 1,
					.most = useless ? 0 : columns[i].width + 1,
					.keep = (uint8_t)columns[i].keep};
	}
	layout->at[0].w = name + 1;
	layout->at[0].most = longest_name(view) + 1;
	(void)columns_fit(layout->at, FEED_COLUMNS, area.x + 1, area.w - 3, 0);
	for (unsigned i = 0; i < FEED_COLUMNS; i++)
		all &= layout->at[i].w == 0 || layout->at[i].x >= 0 ||
		       columns[i].keep < KEEP_NAMES;
	return all;
}

static void feeds_fit(const struct view *view, struct rect area,
		      struct feed_layout *layout)
{
	if (!fit_names(view, longest_name(view), 0, area, layout))
		(void)fit_names(view, columns[0].width, KEEP_NAMES, area, layout);
}

static void feeds_put(const struct feed_layout *layout, unsigned column, int y,
		      struct slice text, enum role role)
{
	/* A name that is cut leaves one blank. */
	int apart = column > 0 || text_width(text) < layout->at[column].w;
	struct rect at = {layout->at[column].x, y, layout->at[column].w - apart, 1};
	if (at.x < 0)
		return;
	if (columns[column].right)
		rect_right(layout->canvas, at, text, role);
	else
		rect_text(layout->canvas, at, text, role);
}

static void draw_source(const struct feed_layout *layout, int y, struct source_row *row)
{
	for (unsigned i = 0; i < FEED_COLUMNS; i++) {
		struct field field = {0};
		row->kind = columns[i].kind;
		columns[i].cell(row, &field);
		feeds_put(layout, i, y, field.text, field.role);
	}
}

/* ---- nothing received yet ----------------------------------------------- */

enum { WAITING_WIDTH = 64, WAITING_STATE = 14 };

/* A source, its state, and the reason below. Returns the lines. */
static int draw_waited(const struct view *view, const struct view_feed *feed,
		       struct canvas *canvas, struct rect at)
{
	const struct source_row row = {.view = view, .feed = feed};
	struct field field = {0};
	int name = at.w - WAITING_STATE - 2;
	canvas_text(canvas, at.x, at.y, name, slice_of(feed->name), ROLE_STRONG);
	cell_state(&row, &field);
	canvas_text(canvas, at.x + name + 2, at.y, WAITING_STATE, field.text,
		    field.role);
	if (feed->reason[0] == '\0' || at.h < 2)
		return 1;
	struct rect below = {at.x + 2, at.y + 1, at.w - 2, at.h > 3 ? 3 : at.h - 1};
	struct slice reason = slice_of(feed->reason);
	return 1 + rect_wrap(canvas, below, reason, reason.len, ROLE_DIM);
}

bool feeds_waiting(const struct view *view, struct canvas *canvas, struct rect area)
{
	int bottom = area.y + area.h, y;
	if (view->race->car_count > 0 || view->feed_count == 0 || !view->live)
		return false;
	if (area.w > WAITING_WIDTH + 4) {
		area.x += (area.w - WAITING_WIDTH) / 2;
		area.w = WAITING_WIDTH;
	} else {
		area.x += 2;
		area.w -= 4;
	}
	y = area.y + area.h / 4;
	canvas_text(canvas, area.x, y, area.w, SLICE("No car detected yet"),
		    ROLE_TITLE);
	y += 2;
	for (uint32_t i = 0; i < view->feed_count && y < bottom; i++)
		y += draw_waited(view, &view->feeds[i], canvas,
				 (struct rect){area.x, y, area.w, bottom - y});
	return true;
}

/* ---- faults -------------------------------------------------- */

static enum role reason_role(const struct view_feed *feed)
{
	return feed->state == VIEW_FEED_REFUSED ? ROLE_NOT_CLASSIFIED
	       : lives(feed)                    ? ROLE_DIM
						: ROLE_TEXT;
}

/* Below a source: why it is not live, or since when it is. */
static void draw_reason(const struct view *view, const struct view_feed *feed,
			struct canvas *canvas, struct rect at)
{
	struct field field = {.role = ROLE_DIM};
	if (feed->reason[0]) {
		rect_words(canvas, at, feed->reason, reason_role(feed));
		return;
	}
	field_append(&field, feed->driver);
	if (feed->since != INSTANT_NONE && feed->state != VIEW_FEED_FILE) {
		field_append(&field, feed->driver[0] ? ", since " : "since ");
		field_append_clock(&field, view, feed->since, true);
	}
	rect_text(canvas, at, field.text, field.role);
}

/* With one line per source: why sources are not live. */
static void draw_trouble(const struct view *view, struct canvas *canvas, struct rect at)
{
	struct pen pen = pen_at(canvas, at);
	for (uint32_t i = 0; i < view->feed_count && pen.x + 20 < pen.right; i++) {
		const struct view_feed *feed = &view->feeds[i];
		if (lives(feed) || !feed->reason[0])
			continue;
		pen_words(&pen, feed->name, ROLE_DIM);
		pen.x++;
		pen_words(&pen, feed->reason, reason_role(feed));
		pen.x += 3;
	}
}

enum { RECORDS_WIDTH = 18 }; /* "   records 1234567" */

static void draw_record(const struct view *view, struct canvas *canvas, struct rect at)
{
	const struct view_record *record = &view->record;
	struct pen pen = pen_at(canvas, at);
	struct field field;
	if (!record->name[0]) {
		rect_words(canvas, at,
			   view->live ? "not recording"
				      : "read from a file: not recording",
			   view->live ? ROLE_AT_RISK : ROLE_DIM);
		return;
	}
	if (record->fault[0] && !record->elsewhere)
		pen_words(&pen, "NOT WRITTEN", ROLE_ERROR);
	else if (record->following)
		pen_words(&pen, "FOLLOWING", ROLE_IN_PIT);
	else
		pen_words(&pen, record->copies ? "COPYING" : "RECORDING", ROLE_GAINED);
	pen.x += 2;
	/* Records that are not written yet come before the whole name. */
	int room = record->fault[0] ? at.w * 2 / 5 : pen.right - pen.x - RECORDS_WIDTH;
	pen.x += canvas_text(canvas, pen.x, at.y, room, slice_of(record->name),
			     ROLE_STRONG) +
		 3;
	field_number(&field, record->rows, ROLE_TEXT);
	pen_fact(&pen, "records", field.text, ROLE_TEXT);
	if (record->following)
		return;
	field_clear(&field, ROLE_TEXT);
	append_bytes(&field, record->waiting);
	if (!pen_fact(&pen, "not yet written", field.text,
		      record->fault[0] ? ROLE_ERROR : ROLE_TEXT) ||
	    record->lag < US_S / 10)
		return;
	field_clear(&field, ROLE_AT_RISK);
	append_age(&field, record->lag);
	pen_fact(&pen, "late by", field.text, field.role);
}

/* ---- the screen ------------------------------------------------------ */

/* The file of a race, as a source. */
static void file_feed(const struct view *view, struct view_feed *feed)
{
	*feed = (struct view_feed){.received_at = INSTANT_NONE,
				   .since = INSTANT_NONE,
				   .retry_at = INSTANT_NONE,
				   .state = VIEW_FEED_FILE};
	text_copy(feed->name, sizeof(feed->name),
		  view->source ? slice_of(view->source) : SLICE("file"));
	feed->events = view->race->events < UINT32_MAX ? (uint32_t)view->race->events
						       : UINT32_MAX;
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		feed->anomalies[i] = view->race->anomalies[i];
}

enum { SOURCES_COUNTED = 16 };

/* What the decoders and the race found in each source, as the log lists it. */
static void sources_anomalies(const struct view *view,
			      uint32_t counts[SOURCES_COUNTED][ANOMALY_COUNT])
{
	unsigned count =
		view->feed_count < SOURCES_COUNTED ? view->feed_count : SOURCES_COUNTED;
	for (unsigned i = 0; i < count; i++)
		memcpy(counts[i], view->feeds[i].anomalies, sizeof(counts[i]));
	feed_faults_add(view, counts, count);
}

/* The table of sources; returns the row below it. */
static int draw_sources(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	uint32_t count = view->feed_count ? view->feed_count : 1, shown = count;
	bool twice = view->live && 2 * (int)count <= area.h / 3;
	uint32_t anomalies[SOURCES_COUNTED][ANOMALY_COUNT];
	struct view_feed file;
	struct feed_layout layout = {.canvas = canvas};
	int y = area.y;
	file_feed(view, &file);
	sources_anomalies(view, anomalies);
	feeds_fit(view, area, &layout);
	for (unsigned i = 0; i < FEED_COLUMNS; i++)
		feeds_put(&layout, i, y, slice_of(columns[i].head), ROLE_HEADER);
	y++;
	if ((int)shown > area.h / 2)
		shown = (uint32_t)(area.h > 1 ? area.h / 2 - 1 : 0);
	for (uint32_t i = 0; i < shown; i++) {
		struct source_row row = {.view = view,
					 .feed = view->feed_count ? &view->feeds[i]
								  : &file};
		row.anomalies = i < view->feed_count && i < SOURCES_COUNTED
					? anomalies[i]
					: row.feed->anomalies;
		draw_source(&layout, y++, &row);
		if (twice && view->feed_count)
			draw_reason(view, row.feed, canvas,
				    (struct rect){area.x + 3, y++, area.w - 4, 1});
	}
	struct rect below = rect_inside(rect_below(area, y - area.y));
	if (shown < count) {
		draw_more(canvas, below, count - shown);
		below = rect_below(below, 1);
	}
	if (view->live && !twice) {
		draw_trouble(view, canvas, below);
		below = rect_below(below, 1);
	}
	return below.y;
}

enum { FEEDS_WIDE = 110, COUNTS_WIDE = 46, COUNTS_LEAST = 4 };

static void feeds_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	int y = draw_sources(view, canvas, area);
	struct rect left = rect_inside(rect_below(area, y - area.y));
	draw_record(view, canvas, left);
	if (view->publish.place[0] != '\0') {
		left = rect_below(left, 1);
		publish_draw(view, canvas, left);
	}
	canvas_hline(canvas, area.x, left.y + 1, area.w, ROLE_RULE);
	left = rect_below(left, 2);
	if (view->feeds_received) {
		feed_received_draw(view, canvas, left);
		return;
	}
	if (view->feeds_matrix) {
		feed_matrix_draw(view, canvas, left);
		return;
	}
	struct rect log = left, counts = left;
	if (area.w >= FEEDS_WIDE) {
		int half = area.w < 3 * COUNTS_WIDE ? area.w - COUNTS_WIDE
						    : area.w * 2 / 3;
		log.w = half - 2;
		counts.x = area.x + half + 2;
		counts.w = area.w - half - 3;
		canvas_vline(canvas, area.x + half, left.y, left.h, ROLE_RULE);
	} else {
		log.h = left.h * 3 / 5;
		if (left.h - log.h < COUNTS_LEAST + 1)
			log.h = left.h;
		counts = rect_below(left, log.h + 1);
		if (counts.h > 0)
			canvas_hline(canvas, area.x, counts.y - 1, area.w, ROLE_RULE);
	}
	feed_log_draw(view, canvas, log);
	if (counts.h > 0)
		feed_counts_draw(view, canvas, counts);
}

/* ---- the row of the table ------------------------------------------------------ */

static bool feeds_key(struct view *view, const struct key_binding *key,
		      struct wish *wish)
{
	/* The log, missed passings, loops and transponders, and round again. */
	unsigned page = view->feeds_received ? 2 : view->feeds_matrix ? 1 : 0;
	(void)wish;
	page = (page + (key->argument < 0 ? 2 : 1)) % 3;
	view->feeds_matrix = page == 1;
	view->feeds_received = page == 2;
	return true;
}

static const char *feeds_hint(const struct view *view, enum action action)
{
	(void)action;
	return view->feeds_received ? "log   "
	       : view->feeds_matrix ? "loops "
				    : "missed";
}

static const struct screen_key feeds_keys[] = {
	{ACTION_PANE, "the log, missed passings, loops, transponders", ""},
	{0, NULL, NULL},
};

const struct screen feeds_screen = {
	.name = "feeds",
	.brief = "feed",
	.title = "Feeds",
	.about = "sources, recording and anomalies",
	.draw = feeds_draw,
	.key = feeds_key,
	.keys = feeds_keys,
	.hint = feeds_hint,
};
