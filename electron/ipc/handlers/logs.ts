import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import { frames } from '../../engine/raw-stream.ts';
import type { Backend, StreamContext } from '../backend.ts';
import type { LogLine } from '../contract/logs.ts';
import { isTty } from './inspect.ts';
import { LineCutter } from './log-lines.ts';

/** Lines in one message. */
const BATCH = 2000;

export function logStreams(engine: EngineClient): Pick<Backend['streams'], 'logs'> {
  return {
    async logs({ id, tail, follow }, stream) {
      const tty = await isTty(engine, id);
      const query = { stdout: 1, stderr: 1, timestamps: 1, tail, follow: follow ? 1 : 0 };
      const body = await engine.stream('GET', enginePath('containers', id, 'logs'), { query, signal: stream.signal });
      const out = new LineCutter(1);
      const err = new LineCutter(2);
      if (tty) for await (const chunk of body as AsyncIterable<Buffer>) await sendLines(stream, out.push(chunk));
      else
        for await (const batch of frames(body))
          await sendLines(
            stream,
            batch.flatMap((frame) => (frame.stream === 1 ? out : err).push(frame.data)),
          );
      await sendLines(stream, [...out.end(), ...err.end()]);
    },
  };
}

async function sendLines(stream: StreamContext<'logs'>, lines: readonly LogLine[]): Promise<void> {
  for (let at = 0; at < lines.length; at += BATCH) await stream.send({ lines: lines.slice(at, at + BATCH) });
}
