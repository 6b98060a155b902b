import { execFileSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { CLONE } from '../../constants.ts';
import { createLinuxSyscalls } from '../../linux-syscalls.ts';
import { NftSocket } from './socket.ts';

const syscalls = createLinuxSyscalls();

beforeAll(() => syscalls.unshare(CLONE.NEWNET));

it('lists the base chains of all families as nft does', () => {
  using socket = new NftSocket(syscalls);
  expect(socket.chains()).toEqual([]);
  const rules = [
    'add table ip filter',
    'add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }',
    'add chain ip filter DOCKER',
    'add table ip6 six',
    'add chain ip6 six out { type filter hook output priority -5; }',
    'add table inet both',
    'add chain inet both in { type filter hook input priority 10; policy accept; }',
  ].join('\n');
  execFileSync('nft', ['-f', '-'], { input: rules });
  expect(socket.chains()).toEqual([
    { family: 'ip', table: 'filter', name: 'FORWARD', hook: 2, priority: 0, policy: 'drop' },
    { family: 'ip6', table: 'six', name: 'out', hook: 3, priority: -5, policy: 'accept' },
    { family: 'inet', table: 'both', name: 'in', hook: 1, priority: 10, policy: 'accept' },
  ]);
});

it('lists more than one datagram holds', () => {
  using socket = new NftSocket(syscalls);
  const chains = Array.from({ length: 500 }, (_, index) => `chain c${index} { type filter hook forward priority ${index}; }`);
  execFileSync('nft', ['-f', '-'], { input: `table inet many {\n${chains.join('\n')}\n}` });
  expect(socket.chains().filter(({ table }) => table === 'many')).toHaveLength(500);
});
