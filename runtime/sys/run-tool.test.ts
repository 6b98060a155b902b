import { expect, it } from 'vitest';
import { runTool } from './run-tool.ts';

it('feeds a tool and reports its failure in its own words', async () => {
  await runTool('sh', ['-c', 'read word; test "$word" = hello'], 'hello\n');
  await expect(runTool('sh', ['-c', 'echo no such thing >&2; exit 3'], '')).rejects.toThrow('sh failed with 3: no such thing');
  await expect(runTool('no-such-tool', [], '')).rejects.toMatchObject({ kind: 'Unavailable', message: 'no-such-tool is not installed' });
});
