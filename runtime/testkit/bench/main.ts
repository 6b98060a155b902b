import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { makeDebianArchive } from '../debian-archive.ts';
import { makeBusyboxArchive } from '../image-archives.ts';
import { makeLargeArchive } from '../large-archive.ts';
import { TestRegistry } from '../registry.ts';
import { EngineClient } from './client.ts';
import { startDockerd, startSlipway } from './engines.ts';
import type { Inputs, Prepared, Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { formatResults } from './statistics.ts';
import { printSteps } from './steps.ts';

/** A Debian image of about 180 MB and four layers in the registry, in two packings. */
async function remoteImages(): Promise<Pick<Inputs, 'remote' | 'remoteZstd'>> {
  if (registry === null) return { remote: '', remoteZstd: '' };
  const archive = join(directory, 'debian.tar');
  await makeDebianArchive(archive, 'bench/debian:1', options.debian);
  registry.put(`docker-archive:${archive}`, 'bench/debian:gzip');
  registry.put(`docker-archive:${archive}`, 'bench/debian:zstd', ['--dest-compress-format', 'zstd', '--format', 'oci']);
  rmSync(archive);
  return { remote: `${registry.host}/bench/debian:gzip`, remoteZstd: `${registry.host}/bench/debian:zstd` };
}

/** What one engine still does behind its answer is not to be measured as the other's. */
const SETTLE_MS = 50;

/** Both engines take turns within each round, so that noise of the machine meets both alike. */
async function measure(scenario: Scenario, engines: readonly EngineClient[], inputs: Inputs, rounds: number): Promise<string> {
  await using cleanup = new AsyncDisposableStack();
  const prepared: { readonly engine: EngineClient; readonly run: Prepared; readonly samples: number[] }[] = [];
  const able = scenario.isOurs === true ? engines.slice(0, 1) : engines;
  for (const engine of able) prepared.push({ engine, run: cleanup.use(await scenario.prepare(engine, inputs)), samples: [] });
  const warmUp = scenario.rounds >= 20 ? 5 : 0;
  for (let round = -warmUp; round < rounds; round++) {
    for (const { run, samples } of prepared) {
      if (prepared.length > 1) await sleep(SETTLE_MS);
      const sample = await run.once();
      if (round >= 0) samples.push(sample);
    }
  }
  return formatResults(
    scenario.title,
    scenario.unit,
    prepared.map(({ engine, samples }) => ({ name: engine.name, samples })),
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number is wanted');
  return value;
}

/** Those that need a network, with rules, which engines of the others do not make. */
const NETWORKED = ['network', 'throughput'];
/** What a start costs step by step has no peer to be compared with. */
const WORDS = [...Object.keys(SCENARIOS), 'steps'];

const program = new Command('bench')
  .description('Measures this engine, paired with another one in turn.')
  .argument('[scenarios...]', `which of ${WORDS.join(', ')}; all when none is named`)
  .option('--against <socket>', 'path of another engine\'s socket, or "dockerd" to start the installed one for the run')
  .option('--socket <path>', 'measure a running Slipway instead of starting one')
  .option('--rounds <n>', 'samples of each scenario', wholeNumber)
  .option('--debian <tar>', 'the root file system of the image to pull, instead of one that mmdebstrap makes')
  .option('--idle <ms>', 'rest before each sample', wholeNumber, 0)
  .parse();
const options = program.opts<{ against?: string; socket?: string; debian?: string; rounds?: number; idle: number }>();
const names = program.args.length > 0 ? program.args : WORDS;
for (const name of names) if (!WORDS.includes(name)) program.error(`error: unknown scenario '${name}'`);

const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
await using cleanup = new AsyncDisposableStack();
cleanup.defer(() => rmSync(directory, { recursive: true, force: true }));

const small = join(directory, 'busybox.tar');
await makeBusyboxArchive(small, 'bench/busybox:1');
const registry = names.includes('pull') ? cleanup.use(await TestRegistry.start()) : null;
const large = join(directory, 'large.tar');
if (names.includes('load') || names.includes('build')) await makeLargeArchive(large, 'bench/large:1');
const inputs: Inputs = { image: 'bench/busybox:1', archive: large, archiveImage: 'bench/large:1', ...(await remoteImages()), idle: options.idle };

const hasNetwork = names.some((name) => NETWORKED.includes(name));
const engines = [
  options.socket === undefined
    ? cleanup.use(await startSlipway(join(directory, 's'), hasNetwork, registry?.configFile)).client
    : new EngineClient('slipway', options.socket),
];
if (options.against === 'dockerd') engines.push(cleanup.use(await startDockerd(join(directory, 'd'), hasNetwork, registry?.configFile)).client);
else if (options.against !== undefined) engines.push(new EngineClient('peer', options.against.replace(/^unix:\/\//, '')));
for (const engine of engines) await engine.drain('POST', '/images/load?quiet=1', createReadStream(small));

for (const name of names) {
  if (name === 'steps') await printSteps(options.rounds ?? 60);
  for (const scenario of SCENARIOS[name] ?? []) console.log(await measure(scenario, engines, inputs, options.rounds ?? scenario.rounds));
}
