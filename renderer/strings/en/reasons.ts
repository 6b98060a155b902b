import { count } from '../format.ts';

export const reasons = {
  ended: 'It ended by itself and reported success.',
  failed: (code: number) => `The program ended with exit code ${code}, its own word for a failure. The end of the log usually says more.`,
  notFound: 'Its command does not exist in the image (exit code 127).',
  notExecutable: 'Its command exists but may not be executed (exit code 126).',
  oom: 'The kernel killed it: it used all the memory it was allowed. Give it a higher limit, or find what it keeps.',
  killed: 'It was killed (SIGKILL): by a kill, or by a stop whose grace period ran out.',
  terminated: 'It was asked to stop (SIGTERM) and did.',
  interrupted: 'It was interrupted (SIGINT), as Ctrl+C does.',
  crashed: 'It crashed: it touched memory that is not its own (SIGSEGV).',
  aborted: 'It aborted itself (SIGABRT), as programs do on a failed assertion.',
  signal: (name: string) => `It was ended by the signal ${name}.`,
  notStarted: (text: string) => `It could not be started: ${text}`,
  neverStarted: 'It has not been started yet.',
  /** `when`: empty, it is due. */
  again: (starts: number, when: string) =>
    `Its restart policy starts it again and again: ${count(starts, 'start')} so far, ${when === '' ? 'the next is due' : `the next ${when}`}.`,
};
