import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familiarName, familiarString, formatReference, newName, parseReference, withDefaultTag } from './reference.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('parseReference', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox', 'busybox'],
    ['busybox:1.2', 'docker.io/library/busybox:1.2', 'busybox:1.2'],
    ['library/busybox', 'docker.io/library/busybox', 'busybox'],
    ['docker.io/busybox', 'docker.io/library/busybox', 'busybox'],
    ['index.docker.io/library/busybox', 'docker.io/library/busybox', 'busybox'],
    ['user/app', 'docker.io/user/app', 'user/app'],
    ['docker.io/library/a/b', 'docker.io/library/a/b', 'library/a/b'],
    ['localhost/app', 'localhost/app', 'localhost/app'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1', 'localhost:5000/app:v1'],
    ['example.com/a__b/c---d.e_f', 'example.com/a__b/c---d.e_f', 'example.com/a__b/c---d.e_f'],
    ['[::1]:5000/app', '[::1]:5000/app', '[::1]:5000/app'],
    [`busybox@${DIGEST}`, `docker.io/library/busybox@${DIGEST}`, `busybox@${DIGEST}`],
    [`busybox:1@${DIGEST}`, `docker.io/library/busybox:1@${DIGEST}`, `busybox:1@${DIGEST}`],
  ])('%s', (text, full, familiar) => {
    const reference = parseReference(text);
    expect([formatReference(reference), familiarString(reference)]).toEqual([full, familiar]);
  });

  it.each([
    '',
    ':tag',
    'a:',
    'a@',
    'a//b',
    '-a',
    'a-',
    'a b',
    'a:t g',
    '/a',
    'a/',
    'a..b',
    'a___b',
    'a@sha256:12',
    'a@md5:0',
    `a:${'t'.repeat(129)}`,
    'x'.repeat(600),
    'exa_mple.com/a',
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow('invalid reference format');
  });

  it('names upper case, bare ids and long names in Docker’s words', () => {
    expect(() => parseReference('docker.io/Upper')).toThrow('invalid reference format: repository name (library/Upper) must be lowercase');
    expect(() => parseReference('ab'.repeat(32))).toThrow('cannot specify 64-byte hexadecimal strings');
    expect(() => parseReference('a'.repeat(256))).toThrow('repository name must not be more than 255 characters');
  });

  it('comes back the same from what it prints', () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/);
    const domain = fc.oneof(fc.constantFrom('docker.io', 'localhost', 'registry.example:5000'), fc.stringMatching(/^[a-z0-9]{1,9}\.[a-z]{2,5}$/));
    const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined });
    fc.assert(
      fc.property(domain, fc.array(component, { minLength: 1, maxLength: 4 }), tag, fc.boolean(), (host, path, name, digested) => {
        const text = `${host}/${path.join('/')}${name === undefined ? '' : `:${name}`}${digested ? `@${DIGEST}` : ''}`;
        const reference = parseReference(text);
        expect(parseReference(formatReference(reference))).toEqual(reference);
        // A first component with a dot would be a domain again; Docker prints it all the same.
        if (!path[0]?.includes('.')) expect(parseReference(familiarString(reference))).toEqual(reference);
      }),
    );
  });

  it('never takes longer than a moment, and throws nothing but InvalidArgument', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '0', '.', '_', '-', '/', ':', '@', 'A', ' ', '\n'), maxLength: 600 }), (text) => {
        try {
          expect(formatReference(parseReference(text))).not.toMatch(/\s/);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'InvalidArgument' });
        }
      }),
    );
  });
});

it('latest is the tag where nothing is said', () => {
  expect(formatReference(withDefaultTag(parseReference('a')))).toBe('docker.io/library/a:latest');
  expect(withDefaultTag(parseReference('a:1')).tag).toBe('1');
  expect(withDefaultTag(parseReference(`a@${DIGEST}`)).tag).toBeUndefined();
  expect(familiarName(parseReference('a:1'))).toBe('a');
});

describe('newName', () => {
  it.each([
    ['busybox', '', 'busybox:latest'],
    ['busybox:1', '', 'busybox:1'],
    ['busybox:1', '2', 'busybox:2'],
    ['localhost:5000/a', '2', 'localhost:5000/a:2'],
  ])('%s with the tag "%s"', (repository, tag, expected) => {
    expect(familiarString(newName(repository, tag))).toBe(expected);
  });

  it.each([
    ['sha256', 'abc', 'refusing to create an ambiguous tag using digest algorithm as name'],
    ['sha256:abc', '', 'refusing to create an ambiguous tag using digest algorithm as name'],
    [`a@${DIGEST}`, '', 'refusing to create a tag with a digest reference'],
    ['a', 'b/c', 'invalid tag format: "b/c"'],
    ['a', 't'.repeat(129), 'invalid tag format'],
    ['ab'.repeat(32), '1', 'cannot specify 64-byte hexadecimal strings'],
  ])('refuses %s with the tag "%s"', (repository, tag, message) => {
    expect(() => newName(repository, tag)).toThrow(message);
  });
});
