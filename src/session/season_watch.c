/*
 * season_watch.c -- the season of the race of a session, as it runs
 */
#include "pitwall/season_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "season_names.h"

/* Without a screen of it, news are looked for this often. */
#define NEWS_EVERY (10 * US_S)

enum { REASONS_MAX = 40, FORECAST_NEVER = 0 };

/* A child that reads rounds and writes what it made of them. */
struct round_child {
	struct ev_loop *loop;
	ev_io io;
	pid_t pid; /* 0: there is none */
	int fd;
	char *bytes;
	size_t len, size;
	void (*done)(void *context);
	void *context;
};

struct season_watch {
	struct season_loaded *loaded;
	const char *wanted; /* --round; NULL */
	const char *source; /* of the race; NULL */
	int round;          /* -1: not found yet */
	bool read;          /* the rounds before */
	bool failed;        /* they could not be */
	struct round_child child;
	struct season_view view;
	struct season_view_work work;
	struct season_news news;
	uint64_t seen; /* of the race, when the tables were made */
	instant_us made_at, forecast_at;
	bool forecast_cars;
	uint8_t class_count;
	/* Places at the instants of the rules that were passed. */
	bool passed[POINTS_SEGMENTS_MAX];
	uint16_t places[POINTS_SEGMENTS_MAX][RACE_CARS_MAX]; /* by car of the race */
};

int season_watch_open(const struct options *options, struct season_watch **out,
		      struct err *err)
{
	*out = NULL;
	if (!options->season)
		return 0;
	struct season_watch *watch = calloc(1, sizeof(*watch));
	if (!watch)
		return err_set(err, -ENOMEM, "out of memory");
	int rc = season_open(options->season, &watch->loaded, err);
	watch->wanted = options->round;
	watch->source = options->source_count > 0 ? options->sources[0] : NULL;
	watch->round = -1;
	watch->news.at = INSTANT_NONE;
	watch->child.fd = -1;
	if (rc == 0 && watch->wanted) {
		watch->round = season_plan_round(&watch->loaded->plan,
						 slice_of(watch->wanted));
		if (watch->round < 0)
			rc = err_set(err, -EINVAL,
				     "--round %s: %s of the season has this name",
				     watch->wanted,
				     watch->round == -2 ? "more than one round"
							: "no round");
	}
	if (rc) {
		season_watch_close(watch);
		return rc;
	}
	text_copy(watch->view.name, sizeof(watch->view.name),
		  slice_of(watch->loaded->plan.name));
	*out = watch;
	return 0;
}

/* ---- which round it is ------------------------------------------------------------------ */

/* Without accents: "São Paulo", "Sao Paulo". */
static void plain_name(char *out, size_t cap, const char *name)
{
	size_t n = 0, len = strlen(name);
	for (size_t i = 0; i < len && n + 1 < cap;) {
		uint32_t cp = 0;
		i += utf8_decode(name + i, len - i, &cp);
		out[n++] = cp < 0x80 ? (char)cp : cp_ascii(cp);
	}
	out[n] = '\0';
}

static bool round_is_named(const char *name, const char *other)
{
	char a[128], b[128];
	plain_name(a, sizeof(a), name);
	plain_name(b, sizeof(b), other);
	return a[0] && b[0] && (points_words_in(a, b) || points_words_in(b, a));
}

/* The one round whose source is that of the race; -1: none or several. */
static int round_of_source(const struct season_watch *watch)
{
	struct stat race, other;
	char path[SOURCE_PATH_MAX];
	int found = -1;
	if (!watch->source)
		return -1;
	if (stat(watch->source, &race) != 0)
		return -1;
	for (unsigned i = 0; i < watch->loaded->plan.round_count; i++) {
		const char *source = watch->loaded->plan.rounds[i].source;
		if (!source[0])
			continue;
		season_path(watch->loaded, source, path);
		if (stat(path, &other) != 0 || other.st_dev != race.st_dev ||
		    other.st_ino != race.st_ino)
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

static bool round_at_circuit(const struct season_plan_round *round,
			     const struct session *session)
{
	return round_is_named(round->circuit, session->circuit.name) ||
	       round_is_named(round->circuit, session->circuit.title) ||
	       round_is_named(round->circuit, session->setup.circuit);
}

static bool round_on_date(const struct season_plan_round *round,
			  const struct session *session)
{
	const struct race *race = &session->timeline.race;
	if (race->setup.floating || round->date == INSTANT_NONE ||
	    race->start_at == INSTANT_NONE)
		return false;
	duration_us since = race_local(&race->setup, race->start_at) - round->date;
	return since >= 0 && since < US_DAY;
}

static bool round_in_event(const struct season_plan_round *round,
			   const struct session *session)
{
	return round_is_named(round->name, session->setup.event);
}

/* False: the race has another date or another circuit. */
static bool round_may_be(const struct season_plan_round *round,
			 const struct session *session)
{
	const struct race *race = &session->timeline.race;
	bool dated = !race->setup.floating && race->start_at != INSTANT_NONE &&
		     round->date != INSTANT_NONE;
	bool placed = session->circuit.name[0] && round->circuit[0];
	return (!dated || round_on_date(round, session)) &&
	       (!placed || round_at_circuit(round, session));
}

/* The one round that @is; -1: none or several. */
static int round_by(const struct season_plan *plan, const struct session *session,
		    bool (*is)(const struct season_plan_round *,
			       const struct session *))
{
	int found = -1;
	for (unsigned i = 0; i < plan->round_count; i++) {
		if (!is(&plan->rounds[i], session))
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

static void round_find(struct season_watch *watch, const struct session *session)
{
	static const struct {
		bool (*is)(const struct season_plan_round *, const struct session *);
		const char *how;
	} ways[] = {
		{round_on_date, "found by its date"},
		{round_at_circuit, "found by its circuit"},
		{round_in_event, "found by its name"},
	};
	const struct season_plan *plan = &watch->loaded->plan;
	struct season_view *view = &watch->view;
	const char *how = "found by its source";
	if (watch->round < 0)
		watch->round = round_of_source(watch);
	for (unsigned i = 0; i < ARRAY_LEN(ways) && watch->round < 0; i++) {
		watch->round = round_by(plan, session, ways[i].is);
		how = ways[i].how;
	}
	if (watch->round < 0 && plan->round_count == 1 &&
	    round_may_be(&plan->rounds[0], session)) {
		watch->round = 0;
		how = "the only round";
	}
	if (watch->round < 0) {
		text_format(view->reading, sizeof(view->reading),
			    "No round of the season \"%s\" has the date, circuit or "
			    "name of this race: --round N says which it is.",
			    plan->name);
		return;
	}
	text_copy(view->found, sizeof(view->found), slice_of(watch->wanted ? "" : how));
	text_copy(view->round_name, sizeof(view->round_name),
		  slice_of(plan->rounds[watch->round].name));
	text_format(view->reading, sizeof(view->reading),
		    "Reading the %u round%s before this one.", (unsigned)watch->round,
		    watch->round == 1 ? "" : "s");
}

/* ---- the rounds before ---------------------------------------------------------------------- */

static void rounds_read(struct season_loaded *loaded, unsigned round)
{
	for (unsigned i = 0; i < round; i++)
		season_load_round(loaded, i);
	season_load_qualifying(loaded, round);
}

static void rounds_are_read(struct season_watch *watch)
{
	struct season_loaded *loaded = watch->loaded;
	unsigned missing = 0, guessed = 0;
	const char *first = "";
	watch->read = true;
	watch->view.reading[0] = '\0';
	for (unsigned i = 0; i < loaded->note_count; i++) {
		guessed += loaded->notes[i].kind == NOTE_GUESSED;
		if (loaded->notes[i].kind == NOTE_MISSING && missing++ == 0)
			first = loaded->notes[i].text;
	}
	if (missing > 0)
		text_format(watch->view.missing, sizeof(watch->view.missing), "%s%s",
			    first, missing > 1 ? "; and more" : "");
	else if (guessed > 0)
		text_format(watch->view.missing, sizeof(watch->view.missing),
			    "%u spelling%s of names %s joined by a guess: pitwall "
			    "season lists them",
			    guessed, guessed == 1 ? "" : "s",
			    guessed == 1 ? "was" : "were");
	/* The round is made by the first update. */
	watch->class_count = UINT8_MAX;
	watch->seen = 0;
}

void season_watch_read(struct season_watch *watch, struct session *session)
{
	if (!watch || watch->read)
		return;
	if (!watch->view.round_name[0])
		round_find(watch, session);
	if (watch->round < 0)
		return;
	rounds_read(watch->loaded, (unsigned)watch->round);
	rounds_are_read(watch);
}

static bool child_write(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	while (len > 0) {
		ssize_t n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* Read the rounds, write them, and end. */
static void child_run(struct season_loaded *loaded, unsigned round, int fd)
{
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGINT, SIG_IGN);
	rounds_read(loaded, round);
	bool whole = child_write(fd, loaded, sizeof(*loaded)) &&
		     child_write(fd, loaded->namer, season_namer_size());
	for (unsigned i = 0; whole && i <= round; i++)
		whole = child_write(fd, loaded->rounds[i], sizeof(*loaded->rounds[i]));
	_exit(whole ? 0 : 1);
}

/* What the child wrote takes the place of what is here, but for addresses. False: out of
 * memory. */
static bool child_take(struct season_watch *watch)
{
	struct season_loaded *loaded = watch->loaded, *theirs;
	const char *from = watch->child.bytes;
	theirs = malloc(sizeof(*theirs));
	if (!theirs)
		return false;
	memcpy(theirs, from, sizeof(*theirs));
	from += sizeof(*theirs);
	memcpy(loaded->namer, from, season_namer_size());
	from += season_namer_size();
	for (int i = 0; i <= watch->round; i++, from += sizeof(struct season_round))
		memcpy(loaded->rounds[i], from, sizeof(struct season_round));
	memcpy(theirs->rounds, loaded->rounds, sizeof(theirs->rounds));
	memcpy(theirs->season.rounds, loaded->season.rounds,
	       sizeof(theirs->season.rounds));
	theirs->namer = loaded->namer;
	memcpy(loaded, theirs, sizeof(*loaded));
	free(theirs);
	return true;
}

/* Returns its status, as of waitpid(). */
static int child_end(struct round_child *child)
{
	int status = 0;
	if (child->fd < 0)
		return status;
	ev_io_stop(child->loop, &child->io);
	(void)close(child->fd);
	child->fd = -1;
	free(child->bytes);
	child->bytes = NULL;
	if (child->len < child->size)
		(void)kill(child->pid, SIGKILL);
	(void)waitpid(child->pid, &status, 0);
	child->pid = 0;
	return status;
}

/* Points of this race alone would be no standings: none are shown. */
static void rounds_failed(struct season_watch *watch, int status)
{
	char why[64] = "";
	if (WIFSIGNALED(status))
		text_format(why, sizeof(why),
			    ": the process that read them was stopped by signal %d",
			    WTERMSIG(status));
	watch->failed = true;
	text_format(watch->view.reading, sizeof(watch->view.reading),
		    "The rounds before this one could not be read%s. pitwall season "
		    "FILE reads them alone.",
		    why);
}

static void on_round_child(struct ev_loop *loop, ev_io *io, int events)
{
	struct season_watch *watch = io->data;
	struct round_child *child = &watch->child;
	ssize_t n = 1;
	(void)loop;
	(void)events;
	if (child->len < child->size)
		n = read(child->fd, child->bytes + child->len,
			 child->size - child->len);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	child->len += n > 0 ? (size_t)n : 0;
	if (n > 0 && child->len < child->size)
		return;
	bool taken = child->len == child->size && child_take(watch);
	int status = child_end(child);
	if (taken)
		rounds_are_read(watch);
	else
		rounds_failed(watch, status);
	child->done(child->context);
}

static bool child_start(struct season_watch *watch, struct ev_loop *loop)
{
	struct round_child *child = &watch->child;
	int ends[2];
	child->size = sizeof(struct season_loaded) + season_namer_size() +
		      (size_t)(watch->round + 1) * sizeof(struct season_round);
	child->len = 0;
	child->bytes = malloc(child->size);
	if (!child->bytes || pipe(ends) != 0) {
		free(child->bytes);
		child->bytes = NULL;
		return false;
	}
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	child->pid = fork();
	if (child->pid == 0) {
		(void)close(ends[0]);
		child_run(watch->loaded, (unsigned)watch->round, ends[1]);
	}
	(void)close(ends[1]);
	if (child->pid < 0) {
		(void)close(ends[0]);
		free(child->bytes);
		child->bytes = NULL;
		return false;
	}
	child->fd = ends[0];
	child->loop = loop;
	ev_io_init(&child->io, on_round_child, child->fd, EV_READ);
	child->io.data = watch;
	ev_io_start(loop, &child->io);
	return true;
}

void season_watch_behind(struct season_watch *watch, struct session *session,
			 struct ev_loop *loop, void (*done)(void *context),
			 void *context)
{
	if (!watch || watch->read || watch->failed || watch->child.fd >= 0)
		return;
	if (!watch->view.round_name[0]) {
		round_find(watch, session);
		if (watch->round < 0)
			return;
	}
	watch->child.done = done;
	watch->child.context = context;
	if (child_start(watch, loop))
		return;
	season_watch_read(watch, session);
	done(context);
}

/* ---- the race as a round ------------------------------------------------------------------- */

/* (2) */
static uint64_t race_seen(const struct session *session)
{
	const struct race *race = &session->timeline.race;
	const struct classification *list = &session->classification;
	uint32_t of[4] = {race->car_count, list->finished, race->decision_count,
			  race->class_count};
	uint64_t hash = hash_bytes(of, sizeof(of), 1);
	for (uint32_t i = 0; i < list->count; i++) {
		const struct result *row = &list->rows[i];
		uint32_t car[4] = {row->car, row->laps, row->status,
				   (uint32_t)row->position << 16 | row->class_position};
		hash = hash_bytes(car, sizeof(car), hash);
	}
	for (unsigned c = 0; c < race->class_count; c++)
		hash = hash_bytes(&race->classes[c].lap_best_car,
				  sizeof(race->classes[c].lap_best_car), hash);
	return hash;
}

/* Which row of the results a car is. */
static void results_of(struct season_watch *watch, const struct session *session)
{
	const struct race *race = &session->timeline.race;
	const struct season_round *round = watch->loaded->rounds[watch->round];
	for (unsigned car = 0; car < RACE_CARS_MAX; car++)
		watch->view.result_of[car] = SEASON_NONE;
	for (uint16_t car = 0; car < race->car_count; car++) {
		char number[EVENT_ID_MAX + 1];
		if (!race->entries[car].number[0])
			continue;
		season_car_number(watch->loaded, (unsigned)watch->round,
				  race->entries[car].number, number);
		for (uint16_t i = 0; i < round->count; i++)
			if (strcmp(season_name_text(&watch->loaded->season,
						    round->results[i].car),
				   number) == 0)
				watch->view.result_of[car] = i;
	}
}

static const struct points_segments *watch_segments(const struct season_watch *watch)
{
	const struct season *season = &watch->loaded->season;
	return season_round_segments(season, season->rounds[watch->round]);
}

/* Places at the instants of the rules that the playhead has passed: the race is looked at
 * once there. */
static void segments_pass(struct season_watch *watch, struct session *session,
			  enum timeline_as as)
{
	const struct points_segments *segments = watch_segments(watch);
	const struct race *race = &session->timeline.race;
	instant_us start = race->start_at, now = session->timeline.at;
	bool moved = false;
	for (unsigned k = 0; segments && k < segments->count; k++) {
		duration_us at =
			season_segment_time(segments, k, session->setup.length_us);
		if (at == 0 || start == INSTANT_NONE || start + at > now) {
			watch->passed[k] = false;
			continue;
		}
		if (watch->passed[k])
			continue;
		watch->passed[k] = moved = true;
		(void)session_at_as(session, start + at, as);
		memset(watch->places[k], 0, sizeof(watch->places[k]));
		for (uint32_t i = 0; i < session->classification.count; i++) {
			const struct result *row = &session->classification.rows[i];
			watch->places[k][row->car] = row->class_position;
		}
	}
	if (moved)
		(void)session_at_as(session, now, as);
}

static void segments_set(struct season_watch *watch)
{
	const struct points_segments *segments = watch_segments(watch);
	struct season_round *round = watch->loaded->rounds[watch->round];
	for (unsigned k = 0; segments && k < segments->count; k++) {
		for (unsigned i = 0; i < round->count; i++)
			round->results[i].segments[k] =
				round->results[i].status == STATUS_DNS ||
						watch->passed[k]
					? 0
					: round->results[i].class_place;
		for (unsigned car = 0; watch->passed[k] && car < RACE_CARS_MAX; car++)
			if (watch->view.result_of[car] < round->count)
				round->results[watch->view.result_of[car]].segments[k] =
					watch->places[k][car];
	}
}

static void watch_take(struct season_watch *watch, struct session *session,
		       enum timeline_as as)
{
	struct season_loaded *loaded = watch->loaded;
	segments_pass(watch, session, as);
	season_take_session(loaded, (unsigned)watch->round, session);
	results_of(watch, session);
	segments_set(watch);
	if (watch->class_count == loaded->season.class_count)
		return;
	watch->class_count = loaded->season.class_count;
	watch->work.musts_of = 0;
	season_view_begin(&watch->view, &loaded->season, (unsigned)watch->round);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static void watch_forecast(struct season_watch *watch, const struct view *view,
			   bool cars)
{
	struct season_odds odds[RACE_CARS_MAX] = {{0}};
	const struct forecast *forecast = view->forecast;
	for (uint32_t i = 0; i < forecast->count; i++) {
		const struct forecast_row *row = &forecast->rows[i];
		uint16_t result = watch->view.result_of[row->car];
		if (result < RACE_CARS_MAX)
			odds[result] =
				(struct season_odds){row->p_class_win, row->p_flag};
	}
	season_view_forecast(&watch->view, odds, cars, &watch->work);
	watch->forecast_at = forecast->at;
	watch->forecast_cars = cars;
}

void season_watch_update(struct season_watch *watch, struct session *session,
			 struct view *view, unsigned needs)
{
	view->season = watch ? &watch->view : NULL;
	if (!watch || !watch->read)
		return;
	uint64_t seen = race_seen(session);
	instant_us at = session->timeline.at;
	bool shown = (needs & NEED_SEASON) != 0,
	     over = session->classification.finished;
	bool table = watch->view.season && view->season_table != watch->view.chosen;
	bool due = shown || watch->seen == 0 || at < watch->made_at ||
		   at - watch->made_at >= NEWS_EVERY || over;
	watch->view.over = over;
	if ((seen != watch->seen && due) || (table && shown)) {
		if (seen != watch->seen)
			watch_take(watch, session, (enum timeline_as)view->as);
		season_view_now(&watch->view, view->season_table, &watch->work);
		view->season_table = (uint8_t)watch->view.chosen;
		season_view_musts(&watch->view, &watch->work);
		watch->seen = seen;
		watch->made_at = at;
		watch->forecast_at = FORECAST_NEVER;
	}
	bool cars = (needs & NEED_TITLES) != 0;
	if (shown && view->forecast && !over &&
	    view->forecast->flag_at != INSTANT_NONE &&
	    (view->forecast->at != watch->forecast_at ||
	     (cars && !watch->forecast_cars)))
		watch_forecast(watch, view, cars);
}

struct season_view *season_watch_view(struct season_watch *watch,
				      struct season_view_work **work)
{
	if (!watch || !watch->read)
		return NULL;
	*work = &watch->work;
	return &watch->view;
}

/* ---- reasons, news ---------------------------------------------------------------------------- */

static const struct season_line *line_selected(const struct season_watch *watch,
					       const struct view *view)
{
	const struct season_view *shown = &watch->view;
	if (view->selected >= RACE_CARS_MAX || !shown->season)
		return NULL;
	uint16_t result = shown->result_of[view->selected];
	for (unsigned i = 0; view->screen == SCREEN_SEASON && i < shown->line_count;
	     i++)
		if (result != SEASON_NONE && shown->lines[i].result == result)
			return &shown->lines[i];
	return result < RACE_CARS_MAX && shown->cars[result].name_count
		       ? &shown->cars[result]
		       : NULL;
}

static void explain_add(struct explain_line *lines, unsigned *count, unsigned max,
			const char *text, bool estimated)
{
	if (*count == max)
		return;
	struct explain_line *line = &lines[(*count)++];
	memset(line, 0, sizeof(*line));
	text_copy(line->text, sizeof(line->text), slice_of(text));
	line->estimated = estimated;
}

/* How the line of @row and the next with the same points are placed: "as many points as
 * Anna Abel: ahead by 2 wins to 1", "equal with Anna Abel". The drivers of one car are one
 * line. Returns the length; 0: no tie. */
static size_t explain_tie(const struct season_watch *watch,
			  const struct season_line *line, unsigned row, char *buf,
			  size_t cap)
{
	const struct season_table *table = &watch->work.now;
	char how[80];
	unsigned of_line = 0;
	do {
		row++;
		for (of_line = 0; of_line < line->name_count && row < table->count &&
				  line->names[of_line] != table->rows[row].name;
		     of_line++)
			;
	} while (row < table->count && of_line < line->name_count);
	if (season_tie_text(table, row - 1, how, sizeof(how)) == 0)
		return 0;
	const char *next = season_name_text(watch->view.season, table->rows[row].name);
	if (table->rows[row].position == table->rows[row - 1].position)
		return text_format(buf, cap, "equal with %s", next);
	return text_format(buf, cap, "as many points as %s: %s", next, how);
}

unsigned season_watch_explain(struct season_watch *watch, const struct view *view,
			      struct explain_line *lines, unsigned max)
{
	struct season_reason reasons[REASONS_MAX];
	const struct season_line *line = line_selected(watch, view);
	char text[200], title[64], points[16];
	unsigned count = 0;
	struct err err;
	if (!line)
		return 0;
	const struct season *season = watch->view.season;
	struct season_query query = watch->view.queries[line->query];
	query.rounds = (uint8_t)(watch->view.round_index + 1);
	if (season_standings(season, &query, &watch->work.now, &err))
		return 0;
	int row = season_row_of(&watch->work.now, line->names[0], line->team);
	if (row < 0)
		return 0;
	const struct season_standing *standing = &watch->work.now.rows[row];
	format_points(points, standing->points);
	season_query_title(season, &query, title, sizeof(title));
	text_format(text, sizeof(text), "%s: %s in %s, as if the race ended now",
		    season_name_text(season, standing->name), points, title);
	explain_add(lines, &count, max, text, false);
	unsigned n = season_reasons(season, &query, standing, reasons, REASONS_MAX);
	for (unsigned i = 0; i < n; i++) {
		season_reason_text(season, &query, &reasons[i], text, sizeof(text));
		explain_add(lines, &count, max, text,
			    reasons[i].known == KNOWN_MEMORY ||
				    reasons[i].known == KNOWN_DISPUTED);
	}
	if (explain_tie(watch, line, (unsigned)row, text, sizeof(text)) > 0)
		explain_add(lines, &count, max, text, false);
	if (!line->foretold)
		return count;
	text_format(text, sizeof(text),
		    "~ at the flag: %u results drawn from the forecast, each scored by "
		    "the rules",
		    (unsigned)SEASON_DRAWS);
	explain_add(lines, &count, max, text, true);
	return count;
}

bool season_watch_news(struct season_watch *watch, instant_us at, bool moved,
		       char *text, size_t cap)
{
	if (!watch || !watch->read || !watch->view.season)
		return false;
	int query = season_news_next(&watch->news, &watch->view, at, moved);
	if (query < 0)
		return false;
	const struct season_view *view = &watch->view;
	const char *car = season_name_text(view->season, view->leader_cars[query]);
	char title[64];
	season_query_title(view->season, &view->queries[query], title, sizeof(title));
	const char *leader = season_name_text(view->season, view->leaders[query]);
	bool is_car = view->leader_cars[query] == view->leaders[query];
	text_format(text, cap, "%s: %s%s%s%s %s", title, is_car ? "" : leader,
		    is_car   ? "#"
		    : car[0] ? " (#"
			     : "",
		    car, car[0] && !is_car ? ")" : "",
		    view->over ? (view->last ? "is champion" : "leads")
			       : (view->last ? "is champion if it ends like this"
					     : "leads if it ends like this"));
	return true;
}

void season_watch_close(struct season_watch *watch)
{
	if (!watch)
		return;
	(void)child_end(&watch->child);
	season_loaded_free(watch->loaded);
	free(watch);
}
