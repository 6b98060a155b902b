import { z } from 'zod';
import { isDigest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { LintWarning } from '../../formats/dockerfile/ast.ts';
import type { BuildRecords, BuildRow } from '../../store/records/builds.ts';
import type { BuildEvent } from '../build-events.ts';
import type { BuildDetails, BuildRecord } from '../build-service.ts';
import { followLog } from './follow-log.ts';
import type { BuildBeginning, BuildHistory, RunningBuild } from './history.ts';
import type { StepLogs } from './step-logs.ts';

export interface HistoryDependencies {
  readonly records: BuildRecords;
  readonly logs: StepLogs;
  /** Told of each record that is gone. */
  readonly onRemoved?: (id: string) => void;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

/** Ended builds that are kept, with their output. */
const KEPT = 100;
const ENGINE_ENDED = 'the engine ended while it was built';
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

const strings = z.array(z.string());
const numbers = z.array(z.number());
const texts = z.record(z.string(), z.string());
const statuses = z.enum(['running', 'completed', 'failed', 'canceled']);

/** Begins with the builds that ended with the engine before. */
export class StoredHistory implements BuildHistory {
  readonly #dependencies: HistoryDependencies;
  readonly #listeners = new Set<(record: BuildRecord) => void>();

  constructor(dependencies: HistoryDependencies) {
    this.#dependencies = dependencies;
    const { records, logs } = dependencies;
    const rows = records.list();
    for (const { id, status, started_nano } of rows) {
      if (status !== 'running') continue;
      const finishedAt = records.lastTime(id) ?? BigInt(started_nano);
      for (const [index, vertex] of records.vertices(id).entries()) {
        if (vertex.started_nano === null || vertex.completed_nano !== null) continue;
        records.completeVertex(id, index, { time: finishedAt, cached: false, miss: '', error: ENGINE_ENDED });
      }
      records.end(id, { status: 'failed', finishedAt, error: ENGINE_ENDED, image: null });
    }
    const known = new Set(rows.map(({ id }) => id));
    for (const id of logs.builds()) if (!known.has(id)) logs.remove(id);
  }

  begin({ id, tags, target, dockerfileName, contextName, buildArgs }: BuildBeginning): RunningBuild {
    if (!ID.test(id)) throw new EngineError('Internal', `a build cannot have the id ${JSON.stringify(id)}`);
    const { records, logs, now } = this.#dependencies;
    if (records.get(id) !== undefined) throw new EngineError('Conflict', `buildid: there is a build ${id} already`);
    records.insert({
      id,
      status: 'running',
      started_nano: now().toString(),
      finished_nano: null,
      error: '',
      image: null,
      target,
      dockerfile_name: dockerfileName,
      context_name: contextName,
      tags: JSON.stringify(tags),
      build_args: JSON.stringify(buildArgs),
      dockerfile: '',
      warnings: '[]',
    });
    this.#dropOldest();
    this.#announce(id);
    const warnings: LintWarning[] = [];
    let vertices = 0;
    let ended = false;
    const onEvent = (event: BuildEvent): void => {
      switch (event.type) {
        case 'graph':
          vertices = event.vertices.length;
          records.putVertices(id, event.vertices);
          return this.#announce(id);
        case 'warning':
          warnings.push(event.warning);
          return records.setWarnings(id, JSON.stringify(warnings));
        case 'started':
          records.startVertex(id, event.vertex, event.time);
          return this.#announce(id);
        case 'log':
          return logs.append(id, event.vertex, event);
        case 'completed':
          logs.end(id, event.vertex);
          records.completeVertex(id, event.vertex, { time: event.time, cached: event.cached, miss: event.miss ?? '', error: event.error ?? '' });
          return this.#announce(id);
        case 'pull':
        case 'context':
        case 'steps':
        case 'progress':
        case 'container':
      }
    };
    return {
      onEvent: (event) => {
        if (!ended) onEvent(event);
      },
      describe: ({ dockerfile }) => records.setDockerfile(id, dockerfile),
      end: (outcome) => {
        if (ended) return;
        ended = true;
        for (let vertex = 0; vertex < vertices; vertex++) logs.end(id, vertex);
        const [image, error] = outcome.status === 'completed' ? [outcome.image, ''] : [null, outcome.error];
        records.end(id, { status: outcome.status, finishedAt: now(), error, image });
        this.#announce(id);
      },
    };
  }

  list(): readonly BuildRecord[] {
    return this.#dependencies.records.list().map((row) => this.#recordOf(row));
  }

  readonly details = (id: string): BuildDetails => {
    const row = this.#row(id);
    const vertices = this.#dependencies.records.vertices(id).map(({ name, stage, inputs, started_nano, completed_nano, cached, miss, error }) => ({
      name,
      stage,
      inputs: numbers.parse(JSON.parse(inputs)),
      startedAt: timeOf(started_nano),
      completedAt: timeOf(completed_nano),
      cached: cached === 1,
      miss,
      error,
    }));
    return {
      ...this.#recordOf(row),
      dockerfile: row.dockerfile,
      buildArgs: texts.parse(JSON.parse(row.build_args)),
      warnings: JSON.parse(row.warnings) as LintWarning[],
      vertices,
    };
  };

  readonly logs = (id: string, vertex: number) => {
    this.#row(id);
    return this.#dependencies.logs.read(id, vertex);
  };

  readonly followLogs = (id: string, vertex: number, signal: AbortSignal) => {
    this.#row(id);
    const { records, logs } = this.#dependencies;
    const isOver = (): boolean => records.get(id)?.status !== 'running' || records.vertices(id)[vertex]?.completed_nano != null;
    return followLog(logs, { build: id, vertex, isOver }, signal);
  };

  readonly forget = (id: string): void => {
    if (this.#row(id).status === 'running') throw new EngineError('Conflict', `build ${id} is running: end it before it is forgotten`);
    this.#remove(id);
  };

  readonly onChange = (listener: (record: BuildRecord) => void): Disposable => {
    // The same function may listen twice.
    const own = (record: BuildRecord): void => listener(record);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  };

  #row(id: string): BuildRow {
    const row = this.#dependencies.records.get(id);
    if (row === undefined) throw new EngineError('NotFound', `No such build: ${id.slice(0, 128)}`);
    return row;
  }

  #recordOf(row: BuildRow): BuildRecord {
    const { steps, cached } = this.#dependencies.records.counts(row.id);
    return {
      id: row.id,
      status: statuses.parse(row.status),
      startedAt: BigInt(row.started_nano),
      finishedAt: timeOf(row.finished_nano),
      error: row.error,
      image: row.image !== null && isDigest(row.image) ? row.image : null,
      tags: strings.parse(JSON.parse(row.tags)),
      target: row.target,
      dockerfileName: row.dockerfile_name,
      contextName: row.context_name,
      steps,
      cachedSteps: cached,
    };
  }

  #announce(id: string): void {
    if (this.#listeners.size === 0) return;
    const record = this.#recordOf(this.#row(id));
    for (const listener of this.#listeners) listener(record);
  }

  #dropOldest(): void {
    const ended = this.#dependencies.records.list().filter(({ status }) => status !== 'running');
    for (const { id } of ended.slice(KEPT)) this.#remove(id);
  }

  #remove(id: string): void {
    this.#dependencies.records.remove(id);
    this.#dependencies.logs.remove(id);
    this.#dependencies.onRemoved?.(id);
  }
}

function timeOf(nanoseconds: string | null): bigint | null {
  return nanoseconds === null ? null : BigInt(nanoseconds);
}
