import { afterEach, expect, it, vi } from 'vitest';
import type { Services } from '../../stores/services.tsx';
import { retryAndFollow } from './commands.tsx';

afterEach(() => vi.unstubAllGlobals());

it.each([
  ['#/activity/old', ['/activity/new']],
  ['#/builds', []],
  ['#/activity/other', []],
])('details follow what is tried again, and nobody is called back who is at %s by then', async (hash, led) => {
  vi.stubGlobal('location', { hash: '#/activity/old' });
  const answer = Promise.withResolvers<string>();
  const paths: string[] = [];
  const services = { tasks: { retry: () => answer.promise } } as unknown as Services;
  const done = retryAndFollow(services, (path) => paths.push(path), 'old');
  vi.stubGlobal('location', { hash });
  answer.resolve('new');
  await done;
  expect(paths).toEqual(led);
});
