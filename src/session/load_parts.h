/*
 * load_parts.h -- the steps from a SOURCE to a session, and what they hand on
 *
 * gather (bytes and texts, from a file, a pipe or a recording) -> plan (the
 * set-up) -> read (events) -> judge (ruleset and length) -> fold.
 */
#ifndef PITWALL_SESSION_LOAD_PARTS_H
#define PITWALL_SESSION_LOAD_PARTS_H

#include "pitwall/session.h"

/* ---- memory ---------------------------------------------------------------------- */

/** memory_map(), kept in @session until its end. -ENOMEM with a sentence. */
int session_map(struct session *session, size_t size, enum memory_use use, void **out,
		struct err *err);

/* ---- what was gathered -------------------------------------------------------- */

#define LOAD_TEXTS(X)               \
	X(SESSION, "session")       \
	X(CIRCUIT, "circuit")       \
	X(CENTRELINE, "centreline") \
	X(RULES, "rules")           \
	X(ENTRIES, "entries")       \
	X(SIDECAR, "sidecar.json")  \
	X(WEATHER, "weather.csv")   \
	X(DECISIONS, "decisions.csv")

enum load_text {
#define X(id_, name_) LOAD_##id_,
	LOAD_TEXTS(X)
#undef X
		LOAD_TEXT_COUNT
};
extern const char *const load_text_names[LOAD_TEXT_COUNT];

enum { LOAD_SOURCES_MAX = 32 };

struct load_chunk {
	size_t offset, len; /* in the source's bytes */
	instant_us heard_at;
	uint32_t order; /* among the chunks of all sources: as they were heard */
	uint16_t peer;
	bool fresh; /* no bytes: a connection was made */
	bool lost;  /* no bytes: it was lost */
};

/* A decision record: its line in the text LOAD_DECISIONS. */
struct load_decision {
	size_t offset, len;
	instant_us heard_at;
	uint32_t order; /* among the chunks */
};

struct load_source {
	const struct feed_driver *driver; /* NULL: by the first bytes (stream.h) */
	char url[128];
	struct slice bytes;
	struct load_chunk *chunks; /* of a recorded stream; NULL: one piece */
	uint32_t chunk_count, chunks_max;
	char *grown; /* bytes.at when it was put together here */
	size_t grown_max;
	int id; /* in the recording */
	struct bytes file;
};

struct gathered {
	char path[SOURCE_PATH_MAX];
	char shown[128]; /* name for people */
	bool recording;
	struct load_source sources[LOAD_SOURCES_MAX];
	unsigned source_count;
	struct bytes texts[LOAD_TEXT_COUNT];
	char beside[LOAD_TEXT_COUNT][128]; /* name of the file a text came from */
	char unread[256];                  /* a sidecar that could not be read */
	struct load_decision *decisions;   /* of a recording; the number: index + 1 */
	uint32_t decision_count, decisions_max;
};

/** The texts of a session file (--session FILE): "session" as it stands; "circuit",
 * "centreline", "rules" and "entries" from what it names: an asset, or a file beside
 * it (session_file.c). */
int session_file_gather(const char *path, struct gathered *out, struct err *err);
/** True when the word behind --session is a file and not the name of a session. */
bool session_is_file(const char *word);

/** Everything of a SOURCE, before anything is made of it. */
int gather(const struct source_spec *spec, struct gathered *out, struct err *err);
/** Everything the options name: all sources (the bundled race without one), which heard
 * one race together, and the session file. @session receives the ?session= of a source,
 * 64 bytes. */
int gather_all(const struct options *options, struct gathered *out, char *session,
	       struct err *err);
/** The source whose next chunk (@next: an index a source) was heard first, and its
 * order; -1: none is left. Sources in one piece have none. */
int gathered_first(const struct gathered *gathered, const uint32_t *next,
		   uint32_t *order);
/** Unwrap a capture file with these marks into chunks (capture.c). */
int gather_capture(struct load_source *source, enum feed_marks marks, struct err *err);
void gathered_free(struct gathered *gathered);
/** The part of gather() for a recording (gather_record.c). */
int gather_recording(struct gathered *gathered, struct err *err);

/* ---- sidecars (sidecar.c) ------------------------------------------------------ */

struct sidecar {
	bool known; /* it said something we use */
	char event[64];
	instant_us day;     /* INSTANT_NONE */
	duration_us start;  /* time of day; DURATION_NONE: not said */
	duration_us limit;  /* 0: not said */
	uint8_t line_count; /* 0: not said */
	uint32_t line_ppm[LINES_MAX];
	uint32_t grid_count;
	char grid[RACE_CARS_MAX][EVENT_ID_MAX + 1]; /* numbers, in grid order */
};
/** A sidecar that says nothing. */
extern const struct sidecar sidecar_nothing;
int sidecar_parse(struct slice text, const char *where, struct sidecar *out,
		  struct err *err);

/* ---- the loader ------------------------------------------------------------------ */

struct loader {
	const struct options *options;
	const char *session_name; /* the session wanted, "race", "timed"; or NULL */
	struct gathered gathered;
	struct session *session;
	struct session_text text;
	struct sidecar sidecar;
	struct feed_setup feed;
	uint32_t sequence;       /* of the events the shell adds */
	uint32_t file_decisions; /* those of --decisions begin with this event */
	int year;                /* 0: not known */
	instant_us finish_at;    /* estimate from the events; INSTANT_NONE */
	instant_us first_at;
	duration_us length_heard; /* a source says how long it lasts; 0 */
};

/** Something beside the race was not used: the reader is told, and the race is
 * read (plan.c). */
void load_warn(struct loader *loader, const char *fmt, ...) PRINTF_LIKE(2, 3);
/** The set-up, as far as texts and sidecars tell it (plan.c). */
int load_plan(struct loader *loader, struct err *err);
/** The set-up of a session that has not begun, from the texts in loader->gathered and
 * the options alone: load_plan(), the ruleset (--rules, the session's, by the classes of
 * the entries, else plain), the length (--length, the session's, else the ruleset's when
 * it has only one), and the lines of the circuit (infer_setup.c). */
int load_setup_live(struct loader *loader, struct err *err);
/** All sources into session->events (session_events.c). */
int load_events(struct loader *loader, struct err *err);
/** The part of load_events() for streams and recorded decisions (replay.c). */
int load_heard(struct loader *loader, struct err *err);
/** The sessions the sources told of: keep the events of the one wanted (runs.c). */
int load_runs(struct loader *loader, struct err *err);
/** True for a source of chunks, false for one that is read as a file. */
bool load_source_streams(const struct load_source *source);
/** Complete the set-up by what the events said; the ruleset and the length
 * (infer_setup.c). */
int load_judge(struct loader *loader, struct err *err);
/** After the fold: -EINVAL with a sentence when a stewards' decision names a car or a
 * lap that the race has not; an operator's is a warning. */
int load_check_decisions(struct loader *loader, struct err *err);

/** The parameters of the forecast are there: read on first use. */
bool session_foretells(struct session *session);

#endif
