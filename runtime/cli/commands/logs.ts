import type { Command } from 'commander';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { engineTime } from '../duration.ts';
import { copyOutput } from '../streams.ts';

interface LogFlags {
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly details?: boolean;
  readonly tail: string;
  readonly since?: string;
  readonly until?: string;
}

export function addLogs(program: Command, context: CliContext): void {
  program
    .command('logs <container>')
    .description('print what a container has written')
    .option('-f, --follow', 'go on with what it writes')
    .option('-t, --timestamps', 'when each line was written')
    .option('--details', 'labels and variables named by the log options')
    .option('-n, --tail <lines>', 'the newest lines only', 'all')
    .option('--since <time>', 'RFC 3339, seconds, or a duration such as 10m')
    .option('--until <time>', 'RFC 3339, seconds, or a duration such as 10m')
    .action(async (container: string, flags: LogFlags) => {
      const now = Date.now();
      const query = {
        stdout: true,
        stderr: true,
        follow: flags.follow,
        timestamps: flags.timestamps,
        details: flags.details,
        tail: flags.tail,
        since: engineTime(flags.since, '--since', now),
        until: engineTime(flags.until, '--until', now),
      };
      const answer = await context.engine().open('GET', `/containers/${named(container)}/logs`, { query });
      await copyOutput(answer, answer.headers['content-type']?.includes('multiplexed') === true);
    });
}
