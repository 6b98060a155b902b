import { count, thousands } from '../format.ts';

export const logs = {
  label: 'Log',
  find: 'Find in the log',
  matches: (at: number, of: number) => `${thousands(at)} of ${thousands(of)}`,
  noMatches: 'No match',
  next: 'Next match',
  previous: 'Previous match',
  times: 'Show times',
  wrap: 'Wrap lines',
  copy: 'Copy the log',
  download: 'Download the log',
  clear: 'Clear the view',
  emptyRunning: 'No output yet',
  emptyRunningText: 'What the container writes to its output shows up here.',
  emptyStopped: 'No output',
  emptyStoppedText: 'The container wrote nothing to its output.',
  paused: (number: number) => (number === 0 ? 'Paused: newest lines ↓' : `Paused: ${count(number, 'new line')} ↓`),
  failed: 'The log stopped',
  stderr: 'error output',
  lines: (number: number) => count(number, 'line'),
};
