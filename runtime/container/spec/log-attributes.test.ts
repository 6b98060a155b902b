import { expect, it } from 'vitest';
import { logAttributesOf, logAttributesText } from './log-attributes.ts';

const container = (Config: Record<string, string>) => ({
  id: 'a'.repeat(64),
  name: 'web',
  imageId: `sha256:${'b'.repeat(64)}`,
  imageName: 'demo:1',
  path: 'sh',
  args: ['-c', 'true'],
  config: { Image: 'demo:1', Labels: { tier: 'front', 'app.one': '1', 'app.two': '2' }, Env: ['A=1', 'B=x=y', 'AB=3', 'EMPTY'] },
  hostConfig: { LogConfig: { Type: 'json-file', Config } },
});

it.each([
  [{}, []],
  [{ labels: 'tier,absent' }, [['tier', 'front']]],
  [
    { 'labels-regex': '^app\\.' },
    [
      ['app.one', '1'],
      ['app.two', '2'],
    ],
  ],
  [
    { env: 'B,EMPTY' },
    [
      ['B', 'x=y'],
      ['EMPTY', ''],
    ],
  ],
  [
    { 'env-regex': '^A', labels: 'tier' },
    [
      ['A', '1'],
      ['AB', '3'],
      ['tier', 'front'],
    ],
  ],
  [{ tag: '{{.Name}}/{{ .ID }}/{{.ImageName}}/{{.Command}}' }, [['tag', `web/${'a'.repeat(12)}/demo:1/sh -c true`]]],
])('%j chooses %j', (options, pairs) => {
  expect([...logAttributesOf(container(options as unknown as Record<string, string>))]).toEqual(pairs);
});

it('is one member of a JSON object, and bounded', () => {
  expect(logAttributesText(container({}))).toBe('');
  expect(logAttributesText(container({ labels: 'tier' }))).toBe('"attrs":{"tier":"front"}');
  const long = { ...container({ env: 'L' }), config: { Image: 'demo:1', Env: [`L=${'x'.repeat(40_000)}`] } };
  expect(() => logAttributesText(long)).toThrow('exceed 32768 bytes');
});
