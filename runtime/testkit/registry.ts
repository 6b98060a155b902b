import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get as plainGet } from 'node:http';
import { get as tlsGet } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RegistryOptions {
  /** Lines of an htpasswd file; absent: everybody is let in. */
  readonly htpasswd?: string;
  /** With `clients` only those get in who have a certificate of that authority; `own` is one. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    readonly clients?: { readonly ca: string; readonly own: { readonly cert: string; readonly key: string } };
  };
}

/** The real registry server in a directory of its own. */
export class TestRegistry implements AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** What another server of the same content and address, in a network namespace of its own, is started with. */
  readonly configFile: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(host: string, child: ChildProcess, directory: string) {
    this.host = host;
    this.#child = child;
    this.#directory = directory;
    this.configFile = join(directory, 'config.yml');
  }

  static async start({ htpasswd, tls }: RegistryOptions = {}): Promise<TestRegistry> {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
    const auth = htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } } };
    if (htpasswd !== undefined) writeFileSync(join(directory, 'htpasswd'), htpasswd);
    const config = {
      version: 0.1,
      // It tells its port.
      log: { accesslog: { disabled: true }, level: 'info' },
      storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
      http: {
        // A port that was found free before could be another's by now.
        addr: '127.0.0.1:0',
        secret: 'test',
        ...(tls === undefined ? {} : { tls: { certificate: tls.cert, key: tls.key, ...(tls.clients === undefined ? {} : { clientcas: [tls.clients.ca] }) } }),
      },
      ...auth,
    };
    // JSON is YAML.
    writeFileSync(join(directory, 'config.yml'), JSON.stringify(config));
    const child = spawn('docker-registry', ['serve', join(directory, 'config.yml')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    let host = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      host ||= /listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1] ?? '';
    });
    for (let attempt = 0; host === '' || !(await answers(host, tls)); attempt++) {
      if (child.exitCode !== null || attempt > 200) throw new Error(`the registry does not start: ${said}`);
      await sleep(50);
    }
    writeFileSync(join(directory, 'config.yml'), JSON.stringify({ ...config, http: { ...config.http, addr: host } }));
    return new TestRegistry(host, child, directory);
  }

  /** Has skopeo put an image archive there. */
  put(archive: string, name: string, options: readonly string[] = []): void {
    const to = `docker://${this.host}/${name}`;
    execFileSync('skopeo', ['copy', '--insecure-policy', '--quiet', '--dest-tls-verify=false', ...options, archive, to], { stdio: 'pipe' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Below those that the kernel hands out: no connection and no server without a number of its own takes it before it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer().listen(port, '0.0.0.0');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

function answers(host: string, tls: RegistryOptions['tls']): Promise<boolean> {
  const own = tls?.clients?.own;
  const identity = own === undefined ? {} : { cert: readFileSync(own.cert), key: readFileSync(own.key) };
  return new Promise((resolve) => {
    const request =
      tls !== undefined
        ? tlsGet(`https://${host}/v2/`, { rejectUnauthorized: false, agent: false, ...identity })
        : plainGet(`http://${host}/v2/`, { agent: false });
    request.on('response', (response) => {
      response.resume();
      resolve(true);
    });
    request.on('error', () => resolve(false));
  });
}
