import { describe, expect, it } from 'vitest';
import type { ImageRow } from '../../../runtime/api/types/feed.ts';
import { imageReference, imageTitle, inScope, listed, matches, splitReference } from './view-model.ts';

const image = (change: Partial<ImageRow>): ImageRow => ({
  id: `sha256:${'0'.repeat(64)}`,
  tags: [],
  digests: [],
  createdAt: 0,
  size: 0,
  usedBy: [],
  command: '',
  ...change,
});

describe('splitReference', () => {
  it.each([
    ['busybox:latest', 'busybox', ':latest'],
    ['busybox', 'busybox', ''],
    ['registry.example:5000/a/b', 'registry.example:5000/a/b', ''],
    ['registry.example:5000/a/b:1.2', 'registry.example:5000/a/b', ':1.2'],
    ['a/b@sha256:00ff', 'a/b', '@sha256:00ff'],
    ['a/b:1@sha256:00ff', 'a/b', ':1@sha256:00ff'],
  ])('%s', (reference, repository, tag) => expect(splitReference(reference)).toEqual({ repository, tag }));
});

describe('images in the list', () => {
  const rows = [
    image({ id: 'sha256:a', tags: ['web:2'], size: 5, createdAt: 1, usedBy: ['c1', 'c2'] }),
    image({ id: 'sha256:b', tags: ['web:10'], size: 9, createdAt: 2 }),
    image({ id: 'sha256:c', size: 1, createdAt: 3 }),
  ];
  const ids = (scope: string, filter: string, column: string, descending = false) => listed(rows, scope, filter, { column, descending });

  it('sorts names as people count, those without last', () => expect(ids('all', '', 'tags')).toEqual(['sha256:a', 'sha256:b', 'sha256:c']));
  it('sorts by size and by use', () => {
    expect(ids('all', '', 'size', true)).toEqual(['sha256:b', 'sha256:a', 'sha256:c']);
    expect(ids('all', '', 'usedBy', true)[0]).toBe('sha256:a');
  });
  it('shows what is used or what is not', () => {
    expect(ids('used', '', 'created')).toEqual(['sha256:a']);
    expect(ids('unused', '', 'created')).toEqual(['sha256:b', 'sha256:c']);
    expect(inScope(image({}), 'all')).toBe(true);
    expect(ids('dangling', '', 'created')).toEqual(['sha256:c']);
  });
  it('filters by every word', () => {
    expect(ids('all', 'WEB 10', 'created')).toEqual(['sha256:b']);
    expect(matches(image({ id: 'sha256:abc' }), 'untagged')).toBe(true);
  });
  it('names an image without a tag by its short id but runs it by the whole one', () => {
    expect(imageTitle(image({}))).toBe('000000000000');
    expect(imageReference(image({}))).toBe(`sha256:${'0'.repeat(64)}`);
  });
});
