/*
 * encode.h -- output: results and laps as tables, CSV and JSON, events as JSON Lines, a
 * race as a lap file (screens: paint.h)
 *
 * Everything is written through a struct out: pure code formats, the shell
 * decides where bytes go.
 */
#ifndef PITWALL_ENCODE_H
#define PITWALL_ENCODE_H

#include "pitwall/digest.h"
#include "pitwall/forecast.h"
#include "pitwall/history.h"
#include "pitwall/out.h"
#include "pitwall/listing.h"
#include "pitwall/season.h"
#include "pitwall/season_view.h"
#include "pitwall/strategy.h"

/* ---- what happened, in words (history_sentence.c) ---------------------------------- */

enum {
	SENTENCE_OWN = 1, /* in a list of one car */
	SENTENCE_CLAUSE =
		2,         /* follows the car, its subject, for reading aloud: no signs,
				and no value that may still change */
	SENTENCE_STOP = 4, /* a clause of a stop has its laps and both drivers */
	SENTENCE_SURNAMES = 8, /* drivers by their surnames alone */
	SENTENCE_CODES = 16,   /* by three letters */
};
enum { SENTENCE_MAX = 320 };
struct sentence {
	size_t len;
	size_t news; /* leading bytes that are news; the rest is context; SIZE_MAX all */
	char text[SENTENCE_MAX];
};
struct sentence_of {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules; /* NULL is fine */
	unsigned style;            /* SENTENCE_ bits */
};
/** @row in words, without its time and its car: "out after 0:58, A. Bell \u2192 J. Kane"; as a
 * clause "is out again after 0:58". A row without a car has its own subject; a message is
 * unchanged. */
void history_sentence(const struct sentence_of *of, const struct history_row *row,
		      struct sentence *out);

/* ---- a race in sentences, one a line (sentences.c) ------------------------------- */

/* How far the sentences of a race were written. */
struct sentences {
	instant_us until; /* up to and including it; INSTANT_NONE nothing yet */
	bool ascii;       /* names fall back to their base letters */
};
void sentences_begin(struct sentences *sentences, bool ascii);
/** Write what happened after sentences->until, up to @until; @race must be at @until. @out
 * NULL: skip it, to begin in the middle of a race. To go back, begin again. */
void sentences_write(struct sentences *sentences, struct out *out,
		     const struct race *race, const struct race_tables *tables,
		     instant_us until);
/** The name of the race; @source when it has none. */
void sentences_head(struct sentences *sentences, struct out *out,
		    const struct race *race, const char *source);
/** The state at @at: flag, time left, leader. */
void sentences_state(struct sentences *sentences, struct out *out,
		     const struct race *race, instant_us at);
/** The classification, a line for each car. */
void sentences_result(struct sentences *sentences, struct out *out,
		      const struct race *race, const struct classification *list);

/** `results`: a row for each car, in the order of the classification. The CSV's columns, and
 * the names in JSON:
 *   pos,status,number,class,class_pos,laps,total_time,gap,interval,best_lap,
 *   best_lap_number,pit_stops,team,drivers,gap_laps,interval_laps
 * pos, class_pos   rank in the printed order: every row has one
 * status           CLASSIFIED, NC, DNF, DNS, DSQ; RUNNING before the finish
 * total_time       race time at the last counted crossing, H:MM:SS.mmm
 * gap, interval    SS.mmm, M:SS.mmm or "+N laps"; blank for a car that a decision
 *                  placed
 *                  JSON has seconds here, and laps in gap_laps and interval_laps
 * best_lap         M:SS.mmm
 * drivers          joined with " / "; a list in JSON
 * Unknown values are blank, null in JSON, where times are seconds with six
 * decimals. @class_only: NULL or a class name. */
void encode_results(struct out *out, enum format format, const struct race *race,
		    const struct rules *rules,
		    const struct classification *classification,
		    const char *class_only);
/** `laps`: a row for each lap, cars in the order of @cars. The CSV's columns, and the
 * names in JSON (sectors s1 ... as many as the circuit has):
 *   number,lap,lap_time,elapsed,time_of_day,s1,s2,s3,in_pit,pit_time,driver,flag,
 *   position,class_pos,source,class,team,top_speed,energy,tyre,tyre_laps
 * elapsed          race time at the crossing that completed the lap
 * pit_time         of the stop whose duration is part of this lap
 * source           "measured"; "estimated" when a time of the row is an estimate
 * top_speed, energy, tyre, tyre_laps: km/h on the lap; at its end per cent left, "soft" ...
 *                  "wet", laps driven on the set; blank where no source reports them */
void encode_laps(struct out *out, enum format format, const struct race *race,
		 const struct race_tables *tables, const uint16_t *cars,
		 uint32_t car_count);
/* What `stints` and `stops` list. */
struct stints_asked {
	const uint16_t *cars;
	uint32_t car_count;
	bool stops; /* the stops that ended the stints */
};
/** `stints`: a row for each stint, cars in the order given. CSV and JSON:
 *   number,class,stint,driver,from_lap,to_lap,laps,from,to,time,source,team
 * from, to         race time; laps completed at both ends in from_lap, to_lap
 * time             from the start or the pit exit to the pit entry or the last lap
 * `stops`: a row for each stop:
 *   number,class,stop,lap,in,time_of_day,out,time,driver,driver_after,source,team
 * in, out          race time at pit entry and exit
 * source           "estimated" when an end is an estimate, else "measured" */
void encode_stints(struct out *out, enum format format, const struct race *race,
		   const struct race_tables *tables, const struct stints_asked *asked);
/* What `events` lists. */
struct history_asked {
	instant_us at;          /* up to and including; >= race->now */
	uint16_t car;           /* CAR_NONE: of all */
	const char *class_only; /* NULL, or a class name: no row without a car then */
};
/** `events`: what happened, a row each, the oldest first (history.h has the kinds and
 * their definitions; laps are in `laps`). The CSV's columns, and the names in JSON:
 *   elapsed,time_of_day,kind,number,class,lap,time,class_pos,driver,text
 * kind         history_key()
 * lap          laps the car has completed
 * time         of the lap, the sector or the stop; how long the car was not seen, or the
 *              flag was shown
 * class_pos    of a lead and of places gained or lost
 * driver       who brings the car in, takes it out, or takes over
 * text         the rest, in words */
void encode_history(struct out *out, enum format format, const struct race *race,
		    const struct race_tables *tables,
		    const struct history_asked *asked);
/** `forecast`: a row for each car, in forecast order. The CSV's columns, and the names in
 * JSON:
 *   number,class,status,laps_now,laps_p10,laps_p50,laps_p90,behind_p10,behind_p50,
 *   behind_p90,threshold_p50,margin_now,margin_p50,p_classified,p_class_win,deadline,
 *   class_behind_p50,p_race_win,flag_at
 * laps_*, behind_* laps with two places (behind: the race winner; class_behind: the
 * first of the class); probabilities with three; deadline a time of day, blank unless
 * the car is stopped; flag_at the time of day of the winner's finish. Without a threshold
 * its columns are blank; without a race length all forecast columns are. */
void encode_forecast(struct out *out, enum format format, const struct race *race,
		     const struct forecast *forecast, const char *class_only);

/* ---- the strategy of a car (strategy_sentence.c, write_strategy.c) ------------------ */

/* How a run of words is drawn. */
enum strategy_mark {
	STRATEGY_PLAIN,
	STRATEGY_STRONG,
	STRATEGY_GUESS, /* a forecast value */
	STRATEGY_CAR,   /* the label of @car */
	STRATEGY_NEAR,  /* near a limit */
	STRATEGY_OVER,  /* beyond it */
};
enum { STRATEGY_RUNS_MAX = 48 };
struct strategy_run {
	uint16_t from, len; /* bytes of the text */
	uint16_t car;       /* CAR_NONE */
	uint8_t mark;       /* enum strategy_mark */
	bool clause;        /* the sentence may end before it */
};
struct strategy_sentence {
	size_t len; /* 0: there is nothing to say */
	unsigned run_count;
	struct strategy_run runs[STRATEGY_RUNS_MAX];
	char text[SENTENCE_MAX];
};
enum strategy_line {
	STRATEGY_LINE_NEXT,  /* stops to come, and the next */
	STRATEGY_LINE_GREEN, /* where it comes out after a stop now ... */
	STRATEGY_LINE_GREEN_ROAD,
	STRATEGY_LINE_SLOW, /* ... and under a neutralisation */
	STRATEGY_LINE_SLOW_ROAD,
	STRATEGY_LINE_NET,     /* place once all owe the same stops */
	STRATEGY_LINE_WHAT_IF, /* the stop that is asked about; empty: none is */
	STRATEGY_LINE_WHAT_IF_ROAD,
	STRATEGY_LINE_UNDERCUT, /* of the car ahead */
	STRATEGY_LINE_OVERCUT,  /* of the car ahead, empty: none within reach */
	STRATEGY_LINE_THREAT,   /* of the car behind; empty: none within reach */
	STRATEGY_LINE_WAVE,     /* who gets a lap back; empty: no safety car does */
	STRATEGY_LINE_STINTS,   /* by hand; empty: none */
	STRATEGY_LINE_AHEAD,    /* the car ahead in class */
	STRATEGY_LINE_BEHIND,   /* the car behind */
	STRATEGY_LINE_CALL,     /* the last lap of strategy->calls[index] */
	STRATEGY_LINE_DRIVERS,
	STRATEGY_LINE_LIMITS,
};
struct strategy_of {
	const struct race *race;
	const struct strategy *strategy;        /* of the car strategy->car */
	uint16_t class_position;                /* of that car; 0: not established */
	const struct strategy_what_if *what_if; /* as asked; NULL: nothing */
	const struct stint_named *stints;
	uint32_t stint_count;
};
/* The lines that have something to say, in their order. The row that applies now, green
 * or neutralised, comes before the other. */
enum { STRATEGY_LINES_MAX = 20 + RACE_CLASSES_MAX, STRATEGY_LABEL_MAX = 20 };
struct strategy_listed {
	char label[STRATEGY_LABEL_MAX];
	uint8_t line;   /* enum strategy_line */
	uint8_t weight; /* where there is no room for all, the lightest are left out */
	bool now;       /* the row that applies now */
	struct strategy_sentence said;
};
/** Fill @out. Returns their number. */
unsigned strategy_lines(const struct strategy_of *of,
			struct strategy_listed out[STRATEGY_LINES_MAX]);

struct strategy_asked {
	struct strategy_request request; /* its car is set for each row */
	const struct standings *standings;
	const uint16_t *cars;
	uint32_t car_count;
	const struct stint_named *stints; /* by hand */
	uint32_t stint_count;
	struct strategy *scratch;
};
/** `strategy`: a row for each car of @asked. The CSV's columns, and the names in JSON, are
 * the table in write_strategy.c; pitwall-json(5) has their meaning. The table of one
 * car is in words. */
void encode_strategy(struct out *out, enum format format,
		     const struct strategy_asked *asked);
struct report_of {
	struct digest_of of;
	const struct circuit *circuit;     /* NULL: no map */
	const struct circuit_found *found; /* how it was found; NULL */
	struct season_view *season;        /* NULL: none; its tables are made in turn */
	struct season_view_work *season_work;
};
/** `report`: the race as a self-contained page of HTML: digest, classification,
 * classes, map, plots as SVG, stints, flags, what happened. */
void encode_report(struct out *out, const struct report_of *of);
/** One event as a line of JSON. */
void encode_event_json(struct out *out, const struct event_list *list,
		       const struct event *event);
/* What a listener needs beside the events (write_state.c): lines of JSON of the kinds
 * "snapshot", "standing" and "time", whose names `results` uses too; all of them are
 * in assets/man/pitwall-json.5. */

/** The session, its name and length: for a client that has just joined. */
void encode_session_json(struct out *out, const struct race *race, instant_us at);
/** Events that make a car and its entry: its names, class, team, drivers, and its last
 * crossing, with the number of the lap. */
void encode_car_json(struct out *out, const struct race *race, uint16_t car);
/** Events that bring a race that is under way to @at: the circuit, the start, the flag. */
void encode_course_json(struct out *out, const struct race *race, instant_us at);
/** The current state of one car. */
void encode_standing_json(struct out *out, const struct race *race,
			  const struct standings *standings,
			  const struct classification *classification, uint16_t car);
/* What clients know of a car; zeroed: nothing. */
struct standing_sent {
	struct gap gap, interval;
	uint32_t laps;
	uint16_t position, class_position, stops;
	uint8_t status, in_pit;
	uint32_t spare;
};
/** The states that changed since the last call, in the order of the race. @sent:
 * RACE_CARS_MAX cars. */
void encode_standings_json(struct standing_sent *sent, struct out *out,
			   const struct race *race, const struct standings *standings,
			   const struct classification *classification);
/** The beginning of an object that says which race a list is of: its members, and the name
 * of the list, @rows; the caller writes the list and a "}". */
void encode_race_json(struct out *out, const struct race *race,
		      const struct rules *rules, const char *rows);
/** The clock, each second: race time, time left, flag, laps of the leader. */
void encode_time_json(struct out *out, const struct race *race, instant_us at);

/** A race in the shape of an Al Kamel lap file, which reads back to the same
 * results. */
void encode_alkamel(struct out *out, const struct race *race,
		    const struct race_tables *tables);

/* ---- a season (write_season.c) ----------------------------------------------------- */

enum season_listed {
	LIST_STANDINGS,
	LIST_REASONS,
	LIST_INVITATIONS,
};
enum { SEASON_BRIEF = 16 }; /* three letters of any alphabet */
/* Tables of a season, one after the other; in CSV and JSON one list of all of them. */
struct season_writing {
	struct out *out;
	const struct season *season;
	struct listing_form form;
	struct listing listing;
	enum format format;
	enum season_listed what;
	unsigned rounds, field_count;
	struct listing_field fields[SEASON_ROUNDS_MAX + 20];
	char names[SEASON_ROUNDS_MAX]
		  [SEASON_NAME_MAX + 8];   /* of rounds, in CSV, JSON */
	char titles[SEASON_ROUNDS_MAX][SEASON_BRIEF]; /* in the table */
};
/** Begin a list of the first @rounds rounds (0: all). In JSON an object is open: the caller
 * ends it with "}" behind season_writing_end().
 * LIST_STANDINGS: title,class,cup,pos,equal,name,team,car,points,given,dropped,tie,certain
 *   and a column a round: its points; blank: the name took no part
 * LIST_REASONS: title,class,cup,pos,name,round,points,reason,certain
 * LIST_INVITATIONS: to,class,pos,name,team,car,unsure */
void season_writing_begin(struct season_writing *writing, struct out *out,
			  enum format format, const struct season *season,
			  enum season_listed what, unsigned rounds);
/** A table of season_standings(). */
void season_writing_table(struct season_writing *writing,
			  const struct season_query *query,
			  const struct season_table *table);
void season_writing_invited(struct season_writing *writing,
			    const struct season_invited *invited, unsigned count);
void season_writing_end(struct season_writing *writing);

#endif
