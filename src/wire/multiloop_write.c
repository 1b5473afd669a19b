/*
 * multiloop_write.c -- records of the Multiloop protocol, as timing computers send them
 *
 *  (1) A number counts up within its command; what is repeated has the last one's.
 *  (2) Nothing of a text can end a field or a line, or begin a record.
 */
#include "pitwall/wire.h"

#include <string.h>

static const char *const commands[] = {
#define X(id_, name_) [WIRE_ML_##id_] = (name_),
	WIRE_ML_COMMANDS(X)
#undef X
};

void wire_ml_begin(struct wire_ml *w, enum wire_ml_command command, char type)
{
	const char letter[2] = {type, '\0'};
	out_text(w->out, commands[command]);
	if (command == WIRE_ML_DRIVER)
		return;
	if (type != 'R')
		w->numbers[command]++; /* (1) */
	wire_ml_text(w, letter);
	wire_ml_hex(w, w->numbers[command]);
	wire_ml_text(w, w->key);
}

/* (2) The protocol is Latin-1: of other letters the base. With a separator that is
 * UTF-8 so are texts. */
void wire_ml_text(struct wire_ml *w, const char *text)
{
	struct slice rest = slice_of(text);
	bool latin = strlen(w->separator) == 1;
	out_text(w->out, w->separator);
	while (rest.len > 0) {
		uint32_t cp;
		size_t n = utf8_decode(rest.at, rest.len, &cp);
		if (cp == '$')
			out_char(w->out, 'S');
		else if (cp == 0xa6)
			out_char(w->out, '|');
		else if (cp < ' ' || (cp >= 0x7f && cp < 0xa0))
			out_char(w->out, ' ');
		else if (latin && cp > 0xff)
			out_char(w->out, cp_ascii(cp));
		else if (latin)
			out_char(w->out, (char)(unsigned char)cp);
		else
			out_bytes(w->out, rest.at, n);
		rest.at += n;
		rest.len -= n;
	}
}

void wire_ml_hex(struct wire_ml *w, uint64_t n)
{
	out_text(w->out, w->separator);
	out_format(w->out, "%llX", (unsigned long long)n);
}

void wire_ml_time(struct wire_ml *w, duration_us t)
{
	wire_ml_hex(w, t > 0 ? (uint64_t)(t / w->tick) : 0);
}

void wire_ml_end(struct wire_ml *w)
{
	out_text(w->out, "\r\n");
}
