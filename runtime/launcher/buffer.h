/* A queue of bytes in pages of its own: an empty one holds no memory, and what is freed goes back to the kernel at once. */
#ifndef BUFFER_H
#define BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
  uint8_t *pages;
  size_t capacity, start, size;
};

/* Room for `more` bytes behind the end, or NULL when there is no memory. */
uint8_t *buffer_room(struct buffer *b, size_t more);
bool buffer_add(struct buffer *b, const void *data, size_t size);
/* Forgets the first `size` bytes; the last one frees the pages. */
void buffer_take(struct buffer *b, size_t size);
void buffer_free(struct buffer *b);
static inline uint8_t *buffer_data(const struct buffer *b) { return b->pages + b->start; }

#endif
