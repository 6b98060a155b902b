import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { RouteSocket } from '../sys/netlink/socket.ts';
import { Bridge } from './bridge.ts';

const name = `sliptest${process.pid % 10_000}`;

function bridge(): Bridge {
  return new Bridge({
    name,
    syscalls: createLinuxSyscalls(),
    logger: silentLogger,
    applyRules: (ruleset) => {
      execFileSync('nft', ['-f', '-'], { input: ruleset });
      return Promise.resolve();
    },
  });
}

function tables(): string {
  return execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' });
}

it('connects a namespace to a bridge with NAT, hands it to the next engine, and leaves nothing', async () => {
  const syscalls = createLinuxSyscalls();
  const first = bridge();
  const { inside, outside, facts } = await first.connect('c'.repeat(64), 'bridge');
  expect(facts.mode).toBe('bridge');
  expect(facts.ipAddress).toMatch(/\.2$/);
  expect(inside).toHaveLength(4);
  expect(existsSync(`/sys/class/net/${name}`)).toBe(true);
  expect(tables()).toContain(`table inet ${name}`);

  const holder = spawn('unshare', ['--net', 'sleep', '60'], { stdio: 'ignore' });
  try {
    await sleep(200);
    using socket = new RouteSocket(syscalls);
    for (const { message, pidOffset } of outside) {
      new DataView(message.buffer).setUint32(pidOffset, holder.pid ?? 0, true);
      socket.request('adding the pair', message);
    }
    const seen = execFileSync('nsenter', ['-t', String(holder.pid), '-n', 'ip', '-o', 'link', 'show', 'eth0'], { encoding: 'utf8' });
    expect(seen).toContain(facts.macAddress);
    expect(execFileSync('ip', ['-o', 'link', 'show', 'master', name], { encoding: 'utf8' })).toContain('vethccccccc');

    await first[Symbol.asyncDispose]();
    expect(existsSync(`/sys/class/net/${name}`), 'a container on it keeps it').toBe(true);
    const second = bridge();
    second.restore('c'.repeat(64), facts.ipAddress);
    expect((await second.connect('d'.repeat(64), 'bridge')).facts.ipAddress).toMatch(/\.3$/);
    // An engine that crashed disposes nothing: the next one finds the bridge without containers.
    await bridge()[Symbol.asyncDispose]();
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  expect(existsSync(`/sys/class/net/${name}`)).toBe(false);
  expect(tables()).not.toContain(name);
});
