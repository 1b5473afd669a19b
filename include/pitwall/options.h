/*
 * options.h -- the options of the command line
 */
#ifndef PITWALL_OPTIONS_H
#define PITWALL_OPTIONS_H

#include "pitwall/inifile.h"

enum { EXIT_DONE = 0, EXIT_SOURCE = 1, EXIT_USAGE = 2 };
enum { SESSION_SOURCES_MAX = 16, OPTION_ROWS_MOST = 80 };

/* Options all commands understand where they make sense. NULL: not given. */
struct options {
	const char *sources[1024]; /* of a session SESSION_SOURCES_MAX */
	unsigned source_count;
	const char *result_at; /* --result-at lap:112 */
	const char *map;       /* --map number=Car,time=Lap */
	const char *rules, *length, *decisions, *class_name, *session;
	const char *at, *format, *car, *with, *screen, *chart, *size, *theme, *output;
	const char *csv; /* --csv safe | raw */
	bool seconds;    /* --seconds: of CSV */
	const char *columns, *sort, *filter, *gaps, *colours, *favourites;
	const char *alert, *alert_command; /* of the console */
	bool mouse, low_bandwidth;         /* --mouse, --low-bandwidth */
	bool no_welcome;                   /* --no-welcome */
	bool fresh;                        /* --fresh: not where one left off */
	bool no_bell;                      /* --no-bell */
	bool mono, ascii;                  /* --mono, --ascii */
	const char *pictures;              /* --pictures FOLDER: of the console */
	const char *entries, *circuit;     /* of session new */
	const char *stints, *what_if;      /* of the strategy */
	bool of;                           /* --of: of circuits */
	const char *after, *title;         /* --after, --title: of season */
	bool what;                         /* --what: of season */
	const char *season, *round;        /* --season, --round: of the console */
	const char *speed;                 /* --speed 8: of the console */
	const char *delay; /* --delay 30: seconds the live edge is delayed */
	const char *sync;  /* --sync full | normal: of a recording */
	/* --grow-limit, --disk-reserve, --source-rate: sizes, of a recording */
	const char *grow_limit, *disk_reserve, *source_rate;
	const char *publish;       /* --publish redis://HOST/NAME: of a recording */
	const char *publish_keep;  /* --publish-keep N: rows in the stream */
	const char *control;       /* --control[=NAME]: decides for a race in Redis */
	const char *redis_auth;    /* --redis-auth FILE: user and password */
	const char *redis_to_auth; /* --redis-to-auth FILE: those of a relay's second */
	bool trim;                 /* --trim: remove from Redis what is archived */
	const char *memory;        /* --memory: for the events of a running race */
	const char *beacon_key; /* --beacon-key FILE: lines of beacons must be signed */
	const char *rmonitor, *jsonl, *p3;                  /* addresses to serve on */
	const char *allow, *clients, *per_address, *idle;   /* limits of serve */
	const char *wait, *encoding, *track_unit, *refresh; /* of serve */
	const char *archive; /* --archive FILE.pitwall: what a stream does not have */
	bool lines, utc;     /* --lines, --utc: of serve */
	bool no_sandbox;     /* --no-sandbox: of recorders and servers */
	bool fit, leave_one_out; /* --fit, --leave-one-out: of backtest */
	const char *measure;     /* --measure: of backtest */
	bool anomalies;          /* --anomalies: list every row that was not used */
	const char *config;      /* --config FILE, or none */
	const struct ini_lines *settings; /* lines of that file; NULL: none */
	bool help, version;
	/* Where each value comes from (config.h), in the order of option_rows. */
	uint8_t origins[OPTION_ROWS_MOST];
};

#endif
