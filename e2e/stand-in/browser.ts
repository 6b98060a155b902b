import { type BrowserContext, chromium } from 'playwright';

/** Chromium as the driver started it; its default context stands for the desktop. */
let context: Promise<BrowserContext> | null = null;

export function desktop(): Promise<BrowserContext> {
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
