import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const RENDERER = join(import.meta.dirname, '..');
const SPECS = join(RENDERER, '../e2e/specs');

/** `file: title` of every row of the table of features: a spec of e2e, or a test beside the code. */
function proofs(readme: string): readonly { readonly feature: string; readonly file: string; readonly title: string }[] {
  const table = readme.slice(readme.indexOf('| feature | proof')).split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .filter((row) => row.startsWith('|'))
    .flatMap((row) => {
      const [, feature = '', cell = ''] = row.split('|').map((text) => text.trim());
      const named = [...cell.matchAll(/`([^`:]+): ([^`]+)`/g)].map(([, file = '', title = '']) => ({ feature, file, title }));
      return named.length > 0 ? named : [{ feature, file: '', title: '' }];
    });
}

const pathsOf = (file: string): readonly string[] =>
  file.endsWith('.spec.ts')
    ? [join(SPECS, file)]
    : ['ts', 'tsx'].flatMap((end) => [join(RENDERER, `${file}.test.${end}`), join(RENDERER, '..', `${file}.test.${end}`)]);

describe('the table of features', () => {
  const rows = proofs(readFileSync(join(RENDERER, 'README.md'), 'utf8'));
  it('has rows', () => expect(rows.length).toBeGreaterThan(15));
  it.each(rows)('$feature: $file: $title', ({ file, title }) => {
    const path = pathsOf(file).find((one) => existsSync(one));
    expect(path, `no file ${file}`).toBeDefined();
    // Titles that are made of parts begin with what does not change.
    expect(readFileSync(path ?? '', 'utf8')).toContain(title.replace(/, (?:light|dark)$/, ''));
  });
});

it('finds a row without a proof', () => {
  expect(proofs('| feature | proof |\n|---|---|\n| a | `x.spec.ts: y` |\n| b | |\n\nrest')).toEqual([
    { feature: 'a', file: 'x.spec.ts', title: 'y' },
    { feature: 'b', file: '', title: '' },
  ]);
});
