import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class NetworksPage extends BasePage {
  async show(): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: 'Networks' }).click();
  }

  async view(name: 'List' | 'Map'): Promise<void> {
    await this.page.getByRole('radio', { name }).click();
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name });
  }

  /** A row of the table of containers in the details. */
  member(name: string): Locator {
    return this.page.getByRole('table', { name: 'Containers' }).getByRole('row').filter({ hasText: name });
  }

  /** A container on the map. */
  node(name: RegExp): Locator {
    return this.page.getByRole('group', { name: 'Map of networks' }).getByRole('button', { name });
  }

  async open(name: string): Promise<void> {
    await this.row(name).getByRole('rowheader').click();
  }
}
