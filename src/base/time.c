/*
 * time.c -- durations, times of day and dates, from text and to text
 *
 *  (1) Nothing here overflows: too large a text is refused, and every int64 has a
 *      printed form within TIME_TEXT_MAX.
 */
#include "pitwall/base.h"

#include <assert.h>
#include <string.h>

/* ---- from text ------------------------------------------------------------ */

enum { DIGITS_MAX = 9 }; /* of one group, so that no sum overflows */

/* Read digits from *@i on into @n; returns how many. */
static size_t digits_at(struct slice s, size_t *i, int64_t *n)
{
	size_t from = *i;
	int64_t value = 0;
	while (*i < s.len && *i - from < DIGITS_MAX) {
		unsigned d = (unsigned)(unsigned char)s.at[*i] - '0';
		if (d > 9)
			break;
		value = value * 10 + (int64_t)d;
		++*i;
	}
	*n = value;
	return *i - from;
}

/* After the seconds: the end, or a point and digits. */
static bool fraction_at(struct slice s, size_t i, int64_t *us)
{
	*us = 0;
	if (i == s.len)
		return true;
	if (s.at[i] != '.' || ++i == s.len)
		return false;
	int64_t unit = 100000;
	for (; i < s.len; i++) {
		unsigned d = (unsigned)(unsigned char)s.at[i] - '0';
		if (d > 9)
			return false;
		*us += (int64_t)d * unit;
		unit /= 10;
	}
	return true;
}

bool parse_duration(struct slice s, duration_us *out)
{
	int64_t total, part, us;
	size_t i = 0;
	if (!digits_at(s, &i, &total))
		return false;
	for (int colons = 0; i < s.len && s.at[i] == ':'; colons++) {
		i++;
		if (colons == 2 || digits_at(s, &i, &part) != 2 || part > 59)
			return false;
		/* Only the first group may exceed 59: M:SS may have 90 minutes. */
		total = total * 60 + part;
	}
	if (!fraction_at(s, i, &us))
		return false;
	*out = total * US_S + us;
	return true;
}

instant_us civil_to_instant(int year, int month, int day)
{
	assert(year >= 1 && year <= 9999 && month >= 1 && month <= 12);
	/* Years begin in March, so the leap day is a year's last; eras are 400
	 * years (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t days = in_era * 365 + in_era / 4 - in_era / 100 + in_year;
	return (era * 146097 + days - 719468) * US_DAY;
}

static bool leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool parse_date(struct slice s, instant_us *midnight)
{
	static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t year, month, day;
	size_t i = 0;
	if (s.len != 10 || s.at[4] != '-' || s.at[7] != '-')
		return false;
	if (digits_at((struct slice){s.at, 4}, &i, &year) != 4)
		return false;
	i = 5;
	if (digits_at((struct slice){s.at, 7}, &i, &month) != 2)
		return false;
	i = 8;
	if (digits_at(s, &i, &day) != 2)
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1)
		return false;
	if (day > days[month - 1] + (month == 2 && leap(year)))
		return false;
	*midnight = civil_to_instant((int)year, (int)month, (int)day);
	return true;
}

/* ---- to text -------------------------------------------------------------- */

static char *time_put_number(char *p, uint64_t n)
{
	char digits[20];
	size_t count = 0;
	do
		digits[count++] = (char)('0' + n % 10);
	while (n /= 10);
	while (count)
		*p++ = digits[--count];
	return p;
}

static char *put_two(char *p, uint64_t n)
{
	*p++ = (char)('0' + n / 10);
	*p++ = (char)('0' + n % 10);
	return p;
}

static char *put_millis(char *p, uint64_t n)
{
	*p++ = '.';
	*p++ = (char)('0' + n / 100);
	return put_two(p, n % 100);
}

/* What each style shows. */
static const struct {
	uint8_t groups;   /* always shown: 1 seconds, 2 minutes, 3 hours */
	uint8_t decimals; /* 0, 1 or 3 */
} styles[] = {
	[TIME_LAP] = {1, 3},   [TIME_LAPM] = {2, 3},  [TIME_RACE] = {3, 3},
	[TIME_CLOCK] = {3, 0}, [TIME_SHORT] = {2, 0}, [TIME_TENTH] = {1, 1},
	[TIME_SPAN] = {2, 0},
};

/* Milliseconds, truncated to @decimals. */
static uint64_t shown_millis(uint64_t us, unsigned decimals)
{
	uint64_t ms = us / 1000;
	if (decimals == 3)
		return ms;
	return decimals ? ms - ms % 100 : ms - ms % 1000;
}

size_t format_duration(char *buf, duration_us t, enum time_style style)
{
	if (t == DURATION_NONE) {
		buf[0] = '\0';
		return 0;
	}
	unsigned decimals = styles[style].decimals;
	uint64_t ms = shown_millis(t < 0 ? 0 - (uint64_t)t : (uint64_t)t, decimals);
	char *p = buf;
	if (t < 0 && ms)
		*p++ = '-';
	uint64_t s = ms / 1000;
	unsigned groups = s >= 3600 ? 3 : s >= 60 ? 2 : 1;
	if (groups < styles[style].groups)
		groups = styles[style].groups;
	if (groups == 3) {
		p = time_put_number(p, s / 3600);
		*p++ = style == TIME_SPAN ? 'h' : ':';
		p = put_two(p, s / 60 % 60);
	} else if (groups == 2) {
		p = time_put_number(p, s / 60);
	}
	if (groups == 3 && style == TIME_SPAN) {
		; /* hours and minutes */
	} else if (groups > 1) {
		*p++ = ':';
		p = put_two(p, s % 60);
	} else {
		p = time_put_number(p, s);
	}
	if (decimals == 3) {
		p = put_millis(p, ms % 1000);
	} else if (decimals == 1) {
		*p++ = '.';
		*p++ = (char)('0' + ms % 1000 / 100);
	}
	*p = '\0';
	return (size_t)(p - buf);
}

/* Days since 1970 of an instant, rounded down; the rest in @of_day. */
static int64_t split_day(instant_us t, int64_t *of_day)
{
	int64_t days = t / US_DAY;
	int64_t rest = t % US_DAY;
	if (rest < 0) {
		rest += US_DAY;
		days--;
	}
	*of_day = rest;
	return days;
}

size_t format_clock(char *buf, instant_us local, bool ms)
{
	if (local == INSTANT_NONE) {
		buf[0] = '\0';
		return 0;
	}
	int64_t of_day;
	split_day(local, &of_day);
	uint64_t s = (uint64_t)(of_day / US_S);
	char *p = put_two(buf, s / 3600);
	*p++ = ':';
	p = put_two(p, s / 60 % 60);
	*p++ = ':';
	p = put_two(p, s % 60);
	if (ms)
		p = put_millis(p, (uint64_t)(of_day / US_MS % 1000));
	*p = '\0';
	return (size_t)(p - buf);
}

size_t format_date(char *buf, instant_us local)
{
	if (local == INSTANT_NONE) {
		buf[0] = '\0';
		return 0;
	}
	int64_t of_day;
	int64_t z = split_day(local, &of_day) + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t mp = (5 * in_year + 2) / 153;
	int64_t day = in_year - (153 * mp + 2) / 5 + 1;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	int64_t year = y + era * 400 + (month <= 2);
	char *p = buf;
	if (year < 0)
		*p++ = '-';
	uint64_t abs_year = (uint64_t)(year < 0 ? -year : year);
	for (uint64_t pad = 1000; pad > abs_year && pad > 1; pad /= 10)
		*p++ = '0';
	p = time_put_number(p, abs_year);
	*p++ = '-';
	p = put_two(p, (uint64_t)month);
	*p++ = '-';
	p = put_two(p, (uint64_t)day);
	*p = '\0';
	return (size_t)(p - buf);
}
