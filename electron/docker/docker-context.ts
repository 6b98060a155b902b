import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { DockerContextState } from '../ipc/contract/docker.ts';
import { ShellError } from '../ipc/failure.ts';
import { replaceFile, writeAtomically } from '../settings/store.ts';
import { withMember } from './json-text.ts';
import { socketOwner } from './socket-owner.ts';

const NAME = 'slipway';
/** No context: what DOCKER_HOST says, else /var/run/docker.sock. */
const DEFAULT = 'default';
const configSchema = z.looseObject({ currentContext: z.string().optional() });
const metaSchema = z.looseObject({ Endpoints: z.looseObject({ docker: z.looseObject({ Host: z.string() }) }) });
const keptSchema = z.looseObject({ previous: z.string().max(255) });

export interface DockerContextOptions {
  /** Of the engine. */
  readonly socket: string;
  /** Where the app keeps which context there was before. */
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The context of the docker CLI by which its commands go to this engine. */
export class DockerContext {
  readonly #host: string;
  readonly #folder: string;
  readonly #keptPath: string;
  readonly #env: NodeJS.ProcessEnv;
  #work: Promise<unknown> = Promise.resolve();

  constructor({ socket, config, env }: DockerContextOptions) {
    this.#host = `unix://${socket}`;
    this.#folder = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
    this.#keptPath = join(config, 'docker-context.json');
    this.#env = env;
  }

  /** Looks and changes nothing. @throws ShellError for a config.json that cannot be understood */
  async read(): Promise<DockerContextState> {
    const current = currentOf(await this.#configText(), this.#configPath);
    const host = await this.#contextHost();
    return {
      on: current === NAME && host === this.#host,
      current,
      config: this.#configPath,
      host: this.#host,
      overruledBy: (['DOCKER_HOST', 'DOCKER_CONTEXT'] as const).find((name) => this.#env[name]) ?? '',
      socket: await socketOwner(this.#host.slice('unix://'.length)),
    };
  }

  /** Creates the context and makes it the current one, or gives the place back to the one before. Idempotent; changes follow each other. */
  set(on: boolean): Promise<DockerContextState> {
    const done = this.#work.then(async () => {
      await (on ? this.#switchOn() : this.#switchOff());
      return await this.read();
    });
    this.#work = done.catch(() => undefined);
    return done;
  }

  get #configPath(): string {
    return join(this.#folder, 'config.json');
  }

  /** As the docker CLI names the folders of its contexts. */
  get #metaFolder(): string {
    return join(this.#folder, 'contexts/meta', createHash('sha256').update(NAME).digest('hex'));
  }

  async #switchOn(): Promise<void> {
    const text = await this.#configText();
    const before = currentOf(text, this.#configPath);
    await mkdir(this.#metaFolder, { recursive: true, mode: 0o755 });
    const endpoint = { Host: this.#host, SkipTLSVerify: false };
    await replaceFile(
      join(this.#metaFolder, 'meta.json'),
      JSON.stringify({ Name: NAME, Metadata: { Description: 'Slipway' }, Endpoints: { docker: endpoint } }),
      0o644,
    );
    if (before === NAME) return;
    await writeAtomically(this.#keptPath, `${JSON.stringify({ previous: before })}\n`);
    await this.#writeConfig(withMember(text, 'currentContext', NAME));
  }

  /** Who has chosen another context since then keeps it. */
  async #switchOff(): Promise<void> {
    const text = await this.#configText();
    if (currentOf(text, this.#configPath) === NAME) {
      const previous = await this.#previous();
      await this.#writeConfig(withMember(text, 'currentContext', previous === DEFAULT ? null : previous));
    }
    await rm(this.#metaFolder, { recursive: true, force: true });
    await rm(this.#keptPath, { force: true });
  }

  async #previous(): Promise<string> {
    try {
      const { previous } = keptSchema.parse(JSON.parse(await readFile(this.#keptPath, 'utf8')));
      return previous === NAME || !(await this.#exists(previous)) ? DEFAULT : previous;
    } catch {
      return DEFAULT;
    }
  }

  /** A context that was removed meanwhile would make every docker command fail. */
  async #exists(name: string): Promise<boolean> {
    const folder = join(this.#folder, 'contexts/meta', createHash('sha256').update(name).digest('hex'));
    return (
      name === DEFAULT ||
      (await stat(folder).then(
        () => true,
        () => false,
      ))
    );
  }

  /** Of the context's file; empty: there is none that can be used. */
  async #contextHost(): Promise<string> {
    try {
      return metaSchema.parse(JSON.parse(await readFile(join(this.#metaFolder, 'meta.json'), 'utf8'))).Endpoints.docker.Host;
    } catch {
      return '';
    }
  }

  async #configText(): Promise<string> {
    try {
      return await readFile(this.#configPath, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}\n';
      throw new ShellError(`${this.#configPath}: ${(error as Error).message}`, 0, { cause: error });
    }
  }

  /** The file behind a link is replaced, not the link; its permissions stay. */
  async #writeConfig(text: string): Promise<void> {
    const path = await realpath(this.#configPath).catch(() => this.#configPath);
    const mode = await stat(path).then(
      (found) => found.mode & 0o777,
      () => 0o600,
    );
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, text, mode);
  }
}

function currentOf(text: string, path: string): string {
  try {
    return configSchema.parse(JSON.parse(text)).currentContext || DEFAULT;
  } catch (error) {
    // The parser's own words would quote the file, in which logins are.
    throw new ShellError(`${path} is damaged: repair it or move it away`, 0, { cause: error });
  }
}
