import { type ReactElement, useContext, useEffect, useRef, useState } from 'react';
import type { RequestParams } from '../../../electron/ipc/contract.ts';
import { useEngine } from '../../stores/services.tsx';
import { listed } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { changeOf, type EngineConfig, ONE_LINE, textOf, wordsOfError } from './engine-values.ts';
import { SECTIONS, wordsOf } from './entries.ts';
import { ProxyTest } from './proxy-test.tsx';
import { SettingRow, ShownContext } from './row.tsx';
import styles from './settings.module.css';
import { type EngineSettings, useEngineSettings } from './use-engine-settings.ts';

const words = t.settings;
type Change = RequestParams<'engine.changeSettings'>['change'];
const DRIVERS = ['json-file', 'local', 'none'];
/** Milliseconds without a key until what is written is saved. */
const REST = 600;

/** The engine's own settings. Without an engine the rest of the screen works. */
export function EngineSection(): ReactElement {
  const settings = useEngineSettings();
  const { answer, error, isDown, read } = settings;
  if (isDown) return <Banner>{words.engineDown}</Banner>;
  if (error !== '') {
    return (
      <Banner
        look="error"
        action={
          <Button small onClick={read}>
            {t.retry}
          </Button>
        }
      >
        {words.engineFailed}. {error}
      </Banner>
    );
  }
  if (!answer) return <SkeletonRows label={t.loading} />;
  return (
    <>
      <Running root={answer.root} path={answer.path} />
      {SECTIONS.engine
        .filter((id) => id !== 'engine')
        .map((id) =>
          id === 'log-driver' ? (
            <DriverRow key={id} settings={settings} config={answer.settings} />
          ) : id === 'proxy-test' ? (
            <ProxyTest key={id} settings={settings} />
          ) : (
            <TextRow key={id} id={id} settings={settings} config={answer.settings} fixed={fixedOf(answer.fixed, id)} />
          ),
        )}
    </>
  );
}

const fixedOf = (fixed: Readonly<Record<string, readonly string[]>>, id: string): readonly string[] => fixed[id] ?? [];

function Running({ root, path }: { readonly root: string; readonly path: string }): ReactElement {
  const status = useEngine((state) => state.status);
  return (
    <SettingRow id="engine" wide note={<div className={styles.note}>{words.file(path)}</div>}>
      <dl className={styles.facts}>
        <dt>{words.facts.version}</dt>
        <dd>{status?.version}</dd>
        <dt>{words.facts.root}</dt>
        <dd className={styles.mono}>{root}</dd>
        <dt>{words.facts.socket}</dt>
        <dd className={styles.mono}>{status?.socket}</dd>
      </dl>
    </SettingRow>
  );
}

function DriverRow({ settings, config }: { readonly settings: EngineSettings; readonly config: EngineConfig }): ReactElement {
  const [error, setError] = useState<string>();
  const choose = (driver: string) => {
    setError(undefined);
    settings.change({ 'log-driver': driver }).catch((reason: unknown) => setError(wordsOfError(reason instanceof Error ? reason.message : String(reason))));
  };
  return (
    <SettingRow id="log-driver" error={error}>
      <Select label={wordsOf('log-driver')[0]} value={config['log-driver']} options={DRIVERS.map((value) => ({ value, label: value }))} onChange={choose} />
    </SettingRow>
  );
}

interface TextProps {
  readonly id: string;
  readonly settings: EngineSettings;
  readonly config: EngineConfig;
  readonly fixed: readonly string[];
}

/** Saved when the keys rest; what the engine refuses stays as it is written, with its words below. */
function TextRow({ id, settings, config, fixed }: TextProps): ReactElement | null {
  const kept = textOf(id, config);
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string>();
  const [state, setState] = useState<'' | 'saving' | 'saved'>('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  const unsaved = useRef<string | null>(null);
  const { shown } = useContext(ShownContext);

  const save = async (text: string) => {
    clearTimeout(timer.current);
    unsaved.current = null;
    const wanted = changeOf(id, text);
    if ('error' in wanted) return setError(wanted.error);
    const mine = ++last.current;
    setState('saving');
    try {
      await settings.change(wanted.change as Change);
      if (mine !== last.current) return;
      setError(undefined);
      setState('saved');
    } catch (reason) {
      if (mine !== last.current) return;
      setError(wordsOfError(reason instanceof Error ? reason.message : String(reason)));
      setState('');
    }
  };
  const saveNow = useRef(save);
  useEffect(() => {
    saveNow.current = save;
  });
  // Leaving the screen is no reason to lose what was written.
  useEffect(
    () => () => {
      if (unsaved.current !== null) void saveNow.current(unsaved.current);
    },
    [],
  );
  const write = (text: string) => {
    setDraft(text);
    setState('');
    unsaved.current = text;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void saveNow.current(text), REST);
  };
  const blur = () => {
    if (unsaved.current !== null) void save(unsaved.current);
    else if (error === undefined) setDraft(null);
  };
  if (shown && !shown.has(id)) return null;
  const text = draft ?? kept;
  const common = {
    'aria-label': wordsOf(id)[0],
    'aria-invalid': error !== undefined,
    className: styles.text,
    spellCheck: false,
    autoComplete: 'off',
    value: text,
    onBlur: blur,
  };
  return (
    <SettingRow id={id} wide error={error} note={fixed.length > 0 && <div className={styles.note}>{words.fixed(listed(fixed))}</div>}>
      {ONE_LINE.has(id) ? (
        <input {...common} onChange={(event) => write(event.target.value)} />
      ) : (
        <textarea {...common} rows={Math.min(8, Math.max(2, text.split('\n').length))} onChange={(event) => write(event.target.value)} />
      )}
      {state !== '' && (
        <span className={styles.saved} role="status">
          {state === 'saving' ? words.saving : words.saved}
        </span>
      )}
    </SettingRow>
  );
}
