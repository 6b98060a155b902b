import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pathComponents } from './path.ts';

it.each([
  ['a/b', ['a', 'b']],
  ['./a//b/', ['a', 'b']],
  ['/etc/passwd', ['etc', 'passwd']],
  ['a/../b/./c/..', ['b']],
  ['', []],
  ['./', []],
])('%j', (path, components) => {
  expect(pathComponents(path)).toEqual(components);
});

it.each(['..', 'a/../..', '/../x', 'a/b/../../../c'])('refuses %s, which climbs out', (path) => {
  expect(() => pathComponents(path)).toThrow('leads outside');
});

it('gives names only, whatever the path', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', 'b'), maxLength: 30 }), (path) => {
      let components: string[];
      try {
        components = pathComponents(path);
      } catch {
        return;
      }
      for (const component of components) expect(component).not.toMatch(/^(?:|\.|\.\.|.*\/.*)$/);
    }),
  );
});
