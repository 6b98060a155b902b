import { expect, test } from '../fixtures/test.ts';
import { BasePage } from '../pages/base-page.ts';

test('the app opens on a running engine, without an error in the console', async ({ app }) => {
  const said: string[] = [];
  app.page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
  app.page.on('pageerror', (error) => said.push(String(error)));
  await app.page.reload();
  const base = new BasePage(app.page);
  await base.engineIs('Running');
  await base.go('Images');
  await base.go('Containers');
  expect(said).toEqual([]);
  expect(app.page.url(), 'the token leaves the address').not.toContain('token');
});
