#include "buffer.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE ((size_t)4096)

uint8_t *buffer_room(struct buffer *b, size_t more) {
  if (b->start + b->size + more <= b->capacity) return b->pages + b->start + b->size;
  if (b->start) {
    memmove(b->pages, b->pages + b->start, b->size);
    b->start = 0;
    if (b->size + more <= b->capacity) return b->pages + b->size;
  }
  size_t grown = (b->size + more + b->capacity / 2 + PAGE - 1) & ~(PAGE - 1);
  void *pages = b->pages ? mremap(b->pages, b->capacity, grown, MREMAP_MAYMOVE)
                         : mmap(NULL, grown, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return NULL;
  b->pages = pages;
  b->capacity = grown;
  return b->pages + b->size;
}

bool buffer_add(struct buffer *b, const void *data, size_t size) {
  if (size == 0) return true;
  uint8_t *room = buffer_room(b, size);
  if (!room) return false;
  memcpy(room, data, size);
  b->size += size;
  return true;
}

void buffer_take(struct buffer *b, size_t size) {
  b->start += size;
  b->size -= size;
  if (b->size == 0) buffer_free(b);
}

void buffer_free(struct buffer *b) {
  if (b->pages) munmap(b->pages, b->capacity);
  *b = (struct buffer){0};
}
