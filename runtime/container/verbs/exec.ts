import { randomBytes } from 'node:crypto';
import { EngineError, messageOf } from '../../base/errors.ts';
import type { ExecProcess } from '../../sys/launcher/launcher.ts';
import { Attachment } from '../attach/attachment.ts';
import { parseDetachKeys } from '../attach/detach-keys.ts';
import { failedStreams } from '../attach/failed-streams.ts';
import type { AttachedStreams, ExecConfig } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { rememberExec } from '../exec-records.ts';
import { Exec, pruneExecs } from '../exec-table.ts';
import { execPlanOf, expectExec, type PlanOptions } from '../launch/exec-plan.ts';
import { launchFailure } from '../launch/failure.ts';
import { checkEnvironment } from '../spec/environment.ts';
import { workingDirectory } from '../spec/spec.ts';

export function createExec(engine: ContainerEngine, entity: Entity, config: ExecConfig): Exec {
  checkExecutable(entity);
  if (config.cmd.length === 0) throw new EngineError('InvalidArgument', 'No exec command specified');
  if (config.cmd.some((argument) => argument.includes('\0'))) throw new EngineError('InvalidArgument', 'Cmd: an argument contains a NUL byte');
  checkEnvironment(config.env);
  if (config.workingDir !== '') workingDirectory(config.workingDir);
  parseDetachKeys(config.detachKeys);
  const exec = new Exec(randomBytes(32).toString('hex'), entity.id, config);
  entity.execs.set(exec.id, exec);
  pruneExecs(entity.execs);
  showExecs(engine, entity);
  engine.announce(entity, `exec_create: ${config.cmd.join(' ')}`, { execID: exec.id });
  expectExec(engine, entity, exec);
  return exec;
}

export async function startExec(
  engine: ContainerEngine,
  entity: Entity,
  exec: Exec,
  options: PlanOptions & { readonly attach: boolean; readonly signal: AbortSignal },
): Promise<AttachedStreams | null> {
  if (exec.hasStarted) throw new EngineError('Conflict', `Error: Exec command ${exec.id} ${exec.running ? 'is already running' : 'has already run'}`);
  checkExecutable(entity);
  let launched: LaunchedExec;
  try {
    launched = await launchExec(engine, entity, exec, options);
  } catch (error) {
    if (!options.attach || !(error instanceof EngineError)) throw error;
    return failedStreams(exec.config.tty, `${error.message}\r\n`);
  }
  if (options.attach) {
    const onDetach = (): void => engine.announce(entity, 'exec_detach', { execID: exec.id });
    return attached(exec, launched, { signal: options.signal, onDetach });
  }
  // The monitor throws away what nobody reads; the exit record still comes.
  void launched.process[Symbol.asyncDispose]();
  return null;
}

/** A running exec; `exited` resolves to its code once that is known to all, and never rejects. */
export interface LaunchedExec {
  readonly process: ExecProcess;
  readonly exited: Promise<number>;
}

/** Runs it and tells of its start and end. Throws what a client is to be told. `tied` as in ExecPlan. */
export async function launchExec(engine: ContainerEngine, entity: Entity, exec: Exec, options: PlanOptions): Promise<LaunchedExec> {
  exec.hasStarted = true;
  exec.running = true;
  let process: ExecProcess;
  try {
    process = await entity.running().exec(execPlanOf(engine, entity, exec, options));
  } catch (error) {
    const failure = launchFailure(error, 'exec', exec.config.cmd[0] ?? '');
    exec.running = false;
    exec.exitCode = failure.exitCode === 128 ? 126 : failure.exitCode;
    showExecs(engine, entity);
    throw failure.error;
  }
  exec.process = process;
  exec.pid = process.pid;
  if (options.tied !== true) exec.note = rememberExec(engine, exec);
  engine.announce(entity, `exec_start: ${exec.config.cmd.join(' ')}`, { execID: exec.id });
  const ended = (exitCode: number): number => {
    exec.running = false;
    exec.exitCode = exitCode;
    exec.process = null;
    exec.note?.forget();
    exec.note = null;
    showExecs(engine, entity);
    engine.announce(entity, 'exec_die', { execID: exec.id, exitCode: String(exitCode) });
    return exitCode;
  };
  const exited = process.exited.then(
    ({ code }) => ended(code),
    (error: unknown) => {
      engine.deps.logger.warn('an exec was lost', { id: entity.id, error: messageOf(error) });
      return ended(137);
    },
  );
  return { process, exited };
}

function attached(
  exec: Exec,
  { process, exited }: LaunchedExec,
  { signal, onDetach }: { readonly signal: AbortSignal; readonly onDetach: () => void },
): AttachedStreams {
  const { tty, attachStdin, attachStdout, attachStderr, detachKeys } = exec.config;
  const left = Promise.withResolvers<void>();
  const attachment = new Attachment({
    tty,
    stdin: attachStdin,
    stdout: attachStdout,
    stderr: attachStderr,
    detachKeys: tty ? parseDetachKeys(detachKeys) : null,
    signal,
    onEnd: (isDetached) => {
      left.resolve();
      if (isDetached) onDetach();
    },
  });
  // The stream ends after the exit is known, as clients ask for the code as soon as it does, or when they have detached.
  async function* output(): AsyncGenerator<{ readonly stream: 1 | 2; readonly data: Uint8Array }> {
    for await (const piece of process.output) {
      if (tty || (piece.stream === 1 ? attachStdout : attachStderr)) yield piece;
    }
    await Promise.race([exited, left.promise]);
  }
  attachment.connect({
    output: output(),
    write: (data) => process.write(data),
    closeStdin: () => process.closeStdin(),
    resize: (rows, columns) => process.resize(rows, columns),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  });
  return attachment;
}

export function resizeExec(exec: Exec, rows: number, columns: number): void {
  if (!exec.running || exec.process === null) throw new EngineError('Conflict', `exec ${exec.id} is not running`);
  exec.process.resize(rows, columns);
}

/** Throws Conflict in Docker's words unless programs can be run in the container. */
function checkExecutable(entity: Entity): void {
  if (entity.state.status === 'paused') throw new EngineError('Conflict', `Container ${entity.id} is paused, unpause the container before exec`);
  if (entity.state.status === 'restarting') throw new EngineError('Conflict', `Container ${entity.id} is restarting, wait until the container is running`);
  entity.running();
}

function showExecs(engine: ContainerEngine, entity: Entity): void {
  const execIds = [...entity.execs.values()].filter(({ exitCode }) => exitCode === null).map(({ id }) => id);
  engine.show(entity, { execIds });
}
