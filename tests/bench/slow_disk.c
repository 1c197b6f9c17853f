/* A disk whose flush takes SLOW_DISK_US longer, for programs started with this in LD_PRELOAD.
   The virtual disks of build machines acknowledge a flush in some 50 us and flatter whoever
   commits often; a phone-booth laptop's disk takes 5 ms. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int flush(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *extra = getenv("SLOW_DISK_US");
    if (extra) usleep((useconds_t)atol(extra));
    return real(file);
}

int fsync(int file) { return flush("fsync", file); }
int fdatasync(int file) { return flush("fdatasync", file); }
