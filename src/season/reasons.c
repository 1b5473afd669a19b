/*
 * reasons.c -- why a name has its points, in sentences
 */
#include "score.h"

struct reasons {
	const struct season_standing *row;
	struct season_reason *out;
	unsigned count, max;
};

static void reasons_add(struct reasons *reasons, const struct season_reason *reason)
{
	if (reasons->count < reasons->max)
		reasons->out[reasons->count] = *reason;
	reasons->count++;
}

static void reasons_award(void *context, uint16_t name, uint16_t team,
			  const struct season_reason *reason)
{
	struct reasons *reasons = context;
	if (name == reasons->row->name && team == reasons->row->team)
		reasons_add(reasons, reason);
}

unsigned season_reasons(const struct season *season, const struct season_query *query,
			const struct season_standing *row, struct season_reason *out,
			unsigned max)
{
	struct reasons reasons = {.row = row, .out = out, .max = max};
	struct season_sink sink = {reasons_award, &reasons};
	for (unsigned r = 0; r < season_rounds_of(season, query); r++) {
		if (!season->rounds[r] || !season->rounds[r]->held)
			continue;
		season_round_score(season, query, season->rounds[r], r, &sink);
		if (!(row->dropped >> r & 1) || row->by_round[r] == 0)
			continue;
		struct season_reason dropped = {
			.points = -row->by_round[r],
			.car = SEASON_NONE,
			.kind = REASON_DROPPED,
			.round = (uint8_t)r,
			.factor = 100,
			.known = season->rules.known[POINTS_DROPS],
		};
		reasons_add(&reasons, &dropped);
	}
	return reasons.count < max ? reasons.count : max;
}

/* ---- sentences ------------------------------------------------------------------------ */

const char *season_ordinal(unsigned n)
{
	if (n % 100 >= 11 && n % 100 <= 13)
		return "th";
	return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

/* "2nd of 9 in GTP that count", and what is particular to it. */
static size_t place_text(const struct season *season, const struct season_query *query,
			 const struct season_reason *reason, char *buf, size_t cap)
{
	const struct points_title *title = &season->rules.titles[query->title];
	bool race = reason->kind == REASON_RACE || reason->kind == REASON_SMALL_CLASS;
	const char *in = race && title->places == PLACES_OVERALL ? "the race"
			 : query->class_index < season->class_count
				 ? season->classes[query->class_index]
				 : "its class";
	size_t n = text_format(buf, cap, "%u%s of %u that count in %s", reason->place,
			       season_ordinal(reason->place), reason->of, in);
	if (reason->kind == REASON_QUALIFYING)
		n += text_format(buf + n, cap - n, ", qualifying");
	if (reason->guests > 0)
		n += text_format(buf + n, cap - n,
				 reason->guests == 1
					 ? ", without a car ahead that does not count"
					 : ", without %u cars ahead that do not count",
				 reason->guests);
	if (reason->shared > 0)
		n += text_format(buf + n, cap - n, ", dead heat of %u cars",
				 reason->shared);
	if (reason->kind == REASON_SMALL_CLASS)
		n += text_format(buf + n, cap - n, ", few cars in the class");
	if (reason->factor == 50)
		n += text_format(buf + n, cap - n, ", half points");
	else if (reason->factor != 100)
		n += text_format(buf + n, cap - n, ", %u %% of the points",
				 reason->factor);
	return n;
}

static size_t segment_text(const struct season *season,
			   const struct season_query *query,
			   const struct season_reason *reason, char *buf, size_t cap)
{
	const struct points_segments *segments =
		season_segments_of(season, &season->rules.titles[query->title],
				   season->rounds[reason->round]);
	size_t n = reason->place > 0 ? place_text(season, query, reason, buf, cap)
				     : text_format(buf, cap, "no place");
	if (!segments || reason->segment >= segments->count)
		return n;
	char time[TIME_TEXT_MAX];
	format_duration(time, segments->at[reason->segment], TIME_CLOCK);
	if (segments->share_pm[reason->segment])
		return n + text_format(buf + n, cap - n, " after %u %% of the race",
				       segments->share_pm[reason->segment] / 10);
	return n + text_format(buf + n, cap - n, " after %s", time);
}

static const char *plain_reason(enum season_reason_kind kind)
{
	static const char *const texts[] = {
		[REASON_POLE] = "pole position",
		[REASON_FASTEST_LAP] = "fastest lap",
		[REASON_START] = "started",
		[REASON_MOST_LAPS] = "most laps of the drivers of the car",
		[REASON_GIVEN] = "by a decision",
		[REASON_GUEST] = "a guest, no points",
		[REASON_PRIVATE] = "a private car, no points for the make",
		[REASON_NOT_CLASSIFIED] = "not classified",
		[REASON_DISQUALIFIED] = "disqualified",
		[REASON_DROVE_TOO_LITTLE] = "drove less than the minimum",
		[REASON_OTHER_CAR] = "another car scored",
		[REASON_EXCEPTION] = "the round gives the class no points",
		[REASON_STOPPED] = "stopped too early for points",
		[REASON_DROPPED] = "the round is dropped",
	};
	return (unsigned)kind < ARRAY_LEN(texts) && texts[kind] ? texts[kind] : "";
}

size_t season_reason_text(const struct season *season, const struct season_query *query,
			  const struct season_reason *reason, char *buf, size_t cap)
{
	const struct season_round *round = season->rounds[reason->round];
	char points[16], what[160];
	bool placed = reason->kind == REASON_RACE ||
		      reason->kind == REASON_SMALL_CLASS ||
		      reason->kind == REASON_QUALIFYING;
	if (placed && reason->place > 0)
		place_text(season, query, reason, what, sizeof(what));
	else if (reason->kind == REASON_SEGMENT)
		segment_text(season, query, reason, what, sizeof(what));
	else
		text_format(
			what, sizeof(what), "%s",
			placed ? "no place"
			       : plain_reason((enum season_reason_kind)reason->kind));
	format_points(points, reason->points);
	const char *car = season_name_text(season, reason->car);
	return text_format(buf, cap, "%s%s%s: %s: %s%s", round ? round->name : "",
			   car[0] ? ", #" : "", car, what,
			   reason->known == KNOWN_SOURCE ? "" : "~", points);
}
