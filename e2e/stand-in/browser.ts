import { type BrowserContext, chromium, type Page } from 'playwright';

/** Chromium as the driver started it; its default context stands for the desktop. */
let context: Promise<BrowserContext> | null = null;

function desktop(): Promise<BrowserContext> {
  context ??= connect();
  return context;
}

async function connect(): Promise<BrowserContext> {
  const endpoint = process.env['STAND_IN_BROWSER'];
  if (!endpoint) throw new Error('STAND_IN_BROWSER is not set');
  // Where downloads go and how pages look is the driver's to say.
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  const [first] = browser.contexts();
  if (!first) throw new Error('the browser has no default context');
  return first;
}

let last: Promise<unknown> = Promise.resolve();

/** A page in a window of its own, so that none hides another; one after the other, which tells them apart. */
export function openWindow(width: number, height: number): Promise<Page> {
  const opened = last.then(async () => {
    const context = await desktop();
    const page = context.waitForEvent('page');
    const session = await context.browser()?.newBrowserCDPSession();
    await session?.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height });
    await session?.detach();
    return page;
  });
  last = opened.catch(() => undefined);
  return opened;
}
