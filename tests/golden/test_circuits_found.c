/*
 * test_circuits_found.c -- every real race and session at hand finds its circuit
 *
 * It prints a row for each file: the file, its circuit, and how it was found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "../real.h"
#include "pitwall/session.h"

enum { FILES_MAX = 512, FILE_NAME_MAX = 160 };

/* What is in the name of a file, and where it was driven; "": a circuit without a map. */
static const struct {
	const char *part, *circuit;
} driven_at[] = {
	{"belle-isle", ""},
	{"canadian-tire", "ctmp"},
	{"_cota_", "cota"},
	{"_daytona-", "daytona"},
	{"_detroit_", "detroit"},
	{"_imola_", "imola"},
	{"_indianapolis", "indianapolis-rc"},
	{"laguna-seca", "laguna-seca"},
	{"_le_mans_24h", "sarthe"},
	{"_lime-rock", "lime-rock"},
	{"_long-beach", "long-beach"},
	{"_mid-ohio", "mid-ohio"},
	{"_mosport_", "ctmp"},
	{"_qatar_", "lusail"},
	{"_road-america_", "road-america"},
	{"_road-atlanta_", "road-atlanta"},
	{"_roar-before-the-24_", "daytona"},
	{"_sao_paulo_", "interlagos"},
	{"_sebring", "sebring"},
	{"_spa_", "spa"},
	{"_virginia", "vir-full"},
	{"-wgi_", "watkins-glen"},
	{"_watkins", "watkins-glen"},
	{"-watkins-glen-", "watkins-glen"},
};

struct files {
	char names[FILES_MAX][FILE_NAME_MAX];
	size_t count;
};

static int files_by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool is_lap_file(const char *name)
{
	size_t len = strlen(name);
	if (len < 9 || strcmp(name + len - 4, ".csv") != 0)
		return false;
	return strncmp(name, "wec_", 4) == 0 || strcmp(name + len - 8, "laps.csv") == 0;
}

static void files_of(const char *folder, struct files *files)
{
	char path[REAL_PATH_MAX];
	DIR *dir = opendir(real_path(path, folder));
	const struct dirent *entry;
	files->count = 0;
	if (!dir) {
		print_message("# skipped: %s is not here (PITWALL_DATA names its "
			      "folder)\n",
			      path);
		skip();
	}
	while ((entry = readdir(dir)) != NULL) {
		if (!is_lap_file(entry->d_name))
			continue;
		assert_true(files->count < FILES_MAX);
		text_copy(files->names[files->count++], FILE_NAME_MAX,
			  slice_of(entry->d_name));
	}
	closedir(dir);
	qsort(files->names, files->count, FILE_NAME_MAX, files_by_name);
}

/** False, with a message, if it is not the circuit of the table. */
static bool finds_its_circuit(const char *folder, const char *name)
{
	char path[REAL_PATH_MAX], file[FILE_NAME_MAX * 2], how[256], scaled[96];
	struct session *session;
	struct err err;
	size_t row = 0;
	while (row < ARRAY_LEN(driven_at) && !strstr(name, driven_at[row].part))
		row++;
	if (row == ARRAY_LEN(driven_at)) {
		print_message("# %s: driven where?\n", name);
		return false;
	}
	text_format(file, sizeof(file), "%s/%s", folder, name);
	struct options options = {.sources = {real_path(path, file)},
				  .source_count = 1};
	if (session_load(&options, 0, &session, &err) != 0)
		fail_msg("%s", err.text);
	circuit_how(&session->found, how, sizeof(how));
	circuit_scaled(&session->circuit, scaled, sizeof(scaled));
	print_message("# %s;%s;%s;%s;%s\n", file,
		      session->found.name[0] != '\0' ? session->found.name : "none",
		      how, scaled,
		      session->found.name[0] == '\0'     ? ""
		      : session->circuit.lines_estimated ? "lines by lap time"
							 : "lines of the circuit");
	bool right = strcmp(session->found.name, driven_at[row].circuit) == 0 &&
		     (session->circuit.point_count > 0) ==
			     (driven_at[row].circuit[0] != '\0') &&
		     /* The circuit is drawn: the race is computed without it. */
		     session->setup.circuit[0] == '\0';
	if (!right)
		print_message("# %s: not \"%s\"\n", file, driven_at[row].circuit);
	session_free(session);
	return right;
}

static void check_folder(const char *folder)
{
	static struct files files;
	unsigned wrong = 0;
	files_of(folder, &files);
	for (size_t i = 0; i < files.count; i++)
		wrong += !finds_its_circuit(folder, files.names[i]);
	print_message("# %zu files\n", files.count);
	assert_int_equal(wrong, 0);
}

static void every_real_race_finds_its_circuit(void **state)
{
	(void)state;
	check_folder("alkamel");
}

static void every_real_session_finds_its_circuit(void **state)
{
	(void)state;
	check_folder("sessions");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_real_race_finds_its_circuit),
		cmocka_unit_test(every_real_session_finds_its_circuit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
