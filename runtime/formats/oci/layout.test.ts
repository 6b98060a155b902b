import { describe, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import type { Descriptor } from './descriptor.ts';
import { manifestsOf, parseLayoutAddress } from './layout.ts';

const digest = digestOf('a');

describe('an address of a layout', () => {
  it.each([
    ['oci-layout://./images', { path: './images' }],
    ['oci-layout:///srv/images:v1', { path: '/srv/images', tag: 'v1' }],
    [`oci-layout:///srv/images@${digest}`, { path: '/srv/images', digest }],
    [`oci-layout://images:v1@${digest}`, { path: 'images', tag: 'v1', digest }],
    ['oci-layout:///srv/a:b/images', { path: '/srv/a:b/images' }],
    ['oci-layout:///srv/me@home/images', { path: '/srv/me@home/images' }],
  ])('%s is read', (address, read) => {
    expect(parseLayoutAddress(address)).toEqual(read);
  });

  it.each(['oci-layout://', 'oci-layout://:v1', `oci-layout://@${digest}`, 'oci-layout://x@sha256:1', 'oci-layout://x@sha512:00'])(
    '%s is refused',
    (address) => {
      expect(() => parseLayoutAddress(address)).toThrow(expect.objectContaining({ kind: 'InvalidArgument' }));
    },
  );
});

const REF = 'org.opencontainers.image.ref.name';
const manifest = (name: string, annotations: Record<string, string> = {}): Descriptor => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf(name),
  size: 1,
  annotations,
});

describe('the image of a layout', () => {
  const [one, two, latest] = [manifest('1', { [REF]: 'v1' }), manifest('2', { [REF]: 'v2' }), manifest('3', { [REF]: 'reg.test/app:latest' })];
  const full = manifest('4', { 'io.containerd.image.name': 'docker.io/library/app:v4', [REF]: 'v4' });

  it.each([
    ['by its tag', [one, two], { tag: 'v2' }, [two]],
    ['by the tag of a full reference', [one, full], { tag: 'v4' }, [full]],
    ['latest, where no tag is said', [one, latest, two], {}, [latest]],
    ['the only one, where no tag is said', [one], {}, [one]],
    ['the only one without a tag', [manifest('5')], {}, [manifest('5')]],
    ['by its digest, whatever the tag', [one, two], { tag: 'v1', digest: two.digest }, [two]],
    ['with all its platforms', [one, { ...manifest('6', { [REF]: 'v1' }) }, two], { tag: 'v1' }, [one, manifest('6', { [REF]: 'v1' })]],
    ['and not what attests it', [one, manifest('7', { 'vnd.docker.reference.type': 'attestation-manifest' })], {}, [one]],
  ])('is found %s', (_, manifests, choice, found) => {
    expect(manifestsOf(manifests, choice)).toEqual(found);
  });

  it.each([
    ['a tag that it has not', [one, two], { tag: 'v3' }, 'the layout has no image "v3": its tags are v1, v2'],
    ['a tag, with the only one called otherwise', [one], { tag: 'v3' }, 'the layout has no image "v3": its tags are v1'],
    ['one of several', [one, two], {}, 'the layout has no image "latest": its tags are v1, v2'],
    ['one of several without tags', [manifest('5'), manifest('6')], {}, 'it has 2 images without a tag'],
    ['a digest that it has not', [one], { digest }, `the layout has no ${digest}`],
  ])('is not found by %s', (_, manifests, choice, message) => {
    expect(() => manifestsOf(manifests, choice)).toThrow(expect.objectContaining({ kind: 'NotFound', message: expect.stringContaining(message) as string }));
  });
});
