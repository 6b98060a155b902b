import { EngineError } from '../../base/errors.ts';

export interface GitAddress {
  readonly url: string;
  /** Branch, tag, commit or any other reference; empty: the default branch. */
  readonly ref: string;
  readonly subdirectory: string;
}

/** `git@host:path` of scp's form, `git://`, `ssh://`, GitHub's addresses without a scheme, and what ends in `.git`. */
const REMOTE = /^(?:git|ssh):\/\/.|^[\w.-]+@[\w.-]+:.|^github\.com\/.|^https?:\/\/[^#?]+\.git(?:[#?]|$)/;
/** git-check-ref-format(1), and no letter that a refspec gives a meaning to. */
const REF = /^(?![-+/.])(?!.*(?:\.\.|\/\/|@\{))[^\0-\x20\x7f~^:?*[\\]+(?<![/.])$/;

/** `address#ref:subdirectory` as `docker build` takes it; undefined for what names no repository. Throws InvalidArgument for a reference that can be none. */
export function gitAddress(text: string): GitAddress | undefined {
  if (!REMOTE.test(text)) return undefined;
  const hash = text.indexOf('#');
  const address = hash < 0 ? text : text.slice(0, hash);
  const fragment = hash < 0 ? '' : text.slice(hash + 1);
  const colon = fragment.indexOf(':');
  const [ref, subdirectory] = colon < 0 ? [fragment, ''] : [fragment.slice(0, colon), fragment.slice(colon + 1)];
  checkGitRef(ref);
  return { url: address.startsWith('github.com/') ? `https://${address}` : address, ref, subdirectory };
}

/** Throws InvalidArgument. */
export function checkGitRef(ref: string): void {
  if (ref !== '' && (ref.length > 1000 || !REF.test(ref)))
    throw new EngineError('InvalidArgument', `invalid git reference ${JSON.stringify(ref.slice(0, 200))}`);
}
