import { describe, expect, it } from 'vitest';
import { ago, byteRate, count, diskSize, duration, joined, memorySize, parseMemory, percent, shortId } from './format.ts';

const disk = (bytes: number) => joined(diskSize(bytes)).replace('\u00a0', ' ');
const memory = (bytes: number) => joined(memorySize(bytes)).replace('\u00a0', ' ');

describe('sizes', () => {
  it('counts disk in powers of 1000', () => {
    expect([0, 999, 1000, 1500, 12_345_678, 999_960].map(disk)).toEqual(['0 B', '999 B', '1.0 kB', '1.5 kB', '12 MB', '1.0 MB']);
  });
  it('counts memory in powers of 1024', () => {
    expect([0, 1023, 1024, 1536, 10 * 2 ** 20, 1.5 * 2 ** 30].map(memory)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '10 MiB', '1.5 GiB']);
  });
  it('never shows four digits where the next unit fits', () => {
    for (let bytes = 1; bytes < 1e15; bytes = Math.ceil(bytes * 1.07)) expect(Number(diskSize(bytes).value)).toBeLessThan(1000);
  });
  it('names the rate', () => expect(byteRate(2_500)).toEqual({ value: '2.5', unit: 'kB/s' }));
});

describe('numbers and times', () => {
  it('gives one digit below ten percent', () => expect([0, 9.94, 9.96, 123.4].map((value) => percent(value).value)).toEqual(['0', '9.9', '10', '123']));
  it('uses the largest unit', () => {
    expect([900, 59_999, 60_000, 3_600_000, 86_400_000, 3 * 86_400_000].map(duration)).toEqual(['0 sec', '59 sec', '1 min', '1 hr', '24 hr', '3 days']);
  });
  it('says now for what has just happened or lies in the future', () => {
    expect([ago(1000, 1500), ago(9000, 1000), ago(0, 3 * 86_400_000)]).toEqual(['now', 'now', '3d ago']);
  });
  it('counts in words', () => expect([count(1, 'container'), count(1200, 'container')]).toEqual(['1 container', '1,200 containers']));
});

describe('texts', () => {
  it('shortens ids', () => expect(shortId('sha256:0123456789abcdef')).toBe('0123456789ab'));
});

describe('parseMemory', () => {
  it('reads what people write', () => {
    expect(['512m', '1.5g', '1 GiB', '64KB', '100'].map(parseMemory)).toEqual([512 * 2 ** 20, 1.5 * 2 ** 30, 2 ** 30, 65_536, 100]);
  });
  it('refuses the rest', () => expect(['', 'a lot', '-1m', '1x', '1 2'].map(parseMemory)).toEqual([null, null, null, null, null]));
});
