import { spawnSync } from 'node:child_process';

/** Runs the layer rules and fails when the tool saw no modules: with an unsupported TypeScript it reads none and passes. */
const run = spawnSync('npx', ['depcruise', '--config', '.config/dependency-rules.cjs', '--output-type', 'json', 'runtime', 'electron', 'renderer'], {
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
});
const { summary } = JSON.parse(run.stdout) as {
  summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string; severity: string } }[] };
};
for (const { from, to, rule } of summary.violations) console.error(`${rule.name}: ${from} -> ${to}`);
if (summary.totalCruised === 0) console.error('layers: no module was read');
console.log(`layers: ${summary.totalCruised} modules, ${summary.violations.length} violations`);
process.exit(summary.totalCruised === 0 || summary.violations.length > 0 ? 1 : 0);
