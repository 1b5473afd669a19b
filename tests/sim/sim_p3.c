/*
 * sim_p3.c -- a simulated race as P3 and P98 decoders would send it
 *
 * Each line of the circuit has its decoder; what is no passing (flags, drivers,
 * weather) is not theirs to say.
 *
 *  (1) Records come in time; at one instant a status before passings.
 *  (2) The records of one decoder are the same whether it is written alone or with
 *      all the others.
 */
#include "sim.h"
#include "pitwall/wire.h"

#include <string.h>

enum {
	DECODERS = LINES_MAX + 3, /* lines, pit in, pit out, SF in the lane */
	STATUS_S = 5,
	NOISE = 24,
	TENTHS = 120, /* of a volt */
};

struct writer {
	struct out *out;
	const struct sim_race *sim;
	instant_us boot_at, status_at;
	uint32_t numbers[DECODERS]; /* said last */
	bool present[DECODERS];
};

static unsigned decoder_of(uint8_t line)
{
	if (line < LINES_MAX)
		return line;
	return line == LINE_PIT_IN    ? LINES_MAX
	       : line == LINE_PIT_OUT ? LINES_MAX + 1
				      : LINES_MAX + 2;
}

uint32_t sim_p3_decoder(uint8_t line)
{
	return SIM_P3_DECODER + decoder_of(line);
}

uint32_t sim_p98_decoder(uint8_t line)
{
	return SIM_P98_DECODER + decoder_of(line);
}

static void find_decoders(struct writer *w, uint8_t line)
{
	const struct sim_race *sim = w->sim;
	for (unsigned i = 0; i < sim->setup.line_count && i < LINES_MAX; i++)
		w->present[i] = true;
	for (unsigned i = LINES_MAX; i < DECODERS; i++)
		w->present[i] = true;
	for (unsigned i = 0; i < DECODERS && line != LINE_NONE; i++)
		w->present[i] = i == decoder_of(line);
}

/* They were switched on an hour before anything happens. */
static void find_ends(struct writer *w)
{
	const struct sim_race *sim = w->sim;
	instant_us first = sim->setup.start_at;
	if (sim->passing_count > 0 &&
	    (first == INSTANT_NONE || sim->passings[0].at < first))
		first = sim->passings[0].at;
	if (first == INSTANT_NONE)
		first = 0;
	w->boot_at = first - US_HOUR;
	w->status_at = first - US_MIN;
}

static void begin(struct writer *w, struct out *out, const struct sim_race *sim,
		  uint8_t line)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
	w->sim = sim;
	find_decoders(w, line);
	find_ends(w);
}

static const char *transponder(const struct writer *w, const struct sim_passing *p)
{
	const struct sim_car *car = &w->sim->cars[p->car];
	return car->transponder[0] != '\0' ? car->transponder : car->number;
}

/* (2) */
static uint64_t chance_of(const struct writer *w, unsigned decoder)
{
	return w->sim->seed ^ (uint64_t)decoder << 32 ^ w->numbers[decoder];
}

/* ---- P3 ------------------------------------------------------------------------- */

static void p3_status(struct writer *w, unsigned decoder)
{
	const struct wire_p3_status status = {
		.decoder = SIM_P3_DECODER + decoder,
		.noise = NOISE,
		.temperature = 31,
		.voltage = TENTHS,
	};
	wire_p3_status(w->out, &status);
}

static void p3_passing(struct writer *w, unsigned decoder, const struct sim_passing *p)
{
	uint64_t chance = chance_of(w, decoder);
	struct wire_p3_passing passing = {
		.rtc = p->at,
		.utc = INSTANT_NONE,
		.decoder = SIM_P3_DECODER + decoder,
		.number = ++w->numbers[decoder],
		.strength = (uint16_t)(90 + random_below(&chance, 40)),
		.hits = (uint16_t)(20 + random_below(&chance, 40)),
	};
	struct slice name = slice_of(transponder(w, p));
	uint64_t number;
	/* Of letters too: ProChip's. */
	if (parse_u64(name, &number) && number > 0 && number <= UINT32_MAX &&
	    name.at[0] != '0')
		passing.transponder = (uint32_t)number;
	else
		text_copy(passing.code, sizeof(passing.code), name);
	wire_p3_passing(w->out, &passing);
}

/* ---- P98 ------------------------------------------------------------------------ */

static void p98_status(struct writer *w, unsigned decoder)
{
	wire_p98_status(w->out, SIM_P98_DECODER + decoder, ++w->numbers[decoder],
			NOISE);
}

static void p98_passing(struct writer *w, unsigned decoder, const struct sim_passing *p)
{
	uint64_t chance = chance_of(w, decoder);
	struct wire_p98_passing passing = {
		.time = p->at - w->boot_at,
		.decoder = SIM_P98_DECODER + decoder,
		.sequence = ++w->numbers[decoder],
		.hits = (uint16_t)(20 + random_below(&chance, 40)),
		.strength = (uint16_t)(90 + random_below(&chance, 40)),
		.status = 2,
	};
	uint64_t number;
	/* It has room for a number only. */
	if (parse_u64(slice_of(transponder(w, p)), &number) && number <= UINT32_MAX)
		passing.transponder = (uint32_t)number;
	else
		passing.transponder = SIM_P98_UNNAMED + p->car;
	wire_p98_passing(w->out, &passing);
}

/* ---- both ------------------------------------------------------------------------ */

struct protocol {
	void (*status)(struct writer *w, unsigned decoder);
	void (*passing)(struct writer *w, unsigned decoder,
			const struct sim_passing *passing);
};

static void write_status(struct writer *w, const struct protocol *protocol)
{
	for (unsigned i = 0; i < DECODERS; i++)
		if (w->present[i])
			protocol->status(w, i);
	w->status_at += STATUS_S * US_S;
}

static void write_all(struct writer *w, const struct protocol *protocol)
{
	const struct sim_race *sim = w->sim;
	for (uint32_t i = 0; i < sim->passing_count; i++) {
		const struct sim_passing *p = &sim->passings[i];
		unsigned decoder = decoder_of(p->line);
		while (w->status_at <= p->at)
			write_status(w, protocol);
		if (w->present[decoder] && p->car < SIM_CARS_MAX)
			protocol->passing(w, decoder, p);
	}
	write_status(w, protocol);
}

void sim_write_p3(struct out *out, const struct sim_race *sim, uint8_t line)
{
	static const struct protocol protocol = {p3_status, p3_passing};
	struct writer w;
	begin(&w, out, sim, line);
	for (unsigned i = 0; i < DECODERS; i++) {
		if (!w.present[i])
			continue;
		wire_p3_time(out, SIM_P3_DECODER + i, w.status_at, INSTANT_NONE);
		wire_p3_version(out, SIM_P3_DECODER + i, 0x14, "TranX Pro", "4.5");
	}
	write_all(&w, &protocol);
}

void sim_write_p98(struct out *out, const struct sim_race *sim, uint8_t line)
{
	static const struct protocol protocol = {p98_status, p98_passing};
	struct writer w;
	begin(&w, out, sim, line);
	write_all(&w, &protocol);
}
