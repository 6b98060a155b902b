import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { LANGUAGE_KEY } from '../../strings/languages.ts';

afterEach(() => vi.unstubAllGlobals());

async function inLanguage(language: string): Promise<(message: string) => string> {
  vi.resetModules();
  vi.stubGlobal('localStorage', { getItem: (key: string) => (key === LANGUAGE_KEY ? language : null) });
  return (await import('./engine-values.ts')).wordsOfError;
}

/** All that the engine says of a value of its settings, from where it has them. */
function sentences(): readonly string[] {
  const source = readFileSync(`${import.meta.dirname}/../../../runtime/formats/docker/daemon-config.ts`, 'utf8');
  return [...source.matchAll(/['`]((?:is|has) (?:no|not|more) [^'`]+)['`]/g)].map(([, text = '']) => text.replaceAll(/\$\{[^}]+\}|30$/g, '24'));
}

it.each(['de', 'es'])('has words in %s for all that the engine says of a value', async (language) => {
  const say = await inLanguage(language);
  expect(sentences().length).toBeGreaterThanOrEqual(9);
  expect(sentences().filter((text) => say(`settings: dns ${text}`) === text)).toEqual([]);
});

it('says them with the line, and keeps the engine’s own words for what it does not know', async () => {
  const say = await inLanguage('de');
  expect(say('settings: dns.1 is no address')).toBe('Zeile 2: ist keine Adresse');
  expect(say('settings: default-address-pools.0.size is not from 16 to 30')).toBe('Zeile 1: ist nicht zwischen 16 und 30');
  expect(say('settings: dns.0 constructor')).toBe('Zeile 1: constructor');
  expect(say('settings: log-opts of tomorrow')).toBe('of tomorrow');
});
