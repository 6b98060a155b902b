import { describe, expect, it } from 'vitest';
import type { AppCommand, ObjectCommand } from './commands.ts';
import { conflicts, isKeys, keysOf, mayLeave, pressedKeys } from './shortcuts.ts';

const event = (key: string, held: string = '', code = '') => ({
  key,
  code,
  ctrlKey: held.includes('c'),
  metaKey: held.includes('m'),
  altKey: held.includes('a'),
  shiftKey: held.includes('s'),
});
const nothing = () => undefined;
const app = (id: string, keys?: string): AppCommand => ({ id, title: id, group: 'x', ...(keys !== undefined && { keys }), run: nothing });
const object = (id: string, keys: string, place: ObjectCommand['place'] = 'containers'): ObjectCommand => ({
  id,
  place,
  title: id,
  titleFor: () => id,
  keys,
  several: true,
  eligible: () => true,
  run: nothing,
});

describe('pressedKeys', () => {
  it('writes letters large, with modifiers in one order', () => {
    expect([event('k', 'c'), event('F', 'cs'), event('s'), event('S', 's'), event('ArrowLeft', 'a')].map((one) => pressedKeys(one, false))).toEqual([
      'Mod+K',
      'Mod+Shift+F',
      'S',
      'Shift+S',
      'Alt+Left',
    ]);
  });
  it('takes signs as the layout makes them, with or without Shift', () => {
    expect([event('?', 's'), event('/'), event('/', 's')].map((one) => pressedKeys(one, false))).toEqual(['?', '/', '/']);
  });
  it('takes digits and the key left of 1 by their place when Mod is held', () => {
    expect([event('&', 'c', 'Digit1'), event('Dead', 'c', 'Backquote'), event('º', 'c', 'Backquote')].map((one) => pressedKeys(one, false))).toEqual([
      'Mod+1',
      'Mod+`',
      'Mod+`',
    ]);
  });
  it('knows one plus, whatever key makes it', () => {
    expect([event('=', 'c'), event('+', 'cs'), event('-', 'c')].map((one) => pressedKeys(one, false))).toEqual(['Mod+Plus', 'Mod+Plus', 'Mod+Minus']);
  });
  it('has the command key as Mod on a Mac, and no key of the system elsewhere', () => {
    expect([pressedKeys(event('k', 'm'), true), pressedKeys(event('k', 'c'), true), pressedKeys(event('k', 'm'), false)]).toEqual(['Mod+K', 'Ctrl+K', null]);
  });
  it('waits for more than a modifier, and for a dead key', () => {
    expect([event('Control', 'c'), event('Shift', 's'), event('Dead'), event('Process')].map((one) => pressedKeys(one, false))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
  it('writes only what settings take', () => {
    for (const one of [event('k', 'cs'), event('F5'), event('Delete'), event('ArrowUp', 'ca'), event(' '), event('+', 'c'), event('ñ')])
      expect(isKeys(pressedKeys(one, false) ?? '')).toBe(true);
    for (const text of ['', 'Mod+', 'Shift+Mod+K', 'Mod+Mod+K', 'Hyper+K', 'Mod+Foo', 'KK']) expect(isKeys(text)).toBe(false);
  });
});

describe('keysOf', () => {
  it('is the default, the chosen one, or none', () => {
    expect([keysOf(app('a', 'Mod+K'), {}), keysOf(app('a', 'Mod+K'), { a: 'Mod+P' }), keysOf(app('a', 'Mod+K'), { a: '' }), keysOf(app('a'), {})]).toEqual([
      'Mod+K',
      'Mod+P',
      undefined,
      undefined,
    ]);
  });
});

describe('conflicts', () => {
  const lists = {
    app: [app('palette', 'Mod+K'), app('help', '?')],
    objects: [object('start', 'S'), object('stop', 'S'), object('restart', 'R'), object('run', 'R', 'images')],
  };
  it('finds none in defaults that share a key of a place on purpose', () => expect(conflicts(lists, {})).toEqual([]));
  it('finds what is chosen twice in one place', () => {
    expect(conflicts(lists, { restart: 'S' })).toEqual([{ keys: 'S', commands: ['start', 'stop', 'restart'] }]);
  });
  it('finds an object command under a key of the whole window', () => {
    expect(conflicts(lists, { restart: '?' })).toEqual([{ keys: '?', commands: ['help', 'restart'] }]);
  });
  it('finds keys that lists and fields use themselves', () => {
    expect(conflicts(lists, { palette: 'Enter' })).toEqual([{ keys: 'Enter', commands: ['palette'] }]);
  });
});

describe('mayLeave', () => {
  it('leaves what is typed and edited to the field', () => {
    expect(['S', '?', 'Del', 'Mod+C', 'Mod+V', 'Mod+Left', 'Alt+Left', 'Mod+Z', 'Shift+Home'].map((keys) => mayLeave(keys, 'field', false))).toEqual(
      new Array(9).fill(false),
    );
    expect(['Mod+K', 'Mod+1', 'Mod+`', 'Mod+Shift+F'].map((keys) => mayLeave(keys, 'field', false))).toEqual([true, true, true, true]);
  });
  it('leaves every key of Control to a terminal but the one that hides it', () => {
    expect(['Mod+K', 'S', 'Mod+1', 'Mod+`', 'Alt+Left'].map((keys) => mayLeave(keys, 'terminal', false))).toEqual([false, false, false, true, false]);
    expect(mayLeave('Mod+K', 'terminal', true)).toBe(true);
  });
  it('leaves dialogs alone', () => expect(['S', 'Mod+K', '?'].map((keys) => mayLeave(keys, 'dialog', false))).toEqual([false, false, false]));
});
