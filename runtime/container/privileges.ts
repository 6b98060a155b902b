import { release } from 'node:os';
import { capabilityMask, capabilityNames, ownBoundingSet } from '../sys/capabilities.ts';
import { seccompFilter } from '../sys/seccomp/filter-cache.ts';
import type { Privileges } from './dependencies.ts';

/** Capabilities and system call filters as this machine and this engine can give them. */
export function createPrivileges(): Privileges {
  const available = ownBoundingSet();
  const [major = 0, minor = 0] = release()
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  return {
    capabilities({ add, drop }) {
      const mask = capabilityMask(add, drop, available);
      return { bounding: mask, permitted: mask };
    },
    seccomp(profile, { permitted }) {
      if (profile === 'unconfined') return null;
      const context = { capabilities: new Set(capabilityNames(permitted)), arch, kernel: { major, minor } } as const;
      return seccompFilter(context, profile === 'default' ? undefined : profile);
    },
  };
}
