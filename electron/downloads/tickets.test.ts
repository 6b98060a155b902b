import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { Tickets } from './tickets.ts';

const download = (name: string) => ({ name, open: () => Promise.resolve({ body: Readable.from([]) }) });

it('gives each download an address that nobody can guess, good for one use', () => {
  const tickets = new Tickets();
  const [one, two] = [tickets.issue(download('one')), tickets.issue(download('two'))];
  expect(one).toMatch(/^\/downloads\/[\w-]{43}$/);
  expect(one).not.toBe(two);
  expect(tickets.take(two)?.name).toBe('two');
  expect(tickets.take(one)?.name).toBe('one');
  expect([tickets.take(one), tickets.take('/downloads/'), tickets.take('')]).toEqual([null, null, null]);
});

it('forgets an address after a minute', () => {
  let now = 0;
  const tickets = new Tickets(() => now);
  const [early, late] = [tickets.issue(download('early')), tickets.issue(download('late'))];
  now = 59_999;
  expect(tickets.take(early)?.name).toBe('early');
  now = 60_000;
  expect(tickets.take(late)).toBeNull();
});

it('keeps no more addresses than a person can have asked for, the newest', () => {
  const tickets = new Tickets();
  const paths = Array.from({ length: 300 }, (_, index) => tickets.issue(download(String(index))));
  expect(tickets.take(paths[0] ?? '')).toBeNull();
  expect(paths.filter((path) => tickets.take(path) !== null)).toHaveLength(256);
});
