/*
 * alkamel.c -- laws of the lap file reader, over real races
 *
 *  (1) The order of the rows says nothing.
 *  (2) One row that is cut, doubled or damaged is either harmless (every crossing
 *      of every car as before) or a counted anomaly with its line and reason.
 *  (3) And then it costs no other car anything, and its own at most that row.
 *
 * Seeds are fixed, and printed when a law fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../unit/feed/alkamel_read.h"

enum { SEED = 20031109 };

struct rows {
	struct slice file;
	struct slice *at; /* with their line ends */
	uint32_t count;
	struct slice header;
};

static struct rows rows_of(struct slice file)
{
	struct rows rows = {.file = file, .at = malloc(32768 * sizeof(struct slice))};
	size_t from = 0;
	while (from < file.len && rows.count < 32768) {
		const char *stop = memchr(file.at + from, '\n', file.len - from);
		size_t len =
			stop ? (size_t)(stop + 1 - file.at) - from : file.len - from;
		struct slice line = {file.at + from, len};
		if (from == 0)
			rows.header = line;
		else
			rows.at[rows.count++] = line;
		from += len;
	}
	return rows;
}

static size_t append(char *to, size_t len, struct slice s)
{
	memcpy(to + len, s.at, s.len);
	return len + s.len;
}

/* ---- (1) ----------------------------------------------------------------- */

static void shuffled(const struct rows *rows, char *to, uint64_t seed)
{
	uint64_t state = seed;
	size_t len = append(to, 0, rows->header);
	for (uint32_t i = rows->count; i > 1; i--) {
		uint32_t j = (uint32_t)random_below(&state, i);
		struct slice it = rows->at[i - 1];
		rows->at[i - 1] = rows->at[j];
		rows->at[j] = it;
	}
	for (uint32_t i = 0; i < rows->count; i++)
		len = append(to, len, rows->at[i]);
	assert_int_equal(len, rows->file.len);
}

static void any_order_of_the_rows_gives_the_same_events(void **state)
{
	(void)state;
	uint32_t seen = 0;
	for (size_t r = 0; r < ARRAY_LEN(real_races); r++) {
		struct slice file = real_file(real_races[r].name);
		if (!file.at)
			continue;
		seen++;
		struct rows rows = rows_of(file);
		struct reading before = reading_of(file);
		char *mixed = malloc(file.len);
		assert_int_equal(before.rc, 0);
		for (uint64_t seed = SEED; seed < SEED + 2; seed++) {
			shuffled(&rows, mixed, seed);
			struct reading after =
				reading_of((struct slice){mixed, file.len});
			if (!reading_same_facts(&before, &after) ||
			    memcmp(&before.info, &after.info, sizeof(before.info)) != 0)
				fail_msg("%s differs when shuffled by %llu",
					 real_races[r].name, (unsigned long long)seed);
			reading_free(&after);
		}
		reading_free(&before);
		free(mixed);
		free(rows.at);
		free((void *)(uintptr_t)file.at);
	}
	if (!seen)
		skip();
}

/* ---- (2) and (3) --------------------------------------------------------- */

enum harm { CUT, DOUBLED, BYTE, GONE, CUT_OUT, PUT_IN, HARMS };
static const char *const harm_names[HARMS] = {
	[CUT] = "cut",   [DOUBLED] = "doubled",        [BYTE] = "one byte changed",
	[GONE] = "gone", [CUT_OUT] = "a byte cut out", [PUT_IN] = "a byte put in",
};

/* Bytes that could stand there, as well as any others. */
static char some_byte(uint64_t *state)
{
	static const char likely[] = "0123456789:.;,BGF \"";
	if (random_below(state, 3))
		return likely[random_below(state, sizeof(likely) - 1)];
	return (char)random_below(state, 256);
}

/* The file with row @which harmed; returns its length. */
static size_t harmed(const struct rows *rows, uint32_t which, enum harm harm,
		     uint64_t *state, char *to)
{
	struct slice row = rows->at[which], rest;
	size_t len = append(
		to, 0, (struct slice){rows->file.at, (size_t)(row.at - rows->file.at)});
	size_t at = random_below(state, row.len - 1);
	struct slice head = {row.at, at}, tail = {row.at + at, row.len - at};
	rest.at = row.at + row.len;
	rest.len = rows->file.len - (size_t)(rest.at - rows->file.at);
	char byte = some_byte(state);
	switch (harm) {
	case CUT: /* something stays */
		head.len++;
		len = append(to, len, head);
		len = append(to, len, SLICE("\n"));
		break;
	case DOUBLED:
		len = append(to, append(to, len, row), row);
		break;
	case BYTE:
		len = append(to, len, row);
		to[len - row.len + at] = byte;
		break;
	case GONE:
		break;
	case CUT_OUT:
		len = append(to, len, head);
		len = append(to, len, (struct slice){tail.at + 1, tail.len - 1});
		break;
	case PUT_IN:
		len = append(to, len, head);
		to[len++] = byte;
		len = append(to, len, tail);
		break;
	case HARMS:
		break;
	}
	return append(to, len, rest);
}

static bool same_passing(const struct event *a, const struct event *b)
{
	return a->at == b->at && a->number == b->number && a->line == b->line &&
	       a->value == b->value && a->bits == b->bits &&
	       memcmp(a->id, b->id, sizeof(a->id)) == 0;
}

static const struct event *next_passing(const struct reading *reading, uint32_t *i)
{
	while (*i < reading->list.count) {
		const struct event *event = &reading->list.at[(*i)++];
		if (event->kind == EVENT_PASSING)
			return event;
	}
	return NULL;
}

/* Laps, times and order as before. */
static bool harmless(const struct reading *before, const struct reading *after)
{
	uint32_t i = 0, j = 0;
	const struct event *a, *b;
	do {
		a = next_passing(before, &i);
		b = next_passing(after, &j);
		if (a && b && !same_passing(a, b))
			return false;
	} while (a && b);
	return !a && !b;
}

static bool of_start_finish(const struct event *event)
{
	return event->kind == EVENT_PASSING &&
	       (event->line == LINE_SF || event->line == LINE_SF_PIT);
}

/* How many laps of the race before do not end at the same instant after. */
static uint32_t crossings_lost(const struct reading *before,
			       const struct reading *after)
{
	uint32_t lost = 0, from = 0;
	for (uint32_t i = 0; i < before->list.count; i++) {
		const struct event *a = &before->list.at[i];
		bool found = false;
		if (!of_start_finish(a))
			continue;
		/* Lists are in the order of cars and laps; repairs add a few. */
		for (uint32_t k = from;
		     !found && k < after->list.count && k < from + 64; k++) {
			const struct event *b = &after->list.at[k];
			found = of_start_finish(b) && b->at == a->at &&
				b->number == a->number &&
				memcmp(a->id, b->id, sizeof(a->id)) == 0;
			if (found)
				from = k + 1;
		}
		lost += !found;
	}
	return lost;
}

/* The last lap of a car leaves no trace when its row is gone: that is the file of
 * a car that drove one lap less. */
static bool leaves_no_trace(const struct rows *rows, uint32_t which, enum harm harm)
{
	struct slice row = rows->at[which];
	if (harm != GONE)
		return false;
	if (which + 1 == rows->count)
		return true;
	struct slice next = rows->at[which + 1];
	size_t len = strcspn(row.at, ",;") + 1;
	return len > next.len || memcmp(row.at, next.at, len) != 0;
}

struct tally {
	uint32_t harmless, told, kept;
};

/* A race that is read again and again. */
struct bench {
	struct rows rows;
	struct reading before, after;
	char *to;
};

static bool bench_open(struct bench *bench, const char *name)
{
	struct slice file = real_file(name);
	if (!file.at)
		return false;
	bench->rows = rows_of(file);
	bench->before = reading_of(file);
	/* Room for the longest file that is made of it. */
	bench->to = malloc(file.len + 4096);
	memcpy(bench->to, file.at, file.len);
	memset(bench->to + file.len, '\n', 4096);
	bench->after = reading_of((struct slice){bench->to, file.len + 4096});
	return true;
}

static void bench_close(struct bench *bench)
{
	reading_free(&bench->before);
	reading_free(&bench->after);
	free(bench->to);
	free(bench->rows.at);
	free((void *)(uintptr_t)bench->rows.file.at);
}

static void check_counts(const struct reading *after, uint32_t which)
{
	const struct event *anomaly = reading_event(after, EVENT_ANOMALY, 0);
	assert_int_equal(anomaly->number, after->info.anomaly_first_line);
	/* Lines count from 1, the header's: the row itself or one beside it. */
	assert_in_range(anomaly->number, which + 1, which + 4);
	assert_true(anomaly->text_len > 10);
}

static void judge(struct bench *bench, uint32_t which, enum harm harm,
		  struct tally *tally)
{
	const struct rows *rows = &bench->rows;
	struct reading *after = &bench->after;
	uint64_t state = SEED + which * (uint64_t)HARMS + harm;
	struct slice row = {rows->at[which].at, 60};
	if (leaves_no_trace(rows, which, harm))
		return;
	size_t len = harmed(rows, which, harm, &state, bench->to);
	reading_again(after, (struct slice){bench->to, len});
	if (after->rc != 0)
		fail_msg("row %u %s: %s", which, harm_names[harm], after->err.text);
	assert_int_equal(after->list.dropped, 0);
	bool told = after->info.anomalies != 0;
	bool same = harmless(&bench->before, after);
	if (!told && !same)
		fail_msg("row %u (%.*s) %s: not harmless and not told", which,
			 (int)row.len, row.at, harm_names[harm]);
	if (told)
		check_counts(after, which);
	uint32_t lost = same ? 0 : crossings_lost(&bench->before, after);
	if (lost > 1)
		fail_msg("row %u (%.*s) %s: %u crossings lost", which, (int)row.len,
			 row.at, harm_names[harm], lost);
	tally->harmless += same;
	tally->told += told;
	tally->kept += lost == 0;
}

static void told(const char *name, const struct tally *tally, uint32_t count)
{
	print_message("# %s: of %u, %u harmless, %u told, %u with every crossing\n",
		      name, count, tally->harmless, tally->told, tally->kept);
}

static void every_row_of_a_race_may_be_harmed(void **state)
{
	(void)state;
	struct bench bench;
	if (!bench_open(&bench, "imsa_2024_virginia_laps.csv"))
		skip();
	for (unsigned harm = 0; harm < HARMS; harm++) {
		struct tally tally = {0};
		for (uint32_t i = 0; i < bench.rows.count; i++)
			judge(&bench, i, (enum harm)harm, &tally);
		told(harm_names[harm], &tally, bench.rows.count);
	}
	bench_close(&bench);
}

static void a_thousand_rows_of_other_races_may_be_harmed(void **state)
{
	(void)state;
	uint32_t seen = 0, each = 1000 / (ARRAY_LEN(real_races) - 1) + 1;
	for (size_t r = 0; r + 1 < ARRAY_LEN(real_races); r++) {
		struct bench bench;
		struct tally tally = {0};
		uint64_t seed = SEED + r;
		if (!bench_open(&bench, real_races[r].name))
			continue;
		seen++;
		for (uint32_t i = 0; i < each; i++) {
			uint32_t which =
				(uint32_t)random_below(&seed, bench.rows.count);
			enum harm harm = (enum harm)random_below(&seed, HARMS);
			judge(&bench, which, harm, &tally);
		}
		told(real_races[r].name, &tally, each);
		bench_close(&bench);
	}
	if (!seen)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_of_the_rows_gives_the_same_events),
		cmocka_unit_test(every_row_of_a_race_may_be_harmed),
		cmocka_unit_test(a_thousand_rows_of_other_races_may_be_harmed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
