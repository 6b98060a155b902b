import { count } from '../format.ts';

export const inspect = {
  search: 'Search names and values',
  copyPath: 'Copy the path',
  copyValue: 'Copy the value',
  copyAll: 'Copy all',
  failed: 'The details could not be read',
  refresh: 'Read again',
  matches: (number: number) => count(number, 'match', 'matches'),
  tree: 'Properties',
};
