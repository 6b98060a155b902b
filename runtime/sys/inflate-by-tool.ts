import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../base/errors.ts';

/** `-c`: to stdout. A bomb of xz could ask for gigabytes of memory. */
const TOOLS = { bzip2: ['bzip2', '-dc'], xz: ['xz', '-dc', '--memlimit-decompress=256MiB'] } as const;
const COMPLAINT = 500;

/**
 * What `source` inflates to by the host's own program, which sees nothing but its stdin. Ends it when the reader goes. Throws Unavailable
 * where it is not installed, InvalidArgument with its words where it fails.
 */
export async function* inflateByTool(compression: 'bzip2' | 'xz', source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const [command, ...args] = TOOLS[compression];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' }, cwd: '/' });
  const ended = new Promise<{ readonly code: number | null; readonly error?: NodeJS.ErrnoException }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }));
    child.once('close', (code) => resolve({ code }));
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(0, COMPLAINT);
  });
  // What stops it from taking more is told by its exit; a failure of the source itself is told here.
  let failure: { readonly reason: unknown } | undefined;
  const fed = pipeline(Readable.from(source, { highWaterMark: 4 }), child.stdin).catch((reason: unknown) => {
    if (reason instanceof EngineError) {
      failure = { reason };
      child.kill('SIGKILL');
    }
  });
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    const { code, error } = await ended;
    await fed;
    if (failure !== undefined) throw failure.reason;
    if (error?.code === 'ENOENT') throw new EngineError('Unavailable', `${compression} data cannot be inflated: ${command} is not installed`, { cause: error });
    if (code !== 0) throw new EngineError('InvalidArgument', `invalid ${compression} data: ${complaint.trim()}`, { cause: error });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}
