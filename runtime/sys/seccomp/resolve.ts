import { returnValue } from './actions.ts';
import type { SeccompProfile, SeccompRule } from './profile.ts';

/** What decides which of a profile's rules hold for a container. */
export interface ProfileContext {
  /** Capabilities the container gets, by name with CAP_. */
  readonly capabilities: ReadonlySet<string>;
  /** Docker's name of the machine's architecture. */
  readonly arch: 'amd64' | 'arm64';
  readonly kernel: { readonly major: number; readonly minor: number };
}

/** One rule of one system call: when all `args` hold, the filter returns `value`. */
export interface Decision {
  readonly args: SeccompRule['args'];
  readonly value: number;
}

function kernelReaches(text: string, kernel: ProfileContext['kernel']): boolean {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return kernel.major > major || (kernel.major === major && kernel.minor >= minor);
}

/** Docker's rule: every part of `includes` must hold, no part of `excludes` may. */
function applies(rule: SeccompRule, context: ProfileContext): boolean {
  const { includes, excludes } = rule;
  if (includes?.arches?.length && !includes.arches.includes(context.arch)) return false;
  if (includes?.caps?.some((name) => !context.capabilities.has(name))) return false;
  if (includes?.minKernel !== undefined && !kernelReaches(includes.minKernel, context.kernel)) return false;
  if (excludes?.arches?.includes(context.arch)) return false;
  if (excludes?.caps?.some((name) => context.capabilities.has(name))) return false;
  return excludes?.minKernel === undefined || !kernelReaches(excludes.minKernel, context.kernel);
}

/** The decisions of each system call by name, in the profile's order, rules without arguments last since they always match. */
export function resolveProfile(profile: SeccompProfile, context: ProfileContext): ReadonlyMap<string, readonly Decision[]> {
  const byName = new Map<string, Decision[]>();
  for (const rule of profile.syscalls.filter((each) => applies(each, context))) {
    const decision: Decision = { args: rule.args, value: returnValue(rule.action, rule.errnoRet) };
    for (const name of rule.names) {
      const decisions = byName.get(name);
      if (decisions === undefined) byName.set(name, [decision]);
      else decisions.push(decision);
    }
  }
  for (const [name, decisions] of byName) {
    const always = decisions.findIndex(({ args }) => args.length === 0);
    const conditional = decisions.filter(({ args }) => args.length > 0);
    const last = decisions[always];
    byName.set(name, last === undefined ? conditional : [...conditional.filter(({ value }) => value !== last.value), last]);
  }
  return byName;
}
