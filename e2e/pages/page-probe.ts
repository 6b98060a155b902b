import type { Page } from '@playwright/test';

/** What the injected script of `probe` keeps on the page. */
interface Probe {
  hidden: boolean;
  /** Timers and frames that are waited for. */
  readonly alive: Map<string, string>;
  /** Rows that were painted anew. */
  readonly painted: Set<string>;
}

declare global {
  interface Window {
    stressProbe: Probe;
  }
}

/** Milliseconds since the navigation; null: it has not come. */
export interface StartTimes {
  readonly paint: number | null;
  readonly row: number | null;
  readonly idle: number | null;
  readonly objects: number | null;
}

/** Looks into a page from inside: its timers, its frames, its marks. To be installed before the page is loaded. */
export class PageProbe {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async install(page: Page): Promise<PageProbe> {
    await page.addInitScript(() => {
      const probe = { hidden: false, alive: new Map<string, string>(), painted: new Set<string>() };
      window.stressProbe = probe;
      if (sessionStorage.getItem('probe.forget')) {
        sessionStorage.removeItem('probe.forget');
        localStorage.removeItem('slipway.objects.1');
      }
      Object.defineProperty(document, 'hidden', { get: () => probe.hidden });
      Object.defineProperty(document, 'visibilityState', { get: () => (probe.hidden ? 'hidden' : 'visible') });
      const count = (set: 'setTimeout' | 'setInterval', clear: 'clearTimeout' | 'clearInterval') => {
        const [realSet, realClear] = [window[set].bind(window), window[clear].bind(window)];
        const once = set === 'setTimeout';
        Object.assign(window, {
          [set]: (run: (...all: unknown[]) => void, delay?: number, ...rest: unknown[]) => {
            const id: number = (realSet as (...all: unknown[]) => number)(
              (...all: unknown[]) => {
                if (once) probe.alive.delete(`${id}`);
                run(...all);
              },
              delay,
              ...rest,
            );
            probe.alive.set(`${id}`, `${set} ${delay ?? 0} ${new Error('here').stack?.split('\n')[2]?.trim() ?? ''}`);
            return id;
          },
          [clear]: (id: number | undefined) => {
            probe.alive.delete(`${id}`);
            realClear(id);
          },
        });
      };
      count('setTimeout', 'clearTimeout');
      count('setInterval', 'clearInterval');
      const seen = new MutationObserver(() => {
        if (!document.querySelector('[role=row][data-row]')) return;
        seen.disconnect();
        // What is in the document when a frame begins is painted by it.
        requestAnimationFrame(() => {
          performance.mark('stress:row');
          requestIdleCallback(() => performance.mark('stress:idle'));
        });
      });
      seen.observe(document, { childList: true, subtree: true });
    });
    return new PageProbe(page);
  }

  /** Loads the page anew; `forget`: without what an earlier window knew. */
  async start({ forget }: { readonly forget: boolean }): Promise<StartTimes> {
    // The page writes what it knows when it goes: it is removed before the next one begins.
    if (forget) await this.#page.evaluate(() => sessionStorage.setItem('probe.forget', 'yes'));
    await this.#page.reload();
    await this.#page.waitForFunction(() => ['stress:idle', 'slipway:objects'].every((name) => performance.getEntriesByName(name).length > 0));
    return this.#page.evaluate(() => {
      const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? null;
      return { paint: at('first-contentful-paint'), row: at('stress:row'), idle: at('stress:idle'), objects: at('slipway:objects') };
    });
  }

  /** Scrolls the element from its start, `step` pixels a frame; milliseconds between frames, in order of size. */
  async scroll(selector: string, frames: number, step: number): Promise<readonly number[]> {
    return this.#page.evaluate(
      ([where, count, pixels]) =>
        new Promise<number[]>((resolve) => {
          const inside = [...document.querySelectorAll(where)].flatMap((one) => [one, ...one.querySelectorAll('*')]);
          const element = inside.find((one) => one.scrollHeight > one.clientHeight * 2 && getComputedStyle(one).overflowY !== 'visible');
          if (!element) throw new Error(`nothing to scroll in ${where}`);
          const times: number[] = [];
          let last = 0;
          const frame = (now: number) => {
            if (last > 0) times.push(now - last);
            last = now;
            element.scrollTop += pixels;
            if (times.length < count) requestAnimationFrame(frame);
            else resolve(times.sort((a, b) => a - b));
          };
          requestAnimationFrame(frame);
        }),
      [selector, frames, step] as const,
    );
  }

  /** Makes the page believe that nobody can see it, or that somebody can again. */
  async hide(hidden: boolean): Promise<void> {
    await this.#page.evaluate((value) => {
      window.stressProbe.hidden = value;
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  }

  /** Timers that have not run. */
  timers(): Promise<readonly string[]> {
    return this.#page.evaluate(() => [...window.stressProbe.alive.values()]);
  }

  /** From now on notes which rows of lists change. */
  async watchRows(): Promise<void> {
    await this.#page.evaluate(() => {
      const { painted } = window.stressProbe;
      painted.clear();
      const observer = new MutationObserver((records) => {
        for (const { target } of records) {
          const element = target instanceof Element ? target : target.parentElement;
          const row = element?.closest('[data-row]')?.getAttribute('data-row');
          if (row) painted.add(row);
        }
      });
      for (const grid of document.querySelectorAll('[role=grid], [role=treegrid]'))
        observer.observe(grid, { subtree: true, childList: true, characterData: true, attributes: true });
    });
  }

  paintedRows(): Promise<readonly string[]> {
    return this.#page.evaluate(() => [...window.stressProbe.painted]);
  }
}
