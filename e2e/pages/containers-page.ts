import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class ContainersPage extends BasePage {
  async open(name: string): Promise<void> {
    await this.row(name).getByRole('rowheader').click();
  }

  state(name: string): Locator {
    return this.row(name);
  }

  async removeByDetails(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Remove', exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name: `Remove ${name}?` });
    await dialog.getByRole('button', { name: /^Remove/ }).click();
  }
}
