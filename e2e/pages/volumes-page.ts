import type { Download } from '@playwright/test';
import { BasePage } from './base-page.ts';

export class VolumesPage extends BasePage {
  async goHere(): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: 'Volumes' }).click();
  }

  async create(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Create volume' }).first().click();
    const dialog = this.page.getByRole('dialog', { name: 'Create a volume' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await dialog.getByRole('button', { name: 'Create' }).click();
  }

  async choose(name: string, action: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  async export(name: string): Promise<Download> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.choose(name, 'Export')]);
    return download;
  }

  async import(name: string, archive: string): Promise<void> {
    await this.more('Import a volume');
    const dialog = this.page.getByRole('dialog', { name: 'Import a volume' });
    await dialog.getByLabel('Choose a volume archive').setInputFiles(archive);
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await dialog.getByRole('textbox', { name: 'Name' }).press('Enter');
  }
}
