import { describe, expect, it } from 'vitest';
import { createRequest, EMPTY_FORM, nameProblem, problemsOf } from './form.ts';

const taken = new Map([['data', 1]]);

it.each([
  ['db-1.x_y', null],
  ['a', 'short'],
  ['-a', 'characters'],
  ['a/b', 'characters'],
  ['ü2', 'characters'],
  ['x'.repeat(256), 'long'],
  ['data', 'taken'],
])('knows what is wrong with the name %j', (name, problem) => {
  expect(nameProblem(name, taken)).toBe(problem);
});

describe('problemsOf', () => {
  it('finds none in an empty form: the engine makes a name up', () => {
    expect(problemsOf(EMPTY_FORM, taken)).toEqual({});
  });

  it('checks what the kind needs, and nothing else', () => {
    expect(problemsOf({ ...EMPTY_FORM, kind: 'bind', device: 'srv', memory: 'x' }, taken)).toEqual({ device: 'absolute' });
    expect(problemsOf({ ...EMPTY_FORM, kind: 'tmpfs', memory: '64q' }, taken)).toEqual({ memory: 'memory' });
    expect(problemsOf({ ...EMPTY_FORM, kind: 'tmpfs', memory: '64m' }, taken)).toEqual({});
  });

  it('wants each label once, with a name', () => {
    const labels = ['a', '', 'a'].map((name, key) => ({ key, name, value: '' }));
    expect(problemsOf({ ...EMPTY_FORM, labels }, taken)).toEqual({ 'label.1': 'label', 'label.2': 'twice' });
  });
});

it.each([
  [
    { ...EMPTY_FORM, name: 'db', labels: [{ key: 1, name: 'a', value: 'b' }] },
    { name: 'db', options: {}, labels: { a: 'b' } },
  ],
  [{ ...EMPTY_FORM, kind: 'bind', device: '/srv', readonly: true } as const, { name: '', options: { type: 'none', device: '/srv', o: 'bind,ro' }, labels: {} }],
  [{ ...EMPTY_FORM, kind: 'tmpfs', memory: '64m' } as const, { name: '', options: { type: 'tmpfs', device: 'tmpfs', o: 'size=64m' }, labels: {} }],
])('makes a request of %j', (form, request) => {
  expect(createRequest(form)).toEqual(request);
});
