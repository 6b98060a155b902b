import { EngineError } from '../../base/errors.ts';
import type { Dockerfile, Instruction, LintWarning, Stage } from '../../formats/dockerfile/ast.ts';
import { parseInstruction } from '../../formats/dockerfile/instructions/parse-instruction.ts';
import { otherBasePlatform } from '../../formats/dockerfile/lint/plan-rules.ts';
import { undefinedVariables } from '../../formats/dockerfile/lint/undefined.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import { formatPlatform, hostPlatform, type Platform, parsePlatform, runsOn } from '../../formats/platform.ts';
import type { BuildStep } from '../build-events.ts';
import { type GlobalArguments, globalArguments, proxyVariables, sourceDateEpoch } from './build-arguments.ts';
import { configure } from './configure.ts';
import { copyFiles } from './copy.ts';
import { expand } from './expand.ts';
import type { BaseResolver, Plan, PlanRequest } from './plan.ts';
import { runCommand } from './run.ts';
import { atSourceLater } from './source-error.ts';
import { Sources } from './sources.ts';
import { baseStageOf, nameOf, sourcesIn, stageOf, targetOf } from './stage-names.ts';
import type { StagePlan } from './stage-plan.ts';
import { StageState } from './stage-state.ts';

const EMPTY = 'scratch';
const WITH_FILES: ReadonlySet<string> = new Set<Instruction['kind']>(['ADD', 'COPY', 'RUN', 'WORKDIR']);

/**
 * The graph of the stages that the target needs, and the image it results in. Only their bases are resolved. Throws InvalidArgument with the
 * place in the Dockerfile in its details (`withSource`), and what the resolver throws.
 */
export async function planDockerfile(dockerfile: Dockerfile, request: PlanRequest, resolver: BaseResolver): Promise<Plan> {
  const build = hostPlatform(process.arch);
  const target = request.platform === '' ? build : parsePlatform(request.platform);
  const globals = globalArguments(dockerfile, request, { build, target });
  const epoch = sourceDateEpoch(request);
  const planner = new Planner(dockerfile, request, resolver, globals, target);
  const stage = targetOf(dockerfile, request.target);
  planner.prefetch(stage);
  const state = await planner.stage(stage);
  const { author, config, platform, baseHistory, baseLayers, history } = state;
  const labels = { ...config.Labels, ...request.labels };
  return {
    graph: { vertices: planner.sources.vertices },
    result: state.root,
    image: {
      platform,
      config: Object.keys(labels).length === 0 ? config : { ...config, Labels: labels },
      ...(author ? { author } : {}),
      baseHistory,
      baseLayers,
      history,
    },
    steps: planner.steps(),
    warnings: planner.warnings,
    ...(epoch === undefined ? {} : { sourceDateEpoch: epoch }),
  };
}

class Planner {
  readonly sources: Sources;
  /** What the text alone did not show. */
  readonly warnings: LintWarning[] = [];
  readonly #dockerfile: Dockerfile;
  readonly #request: PlanRequest;
  readonly #globals: GlobalArguments;
  readonly #platform: Platform;
  readonly #proxies: readonly string[];
  /** A stage that is being planned has no state yet: whoever asks for it then goes round in a circle. */
  readonly #stages = new Map<number, StageState | 'begun'>();
  readonly #steps = new Map<number, BuildStep[]>();

  constructor(dockerfile: Dockerfile, request: PlanRequest, resolver: BaseResolver, globals: GlobalArguments, platform: Platform) {
    this.#dockerfile = dockerfile;
    this.#request = request;
    this.#globals = globals;
    this.#platform = platform;
    this.#proxies = proxyVariables(request);
    this.sources = new Sources(resolver, request.namedContexts);
  }

  /** Every instruction of the stages that were planned, in the order of the file. */
  steps(): BuildStep[] {
    const globals = this.#dockerfile.globalArgs.map(({ text }): BuildStep => ({ text, stage: '', vertex: null }));
    const stages = [...this.#steps].sort(([one], [other]) => one - other).flatMap(([, steps]) => steps);
    return [...globals, ...stages];
  }

  /** Begins to resolve all bases at once; what goes wrong is told where a base is needed. */
  prefetch(target: Stage): void {
    const seen = new Set<Stage>();
    const visit = (stage: Stage): void => {
      if (seen.has(stage)) return;
      seen.add(stage);
      if (this.#isReplaced(stage)) {
        this.sources.prefetch(stage.name ?? '', this.#platform);
        return;
      }
      const base = this.#baseName(stage);
      const parent = baseStageOf(this.#dockerfile, base, stage.index);
      if (parent !== undefined) visit(parent);
      else if (base !== EMPTY) this.sources.prefetch(base, this.#platformOf(stage));
      for (const name of sourcesIn(stage)) {
        const source = name.includes('$') ? undefined : stageOf(this.#dockerfile, name);
        if (source !== undefined) visit(source);
        else if (!name.includes('$') && name !== EMPTY) this.sources.prefetch(name, this.#platform);
      }
    };
    try {
      visit(target);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }

  async stage(stage: Stage): Promise<StageState> {
    const known = this.#stages.get(stage.index);
    if (known === 'begun') throw new EngineError('InvalidArgument', `circular dependency detected on stage: ${nameOf(stage)}`);
    if (known !== undefined) return known;
    this.#stages.set(stage.index, 'begun');
    const state = await (this.#isReplaced(stage) ? this.#planReplaced(stage) : this.#planStage(stage));
    this.#stages.set(stage.index, state);
    return state;
  }

  /** A context that the client names goes before a stage of its name. */
  #isReplaced({ name }: Stage): boolean {
    return name !== undefined && this.sources.isNamed(name);
  }

  async #planReplaced(stage: Stage): Promise<StageState> {
    const { name = '', from } = stage;
    const { vertex, image } = await atSourceLater(this.#dockerfile, this.#request.dockerfileName, from.range, () =>
      this.sources.root(name, this.#platform, from.range),
    );
    this.#steps.set(stage.index, [{ text: from.text, stage: name, vertex, ...(image === undefined ? {} : { image: image.id }) }]);
    return StageState.of(vertex, this.#platform, image);
  }

  async #planStage(stage: Stage): Promise<StageState> {
    const { from } = stage;
    const shown = this.#dockerfile.stages.length > 1 ? nameOf(stage) : '';
    const at = <T>(instruction: Instruction, work: () => Promise<T>): Promise<T> =>
      atSourceLater(this.#dockerfile, this.#request.dockerfileName, instruction.range, work);
    const steps: BuildStep[] = [];
    const state = await at(from, () => this.#begin(stage));
    const triggers = await at(from, () => Promise.resolve(this.#triggers(stage, state)));
    const instructions = [...triggers, ...stage.instructions];
    const withFiles = instructions.filter(({ kind }) => WITH_FILES.has(kind)).length;
    const counted = { at: 0, of: withFiles };
    const beginning = this.#beginningOf(stage, state);
    if (beginning.isImage) {
      counted.of++;
      counted.at++;
      this.sources.nameImage(beginning.vertex, (reference) => `[${shown === '' ? '' : `${shown} `}1/${counted.of}] FROM ${reference}`, shown);
    }
    const image = this.sources.imageAt(beginning.vertex);
    steps.push({ text: from.text, stage: shown, vertex: beginning.vertex, ...(image === undefined ? {} : { image }) });
    this.#steps.set(stage.index, steps);
    const plan = this.#stagePlan(stage, state, shown, counted);
    for (const instruction of instructions) {
      const before = state.root;
      this.warnings.push(...undefinedVariables(this.#dockerfile, instruction, state));
      await at(instruction, () => applyInstruction(plan, instruction));
      steps.push({ text: instruction.text, stage: shown, vertex: state.root === before ? null : state.root });
    }
    return state;
  }

  #beginningOf(stage: Stage, { root }: StageState): { readonly isImage: boolean; readonly vertex: number | null } {
    const isStage = baseStageOf(this.#dockerfile, this.#baseName(stage), stage.index) !== undefined;
    return isStage || root === null ? { isImage: false, vertex: null } : { isImage: true, vertex: root };
  }

  #baseName({ from }: Stage): string {
    const name = expand(this.#dockerfile, from.image, (key) => this.#globals.get(key));
    if (name === '') throw new EngineError('InvalidArgument', `base name (${from.image}) should not be blank: a variable in it has no value`);
    return name;
  }

  #platformOf({ from }: Stage): Platform {
    if (from.platform === undefined) return this.#platform;
    const text = expand(this.#dockerfile, from.platform, (key) => this.#globals.get(key));
    if (text === '') throw new EngineError('InvalidArgument', `empty platform value from expression ${from.platform}`);
    return parsePlatform(text);
  }

  async #begin(stage: Stage): Promise<StageState> {
    const base = this.#baseName(stage);
    const parent = baseStageOf(this.#dockerfile, base, stage.index);
    if (parent !== undefined) return StageState.on(await this.stage(parent));
    const platform = this.#platformOf(stage);
    if (base === EMPTY) return StageState.of(null, platform, undefined);
    const { vertex, image } = await this.sources.root(base, platform, stage.from.range);
    if (image !== undefined) this.#comparePlatform(image.config, platform, base, stage);
    return StageState.of(vertex, platform, image);
  }

  #comparePlatform({ os, architecture, variant }: ImageConfig, expected: Platform, reference: string, { from }: Stage): void {
    const actual: Platform = { os, architecture, ...(variant ? { variant } : {}) };
    if (runsOn(actual, expected)) return;
    const base = { reference, actual: formatPlatform(actual), expected: formatPlatform(expected) };
    this.warnings.push(...otherBasePlatform(this.#dockerfile.checks, base, from.range));
  }

  /** What the base keeps for whoever stands on it; its places are those of FROM. */
  #triggers({ from }: Stage, { config }: StageState): Instruction[] {
    const lines = config.OnBuild ?? [];
    config.OnBuild = null;
    return lines.map((line) => ({ ...parseInstruction(line, '\\'), range: from.range }));
  }

  #stagePlan(stage: Stage, state: StageState, shown: string, counted: { at: number; readonly of: number }): StagePlan {
    const { noCache, noCacheStages } = this.#request;
    const common = {
      stage: shown,
      platform: formatPlatform(state.platform),
      ignoreCache: noCache || noCacheStages.some((name) => name.toLowerCase() === stage.name || name === String(stage.index)),
    };
    return {
      dockerfile: this.#dockerfile,
      request: this.#request,
      globals: this.#globals,
      state,
      proxies: this.#proxies,
      step: (operation, text, range) =>
        this.sources.add({ operation, name: `[${shown === '' ? '' : `${shown} `}${++counted.at}/${counted.of}] ${text}`, range, ...common }),
      part: (operation, name, range) => this.sources.add({ operation, name, range, ...common }),
      context: () => this.sources.context('context'),
      from: async (name, mountedAt) => {
        if (name.includes('$')) {
          throw new EngineError('InvalidArgument', `variables are not put in where files come from: ${name.slice(0, 100)} (name a stage by FROM instead)`);
        }
        const source = stageOf(this.#dockerfile, name);
        if (source !== undefined && source.index > stage.index) throw laterStage(name, stage, mountedAt);
        if (source !== undefined) return (await this.stage(source)).root;
        return name === EMPTY ? null : this.sources.files(name, this.#platform);
      },
    };
  }
}

function laterStage(name: string, current: Stage, mountedAt: string | undefined): EngineError {
  const text =
    mountedAt === undefined
      ? `cannot copy from stage ${JSON.stringify(name)}, it needs to be defined before current stage ${JSON.stringify(nameOf(current))}`
      : `cannot mount from stage ${JSON.stringify(name)} to ${JSON.stringify(mountedAt)}, stage needs to be defined before current command`;
  return new EngineError('InvalidArgument', text);
}

async function applyInstruction(plan: StagePlan, instruction: Instruction): Promise<void> {
  switch (instruction.kind) {
    case 'ADD':
    case 'COPY':
      await copyFiles(plan, instruction);
      return;
    case 'RUN':
      await runCommand(plan, instruction);
      return;
    case 'FROM':
      throw new EngineError('InvalidArgument', 'FROM begins a stage and stands in none');
    default:
      configure(plan, instruction);
  }
}
