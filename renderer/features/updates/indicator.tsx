import { CircleArrowUp } from 'lucide-react';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';

const words = t.updates;

/** In the title bar while a newer version waits for a decision; nothing once it is to come later or is skipped. */
export function UpdateIndicator(): ReactElement | null {
  const { updates, ui } = useServices();
  const [location, navigate] = useLocation();
  const update = useStore(updates, (state) => state.update);
  if (!update?.release || update.isQuiet || location.startsWith('/settings/updates')) return null;
  const { phase, release } = update;
  if (phase === 'ready') {
    return (
      <Button small onClick={() => ui.setState({ asking: { command: 'update.install', ids: [] } })}>
        <CircleArrowUp />
        {words.restart}
      </Button>
    );
  }
  if (phase !== 'available') return null;
  return (
    <Button small look="quiet" onClick={() => navigate('/settings/updates')}>
      <CircleArrowUp />
      {words.indicator(release.version)}
    </Button>
  );
}
