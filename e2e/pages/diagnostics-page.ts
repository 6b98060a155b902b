import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class DiagnosticsPage extends BasePage {
  async open(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Diagnostics' }).click();
  }

  get checks(): Locator {
    return this.page.getByRole('region', { name: 'Checks' });
  }

  check(id: string): Locator {
    return this.checks.getByRole('listitem', { name: id, exact: true });
  }

  get bundle(): Locator {
    return this.page.getByRole('region', { name: 'Support bundle' });
  }

  /** The text of a file of the bundle as it will be saved. */
  async preview(name: string): Promise<Locator> {
    await this.bundle.getByRole('button', { name: new RegExp(`^${name.replace('.', '\\.')}`) }).click();
    return this.bundle.getByRole('region', { name: `Text of ${name}` });
  }
}
