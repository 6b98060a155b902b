import type { App } from 'electron';

/** A page that dies this often, in milliseconds of each other, dies of what it shows: it is not loaded for ever. */
const TRIES = 3;
const WITHIN = 60_000;

/** Loads a page anew whose process has died, as of too little memory: its window would stay blank. What it showed is in its address, terminals in the shell. */
export function reviveDeadPages(app: Pick<App, 'on'>, now: () => number = () => performance.now()): void {
  app.on('web-contents-created', (_event, contents) => {
    let deaths: number[] = [];
    contents.on('render-process-gone', (_gone, { reason, exitCode }) => {
      if (reason === 'clean-exit') return;
      console.error(`the process of a page is gone: ${reason}, ${exitCode}`);
      deaths = [...deaths.filter((time) => now() - time < WITHIN), now()];
      if (deaths.length > TRIES) return;
      // Not within the event: Chromium is not done with the dead process, and the app would die of it.
      setImmediate(() => {
        if (!contents.isDestroyed()) contents.reload();
      });
    });
  });
}
