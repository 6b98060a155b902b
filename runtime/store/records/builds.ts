import type { Database, Row } from '../database.ts';

/** A build as it is stored; lists and maps are JSON texts of whoever wrote them. */
export interface BuildRow extends Row {
  readonly id: string;
  readonly status: string;
  /** Nanoseconds since the epoch, in decimal. */
  readonly started_nano: string;
  readonly finished_nano: string | null;
  readonly error: string;
  readonly image: string | null;
  readonly target: string;
  readonly dockerfile_name: string;
  readonly context_name: string;
  readonly tags: string;
  readonly build_args: string;
  readonly dockerfile: string;
  readonly warnings: string;
}

export interface BuildVertexRow extends Row {
  readonly position: number;
  readonly name: string;
  readonly stage: string;
  readonly inputs: string;
  readonly started_nano: string | null;
  readonly completed_nano: string | null;
  readonly cached: number;
  readonly miss: string;
  readonly error: string;
}

/** How many vertices a build has, and how many of them came out of the cache. */
export interface VertexCounts {
  readonly steps: number;
  readonly cached: number;
}

/** The tables of builds that were begun. */
export class BuildRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(row: BuildRow): void {
    this.#database.run(
      `INSERT INTO builds (id, status, started_nano, finished_nano, error, image, target, dockerfile_name, context_name, tags, build_args, dockerfile, warnings)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.status,
      row.started_nano,
      row.finished_nano,
      row.error,
      row.image,
      row.target,
      row.dockerfile_name,
      row.context_name,
      row.tags,
      row.build_args,
      row.dockerfile,
      row.warnings,
    );
  }

  get(id: string): BuildRow | undefined {
    return this.#database.get<BuildRow>('SELECT * FROM builds WHERE id = ?', id);
  }

  /** Newest first. */
  list(): BuildRow[] {
    return this.#database.all<BuildRow>('SELECT * FROM builds ORDER BY started_nano DESC, id DESC');
  }

  setDockerfile(id: string, dockerfile: string): void {
    this.#database.run('UPDATE builds SET dockerfile = ? WHERE id = ?', dockerfile, id);
  }

  setWarnings(id: string, warnings: string): void {
    this.#database.run('UPDATE builds SET warnings = ? WHERE id = ?', warnings, id);
  }

  end(id: string, { status, finishedAt, error, image }: { status: string; finishedAt: bigint; error: string; image: string | null }): void {
    const sql = 'UPDATE builds SET status = ?, finished_nano = ?, error = ?, image = ? WHERE id = ?';
    this.#database.run(sql, status, finishedAt.toString(), error, image, id);
  }

  /** Idempotent. */
  remove(id: string): void {
    this.#database.run('DELETE FROM builds WHERE id = ?', id);
  }

  putVertices(id: string, vertices: readonly { readonly name: string; readonly stage: string; readonly inputs: readonly number[] }[]): void {
    const sql = "INSERT INTO build_vertices (build_id, position, name, stage, inputs, cached, miss, error) VALUES (?, ?, ?, ?, ?, 0, '', '')";
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM build_vertices WHERE build_id = ?', id);
      for (const [position, { name, stage, inputs }] of vertices.entries()) this.#database.run(sql, id, position, name, stage, JSON.stringify(inputs));
    });
  }

  startVertex(id: string, position: number, time: bigint): void {
    this.#database.run('UPDATE build_vertices SET started_nano = ? WHERE build_id = ? AND position = ?', time.toString(), id, position);
  }

  completeVertex(id: string, position: number, { time, cached, miss, error }: { time: bigint; cached: boolean; miss: string; error: string }): void {
    const sql = 'UPDATE build_vertices SET completed_nano = ?, cached = ?, miss = ?, error = ? WHERE build_id = ? AND position = ?';
    this.#database.run(sql, time.toString(), cached ? 1 : 0, miss, error, id, position);
  }

  vertices(id: string): BuildVertexRow[] {
    return this.#database.all<BuildVertexRow>('SELECT * FROM build_vertices WHERE build_id = ? ORDER BY position', id);
  }

  /** When something was last heard of one of its vertices; null: never. */
  lastTime(id: string): bigint | null {
    const sql = 'SELECT max(max(coalesce(started_nano, 0), coalesce(completed_nano, 0))) AS time FROM build_vertices WHERE build_id = ?';
    const time = this.#database.get<{ time: string | number | null }>(sql, id)?.time;
    return time === null || time === undefined || time === 0 ? null : BigInt(time);
  }

  counts(id: string): VertexCounts {
    const sql = 'SELECT count(*) AS steps, coalesce(sum(cached), 0) AS cached FROM build_vertices WHERE build_id = ?';
    return this.#database.get<VertexCounts & Row>(sql, id) ?? { steps: 0, cached: 0 };
  }
}
