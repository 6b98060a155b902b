import { describe, expect, it } from 'vitest';
import { jsonNodes } from './json-nodes.ts';

const NONE = new Set<string>();
const document = { Id: 'abc', State: { Running: true, Health: { Log: [{ Output: 'fine' }] } }, Env: ['PATH=/bin', 'A=b'], 'with space': null, Empty: {} };
const paths = (query = '', closed = NONE, opened = NONE, depth = 2) => jsonNodes(document, query, closed, opened, depth).map(({ path }) => path);

describe('jsonNodes', () => {
  it('opens the first levels', () => {
    expect(paths('', NONE, NONE, 1)).toEqual([
      '$.Id',
      '$.State',
      '$.State.Running',
      '$.State.Health',
      '$.Env',
      '$.Env[0]',
      '$.Env[1]',
      '$["with space"]',
      '$.Empty',
    ]);
  });
  it('folds and unfolds', () => {
    expect(paths('', new Set(['$.State', '$.Env']))).toEqual(['$.Id', '$.State', '$.Env', '$["with space"]', '$.Empty']);
    expect(paths('', NONE, new Set(['$.State.Health']), 1)).toContain('$.State.Health.Log');
  });
  it('searches names and values and shows the way to them', () => {
    expect(paths('output')).toEqual(['$.State', '$.State.Health', '$.State.Health.Log', '$.State.Health.Log[0]', '$.State.Health.Log[0].Output']);
    expect(paths('/bin')).toEqual(['$.Env', '$.Env[0]']);
    expect(paths('nothing has this')).toEqual([]);
  });
  it('marks what matched, not the way', () => {
    expect(
      jsonNodes(document, 'fine', NONE, NONE)
        .filter(({ hit }) => hit)
        .map(({ key }) => key),
    ).toEqual(['Output']);
  });
  it('shows nothing for what is no object', () => expect(jsonNodes('text', '', NONE, NONE)).toEqual([]));
});
