import type { AttachedStreams, ExecConfig } from '../container/container-service.ts';
import type { ContainerServiceHandle } from '../container/service.ts';
import { type ContainerRig, openContainerRig } from './container-rig.ts';

type Config = Parameters<ContainerServiceHandle['create']>[0];
/** Everything but the name of the image has a default. */
export type SessionConfig = Partial<Config>;

export interface Ended {
  /** Both outputs as they came. */
  readonly output: string;
  readonly exitCode: number | null;
}

const EXEC: ExecConfig = {
  attachStdin: false,
  attachStdout: true,
  attachStderr: true,
  tty: false,
  cmd: [],
  env: [],
  user: '',
  workingDir: '',
  privileged: false,
  detachKeys: '',
};

async function textOf(streams: AttachedStreams | null): Promise<string> {
  let text = '';
  for await (const { data } of streams?.output ?? []) text += Buffer.from(data).toString();
  return text;
}

/** Short verbs over a container service on the real kernel. Disposing removes every container. */
export class ContainerSession implements AsyncDisposable {
  readonly rig: ContainerRig;
  readonly #signal = new AbortController().signal;
  readonly #made = new Set<string>();
  #names = 0;

  private constructor(rig: ContainerRig) {
    this.rig = rig;
  }

  static async open(): Promise<ContainerSession> {
    return new ContainerSession(await openContainerRig());
  }

  get #containers(): ContainerServiceHandle {
    return this.rig.containers;
  }

  /** A container without a network, unless asked for; answers its name. */
  async create(cmd: readonly string[], config: SessionConfig = {}): Promise<string> {
    const name = `session-${this.#names++}`;
    const host = { NetworkMode: 'none', ...config.HostConfig };
    await this.#containers.create({ Image: 'busybox', Cmd: [...cmd], ...config, HostConfig: host }, { name });
    this.#made.add(name);
    return name;
  }

  /** As `create`, and starts it. */
  async start(cmd: readonly string[], config: SessionConfig = {}): Promise<string> {
    const name = await this.create(cmd, config);
    await this.#containers.start(name);
    return name;
  }

  /** Runs to the end and removes it. */
  async run(cmd: readonly string[], config: SessionConfig = {}): Promise<Ended> {
    const name = await this.create(cmd, config);
    try {
      const exit = this.#containers.wait(name, 'next-exit', { signal: this.#signal, armed: () => undefined });
      exit.catch(() => undefined);
      await this.#containers.start(name);
      const { exitCode } = await exit;
      return { output: await this.logs(name), exitCode };
    } finally {
      await this.remove(name);
    }
  }

  /** A shell script in a container of its own; both outputs. */
  async sh(script: string, config: SessionConfig = {}): Promise<string> {
    return (await this.run(['sh', '-c', script], config)).output;
  }

  async exec(name: string, cmd: readonly string[], change: Partial<ExecConfig> = {}): Promise<Ended> {
    const id = this.#containers.execCreate(name, { ...EXEC, cmd: [...cmd], ...change });
    const output = await textOf(await this.#containers.execStart(id, { attach: true, signal: this.#signal }));
    return { output, exitCode: this.#containers.execInspect(id).exitCode };
  }

  async logs(name: string): Promise<string> {
    let text = '';
    for await (const batch of this.#containers.logs(name, { stdout: true, stderr: true, follow: false, signal: this.#signal })) {
      for (const { data } of batch) text += Buffer.from(data).toString();
    }
    return text;
  }

  /** Pid of its init on the host. */
  pid(name: string): number {
    return this.#containers.inspect(name).state.pid;
  }

  async remove(name: string): Promise<void> {
    this.#made.delete(name);
    await this.#containers.remove(name, { force: true, volumes: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#made) await this.remove(name);
    await this.rig[Symbol.asyncDispose]();
  }
}
