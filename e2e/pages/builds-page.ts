import { expect, type Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class BuildsPage extends BasePage {
  get dialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Build an image' });
  }

  get details(): Locator {
    return this.page.getByRole('region', { name: /^Details of / });
  }

  get steps(): Locator {
    return this.details.getByRole('listbox', { name: 'Steps of the build' }).getByRole('option');
  }

  get log(): Locator {
    return this.details.getByRole('log');
  }

  async openDialog(): Promise<void> {
    await this.page.getByRole('button', { name: 'Build an image' }).click();
    await expect(this.dialog).toBeVisible();
  }

  /** As a person types; a list of suggestions that is open is closed. */
  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      const field = this.dialog.getByLabel(label, { exact: label === 'Folder' });
      await field.fill(value);
      // Closes a list of suggestions, as leaving the field does.
      await field.press('Tab');
    }
  }

  async submit(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Build', exact: true }).click();
  }

  async tab(name: 'Steps' | 'Graph' | 'Dockerfile' | 'Details'): Promise<void> {
    await this.details.getByRole('tab', { name }).click();
  }
}
