import type { CDPSession, Page } from '@playwright/test';

declare global {
  interface Window {
    searchProbe: { asked: number; answered: number; messages: number; bytes: number };
  }
}

/** Where the time of one search went, in milliseconds, and what it took. */
export interface SearchTimes {
  /** From the last letter until its hits are painted. */
  readonly total: number;
  /** Until the search is asked for. */
  readonly typing: number;
  /** As the engine says. */
  readonly engine: number;
  /** The way of the question and the answers, and what lies between. */
  readonly transport: number;
  /** From the last answer to the painted frame. */
  readonly page: number;
  /** What the page's main thread has worked meanwhile. */
  readonly work: number;
  readonly messages: number;
  readonly bytes: number;
}

/** Times searches of a log from inside the page. To be installed before the page is loaded. */
export class SearchProbe {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async install(page: Page): Promise<SearchProbe> {
    await page.addInitScript(() => {
      const probe = { asked: 0, answered: 0, messages: 0, bytes: 0 };
      window.searchProbe = probe;
      let id = -1;
      window.WebSocket = class extends WebSocket {
        constructor(...options: ConstructorParameters<typeof WebSocket>) {
          super(...options);
          this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
            if (typeof data !== 'string' || !data.includes(`"id":${id},`)) return;
            probe.messages++;
            probe.bytes += data.length;
            if (data.includes('"done":true')) probe.answered = performance.now();
          });
        }
        override send(data: Parameters<WebSocket['send']>[0]): void {
          if (typeof data === 'string' && data.includes('"name":"logs.find"')) {
            id = (JSON.parse(data) as { id: number }).id;
            Object.assign(probe, { asked: performance.now(), answered: 0, messages: 0, bytes: 0 });
          }
          super.send(data);
        }
      };
    });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new SearchProbe(page, session);
  }

  /** Types a search whose hits are told in those words, goes to the first of them, and waits until both are seen. */
  async search(text: string, found: string): Promise<SearchTimes> {
    const before = await this.#work();
    const waiting = this.#page.evaluate(
      (words) =>
        new Promise<Record<'typed' | 'shown' | 'engine' | 'asked' | 'answered' | 'messages' | 'bytes', number>>((resolve) => {
          let typed = 0;
          const input = (event: Event): void => void (typed = event.timeStamp);
          document.addEventListener('input', input, { capture: true });
          const look = (): void => {
            const { answered } = window.searchProbe;
            const told = [...document.querySelectorAll('[title]')].find((one) => one.textContent === words);
            if (typed === 0 || answered < typed || !told || !document.querySelector('[role=log] mark')) return void requestAnimationFrame(look);
            // After the frame that shows it.
            const painted = new MessageChannel();
            painted.port1.onmessage = () => {
              document.removeEventListener('input', input, { capture: true });
              resolve({ ...window.searchProbe, typed, shown: performance.now(), engine: Number(told.getAttribute('title')?.replace(/\D/g, '')) });
            };
            painted.port2.postMessage(null);
          };
          requestAnimationFrame(look);
        }),
      found,
    );
    const field = this.#page.getByRole('searchbox', { name: 'Find in the log' });
    await field.fill(text);
    await field.press('Enter');
    const { typed, shown, engine, asked, answered, messages, bytes } = await waiting;
    const work = (await this.#work()) - before;
    return {
      total: shown - typed,
      typing: asked - typed,
      engine,
      transport: answered - asked - engine,
      page: shown - answered,
      work,
      messages,
      bytes,
    };
  }

  async #work(): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  }
}
