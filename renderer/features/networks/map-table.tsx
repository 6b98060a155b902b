import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { useEngine } from '../../stores/services.tsx';
import { byName } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { StatusDot } from '../../ui/status-dot.tsx';
import details from './details.module.css';
import styles from './map.module.css';
import { portLabels } from './map-layout.ts';
import { namesOn } from './map-model.ts';
import { leavesMachine, reachOf } from './reach.ts';
import { isUp, toneOf } from './view-model.ts';

const words = t.networkMap.table;
const LIMIT = 500;
const NAMED = 12;

interface Props {
  readonly containers: readonly ContainerRow[];
  readonly networks: readonly NetworkRow[];
  readonly tools: ReactElement;
}

/** Everything the picture tells, a row a container. */
export function MapTable({ containers, networks, tools }: Props): ReactElement {
  const rows = [...containers].sort((a, b) => byName(a.name, b.name)).slice(0, LIMIT);
  return (
    <div className={styles.area}>
      <div className={details.scroll} tabIndex={0} role="region" aria-label={t.networkMap.title}>
        <table className={details.table} aria-label={t.networkMap.title}>
          <thead>
            <tr>
              {[words.container, words.published, words.networks, words.names, words.reaches, words.out].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.id} row={row} networks={networks} />
            ))}
          </tbody>
        </table>
        {containers.length > rows.length && <p className={styles.note}>{words.limit(rows.length, containers.length)}</p>}
      </div>
      <div className={styles.foot}>
        <span className={styles.sentence} />
        <div className={styles.tools}>{tools}</div>
      </div>
    </div>
  );
}

function Row({ row, networks }: { readonly row: ContainerRow; readonly networks: readonly NetworkRow[] }): ReactElement {
  const [, navigate] = useLocation();
  const containers = useEngine((state) => state.containers);
  const on = networks.filter(({ name }) => row.networks.includes(name));
  const reached = isUp(row) ? [...reachOf(row.id, networks).keys()].map((id) => containers.get(id)?.name ?? id.slice(0, 12)).sort(byName) : [];
  const reachedText = [...reached.slice(0, NAMED), ...(reached.length > NAMED ? [t.networkMap.more(reached.length - NAMED)] : [])].join(', ');
  const addressOn = ({ members }: NetworkRow): string => {
    const member = members.find(({ container }) => container === row.id);
    return member?.ipv4 || member?.ipv6 || '';
  };
  return (
    <tr>
      <th scope="row">
        <span className={details.container}>
          <StatusDot tone={toneOf(row)} />
          <button type="button" className={details.link} title={row.name} onClick={() => navigate(`/containers/${row.id}`)}>
            {row.name}
          </button>
        </span>
      </th>
      <td className={details.mono}>{portLabels(row).join(', ')}</td>
      <td>
        {on.map((network) => (
          <div key={network.id}>
            {network.name} <span className={details.mono}>{addressOn(network)}</span>
          </div>
        ))}
        {on.length === 0 && <span className={details.faint}>{t.networkMap.noNetwork}</span>}
      </td>
      <td className={details.names}>{namesOn(row.id, networks)}</td>
      <td className={details.names}>{reachedText}</td>
      <td className={details.faint}>{isUp(row) ? (leavesMachine(row, networks) ? words.yes : words.no) : ''}</td>
    </tr>
  );
}
