import { afterEach, describe, expect, it, vi } from 'vitest';
import { LANGUAGE_KEY, LANGUAGES } from './languages.ts';

afterEach(() => vi.unstubAllGlobals());

/** The words as a window of that language has them: numbers and plurals are of the language that the module was loaded in. */
async function wordsOf(id: string, preferred: readonly string[] = []) {
  vi.resetModules();
  vi.stubGlobal('localStorage', { getItem: (key: string) => (key === LANGUAGE_KEY ? id || null : null) });
  vi.stubGlobal('navigator', { languages: preferred });
  const { t } = await import('./t.ts');
  const format = await import('./format.ts');
  return { t, format };
}

type Leaf = readonly [path: string, value: string | ((...values: readonly unknown[]) => string)];
function leaves(value: unknown, path = ''): readonly Leaf[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, value as (...values: readonly unknown[]) => string]];
  return Object.entries(value as object).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));
}

/** Words that are the same in both languages because they are: names, technical terms, signs; all languages, then one alone. */
const SAME: Readonly<Record<'all' | 'de' | 'es', readonly string[]>> = {
  all: [
    ...['curl -f http://localhost/', 'NET_ADMIN SYS_TIME', 'ALL', '/dev/fuse', 'JSON', 'PID', 'docker run', 'Beta', 'Slipway NAME'],
    ...[
      'Slipway',
      'Alt',
      'Ctrl',
      'Esc',
      'Tab',
      'Ins',
      'CPU',
      'Terminal',
      'Shell',
      'Terminal (-t)',
      '5 min',
      '30 min',
      'Socket NAME',
      'Zoom',
      'Socket',
      'Kernel',
      'Pod NAME',
    ],
    ...['docker run', 'Compose', 'API', 'Dockerfile', 'IPv4', 'IPv6', 'MAC', 'MTU', 'registry.example.com:5000', 'backend', 'db, postgres', 'shop:dev'],
  ],
  de: [
    ...['Name', 'Image', 'Images', 'Container', 'Details', 'Log', 'CPUs', 'Bridge', 'Host', 'Entrypoint', 'optional', 'Engine', 'Signal', 'Ports'],
    ...['Build', 'Builds', 'Build NAME', 'Graph', 'Mounts', 'Volume', 'Volumes', 'Label', 'Labels', 'Variable', 'Uploads', 'Terminals', 'Logs'],
    ...['Registry', 'Registries', 'Gateway', 'Server', 'Port', 'Digest', 'Tag', 'Tags', 'Text', 'Version', 'Status', 'Prozess', 'Start', 'Stop'],
    ...['Updates', 'System', 'Problem'],
  ],
  es: ['Id', 'Error', 'Original', 'Local', 'Total', 'No', 'no', 'Host', 'Variable', 'token', 'pod'],
};
/** Every parameter as a number, as a text, or as a list: whatever a function takes, one of these fits it. */
const SAMPLES: readonly unknown[] = [0, 1, 2, 1000];

/** The text of a function for one kind of parameter; null: it does not take that kind. */
function said(call: (...values: readonly unknown[]) => string, value: unknown): string | null {
  try {
    const text: unknown = call(value, value, value, value);
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}

describe.each(LANGUAGES.map(({ id }) => id))('%s', (id) => {
  it('has a text for every entry, whatever the number', async () => {
    const { t } = await wordsOf(id);
    for (const [path, value] of leaves(t)) {
      if (typeof value === 'string') {
        expect(value.trim(), path).toBe(value);
        continue;
      }
      const clean = (sample: unknown) => !/undefined|\[object|NaN|=>/.test(said(value, sample) ?? 'NaN');
      expect([2, 'NAME', ['NAME']].some(clean), path).toBe(true);
      if (clean(2))
        expect(
          SAMPLES.filter((sample) => !clean(sample)),
          path,
        ).toEqual([]);
    }
  });

  it('counts one apart from many', async () => {
    const { t } = await wordsOf(id);
    const [none, one, two, many] = SAMPLES.map((number) => t.containers.selected(number as number));
    expect(new Set([none, one, two, many]).size).toBe(4);
    if (id !== 'de') expect(one?.replace('1', '2')).not.toBe(two);
    expect(many).toMatch(id === 'en' ? /^1,000 / : id === 'de' ? /^1\.000 / : /^1000 /);
  });
});

describe.each(['de', 'es'] as const)('%s beside English', (id) => {
  it('leaves nothing in English but names', async () => {
    const same = new Set([...SAME.all, ...SAME[id]]);
    const english = new Map(leaves((await wordsOf('en')).t));
    const left = leaves((await wordsOf(id)).t).flatMap(([path, value]) => {
      const other = english.get(path);
      const [mine, theirs] = [value, other].map((one) => (typeof one === 'function' ? (said(one, 'NAME') ?? said(one, ['NAME'])) : one));
      // Signs, letters and numbers alone belong to no language.
      const isWord = /\p{L}{2}/u.test(mine?.replaceAll(/NAME|NaN/g, '') ?? '');
      return mine !== undefined && mine !== null && isWord && mine === theirs && !same.has(mine) ? [`${path}: ${mine}`] : [];
    });
    expect(left).toEqual([]);
  });
});

describe('the choice', () => {
  it('is what was chosen, else what the system prefers, else English', async () => {
    expect((await wordsOf('es', ['de-AT'])).t.cancel).toBe('Cancelar');
    expect((await wordsOf('', ['fr-FR', 'de-AT'])).t.cancel).toBe('Abbrechen');
    expect((await wordsOf('', ['fr-FR'])).t.cancel).toBe('Cancel');
    expect((await wordsOf('xx', [])).t.cancel).toBe('Cancel');
  });
});

describe('numbers and times', () => {
  it('are written as the language writes them', async () => {
    const { format } = await wordsOf('de');
    expect(format.joined(format.diskSize(1500)).replace('\u00a0', ' ')).toBe('1,5 kB');
    expect(format.ago(0, 3 * 3_600_000)).toMatch(/^vor 3/);
    expect(format.listed(['a', 'b', 'c'])).toBe('a, b und c');
    expect(format.parseMemory('1,5g')).toBe(1.5 * 2 ** 30);
    expect(format.exactTime(new Date(2026, 10, 21, 4, 22, 44).getTime())).toBe('21.11.2026, 04:22:44');
    expect((await wordsOf('es')).format.ago(0, 2 * 86_400_000)).toMatch(/^hace 2/);
  });
  it('sort names with their numbers', async () => {
    const { format } = await wordsOf('es');
    expect(['web-10', 'web-2', 'ñu', 'nube', 'oca'].sort(format.byName)).toEqual(['nube', 'ñu', 'oca', 'web-2', 'web-10']);
  });
});
