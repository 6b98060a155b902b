import { compileSeccomp } from './compile.ts';
import { DEFAULT_PROFILE } from './default-profile.ts';
import { parseProfile, type SeccompProfile } from './profile.ts';
import type { ProfileContext } from './resolve.ts';

/** How many compiled filters are kept; profiles are few, capability sets rarely differ. */
const CAPACITY = 32;

const cache = new Map<string, Uint8Array>();

/**
 * The compiled filter of Docker's default profile, or of `json` in Docker's format; compiled once for each
 * profile, capability set and machine. Throws InvalidArgument for a profile that is wrong.
 */
export function seccompFilter(context: ProfileContext, json?: string): Uint8Array {
  const key = [json ?? '', context.arch, context.kernel.major, context.kernel.minor, ...[...context.capabilities].sort()].join('\n');
  const known = cache.get(key);
  if (known !== undefined) return known;
  const profile: SeccompProfile = json === undefined ? DEFAULT_PROFILE : parseProfile(json);
  const filter = compileSeccomp(profile, context);
  if (cache.size >= CAPACITY) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, filter);
  return filter;
}
