import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';

export interface SecurityOptions {
  readonly noNewPrivileges: boolean;
  /** `default`, `unconfined` or the JSON text of a profile. */
  readonly seccomp: string;
  /** What was asked for and cannot be done here. */
  readonly warnings: readonly string[];
}

/** Reads SecurityOpt. Throws InvalidArgument in Docker's words for an unknown option. */
export function securityOptionsOf(host: HostConfig): SecurityOptions {
  let noNewPrivileges = false;
  let seccomp = host.Privileged ? 'unconfined' : 'default';
  const warnings: string[] = [];
  for (const option of host.SecurityOpt ?? []) {
    const match = /^([a-z-]+)(?:[=:]([^]*))?$/.exec(option);
    const [name, value] = [match?.[1], match?.[2]];
    if (name === 'no-new-privileges') noNewPrivileges = booleanOf(value, option);
    else if (name === 'seccomp' && value !== undefined) seccomp = value === 'builtin' ? 'default' : value;
    else if (name === 'apparmor' && value !== undefined) {
      if (value !== 'unconfined') warnings.push(`AppArmor profile ${value} was ignored: this engine does not use AppArmor.`);
    } else if (name === 'label') {
      if (value !== 'disable') warnings.push('SELinux labels were ignored: this engine does not use SELinux.');
    } else throw new EngineError('InvalidArgument', `invalid --security-opt: ${JSON.stringify(option.slice(0, 100))}`);
  }
  return { noNewPrivileges, seccomp, warnings };
}

function booleanOf(value: string | undefined, option: string): boolean {
  if (value === undefined || value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new EngineError('InvalidArgument', `invalid --security-opt: ${JSON.stringify(option.slice(0, 100))}`);
}
