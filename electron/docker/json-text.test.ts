import { describe, expect, it } from 'vitest';
import { withMember } from './json-text.ts';

const key = 'currentContext';

describe('withMember', () => {
  it.each([
    ['{}\n', '{\n\t"currentContext": "slipway"\n}\n'],
    ['{ }', '{\n\t"currentContext": "slipway"\n}'],
    [
      '{\n    "auths": {},\n    "x": [1, {"currentContext": "no"}]\n}',
      '{\n    "auths": {},\n    "x": [1, {"currentContext": "no"}],\n    "currentContext": "slipway"\n}',
    ],
    ['{"a":"}\\"{","n":1e5}', '{"a":"}\\"{","n":1e5,"currentContext": "slipway"}'],
    ['{"currentContext"  :\t"old" , "z":null}', '{"currentContext"  :\t"slipway" , "z":null}'],
    ['{"currentContext":"a","currentContext":"b"}', '{"currentContext":"slipway","currentContext":"slipway"}'],
    ['{"\\u0063urrentContext":"old"}', '{"\\u0063urrentContext":"slipway"}'],
  ])('sets one member of %j and leaves every other byte', (text, wanted) => {
    const changed = withMember(text, key, 'slipway');
    expect(changed).toBe(wanted);
    expect(JSON.parse(changed)).toEqual({ ...(JSON.parse(text) as object), currentContext: 'slipway' });
  });

  it.each([
    ['{\n\t"currentContext": "slipway"\n}\n', '{}\n'],
    ['{"a":1,"currentContext":"slipway"}', '{"a":1}'],
    ['{"currentContext":"slipway", "a":1}', '{"a":1}'],
    ['{\n  "a": 1,\n  "currentContext": "x",\n  "b": 2\n}', '{\n  "a": 1,\n  "b": 2\n}'],
    ['{"a":1}', '{"a":1}'],
  ])('takes it out of %j', (text, wanted) => {
    expect(withMember(text, key, null)).toBe(wanted);
  });

  it.each(['{\n\t"auths": {\n\t\t"r.io": {}\n\t},\n\t"credsStore": "pass"\n}', '{\n}\n', '{"a":[]}'])('undoes what it did to %j', (text) => {
    const back = withMember(withMember(text, key, 'slipway'), key, null);
    expect(back.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    expect(text.includes(':') ? back : text).toBe(text);
  });

  it.each(['', '[]', 'null', '"x"', '{"a":}'])('refuses %j', (text) => {
    expect(() => withMember(text, key, 'x')).toThrow(SyntaxError);
  });
});
