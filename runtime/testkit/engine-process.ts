import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';

const DAEMON = fileURLToPath(new URL('../daemon.ts', import.meta.url));

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Of a JSON answer. */
  readonly json: unknown;
}

/** An engine in a process of its own, as users have it. */
export class EngineProcess {
  readonly socket: string;
  readonly child: ChildProcess;
  errors = '';

  constructor(child: ChildProcess, socket: string) {
    this.child = child;
    this.socket = socket;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
  }

  /** Below `directory`; resolves when it listens. Rejects with what it wrote when it ends before. */
  static start(directory: string, ...options: readonly string[]): Promise<EngineProcess> {
    return EngineProcess.run(DAEMON, directory, ...options);
  }

  /** As `start`, by another program than the daemon, which can be sent messages. */
  static async run(program: string, directory: string, ...options: readonly string[]): Promise<EngineProcess> {
    const run = `${directory}/run`;
    const child = spawn(process.execPath, [program, '--root', `${directory}/root`, '--run', run, ...options], {
      env: { ...process.env, ...(program === DAEMON ? {} : { NODE_COMPILE_CACHE: `${directory}/cache` }) },
      stdio: ['ignore', 'pipe', 'pipe', program === DAEMON ? 'ignore' : 'ipc'],
    });
    const engine = new EngineProcess(child, `${run}/slipway.sock`);
    let output = '';
    const listening = Promise.withResolvers<void>();
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes(`listening on unix://${engine.socket}\n`)) listening.resolve();
    });
    child.once('close', (code) => listening.reject(new Error(`the engine ended with ${code}: ${engine.errors}`)));
    await listening.promise;
    return engine;
  }

  /** Ends it and resolves to its exit code, null when the signal did it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const closed = once(this.child, 'close');
    this.child.kill(signal);
    const [code] = (await closed) as [number | null];
    return code;
  }

  api(method: string, path: string, body?: unknown): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const isRaw = Buffer.isBuffer(body);
    const headers = body === undefined ? {} : { 'Content-Type': isRaw ? 'application/x-tar' : 'application/json' };
    const outgoing = request({ socketPath: this.socket, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, json: parsed(text) }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(isRaw ? body : body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }

  /** Sends the beginning of a body that was announced as longer, and goes away. */
  async abandoned(method: string, path: string, beginning: Uint8Array): Promise<void> {
    const outgoing = request({ socketPath: this.socket, method, path, headers: { 'Content-Length': beginning.length + 1 } });
    outgoing.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      outgoing.write(beginning, () => resolve());
    });
    outgoing.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
