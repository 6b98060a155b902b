import { describe, expect, it } from 'vitest';
import { deviceCgroupRulesOf, devicesOf } from './devices.ts';

describe('devicesOf', () => {
  it('fills in the same path and all permissions', () => {
    expect(devicesOf({ Devices: [{ PathOnHost: '/dev/fuse' }, { PathOnHost: '/dev/a', PathInContainer: '/dev/b/', CgroupPermissions: 'r' }] })).toEqual([
      { host: '/dev/fuse', container: '/dev/fuse', permissions: 'rwm' },
      { host: '/dev/a', container: '/dev/b/', permissions: 'r' },
    ]);
  });

  it.each([
    [{ Devices: [{ PathOnHost: '/dev/a', CgroupPermissions: 'rx' }] }, 'Devices: invalid device mode: rx'],
    [{ Devices: [{ PathOnHost: 'dev/a' }] }, 'Devices: dev/a is not an absolute path'],
    [{ Devices: [{ PathOnHost: '/dev/a', PathInContainer: 'b' }] }, 'Devices: b is not an absolute path'],
    [{ DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] }, 'could not select device driver "" with capabilities: [[gpu]]'],
    [
      { DeviceRequests: [{ Driver: 'nvidia', Capabilities: [['gpu', 'compute'], ['x']] }] },
      'could not select device driver "nvidia" with capabilities: [[gpu compute] [x]]',
    ],
  ])('refuses %j', (host, text) => {
    expect(() => devicesOf(host)).toThrow(text);
  });
});

describe('deviceCgroupRulesOf', () => {
  it('reads rules; `a` is both kinds', () => {
    expect(deviceCgroupRulesOf({ DeviceCgroupRules: ['c 7:* rw', 'a *:3 m'] })).toEqual([
      { type: 'c', major: 7, minor: null, access: 'rw' },
      { type: 'b', major: null, minor: 3, access: 'm' },
      { type: 'c', major: null, minor: 3, access: 'm' },
    ]);
  });

  it('bounds their number', () => {
    expect(() => deviceCgroupRulesOf({ DeviceCgroupRules: new Array<string>(1025).fill('c 1:1 r') })).toThrow('DeviceCgroupRules: 1025 are more than 1024');
    expect(() => devicesOf({ Devices: new Array<{ PathOnHost: string }>(1025).fill({ PathOnHost: '/dev/null' }) })).toThrow('Devices: 1025 are more than 1024');
  });

  it.each(['', 'c 7:*', 'd 1:1 r', 'c 1:1 x', 'c 1:1 rwmr', 'c -1:1 r', 'c 4096:0 r', 'c 1:1048576 r', ' c 1:1 r'])('refuses %j', (rule) => {
    expect(() => deviceCgroupRulesOf({ DeviceCgroupRules: [rule] })).toThrow(`invalid device cgroup rule format: '${rule}'`);
  });
});
