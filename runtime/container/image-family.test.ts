import { expect, it } from 'vitest';
import { EngineError } from '../base/errors.ts';
import { familyOf } from './image-family.ts';

const PARENTS: Readonly<Record<string, string>> = { 'sha256:base': '', 'sha256:child': 'sha256:base', 'sha256:grandchild': 'sha256:child', 'sha256:other': '' };
const images = {
  resolve: (name: string) => {
    if (!Object.hasOwn(PARENTS, `sha256:${name}`)) throw new EngineError('NotFound', `No such image: ${name}`);
    return { id: `sha256:${name}` as const, name, config: { architecture: 'x', os: 'linux', rootfs: { type: 'layers' as const, diff_ids: [] } }, layers: [] };
  },
  list: () =>
    Object.entries(PARENTS).map(([id, parentId]) => ({
      id: id as `sha256:${string}`,
      parentId,
      repoTags: [],
      repoDigests: [],
      created: 0,
      size: 0,
      labels: {},
    })),
};

it.each([
  ['base', ['sha256:base', 'sha256:child', 'sha256:grandchild']],
  ['child', ['sha256:child', 'sha256:grandchild']],
  ['other', ['sha256:other']],
  ['absent', []],
])('the family of %s is %j', (name, family) => expect(familyOf(images, name)).toEqual(family));
