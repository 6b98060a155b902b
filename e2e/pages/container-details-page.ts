import { expect, type Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class ContainerDetailsPage extends BasePage {
  async tab(name: 'Logs' | 'Terminal' | 'Stats' | 'Files' | 'Processes' | 'Health' | 'Inspect' | 'Edit'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  get log(): Locator {
    return this.page.getByRole('log', { name: 'Log' });
  }

  /** The number that a chart's head reads out for the newest point. */
  async reading(chart: string): Promise<number> {
    const text = await this.page.getByRole('figure', { name: chart, exact: true }).locator('figcaption b').first().innerText();
    return toNumber(text);
  }

  /** What is drawn, to be compared with later. */
  async drawing(chart: string): Promise<string> {
    return this.page
      .getByRole('figure', { name: chart, exact: true })
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  }

  get terminal(): Locator {
    return this.page.getByRole('region', { name: 'Terminal', exact: true });
  }

  async type(line: string): Promise<void> {
    await this.terminal.locator('textarea').focus();
    await this.page.keyboard.type(`${line}\n`, { delay: 5 });
  }

  async terminalShows(text: string | RegExp): Promise<void> {
    await expect(this.terminal.locator('.xterm-rows')).toContainText(text);
  }
}

/** `12.3 MiB` in bytes, `4.5 %` as 4.5; not a number for a dash. */
function toNumber(text: string): number {
  const match = /^([\d.,]+)\s*(\S*)$/.exec(text.trim());
  if (!match) return Number.NaN;
  const powers: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
  return Number((match[1] ?? '').replace(',', '')) * (powers[match[2] ?? ''] ?? 1);
}
