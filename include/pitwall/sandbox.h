/*
 * sandbox.h -- a process gives up what it does not need
 *
 *  (1) Landlock limits the files, seccomp the system calls. Where the kernel or the build
 *      has one of them not, the other one limits.
 *  (2) What was given up does not come back, also not for children and new threads.
 */
#ifndef PITWALL_SANDBOX_H
#define PITWALL_SANDBOX_H

#include "pitwall/base.h"

enum sandbox {
	SANDBOX_DECODE, /* memory, and the descriptors that are open; no more files,
			   connections, programs, processes */
	SANDBOX_RECORD, /* connections, the folder of the recording, devices; no programs */
	SANDBOX_SERVE, /* connections, files to read; no programs, nothing is written */
	SANDBOX_ASK, /* connections that it makes, files to read, threads; no processes, no signals
			to others, nothing is changed in files */
};

/** What root can do beyond others. */
void sandbox_privileges(void);
/** Before threads: let nothing be written but files in the folder of @path (NULL: none),
 * devices, pipes, and what is open. */
void sandbox_files(const char *path);
/** Before threads: let no file be opened but what the system's resolver and its time zones need;
 * nothing is written. False: this kernel or build cannot. */
bool sandbox_files_system(void);
/** Give up the system calls that are not needed, in all threads. False: this kernel or
 * build cannot. */
bool sandbox_enter(enum sandbox kind);

#endif
