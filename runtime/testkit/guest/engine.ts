import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { type Answer, EngineProcess } from '../engine-process.ts';
import { leaksAfterGrace } from '../leak-check.ts';
import { eventually } from './check.ts';
import { ROOT, SERVICE, SystemdGroups } from './systemd-groups.ts';

interface Inspected {
  readonly Id: string;
  readonly State: { readonly Pid: number; readonly Status: string; readonly Paused: boolean; readonly OOMKilled: boolean; readonly ExitCode: number };
}

export interface Ended {
  readonly id: string;
  readonly code: number;
  readonly output: string;
}

/** The engine in the guest, run as a service to which its group was given, with the few requests that the checks make. */
export class GuestEngine implements AsyncDisposable {
  readonly #groups: SystemdGroups;
  readonly #directory: string;
  #process: EngineProcess;

  private constructor(groups: SystemdGroups, directory: string, process: EngineProcess) {
    this.#groups = groups;
    this.#directory = directory;
    this.#process = process;
  }

  static async start(directory: string): Promise<GuestEngine> {
    const groups = new SystemdGroups();
    groups.mark(SERVICE, 'trusted.delegate');
    return new GuestEngine(groups, directory, await startIn(groups, SERVICE, directory));
  }

  get pid(): number {
    return this.#process.child.pid ?? 0;
  }

  /** As a crash, and a new start in the leaf: the group above cannot have processes any more. */
  async restart(): Promise<void> {
    await this.#process.end('SIGKILL');
    this.#process = await startIn(this.#groups, `${SERVICE}/slipway-engine`, this.#directory);
  }

  /** Throws unless the answer's status is `status`. */
  async ask(status: number, method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#process.api(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  async load(archive: string): Promise<void> {
    await this.ask(200, 'POST', '/images/load', readFileSync(archive));
  }

  /** A started container with a terminal, so that its output is plain. */
  async run(script: string, hostConfig: object = {}, image = 'busybox'): Promise<string> {
    const HostConfig = { NetworkMode: 'none', ...hostConfig };
    const created = await this.ask(201, 'POST', '/containers/create', { Image: image, Cmd: ['sh', '-c', script], Tty: true, HostConfig });
    const { Id } = created.json as { Id: string };
    await this.ask(204, 'POST', `/containers/${Id}/start`);
    return Id;
  }

  async ended(id: string): Promise<Ended> {
    const { StatusCode } = (await this.ask(200, 'POST', `/containers/${id}/wait`)).json as { StatusCode: number };
    return { id, code: StatusCode, output: await this.output(id) };
  }

  async output(id: string): Promise<string> {
    return (await this.ask(200, 'GET', `/containers/${id}/logs?stdout=1`)).text.replaceAll('\r', '').trim();
  }

  async said(id: string, word: string): Promise<string> {
    return eventually(`${word} in its output`, async () => {
      const output = await this.output(id);
      return output.includes(word) ? output : '';
    });
  }

  /** Runs a script beside a container's init, to its end; what it wrote. */
  async exec(id: string, script: string): Promise<string> {
    const config = { Cmd: ['sh', '-c', script], AttachStdout: true, AttachStderr: true, Tty: true };
    const { Id } = (await this.ask(201, 'POST', `/containers/${id}/exec`, config)).json as { Id: string };
    return (await this.ask(200, 'POST', `/exec/${Id}/start`, { Tty: true })).text.replaceAll('\r', '').trim();
  }

  async inspect(id: string): Promise<Inspected> {
    return (await this.ask(200, 'GET', `/containers/${id}/json`)).json as Inspected;
  }

  async remove(id: string): Promise<void> {
    await this.ask(204, 'DELETE', `/containers/${id}?force=1`);
  }

  /** The directory of a running container's group, as the kernel tells it. */
  async group(id: string): Promise<string> {
    return groupOf((await this.inspect(id)).State.Pid);
  }

  async file(id: string, name: string): Promise<string> {
    return readFileSync(`${await this.group(id)}/${name}`, 'utf8').trim();
  }

  /** Names of the events of a container so far, oldest first. */
  async events(id: string): Promise<string[]> {
    const query = new URLSearchParams({ since: '0', until: String(Date.now() / 1000), filters: JSON.stringify({ container: [id] }) });
    const { text } = await this.ask(200, 'GET', `/events?${query.toString()}`);
    return text.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as { Action: string }).Action));
  }

  /** Ends containers and engine. Throws when processes, mounts or groups of them stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    const rows = (await this.ask(200, 'GET', '/containers/json?all=1')).json as { Id: string }[];
    for (const { Id } of rows) await this.remove(Id);
    await this.#process.end('SIGTERM');
    await this.#groups[Symbol.asyncDispose]();
    const leaks = await leaksAfterGrace({ words: [this.#directory, ...rows.map(({ Id }) => Id)] });
    assert.deepEqual(leaks, []);
    assert.deepEqual(groupsOf(this.#directory), []);
  }
}

/** Groups that an engine of this root has made, its leaf aside. */
function groupsOf(directory: string): string[] {
  const name = `slipway-${createHash('sha256').update(`${directory}/root`).digest('hex').slice(0, 8)}`;
  return readdirSync('/sys/fs/cgroup', { recursive: true, encoding: 'utf8' }).filter((path) => path.split('/').includes(name));
}

/** A process is made where its parent is, and there before `start` first waits. */
function startIn(groups: SystemdGroups, group: string, directory: string): Promise<EngineProcess> {
  groups.enter(group);
  const starting = EngineProcess.run(process.env['DAEMON'] ?? '', directory);
  groups.enter(ROOT);
  return starting;
}

export function groupOf(pid: number): string {
  return `/sys/fs/cgroup${readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().slice('0::'.length)}`;
}
