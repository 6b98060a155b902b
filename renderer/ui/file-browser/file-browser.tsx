import { type DragEvent, type KeyboardEvent, type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { t } from '../../strings/t.ts';
import { cx } from '../class-names.ts';
import { ConfirmDialog } from '../dialog.tsx';
import { VirtualTable } from '../virtual-table.tsx';
import { droppedFiles } from './dropped-files.ts';
import { type FileRow, type FileSort, isReachable, shownRows } from './entries.ts';
import { useFileActions } from './file-actions.tsx';
import { FileBar, type FileBarState } from './file-bar.tsx';
import styles from './file-browser.module.css';
import { FILE_COLUMNS, FileRowsContext } from './file-cells.tsx';
import { FileFooter, FileListState } from './file-list-state.tsx';
import { NameDialog } from './name-dialog.tsx';
import { joinPath, nameOf, parentOf } from './paths.ts';
import { Preview } from './preview.tsx';
import type { FileSource, NewFile } from './source.ts';
import { UploadList } from './upload-list.tsx';
import { useDirectory } from './use-directory.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** The files of one object: folders to walk through, one file at a time to look at and change. `key` it by the source's key. */
export function FileBrowser({ source }: { readonly source: FileSource }): ReactElement {
  const [path, setPath] = useState(source.place.path);
  const [bar, setBar] = useState<FileBarState>({ match: '', hidden: false, changesOnly: false });
  const [sort, setSort] = useState<FileSort>({ column: 'name', descending: false });
  const [widths, setWidths] = useState<Readonly<Record<string, number>>>({});
  const [selected, setSelected] = useState(NOTHING);
  const [active, setActive] = useState<string | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const [editingPath, setEditingPath] = useState(false);
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  const [over, setOver] = useState(false);
  const dirty = useRef(false);
  const frame = useRef<HTMLDivElement>(null);
  const { directory, reload } = useDirectory(source, path, bar.match);
  const rows = useMemo(() => shownRows(directory.rows.values(), bar, sort), [directory.rows, bar, sort]);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const words = t.files;

  /** Does it at once, or after what is typed and not saved was given up. */
  const leave = useCallback((then: () => void) => {
    if (!dirty.current) then();
    else setLeaving(() => then);
  }, []);
  const focusList = useCallback(() => requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>('[role="grid"]')?.focus()), []);
  const go = useCallback(
    (next: string) =>
      leave(() => {
        source.place.path = next;
        setPath(next);
        setOpened(null);
        setSelected(NOTHING);
        setActive(null);
        setBar((held) => ({ ...held, match: '' }));
        focusList();
      }),
    [leave, source, focusList],
  );
  const closeFile = useCallback(
    () =>
      leave(() => {
        setOpened(null);
        focusList();
      }),
    [leave, focusList],
  );
  const open = useCallback(
    (row: FileRow) => {
      if (!isReachable(row)) return;
      const target = joinPath(path, row.Name);
      if (row.Type === 'directory') return go(target);
      if (row.Type !== 'link') return leave(() => setOpened(target));
      source.stat(target).then(
        (file) => (file.Type === 'directory' ? go(file.Path) : leave(() => setOpened(target))),
        (error: unknown) => source.tell(words.notRead(row.Name), error),
      );
    },
    [path, go, leave, source, words],
  );

  const doneUploads = useStore(source.uploads, (list) => list.filter(({ state, folder }) => state === 'done' && folder === path).length);
  useEffect(() => {
    if (doneUploads > 0) reload();
  }, [doneUploads, reload]);

  const { actionsOf, question, setQuestion, download, removing, setRemoving, remove, newFile, newFolder, upload, replacing, setReplacing } = useFileActions({
    source,
    path,
    rows: directory.rows,
    selected,
    reload,
    open,
    onMade: (file) => leave(() => setOpened(file)),
    onRemoved: (paths) => {
      if (opened !== null && paths.includes(opened)) setOpened(null);
      setSelected(NOTHING);
    },
  });

  const rename = (id = '') =>
    actionsOf(id)
      .find((action) => action.id === 'rename' && action.disabled !== true)
      ?.run();
  const keyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.defaultPrevented || !(event.target instanceof HTMLElement)) return;
    const inList = event.target.getAttribute('role') === 'grid';
    // Not while the keyboard is among the heads of columns.
    const isOnRow = active !== null && event.target.getAttribute('aria-activedescendant')?.endsWith(active) === true;
    const row = isOnRow ? directory.rows.get(active) : undefined;
    if (event.key === 'Escape' && opened !== null && !event.target.closest('[role="dialog"]')) closeFile();
    else if (!inList || event.ctrlKey || event.metaKey) return;
    else if (event.key === 'Backspace' || (event.altKey && event.key === 'ArrowUp')) go(parentOf(path));
    else if (event.altKey) return;
    else if (event.key === 'Delete') {
      const targets = selected.size > 0 ? [...selected] : row ? [row.id] : [];
      if (targets.length > 0) setRemoving(targets);
    } else if (event.key === 'F2') rename(row?.id);
    else if (event.key === '/') frame.current?.querySelector<HTMLInputElement>('[role="searchbox"]')?.focus();
    // The keys of the object's own list do not mean its files.
    else if (!/^[a-z]$/i.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  // Between elements of its own it is left and entered at once: only the frame counts.
  const drag = (event: DragEvent<HTMLDivElement>) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  const dragLeave = (event: DragEvent<HTMLDivElement>) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.stopPropagation();
    if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) setOver(false);
  };
  const drop = (event: DragEvent<HTMLDivElement>) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    void droppedFiles(event.dataTransfer).then((files: readonly NewFile[]) => upload(files));
  };

  const context = useMemo(() => ({ rows: directory.rows, actions: actionsOf }), [directory.rows, actionsOf]);
  const removed = (removing ?? []).flatMap((id) => directory.rows.get(id)?.Name ?? []);
  return (
    <FileRowsContext value={context}>
      <div
        ref={frame}
        role="group"
        aria-label={words.label(source.name)}
        className={styles.browser}
        data-opened={opened !== null}
        onKeyDown={keyDown}
        onDragEnter={drag}
        onDragOver={drag}
        onDragLeave={dragLeave}
        onDrop={drop}
      >
        <div className={styles.list}>
          <FileBar
            source={source}
            path={path}
            state={bar}
            editingPath={editingPath}
            selected={selected.size}
            onState={setBar}
            onEditPath={setEditingPath}
            onGo={go}
            onReload={reload}
            onNewFile={newFile}
            onNewFolder={newFolder}
            onUpload={upload}
            onDownload={() => download([...selected])}
            onRemove={() => setRemoving([...selected])}
            onClearSelection={() => setSelected(NOTHING)}
            onLeaveFilter={focusList}
          />
          {directory.state === 'done' && ids.length > 0 ? (
            <VirtualTable
              label={words.label(source.name)}
              ids={ids}
              columns={FILE_COLUMNS}
              widths={widths}
              sort={sort}
              selected={selected}
              active={active}
              nameOf={(id) => directory.rows.get(id)?.Name ?? id}
              onSort={setSort}
              onWidth={(column, width) => setWidths((held) => ({ ...held, [column]: width }))}
              onSelect={setSelected}
              onActive={setActive}
              onOpen={(id) => {
                const row = directory.rows.get(id);
                setActive(id);
                if (row) open(row);
              }}
              menu={actionsOf}
            />
          ) : (
            <FileListState directory={directory} state={bar} atRoot={path === '/'} onState={setBar} onReload={reload} onRoot={() => go('/')} />
          )}
          <UploadList uploads={source.uploads} />
          <FileFooter directory={directory} rows={rows} />
        </div>
        {opened !== null && (
          <Preview
            key={opened}
            source={source}
            path={opened}
            onDirty={(next) => {
              dirty.current = next;
            }}
            onClose={closeFile}
            onSaved={reload}
          />
        )}
        <div className={cx(styles.drop, over && styles.dropOver)} aria-hidden={!over}>
          {over && words.drop(path)}
        </div>
        {question && <NameDialog key={question.title} question={question} onClose={() => setQuestion(null)} />}
        <ConfirmDialog
          open={removed.length > 0}
          title={words.removeTitle(removed.length, removed[0] ?? '')}
          objects={removed}
          consequence={words.removeText}
          action={words.removeMany(removed.length)}
          onConfirm={() => remove(removing ?? [])}
          onClose={() => setRemoving(null)}
        />
        <ConfirmDialog
          open={replacing !== null}
          title={words.replaceTitle(replacing?.names.length ?? 0, replacing?.names[0] ?? '')}
          objects={replacing?.names ?? []}
          consequence={words.replaceText}
          action={words.replaceMany(replacing?.names.length ?? 0)}
          onConfirm={() => replacing?.go()}
          onClose={() => setReplacing(null)}
        />
        <ConfirmDialog
          open={leaving !== null}
          title={words.discardTitle(nameOf(opened ?? ''))}
          objects={opened === null ? [] : [opened]}
          consequence={words.discardText}
          action={words.discard}
          onConfirm={() => {
            dirty.current = false;
            leaving?.();
          }}
          onClose={() => setLeaving(null)}
        />
      </div>
    </FileRowsContext>
  );
}
