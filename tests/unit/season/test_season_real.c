/*
 * test_season_real.c -- seasons built from the files of real races, against their totals
 *
 * IMSA 2022 to 2024: results of the races at hand, and for all other rounds and for
 * qualifying the places of facts/points/imsa_YEAR_computed.csv, which lies beside the data. WEC 2025: lap
 * files of five rounds, three are typed.
 */
#include "season_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../real.h"
#include "../../scratch.h"
#include "pitwall/csv.h"
#include "pitwall/season_load.h"

static const char folder_name[] = "season-real";

static int real_enter(void **state)
{
	(void)state;
	return scratch_enter(folder_name);
}

static int real_leave(void **state)
{
	(void)state;
	return scratch_leave(folder_name);
}

/* ---- a season file from computed places ----------------------------------------------- */

/* Codes of the events in the computed file, and the race at hand. */
struct imsa_event {
	const char *code, *name, *file;
};
struct imsa_season {
	unsigned year;
	struct imsa_event events[14];
	const char *decisions;
};

static const struct imsa_season imsa_2022 = {
	2022,
	{{"01", "Daytona", NULL},
	 {"02", "Daytona", NULL},
	 {"05", "Sebring", NULL},
	 {"06", "Long Beach", "long-beach"},
	 {"07", "Laguna Seca", "laguna-seca"},
	 {"08", "Mid-Ohio", NULL},
	 {"10", "Detroit", "belle-isle"},
	 {"11", "Watkins Glen", "watkins"},
	 {"13", "Mosport", NULL},
	 {"15", "Lime Rock", NULL},
	 {"16", "Road America", NULL},
	 {"17", "VIR", NULL},
	 {"19", "Petit Le Mans", "road-atlanta"}},
	"",
};
static const struct imsa_season imsa_2023 = {
	2023,
	{{"01", "Daytona", NULL},
	 {"02", "Daytona", NULL},
	 {"07", "Sebring", NULL},
	 {"08", "Long Beach", "long-beach"},
	 {"10", "Laguna Seca", NULL},
	 {"12", "Watkins Glen", "watkins"},
	 {"13", "Mosport", NULL},
	 {"14", "Lime Rock", "lime-rock"},
	 {"17", "Road America", "road-america"},
	 {"18", "VIR", "virginia"},
	 {"19", "Indianapolis", "indianapolis"},
	 {"21", "Petit Le Mans", "road-atlanta"}},
	/* Car 6 was disqualified and scored as the
	 * last of its class. */
	"[decisions]\nWatkins Glen, 6 = last\n"
	"Daytona, 60 = points -200\n",
};
static const struct imsa_season imsa_2024 = {
	2024,
	{{"01", "Daytona", NULL},
	 {"02", "Daytona", NULL},
	 {"05", "Sebring", "sebring"},
	 {"06", "Long Beach", "long-beach"},
	 {"08", "Laguna Seca", NULL},
	 {"09", "Detroit", NULL},
	 {"12", "Watkins Glen", NULL},
	 {"13", "Mosport", NULL},
	 {"14", "Road America", NULL},
	 {"15", "VIR", "virginia"},
	 {"17", "Indianapolis", "indianapolis-bricks"},
	 {"19", "Petit Le Mans", "road-atlanta"}},
	"",
};

/* A car of the computed file. */
struct computed {
	char class_name[16], car[8];
	int points;
	char detail[1024];
};
enum { COMPUTED_MAX = 128 };
static struct computed computed[COMPUTED_MAX];
static unsigned computed_count;

static bool read_computed(unsigned year)
{
	char name[64], path[REAL_PATH_MAX];
	size_t len;
	snprintf(name, sizeof(name), "../facts/points/imsa_%u_computed.csv", year);
	char *text = file_read_all(real_path(path, name), &len);
	struct csv csv;
	static struct csv_row row;
	struct err err;
	computed_count = 0;
	if (!text)
		return false;
	csv_begin(&csv, (struct slice){text, len}, name);
	csv.separator = ';';
	assert_int_equal(csv_next(&csv, &row, &err), 1);
	while (csv_next(&csv, &row, &err) == 1) {
		uint64_t points;
		struct computed *car = &computed[computed_count++];
		assert_in_range(computed_count, 1, COMPUTED_MAX);
		text_copy(car->class_name, sizeof(car->class_name), row.fields[1]);
		text_copy(car->car, sizeof(car->car), row.fields[2]);
		assert_true(parse_u64(row.fields[3], &points));
		car->points = (int)points;
		text_copy(car->detail, sizeof(car->detail), row.fields[4]);
	}
	free(text);
	return true;
}

/* The place of a car in an event: "02R"; 0 none. */
static unsigned computed_place(const struct computed *car, const char *event)
{
	const char *at = strstr(car->detail, event);
	unsigned place = 0;
	if (at)
		sscanf(at + 4, "%u", &place);
	return place;
}

/* Crews of the cars whose drivers are looked at; other cars are typed without. */
static const char *crew_of(const char *class_name, const char *car)
{
	static const struct {
		const char *car, *drivers;
	} crews[] = {
		{"31", "Pipo Derani,Alexander Sims"},
		{"10", "Ricky Taylor,Filipe Albuquerque"},
		{"60", "Tom Blomqvist,Colin Braun"},
		{"7", "Matt Campbell,Felipe Nasr"},
		{"6", "Nick Tandy,Mathieu Jaminet"},
	};
	for (size_t i = 0; i < ARRAY_LEN(crews); i++)
		if (strcmp(class_name, "GTP") == 0 && strcmp(car, crews[i].car) == 0)
			return crews[i].drivers;
	return ",";
}

/* A list of the places of an event, typed as a person would. False: there are none. */
static bool type_places(const char *path, const char *code, char kind,
			const char *class_name)
{
	char event[8];
	unsigned rows = 0;
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	snprintf(event, sizeof(event), "%s%c:", code, kind);
	fputs("class_place,class,number,driver1,driver2\n", file);
	for (unsigned i = 0; i < computed_count; i++) {
		const struct computed *car = &computed[i];
		unsigned place = computed_place(car, event);
		if (place == 0 ||
		    (class_name && strcmp(class_name, car->class_name) != 0))
			continue;
		fprintf(file, "%u,%s,%s,%s\n", place, car->class_name, car->car,
			crew_of(car->class_name, car->car));
		rows++;
	}
	fclose(file);
	return rows > 0;
}

static const char *const imsa_classes[] = {"DPi",  "GTP",    "LMP2",
					   "LMP3", "GTDPRO", "GTD"};

static void write_qualifying(FILE *ini, const char *code)
{
	for (size_t c = 0; c < ARRAY_LEN(imsa_classes); c++) {
		char path[32];
		snprintf(path, sizeof(path), "q%s-%s.csv", code, imsa_classes[c]);
		if (type_places(path, code, 'Q', imsa_classes[c]))
			fprintf(ini, "qualifying = %s\n", path);
	}
}

static bool write_imsa(const struct imsa_season *of)
{
	if (!read_computed(of->year))
		return false;
	FILE *ini = fopen("imsa.ini", "w");
	assert_non_null(ini);
	fprintf(ini, "[season]\nname = IMSA %u\npoints = imsa-2021\nyear = %u\n",
		of->year, of->year);
	for (const struct imsa_event *event = of->events; event->code; event++) {
		char path[REAL_PATH_MAX], name[96], typed[16];
		size_t len;
		bool first =
			event == of->events || strcmp(event[-1].name, event->name) != 0;
		if (first)
			fprintf(ini, "[round %s]\nname = %s\n", event->name,
				event->name);
		snprintf(name, sizeof(name), "alkamel/imsa_%u_%s_results.csv", of->year,
			 event->file ? event->file : "");
		char *there = event->file ? real_read(name, &len) : NULL;
		snprintf(typed, sizeof(typed), "r%s.csv", event->code);
		if (there) {
			char *whole = realpath(real_path(path, name), NULL);
			fprintf(ini, "results = %s\n", whole);
			free(whole);
		} else if (type_places(typed, event->code, 'R', NULL)) {
			fprintf(ini, "results = %s\n", typed);
		}
		free(there);
		write_qualifying(ini, event->code);
	}
	fputs(of->decisions, ini);
	fclose(ini);
	return true;
}

static struct season_loaded *load_imsa(const struct imsa_season *of)
{
	struct season_loaded *loaded = NULL;
	struct err err = {""};
	if (!write_imsa(of)) {
		print_message("# skipped: no facts/points beside PITWALL_DATA\n");
		skip();
	}
	if (season_open("./imsa.ini", &loaded, &err))
		fail_msg("%s", err.text);
	season_load(loaded, SEASON_ROUNDS_MAX);
	for (unsigned i = 0; i < loaded->note_count; i++)
		if (loaded->notes[i].kind == NOTE_MISSING)
			fail_msg("%s", loaded->notes[i].text);
	return loaded;
}

static void all_cars_have_their_points(const struct season *season, const char *except)
{
	for (unsigned i = 0; i < computed_count; i++) {
		const struct computed *car = &computed[i];
		int32_t points = points_in(season, "teams", car->class_name, car->car);
		char key[32];
		snprintf(key, sizeof(key), "%s %s;", car->class_name, car->car);
		if (!strstr(except, key) && points != P(car->points))
			fail_msg("%s %s has %d, not %d: %s", car->class_name, car->car,
				 points / SEASON_POINT, car->points, car->detail);
	}
}

/* ---- IMSA ------------------------------------------------------------------------------ */

static void imsa_2023_has_its_points(void **state)
{
	(void)state;
	static const struct {
		const char *driver, *car;
		int points;
	} crews[] = {
		{"Pipo Derani", "31", 2733},   {"Alexander Sims", "31", 2733},
		{"Ricky Taylor", "10", 2712},  {"Filipe Albuquerque", "10", 2712},
		{"Tom Blomqvist", "60", 2711}, {"Colin Braun", "60", 2711},
		{"Matt Campbell", "7", 2691},  {"Felipe Nasr", "7", 2691},
		{"Nick Tandy", "6", 2691},     {"Mathieu Jaminet", "6", 2691},
	};
	struct season_loaded *loaded = load_imsa(&imsa_2023);
	const struct season *season = &loaded->season;
	for (size_t i = 0; i < ARRAY_LEN(crews); i++) {
		assert_int_equal(points_in(season, "drivers", "GTP", crews[i].driver),
				 P(crews[i].points));
		assert_int_equal(points_in(season, "teams", "GTP", crews[i].car),
				 P(crews[i].points));
	}
	/* Cars 80 and 93 did not start at Long Beach, says the file of the race: no points.
	 * The computed file counts their places. */
	all_cars_have_their_points(season, "GTD 80;GTD 93;");
	assert_int_equal(points_in(season, "teams", "GTD", "80"), P(2432 - 170));
	assert_int_equal(points_in(season, "teams", "GTD", "93"), P(1456 - 160));
	/* After Road America: official 2171. */
	struct season_query query = query_of(season, "teams", "GTP");
	static struct season_table table;
	query.rounds = 8;
	assert_int_equal(season_standings(season, &query, &table, NULL), 0);
	for (unsigned i = 0; i < table.count; i++)
		if (strcmp(season_name_text(season, table.rows[i].name), "10") == 0)
			assert_int_equal(table.rows[i].points, P(2171));
	season_loaded_free(loaded);
}

static int32_t points_after(const struct season *season, const char *class_name,
			    const char *car, const char *round)
{
	static struct season_table table;
	struct season_query query = query_of(season, "teams", class_name);
	for (unsigned r = 0; r < season->round_count; r++)
		if (strcmp(season->rounds[r]->name, round) == 0)
			query.rounds = (uint8_t)(r + 1);
	assert_int_equal(season_standings(season, &query, &table, NULL), 0);
	for (unsigned i = 0; i < table.count; i++)
		if (strcmp(season_name_text(season, table.rows[i].name), car) == 0)
			return table.rows[i].points;
	return ABSENT;
}

static int32_t lead_of(const struct season *season, const char *class_name,
		       const char *round)
{
	static struct season_table table;
	struct season_query query = query_of(season, "teams", class_name);
	for (unsigned r = 0; r < season->round_count; r++)
		if (strcmp(season->rounds[r]->name, round) == 0)
			query.rounds = (uint8_t)(r + 1);
	assert_int_equal(season_standings(season, &query, &table, NULL), 0);
	return table.rows[0].points - table.rows[1].points;
}

static void imsa_2022_has_its_points(void **state)
{
	(void)state;
	struct season_loaded *loaded = load_imsa(&imsa_2022);
	const struct season *season = &loaded->season;
	all_cars_have_their_points(season, "");
	assert_int_equal(points_after(season, "DPi", "60", "Road America"), P(3047));
	assert_int_equal(points_in(season, "teams", "DPi", "60"), P(3432));
	/* Official 3066 and 3346. The 20 points are one place gained by a decision that the
	 * files do not have: 4th to 3rd at Sebring, or 5th to 4th at Detroit. */
	assert_int_equal(points_after(season, "DPi", "10", "Road America"),
			 P(3066 - 20));
	assert_int_equal(points_in(season, "teams", "DPi", "10"), P(3346 - 20));
	/* Officially 79 points between the teams 8 and 52 of LMP2; one place in one
	 * qualifying is missing. */
	assert_int_equal(points_in(season, "teams", "LMP2", "8") -
				 points_in(season, "teams", "LMP2", "52"),
			 P(79 - 1));
	season_loaded_free(loaded);
}

static void imsa_2022_with_the_missing_decision(void **state)
{
	(void)state;
	static struct imsa_season decided;
	decided = imsa_2022;
	decided.decisions = "[decisions]\nSebring, 10 = place 3\n";
	struct season_loaded *loaded = load_imsa(&decided);
	assert_int_equal(points_in(&loaded->season, "teams", "DPi", "10"), P(3346));
	season_loaded_free(loaded);
}

static void imsa_2024_has_its_points(void **state)
{
	(void)state;
	struct season_loaded *loaded = load_imsa(&imsa_2024);
	const struct season *season = &loaded->season;
	all_cars_have_their_points(season, "");
	/* Official 2982: cars ahead of it were moved back at Indianapolis. */
	assert_int_equal(points_in(season, "teams", "GTP", "7"), P(2982 - 20));
	/* Official leads before Petit: decisions of the season are not in the files. */
	assert_int_equal(lead_of(season, "LMP2", "Indianapolis"), P(98 - 3));
	assert_int_equal(lead_of(season, "GTDPRO", "Indianapolis"), P(99 + 18));
	/* The lead of GTD is one between drivers; who drove in the rounds that are not at
	 * hand is not in the computed file. */
	/* Before Road America: official 93. */
	assert_int_equal(points_after(season, "GTP", "7", "Watkins Glen") -
				 points_after(season, "GTP", "01", "Watkins Glen"),
			 P(93));
	season_loaded_free(loaded);
}

static void imsa_2024_with_the_known_decision(void **state)
{
	(void)state;
	/* Car 6 from 3rd to 10th at Indianapolis. */
	static struct imsa_season decided;
	decided = imsa_2024;
	decided.decisions = "[decisions]\nIndianapolis, 6 = place 10\n";
	struct season_loaded *loaded = load_imsa(&decided);
	const struct season *season = &loaded->season;
	int32_t seven = points_after(season, "GTP", "7", "Indianapolis");
	int32_t six = points_after(season, "GTP", "6", "Indianapolis");
	/* Officially 124, and 2982 in the end: one more car ahead of 7 was moved back. Which
	 * one is not known; 85 does it, as any other of them would. */
	assert_int_equal(seven - six, P(124 - 10));
	assert_int_equal(points_in(season, "teams", "GTP", "6"), P(2869));
	season_loaded_free(loaded);
	decided.decisions =
		"[decisions]\nIndianapolis, 6 = place 10\nIndianapolis, 85 = place 9\n";
	loaded = load_imsa(&decided);
	season = &loaded->season;
	seven = points_after(season, "GTP", "7", "Indianapolis");
	six = points_after(season, "GTP", "6", "Indianapolis");
	assert_int_equal(points_in(season, "teams", "GTP", "7"), P(2982));
	assert_int_equal(seven - six, P(124));
	season_loaded_free(loaded);
}

/* ---- WEC 2025 --------------------------------------------------------------------------------- */

/* Places of the five crews in rounds that are not at hand; 0: disqualified. */
struct typed_car {
	const char *number;
	uint8_t place;
	const char *drivers;
};

static void type_round(const char *path, const struct typed_car *cars)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("class_place,status,class,number,driver1,driver2,driver3\n", file);
	for (unsigned place = 1; place <= 15; place++) {
		bool taken = false;
		for (unsigned i = 0; i < 5; i++)
			taken |= cars[i].place == place;
		if (!taken)
			fprintf(file, "%u,,HYPERCAR,9%02u\n", place, place);
	}
	for (unsigned i = 0; i < 5; i++)
		if (cars[i].place)
			fprintf(file, "%u,,HYPERCAR,%s,%s\n", cars[i].place,
				cars[i].number, cars[i].drivers);
		else
			fprintf(file, ",DSQ,HYPERCAR,%s,%s\n", cars[i].number,
				cars[i].drivers);
	fclose(file);
}

#define CREW_51 "J. Calado,A. Giovinazzi,Alessandro Pier Guidi"
#define CREW_83 "Phil Hanson,Robert Kubica,Yifei Ye"
#define CREW_50 "Antonio Fuoco,Miguel Molina,N. Nielsen"
#define CREW_12 "Alex Lynn,Norman Nato,Will Stevens"

static const struct typed_car le_mans_2025[] = {
	{"51", 3, CREW_51},
	{"83", 1, CREW_83},
	{"50", 0, CREW_50},
	{"6", 2, "Kevin Estre,Laurens Vanthoor,Matt Campbell"},
	{"12", 4, CREW_12}};
static const struct typed_car fuji_2025[] = {{"51", 15, CREW_51},
					     {"83", 10, CREW_83},
					     {"50", 11, CREW_50},
					     {"6", 3, "Kevin Estre,Laurens Vanthoor"},
					     {"12", 7, CREW_12}};
static const struct typed_car bahrain_2025[] = {
	{"51", 4, CREW_51},
	{"83", 5, CREW_83},
	{"50", 3, CREW_50},
	{"6", 11, "Kevin Estre,Laurens Vanthoor"},
	{"12", 6, CREW_12}};

static bool write_wec(void)
{
	static const struct {
		const char *name, *length, *pole, *file;
	} rounds[] = {
		{"Qatar", "1812km,10h", "51", "wec_2025_qatar_1812km.csv"},
		{"Imola", "6h", "51", "wec_2025_imola_6h.csv"},
		{"Spa", "6h", "50", "wec_2025_spa_6h.csv"},
		{"Le Mans", "24h", "12", NULL},
		{"Sao Paulo", "6h", "12", "wec_2025_sao_paulo_6h.csv"},
		{"COTA", "6h", "", "wec_2025_cota_6h.csv"},
		{"Fuji", "6h", "12", NULL},
		{"Bahrain", "8h", "", NULL},
	};
	type_round("Le Mans.csv", le_mans_2025);
	type_round("Fuji.csv", fuji_2025);
	type_round("Bahrain.csv", bahrain_2025);
	FILE *ini = fopen("wec.ini", "w");
	assert_non_null(ini);
	fputs("[season]\nname = WEC 2025\npoints = wec-2022\nyear = 2025\n", ini);
	for (size_t r = 0; r < ARRAY_LEN(rounds); r++) {
		char name[64], path[REAL_PATH_MAX];
		fprintf(ini, "[round %zu]\nname = %s\nlength = %s\n", r + 1,
			rounds[r].name, rounds[r].length);
		if (rounds[r].pole[0])
			fprintf(ini, "pole = %s\n", rounds[r].pole);
		snprintf(name, sizeof(name), "alkamel/%s",
			 rounds[r].file ? rounds[r].file : "");
		char *real =
			rounds[r].file ? realpath(real_path(path, name), NULL) : NULL;
		if (rounds[r].file && !real) {
			fclose(ini);
			return false;
		}
		if (real)
			fprintf(ini, "source = %s\n", real);
		else
			fprintf(ini, "results = %s.csv\n", rounds[r].name);
		free(real);
	}
	/* 6th on the road; the totals of 83 and 12 say that it lost its place. */
	fputs("[decisions]\nCOTA, 38 = last\n", ini);
	fclose(ini);
	return true;
}

static void wec_2025_has_its_five_crews(void **state)
{
	(void)state;
	static const struct {
		const char *driver;
		int points;
	} crews[] = {
		{"James Calado", 133},
		{"Antonio Giovinazzi", 133},
		{"Alessandro Pier Guidi", 133},
		{"Philip Hanson", 117},
		{"Robert Kubica", 117},
		{"Yifei Ye", 117},
		{"Antonio Fuoco", 98},
		{"Miguel Molina", 98},
		{"Nicklas Nielsen", 98},
		{"K\u00e9vin Estre", 94},
		{"Laurens Vanthoor", 94},
		{"Alex Lynn", 93},
		{"Norman Nato", 93},
		{"Will Stevens", 93},
	};
	struct season_loaded *loaded = NULL;
	struct err err = {""};
	if (!write_wec()) {
		print_message("# skipped: the lap files of WEC 2025 are not in "
			      "PITWALL_DATA\n");
		skip();
	}
	if (season_open("./wec.ini", &loaded, &err))
		fail_msg("%s", err.text);
	season_load(loaded, SEASON_ROUNDS_MAX);
	for (size_t i = 0; i < ARRAY_LEN(crews); i++)
		if (points_in(&loaded->season, "drivers", "HYPERCAR",
			      crews[i].driver) != P(crews[i].points))
			fail_msg("%s has %d, not %d", crews[i].driver,
				 points_in(&loaded->season, "drivers", "HYPERCAR",
					   crews[i].driver),
				 P(crews[i].points));
	season_loaded_free(loaded);
}

/* ---- places and driving times at an hour of a race ------------------------------------------ */

static void places_at_an_hour_are_those_of_the_race_then(void **state)
{
	(void)state;
	char path[REAL_PATH_MAX];
	char *laps =
		realpath(real_path(path, "alkamel/imsa_2023_watkins_laps.csv"), NULL);
	struct options options = {.sources = {laps}, .source_count = 1};
	struct season_loaded *loaded = NULL;
	struct session *session = NULL;
	struct err err = {""};
	if (!laps) {
		print_message("# skipped: Watkins Glen 2023 is not in PITWALL_DATA\n");
		skip();
	}
	FILE *ini = fopen("glen.ini", "w");
	assert_non_null(ini);
	fprintf(ini,
		"[season]\npoints = imsa-2021\nyear = 2023\n[round 1]\nname = Watkins "
		"Glen\nlength = 6h\nsource = %s\n",
		laps);
	fclose(ini);
	if (season_open("./glen.ini", &loaded, &err) ||
	    session_load(&options, 0, &session, &err))
		fail_msg("%s", err.text);
	season_load(loaded, SEASON_ROUNDS_MAX);
	const struct season_round *round = loaded->rounds[0];
	instant_us start = session->timeline.race.start_at;
	unsigned moved = 0;
	(void)session_at(session, start + 3 * US_HOUR);
	const struct race *race = &session->timeline.race;
	assert_true(round->count > 50);
	for (unsigned i = 0; i < round->count; i++) {
		const struct season_result *result = &round->results[i];
		uint16_t car = race_find_text(
			race, slice_of(season_name_text(&loaded->season, result->car)));
		const struct classification *list = &session->classification;
		assert_int_equal(result->segments[0],
				 list->rows[list->row_of[car]].class_position);
		assert_int_equal(result->segments[1], result->class_place);
		moved += result->segments[0] != result->segments[1];
		int64_t driven = 0;
		for (unsigned s = 0; s < result->seat_count; s++)
			driven += result->seats[s].seconds > 0
					  ? result->seats[s].seconds
					  : 0;
		/* Stops are not driving. */
		assert_true(driven * US_S <= result->total + 10 * US_MIN);
		assert_true(result->laps < 150 || driven > 4 * 3600);
	}
	assert_true(moved > 10);
	session_free(session);
	season_loaded_free(loaded);
	free(laps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(imsa_2023_has_its_points),
		cmocka_unit_test(imsa_2022_has_its_points),
		cmocka_unit_test(imsa_2022_with_the_missing_decision),
		cmocka_unit_test(imsa_2024_has_its_points),
		cmocka_unit_test(imsa_2024_with_the_known_decision),
		cmocka_unit_test(wec_2025_has_its_five_crews),
		cmocka_unit_test(places_at_an_hour_are_those_of_the_race_then),
	};
	return cmocka_run_group_tests(tests, real_enter, real_leave);
}
