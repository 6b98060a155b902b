import type { ReactElement } from 'react';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { t } from '../../strings/t.ts';
import styles from './port-links.module.css';
import { type PublishedPort, publishedPorts } from './ports.ts';

/** Published ports as links to the browser; more than `limit` are counted. */
export function PortLinks({ row, limit }: { readonly row: Pick<ContainerRow, 'ports'>; readonly limit: number }): ReactElement | null {
  const ports = publishedPorts(row);
  if (ports.length === 0) return null;
  const rest = ports.slice(limit);
  return (
    <span className={styles.ports} onClick={(event) => event.stopPropagation()}>
      {ports.slice(0, limit).map((port) => (
        <Port key={`${port.host}/${port.protocol}`} port={port} />
      ))}
      {rest.length > 0 && (
        <span className={styles.more} title={rest.map(({ host, container }) => `${host}:${container}`).join(', ')}>
          +{rest.length}
          <span className="visually-hidden"> {t.containerList.morePorts(rest.length)}</span>
        </span>
      )}
    </span>
  );
}

function Port({ port: { host, container, protocol, url } }: { readonly port: PublishedPort }): ReactElement {
  const words = t.containerList;
  const text = `${host}:${container}${protocol === 'tcp' ? '' : `/${protocol}`}`;
  if (url === '') return <span title={words.portOf(host, container)}>{text}</span>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      tabIndex={-1}
      className={styles.link}
      title={words.portOf(host, container)}
      aria-label={`${text}, ${t.verbs.one.openPort(`localhost:${host}`)}`}
    >
      {text}
    </a>
  );
}
