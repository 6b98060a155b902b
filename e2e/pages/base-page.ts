import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { SCREENSHOTS, SIZES } from '../fixtures/pictures.ts';

/** What every screen has: navigation, the engine's state, themes. */
export class BasePage {
  readonly page: Page;
  readonly grid: Locator;

  constructor(page: Page) {
    this.page = page;
    // A list is a tree while it has groups.
    this.grid = page.getByRole('grid').or(page.getByRole('treegrid'));
  }

  row(name: string): Locator {
    return this.grid.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name }) });
  }

  async go(screen: 'Containers' | 'Images' | 'Registries' | 'Builds' | 'Activity'): Promise<void> {
    const link = this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: screen });
    await link.click();
    // Until then what is seen is the screen that is being left.
    await expect(link).toHaveAttribute('aria-current', 'page');
  }

  /** The menu in the bar of a screen. */
  get moreActions(): Locator {
    return this.page.getByRole('main').getByRole('button', { name: 'More actions', exact: true }).first();
  }

  /** Chooses from the menu in the bar of a screen. */
  async more(item: string): Promise<void> {
    await this.moreActions.click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  /** Files that are chosen from now on come no further than that, until they are released; those that wait then come no more. */
  async holdFiles(most: number): Promise<() => Promise<void>> {
    await this.page.evaluate((bytes) => {
      type Stream = () => ReadableStream<Uint8Array<ArrayBuffer>>;
      const own = Object.getOwnPropertyDescriptor(Blob.prototype, 'stream') ?? {};
      Blob.prototype.stream = function () {
        let left = bytes;
        const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform(piece, to) {
            left -= piece.length;
            if (left < 0) return new Promise(() => undefined);
            to.enqueue(piece);
            return undefined;
          },
        });
        return (own.value as Stream).call(this).pipeThrough(limit);
      };
      Object.assign(window, { releaseFiles: () => Object.defineProperty(Blob.prototype, 'stream', own) });
    }, most);
    return () => this.page.evaluate(() => void (window as unknown as { releaseFiles: () => void }).releaseFiles());
  }

  async engineIs(word: 'Running' | 'Stopped' | 'Failed' | 'Starting'): Promise<void> {
    await expect(this.page.getByRole('status', { name: `Engine: ${word}` })).toBeVisible();
  }

  /** The shell of this machine, in its panel. */
  get hostTerminal(): Locator {
    return this.page.getByRole('region', { name: 'Host terminal' }).locator('.xterm-rows');
  }

  /** Pictures of the screen as it is, light and dark, small and large, for people to look at; they are kept by the place that is shown. */
  async photograph(name: string, sizes: readonly (keyof typeof SIZES)[] = ['small', 'large']): Promise<void> {
    // Both drivers show one page: a picture of it is taken once.
    if (test.info().project.name !== 'browser') return;
    const place = /#\/([a-z]+)/.exec(this.page.url())?.[1] ?? 'app';
    for (const size of sizes) {
      await this.page.setViewportSize(SIZES[size]);
      for (const theme of ['light', 'dark'] as const) {
        await this.page.emulateMedia({ colorScheme: theme });
        await this.page.evaluate(drawn);
        await this.page.screenshot({ path: join(SCREENSHOTS, place, `${name}-${theme}-${size}.png`), animations: 'disabled' });
      }
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.page.setViewportSize(SIZES.small);
  }
}

/** Panels measure themselves in the frame after a change of size, charts and terminals in the next, lists once more. */
async function drawn(): Promise<void> {
  await document.fonts.ready;
  for (let frame = 0; frame < 5; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}
