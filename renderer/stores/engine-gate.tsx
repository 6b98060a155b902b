import { PowerOff, Unplug } from 'lucide-react';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { t } from '../strings/t.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { tellFailure, useEngine, useServices } from './services.tsx';

/** Shows a screen when there is something to show; else why not, and what helps. A state that is only remembered is marked. */
export function EngineGate({ children }: { readonly children: ReactNode }): ReactElement {
  const link = useEngine((state) => state.link);
  const status = useEngine((state) => state.status);
  const known = useEngine((state) => state.containers.size + state.images.size > 0);
  const error = useEngine((state) => state.error);
  const { engine } = useServices();
  const stale = useLasting(link === 'stale', 1000);
  // An engine that starts has a reason of its own.
  if (link === 'loading' && error !== '' && status?.state === 'running') {
    return <EmptyState alert icon={<Unplug />} title={t.engine.unread} text={error} action={<Button onClick={() => engine.again()}>{t.retry}</Button>} />;
  }
  if (link === 'loading') return <SkeletonRows label={status?.state === 'starting' ? t.engine.startingText : t.loading} />;
  if (link === 'down' && !known) {
    return (
      <EmptyState
        alert
        icon={<PowerOff />}
        title={t.engine.downTitle}
        text={status?.reason || t.engine.downText}
        action={<RestartEngine />}
        note={status?.socket ? t.engine.socket(status.socket) : undefined}
      />
    );
  }
  return (
    <>
      {link === 'down' && (
        <Banner look="error" action={<RestartEngine small />}>
          {t.engine.downTitle}. {status?.reason || t.engine.downText}
        </Banner>
      )}
      {stale && <Banner>{t.engine.stale}</Banner>}
      {children}
    </>
  );
}

/** True once `value` has been so for a while; a feed that is opened again at once is not worth a word. */
function useLasting(value: boolean, ms: number): boolean {
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    if (!value) return;
    const timer = setTimeout(() => setLasted(true), ms);
    return () => {
      clearTimeout(timer);
      setLasted(false);
    };
  }, [value, ms]);
  return value && lasted;
}

function RestartEngine({ small = false }: { readonly small?: boolean }): ReactElement {
  const { transport, toasts } = useServices();
  const restart = () => transport.request('engine.restart', {}).catch((error: unknown) => tellFailure(toasts, t.engine.restartFailed, error));
  return (
    <Button look={small ? 'plain' : 'primary'} small={small} onClick={() => void restart()}>
      {t.engine.restart}
    </Button>
  );
}
