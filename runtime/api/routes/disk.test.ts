import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, startApi } from '../../testkit/api-fixture.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

describe('GET /slipway/v1/disk', () => {
  it('walks the root only where that is asked for', async () => {
    const whole = await api.call('GET', '/slipway/v1/disk');
    expect([whole.status, whole.json]).toMatchObject([200, { total: 1000, free: 400, areas: [{ name: 'layers', bytes: 70 }], logs: {} }]);
    expect((await api.call('GET', '/slipway/v1/disk?areas=0')).json).toMatchObject({ total: 1000, free: 400, areas: [] });
  });
});
