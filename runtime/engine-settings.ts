import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError, messageOf } from './base/errors.ts';
import { parseSize } from './base/units.ts';
import { logSettingsOf } from './container/spec/log-config.ts';
import type { HostConfig } from './formats/docker/container-config.ts';
import { type DaemonConfig, daemonConfigSchema } from './formats/docker/daemon-config.ts';

/** Longer than any that people write. */
const LIMIT = 1024 * 1024;
const PROXY_VARIABLES = { 'http-proxy': 'HTTP_PROXY', 'https-proxy': 'HTTPS_PROXY', 'no-proxy': 'NO_PROXY' } as const;

/** What the configuration file says, kept in step with it; a change is in force at once for whatever begins after it. */
export class EngineSettings {
  readonly path: string;
  readonly #environment: NodeJS.ProcessEnv;
  /** What the engine was started with, for proxies that are taken away again. */
  readonly #inherited: NodeJS.ProcessEnv;
  /** The file as it was read or written last. */
  #text: string;
  #current: DaemonConfig;

  /** Reads the file; one that is absent counts as empty. Throws InvalidArgument naming file and key. */
  constructor(path: string, environment: NodeJS.ProcessEnv = process.env) {
    this.path = path;
    this.#environment = environment;
    this.#inherited = { ...environment };
    this.#text = readText(path);
    this.#current = parseSettings(this.#text, path);
    this.#applyProxies();
  }

  get current(): DaemonConfig {
    return this.#current;
  }

  /** Takes what somebody wrote into the file meanwhile. Throws InvalidArgument naming file and key; then what was in force stays. */
  refresh(): DaemonConfig {
    const text = readText(this.path);
    if (text === this.#text) return this.#current;
    this.#current = parseSettings(text, this.path);
    this.#text = text;
    this.#applyProxies();
    return this.#current;
  }

  /**
   * Replaces the whole file, atomically. Throws InvalidArgument naming the key, and Conflict when somebody wrote into the file since it was
   * read: nobody's words are lost. Then nothing has changed. Idempotent.
   */
  replace(value: unknown): DaemonConfig {
    const next = checked(value, 'settings');
    if (readText(this.path) !== this.#text) throw new EngineError('Conflict', `${this.path} was changed meanwhile: read the settings again`);
    const text = `${JSON.stringify(withoutDefaults(next), null, 2)}\n`;
    const draft = `${this.path}.new`;
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o755 });
    try {
      const fd = openSync(draft, 'w', 0o644);
      try {
        writeSync(fd, text);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(draft, this.path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
    this.#current = next;
    this.#text = text;
    this.#applyProxies();
    return next;
  }

  /** Of a container that does not say otherwise. */
  get containerDefaults(): Pick<HostConfig, 'DnsSearch' | 'DnsOptions' | 'LogConfig'> {
    const { 'dns-search': DnsSearch, 'dns-opts': DnsOptions, 'log-driver': Type, 'log-opts': Config } = this.#current;
    return { DnsSearch, DnsOptions, LogConfig: { Type, Config } };
  }

  /** Bytes; null: not said. */
  get buildCacheLimit(): number | null {
    return parseSize(this.#current.builder.gc.defaultKeepStorage ?? '');
  }

  #applyProxies(): void {
    for (const [key, variable] of Object.entries(PROXY_VARIABLES) as [keyof typeof PROXY_VARIABLES, string][]) {
      const value = this.#current.proxies[key] || this.#inherited[variable];
      if (value === undefined) delete this.#environment[variable];
      else this.#environment[variable] = value;
    }
  }
}

function readText(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length > LIMIT) throw new EngineError('InvalidArgument', `${path}: is longer than ${LIMIT} characters`);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parseSettings(text: string, path: string): DaemonConfig {
  if (text.trim() === '') return checked({}, path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('InvalidArgument', `${path}: ${messageOf(cause)}`, { cause });
  }
  return checked(value, path);
}

function checked(value: unknown, where: string): DaemonConfig {
  const parsed = daemonConfigSchema.safeParse(value);
  if (parsed.success) {
    const { 'log-driver': Type, 'log-opts': Config } = parsed.data;
    logSettingsOf({ LogConfig: { Type, Config } });
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? `the following directives are not known: ${issue.keys.join(', ')}` : null;
  const path = issue?.path.join('.') ?? '';
  throw new EngineError('InvalidArgument', `${where}: ${unknown ?? `${path === '' ? '' : `${path} `}${issue?.message ?? 'is not valid'}`}`);
}

/** A file says only what somebody has chosen. */
function withoutDefaults(config: DaemonConfig): object {
  const defaults = daemonConfigSchema.parse({});
  return Object.fromEntries(Object.entries(config).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key as keyof DaemonConfig])));
}
