import { ChevronsLeft, ChevronsRight, Monitor, Moon, Sun } from 'lucide-react';
import { type ReactElement, useEffect, useMemo, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useStore } from 'zustand';
import { tellFailure, useEngine, useNotices, useServices, useUi, useUiState } from '../stores/services.tsx';
import { thousands } from '../strings/format.ts';
import { t } from '../strings/t.ts';
import { IconButton } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { useMedia } from '../ui/media.ts';
import { Segmented } from '../ui/segmented.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { EngineStatus } from './engine-status.tsx';
import { APP_PLACES, type AppPlace } from './places.tsx';
import styles from './shell.module.css';

const THEMES = [
  { value: 'system', label: t.shell.system, icon: <Monitor /> },
  { value: 'light', label: t.shell.light, icon: <Sun /> },
  { value: 'dark', label: t.shell.dark, icon: <Moon /> },
] as const;

export function Sidebar(): ReactElement {
  const { settings, toasts } = useServices();
  const ui = useUi();
  const theme = useStore(settings, (state) => state.theme);
  const chosen = useUiState((state) => state.sidebarNarrow);
  const small = useMedia('(max-width: 999px)');
  const narrow = chosen || small;
  const setTheme = (value: string) => {
    const next = THEMES.find((one) => one.value === value)?.value ?? 'system';
    settings.write({ theme: next }).catch((error: unknown) => tellFailure(toasts, t.shell.theme, error));
  };
  return (
    <aside className={cx(styles.sidebar, narrow && styles.narrow)}>
      <nav className={styles.nav} aria-label={t.shell.navigation}>
        {APP_PLACES.filter(({ foot }) => !foot).map((place) => (
          <Place key={place.path} place={place} narrow={narrow} />
        ))}
        <span className={styles.gap} />
        {APP_PLACES.filter(({ foot }) => foot).map((place) => (
          <Place key={place.path} place={place} narrow={narrow} />
        ))}
      </nav>
      <div className={styles.foot}>
        <div className={styles.tools}>
          {narrow ? (
            <IconButton label={t.shell.theme} onClick={() => setTheme(theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system')}>
              {(THEMES.find((one) => one.value === theme) ?? THEMES[0]).icon}
            </IconButton>
          ) : (
            <Segmented label={t.shell.theme} value={theme} segments={THEMES} onChange={setTheme} />
          )}
          {!small && (
            <IconButton label={narrow ? t.shell.wide : t.shell.narrow} onClick={() => ui.setState({ sidebarNarrow: !chosen })}>
              {narrow ? <ChevronsRight /> : <ChevronsLeft />}
            </IconButton>
          )}
        </div>
        <EngineStatus narrow={narrow} />
      </div>
    </aside>
  );
}

/** How many notices nobody has looked at yet; those of a kind that is switched off do not ask for a look. */
function useUnseen(): number {
  const { settings } = useServices();
  const silenced = useStore(settings, (state) => state.silenced);
  const notices = useNotices((state) => state.notices);
  return useMemo(() => [...notices.values()].filter(({ isSeen, kind }) => !isSeen && !silenced.includes(kind)).length, [notices, silenced]);
}

function Place({ place: { path, label, icon, number: count, news }, narrow }: { readonly place: AppPlace; readonly narrow: boolean }): ReactElement {
  const number = useEngine((state) => count?.(state) ?? 0);
  const unseen = useUnseen();
  const fresh = news === true ? unseen : 0;
  const [location] = useLocation();
  const isHere = location === path || location.startsWith(`${path}/`);
  const ref = useRef<HTMLAnchorElement>(null);
  // With large letters not all places are seen at once.
  useEffect(() => {
    if (isHere) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isHere]);
  const link = (
    <Link
      ref={ref}
      to={path}
      className={styles.link ?? ''}
      {...(narrow && { 'aria-label': fresh > 0 ? `${label}, ${t.activity.notices.unseen(fresh)}` : label })}
      aria-current={isHere ? 'page' : undefined}
    >
      {icon}
      {!narrow && <span className={styles.linkText}>{label}</span>}
      {!narrow && number > 0 && (
        <span className={styles.number} aria-hidden="true">
          {thousands(number)}
        </span>
      )}
      {narrow && fresh > 0 && <span className={styles.dot} aria-hidden="true" />}
      {!narrow && fresh > 0 && (
        <span className={styles.fresh} role="img" aria-label={t.activity.notices.unseen(fresh)}>
          {thousands(fresh)}
        </span>
      )}
    </Link>
  );
  return narrow ? <Tooltip text={label}>{link}</Tooltip> : link;
}
