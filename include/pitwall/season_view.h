/*
 * season_view.h -- a season while one of its races runs: what screens show of it
 *
 * Pure: tables are made by the functions below when the race has changed; a screen only reads
 * them. "As it runs" is as if the race ended now.
 *
 *  (1) Rounds behind the running one are not read, whether they were held or not.
 *  (2) Drivers of one car with equal points are one line.
 *  (3) Each car of the race has a line of the main title of its class, that of the drivers
 *      where there is one: what columns of points show.
 */
#ifndef PITWALL_SEASON_VIEW_H
#define PITWALL_SEASON_VIEW_H

#include "pitwall/season.h"

enum {
	SEASON_QUERIES_MAX = 96,
	SEASON_MUSTS_MAX = 96,
	SEASON_INVITED_MAX = 48,
	SEASON_LINES_MAX = 256,
};

/* A crew, team, make or car in a table. */
struct season_line {
	int32_t before, now; /* points; NOW as it runs */
	int32_t behind;      /* the first, as it runs */
	int32_t expected;    /* at the flag, of a forecast */
	uint16_t names[RACE_DRIVERS_MAX];
	uint16_t row;             /* of the table as it runs */
	uint16_t result;          /* of the round: its best car; SEASON_NONE */
	uint16_t car;             /* name of its car; SEASON_NONE */
	uint16_t team;            /* as season_standing.team */
	uint16_t entrant;         /* of a title of cars: the team; SEASON_NONE */
	uint16_t position;        /* as it runs: 1 + the lines ahead */
	uint16_t position_before; /* likewise; 0: none */
	uint16_t p_first;         /* chance of the title, of FORECAST_ONE */
	uint8_t name_count;       /* 0: there is no line */
	uint8_t equal;            /* nothing decides between it and another */
	uint8_t known;            /* enum rules_known of the table */
	uint8_t foretold;         /* `expected` and `p_first` are set */
	uint8_t query;            /* of season_view.queries */
	uint8_t persons;          /* the names are of drivers */
};

/* What must happen for a line to be champion. */
struct season_must_line {
	uint16_t name; /* the first of the line */
	char text[238];
};

struct season_view {
	const struct season *season;      /* NULL: its rounds are still being read */
	const struct season_round *round; /* the race that runs */
	char name[SEASON_NAME_MAX], round_name[SEASON_NAME_MAX];
	char reading[160]; /* what is being read, or why nothing is; "" */
	char found[80];    /* how the round was found: "by its date" */
	char missing[160]; /* what could not be read; "" */
	uint16_t round_index, round_count;
	bool last; /* no round is to come */
	bool over; /* the race is: no forecast */
	/* Tables, in the order of the rules. */
	struct season_query queries[SEASON_QUERIES_MAX];
	uint16_t rows_of[SEASON_QUERIES_MAX]; /* 0: none, or it is refused */
	uint16_t leaders[SEASON_QUERIES_MAX]; /* name; SEASON_NONE: several are equal */
	uint16_t leader_cars[SEASON_QUERIES_MAX];
	uint8_t main_of
		[SEASON_CLASSES_MAX]; /* (3): a table; SEASON_QUERIES_MAX: none */
	uint16_t query_count;
	uint16_t chosen;                 /* the one whose lines are below */
	char refused[200];               /* why it has none; "" */
	uint16_t line_count, lines_left; /* that found no room */
	struct season_line lines[SEASON_LINES_MAX];
	struct season_line cars[RACE_CARS_MAX]; /* (3), by row of the round's results */
	uint16_t result_of[RACE_CARS_MAX];      /* by car of the race; SEASON_NONE */
	bool by_hours; /* a cup of points at hours of the race: places at the flag do not
			     decide it, so there is neither a forecast nor what must happen */
	bool musts_known; /* it is the last round, and a name scores with one car */
	uint16_t must_count;
	struct season_must_line musts[SEASON_MUSTS_MAX];
	uint16_t invited_count;
	struct season_invited invited[SEASON_INVITED_MAX];
};

/* Room to work in. */
struct season_view_work {
	struct season_table before, now, base, other;
	struct season_chance chances[SEASON_ROWS_MAX];
	struct season_draws draws;
	struct season_line lines[SEASON_LINES_MAX]; /* of a table that is not shown */
	uint64_t musts_of;                          /* hash of what they were made of */
};

/** Begin: @season has all rounds before @round and this one; @view keeps its texts. */
void season_view_begin(struct season_view *view, const struct season *season,
		       unsigned round);
/** Make all that is shown as it runs, of the table @chosen. */
void season_view_now(struct season_view *view, unsigned chosen,
		     struct season_view_work *work);
/** Add the forecast to the lines of the chosen table, and with @cars to those of the cars.
 * @odds: by row of the round's results. Call season_view_now() first. */
void season_view_forecast(struct season_view *view, const struct season_odds *odds,
			  bool cars, struct season_view_work *work);
/** What must happen for the first lines: it changes when points do that are not of the race,
 * or cars. Call season_view_now() first. */
void season_view_musts(struct season_view *view, struct season_view_work *work);
/** The table beside @from: of the next class (@by: 1, -1), or of the next title. */
unsigned season_view_class(const struct season_view *view, unsigned from, int by);
unsigned season_view_title(const struct season_view *view, unsigned from);
/** The main table of the class of a row of the results (3); 0 where there is none. */
uint8_t season_view_main(const struct season_view *view, uint16_t result);
/** Names of a line, by the longest form that fits in @w cells: "P. Derani, A. Sims", "Derani,
 * Sims", "DER, SIM". Returns the length. */
size_t season_line_names(const struct season *season, const struct season_line *line,
			 unsigned w, char *buf, size_t cap);

/* News: a title that changes hands as the race runs. A lead counts when it has lasted. */
#define SEASON_NEWS_AFTER (3 * US_MIN)
struct season_news {
	uint16_t leader[SEASON_QUERIES_MAX], next[SEASON_QUERIES_MAX];
	instant_us since[SEASON_QUERIES_MAX];
	instant_us at; /* INSTANT_NONE: nothing is known yet */
};
/** Look at the leaders at @at. Returns a table whose title has changed hands, -1: none (call
 * again until then). @moved: the playhead was put somewhere. */
int season_news_next(struct season_news *news, const struct season_view *view,
		     instant_us at, bool moved);

#endif
