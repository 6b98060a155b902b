import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<CommandResult> => engine.docker(['run', '--rm', '--network', 'none', ...args]);
/** What `docker run` prints, and that it went well. */
async function output(...args: string[]): Promise<string> {
  const result = await engine.docker(['run', '--rm', ...args]);
  expect([result.code, result.err]).toEqual([0, '']);
  return result.out;
}

interface Inspected {
  readonly State: { readonly Pid: number };
  readonly HostConfig: Record<string, unknown>;
  readonly Config: Record<string, unknown>;
  readonly NetworkSettings: { readonly IPAddress: string; readonly MacAddress: string; readonly Gateway: string };
  readonly HostsPath: string;
}
const inspect = async (name: string): Promise<Inspected> => (await engine.call('GET', `/containers/${name}/json`)).json as Inspected;

/** A container that runs until it is disposed of. */
async function running(name: string, ...args: string[]): Promise<AsyncDisposable & { readonly pid: number; readonly id: string }> {
  const started = await engine.docker(['run', '-d', '--name', name, ...args]);
  expect([started.code, started.err]).toEqual([0, '']);
  const { State } = await inspect(name);
  return { pid: State.Pid, id: started.out.trim(), [Symbol.asyncDispose]: async () => void (await engine.docker(['rm', '-f', name])) };
}
const sleeper = (name: string, ...args: string[]): ReturnType<typeof running> => running(name, '--network', 'none', ...args, IMAGE, 'sleep', '1000');
const namespaceOf = (pid: number | 'self', kind: string): string => readlinkSync(`/proc/${pid}/ns/${kind}`);

describe.skipIf(!canRunDocker)('namespaces of a container', () => {
  it('are its own by default', async () => {
    await using one = await sleeper('own');
    for (const kind of ['mnt', 'net', 'uts', 'pid', 'ipc', 'cgroup']) expect(namespaceOf(one.pid, kind)).not.toBe(namespaceOf('self', kind));
  });

  it('PidMode host shows the processes of the host', async () => {
    expect(await output('--network', 'none', '--pid', 'host', IMAGE, 'readlink', '/proc/self/ns/pid')).toBe(`${namespaceOf('self', 'pid')}\n`);
  });

  it('PidMode container shows and reaches the processes of another', async () => {
    await using other = await sleeper('pids');
    expect(await output('--network', 'none', '--pid', 'container:pids', IMAGE, 'sh', '-c', 'ps -o pid,args; kill -USR1 1')).toMatch(/ 1 sleep 1000\n/);
    await using joined = await sleeper('joined', '--pid', `container:${other.id.slice(0, 12)}`);
    expect(namespaceOf(joined.pid, 'pid')).toBe(namespaceOf(other.pid, 'pid'));
    expect((await engine.docker(['exec', 'joined', 'ps', '-o', 'args'])).out.match(/sleep 1000/g)).toHaveLength(2);
  });

  it('PidMode container takes no init before the command', async () => {
    await using _ = await sleeper('reaper');
    expect(await output('--network', 'none', '--init', '--pid', 'container:reaper', IMAGE, 'ps', '-o', 'args')).not.toContain('docker-init');
  });

  it('IpcMode host shares the queues and the memory of the host', async () => {
    expect(await output('--network', 'none', '--ipc', 'host', IMAGE, 'readlink', '/proc/self/ns/ipc')).toBe(`${namespaceOf('self', 'ipc')}\n`);
  });

  it('IpcMode container shares /dev/shm and the queues of a shareable one', async () => {
    await using donor = await sleeper('donor', '--ipc', 'shareable');
    await engine.docker(['exec', 'donor', 'sh', '-c', 'echo shared >/dev/shm/note']);
    expect(
      await output(
        '--network',
        'none',
        '--ipc',
        'container:donor',
        IMAGE,
        'sh',
        '-c',
        'cat /dev/shm/note; echo back >/dev/shm/reply; readlink /proc/self/ns/ipc',
      ),
    ).toBe(`shared\n${namespaceOf(donor.pid, 'ipc')}\n`);
    expect((await engine.docker(['exec', 'donor', 'cat', '/dev/shm/reply'])).out).toBe('back\n');
  });

  it.each(['', 'private', 'none'])('IpcMode container is refused where the other is %j', async (mode) => {
    await using _ = await sleeper('lonely', ...(mode === '' ? [] : ['--ipc', mode]));
    expect(await run('--ipc', 'container:lonely', IMAGE, 'true')).toMatchObject({
      code: 125,
      err: expect.stringMatching(
        /failed to join IPC namespace: container [0-9a-f]{64}: non-shareable IPC \(hint: use IpcMode:shareable for the donor container\)/,
      ) as string,
    });
  });

  it('IpcMode none has no shared memory, private has its own', async () => {
    const script = 'grep -c /dev/mqueue /proc/mounts; grep -c /dev/shm /proc/mounts; test -e /dev/shm || echo none';
    expect(await output('--network', 'none', '--ipc', 'none', IMAGE, 'sh', '-c', script)).toBe('1\n0\nnone\n');
    expect(await output('--network', 'none', '--ipc', 'private', IMAGE, 'sh', '-c', script)).toBe('1\n1\n');
  });

  it('UTSMode host has the name of the host', async () => {
    expect(await output('--network', 'none', '--uts', 'host', IMAGE, 'sh', '-c', 'hostname; readlink /proc/self/ns/uts')).toBe(
      `${hostname()}\n${namespaceOf('self', 'uts')}\n`,
    );
  });

  it('CgroupnsMode host and private', async () => {
    expect(await output('--network', 'none', '--cgroupns', 'host', IMAGE, 'readlink', '/proc/self/ns/cgroup')).toBe(`${namespaceOf('self', 'cgroup')}\n`);
    expect(await output('--network', 'none', '--cgroupns', 'private', IMAGE, 'readlink', '/proc/self/ns/cgroup')).not.toBe(
      `${namespaceOf('self', 'cgroup')}\n`,
    );
  });

  it('UsernsMode host is the only one there is', async () => {
    expect(await output('--network', 'none', '--userns', 'host', IMAGE, 'readlink', '/proc/self/ns/user')).toBe(`${namespaceOf('self', 'user')}\n`);
  });

  it('NetworkMode container shares network, names and the files of /etc', async () => {
    await using donor = await running(
      'web',
      '--hostname',
      'front',
      '--domainname',
      'test',
      '--add-host',
      'db:10.1.2.3',
      '--dns',
      '9.9.9.9',
      IMAGE,
      'sleep',
      '1000',
    );
    const script =
      'hostname; echo $HOSTNAME; readlink /proc/self/ns/net; cat /etc/hostname; grep db /etc/hosts; cat /etc/resolv.conf; cat /proc/sys/kernel/domainname';
    expect(await output('--network', 'container:web', IMAGE, 'sh', '-c', script)).toBe(
      `front\nfront\n${namespaceOf(donor.pid, 'net')}\nfront\n10.1.2.3\tdb\nnameserver 9.9.9.9\n${readFileSync('/etc/resolv.conf', 'utf8').replaceAll(/^(?!search|options).*\n/gm, '')}test\n`,
    );
    await using _ = await running('beside', '--network', 'container:web', IMAGE, 'sleep', '1000');
    expect((await inspect('beside')).HostsPath).toBe((await inspect('web')).HostsPath);
    expect((await inspect('beside')).Config['Hostname']).toBe('front');
    expect((await inspect('beside')).HostConfig['NetworkMode']).toBe(`container:${donor.id}`);
  });

  it('NetworkMode container loses its addresses with the other, before they are given away', async () => {
    await using other = await running('leaving', IMAGE, 'sleep', '1000');
    await using _ = await running('staying', '--network', 'container:leaving', IMAGE, 'sleep', '1000');
    const interfaces = async (): Promise<string> => (await engine.docker(['exec', 'staying', 'ls', '/sys/class/net'])).out;
    expect(await interfaces()).toBe('eth0\nlo\n');
    await engine.docker(['restart', '-t', '0', 'leaving']);
    expect((await inspect('leaving')).State.Pid).not.toBe(other.pid);
    await expect.poll(interfaces).toBe('lo\n');
    expect((await engine.docker(['exec', 'leaving', 'ls', '/sys/class/net'])).out).toBe('eth0\nlo\n');
  });

  it.each(['network', 'pid', 'ipc'])('of a container that does not run cannot be joined: %s', async (kind) => {
    await engine.docker(['create', '--name', 'idle', '--network', 'none', '--ipc', 'shareable', IMAGE, 'true']);
    const result = await engine.docker(['run', '--rm', `--${kind}`, 'container:idle', IMAGE, 'true']);
    const words = kind === 'network' ? 'cannot join network of a non running container: ' : `failed to join ${kind.toUpperCase()} namespace: container `;
    expect(result).toMatchObject({ code: 125, err: expect.stringContaining(words) as string });
    await engine.docker(['rm', 'idle']);
  });

  it('NetworkMode host has interfaces, names and files of the host', async () => {
    expect(await output('--network', 'host', IMAGE, 'sh', '-c', 'hostname; readlink /proc/self/ns/net')).toBe(`${hostname()}\n${namespaceOf('self', 'net')}\n`);
    expect(await output('--network', 'host', '--add-host', 'up:host-gateway', IMAGE, 'grep', 'up', '/etc/hosts')).toBe('127.0.0.1\tup\n');
  });

  it('NetworkMode none, and NetworkDisabled, have the loopback alone', async () => {
    expect(await output('--network', 'none', IMAGE, 'ls', '/sys/class/net')).toBe('lo\n');
    await engine.call('POST', '/containers/create?name=offline', { Image: IMAGE, Cmd: ['ls', '/sys/class/net'], NetworkDisabled: true });
    expect((await engine.docker(['start', '-a', 'offline'])).out).toBe('lo\n');
    expect((await inspect('offline')).HostConfig['NetworkMode']).toBe('none');
    await engine.docker(['rm', 'offline']);
  });

  it('Sysctls of namespaces of its own are set, with the two that Docker sets', async () => {
    const script = 'cd /proc/sys; cat net/ipv4/ip_unprivileged_port_start net/ipv4/ping_group_range kernel/msgmax fs/mqueue/msg_max net/ipv4/ip_forward';
    const sysctls = ['--sysctl', 'kernel.msgmax=12345', '--sysctl', 'fs.mqueue.msg_max=77', '--sysctl', 'net.ipv4.ip_forward=1'];
    expect(await output('--network', 'none', ...sysctls, IMAGE, 'sh', '-c', script)).toBe('0\n0\t2147483647\n12345\n77\n1\n');
  });

  it('Sysctls are refused with a namespace of the host, and where no namespace holds them', async () => {
    for (const [args, words] of [
      [['--network', 'host', '--sysctl', 'net.ipv4.ip_forward=1'], 'sysctl "net.ipv4.ip_forward" not allowed in host network namespace'],
      [['--ipc', 'host', '--sysctl', 'kernel.msgmax=1'], 'sysctl "kernel.msgmax" is not allowed in the hosts ipc namespace'],
    ] as const) {
      expect(await engine.docker(['create', ...args, IMAGE])).toMatchObject({ code: 1, err: expect.stringContaining(words) as string });
    }
  });
});

describe.skipIf(!canRunDocker)('names and addresses of a container', () => {
  it('Hostname and Domainname', async () => {
    const script = 'hostname; cat /etc/hostname; echo $HOSTNAME; cat /proc/sys/kernel/domainname';
    expect(await output('--network', 'none', '--hostname', 'web-1.lan', '--domainname', 'example', IMAGE, 'sh', '-c', script)).toBe(
      'web-1.lan\nweb-1.lan\nweb-1.lan\nexample\n',
    );
  });

  it('Dns, DnsSearch and DnsOptions', async () => {
    const args = ['--dns', '9.9.9.9', '--dns', '2001:db8::1', '--dns-search', 'a.test', '--dns-search', 'b.test', '--dns-option', 'ndots:3'];
    expect(await output(...args, IMAGE, 'cat', '/etc/resolv.conf')).toBe('nameserver 9.9.9.9\nnameserver 2001:db8::1\nsearch a.test b.test\noptions ndots:3\n');
  });

  it('ExtraHosts by address and as host-gateway', async () => {
    const hosts = await output(
      '--add-host',
      'db:10.1.2.3',
      '--add-host',
      'six=[2001:db8::2]',
      '--add-host',
      'up:host-gateway',
      IMAGE,
      'sh',
      '-c',
      'cat /etc/hosts; ip route | grep default',
    );
    const gateway = /default via (\S+)/.exec(hosts)?.[1] ?? 'none';
    expect(hosts).toContain(`10.1.2.3\tdb\n2001:db8::2\tsix\n${gateway}\tup\n`);
  });

  it('MacAddress is that of eth0', async () => {
    await using _ = await running('mac', '--mac-address', '02:42:AC:00:00:7F', IMAGE, 'sleep', '1000');
    expect((await engine.docker(['exec', 'mac', 'cat', '/sys/class/net/eth0/address'])).out).toBe('02:42:ac:00:00:7f\n');
    expect((await inspect('mac')).NetworkSettings.MacAddress).toBe('02:42:ac:00:00:7f');
    const created = await engine.call('POST', '/containers/create?name=mac2', {
      Image: IMAGE,
      Cmd: ['cat', '/sys/class/net/eth0/address'],
      MacAddress: '02-42-ac-00-00-80',
    });
    expect(created.status).toBe(201);
    expect((await engine.docker(['start', '-a', 'mac2'])).out).toBe('02:42:ac:00:00:80\n');
    await engine.docker(['rm', 'mac2']);
  });

  it('Links give the address in /etc/hosts and Docker’s variables, and follow a restart', async () => {
    await using _ = await running('db', '--expose', '5432', '--expose', '53/udp', '-e', 'SECRET=1', IMAGE, 'sleep', '1000');
    const address = (await inspect('db')).NetworkSettings.IPAddress;
    await using app = await running('app', '--link', 'db:the-store', '--link', 'db', IMAGE, 'sleep', '1000');
    expect((await inspect('app')).HostConfig['Links']).toEqual(['/db:/app/the-store', '/db:/app/db']);
    const env = readFileSync(`/proc/${app.pid}/environ`, 'latin1').split('\0');
    for (const entry of [
      `THE_STORE_PORT=udp://${address}:53`,
      `THE_STORE_PORT_5432_TCP=tcp://${address}:5432`,
      `THE_STORE_PORT_5432_TCP_ADDR=${address}`,
      'THE_STORE_PORT_5432_TCP_PORT=5432',
      'THE_STORE_PORT_5432_TCP_PROTO=tcp',
      'THE_STORE_NAME=/app/the-store',
      'THE_STORE_ENV_SECRET=1',
      'DB_NAME=/app/db',
    ]) {
      expect(env).toContain(entry);
    }
    expect((await engine.docker(['exec', 'app', 'env'])).out).toContain('THE_STORE_NAME=/app/the-store\n');
    const row = async (): Promise<string> => (await engine.docker(['exec', 'app', 'grep', 'the-store', '/etc/hosts'])).out;
    expect(await row()).toMatch(new RegExp(`^${address}\tthe-store [0-9a-f]{12} db\n$`));
    expect((await engine.docker(['exec', 'app', 'ping', '-c', '1', '-W', '5', 'the-store'])).code).toBe(0);

    await engine.docker(['restart', '-t', '0', 'db']);
    const next = (await inspect('db')).NetworkSettings.IPAddress;
    expect(next).not.toBe(address);
    expect(await row()).toMatch(new RegExp(`^${next}\tthe-store `));
    await engine.docker(['rename', 'db', 'db2']);
    expect((await inspect('app')).HostConfig['Links']).toEqual(['/db2:/app/the-store', '/db2:/app/db']);
    await engine.docker(['rename', 'db2', 'db']);
  });

  it('Links to what does not run, is on no bridge, or is gone', async () => {
    expect(await engine.docker(['create', '--link', 'nobody:x', IMAGE])).toMatchObject({
      code: 1,
      err: expect.stringContaining('could not get container for nobody: No such container: nobody') as string,
    });
    await engine.docker(['create', '--name', 'quiet', IMAGE, 'true']);
    await engine.docker(['create', '--name', 'linked', '--link', 'quiet:q', IMAGE, 'cat', '/etc/hosts']);
    expect((await engine.docker(['start', 'linked'])).err).toContain('Cannot link to a non running container: /quiet AS /linked/q');
    await engine.docker(['rm', 'quiet']);
    expect((await engine.docker(['start', 'linked'])).err).toContain('Cannot link to a non running container: /quiet AS /linked/q');
    await engine.docker(['rm', 'linked']);
    await using _ = await sleeper('offline');
    expect((await engine.docker(['run', '--rm', '--link', 'offline', IMAGE, 'true'])).err).toContain(
      'Cannot link to /offline, as it does not belong to the default network',
    );
  });
});

describe.skipIf(!canRunDocker)('what does not go together, or names nothing, is 400 and makes no container:', () => {
  const other = { NetworkMode: 'container:x' };
  it.each<[object, string]>([
    [{ HostConfig: { NetworkMode: 'container:' } }, 'Invalid network mode: invalid container format container:<name|id>'],
    [{ HostConfig: { NetworkMode: 'container:x' } }, 'No such container: x'],
    [{ Hostname: 'h', HostConfig: other }, 'conflicting options: hostname and the network mode'],
    [
      { HostConfig: { ...other, Links: ['a:b'] } },
      "conflicting options: container type network can't be used with links. This would result in undefined behavior",
    ],
    [{ HostConfig: { ...other, Dns: ['1.1.1.1'] } }, 'conflicting options: dns and the network mode'],
    [{ HostConfig: { ...other, ExtraHosts: ['a:1.1.1.1'] } }, 'conflicting options: custom host-to-IP mapping and the network mode'],
    [{ MacAddress: '02:42:ac:00:00:01', HostConfig: other }, 'conflicting options: mac-address and the network mode'],
    [
      { HostConfig: { ...other, PortBindings: { '80/tcp': [{ HostPort: '80' }] } } },
      'conflicting options: port publishing and the container type network mode',
    ],
    [{ HostConfig: { ...other, PublishAllPorts: true } }, 'conflicting options: port publishing and the container type network mode'],
    [{ ExposedPorts: { '80/tcp': {} }, HostConfig: other }, 'conflicting options: port exposing and the container type network mode'],
    [{ Hostname: 'h', HostConfig: { UTSMode: 'host' } }, 'conflicting options: hostname and the UTS mode'],
    [
      { HostConfig: { NetworkMode: 'host', Links: ['a:b'] } },
      "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
    ],
    [{ MacAddress: '02:42:ac:00:00:01', HostConfig: { NetworkMode: 'host' } }, 'conflicting options: mac-address and the network mode'],
    [{ HostConfig: { NetworkMode: 'nowhere' } }, 'network nowhere not found'],
    [{ HostConfig: { NetworkMode: 5 } }, 'HostConfig.NetworkMode: '],
    [{ HostConfig: { PidMode: 'private' } }, 'invalid PID mode: private'],
    [{ HostConfig: { PidMode: 'container:' } }, 'invalid PID mode: container:'],
    [{ HostConfig: { PidMode: 'container:x' } }, 'No such container: x'],
    [{ HostConfig: { PidMode: true } }, 'HostConfig.PidMode: '],
    [{ HostConfig: { IpcMode: 'odd' } }, 'invalid IPC mode: odd'],
    [{ HostConfig: { IpcMode: 'container:x' } }, 'No such container: x'],
    [{ HostConfig: { UTSMode: 'private' } }, 'invalid UTS mode: private'],
    [{ HostConfig: { UsernsMode: 'private' } }, 'invalid user namespace mode: private'],
    [{ HostConfig: { CgroupnsMode: 'shared' } }, 'invalid cgroup namespace mode: shared'],
    [{ HostConfig: { Sysctls: { 'kernel.core_pattern': '|/x' } } }, 'sysctl "kernel.core_pattern" is not in a separate kernel namespace'],
    [{ HostConfig: { Sysctls: { 'net/../kernel/x': '1' } } }, 'Sysctls: invalid sysctl name'],
    [{ HostConfig: { Sysctls: ['a'] } }, 'HostConfig.Sysctls: '],
    [{ Hostname: 'a b' }, 'invalid hostname format: a b'],
    [{ Hostname: 'h'.repeat(65) }, 'invalid hostname format: h'],
    [{ Domainname: 'd'.repeat(65) }, 'invalid domainname format: d'],
    [{ Domainname: 'a\nb' }, 'invalid domainname format: a'],
    [{ HostConfig: { Dns: ['one'] } }, 'Dns: IP address is not correctly formatted: "one"'],
    [{ HostConfig: { DnsSearch: ['a\nnameserver 6.6.6.6'] } }, 'DnsSearch: '],
    [{ HostConfig: { DnsOptions: ['a b'] } }, 'DnsOptions: '],
    [{ HostConfig: { ExtraHosts: ['db'] } }, 'bad format for add-host: "db"'],
    [{ HostConfig: { ExtraHosts: ['db:one'] } }, 'invalid IP address in add-host: "one"'],
    [{ HostConfig: { ExtraHosts: ['a b:1.1.1.1'] } }, 'bad format for add-host: "a b:1.1.1.1"'],
    [{ HostConfig: { Links: ['a:b:c'] } }, 'bad format for links: a:b:c'],
    [{ HostConfig: { Links: [''] } }, 'empty string specified for links'],
    [{ HostConfig: { Links: ['a:b c'] } }, 'bad format for links: a:b c'],
    [{ MacAddress: '02:42' }, '02:42 is not a valid mac address'],
    [{ MacAddress: '01:00:5e:00:00:01' }, '01:00:5e:00:00:01 is not a valid mac address'],
    [{ NetworkingConfig: { EndpointsConfig: { bridge: { MacAddress: 'x' } } } }, 'x is not a valid mac address'],
    [
      { MacAddress: '02:42:ac:00:00:01', NetworkingConfig: { EndpointsConfig: { bridge: { MacAddress: '02:42:ac:00:00:02' } } } },
      'the container-wide MAC address must match',
    ],
    [{ NetworkingConfig: { EndpointsConfig: { nowhere: {} } } }, 'network nowhere not found'],
    [
      { NetworkingConfig: { EndpointsConfig: { bridge: { IPAMConfig: { IPv4Address: '172.17.0.9' } } } } },
      'user specified IP address is supported on user defined networks only',
    ],
    [
      { NetworkingConfig: { EndpointsConfig: { bridge: { Aliases: ['a'] } } } },
      'network-scoped alias is supported only for containers in user defined networks',
    ],
    [
      { NetworkingConfig: { EndpointsConfig: { bridge: {}, none: {} } } },
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    ],
  ])('%j', async (config, message) => {
    const answer = await engine.call('POST', '/containers/create?name=refused', { Image: IMAGE, ...config });
    expect([answer.status, answer.json]).toEqual([400, { message: expect.stringContaining(message) as string }]);
    expect((await engine.call('GET', '/containers/refused/json')).status).toBe(404);
  });
});
