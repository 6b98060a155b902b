import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../linux-syscalls.ts';
import { parseMountinfo } from '../mountinfo.ts';
import { DevicePrograms } from './attach-devices.ts';
import { deviceRules } from './device-rules.ts';

describe('DevicePrograms', () => {
  it('loads into the kernel and denies devices that no rule names', () => {
    const root = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8')).find(({ fstype }) => fstype === 'cgroup2')?.mountPoint;
    const group = `${root}/slipway-devices-${process.pid}`;
    mkdirSync(group);
    const fd = openSync(group, 'r');
    try {
      using programs = new DevicePrograms(createLinuxSyscalls());
      programs.attach(fd, deviceRules([]));
      const script = `echo 0 > ${group}/cgroup.procs; (: < /dev/zero) && echo zero; (: < /dev/kmsg) || echo no kmsg`;
      expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })).toBe('zero\nno kmsg\n');
    } finally {
      closeSync(fd);
      rmdirSync(group);
    }
  });
});
