import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { print, printable } from '../output.ts';

const reportSchema = z.object({
  findings: z.array(z.object({ id: z.string(), status: z.enum(['ok', 'warning', 'error']), what: z.string(), why: z.string(), fix: z.string() })),
});
type Findings = z.infer<typeof reportSchema>['findings'];

export function addDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('what on this machine may keep containers from working; exits with 1 when something is an error')
    .addOption(new Option('--json', 'the report as JSON'))
    .action(async (flags: { readonly json?: boolean }) => {
      const report = await context.engine().json(reportSchema, 'GET', '/slipway/v1/doctor');
      await print(flags.json === true ? `${JSON.stringify(report)}\n` : textOf(report.findings));
      if (report.findings.some(({ status }) => status === 'error')) context.setExitCode(1);
    });
}

function textOf(findings: Findings): string {
  const lines = (text: string, indent: string): string =>
    text
      .split('\n')
      .map((line) => `${indent}${printable(line)}\n`)
      .join('');
  return findings
    .map(({ id, status, what, why, fix }) => {
      const head = `${status.padEnd(8)}${id}: ${printable(what)}\n`;
      return head + (why === '' ? '' : lines(why, '        ')) + (fix === '' ? '' : lines(fix, '          '));
    })
    .join('');
}
