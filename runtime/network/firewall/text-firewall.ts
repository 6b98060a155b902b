import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { HostLinks } from '../drivers/host-links.ts';
import type { Firewall, FirewallNetwork } from './firewall.ts';

export interface TextFirewallOptions {
  readonly table: string;
  /** Gives a ruleset to `nft -f -`; rejects when it is refused or there is no nft. */
  readonly applyRules: (ruleset: string) => Promise<void>;
  readonly links: HostLinks;
  readonly logger: Logger;
}

/** Rules by the program nft: outbound traffic is masqueraded, and nothing from outside begins a connection. */
export class TextFirewall implements Firewall {
  readonly #options: TextFirewallOptions;
  readonly #networks = new Map<string, FirewallNetwork>();
  #applied: Promise<void> = Promise.resolve();

  constructor(options: TextFirewallOptions) {
    this.#options = options;
  }

  reset(networks: readonly FirewallNetwork[]): void {
    this.#networks.clear();
    for (const network of networks) this.addNetwork(network);
  }

  addNetwork(network: FirewallNetwork): void {
    this.#networks.set(network.id, network);
    if (!network.internal) this.#options.links.set('net/ipv4/ip_forward', '1');
    this.#apply();
  }

  removeNetwork(networkId: string): void {
    if (this.#networks.delete(networkId)) this.#apply();
  }

  addEndpoint(): void {}

  removeEndpoint(): void {}

  clear(): void {
    this.#networks.clear();
    this.#apply();
  }

  [Symbol.dispose](): void {}

  #apply(): void {
    const { table, applyRules, logger } = this.#options;
    const rules = this.#rules();
    this.#applied = this.#applied
      .then(() => applyRules(`add table inet ${table}\ndelete table inet ${table}\n${rules}`))
      .catch((error: unknown) => logger.warn('containers cannot reach the outside: the firewall rules were not taken', { reason: messageOf(error) }));
  }

  #rules(): string {
    if (this.#networks.size === 0) return '';
    const open = [...this.#networks.values()].filter(({ internal }) => !internal);
    const closed = [...this.#networks.values()].filter(({ internal }) => internal);
    const nat = open.flatMap(({ bridge, subnets }) =>
      subnets.map((subnet) => `    ${subnet.includes(':') ? 'ip6' : 'ip'} saddr ${subnet} oifname != "${bridge}" masquerade\n`),
    );
    const forward = [
      ...closed.map(({ bridge }) => `    iifname "${bridge}" oifname != "${bridge}" drop\n`),
      ...open.map(
        ({ bridge }) => `    iifname "${bridge}" accept\n    oifname "${bridge}" ct state established,related accept\n    oifname "${bridge}" drop\n`,
      ),
    ];
    return `table inet ${this.#options.table} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
${nat.join('')}  }
  chain forward {
    type filter hook forward priority filter; policy accept;
${forward.join('')}  }
}
`;
  }
}
