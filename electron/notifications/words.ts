import type { Notice, NoticeKind } from '../ipc/contract/notices.ts';
import { tame } from '../words/tame.ts';
import type { Language } from '../words/words.ts';

type Say = (object: string, exitCode: number) => string;

/** Desktop notifications are shown by the main process, which has no words of the page. */
const TITLES: Readonly<Record<Language, Readonly<Record<NoticeKind, Say>>>> = {
  en: {
    'container.failed': (object, exitCode) => `${object} exited with code ${exitCode}`,
    'container.outOfMemory': (object) => `${object} ran out of memory`,
    'container.unhealthy': (object) => `${object} is unhealthy`,
    'build.done': (object) => `${object} was built`,
    'build.failed': (object) => `The build of ${object} failed`,
    'task.failed': (object) => `The work on ${object} failed`,
    'update.available': (object) => `Slipway ${object} is available`,
  },
  de: {
    'container.failed': (object, exitCode) => `${object} endete mit Code ${exitCode}`,
    'container.outOfMemory': (object) => `${object} hatte zu wenig Speicher`,
    'container.unhealthy': (object) => `${object} ist nicht gesund`,
    'build.done': (object) => `${object} ist gebaut`,
    'build.failed': (object) => `Der Build von ${object} ist gescheitert`,
    'task.failed': (object) => `Die Arbeit an ${object} ist gescheitert`,
    'update.available': (object) => `Slipway ${object} ist verfügbar`,
  },
  es: {
    'container.failed': (object, exitCode) => `${object} terminó con el código ${exitCode}`,
    'container.outOfMemory': (object) => `${object} se quedó sin memoria`,
    'container.unhealthy': (object) => `${object} no está sano`,
    'build.done': (object) => `${object} se ha construido`,
    'build.failed': (object) => `La construcción de ${object} falló`,
    'task.failed': (object) => `El trabajo con ${object} falló`,
    'update.available': (object) => `Slipway ${object} está disponible`,
  },
};

const MAX_NAME = 80;
const MAX_DETAIL = 200;

export function noticeText({ kind, object, exitCode, detail }: Notice, language: Language): { readonly title: string; readonly body: string } {
  return { title: TITLES[language][kind](tame(object, MAX_NAME), exitCode), body: tame(detail, MAX_DETAIL) };
}
