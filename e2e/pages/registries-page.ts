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

  /** Says yes to where the login is to be kept, where that is asked. */
  async logIn(login: { readonly username: string; readonly password: string }): Promise<void> {
    await this.fillLogin(login);
    if (await this.agreement.isVisible()) await this.agreement.click();
    await this.submitLogin();
  }

  get agreement(): Locator {
    return this.dialog.getByRole('checkbox', { name: 'I agree to keep it there' });
  }

  get address(): Locator {
    return this.dialog.getByRole('textbox', { name: 'Address' });
  }

  /** Chooses from the menu of a registry. */
  async choose(host: string, action: 'Test the login' | 'Log in' | 'Pull from here' | 'Remove'): Promise<void> {
    await this.row(host).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  async submitLogin(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Test and save' }).click();
  }
}
