/** Languages that are complete; each writes its own name. */
export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
  { id: 'es', name: 'Español' },
] as const;

export type Language = (typeof LANGUAGES)[number]['id'];

/** Where the choice is kept, so that the first paint has it; absent: as the system. */
export const LANGUAGE_KEY = 'slipway.language';

const isLanguage = (text: string | undefined): text is Language => LANGUAGES.some(({ id }) => id === text);

/** The chosen language, else the first of the system's that is known, else English. Outside a page: English. */
function chosen(): Language {
  const kept = globalThis.localStorage?.getItem(LANGUAGE_KEY) ?? undefined;
  if (isLanguage(kept)) return kept;
  const preferred = globalThis.localStorage ? (globalThis.navigator?.languages ?? []) : [];
  return preferred.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

/** One language for the life of a window: choosing another loads the page anew. */
export const language: Language = chosen();
