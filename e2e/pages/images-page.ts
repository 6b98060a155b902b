import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BasePage } from './base-page.ts';

export class ImagesPage extends BasePage {
  /** As a person chooses a file after pressing the button. */
  async loadByButton(archive: string): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.page
      .getByRole('button', { name: /^Load (image|an image archive)$/ })
      .first()
      .click();
    await (await chooser).setFiles(archive);
  }

  /** As a person drops a file on the window. */
  async loadByDrop(archive: string): Promise<void> {
    const base64 = (await readFile(archive)).toString('base64');
    const transfer = await this.page.evaluateHandle(
      ([text, name]) => {
        const held = new DataTransfer();
        held.items.add(new File([Uint8Array.fromBase64(text)], name, { type: 'application/x-tar' }));
        return held;
      },
      [base64, basename(archive)] as const,
    );
    for (const type of ['dragenter', 'dragover', 'drop']) await this.page.dispatchEvent('body', type, { dataTransfer: transfer });
  }

  loaded(name: string) {
    return this.page.getByRole('list', { name: 'Image archives being loaded' }).getByText(`Loaded ${name}`);
  }
}
