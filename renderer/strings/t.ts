import { de } from './de/de.ts';
import { en } from './en/en.ts';
import { es } from './es/es.ts';
import { type Language, language } from './languages.ts';
import type { Words } from './words.ts';

const ALL: Readonly<Record<Language, Words>> = { en, de, es };

/** All words of the interface, in the language of this window. */
export const t: Words = ALL[language];
