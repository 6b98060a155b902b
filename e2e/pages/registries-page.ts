import type { Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class RegistriesPage extends BasePage {
  get dialog(): Locator {
    return this.page.locator('[role="dialog"]:not([aria-modal])');
  }

  async fillLogin(login: { readonly username: string; readonly password: string }): Promise<void> {
    await this.dialog.getByRole('textbox', { name: 'User' }).fill(login.username);
    await this.dialog.getByLabel('Password or access token').fill(login.password);
  }

  async submitLogin(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Test and save' }).click();
  }
}
