/*
 * season.h -- a season: races scored together by rules of points
 *
 * Pure: no clock, no heap, no I/O. A query on a const struct season, as classify() is on a race.
 *
 *  (1) Points are hundredths (SEASON_POINT), so that halves and quarters are exact.
 *  (2) Drivers, teams, makes and cars are indices into season.names. The reader of a season
 *      gives each person and each car one name, however the sources spell them.
 *  (3) Each round is a struct of the caller: the running race is one more round, made anew at
 *      each instant, and a scenario is a changed copy of it.
 *  (4) What the rules do not establish is never assumed in silence: season_standings() refuses
 *      with a sentence where it matters, or a reason is marked (`known`).
 *  (5) Points and reasons are made by the same code: the reasons of a name add up to its points.
 */
#ifndef PITWALL_SEASON_H
#define PITWALL_SEASON_H

#include "pitwall/race.h"

enum {
	SEASON_POINT = 100,
	SEASON_ROUNDS_MAX = 32,
	SEASON_CLASSES_MAX = 24, /* SEASON_CLASSES_MAX as an index: none */
	SEASON_NAMES_MAX = 2048,
	SEASON_NAME_MAX = 48,
	SEASON_ROWS_MAX = 1024, /* of one table */
	SEASON_TIES_MAX = 32,   /* places that decide ties */
	SEASON_NONE = 0xffff,   /* of an index of names, of laps */
	POINTS_SCALES_MAX = 8,
	POINTS_PLACES_MAX = 64,
	POINTS_SEGMENTS_MAX = 8, /* instants of a race; sections of such instants */
	POINTS_TITLES_MAX = 16,
	POINTS_LIST_MAX = 8, /* classes or exceptions */
	POINTS_INVITATIONS_MAX = 16,
	POINTS_NAME_MAX = 40,
	POINTS_CLASS_MAX = 16,
};

/* ---- rules of points (points.c; files are read by assets/points_file.c) ----------- */

/* Points of places 1, 2 ...; behind the last one each place has @step more (it is negative),
 * down to @least; without a step @least at once. */
struct points_scale {
	char name[POINTS_CLASS_MAX]; /* "6h"; a round may name it */
	duration_us from,
		to; /* length of the rounds it is for; to 0: those that name it */
	int32_t points[POINTS_PLACES_MAX];
	int32_t step, least;
	uint8_t count; /* 0: the scale is not established */
	uint8_t known; /* enum rules_known, here and below */
	uint8_t beyond_known;
	uint8_t any_length;  /* for rounds of any length */
	uint8_t said;        /* enum points_said */
	uint8_t beyond_said; /* of `least`, where it has a line of its own */
	uint8_t spare[2];
};

/* Who gets points. */
enum points_to {
	TO_DRIVERS = 1,
	TO_TEAMS = 2,
	TO_MAKES = 4,
	TO_QUALIFIER = 8, /* of the drivers only the one who set the time */
};

enum points_title_kind { TITLE_DRIVERS, TITLE_TEAMS, TITLE_MAKES, TITLE_KINDS };
const char *points_title_kind_name(enum points_title_kind kind); /* "drivers" */
int points_title_kind_by_name(struct slice name);                /* -1: unknown */

/* Cars without a right to points: guests, and private cars where makes are scored. */
enum points_others {
	OTHERS_INVISIBLE, /* the cars behind move up */
	OTHERS_COUNT,     /* they keep their places, without points */
	OTHERS_SCORE,     /* as all others */
};

/* Among which cars a place is counted. */
enum points_places {
	PLACES_CLASS,
	PLACES_OVERALL,
	PLACES_TITLE, /* those that score for the title: of each make its best */
};

enum points_classified {
	CLASSIFIED_RACE,  /* what the result says */
	CLASSIFIED_SHARE, /* a share of the winner's laps */
	CLASSIFIED_ALL,   /* all that started: who retires scores by place */
};

/* Values of the rules: id, section and key of the file. */
#define POINTS_VALUES(X)                            \
	X(GUESTS, "race", "guests")                 \
	X(CLASSIFIED, "race", "classified")         \
	X(MUST_TAKE_FLAG, "race", "must-take-flag") \
	X(DEAD_HEAT, "race", "dead-heat")           \
	X(START, "race", "start")                   \
	X(FASTEST_LAP, "race", "fastest-lap")       \
	X(FASTEST_LAP_TO, "race", "fastest-lap-to") \
	X(MOST_LAPS, "race", "most-laps")           \
	X(POLE, "pole", "points")                   \
	X(POLE_TO, "pole", "to")                    \
	X(QUALIFYING, "qualifying", "points")       \
	X(QUALIFYING_TO, "qualifying", "to")        \
	X(HALF_BELOW, "half points", "below")       \
	X(HALF_OF, "half points", "of")             \
	X(HALF_LAPS, "half points", "none-to-laps") \
	X(SMALL_CARS, "small class", "below-cars")  \
	X(SMALL_SCALE, "small class", "scale")      \
	X(DRIVER_MINIMUM, "driver", "minimum")      \
	X(TWO_CARS, "driver", "two-cars")           \
	X(NEW_TEAM, "driver", "new-team")           \
	X(DROPS, "drops", "drop")                   \
	X(DROPS_OF, "drops", "of")                  \
	X(TIES, "ties", "by")
enum points_value {
#define X(id_, section_, key_) POINTS_##id_,
	POINTS_VALUES(X)
#undef X
		POINTS_VALUE_COUNT
};
/* What the rules say of a value. */
enum points_said {
	SAID_NOTHING, /* no such points, no such rule */
	SAID,
	SAID_UNKNOWN, /* "not established": to be asked for */
};

/* Years from and to; 0: no bound. */
struct points_years {
	uint16_t from, to;
};
/** True when the year is one of them; 0, not known, always is. */
bool points_in_years(const struct points_years *years, unsigned year);

struct points_title {
	char name[POINTS_NAME_MAX]; /* "drivers", "makes 2024": the section */
	char cup[POINTS_NAME_MAX];  /* "": the championship */
	char classes[POINTS_LIST_MAX][POINTS_CLASS_MAX]; /* only these */
	struct points_years years;
	uint8_t kind;        /* enum points_title_kind */
	uint8_t class_count; /* 0: every class */
	uint8_t joint;       /* one table for its classes; else one for each */
	uint8_t places;      /* enum points_places */
	uint8_t places_said; /* enum points_said */
	uint8_t cars;        /* of one team or make: the N best score; 0: all */
	uint8_t cars_said;
	uint8_t each_car; /* teams: each car by itself */
	uint8_t privates; /* enum points_others */
	uint8_t known;    /* the least certain of its values */
	uint8_t spare[2];
};

/* Points at instants before the end of some rounds, or at the end for a cup. */
struct points_segments {
	char name[POINTS_NAME_MAX];
	char round
		[POINTS_NAME_MAX]; /* rounds with one of these words, "Petit, Road Atlanta" */
	char cup[POINTS_NAME_MAX]; /* "": the championship */
	struct points_years years;
	duration_us at[POINTS_SEGMENTS_MAX]; /* since the start; 0: by share */
	uint16_t share_pm[POINTS_SEGMENTS_MAX];
	struct points_scale scale;
	uint8_t count;
	uint8_t known;
	uint8_t spare[2];
};

/* Rounds that give a class no points for the championship. */
struct points_exception {
	char name[POINTS_NAME_MAX];
	char round[POINTS_NAME_MAX];
	char classes[POINTS_LIST_MAX][POINTS_CLASS_MAX];
	struct points_years years;
	uint8_t class_count, known;
	uint8_t spare[2];
};

struct points_invitation {
	char name[POINTS_NAME_MAX];
	char class_name[POINTS_CLASS_MAX]; /* "": of each class */
	char to[64];                       /* "24 Hours of Le Mans, LMP2" */
	struct points_years years;
	uint8_t kind;        /* enum points_title_kind: whose standings */
	uint8_t first;       /* the first N */
	uint8_t cars;        /* only where at least so many cars are in the class */
	uint8_t every_round; /* only those that started every round */
	uint8_t race;        /* by the class result of the last round, not by points */
	uint8_t known;
	uint8_t spare[2];
};

struct points_rules {
	char name[POINTS_NAME_MAX], title[80];
	struct points_years years; /* of the seasons that they are for */
	struct points_scale scales[POINTS_SCALES_MAX];
	struct points_scale qualifying;
	struct points_title titles[POINTS_TITLES_MAX];
	struct points_segments segments[POINTS_SEGMENTS_MAX];
	struct points_exception exceptions[POINTS_LIST_MAX];
	struct points_invitation invitations[POINTS_INVITATIONS_MAX];
	uint8_t said[POINTS_VALUE_COUNT];  /* enum points_said */
	uint8_t known[POINTS_VALUE_COUNT]; /* enum rules_known */
	uint8_t scale_count, title_count, segment_count, exception_count;
	uint8_t invitation_count;
	uint8_t guests;        /* enum points_others */
	uint8_t classified;    /* enum points_classified */
	uint8_t classified_of; /* enum rules_of */
	uint8_t must_take_flag;
	uint8_t dead_heat_full; /* each has the points of the place; else they are shared */
	uint8_t pole_to, qualifying_to, fastest_lap_to; /* bits of enum points_to */
	uint8_t half_distance; /* the share is of the distance; else of the time */
	uint8_t small_cars;    /* with fewer cars in the class, the scale small_scale */
	uint8_t small_scale;
	uint8_t both_cars;      /* a driver of two cars has the points of both */
	uint8_t new_team_apart; /* points for two teams are not added up */
	uint8_t drop_keeps;     /* `drop` is the number of rounds that count */
	uint8_t drop_of_held; /* worst rounds of those held so far; else of the season */
	uint8_t drop;
	uint8_t ties_by_places; /* more wins, then more second places ... */
	uint16_t classified_pm;
	uint16_t half_below_pm;     /* half points below this share */
	uint16_t driver_minimum_pm; /* of the laps of the car */
	uint16_t
		half_none_laps; /* no points with this many laps of the leader, or fewer */
	duration_us driver_minimum; /* driving time */
	int32_t pole, fastest_lap, start, most_laps;
};

/** The sum, at most INT32_MAX and at least -INT32_MAX: its negative is a number too. */
static inline int32_t points_add(int32_t a, int32_t b)
{
	int64_t sum = (int64_t)a + b;
	return sum > INT32_MAX    ? INT32_MAX
	       : sum < -INT32_MAX ? -INT32_MAX
				  : (int32_t)sum;
}
/** Points of a place (1: the first) on a scale. */
int32_t points_of_place(const struct points_scale *scale, unsigned place);
/** Write points: "12.5". @buf has 16 bytes; returns the length. */
size_t format_points(char *buf, int32_t points);
/** "70%" or "12.5%" of a share above 0 % in per mille; false: it is none, or has more
 * digits. */
MUST_USE bool parse_share(struct slice text, uint16_t *pm);
/** "12.5" or "-3" in hundredths; false: no number of points. */
MUST_USE bool parse_points(struct slice s, int32_t *out);
/** True when the words are in the text, case ignored. */
bool points_words_in(const char *text, const char *words);
/** The less certain of two values of enum rules_known. */
uint8_t points_less_certain(uint8_t a, uint8_t b);
/** Section and key of a value in the file. */
const char *points_value_section(enum points_value value);
const char *points_value_key(enum points_value value);

/* ---- the season ------------------------------------------------------------------- */

/* A driver of a car in a round. */
struct season_seat {
	uint16_t driver;
	uint16_t laps;   /* SEASON_NONE: not known */
	int32_t seconds; /* at the wheel; -1: not known */
};

struct season_result {
	duration_us total;
	struct season_seat seats[RACE_DRIVERS_MAX];
	int32_t given
		[TITLE_KINDS]; /* points of decisions; drops leave them as they are */
	uint32_t laps;
	uint16_t car, team, make; /* SEASON_NONE: none */
	uint16_t place;       /* in the whole field; 0 not known; equal: a dead heat */
	uint16_t class_place; /* of all cars of a class; of none (0): as `place` */
	uint16_t qualifying;  /* place in the class; 0: none */
	uint16_t grid;        /* 0: not known */
	uint16_t segments[POINTS_SEGMENTS_MAX]; /* places in the class; 0: none */
	uint8_t class_index;                    /* in season.classes */
	uint8_t status; /* enum result_status: RUNNING counts as CLASSIFIED */
	uint8_t seat_count;
	uint8_t qualifier; /* the seat that set the time; RACE_DRIVERS_MAX: not known */
	uint8_t guest,
		privately; /* no entry for the season; no car of its make's team */
	uint8_t pole, fastest_lap; /* of the class */
	uint8_t spare[7];
};

enum { ROUND_BY_RULE = 0xff };

struct season_round {
	char name[SEASON_NAME_MAX], circuit[CIRCUIT_NAME_MAX];
	instant_us date; /* midnight UTC; INSTANT_NONE */
	struct rules_length length;
	duration_us run;      /* time that was raced; DURATION_NONE: to the end */
	int32_t factor;       /* of the race points, in hundredths; -1: by the rules */
	uint32_t laps;        /* of the winner, when no row has laps; 0 */
	uint32_t distance_pm; /* share of the distance that was raced; 0: all */
	uint32_t without; /* bits of classes that get no points for the championship */
	uint8_t scale;    /* of the rules; ROUND_BY_RULE: by its length */
	uint8_t segments; /* of the rules; ROUND_BY_RULE: by its name */
	uint8_t held;     /* has results, complete or of the running race */
	uint8_t running;
	uint16_t count;
	uint16_t admitted
		[SEASON_CLASSES_MAX]; /* cars in practice; 0: those of the result */
	struct season_result results[RACE_CARS_MAX];
};

struct season {
	char name[SEASON_NAME_MAX];
	uint16_t year;
	uint16_t name_count;
	uint8_t class_count, round_count;
	uint8_t spare[2];
	char names[SEASON_NAMES_MAX][SEASON_NAME_MAX];
	char classes[SEASON_CLASSES_MAX][POINTS_CLASS_MAX];
	struct points_rules rules;
	const struct season_round
		*rounds[SEASON_ROUNDS_MAX]; /* NULL: no more than planned */
};

/** Index of a name, added when it is new; SEASON_NONE when there is no room or it is empty. */
uint16_t season_name(struct season *season, struct slice name);
/** The text of an index; "" for SEASON_NONE. */
const char *season_name_text(const struct season *season, uint16_t name);
/** True when two classes differ in case, blanks, '-' and '_' alone: "GTD Pro", "GTDPRO". */
bool season_same_class(const char *a, const char *b);
/** Index of a class, added when it is new; SEASON_CLASSES_MAX when there is no room. */
uint8_t season_class(struct season *season, struct slice name);

/** The segments of a round for a title; NULL: none. */
const struct points_segments *season_segments_of(const struct season *season,
						 const struct points_title *title,
						 const struct season_round *round);
/** The segments of a round for the first title that has some; NULL: none. */
const struct points_segments *season_round_segments(const struct season *season,
						    const struct season_round *round);
/** The instant of segment @k since the start of a race of @length (0: not known); 0: the end
 * of the race, or not known. */
duration_us season_segment_time(const struct points_segments *segments, unsigned k,
				duration_us length);

/** Segments of the year that no round has, when they end with a race of the length of round
 * @round, which has none: it may have another name. NULL: none. */
const struct points_segments *season_segments_missed(const struct season *season,
						     unsigned round);

/* ---- standings (score.c, ties.c) ---------------------------------------------------- */

/* One table: a title, and the class where each class has its own. */
struct season_query {
	uint8_t title;       /* of season.rules.titles */
	uint8_t class_index; /* SEASON_CLASSES_MAX: the title is joint */
	uint8_t rounds;      /* the first N; 0: all */
	uint8_t spare;
};
/** The table after @query: all titles of the year, class by class. Begin with title
 * POINTS_TITLES_MAX. False: no more. */
bool season_query_next(const struct season *season, struct season_query *query);
/** "drivers, GTP": what the table is called. */
size_t season_query_title(const struct season *season, const struct season_query *query,
			  char *buf, size_t cap);

struct season_standing {
	int32_t points;                      /* with drops and `given` */
	int32_t by_round[SEASON_ROUNDS_MAX]; /* before drops, without `given` */
	int32_t given;                       /* by decisions; drops do not change it */
	uint32_t scored;   /* bits of rounds in which the name took part */
	uint32_t dropped;  /* bits of rounds that do not count */
	uint16_t name;     /* driver, team, car or make */
	uint16_t team;     /* drivers whose teams are kept apart; SEASON_NONE */
	uint16_t car;      /* of the last round it took part in; SEASON_NONE: several */
	uint16_t position; /* 1: first; equal where nothing decides */
	uint8_t equal;     /* another has the same position */
	uint8_t tie; /* ahead of the next with equal points by more of this place; 0 */
	uint8_t best[SEASON_ROUNDS_MAX]; /* best place of a round; 0: none */
	uint8_t times[SEASON_TIES_MAX];  /* how often 1st, 2nd ... */
	uint8_t spare[6];
};

struct season_table {
	uint16_t count;
	uint8_t known;    /* the least certain value that was used */
	uint8_t unplaced; /* further names found no room */
	uint8_t rounds;   /* planned rounds that are still to come */
	uint8_t spare[3];
	struct season_standing rows[SEASON_ROWS_MAX];
};

/** Standings after the rounds of @query. -EINVAL with a sentence that names the value of the
 * rules that is not established, and how to say it. */
int season_standings(const struct season *season, const struct season_query *query,
		     struct season_table *out, struct err *err);

/* ---- reasons (reasons.c) -------------------------------------------------------------- */

enum season_reason_kind {
	REASON_RACE,
	REASON_SMALL_CLASS, /* race points of a small class */
	REASON_POLE,
	REASON_QUALIFYING,
	REASON_FASTEST_LAP,
	REASON_START,
	REASON_MOST_LAPS,
	REASON_SEGMENT,
	REASON_GIVEN,
	REASON_GUEST, /* no points, here and below: a guest */
	REASON_PRIVATE,
	REASON_NOT_CLASSIFIED,
	REASON_DISQUALIFIED,
	REASON_DROVE_TOO_LITTLE,
	REASON_OTHER_CAR, /* another car of the name scored instead */
	REASON_EXCEPTION, /* the round gives the class no points */
	REASON_STOPPED,   /* stopped too early for points */
	REASON_DROPPED,
};

struct season_reason {
	int32_t points;
	uint16_t car;    /* SEASON_NONE: of no car */
	uint16_t place;  /* 0: none */
	uint16_t of;     /* cars that were counted */
	uint16_t guests; /* cars ahead that are invisible */
	uint8_t kind, round;
	uint8_t segment; /* from 0 */
	uint8_t shared;  /* cars in a dead heat; 0 */
	uint8_t factor;  /* of the points, in hundredths; 100: whole */
	uint8_t known;   /* enum rules_known of the value used */
	uint8_t spare[2];
};

/** Reasons for the points of a row of @query's table, in order of the rounds; at most @max.
 * Their sum is the points of the row. Returns how many there are. */
unsigned season_reasons(const struct season *season, const struct season_query *query,
			const struct season_standing *row, struct season_reason *out,
			unsigned max);
/** "Sebring: 2nd of the 9 in GTP that count: 320". Returns the length. */
size_t season_reason_text(const struct season *season, const struct season_query *query,
			  const struct season_reason *reason, char *buf, size_t cap);
/** What decides between a row and the next with equal points: "ahead by 3 wins to 2";
 * "equal" where nothing does; "" with different points. Returns the length. */
size_t season_tie_text(const struct season_table *table, unsigned row, char *buf,
		       size_t cap);

/* ---- before the last race (totals.c) ------------------------------------------------------- */

/** Standings without the race of the last round held, with all its other points (pole,
 * qualifying, segments): what season_must() and season_scenarios() begin with. The rows have
 * no order. -EINVAL as season_standings(). */
int season_base(const struct season *season, const struct season_query *query,
		struct season_table *out, struct err *err);
/** Row of a name in a table; @team as in season_standing. -1: none. */
int season_row_of(const struct season_table *table, uint16_t name, uint16_t team);

/* ---- what must happen (must.c) ------------------------------------------------------------ */

enum { MUST_RIVALS_MAX = 8, MUST_PLACES_MAX = POINTS_PLACES_MAX };

/* "with 2nd to 4th, if #50 is 3rd or worse": a case in which a name is champion. */
struct season_must {
	uint8_t from, to; /* own places; 0 and 0: any place, or (`out`) none */
	uint8_t out;      /* also where it is not classified */
	uint8_t rivals;   /* all of them must do this or worse */
	uint8_t more;     /* further rivals found no room: the case says too little */
	uint8_t spare;
	uint16_t car; /* of the name; SEASON_NONE: a make, or several cars: its best */
	struct {
		uint16_t name, car; /* likewise */
		uint8_t place;      /* this or worse; 0: not classified */
		uint8_t apart;      /* in another class, with places of its own */
	} rival[MUST_RIVALS_MAX];
};

/** Cases in which the name of @row of @base is champion, when the last round of the season is
 * the one that is not decided: exact, over all places of the name and of each rival, with
 * the points as the rules give them. Champion: no other has as much, but for the drivers
 * of the same car. Returns how many there are, at most @max; 0: it cannot be champion; -1: not
 * known: rounds are still to come, the last one has no results, or several cars of one name
 * score in it and the title is not decided yet. */
int season_must(const struct season *season, const struct season_query *query,
		const struct season_table *base, unsigned row, struct season_must *out,
		unsigned max);
/** "#7 is champion with 2nd to 4th if #50 is 3rd or worse". Returns the length. */
size_t season_must_text(const struct season *season, const struct season_standing *row,
			const struct season_must *must, char *buf, size_t cap);

/* ---- scenarios (scenarios.c) --------------------------------------------------------------- */

enum { SEASON_DRAWS = 256 };

/* What a forecast says of a car, in FORECAST_ONE. */
struct season_odds {
	uint16_t p_class_win, p_flag;
};

/* Orders of the classes at the flag, drawn with these odds: nothing is random, and the same
 * odds give the same orders. */
struct season_draws {
	uint16_t count;                         /* SEASON_DRAWS */
	uint16_t first[SEASON_CLASSES_MAX + 1]; /* of a class in `order` */
	uint8_t order[SEASON_DRAWS]
		     [RACE_CARS_MAX]; /* rows of the results, class by class */
	uint8_t classified[SEASON_DRAWS][SEASON_CLASSES_MAX]; /* the others retire */
};
/** @odds: by row of @round's results. */
void season_draw(const struct season_round *round, const struct season_odds *odds,
		 struct season_draws *out);

struct season_chance {
	int32_t expected; /* points after the round, the mean of the draws */
	uint16_t
		p_first; /* chance to be first then, in FORECAST_ONE; with no round to come
			     it is the title's */
	uint16_t
		crew; /* row of the first driver of the same car and points: they are first
			  together, so that the chances of crews sum to FORECAST_ONE */
};
/** By row of @base, with the last round held as it is drawn: each draw is scored by the rules.
 * Equal names share a draw. */
void season_scenarios(const struct season *season, const struct season_query *query,
		      const struct season_table *base, const struct season_draws *draws,
		      struct season_chance *out);

/* ---- invitations (invitations.c) -------------------------------------------------------- */

struct season_invited {
	uint16_t name, team, car; /* SEASON_NONE: none */
	uint8_t invitation;       /* of season.rules.invitations */
	uint8_t class_index;
	uint8_t position;
	uint8_t unsure; /* equal with the next one, who is not invited */
};
/** Who holds the invitations after @rounds (0: all); at most @max. @table: room to work in.
 * Returns how many; -EINVAL with a sentence as season_standings(). */
int season_invitations(const struct season *season, unsigned rounds,
		       struct season_table *table, struct season_invited *out,
		       unsigned max, struct err *err);

#endif
