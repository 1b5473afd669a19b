/*
 * command_line.h -- what is typed after `:`, and what can be typed in any prompt
 *
 * Pure. A command is a verb and the rest of the line. Some verbs fill in a prompt that has
 * a key of its own (":stint GT 32"); every action is a verb by its name ("mark-jump").
 *
 *  (1) A verb is its name or any beginning of it that no other verb has.
 *  (2) What is typed is hostile: any text is legal input, the worst outcome is a sentence.
 */
#ifndef PITWALL_COMMAND_LINE_H
#define PITWALL_COMMAND_LINE_H

#include "pitwall/view.h"

enum line_does {
	LINE_ACTION, /* enum action @of; a number may follow */
	LINE_PROMPT, /* the rest as typed into prompt @of; without one the prompt opens */
	LINE_LAP,    /* "112", "+10", "-1" */
	LINE_TIME,   /* of the day */
	LINE_NEXT,   /* event; [KIND] */
	LINE_BEFORE,  /* the same, backwards */
	LINE_FLAG,    /* [FLAG] */
	LINE_SPEED,   /* */
	LINE_CAR,     /* */
	LINE_CLASS,   /* */
	LINE_SCREEN,  /* name or key */
	LINE_CHART,   /* */
	LINE_SORT,    /* [-]COLUMN */
	LINE_GAPS,    /* */
	LINE_SESSION, /* number or name */
	LINE_THEME,   /* */
	LINE_DIGEST,  /* */
	LINE_DOES_COUNT
};

struct line_verb {
	const char *name, *usage, *about; /* usage: of what follows, "" nothing */
	uint8_t does;                     /* enum line_does */
	uint8_t of;                       /* enum action or enum prompt_kind */
};
/** The verbs, those of actions last; false after the last. */
bool line_verb_at(unsigned i, struct line_verb *out);
/** Verb by name (1). -ENOENT with a sentence that suggests one. */
int line_verb_find(struct slice name, struct line_verb *out, struct err *err);
/** Argument of a verb of LINE_ACTION. -EINVAL with a sentence. */
int line_argument(const struct line_verb *verb, struct slice rest, int16_t *out,
		  struct err *err);
/** Class that @name begins, its case aside; -1: none, or several. */
int line_class(const struct race *race, struct slice name);
/** Screen by name, the beginning of a name, or key; -1: none. */
int line_screen(const struct view *view, struct slice name);

/* ---- words that can be typed (typed_words.c) --------------------------------- */

/* A word of a list; what is shown may go on where what is typed ends: "class NAME". */
struct typed_word {
	struct slice shown, insert, about;
	char buf[40];
};

/* What is expected at the end of view->input. */
enum { TYPED_KINDS = 3 };
struct typed_wants {
	uint8_t kinds[TYPED_KINDS]; /* lists of words */
	uint8_t count;
	struct slice word;     /* what is typed of it so far: the end of view->input */
	struct line_verb verb; /* of a command that is known; name NULL: none */
	uint8_t prompt;        /* whose words they are */
};
void typed_wants(const struct view *view, struct typed_wants *out);
/** Word @i of those that begin as what is typed; false after the last. */
bool typed_word_at(const struct view *view, const struct typed_wants *wants, unsigned i,
		   struct typed_word *out);
/** Complete view->input as far as all words that fit agree. */
void typed_complete(struct view *view);

#endif
