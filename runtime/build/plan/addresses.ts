/** What ADD fetches over HTTP. */
export function isHttpAddress(text: string): boolean {
  return /^https?:\/\//.test(text);
}

export interface GitAddress {
  readonly url: string;
  /** Branch, tag or commit; empty: the default branch. */
  readonly ref: string;
  readonly subdirectory: string;
}

const REMOTE = /^(?:git|ssh):\/\/|^[\w.-]+@[\w.-]+:|^https?:\/\/[^#?]+\.git(?:[#?]|$)/;

/** `URL#ref:subdirectory` of a repository; undefined for what is none. */
export function gitAddress(text: string): GitAddress | undefined {
  if (!REMOTE.test(text)) return undefined;
  const hash = text.indexOf('#');
  const url = hash < 0 ? text : text.slice(0, hash);
  const fragment = hash < 0 ? '' : text.slice(hash + 1);
  const colon = fragment.indexOf(':');
  return colon < 0 ? { url, ref: fragment, subdirectory: '' } : { url, ref: fragment.slice(0, colon), subdirectory: fragment.slice(colon + 1) };
}
