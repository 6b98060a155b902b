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
    const [name, value] = partsOf(option);
    if (name === 'no-new-privileges') noNewPrivileges = booleanOf(value, option);
    else if (name === 'seccomp' && value !== 'default') seccomp = value === 'builtin' ? 'default' : value;
    else if (name === 'apparmor') {
      if (value !== 'unconfined') warnings.push(`AppArmor profile ${value} was ignored: this engine does not use AppArmor.`);
    } else if (name === 'label') {
      if (value !== 'disable') warnings.push('SELinux labels were ignored: this engine does not use SELinux.');
    } else throw invalid(2, option);
  }
  return { noNewPrivileges, seccomp, warnings };
}

/** `name=value`, the older `name:value`, or one of the two words that need no value. */
function partsOf(option: string): readonly [name: string, value: string] {
  if (option === 'no-new-privileges') return [option, 'true'];
  if (option === 'disable') return ['label', option];
  const at = option.search(option.includes('=') ? '=' : ':');
  if (at < 0) throw invalid(1, option);
  return [option.slice(0, at), option.slice(at + 1)];
}

function booleanOf(value: string, option: string): boolean {
  if (/^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw invalid(2, option);
}

/** Docker numbers the places where it gives up. */
function invalid(place: number, option: string): EngineError {
  return new EngineError('InvalidArgument', `invalid --security-opt ${place}: ${JSON.stringify(option.slice(0, 100))}`);
}
