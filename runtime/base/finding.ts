/** The parameters of each thing that a check can find, by its code. Programs with words of their own tell them apart by it. */
export interface FindingParams {
  readonly 'rules.ok': NoParams;
  readonly 'rules.unsupported': NoParams;
  readonly 'rules.flushed': { readonly table: string };
  readonly 'forward-policy.ok': NoParams;
  /** `chains`: `ip filter FORWARD`. */
  readonly 'forward-policy.drops': { readonly chains: readonly string[] };
  readonly 'forwarding.ok': NoParams;
  readonly 'forwarding.off': { readonly settings: readonly string[] };
  readonly 'bridge-netfilter.ok': NoParams;
  readonly 'bridge-netfilter.allowed': NoParams;
  readonly 'bridge-netfilter.drops': NoParams;
  readonly 'firewalld.ok': NoParams;
  readonly 'firewalld.runs': NoParams;
  readonly 'ufw.ok': NoParams;
  readonly 'ufw.enabled': NoParams;
  readonly 'subnets.ok': NoParams;
  /** `overlaps`: `172.29.0.0/16 (bridge) = 172.29.1.0/24 (tun0)`, the network's first, then what is behind a link. */
  readonly 'subnets.overlap': { readonly overlaps: readonly string[] };
  readonly 'connection-tracking.ok': NoParams;
  readonly 'connection-tracking.many': { readonly count: number; readonly limit: number };
  readonly 'cgroups.ok': NoParams;
  /** `problems`: in the engine's words. */
  readonly 'cgroups.incomplete': { readonly problems: readonly string[] };
  readonly 'launcher.ok': NoParams;
  readonly 'launcher.missing': { readonly path: string };
  readonly 'disk.ok': DiskParams;
  readonly 'disk.low': DiskParams;
  readonly 'disk.full': DiskParams;
}

type NoParams = Readonly<Record<never, never>>;

/** Bytes; of files at most so many more, -1 where the file system does not count them. */
interface DiskParams {
  readonly path: string;
  readonly free: number;
  readonly total: number;
  readonly files: number;
}

export type FindingCode = keyof FindingParams;

/** One thing that was looked at, and what is wrong with it. */
export interface Finding {
  /** The check; stable, for scripts: `forward-policy`. */
  readonly id: string;
  readonly status: 'ok' | 'warning' | 'error';
  /** What was found: `forward-policy.drops`. A code keeps its meaning and its parameters; new ones may come. */
  readonly code: FindingCode;
  /** What the texts say of this machine, by the code. */
  readonly params: Readonly<Record<string, string | number | readonly string[]>>;
  /** What was found, in one sentence. */
  readonly what: string;
  /** What follows from it; empty when all is well. */
  readonly why: string;
  /** What to do, commands included; empty when there is nothing to do. */
  readonly fix: string;
}

type Texts = Pick<Finding, 'status' | 'what' | 'why' | 'fix'>;

/** The check is what the code begins with. */
export function finding<C extends FindingCode>(code: C, params: FindingParams[C], texts: Texts): Finding {
  return { id: code.slice(0, code.indexOf('.')), code, params: params as Finding['params'], ...texts };
}

/** Nothing is wrong. */
export const wellFound = <C extends FindingCode>(code: C, params: FindingParams[C], what: string): Finding =>
  finding(code, params, { status: 'ok', what, why: '', fix: '' });
