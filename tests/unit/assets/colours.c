/*
 * colours.c -- colours as people see them (colours.h)
 */
#include "colours.h"

#include <math.h>

#define DEGREE (3.14159265358979323846 / 180.)

static void linear_of(int32_t rgb, double out[3])
{
	for (int i = 0; i < 3; i++) {
		double c = (rgb >> (16 - 8 * i) & 255) / 255.;
		out[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
	}
}

static double luminance(int32_t rgb)
{
	double c[3];
	linear_of(rgb, c);
	return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

double colour_contrast(int32_t a, int32_t b)
{
	double x = luminance(a), y = luminance(b);
	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static const double sights[][3][3] = {
	[SIGHT_USUAL] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	[SIGHT_PROTANOPIA] = {{0.152286, 1.052583, -0.204868},
			      {0.114503, 0.786281, 0.099216},
			      {-0.003882, -0.048116, 1.051998}},
	[SIGHT_DEUTERANOPIA] = {{0.367322, 0.860646, -0.227968},
				{0.280085, 0.672501, 0.047413},
				{-0.011820, 0.042940, 0.968881}},
	[SIGHT_TRITANOPIA] = {{1.255528, -0.076749, -0.178779},
			      {-0.078411, 0.930809, 0.147602},
			      {0.004733, 0.691367, 0.303900}},
};

static double lab_part(double t)
{
	return t > 216. / 24389. ? cbrt(t) : (24389. / 27. * t + 16.) / 116.;
}

/* sRGB's primaries and D65: IEC 61966-2-1. */
static void lab_of(int32_t rgb, enum sight sight, double lab[3])
{
	static const double to_xyz[3][3] = {{0.4124564, 0.3575761, 0.1804375},
					    {0.2126729, 0.7151522, 0.0721750},
					    {0.0193339, 0.1191920, 0.9503041}};
	static const double white[3] = {0.95047, 1., 1.08883};
	double c[3], seen[3], f[3];
	linear_of(rgb, c);
	for (int i = 0; i < 3; i++) {
		const double *m = sights[sight][i];
		seen[i] = fmin(1., fmax(0., m[0] * c[0] + m[1] * c[1] + m[2] * c[2]));
	}
	for (int i = 0; i < 3; i++) {
		const double *m = to_xyz[i];
		f[i] = lab_part((m[0] * seen[0] + m[1] * seen[1] + m[2] * seen[2]) /
				white[i]);
	}
	lab[0] = 116. * f[1] - 16.;
	lab[1] = 500. * (f[0] - f[1]);
	lab[2] = 200. * (f[1] - f[2]);
}

static double hue(double a, double b)
{
	double h = atan2(b, a) / DEGREE;
	return h < 0 ? h + 360. : h;
}

static double hue_weight(double h)
{
	return 1. - 0.17 * cos((h - 30.) * DEGREE) + 0.24 * cos(2. * h * DEGREE) +
	       0.32 * cos((3. * h + 6.) * DEGREE) - 0.20 * cos((4. * h - 63.) * DEGREE);
}

double lab_difference(const double x[3], const double y[3])
{
	double mean = (hypot(x[1], x[2]) + hypot(y[1], y[2])) / 2.;
	double g = 1.5 - 0.5 * sqrt(pow(mean, 7) / (pow(mean, 7) + pow(25., 7)));
	double a1 = x[1] * g, a2 = y[1] * g;
	double c1 = hypot(a1, x[2]), c2 = hypot(a2, y[2]);
	double h1 = hue(a1, x[2]), h2 = hue(a2, y[2]), turn = h2 - h1;
	double h = (h1 + h2) / 2., c = (c1 + c2) / 2., l = (x[0] + y[0]) / 2. - 50.;
	if (c1 * c2 <= 0.) {
		turn = 0.;
		h = h1 + h2;
	} else if (fabs(turn) > 180.) {
		turn += turn > 0 ? -360. : 360.;
		h += h < 180. ? 180. : -180.;
	}
	double dl = (y[0] - x[0]) / (1. + 0.015 * l * l / sqrt(20. + l * l));
	double dc = (c2 - c1) / (1. + 0.045 * c);
	double dh = 2. * sqrt(c1 * c2) * sin(turn / 2. * DEGREE) /
		    (1. + 0.015 * c * hue_weight(h));
	double bend = (h - 275.) / 25.;
	double rotation = -sin(60. * exp(-bend * bend) * DEGREE) * 2. *
			  sqrt(pow(c, 7) / (pow(c, 7) + pow(25., 7)));
	return sqrt(dl * dl + dc * dc + dh * dh + rotation * dc * dh);
}

double colour_difference(int32_t a, int32_t b, enum sight sight)
{
	double x[3], y[3];
	lab_of(a, sight, x);
	lab_of(b, sight, y);
	return lab_difference(x, y);
}

int32_t colour_of_256(int n)
{
	static const int levels[] = {0, 95, 135, 175, 215, 255};
	if (n >= 232)
		return (8 + (n - 232) * 10) * 0x10101;
	n -= 16;
	return levels[n / 36] << 16 | levels[n / 6 % 6] << 8 | levels[n % 6];
}
