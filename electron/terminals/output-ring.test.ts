import { expect, it } from 'vitest';
import { OutputRing } from './output-ring.ts';

const text = (ring: OutputRing) => Buffer.from(ring.contents()).toString();

it('keeps all that fits', () => {
  const ring = new OutputRing(16);
  expect(text(ring)).toBe('');
  ring.append(Buffer.from('one\n'));
  ring.append(Buffer.from('two'));
  expect(text(ring)).toBe('one\ntwo');
});

it('drops the oldest and begins with a whole line', () => {
  const ring = new OutputRing(16);
  for (const line of ['first\n', 'second\n', 'third\n', 'grüße']) ring.append(Buffer.from(line));
  expect(text(ring)).toBe('third\ngrüße');
});

it('takes more than its size at once', () => {
  const ring = new OutputRing(8);
  ring.append(Buffer.from('0123456789\nabcd'));
  expect(text(ring)).toBe('abcd');
  ring.append(Buffer.from('efghijklmnop'));
  expect(text(ring)).toBe('ijklmnop');
});

it('gives a copy', () => {
  const ring = new OutputRing(8);
  ring.append(Buffer.from('abc'));
  const before = ring.contents();
  ring.append(Buffer.from('xyz12345'));
  expect(Buffer.from(before).toString()).toBe('abc');
});
