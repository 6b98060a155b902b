import { spawn } from 'node-pty';
import { eventually } from './raw-client.ts';
import type { RealEngine } from './real-engine.ts';

/** A docker command on a terminal of 91 columns and 27 rows. */
export class DockerTerminal {
  seen = '';
  /** The command's exit code. */
  readonly ended: Promise<number>;
  readonly #pty: ReturnType<typeof spawn>;

  constructor(engine: RealEngine, args: readonly string[]) {
    this.#pty = spawn('docker', [...args], { cols: 91, rows: 27, env: engine.dockerEnvironment });
    this.#pty.onData((data) => {
      this.seen += data;
    });
    this.ended = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)));
  }

  /** Types and waits until `answer` has been shown. */
  async type(keys: string, answer: string): Promise<void> {
    this.#pty.write(keys);
    await eventually(() => this.seen.includes(answer), `${JSON.stringify(answer)} on the terminal, which shows ${JSON.stringify(this.seen)}`);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
  }
}
