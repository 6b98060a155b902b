import { type DragEvent, type KeyboardEvent, type ReactElement, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { t } from '../../strings/t.ts';
import { cx } from '../class-names.ts';
import { ConfirmDialog } from '../dialog.tsx';
import { VirtualTable } from '../virtual-table.tsx';
import { visibleName } from '../visible-text.ts';
import { droppedFiles } from './dropped-files.ts';
import { type FileRow, isReachable, rowId, shownRows } from './entries.ts';
import { FetchingRow } from './fetching-row.tsx';
import { useFileActions } from './file-actions.tsx';
import { FileBar, type FileBarState } from './file-bar.tsx';
import styles from './file-browser.module.css';
import { FILE_COLUMNS, FileRowsContext } from './file-cells.tsx';
import { FileFooter, FileListState } from './file-list-state.tsx';
import { NameDialog } from './name-dialog.tsx';
import { joinPath, nameOf, parentOf } from './paths.ts';
import { Preview } from './preview.tsx';
import type { FileSource, FileView, NewFile } from './source.ts';
import { rowAhead, useTypedAhead } from './type-ahead.ts';
import { UploadList } from './upload-list.tsx';
import { useDirectory } from './use-directory.ts';

const NOTHING: ReadonlySet<string> = new Set();
const TEXT_FIELDS = 'textarea, input:not([type="checkbox"])';

/** While files are uploaded the folder is read again at most so often. */
const RELOAD_MS = 1000;

/** The files of one object: folders to walk through, one file at a time to look at and change. `key` it by the source's key. */
export function FileBrowser({ source }: { readonly source: FileSource }): ReactElement {
  const [path, setPath] = useState(source.place.path);
  const [view, setView] = useState(() => source.view());
  const { sort, widths } = view;
  const [bar, setBar] = useState<FileBarState>({ match: '', hidden: view.hidden, changesOnly: false });
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
  const keep = (change: Partial<FileView>) => {
    const next = { ...view, ...change };
    setView(next);
    source.keepView(next);
  };
  const changeBar = (next: FileBarState) => {
    setBar(next);
    if (next.hidden !== view.hidden) keep({ hidden: next.hidden });
  };

  /** Does it at once, or after what is typed and not saved was given up. */
  const leave = useCallback((then: () => void) => {
    if (!dirty.current) then();
    else setLeaving(() => then);
  }, []);
  const [wanted, setWanted] = useState(0);
  const focusList = useCallback(() => setWanted((count) => count + 1), []);
  const hasList = directory.state === 'done' && ids.length > 0;
  const before = useRef({ wanted, hasList });
  // In the change that asks for it: the frame holds the keyboard while there is no list, or the next key would mean the object that the files are of.
  useLayoutEffect(() => {
    const isAsked = before.current.wanted !== wanted;
    const isGone = before.current.hasList && !hasList && document.activeElement === document.body;
    before.current = { wanted, hasList };
    if (isAsked || isGone || document.activeElement === frame.current) (frame.current?.querySelector<HTMLElement>('[role="grid"]') ?? frame.current)?.focus();
  }, [wanted, hasList]);
  /** Counts where one goes: a link whose answer comes when one has gone elsewhere leads nowhere. */
  const moves = useRef(0);
  useEffect(
    () => () => {
      moves.current++;
    },
    [],
  );
  const go = useCallback(
    (next: string) =>
      leave(() => {
        moves.current++;
        source.place.path = next;
        setPath(next);
        setOpened(null);
        setSelected(NOTHING);
        // Above, the keyboard is on the folder that one comes from.
        const below = path.startsWith(next === '/' ? next : `${next}/`) && path !== next;
        setActive(below ? rowId({ Name: path.slice(next === '/' ? 1 : next.length + 1).split('/')[0] ?? '' }) : null);
        setBar((held) => ({ ...held, match: '' }));
        focusList();
      }),
    [leave, source, focusList, path],
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
      const move = ++moves.current;
      const isHere = () => moves.current === move;
      if (row.Type === 'directory') return go(target);
      if (row.Type !== 'link') return leave(() => setOpened(target));
      source.stat(target).then(
        (file) => isHere() && (file.Type === 'directory' ? go(file.Path) : leave(() => setOpened(target))),
        (error: unknown) => isHere() && source.tell(words.notRead(visibleName(row.Name)), error),
      );
    },
    [path, go, leave, source, words],
  );

  const onNamed = useCallback((name: string) => setActive(rowId({ Name: name })), []);
  useEffect(() => {
    const done = () => source.uploads.getState().filter(({ state, folder }) => state === 'done' && folder === path).length;
    let known = done();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let read = 0;
    // Neither read nor painted anew for each of a thousand small files.
    const stop = source.uploads.subscribe(() => {
      const now = done();
      const isMore = now > known;
      known = now;
      if (!isMore || timer !== undefined) return;
      timer = setTimeout(
        () => {
          timer = undefined;
          read = performance.now();
          reload();
        },
        Math.max(0, read + RELOAD_MS - performance.now()),
      );
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [source, path, reload]);

  const {
    actionsOf,
    question,
    setQuestion,
    download,
    rowDrag,
    removing,
    askRemoval,
    setRemoving,
    remove,
    newFile,
    newFolder,
    upload,
    replacing,
    setReplacing,
  } = useFileActions({
    source,
    path,
    rows: directory.rows,
    selected,
    reload,
    open,
    onMade: (file) => leave(() => setOpened(file)),
    onNamed,
    onRemoved: (paths) => {
      if (opened !== null && paths.includes(opened)) setOpened(null);
      setSelected(NOTHING);
      // The keyboard stays where it was: on what follows, or at the end on what is left before.
      const isGone = (row: FileRow) => paths.includes(joinPath(path, row.Name));
      const first = rows.findIndex(isGone);
      const stays = (row: FileRow) => !isGone(row);
      setActive((rows.slice(first).find(stays) ?? rows.slice(0, first).findLast(stays))?.id ?? null);
    },
  });

  const typedAhead = useTypedAhead();
  const rename = (id = '') =>
    actionsOf(id)
      .find((action) => action.id === 'rename' && action.disabled !== true)
      ?.run();
  const keyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    // Dialogs and menus are below it for React alone.
    if (event.defaultPrevented || !(event.target instanceof HTMLElement) || !event.currentTarget.contains(event.target)) return;
    const inList = event.target.getAttribute('role') === 'grid' || event.target === event.currentTarget;
    // Not while the keyboard is among the heads of columns.
    const isOnRow = active !== null && event.target.getAttribute('aria-activedescendant')?.endsWith(active) === true;
    const row = isOnRow ? directory.rows.get(active) : undefined;
    if (event.key === 'Escape' && opened !== null) closeFile();
    else if (event.key === 'Escape' && selected.size > 0) {
      setSelected(NOTHING);
      focusList();
    } else if (event.ctrlKey || event.metaKey) return;
    else if (event.key === 'Delete' && !event.target.matches(TEXT_FIELDS)) {
      // Wherever the keyboard is among the files: it must never mean the object that they are of.
      askRemoval(selected.size > 0 ? [...selected] : row ? [row.id] : []);
    } else if (!inList) return;
    else if (event.key === 'Backspace' || (event.altKey && event.key === 'ArrowUp')) go(parentOf(path));
    else if (event.altKey) return;
    else if (event.key === 'F2') rename(row?.id);
    else if (event.key === '/') frame.current?.querySelector<HTMLInputElement>('[role="searchbox"]')?.focus();
    else {
      // The keys of the object's own list do not mean its files.
      const typed = typedAhead(event.key);
      if (typed === null) return;
      const ahead = hasList ? rowAhead(rows, active, typed) : undefined;
      if (ahead) setActive(ahead.id);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const isUpload = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes('Files') && !source.dragOut.isOwn();
  // Between elements of its own it is left and entered at once: only the frame counts.
  const drag = (event: DragEvent<HTMLDivElement>) => {
    if (!isUpload(event)) return;
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
    if (!isUpload(event)) return;
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    void droppedFiles(event.dataTransfer).then((files: readonly NewFile[]) => upload(files));
  };

  const context = useMemo(() => ({ rows: directory.rows, actions: actionsOf }), [directory.rows, actionsOf]);
  const removed = (removing ?? []).flatMap((id) => visibleName(directory.rows.get(id)?.Name ?? '') || []);
  return (
    <FileRowsContext value={context}>
      <div
        ref={frame}
        role="group"
        tabIndex={-1}
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
            onState={changeBar}
            onEditPath={setEditingPath}
            onGo={go}
            onReload={reload}
            onNewFile={newFile}
            onNewFolder={newFolder}
            onUpload={upload}
            onDownload={() => download([...selected])}
            onRemove={() => askRemoval([...selected])}
            onClearSelection={() => setSelected(NOTHING)}
            onLeaveFilter={focusList}
          />
          {hasList ? (
            <VirtualTable
              label={words.label(source.name)}
              ids={ids}
              columns={FILE_COLUMNS}
              widths={widths}
              sort={sort}
              selected={selected}
              active={active}
              nameOf={(id) => visibleName(directory.rows.get(id)?.Name ?? id)}
              onSort={(next) => keep({ sort: next })}
              onWidth={(column, width) => keep({ widths: { ...widths, [column]: width } })}
              onSelect={setSelected}
              onActive={setActive}
              onOpen={(id) => {
                const row = directory.rows.get(id);
                setActive(id);
                if (row) open(row);
              }}
              menu={actionsOf}
              rowDrag={rowDrag}
            />
          ) : (
            <FileListState directory={directory} state={bar} atRoot={path === '/'} onState={changeBar} onReload={reload} onRoot={() => go('/')} />
          )}
          <FetchingRow dragOut={source.dragOut} />
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
          {over && words.drop(visibleName(path))}
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
          title={words.discardTitle(visibleName(nameOf(opened ?? '')))}
          objects={opened === null ? [] : [visibleName(opened)]}
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
