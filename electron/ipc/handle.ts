import type { z } from 'zod';
import type { Backend } from './backend.ts';
import { requestSchemas, type ServerMessage, type StreamName, streamSchemas } from './contract.ts';
import { describeProblems, PageGone, ShellError, toFailure } from './failure.ts';
import { clientMessageSchema, streamInputSchemas } from './messages.ts';
import { ServerStream } from './server-stream.ts';

/** One page's connection, whatever carries it. */
export interface ServerPort {
  send(message: ServerMessage): void;
  /** Called once, at the start. */
  listen(onMessage: (message: unknown) => void, onClose: () => void): void;
  /** Idempotent. */
  close(): void;
}

/** More than any page opens; keeps a faulty one from using up the shell. */
const MAX_STREAMS = 256;
const MAX_REQUESTS = 1024;

/**
 * Serves the contract on `port` until either side closes it: checks names and parameters, runs the backend,
 * and cancels open streams at the end. A message that breaks the protocol ends the connection.
 */
export function serveConnection(port: ServerPort, backend: Backend): Disposable {
  const connection = new Connection(port, backend);
  port.listen(
    (message) => connection.receive(message),
    () => connection.end(),
  );
  return {
    [Symbol.dispose]() {
      connection.end();
      port.close();
    },
  };
}

class Connection {
  readonly #port: ServerPort;
  readonly #backend: Backend;
  readonly #streams = new Map<number, { readonly name: StreamName; readonly stream: ServerStream<StreamName> }>();
  #requests = 0;
  #ended = false;

  constructor(port: ServerPort, backend: Backend) {
    this.#port = port;
    this.#backend = backend;
  }

  receive(raw: unknown): void {
    if (this.#ended) return;
    const parsed = clientMessageSchema.safeParse(raw);
    if (!parsed.success) return this.#breakOff();
    const message = parsed.data;
    switch (message.type) {
      case 'request':
        return void this.#request(message.id, message.name, message.params);
      case 'open':
        return void this.#open(message.id, message.name, message.params);
      case 'data':
        return this.#data(message.id, message.value);
      case 'credit':
        return this.#streams.get(message.id)?.stream.addCredit(message.count);
      case 'close':
        return this.#forget(message.id);
    }
  }

  /** Cancels everything; the port is gone or about to go. Idempotent. */
  end(): void {
    this.#ended = true;
    for (const { stream } of this.#streams.values()) stream.close(new PageGone());
    this.#streams.clear();
  }

  async #request(id: number, name: string, params: unknown): Promise<void> {
    this.#requests++;
    try {
      if (this.#requests > MAX_REQUESTS) throw new ShellError(`more than ${MAX_REQUESTS} requests at once`, 429);
      if (!isName(requestSchemas, name)) throw new ShellError(`no such request: ${name}`, 404);
      const run = this.#backend.requests[name] as (params: unknown) => Promise<unknown>;
      const value = await run(parseParams(requestSchemas[name], name, params));
      this.#send({ type: 'result', id, value });
    } catch (error) {
      this.#send({ type: 'failure', id, failure: toFailure(error) });
    } finally {
      this.#requests--;
    }
  }

  async #open(id: number, name: string, params: unknown): Promise<void> {
    if (this.#streams.has(id)) return this.#breakOff();
    let stream: ServerStream<StreamName> | null = null;
    try {
      if (this.#streams.size >= MAX_STREAMS) throw new ShellError(`more than ${MAX_STREAMS} streams at once`, 429);
      if (!isName(streamSchemas, name)) throw new ShellError(`no such stream: ${name}`, 404);
      const checked = parseParams(streamSchemas[name], name, params);
      stream = new ServerStream({
        data: (value) => this.#send({ type: 'data', id, value }),
        credit: (count) => this.#send({ type: 'credit', id, count }),
      });
      this.#streams.set(id, { name, stream });
      const run = this.#backend.streams[name] as (params: unknown, context: unknown) => Promise<void>;
      await run(checked, stream);
      this.#finish(id, stream, null);
    } catch (error) {
      this.#finish(id, stream, error);
    }
  }

  /** Tells the page how the stream ended, unless the page itself closed it. */
  #finish(id: number, stream: ServerStream<StreamName> | null, error: unknown): void {
    if (stream?.signal.aborted) return;
    this.#forget(id, stream);
    this.#send({ type: 'close', id, failure: error === null ? null : toFailure(error) });
  }

  #data(id: number, value: unknown): void {
    const open = this.#streams.get(id);
    // Data may cross with the close of a stream that has just ended.
    if (!open) return;
    try {
      const parsed = streamInputSchemas[open.name].safeParse(value);
      if (!parsed.success) throw new ShellError(`${open.name}: ${describeProblems(parsed.error)}`, 400);
      open.stream.accept(parsed.data);
    } catch (error) {
      this.#forget(id);
      this.#send({ type: 'close', id, failure: toFailure(error) });
    }
  }

  #forget(id: number, only: ServerStream<StreamName> | null = null): void {
    const open = this.#streams.get(id);
    if (!open || (only && open.stream !== only)) return;
    this.#streams.delete(id);
    open.stream.close();
  }

  #send(message: ServerMessage): void {
    if (!this.#ended) this.#port.send(message);
  }

  #breakOff(): void {
    this.end();
    this.#port.close();
  }
}

function isName<T extends object>(table: T, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(table, name);
}

function parseParams(schema: z.ZodType, name: string, params: unknown): unknown {
  const parsed = schema.safeParse(params);
  if (!parsed.success) throw new ShellError(`${name}: ${describeProblems(parsed.error)}`, 400);
  return parsed.data;
}
