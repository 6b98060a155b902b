import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useEngine, useServices } from '../../stores/services.tsx';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { removeVolumes } from './actions.ts';
import { knownBytes, prunable, volumeTitle } from './view-model.ts';
import styles from './volumes.module.css';

/** Shows what would go and what that frees, before it goes. */
export function PruneDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const services = useServices();
  const [named, setNamed] = useState(false);
  const volumes = useEngine((state) => state.volumes);
  const sizes = useStore(services.volumeSizes, ({ bytes }) => bytes);
  // The largest first: that is what one is after.
  const rows = useMemo(() => prunable(volumes.values(), named).toSorted((a, b) => (sizes.get(b.id) ?? 0) - (sizes.get(a.id) ?? 0)), [volumes, named, sizes]);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  useEffect(() => services.volumeSizes.want(ids), [services, ids]);
  const bytes = knownBytes(ids, sizes);
  const words = t.volumes;
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.pruneTitle}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button
            look="danger"
            disabled={ids.length === 0}
            onClick={() => {
              onClose();
              void removeVolumes(services, ids);
            }}
          >
            {words.pruneDo(ids.length, bytes > 0 ? joined(diskSize(bytes)) : '')}
          </Button>
        </>
      }
    >
      <p>{ids.length > 0 ? words.pruneText : words.pruneNothing}</p>
      {ids.length > 0 && (
        <ul className={styles.pruned} tabIndex={0} aria-label={words.title}>
          {rows.map((row) => (
            <li key={row.id}>
              <MiddleText text={volumeTitle(row)} />
              <span className={styles.bytes}>{sizeWords(sizes.get(row.id))}</span>
            </li>
          ))}
        </ul>
      )}
      <LabelledCheckbox checked={named} label={words.pruneNamed} onChange={setNamed}>
        {words.pruneNamed}
      </LabelledCheckbox>
    </Dialog>
  );
}

function sizeWords(size: number | null | undefined): string {
  if (size === undefined) return '…';
  return size === null ? '–' : joined(diskSize(size));
}
