import { describe, expect, it } from 'vitest';
import { checkHealthcheck, healthSettingsOf, mergeHealthcheck } from './settings.ts';

const MS = 1_000_000;

describe('health check settings', () => {
  it('fill in the defaults', () => {
    expect(healthSettingsOf({ Healthcheck: { Test: ['CMD', 'true'] } })).toEqual({
      argv: ['true'],
      interval: 30_000,
      timeout: 30_000,
      startPeriod: 0,
      startInterval: 5000,
      retries: 3,
    });
  });

  it.each([
    [undefined, undefined, null],
    [[], undefined, null],
    [['NONE'], undefined, null],
    [['CMD'], undefined, null],
    [['SOMETHING', 'x'], undefined, null],
    [['CMD', 'test', '-e', '/x'], undefined, ['test', '-e', '/x']],
    [['CMD-SHELL', 'exit 1'], undefined, ['/bin/sh', '-c', 'exit 1']],
    [['CMD-SHELL', 'exit 1'], [], ['/bin/sh', '-c', 'exit 1']],
    [
      ['CMD-SHELL', 'exit 1'],
      ['/bin/ash', '-eo', 'pipefail', '-c'],
      ['/bin/ash', '-eo', 'pipefail', '-c', 'exit 1'],
    ],
  ])('run Test %j with Shell %j as %j', (Test, Shell, argv) => expect(healthSettingsOf({ Healthcheck: Test && { Test }, Shell })?.argv ?? null).toEqual(argv));

  it('take from the image what the container leaves open, field by field', () => {
    const image = { Test: ['CMD', 'image'], Interval: 5 * MS, Timeout: 6 * MS, StartPeriod: 7 * MS, StartInterval: 8 * MS, Retries: 9 };
    expect(mergeHealthcheck({ Interval: 2 * MS, Timeout: 0 }, image)).toEqual({ ...image, Interval: 2 * MS });
    expect(mergeHealthcheck({ Test: ['NONE'] }, image)?.Test).toEqual(['NONE']);
    expect(mergeHealthcheck({ Test: [] }, image)?.Test).toEqual(['CMD', 'image']);
    expect(mergeHealthcheck(null, image)).toBe(image);
    expect(mergeHealthcheck(undefined, undefined)).toBeUndefined();
  });

  it.each([
    [{ Interval: MS - 1 }, 'Interval in Healthcheck cannot be less than 1ms'],
    [{ Timeout: 1 }, 'Timeout in Healthcheck cannot be less than 1ms'],
    [{ StartPeriod: -5 }, 'StartPeriod in Healthcheck cannot be less than 1ms'],
    [{ StartInterval: 1 }, 'StartInterval in Healthcheck cannot be less than 1ms'],
    [{ Retries: -1 }, 'Retries in Healthcheck cannot be negative'],
    [{ Test: ['BAD', 'x'] }, "Unknown healthcheck type 'BAD' (expected 'CMD')"],
    [{ Test: ['CMD'] }, 'Test in Healthcheck: CMD needs a command'],
    [{ Test: ['CMD', 'a\0b'] }, 'Test in Healthcheck: an argument contains a NUL byte'],
  ])('refuse %j', (check, text) => expect(() => checkHealthcheck(check)).toThrow(text));

  it('allow what is off, absent and just long enough', () => {
    for (const check of [null, undefined, {}, { Test: [] }, { Test: ['NONE'] }, { Test: ['CMD', 'x'], Interval: 0, Timeout: MS, Retries: 0 }])
      checkHealthcheck(check);
  });
});
