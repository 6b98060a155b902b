import { ShellError } from '../ipc/failure.ts';
import { toShellError } from './connection-failure.ts';

/** A line beyond this many characters is refused. */
const MAX_LINE = 64 * 1024 * 1024;

/** The JSON values of a body that has one a line. A last line without its newline counts. @throws ShellError for what is not JSON. */
export async function* jsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of whole(body)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw new ShellError('a line from the engine is too long');
    for (const line of lines) if (line.trim() !== '') yield parse(line);
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield parse(rest);
}

async function* whole(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw toShellError(error);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ShellError('a line from the engine is not JSON', 0, { cause: error });
  }
}
