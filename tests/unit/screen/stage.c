/*
 * stage.c -- the small race (stage.h)
 */
#include "stage.h"

#include <stdlib.h>

static const struct {
	const char *number, *class_name, *team, *vehicle, *drivers[2];
	int64_t lap_ms;      /* a quiet lap */
	unsigned stop_every; /* laps; 0 never */
	unsigned stands;     /* lap it never ends; 0 none */
	bool absent;
} field[] = {
	{"5",
	 "LMP900",
	 "Audi Sport Japan Team Goh",
	 "Audi R8",
	 {"Tom Kristensen", "Seiji ARA"},
	 93000,
	 14,
	 0,
	 false},
	{"2",
	 "LMP900",
	 "Pescarolo Sport",
	 "Courage C60",
	 {"Sébastien BOURDAIS", "Franck Lagorce"},
	 94100,
	 12,
	 0,
	 false},
	{"8",
	 "LMP900",
	 "Racing for Holland",
	 "Dome S101",
	 {"Jan Lammers", "Andy Wallace"},
	 94900,
	 13,
	 0,
	 false},
	{"13",
	 "LMP675",
	 "Courage Compétition",
	 "Courage C65",
	 {"Wim Eyckmans", "Roman Rusinov"},
	 99000,
	 15,
	 0,
	 false},
	{"25", "LMP675", "WR", "WR LM", {"Yojiro Terada", NULL}, 100200, 11, 9, false},
	{"88",
	 "GT",
	 "Veloqx Prodrive",
	 "Ferrari 550",
	 {"Darren Turner", "Jamie Davies"},
	 106000,
	 16,
	 0,
	 false},
	{"47",
	 "GT",
	 "Cirtek Motorsport",
	 "Ferrari 360",
	 {"Andrea Montermini", NULL},
	 107300,
	 9,
	 0,
	 false},
	{"99",
	 "GT",
	 "Absent Friends",
	 "Porsche 911",
	 {"Nobody Here", NULL},
	 0,
	 0,
	 0,
	 true},
};

static struct event *car_event(struct stage *stage, enum event_kind kind, instant_us at,
			       const char *number)
{
	struct event *event = event_add(&stage->list, kind, at);

	event_set_id(event, ID_NUMBER, slice_of(number));
	event->value = DURATION_NONE;
	return event;
}

static void entry(struct stage *stage, const char *number, enum entry_field what,
		  uint32_t value, const char *text)
{
	struct event *event =
		car_event(stage, EVENT_ENTRY, STAGE_START - US_MIN, number);

	event->field = (uint8_t)what;
	event->number = value;
	event_set_text(&stage->list, event, slice_of(text));
}

static void enter(struct stage *stage, unsigned i)
{
	const char *number = field[i].number;

	entry(stage, number, ENTRY_CAR, 0, number);
	entry(stage, number, ENTRY_CLASS, 0, field[i].class_name);
	entry(stage, number, ENTRY_TEAM, 0, field[i].team);
	entry(stage, number, ENTRY_VEHICLE, 0, field[i].vehicle);
	for (uint32_t d = 0; d < 2 && field[i].drivers[d]; d++)
		entry(stage, number, ENTRY_DRIVER, d + 1, field[i].drivers[d]);
	if (field[i].absent)
		entry(stage, number, ENTRY_NOT_STARTED, 1, "");
	else
		entry(stage, number, ENTRY_GRID, i + 1, "");
}

static void board(struct stage *stage, unsigned i, uint32_t driver, instant_us at)
{
	struct event *event = car_event(stage, EVENT_DRIVER, at, field[i].number);

	event->number = driver + 1;
	event_set_text(&stage->list, event, slice_of(field[i].drivers[driver]));
}

static void pass(struct stage *stage, unsigned i, instant_us at, unsigned line,
		 uint32_t lap)
{
	struct event *event = car_event(stage, EVENT_PASSING, at, field[i].number);

	event->line = (uint8_t)line;
	event->number = lap;
}

/* A stop: into the lane before the line, over it, out again. */
static instant_us stop(struct stage *stage, unsigned i, instant_us at, uint32_t lap)
{
	car_event(stage, EVENT_PIT_IN, at - 4 * US_S, field[i].number);
	pass(stage, i, at, LINE_SF_PIT, lap);
	if (field[i].drivers[1])
		board(stage, i, (lap / field[i].stop_every) & 1, at + 10 * US_S);
	car_event(stage, EVENT_PIT_OUT, at + 41 * US_S, field[i].number);
	return at + 35 * US_S;
}

static void drive(struct stage *stage, unsigned i)
{
	instant_us t = STAGE_START + (int64_t)i * 300 * US_MS;

	board(stage, i, 0, STAGE_START - US_S);
	for (uint32_t lap = 1; t < STAGE_MINUTE(61); lap++) {
		int64_t ms = field[i].lap_ms + (int64_t)(lap * 7919 % 1300) +
			     (lap == 1 ? 6000 : 0);

		if (t > STAGE_MINUTE(20) && t < STAGE_MINUTE(27))
			ms = ms * 3 / 2;
		pass(stage, i, t + ms * 300, 1, lap);
		if (lap == field[i].stands)
			return;
		pass(stage, i, t + ms * 650, 2, lap);
		t += ms * US_MS;
		if (field[i].stop_every && lap % field[i].stop_every == 0)
			t = stop(stage, i, t, lap);
		else
			pass(stage, i, t, LINE_SF, lap);
	}
}

static void flag(struct stage *stage, enum flag flag_, instant_us at)
{
	event_add(&stage->list, EVENT_FLAG, at)->flag = (uint8_t)flag_;
}

static void set_up(struct stage *stage)
{
	struct race_setup *setup = &stage->setup;

	text_copy(setup->event, sizeof(setup->event), SLICE("1000 km of Somewhere"));
	text_copy(setup->session, sizeof(setup->session), SLICE("Race"));
	text_copy(setup->circuit, sizeof(setup->circuit), SLICE("Oval"));
	setup->start_at = STAGE_START;
	setup->clock_at = STAGE_START;
	setup->utc_offset_us = US_HOUR;
	setup->length_us = US_HOUR;
	setup->lap_length = 4180000;
	setup->line_count = 3;
	setup->line_ppm[1] = 300000;
	setup->line_ppm[2] = 650000;
	setup->type = SESSION_RACE;
	circuit_from_lines(&stage->circuit, setup);
	text_copy(stage->rules.title, sizeof(stage->rules.title), SLICE("Test rules"));
	text_copy(stage->rules.invitation, sizeof(stage->rules.invitation),
		  SLICE("the next race"));
	stage->rules.fraction_pm = 900;
	stage->rules.class_count = 3;
	for (unsigned i = 0; i < 3; i++) {
		static const char *const names[] = {"LMP900", "LMP675", "GT"};
		struct rules_class *c = &stage->rules.classes[i];

		text_copy(c->name, sizeof(c->name), slice_of(names[i]));
		text_copy(c->matches, sizeof(c->matches), slice_of(names[i]));
		c->invited = 1;
	}
}

/* A few of those that can be typed. */
static const struct view_word stage_decisions[] = {
	{"flag", "flag NAME [words]", ""},
	{"time", "time CAR SECONDS [reason]", ""},
	{"behind", "behind CAR OTHER [reason]", ""},
	{"result-at", "result-at LAP [reason]", ""},
	{"entry", "entry CAR FIELD=VALUE", ""},
	{"assign", "assign ?TRANSPONDER CAR", ""},
	{0},
};

struct stage *stage_new(void)
{
	static struct stage stage;

	memset(&stage, 0, sizeof(stage));
	stage.list = (struct event_list){.at = stage.events,
					 .max = STAGE_EVENTS,
					 .text = stage.text,
					 .text_max = STAGE_TEXT};
	stage.tables = (struct race_tables){.laps = stage.laps,
					    .stints = stage.stints,
					    .flags = stage.flags,
					    .messages = stage.messages,
					    .weather = stage.weather,
					    .messages_max = ARRAY_LEN(stage.messages),
					    .weather_max = ARRAY_LEN(stage.weather),
					    .history = stage.history,
					    .histories = stage.histories,
					    .history_max = ARRAY_LEN(stage.history),
					    .laps_max = STAGE_ROWS,
					    .stints_max = STAGE_ROWS,
					    .flags_max = ARRAY_LEN(stage.flags)};
	set_up(&stage);
	for (unsigned i = 0; i < ARRAY_LEN(field); i++)
		enter(&stage, i);
	event_add(&stage.list, EVENT_START, STAGE_START)->value = INSTANT_NONE;
	flag(&stage, FLAG_GREEN, STAGE_START);
	flag(&stage, FLAG_SC, STAGE_MINUTE(20));
	flag(&stage, FLAG_GREEN, STAGE_MINUTE(27));
	flag(&stage, FLAG_FINISH, STAGE_MINUTE(60));
	for (unsigned i = 0; i < ARRAY_LEN(field); i++)
		if (!field[i].absent)
			drive(&stage, i);
	event_add(&stage.list, EVENT_END, STAGE_MINUTE(65));
	assert_int_equal(stage.list.dropped, 0);
	event_order(&stage.list, stage.order, stage.scratch);
	stage.view = (struct view){.speed_num = 8,
				   .speed_den = 1,
				   .playing = true,
				   .armed = STEP_STOP,
				   .decision_words = stage_decisions,
				   .selected = CAR_NONE,
				   .focused = CAR_NONE,
				   .compared = CAR_NONE};
	stage_seek(&stage, STAGE_START);
	return &stage;
}

static void measure(struct stage *stage, instant_us at, enum weather_field what,
		    int64_t value)
{
	struct event *event = event_add(&stage->list, EVENT_WEATHER, at);

	event->field = (uint8_t)what;
	event->value = value;
}

static void say(struct stage *stage, int minute, const char *number, const char *words)
{
	struct event *event =
		event_add(&stage->list, EVENT_MESSAGE, STAGE_MINUTE(minute));

	if (number[0])
		event_set_id(event, ID_NUMBER, slice_of(number));
	event_set_text(&stage->list, event, slice_of(words));
}

static void decide(struct stage *stage, int minute, const char *number,
		   enum decision_kind kind, int64_t value, const char *words)
{
	struct event *event =
		event_add(&stage->list, EVENT_DECISION, STAGE_MINUTE(minute));

	event_set_id(event, ID_NUMBER, slice_of(number));
	event->field = (uint8_t)kind;
	event->value = value;
	event_set_text(&stage->list, event, slice_of(words));
}

void stage_say(struct stage *stage)
{
	say(stage, 2, "", "Track limits at turn 4 are looked at");
	say(stage, 11, "88", "Car 88 under investigation: speed in the pit lane");
	say(stage, 20, "", "Safety car deployed: debris at turn 2");
	say(stage, 27, "", "Safety car in this lap");
	say(stage, 41, "2", "Black and white flag: third time off the track at turn 4");
	decide(stage, 14, "88", DECISION_TIME, 10 * US_S,
	       "\x1fspeed in the pit lane, 68 km/h");
	decide(stage, 31, "5", DECISION_LAP_DELETED, 9, "\x1ftrack limits at turn 4");
	decide(stage, 50, "47", DECISION_LAPS, -1, "\x1fpassed under the safety car");
	for (int i = 0; i < 60; i++) {
		bool rain = i >= 24 && i < 33;

		measure(stage, STAGE_MINUTE(i), WEATHER_AIR_MC,
			18000 + i * 45 - (rain ? 1500 : 0));
		measure(stage, STAGE_MINUTE(i), WEATHER_TRACK_MC,
			24000 + i * 130 - (i >= 24 ? 4000 : 0));
		measure(stage, STAGE_MINUTE(i), WEATHER_RAIN, rain);
		measure(stage, STAGE_MINUTE(i), WEATHER_HUMIDITY_PM, 620 + 2 * i);
		measure(stage, STAGE_MINUTE(i), WEATHER_WIND_MMS, 3400);
		measure(stage, STAGE_MINUTE(i), WEATHER_WIND_DEG, 225);
	}
	assert_int_equal(stage->list.dropped, 0);
	event_order(&stage->list, stage->order, stage->scratch);
}

void stage_miss(struct stage *stage)
{
	uint16_t five = stage_car(stage, "5");

	for (uint32_t i = 0; i < stage->race.lap_count; i++) {
		struct lap_row *row = &stage->laps[i];

		if (i % 4 == 0)
			row->estimated |= 1 << 1;
		if (row->car == five && row->lap % 2)
			row->estimated |= 1 << 2;
	}
}

static void fold_to(struct stage *stage, instant_us t)
{
	race_init(&stage->race, &stage->setup);
	for (uint32_t i = 0; i < stage->list.count; i++) {
		const struct event *event = &stage->events[stage->order[i]];

		if (event->at > t)
			break;
		race_apply(&stage->race, &stage->tables, event, stage->text, NULL);
	}
}

static void look(struct stage *stage, instant_us t)
{
	struct view *view = &stage->view;

	standings_query(&stage->race, &stage->tables, &stage->standings);
	classify(&stage->race, &stage->tables, &stage->rules, &stage->classification);
	view->race = &stage->race;
	view->tables = &stage->tables;
	view->standings = &stage->standings;
	view->classification = &stage->classification;
	view->rules = &stage->rules;
	view->circuit = &stage->circuit;
	view->at = t;
	view->from = STAGE_START;
	view->to = t > STAGE_MINUTE(60) ? t : STAGE_MINUTE(60);
}

void stage_seek(struct stage *stage, instant_us t)
{
	memset(stage->laps, 0, sizeof(stage->laps));
	memset(stage->stints, 0, sizeof(stage->stints));
	memset(stage->flags, 0, sizeof(stage->flags));
	fold_to(stage, t);
	look(stage, t);
}

void stage_seek_back(struct stage *stage, instant_us t)
{
	fold_to(stage, STAGE_END);
	fold_to(stage, t);
	look(stage, t);
}

void stage_draw(struct stage *stage, int cols, int rows)
{
	stage->canvas.cells = stage->cells;
	stage->canvas.cols = cols;
	stage->canvas.rows = rows;
	view_draw(&stage->view, &stage->canvas);
}

const char *stage_row(const struct stage *stage, int y)
{
	static char text[STAGE_COLS * 8];
	size_t len = 0, end = 0;

	for (int x = 0; x < stage->canvas.cols; x++) {
		const struct cell *cell = &stage->cells[y * stage->canvas.cols + x];

		if (cell->bits & CELL_CONTINUES)
			continue;
		len += utf8_encode(text + len, cell->cp ? cell->cp : ' ');
		if (cell->cp && cell->cp != ' ')
			end = len;
	}
	text[end] = 0;
	return text;
}

int stage_find(const struct stage *stage, const char *text, int *x)
{
	for (int y = 0; y < stage->canvas.rows; y++) {
		const char *row = stage_row(stage, y);
		const char *at = strstr(row, text);

		if (!at)
			continue;
		if (x)
			*x = text_width((struct slice){row, (size_t)(at - row)});
		return y;
	}
	return -1;
}

bool stage_shows(const struct stage *stage, const char *text)
{
	return stage_find(stage, text, NULL) >= 0;
}

uint16_t stage_car(const struct stage *stage, const char *number)
{
	uint16_t car = race_find_text(&stage->race, slice_of(number));

	assert_int_not_equal(car, CAR_NONE);
	return car;
}

bool stage_press(struct stage *stage, uint32_t key, struct wish *wish)
{
	const struct key_binding none = {.key = key, .action = ACTION_COUNT};
	const struct key_binding *bound = view_key(&stage->view, key);
	struct wish ignored;

	wish = wish ? wish : &ignored;
	*wish = (struct wish){.kind = WISH_NONE};
	return view_press(&stage->view, bound ? bound : &none, wish);
}
