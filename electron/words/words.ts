import type { Settings } from '../ipc/contract/settings.ts';
import { de } from './de.ts';
import { en, type Words } from './en.ts';
import { es } from './es.ts';

export type Language = Exclude<Settings['language'], 'system'>;

export const WORDS: Readonly<Record<Language, Words>> = { en, de, es };

/** The language chosen, else the first of the system's (`de-AT`) that is known, else English. */
export function languageOf(chosen: Settings['language'], system: readonly string[]): Language {
  if (chosen !== 'system') return chosen;
  return system.map((tag) => tag.split(/[-_]/, 1)[0] ?? '').find((tag): tag is Language => Object.hasOwn(WORDS, tag)) ?? 'en';
}
