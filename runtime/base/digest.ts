import { createHash } from 'node:crypto';
import { EngineError } from './errors.ts';

/** `sha256:` and 64 lower-case hex digits. Checked before it ever becomes part of a path. */
export type Digest = `sha256:${string}`;

const PATTERN = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** Throws InvalidArgument naming `what` when `text` is no sha256 digest. */
export function parseDigest(text: string, what = 'digest'): Digest {
  if (!isDigest(text)) throw new EngineError('InvalidArgument', `${what}: invalid digest ${JSON.stringify(text.slice(0, 100))}`);
  return text;
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The 64 hex digits. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
