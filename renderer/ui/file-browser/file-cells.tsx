import { Cpu, EllipsisVertical, File, FileSymlink, FileX2, Folder, FolderInput } from 'lucide-react';
import { createContext, type ReactElement, useContext } from 'react';
import { diskSize } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../button.tsx';
import { cx } from '../class-names.ts';
import { Menu, type MenuAction } from '../menu.tsx';
import { MiddleText } from '../middle-text.tsx';
import { Quantity } from '../quantity.tsx';
import { RelativeTime } from '../relative-time.tsx';
import type { Column } from '../table-layout.ts';
import { RowActions } from '../table-row.tsx';
import { visibleName } from '../visible-text.ts';
import { type FileRow, modeWords } from './entries.ts';
import styles from './file-browser.module.css';
import { FileName } from './file-name.tsx';

interface CellProps {
  readonly id: string;
}

/** What cells show: the rows of the folder, and what can be done with one. */
export interface FileRows {
  readonly rows: ReadonlyMap<string, FileRow>;
  readonly actions: (id: string) => readonly MenuAction[];
}

export const FileRowsContext = createContext<FileRows>({ rows: new Map(), actions: () => [] });

const useRow = (id: string): FileRow | undefined => useContext(FileRowsContext).rows.get(id);

function FileIcon({ row }: { readonly row: FileRow }): ReactElement {
  if (row.Change === 'deleted') return <FileX2 />;
  if (row.IsMount) return <FolderInput />;
  if (row.Type === 'directory') return <Folder />;
  if (row.Type === 'link') return <FileSymlink />;
  return row.Type === 'other' ? <Cpu /> : <File />;
}

function NameCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  if (!row) return null;
  const words = t.files;
  const target = visibleName(row.LinkTarget);
  const name = visibleName(row.Name);
  const hints = [name, row.IsEscaped ? words.escaped : '', row.IsMount ? words.mount : '', target === '' ? '' : words.linkTo(target)];
  const hint = hints.filter(Boolean).join('\n');
  return (
    <span className={styles.nameCell} title={hint}>
      <span className={styles.icon} data-type={row.Type} aria-hidden="true">
        <FileIcon row={row} />
      </span>
      <MiddleText
        text={name}
        hint={hint}
        className={cx(styles.fileName, row.Change === 'deleted' && styles.deleted)}
        part={(text) => <FileName name={text} />}
      />
      {target !== '' && <span className={styles.target}>→ {target}</span>}
      {row.Change !== '' && (
        <abbr className={styles.mark} data-change={row.Change} title={words.changes[row.Change].text} aria-label={words.changes[row.Change].text}>
          {words.changes[row.Change].letter}
        </abbr>
      )}
    </span>
  );
}

function SizeCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  return row?.Type === 'file' ? <Quantity of={diskSize(row.Size)} /> : <span className={styles.faint}>–</span>;
}

function ModifiedCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  if (!row) return null;
  const time = Date.parse(row.ModTime);
  return <RelativeTime time={time} className={styles.dim} />;
}

function ModeCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  return row ? (
    <span className={styles.mono} title={row.Mode.toString(8).padStart(4, '0')}>
      {modeWords(row)}
    </span>
  ) : null;
}

function OwnerCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  return row ? (
    <span className={styles.mono}>
      {row.Uid}:{row.Gid}
    </span>
  ) : null;
}

function ActionsCell({ id }: CellProps): ReactElement | null {
  const { rows, actions } = useContext(FileRowsContext);
  const row = rows.get(id);
  if (!row) return null;
  return (
    <RowActions>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(visibleName(row.Name))}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => actions(id)}
      />
    </RowActions>
  );
}

const words = t.files.columns;
export const FILE_COLUMNS: readonly Column[] = [
  { id: 'name', label: words.name, width: 160, grows: 3, header: true, sortable: true, dispensable: 0, Cell: NameCell },
  { id: 'size', label: words.size, width: 84, align: 'end', sortable: true, dispensable: 2, Cell: SizeCell },
  { id: 'modified', label: words.modified, width: 112, align: 'end', sortable: true, dispensable: 3, Cell: ModifiedCell },
  { id: 'mode', label: words.mode, width: 104, sortable: true, dispensable: 4, Cell: ModeCell },
  { id: 'owner', label: words.owner, width: 88, sortable: true, dispensable: 5, Cell: OwnerCell },
  { id: 'actions', label: words.actions, labelHidden: true, lazy: true, width: 40, dispensable: 0, Cell: ActionsCell },
];
