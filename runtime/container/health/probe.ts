import { setImmediate } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import { goDuration } from '../../base/units.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import type { Exec } from '../exec-table.ts';
import { SIGKILL } from '../signals.ts';
import { createExec, type LaunchedExec, launchExec } from '../verbs/exec.ts';
import type { ProbeResult } from './health.ts';
import type { HealthSettings } from './settings.ts';
import { timerDelay } from './timer-delay.ts';

const MAX_OUTPUT = 4096;
/** A process in the middle of a system call that cannot be interrupted dies late; its probe is over by then. */
const DEATH_GRACE_MS = 2000;

type Outcome = Pick<ProbeResult, 'exitCode' | 'output'>;

/** The newest bytes do not matter: a probe's first words tell what is wrong. */
class BoundedOutput {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  add(data: Uint8Array): void {
    if (this.#size < MAX_OUTPUT) this.#pieces.push(data.subarray(0, MAX_OUTPUT - this.#size));
    this.#size += data.length;
  }

  toString(): string {
    return `${Buffer.concat(this.#pieces).toString()}${this.#size > MAX_OUTPUT ? '...' : ''}`;
  }
}

/**
 * Runs the check once, as the container's own user, in its environment and directory. Never rejects. When it takes too long or
 * `signal` is aborted it is killed with all its process group; after an abort nothing waits for it, since it may be frozen.
 */
export async function runProbe(engine: ContainerEngine, entity: Entity, settings: HealthSettings, signal: AbortSignal): Promise<Outcome> {
  let exec: Exec | null = null;
  let launched: LaunchedExec;
  // The table of execs keeps some of those that have ended for clients to ask about: probes would drive them out.
  const forget = (): void => {
    if (exec !== null) entity.execs.delete(exec.id);
  };
  try {
    exec = createExec(engine, entity, {
      attachStdin: false,
      attachStdout: true,
      attachStderr: true,
      tty: false,
      cmd: settings.argv,
      env: [],
      user: '',
      workingDir: '',
      privileged: false,
      detachKeys: '',
    });
    launched = await launchExec(engine, entity, exec, { tied: true });
  } catch (error) {
    forget();
    return { exitCode: -1, output: messageOf(error).slice(0, MAX_OUTPUT) };
  }
  const { process, exited } = launched;
  void exited.then(forget);
  const output = new BoundedOutput();
  const reading = (async () => {
    for await (const { data } of process.output) output.add(data);
  })();
  const interrupted = Promise.withResolvers<'aborted' | 'late'>();
  const onAbort = (): void => interrupted.resolve('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => interrupted.resolve('late'), timerDelay(settings.timeout));
  if (signal.aborted) onAbort();
  const ended = await Promise.race([exited, interrupted.promise]);
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  if (typeof ended === 'number') {
    // All that it wrote has arrived before its exit; what it left in the background may hold its output open.
    await Promise.race([reading, setImmediate()]);
    await process[Symbol.asyncDispose]();
    return { exitCode: ended, output: output.toString() };
  }
  process.signal(SIGKILL);
  const closed = Promise.race([exited, graceOver()]).then(() => process[Symbol.asyncDispose]());
  if (ended === 'aborted') return { exitCode: -1, output: '' };
  await closed;
  const text = output.toString();
  return { exitCode: -1, output: `Health check exceeded timeout (${goDuration(settings.timeout)})${text === '' ? '' : `: ${text}`}` };
}

function graceOver(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, DEATH_GRACE_MS).unref());
}
