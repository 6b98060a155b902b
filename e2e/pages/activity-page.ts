import { expect, type Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

/** Tasks and notices. */
export class ActivityPage extends BasePage {
  /** How many notices nobody has looked at, in the sidebar. */
  get news(): Locator {
    return this.page.getByRole('navigation', { name: 'Main' }).getByRole('img', { name: /new notices?$/ });
  }

  get names(): Locator {
    return this.grid.getByRole('rowheader');
  }

  get filter(): Locator {
    return this.page.getByRole('searchbox', { name: 'Filter activity' });
  }

  details(title: string): Locator {
    return this.page.getByRole('region', { name: `Details of ${title}` });
  }

  /** What it does now, in its row. */
  progress(title: string): Locator {
    return this.row(title).getByRole('progressbar', { name: title });
  }

  /** By its key. `first`: what is on top once everything has come; it is the active row then. */
  async showByKey(first?: string): Promise<void> {
    await this.page.keyboard.press('Control+7');
    await expect(this.page.getByRole('heading', { name: 'Activity', exact: true })).toBeVisible();
    if (first === undefined) return;
    await expect(this.names.first()).toHaveText(first);
    await this.grid.focus();
    await this.page.keyboard.press('Home');
  }
}
