import { describe, expect, it } from 'vitest';
import { stepWords } from './history.tsx';

describe('stepWords', () => {
  it.each([
    ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD', '["sh"]'],
    ['/bin/sh -c apt-get update', 'RUN', 'apt-get update'],
    ['RUN /bin/sh -c make # buildkit', 'RUN', 'make'],
    ['COPY a /b # buildkit', 'COPY', 'a /b'],
    ['bazel build', '', 'bazel build'],
    ['', '', ''],
  ])('%j', (createdBy, word, text) => expect(stepWords(createdBy)).toEqual({ word, text }));
});
