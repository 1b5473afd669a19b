/*
 * beacon_model.c -- a beacon, a bad link and a console that is killed: what is acknowledged is
 * recorded, what is kept arrives, once, and nothing is made up
 *
 * Senders follow pitwall-beacon(5); they share no code with the reader. A run is a function
 * of its seed: a minute or two in which lines are lost, doubled, reordered and damaged,
 * connections break, senders and the console restart (the console between what it received
 * and what it committed), then a time in which everything works.
 *
 *  (1) An acknowledgement makes a sender delete facts: each of them is in a committed row.
 *  (2) In the end each fact that its sender did not have to drop is used and acknowledged.
 *      Of two senders of one id and boot: it is used, or its sender keeps it.
 *  (3) The committed rows give each fact at most once, and none that was not sent.
 *
 * PITWALL_MODEL_RUNS is how many runs there are, PITWALL_MODEL_SEED the first seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../src/feed/drivers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SENDERS = 2,
	BOOTS = 4,       /* of a sender: the newest last */
	FACTS_MAX = 400, /* of a boot */
	PACKETS_MAX = 4096,
	LINE_BYTES = 256,
	ROWS_MAX = 60000,
	EVENTS_MAX = 8192,
	TX_MAX = 4096,
	ACKS_MAX = 4096,
	STEP_MS = 100,
	CALM_MS = 400 * 1000,
};

struct boot {
	char name[12];
	int64_t began_ms;
	int64_t seq;            /* of its last fact */
	int64_t from;           /* of the oldest kept; seq + 1: none */
	uint32_t tx[FACTS_MAX]; /* by seq */
	int64_t us[FACTS_MAX];
};

struct sender {
	struct boot boots[BOOTS];
	unsigned boot_count, boots_begun;
	int64_t tick_ms, hello_ms, acked_ms, retry_ms;
	int peer; /* of its connection; -1 none */
	uint32_t connection;
};

struct packet {
	int64_t at_ms;
	uint32_t connection;
	uint16_t len;
	uint8_t sender;
	bool to_console;
	char bytes[LINE_BYTES];
};

struct row {
	int64_t at_ms;
	uint16_t len;
	uint8_t peer;
	bool up; /* a new connection, no bytes */
	char bytes[LINE_BYTES];
};

struct waiting_ack {
	uint32_t ticket;
	uint8_t peer;
	uint16_t len;
	char bytes[LINE_BYTES];
};

static struct world {
	uint64_t seed, random;
	int64_t now_ms;
	bool bad; /* the link is bad, machines restart */
	bool datagrams, summed, twins, limited, gps;
	unsigned loss, damage; /* per mille */
	struct sender senders[SENDERS];
	unsigned sender_count;
	uint32_t tx; /* last one used */

	struct packet packets[PACKETS_MAX];
	unsigned packet_count;

	struct row rows[ROWS_MAX];
	uint32_t row_count, committed;
	struct waiting_ack acks[ACKS_MAX];
	uint32_t ack_count;
	int peer_sender[FEED_PEERS_MAX]; /* -1: free */
	bool peer_up[FEED_PEERS_MAX];

	uint32_t body[TX_MAX]; /* the sum of the line that was sent */
	bool recorded[TX_MAX], dropped[TX_MAX], deleted[TX_MAX];
	uint8_t used[TX_MAX];
} w;

static max_align_t state[FEED_STATE_MAX / sizeof(max_align_t)];
static struct event storage[EVENTS_MAX];
static char pool[EVENTS_MAX * 64];
static struct event_list list;

#define FAIL(...)                                                                    \
	do {                                                                         \
		print_error("seed %" PRIu64 ", %" PRId64 " ms: ", w.seed, w.now_ms); \
		fail_msg(__VA_ARGS__);                                               \
	} while (0)

static uint64_t below(uint64_t n)
{
	return random_below(&w.random, n);
}

static bool chance(unsigned per_mille)
{
	return below(1000) < per_mille;
}

/* ---- lines ------------------------------------------------------------------------- */

static uint32_t crc_of(const char *bytes, size_t len)
{
	uint32_t crc = 0xffffffff;
	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* A burst of at most four bytes: a CRC finds each of these. Without a checksum the damage
 * is of the kind that leaves no JSON. */
static void damage(struct packet *packet)
{
	size_t n = 1 + below(4), at = below(packet->len - n);
	if (!w.summed) {
		packet->bytes[0] = '?';
		return;
	}
	for (size_t i = 0; i < n; i++)
		packet->bytes[at + i] =
			(char)(packet->bytes[at + i] ^ (1 + below(127)));
}

static void put_packet(uint8_t sender, bool to_console, const char *bytes, size_t len)
{
	struct sender *s = &w.senders[sender];
	unsigned copies = 1;
	if (!w.datagrams && s->peer < 0)
		return;
	if (w.bad && w.datagrams)
		copies = chance(w.loss) ? 0 : chance(50) ? 2 : 1;
	for (unsigned i = 0; i < copies; i++) {
		if (w.packet_count == PACKETS_MAX)
			return; /* lost */
		struct packet *packet = &w.packets[w.packet_count++];
		packet->at_ms = w.now_ms + 20;
		if (w.bad && w.datagrams)
			packet->at_ms += (int64_t)below(chance(100) ? 3000 : 50);
		packet->connection = s->connection;
		packet->sender = sender;
		packet->to_console = to_console;
		packet->len = (uint16_t)len;
		memcpy(packet->bytes, bytes, len);
		if (w.bad && chance(w.damage))
			damage(packet);
	}
}

static int64_t number_of(const char *line, const char *key)
{
	const char *at = strstr(line, key);
	return at ? strtoll(at + strlen(key), NULL, 10) : -1;
}

static void say(uint8_t sender, const struct boot *boot, const char *type,
		const char *rest)
{
	char line[LINE_BYTES];
	size_t len = text_format(line, sizeof(line),
				 "{\"t\":\"%s\",\"id\":\"sf-1\",\"boot\":\"%s\",%s",
				 type, boot->name, rest);
	if (strstr(rest, "\"tx\":\""))
		w.body[number_of(rest, "\"tx\":\"")] = crc_of(line, len);
	if (w.summed)
		len += text_format(line + len, sizeof(line) - len, ",\"crc\":\"%08x\"",
				   (unsigned)crc_of(line, len));
	len += text_format(line + len, sizeof(line) - len, "}\n");
	put_packet(sender, true, line, len);
}

/* ---- a sender ------------------------------------------------------------------------ */

static struct boot *newest(struct sender *s)
{
	return &s->boots[s->boot_count - 1];
}

static void begin_boot(struct sender *s)
{
	if (s->boot_count == BOOTS) {
		for (int64_t seq = s->boots[0].from; seq <= s->boots[0].seq; seq++)
			w.dropped[s->boots[0].tx[seq]] = true;
		memmove(&s->boots[0], &s->boots[1], (BOOTS - 1) * sizeof(s->boots[0]));
		s->boot_count--;
	}
	struct boot *boot = &s->boots[s->boot_count++];
	memset(boot, 0, sizeof(*boot));
	text_format(boot->name, sizeof(boot->name), "b%u", s->boots_begun++);
	boot->began_ms = w.now_ms - (int64_t)below(100000);
	boot->from = 1;
}

static void say_fact(uint8_t sender, const struct boot *boot, int64_t seq)
{
	char rest[128];
	text_format(rest, sizeof(rest),
		    "\"seq\":%" PRId64 ",\"tx\":\"%u\",\"us\":%" PRId64, seq,
		    (unsigned)boot->tx[seq], boot->us[seq]);
	say(sender, boot, "pass", rest);
}

static void say_stored(uint8_t sender, const struct boot *boot, int64_t from,
		       int64_t to)
{
	from = from > boot->from ? from : boot->from;
	for (int64_t seq = from; seq <= to && seq <= boot->seq; seq++)
		say_fact(sender, boot, seq);
}

static void say_state(uint8_t sender, const struct boot *boot, const char *type)
{
	char rest[160];
	size_t len =
		text_format(rest, sizeof(rest), "\"seq\":%" PRId64 ",\"from\":%" PRId64,
			    boot->seq, boot->from);
	if (boot == newest(&w.senders[sender])) {
		int64_t us = (w.now_ms - boot->began_ms) * 1000;
		len += text_format(rest + len, sizeof(rest) - len, ",\"us\":%" PRId64,
				   us);
		if (w.gps)
			text_format(rest + len, sizeof(rest) - len,
				    ",\"utc\":%" PRId64 ",\"src\":\"gps\"",
				    1764000000 * US_S + w.now_ms * 1000);
	}
	say(sender, boot, type, rest);
}

/* Old boots first, while facts of theirs are kept. */
static void say_all(uint8_t sender, bool hello)
{
	struct sender *s = &w.senders[sender];
	for (unsigned i = 0; i < s->boot_count; i++) {
		const struct boot *boot = &s->boots[i];
		if (boot->from > boot->seq && i + 1 < s->boot_count)
			continue;
		if (hello || i + 1 < s->boot_count)
			say_state(sender, boot, "hello");
		say_stored(sender, boot, boot->from, boot->seq);
	}
	s->acked_ms = w.now_ms;
}

static void new_fact(uint8_t sender)
{
	struct boot *boot = newest(&w.senders[sender]);
	if (boot->seq + 1 >= FACTS_MAX || w.tx + 1 >= TX_MAX)
		return;
	int64_t seq = ++boot->seq;
	boot->tx[seq] = ++w.tx;
	boot->us[seq] = (w.now_ms - boot->began_ms) * 1000 + (int64_t)below(1000);
	/* Its room is small: the oldest is lost. */
	if (w.limited && boot->seq - boot->from >= 20)
		w.dropped[boot->tx[boot->from++]] = true;
	say_fact(sender, boot, seq);
}

/* What does not have the right sum is not read by one that sends sums. */
static bool readable(const char *line, size_t len)
{
	const char *crc = strstr(line, ",\"crc\":\"");
	if (!w.summed)
		return line[0] == '{';
	return crc && len == (size_t)(crc - line) + 18 &&
	       strtoul(crc + 8, NULL, 16) == crc_of(line, (size_t)(crc - line)) &&
	       strcmp(crc + 16, "\"}") == 0;
}

/* (1) */
static void acknowledged(struct sender *s, struct boot *boot, int64_t seq)
{
	if (seq > boot->seq)
		FAIL("%" PRId64 " was acknowledged, of %" PRId64, seq, boot->seq);
	for (; boot->from <= seq; boot->from++) {
		uint32_t tx = boot->tx[boot->from];
		if (!w.recorded[tx])
			FAIL("fact %u, number %" PRId64 " of %s, was acknowledged and "
			     "is not recorded",
			     (unsigned)tx, boot->from, boot->name);
		w.deleted[tx] = true;
		s->acked_ms = w.now_ms;
	}
}

static void sender_reads(uint8_t sender, const struct packet *packet)
{
	struct sender *s = &w.senders[sender];
	char line[LINE_BYTES + 1], boot_key[32], rest[64];
	size_t len = packet->len - 1u;
	memcpy(line, packet->bytes, len);
	line[len] = '\0';
	if (!readable(line, len))
		return;
	int64_t n = number_of(line, "\"n\":");
	if (strstr(line, "\"time?\"") && !w.gps) {
		text_format(rest, sizeof(rest), "\"n\":%" PRId64 ",\"us\":%" PRId64, n,
			    (w.now_ms - newest(s)->began_ms) * 1000);
		say(sender, newest(s), "time", rest);
	}
	for (unsigned i = 0; i < s->boot_count; i++) {
		struct boot *boot = &s->boots[i];
		text_format(boot_key, sizeof(boot_key), "\"boot\":\"%s\"", boot->name);
		if (!strstr(line, boot_key))
			continue;
		if (strstr(line, "\"ack\""))
			acknowledged(s, boot, number_of(line, "\"seq\":"));
		else if (strstr(line, "\"resend\""))
			say_stored(sender, boot, number_of(line, "\"from\":"),
				   number_of(line, "\"to\":"));
	}
}

static void hang_up(uint8_t sender);

static void sender_steps(uint8_t sender)
{
	struct sender *s = &w.senders[sender];
	if (!w.datagrams && s->peer < 0)
		return;
	if (w.now_ms >= s->tick_ms) {
		say_state(sender, newest(s), "tick");
		s->tick_ms = w.now_ms + 1000;
	}
	if (w.datagrams && w.now_ms >= s->hello_ms) {
		say_state(sender, newest(s), "hello");
		s->hello_ms = w.now_ms + 60000;
	}
	if (w.now_ms - s->acked_ms >= 10000)
		say_all(sender, false);
	if (w.bad && w.tx < 600 && chance(100))
		new_fact(sender);
	/* A crash keeps what is stored; without power the clock and numbers end too. */
	if (w.bad && chance(3)) {
		hang_up(sender);
		if (chance(400))
			begin_boot(s);
		if (w.datagrams)
			say_all(sender, true);
	}
}

/* ---- the console ----------------------------------------------------------------------- */

static void clear_events(void)
{
	list = (struct event_list){.at = storage,
				   .max = EVENTS_MAX,
				   .text = pool,
				   .text_max = sizeof(pool)};
}

static void driver_begin(void)
{
	static const struct feed_setup setup = {.day = INSTANT_NONE, .line_count = 1};
	feed_beacon.init(state, &setup);
}

static void driver_row(const struct row *row)
{
	instant_us at = 1764000000 * US_S + row->at_ms * 1000;
	struct slice rest = {row->bytes, row->len};
	clear_events();
	feed_beacon.peer(state, row->peer);
	if (row->up) {
		feed_beacon.on_connect(state, at, &list);
		return;
	}
	while (rest.len > 0) {
		ptrdiff_t n = feed_beacon.frame(rest);
		if (n <= 0)
			break; /* damage took the line feed */
		feed_beacon.decode(state, (struct slice){rest.at, (size_t)n}, at, 0,
				   &list);
		rest.at += n;
		rest.len -= (size_t)n;
	}
	feed_beacon.flush(state, at, &list);
	if (list.dropped > 0)
		FAIL("too many events");
}

static void console_sends(uint8_t peer, struct slice text)
{
	if (w.peer_sender[peer] >= 0)
		put_packet((uint8_t)w.peer_sender[peer], false, text.at, text.len);
}

static void console_row(uint8_t peer, bool up, const char *bytes, size_t len)
{
	if (w.row_count == ROWS_MAX)
		FAIL("too many rows");
	struct row *row = &w.rows[w.row_count++];
	row->at_ms = w.now_ms;
	row->peer = peer;
	row->up = up;
	row->len = (uint16_t)len;
	memcpy(row->bytes, bytes, len);
	driver_row(row);
	for (uint32_t i = 0; i < list.count; i++) {
		struct slice text = event_text(&list, &list.at[i]);
		if (list.at[i].kind != EVENT_ASK)
			continue;
		if (!(list.at[i].bits & EVENT_AFTER_COMMIT)) {
			console_sends(peer, text);
		} else if (w.ack_count < ACKS_MAX) {
			struct waiting_ack *ack = &w.acks[w.ack_count++];
			ack->ticket = w.row_count;
			ack->peer = peer;
			ack->len = (uint16_t)text.len;
			memcpy(ack->bytes, text.at, text.len);
		}
	}
}

/* The transponder of a row's fact; 0: none that is undamaged. The checksum itself may be
 * damaged, even so that the line seems to be without. */
static uint32_t fact_of(const struct row *row)
{
	int64_t tx;
	char line[LINE_BYTES + 1];
	memcpy(line, row->bytes, row->len);
	size_t tail = w.summed ? sizeof(",\"crc\":\"00000000\"}\n") - 1 : 2;
	line[row->len] = '\0';
	if (row->up || row->len < tail || !strstr(line, "\"t\":\"pass\""))
		return 0;
	tx = number_of(line, "\"tx\":\"");
	if (tx <= 0 || tx >= TX_MAX || w.body[tx] != crc_of(line, row->len - tail))
		return 0;
	return (uint32_t)tx;
}

static void console_commits(void)
{
	uint32_t kept = 0;
	for (; w.committed < w.row_count; w.committed++)
		w.recorded[fact_of(&w.rows[w.committed])] = true;
	for (uint32_t i = 0; i < w.ack_count; i++)
		if (w.acks[i].ticket <= w.committed)
			console_sends(w.acks[i].peer,
				      (struct slice){w.acks[i].bytes, w.acks[i].len});
		else
			w.acks[kept++] = w.acks[i];
	w.ack_count = kept;
}

static void forget_acks(uint8_t peer)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < w.ack_count; i++)
		if (w.acks[i].peer != peer)
			w.acks[kept++] = w.acks[i];
	w.ack_count = kept;
}

/* A number that no other sender has; of one that left it may be used again. */
static int join(uint8_t sender)
{
	uint8_t peer = (uint8_t)below(4);
	while (w.peer_sender[peer] >= 0)
		peer = (uint8_t)((peer + 1) % 4);
	w.peer_sender[peer] = sender;
	forget_acks(peer);
	console_row(peer, true, "", 0);
	return peer;
}

static void hang_up(uint8_t sender)
{
	struct sender *s = &w.senders[sender];
	s->connection++;
	s->retry_ms = w.now_ms + 500 + (int64_t)below(8000);
	if (s->peer >= 0 && !w.datagrams) {
		w.peer_sender[s->peer] = -1;
		forget_acks((uint8_t)s->peer);
		s->peer = -1;
	}
}

/* Killed: what was not committed is gone. */
static void console_restarts(void)
{
	w.row_count = w.committed;
	w.ack_count = 0;
	driver_begin();
	for (uint32_t i = 0; i < w.row_count; i++)
		driver_row(&w.rows[i]);
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++)
		w.peer_sender[i] = -1;
	for (uint8_t i = 0; i < w.sender_count; i++) {
		if (!w.datagrams)
			hang_up(i);
		w.senders[i].peer = -1;
	}
}

static void deliver(const struct packet *packet)
{
	struct sender *s = &w.senders[packet->sender];
	if (!w.datagrams && packet->connection != s->connection)
		return; /* lost with the connection */
	if (!packet->to_console) {
		sender_reads(packet->sender, packet);
		return;
	}
	if (w.datagrams && s->peer < 0)
		s->peer = join(packet->sender);
	console_row((uint8_t)s->peer, false, packet->bytes, packet->len);
}

static void deliver_all(void)
{
	unsigned kept = 0, count = w.packet_count;
	static struct packet due[PACKETS_MAX];
	unsigned due_count = 0;
	for (unsigned i = 0; i < count; i++)
		if (w.packets[i].at_ms <= w.now_ms)
			due[due_count++] = w.packets[i];
		else
			w.packets[kept++] = w.packets[i];
	w.packet_count = kept;
	for (unsigned i = 0; i < due_count; i++)
		deliver(&due[i]);
}

/* ---- a run --------------------------------------------------------------------------------- */

static void step(void)
{
	w.now_ms += STEP_MS;
	deliver_all();
	for (uint8_t i = 0; i < w.sender_count; i++) {
		struct sender *s = &w.senders[i];
		if (!w.datagrams && s->peer < 0 && w.now_ms >= s->retry_ms) {
			s->peer = join(i);
			say_all(i, true);
		}
		sender_steps(i);
		if (w.bad && !w.datagrams && chance(w.loss / 10))
			hang_up(i);
	}
	if (!w.bad || chance(300))
		console_commits();
	if (w.bad && chance(4))
		console_restarts();
}

static bool all_is_acknowledged(void)
{
	for (unsigned i = 0; i < w.sender_count; i++)
		for (unsigned k = 0; k < w.senders[i].boot_count; k++)
			if (w.senders[i].boots[k].from <= w.senders[i].boots[k].seq)
				return false;
	return true;
}

/* (3) */
static void count_used(void)
{
	driver_begin();
	for (uint32_t i = 0; i < w.committed; i++) {
		driver_row(&w.rows[i]);
		for (uint32_t k = 0; k < list.count; k++) {
			const struct event *event = &list.at[k];
			if (event->kind != EVENT_PASSING)
				continue;
			unsigned long tx = strtoul(event->id, NULL, 10);
			if (tx == 0 || tx > w.tx)
				FAIL("fact %s was never sent", event->id);
			if (++w.used[tx] > 1)
				FAIL("fact %s is there twice", event->id);
		}
	}
}

static void begin_run(uint64_t seed)
{
	memset(&w, 0, offsetof(struct world, packets));
	w.packet_count = w.row_count = w.committed = w.ack_count = 0;
	memset(w.recorded, 0, sizeof(w.recorded));
	memset(w.dropped, 0, sizeof(w.dropped));
	memset(w.deleted, 0, sizeof(w.deleted));
	memset(w.used, 0, sizeof(w.used));
	w.seed = seed;
	w.random = seed * 1000003;
	w.bad = true;
	w.datagrams = chance(500);
	w.summed = chance(700);
	w.twins = chance(200);
	w.limited = chance(300);
	w.gps = chance(500);
	w.loss = (unsigned)below(400);
	w.damage = (unsigned)below(150);
	w.sender_count = w.twins ? 2 : 1;
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++)
		w.peer_sender[i] = -1;
	for (uint8_t i = 0; i < w.sender_count; i++) {
		w.senders[i].peer = -1;
		begin_boot(&w.senders[i]);
	}
	driver_begin();
}

static void run(uint64_t seed)
{
	begin_run(seed);
	int64_t bad_ms = 20000 + (int64_t)below(80000);
	while (w.now_ms < bad_ms)
		step();
	w.bad = false;
	/* Of twins most facts wait for ever. */
	int64_t end_ms = w.now_ms + (w.twins ? 30 * 1000 : CALM_MS);
	do
		step();
	while (w.now_ms < end_ms && !all_is_acknowledged());
	if (!w.twins && !all_is_acknowledged())
		FAIL("not all is acknowledged");
	console_commits();
	count_used();
	for (uint32_t tx = 1; tx <= w.tx; tx++) {
		/* (2) */
		if (w.deleted[tx] && w.used[tx] == 0)
			FAIL("fact %u was acknowledged and is not used", (unsigned)tx);
		if (!w.twins && !w.dropped[tx] && w.used[tx] == 0)
			FAIL("fact %u never arrived", (unsigned)tx);
	}
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);
	return value && value[0] != '\0' ? strtoull(value, NULL, 10) : otherwise;
}

static void what_is_acknowledged_is_recorded_and_all_arrives_once(void **unused)
{
	uint64_t runs = number_from("PITWALL_MODEL_RUNS", 500);
	uint64_t seed = number_from("PITWALL_MODEL_SEED", 1), facts = 0;
	(void)unused;
	for (uint64_t i = 0; i < runs; i++) {
		run(seed + i);
		facts += w.tx;
	}
	print_message("# %" PRIu64 " runs from seed %" PRIu64 ", %" PRIu64 " facts\n",
		      runs, seed, facts);
	assert_true(facts > runs * 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_acknowledged_is_recorded_and_all_arrives_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
