/*
 * rules.c -- queries on a ruleset
 */
#include "pitwall/race.h"

uint32_t rules_threshold(const struct rules *rules, uint32_t winner_laps)
{
	uint64_t pm = (uint64_t)winner_laps * rules->fraction_pm;
	switch ((enum rules_round)rules->round) {
	case ROUND_FLOOR:
		break;
	case ROUND_CEIL:
		pm += 999;
		break;
	case ROUND_NEAREST:
		pm += 500;
		break;
	}
	pm /= 1000;
	return pm > UINT32_MAX ? UINT32_MAX : (uint32_t)pm;
}

/* "LMP*" matches a prefix, "*Am" a suffix, else the whole name; case ignored. */
static bool class_matches(struct slice pattern, struct slice name)
{
	if (pattern.len > 0 && pattern.at[pattern.len - 1] == '*') {
		pattern.len--;
		if (name.len > pattern.len)
			name.len = pattern.len;
	} else if (pattern.len > 0 && pattern.at[0] == '*') {
		pattern.at++;
		pattern.len--;
		if (name.len > pattern.len) {
			name.at += name.len - pattern.len;
			name.len = pattern.len;
		}
	}
	return slice_eq_nocase(pattern, name);
}

bool rules_safety_car(const struct rules *rules, enum flag flag)
{
	return flag == FLAG_SC ||
	       (flag == FLAG_FCY && rules &&
		slice_eq_nocase(slice_of(rules->fcy), SLICE("safety car")));
}

const char *rules_flag_title(const struct rules *rules, enum flag flag)
{
	return flag == FLAG_FCY && rules_safety_car(rules, flag) ? "FCY SAFETY CAR"
								 : flag_title(flag);
}

int rules_class_of(const struct rules *rules, struct slice name)
{
	if (name.len == 0)
		return -1;
	for (int i = 0; i < rules->class_count && i < RULES_CLASSES_MAX; i++) {
		struct slice rest = slice_of(rules->classes[i].matches);
		if (slice_eq_nocase(slice_of(rules->classes[i].name), name))
			return i;
		while (rest.len > 0) {
			struct slice pattern = slice_cut(&rest, ' ');
			if (pattern.len > 0 && class_matches(pattern, name))
				return i;
		}
	}
	return -1;
}

const struct rules_driving *rules_driving_of(const struct rules *rules,
					     duration_us length, struct slice name)
{
	const struct rules_driving *best = NULL;
	int class_row = rules_class_of(rules, name), best_fit = -1;
	for (int i = 0; i < rules->driving_count && i < RULES_DRIVING_MAX; i++) {
		const struct rules_driving *row = &rules->driving[i];
		bool any = row->class_row == RULES_CLASSES_MAX;
		int fit = (any ? 0 : 2) + (row->length ? 1 : 0);
		if ((any || row->class_row == class_row) &&
		    (row->length == 0 || row->length == length) && fit > best_fit) {
			best = row;
			best_fit = fit;
		}
	}
	return best;
}
