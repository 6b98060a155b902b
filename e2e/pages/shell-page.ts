import type { Locator, Page } from '@playwright/test';

/** What is around every screen: the palette, the cheat sheet, the title bar. */
export class ShellPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the palette and types; what it finds is in `options`. */
  async find(text: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.palette.getByRole('combobox').fill(text);
  }

  get palette(): Locator {
    return this.page.getByRole('dialog').filter({ has: this.page.getByRole('combobox') });
  }

  get options(): Locator {
    return this.palette.getByRole('option');
  }

  /** Does what a command of the palette says. */
  async run(text: string): Promise<void> {
    await this.find(text);
    await this.options.first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.palette.waitFor({ state: 'detached' });
  }

  get cheatSheet(): Locator {
    return this.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  }

  get root(): Locator {
    return this.page.locator('html');
  }
}
