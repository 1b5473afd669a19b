/*
 * checks_2003.h -- the list of tests, and the session they look at
 */
#ifndef PITWALL_TEST_GOLDEN_CHECKS_2003_H
#define PITWALL_TEST_GOLDEN_CHECKS_2003_H

#include "pitwall/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* In the order of checks.csv; each is called "check ID: words". */
extern const struct CMUnitTest checks_2003[];
extern const size_t checks_2003_count;

void checks_2003_use(struct session *loaded);

#endif
