export const detailsView = {
  tabs: { logs: 'Logs', terminal: 'Terminal', stats: 'Stats', files: 'Files', inspect: 'Inspect', layers: 'Layers' },
  label: (name: string) => `Details of ${name}`,
  tabsLabel: 'Details',
  dockRight: 'Show details on the right',
  dockBelow: 'Show details below',
  close: 'Close the details',
  back: 'Back to the list',
};
