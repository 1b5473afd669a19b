/*
 * program.h -- pitwall as a child of a test: started, waited for, its messages in a file
 */
#ifndef PITWALL_TEST_REDIS_PROGRAM_H
#define PITWALL_TEST_REDIS_PROGRAM_H

#include "server.h"

enum { PROGRAM_NAPS = 60 * 200 }; /* until something that must come has come */

/* A folder of the test, which program_end() removes; also for the state of programs. */
extern char program_folder[SCRATCH_MAX];

/** Take the program from the arguments and make the folder @name. False: the test is
 * skipped, or has no program; main() returns argc != 2 then. */
bool program_begin(int argc, char *argv[], const char *name);
/** Remove the folder. Returns the status of the test. */
int program_end(int failed);
/** Write the path of @file in the folder. */
void program_path(char path[SCRATCH_FILE_MAX], const char *file);

/** @words begin with the command and end with NULL; the log is begun anew. It ends with
 * the test. */
pid_t program_start(const char *const *words);
/** Wait for its end. Its status; 128: a signal; -1: it did not end, and was killed. */
int program_ended(pid_t child);
void program_kill(pid_t child);
/** What was written to stderr since the last start contains @words. */
bool log_has(const char *words);
/** Wait for them; the test fails when they do not come. */
void log_wait(const char *words);

#endif
