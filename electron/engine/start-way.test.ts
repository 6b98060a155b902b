import { expect, it } from 'vitest';
import { engineLocation, SYSTEM } from './location.ts';
import { type Machine, startWay } from './start-way.ts';

const PROGRAM = { node: '/opt/node', daemon: '/opt/daemon.ts' };
const user: Machine = { uid: 1000, hasService: false, hasPkexec: false, group: 'ann' };
const ENGINE = ['/opt/node', '/opt/daemon.ts', '--root', '/var/lib/slipway', '--run', '/run/slipway', '--host', 'unix:///run/slipway/slipway.sock'];
const SERVICE = ['systemctl', 'start', 'slipway.service'];

it.each([
  ['root starts it', { ...user, uid: 0 }, { kind: 'direct', command: ENGINE, handsOver: false }],
  ['root has the service start it', { ...user, uid: 0, hasService: true }, { kind: 'direct', command: SERVICE, handsOver: true }],
  ['a user has the service start it', { ...user, hasService: true, hasPkexec: true }, { kind: 'asks', command: SERVICE, handsOver: true }],
  ['a user gives a password', { ...user, hasPkexec: true }, { kind: 'asks', command: ['pkexec', ...ENGINE, '--group', 'ann'], handsOver: false }],
])('%s', (_, machine, way) => {
  expect(startWay(machine, PROGRAM, SYSTEM)).toEqual(way);
});

it('tells a user without either what to type', () => {
  expect(startWay(user, PROGRAM, SYSTEM)).toEqual({
    kind: 'none',
    reason: `No engine answers at /run/slipway/slipway.sock, and starting one needs root: sudo ${ENGINE.join(' ')} --group ann`,
  });
});

it('leaves the service alone for an engine of another place', () => {
  const elsewhere = engineLocation({ root: '/tmp/a', run: '/tmp/b' });
  expect(elsewhere).toEqual({ root: '/tmp/a', run: '/tmp/b', socket: '/tmp/b/slipway.sock' });
  expect(startWay({ ...user, uid: 0, hasService: true }, PROGRAM, elsewhere).kind).toBe('direct');
});
