import type { ExecPlan, ExecShape, MonitorHandle } from '../../sys/launcher/launcher.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import type { Exec } from '../exec-table.ts';
import { extendEnvironment } from '../spec/environment.ts';
import { workingDirectory } from '../spec/spec.ts';
import { type ResolvedUser, resolveUser } from '../spec/user.ts';
import { basisOf } from './basis.ts';
import { isBornInside } from './exec-visibility.ts';
import { finalOps } from './final-ops.ts';
import { linkVariables } from './links.ts';

export interface PlanOptions {
  readonly consoleSize?: { readonly rows: number; readonly columns: number };
  /** As in ExecPlan. */
  readonly tied?: boolean;
}

/** Who the exec runs as, found while its client reads the answer to the creation. */
interface Known {
  readonly exec: Exec;
  readonly monitor: MonitorHandle;
  readonly user: ResolvedUser;
  readonly at: number;
}

/** The container's files may name the user otherwise later. */
const KNOWN_MS = 100;

const known = new WeakMap<Entity, Known>();

/** Makes ready, once the present answer is out, what a start that follows at once would wait for. Nothing depends on it. */
export function expectExec(engine: ContainerEngine, entity: Entity, exec: Exec): void {
  known.delete(entity);
  setImmediate(() => {
    if (exec.hasStarted || entity.monitor === null || !entity.isLive) return;
    const { monitor } = entity;
    const { limits } = basisOf(engine, entity).spec;
    // A process that waits counts as one of the container's.
    monitor.expectExec(limits.pids === undefined ? shapeOf(engine, entity, exec, {}) : null);
    try {
      known.set(entity, { exec, monitor, user: userOf(engine, entity, exec), at: performance.now() });
    } catch {
      // The start fails by it, and tells its client.
    }
  });
}

/** Throws InvalidArgument for a user that the container does not know, Conflict unless it runs. */
export function execPlanOf(engine: ContainerEngine, entity: Entity, exec: Exec, options: PlanOptions): ExecPlan {
  const { privileges } = engine.deps;
  const { config } = exec;
  const basis = basisOf(engine, entity);
  const { spec } = basis;
  const capabilities = config.privileged ? privileges.capabilities({ add: ['ALL'], drop: [] }) : basis.capabilities;
  const terminal = config.tty ? ['TERM=xterm'] : [];
  const [path = '', ...rest] = config.cmd;
  return {
    ...shapeOf(engine, entity, exec, options),
    ops: [
      ...(config.tty ? [{ op: 'console' as const }] : []),
      ...finalOps({
        argv: [path, ...rest],
        env: extendEnvironment(extendEnvironment([...terminal, ...linkVariables(engine, entity.container)], spec.env), config.env),
        cwd: config.workingDir === '' ? spec.cwd : workingDirectory(config.workingDir),
        user: knownUserOf(entity, exec) ?? userOf(engine, entity, exec),
        capabilities,
        seccomp: config.privileged ? null : basis.seccomp,
        noNewPrivileges: spec.security.noNewPrivileges,
        rlimits: spec.rlimits,
        createCwd: false,
        init: false,
      }),
    ],
  };
}

function shapeOf(engine: ContainerEngine, entity: Entity, { config }: Exec, options: PlanOptions): ExecShape {
  const size = options.consoleSize ?? config.consoleSize;
  return {
    tty: config.tty,
    openStdin: config.attachStdin,
    tied: options.tied ?? false,
    inside: isBornInside(engine, entity, basisOf(engine, entity).spec),
    ...(size === undefined ? {} : { size }),
    cgroup: engine.deps.cgroups.join(entity.id),
  };
}

function userOf(engine: ContainerEngine, entity: Entity, { config }: Exec): ResolvedUser {
  const { spec } = basisOf(engine, entity);
  const { pid } = entity.running();
  const { readInRoot } = engine.deps;
  return resolveUser(config.user || spec.user, spec.groupAdd, readInRoot(pid, '/etc/passwd'), readInRoot(pid, '/etc/group'));
}

/** For the newest exec alone, and once: another one that has run meanwhile may have changed the files. */
function knownUserOf(entity: Entity, exec: Exec): ResolvedUser | null {
  const found = known.get(entity);
  known.delete(entity);
  const isFresh = found?.exec === exec && found.monitor === entity.monitor && performance.now() - found.at < KNOWN_MS;
  return isFresh ? found.user : null;
}
