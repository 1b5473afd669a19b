/*
 * config.c -- settings from the environment and the configuration file, for options not given
 *
 *  (1) A value is checked where it is read, so that an error names the file and the
 *      line, or the variable.
 *  (2) Unknown settings are errors.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int config_alerts_check(const struct ini_entry *entry, struct err *err)
{
	struct err why;
	if (value_check(VALUE_ALERTS, entry->value, &why) == 0)
		return 0;
	return ini_bad(entry, err, "%s", why.text);
}

static int config_columns_check(const struct ini_entry *entry, struct err *err)
{
	struct column_set set;
	struct err why;
	if (strlen(entry->key) >= sizeof(set.name))
		return ini_bad(entry, err, "a name has at most %zu characters",
			       sizeof(set.name) - 1);
	if (column_set_parse(slice_of(entry->value), &set, &why) == 0)
		return 0;
	return ini_bad(entry, err, "%s", why.text);
}

const struct config_section config_sections[] = {
	{"keys",
	 "a line a key: its name as `pitwall keys` shows it, then what it does, or "
	 "none",
	 keys_check, keys_print},
	{"alerts", "a line an alert: a name of yours, then a rule as --alert takes it",
	 config_alerts_check, NULL},
	{"columns",
	 "a line a set of the timing screen: its name, then its columns as --columns "
	 "takes them",
	 config_columns_check, NULL},
};
const size_t config_sections_count = ARRAY_LEN(config_sections);

struct config {
	char path[SOURCE_PATH_MAX];
	struct ini_lines lines; /* of all sections */
	size_t max;
	char *texts; /* as long as the file: every text in it with its end */
	size_t used, room;
};

void config_free(struct config *config)
{
	if (config == NULL)
		return;
	free(config->lines.at);
	free(config->texts);
	free(config);
}

static const struct option_row *setting_find(const char *name)
{
	const struct option_row *row = option_find(slice_of(name));
	return row != NULL && row->fallback != NULL ? row : NULL;
}

/* ---- the file ----------------------------------------------------------------- */

static int setting_check(const struct option_row *row, const char *value,
			 struct err *err)
{
	if (row->value != VALUE_SWITCH)
		return value[0] == '\0' && row->fallback[0] == '\0'
			       ? 0
			       : value_check(row->value, value, err);
	if (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0)
		return 0;
	return err_set(err, -EINVAL, "%s: use yes or no", value);
}

static int entry_check(const struct config *config, const struct ini_entry *entry,
		       struct err *err)
{
	struct err why;
	for (size_t i = 0; i < config_sections_count; i++)
		if (strcmp(config_sections[i].name, entry->section) == 0)
			return config_sections[i].check == NULL
				       ? 0
				       : config_sections[i].check(entry, err);
	if (entry->section[0] != '\0')
		return ini_bad(entry, err,
			       "there is no section [%s]; `pitwall config` "
			       "shows those there are",
			       entry->section);
	const struct option_row *row = setting_find(entry->key);
	if (row == NULL)
		return ini_bad(entry, err,
			       "there is no setting \"%s\"; `pitwall config "
			       "--config none` lists them",
			       entry->key);
	for (size_t i = 0; i < config->lines.count; i++)
		if (config->lines.at[i].section[0] == '\0' &&
		    strcmp(config->lines.at[i].key, entry->key) == 0)
			return ini_bad(entry, err, "\"%s\" is set in line %u already",
				       entry->key, config->lines.at[i].line);
	if (setting_check(row, entry->value, &why) != 0)
		return ini_bad(entry, err, "%s: %s", entry->key, why.text);
	return 0;
}

static const char *config_keep(struct config *config, const char *text)
{
	size_t len = strlen(text) + 1;
	char *to = config->texts + config->used;
	if (config->room - config->used < len)
		return NULL;
	memcpy(to, text, len);
	config->used += len;
	return to;
}

static int config_take(void *context, const struct ini_entry *entry, struct err *err)
{
	struct config *config = context;
	int failed = entry_check(config, entry, err);
	if (failed)
		return failed;
	if (config->lines.count == config->max) {
		size_t max = config->max == 0 ? 64 : config->max * 2;
		struct ini_entry *at = realloc(config->lines.at, max * sizeof(*at));
		if (at == NULL)
			return err_set(err, -ENOMEM, "no memory to read %s",
				       config->path);
		config->lines.at = at;
		config->max = max;
	}
	bool same = config->lines.count > 0 &&
		    strcmp(config->lines.at[config->lines.count - 1].section,
			   entry->section) == 0;
	struct ini_entry *to = &config->lines.at[config->lines.count];
	*to = (struct ini_entry){
		.where = config->path,
		.line = entry->line,
		.section = same ? config->lines.at[config->lines.count - 1].section
				: config_keep(config, entry->section),
		.key = config_keep(config, entry->key),
		.value = config_keep(config, entry->value),
	};
	if (to->section == NULL || to->key == NULL || to->value == NULL)
		return err_set(err, -ENOMEM, "no memory to read %s", config->path);
	config->lines.count++;
	return 0;
}

static int config_read_file(struct config *config, struct err *err)
{
	struct bytes bytes = {0};
	int failed = small_file_read(config->path, &bytes, err);
	if (failed)
		return failed;
	/* A line "a=b" is as long as its two texts with their ends; but the last, and a
	 * section that is left and entered again. */
	config->room = 2 * bytes.data.len + 256;
	config->texts = malloc(config->room);
	if (config->texts == NULL)
		failed = err_set(err, -ENOMEM, "no memory to read %s", config->path);
	else
		failed = ini_walk(bytes.data, config->path, config_take, config, err);
	bytes_free(&bytes);
	return failed;
}

static const char *asked_for(const struct options *options)
{
	const char *name = getenv("PITWALL_CONFIG");
	if (options->config != NULL)
		return options->config;
	return name != NULL && name[0] != '\0' ? name : NULL;
}

const char *config_path(const struct options *options, char *path, size_t cap)
{
	const char *name = asked_for(options);
	path[0] = '\0';
	if (name != NULL && strcmp(name, "none") != 0)
		text_copy(path, cap, slice_of(name));
	else if (name == NULL)
		(void)user_path("config", path, cap);
	return path;
}

/* ---- who says what -------------------------------------------------------------- */

void config_variable(const struct option_row *row, char *name, size_t cap)
{
	size_t len = text_format(name, cap, "PITWALL_%s", row->name);
	for (size_t i = 8; i < len; i++) {
		if (name[i] == '-')
			name[i] = '_';
		else if (name[i] >= 'a' && name[i] <= 'z')
			name[i] = (char)(name[i] - 'a' + 'A');
	}
}

static int from_environment(struct options *options, size_t i, struct err *err)
{
	const struct option_row *row = &option_rows[i];
	char name[64];
	struct err why;
	config_variable(row, name, sizeof(name));
	const char *value = getenv(name);
	if (value == NULL || value[0] == '\0')
		return 0;
	if (setting_check(row, value, &why) != 0)
		return err_set(err, -EINVAL, "%s in the environment: %s", name,
			       why.text);
	option_set(options, row, value);
	options->origins[i] = ORIGIN_ENVIRONMENT;
	return 0;
}

static void from_file(struct options *options, size_t i, const struct config *config)
{
	for (size_t k = 0; config != NULL && k < config->lines.count; k++) {
		const struct ini_entry *entry = &config->lines.at[k];
		if (entry->section[0] != '\0' || entry->value[0] == '\0' ||
		    strcmp(entry->key, option_rows[i].name) != 0)
			continue;
		option_set(options, &option_rows[i], entry->value);
		options->origins[i] = ORIGIN_FILE;
	}
}

static int settle(struct options *options, const char *accepts,
		  const struct config *config, struct err *err)
{
	int failed = 0;
	for (size_t i = 0; !failed && i < option_rows_count; i++) {
		if (option_rows[i].fallback == NULL ||
		    options->origins[i] != ORIGIN_DEFAULT ||
		    !option_accepted(accepts, option_rows[i].name))
			continue;
		from_file(options, i, config);
		failed = from_environment(options, i, err);
	}
	return failed;
}

int config_load(struct options *options, const struct command *command,
		struct config **out, struct err *err)
{
	const char *accepts = command == NULL ? console_accepts : command->accepts;
	*out = NULL;
	if (!option_accepted(accepts, "config"))
		return 0;
	struct config *config = calloc(1, sizeof(*config));
	if (config == NULL)
		return err_set(err, -ENOMEM, "no memory for the configuration");
	*out = config;
	(void)config_path(options, config->path, sizeof(config->path));
	int failed = config->path[0] == '\0' ? 0 : config_read_file(config, err);
	if (failed == -ENOENT && asked_for(options) == NULL)
		failed = 0;
	if (!failed)
		failed = settle(options, accepts, config, err);
	options->settings = &config->lines;
	return failed;
}
