import type { Language } from './languages.ts';

/** How a language writes times shortly: signs of units (ISO 80000-3, which all of them use), and what stands around one that is past or to come. */
interface TimeUnits {
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly ago: (time: string) => string;
  readonly until: (time: string) => string;
}

export const TIME_UNITS: Readonly<Record<Language, TimeUnits>> = {
  en: { day: 'd', month: 'mo', year: 'y', ago: (time) => `${time} ago`, until: (time) => `in ${time}` },
  de: { day: 'd', month: 'Mon.', year: 'J.', ago: (time) => `vor ${time}`, until: (time) => `in ${time}` },
  es: { day: 'd', month: 'm.', year: 'a.', ago: (time) => `hace ${time}`, until: (time) => `en ${time}` },
};
