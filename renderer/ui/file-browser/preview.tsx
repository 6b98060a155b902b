import { Download, FileQuestion, RotateCw, Save, Undo2, X } from 'lucide-react';
import { type ReactElement, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { FileAnswer } from '../../../runtime/api/types/files.ts';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../banner.tsx';
import { Button, IconButton } from '../button.tsx';
import { EmptyState } from '../empty-state.tsx';
import { SkeletonRows } from '../skeleton.tsx';
import { ToolNote, ToolRow } from '../tool-row.tsx';
import { visibleName, visibleText } from '../visible-text.ts';
import { type Content, contentOf, encodeText, hexLines, MAX_HEX, MAX_IMAGE, MAX_TEXT, pictureType } from './content.ts';
import styles from './file-browser.module.css';
import { nameOf } from './paths.ts';
import type { FileSource } from './source.ts';

interface Opened {
  readonly file: FileAnswer;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly whole: boolean;
  readonly content: Content;
}

type State = { readonly state: 'loading' } | { readonly state: 'failed'; readonly error: string } | { readonly state: 'done'; readonly opened: Opened };

const CONFLICT = 409;
/** Tells a picture from the rest. */
const START = 16;

async function open(source: FileSource, path: string, signal: AbortSignal): Promise<Opened> {
  const file = await source.stat(path);
  if (file.Type !== 'file') return { file, bytes: new Uint8Array(0), whole: true, content: { kind: 'bytes' } };
  const isPicture = file.Size <= MAX_IMAGE && pictureType(await source.read(file.Path, START, signal)) !== null;
  // What the system makes up as it is read has no size.
  const length = isPicture ? MAX_IMAGE : MAX_TEXT;
  const bytes = await source.read(file.Path, length, signal);
  const whole = bytes.length >= file.Size;
  return { file, bytes, whole, content: contentOf(bytes, whole) };
}

/** One file: its text, which can be changed, its picture or its bytes. `onDirty`: whether something is typed that is not saved. */
export function Preview({
  source,
  path,
  onDirty,
  onClose,
  onSaved,
}: {
  readonly source: FileSource;
  readonly path: string;
  readonly onDirty: (dirty: boolean) => void;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}): ReactElement {
  const [state, setState] = useState<State>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const name = visibleName(nameOf(path));
  const frame = useRef<HTMLElement>(null);
  // What had the focus goes with this very change: a key pressed next is to mean the file, not the list around it.
  useLayoutEffect(() => frame.current?.focus(), [attempt]);
  useEffect(() => {
    const abort = new AbortController();
    open(source, path, abort.signal).then(
      (opened) => !abort.signal.aborted && setState({ state: 'done', opened }),
      (error: unknown) => !abort.signal.aborted && setState({ state: 'failed', error: error instanceof Error ? error.message : String(error) }),
    );
    return () => abort.abort();
  }, [source, path, attempt]);
  const again = useCallback(() => {
    onDirty(false);
    setState({ state: 'loading' });
    setAttempt((count) => count + 1);
  }, [onDirty]);
  const words = t.files;
  const close = (
    <IconButton small label={words.closePreview} keys="Esc" onClick={onClose}>
      <X />
    </IconButton>
  );
  const download = (
    <IconButton
      small
      label={words.download}
      onClick={() => void source.download([path]).catch((error: unknown) => source.tell(words.notDownloaded(name), error))}
    >
      <Download />
    </IconButton>
  );
  return (
    <section ref={frame} tabIndex={-1} className={styles.preview} aria-label={words.preview(name)}>
      {state.state === 'done' && state.opened.content.kind === 'text' ? (
        <TextView
          source={source}
          opened={state.opened}
          content={state.opened.content}
          name={name}
          tools={[download, close]}
          onDirty={onDirty}
          onReload={again}
          onSaved={onSaved}
        />
      ) : (
        <>
          <ToolRow
            end={
              <>
                {download}
                {close}
              </>
            }
          >
            <span className={styles.previewName}>{name}</span>
            {state.state === 'done' && <ToolNote>{joined(diskSize(state.opened.file.Size))}</ToolNote>}
          </ToolRow>
          {state.state === 'loading' && <SkeletonRows label={t.loading} />}
          {state.state === 'failed' && (
            <EmptyState
              alert
              icon={<FileQuestion />}
              title={words.notRead(name)}
              text={visibleText(state.error)}
              action={
                <Button onClick={again}>
                  <RotateCw />
                  {t.retry}
                </Button>
              }
            />
          )}
          {state.state === 'done' && <OtherView opened={state.opened} name={name} />}
        </>
      )}
    </section>
  );
}

function OtherView({ opened: { file, bytes, content }, name }: { readonly opened: Opened; readonly name: string }): ReactElement {
  const words = t.files;
  if (file.Type !== 'file') return <EmptyState icon={<FileQuestion />} title={words.types[file.Type]} text={words.special} />;
  if (content.kind === 'image') return <Picture bytes={bytes} type={content.type} name={name} />;
  return (
    <div className={styles.bytes}>
      <p className={styles.note}>
        {words.binary} {file.Size > MAX_HEX && words.truncated(joined(diskSize(MAX_HEX)), joined(diskSize(file.Size)))}
      </p>
      <pre tabIndex={0} aria-label={words.content(name)}>
        {hexLines(bytes.subarray(0, MAX_HEX))}
      </pre>
    </div>
  );
}

function Picture({ bytes, type, name }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string; readonly name: string }): ReactElement {
  const [url, setUrl] = useState('');
  const [size, setSize] = useState('');
  useEffect(() => {
    const reader = new FileReader();
    // The page may show what is in itself only: no address of the engine's, and none of a blob.
    reader.onload = () => setUrl(typeof reader.result === 'string' ? reader.result : '');
    reader.readAsDataURL(new Blob([bytes], { type }));
    return () => reader.abort();
  }, [bytes, type]);
  return (
    <figure className={styles.picture}>
      {url !== '' && (
        <img
          src={url}
          alt={t.files.image(name)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setSize(t.files.dimensions(naturalWidth, naturalHeight))}
        />
      )}
      <figcaption>{size}</figcaption>
    </figure>
  );
}

type TextContent = Extract<Content, { kind: 'text' }>;

/** A text that can be changed and saved; it stays under the keyboard while it is, and what is typed meanwhile is of the next save. */
function TextView({
  source,
  opened,
  content: first,
  name,
  tools,
  onDirty,
  onReload,
  onSaved,
}: {
  readonly source: FileSource;
  readonly opened: Opened;
  readonly content: TextContent;
  readonly name: string;
  readonly tools: readonly ReactElement[];
  readonly onDirty: (dirty: boolean) => void;
  readonly onReload: () => void;
  readonly onSaved: () => void;
}): ReactElement {
  const [{ file, whole, content }, setBase] = useState({ ...opened, content: first });
  const [text, setText] = useState(content.text);
  const typed = useRef(text);
  const area = useRef<HTMLTextAreaElement>(null);
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState(false);
  const words = t.files;
  const { ends } = content;
  const editable = whole && ends !== null;
  const dirty = text !== content.text;
  const change = (next: string, saved = content.text) => {
    typed.current = next;
    setText(next);
    onDirty(next !== saved);
  };
  const write = async (version: string | null, written: Uint8Array<ArrayBuffer>) => {
    await source.write(file.Path, written, version);
    onSaved();
    const now = await open(source, file.Path, new AbortController().signal).catch(() => null);
    // Gone or of another kind already: that is shown instead of what was saved, but not of what was typed since.
    if (now?.content.kind !== 'text') return typed.current === text ? onReload() : undefined;
    setBase({ ...now, content: now.content });
    setConflict(typed.current !== text && now.content.text !== text);
    change(typed.current === text ? now.content.text : typed.current, now.content.text);
  };
  const save = (version: string | null) => {
    if (ends === null || saving) return;
    // Buttons that are not to be pressed twice cannot hold the focus.
    area.current?.focus();
    setSaving(true);
    write(version, encodeText(text, ends))
      .catch((error: unknown) => {
        if ((error as { status?: unknown }).status === CONFLICT && version !== null) setConflict(true);
        else source.tell(words.notSaved(name), error);
      })
      .finally(() => setSaving(false));
  };
  return (
    <>
      <ToolRow
        end={
          <>
            {dirty && (
              <IconButton small label={words.discard} onClick={() => change(content.text)}>
                <Undo2 />
              </IconButton>
            )}
            {editable && (
              <Button small look={dirty ? 'primary' : 'plain'} disabled={!dirty || saving} onClick={() => save(file.Version)}>
                <Save />
                {saving ? words.saving : words.save}
              </Button>
            )}
            {tools[0]}
            {tools[1]}
          </>
        }
      >
        <span className={styles.previewName}>{name}</span>
        <ToolNote>{dirty ? words.unsaved : joined(diskSize(file.Size))}</ToolNote>
      </ToolRow>
      {conflict && (
        <Banner
          action={
            <>
              <Button small onClick={onReload}>
                {words.reloadFile}
              </Button>
              <Button small look="danger" onClick={() => save(null)}>
                {words.overwrite}
              </Button>
            </>
          }
        >
          {words.conflict}
        </Banner>
      )}
      {!whole && <p className={styles.note}>{words.truncated(joined(diskSize(MAX_TEXT)), joined(diskSize(file.Size)))}</p>}
      {whole && ends === null && <p className={styles.note}>{words.readOnlyEnds}</p>}
      <textarea
        ref={area}
        className={styles.text}
        aria-label={words.content(name)}
        value={text}
        readOnly={!editable}
        spellCheck={false}
        autoComplete="off"
        wrap="off"
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
            event.preventDefault();
            event.stopPropagation();
            if (editable && dirty) save(file.Version);
          }
        }}
      />
    </>
  );
}
