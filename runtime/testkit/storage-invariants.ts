import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Digest } from '../base/digest.ts';
import { digestOf } from '../base/digest.ts';
import { JSON_LIMIT } from '../formats/json.ts';
import { type TarHandler, TarReader } from '../formats/tar/reader.ts';

/**
 * What an engine's root directory has that nobody owns, or lacks that somebody needs, as sentences. Builds' caches count as owners by
 * their permanent leases.
 */
export function storageProblems(root: string): string[] {
  using database = new DatabaseSync(join(root, 'state.db'), { readOnly: true });
  const column = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => String(Object.values(row)[0]));
  const hex = (digests: readonly string[]): string[] => digests.map((digest) => digest.replace(/^sha256:/, ''));
  const containers = column('SELECT id FROM containers');
  const chains = containers.flatMap((id) => entries(root, 'snapshots', id, 'lower').map((name) => name.slice(5)));
  const leased = hex(column("SELECT DISTINCT digest FROM leases WHERE permanent = 1 AND kind = 'layer'"));
  const owned = new Set([...hex(column('SELECT DISTINCT diff_id FROM image_layers')), ...chains, ...leased]);
  const recorded = hex(column('SELECT diff_id FROM layers'));
  const recordsOfCache = column("SELECT id || ' ' || layers FROM build_cache").map((row): readonly [string, readonly string[]] => {
    const [id = '', ...layers] = row.split(' ').filter(Boolean);
    return [id, layers];
  });
  return [
    ...difference('layer', entries(root, 'layers'), owned),
    ...difference('recorded layer', recorded, owned),
    ...difference('recipe', entries(root, 'recipes'), recorded),
    ...difference('snapshot', entries(root, 'snapshots'), containers),
    ...difference('directory of a container', entries(root, 'containers'), containers),
    ...difference('configuration', entries(root, 'content', 'blobs', 'sha256'), hex(column('SELECT id FROM images'))),
    ...['ingest', 'trash', 'content/ingest'].flatMap((place) => entries(root, place).map((name) => `${place}/${name} is left`)),
    ...column('SELECT DISTINCT owner FROM leases WHERE permanent = 0').map((owner) => `the lease ${owner} is left`),
    ...difference(
      'lease of the cache',
      column('SELECT DISTINCT owner FROM leases WHERE permanent = 1'),
      recordsOfCache.filter(([, layers]) => layers.length > 0).map(([id]) => `cache/${id}`),
    ),
    ...absent(
      'layer of the build cache',
      recordsOfCache.flatMap(([, layers]) => hex(layers)),
      recorded,
    ),
  ];
}

/**
 * What an engine that has just started, and has nothing to do, finds of the work of the one before it: directories, files and records of
 * builds, copies and steps. `run` is the engine's run directory.
 */
export function unfinishedWork(root: string, run: string): string[] {
  using database = new DatabaseSync(join(root, 'state.db'), { readOnly: true });
  const column = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => String(Object.values(row)[0]));
  const builds = new Set(column('SELECT id FROM builds'));
  const containers = new Set(column('SELECT id FROM containers').map((id) => id.slice(0, 32)));
  return [
    ...entries(root, 'build')
      .filter((name) => name !== 'trash')
      .map((name) => `build/${name} is left`),
    ...['build/trash', 'build-trash', 'volumes/.trash'].flatMap((place) => entries(root, place).map((name) => `${place}/${name} is left`)),
    ...entries(root, 'build-logs')
      .filter((name) => !builds.has(name))
      .map((name) => `build-logs/${name} is of no build`),
    ...entries(root, 'build-cache')
      .filter((name) => !existsSync(join(root, 'build-cache', name, 'meta.json')))
      .map((name) => `build-cache/${name} is half made`),
    ...entries(run, 'c')
      .filter((name) => !containers.has(name))
      .map((name) => `c/${name} is of no container`),
    ...column("SELECT id FROM builds WHERE status = 'running'").map((id) => `build ${id} goes on`),
  ];
}

function entries(...path: string[]): string[] {
  return existsSync(join(...path)) ? readdirSync(join(...path)) : [];
}

function difference(what: string, there: Iterable<string>, wanted: Iterable<string>): string[] {
  const [have, want] = [new Set(there), new Set(wanted)];
  const surplus = [...have].filter((name) => !want.has(name)).map((name) => `${what} ${name} has no owner`);
  return [...surplus, ...absent(what, want, have)];
}

function absent(what: string, wanted: Iterable<string>, there: Iterable<string>): string[] {
  const have = new Set(there);
  return [...new Set(wanted)].filter((name) => !have.has(name)).map((name) => `${what} ${name} is missing`);
}

/** Throws unless every blob of a saved archive has the digest that its name says, and the configuration is that of `id`. */
export function checkSaved(archive: Buffer, id: Digest): void {
  const blobs = new Map<string, Buffer[]>();
  let name = '';
  const handler: TarHandler = {
    entry: (entry) => {
      name = entry.name.toString();
      blobs.set(name, []);
    },
    data: (chunk) => blobs.get(name)?.push(Buffer.from(chunk)),
    end: () => undefined,
  };
  const reader = new TarReader(handler);
  reader.push(archive);
  reader.finish();
  for (const [path, chunks] of blobs) {
    const [, digits] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path) ?? [];
    if (digits !== undefined && digestOf(Buffer.concat(chunks)) !== `sha256:${digits}`) throw new Error(`${path} of ${id} is broken`);
  }
  const manifest = Buffer.concat(blobs.get('manifest.json') ?? []).toString('utf8', 0, JSON_LIMIT);
  const [{ Config, Layers }] = JSON.parse(manifest) as [{ Config: string; Layers: string[] }];
  if (Config !== `blobs/sha256/${id.slice(7)}`) throw new Error(`${id} was saved with ${Config}`);
  for (const layer of Layers) if (!blobs.has(layer)) throw new Error(`${id} was saved without ${layer}`);
}
