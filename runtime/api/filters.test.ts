import { describe, expect, it } from 'vitest';
import { booleanFilter, parseFilters } from './filters.ts';

const query = (filters: string): URLSearchParams => new URLSearchParams({ filters });

describe('filters', () => {
  it.each([
    ['{"name":["a","b"]}', { name: ['a', 'b'] }],
    ['{"name":{"a":true,"b":false}}', { name: ['a'] }],
    ['{}', {}],
    ['', {}],
  ])('reads %s', (text, filters) => expect(parseFilters(query(text))).toEqual(filters));

  it.each(['{', '[]', '{"a":1}', '{"a":[1]}', '"x"', '{"a":{"b":"yes"}}'])('refuses %s', (text) => {
    expect(() => parseFilters(query(text))).toThrow(/^invalid filter/);
  });

  it('refuses a name that is not known, in the words clients match', () => {
    expect(() => parseFilters(query('{"color":["red"]}'), ['name'])).toThrow("invalid filter 'color'");
  });

  it('reads yes and no', () => {
    expect(booleanFilter({ dangling: ['true'] }, 'dangling')).toBe(true);
    expect(booleanFilter({ dangling: ['0'] }, 'dangling')).toBe(false);
    expect(booleanFilter({}, 'dangling')).toBeUndefined();
    expect(() => booleanFilter({ dangling: ['maybe'] }, 'dangling')).toThrow("invalid filter 'dangling=[maybe]'");
    expect(() => booleanFilter({ dangling: ['true', 'false'] }, 'dangling')).toThrow('invalid filter');
  });
});
