import { ArrowUp, Download, Eye, EyeOff, FilePlus2, FolderPlus, FolderUp, GitCompareArrows, Plus, RotateCw, Trash2, Upload, X } from 'lucide-react';
import { type ReactElement, useRef } from 'react';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../button.tsx';
import { FilterField } from '../filter-field.tsx';
import { Menu } from '../menu.tsx';
import { ToolRow } from '../tool-row.tsx';
import { Crumbs } from './crumbs.tsx';
import { chosenFiles } from './dropped-files.ts';
import type { Shown } from './entries.ts';
import styles from './file-browser.module.css';
import { parentOf } from './paths.ts';
import type { FileSource, NewFile } from './source.ts';

export type FileBarState = Shown;

export interface FileBarProps {
  readonly source: FileSource;
  readonly path: string;
  readonly state: FileBarState;
  readonly editingPath: boolean;
  readonly selected: number;
  readonly onState: (state: FileBarState) => void;
  readonly onEditPath: (editing: boolean) => void;
  readonly onGo: (path: string) => void;
  readonly onReload: () => void;
  readonly onNewFile: () => void;
  readonly onNewFolder: () => void;
  readonly onUpload: (files: readonly NewFile[]) => void;
  readonly onDownload: () => void;
  readonly onRemove: () => void;
  readonly onClearSelection: () => void;
  readonly onLeaveFilter: () => void;
}

/** Where one is, what is shown of it, and what can be added. While files are selected, what can be done with them. */
export function FileBar(props: FileBarProps): ReactElement {
  const { source, path, state, editingPath, selected, onState, onEditPath, onGo, onReload, onDownload, onRemove, onClearSelection } = props;
  const words = t.files;
  if (selected > 0) {
    return (
      <ToolRow
        end={
          <IconButton small label={t.clear} keys="Esc" onClick={onClearSelection}>
            <X />
          </IconButton>
        }
      >
        <span className={styles.selectedCount}>{words.selected(selected)}</span>
        <Button small onClick={onDownload}>
          <Download />
          {words.downloadMany(selected)}
        </Button>
        <Button small onClick={onRemove}>
          <Trash2 />
          {words.removeMany(selected)}
        </Button>
      </ToolRow>
    );
  }
  return (
    <div className={styles.bar}>
      <IconButton small label={words.up} keys="Backspace" disabled={path === '/'} onClick={() => onGo(parentOf(path))}>
        <ArrowUp />
      </IconButton>
      <Crumbs key={path} path={path} editing={editingPath} onEdit={onEditPath} onGo={onGo} />
      <FilterField
        className={styles.filter}
        label={words.filter}
        value={state.match}
        onChange={(match) => onState({ ...state, match })}
        onLeave={props.onLeaveFilter}
      />
      {source.hasImage && (
        <IconButton small label={words.changesOnly} aria-pressed={state.changesOnly} onClick={() => onState({ ...state, changesOnly: !state.changesOnly })}>
          <GitCompareArrows />
        </IconButton>
      )}
      <IconButton small label={words.hidden} aria-pressed={state.hidden} onClick={() => onState({ ...state, hidden: !state.hidden })}>
        {state.hidden ? <Eye /> : <EyeOff />}
      </IconButton>
      <IconButton small label={words.reload} onClick={onReload}>
        <RotateCw />
      </IconButton>
      <AddMenu {...props} />
    </div>
  );
}

function AddMenu({ onNewFile, onNewFolder, onUpload }: FileBarProps): ReactElement {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const words = t.files;
  return (
    <>
      <Menu
        trigger={
          <Button small className={styles.add}>
            <Plus />
            {words.add}
          </Button>
        }
        actions={() => [
          { id: 'file', label: words.newFile, icon: <FilePlus2 />, run: onNewFile },
          { id: 'folder', label: words.newFolder, icon: <FolderPlus />, run: onNewFolder },
          { id: 'upload', label: words.upload, icon: <Upload />, apart: true, run: () => files.current?.click() },
          { id: 'upload-folder', label: words.uploadFolder, icon: <FolderUp />, run: () => folder.current?.click() },
        ]}
      />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={words.chooser}
        onChange={(event) => {
          onUpload(chosenFiles(event.target.files));
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={words.folderChooser}
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          onUpload(chosenFiles(event.target.files));
          event.target.value = '';
        }}
      />
    </>
  );
}
