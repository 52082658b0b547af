/* Counts the calls by which a process changes files, and at one of them kills it or lets the call,
   or every one from there on, fail. Loaded before libc (LD_PRELOAD); armed by faults.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

static long count, at;
static int kind; /* 0: none, -1: kill, else the error that a call fails with */

void fault_arm(long call, int how) { count = 0; at = call; kind = how; }
long fault_count(void) { return count; }

/* A full disk stays full, and takes what needs no room. */
static int fails(int grows)
{
    count++;
    if (!kind || count < at || (count > at && kind != ENOSPC) || (kind == ENOSPC && !grows))
        return 0;
    if (kind < 0)
        kill(getpid(), SIGKILL);
    errno = kind;
    return 1;
}

#define WRAP(type, name, params, args, apart, grows)                                    \
    type name params                                                                    \
    {                                                                                   \
        static type (*real) params;                                                     \
        if (!real)                                                                      \
            real = (type (*) params) dlsym(RTLD_NEXT, #name);                           \
        if (!(apart) && fails(grows))                                                   \
            return -1;                                                                  \
        return real args;                                                               \
    }

WRAP(ssize_t, write, (int fd, const void *data, size_t n), (fd, data, n), fd < 3, 1)
WRAP(ssize_t, pwrite, (int fd, const void *data, size_t n, off_t to), (fd, data, n, to), 0, 1)
WRAP(ssize_t, pwrite64, (int fd, const void *data, size_t n, off64_t to), (fd, data, n, to), 0, 1)
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), 0, 1)
WRAP(int, ftruncate64, (int fd, off64_t size), (fd, size), 0, 1)
/* What the system has been given outlives a process that is killed; only a loss of power would
   need it on the disk. */
int fsync(int fd) { (void) fd; return fails(0) ? -1 : 0; }
int fdatasync(int fd) { (void) fd; return fails(0) ? -1 : 0; }
WRAP(int, rename, (const char *from, const char *to), (from, to), 0, 0)
WRAP(int, link, (const char *from, const char *to), (from, to), 0, 1)
WRAP(int, unlink, (const char *path), (path), 0, 0)
