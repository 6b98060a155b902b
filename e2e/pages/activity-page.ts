import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

/** Tasks and notices. */
export class ActivityPage extends BasePage {
  /** How many notices nobody has looked at, in the sidebar. */
  get news(): Locator {
    return this.page.getByRole('navigation', { name: 'Main' }).getByRole('img', { name: /new notices?$/ });
  }

  details(title: string): Locator {
    return this.page.getByRole('region', { name: `Details of ${title}` });
  }
}
