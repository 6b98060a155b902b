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
  /** Rows are in the document; until `row` their frame is drawn. */
  readonly made: number | null;
  /** Rows of that frame. */
  readonly rows: number;
  readonly objects: number | null;
}

export interface Scrolling {
  /** Milliseconds between frames, in order of size. */
  readonly frames: readonly number[];
  /** What the page's main thread has worked for a frame, in milliseconds. */
  readonly work: number;
  /** Elements of a row, on average. */
  readonly nodesPerRow: number;
  /** Pixels. */
  readonly distance: number;
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
        performance.mark('stress:made', { detail: document.querySelectorAll('[role=row][data-row]').length });
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
      const made = performance.getEntriesByName('stress:made')[0];
      const rows = made instanceof PerformanceMark ? Number(made.detail) : 0;
      return {
        paint: at('first-contentful-paint'),
        row: at('stress:row'),
        idle: at('stress:idle'),
        made: at('stress:made'),
        rows,
        objects: at('slipway:objects'),
      };
    });
  }

  /** Scrolls the highest element there from its start, `step` pixels a frame. */
  async scroll(selector: string, frames: number, step: number): Promise<Scrolling> {
    const session = await this.#page.context().newCDPSession(this.#page);
    await session.send('Performance.enable');
    const work = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
    };
    const before = await work();
    const scrolled = await this.#page.evaluate(
      ([where, count, pixels]) =>
        new Promise<Pick<Scrolling, 'frames' | 'nodesPerRow' | 'distance'>>((resolve) => {
          const inside = [...document.querySelectorAll(where)].flatMap((one) => [one, ...one.querySelectorAll('*')]);
          const all = inside.filter((one) => one.clientHeight > 100 && getComputedStyle(one).overflowY !== 'visible');
          const element = all.sort((a, b) => b.scrollHeight - a.scrollHeight)[0];
          if (!element || element.scrollHeight < element.clientHeight * 2) throw new Error(`nothing to scroll in ${where}`);
          element.scrollTop = 0;
          const times: number[] = [];
          let last = 0;
          const frame = (now: number) => {
            if (last > 0) times.push(now - last);
            last = now;
            element.scrollTop += pixels;
            if (times.length < count) return void requestAnimationFrame(frame);
            const rows = element.querySelectorAll('[data-row]');
            const nodes = [...rows].reduce((sum, row) => sum + 1 + row.querySelectorAll('*').length, 0);
            resolve({ frames: times.sort((a, b) => a - b), nodesPerRow: nodes / rows.length, distance: element.scrollTop });
          };
          requestAnimationFrame(frame);
        }),
      [selector, frames, step] as const,
    );
    const worked = (await work()) - before;
    await session.detach();
    return { ...scrolled, work: worked / frames };
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
