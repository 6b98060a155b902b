import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

/** Settings > Updates, and what the rest of the window says of a newer version. */
export class UpdatesPage extends BasePage {
  get version(): Locator {
    return this.page.getByRole('group', { name: 'Version' });
  }

  /** What is told of the release, by its title: `Slipway 0.2.0 is available`. */
  release(title: string): Locator {
    return this.page.getByRole('group', { name: title, exact: true });
  }

  notes(version: string): Locator {
    return this.page.getByRole('region', { name: `Release notes of ${version}` });
  }

  /** A button of the release or of the version. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('region', { name: 'Settings' }).getByRole('button', { name, exact: true }).click();
  }

  get restartDialog(): Locator {
    return this.page.getByRole('dialog', { name: /^Restart to update/ });
  }
}
