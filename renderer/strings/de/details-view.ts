import type { Words } from '../words.ts';

export const detailsView: Words['detailsView'] = {
  tabs: { logs: 'Log', terminal: 'Terminal', stats: 'Auslastung', files: 'Dateien', inspect: 'Eigenschaften', layers: 'Schichten' },
  label: (name) => `Details zu ${name}`,
  tabsLabel: 'Details',
  dockRight: 'Details rechts zeigen',
  dockBelow: 'Details unten zeigen',
  close: 'Details schließen',
  back: 'Zurück zur Liste',
};
