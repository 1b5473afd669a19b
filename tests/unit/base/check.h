/*
 * check.h -- what cmocka's headers need before them, and a few shorthands
 */
#ifndef PITWALL_TEST_BASE_CHECK_H
#define PITWALL_TEST_BASE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "pitwall/base.h"

#define MAIN(tests_) return cmocka_run_group_tests(tests_, NULL, NULL)

#endif
