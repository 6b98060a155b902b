import { randomInt } from 'node:crypto';
import { closeSync } from 'node:fs';
import type { ResolverDescriptors } from '../../sys/launcher/launcher.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { answer, failure } from './answer.ts';
import { type ForwardOptions, forward } from './forward.ts';
import { listen } from './listen.ts';
import type { NamedEndpoint, NamedNetwork, NameServer, ResolverOptions } from './name-server.ts';
import { NameTable } from './name-table.ts';
import { isLoopback } from './upstream-servers.ts';

/** Questions of one container that wait for the outside; as many as Docker has. */
const MAX_WAITING = 1024;
const TIMEOUT_MS = 4000;
const DNS_PORT = 53;

export interface ContainerResolversOptions {
  readonly syscalls: Pick<Syscalls, 'pidfdOpen' | 'pidfdGetfd'>;
  /** The host's resolvers at this moment. */
  readonly hostServers: () => readonly string[];
  readonly upstream?: Partial<Pick<ForwardOptions, 'port' | 'timeoutMs'>>;
}

/** The name server on sockets of the containers' monitors. */
export class ContainerResolvers implements NameServer {
  readonly #options: ContainerResolversOptions;
  readonly #names = new NameTable();
  readonly #served = new Map<string, Disposable>();

  constructor(options: ContainerResolversOptions) {
    this.#options = options;
  }

  addNetwork(network: NamedNetwork): void {
    this.#names.addNetwork(network);
  }

  removeNetwork(networkId: string): void {
    this.#names.removeNetwork(networkId);
  }

  addEndpoint(networkId: string, endpoint: NamedEndpoint): void {
    this.#names.addEndpoint(networkId, endpoint);
  }

  removeEndpoint(networkId: string, containerId: string): void {
    this.#names.removeEndpoint(networkId, containerId);
  }

  serve(containerId: string, sockets: ResolverDescriptors, options: ResolverOptions): void {
    this.end(containerId);
    const own = this.#copy(sockets);
    let waiting = 0;
    const listening = listen(own, async (query, isTcp) => {
      const verdict = answer(query, containerId, this.#names, shuffle, isTcp);
      if (verdict === undefined || 'reply' in verdict) return verdict?.reply;
      if (waiting === MAX_WAITING || !this.#names.hasOutside(containerId)) return failure(query);
      waiting++;
      try {
        return (await this.#forward(query, options, isTcp)) ?? failure(query);
      } finally {
        waiting--;
      }
    });
    this.#served.set(containerId, listening);
  }

  end(containerId: string): void {
    this.#served.get(containerId)?.[Symbol.dispose]();
    this.#served.delete(containerId);
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const containerId of [...this.#served.keys()]) this.end(containerId);
    return Promise.resolve();
  }

  #forward(query: Buffer, options: ResolverOptions, isTcp: boolean): Promise<Buffer | undefined> {
    const asked = options.servers.filter((server) => !isLoopback(server));
    const servers = asked.length > 0 ? asked : this.#options.hostServers();
    return forward(query, { servers, isTcp, timeoutMs: TIMEOUT_MS, port: DNS_PORT, ...this.#options.upstream });
  }

  #copy({ pid, udp, tcp }: ResolverDescriptors): { readonly udp: number; readonly tcp: number } {
    const { syscalls } = this.#options;
    const pidfd = syscalls.pidfdOpen(pid);
    try {
      const first = syscalls.pidfdGetfd(pidfd, udp);
      try {
        return { udp: first, tcp: syscalls.pidfdGetfd(pidfd, tcp) };
      } catch (error) {
        closeSync(first);
        throw error;
      }
    } finally {
      closeSync(pidfd);
    }
  }
}

/** Fisher and Yates: replicas share the load. */
function shuffle<T>(items: readonly T[]): T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}
