import { formatSubnet, type Subnet } from './subnet.ts';

/**
 * The rules of one bridge as input of `nft -f -`: applied in one transaction, the same again when it exists. The table is
 * ours alone and nobody else's is touched. Outbound traffic is masqueraded; nothing from outside may begin a connection.
 */
export function bridgeRules(table: string, bridge: string, subnet: Subnet): string {
  return `add table inet ${table}
flush table inet ${table}
table inet ${table} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${formatSubnet(subnet)} oifname != "${bridge}" masquerade
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${bridge}" accept
    oifname "${bridge}" ct state established,related accept
    oifname "${bridge}" drop
  }
}
`;
}

/** Removes the table; it is added first so that removing an absent one is no error. */
export function removeRules(table: string): string {
  return `add table inet ${table}\ndelete table inet ${table}\n`;
}
