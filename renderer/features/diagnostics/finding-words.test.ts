import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import type { DoctorReport } from '../../../runtime/api/types/doctor.ts';
import { LANGUAGE_KEY } from '../../strings/languages.ts';
import { findingWords } from './finding-words.ts';

type Finding = DoctorReport['findings'][number];
const engine: Finding = { id: 'disk', status: 'error', code: 'disk.full', params: {}, what: 'what', why: 'why', fix: 'fix' };

/** Every code that an engine may answer with its parameters, from where the engine has them. */
function codes(): readonly { readonly code: string; readonly params: readonly string[] }[] {
  const source = readFileSync(`${import.meta.dirname}/../../../runtime/base/finding.ts`, 'utf8');
  const disk = ['path', 'free', 'total', 'files'];
  return [...source.matchAll(/readonly '([a-z-]+\.[a-z-]+)': (.+);/g)].map(([, code = '', type = '']) => ({
    code,
    params: type === 'DiskParams' ? disk : [...type.matchAll(/readonly (\w+):/g)].map(([, name = '']) => name),
  }));
}

async function inLanguage(language: string): Promise<typeof findingWords> {
  vi.resetModules();
  vi.stubGlobal('localStorage', { getItem: (key: string) => (key === LANGUAGE_KEY ? language : null) });
  return (await import('./finding-words.ts')).findingWords;
}

it.each(['en', 'de', 'es'])('has words in %s for every code of the engine', async (language) => {
  const say = await inLanguage(language);
  const all = codes();
  expect(all.length).toBeGreaterThan(20);
  const left = all.filter(({ code, params }) => {
    const finding = { ...engine, code, params: Object.fromEntries(params.map((name) => [name, 7])) } as Finding;
    const { what, why } = say(finding);
    return what === 'what' || /[{}]/.test(what) || (why === 'why' && !code.endsWith('.ok'));
  });
  vi.unstubAllGlobals();
  expect(left).toEqual([]);
});

it('says what is found on this machine, and leaves commands as they are', async () => {
  const say = await inLanguage('de');
  expect(say({ ...engine, params: { path: '/var/lib', free: 1.5e9, total: 100e9, files: -1 } }).what.replaceAll('\u00a0', ' ')).toBe(
    '/var/lib ist voll: 1,5 GB von 100 GB frei.',
  );
  const off = say({ ...engine, code: 'forwarding.off', params: { settings: ['a', 'b'] }, fix: 'sysctl -w a=1' });
  expect([off.what, off.fix]).toEqual(['Ausgeschaltet: a und b.', 'sysctl -w a=1']);
  vi.unstubAllGlobals();
});

it('keeps the engine’s own words for what it does not know', () => {
  const own = { what: 'what', why: 'why', fix: 'fix' };
  expect(findingWords({ ...engine, code: 'moon.full' as Finding['code'] })).toEqual({ ...own, id: 'disk', status: 'error' });
  expect(findingWords(engine)).toMatchObject(own);
  const { code: _, params: __, ...older } = engine;
  expect(findingWords(older as Finding)).toMatchObject(own);
});
