import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { AppDriver, AppOptions } from './app-driver.ts';
import { endChild, waitForOutput } from './child.ts';
import { chromiumArguments, chromiumProgram, isolatedEnvironment, PROGRAM_ROOT } from './programs.ts';

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
    const [url] = await waitForOutput(server, /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/, 120_000);
    const browser = await chromium.launch({ executablePath: chromiumProgram(), args: chromiumArguments(join(home, 'profile')) });
    stack.defer(() => browser.close());
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(url);
    const owned = stack.move();
    return { page, hasKeychain: false, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
