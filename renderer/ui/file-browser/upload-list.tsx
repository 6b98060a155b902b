import { CircleAlert, CircleCheck, CircleSlash, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../button.tsx';
import { ProgressBar } from '../progress.tsx';
import styles from './file-browser.module.css';
import type { Upload, Uploads } from './source.ts';

/** Rows that are shown; of a folder with thousands of files the first that are not done. */
const SHOWN = 50;

const isOver = ({ state }: Upload): boolean => state !== 'waiting' && state !== 'running';

/** What is on its way, with how far it is. */
export function UploadList({ uploads }: { readonly uploads: Uploads }): ReactElement | null {
  const rows = useStore(uploads);
  if (rows.length === 0) return null;
  const shown = [...rows.filter((row) => !isOver(row)), ...rows.filter(isOver).reverse()].slice(0, SHOWN);
  const words = t.files;
  return (
    <ul className={styles.uploads} aria-label={words.uploads}>
      {shown.map((row) => (
        <li key={row.id} className={styles.upload}>
          <UploadIcon state={row.state} />
          <span className={styles.uploadName} title={`${row.folder}\n${row.path}`}>
            {row.path}
          </span>
          <span className={styles.uploadState}>
            {row.state === 'running' ? (
              <ProgressBar label={words.uploading(row.path)} share={row.size > 0 ? row.written / row.size : null} />
            ) : (
              <span title={row.error}>{row.error === '' ? stateWord(row.state) : `${words.uploadFailed}: ${row.error}`}</span>
            )}
          </span>
          <span className={styles.uploadSize}>{joined(diskSize(row.size))}</span>
          <IconButton
            small
            label={isOver(row) ? words.dismissUpload(row.path) : words.cancelUpload(row.path)}
            onClick={() => (isOver(row) ? uploads.dismiss(row.id) : uploads.cancel(row.id))}
          >
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

function UploadIcon({ state }: Pick<Upload, 'state'>): ReactElement {
  const icon = state === 'done' ? <CircleCheck /> : state === 'failed' ? <CircleAlert /> : state === 'canceled' ? <CircleSlash /> : null;
  return (
    <span className={styles.uploadIcon} data-state={state} aria-hidden="true">
      {icon}
    </span>
  );
}

function stateWord(state: Upload['state']): string {
  const words = t.files;
  if (state === 'done') return words.uploaded;
  if (state === 'failed') return words.uploadFailed;
  return state === 'canceled' ? words.uploadCanceled : words.waiting;
}
