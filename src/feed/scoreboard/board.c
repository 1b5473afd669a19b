/*
 * board.c -- lines and events of scoreboard feeds
 *
 *  (1) A line is one message, so a cut of the stream changes nothing. In a line a record ends
 *      where the next begins, because relays join records and cut quotes.
 *  (2) An over-long line is one anomaly, whatever its length.
 */
#include "scoreboard.h"

#include <string.h>

void board_init(struct board *board, const struct feed_setup *setup)
{
	memset(board, 0, sizeof(*board));
	decoding_init(&board->common, setup);
	board->start = board->before = board->lead_at = INSTANT_NONE;
}

struct board_in board_begin(struct board *board, const struct board_protocol *protocol,
			    instant_us received_at, uint32_t record,
			    struct event_list *out)
{
	return (struct board_in){
		.d =
			{
				.state = &board->common,
				.out = out,
				.received_at = lines_received(received_at,
							      board->common.setup.day),
				.offset = record,
			},
		.board = board,
		.protocol = protocol,
	};
}

/* ---- events ------------------------------------------------------------------------- */

struct event *board_event(const struct board_in *in, enum event_kind kind,
			  instant_us at)
{
	return decoding_event(&in->d, kind, at);
}

struct event *board_car_event(const struct board_in *in, enum event_kind kind,
			      instant_us at, const struct board_car *car)
{
	struct event *event = decoding_event(&in->d, kind, at);
	event->id_kind = ID_REGISTRATION;
	memcpy(event->id, car->id, sizeof(event->id));
	return event;
}

void board_circuit(const struct board_in *in, struct slice name, struct slice length)
{
	struct board *board = in->board;
	uint32_t sum = (uint32_t)hash_bytes(name.at, name.len, 1);
	int64_t thousandths = 0;
	name = slice_trim(name);
	length = slice_trim(length);
	if (name.len > 0 && sum != board->circuit_sum) {
		board->circuit_sum = sum;
		event_set_text(in->d.out,
			       board_event(in, EVENT_CIRCUIT, decoding_now(&in->d)),
			       name);
	}
	if (!parse_decimal(length, 3, &thousandths) || thousandths <= 0 ||
	    thousandths > BOARD_LENGTH_MAX || thousandths == board->circuit_length)
		return;
	board->circuit_length = (uint32_t)thousandths;
	board_event(in, EVENT_CIRCUIT, decoding_now(&in->d))->value = thousandths;
}

void board_unknown(const struct board_in *in, struct slice name)
{
	struct board *board = in->board;
	uint32_t sum = (uint32_t)hash_bytes(name.at, name.len, 1);
	for (unsigned i = 0; i < board->unknown_count; i++)
		if (board->unknown[i] == sum)
			return;
	if (board->unknown_count < BOARD_UNKNOWN_MAX)
		board->unknown[board->unknown_count++] = sum;
	decoding_anomaly(&in->d, ANOMALY_UNKNOWN,
			 "a record \"%.*s\" that this reader does not know",
			 (int)name.len, name.at);
}

void board_bad_field(const struct board_in *in, struct slice record, const char *what,
		     struct slice field)
{
	decoding_anomaly(&in->d, ANOMALY_FIELD, "%.*s: %s \"%.*s\" cannot be read",
			 (int)record.len, record.at, what,
			 (int)(field.len < 40 ? field.len : 40), field.at);
}

/* ---- lines (1) ------------------------------------------------------------------------ */

/* Bytes of @line up to its next record. */
static size_t record_end(const struct board_in *in, struct slice line)
{
	size_t at = 1;
	while (at < line.len) {
		const char *dollar = memchr(line.at + at, '$', line.len - at);
		if (!dollar)
			break;
		at = (size_t)(dollar - line.at);
		if (in->protocol->record_at((struct slice){dollar, line.len - at}) > 0)
			return at;
		at++;
	}
	return line.len;
}

/* The part of a line before its first record. */
static void stray(struct board_in *in, struct slice bytes)
{
	if (lines_are_notes(bytes))
		return;
	in->board->common.records++;
	decoding_anomaly(&in->d, ANOMALY_FORMAT, "a line that is no record");
}

void board_read(struct board_in *in, struct slice message)
{
	if (lines_too_long(&in->protocol->lines, &in->d, &in->board->common.skipping,
			   message))
		return;
	struct slice line = slice_trim(message);
	size_t before = 0;
	if (line.len > 0 && line.at[0] != '$') {
		bool noise = line.at[0] == '[' || line.at[0] == '{';
		const char *dollar = noise ? NULL : memchr(line.at, '$', line.len);
		before = dollar ? (size_t)(dollar - line.at) : line.len;
		stray(in, (struct slice){line.at, before});
	}
	for (size_t at = before; at < line.len;) {
		struct slice rest = {line.at + at, line.len - at};
		rest.len = record_end(in, rest);
		in->board->common.records++;
		in->protocol->read(in, slice_trim(rest));
		at += rest.len;
	}
}

int board_look(struct slice line, size_t (*record_at)(struct slice s))
{
	return lines_are_notes(line) ? -1 : record_at(line) > 0;
}
