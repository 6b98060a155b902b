import { Box } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { byName, shortId } from '../strings/format.ts';
import { t } from '../strings/t.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { MiddleText } from '../ui/middle-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { useEngine } from './services.tsx';
import styles from './used-by.module.css';

const words = t.imageTools.usedBy;

export interface UsedByProps {
  /** Ids of containers. */
  readonly ids: readonly string[];
  readonly label: string;
  readonly none: { readonly title: string; readonly text: string };
}

/** The containers that use an object; each leads to its own details. */
export function UsedBy({ ids, label, none }: UsedByProps): ReactElement {
  const containers = useEngine((state) => state.containers);
  if (ids.length === 0) return <EmptyState icon={<Box />} title={none.title} text={none.text} />;
  const users = ids.map((id) => ({ id, row: containers.get(id), name: containers.get(id)?.name ?? shortId(id) }));
  return (
    <ul className={styles.list} aria-label={label}>
      {users
        .sort((a, b) => byName(a.name, b.name))
        .map(({ id, row, name }) => (
          <li key={id} className={styles.row}>
            <Box />
            <Link to={`/containers/${id}`} className={styles.name ?? ''} title={words.open(name)}>
              <MiddleText text={name} />
            </Link>
            {row && (
              <>
                <MiddleText text={row.image} className={styles.image} />
                <span className={styles.state}>{t.imageTools.states[row.state]}</span>
                <RelativeTime time={row.createdAt} className={styles.state} />
              </>
            )}
          </li>
        ))}
    </ul>
  );
}
