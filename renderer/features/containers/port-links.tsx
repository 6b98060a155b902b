import type { ReactElement } from 'react';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { t } from '../../strings/t.ts';
import { Menu, type MenuAction } from '../../ui/menu.tsx';
import styles from './port-links.module.css';
import { openUrl, type PublishedPort, portText, publishedPorts } from './ports.ts';

interface PortLinksProps {
  readonly row: Pick<ContainerRow, 'ports'>;
  readonly limit: number;
  /** In a row the keys belong to the list. */
  readonly inRow?: boolean;
}

/** Published ports as links to the browser; those above `limit` are in a menu. */
export function PortLinks({ row, limit, inRow = false }: PortLinksProps): ReactElement | null {
  const ports = publishedPorts(row);
  if (ports.length === 0) return null;
  const rest = ports.slice(limit);
  const words = t.containerList;
  const tabIndex = inRow ? -1 : 0;
  const actions = (): readonly MenuAction[] =>
    rest.map((port) => ({ id: portText(port), label: portText(port), disabled: port.url === '', run: () => openUrl(port.url) }));
  return (
    <span className={styles.ports} onClick={(event) => event.stopPropagation()}>
      {ports.slice(0, limit).map((port) => (
        <Port key={portText(port)} port={port} tabIndex={tabIndex} />
      ))}
      {rest.length > 0 && (
        <Menu
          trigger={
            <button type="button" tabIndex={tabIndex} className={styles.more} aria-label={words.morePorts(rest.length)} title={rest.map(portText).join(', ')}>
              +{rest.length}
            </button>
          }
          actions={actions}
        />
      )}
    </span>
  );
}

function Port({ port, tabIndex }: { readonly port: PublishedPort; readonly tabIndex: number }): ReactElement {
  const { host, container, url } = port;
  const title = t.containerList.portOf(host, container);
  const text = portText(port);
  if (url === '') return <span title={title}>{text}</span>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      tabIndex={tabIndex}
      className={styles.link}
      title={title}
      aria-label={`${text}, ${t.verbs.one.openPort(`localhost:${host}`)}`}
    >
      {text}
    </a>
  );
}
