import { expect, it } from 'vitest';
import { z } from 'zod';
import { JSON_LIMIT, parseJson } from './json.ts';
import { indexSchema } from './oci/index.ts';
import { manifestSchema } from './oci/manifest.ts';

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 1 };

it('names what is wrong, and where', () => {
  const schema = z.object({ a: z.array(z.number()) });
  expect(parseJson(bytes({ a: [1] }), schema, 'thing')).toEqual({ a: [1] });
  expect(() => parseJson(bytes({ a: [1, 'x'] }), schema, 'thing')).toThrow('thing: a.1: ');
  expect(() => parseJson(Buffer.from('{'), schema, 'thing')).toThrow('thing: not valid JSON');
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]), z.string(), 'thing')).toThrow('thing: not valid JSON');
  expect(() => parseJson(Buffer.alloc(JSON_LIMIT + 1, ' '), schema, 'thing')).toThrow('more than 4194304 bytes');
});

it('refuses documents that can be read as two kinds, and digests that are none', () => {
  expect(parseJson(bytes({ schemaVersion: 2, config: descriptor, layers: [] }), manifestSchema, 'm').config.size).toBe(1);
  expect(() => parseJson(bytes({ schemaVersion: 2, config: descriptor, layers: [], manifests: [] }), manifestSchema, 'm')).toThrow(
    'a manifest has no manifests',
  );
  expect(() => parseJson(bytes({ schemaVersion: 2, manifests: [], config: descriptor }), indexSchema, 'i')).toThrow('an index has no config');
  const climbing = { ...descriptor, digest: 'sha256:../../../etc/passwd' };
  expect(() => parseJson(bytes({ schemaVersion: 2, manifests: [climbing] }), indexSchema, 'i')).toThrow('i: manifests.0.digest: not a sha256 digest');
});

it('refuses what is nested too deep, and takes brackets in texts for what they are', () => {
  const nested = (depth: number): Buffer => Buffer.from(`${'[{"a":'.repeat(depth / 2)}0${'}]'.repeat(depth / 2)}`);
  expect(() => parseJson(nested(200), z.unknown(), 'thing')).not.toThrow();
  expect(() => parseJson(nested(202), z.unknown(), 'thing')).toThrow('thing: nested more than 200 deep');
  const text = JSON.stringify(['\\', `"${'['.repeat(500)}\\"`, '{'.repeat(500)]);
  expect(JSON.stringify(parseJson(Buffer.from(text), z.unknown(), 'thing'))).toBe(text);
});
