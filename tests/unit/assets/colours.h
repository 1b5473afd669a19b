/*
 * colours.h -- colours as people see them: contrast, difference, and without one kind
 * of cone
 */
#ifndef PITWALL_TEST_ASSETS_COLOURS_H
#define PITWALL_TEST_ASSETS_COLOURS_H

#include <stdint.h>

/* How somebody sees: as most do, or without the long, middle or short cones. */
enum sight { SIGHT_USUAL, SIGHT_PROTANOPIA, SIGHT_DEUTERANOPIA, SIGHT_TRITANOPIA };

/** Contrast of two colours, 1 to 21: WCAG 2.2, "contrast ratio". */
double colour_contrast(int32_t a, int32_t b);
/** Difference of two colours for that sight: CIEDE2000 (Sharma, Wu, Dalal: The CIEDE2000
 * Color-Difference Formula, 2005); 1 is just seen, 10 at a glance. The sights are those
 * of Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color
 * Vision Deficiency (2009), table 1, severity 1, in linear RGB. */
double colour_difference(int32_t a, int32_t b, enum sight sight);
/** The same of two colours in CIELAB. */
double lab_difference(const double a[3], const double b[3]);
/** What number @n of 256 is, from 16 on. */
int32_t colour_of_256(int n);

#endif
