import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

type Section = 'Appearance' | 'Notifications' | 'Startup' | 'Updates' | 'Engine' | 'Resources' | 'Docker compatibility' | 'Shortcuts';

export class SettingsPage extends BasePage {
  async open(section: Section): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings', exact: true }).click();
    await this.page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
    await this.page.getByRole('heading', { name: section, level: 2 }).waitFor();
  }

  get search(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search settings' });
  }

  /** One setting with its words, control and error. */
  setting(title: string): Locator {
    return this.page.getByRole('main').getByRole('group', { name: title, exact: true });
  }

  field(title: string): Locator {
    return this.setting(title).getByRole('textbox');
  }

  toggle(title: string): Locator {
    return this.page.getByRole('switch', { name: title });
  }
}
