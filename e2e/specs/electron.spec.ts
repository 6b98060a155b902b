import { expect, test } from '@playwright/test';
import { openInElectron, whyNoElectron } from '../drivers/electron-driver.ts';
import { makeEngine } from '../fixtures/engine.ts';

const reason = whyNoElectron();
if (reason !== null) console.log(`skipped: the app in Electron itself: ${reason}`);

test('the app opens in Electron on a running engine', async () => {
  test.skip(reason !== null, reason ?? '');
  await using engine = await makeEngine();
  await engine.start();
  await using app = await openInElectron(engine);
  await expect(app.page.getByRole('status', { name: 'Running' })).toBeVisible();
});
