import { describe, expect, it } from 'vitest';
import { LogBuffer, LogFind } from './log-buffer.ts';

const lines = (...texts: string[]) => texts.map((text, time) => ({ stream: 1 as const, time, text }));
const many = (count: number, from = 0) => lines(...Array.from({ length: count }, (_, index) => `line ${from + index}`));

describe('LogBuffer', () => {
  it('drops the oldest beyond its limit and keeps the numbers of the others', () => {
    const buffer = new LogBuffer(10);
    buffer.append(many(8));
    buffer.append(many(5, 8));
    expect([buffer.length, buffer.first, buffer.end]).toEqual([10, 3, 13]);
    expect(buffer.line(3)?.text).toBe('line 3');
    expect(buffer.line(2)).toBeUndefined();
  });
  it('takes a batch larger than itself', () => {
    const buffer = new LogBuffer(10);
    buffer.append(many(25));
    expect([buffer.length, buffer.line(buffer.first)?.text, buffer.line(buffer.end - 1)?.text]).toEqual([10, 'line 15', 'line 24']);
    expect(buffer.end).toBe(25);
  });
  it('tells of each change once', () => {
    const buffer = new LogBuffer();
    let told = 0;
    const stop = buffer.subscribe(() => told++);
    buffer.append(many(3));
    buffer.append([]);
    buffer.clear();
    stop();
    buffer.append(many(1));
    expect(told).toBe(2);
    expect([buffer.first, buffer.length]).toEqual([3, 1]);
  });
  it('gives its text without colours', () => {
    const buffer = new LogBuffer();
    buffer.append(lines('\u001b[31mred\u001b[0m', 'plain'));
    expect(buffer.text()).toBe('red\nplain\n');
  });
});

describe('LogFind', () => {
  it('goes on where it stopped', () => {
    const buffer = new LogBuffer();
    const find = new LogFind(buffer);
    buffer.append(lines('one', 'TWO', 'three'));
    expect(find.matches('two')).toEqual([1]);
    buffer.append(lines('two again', 'two\u001b[1m more'));
    expect(find.matches('two')).toEqual([1, 3, 4]);
    expect(find.matches('three')).toEqual([2]);
    expect(find.matches('')).toEqual([]);
  });
  it('finds text that colours interrupt', () => {
    const buffer = new LogBuffer();
    buffer.append(lines('a\u001b[31mb\u001b[0mc'));
    expect(new LogFind(buffer).matches('abc')).toEqual([0]);
  });
  it('forgets lines that were dropped', () => {
    const buffer = new LogBuffer(4);
    const find = new LogFind(buffer);
    buffer.append(lines('x', 'x', 'y', 'x'));
    expect(find.matches('x')).toEqual([0, 1, 3]);
    buffer.append(lines('y', 'x'));
    expect(find.matches('x')).toEqual([3, 5]);
    buffer.append(lines('y', 'y', 'y', 'y'));
    expect(find.matches('x')).toEqual([]);
  });
});
