/* The container's log in Docker's json-file format. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `attributes`: a member of each line's object, or empty; at most LOG_ATTRIBUTES_MAX bytes. */
bool log_open(const char *path, uint64_t max_size, uint32_t max_files, const char *attributes);
/* `stream` 1 or 2. Whole lines are written before this returns; the rest waits for its newline, 16 KiB or the end. */
void log_output(int stream, const uint8_t *data, size_t size);
void log_end(int stream);
/* Takes away what was written, rotated files included; what comes next goes to a new file. -1 with errno. */
int log_empty(void);
/* Lines lost because the disk refused them. */
uint64_t log_dropped(void);
/* Gives idle memory back. */
void log_trim(void);

#endif
