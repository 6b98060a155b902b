import { CSPProvider } from '@base-ui/react/csp-provider';
import { Compass } from 'lucide-react';
import { type ReactElement, type ReactNode, useCallback } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { BringBackDialog } from '../features/activity/bring-back-dialog.tsx';
import { useTaskToasts } from '../features/activity/use-task-toasts.ts';
import { BuildDialog } from '../features/build-dialog/build-dialog.tsx';
import { ContainerDialogs } from '../features/containers/dialogs.tsx';
import { ImageDialogs } from '../features/images/dialogs.tsx';
import { DropZone } from '../features/images/drop-zone.tsx';
import { NetworkDialogs } from '../features/networks/dialogs.tsx';
import { useFirstRun } from '../features/onboarding/first-run.ts';
import { Tour } from '../features/onboarding/tour.tsx';
import { Welcome } from '../features/onboarding/welcome.tsx';
import { RegistryDialogs } from '../features/registries/dialogs.tsx';
import { RunDialog } from '../features/run-dialog/run-dialog.tsx';
import { TerminalPanel } from '../features/terminals/panel.tsx';
import { TerminalWindow } from '../features/terminals/terminal-window.tsx';
import { RestartDialog } from '../features/updates/restart-dialog.tsx';
import { VolumeDialogs } from '../features/volumes/dialogs.tsx';
import { CommandKeys, CommandsContext } from '../stores/object-commands.tsx';
import { type Services, ServicesProvider, useUi, useUiState } from '../stores/services.tsx';
import { t } from '../strings/t.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ZoomContext } from '../ui/media.ts';
import { Split } from '../ui/split.tsx';
import { Toasts } from '../ui/toast.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { RowHeightContext } from '../ui/virtual-table.tsx';
import { useQuestionsEnd } from './asking-over.ts';
import { COMMANDS } from './commands.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { useFocusKept } from './focus-kept.ts';
import { useKeyDispatch } from './key-dispatch.ts';
import { useLanguage } from './language.ts';
import { useOnePress } from './one-press.ts';
import { Palette } from './palette.tsx';
import { APP_PLACES } from './places.tsx';
import styles from './shell.module.css';
import { useShellCommands } from './shell-commands.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { Sidebar } from './sidebar.tsx';
import { useLooks } from './theme.ts';
import { TitleBar } from './title-bar.tsx';

export const App = ({ services }: { readonly services: Services }): ReactElement => (
  <ServicesProvider services={services}>
    <CSPProvider disableStyleElements>
      <TooltipProvider>
        <CommandsContext value={COMMANDS}>
          <CommandKeys>
            <Looks>
              <Router hook={useHashLocation}>
                <Switch>
                  <Route path="/terminal/:session">{({ session }) => <DetachedTerminal session={session} />}</Route>
                  <Route>
                    <Shell />
                  </Route>
                </Switch>
              </Router>
            </Looks>
          </CommandKeys>
        </CommandsContext>
        <Toasts manager={services.toasts} />
      </TooltipProvider>
    </CSPProvider>
  </ServicesProvider>
);

/** A window of its own, without places and bars. */
function DetachedTerminal({ session }: { readonly session: string }): ReactElement {
  return <TerminalWindow session={session} />;
}

/** Theme, density and zoom, for whatever is shown. */
function Looks({ children }: { readonly children: ReactNode }): ReactElement {
  const { zoom, rowHeight } = useLooks();
  return (
    <ZoomContext value={zoom}>
      <RowHeightContext value={rowHeight}>{children}</RowHeightContext>
    </ZoomContext>
  );
}

function Shell(): ReactElement {
  useLanguage();
  useOnePress();
  useKeyDispatch();
  useShellCommands();
  useTaskToasts();
  useFocusKept();
  useQuestionsEnd();
  const ui = useUi();
  const [location, navigate] = useLocation();
  const terminal = useUiState((state) => state.terminalOpen);
  const saved = useUiState((state) => state.splits.terminal);
  const showImages = useCallback(() => navigate('/images'), [navigate]);
  return (
    <div className={styles.shell}>
      <TitleBar />
      <Sidebar />
      <main className={styles.main} tabIndex={-1}>
        <Split below second={terminal ? <TerminalPanel /> : null} secondSize={36} saved={saved} onSaved={(layout) => ui.setSplit('terminal', layout)}>
          <ErrorBoundary place={location}>
            <Tour />
            <Screens />
          </ErrorBoundary>
        </Split>
      </main>
      <RunDialog />
      <BuildDialog />
      <ContainerDialogs />
      <BringBackDialog />
      <ImageDialogs />
      <RegistryDialogs />
      <VolumeDialogs />
      <NetworkDialogs />
      <RestartDialog />
      <ShortcutsDialog />
      <Palette />
      <DropZone onLoad={showImages} />
    </div>
  );
}

function Screens(): ReactElement {
  const [, navigate] = useLocation();
  const first = useFirstRun();
  return (
    <Switch>
      <Route path="/welcome">
        <Welcome />
      </Route>
      {first && (
        <Route path="/containers">
          <Welcome />
        </Route>
      )}
      <Route path="/">
        <Redirect to="/containers" replace />
      </Route>
      {APP_PLACES.map(({ path, Page }) => (
        <Route key={path} path={`${path}/:id?`}>
          {({ id }) => <Page id={id ?? null} />}
        </Route>
      ))}
      <Route>
        <EmptyState
          icon={<Compass />}
          title={t.shell.lost}
          text={t.shell.lostText}
          action={<Button onClick={() => navigate('/containers')}>{t.shell.toContainers}</Button>}
        />
      </Route>
    </Switch>
  );
}
