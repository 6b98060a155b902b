import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ShellError } from '../ipc/failure.ts';
import { EngineClient } from './http-client.ts';
import { lastWords } from './last-words.ts';
import type { EngineLocation } from './location.ts';
import type { EngineHost, EngineProcess, Probe } from './supervisor.ts';

export interface EngineProgram {
  /** A Node that runs the engine. */
  readonly node: string;
  /** The engine's entry. */
  readonly daemon: string;
}

const versionSchema = z.looseObject({ Version: z.string() });
const PROBE_WITHIN = 5000;
/** Bytes at the end of a log that are looked at. */
const LOG_TAIL = 64 * 1024;

/** The real world of the supervisor: an engine process of its own session that outlives this one. */
export function engineHost(location: EngineLocation, program: EngineProgram): EngineHost {
  const client = new EngineClient(location.socket);
  return {
    probe: () => probe(client),
    whyNot() {
      if (process.getuid?.() === 0) return null;
      return `No engine answers at ${location.socket}, and starting one needs root: sudo ${program.node} ${program.daemon} --root ${location.root} --run ${location.run} --host unix://${location.socket}`;
    },
    spawn: () => spawnEngine(location, program),
    watch(onEnd) {
      const abort = new AbortController();
      void hold(client, abort.signal).finally(() => {
        if (!abort.signal.aborted) onEnd();
      });
      return { [Symbol.dispose]: () => abort.abort() };
    },
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    now: () => performance.now(),
  };
}

async function probe(client: EngineClient): Promise<Probe> {
  if (!existsSync(client.socketPath)) return { kind: 'gone' };
  try {
    const version = versionSchema.parse(await client.json('GET', '/version', { signal: AbortSignal.timeout(PROBE_WITHIN) })).Version;
    return { kind: 'answers', version };
  } catch (error) {
    const code = error instanceof ShellError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
    if (code === 'ENOENT') return { kind: 'gone' };
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return { kind: 'dead' };
    if (code === 'EACCES') return { kind: 'refused', reason: `An engine is there, but this user may not use its socket ${client.socketPath}.` };
    return { kind: 'refused', reason: `What listens at ${client.socketPath} does not answer as an engine does: ${(error as Error).message}` };
  }
}

/** An event stream that no event matches: open for as long as the engine lives, at no cost. */
async function hold(client: EngineClient, signal: AbortSignal): Promise<void> {
  try {
    const body = await client.stream('GET', '/events', { query: { filters: '{"type":["daemon"]}' }, signal });
    for await (const _chunk of body);
  } catch {
    // However it ended, it ended: the next probe tells why.
  }
}

function spawnEngine({ root, run, socket }: EngineLocation, { node, daemon }: EngineProgram): EngineProcess {
  mkdirSync(run, { recursive: true, mode: 0o755 });
  const log = join(run, 'engine.log');
  const start = existsSync(log) ? statSync(log).size : 0;
  const fd = openSync(log, 'a', 0o600);
  const child = spawn(node, [daemon, '--root', root, '--run', run, '--host', `unix://${socket}`], { detached: true, cwd: '/', stdio: ['ignore', fd, fd] });
  closeSync(fd);
  child.unref();
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(lastWords(readFileSync(log).subarray(start).subarray(-LOG_TAIL).toString())));
  });
  return { exited, terminate: () => void child.kill('SIGTERM') };
}
