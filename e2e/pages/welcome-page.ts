import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

/** The first screen, and the way around the first container. */
export class WelcomePage extends BasePage {
  get screen(): Locator {
    return this.page.getByRole('region', { name: 'From nothing to a running container' });
  }

  get start(): Locator {
    return this.page.getByRole('button', { name: 'Start a first container' });
  }

  get tour(): Locator {
    return this.page.getByRole('complementary', { name: 'First steps' });
  }
}
