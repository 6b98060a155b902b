import { CircleCheck, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../button.tsx';
import { ProgressBar } from '../progress.tsx';
import styles from './file-browser.module.css';
import type { DragOut } from './source.ts';

/** What is fetched for a drag out of the window, when that takes longer than a drag. */
export function FetchingRow({ dragOut }: { readonly dragOut: DragOut }): ReactElement | null {
  const row = useStore(dragOut.fetching);
  if (row === null) return null;
  const words = t.files;
  const { name } = row;
  return (
    <div role="group" aria-label={words.fetching(name)} className={styles.uploads}>
      <div className={styles.upload}>
        <span className={styles.uploadIcon} data-state={row.ready ? 'done' : 'running'} aria-hidden="true">
          {row.ready && <CircleCheck />}
        </span>
        <span className={styles.uploadName}>{row.ready ? words.fetched(name) : words.fetching(name)}</span>
        {!row.ready && (
          <>
            <span className={styles.uploadState}>
              <ProgressBar label={words.fetching(name)} share={row.size ? row.written / row.size : null} />
            </span>
            <span className={styles.uploadSize}>{joined(diskSize(row.written))}</span>
          </>
        )}
        <IconButton small label={row.ready ? words.dismissUpload(name) : words.cancelFetch(name)} onClick={() => dragOut.cancel()}>
          <X />
        </IconButton>
      </div>
    </div>
  );
}
