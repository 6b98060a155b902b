import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { AppDriver, AppOptions } from './app-driver.ts';
import { endChild, waitForOutput } from './child.ts';
import { sharedBrowser } from './chromium.ts';
import { dragOutOfBrowser } from './drag.ts';
import { isolatedEnvironment, PROGRAM_ROOT } from './programs.ts';

/** Browser mode as a person starts it: `serve.ts`, and the address that it prints opened in Chromium. */
export async function openInBrowser({ location, home }: AppOptions): Promise<AppDriver> {
  const stack = new AsyncDisposableStack();
  try {
    const args = ['--engine', `unix://${location.socket}`, '--root', location.root, '--run', location.run];
    const server = spawn(process.execPath, [join(PROGRAM_ROOT, 'electron/serve.ts'), ...args], {
      env: isolatedEnvironment(home),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    stack.defer(() => endChild(server));
    const [url] = await waitForOutput(server, /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/);
    const browser = await sharedBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    stack.defer(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    const owned = stack.move();
    return { page, hasKeychain: false, dragOut: (from) => dragOutOfBrowser(page, from), [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
