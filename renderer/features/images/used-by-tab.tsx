import { Box } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { ImageRow } from '../../../runtime/api/types/feed.ts';
import { useEngine } from '../../stores/services.tsx';
import { byName } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './names-tab.module.css';

const words = t.imageTools.usedBy;

/** Containers that are made from an image. */
export function UsedByTab({ row }: { readonly row: ImageRow }): ReactElement {
  const containers = useEngine((state) => state.containers);
  const users = row.usedBy.flatMap((id) => containers.get(id) ?? []).sort((a, b) => byName(a.name, b.name));
  if (users.length === 0) return <EmptyState icon={<Box />} title={words.none} text={words.noneText} />;
  return (
    <div className={styles.wrap}>
      <ul className={styles.list} aria-label={t.imageTools.details.usedBy}>
        {users.map(({ id, name, state, createdAt }) => (
          <li key={id} className={styles.row}>
            <Link to={`/containers/${id}`} className={styles.name ?? ''} title={words.open(name)}>
              {name}
            </Link>
            <span className={styles.state}>{t.imageTools.states[state]}</span>
            <span className={styles.gap} />
            <span className={styles.state}>
              <RelativeTime time={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
