import { expect, type Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class RunDialogPage extends BasePage {
  get dialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Run a container' });
  }

  field(label: string): Locator {
    return this.dialog.getByLabel(label, { exact: false }).first();
  }

  async fill(values: {
    readonly image?: string;
    readonly name?: string;
    readonly command?: string;
    readonly cpus?: string;
    readonly memory?: string;
  }): Promise<void> {
    await expect(this.dialog).toBeVisible();
    if (values.image !== undefined) {
      await this.dialog.getByRole('combobox', { name: 'Image' }).fill(values.image);
      await this.page.keyboard.press('Escape');
    }
    if (values.cpus !== undefined || values.memory !== undefined) await this.section('Limits and restart');
    const texts = { Name: values.name, Command: values.command, CPUs: values.cpus, Memory: values.memory };
    for (const [label, value] of Object.entries(texts)) {
      if (value !== undefined) await this.dialog.getByRole('textbox', { name: label }).first().fill(value);
    }
  }

  /** Unfolds a part of the form. */
  async section(title: string): Promise<void> {
    const head = this.dialog.getByRole('button', { name: new RegExp(`^${title}`) });
    if ((await head.getAttribute('aria-expanded')) !== 'true') await head.click();
  }

  async submit(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Run container' }).click();
  }
}
