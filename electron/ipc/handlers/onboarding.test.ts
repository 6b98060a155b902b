import { describe, expect, it } from 'vitest';
import { bodyOf, fakeEngine, json } from '../../testkit/fake-engine.ts';
import { onboardingRequests } from './onboarding.ts';

const toolbox = (programs: readonly string[]) => json({ id: 'sha256:t', reference: 'slipway/toolbox:latest', size: 5, created: true, programs }, 201);
const WORDS = { title: 'It runs', text: '<script>alert("&")</script>' };

describe('a first container', () => {
  it('serves a page on a port of this machine, whose words are only text', async () => {
    const bodies: string[] = [];
    await using engine = await fakeEngine({
      'POST /slipway/v1/toolbox': toolbox(['busybox', 'httpd', 'sh']),
      'POST /containers/create': async (request, response) => {
        bodies.push((await bodyOf(request)).toString());
        await json({ Id: 'c' }, 201)(request, response);
      },
      'POST /containers/c/start': json(null, 204),
      'GET /containers/c/json': json({ NetworkSettings: { Ports: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '32768' }] } } }),
    });
    expect(await onboardingRequests(engine.client)['toolbox.demo'](WORDS)).toEqual({ id: 'c', name: 'hello', port: 32768 });
    const body = JSON.parse(bodies[0] ?? '') as { Env: string[]; HostConfig: { PortBindings: unknown } };
    expect(body.Env[0]).toContain('<h1>It runs</h1>');
    expect(body.Env[0]).toContain('&#60;script&#62;alert(&#34;&#38;&#34;)');
    expect(body.HostConfig.PortBindings).toEqual({ '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] });
  });

  it('writes a log where there is no web server, under a name that is free', async () => {
    await using engine = await fakeEngine({
      'POST /slipway/v1/toolbox': toolbox(['sh']),
      'POST /containers/create': (request, response) =>
        (request.url?.endsWith('name=hello') ? json({ message: 'Conflict. The container name "/hello" is already in use' }, 409) : json({ Id: 'c' }, 201))(
          request,
          response,
        ),
      'POST /containers/c/start': json(null, 204),
      'GET /containers/c/json': json({ NetworkSettings: { Ports: {} } }),
    });
    expect(await onboardingRequests(engine.client)['toolbox.demo'](WORDS)).toEqual({ id: 'c', name: 'hello-2', port: 0 });
  });

  it('does without a network where there is none, and leaves nothing that did not start', async () => {
    let made = 0;
    await using engine = await fakeEngine({
      'POST /slipway/v1/toolbox': toolbox(['busybox', 'httpd']),
      'POST /containers/create': (request, response) => json({ Id: made++ === 0 ? 'web' : 'log' }, 201)(request, response),
      'POST /containers/web/start': json({ message: 'no bridge' }, 500),
      'DELETE /containers/web': json(null, 204),
      'POST /containers/log/start': json(null, 204),
      'GET /containers/log/json': json({ NetworkSettings: {} }),
    });
    expect(await onboardingRequests(engine.client)['toolbox.demo'](WORDS)).toEqual({ id: 'log', name: 'hello', port: 0 });
    expect(engine.seen.some((line) => line.startsWith('DELETE /containers/web'))).toBe(true);
  });

  it('says why not', async () => {
    await using engine = await fakeEngine({ 'POST /slipway/v1/toolbox': json({ message: 'no space left on device' }, 500) });
    await expect(onboardingRequests(engine.client)['toolbox.demo'](WORDS)).rejects.toMatchObject({ message: 'no space left on device' });
  });
});
