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
    'container.replaced': (object) => `${object}: interrupted update finished`,
    'container.restored': (object) => `${object}: restored after an interrupted update`,
    'container.unfinished': (object) => `${object}: interrupted update needs a decision`,
    'build.done': (object) => `${object} was built`,
    'build.failed': (object) => `The build of ${object} failed`,
    'task.failed': (object) => `The work on ${object} failed`,
    'image.outdated': (object) => `A newer image is there: ${object}`,
    'update.available': (object) => `Slipway ${object} is available`,
    'app.notKept': (object) => `Nothing can be kept in ${object}`,
  },
  de: {
    'container.failed': (object, exitCode) => `${object} endete mit Code ${exitCode}`,
    'container.outOfMemory': (object) => `${object} hatte zu wenig Speicher`,
    'container.unhealthy': (object) => `${object} ist nicht gesund`,
    'container.replaced': (object) => `${object}: unterbrochene Aktualisierung abgeschlossen`,
    'container.restored': (object) => `${object}: nach unterbrochener Aktualisierung wiederhergestellt`,
    'container.unfinished': (object) => `${object}: unterbrochene Aktualisierung braucht eine Entscheidung`,
    'build.done': (object) => `${object} ist gebaut`,
    'build.failed': (object) => `Der Build von ${object} ist gescheitert`,
    'task.failed': (object) => `Die Arbeit an ${object} ist gescheitert`,
    'image.outdated': (object) => `Ein neueres Image ist da: ${object}`,
    'update.available': (object) => `Slipway ${object} ist verfügbar`,
    'app.notKept': (object) => `In ${object} lässt sich nichts behalten`,
  },
  es: {
    'container.failed': (object, exitCode) => `${object} terminó con el código ${exitCode}`,
    'container.outOfMemory': (object) => `${object} se quedó sin memoria`,
    'container.unhealthy': (object) => `${object} no está sano`,
    'container.replaced': (object) => `${object}: actualización interrumpida completada`,
    'container.restored': (object) => `${object}: restaurado tras una actualización interrumpida`,
    'container.unfinished': (object) => `${object}: la actualización interrumpida necesita una decisión`,
    'build.done': (object) => `${object} se ha construido`,
    'build.failed': (object) => `La construcción de ${object} falló`,
    'task.failed': (object) => `El trabajo con ${object} falló`,
    'image.outdated': (object) => `Hay una imagen más nueva: ${object}`,
    'update.available': (object) => `Slipway ${object} está disponible`,
    'app.notKept': (object) => `No se puede guardar nada en ${object}`,
  },
};

const MAX_NAME = 80;
const MAX_DETAIL = 200;

export function noticeText({ kind, object, exitCode, detail }: Notice, language: Language): { readonly title: string; readonly body: string } {
  return { title: TITLES[language][kind](tame(object, MAX_NAME), exitCode), body: tame(detail, MAX_DETAIL) };
}
