import { expect, it } from 'vitest';
import { bodyOf, fakeEngine, json } from '../../testkit/fake-engine.ts';
import { engineSettingsRequests } from './engine-settings.ts';

it('lets no change undo another, nor one proxy the other', async () => {
  let settings: object = { dns: [], proxies: { 'http-proxy': '', 'https-proxy': '', 'no-proxy': 'localhost' } };
  await using engine = await fakeEngine({
    'GET /slipway/v1/settings': (request, response) => json({ settings })(request, response),
    'PUT /slipway/v1/settings': async (request, response) => {
      settings = JSON.parse((await bodyOf(request)).toString()) as object;
      await json({ settings })(request, response);
    },
  });
  const { 'engine.changeSettings': change } = engineSettingsRequests(engine.client);
  await Promise.all([
    change({ change: { proxies: { 'http-proxy': 'http://a.example:1' } } }),
    change({ change: { proxies: { 'https-proxy': 'http://b.example:2' } } }),
    change({ change: { dns: ['10.0.0.1'] } }),
  ]);
  expect(settings).toEqual({
    dns: ['10.0.0.1'],
    proxies: { 'http-proxy': 'http://a.example:1', 'https-proxy': 'http://b.example:2', 'no-proxy': 'localhost' },
  });
});
