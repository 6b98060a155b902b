/** One way in that a registry offers (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const MAX_LENGTH = 8192;
const PARAMETER = /([a-zA-Z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,\s*|$)/y;
const SCHEME = /\s*([a-zA-Z][a-zA-Z0-9_-]*)(?:\s+|,\s*|$)/y;

/** The challenges of a WWW-Authenticate header; what cannot be read ends the list. */
export function parseChallenges(header: string | undefined): Challenge[] {
  const challenges: Challenge[] = [];
  if (header === undefined || header.length > MAX_LENGTH) return challenges;
  for (let at = 0; at < header.length; ) {
    SCHEME.lastIndex = at;
    const scheme = SCHEME.exec(header)?.[1];
    if (scheme === undefined) return challenges;
    at = SCHEME.lastIndex;
    const parameters: Record<string, string> = {};
    for (;;) {
      PARAMETER.lastIndex = at;
      const match = PARAMETER.exec(header);
      if (match === null) break;
      at = PARAMETER.lastIndex;
      parameters[(match[1] ?? '').toLowerCase()] = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
    }
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
  }
  return challenges;
}
