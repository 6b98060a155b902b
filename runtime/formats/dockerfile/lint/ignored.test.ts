import { expect, it } from 'vitest';
import { parseDockerfile } from '../parse.ts';
import { copiesOfIgnored } from './ignored.ts';

it.each<[string, string[], string[]]>([
  ['COPY a b /', ['a'], ['Attempting to Copy file "a" that is excluded by .dockerignore']],
  ['ADD ./a/x /', ['a'], ['Attempting to Add file "./a/x" that is excluded by .dockerignore']],
  ['COPY /a /', ['a'], ['Attempting to Copy file "/a" that is excluded by .dockerignore']],
  ['COPY a/x /', ['a', '!a/x'], []],
  ['COPY . /', ['*'], []],
  ['COPY --from=stage a /', ['a'], []],
  ['COPY $A /', ['*'], []],
  ['ADD https://a.test/a /', ['**'], []],
  ['COPY <<a /\na', ['a'], []],
  ['COPY a /', [], []],
])('%s with %j', (text, patterns, details) => {
  const file = parseDockerfile(`FROM scratch\n${text}`, { fileName: 'Dockerfile' });
  expect(copiesOfIgnored(file, patterns).map(({ detail }) => detail)).toEqual(details);
});
