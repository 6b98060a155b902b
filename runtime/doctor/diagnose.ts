import type { Finding } from '../base/finding.ts';
import { bridgeNetfilterCheck, firewalldCheck, forwardingCheck, forwardPolicyCheck, rulesCheck, ufwCheck } from './firewall-checks.ts';
import { cgroupCheck, diskCheck, launcherCheck, subnetsCheck, trackingCheck } from './host-checks.ts';
import type { HostFacts } from './host-facts.ts';

const CHECKS = [
  ...[rulesCheck, forwardPolicyCheck, forwardingCheck, subnetsCheck, bridgeNetfilterCheck, firewalldCheck, ufwCheck, trackingCheck],
  ...[cgroupCheck, launcherCheck, diskCheck],
];
const ORDER = { error: 0, warning: 1, ok: 2 } as const;

/** One finding of each check, worst first. */
export function diagnose(facts: HostFacts): Finding[] {
  return CHECKS.map((check) => check(facts)).toSorted((a, b) => ORDER[a.status] - ORDER[b.status]);
}
