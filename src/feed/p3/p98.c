/*
 * p98.c -- the text protocol of AMBrc, AMB20 and Vostok decoders (P98), and of older boxes
 *
 * Serial, or TCP 5100 on clones with a network. The lines are those of wire.h, and
 *
 *   $ ...                                                         unknown
 *   @ decoder transponder sec                                     passing of an I-Lap
 *   $ppppttttttmmmmmmmmhhssxx  passing of a TranX-2, an AMBrc 2 or older, hexadecimal:
 *                              transponder t, milliseconds m, hits h, strength s
 *   #nnnn                      the same box, each second: its noise
 *
 *  (1) `seq` is shared by # and @, so every missing line is noticed. It cannot be requested.
 *  (2) Seconds count from the start of the decoder. The first received passing maps them to
 *      UTC, for good; after a restart of the decoder, when its time goes back, they are mapped
 *      again. The bytes of a file without marks have no time of receipt: there the decoder
 *      starts at the beginning of the day, and goes on after a restart.
 *  (3) Lines of the older boxes have neither a number nor a sum: only their length and their
 *      digits show a damaged one.
 */
#include "drivers.h"
#include "lines.h"
#include "sequence.h"
#include "pitwall/wire.h"

#include <string.h>

enum {
	DECODERS_MAX = 8,
	NAME_MAX_BYTES = 11,
};

#define SECONDS_MAX ((int64_t)100 * 366 * US_DAY)
#define STEP US_S

struct p98_decoder {
	struct sequence sequence;
	int64_t offset;    /* UTC = time since start + offset */
	duration_us time;  /* since start, of the last line with a time */
	instant_us at;     /* of that line */
	uint32_t passings; /* received */
	char name[NAME_MAX_BYTES + 1];
	bool in_use, placed, timed;
};

struct p98_state {
	struct decoding_state common;
	struct p98_decoder decoders[DECODERS_MAX];
};
_Static_assert(sizeof(struct p98_state) <= FEED_STATE_MAX, "the state fits");

struct p98_context {
	struct decoding d;
	struct p98_state *state;
	struct p98_decoder *decoder;
};

/* ---- lines ------------------------------------------------------------------------ */

static bool parse_u32(struct slice s, uint32_t *out)
{
	uint64_t n;
	if (!parse_u64(s, &n) || n > UINT32_MAX)
		return false;
	*out = (uint32_t)n;
	return true;
}

static struct p98_decoder *p98_find_decoder(const struct p98_context *c,
					    struct slice name)
{
	for (size_t i = 0; i < DECODERS_MAX; i++) {
		struct p98_decoder *d = &c->state->decoders[i];
		if (d->in_use && slice_eq(slice_of(d->name), name))
			return d;
		if (d->in_use)
			continue;
		memset(d, 0, sizeof(*d));
		d->in_use = true;
		text_copy(d->name, sizeof(d->name), name);
		return d;
	}
	decoding_anomaly(&c->d, ANOMALY_CAPACITY, "more than %d decoders in one stream",
			 (int)DECODERS_MAX);
	return NULL;
}

/* ---- the clock ------------------------------------------------------------------------ */

static void p98_place(const struct p98_context *c, duration_us time)
{
	struct p98_decoder *d = c->decoder;
	const struct feed_setup *setup = &c->state->common.setup;
	if (c->d.received_at != INSTANT_NONE)
		d->offset = c->d.received_at - time;
	else if (d->timed)
		d->offset = d->at - time;
	else
		d->offset = setup->day != INSTANT_NONE
				    ? setup->day - setup->utc_offset_us
				    : 0;
	d->placed = true;
}

/* (2) The decoder was restarted. @anew: its numbers went back too. */
static void restart(const struct p98_context *c, duration_us time, bool anew)
{
	struct p98_decoder *d = c->decoder;
	decoding_anomaly(&c->d, ANOMALY_CLOCK,
			 "decoder %s: its clock went back to %lld s: it was restarted",
			 d->name, (long long)(time / US_S));
	if (anew)
		sequence_begin(&d->sequence);
	p98_place(c, time);
	d->timed = false;
}

/* ---- records ------------------------------------------------------------------------------ */

/* (1) True if the line is used. */
static bool p98_take_number(const struct p98_context *c, uint32_t n,
			    uint16_t fingerprint)
{
	struct p98_decoder *d = c->decoder;
	switch (sequence_look(&d->sequence, n, fingerprint)) {
	case SEQUENCE_REPEATED:
		return false;
	case SEQUENCE_AHEAD:
		if (n - d->sequence.high == 2)
			decoding_anomaly(&c->d, ANOMALY_MISSING,
					 "decoder %s: line %lu is missing", d->name,
					 (unsigned long)n - 1);
		else
			decoding_anomaly(
				&c->d, ANOMALY_MISSING,
				"decoder %s: %lu lines are missing, %lu to %lu",
				d->name, (unsigned long)(n - d->sequence.high - 1),
				(unsigned long)d->sequence.high + 1,
				(unsigned long)n - 1);
		break;
	case SEQUENCE_REUSED:
	case SEQUENCE_OLD:
		decoding_anomaly(
			&c->d, ANOMALY_CONTRADICTION,
			"decoder %s: its numbers went back from %lu to %lu: it was "
			"restarted",
			d->name, (unsigned long)d->sequence.high, (unsigned long)n);
		sequence_begin(&d->sequence);
		break;
	case SEQUENCE_NEXT:
	case SEQUENCE_LATE:
		break;
	}
	sequence_take(&d->sequence, n, fingerprint);
	return true;
}

static void p98_put_passing(const struct p98_context *c, struct slice transponder,
			    duration_us time, uint32_t n)
{
	struct p98_decoder *d = c->decoder;
	uint8_t line = feed_loop_line(&c->state->common.setup, slice_of(d->name));
	d->passings++;
	if (line == LINE_NONE) {
		decoding_anomaly(
			&c->d, ANOMALY_UNKNOWN,
			"decoder %s is no loop of this session: name its line under "
			"[loops] of the session file",
			d->name);
		return;
	}
	struct event *event = decoding_crossing(&c->d, line, time + d->offset);
	event->sequence = n;
	event->clock = EVENT_CLOCK_OWN;
	event_set_id(event, ID_TRANSPONDER, transponder);
}

/* (2) True if time went back, but not if lines were reordered on the way. */
static bool p98_went_back(const struct p98_decoder *d, bool numbered, uint32_t n,
			  duration_us time)
{
	enum { PLACES = 8 };

	if (!d->timed || time >= d->time - STEP)
		return false;
	if (!numbered || !d->sequence.counted || n > d->sequence.high)
		return true;
	return d->sequence.high - n > PLACES || d->time - time > US_MIN;
}

/* Check the number of a line. False: the line is not used. */
static bool note_number(const struct p98_context *c, uint32_t n, duration_us time,
			struct slice text)
{
	const struct sequence *sequence = &c->decoder->sequence;
	uint16_t fingerprint = sequence_fingerprint(text.at, text.len);
	if (sequence_look(sequence, n, fingerprint) == SEQUENCE_REPEATED)
		return false;
	if (p98_went_back(c->decoder, true, n, time))
		restart(c, time, n <= sequence->high);
	return p98_take_number(c, n, fingerprint);
}

static void p98_place_passing(const struct p98_context *c, struct slice transponder,
			      duration_us time, uint32_t n)
{
	struct p98_decoder *d = c->decoder;
	if (!d->placed)
		p98_place(c, time);
	if (!d->timed || time > d->time) {
		d->time = time;
		d->at = time + d->offset;
	}
	d->timed = true;
	c->state->common.now = time + d->offset;
	p98_put_passing(c, transponder, time, n);
}

/* With a number, or of an I-Lap without one. */
static void p98_decode_passing(const struct p98_context *c,
			       const struct wire_p98_line *line, struct slice text)
{
	bool numbered = line->count >= 5;
	struct slice transponder = wire_p98_field(line, numbered ? 3 : 2);
	struct slice seconds = wire_p98_field(line, numbered ? 4 : 3);
	struct p98_decoder *d = c->decoder;
	char name[EVENT_ID_MAX + 1];
	uint32_t n = 0;
	int64_t time;
	if (line->count < 4 || (numbered && !parse_u32(wire_p98_field(line, 2), &n)) ||
	    !text_id(name, sizeof(name), transponder) ||
	    !parse_decimal(seconds, 6, &time) || time < 0 || time > SECONDS_MAX) {
		decoding_anomaly(&c->d, ANOMALY_FIELD,
				 "decoder %s: a passing whose fields cannot be read",
				 d->name);
		return;
	}
	if (numbered && !note_number(c, n, time, text))
		return;
	if (!numbered && p98_went_back(d, false, 0, time))
		restart(c, time, false);
	p98_place_passing(c, transponder, time,
			  numbered ? n : c->state->common.sequence);
}

static void p98_decode_status(const struct p98_context *c,
			      const struct wire_p98_line *line, struct slice text)
{
	uint32_t n;
	if (!parse_u32(wire_p98_field(line, 2), &n)) {
		decoding_anomaly(&c->d, ANOMALY_FIELD,
				 "decoder %s: a status whose number cannot be read",
				 c->decoder->name);
		return;
	}
	if (p98_take_number(c, n, sequence_fingerprint(text.at, text.len)))
		decoding_event(&c->d, EVENT_HEARTBEAT, decoding_now(&c->d));
}

/* ---- older boxes (3) ---------------------------------------------------------------------- */

enum { BOX_PASSING = 24, BOX_NOISE = 4 };
/* The name of the decoder, which does not send one. */
#define BOX_NAME "tranx"

/* Number of digits; 0: no line of such a box. */
static unsigned box_digits(struct slice text)
{
	size_t len = text.len == 0       ? 0
		     : text.at[0] == '$' ? BOX_PASSING
		     : text.at[0] == '#' ? BOX_NOISE
					 : 0;
	if (len == 0 || text.len != len + 1)
		return 0;
	for (size_t i = 1; i <= len; i++)
		if (hex_value(text.at[i]) < 0)
			return 0;
	return (unsigned)len;
}

static uint32_t box_number(struct slice text, unsigned from, unsigned digits)
{
	uint32_t n = 0;
	for (unsigned i = from; i < from + digits; i++)
		n = n << 4 | (uint32_t)hex_value(text.at[i]);
	return n;
}

static void box_passing(const struct p98_context *c, struct slice text)
{
	struct p98_decoder *d = c->decoder;
	uint32_t transponder = box_number(text, 5, 6);
	duration_us time = (duration_us)box_number(text, 11, 8) * US_MS;
	char name[EVENT_ID_MAX + 1];
	if (transponder == 0) {
		decoding_anomaly(&c->d, ANOMALY_FIELD,
				 "a passing without a transponder");
		return;
	}
	text_format(name, sizeof(name), "%u", (unsigned)transponder);
	if (p98_went_back(d, false, 0, time))
		restart(c, time, false);
	p98_place_passing(c, slice_of(name), time, c->state->common.sequence);
}

static bool decode_box(struct p98_context *c, struct slice text)
{
	unsigned digits = box_digits(text);
	if (digits == 0)
		return false;
	c->decoder = p98_find_decoder(c, SLICE(BOX_NAME));
	if (c->decoder && digits == BOX_PASSING)
		box_passing(c, text);
	else if (c->decoder)
		decoding_event(&c->d, EVENT_HEARTBEAT, decoding_now(&c->d));
	return true;
}

static void decode_line(struct p98_context *c, struct slice text)
{
	struct wire_p98_line line;
	if (decode_box(c, text))
		return;
	const char *fault = wire_p98_read(text, &line);
	if (fault) {
		decoding_anomaly(&c->d, ANOMALY_CHECKSUM, "%s", fault);
		return;
	}
	/* % is an answer to an I-Lap's host; the meaning of $ is unknown. */
	if (line.type == '$' || line.type == '%')
		return;
	struct slice name = wire_p98_field(&line, 1);
	if ((line.type != '#' && line.type != '@') || line.fields[0].len != 1 ||
	    name.len == 0 || name.len > NAME_MAX_BYTES) {
		decoding_anomaly(&c->d, ANOMALY_FORMAT,
				 "a line that is no record of a decoder");
		return;
	}
	c->decoder = p98_find_decoder(c, name);
	if (!c->decoder)
		return;
	if (line.type == '@')
		p98_decode_passing(c, &line, text);
	else
		p98_decode_status(c, &line, text);
}

/* ---- the driver ------------------------------------------------------------------------- */

static const struct lines_rule p98_lines = {
	.frame_max = 256,
	.len_max = 256,
	.ends = "\n",
	.counts = true,
};

/* The part of a line behind its last 01: a record that lost its end is followed by the
 * next one. Lines of an I-Lap have no 01. */
static struct slice last_record(struct slice s)
{
	const char *end = s.at + s.len, *begin = memchr(s.at, '\x01', s.len);
	while (begin) {
		s = (struct slice){begin + 1, (size_t)(end - begin - 1)};
		begin = s.len > 0 ? memchr(s.at, '\x01', s.len) : NULL;
	}
	return s;
}

static void p98_decode(void *memory, struct slice message, instant_us received_at,
		       uint32_t offset, struct event_list *out)
{
	struct p98_state *state = memory;
	struct p98_context c = {
		.d = decoding_begin(&state->common, received_at, offset, out),
		.state = state,
	};
	if (lines_too_long(&p98_lines, &c.d, &state->common.skipping, message))
		return;
	message = slice_trim(last_record(message));
	if (message.len > 0)
		decode_line(&c, message);
}

static ptrdiff_t p98_frame(struct slice buf)
{
	return lines_frame(&p98_lines, buf);
}

static void p98_init(void *memory, const struct feed_setup *setup)
{
	struct p98_state *state = memory;
	memset(state, 0, sizeof(*state));
	decoding_init(&state->common, setup);
}

static unsigned p98_loops(const void *memory, struct feed_loop_received *out,
			  unsigned max)
{
	const struct p98_state *state = memory;
	unsigned count = 0;
	for (size_t i = 0; i < DECODERS_MAX && count < max; i++) {
		const struct p98_decoder *d = &state->decoders[i];
		if (d->in_use)
			out[count++] = feed_loop_received(&state->common.setup, d->name,
							  d->passings);
	}
	return count;
}

/* The beginning of a record: 01, its type, a tab. */
static bool begins_record(struct slice s)
{
	return s.len >= 3 && s.at[0] == '\x01' && s.at[2] == '\t' &&
	       memchr("#@$", s.at[1], 3);
}

static int p98_look(struct slice text, bool whole)
{
	struct wire_p98_line line;
	if (whole && box_digits(slice_trim(text)) > 0)
		return 1;
	return begins_record(text) &&
	       (!whole ||
		!wire_p98_read((struct slice){text.at + 1, text.len - 1}, &line));
}

static int p98_sniff(struct slice head)
{
	return lines_sniff(head, 8, 97, p98_look);
}

const struct feed_driver feed_p98 = {
	.name = "p98",
	.scheme = "p98",
	.summary = "AMBrc, AMB20, TranX-2 and Vostok decoders: P98 text",
	.media = "tcp serial file",
	.port_default = 5100,
	.sniff = p98_sniff,
	.state_size = sizeof(struct p98_state),
	.init = p98_init,
	.frame = p98_frame,
	.decode = p98_decode,
	.loops = p98_loops,
	.silence = 30 * US_S,
};
