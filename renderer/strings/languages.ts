/** Languages that are complete; each writes its own name. */
export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
  { id: 'es', name: 'Español' },
] as const;

export type Language = (typeof LANGUAGES)[number]['id'];

/** Where the choice is kept, so that the first paint has it; absent: as the system. */
export const LANGUAGE_KEY = 'slipway.language';

const isLanguage = (text: string | null | undefined): text is Language => LANGUAGES.some(({ id }) => id === text);

/** What was chosen on this machine; null: as the system. */
export function keptLanguage(): Language | null {
  const kept = globalThis.localStorage?.getItem(LANGUAGE_KEY);
  return isLanguage(kept) ? kept : null;
}

/** `choice`, or without one the first of the system's languages that is known, else English. Outside a page: English. */
export function languageFor(choice: Language | null): Language {
  const preferred = globalThis.localStorage ? (globalThis.navigator?.languages ?? []) : [];
  return choice ?? preferred.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

/** One language for the life of a window: choosing another loads the page anew. */
export const language: Language = languageFor(keptLanguage());
