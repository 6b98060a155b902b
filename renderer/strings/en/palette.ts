import { count } from '../format.ts';

export const palette = {
  title: 'Search',
  label: 'Search objects, actions and log lines',
  logLines: 'Log lines',
  results: 'Results',
  empty: 'Nothing of this name',
  container: 'Container',
  image: 'Image',
  actions: 'Actions',
  recent: 'Recent',
  count: (number: number) => count(number, 'result'),
  commandsOf: (name: string) => `What to do with ${name}`,
  open: 'Choose',
  more: 'What can be done with it',
  back: 'Back',
};
