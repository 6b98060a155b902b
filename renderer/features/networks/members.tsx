import { Cable, Unplug } from 'lucide-react';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { useEngine, useUi } from '../../stores/services.tsx';
import { byName } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import styles from './details.module.css';
import { membersOf, toneOf } from './view-model.ts';

const words = t.networks;

/** Everyone on the network: those that run with their addresses and names, then those that will have some. */
export function Members({ network }: { readonly network: NetworkRow }): ReactElement {
  const containers = useEngine((state) => state.containers);
  const rows = membersOf(network, containers);
  if (rows.length === 0) {
    const text = network.driver === 'host' ? words.noMembersHost : network.driver === 'null' ? words.noMembersNone : words.noMembersText;
    return <EmptyState icon={<Cable />} title={words.noMembers} text={text} />;
  }
  const facts = new Map(network.members.map((member) => [member.container, member]));
  const sorted = [...rows].sort((a, b) => Number(facts.has(b.id)) - Number(facts.has(a.id)) || byName(a.name, b.name));
  const heads = words.memberColumns;
  const hasIPv6 = network.members.some(({ ipv6 }) => ipv6 !== '');
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={words.tabs.members}>
      <table className={styles.table} aria-label={words.tabs.members}>
        <thead>
          <tr>
            <th scope="col">{heads.container}</th>
            <th scope="col">{heads.ipv4}</th>
            {hasIPv6 && <th scope="col">{heads.ipv6}</th>}
            <th scope="col">{heads.mac}</th>
            <th scope="col">{heads.names}</th>
            <th scope="col" className={styles.end} aria-label={heads.actions} />
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <Member key={row.id} row={row} network={network} hasIPv6={hasIPv6} facts={facts.get(row.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface MemberProps {
  readonly row: ContainerRow;
  readonly network: NetworkRow;
  readonly hasIPv6: boolean;
  readonly facts: NetworkRow['members'][number] | undefined;
}

function Member({ row, network, hasIPv6, facts }: MemberProps): ReactElement {
  const ui = useUi();
  const [, navigate] = useLocation();
  const hasAddresses = network.driver !== 'host' && network.driver !== 'null';
  return (
    <tr>
      <th scope="row">
        <span className={styles.container}>
          <StatusDot tone={toneOf(row)} />
          <button type="button" className={styles.link} title={row.name} onClick={() => navigate(`/containers/${row.id}`)}>
            {row.name}
          </button>
        </span>
      </th>
      {facts ? (
        <>
          <td className={styles.mono}>{facts.ipv4 || '–'}</td>
          {hasIPv6 && <td className={styles.mono}>{facts.ipv6 || '–'}</td>}
          <td className={styles.mono}>{facts.mac || '–'}</td>
          <td className={styles.names}>{facts.names.join(', ') || <span className={styles.faint}>–</span>}</td>
        </>
      ) : (
        <td colSpan={hasIPv6 ? 4 : 3} className={styles.faint}>
          {hasAddresses ? words.notRunning : ''}
        </td>
      )}
      <td className={styles.end}>
        {hasAddresses && (
          <IconButton
            small
            label={words.disconnectOne(row.name)}
            onClick={() => ui.setState({ asking: { command: 'network.disconnect', ids: [network.id, row.id] } })}
          >
            <Unplug />
          </IconButton>
        )}
      </td>
    </tr>
  );
}
