/*
 * news.c -- what happened last, in words, from the rows the race owns
 *
 * Made anew for each frame from the ends of the tables; nothing is remembered
 * between frames, so jumping in time needs no care.
 */
#include "parts.h"

enum {
	NEWS_MAX = 24,
	LAPS_LOOKED_AT = 600,
	STINTS_LOOKED_AT = 40,
	FLAGS_LOOKED_AT = 8
};

enum news_kind {
	NEWS_FLAG,
	NEWS_PIT_IN,
	NEWS_PIT_OUT,
	NEWS_LEAD,
	NEWS_CLASS_LEAD,
	NEWS_BEST,
	NEWS_CLASS_BEST,
	NEWS_FINISH,
	NEWS_OWN_BEST,
	NEWS_DECISION,
};

struct item {
	instant_us at;
	duration_us time;
	uint32_t lap;
	uint16_t car; /* CAR_NONE */
	uint8_t kind; /* enum news_kind */
	uint8_t flag;
	uint8_t driver; /* of the stint that ended */
	bool estimated;
	uint8_t decision; /* index of the race's */
};

/* Of all cars, or of one: then its own rows are walked, not the ends of the tables. */
struct news {
	const struct scene *scene;
	uint16_t car; /* CAR_NONE: of all */
	unsigned count;
	struct item items[NEWS_MAX]; /* newest first */
};

static void add(struct news *news, struct item item)
{
	unsigned at = news->count < NEWS_MAX ? news->count : NEWS_MAX - 1;

	if (item.at == INSTANT_NONE || item.at > news->scene->view->at ||
	    (news->car != CAR_NONE && news->car != item.car))
		return;
	if (news->count == NEWS_MAX && news->items[at].at >= item.at)
		return;
	while (at > 0 && news->items[at - 1].at < item.at) {
		news->items[at] = news->items[at - 1];
		at--;
	}
	news->items[at] = item;
	news->count += news->count < NEWS_MAX;
}

static void add_flags(struct news *news)
{
	const struct view *view = news->scene->view;
	uint32_t n = view->race->flag_count;

	for (uint32_t i = n; i > 0 && n - i < FLAGS_LOOKED_AT; i--) {
		const struct flag_row *row = &view->tables->flags[i - 1];

		/* The flag the race begins under is no news. */
		if (i > 1 || row->flag > FLAG_GREEN)
			add(news, (struct item){.at = row->from_at,
						.kind = NEWS_FLAG,
						.car = CAR_NONE,
						.flag = row->flag});
	}
}

static void add_stop(struct news *news, const struct stint_row *row)
{
	if (row->out_at != INSTANT_NONE && row->in_at != INSTANT_NONE)
		add(news, (struct item){.at = row->out_at,
					.kind = NEWS_PIT_OUT,
					.car = row->car,
					.time = row->stop,
					.driver = row->driver,
					.estimated = row->estimated != 0});
}

static void add_stops(struct news *news)
{
	const struct view *view = news->scene->view;
	uint32_t n = view->race->stint_count;

	if (news->car == CAR_NONE) {
		for (uint32_t i = n; i > 0 && n - i < STINTS_LOOKED_AT; i--)
			add_stop(news, &view->tables->stints[i - 1]);
	} else {
		uint32_t at = view->race->cars[news->car].stint_row;

		for (; at && at <= n; at = view->tables->stints[at - 1].prev)
			add_stop(news, &view->tables->stints[at - 1]);
	}
	for (uint16_t car = 0; car < view->race->car_count; car++) {
		const struct car *c = &view->race->cars[car];

		if (c->in_pit)
			add(news, (struct item){.at = c->pit_in_at,
						.kind = NEWS_PIT_IN,
						.car = car,
						.lap = c->laps});
	}
}

static void add_lead(struct news *news, const struct lap_row *row)
{
	const struct view *view = news->scene->view;
	const struct lap_row *before;

	if (!row->prev || row->prev > view->race->lap_count || row->class_position != 1)
		return;
	before = &view->tables->laps[row->prev - 1];
	if (row->position == 1 && before->position > 1)
		add(news, (struct item){.at = row->at,
					.kind = NEWS_LEAD,
					.car = row->car,
					.lap = row->lap});
	else if (before->class_position > 1)
		add(news, (struct item){.at = row->at,
					.kind = NEWS_CLASS_LEAD,
					.car = row->car,
					.lap = row->lap});
}

static void add_leads(struct news *news)
{
	const struct view *view = news->scene->view;
	uint32_t n = view->race->lap_count;

	if (news->car == CAR_NONE) {
		for (uint32_t i = n; i > 0 && n - i < LAPS_LOOKED_AT; i--)
			add_lead(news, &view->tables->laps[i - 1]);
	} else {
		uint32_t at = view->race->cars[news->car].lap_row;

		for (; at && at <= n; at = view->tables->laps[at - 1].prev)
			add_lead(news, &view->tables->laps[at - 1]);
	}
}

/* When a car did its lap @lap: along its own rows. */
static instant_us lap_at(const struct view *view, uint16_t car, uint32_t lap)
{
	uint32_t at = view->race->cars[car].lap_row;

	while (at && at <= view->race->lap_count) {
		const struct lap_row *row = &view->tables->laps[at - 1];

		if (row->lap <= lap)
			return row->lap == lap ? row->at : INSTANT_NONE;
		at = row->prev;
	}
	return INSTANT_NONE;
}

static void add_bests(struct news *news)
{
	const struct view *view = news->scene->view;

	for (unsigned i = 0; i < view->race->class_count; i++) {
		const struct race_class *c = &view->race->classes[i];
		bool overall = c->lap_best_car == view->race->lap_best_car;

		if (c->lap_best_car >= view->race->car_count || c->lap_best_number < 2)
			continue;
		add(news, (struct item){.at = lap_at(view, c->lap_best_car,
						     c->lap_best_number),
					.kind = overall ? NEWS_BEST : NEWS_CLASS_BEST,
					.car = c->lap_best_car,
					.time = c->lap_best,
					.lap = c->lap_best_number});
	}
}

/* What only the car's own list tells: its best lap, where that is no best of its class,
 * and what the stewards decided. */
static void add_own(struct news *news)
{
	const struct race *race = news->scene->view->race;
	const struct car *car;
	uint8_t c;

	if (news->car == CAR_NONE)
		return;
	car = &race->cars[news->car];
	c = race->entries[news->car].class_index;
	if (car->lap_best != DURATION_NONE && car->lap_best_number > 1 &&
	    (c >= race->class_count || race->classes[c].lap_best_car != news->car))
		add(news, (struct item){.at = car->lap_best_at,
					.kind = NEWS_OWN_BEST,
					.car = news->car,
					.time = car->lap_best,
					.lap = car->lap_best_number});
	/* What was decided after the flag stands where the flag fell. */
	for (unsigned i = 0; i < race->decision_count && i < RACE_DECISIONS_MAX; i++) {
		instant_us at = race->decisions[i].at;

		if (race->decisions[i].car == news->car)
			add(news,
			    (struct item){.at = at == INSTANT_NONE ? race->finish_at
								   : at,
					  .kind = NEWS_DECISION,
					  .car = news->car,
					  .decision = (uint8_t)i});
	}
}

/* ---- words ----------------------------------------------------------------- */

/* @brief: who it is now alone. */
static void driver_words(const struct view *view, const struct item *item, bool brief,
			 struct field *out)
{
	const struct car *car = &view->race->cars[item->car];
	const struct entry *entry = &view->race->entries[item->car];
	struct field name;

	if (car->driver >= entry->driver_count || car->driver >= RACE_DRIVERS_MAX ||
	    car->driver_at == INSTANT_NONE || car->driver_at > view->at)
		return;
	/* Only where it is still the driver that stop put in the car. */
	if (car->pit_out_at != item->at)
		return;
	field_append(out, ", ");
	if (!brief && item->driver != car->driver &&
	    item->driver < entry->driver_count) {
		field_name(&name, entry->drivers[item->driver], false);
		field_append_slice(out, name.text);
		field_append(out, " \u2192 ");
	}
	field_name(&name, entry->drivers[car->driver], false);
	field_append_slice(out, name.text);
}

/* A car without a number is named by its team or its class. */
static void name_words(const struct view *view, uint16_t car, struct field *out)
{
	if (car >= view->race->car_count || shown_number(view->race, car).len)
		return;
	field_append(out, view->race->entries[car].team);
	if (out->text.len == 0)
		field_append_slice(out, shown_class(view, car));
	if (out->text.len)
		field_append(out, " ");
}

static const char *const decision_said[DECISION_KIND_COUNT] = {
	[DECISION_TIME] = "time",
	[DECISION_LAPS] = "laps",
	[DECISION_BEHIND] = "placed behind",
	[DECISION_LAST_OF_LAP] = "placed last of its lap",
	[DECISION_LAST_OF_CLASS] = "placed last of its class",
	[DECISION_DISQUALIFIED] = "disqualified",
	[DECISION_LAP_DELETED] = "deleted lap",
	[DECISION_STATUS] = "status",
	[DECISION_UNDO] = "taken back",
};

/* "stewards: time +10 s, speed in the pit lane" */
static void decision_words(const struct race *race, unsigned index, struct field *out)
{
	const struct race_decision *decision = &race->decisions[index];
	int64_t n = decision->value;
	char label[16];

	out->role = ROLE_AT_RISK;
	field_append(out, "stewards: ");
	if (decision->kind < DECISION_KIND_COUNT)
		field_append(out, decision_said[decision->kind]);
	if (decision->kind == DECISION_TIME)
		n /= US_S;
	if (decision->kind == DECISION_TIME || decision->kind == DECISION_LAPS)
		field_append(out, n < 0 ? " \u2212" : " +");
	else if (decision->kind == DECISION_LAP_DELETED)
		field_append(out, " ");
	if (decision->kind == DECISION_TIME || decision->kind == DECISION_LAPS ||
	    decision->kind == DECISION_LAP_DELETED)
		field_append_number(out, (uint64_t)(n < 0 ? -n : n));
	if (decision->kind == DECISION_TIME)
		field_append(out, " s");
	if (decision->kind == DECISION_BEHIND && decision->other < race->car_count) {
		race_car_label(race, decision->other, label);
		field_append(out, " ");
		field_append(out, label);
	}
	if (decision->kind == DECISION_STATUS && decision->status < STATUS_COUNT) {
		field_append(out, " ");
		field_append(out, status_name((enum result_status)decision->status));
	}
	if (decision->reason[0]) {
		field_append(out, ", ");
		field_append(out, decision->reason);
	}
}

static void best_words(const struct view *view, const struct item *item,
		       struct field *out, int *coloured)
{
	bool timed = view->race->setup.type == SESSION_TIMED;

	out->role = ROLE_CLASS_BEST;
	field_append_time(out, item->time, TIME_LAP);
	*coloured = (int)out->text.len;
	field_append(out, " best lap of ");
	field_append(out, item->kind == NEWS_BEST ? timed ? "the session" : "the race"
						  : shown_class(view, item->car).at);
	if (shown_number(view->race, item->car).len == 0 &&
	    view->race->entries[item->car].team[0]) {
		field_append(out, ", ");
		field_append(out, view->race->entries[item->car].team);
	}
}

/* @coloured: how many cells have the role of the text; the rest is plain. */
static void words(const struct news *news, const struct item *item, struct field *out,
		  int *coloured)
{
	const struct view *view = news->scene->view;
	bool timed = view->race->setup.type == SESSION_TIMED;

	*coloured = CANVAS_COLS_MAX;
	field_text(out, (struct slice){out->buf, 0}, ROLE_TEXT);
	if (item->kind != NEWS_BEST && item->kind != NEWS_CLASS_BEST)
		name_words(view, item->car, out);
	switch ((enum news_kind)item->kind) {
	case NEWS_FLAG:
		field_text(out, flag_words(view, (enum flag)item->flag, false),
			   flag_role((enum flag)item->flag));
		break;
	case NEWS_PIT_IN:
		out->role = ROLE_IN_PIT;
		field_append(out, "in the pits");
		break;
	case NEWS_PIT_OUT:
		field_append(out, "out");
		if (item->time != DURATION_NONE) {
			field_append(out, " after ");
			field_append(out, item->estimated ? "~" : "");
			field_append_time(out, item->time, TIME_SHORT);
		}
		driver_words(view, item, news->car != CAR_NONE, out);
		break;
	case NEWS_LEAD:
		out->role = ROLE_STRONG;
		field_append(out, timed ? "goes fastest" : "takes the lead");
		break;
	case NEWS_CLASS_LEAD:
		field_append(out, timed ? "fastest of " : "leads ");
		field_append(out, shown_class(view, item->car).at);
		break;
	case NEWS_BEST:
	case NEWS_CLASS_BEST:
		best_words(view, item, out, coloured);
		break;
	case NEWS_FINISH:
		out->role = ROLE_STRONG;
		field_append(out, timed ? "fastest at the flag" : "wins");
		break;
	case NEWS_OWN_BEST:
		out->role = ROLE_PERSONAL_BEST;
		field_append_time(out, item->time, TIME_LAP);
		*coloured = (int)out->text.len;
		field_append(out, " its best lap, on lap ");
		field_append_number(out, item->lap);
		break;
	case NEWS_DECISION:
		decision_words(view->race, item->decision, out);
		break;
	}
}

static void collect(struct news *news)
{
	const struct view *view = news->scene->view;

	add_flags(news);
	add_stops(news);
	add_leads(news);
	add_bests(news);
	add_own(news);
	if (view->race->winner < view->race->car_count)
		add(news, (struct item){.at = view->race->finish_at,
					.kind = NEWS_FINISH,
					.car = view->race->winner});
}

/* Of one car the number is not said again. */
static void draw_item(const struct news *news, struct canvas *canvas, struct rect at,
		      const struct item *item)
{
	const struct view *view = news->scene->view;
	char clock[TIME_TEXT_MAX];
	struct field field;
	int coloured, used, x = at.x + 14;
	size_t n =
		format_clock(clock, item->at + view->race->setup.utc_offset_us, false);

	words(news, item, &field, &coloured);
	if (item->car < view->race->car_count)
		canvas_hit(canvas, at.x, at.y, at.w, hit_of(HIT_CAR, item->car));
	canvas_text(canvas, at.x, at.y, 8, (struct slice){clock, n},
		    just_changed(view, item->at) ? ROLE_CHANGED : ROLE_DIM);
	if (news->car != CAR_NONE)
		x = at.x + 10;
	else if (item->car < view->race->car_count)
		canvas_right(canvas, at.x + 9, at.y, 4,
			     shown_number(view->race, item->car),
			     class_role(news->scene, item->car));
	else
		canvas_text(canvas, at.x + 9, at.y, 4, SLICE("flag"), ROLE_DIM);
	used = canvas_text(canvas, x, at.y, at.x + at.w - x, field.text, field.role);
	if (used > coloured)
		canvas_role(canvas, x + coloured, at.y, used - coloured, ROLE_TEXT);
}

static void draw_news(struct news *news, struct canvas *canvas, struct rect area)
{
	collect(news);
	for (unsigned i = 0; i < news->count && (int)i < area.h; i++)
		draw_item(news, canvas,
			  (struct rect){area.x, area.y + (int)i, area.w, 1},
			  &news->items[i]);
}

void news_draw(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	struct news news = {.scene = scene, .car = CAR_NONE};

	draw_news(&news, canvas, area);
}

void news_draw_car(const struct scene *scene, uint16_t car, struct canvas *canvas,
		   struct rect area)
{
	struct news news = {.scene = scene, .car = car};

	draw_news(&news, canvas, area);
}

/* ---- the best laps and sectors, by class ----------------------------------- */

static void best_row(const struct scene *scene, struct canvas *canvas, struct rect at,
		     unsigned pane)
{
	const struct race *race = scene->view->race;
	const struct race_class *c = &race->classes[scene->class_of[pane]];
	unsigned sectors = race->setup.line_count;
	char buf[TIME_TEXT_MAX];
	duration_us ideal = 0;
	int x = at.x + 11;

	canvas_text(canvas, at.x, at.y, 10, slice_of(c->name),
		    (enum role)scene->role_of[scene->class_of[pane]]);
	if (c->lap_best == DURATION_NONE || c->lap_best_car >= race->car_count)
		return;
	canvas_right(canvas, x, at.y, 9,
		     (struct slice){buf, format_duration(buf, c->lap_best, TIME_LAP)},
		     ROLE_CLASS_BEST);
	canvas_right(canvas, x + 10, at.y, 4, shown_number(race, c->lap_best_car),
		     ROLE_TEXT);
	x += 16;
	if (sectors < 2 || sectors > 6)
		return;
	for (unsigned i = 0; i < sectors; i++, x += 15) {
		duration_us t = c->sector_best[i];

		/* Without all of them there is no ideal lap. */
		if (x + 14 > at.x + at.w)
			return;
		if (t == DURATION_NONE || c->sector_best_car[i] >= race->car_count) {
			ideal = DURATION_NONE;
			continue;
		}
		ideal = ideal == DURATION_NONE ? ideal : ideal + t;
		canvas_right(canvas, x, at.y, 9,
			     (struct slice){buf, format_duration(buf, t, TIME_LAP)},
			     ROLE_TEXT);
		canvas_right(canvas, x + 10, at.y, 4,
			     shown_number(race, c->sector_best_car[i]), ROLE_DIM);
	}
	if (ideal > 0 && x + 9 <= at.x + at.w)
		canvas_right(canvas, x, at.y, 9,
			     (struct slice){buf, format_duration(buf, ideal, TIME_LAP)},
			     ROLE_GUESS);
}

void bests_draw(const struct scene *scene, struct canvas *canvas, struct rect area)
{
	unsigned sectors = scene->view->race->setup.line_count;
	int x = area.x + 27, y = area.y + 1;

	canvas_right(canvas, area.x + 11, area.y, 9, SLICE("Best lap"), ROLE_HEADER);
	if (sectors >= 2 && sectors <= 6) {
		unsigned i = 0;

		for (; i < sectors && x + 14 <= area.x + area.w; i++) {
			char head[] = {'S', (char)('1' + i), 0};

			canvas_right(canvas, x, area.y, 9, slice_of(head), ROLE_HEADER);
			x += 15;
		}
		if (i == sectors && x + 9 <= area.x + area.w)
			canvas_right(canvas, x, area.y, 9, SLICE("Ideal"), ROLE_HEADER);
	}
	for (unsigned i = 0; i < scene->panes && y < area.y + area.h; i++) {
		if (scene->class_of[i] >= RACE_CLASSES_MAX)
			continue;
		best_row(scene, canvas, (struct rect){area.x, y, area.w, 1}, i);
		y++;
	}
}
