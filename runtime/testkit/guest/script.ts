import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A shell script, run by busybox in a cgroup from its first line on. Disposing ends the shell. */
export class Script implements Disposable {
  readonly child: ChildProcess;
  #output = '';

  constructor(group: string, text: string) {
    this.child = spawn('/bin/sh', ['-c', `echo 0 > ${group}/cgroup.procs || exit 99\n${text}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (data: string) => {
        this.#output += data;
      });
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves once the script has written something. */
  async said(): Promise<string> {
    if (this.#output === '' && this.child.stdout !== null) await once(this.child.stdout, 'data');
    return this.#output;
  }

  /** What it wrote, once it has ended. */
  async output(): Promise<string> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.#output.trim();
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}
