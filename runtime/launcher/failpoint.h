/*
 * Faults made on purpose, in a build for tests alone (SLIPWAY_FAILPOINTS, test/failpoint.c). Without it nothing of this is in
 * the program: no file, variable or client can make a launcher fail.
 */
#ifndef FAILPOINT_H
#define FAILPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#ifdef SLIPWAY_FAILPOINTS
/* Remembers the working directory, where the file `failpoint` says what is to fail, and `clock` how far the clock is off. */
void failpoint_home(void);
/* Reads what is to fail in the start or exec that begins. */
void failpoint_load(void);
/* Before operation `index` of the list `s` setup, `f` final or `x` exec: -1 with errno, or never returns. Child. */
int failpoint_operation(char list, uint32_t index);
/* After step `step` of the monitor: true with errno when it is to have failed. */
bool failpoint_step(uint32_t step);
/* A message of the child that no other child sends. */
void failpoint_message(uint8_t type, int pidfd);
void failpoint_clock(struct timespec *now);
#else
static inline void failpoint_home(void) {}
static inline void failpoint_load(void) {}
static inline int failpoint_operation(char list, uint32_t index) { return (void)list, (void)index, 0; }
static inline bool failpoint_step(uint32_t step) { return (void)step, false; }
static inline void failpoint_message(uint8_t type, int pidfd) { (void)type, (void)pidfd; }
static inline void failpoint_clock(struct timespec *now) { (void)now; }
#endif

static inline void wall_clock(struct timespec *now) {
  clock_gettime(CLOCK_REALTIME, now);
  failpoint_clock(now);
}

#endif
