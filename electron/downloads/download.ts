import { Readable } from 'node:stream';
import { z } from 'zod';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import { frames } from '../engine/raw-stream.ts';
import type { DownloadRequest } from '../ipc/contract/downloads.ts';
import { isTty } from '../ipc/handlers/inspect.ts';

/** What the engine has the content of. */
export type EngineDownload = Exclude<DownloadRequest, { readonly kind: 'support.bundle' }>;

/** What one address gives. */
export interface Download {
  /** As the user's disk should call it; may come from a container. */
  readonly name: string;
  /** Destroying the content, or `signal`, ends the work behind it. @throws ShellError */
  open(signal: AbortSignal): Promise<DownloadContent>;
}

export interface DownloadContent {
  /** At its reader's pace. */
  readonly body: Readable;
  /** Bytes in decimal digits, where they are known before the end. */
  readonly length?: string | undefined;
}

const statSchema = z.looseObject({ Name: z.string(), Type: z.string() });
const containerSchema = z.looseObject({ Name: z.string() });
/** A name that people gave, as part of a file's name. */
const MAX_NAME = 100;

/** Finds out whether it is there and what it is called. @throws ShellError with the engine's words */
export async function prepareDownload(engine: EngineClient, request: EngineDownload): Promise<Download> {
  const get =
    (path: string) =>
    async (signal: AbortSignal): Promise<DownloadContent> => {
      const body = await engine.stream('GET', path, { signal });
      return { body, length: body.headers['content-length'] };
    };
  switch (request.kind) {
    case 'container.file':
      return await file(engine, ['slipway', 'v1', 'containers', request.id], request.path);
    case 'volume.file':
      return await file(engine, ['slipway', 'v1', 'volumes', request.name], request.path);
    case 'container.files':
      return await files(engine, ['slipway', 'v1', 'containers', request.id], request.paths);
    case 'volume.files':
      return await files(engine, ['slipway', 'v1', 'volumes', request.name], request.paths);
    case 'container.export': {
      const name = await containerName(engine, request.id);
      return { name: `${name}.tar`, open: get(enginePath('containers', request.id, 'export')) };
    }
    case 'container.log': {
      const name = await containerName(engine, request.id);
      return { name: `${name}.log`, open: (signal) => openLog(engine, request.id, signal) };
    }
    case 'volume.export':
      await engine.json('GET', enginePath('volumes', request.name));
      return { name: `${request.name}.tar`, open: get(enginePath('slipway', 'v1', 'volumes', request.name, 'export')) };
    case 'image.save': {
      for (const reference of request.references) await engine.json('GET', enginePath('images', reference, 'json'));
      const names = request.references.map((reference) => `names=${encodeURIComponent(reference)}`).join('&');
      return { name: archiveName(request.references), open: get(`/images/get?${names}`) };
    }
  }
}

async function file(engine: EngineClient, base: readonly string[], path: string): Promise<Download> {
  const { Name, Type } = statSchema.parse(await engine.json('GET', enginePath(...base, 'stat'), { query: { path } }));
  const isFile = Type === 'file';
  const name = Name === '/' ? (base.at(-1) ?? '') : Name;
  return {
    name: isFile ? name : `${name}.tar`,
    async open(signal) {
      const body = await engine.stream('GET', enginePath(...base, isFile ? 'file' : 'archive'), { query: { path }, signal });
      return { body, length: body.headers['content-length'] };
    },
  };
}

async function files(engine: EngineClient, base: readonly string[], paths: readonly string[]): Promise<Download> {
  for (const path of paths) await engine.json('GET', enginePath(...base, 'stat'), { query: { path } });
  return {
    name: archiveName(paths),
    open: async (signal) => ({ body: await engine.stream('GET', enginePath(...base, 'archive'), { query: { path: paths }, signal }) }),
  };
}

async function containerName(engine: EngineClient, id: string): Promise<string> {
  return containerSchema.parse(await engine.json('GET', enginePath('containers', id, 'json'))).Name.replace(/^\//, '');
}

/** All that was printed, both streams in the order of their lines. */
async function openLog(engine: EngineClient, id: string, signal: AbortSignal): Promise<DownloadContent> {
  const tty = await isTty(engine, id);
  const body = await engine.stream('GET', enginePath('containers', id, 'logs'), { query: { stdout: 1, stderr: 1, timestamps: 1 }, signal });
  return { body: tty ? body : Readable.from(unframed(body), { objectMode: false }) };
}

async function* unframed(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const batch of frames(body)) for (const { data } of batch) yield data;
}

function archiveName([first = '', ...others]: readonly string[]): string {
  const name = first.slice(first.lastIndexOf('/') + 1).slice(0, MAX_NAME);
  return others.length === 0 ? `${name}.tar` : `${name}-and-${others.length}-more.tar`;
}
