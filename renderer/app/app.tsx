import { Compass } from 'lucide-react';
import type { ReactElement } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { ContainersPage } from '../features/containers/page.tsx';
import { type Services, ServicesProvider } from '../stores/services.tsx';
import { en } from '../strings/en.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Toasts } from '../ui/toast.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import styles from './shell.module.css';
import { Sidebar } from './sidebar.tsx';
import { useTheme } from './theme.ts';
import { TitleBar } from './title-bar.tsx';

export const App = ({ services }: { readonly services: Services }): ReactElement => (
  <ServicesProvider services={services}>
    <TooltipProvider>
      <Router hook={useHashLocation}>
        <Shell />
      </Router>
      <Toasts manager={services.toasts} />
    </TooltipProvider>
  </ServicesProvider>
);

function Shell(): ReactElement {
  useTheme();
  const [location] = useLocation();
  return (
    <div className={styles.shell}>
      <TitleBar />
      <Sidebar />
      <main className={styles.main}>
        <ErrorBoundary place={location}>
          <Screens />
        </ErrorBoundary>
      </main>
    </div>
  );
}

function Screens(): ReactElement {
  const [, navigate] = useLocation();
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/containers" replace />
      </Route>
      <Route path="/containers/:id?">{({ id }) => <ContainersPage id={id ?? null} />}</Route>
      <Route>
        <EmptyState
          icon={<Compass />}
          title={en.shell.lost}
          text={en.shell.lostText}
          action={<Button onClick={() => navigate('/containers')}>{en.shell.toContainers}</Button>}
        />
      </Route>
    </Switch>
  );
}
