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

  /** Opens the dialog and asks for a pull; what comes of it is the dialog's to tell. */
  async pull(reference: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Pull image', exact: true }).first().click();
    const field = this.dialog.getByRole('combobox', { name: 'Image' });
    await field.fill(reference);
    await this.submitPull();
  }

  async submitPull(): Promise<void> {
    // Everything but the suggestions is hidden from screen readers while they are open.
    await this.dialog.getByRole('button', { name: /^Pull( |$)/, includeHidden: true }).click();
  }

  get dialog() {
    // Notes at the edge of the window are dialogs too.
    return this.page.locator('[role="dialog"]:not([aria-modal])');
  }

  /** Chooses from the menu of an image. */
  async choose(name: string, action: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: new RegExp(`^${action}( \\S+)?$`) }).click();
  }

  loaded(name: string) {
    return this.page.getByRole('list', { name: 'Image archives being loaded' }).getByText(`Loaded ${name}`);
  }
}
