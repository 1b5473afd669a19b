/*
 * fuzz_rules.c -- any text as a ruleset file; what is read is within its bounds
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "pitwall/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct rules *rules)
{
	assert(memchr(rules->name, '\0', sizeof(rules->name)) && rules->name[0]);
	assert(memchr(rules->title, '\0', sizeof(rules->title)));
	assert(rules->length_count <= RULES_LENGTHS_MAX);
	assert(rules->class_count <= RULES_CLASSES_MAX);
	assert(rules->fraction_pm <= 1000);
	assert(rules->clock_of_day >= 0 && rules->clock_of_day < US_DAY);
	for (unsigned i = 0; i < rules->length_count; i++) {
		const struct rules_length *length = &rules->lengths[i];
		assert(length->us >= 0 && length->mm >= 0);
		assert(length->us || length->mm || length->laps);
	}
	for (unsigned i = 0; i < rules->class_count; i++)
		assert(rules_class_of(rules, slice_of(rules->classes[i].name)) >= 0);
	assert(rules_threshold(rules, 208) <= 208);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rules rules;
	struct rules_length length;
	struct err err;
	struct slice text = {(const char *)data, size};
	if (rules_parse(text, "fuzz", &rules, &err) == 0)
		check(&rules);
	else
		assert(err.text[0]);
	if (length_parse(text, &length, &err) == 0)
		assert(length.us > 0 || length.mm > 0 || length.laps > 0);
	return 0;
}
