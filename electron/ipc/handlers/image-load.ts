import { z } from 'zod';
import type { EngineClient } from '../../engine/http-client.ts';
import { jsonLines } from '../../engine/json-lines.ts';
import type { TaskList } from '../../tasks/task-list.ts';
import type { Backend, StreamContext } from '../backend.ts';
import { ShellError } from '../failure.ts';

const progressSchema = z.looseObject({
  stream: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.looseObject({ current: z.number().optional(), total: z.number().optional() }).nullish(),
});

interface Progress {
  readonly phase: string;
  readonly current: number;
  readonly total: number;
}

/** Bytes between two reports of the upload. */
const REPORT_EVERY = 1024 * 1024;

/** The archive comes from the page; the list of tasks shows it too, and may cancel it. */
export function imageLoadStreams(engine: EngineClient, tasks: TaskList): Pick<Backend['streams'], 'image.load'> {
  return {
    'image.load': ({ name, size }, stream) =>
      tasks.track({ kind: 'image.load', object: name, unit: 'bytes', signal: stream.signal }, async ({ signal, report }) => {
        const tell = async (progress: Progress): Promise<void> => {
          report(progress);
          await stream.send(progress);
        };
        const body = archive(stream, size, tell);
        const answer = await engine.stream('POST', '/images/load', { body, signal, ...(size > 0 && { length: size }) });
        const loaded: string[] = [];
        for await (const value of jsonLines(answer)) {
          const line = progressSchema.parse(value);
          if (line.error !== undefined) throw new ShellError(line.error, 500);
          const loadedName = /^Loaded image(?: ID)?: (\S+)/.exec(line.stream ?? '')?.[1];
          if (loadedName !== undefined) loaded.push(loadedName);
          else if (line.progressDetail?.total)
            await tell({ phase: line.status ?? 'Unpacking', current: line.progressDetail.current ?? 0, total: line.progressDetail.total });
        }
        await stream.send({ loaded });
        return loaded.join(', ');
      }),
  };
}

/** The archive's bytes as the page sends them. @throws ShellError when the page ends the stream before it said `end`, or the size is not as told. */
async function* archive(stream: StreamContext<'image.load'>, size: number, tell: (progress: Progress) => Promise<void>): AsyncGenerator<Uint8Array> {
  let sent = 0;
  let reported = 0;
  for await (const input of stream.inputs) {
    if (!(input instanceof Uint8Array)) {
      if (size > 0 && sent !== size) throw new ShellError(`the archive has ${sent} bytes, not the ${size} it was said to have`, 400);
      return;
    }
    yield input;
    sent += input.byteLength;
    if (size > 0 && sent > size) throw new ShellError(`the archive is longer than the ${size} bytes it was said to have`, 400);
    if (sent - reported < REPORT_EVERY && sent !== size) continue;
    reported = sent;
    await tell({ phase: sent === size ? 'Unpacking' : 'Uploading', current: sent, total: size });
  }
  throw new ShellError('the upload was cancelled');
}
