import { Box, ChevronsLeft, ChevronsRight, Layers, Monitor, Moon, Sun } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { useStore } from 'zustand';
import { tellFailure, useEngine, useServices, useUi, useUiState } from '../stores/services.tsx';
import { en } from '../strings/en.ts';
import { thousands } from '../strings/format.ts';
import { IconButton } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { useMedia } from '../ui/media.ts';
import { Segmented } from '../ui/segmented.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { EngineStatus } from './engine-status.tsx';
import styles from './shell.module.css';

const THEMES = [
  { value: 'system', label: en.shell.system, icon: <Monitor /> },
  { value: 'light', label: en.shell.light, icon: <Sun /> },
  { value: 'dark', label: en.shell.dark, icon: <Moon /> },
] as const;

export function Sidebar(): ReactElement {
  const { settings, toasts } = useServices();
  const ui = useUi();
  const theme = useStore(settings, (state) => state.theme);
  const chosen = useUiState((state) => state.sidebarNarrow);
  const small = useMedia('(max-width: 999px)');
  const narrow = chosen || small;
  const containers = useEngine((state) => state.containers.size);
  const images = useEngine((state) => state.images.size);
  const setTheme = (value: string) => {
    const next = THEMES.find((one) => one.value === value)?.value ?? 'system';
    settings.write({ theme: next }).catch((error: unknown) => tellFailure(toasts, en.shell.theme, error));
  };
  return (
    <aside className={cx(styles.sidebar, narrow && styles.narrow)}>
      <nav className={styles.nav} aria-label={en.shell.navigation}>
        <Place to="/containers" label={en.shell.containers} number={containers} narrow={narrow} icon={<Box />} />
        <Place to="/images" label={en.shell.images} number={images} narrow={narrow} icon={<Layers />} />
      </nav>
      <div className={styles.foot}>
        <div className={styles.tools}>
          {narrow ? (
            <IconButton label={en.shell.theme} onClick={() => setTheme(theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system')}>
              {(THEMES.find((one) => one.value === theme) ?? THEMES[0]).icon}
            </IconButton>
          ) : (
            <Segmented label={en.shell.theme} value={theme} segments={THEMES} onChange={setTheme} />
          )}
          {!small && (
            <IconButton label={narrow ? en.shell.wide : en.shell.narrow} onClick={() => ui.setState({ sidebarNarrow: !chosen })}>
              {narrow ? <ChevronsRight /> : <ChevronsLeft />}
            </IconButton>
          )}
        </div>
        <EngineStatus narrow={narrow} />
      </div>
    </aside>
  );
}

function Place({
  to,
  label,
  number,
  narrow,
  icon,
}: {
  readonly to: string;
  readonly label: string;
  readonly number: number;
  readonly narrow: boolean;
  readonly icon: ReactElement;
}): ReactElement {
  const [location] = useLocation();
  const link = (
    <Link to={to} className={styles.link ?? ''} {...(narrow && { 'aria-label': label })} aria-current={location.startsWith(to) ? 'page' : undefined}>
      {icon}
      {!narrow && <span className={styles.linkText}>{label}</span>}
      {!narrow && number > 0 && (
        <span className={styles.number} aria-hidden="true">
          {thousands(number)}
        </span>
      )}
    </Link>
  );
  return narrow ? <Tooltip text={label}>{link}</Tooltip> : link;
}
