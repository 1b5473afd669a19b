/*
 * test_backtest.c -- the fit finds the coefficients that made its samples
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "../../../src/cli/backtest.h"

enum { TRIALS = 4, SAMPLES = 500 };

static struct fit_sample samples[TRIALS][SAMPLES];
static struct trial trials[TRIALS];
static uint64_t random_state;

static double uniform(double low, double high)
{
	return low + (high - low) * (double)random_below(&random_state, 1000000) / 1e6;
}

/* Gaps made by @truth; one car in twenty has a long stop besides, where the first term is
 * positive: least squares would blame the term. */
static void make_samples(const double *truth)
{
	random_state = 15;
	for (unsigned t = 0; t < TRIALS; t++) {
		trials[t] =
			(struct trial){.samples = samples[t], .sample_count = SAMPLES};
		for (unsigned i = 0; i < SAMPLES; i++) {
			struct fit_sample *sample = &samples[t][i];

			*sample = (struct fit_sample){.weight = 1.0};
			for (unsigned k = 0; k < FORECAST_TERM_COUNT; k++) {
				sample->terms[k] = uniform(-3.0, 3.0);
				sample->target += truth[k] * sample->terms[k];
			}
			sample->target += uniform(-0.2, 0.2);
			if (i % 10 == 0)
				sample->target += sample->terms[0] > 0.0 ? 30.0 : 0.0;
		}
	}
}

static void the_truth(double *truth)
{
	struct forecast_parameters plain = forecast_parameters_plain;

	for (unsigned k = 0; k < FORECAST_TERM_COUNT; k++)
		truth[k] = *forecast_coefficient(&plain, k) + (k % 2 ? 0.3 : -0.3);
}

static void the_coefficients_are_found_whatever_a_few_cars_suffer(void **state)
{
	double truth[FORECAST_TERM_COUNT];
	struct fit fit = {trials, TRIALS, FIT_ALL, FIT_ALL};
	struct forecast_parameters found = forecast_parameters_plain;

	(void)state;
	the_truth(truth);
	make_samples(truth);
	backtest_fit(&fit, &found);
	for (unsigned k = 0; k < FORECAST_TERM_COUNT; k++)
		if (fabs(*forecast_coefficient(&found, k) - truth[k]) > 0.15)
			fail_msg("coefficient %u is %g, not %g", k,
				 *forecast_coefficient(&found, k), truth[k]);
}

/* The samples of the race that is left out are not read. */
static void a_race_that_is_left_out_says_nothing(void **state)
{
	double truth[FORECAST_TERM_COUNT];
	struct fit fit = {trials, TRIALS, 2, FIT_ALL};
	struct forecast_parameters before = forecast_parameters_plain, after = before;

	(void)state;
	the_truth(truth);
	make_samples(truth);
	backtest_fit(&fit, &before);
	for (unsigned i = 0; i < SAMPLES; i++)
		samples[2][i].target = 1e6;
	backtest_fit(&fit, &after);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void a_term_that_is_left_out_has_no_coefficient(void **state)
{
	double truth[FORECAST_TERM_COUNT];
	struct fit fit = {trials, TRIALS, FIT_ALL, TERM_class_so_far};
	struct forecast_parameters found = forecast_parameters_plain;

	(void)state;
	the_truth(truth);
	make_samples(truth);
	backtest_fit(&fit, &found);
	assert_true(fabs(found.class_so_far) < 1e-6);
	assert_true(fabs(found.class_green) > 0.1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_coefficients_are_found_whatever_a_few_cars_suffer),
		cmocka_unit_test(a_race_that_is_left_out_says_nothing),
		cmocka_unit_test(a_term_that_is_left_out_has_no_coefficient),
	};

	return cmocka_run_group_tests_name("cli backtest", tests, NULL, NULL);
}
