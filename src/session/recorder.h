/*
 * recorder.h -- what a recorder and its consoles say to each other
 *
 * A recorder is a process: it connects to the sources, writes the recording, and takes
 * decisions. A console follows the recording, and learns from messages what is not in
 * it: the state of the sources and of the disk.
 */
#ifndef PITWALL_SESSION_RECORDER_H
#define PITWALL_SESSION_RECORDER_H

#include "live_parts.h"

enum recorder_kind {
	/* to a console */
	RECORDER_READY,   /* the recording can be followed */
	RECORDER_FAILED,  /* it could not begin: code, text */
	RECORDER_READING, /* not ready yet: text says what it does */
	RECORDER_STATUS,
	RECORDER_ANSWER, /* to a decision: code, text */
	RECORDER_CLOSED, /* the recording is closed: code, text */
	/* of a console */
	RECORDER_DECIDE, /* text: a line of a decisions file */
	RECORDER_FINISH, /* close the recording and end */
	RECORDER_KINDS
};

/* A source. */
struct recorder_feed {
	int record_id;
	uint8_t state; /* enum view_feed_state */
	uint8_t spare[3];
	uint32_t peers;
	instant_us since, retry_at;
	char reason[96];
};

enum { RECORDER_TEXT = 600, RECORDER_MAGIC = 0x50775202 };

struct recorder_message {
	uint32_t magic, size; /* another version of pitwall has others */
	int32_t kind;         /* enum recorder_kind */
	int32_t code;
	uint32_t crashes;  /* of decoding (responder.c) */
	uint32_t restarts; /* how often the recorder crashed and began again */
	uint8_t owner;     /* 1: when this console ends, the recorder ends too */
	uint8_t blind;     /* 1: it only records (recorder.c) */
	uint8_t publishes; /* 1: `published` is set */
	uint8_t spare;
	uint32_t number; /* of a decision, and of its answer; the console counts them */
	struct record_state record;
	struct redis_published published;
	uint32_t feed_count;
	struct recorder_feed feeds[LIVE_SOURCES_MAX];
	char text[RECORDER_TEXT];
	char who[DECIDER_MAX]; /* decides; "": not named */
};

/** A message without contents. */
void recorder_message(struct recorder_message *message, enum recorder_kind kind);
/** Receive one: 1, 0 none is there, or -errno (-EPIPE: the connection has ended,
 * -EPROTO: another version of pitwall). */
int recorder_receive(int fd, struct recorder_message *message);
/** The name of a recorder's socket, beside the recording. */
void recorder_socket(const char *path, char *name, size_t cap);

/* ---- the process (recorder.c) ---------------------------------------------------- */

/** Start a recorder of these options, which name the recording (output). @link: the end
 * of the console that it belongs to; the first message is READY or FAILED. */
int recorder_start(const struct options *options, int *link, struct err *err);
/** The recording at @path was closed in order, and no process writes it. */
bool recorder_closed(const char *path);

/* ---- decoding and answering (responder.c) ------------------------------------------ */

struct responder;
/** Start one for the sources of @live, which has its session. 0 or -errno with a
 * sentence. */
int responder_open(struct live *live, struct err *err);
void responder_close(struct responder *responder); /* NULL is fine */
/** How often one has crashed. */
unsigned responder_crashes(const struct responder *responder);
/** A row of a source that is connected. */
void responder_row(struct responder *responder, const struct live_source *source,
		   uint16_t peer, const struct record_row *row);
/** A row of the recording, before the sources are connected. -EPIPE: it has ended. */
int responder_history(struct responder *responder, const struct record_row *row);
/** Start another one, which has no history. False: too many crashed, and there is none. */
bool responder_again(struct responder *responder);

/* ---- its consoles (recorder_consoles.c) ------------------------------------------- */

struct recorder_consoles;
/** Serve consoles of @live. @link: of the first one, or -1. NULL: no memory. Without a
 * socket beside the recording there is only the first. */
struct recorder_consoles *recorder_consoles_open(struct live *live, int link,
						 unsigned restarts);
/** The recording was closed, with this error: send it to them and close. NULL is fine. */
void recorder_consoles_close(struct recorder_consoles *consoles, int code,
			     const char *text);
/** Something that consoles show has changed: send it to them soon. */
void recorder_consoles_changed(struct recorder_consoles *consoles);
/** True when a console started the recorder and none is connected any more. */
bool recorder_consoles_gone(const struct recorder_consoles *consoles);
/** Send the answer to the decision @ask that a console asked for. */
void recorder_consoles_answer(struct recorder_consoles *consoles, uint64_t ask,
			      int code, const char *words);
/** Send it now. */
void recorder_consoles_report(struct recorder_consoles *consoles);

/* ---- a console's end (recorder_link.c) --------------------------------------------- */

struct recorder_link {
	struct live *live;
	int fd;
	ev_io io;
	bool lost;         /* the recorder has ended */
	bool waits;        /* connected, and the recorder is not ready */
	uint32_t decision; /* the number of the last one */
	struct recorder_message status, message;
};

/** Take this end of a connection and wait until the recorder is ready, however long it
 * reads; hooks.progress is called meanwhile. If it ends, -errno with a sentence, and live->link is
 * NULL. */
int recorder_link_open(struct live *live, int fd, struct err *err);
/** Connect to the recorder that runs for live->path. -ENOENT: there is none; another
 * -errno: none of this version and user. */
int recorder_link_connect(struct live *live, struct err *err);
/** The same in the loop of a console, which does not wait until it is ready. */
int recorder_link_again(struct live *live);
/** Take what the recorder says within @ms; connect again if it has ended. */
void recorder_link_turn(struct live *live, int ms);
void recorder_link_close(struct live *live);
/** End the recorder and wait for it. */
int recorder_link_finish(struct live *live, struct err *err);
/** Have a line of a decision recorded. Returns when it is on disk; of a copy, when it is
 * sent, with its number in live->decided: live_answered() follows. */
int recorder_link_decide(struct live *live, struct slice line, struct err *err);
/** The state of the source @record_id; NULL: it is not known. */
const struct recorder_feed *recorder_link_feed(const struct live *live, int record_id);

#endif
