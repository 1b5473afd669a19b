/*
 * live_asks.c -- decisions through Redis: those of other consoles, and of this one
 *
 *   console ── its recorder ── Redis ── recorder of the circuit
 *
 *  (1) A console of a race in Redis asks; the recorder that publishes the race decides. A
 *      decision comes back as a row of the stream, to all consoles in the same order.
 *  (2) An ask is text from outside: it is taken only as a line that a console could write.
 *  (3) The answer comes when it comes: nothing waits for it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pitwall/decision.h"
#include "recorder.h"

enum { ASKED_KEPT = 32, ANSWERS_KEPT = 16 };

struct live_asks {
	struct redis_asker *asker; /* of what copies; NULL */
	/* What this console asked, by its number. */
	struct live_asked {
		uint32_t number;
		char words[120];
	} asked[ASKED_KEPT];
	struct live_answer answers[ANSWERS_KEPT]; /* a ring */
	unsigned first, count;
};

static struct live_asks *asks_of(struct live *live)
{
	if (live->asks == NULL)
		live->asks = calloc(1, sizeof(*live->asks));
	return live->asks;
}

/* ---- who decides -------------------------------------------------------------------------- */

int live_who_check(const char *name, struct err *err)
{
	char who[DECIDER_MAX];
	struct slice ask;
	size_t len = redis_decider(who, slice_of(name), &ask);
	if (ask.len == 0 &&
	    (name[0] == '\0' || (len == strlen(name) && memcmp(who, name, len) == 0)))
		return 0;
	return err_set(err, -EINVAL,
		       "--control=NAME: %d bytes at most, without brackets, and not "
		       "\"here\" or \"circuit\"",
		       DECIDER_MAX - 1);
}

/** Of a console of a race in Redis USER@HOST, if it is not named; here "". */
void live_who(const struct live *live, char who[DECIDER_MAX])
{
	const char *name = live->options->control, *user = getenv("USER");
	char host[64], text[128];
	who[0] = '\0';
	if (name != NULL && name[0] != '\0') {
		redis_who(who, slice_of(name));
	} else if (name != NULL && live->copied_from[0] != '\0') {
		record_host(host);
		text_format(text, sizeof(text), "%s@%s",
			    user != NULL && user[0] != '\0' ? user : "console", host);
		redis_who(who, slice_of(text));
	}
}

const char *live_watches(const struct live *live)
{
	return live->copied_from[0] != '\0' && live->options->control == NULL
		       ? "this console only watches the race; started with --control "
			 "it "
			 "decides too"
		       : NULL;
}

/* ---- an ask of another console (2) ------------------------------------------------------ */

/** A line of one decision, as consoles write them. */
static int ask_parse(struct slice line, struct csv_row *row, struct decision *decision,
		     struct err *err)
{
	static char clean[REDIS_LINE_MAX + 1];
	struct csv csv;
	size_t len = text_clean(clean, sizeof(clean), line);
	if (len == 0)
		return err_set(err, -EINVAL, "no decision: not decided");
	if (len != line.len || memcmp(clean, line.at, len) != 0)
		return err_set(err, -EINVAL,
			       "a decision is one line of text without control "
			       "characters: not decided");
	csv_begin(&csv, (struct slice){clean, len}, "the decision");
	if (csv_next(&csv, row, err) <= 0 || decision_is_header(row))
		return err_set(err, -EINVAL, "no line of a decision: not decided");
	return decision_parse(row, "the decision", decision, err);
}

/** Where this process has the race. */
static int ask_car_check(const struct live *live, const struct decision *decision,
			 struct err *err)
{
	if (live->responder != NULL || decision->id_kind != ID_NUMBER ||
	    decision->form->car != KNOWN_CAR)
		return 0;
	const struct race *race = timeline_head(&live->session->timeline);
	if (race->car_count == 0 || race_find_text(race, decision->car) != CAR_NONE)
		return 0;
	return err_set(err, -EINVAL, "there is no car %.*s in this race: not decided",
		       (int)decision->car.len, decision->car.at);
}

int live_take_ask(void *context, struct slice name, struct slice line, struct err *err)
{
	struct live *live = context;
	struct decision decision;
	struct csv_row row;
	if (live->copied_from[0] != '\0')
		return err_set(err, -EROFS, "this is a copy: decide at %s",
			       live->copied_from);
	int rc = ask_parse(line, &row, &decision, err);
	/* It would move the end of the race. */
	if (rc == 0 && decision.dated && decision.at > live_now() + US_DAY)
		rc = err_set(err, -EINVAL,
			     "its instant is more than a day ahead: not decided");
	if (rc == 0)
		rc = ask_car_check(live, &decision, err);
	if (rc != 0)
		return rc;
	rc = live_record_decision(live, name, line, NULL);
	live->changed = true;
	return rc == 0 ? 0 : -EAGAIN;
}

/* ---- an ask of this console ---------------------------------------------------------------- */

static void ask_on_answered(void *context, uint64_t ask, int code, const char *words)
{
	struct live *live = context;
	if (live->consoles != NULL)
		recorder_consoles_answer(live->consoles, ask, code, words);
	else
		live_answered(live, (uint32_t)ask, code, words);
}

int live_ask(struct live *live, uint64_t ask, const char *who, struct slice line,
	     struct err *err)
{
	struct live_asks *asks = asks_of(live);
	if (asks == NULL)
		return err_set(err, -ENOMEM, "out of memory: not decided");
	if (live_copy_is_over(live))
		return err_set(err, -ESHUTDOWN,
			       "the recording of the circuit was closed: not decided");
	int rc = asks->asker != NULL
			 ? 0
			 : redis_asker_open(live->loop, &live->address, ask_on_answered,
					    live, &asks->asker, err);
	if (rc == 0)
		redis_asker_ask(asks->asker, ask, who, line);
	return rc;
}

void live_asked(struct live *live, uint32_t number, const char *words)
{
	struct live_asks *asks = asks_of(live);
	if (asks == NULL)
		return;
	struct live_asked *asked = &asks->asked[number % ASKED_KEPT];
	asked->number = number;
	text_copy(asked->words, sizeof(asked->words), slice_of(words));
}

void live_answered(struct live *live, uint32_t number, int code, const char *words)
{
	struct live_asks *asks = asks_of(live);
	if (asks == NULL)
		return;
	const struct live_asked *asked = &asks->asked[number % ASKED_KEPT];
	const char *what = asked->number == number ? asked->words : "";
	const char *colon = what[0] != '\0' ? ": " : "";
	if (asks->count == ANSWERS_KEPT) {
		asks->first = (asks->first + 1) % ANSWERS_KEPT;
		asks->count--;
	}
	struct live_answer *answer =
		&asks->answers[(asks->first + asks->count++) % ANSWERS_KEPT];
	answer->bad = code != 0;
	if (code == 0)
		text_format(answer->words, sizeof(answer->words), "decided%s%s", colon,
			    what);
	else
		text_format(answer->words, sizeof(answer->words), "%s%s%s", what, colon,
			    words);
	live->changed = true;
}

bool live_answer_next(struct live *live, struct live_answer *out)
{
	struct live_asks *asks = live->asks;
	if (asks == NULL || asks->count == 0)
		return false;
	*out = asks->answers[asks->first];
	asks->first = (asks->first + 1) % ANSWERS_KEPT;
	asks->count--;
	return true;
}

void live_asks_close(struct live *live)
{
	if (live->asks == NULL)
		return;
	redis_asker_close(live->asks->asker);
	free(live->asks);
	live->asks = NULL;
}
