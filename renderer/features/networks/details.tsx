import { Cable, Trash2, Unplug } from 'lucide-react';
import { type ReactElement, useCallback } from 'react';
import type { DetailsPlacement } from '../../stores/list-place.tsx';
import { useEngine, useServices, useUi, useUiState } from '../../stores/services.tsx';
import { shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { DetailsFrame } from '../../ui/details-frame.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { InspectView } from '../../ui/inspect-view.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Members } from './members.tsx';
import { Settings } from './settings.tsx';

const words = t.networks;
const TABS = ['members', 'settings', 'inspect'];

export function Details({ id, placement }: { readonly id: string; readonly placement: DetailsPlacement }): ReactElement {
  const { transport } = useServices();
  const ui = useUi();
  const row = useEngine((state) => state.networks.get(id));
  const held = useUiState((state) => state.detailsTab.networks);
  const inspect = useCallback(() => transport.request('network.inspect', { id }), [transport, id]);
  if (!row) {
    return (
      <DetailsFrame name={shortId(id)} meta="" {...placement}>
        <EmptyState icon={<Unplug />} title={words.gone} text={words.goneText} />
      </DetailsFrame>
    );
  }
  const [first] = row.subnets;
  const ask = (command: string) => ui.setState({ asking: { command, ids: [id] } });
  return (
    <DetailsFrame
      name={row.name}
      meta={
        <>
          <span>{row.driver}</span>
          {first && <span>{first.subnet}</span>}
          {first && first.gateway !== '' && <span>{words.gatewayIs(first.gateway)}</span>}
          {row.internal && <span>{words.internal}</span>}
        </>
      }
      actions={
        <>
          {row.driver !== 'host' && row.driver !== 'null' && (
            <Button small onClick={() => ask('network.connect')}>
              <Cable />
              {words.connect}
            </Button>
          )}
          {!row.builtIn && (
            <IconButton small label={words.remove} command="network.remove" onClick={() => ask('network.remove')}>
              <Trash2 />
            </IconButton>
          )}
        </>
      }
      {...placement}
    >
      <Tabs
        label={t.detailsView.tabsLabel}
        value={TABS.includes(held) ? held : 'members'}
        onChange={(next) => ui.setTab('networks', next)}
        tabs={[
          { id: 'members', label: words.tabs.members, content: <Members network={row} /> },
          { id: 'settings', label: words.tabs.settings, content: <Settings network={row} /> },
          { id: 'inspect', label: words.tabs.inspect, content: <InspectView read={inspect} revision={row} /> },
        ]}
      />
    </DetailsFrame>
  );
}
