import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';

const SIZES = { small: { width: 1280, height: 800 }, large: { width: 1920, height: 1200 } } as const;

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
    await this.page.getByRole('navigation').getByRole('link', { name: screen }).click();
  }

  async engineIs(word: 'Running' | 'Stopped' | 'Failed' | 'Starting'): Promise<void> {
    await expect(this.page.getByRole('status', { name: `Engine: ${word}` })).toBeVisible();
  }

  /** The shell of this machine, in its panel. */
  get hostTerminal(): Locator {
    return this.page.getByRole('region', { name: 'Host terminal' }).locator('.xterm-rows');
  }

  /** Pictures of the screen as it is, light and dark, small and large, for people to look at. */
  async photograph(name: string, sizes: readonly (keyof typeof SIZES)[] = ['small', 'large']): Promise<void> {
    // Both drivers show one page: a picture of it is taken once.
    if (test.info().project.name !== 'browser') return;
    for (const theme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme: theme });
      for (const size of sizes) {
        await this.page.setViewportSize(SIZES[size]);
        // Panels and charts settle after a resize.
        await this.page.waitForTimeout(400);
        await this.page.screenshot({ path: join(import.meta.dirname, '../screenshots', `${name}-${theme}-${size}.png`), animations: 'disabled' });
      }
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.page.setViewportSize(SIZES.small);
  }
}
