import { describe, expect, it } from 'vitest';
import {
  ago,
  agoInWords,
  byteRate,
  count,
  diskSize,
  duration,
  joined,
  memorySize,
  milliseconds,
  parseMemory,
  percent,
  shortId,
  span,
  spanInWords,
} from './format.ts';

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
  const plain = (text: string) => text.replaceAll('\u00a0', ' ');
  const minutes = 60_000;
  const hours = 60 * minutes;
  it('says how long something took as exactly as is of use', () => {
    const times = [0, 0.4, 120, 999.7, 1000, 4230, 9960, 42_400, 59_700, 4 * minutes + 12_300, 5 * minutes, 3 * hours + 5 * minutes, 2 * hours, 72 * hours];
    expect(times.map((time) => plain(duration(time)))).toEqual([
      ...['0 s', '0.4 ms', '120 ms', '1 s', '1 s', '4.2 s', '10 s', '42 s', '1 min'],
      ...['4 min 12 s', '5 min', '3 h 5 min', '2 h', '3 d'],
    ]);
  });
  it('never says sixty of what has a larger unit', () => {
    for (let time = 1; time < 3 * hours; time = Math.ceil(time * 1.003)) expect(plain(duration(time))).not.toMatch(/\b60 (s|min)|1000 ms/);
  });
  it('says about how long in one unit', () => {
    expect([900, 59_999, minutes, hours, 24 * hours, 72 * hours].map((time) => plain(span(time)))).toEqual(['0 s', '59 s', '1 min', '1 h', '24 h', '3 d']);
  });
  it('says now for what has just happened or lies in the future', () => {
    expect([ago(1000, 1500), ago(9000, 1000), ago(0, 72 * hours)].map(plain)).toEqual(['now', 'now', '3 d ago']);
  });
  it('writes units as words inside of sentences', () => {
    expect([spanInWords(minutes), spanInWords(3 * hours), agoInWords(0, 1000), agoInWords(0, 4 * minutes)]).toEqual([
      '1 minute',
      '3 hours',
      'now',
      '4 minutes ago',
    ]);
  });
  it('gives a tenth of a millisecond where it counts', () => {
    expect([0.34, 9.9, 12.3, 1234].map((time) => plain(milliseconds(time)))).toEqual(['0.3 ms', '9.9 ms', '12 ms', '1,234 ms']);
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
