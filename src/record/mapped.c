/*
 * mapped.c -- a mapped file that somebody cuts short does not end the process
 *
 * SQLite maps the -shm beside a recording in WAL mode, and an access behind the end of a
 * file that was cut short raises SIGBUS. The -shm is needed: followers in other processes
 * find new records by it (locking_mode=EXCLUSIVE, which does without, shuts them out).
 *
 *  (1) The page that is gone becomes an empty page of this process alone, and is counted.
 *      What SQLite reads and writes after that may be wrong: the writer looks at the count
 *      before and behind each group, and goes on in a new file (writer_guard.c). An empty
 *      head of the -shm is rebuilt from the WAL.
 *  (2) Where that is not possible, the handler that was there before gets the signal.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record_parts.h"

static volatile sig_atomic_t mapped_lost;
static struct sigaction mapped_before;
static uintptr_t mapped_page;

static void mapped_on_bus(int number, siginfo_t *info, void *context)
{
	void *page = (void *)((uintptr_t)info->si_addr & ~(mapped_page - 1));
	(void)context;
	if (info->si_code == BUS_ADRERR &&
	    mmap(page, mapped_page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page)
		mapped_lost = mapped_lost + 1;
	else /* (2) The access is repeated. */
		(void)sigaction(number, &mapped_before, NULL);
}

void record_mapped_watch(void)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO}, now;
	if (sigaction(SIGBUS, NULL, &now) != 0 ||
	    ((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == mapped_on_bus))
		return;
	mapped_page = (uintptr_t)sysconf(_SC_PAGESIZE);
	mapped_before = now;
	action.sa_sigaction = mapped_on_bus;
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGBUS, &action, NULL);
}

int record_mapped_lost(void)
{
	return mapped_lost;
}
