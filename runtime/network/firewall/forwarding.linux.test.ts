import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../base/log.ts';
import { CLONE } from '../../sys/constants.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import type { FirewallNetwork } from './firewall.ts';
import { KernelForwarding } from './forwarding.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-forwarding-'));
const marker = join(directory, 'marker');
const network: FirewallNetwork = { id: 'n', bridge: 'b', subnets: ['10.0.0.0/24'], internal: false, interContainer: true, masquerade: true };
const IPV4 = '/proc/sys/net/ipv4/ip_forward';
const IPV6 = '/proc/sys/net/ipv6/conf';
const read = (path: string): string => readFileSync(path, 'utf8').trim();
const forwarding = (): KernelForwarding => new KernelForwarding({ marker, logger: silentLogger });

// Settings of a network namespace of this process's own.
beforeAll(() => {
  createLinuxSyscalls().unshare(CLONE.NEWNET);
  execFileSync('ip', ['link', 'add', 'd0', 'type', 'bridge']);
});
beforeEach(() => {
  writeFileSync(IPV4, '0');
  writeFileSync(`${IPV6}/all/forwarding`, '0');
  writeFileSync(`${IPV6}/d0/accept_ra`, '1');
  rmSync(marker, { force: true });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('turns routing on with the first network that needs it, and later engines know whose doing it was', () => {
  const first = forwarding();
  expect(first.enableFor({ ...network, internal: true })).toBe(false);
  expect(read(IPV4)).toBe('0');
  expect([first.enableFor(network), first.enableFor(network), first.isOurs]).toEqual([true, false, true]);
  expect([read(IPV4), read(`${IPV6}/all/forwarding`)]).toEqual(['1', '0']);
  const second = forwarding();
  expect([second.isOurs, second.enableFor(network)]).toEqual([true, false]);
});

it('relies on a host that routes already', () => {
  writeFileSync(IPV4, '1');
  const made = forwarding();
  expect([made.enableFor(network), made.isOurs, existsSync(marker)]).toEqual([false, false, false]);
});

it('keeps the host listening to its router when it becomes one for IPv6', () => {
  expect(forwarding().enableFor({ ...network, subnets: ['10.0.0.0/24', 'fd00::/64'] })).toBe(true);
  expect([read(`${IPV6}/all/forwarding`), read(`${IPV6}/d0/accept_ra`)]).toEqual(['1', '2']);
});
