/*
 * race_fixture.c -- small races written by hand
 */
#include "race_fixture.h"

#include <string.h>

static struct fixture fixture;

struct fixture *fixture_new(void)
{
	struct fixture *f = &fixture;

	memset(f, 0, sizeof(*f));
	f->setup.start_at = START;
	f->setup.clock_at = INSTANT_NONE;
	f->setup.line_count = 3;
	f->setup.line_ppm[1] = 300000;
	f->setup.line_ppm[2] = 600000;
	f->tables.laps = f->laps;
	f->tables.stints = f->stints;
	f->tables.flags = f->flags;
	f->tables.faults = f->faults;
	f->tables.messages = f->messages;
	f->tables.weather = f->weather;
	f->tables.messages_max = ARRAY_LEN(f->messages);
	f->tables.weather_max = ARRAY_LEN(f->weather);
	f->tables.history = f->history;
	f->tables.histories = f->histories;
	f->tables.history_max = ARRAY_LEN(f->history);
	f->tables.laps_max = f->tables.stints_max = FIXTURE_ROWS;
	f->tables.faults_max = FIXTURE_ROWS;
	f->tables.flags_max = ARRAY_LEN(f->flags);
	f->list.at = f->events;
	f->list.max = FIXTURE_EVENTS;
	f->list.text = f->text;
	f->list.text_max = FIXTURE_TEXT;
	return f;
}

void fixture_fold_to(struct fixture *f, instant_us t)
{
	char text[256];

	assert_true(f->list.dropped == 0);
	event_order(&f->list, f->order, f->scratch);
	race_init(&f->race, &f->setup);
	for (uint32_t i = 0; i < f->list.count; i++) {
		const struct event *e = &f->list.at[f->order[i]];
		const char *broken;

		if (e->at > t)
			break;
		race_apply(&f->race, &f->tables, e, f->list.text, NULL);
		broken = race_check(&f->race, &f->tables, text);
		if (broken)
			fail_msg("after event %u (%s): %s", i,
				 event_kind_name((enum event_kind)e->kind), broken);
	}
}

void fixture_fold(struct fixture *f)
{
	fixture_fold_to(f, INT64_MAX);
}

struct event *add_event(struct fixture *f, enum event_kind kind, int64_t t,
			const char *number)
{
	struct event *e = event_add(&f->list, kind, START + t);

	e->sequence = f->list.count;
	e->value = DURATION_NONE;
	if (number)
		event_set_id(e, ID_NUMBER, slice_of(number));
	return e;
}

struct event *add_passing(struct fixture *f, const char *number, uint8_t line,
			  int64_t t, uint32_t lap)
{
	struct event *e = add_event(f, EVENT_PASSING, t, number);

	e->line = line;
	e->number = lap;
	return e;
}

void add_lap(struct fixture *f, const char *number, uint32_t lap, int64_t from,
	     int64_t to)
{
	add_passing(f, number, 1, from + (to - from) / 3, lap);
	add_passing(f, number, 2, from + (to - from) * 2 / 3, lap);
	add_passing(f, number, LINE_SF, to, lap);
}

void add_laps(struct fixture *f, const char *number, uint32_t count, int64_t lap_time)
{
	for (uint32_t lap = 1; lap <= count; lap++)
		add_lap(f, number, lap, lap_time * (lap - 1), lap_time * lap);
}

void add_entry(struct fixture *f, const char *number, enum entry_field field,
	       uint32_t value, const char *text)
{
	struct event *e = add_event(f, EVENT_ENTRY, -S(600), number);

	e->field = (uint8_t)field;
	e->number = value;
	event_set_text(&f->list, e, slice_of(text));
}

struct event *add_decision(struct fixture *f, const char *number,
			   enum decision_kind kind, int64_t value, const char *text)
{
	struct event *e = add_event(f, EVENT_DECISION, S(1000000), number);

	e->field = (uint8_t)kind;
	e->value = value;
	/* The pool cleans control characters away, and U+001F is one: the
	 * reader of decisions writes it behind the pool's back, as here. */
	event_set_text(&f->list, e, slice_of(text));
	for (uint32_t i = e->text; i < e->text + e->text_len; i++) {
		if (f->list.text[i] == '|')
			f->list.text[i] = '\x1f';
	}
	return e;
}

void add_end(struct fixture *f, int64_t t)
{
	add_event(f, EVENT_END, t, NULL);
}

void add_flag(struct fixture *f, enum flag flag, int64_t t)
{
	add_event(f, EVENT_FLAG, t, NULL)->flag = (uint8_t)flag;
}

uint16_t find(const struct fixture *f, const char *number)
{
	return race_find(&f->race, ID_NUMBER, slice_of(number));
}

const struct car *car_of(const struct fixture *f, const char *number)
{
	uint16_t car = find(f, number);

	assert_int_not_equal(car, CAR_NONE);
	return &f->race.cars[car];
}

const struct lap_row *row_of(const struct fixture *f, const char *number, uint32_t lap)
{
	uint32_t row = car_of(f, number)->lap_row;

	while (row && f->laps[row - 1].lap > lap)
		row = f->laps[row - 1].prev;
	assert_true(row != 0 && f->laps[row - 1].lap == lap);
	return &f->laps[row - 1];
}

static char joined[4096];

static void join(const char *first, const char *more, const char *separator)
{
	size_t len = strlen(joined);

	text_format(joined + len, sizeof(joined) - len, "%s%s%s", len ? separator : "",
		    first, more);
}

const char *order_text(const struct fixture *f)
{
	joined[0] = '\0';
	for (uint16_t i = 0; i < f->race.car_count; i++) {
		char label[16];

		race_car_label(&f->race, f->race.order[i], label);
		join(label, "", " ");
	}
	return joined;
}

const char *classify_text(struct fixture *f)
{
	classify(&f->race, &f->tables, &f->rules, &f->classification);
	joined[0] = '\0';
	for (uint32_t i = 0; i < f->classification.count; i++) {
		const struct result *r = &f->classification.rows[i];
		char label[16], text[32];

		race_car_label(&f->race, r->car, label);
		assert_int_equal(r->position, i + 1);
		text_format(text, sizeof(text), " %s",
			    status_name((enum result_status)r->status));
		join(label, text, ", ");
	}
	return joined;
}

const struct result *result_of(const struct fixture *f, const char *number)
{
	return &f->classification.rows[f->classification.row_of[find(f, number)]];
}

const struct standing *standing_of(struct fixture *f, const char *number)
{
	standings_query(&f->race, &f->tables, &f->standings);
	return &f->standings.rows[f->standings.row_of[find(f, number)]];
}

const char *gap_text(struct gap gap)
{
	static char text[TIME_TEXT_MAX];

	format_gap(text, gap, TIME_LAP);
	return text;
}

unsigned faults(const struct fixture *f, enum fault fault)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < f->race.fault_count; i++)
		count += f->faults[i].fault == fault;
	return count;
}
