import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  for (const name of ['front', 'back']) await engine.dockerOutput('network', 'create', name);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

/** A container that runs until it is disposed of. */
async function sleeper(name: string, ...args: string[]): Promise<AsyncDisposable & { readonly id: string }> {
  const id = (await engine.dockerOutput('run', '-d', '--name', name, ...args, IMAGE, 'sleep', '1000')).trim();
  return { id, [Symbol.asyncDispose]: async () => void (await engine.docker(['rm', '-f', name])) };
}

/** Addresses of a name as a program in a container gets them, in order; empty: none. */
async function resolve(container: string, name: string): Promise<string[]> {
  const { out } = await engine.docker(['exec', container, 'nslookup', '-type=a', name]);
  return [
    ...(out
      .split(/Name:/)
      .slice(1)
      .join(' ')
      .matchAll(/Address: (\S+)/g) ?? []),
  ]
    .map(([, address]) => address ?? '')
    .sort();
}

async function addressOf(container: string, network: string): Promise<string> {
  return (await engine.dockerOutput('inspect', '-f', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, container)).trim();
}

describe.skipIf(!canRunDocker)('names of containers', () => {
  it('are those of the network: name, short id, aliases, hostname', async () => {
    await using web = await sleeper('web', '--network', 'front', '--network-alias', 'www', '--hostname', 'host-of-web');
    await using _other = await sleeper('asker', '--network', 'front');
    const address = await addressOf('web', 'front');
    for (const name of ['web', 'WEB', web.id.slice(0, 12), 'www', 'host-of-web', 'web.front'])
      expect([name, await resolve('asker', name)]).toEqual([name, [address]]);
    expect(await engine.dockerOutput('exec', 'asker', 'ping', '-c', '1', '-W', '5', 'web')).toContain(`PING web (${address})`);
    expect(await engine.dockerOutput('exec', 'asker', 'nslookup', address)).toContain('web.front');
  });

  it('are asked for at 127.0.0.11, as the file says', async () => {
    await using _one = await sleeper('one', '--network', 'front', '--dns-search', 'a.test');
    expect(await engine.dockerOutput('exec', 'one', 'cat', '/etc/resolv.conf')).toMatch(/^nameserver 127\.0\.0\.11\nsearch a\.test\noptions .*ndots:0\n$/);
  });

  it('have all addresses of who shares them', async () => {
    await using _one = await sleeper('app-1', '--network', 'front', '--network-alias', 'app');
    await using _two = await sleeper('app-2', '--network', 'front', '--network-alias', 'app');
    expect(await resolve('app-1', 'app')).toEqual([await addressOf('app-1', 'front'), await addressOf('app-2', 'front')].sort());
    await engine.dockerOutput('stop', '-t', '0', 'app-2');
    expect(await resolve('app-1', 'app')).toEqual([await addressOf('app-1', 'front')]);
  });

  it('are not known on other networks, nor on the default one', async () => {
    await using _web = await sleeper('web', '--network', 'front');
    await using _other = await sleeper('other', '--network', 'back');
    await using _plain = await sleeper('plain');
    expect(await resolve('other', 'web')).toEqual([]);
    expect(await engine.dockerOutput('exec', 'plain', 'cat', '/etc/resolv.conf')).not.toContain('127.0.0.11');
  });

  it('come and go with a network that is connected while the container runs', async () => {
    await using _web = await sleeper('web', '--network', 'front');
    await using _late = await sleeper('late');
    await engine.dockerOutput('network', 'connect', '--alias', 'newcomer', 'front', 'late');
    expect(await engine.dockerOutput('exec', 'late', 'cat', '/etc/resolv.conf')).toContain('nameserver 127.0.0.11\n');
    expect(await resolve('late', 'web')).toEqual([await addressOf('web', 'front')]);
    expect(await resolve('web', 'newcomer')).toEqual([await addressOf('late', 'front')]);
    await engine.dockerOutput('network', 'disconnect', 'front', 'late');
    expect(await resolve('web', 'newcomer')).toEqual([]);
  });

  it('follow a rename and a link', async () => {
    await using _db = await sleeper('db', '--network', 'front');
    await using _app = await sleeper('app', '--network', 'front', '--link', 'db:database');
    const address = await addressOf('db', 'front');
    expect(await resolve('app', 'database')).toEqual([address]);
    expect(await resolve('db', 'database')).toEqual([]);
    await engine.dockerOutput('rename', 'db', 'store');
    expect(await resolve('app', 'store')).toEqual([address]);
    expect(await resolve('app', 'db')).toEqual([]);
    await engine.dockerOutput('rename', 'store', 'db');
  });

  it('lead to the host by host.docker.internal', async () => {
    await using _one = await sleeper('one', '--network', 'front');
    const gateway = (await engine.dockerOutput('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Gateway}}', 'front')).trim();
    expect(await resolve('one', 'host.docker.internal')).toEqual([gateway]);
    expect(await resolve('one', 'gateway.docker.internal')).toEqual([gateway]);
  });

  it('are answered again by the next engine, to containers that have gone on', async () => {
    await using _web = await sleeper('web', '--network', 'front');
    await using _asker = await sleeper('asker', '--network', 'front');
    const address = await addressOf('web', 'front');
    await engine.stop('SIGKILL');
    await engine.start();
    expect(await resolve('asker', 'web')).toEqual([address]);
  });
});
