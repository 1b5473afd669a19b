/*
 * beacon_box.c -- a beacon that keeps what it told until it is acknowledged, and answers
 * the console
 *
 *  (1) Records are numbered from 1 and kept until they are acknowledged: after a new
 *      connection all that are kept are told again, and what a question names.
 *  (2) It reads what the console writes with a reader of its own, which shares nothing
 *      with that of the feed.
 *  (3) Lines that are not for it, that it does not know or whose sum does not agree
 *      are not answered.
 */
#include <string.h>

#include "sim.h"

enum { LINE_LONGEST = 256 };

static long long since_boot(const struct sim_beacon *beacon, instant_us at)
{
	return (long long)(at - beacon->boot_at);
}

static void end_text(struct out *out, size_t from)
{
	unsigned sum = 0;
	for (size_t i = from; i < out->len; i++)
		sum ^= (unsigned char)out->buf[i];
	out_format(out, "*%02X\n", sum);
}

static void begin_line(const struct sim_beacon *beacon, const char *type,
		       struct out *out)
{
	out_format(out, "{\"t\":\"%s\",\"id\":\"%s\",\"boot\":\"%s\"", type, beacon->id,
		   beacon->boot);
}

static void tell(const struct sim_beacon *beacon, uint32_t seq, struct out *out)
{
	const struct sim_kept *kept = &beacon->kept[seq - 1];
	long long us = since_boot(beacon, kept->at);
	size_t from = out->len;
	if (beacon->text) {
		out_format(out, "P %u %u %lld", seq, kept->transponder, us / 1000);
		end_text(out, from);
		return;
	}
	begin_line(beacon, "pass", out);
	out_format(out, ",\"seq\":%u,\"tx\":\"%u\",\"us\":%lld}\n", seq,
		   kept->transponder, us);
}

bool sim_beacon_passing(struct sim_beacon *beacon, uint32_t transponder, instant_us at,
			struct out *out)
{
	if (beacon->count == beacon->max)
		return false;
	beacon->kept[beacon->count++] =
		(struct sim_kept){.at = at, .transponder = transponder};
	tell(beacon, beacon->count, out);
	return true;
}

static void put_utc(const struct sim_beacon *beacon, instant_us now, struct out *out)
{
	if (beacon->utc)
		out_format(out, ",\"utc\":%lld,\"src\":\"gps\"", (long long)now);
	out_text(out, "}\n");
}

void sim_beacon_hello(const struct sim_beacon *beacon, instant_us now, struct out *out)
{
	begin_line(beacon, "hello", out);
	out_format(out, ",\"v\":1,\"loop\":\"%s\",\"buf\":%u,\"seq\":%u,\"from\":%u",
		   beacon->loop, beacon->max, beacon->count, beacon->acknowledged + 1);
	out_format(out, ",\"us\":%lld", since_boot(beacon, now));
	put_utc(beacon, now, out);
	for (uint32_t seq = beacon->acknowledged + 1; seq <= beacon->count; seq++)
		tell(beacon, seq, out);
}

void sim_beacon_tick(const struct sim_beacon *beacon, instant_us now, struct out *out)
{
	long long us = since_boot(beacon, now);
	size_t from = out->len;
	if (beacon->text) {
		out_format(out, "S %lld %u", us / 1000, beacon->count);
		end_text(out, from);
		return;
	}
	begin_line(beacon, "tick", out);
	out_format(out, ",\"us\":%lld,\"seq\":%u,\"from\":%u", us, beacon->count,
		   beacon->acknowledged + 1);
	put_utc(beacon, now, out);
}

/* ---- what the console says ------------------------------------------------------- */

/** The value behind `"key":` up to the next comma or brace, without quotes. */
static struct slice value_of(struct slice line, const char *key)
{
	char name[24];
	size_t len = text_format(name, sizeof(name), "\"%s\":", key);
	for (size_t i = 0; i + len <= line.len; i++) {
		if (memcmp(line.at + i, name, len) != 0)
			continue;
		struct slice rest = {line.at + i + len, line.len - i - len};
		size_t n = 0;
		while (n < rest.len && rest.at[n] != ',' && rest.at[n] != '}')
			n++;
		rest.len = n;
		if (n >= 2 && rest.at[0] == '"')
			rest = (struct slice){rest.at + 1, n - 2};
		return rest;
	}
	return (struct slice){NULL, 0};
}

static bool is_for(const struct sim_beacon *beacon, struct slice line)
{
	struct slice id = value_of(line, "id"), boot = value_of(line, "boot");
	return (id.len == 0 || slice_eq(id, slice_of(beacon->id))) &&
	       (boot.len == 0 || slice_eq(boot, slice_of(beacon->boot)));
}

static void acknowledge(struct sim_beacon *beacon, uint64_t seq)
{
	if (seq > beacon->acknowledged && seq <= beacon->count)
		beacon->acknowledged = (uint32_t)seq;
	beacon->acks++;
}

static void resend(const struct sim_beacon *beacon, uint64_t from, uint64_t to,
		   struct out *out)
{
	if (from <= beacon->acknowledged)
		from = beacon->acknowledged + 1u;
	for (uint64_t seq = from; seq <= to && seq <= beacon->count; seq++)
		tell(beacon, (uint32_t)seq, out);
}

static void time_is(const struct sim_beacon *beacon, uint64_t n, instant_us now,
		    struct out *out)
{
	size_t from = out->len;
	if (beacon->text) {
		out_format(out, "T %llu %lld", (unsigned long long)n,
			   since_boot(beacon, now) / 1000);
		end_text(out, from);
		return;
	}
	begin_line(beacon, "time", out);
	out_format(out, ",\"n\":%llu,\"us\":%lld}\n", (unsigned long long)n,
		   since_boot(beacon, now));
}

static void answer(struct sim_beacon *beacon, char type, const uint64_t numbers[2],
		   instant_us now, struct out *out)
{
	if (type == 'A')
		acknowledge(beacon, numbers[0]);
	else if (type == 'R')
		resend(beacon, numbers[0], numbers[1], out);
	else if (type == 'T')
		time_is(beacon, numbers[0], now, out);
}

static const struct {
	const char *type;
	char letter;
	const char *keys[2];
} questions[] = {
	{"ack", 'A', {"seq", NULL}},
	{"resend", 'R', {"from", "to"}},
	{"time?", 'T', {"n", NULL}},
};

static void read_json(struct sim_beacon *beacon, struct slice line, instant_us now,
		      struct out *out)
{
	for (size_t i = 0; i < ARRAY_LEN(questions) && is_for(beacon, line); i++) {
		uint64_t numbers[2] = {0, 0};
		bool whole = slice_eq(value_of(line, "t"), slice_of(questions[i].type));
		for (unsigned k = 0; k < 2 && questions[i].keys[k]; k++)
			whole &= parse_u64(value_of(line, questions[i].keys[k]),
					   &numbers[k]);
		if (whole)
			answer(beacon, questions[i].letter, numbers, now, out);
	}
}

static void read_text(struct sim_beacon *beacon, struct slice line, instant_us now,
		      struct out *out)
{
	uint64_t numbers[2] = {0, 0};
	unsigned sum = 0;
	size_t len = line.len - 3;
	for (size_t i = 0; i < len; i++)
		sum ^= (unsigned char)line.at[i];
	if (line.at[len] != '*' || sum != (unsigned)(hex_value(line.at[len + 1]) * 16 +
						     hex_value(line.at[len + 2])))
		return;
	struct slice words = {line.at + 2, len - 2};
	if (!parse_u64(slice_cut(&words, ' '), &numbers[0]) ||
	    (words.len > 0 && !parse_u64(words, &numbers[1])))
		return;
	answer(beacon, line.at[0], numbers, now, out);
}

size_t sim_beacon_received(struct sim_beacon *beacon, struct slice bytes,
			   instant_us now, struct out *out)
{
	size_t used = 0;
	for (;;) {
		const char *at = bytes.at + used;
		const char *end =
			bytes.len > used ? memchr(at, '\n', bytes.len - used) : NULL;
		if (!end)
			return bytes.len - used > LINE_LONGEST ? bytes.len : used;
		struct slice line = {at, (size_t)(end - at)};
		used += line.len + 1;
		if (line.len > 0 && line.at[0] == '{')
			read_json(beacon, line, now, out);
		else if (line.len > 5 && line.at[1] == ' ')
			read_text(beacon, line, now, out);
	}
}
