import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What of the kernel's state one test may have left: nothing of it may differ afterwards. */
export interface KernelState {
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly groups: readonly string[];
  readonly processes: readonly string[];
}

/** Looks at mounts, network links, groups and processes. `cgroupParent` names the group the test's containers live in. */
export function kernelState(cgroupParent: string): KernelState {
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ').slice(3, 5).join(' '))
      .sort(),
    links: readdirSync('/sys/class/net').filter((name) => name.startsWith('veth')),
    groups: groupsOf(cgroupParent),
    processes: launcherProcesses(),
  };
}

/** Differences in words, `before` subtracted; empty when nothing was left. */
export function leaks(before: KernelState, after: KernelState): string[] {
  return (['mounts', 'links', 'groups', 'processes'] as const).flatMap((kind) =>
    after[kind].filter((item) => !before[kind].includes(item)).map((item) => `${kind}: ${item}`),
  );
}

function groupsOf(parent: string): string[] {
  return readdirSync('/sys/fs/cgroup').flatMap((hierarchy) => {
    const directory = `/sys/fs/cgroup/${hierarchy}${parent}`;
    try {
      return readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${directory}/${name}`);
    } catch {
      return [];
    }
  });
}

/** Monitors and their containers' processes have this process's launcher among their ancestors or are orphans of it. */
function launcherProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      try {
        const executable = readlinkSync(`/proc/${pid}/exe`);
        const environment = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
        return executable.includes('slipway-launcher') || environment.startsWith('slipway') ? [`${pid} ${environment}`] : [];
      } catch {
        return [];
      }
    });
}
