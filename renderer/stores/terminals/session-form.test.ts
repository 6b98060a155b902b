import { expect, it } from 'vitest';
import { checkSession } from './session-form.ts';

const form = { command: '/bin/sh', user: '', workingDir: '' };

it.each([
  [{}, []],
  [{ command: 'sh -c "echo hi"', user: 'www-data:www-data', workingDir: '/srv' }, []],
  [{ user: '1000:0' }, []],
  [{ command: '' }, ['command']],
  [{ command: '   ' }, ['command']],
  [{ command: 'sh -c "echo' }, ['command']],
  [{ user: 'two words' }, ['user']],
  [{ user: 'root:' }, ['user']],
  [{ workingDir: 'srv' }, ['workingDir']],
] as const)('%j has problems in %j', (change, fields) => {
  expect(Object.keys(checkSession({ ...form, ...change }))).toEqual(fields);
});
