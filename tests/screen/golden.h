/*
 * golden.h -- screens as text, kept in tests/golden/screens; UPDATE=1 rewrites them
 */
#ifndef PITWALL_TEST_SCREEN_GOLDEN_H
#define PITWALL_TEST_SCREEN_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/view.h"

/** 1 when the view at this size is not what NAME-WHEN-COLSxROWS.txt holds: the first
 * row that differs is told. */
unsigned golden_differs(const struct view *view, const char *name, const char *when,
			int cols, int rows);

#endif
