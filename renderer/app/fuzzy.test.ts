import { describe, expect, it } from 'vitest';
import { best, folded, hits, score, searchable, wordsOf } from './fuzzy.ts';

const points = (title: string, query: string, note = '') => score(searchable(title, note), wordsOf(query));
const marked = (title: string, query: string) => {
  const places = new Set(hits(searchable(title, ''), wordsOf(query)));
  return [...title].map((letter, index) => (places.has(index) ? letter.toUpperCase() : letter)).join('');
};

describe('score', () => {
  it('prefers the whole name, its start, the start of a word, the inside, letters in order, the note', () => {
    const ranks = [
      points('web', 'web'),
      points('webby', 'web'),
      points('my-web-x', 'web'),
      points('cobwebby', 'web'),
      points('work-east-bay', 'web'),
      points('api', 'web', 'web:1'),
    ];
    expect([...ranks].sort((a, b) => b - a)).toEqual(ranks);
    expect(Math.min(...ranks)).toBeGreaterThan(0);
  });
  it('wants every word, in any order', () => {
    expect(points('shop-web', 'web shop')).toBeGreaterThan(0);
    expect(points('shop-web', 'web redis')).toBe(0);
  });
  it('takes no letters that are only somewhere', () => expect(points('prometheus-exporter', 'rts')).toBe(0));
  it('ignores case and accents', () => {
    expect(points('Imágenes', 'imagen')).toBeGreaterThan(0);
    expect(folded('ÀÉÎõü ß İ').length).toBe('ÀÉÎõü ß İ'.length);
  });
});

describe('hits', () => {
  it('are the letters that were found', () => {
    expect([marked('my-web', 'we'), marked('work-east-bay', 'web'), marked('cobweb-web', 'web'), marked('shop-web', 'we sh')]).toEqual([
      'my-WEb',
      'Work-East-Bay',
      'cobweb-WEB',
      'SHop-WEb',
    ]);
  });
});

describe('best', () => {
  it('keeps the best of all, equals in their order', () => {
    const texts = ['a-web', 'b-web', 'web'].map((title) => searchable(title, ''));
    expect(best(texts, wordsOf('web'), 2).map(({ text }) => text.title)).toEqual(['web', 'a-web']);
  });
  it('searches 10,000 objects in a blink', () => {
    const texts = Array.from({ length: 10_000 }, (_, index) =>
      searchable(`shop-${index % 37}-worker-${index}`, `registry.example:5000/shop/worker:2026.${index} ${index.toString(16)}`),
    );
    const times = ['s', 'sh', 'shop', 'shop 12', 'wrk', 'worker 99', 'zzz'].map((query) => {
      const start = performance.now();
      best(texts, wordsOf(query), 50);
      return performance.now() - start;
    });
    console.info(`palette: 10,000 objects, ms for each key: ${times.map((time) => time.toFixed(1)).join(' ')}`);
    expect(best(texts, wordsOf('worker 9999'), 50)[0]?.text.title).toBe('shop-9-worker-9999');
  });
});
