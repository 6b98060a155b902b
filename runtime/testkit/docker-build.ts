import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandResult, RealEngine } from './real-engine.ts';

export interface BuildOptions {
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Changes the context before it is sent. */
  readonly prepare?: (directory: string) => void;
  /** Of the context's files. */
  readonly dockerfile?: string;
}

/** Drives the docker CLI's classic builder against an engine. */
export class DockerBuilds {
  readonly #engine: RealEngine;
  readonly #image: string;
  #names = 0;

  /** `image` stands in Dockerfiles where they say `FROM base`. */
  constructor(engine: RealEngine, image: string) {
    this.#engine = engine;
    this.#image = image;
  }

  /** `docker build` of a Dockerfile and the files beside it. */
  async run(dockerfile: string | null, { files = {}, args = [], env = {}, dockerfile: path, prepare }: BuildOptions = {}): Promise<CommandResult> {
    const directory = mkdtempSync(join(this.#engine.directory, 'context-'));
    try {
      const all = { ...(dockerfile === null ? {} : { Dockerfile: this.withBase(dockerfile) }), ...files };
      for (const [name, content] of Object.entries(all)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), content);
      }
      prepare?.(directory);
      const network = args.includes('--network') ? [] : ['--network', 'none'];
      return await this.#engine.docker(['build', ...network, ...(path === undefined ? [] : ['-f', join(directory, path)]), ...args, directory], undefined, {
        DOCKER_BUILDKIT: '0',
        ...env,
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  withBase(dockerfile: string): string {
    return dockerfile.replaceAll(/^FROM ((?:--\S+ )*)base\b/gm, `FROM $1${this.#image}`);
  }

  /** The name of the image. Throws unless it was built. */
  async image(dockerfile: string | null, options: BuildOptions = {}): Promise<string> {
    const name = `built:${++this.#names}`;
    const { code, out, err } = await this.run(dockerfile, { ...options, args: ['-t', name, ...(options.args ?? [])] });
    if (code !== 0) throw new Error(`docker build: ${code}\n${out}\n${err}`);
    return name;
  }

  /** What a shell in a container of the image prints. */
  async shell(image: string, script: string): Promise<string> {
    return this.#engine.dockerOutput('run', '--rm', '--network', 'none', '--entrypoint', '', image, 'sh', '-c', script);
  }

  /** What a shell prints in a container of the image that is built. */
  async output(dockerfile: string, script: string, options: BuildOptions = {}): Promise<string> {
    return this.shell(await this.image(dockerfile, options), script);
  }

  /** What is said of a build that fails. */
  async failure(dockerfile: string | null, options: BuildOptions = {}): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
    const result = await this.run(dockerfile, options);
    if (result.code === 0) throw new Error(`it was built:\n${result.out}`);
    return result;
  }
}
