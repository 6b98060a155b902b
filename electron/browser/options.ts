import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EngineLocation, engineLocation } from '../engine/location.ts';
import { ShellError } from '../ipc/failure.ts';

export interface BrowserOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly location: EngineLocation;
}

const USAGE = `usage: [--port N] [--engine unix://PATH] [--root DIR] [--run DIR]
  --port N              port on 127.0.0.1; any free one when not given
  --engine unix://PATH  socket of the engine; also --host-socket
  --root DIR --run DIR  where an engine that has to be started keeps its things`;

/** @throws ShellError for what it does not know. */
export function parseOptions(args: readonly string[]): BrowserOptions {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args: [...args], options: { port: text, engine: text, 'host-socket': text, root: text, run: text } });
    const port = Number(values.port ?? 0);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port: ${values.port} is not a port`);
    return { port, location: engineLocation({ root: values.root, run: values.run, socket: values.engine ?? values['host-socket'] }) };
  } catch (error) {
    throw new ShellError(`${(error as Error).message}\n${USAGE}`, 0, { cause: error });
  }
}

/** The program's own folder, with its sources and `dist`. */
export const PROGRAM_ROOT = join(import.meta.dirname, '../..');
