/* write(2) of ready blocks, the ceiling: blocks <path> <file with two cycles> <bytes of a cycle> <bytes to write>.
   Prints its time from the first write to the last, what it used and its memory as JSON. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define BLOCK (64 * 1024)

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double used(struct rusage *u) {
  getrusage(RUSAGE_SELF, u);
  return u->ru_utime.tv_sec + u->ru_stime.tv_sec + (u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  long cycle = atol(argv[3]), bytes = atol(argv[4]);
  char *source = malloc(2 * cycle);
  FILE *file = fopen(argv[2], "rb");
  if (!source || !file || cycle < BLOCK || fread(source, 1, 2 * cycle, file) != (size_t)(2 * cycle)) return 3;
  int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0666);
  if (fd < 0) return 4;
  struct rusage usage;
  double cpu = used(&usage), start = now();
  for (long at = 0; at < bytes;) {
    long length = bytes - at < BLOCK ? bytes - at : BLOCK;
    ssize_t n = write(fd, source + at % cycle, length);
    if (n < 0) return 5;
    at += n;
  }
  double seconds = now() - start;
  cpu = used(&usage) - cpu;
  printf("{\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"peakRssMB\":%.2f}\n", seconds, cpu, usage.ru_maxrss / 1024.0);
  return 0;
}
