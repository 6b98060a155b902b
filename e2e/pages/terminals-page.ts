import { expect, type Locator } from '@playwright/test';
import { BasePage } from './base-page.ts';

/** Terminals wherever they are: in a container's details, in the panel, in a window of their own. */
export class TerminalsPage extends BasePage {
  /** By its name: `Terminal`, `Terminal 2`, `Host terminal`. */
  terminal(name = 'Terminal'): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  get sessions(): Locator {
    return this.page.getByRole('group', { name: 'Sessions' });
  }

  async type(line: string, name = 'Terminal'): Promise<void> {
    await this.terminal(name).locator('textarea').focus();
    await this.page.keyboard.type(`${line}\n`);
  }

  async shows(text: string | RegExp, name = 'Terminal'): Promise<void> {
    await expect(this.terminal(name).locator('.xterm-rows')).toContainText(text, { timeout: 30_000 });
  }

  async tool(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).last().click();
  }

  async choose(menu: 'New session with' | 'More actions', item: string): Promise<void> {
    await this.tool(menu);
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** The window that a session is moved to. */
  async detach(): Promise<TerminalsPage> {
    const opened = this.page.context().waitForEvent('page');
    await this.choose('More actions', 'Open in a window of its own');
    return new TerminalsPage(await opened);
  }
}
