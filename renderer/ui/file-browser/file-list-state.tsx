import { FolderOpen, FolderX, RotateCw, SearchX } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../button.tsx';
import { EmptyState } from '../empty-state.tsx';
import { SkeletonRows } from '../skeleton.tsx';
import { visibleText } from '../visible-text.ts';
import { type FileRow, isHidden, type Shown } from './entries.ts';
import styles from './file-browser.module.css';
import type { Directory } from './use-directory.ts';

/** What stands in place of a list: it is being read, it failed, or there is nothing in it to show. */
export function FileListState({
  directory,
  state,
  atRoot,
  onState,
  onReload,
  onRoot,
}: {
  readonly directory: Directory;
  readonly state: Shown;
  readonly atRoot: boolean;
  readonly onState: (state: Shown) => void;
  readonly onReload: () => void;
  readonly onRoot: () => void;
}): ReactElement {
  const words = t.files;
  if (directory.state === 'loading') {
    return (
      <div className={styles.instead}>
        <SkeletonRows label={t.loading} />
      </div>
    );
  }
  if (directory.state === 'failed') {
    return (
      <EmptyState
        alert
        icon={<FolderX />}
        title={words.failed}
        text={visibleText(directory.error)}
        action={
          <>
            <Button onClick={onReload}>
              <RotateCw />
              {t.retry}
            </Button>
            {!atRoot && <Button onClick={onRoot}>{words.toRoot}</Button>}
          </>
        }
      />
    );
  }
  const all = <Button onClick={() => onState({ match: '', hidden: true, changesOnly: false })}>{words.showAll}</Button>;
  if (state.match !== '') {
    const clear = <Button onClick={() => onState({ ...state, match: '' })}>{t.clear}</Button>;
    return <EmptyState icon={<SearchX />} title={words.noneMatch} text={words.noneMatchText(state.match)} action={clear} />;
  }
  if (state.changesOnly && directory.rows.size > 0) {
    return <EmptyState icon={<FolderOpen />} title={words.noChanges} text={words.noChangesText} action={all} />;
  }
  if ([...directory.rows.values()].some(isHidden))
    return <EmptyState icon={<FolderOpen />} title={words.onlyHidden} text={words.onlyHiddenText} action={all} />;
  return <EmptyState icon={<FolderOpen />} title={words.empty} text={words.emptyText} />;
}

/** How much there is, and what kind of place it is. */
export function FileFooter({ directory, rows }: { readonly directory: Directory; readonly rows: readonly FileRow[] }): ReactElement {
  const words = t.files;
  const { folders, files, bytes } = useMemo(() => {
    const sum = { folders: 0, files: 0, bytes: 0 };
    for (const { Type, Size } of rows) {
      if (Type === 'directory') sum.folders++;
      else sum.files++;
      if (Type === 'file') sum.bytes += Size;
    }
    return sum;
  }, [rows]);
  return (
    <p className={styles.footer} role="status">
      {directory.state === 'done' && (
        <span>
          {directory.rows.size < directory.total
            ? words.more(directory.rows.size, directory.total)
            : `${words.total(folders, files)}${files > 0 ? ` · ${joined(diskSize(bytes))}` : ''}`}
        </span>
      )}
      {directory.isMounted && <span className={styles.mounted}>{words.mounted}</span>}
    </p>
  );
}
