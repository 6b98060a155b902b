import { expect, it } from 'vitest';
import type { ContainerRow, ImageRow } from '../../../runtime/api/types/feed.ts';
import { fakeContainers, fakeImages } from '../../testkit/fake-objects.ts';
import { updatesOf } from './updates.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const [container] = fakeContainers(1, 0) as [ContainerRow];
const [some] = fakeImages(1, 0, []) as [ImageRow];
const image: ImageRow = { ...some, tags: ['nginx:latest', 'nginx:1', 'mine:1'], digests: [`nginx@${digest('a')}`], usedBy: ['c1', 'c2', 'c3', 'gone'] };
const containers = new Map(
  [
    { ...container, id: 'c1', name: 'web-10', image: 'nginx' },
    { ...container, id: 'c2', name: 'web-2', image: 'docker.io/library/nginx:latest' },
    { ...container, id: 'c3', name: 'other', image: 'mine:1' },
  ].map((row) => [row.id, row]),
);
const remote = (letter: string) => new Map(['nginx:latest', 'nginx:1'].map((name) => [name, { digest: digest(letter), error: '' }]));

it('names the containers of each name that stands for another image by now', () => {
  const updates = updatesOf(image, containers, remote('b'));
  expect(updates.map(({ reference, containers: made }) => [reference, made.map(({ name }) => name)])).toEqual([['nginx:latest', ['web-2', 'web-10']]]);
});

it('names none while the image is the newest, or is gone', () => {
  expect([updatesOf(image, containers, remote('a')), updatesOf(undefined, containers, remote('b'))]).toEqual([[], []]);
});
