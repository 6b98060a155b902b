import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** What people read or hear of an element. */
const SPOKEN = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label', 'text', 'note']);
/** Examples of what a machine reads: addresses, paths, commands and names in capitals are the same in every language. */
const MACHINE = /[/:]|^[A-Z_ ]+$/;
/** Two letters together are a word; signs and single letters such as units are none. */
const isWord = (text: string): boolean => /\p{L}{2}/u.test(text) && !MACHINE.test(text);

/** Words that stand in the code of a component: as text between tags, or as an attribute that is read out. */
function wordsIn(name: string, code: string): readonly string[] {
  const source = ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node) && isWord(node.text)) found.push(node.text.trim());
    if (
      ts.isJsxExpression(node) &&
      ts.isJsxElement(node.parent) &&
      node.expression &&
      ts.isStringLiteralLike(node.expression) &&
      isWord(node.expression.text)
    ) {
      found.push(node.expression.text);
    }
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText(source))) {
      const value = node.initializer && ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
      if (value && ts.isStringLiteralLike(value) && isWord(value.text)) found.push(value.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.map((word) => `${name}: ${word}`);
}

const filesOfCode = (ending: RegExp) =>
  readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => ending.test(file) && !file.includes('.test.') && !file.startsWith('testkit'));

it('numbers, times and orders are those of format.ts, so that each is written one way', () => {
  const files = filesOfCode(/\.tsx?$/);
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => /\bIntl\.|\.toLocale/.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual(['strings/format.ts']);
});

it('numbers inside of sentences are written as the language writes them', () => {
  const files = filesOfCode(/^strings\/(?:en|de|es)\/.*\.ts$/);
  expect(files.length).toBeGreaterThan(90);
  const raw = /\$\{(?:number|count|up|all|done|added|changed|deleted|cached|index)\}/;
  expect(files.filter((file) => raw.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

it('no component has words of its own', () => {
  const files = filesOfCode(/\.tsx$/);
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap((file) => wordsIn(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

it('finds words between tags, in braces and in what is read out', () => {
  expect(wordsIn('a.tsx', `const A = () => <p title="Full name" className="big one">Hello {'there'} · {t.name}<B aria-label={'Close it'} /></p>;`)).toEqual([
    'a.tsx: Full name',
    'a.tsx: Hello',
    'a.tsx: there',
    'a.tsx: Close it',
  ]);
});
