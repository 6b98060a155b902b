import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class DiskPage extends BasePage {
  async show(): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: 'Disk usage' }).click();
  }

  category(name: string): Locator {
    return this.page
      .getByRole('table', { name: 'Everything Slipway keeps, by size' })
      .getByRole('row')
      .filter({ has: this.page.getByRole('button', { name, exact: true }) });
  }

  object(name: string): Locator {
    return this.page.getByRole('table', { name: 'Everything Slipway keeps, by size' }).getByRole('row').filter({ hasText: name });
  }

  get cleanup(): Locator {
    return this.page.getByRole('dialog', { name: 'Clean up' });
  }
}
