/*
 * test_formats.c -- files of other programs and services, through the whole program
 *
 * What is asked of each was worked out by hand from its text, or is what the service itself says of the end.
 */
#include "official.h"
#include "../real.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* @words: the command, with %s for the file. @has, @not: in what it prints. */
struct format_case {
	const char *file, *words;
	const char *has[6], *not [3];
};

#define DETROIT "formats/timing71/imsa_2026_detroit_race.zip"
#define PORTIMAO "formats/timing71/elms-portimao.analysis.json"
#define LE_MANS "formats/griiip-wec-2026-le-mans/live_laps.json"
#define SPA "formats/swisstiming-spa24-2026/swiss_timing.json"

#define HH "formats/hhtiming/test.hhreplay"
#define F1 "formats/f1-livetiming/2024_Silverstone_Practice_1."

static const struct format_case cases[] = {
	/* Car 60 crosses the line at 16:34:16.693, with a lap time of 256.693; car 20 is first seen at
	 * I1 of lap 2, at 16:35:09.784, 75.255 s after the line. */
	/* Car 22: stints of its laps add up to 4:00:00.433 from the green flag; 130 laps in the
	 * state at the end. */
	{PORTIMAO,
	 "results %s --format csv 2>/dev/null",
	 {"\n1,CLASSIFIED,22,LMP2,1,130,4:00:00.433,,,1:33.169,", ",United Autosports,",
	  "Tom GAMBLE"},
	 {NULL}},
	{HH,
	 "results %s --format csv",
	 {",20,,,1,0:03:54.529,", ",60,,,1,0:04:16.693,",
	  ",10,Silver,1,1,0:04:22.536,"},
	 {"SC1"}},
	/* The first minutes of a race of 24 hours. */
	{HH,
	 "digest %s 2>/dev/null",
	 {"The race is not over. After ", "car 20 leads with 1 lap, "},
	 {" won"}},
	/* Its published result: 1:27.420, then 0.134, 0.211 and 0.309 behind. */
	{F1 "live.txt",
	 "results %s --format csv",
	 {"1:27.420,16,", ",18,,,21,", ",0.134,0.134,1:27.554,",
	  ",0.211,0.077,1:27.631,", ",0.309,0.098,1:27.729,", "McLaren,Lando NORRIS"},
	 {NULL}},
	/* The meeting, not the name of the file. */
	{F1 "live.txt",
	 "results %s --format json",
	 {"\"event\":\"British Grand Prix\",\"session\":\"Practice 1\","
	  "\"type\":\"timed\""},
	 {NULL}},
	{HH,
	 "results %s --format json",
	 {"\"event\":\"CrowdStrike 24 Hours of Spa - Round 4\",\"session\":\"Race\","},
	 {NULL}},
	{DETROIT,
	 "results %s --format json",
	 {"\"event\":\"Chevrolet Detroit Sports Car Classic\",\"session\":\"Race\","},
	 {NULL}},
	{LE_MANS,
	 "results %s --format json",
	 {"\"event\":\"FIA WEC- 24 Hours of Le Mans\",\"session\":\"Race\","},
	 {NULL}},
	{SPA,
	 "results %s --format json",
	 {
		 "\"event\":\"Crowdstrike 24 Hours of Spa Round "
		 "4\",\"session\":\"Race\"",
	 },
	 {NULL}},
	/* Car 22 stopped before the first message: five laps and 1:29.864 on lap 3 in the first
	 * state, where it is ninth; all others improve on that. */
	{F1 "live.txt",
	 "results %s --format csv",
	 {"\n20,CLASSIFIED,22,,,5,,2.444,0.594,1:29.864,3,", "\n10,CLASSIFIED,31,",
	  ",1:27.974,18,"},
	 {"DNS"}},
	{F1 "subscribe.txt", "laps %s --format csv -n 63", {"63,15,1:27.738,"}, {NULL}},
	/* The last frame of the archive: Laps, Gap, Best, PIC; car 15 has 60 s more and stands
	 * behind 77, which crossed the line 53.575 s after it. */
	{DETROIT,
	 "results %s --format csv",
	 {"\n1,CLASSIFIED,31,GTP,1,82,1:40:37.110,,,1:06.234,20,1,",
	  "\n2,CLASSIFIED,25,GTP,2,82,1:40:43.133,6.023,6.023,1:06.701,",
	  "\n12,CLASSIFIED,3,GTDPRO,1,79,", "\n20,CLASSIFIED,77,GTDPRO,9,78,",
	  "\n21,CLASSIFIED,15,GTDPRO,10,78,", "Earl BAMBER / Jack AITKEN"},
	 {NULL}},
	/* The first lap of car 31 is 86.875 s: 35.571, 25.071 and 26.233. */
	{DETROIT,
	 "laps %s --format csv -n 31",
	 {"\n31,1,1:26.875,0:01:26.875,", ",0:35.571,0:25.071,0:26.233,", "\n31,82,"},
	 {"\n31,83,"}},
	/* PIT at 16:43:07 in Detroit, OUT at 16:43:42. */
	{DETROIT,
	 "stops %s --format csv -n 31",
	 {",0:35.000,Earl BAMBER,Jack AITKEN,estimated"},
	 {NULL}},
	{DETROIT,
	 "events %s --format csv",
	 {"FULL COURSE YELLOW", "IMPOUND CARS 31, 25, 10, 93, 3, 9, 65, 1"},
	 {"set a new"}},
	/* Lap 68 of car 20 ends at 18:05:30.412 UTC, 20:05:30 at Le Mans. */
	{LE_MANS,
	 "laps %s --format csv -n 20",
	 {"\n20,68,3:28.786,", ",20:05:30.412,"},
	 {NULL}},
	/* The service has sectors of lap 90 only. */
	{LE_MANS,
	 "laps %s --format csv -n 20",
	 {"\n20,68,3:28.786,4:05:19.880,20:05:30.412,,,,0,"},
	 {NULL}},
	{LE_MANS, "stops %s --format csv -n 7", {"1:04.554,"}, {NULL}},
	/* Before the first of the fifteen laps that are kept of a car only its stops are known. */
	{LE_MANS, "events %s --format csv", {",pit-in,"}, {"is overdue", "is back"}},
	{SPA,
	 "results %s --format csv",
	 {"\n1,RUNNING,80,Pro,1,457,20:40:28.570,",
	  "\n12,RUNNING,74,Bronze,1,456,20:40:54.086,"},
	 {NULL}},
	/* One crossing of each car is known, and messages of minutes later. */
	{SPA,
	 "events %s --format csv",
	 {"is overdue, 22 laps done"},
	 {"not timed since the start", "is overdue, 457 laps done"}},
	/* PitStopCount of car 80 is 25: what the source counts, and no stop that was timed. */
	{SPA,
	 "results %s --format csv",
	 {"\n1,RUNNING,80,Pro,1,457,20:40:28.570,,,2:17.484,312,0,"},
	 {NULL}},
	{SPA,
	 "render %s --at end --screen timing --size 120x24",
	 {" 80 Pro      1 Bastian Buus               457                              "
	  "2:17.484 ~25 "},
	 {NULL}},
};

/* Skips the test, visibly, where the data is not. */
static void sample_path(const char *name, char path[REAL_PATH_MAX])
{
	FILE *file = fopen(real_path(path, name), "rb");
	if (!file) {
		print_message(
			"# skipped: %s is not here (PITWALL_DATA names the folder "
			"of the samples)\n",
			path);
		skip();
	}
	fclose(file);
}

static void check_case(const struct format_case *row)
{
	char path[REAL_PATH_MAX], command[REAL_PATH_MAX + 256];
	sample_path(row->file, path);
	const char *at = strstr(row->words, "%s");
	assert_non_null(at);
	snprintf(command, sizeof(command), "%.*s%s%s", (int)(at - row->words),
		 row->words, path, at + 2);
	char *text = run_pitwall(command, 0);
	for (size_t i = 0; i < ARRAY_LEN(row->has) && row->has[i]; i++)
		if (!strstr(text, row->has[i]))
			fail_msg("%s: not there: %s", command, row->has[i]);
	for (size_t i = 0; i < ARRAY_LEN(row->not ) && row->not [i]; i++)
		if (strstr(text, row->not [i]))
			fail_msg("%s: there: %s", command, row->not [i]);
	free(text);
}

static void the_samples_are_read_as_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check_case(&cases[i]);
}

/* Laps and results of a file are those of a recording made of it. */
static void check_converted(const char *path)
{
	static const char *const asked[] = {"laps", "results", "stops"};
	char command[REAL_PATH_MAX + 256];
	remove("formats.pitwall");
	snprintf(command, sizeof(command), "convert %s -o formats.pitwall", path);
	free(run_pitwall(command, 0));
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		snprintf(command, sizeof(command), "%s %s --format csv", asked[i],
			 path);
		char *before = run_pitwall(command, 0);
		snprintf(command, sizeof(command), "%s formats.pitwall --format csv",
			 asked[i]);
		char *after = run_pitwall(command, 0);
		assert_string_equal(before, after);
		free(before);
		free(after);
	}
	remove("formats.pitwall");
}

static void a_recording_of_a_sample_is_the_same_race(void **state)
{
	static const char *const files[] = {
		DETROIT, LE_MANS, SPA, HH, F1 "live.txt", F1 "subscribe.txt", PORTIMAO};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[REAL_PATH_MAX];
		sample_path(files[i], path);
		check_converted(path);
	}
}

/* ---- tables of laps of our own ---------------------------------------------------------- */

struct table_case {
	const char *name, *text, *words;
	int status;
	const char *has[4];
};

static const struct table_case tables[] = {
	/* Laps add up: 1:30.5 and 1:29.25 are 2:59.75. */
	{"laps.csv",
	 "Car No,Driver,Lap,Lap Time\n7,Anna Abel,1,1:30.500\n8,Bo Bell,1,1:31.000\n"
	 "7,Anna Abel,2,1:29.250\n8,Bo Bell,2,1:29.000\n",
	 "results laps.csv --format csv",
	 0,
	 {"\n1,CLASSIFIED,7,,,2,0:02:59.750,,,1:29.250,2,0,,Anna Abel",
	  "\n2,CLASSIFIED,8,,,2,0:03:00.000,0.250,0.250,1:29.000,2,"}},
	/* The first car of the table did not complete a second lap. */
	{"out.csv",
	 "Car,Lap,Lap Time\n3,1,1:35.0\n7,1,1:30.5\n7,2,1:29.25\n",
	 "results out.csv --format csv",
	 0,
	 {"\n1,CLASSIFIED,7,,,2,0:02:59.750,", ",3,,,1,0:01:35.000,"}},
	/* After the first lap. */
	{"out.csv",
	 "Car,Lap,Lap Time\n7,1,1:30.5\n8,1,1:31.0\n",
	 "results out.csv --format csv",
	 0,
	 {",7,,,1,0:01:30.500,", ",8,,,1,0:01:31.000,0.500,"}},
	/* Here "Lap" is the lap of the best time. */
	{"out.csv",
	 "No,Time,Lap\n7,1:30.5,1\n8,1:31.0,4\n",
	 "results out.csv 2>&1",
	 1,
	 {"a table of results, a row a car: open the table of laps"}},
	/* The newest lap first, commas in times, semicolons between. */
	{"down.csv",
	 "number;lap;time\n7;2;89,25\n7;1;90,5\n",
	 "results down.csv --format csv",
	 0,
	 {"\n1,CLASSIFIED,7,,,2,0:02:59.750,"}},
	{"own.csv",
	 "Wagen\tRd\tZeit\tlap\n7\t1\t1:30.5\tx\n7\t2\t1:29.25\tx\n",
	 "results own.csv --format csv --map number=Wagen,lap=Rd,time=Zeit",
	 0,
	 {"\n1,CLASSIFIED,7,,,2,0:02:59.750,"}},
	{"own.csv",
	 NULL,
	 "results own.csv --map number=Auto,lap=Rd,time=Zeit 2>&1",
	 1,
	 {"--map: the table has no column 'Auto'; its first line is: Wagen Rd Zeit "
	  "lap"}},
	/* One that is there does not stand for one that is not. */
	{"own.csv",
	 NULL,
	 "results own.csv --map number=Wagen,lap=Rd,time=Nope 2>&1",
	 1,
	 {"--map: the table has no column 'Nope'"}},
	{"own.csv",
	 NULL,
	 "results own.csv --map number=Wagen,round=Rd 2>&1",
	 1,
	 {"--map: 'round=Rd' does not name a column of laps, for example number=Car"}},
	{"own.csv",
	 NULL,
	 "results own.csv --map Wagen 2>&1",
	 1,
	 {"--map: 'Wagen' does not name a column of laps"}},
	{"own.csv",
	 NULL,
	 "live --map number=Wagen 2>&1",
	 2,
	 {"live has no option --map"}},
	{"ab.csv",
	 "a,b\n1,2\n3,4\n",
	 "results ab.csv 2>&1",
	 1,
	 {"ab.csv: a table whose columns are not known: --map number=Car,lap=Lap,"}},
	{"titles.csv",
	 "Car No,Lap,Lap Time\r\n\r\n",
	 "results titles.csv 2>&1",
	 1,
	 {"titles.csv: a table of laps without rows: only its line of titles is "
	  "there\n"}},
	{"titles.csv",
	 "Wagen\tRd\tZeit",
	 "results titles.csv --map number=Wagen,lap=Rd,time=Zeit 2>&1",
	 1,
	 {"titles.csv: a table of laps without rows: only its line of titles is "
	  "there\n"}},
	/* Lines with commas are no table: they have not as many. */
	{"prose.txt",
	 "After lunch, the cars go out\nThe race is long, wet, and dark\n",
	 "results prose.txt 2>&1",
	 1,
	 {"prose.txt: neither a recording nor a format"}},
	{"result.csv",
	 "Pos,No,Driver,Time\n1,7,Anna Abel,3:00.0\n2,8,Bo Bell,3:01.0\n",
	 "results result.csv 2>&1",
	 1,
	 {"a table of results, a row a car: open the table of laps"}},
	{"cars.json",
	 "{\"cars\":[1,2]}",
	 "results cars.json 2>&1",
	 1,
	 {"JSON of no service that this version knows"}},
	/* The session is in the first line, behind a byte order mark. */
	{"mark.hhreplay",
	 "\xef\xbb\xbf"
	 "2023-07-01 16:30:00.000000|"
	 "PFNFU1M+PE1lZXRpbmc+T3duPC9NZWV0aW5nPjxTdGFydFRpbWU+MDEuMDcuMjAy"
	 "MyAxNjozMDowMC4wMDA8L1N0YXJ0VGltZT48L1NFU1M+"
	 "\n2023-07-01 16:30:00.000000|"
	 "PFBBU1M+PElEPmE8L0lEPjxEVD4wMS4wNy4yMDIzIDE2OjMyOjAwLjUwMDwvRFQ+"
	 "PEJCPjc8L0JCPjxTVD5GPC9TVD48TFA+MTwvTFA+PC9QQVNTPg=="
	 "\n",
	 "results mark.hhreplay 2>&1",
	 0,
	 {"Own · Race\nWinner  #7, 1 lap in 0:02:00.500"}},
	/* No flag is in the laps of a service: nothing says that the race is over. */
	{"own_laps.json",
	 "[{\"lapNumber\":2,\"lapTimeMillis\":90000,\"ts\":\"2026-06-13T18:05:30."
	 "412Z\","
	 "\"elapsedTimeMillis\":180000,\"sid\":1,\"pid\":1,\"carNumber\":\"7\"},"
	 "{\"lapNumber\":1,\"lapTimeMillis\":90000,\"ts\":\"2026-06-13T18:04:00.412Z\","
	 "\"elapsedTimeMillis\":90000,\"sid\":1,\"pid\":1,\"carNumber\":\"7\"}]",
	 "results own_laps.json 2>&1",
	 0,
	 {"\nLeader  #7, 2 laps"}},
	/* The lap before the cut is read. */
	{"own_laps.json",
	 "[{\"lapNumber\":2,\"lapTimeMillis\":90000,\"ts\":\"2026-06-13T18:05:30."
	 "412Z\","
	 "\"elapsedTimeMillis\":180000,\"sid\":1,\"pid\":1,\"carNumber\":\"7\"},"
	 "{\"lapNumber\":1,\"lapTi",
	 "results own_laps.json 2>&1",
	 0,
	 {"line 2: own_laps.json is damaged or cut off\n", "\nLeader  #7, 2 laps"}},
	{"cut.json",
	 "{\"content\":{\"full\":{\"Results\":{\"a\":{",
	 "results cut.json 2>&1",
	 1,
	 {"cut.json: JSON that is damaged or cut off: save it again\n"}},
	{"cut.json",
	 "[{\"lapNumber\":2,\"lapTi",
	 "results cut.json 2>&1",
	 1,
	 {"cut.json: JSON that is damaged or cut off: save it again\n"}},
	{"standings.json",
	 "{\"hash\":\"x\",\"content\":{\"full\":{\"Results\":{\"a\":{\"CompetitorId\":"
	 "\"a\","
	 "\"MainResult\":{\"TotalTime\":\"1:00.000\",\"TotalLapCount\":1}}}}}}",
	 "results standings.json 2>&1",
	 1,
	 {"standings.json: standings of Swiss Timing without the numbers of the cars: "
	  "save its COMP_DETAIL beside it\n"}},
	{"hive.json",
	 "{\"lapDataInfo\":{\"participantInfo\":{\"name\":\"Anna "
	 "Abel\",\"class\":\"GT\","
	 "\"startNr\":\"7\"},\"lapCount\":2},\"laps\":[{\"lapNr\":1,\"timeOfDay\":"
	 "\"2024-"
	 "05-04T14:01:30.5\",\"lapTime\":\"1:30.500\",\"inPit\":false},{\"lapNr\":2,"
	 "\"timeOfDay\":\"2024-05-04T14:02:59.75\",\"lapTime\":\"1:29.250\",\"inPit\":"
	 "false}]}",
	 "results hive.json --format csv",
	 0,
	 {"\n1,CLASSIFIED,7,GT,1,2,0:02:59.750,,,1:29.250,2,0,,Anna Abel"}},
	/* The laps of another car of the session lie beside them. */
	{"hive2.json",
	 "{\"lapDataInfo\":{\"participantInfo\":{\"name\":\"Bo Bell\",\"class\":\"GT\","
	 "\"startNr\":\"8\"}},\"laps\":[{\"lapNr\":1,\"lapTime\":\"1:31.000\"},{"
	 "\"lapNr\":2,"
	 "\"lapTime\":\"1:29.000\"}]}",
	 "results hive.json --format csv",
	 0,
	 {"\n1,CLASSIFIED,7,GT,1,2,0:02:59.750,",
	  "\n2,CLASSIFIED,8,GT,2,2,0:03:00.000,0.250,"}},
};

static void tables_of_laps_are_read_or_refused_in_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		const struct table_case *row = &tables[i];
		if (row->text)
			write_text(row->name, row->text);
		char *text = run_pitwall(row->words, row->status);
		for (size_t k = 0; k < ARRAY_LEN(row->has) && row->has[k]; k++)
			if (!strstr(text, row->has[k]))
				fail_msg("%s: not there: %s: %.400s", row->words,
					 row->has[k], text);
		free(text);
	}
	/* Those that are read, as recordings. */
	check_converted("laps.csv");
	check_converted("down.csv");
	check_converted("hive.json");
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		(void)remove(tables[i].name);
}

/* ---- files of other kinds ----------------------------------------------------------------- */

#define OF(text)                       \
	{                              \
		text, sizeof(text) - 1 \
	}

static const struct {
	struct slice bytes; /* and zeros up to 600 */
	const char *says;
} others[] = {
	{OF("%PDF-1.4\n"), "a PDF document, not timing data: open the lap file"},
	{OF("\x89PNG\r\n\x1a\n"), "a picture, not timing data"},
	{OF("\0\0\0\x20"
	    "ftypisom"),
	 "a film or a sound, not timing data"},
	{OF("ID3\x03"), "a sound, not timing data"},
	{OF("\xd4\xc3\xb2\xa1\2\0\4\0"), "a capture of network packets"},
	{OF("\xa1\xb2\xc3\xd4\0\2\0\4"), "a capture of network packets"},
	{OF("\x0a\x0d\x0d\x0a"), "a capture of network packets"},
	{OF("\x7f"
	    "ELF\2\1"),
	 "a program, not timing data"},
	{OF("Rar!\x1a\x07"), "a RAR archive: unpack it first"},
	{OF("\xd0\xcf\x11\xe0"), "an old Office document: export it as CSV"},
	{OF("SQLite format 3"), "an SQLite database of another program"},
	{OF("<?xml version=\"1.0\"?><a/>"), "XML, which is no format"},
	{OF("<!DOCTYPE html><html>"), "a page of the web (HTML)"},
	{OF("\0\0\0\0\0\0\0\0"), "zero bytes, not timing data"},
	{OF("PK\3\4\x14\0"), "a zip archive that "},
	{OF("\x1f\x8b\x08 cut off"), "a file compressed by gzip that is damaged"},
	{OF("\xfd"
	    "7zXZ cut off"),
	 "a file compressed by xz that is damaged"},
	{OF("\x28\xb5\x2f\xfd cut off"), "a file compressed by zstd that is damaged"},
};

/* One sentence, which is the only line. */
static void check_refused(const char *says)
{
	char *text = run_pitwall("results other.bin 2>&1", 1);
	char *end = strchr(text, '\n');
	if (!strstr(text, says) || !end || end[1] != '\0' || strlen(text) > 300)
		fail_msg("not one sentence with '%s': %.400s", says, text);
	free(text);
}

static void a_file_of_another_kind_is_called_what_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		char bytes[600] = {0};
		memcpy(bytes, others[i].bytes.at, others[i].bytes.len);
		FILE *file = fopen("other.bin", "wb");
		assert_non_null(file);
		assert_int_equal(fwrite(bytes, 1, sizeof(bytes), file), sizeof(bytes));
		assert_int_equal(fclose(file), 0);
		check_refused(others[i].says);
	}
	/* An INI file begins with a bracket and is no JSON. */
	write_text("other.bin", "[car 7]\nteam = Seven\n");
	check_refused("neither a recording nor a format");
	write_text("other.bin", "");
	check_refused("other.bin: empty");
	(void)remove("other.bin");
}

/* A tar archive without compression. */
static void a_tar_archive_of_one_race_is_read(void **state)
{
	static const char laps[] = "Car,Lap,Lap Time\n7,1,1:30.5\n7,2,1:29.25\n";
	char tar[3 * 512] = "race.csv";
	unsigned sum = 8 * ' ';
	(void)state;
	memcpy(tar + 100, "0000644", 7);
	snprintf(tar + 124, 12, "%011o", (unsigned)sizeof(laps) - 1);
	memcpy(tar + 257,
	       "ustar\0"
	       "00",
	       8);
	tar[156] = '0';
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)tar[i];
	snprintf(tar + 148, 8, "%06o", sum);
	memcpy(tar + 512, laps, sizeof(laps) - 1);
	FILE *file = fopen("race.tar", "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(tar, 1, sizeof(tar), file), sizeof(tar));
	assert_int_equal(fclose(file), 0);
	char *text = run_pitwall("results race.tar --format csv", 0);
	assert_non_null(strstr(text, "\n1,CLASSIFIED,7,,,2,0:02:59.750,"));
	free(text);
	(void)remove("race.tar");
}

/* The changes of a session without its first state, compressed: of practice, and of a race. */
static void changes_alone_are_of_a_timed_session_or_of_a_race(void **state)
{
	static const struct {
		const char *gap, *says;
	} sessions[] = {
		{"\"TimeDiffToFastest\":\"+0.5\"",
		 "\"event\":\"rec\",\"session\":\"Timed\",\"type\":\"timed\""},
		{"\"Stats\":{\"0\":{\"TimeDiffToFastest\":\"+0.5\"}}",
		 "\"event\":\"rec\",\"session\":\"Timed\",\"type\":\"timed\""},
		{"\"GapToLeader\":\"+0.5\"",
		 "\"event\":\"rec\",\"session\":\"Race\",\"type\":\"race\""},
	};
	static const char *const tools[][2] = {
		{"gzip", "gz"}, {"xz", "xz"}, {"zstd -q --rm", "zst"}};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sessions) * ARRAY_LEN(tools); i++) {
		const char *const *tool = tools[i % ARRAY_LEN(tools)];
		char text[1024], command[128];
		int len = 0;
		for (unsigned lap = 1; lap <= 2; lap++)
			len += snprintf(
				text + len, sizeof(text) - (size_t)len,
				"{\"Type\":\"TimingData\",\"Json\":{\"Lines\":{\"44\":"
				"{\"NumberOfLaps\":%u,\"LastLapTime\":{\"Value\":"
				"\"1:30.000\"},%s}}},\"DateTime\":"
				"\"2024-07-05T11:5%u:44.449+00:00\"}\n",
				lap, sessions[i / ARRAY_LEN(tools)].gap, lap);
		write_text("rec.live.txt", text);
		snprintf(command, sizeof(command), "%s -f rec.live.txt", tool[0]);
		if (system(command) != 0) /* the tool is not here */
			continue;
		snprintf(command, sizeof(command),
			 "results rec.live.txt.%s --format json", tool[1]);
		char *json = run_pitwall(command, 0);
		if (!strstr(json, sessions[i / ARRAY_LEN(tools)].says))
			fail_msg("%s: %.200s", command, json);
		free(json);
		snprintf(command, sizeof(command), "rec.live.txt.%s", tool[1]);
		(void)remove(command);
	}
	(void)remove("rec.live.txt");
}

/* Captured lines without the instants at which they came: how long a lap took is not known. */
static void without_instants_a_time_is_unknown_not_zero(void **state)
{
	static const char file[] = PITWALL_SOURCE_ROOT "/tests/golden/web/nls.txt";
	char command[REAL_PATH_MAX + 64];
	(void)state;
	snprintf(command, sizeof(command), "laps %s --format csv", file);
	char *laps = run_pitwall(command, 0);
	assert_non_null(strstr(laps, "\n44,1,8:01.234,,00:00:00.000,,"));
	assert_non_null(strstr(laps, "\n44,2,,,00:00:00.000,,"));
	free(laps);
	snprintf(command, sizeof(command),
		 "render %s --at end --size 120x24 --screen timing", file);
	char *screen = run_pitwall(command, 0);
	assert_non_null(strstr(screen, " 44 SP9 PRO "));
	assert_null(strstr(screen, "0.000"));
	free(screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_samples_are_read_as_they_say),
		cmocka_unit_test(tables_of_laps_are_read_or_refused_in_a_sentence),
		cmocka_unit_test(a_file_of_another_kind_is_called_what_it_is),
		cmocka_unit_test(a_tar_archive_of_one_race_is_read),
		cmocka_unit_test(a_recording_of_a_sample_is_the_same_race),
		cmocka_unit_test(without_instants_a_time_is_unknown_not_zero),
		cmocka_unit_test(changes_alone_are_of_a_timed_session_or_of_a_race),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
