/*
 * fuzz_alert.c -- any text as the rule of an alert
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/alert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct alert_rule rule;
	struct err err = {""};
	struct slice text = {(const char *)data, size};
	if (alert_parse(text, &rule, &err) == 0)
		(void)alert_needs(&rule);
	else if (err.text[0] == '\0')
		abort();
	return 0;
}
