import { Copy, Tag, Upload, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ImageRow } from '../../../runtime/api/types/feed.ts';
import { updatedNames } from '../../stores/image-facts.ts';
import { useImageFacts, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import styles from './names-tab.module.css';

const words = t.imageTools;

/** All names of an image: what they stand for in their registries, and what can be done with each. */
export function NamesTab({ row }: { readonly row: ImageRow }): ReactElement {
  const { ui } = useServices();
  const remote = useImageFacts((state) => state.remote);
  const updated = updatedNames(row, remote);
  const ask = (command: string, ...more: readonly string[]) => ui.setState({ asking: { command, ids: [row.id, ...more] } });
  const give = (
    <Button onClick={() => ask('image.tag')}>
      <Tag />
      {words.tag.action}
    </Button>
  );
  if (row.tags.length === 0 && row.digests.length === 0) return <EmptyState icon={<Tag />} title={words.tag.none} action={give} />;
  return (
    <div className={styles.wrap}>
      <ul className={styles.list} aria-label={words.tag.title}>
        {row.tags.map((name) => (
          <li key={name} className={styles.row}>
            <MiddleText text={name} className={styles.name} />
            {updated.includes(name) && <span className={styles.update}>{words.update.badge}</span>}
            <span className={styles.gap} />
            <IconButton small label={words.tag.copy(name)} onClick={() => void navigator.clipboard.writeText(name)}>
              <Copy />
            </IconButton>
            <IconButton small label={words.push.of(name)} onClick={() => ask('image.push')}>
              <Upload />
            </IconButton>
            <IconButton small label={words.tag.remove(name)} onClick={() => ask('image.untag', name)}>
              <X />
            </IconButton>
          </li>
        ))}
        {row.digests.map((name) => (
          <li key={name} className={styles.row}>
            <MiddleText text={name} className={styles.digest} />
            <span className={styles.gap} />
            <IconButton small label={words.tag.copyDigestOf(name)} onClick={() => void navigator.clipboard.writeText(name)}>
              <Copy />
            </IconButton>
          </li>
        ))}
      </ul>
      {give}
    </div>
  );
}
