import { expect, type Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

/** The log of a container, or the list of lines of several. */
export class LogsPage extends BasePage {
  get log(): Locator {
    return this.page.getByRole('log', { name: 'Log' });
  }

  get field(): Locator {
    return this.page.getByRole('searchbox', { name: 'Find in the log' });
  }

  get paused(): Locator {
    return this.page.getByRole('button', { name: /^Paused: / });
  }

  /** The texts of the lines that are drawn, from top to bottom. */
  async lines(): Promise<string[]> {
    return this.log.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.lastElementChild?.textContent ?? ''));
  }

  /** The number of the newest of lines like `tick 3`, once there is one. */
  async lastTick(): Promise<number> {
    let last = Number.NaN;
    await expect.poll(async () => (last = Number((await this.lines()).at(-1)?.slice(5)))).toBeGreaterThan(0);
    return last;
  }

  /** Opens the container of the row and its log. */
  async open(name: string): Promise<void> {
    await this.row(name).getByRole('rowheader').click();
    await this.page.getByRole('tab', { name: 'Logs' }).click();
  }

  async toggle(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  async choose(menu: string, item: string): Promise<void> {
    await this.page.getByRole('button', { name: menu }).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  async showOnly(stream: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Output' }).click();
    await this.page.getByRole('option', { name: stream }).click();
  }

  /** Loads the page anew; from then on it is not told where in the list a line is until that is released. In browser mode. */
  async holdPlaces(): Promise<{ held(): number; release(): void }> {
    const asked = new Set<number>();
    const held: (() => void)[] = [];
    await this.page.routeWebSocket(/./, (page) => {
      const engine = page.connectToServer();
      page.onMessage((message) => {
        if (typeof message === 'string' && message.includes('"around"')) asked.add((JSON.parse(message) as { id: number }).id);
        engine.send(message);
      });
      engine.onMessage((message) => {
        const id = typeof message === 'string' ? (JSON.parse(message) as { id?: number }).id : undefined;
        if (id !== undefined && asked.delete(id)) held.push(() => page.send(message));
        else page.send(message);
      });
    });
    await this.page.reload();
    return {
      held: () => held.length,
      release: () => {
        for (const send of held.splice(0)) send();
      },
    };
  }

  /** Puts the scroll bar where a part of the whole is, as one does with the mouse. */
  async scrollTo(part: number): Promise<void> {
    await this.log.evaluate((element, where) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) * where;
    }, part);
  }

  /** What the page's objects take after everything unused was collected, in MiB. */
  async heap(): Promise<number> {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize / 2 ** 20;
  }

  async shows(text: string | RegExp): Promise<void> {
    await expect(this.log).toContainText(text);
  }
}
