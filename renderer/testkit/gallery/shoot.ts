import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { serveGallery } from './serve.ts';

/**
 * Pictures of the gallery: `node renderer/testkit/gallery/shoot.ts OUT NAME=QUERY#PATH@WIDTHxHEIGHT[:dark][:contrast][:forced][:de][:es][!key,...] ...`
 * `contrast` is the wish for more of it, `forced` the colours of the system, `de` and `es` its language.
 * A key step is `click:ROLE:NAME` (`=NAME`: the whole name), `type:TEXT`, `wait:MS` or the name of a key.
 */
const [out = 'dist/shots', ...shots] = process.argv.slice(2);
await using gallery = await serveGallery();
mkdirSync(out, { recursive: true });

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
for (const shot of shots) {
  const match = /^([\w-]+)=([^#]*)#([^@]*)@(\d+)x(\d+)((?::(?:dark|contrast|forced|de|es))*)(?:!(.*))?$/s.exec(shot);
  if (!match) throw new Error(`not a shot: ${shot}`);
  const [, shotName, query, path, width, height, wishes = '', keys] = match;
  const context = await browser.newContext({
    viewport: { width: Number(width), height: Number(height) },
    colorScheme: wishes.includes(':dark') ? 'dark' : 'light',
    contrast: wishes.includes(':contrast') ? 'more' : 'no-preference',
    locale: /:(de|es)/.exec(wishes)?.[1] ?? 'en',
    forcedColors: wishes.includes(':forced') ? 'active' : 'none',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${shotName}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.error(`${shotName}: ${message.text()}`);
  });
  await page.goto(`${gallery.url}?${query}#${path}`);
  await page.waitForTimeout(900);
  for (const step of keys?.split(',') ?? []) {
    const [verb, ...rest] = step.split(':');
    const label = rest[1] ?? '';
    const target = page.getByRole(rest[0] as 'button', { name: label.replace(/^=/, ''), exact: label.startsWith('=') }).first();
    if (verb === 'click')
      await target.click({ timeout: 4000 }).catch((error: unknown) => console.error(`${shotName}: ${String(error).split('\n')[0]} ${label}`));
    else if (verb === 'hover') await target.hover({ timeout: 4000 });
    else if (verb === 'type') await page.keyboard.type(rest.join(':'));
    else if (verb === 'wait') await page.waitForTimeout(Number(rest[0]));
    else await page.keyboard.press(step);
  }
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(out, `${shotName}.png`) });
  await context.close();
}
await browser.close();
