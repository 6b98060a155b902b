import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** What a control answers to by itself, whatever keys commands have. */
const OWN = new Set(['Esc', 'Enter', 'Shift+Enter', 'Backspace', 'Alt+C', 'Alt+R']);

it('a control that stands for a command names the command, so that its keys are shown as somebody has chosen them', () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx') && !file.startsWith('testkit'));
  const written = files.flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bkeys="([^"]+)"/g)].map(([, keys = '']) => ({ file, keys })));
  expect(written.length).toBeGreaterThan(3);
  expect(written.filter(({ keys }) => !OWN.has(keys))).toEqual([]);
});
