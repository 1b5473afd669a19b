/*
 * p98_bytes.c -- lines of the P98 protocol, read and written
 *
 *  (1) The sum is that of P3 over all between the 01 and the x. Devices without a sum are
 *      accepted.
 */
#include "pitwall/wire.h"

/* "xF9EB", upper or lower case. */
static bool parse_sum(struct slice field, uint16_t *sum)
{
	unsigned value = 0;
	if (field.len != 5 || (field.at[0] != 'x' && field.at[0] != 'X'))
		return false;
	for (size_t i = 1; i < field.len; i++) {
		int digit = hex_value(field.at[i]);
		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	*sum = (uint16_t)value;
	return true;
}

const char *wire_p98_read(struct slice text, struct wire_p98_line *line)
{
	size_t from = 0;
	line->count = 0;
	line->type = text.len > 0 ? text.at[0] : '\0';
	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.at[i] != '\t')
			continue;
		if (line->count == ARRAY_LEN(line->fields))
			return "a line of too many fields";
		line->fields[line->count++] = (struct slice){text.at + from, i - from};
		from = i + 1;
	}
	struct slice last = line->fields[line->count - 1];
	uint16_t sum;
	if (line->count < 2 || !parse_sum(last, &sum))
		return NULL; /* (1) */
	line->count--;
	return wire_crc(WIRE_CRC_BEGIN, text.at, text.len - last.len) == sum
		       ? NULL
		       : "a line whose checksum does not agree";
}

/* @line: all between the 01 and the x. */
static void send_line(struct out *out, const char *line, size_t len)
{
	out_char(out, '\x01');
	out_bytes(out, line, len);
	out_format(out, "x%04X\r\n", (unsigned)wire_crc(WIRE_CRC_BEGIN, line, len));
}

enum { LINE_LEN_MAX = 128 };

void wire_p98_passing(struct out *out, const struct wire_p98_passing *p)
{
	char line[LINE_LEN_MAX];
	int64_t ms = p->time > 0 ? p->time / US_MS : 0;
	size_t n = text_format(line, sizeof(line),
			       "@\t%lu\t%lu\t%lu\t%lld.%03lld\t%u\t%u\t%u\t",
			       (unsigned long)p->decoder, (unsigned long)p->sequence,
			       (unsigned long)p->transponder, (long long)(ms / 1000),
			       (long long)(ms % 1000), p->hits, p->strength, p->status);
	send_line(out, line, n);
}

void wire_p98_status(struct out *out, uint32_t decoder, uint32_t sequence,
		     uint16_t noise)
{
	char line[LINE_LEN_MAX];
	size_t n = text_format(line, sizeof(line), "#\t%lu\t%lu\t%u\t",
			       (unsigned long)decoder, (unsigned long)sequence, noise);
	send_line(out, line, n);
}
