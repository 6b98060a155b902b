import { join } from 'node:path';
import { z } from 'zod';
import { Keychain, type KnownLogin, type Login, TOKEN_USER } from '../../runtime/credentials/keychain.ts';
import { authConfigOf, authHeader, registryKey, registryOf } from '../../runtime/credentials/registry-auth.ts';
import type { EngineClient } from '../engine/http-client.ts';
import type { RegistryList, RegistryRow } from '../ipc/contract/registries.ts';
import { ShellError } from '../ipc/failure.ts';
import type { Cipher } from './cipher.ts';
import { type RegistryEntry, RegistryFile } from './registry-file.ts';

export interface RegistryDependencies {
  readonly engine: EngineClient;
  readonly file: RegistryFile;
  readonly cipher: Cipher;
  /** The docker CLI's logins. */
  readonly docker: Keychain;
}

const HUB = 'docker.io';

const infoSchema = z.looseObject({
  RegistryConfig: z
    .looseObject({ IndexConfigs: z.record(z.string(), z.looseObject({ Mirrors: z.array(z.string()).nullish(), Secure: z.boolean().nullish() })).nullish() })
    .nullish(),
});
const loginAnswer = z.looseObject({ IdentityToken: z.string().nullish() });
/** By host: how the engine reaches registries. */
type EngineView = Readonly<Record<string, { readonly Mirrors?: readonly string[] | null | undefined; readonly Secure?: boolean | null | undefined }>>;

/**
 * The registries a person uses and the logins for them: the app's own, encrypted by the system, before those of the docker CLI. Secrets
 * leave this class in headers to the engine only, each for the one registry it belongs to.
 */
export class Registries {
  readonly #dependencies: RegistryDependencies;
  /** The system has given the app its key since it was started: it will not ask for it again. */
  #isUnlocked = false;

  constructor(dependencies: RegistryDependencies) {
    this.#dependencies = dependencies;
  }

  async list(): Promise<RegistryList> {
    const { docker, cipher } = this.#dependencies;
    const problems: string[] = [];
    const tell =
      <T>(fallback: T) =>
      (error: unknown): T => {
        problems.push(error instanceof Error ? error.message : String(error));
        return fallback;
      };
    const [entries, known, view] = await Promise.all([
      this.#dependencies.file.read().catch(tell<readonly RegistryEntry[]>([])),
      docker.list().catch(tell<Awaited<ReturnType<Keychain['list']>>>({ logins: [], problems: [] })),
      this.#engineView(),
    ]);
    const logins = new Map(known.logins.map((login) => [login.registry, login]));
    const added = new Map(entries.map((entry) => [entry.host, entry]));
    const others = [...new Set([...added.keys(), ...logins.keys(), ...Object.keys(view)])].filter((host) => host !== HUB).sort();
    let keeper = { path: '', helper: '' };
    try {
      keeper = docker.keeper('');
    } catch {
      // The list has told why already.
    }
    return {
      registries: [HUB, ...others].map((host) => rowOf(host, added.get(host), logins.get(host), view)),
      lack: cipher.lack,
      docker: keeper,
      problems: [...problems, ...known.problems],
    };
  }

  /** @throws ShellError with the registry's words when it does not let the login in; nothing is kept then. */
  async save(host: string, username: string, password: string, keep: 'keychain' | 'docker'): Promise<void> {
    const { file, cipher, docker } = this.#dependencies;
    const key = registryKey(host);
    if (username === '') {
      await file.change((entries) => (entries.some((entry) => entry.host === key) ? entries : [...entries, { host: key, username: '', secret: '' }]));
      return;
    }
    const login = await this.#checked(key, { username, secret: password });
    const own = keep === 'keychain' ? { host: key, username, secret: cipher.encrypt(JSON.stringify(login)) } : { host: key, username: '', secret: '' };
    if (keep === 'docker') await docker.store(key, login);
    await file.change((entries) => [...entries.filter((entry) => entry.host !== key), own]);
  }

  /** Whether the login that is kept is good; null: none is kept. @throws ShellError when it is refused, or nobody answers. */
  async test(host: string): Promise<boolean | null> {
    const login = await this.#loginFor(registryKey(host));
    if (login === undefined) return null;
    await this.#checked(registryKey(host), login);
    return true;
  }

  async remove(host: string): Promise<void> {
    const { file, docker } = this.#dependencies;
    const key = registryKey(host);
    const own = (await file.read()).find((entry) => entry.host === key);
    // The docker CLI's login is not ours to forget while it is not the one that is used.
    if (own === undefined || own.secret === '') await docker.erase(key);
    if (own !== undefined) await file.change((entries) => entries.filter((entry) => entry.host !== key));
  }

  /**
   * Headers for a request about one image: its registry's login, where one is kept. `quiet`: none that the system or a credential helper may
   * ask the person for. @throws ShellError when it cannot be read.
   */
  async headersFor(image: string, options?: { readonly quiet: boolean }): Promise<Readonly<Record<string, string>>> {
    return this.headersOf(nameChecked(image), options);
  }

  /** The same for a registry. */
  async headersOf(host: string, { quiet } = { quiet: false }): Promise<Readonly<Record<string, string>>> {
    const login = await this.#loginFor(registryKey(host), quiet);
    return login === undefined ? {} : authHeader(login);
  }

  async #loginFor(key: string, quiet = false): Promise<Login | undefined> {
    const { file, cipher, docker } = this.#dependencies;
    const own = (await file.read()).find((entry) => entry.host === key && entry.secret !== '');
    if (!own) return quiet && docker.keeper(key).helper !== '' ? undefined : await docker.get(key);
    if (quiet && !this.#isUnlocked) return undefined;
    const login = loginSchema.parse(JSON.parse(cipher.decrypt(own.secret)));
    this.#isUnlocked = true;
    return login;
  }

  /** The login to keep: a token in place of the password where the registry gives one. */
  async #checked(key: string, login: Login): Promise<Login> {
    const body = { ...authConfigOf(login), serveraddress: key === HUB ? '' : key };
    const { IdentityToken } = loginAnswer.parse(await this.#dependencies.engine.json('POST', '/auth', { json: body }));
    return IdentityToken ? { username: TOKEN_USER, secret: IdentityToken } : login;
  }

  /** Nothing while the engine is not there: the logins are to be seen all the same. */
  async #engineView(): Promise<EngineView> {
    try {
      return infoSchema.parse(await this.#dependencies.engine.json('GET', '/info')).RegistryConfig?.IndexConfigs ?? {};
    } catch {
      return {};
    }
  }
}

/** Those of this user: the list in the app's directory `config`, the docker CLI's logins where it keeps them. */
export function openRegistries(engine: EngineClient, config: string, cipher: Cipher): Registries {
  return new Registries({ engine, cipher, file: new RegistryFile(join(config, 'registries.json')), docker: new Keychain() });
}

const loginSchema = z.object({ username: z.string(), secret: z.string() });

function rowOf(host: string, own: RegistryEntry | undefined, login: KnownLogin | undefined, view: EngineView): RegistryRow {
  const isOurs = own !== undefined && own.secret !== '';
  return {
    host,
    username: isOurs ? own.username : (login?.username ?? ''),
    keeper: isOurs ? 'keychain' : login ? 'docker' : 'none',
    helper: isOurs ? '' : (login?.helper ?? ''),
    added: own !== undefined,
    insecure: view[host]?.Secure === false,
    mirrors: view[host]?.Mirrors ?? [],
  };
}

function nameChecked(image: string): string {
  try {
    return registryOf(image);
  } catch (error) {
    throw new ShellError(error instanceof Error ? error.message : String(error), 400, { cause: error });
  }
}
