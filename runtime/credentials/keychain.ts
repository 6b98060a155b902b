import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { EngineError, isKind, messageOf } from '../base/errors.ts';
import { authOf, type CliAuth, type CliConfig, cliConfigSchema, HUB_SERVER, helperOf, serverOf } from '../formats/docker/cli-config.ts';
import { askCredentialHelper } from '../sys/credential-helper.ts';

/** What a client gives to be let in. */
export interface Login {
  readonly username: string;
  /** A password, or a refresh token when the user name is TOKEN_USER. */
  readonly secret: string;
}

/** Of a login that is a refresh token (protocol of credential helpers). */
export const TOKEN_USER = '<token>';

const helperAnswer = z.looseObject({ Username: z.string(), Secret: z.string() });
const helperList = z.record(z.string().max(1024), z.string().max(1024));

/** A login without its secret. */
export interface KnownLogin {
  /** `host[:port]`; `docker.io`: Docker's own. */
  readonly registry: string;
  /** Empty: a token, or not told. */
  readonly username: string;
  /** The helper that keeps it; empty: the file itself. */
  readonly helper: string;
}

/** The credentials that the docker CLI keeps, in its file or by its helpers: a login with one is a login with the other. */
export class Keychain {
  readonly #path: string;

  /** `directory`: DOCKER_CONFIG or ~/.docker by default. */
  constructor(directory = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker')) {
    this.#path = join(directory, 'config.json');
  }

  /** For a registry (`host[:port]`, a URL, empty: Docker's own); undefined: none are kept. Throws EngineError for a file or helper that is broken. */
  async get(registry: string): Promise<Login | undefined> {
    const config = this.#read();
    const server = serverOf(registry);
    const helper = helperOf(config, server);
    if (helper === undefined) return loginOf(authOf(config, server), this.#path);
    try {
      const { Username, Secret } = helperAnswer.parse(JSON.parse(await askCredentialHelper(helper, 'get', server)));
      return { username: Username, secret: Secret };
    } catch (error) {
      if (isKind(error, 'NotFound')) return undefined;
      if (error instanceof SyntaxError || error instanceof z.ZodError)
        throw new EngineError('Internal', `the credential helper ${helper} gave no valid answer for ${server}`);
      throw error;
    }
  }

  /** The file's path, and the helper that keeps what is stored for a registry; empty: the file itself. */
  keeper(registry: string): { readonly path: string; readonly helper: string } {
    return { path: this.#path, helper: helperOf(this.#read(), serverOf(registry)) ?? '' };
  }

  /** Every login that is kept, and what kept helpers from telling theirs. Throws EngineError for a file that is broken. */
  async list(): Promise<{ readonly logins: readonly KnownLogin[]; readonly problems: readonly string[] }> {
    const config = this.#read();
    const logins = new Map<string, KnownLogin>();
    const problems: string[] = [];
    for (const [key, auth] of Object.entries(config.auths ?? {})) {
      const server = serverOf(key);
      if (helperOf(config, server) !== undefined) continue;
      const login = loginOf(auth, this.#path);
      if (login !== undefined) logins.set(server, known(server, login.username, ''));
    }
    for (const helper of new Set([config.credsStore ?? '', ...Object.values(config.credHelpers ?? {})])) {
      if (helper === '') continue;
      try {
        const told = helperList.parse(JSON.parse((await askCredentialHelper(helper, 'list', '')).trim() || '{}'));
        for (const [key, username] of Object.entries(told)) {
          const server = serverOf(key);
          if (helperOf(config, server) === helper) logins.set(server, known(server, username, helper));
        }
      } catch (error) {
        const isNonsense = error instanceof SyntaxError || error instanceof z.ZodError;
        problems.push(isNonsense ? `the credential helper ${helper} gave no valid list` : messageOf(error));
      }
    }
    return { logins: [...logins.values()], problems };
  }

  async store(registry: string, { username, secret }: Login): Promise<void> {
    const config = this.#read();
    const server = serverOf(registry);
    const helper = helperOf(config, server);
    if (helper !== undefined) {
      await askCredentialHelper(helper, 'store', JSON.stringify({ ServerURL: server, Username: username, Secret: secret }));
      // As Docker does: it shows for which registries there is a login.
      this.#write({ ...config, auths: { ...config.auths, [server]: {} } });
      return;
    }
    const isToken = username === TOKEN_USER;
    const auth = Buffer.from(isToken ? `${TOKEN_USER}:` : `${username}:${secret}`).toString('base64');
    this.#write({ ...config, auths: { ...config.auths, [server]: { auth, ...(isToken ? { identitytoken: secret } : {}) } } });
  }

  /** False when there was nothing to forget. */
  async erase(registry: string): Promise<boolean> {
    const config = this.#read();
    const server = serverOf(registry);
    const helper = helperOf(config, server);
    const had = (await this.get(registry)) !== undefined;
    if (helper !== undefined && had) await askCredentialHelper(helper, 'erase', server);
    const auths = Object.fromEntries(Object.entries(config.auths ?? {}).filter(([key]) => serverOf(key) !== server));
    if (Object.keys(auths).length < Object.keys(config.auths ?? {}).length) this.#write({ ...config, auths });
    return had;
  }

  #read(): CliConfig {
    let bytes: string;
    try {
      bytes = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw new EngineError('Internal', `${this.#path}: ${(error as Error).message}`, { cause: error });
    }
    try {
      return cliConfigSchema.parse(bytes.trim() === '' ? {} : JSON.parse(bytes));
    } catch (error) {
      // The parser's own words would quote the file, and with it a secret.
      const why = error instanceof z.ZodError ? z.prettifyError(error) : 'not valid JSON';
      throw new EngineError('InvalidArgument', `${this.#path}: ${why}`, { cause: error });
    }
  }

  /** Whole or not at all, for its user alone; what the file is a link to stays where it is. */
  #write(config: CliConfig): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const target = realPathOf(this.#path);
    const temporary = `${target}.${randomUUID()}`;
    try {
      writeFileSync(temporary, `${JSON.stringify(config, null, '\t')}\n`, { mode: 0o600, flag: 'wx' });
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}

const known = (server: string, username: string, helper: string): KnownLogin => ({
  registry: server === HUB_SERVER ? 'docker.io' : server,
  username: username === TOKEN_USER ? '' : username,
  helper,
});

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function loginOf(auth: CliAuth | undefined, path: string): Login | undefined {
  if (auth === undefined) return undefined;
  if (auth.identitytoken) return { username: TOKEN_USER, secret: auth.identitytoken };
  if (auth.username) return { username: auth.username, secret: auth.password ?? '' };
  if (!auth.auth) return undefined;
  const pair = Buffer.from(auth.auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = pair.indexOf(':');
  if (colon <= 0) throw new EngineError('InvalidArgument', `${path}: auths: not user:password in base64`);
  return { username: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}
