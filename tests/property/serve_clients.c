/*
 * serve_clients.c -- whole races served, and read by clients that share no code with us
 *
 * The clients of this file read RMonitor, P3 and JSON Lines by what the protocols say,
 * with nothing of our decoders: fields by hand, the sum of P3 bit by bit, JSON by
 * jansson. What they received is compared with the race; the shape of every RMonitor
 * record with those that real servers sent.
 *
 *  (1) The race runs thousands of times as fast as it was; nothing is waited for but
 *      its end, and that until a deadline.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pitwall/wire.h"
#include "serve.h"
#include "../real.h"

enum {
	DEADLINE_S = 100,
	SPEED = 8000,
	FIELDS_MAX = 16,
	SHAPES_MAX = 256,
	SHAPE_MAX = 96,
	READ_MAX = 64 * 1024,
};

/* ---- a client: bytes, and nothing else ------------------------------------------------ */

struct client {
	ev_io io;
	char *at;
	size_t len, max;
	bool ended;
};

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct client *client = io->data;
	(void)events;
	if (client->max - client->len < READ_MAX) {
		client->max = 2 * client->max + READ_MAX;
		client->at = realloc(client->at, client->max + 1);
		assert_non_null(client->at);
	}
	ssize_t n = read(io->fd, client->at + client->len, READ_MAX);
	if (n > 0) {
		client->len += (size_t)n;
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		client->ended = true;
		ev_io_stop(loop, io);
	}
}

static void client_open(struct client *client, struct ev_loop *loop, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	ev_io_init(&client->io, on_readable, fd, EV_READ);
	client->io.data = client;
	ev_io_start(loop, &client->io);
}

static void client_close(struct client *client, struct ev_loop *loop)
{
	ev_io_stop(loop, &client->io);
	(void)close(client->io.fd);
	free(client->at);
	memset(client, 0, sizeof(*client));
}

/* ---- the stage -------------------------------------------------------------------------- */

struct test {
	struct ev_loop *loop;
	struct session *session;
	struct serve *serve;
	struct client rmonitor, late, p3, json, slow, slow_json;
	size_t json_over, p3_over; /* received when all was told */
	bool over;
};

/** How often @word stands in what the client received from @from on. */
static unsigned count_words(const struct client *client, size_t from, const char *word)
{
	unsigned count = 0;
	if (client->at == NULL || from >= client->len)
		return 0;
	client->at[client->len] = '\0';
	for (const char *p = client->at + from; (p = strstr(p, word)) != NULL; p++)
		count++;
	return count;
}

/** The chequered flag was received in enough beats: the race ended before the last. */
static bool has_finished(const struct client *client)
{
	return client->io.data == NULL || count_words(client, 0, "\"Finish\"") >= 4;
}

/** Likewise; a client that was behind has not received every event. */
static bool json_has_finished(const struct test *t)
{
	enum { BEFORE = 4 * 1024 * 1024 }; /* received before it was over */
	size_t from = t->json_over > BEFORE ? t->json_over - BEFORE : 0;
	return count_words(&t->json, from, "\"flag\":\"FINISH\",\"leader_laps\"") >= 4;
}

/** With what is told in the beats after the end, all have received all there is. */
static bool has_ended(struct test *t)
{
	if (!serve_is_over(t->serve))
		return false;
	if (!t->over) {
		t->over = true;
		t->json_over = t->json.len;
		t->p3_over = t->p3.len;
	}
	return has_finished(&t->rmonitor) && has_finished(&t->late) &&
	       json_has_finished(t) && t->p3.len > t->p3_over;
}

static bool is_well_under_way(struct test *t)
{
	return t->rmonitor.len > 300000;
}

static void run_until(struct test *t, bool (*done)(struct test *t))
{
	double until = ev_time() + DEADLINE_S;
	while (!done(t)) {
		ev_run(t->loop, EVRUN_ONCE);
		if (ev_time() > until)
			fail_msg("not within %d s", DEADLINE_S);
	}
}

/* At another speed than SPEED when it is not 0. */
static void open_at(struct test *t, const char *path, int32_t speed)
{
	static struct options options; /* the session reads them */
	options = (struct options){.sources = {path}, .source_count = path != NULL};
	struct serve_plan plan = {
		.rmonitor = "0",
		.jsonl = "0",
		.p3 = "0",
		.speed_num = speed != 0 ? speed : SPEED,
		.speed_den = 1,
		.wait = true,
	};
	struct err err = {""};
	memset(t, 0, sizeof(*t));
	t->loop = ev_loop_new(EVFLAG_AUTO);
	assert_non_null(t->loop);
	if (session_load(&options, LOAD_KEYFRAMES, &t->session, &err) != 0)
		fail_msg("%s", err.text);
	plan.from = t->session->timeline.start_at;
	if (serve_open(t->loop, t->session, NULL, &plan, &t->serve, &err) != 0)
		fail_msg("%s", err.text);
	client_open(&t->rmonitor, t->loop, serve_port_rmonitor(t->serve));
	client_open(&t->p3, t->loop, serve_port_p3(t->serve));
	client_open(&t->json, t->loop, serve_port_jsonl(t->serve));
	/* They read nothing until the race is over. */
	client_open(&t->slow, t->loop, serve_port_rmonitor(t->serve));
	client_open(&t->slow_json, t->loop, serve_port_jsonl(t->serve));
	ev_io_stop(t->loop, &t->slow.io);
	ev_io_stop(t->loop, &t->slow_json.io);
}

static void open_all(struct test *t, const char *path)
{
	open_at(t, path, 0);
}

static void close_all(struct test *t)
{
	client_close(&t->rmonitor, t->loop);
	client_close(&t->late, t->loop);
	client_close(&t->p3, t->loop);
	client_close(&t->json, t->loop);
	client_close(&t->slow, t->loop);
	client_close(&t->slow_json, t->loop);
	serve_close(t->serve);
	session_free(t->session);
	ev_loop_destroy(t->loop);
}

/* ---- RMonitor, read by hand ------------------------------------------------------------- */

struct record {
	char text[512];
	char *field[FIELDS_MAX]; /* without quotes; [0] is the command */
	bool quoted[FIELDS_MAX];
	unsigned count;
};

/** The next line of @text, taken apart. False: there is none. */
static bool next_record(const char **text, const char *end, struct record *record)
{
	const char *stop = memchr(*text, '\n', (size_t)(end - *text));
	if (stop == NULL)
		return false;
	size_t len = (size_t)(stop - *text);
	const char *line = *text;
	*text = stop + 1;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	assert_true(len < sizeof(record->text));
	memcpy(record->text, line, len);
	record->text[len] = '\0';
	record->count = 0;
	for (char *p = record->text; record->count < FIELDS_MAX;) {
		unsigned n = record->count++;
		record->quoted[n] = *p == '"';
		record->field[n] = record->quoted[n] ? ++p : p;
		p = strchr(p, record->quoted[n] ? '"' : ',');
		if (p == NULL)
			break;
		if (record->quoted[n])
			*p++ = '\0';
		if (*p == '\0')
			break;
		*p++ = '\0';
	}
	return true;
}

/** Milliseconds of "HH:MM:SS.mmm"; -1: it is none. */
static long long ms_of(const char *text)
{
	int h, m, s, ms;
	char rest;
	if (sscanf(text, "%d:%d:%d.%d%c", &h, &m, &s, &ms, &rest) != 4)
		return -1;
	return ((h * 60LL + m) * 60 + s) * 1000 + ms;
}

/* What a scoreboard keeps. */
struct board {
	struct {
		char reg[32];
		unsigned rank, laps, passings;
		long long total, last_j;
		bool entered;
	} cars[RACE_CARS_MAX];
	unsigned count, resets, beats;
	char flag[8];
};

static unsigned board_car(struct board *board, const char *reg)
{
	for (unsigned i = 0; i < board->count; i++)
		if (strcmp(board->cars[i].reg, reg) == 0)
			return i;
	assert_true(board->count < RACE_CARS_MAX);
	text_copy(board->cars[board->count].reg, sizeof(board->cars[0].reg),
		  slice_of(reg));
	return board->count++;
}

/** No $G contradicts another: no car is ranked before one with more laps, or with as many
 * and a smaller total. */
static void no_contradiction(const struct board *board, unsigned car)
{
	for (unsigned i = 0; i < board->count; i++) {
		unsigned a = car, b = i;
		if (board->cars[i].rank == 0 ||
		    board->cars[i].rank == board->cars[car].rank)
			continue;
		if (board->cars[i].rank < board->cars[car].rank) {
			a = i;
			b = car;
		}
		assert_true(board->cars[a].laps >= board->cars[b].laps);
		if (board->cars[a].laps == board->cars[b].laps)
			assert_true(board->cars[a].total <= board->cars[b].total);
	}
}

static void board_take(struct board *board, const struct record *r)
{
	const char *what = r->field[0];
	if (strcmp(what, "$A") == 0) {
		board->cars[board_car(board, r->field[1])].entered = true;
	} else if (strcmp(what, "$G") == 0) {
		unsigned car = board_car(board, r->field[2]);
		/* Who is ranked was entered before. */
		assert_true(board->cars[car].entered);
		board->cars[car].rank = (unsigned)atoi(r->field[1]);
		board->cars[car].laps = (unsigned)atoi(r->field[3]);
		board->cars[car].total = ms_of(r->field[4]);
		no_contradiction(board, car);
	} else if (strcmp(what, "$J") == 0) {
		unsigned car = board_car(board, r->field[1]);
		board->cars[car].passings++;
		assert_true(ms_of(r->field[3]) >= board->cars[car].last_j);
		board->cars[car].last_j = ms_of(r->field[3]);
	} else if (strcmp(what, "$I") == 0) {
		board->resets++;
	} else if (strcmp(what, "$F") == 0) {
		board->beats++;
		text_copy(board->flag, sizeof(board->flag), slice_of(r->field[5]));
	}
}

static void read_board(const struct client *client, struct board *board)
{
	const char *p = client->at, *end = client->at + client->len;
	static struct record record;
	memset(board, 0, sizeof(*board));
	while (end > p && end[-1] != '\n') /* the rest is still on its way */
		end--;
	while (next_record(&p, end, &record))
		board_take(board, &record);
	assert_true(p == end);
}

/** @whole: it was there from the start, and received each passing once. */
static void check_board(struct test *t, const struct client *client, bool whole)
{
	static struct board board;
	const struct race *race = session_at(t->session, t->session->timeline.end_at);
	const struct classification *judged = &t->session->classification;
	read_board(client, &board);
	assert_true(board.beats >= 2);
	assert_int_equal(board.resets, 1);
	assert_string_equal(board.flag, "Finish");
	assert_int_equal(board.count, judged->count);
	for (uint32_t i = 0; i < judged->count; i++) {
		const struct result *row = &judged->rows[i];
		char label[16];
		race_car_label(race, row->car, label);
		unsigned car = board_car(&board, label[0] == '?' ? label + 1 : label);
		assert_in_range(board.cars[car].rank, 1, judged->count);
		assert_int_equal(board.cars[car].laps, row->laps);
		long long total = row->total == DURATION_NONE || row->laps == 0
					  ? 0
					  : row->total / US_MS;
		assert_int_equal(board.cars[car].total, total);
		if (whole)
			assert_int_equal(board.cars[car].passings,
					 race->cars[row->car].laps);
	}
}

/* ---- the shape of records ------------------------------------------------------------------ */

struct shapes {
	char at[SHAPES_MAX][SHAPE_MAX];
	unsigned count;
};

static bool is_like(const char *text, const char *pattern)
{
	for (; *pattern != '\0'; text++, pattern++)
		if (*pattern == '0' ? *text < '0' || *text > '9' : *text != *pattern)
			return false;
	return *text == '\0';
}

/** Fields as kinds: T "HH:MM:SS.mmm", t "HH:MM:SS", f a flag of six, s other text in
 * quotes; n a number, e nothing, w a word. */
static void shape_of(const struct record *r, char *shape)
{
	size_t len = text_format(shape, SHAPE_MAX, "%s", r->field[0]);
	bool heading = strcmp(r->field[0], "$E") == 0;
	if (heading)
		len += text_format(shape + len, SHAPE_MAX - len, " %s", r->field[1]);
	for (unsigned i = 1; i < r->count; i++) {
		const char *f = r->field[i];
		char kind = 's';
		if (!r->quoted[i])
			kind = f[0] == '\0'                           ? 'e'
			       : strspn(f, "0123456789") == strlen(f) ? 'n'
								      : 'w';
		else if (is_like(f, "00:00:00.000"))
			kind = 'T';
		else if (is_like(f, "00:00:00"))
			kind = 't';
		else if (strcmp(r->field[0], "$F") == 0 && strlen(f) == 6)
			kind = 'f';
		len += text_format(shape + len, SHAPE_MAX - len, "%c%c",
				   i == 1 ? ' ' : ',', kind);
	}
}

static bool shape_known(const struct shapes *shapes, const char *shape)
{
	for (unsigned i = 0; i < shapes->count; i++)
		if (strcmp(shapes->at[i], shape) == 0)
			return true;
	return false;
}

static void shapes_take(struct shapes *shapes, const char *text, size_t size)
{
	const char *end = text + size;
	static struct record record;
	char shape[SHAPE_MAX];
	while (text < end) {
		/* Behind the marks of whoever recorded it. */
		const char *line = text;
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		if (stop == NULL)
			return;
		while (line < stop && *line != '$')
			line++;
		text = stop + 1;
		if (line == stop || !next_record(&line, end, &record))
			continue;
		shape_of(&record, shape);
		if (!shape_known(shapes, shape) && shapes->count < SHAPES_MAX)
			text_copy(shapes->at[shapes->count++], SHAPE_MAX,
				  slice_of(shape));
	}
}

/** Shapes of three real servers' records. False: the captures are not here. */
static bool real_shapes(struct shapes *shapes)
{
	static const char *const names[] = {"club-race-17-cars.log", "TestStart.txt",
					    "TestMissingLaps.txt",
					    "leaderboard-recording_2.txt"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[64];
		size_t len;
		text_format(path, sizeof(path), "rmonitor/%s", names[i]);
		char *bytes = real_read(path, &len);
		if (bytes == NULL)
			return false;
		shapes_take(shapes, bytes, len);
		free(bytes);
	}
	/* The example of the protocol has milliseconds, which these servers leave out. */
	text_copy(shapes->at[shapes->count++], SHAPE_MAX, SLICE("$I T,s"));
	return true;
}

/* ---- P3, read by hand ------------------------------------------------------------------------ */

/* protocols.md 1.3, a bit at a time: the new byte comes in at the low end. */
static uint16_t p3_sum(const unsigned char *bytes, size_t len)
{
	uint32_t sum = 0xffff;
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = i == 4 || i == 5 ? 0 : bytes[i];
		for (int bit = 7; bit >= 0; bit--) {
			bool high = sum & 0x8000;
			sum = (sum << 1 | (byte >> bit & 1)) & 0xffff;
			if (high)
				sum ^= 0x1021;
		}
	}
	return (uint16_t)sum;
}

static uint64_t little_endian(const unsigned char *bytes, unsigned len)
{
	uint64_t value = 0;
	while (len-- > 0)
		value = value << 8 | bytes[len];
	return value;
}

struct received {
	uint32_t decoder, number, transponder;
	int64_t rtc;
};

/** One frame, unescaped: its passing, if it is one. */
static bool p3_passing(const unsigned char *f, size_t len, struct received *out)
{
	assert_true(len >= 11);
	assert_int_equal(f[1], 2);
	assert_int_equal(little_endian(f + 2, 2), len);
	assert_int_equal(little_endian(f + 4, 2), p3_sum(f, len));
	memset(out, 0, sizeof(*out));
	if (little_endian(f + 8, 2) != 1)
		return false;
	for (size_t i = 10; i < len - 1; i += 2u + f[i + 1]) {
		assert_true(i + 2u + f[i + 1] < len);
		uint64_t value = little_endian(f + i + 2, f[i + 1] > 8 ? 0 : f[i + 1]);
		if (f[i] == 0x01)
			out->number = (uint32_t)value;
		else if (f[i] == 0x03)
			out->transponder = (uint32_t)value;
		else if (f[i] == 0x04)
			out->rtc = (int64_t)value;
		else if (f[i] == 0x81)
			out->decoder = (uint32_t)value;
	}
	return true;
}

/** All passings that were told, in order; the caller frees them. */
static struct received *read_p3(const struct client *client, unsigned *count)
{
	struct received *all = calloc(client->len / 30 + 1, sizeof(*all));
	unsigned char frame[1024];
	size_t len = 0;
	bool escaped = false, inside = false;
	assert_non_null(all);
	*count = 0;
	for (size_t i = 0; i < client->len; i++) {
		unsigned char byte = (unsigned char)client->at[i];
		if (byte == 0x8e) {
			assert_false(inside);
			inside = true;
			len = 0;
		}
		assert_true(inside && len < sizeof(frame));
		if (byte == 0x8d) {
			escaped = true;
			continue;
		}
		frame[len++] = escaped ? (unsigned char)(byte - 0x20) : byte;
		escaped = false;
		if (byte != 0x8f)
			continue;
		inside = false;
		*count += p3_passing(frame, len, &all[*count]);
	}
	return all;
}

static int by_time(const void *a, const void *b)
{
	const struct received *x = a, *y = b;
	return x->rtc < y->rtc ? -1 : x->rtc > y->rtc;
}

/** Every lap was told by a passing of one and the same transponder a car. */
static void check_p3(struct test *t)
{
	unsigned count;
	struct received *received = read_p3(&t->p3, &count);
	const struct race *race = session_at(t->session, t->session->timeline.end_at);
	const struct race_tables *tables = &t->session->timeline.tables;
	uint32_t transponder_of[RACE_CARS_MAX] = {0};
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(received[i].number, i + 1);
	qsort(received, count, sizeof(*received), by_time);
	assert_true(count >= race->lap_count - race->lap_first);
	/* The whole race is moved by one amount (serve.h (3)). */
	int64_t shift = received[count - 1].rtc - tables->laps[race->lap_count - 1].at;
	unsigned at = 0;
	for (uint32_t i = race->lap_first; i < race->lap_count; i++) {
		const struct lap_row *row = &tables->laps[i];
		while (at < count && received[at].rtc < row->at + shift)
			at++;
		unsigned same = at;
		while (same < count && received[same].rtc == row->at + shift &&
		       transponder_of[row->car] != 0 &&
		       received[same].transponder != transponder_of[row->car])
			same++;
		assert_true(same < count);
		assert_int_equal(received[same].rtc, row->at + shift);
		if (transponder_of[row->car] == 0)
			transponder_of[row->car] = received[same].transponder;
		assert_int_equal(received[same].transponder, transponder_of[row->car]);
	}
	printf("# P3: %u passings, %u laps\n", count,
	       race->lap_count - race->lap_first);
	free(received);
}

/* ---- JSON Lines, read by jansson ------------------------------------------------------------- */

static void check_json(struct test *t)
{
	const struct race *race = session_at(t->session, t->session->timeline.end_at);
	const char *p = t->json.at, *end = t->json.at + t->json.len, *stop;
	static int64_t laps[RACE_CARS_MAX];
	unsigned lines = 0, standings = 0;
	memset(laps, 0, sizeof(laps));
	/* The last line may still be on its way. */
	while ((stop = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		json_error_t error;
		json_t *line = json_loadb(p, (size_t)(stop - p), 0, &error);
		if (!json_is_object(line))
			fail_msg("line %u: %s", lines + 1, error.text);
		assert_true(json_is_string(json_object_get(line, "kind")));
		const char *kind = json_string_value(json_object_get(line, "kind"));
		if (strcmp(kind, "standing") == 0) {
			const char *label =
				json_string_value(json_object_get(line, "car"));
			assert_non_null(label);
			uint16_t car = race_find_text(race, slice_of(label));
			assert_true(car != CAR_NONE);
			laps[car] = json_integer_value(json_object_get(line, "laps"));
			standings++;
		}
		json_decref(line);
		lines++;
		p = stop + 1;
	}
	for (uint16_t i = 0; i < race->car_count; i++)
		assert_int_equal(laps[i], race->cars[i].laps);
	printf("# JSON Lines: %u lines, %u standings\n", lines, standings);
}

/* ---- clients that were behind ------------------------------------------------------------------ */

static bool slow_have_read(struct test *t)
{
	/* What begins afresh says the time first, then each second. */
	return (t->slow.ended || count_words(&t->slow, 0, "$F,") > 3) &&
	       (t->slow_json.ended ||
		count_words(&t->slow_json, 0, "\"status\":\"CLASSIFIED\"") > 0);
}

/** Whole lines, of the start that they were given again and of what came then. */
static void check_slow(struct test *t)
{
	static struct board board;
	unsigned lines = 0;
	ev_io_start(t->loop, &t->slow.io);
	ev_io_start(t->loop, &t->slow_json.io);
	run_until(t, slow_have_read);
	const char *p = t->slow_json.at, *end = p + t->slow_json.len, *stop;
	for (; (stop = memchr(p, '\n', (size_t)(end - p))) != NULL; p = stop + 1) {
		json_error_t error;
		json_t *line = json_loadb(p, (size_t)(stop - p), 0, &error);
		if (line == NULL)
			fail_msg("line %u: %s", lines + 1, error.text);
		json_decref(line);
		lines++;
	}
	read_board(&t->slow, &board);
	printf("# who was slow: %u lines of JSON, %u starts; %u of RMonitor\n", lines,
	       count_words(&t->slow_json, 0, "\"kind\":\"snapshot\""), board.resets);
}

/* ---- tests -------------------------------------------------------------------------------------- */

static void hear_whole(struct test *t, const char *path)
{
	open_all(t, path);
	run_until(t, is_well_under_way);
	client_open(&t->late, t->loop, serve_port_rmonitor(t->serve));
	run_until(t, has_ended);
	check_board(t, &t->rmonitor, true);
	check_board(t, &t->late, false);
	check_p3(t);
	check_json(t);
	check_slow(t);
	printf("# RMonitor: %zu bytes, who came late %zu\n", t->rmonitor.len,
	       t->late.len);
}

static void the_race_of_2003_is_received_whole_by_three_protocols(void **state)
{
	struct test t;
	(void)state;
	hear_whole(&t, NULL);
	close_all(&t);
}

static void real_races_are_received_whole_by_three_protocols(void **state)
{
	static const char *const names[] = {"alkamel/wec_2025_spa_6h.csv",
					    "alkamel/imsa_2024_sebring_laps.csv"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[REAL_PATH_MAX];
		struct test t;
		(void)real_path(path, names[i]);
		if (access(path, R_OK) != 0) {
			print_message("# no %s: skipped\n", path);
			skip();
		}
		hear_whole(&t, path);
		close_all(&t);
	}
}

static bool has_beaten(struct test *t)
{
	return count_words(&t->rmonitor, 0, "$F,") >= 6;
}

/* Nobody passes in the first seconds of a race, and its clock goes on. */
static void the_clock_goes_on_between_passings(void **state)
{
	static struct record record;
	struct test t;
	long long last = 0;
	(void)state;
	open_at(&t, NULL, 1);
	run_until(&t, has_beaten);
	assert_int_equal(count_words(&t.rmonitor, 0, "$J,"), 0);
	const char *p = t.rmonitor.at, *end = p + t.rmonitor.len;
	while (next_record(&p, end, &record)) {
		char text[32];
		if (strcmp(record.field[0], "$F") != 0)
			continue;
		text_format(text, sizeof(text), "%s.000", record.field[4]);
		assert_in_range(ms_of(text) - last, 0, 5000);
		last = ms_of(text);
	}
	/* One for who has just come, some for flags; the others a second each. */
	assert_true(last >= 2000);
	close_all(&t);
}

static void every_rmonitor_record_has_the_shape_that_real_servers_give_it(void **state)
{
	static struct shapes real, ours;
	struct test t;
	(void)state;
	if (!real_shapes(&real)) {
		print_message("# no captures of RMonitor: skipped\n");
		skip();
	}
	open_all(&t, NULL);
	run_until(&t, has_ended);
	shapes_take(&ours, t.rmonitor.at, t.rmonitor.len);
	for (unsigned i = 0; i < ours.count; i++) {
		printf("# %s\n", ours.at[i]);
		if (!shape_known(&real, ours.at[i]))
			fail_msg("no real server sends: %s", ours.at[i]);
	}
	close_all(&t);
}

/* ---- a client that asks for much ------------------------------------------------- */

enum {
	FLOOD = 170,
	RESEND_ROOM = 64,
	LITTLE = 16 * 1024,
	STATUS_MOST = 4096 /* bytes, while three beats go on */
};

/** Kilobytes of memory in use. */
static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = -1;
	if (file == NULL)
		return -1;
	assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
	(void)fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void ask(struct client *client, void (*put)(struct out *out))
{
	char bytes[RESEND_ROOM * 2];
	struct out out = {.buf = bytes, .max = sizeof(bytes)};
	put(&out);
	assert_int_equal(write(client->io.fd, bytes, out.len), out.len);
}

static void put_resend(struct out *out)
{
	wire_p3_resend(out, 0, UINT32_MAX, 0x41800);
}

static size_t beats_from;
static struct client flooder;
static unsigned flooder_wanted;

static bool beats_went_on(struct test *t)
{
	return count_words(&t->rmonitor, beats_from, "$F,") >= 3;
}

/** The decoder has told the time: a record of type 0x24. Its sum before that may have
 * bytes that are escaped. */
static bool time_was_told(struct test *t)
{
	for (size_t i = t->p3_over; i + 12 < t->p3.len; i++)
		for (size_t type = i + 8; type <= i + 10; type++)
			if ((unsigned char)t->p3.at[i] == 0x8e &&
			    t->p3.at[type] == 0x24 && t->p3.at[type + 1] == 0)
				return true;
	return false;
}

static bool flooder_has_all(struct test *t)
{
	(void)t;
	return flooder.len >= flooder_wanted;
}

/* A request is read when the answers to earlier ones are nearly sent. */
static void a_flood_of_requests_costs_little_memory_and_nobody_waits(void **state)
{
	struct test t;
	unsigned one, count;
	(void)state;
	open_all(&t, NULL);
	run_until(&t, has_ended);
	free(read_p3(&t.p3, &one));
	memset(&flooder, 0, sizeof(flooder));
	client_open(&flooder, t.loop, serve_port_p3(t.serve));
	ev_io_stop(t.loop, &flooder.io);
	long before = resident_kib();
	for (unsigned i = 0; i < FLOOD; i++)
		ask(&flooder, put_resend);
	beats_from = t.rmonitor.len;
	run_until(&t, beats_went_on);
	long after = resident_kib();
	printf("# %u requests: %ld KiB before, %ld KiB after\n", FLOOD, before, after);
	assert_true(after - before < LITTLE);
	/* It reads; somebody else is answered meanwhile. */
	ev_io_start(t.loop, &flooder.io);
	t.p3_over = t.p3.len;
	ask(&t.p3, wire_p3_ask_time);
	run_until(&t, time_was_told);
	printf("# another was answered after %zu bytes to the flooder\n", flooder.len);
	assert_true(flooder.len < FLOOD * one * 10);
	flooder_wanted = FLOOD * one * 40;
	run_until(&t, flooder_has_all);
	/* All of it, and then only the status of the decoder. */
	size_t had;
	do {
		had = flooder.len;
		beats_from = t.rmonitor.len;
		run_until(&t, beats_went_on);
	} while (flooder.len > had + STATUS_MOST);
	struct received *received = read_p3(&flooder, &count);
	assert_int_equal(count, FLOOD * one);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(received[i].number, i % one + 1);
	free(received);
	client_close(&flooder, t.loop);
	close_all(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_race_of_2003_is_received_whole_by_three_protocols),
		cmocka_unit_test(real_races_are_received_whole_by_three_protocols),
		cmocka_unit_test(the_clock_goes_on_between_passings),
		cmocka_unit_test(
			every_rmonitor_record_has_the_shape_that_real_servers_give_it),
		cmocka_unit_test(
			a_flood_of_requests_costs_little_memory_and_nobody_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
