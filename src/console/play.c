/*
 * play.c -- the playhead: race time as a function of the wall's
 *
 * Cited rules are those of play.h.
 */
#include "play.h"

static const struct {
	const char *text;
	int32_t num, den;
} speeds[] = {
	{"1/8", 1, 8},   {"1/4", 1, 4},     {"1/2", 1, 2},   {"1", 1, 1},
	{"2", 2, 1},     {"4", 4, 1},       {"8", 8, 1},     {"15", 15, 1},
	{"30", 30, 1},   {"60", 60, 1},     {"120", 120, 1}, {"250", 250, 1},
	{"500", 500, 1}, {"1000", 1000, 1},
};
const unsigned play_speed_count = ARRAY_LEN(speeds);

void play_speed(unsigned row, int32_t *num, int32_t *den)
{
	*num = speeds[row].num;
	*den = speeds[row].den;
}

const char *play_speed_name(unsigned row)
{
	return row < ARRAY_LEN(speeds) ? speeds[row].text : NULL;
}

int play_speed_by_text(struct slice text)
{
	int64_t thousandths;
	for (size_t i = 0; i < ARRAY_LEN(speeds); i++)
		if (slice_eq(text, slice_of(speeds[i].text)))
			return (int)i;
	if (text.len > 0 && text.at[text.len - 1] == 'x')
		text.len--;
	if (!parse_decimal(text, 3, &thousandths))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(speeds); i++)
		if (thousandths * speeds[i].den == (int64_t)speeds[i].num * 1000)
			return (int)i;
	return -1;
}

static instant_us play_within(const struct play *play, instant_us at)
{
	if (at < play->first)
		return play->first;
	return at > play->last ? play->last : at;
}

instant_us play_now(const struct play *play, int64_t wall)
{
	if (!play->on || wall <= play->wall)
		return play->at;
	int64_t gone = wall - play->wall;
	/* A day of a stopped process at 1000x still fits; more is the end anyway. */
	if (gone > INT64_MAX / 2000)
		return play->last;
	return play_within(play, play->at + gone * speeds[play->speed].num /
						    speeds[play->speed].den);
}

void play_move(struct play *play, instant_us at, int64_t wall)
{
	play->at = play_within(play, at);
	play->wall = wall;
}

bool play_switch(struct play *play, bool on, int64_t wall)
{
	play_move(play, play_now(play, wall), wall);
	if (on && play->at >= play->last)
		return false;
	play->on = on;
	return true;
}

void play_speed_set(struct play *play, unsigned row, int64_t wall)
{
	play_move(play, play_now(play, wall), wall);
	play->speed = (uint8_t)(row < play_speed_count ? row : play_speed_count - 1);
}

/* Wall time at which the playhead reaches @t, rounded up: not a frame too early. */
static int64_t wall_of(const struct play *play, instant_us t)
{
	int64_t num = speeds[play->speed].num;
	if (t <= play->at)
		return play->wall;
	return instant_add(
		play->wall,
		(duration_mul(t - play->at, speeds[play->speed].den) + num - 1) / num);
}

/* The first whole second since @from behind @t. */
static instant_us next_second(instant_us t, instant_us from)
{
	int64_t since = (t - from) % US_S;
	if (since < 0)
		since += US_S;
	return t + US_S - since;
}

int64_t play_wait(const struct play *play, const struct play_wants *wants, int64_t wall)
{
	if (!play->on)
		return -1;
	instant_us at = play_now(play, wall);
	instant_us next = next_second(at, wants->seconds_from);
	if (wants->event != INSTANT_NONE && wants->event > at && wants->event < next)
		next = wants->event;
	if (next > play->last)
		next = play->last;
	int64_t wake = wall_of(play, next);
	if (wants->map && wants->map_wall + MAP_FRAME_US < wake)
		wake = wants->map_wall + MAP_FRAME_US;
	if (wake < wants->frame_wall + wants->frame_us)
		wake = wants->frame_wall + wants->frame_us;
	return wake > wall ? wake - wall : 0;
}
