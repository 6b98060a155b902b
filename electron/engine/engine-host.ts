import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ShellError } from '../ipc/failure.ts';
import { engineLogFolder, engineLogPath } from './engine-log.ts';
import { EngineClient } from './http-client.ts';
import { lastWords } from './last-words.ts';
import type { EngineLocation } from './location.ts';
import type { EngineProgram } from './program.ts';
import { socketSigns } from './socket-signs.ts';
import { type Machine, type StartCommand, startWay } from './start-way.ts';
import type { EngineHost, EngineProcess, Probe } from './supervisor.ts';

const versionSchema = z.looseObject({ Version: z.string() });
const PROBE_WITHIN = 5000;
/** Bytes at the end of a log that are looked at. */
const LOG_TAIL = 64 * 1024;
/** Where packages and administrators put it. */
const SERVICES = ['/etc', '/usr/lib', '/lib'].map((place) => `${place}/systemd/system/slipway.service`);

/** The real world of the supervisor: an engine process of its own session that outlives this one. */
export function engineHost(location: EngineLocation, program: EngineProgram): EngineHost {
  const client = new EngineClient(location.socket);
  return {
    probe: () => probe(client),
    permission() {
      const way = startWay(thisMachine(), program, location);
      return way.kind === 'none' ? way : { kind: way.kind === 'asks' ? 'asks' : 'free' };
    },
    spawn() {
      const way = startWay(thisMachine(), program, location);
      if (way.kind === 'none') throw new ShellError(way.reason, 403);
      return way.handsOver ? handOver(way.command) : spawnEngine(way.command, location);
    },
    watch(onEnd) {
      const abort = new AbortController();
      void hold(client, abort.signal).finally(() => {
        if (!abort.signal.aborted) onEnd();
      });
      return { [Symbol.dispose]: () => abort.abort() };
    },
    signs: (onSign) => socketSigns(location.socket, onSign),
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

function thisMachine(): Machine {
  const uid = process.getuid?.() ?? 0;
  const isThere = (path: string) => existsSync(path);
  return { uid, hasService: SERVICES.some(isThere), hasPkexec: isThere('/usr/bin/pkexec'), group: groupName(process.getgid?.() ?? 0) };
}

/** By /etc/group; the number itself for a group without a name there. */
function groupName(gid: number): string {
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((one) => one.split(':')[2] === String(gid));
  return line?.split(':')[0] ?? String(gid);
}

/** A command that has the engine started by the system; its own end says something only when it has failed. */
function handOver([file, ...args]: StartCommand): EngineProcess {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LOG_TAIL);
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => {
      if (code !== 0) resolve(said.trim() || `${file} ended with ${code}`);
    });
  });
  return { exited, terminate: () => void spawn('systemctl', ['stop', 'slipway.service'], { stdio: 'ignore' }).on('error', () => undefined) };
}

function spawnEngine([file, ...args]: StartCommand, location: EngineLocation): EngineProcess {
  mkdirSync(engineLogFolder(location), { recursive: true, mode: 0o755 });
  const log = engineLogPath(location);
  const start = existsSync(log) ? statSync(log).size : 0;
  const fd = openSync(log, 'a', 0o600);
  const child = spawn(file, args, { detached: true, cwd: '/', stdio: ['ignore', fd, fd] });
  closeSync(fd);
  child.unref();
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(lastWords(readFileSync(log).subarray(start).subarray(-LOG_TAIL).toString())));
  });
  return { exited, terminate: () => void child.kill('SIGTERM') };
}
