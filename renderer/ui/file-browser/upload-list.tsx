import { CircleAlert, CircleCheck, CircleSlash, X } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import { useStore } from 'zustand';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../button.tsx';
import { cx } from '../class-names.ts';
import { ProgressBar } from '../progress.tsx';
import { visibleName, visibleText } from '../visible-text.ts';
import styles from './file-browser.module.css';
import type { Upload, Uploads } from './source.ts';

/** Rows that are shown; of a folder with thousands of files the first that are not done, then those that failed. */
const SHOWN = 50;

const isOver = ({ state }: Upload): boolean => state !== 'waiting' && state !== 'running';
const rank = (row: Upload): number => (isOver(row) ? (row.state === 'failed' ? 1 : 2) : 0);

/** What is on its way, with how far it is. */
export function UploadList({ uploads }: { readonly uploads: Uploads }): ReactElement | null {
  const rows = useStore(uploads);
  if (rows.length === 0) return null;
  const shown = [...rows.filter((row) => !isOver(row)), ...rows.filter(isOver).reverse()].sort((left, right) => rank(left) - rank(right)).slice(0, SHOWN);
  const words = t.files;
  return (
    <ul className={styles.uploads} aria-label={words.uploads}>
      {rows.length > 1 && <Summary rows={rows} uploads={uploads} />}
      {shown.map((row) => (
        <UploadRow key={row.id} row={row} uploads={uploads} />
      ))}
    </ul>
  );
}

/** Painted when it has changed itself: of a thousand files each change would paint fifty rows. */
const UploadRow = memo(function UploadRow({ row, uploads }: { readonly row: Upload; readonly uploads: Uploads }): ReactElement {
  const words = t.files;
  const name = visibleName(row.path);
  return (
    <li className={styles.upload}>
      <UploadIcon state={row.state} />
      <span className={styles.uploadName} title={`${visibleName(row.folder)}\n${name}`}>
        {name}
      </span>
      <span className={styles.uploadState}>
        {row.state === 'running' ? (
          <ProgressBar label={words.uploading(name)} share={row.size > 0 ? row.written / row.size : null} />
        ) : (
          <span title={visibleText(row.error)}>{row.error === '' ? stateWord(row.state) : `${words.uploadFailed}: ${visibleText(row.error)}`}</span>
        )}
      </span>
      <span className={styles.uploadSize}>{joined(diskSize(row.size))}</span>
      <IconButton
        small
        label={isOver(row) ? words.dismissUpload(name) : words.cancelUpload(name)}
        onClick={() => (isOver(row) ? uploads.dismiss(row.id) : uploads.cancel(row.id))}
      >
        <X />
      </IconButton>
    </li>
  );
});

/** All together: of a folder's files nobody wants to end each. */
function Summary({ rows, uploads }: { readonly rows: readonly Upload[]; readonly uploads: Uploads }): ReactElement {
  const words = t.files;
  const of = (wanted: Upload['state']): number => rows.filter(({ state }) => state === wanted).length;
  const open = of('waiting') + of('running');
  const size = rows.reduce((sum, row) => sum + row.size, 0);
  const written = rows.reduce((sum, row) => sum + (isOver(row) ? row.size : row.written), 0);
  return (
    <li className={cx(styles.upload, styles.uploadAll)}>
      <span className={styles.uploadIcon} />
      <span className={styles.uploadName}>{words.uploadedOf(of('done'), rows.length, of('failed'))}</span>
      <span className={styles.uploadState}>{open > 0 && <ProgressBar label={words.uploads} share={size > 0 ? written / size : null} />}</span>
      <span className={styles.uploadSize}>{joined(diskSize(size))}</span>
      <Button small look="quiet" onClick={() => (open > 0 ? uploads.cancelAll() : uploads.dismissAll())}>
        {open > 0 ? words.cancelUploads : words.dismissUploads}
      </Button>
    </li>
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
