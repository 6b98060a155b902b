import { type ReactElement, useCallback } from 'react';
import { useServices } from '../../stores/services.tsx';
import { InspectView } from '../../ui/inspect-view.tsx';
import type { DetailsTabProps } from './details-tab.ts';

export function InspectTab({ row }: DetailsTabProps): ReactElement {
  const { transport } = useServices();
  const { id } = row;
  const read = useCallback(() => transport.request('container.inspect', { id }), [transport, id]);
  return <InspectView read={read} revision={row} />;
}
