import { t } from '../strings/t.ts';
import { fullName, registryOf } from './image-reference.ts';

export interface PullFailure {
  readonly title: string;
  readonly why: string;
  /** What helps more than to try again. */
  readonly help: 'login' | null;
}

const words = t.pull.failures;

/** What a failed transfer means: the engine's words are made for those who know registries. */
export function pullFailure(message: string, reference: string): PullFailure {
  const host = registryOf(reference);
  const name = fullName(reference);
  if (/too ?many ?requests|rate limit|answered 429/i.test(message)) return { title: words.limited(host), why: words.limitedWhy, help: 'login' };
  if (/no matching manifest for/.test(message)) return { title: words.platform(name), why: words.platformWhy, help: null };
  if (/manifest unknown|manifest for .* not found/.test(message)) return { title: words.missing(name, host), why: words.missingWhy, help: null };
  if (/pull access denied|unauthorized|authentication required|denied: /i.test(message))
    return { title: words.denied(host), why: words.deniedWhy, help: 'login' };
  if (/certificate|self[- ]signed|unable to verify/i.test(message)) return { title: words.certificate(host), why: words.certificateWhy, help: null };
  if (/ENOSPC|no space left|disk is full/i.test(message)) return { title: words.disk, why: words.diskWhy, help: null };
  if (/engine is not running|engine ended before|connection to the engine/.test(message)) return { title: words.engine, why: words.engineWhy, help: null };
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|no answer for|broke off|not a registry|no way to reach/.test(message)) {
    return { title: words.unreachable(host), why: words.unreachableWhy, help: null };
  }
  return { title: words.other(name), why: '', help: null };
}
