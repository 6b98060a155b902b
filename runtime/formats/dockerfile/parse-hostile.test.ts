import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Dockerfile } from './ast.ts';
import { parseDockerfile } from './parse.ts';

const parsed = (text: string | Uint8Array): Dockerfile => parseDockerfile(text, { fileName: 'Dockerfile' });

const FIXTURES = join(import.meta.dirname, '..', '..', 'testkit', 'dockerfiles');
const files = readdirSync(FIXTURES).map((name) => readFileSync(join(FIXTURES, name, 'Dockerfile'), 'utf8'));

/** Parses, or is told in InvalidArgument what is wrong and where; soon in any case. */
function endsWell(text: string | Uint8Array): void {
  const begun = performance.now();
  try {
    const { stages, warnings } = parsed(text);
    expect(stages.length).toBeGreaterThan(0);
    expect(warnings.every(({ range }) => range.start.line >= 1)).toBe(true);
  } catch (error) {
    expect(error).toMatchObject({ name: 'EngineError', kind: 'InvalidArgument' });
  }
  expect(performance.now() - begun).toBeLessThan(2_000);
}

it('reads any bytes to an end', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), endsWell), { numRuns: 1_000 });
});

it('reads any order of what Dockerfiles are made of to an end', () => {
  const word = fc.constantFrom(
    ...['FROM ', 'RUN ', 'COPY ', 'ADD ', 'ENV ', 'ARG ', 'ONBUILD ', 'HEALTHCHECK ', 'CMD ', 'SHELL ', 'LABEL ', 'EXPOSE ', 'VOLUME '],
    ...[
      '--mount=',
      '--from=',
      '--',
      'type=',
      'cache',
      'target=/x',
      '<<EOF',
      '<<-E',
      'EOF\n',
      '\n',
      '\r\n',
      '\\\n',
      ' ',
      '\t',
      '"',
      "'",
      '[',
      ']',
      '["a"]',
      ',',
      '=',
      '$',
      '${',
      '}',
      '#',
      '# escape=`\n',
      '`\n',
      'a',
      '/',
      ':',
      'AS ',
      '80',
    ],
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => endsWell(`FROM a\n${words.join('')}`)),
    { numRuns: 3_000 },
  );
});

it('reads broken copies of real files to an end', () => {
  const change = fc.record({ at: fc.nat(4_000), remove: fc.nat(5), insert: fc.string({ maxLength: 3 }) });
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 8 }), (file, changes) => {
      endsWell(changes.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), file));
    }),
    { numRuns: 1_000 },
  );
});

it('understands a file with CRLF as the same with LF', () => {
  for (const file of files.filter((text) => !text.includes('<<'))) {
    const { text: _, ...withLf } = parsed(file);
    const { text: __, ...withCrlf } = parsed(file.replaceAll('\n', '\r\n'));
    expect(withCrlf).toEqual(withLf);
  }
});

it('puts every instruction at the place of its keyword', () => {
  for (const file of files) {
    const lines = file.split('\n');
    const { globalArgs, stages } = parsed(file);
    for (const { kind, range } of [...globalArgs, ...stages.flatMap(({ from, instructions }) => [from, ...instructions])]) {
      const { line, column } = range.start;
      expect(lines[line - 1]?.slice(column - 1).toUpperCase()).toMatch(new RegExp(`^${kind}\\b`));
    }
  }
});

it('is quick with what is large', () => {
  const large = [
    `FROM a\n${'RUN x \\\n'.repeat(100_000)}y`,
    `FROM a\n${'ENV '}${'A=b '.repeat(15_000)}`,
    `FROM a\nRUN ${'<<E '.repeat(15_000)}\n${'E\n'.repeat(15_000)}`,
    `FROM a\nRUN <<E\n${'x\n'.repeat(500_000)}E`,
    `FROM a\nCOPY ${'['.repeat(60_000)} b`,
    `FROM a\nRUN ${'--mount=type=cache,target=/x '.repeat(2_000)} b`,
    `FROM a\nRUN --mount=${'"'.repeat(60_000)} b`,
    `${'ARG A=1\n'.repeat(9_000)}FROM $A`,
    `${'ARG A=1\n'.repeat(4_000)}${'FROM $A$B AS b\n'.repeat(5_000)}`,
    `FROM a AS b\n${'FROM b AS b\n'.repeat(9_000)}`,
    `FROM a\n${'#\n'.repeat(900_000)}`,
    `FROM a\nEXPOSE ${'1:'.repeat(30_000)}1`,
    `FROM a\nONBUILD ${'ONBUILD '.repeat(8_000)}RUN x`,
  ];
  for (const text of large) endsWell(text);
});
