import type { Download, Locator, Page } from '@playwright/test';
import { BasePage } from './base-page.ts';

/** The files of one container or volume, in its details. */
export class FileBrowserPage extends BasePage {
  readonly browser: Locator;

  constructor(page: Page, name: string) {
    super(page);
    this.browser = page.getByRole('group', { name: `Files of ${name}` });
  }

  file(name: string): Locator {
    return this.browser.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name }) });
  }

  async openFile(name: string): Promise<void> {
    await this.file(name).getByRole('rowheader').click();
  }

  /** By its path, as somebody types it. */
  async goTo(path: string): Promise<void> {
    await this.browser.getByRole('navigation', { name: 'Path' }).dblclick();
    await this.browser.getByRole('textbox', { name: 'Path' }).fill(path);
    await this.page.keyboard.press('Enter');
  }

  /** What the menu of a file has. */
  async choose(name: string, action: string): Promise<void> {
    await this.file(name).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  async make(kind: 'New file' | 'New folder', name: string): Promise<void> {
    await this.browser.getByRole('button', { name: 'New', exact: true }).click();
    await this.page.getByRole('menuitem', { name: kind }).click();
    const dialog = this.page.getByRole('dialog', { name: kind });
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await dialog.getByRole('button', { name: 'Create' }).click();
  }

  text(name: string): Locator {
    return this.browser.getByRole('textbox', { name: `Text of ${name}` });
  }

  async save(): Promise<void> {
    await this.browser.getByRole('button', { name: 'Save', exact: true }).click();
  }

  async upload(files: readonly { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    await this.browser.getByLabel('Choose files to upload').setInputFiles([...files]);
  }

  /** Those that are selected. */
  async downloadSelected(): Promise<Download> {
    const button = this.browser.getByRole('button', { name: /^Download \d+ items? as tar$/ });
    const [download] = await Promise.all([this.page.waitForEvent('download'), button.click()]);
    return download;
  }

  async download(name: string, action: 'Download' | 'Download as tar'): Promise<Download> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.choose(name, action)]);
    return download;
  }
}
