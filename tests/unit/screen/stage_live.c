/*
 * stage_live.c -- the stage while it runs (stage_live.h)
 */
#include "stage_live.h"

static struct view_feed feeds[4];
static struct view_anomaly anomaly_log[3];
static struct fault_row faults[12];

static void name_feed(struct view_feed *feed, const char *name, const char *driver)
{
	*feed = (struct view_feed){.received_at = INSTANT_NONE,
				   .since = INSTANT_NONE,
				   .retry_at = INSTANT_NONE};
	text_copy(feed->name, sizeof(feed->name), slice_of(name));
	text_copy(feed->driver, sizeof(feed->driver), slice_of(driver));
}

static void fill_feeds(instant_us now)
{
	name_feed(&feeds[0], "p3://10.0.0.5:5403", "p3");
	feeds[0].state = VIEW_FEED_LIVE;
	feeds[0].received_at = now - 420 * US_MS;
	feeds[0].since = now - 31 * US_MIN;
	feeds[0].bytes = 1234567;
	feeds[0].connects = 1;
	feeds[0].events = 15231;
	feeds[0].passings = 12345;
	feeds[0].passings_minute = 62;
	feeds[0].clock = EVENT_CLOCK_UTC;
	feeds[0].anomalies[ANOMALY_CHECKSUM] = 2;
	feeds[0].anomalies[ANOMALY_MISSING] = 7;
	name_feed(&feeds[1], "p3://10.0.0.6:5403", "p3");
	feeds[1].state = VIEW_FEED_SILENT;
	feeds[1].received_at = now - 42 * US_S;
	feeds[1].since = now - 42 * US_S;
	feeds[1].bytes = 923456;
	feeds[1].connects = 3;
	feeds[1].events = 9120;
	feeds[1].passings = 8804;
	feeds[1].clock = EVENT_CLOCK_OWN;
	feeds[1].anomalies[ANOMALY_CLOCK] = 1;
	text_copy(feeds[1].reason, sizeof(feeds[1].reason),
		  SLICE("nothing received for 42 s, not even a heartbeat"));
	name_feed(&feeds[2], "rmonitor://orbits.local:50000", "rmonitor");
	feeds[2].state = VIEW_FEED_REFUSED;
	feeds[2].retry_at = now + 11400 * US_MS;
	text_copy(feeds[2].reason, sizeof(feeds[2].reason),
		  SLICE("orbits.local port 50000: connection refused"));
	name_feed(&feeds[3], "beacon+udp://[::1]:7575", "beacon");
	feeds[3].state = VIEW_FEED_WAITING;
	feeds[3].received_at = now - 4 * US_MIN;
	feeds[3].retry_at = now + 3 * US_S;
	feeds[3].bytes = 5021;
	feeds[3].connects = 2;
	feeds[3].peers = 4;
	feeds[3].passings = 96;
	feeds[3].events = 101;
	feeds[3].clock = EVENT_CLOCK_NTP;
	text_copy(feeds[3].reason, sizeof(feeds[3].reason),
		  SLICE("the connection was closed by the other side"));
}

static void fill_log(instant_us now)
{
	static const struct {
		duration_us ago;
		uint16_t source;
		uint8_t kind;
		const char *words;
	} rows[] = {
		{9 * US_MIN, 0, ANOMALY_MISSING,
		 "passings 711881 to 711884 were not received: asked for again"},
		{3 * US_MIN, 1, ANOMALY_CLOCK,
		 "the decoder's clock went back by 0.512 s"},
		{4 * US_S, 0, ANOMALY_CHECKSUM,
		 "a frame of 48 bytes: CRC 1f2e, not 90ab"},
	};

	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		anomaly_log[i] = (struct view_anomaly){.at = now - rows[i].ago,
						       .source = rows[i].source,
						       .kind = rows[i].kind};
		text_copy(anomaly_log[i].words, sizeof(anomaly_log[i].words),
			  slice_of(rows[i].words));
	}
}

static void fill_faults(struct stage *stage, instant_us now)
{
	static const struct {
		const char *car;
		uint16_t source;
		uint8_t fault, line;
	} rows[] = {
		{"5", 1, FAULT_MISSED_LINE, 1},
		{"5", 1, FAULT_MISSED_LINE, 1},
		{"88", 0, FAULT_MISSED_SF, 0},
		{"2", 0, FAULT_PHANTOM, 2},
		{"2", 0, FAULT_PHANTOM, 2},
		{"13", 1, FAULT_REPEATED, 0},
		{"5", 1, FAULT_MISSED_LINE, 2},
		{NULL, 0, FAULT_NO_ENTRY, 0},
		{"47", 2, FAULT_CLAIM_LAPS, 0},
		{"8", 1, FAULT_LATE_CLOCK, 0},
		{"5", 0, FAULT_PHANTOM, 1},
		{"8", 0, FAULT_MISSED_LINE, LINE_PIT_IN},
	};

	for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
		faults[i] = (struct fault_row){
			.at = now - (int64_t)(ARRAY_LEN(rows) - i) * 50 * US_S,
			.car = rows[i].car ? stage_car(stage, rows[i].car) : CAR_NONE,
			.source = rows[i].source,
			.fault = rows[i].fault,
			.line = rows[i].line};
	stage->tables.faults = faults;
	stage->tables.faults_max = ARRAY_LEN(faults);
	stage->race.fault_count = ARRAY_LEN(faults);
}

/* An unknown transponder goes round behind the field. */
static void add_stranger(struct stage *stage)
{
	for (uint32_t lap = 0; lap < 12; lap++) {
		struct event *event =
			event_add(&stage->list, EVENT_PASSING,
				  STAGE_MINUTE(12) + (int64_t)lap * 111 * US_S);

		event_set_id(event, ID_TRANSPONDER, SLICE("2906141"));
		event->value = DURATION_NONE;
	}
	event_order(&stage->list, stage->order, stage->scratch);
}

struct stage *stage_live(void)
{
	struct stage *stage = stage_new();
	struct view *view = &stage->view;
	instant_us now = STAGE_MINUTE(30) + 400 * US_MS;

	add_stranger(stage);
	stage_seek(stage, STAGE_MINUTE(30));
	fill_feeds(now);
	fill_log(now);
	fill_faults(stage, now);
	stage->race.cars[stage_car(stage, "47")].claim_source = 2;
	stage->race.cars[stage_car(stage, "47")].claim_laps = 18;
	view->live = true;
	view->as = AS_KNOWN;
	view->now = now;
	view->speed_num = 1;
	view->feeds = feeds;
	view->feed_count = 1;
	view->anomaly_log = anomaly_log;
	view->anomaly_log_count = ARRAY_LEN(anomaly_log);
	text_copy(view->record.name, sizeof(view->record.name),
		  SLICE("2003-11-09-1000km.pitwall"));
	view->record.rows = 21230;
	view->screen = SCREEN_TIMING;
	return stage;
}
