import type { ReactElement } from 'react';
import { useContext } from 'react';
import { useStore } from 'zustand';
import type { NoticeKind } from '../../../electron/ipc/contract/notices.ts';
import type { Settings } from '../../../electron/ipc/contract/settings.ts';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { joined, percent } from '../../strings/format.ts';
import { LANGUAGES } from '../../strings/languages.ts';
import { t } from '../../strings/t.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { SettingRow, ShownContext } from './row.tsx';
import styles from './settings.module.css';

const words = t.settings;
const THEMES: Readonly<Record<Settings['theme'], string>> = {
  system: t.shell.system,
  light: t.shell.light,
  dark: t.shell.dark,
  'contrast-light': t.shell.contrastLight,
  'contrast-dark': t.shell.contrastDark,
};
const ZOOMS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];

export function useSettings(): readonly [settings: Settings, write: (change: Partial<Settings>) => void] {
  const { settings, toasts } = useServices();
  const write = (change: Partial<Settings>) => void settings.write(change).catch((error: unknown) => tellFailure(toasts, words.notKept, error));
  return [useStore(settings), write];
}

export function Appearance(): ReactElement {
  const [{ theme, density, zoom, language }, write] = useSettings();
  const zooms = ZOOMS.includes(zoom) ? ZOOMS : [...ZOOMS, zoom].sort((a, b) => a - b);
  return (
    <>
      <SettingRow id="theme">
        <Select
          label={words.rows['theme']?.[0] ?? ''}
          value={theme}
          options={Object.entries(THEMES).map(([value, label]) => ({ value, label }))}
          onChange={(value) => write({ theme: value as Settings['theme'] })}
        />
      </SettingRow>
      <SettingRow id="density">
        <Segmented
          label={words.rows['density']?.[0] ?? ''}
          value={density}
          segments={[
            { value: 'comfortable', label: words.rowHeights.comfortable },
            { value: 'compact', label: words.rowHeights.compact },
          ]}
          onChange={(value) => write({ density: value === 'compact' ? 'compact' : 'comfortable' })}
        />
      </SettingRow>
      <SettingRow id="zoom">
        <Select
          label={words.rows['zoom']?.[0] ?? ''}
          value={String(zoom)}
          options={zooms.map((value) => ({ value: String(value), label: joined(percent(value * 100)) }))}
          onChange={(value) => write({ zoom: Number(value) })}
        />
      </SettingRow>
      <SettingRow id="language">
        <Select
          label={words.rows['language']?.[0] ?? ''}
          value={language}
          options={[{ value: 'system', label: words.systemLanguage }, ...LANGUAGES.map(({ id, name }) => ({ value: id, label: name }))]}
          onChange={(value) => write({ language: value as Settings['language'] })}
        />
      </SettingRow>
    </>
  );
}

export function Notifications(): ReactElement {
  const [{ notifications, silenced }, write] = useSettings();
  const { shown } = useContext(ShownContext);
  const set = (kind: NoticeKind, wanted: boolean) => write({ silenced: wanted ? silenced.filter((one) => one !== kind) : [...silenced, kind] });
  return (
    <>
      <SettingRow id="notifications" note={<BrowserNote />}>
        <Switch label={words.rows['notifications']?.[0] ?? ''} checked={notifications} onChange={(value) => write({ notifications: value })} />
      </SettingRow>
      {(shown?.has('notifications') ?? true) &&
        (Object.keys(words.notices) as NoticeKind[]).map((kind) => (
          <div key={kind} className={styles.row}>
            <span>{words.notices[kind]}</span>
            <Switch label={words.notices[kind]} disabled={!notifications} checked={!silenced.includes(kind)} onChange={(value) => set(kind, value)} />
          </div>
        ))}
    </>
  );
}

export function Startup(): ReactElement {
  const [{ startAtLogin, startMinimised, closeToTray }, write] = useSettings();
  return (
    <>
      <SettingRow id="startAtLogin" note={<BrowserNote />}>
        <Switch label={words.rows['startAtLogin']?.[0] ?? ''} checked={startAtLogin} onChange={(value) => write({ startAtLogin: value })} />
      </SettingRow>
      <SettingRow id="startMinimised">
        <Switch label={words.rows['startMinimised']?.[0] ?? ''} checked={startMinimised} onChange={(value) => write({ startMinimised: value })} />
      </SettingRow>
      <SettingRow id="closeToTray">
        <Switch label={words.rows['closeToTray']?.[0] ?? ''} checked={closeToTray} onChange={(value) => write({ closeToTray: value })} />
      </SettingRow>
    </>
  );
}

export function Images(): ReactElement {
  const [{ imageChecks }, write] = useSettings();
  return (
    <SettingRow id="imageChecks">
      <Select
        label={words.rows['imageChecks']?.[0] ?? ''}
        value={imageChecks}
        options={Object.entries(words.imageChecks).map(([value, label]) => ({ value, label }))}
        onChange={(value) => write({ imageChecks: value as Settings['imageChecks'] })}
      />
    </SettingRow>
  );
}

function BrowserNote(): ReactElement | null {
  const shell = useEngine((state) => state.status?.shell);
  return shell === 'browser' ? <div className={styles.note}>{words.browserOnly}</div> : null;
}
