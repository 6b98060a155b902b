import { useEffect } from 'react';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';

/** Whether there is nothing yet, and never was: then the first screen is shown by itself, once. */
export function useFirstRun(): boolean {
  const { ui } = useServices();
  const welcomed = useUiState((state) => state.welcomed);
  const known = useEngine((state) => state.link === 'live');
  const any = useEngine((state) => state.containers.size > 0 || state.images.size > 0);
  const starting = useUiState((state) => state.starting);
  useEffect(() => {
    if (any && !welcomed && !starting) ui.setState({ welcomed: true });
  }, [any, welcomed, starting, ui]);
  return known && !welcomed && (!any || starting);
}
