/*
 * fixture.h -- what the tests of the shell share: lists, files, sentences
 */
#ifndef PITWALL_TEST_SESSION_FIXTURE_H
#define PITWALL_TEST_SESSION_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pitwall/shell.h"
#include "option_rows.h"

enum { FIXTURE_EVENTS = 512, FIXTURE_TEXT = 64 * 1024 };

struct fixture_list {
	struct event_list list;
	struct event events[FIXTURE_EVENTS];
	char text[FIXTURE_TEXT];
};

static inline void fixture_list_init(struct fixture_list *fixture)
{
	fixture->list = (struct event_list){
		.at = fixture->events,
		.max = FIXTURE_EVENTS,
		.text = fixture->text,
		.text_max = FIXTURE_TEXT,
	};
}

static inline void assert_says(const char *sentence, const char *words)
{
	if (strstr(sentence, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", sentence, words);
}

#endif
