import { z } from 'zod';
import { type IpcFailure, reference } from './fields.ts';

/** `docker.io`, or `host[:port]`. */
const host = z
  .string()
  .min(1)
  .max(300)
  .regex(/^(?:[a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/, 'not a registry: a host with its port, without a path');
const username = z.string().max(1024);
/** Goes to the shell and never comes back. */
const password = z.string().max(64 * 1024);

export const registryRequestSchemas = {
  'registry.list': z.strictObject({}),
  /** Asks the registry first, and keeps a login only if it is let in. Without a user the registry is only added to the list. */
  'registry.save': z.strictObject({ host, username, password, keep: z.enum(['keychain', 'docker']) }),
  /** Whether a registry lets in the login that is kept for it, or anybody. */
  'registry.test': z.strictObject({ host }),
  /** Takes it off the list and forgets the login that is kept for it, the docker CLI's too where that is the one. Idempotent. */
  'registry.remove': z.strictObject({ host }),
  /** Images by a word: by Docker Hub's search, or by the catalog of another registry. */
  'registry.search': z.strictObject({ host, term: z.string().max(255), limit: z.number().int().min(1).max(100) }),
  /** A page of tags in the registry's order, those after `last`. */
  'registry.tags': z.strictObject({ name: reference, last: z.string().max(256), limit: z.number().int().min(1).max(1000) }),
  /** What names stand for in their registries now; `image.remote` tells everybody. */
  'registry.digests': z.strictObject({ names: z.array(reference).min(1).max(200) }),
} as const;

/** A registry without its secrets. */
export interface RegistryRow {
  readonly host: string;
  /** Empty: nobody, or a token. */
  readonly username: string;
  /** `keychain`: encrypted by the system for the app. `docker`: where the docker CLI keeps its own. */
  readonly keeper: 'none' | 'keychain' | 'docker';
  /** Name of the docker CLI's credential helper; empty: its file. */
  readonly helper: string;
  /** It was added here; else it is known from the docker CLI or the engine. */
  readonly added: boolean;
  /** The engine takes any certificate of it, and plain HTTP. */
  readonly insecure: boolean;
  /** Addresses that the engine asks before it. */
  readonly mirrors: readonly string[];
}

export interface RegistryList {
  /** Docker's own first. */
  readonly registries: readonly RegistryRow[];
  /** Why the app itself cannot keep secrets; empty: it can. */
  readonly lack: '' | 'browser' | 'no-keychain' | 'basic-text';
  /** Where the docker CLI would keep a new login: its file, or a helper. */
  readonly docker: { readonly path: string; readonly helper: string };
  /** What could not be read, in sentences. */
  readonly problems: readonly string[];
}

export interface FoundImage {
  /** As `pull` takes it. */
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
}

export interface RegistryResults {
  'registry.list': RegistryList;
  'registry.save': null;
  /** `let-in`: the login is good. `open`: nobody needs one. `login-needed`. `reachable`: it answers, and does not say more without an image's name. */
  'registry.test': { readonly outcome: 'let-in' | 'open' | 'login-needed' | 'reachable' };
  'registry.remove': null;
  'registry.search': { readonly found: readonly FoundImage[] };
  'registry.tags': { readonly names: readonly string[]; readonly next: string };
  'registry.digests': { readonly results: readonly { readonly name: string; readonly digest: string; readonly failure: IpcFailure | null }[] };
}
