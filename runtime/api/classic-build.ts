import { createHash } from 'node:crypto';
import { hexOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { BuildEvent, BuildStep } from '../build/build-events.ts';
import type { BuiltImage } from '../build/build-service.ts';
import type { LintWarning } from '../formats/dockerfile/ast.ts';
import { StepOutput } from './step-output.ts';

type Completed = Extract<BuildEvent, { readonly type: 'completed' }>;

/** Steps that were made to end by another's failure. */
const CANCELED = 'context canceled';

export interface ClassicOptions {
  /** `q`: the image's id and nothing else, unless the build fails. */
  readonly quiet: boolean;
  /** Containers of commands that went well stay. */
  readonly keepsContainers: boolean;
  readonly dockerfileName: string;
  readonly send: (line: object) => void;
  /** The client does not read as fast as it is told: output of a running step waits, and what is too much of it is left out. */
  readonly isBehind: () => boolean;
}

/**
 * A build as Docker's classic builder tells of it: one step after the other in the order of the Dockerfile, although they happen side by side.
 * Output of a step waits for its turn.
 */
export class ClassicBuild {
  readonly #options: ClassicOptions;
  readonly #outputs = new Map<number, StepOutput>();
  readonly #started = new Set<number>();
  readonly #completed = new Map<number, Completed>();
  readonly #containers = new Map<number, string>();
  readonly #warnings: LintWarning[] = [];
  #steps: readonly BuildStep[] = [];
  /** The step whose turn it is, and how far it has been told. */
  #at = 0;
  #told: 'nothing' | 'header' | 'running' = 'nothing';
  #failed: number | undefined;
  #state = 'scratch';

  constructor(options: ClassicOptions) {
    this.#options = options;
  }

  onEvent(event: BuildEvent): void {
    switch (event.type) {
      case 'warning':
        this.#warnings.push(event.warning);
        return;
      case 'steps':
        this.#steps = event.steps;
        break;
      case 'graph':
        break;
      case 'started':
        this.#started.add(event.vertex);
        break;
      case 'container':
        this.#containers.set(event.vertex, event.id.slice(0, 12));
        return;
      case 'log':
        this.#outputOf(event.vertex).add(event.stream, event.data);
        break;
      case 'completed':
        this.#completed.set(event.vertex, event);
        if (event.error !== undefined && event.error !== CANCELED) this.#failed ??= event.vertex;
        break;
      default:
        return;
    }
    this.#goOn();
  }

  /** What is left to tell, and the end. */
  finish({ id, names }: BuiltImage): void {
    const digest = id === null ? '' : hexOf(id);
    if (this.#options.quiet) {
      this.#options.send({ stream: `sha256:${digest}\n` });
      return;
    }
    // What nothing was told of was not needed: its result was there.
    while (this.#at < this.#steps.length) this.#tellStep({ cached: true, isLast: this.#at === this.#steps.length - 1, id: digest.slice(0, 12) });
    for (const { rule, detail, range } of this.#warnings) this.#say(`[Warning] ${rule}: ${detail} (${this.#options.dockerfileName}:${range.start.line})\n`);
    this.#options.send({ aux: { ID: `sha256:${digest}` } });
    this.#say(`Successfully built ${digest.slice(0, 12)}\n`);
    for (const name of names) this.#say(`Successfully tagged ${name}\n`);
  }

  /** Tells what came before the failure, to a quiet client all of it, and resolves to the error in the classic builder's words. */
  fail(error: unknown): unknown {
    const last = this.#failed === undefined ? -1 : this.#steps.findIndex(({ vertex }) => vertex === this.#failed);
    while (this.#at <= last) {
      const { vertex = null } = this.#steps[this.#at] ?? {};
      const end = vertex === null ? undefined : this.#completed.get(vertex);
      if (this.#at === last) {
        this.#header();
        if (vertex !== null) {
          this.#running(vertex);
          this.#flush(vertex);
        }
        this.#next('');
      } else if (vertex !== null && (end === undefined || end.error !== undefined)) this.#next('');
      else this.#tellStep({ cached: end?.cached ?? true });
    }
    return inClassicWords(error);
  }

  #goOn(): void {
    if (this.#options.quiet) return;
    for (let step = this.#steps[this.#at]; step !== undefined; step = this.#steps[this.#at]) {
      // The last id is that of the image, which is not there yet.
      if (step.vertex === null && this.#at === this.#steps.length - 1) return;
      const end = step.vertex === null ? undefined : this.#completed.get(step.vertex);
      this.#header();
      if (step.vertex !== null && end === undefined) {
        if (this.#started.has(step.vertex) && this.#outputs.has(step.vertex) && !this.#options.isBehind()) {
          this.#running(step.vertex);
          this.#flush(step.vertex);
        }
        return;
      }
      if (end?.error !== undefined || this.#at === this.#steps.length - 1) return;
      this.#tellStep({ cached: end?.cached ?? false });
    }
  }

  /** All of one step, and on to the next. */
  #tellStep({ cached, isLast = false, id = '' }: { readonly cached: boolean; readonly isLast?: boolean; readonly id?: string }): void {
    const { vertex = null, text = '', image } = this.#steps[this.#at] ?? {};
    this.#header();
    // FROM says which image it is, and never that a cache was used.
    if (vertex !== null && !/^FROM\b/i.test(text)) {
      if (this.#completed.get(vertex)?.cached ?? cached) this.#say(' ---> Using cache\n');
      else {
        this.#running(vertex);
        this.#flush(vertex);
        if (/^RUN\b/i.test(text) && !this.#options.keepsContainers) this.#say(`Removing intermediate container ${this.#containerOf(vertex)}\n`);
      }
    }
    this.#next(text);
    if (image !== undefined) this.#state = hexOf(image).slice(0, 12);
    this.#say(` ---> ${isLast && id !== '' ? id : this.#state}\n`);
  }

  #next(text: string): void {
    this.#state = createHash('sha256').update(`${this.#state}\n${text}`).digest('hex').slice(0, 12);
    this.#at++;
    this.#told = 'nothing';
  }

  #header(): void {
    if (this.#told !== 'nothing') return;
    this.#told = 'header';
    this.#say(`Step ${this.#at + 1}/${this.#steps.length} : ${this.#steps[this.#at]?.text ?? ''}\n`);
  }

  #running(vertex: number): void {
    if (this.#told === 'running' || !/^RUN\b/i.test(this.#steps[this.#at]?.text ?? '')) return;
    this.#told = 'running';
    this.#say(` ---> Running in ${this.#containerOf(vertex)}\n`);
  }

  #containerOf(vertex: number): string {
    // Of one that could not be made there is no id.
    return this.#containers.get(vertex) ?? createHash('sha256').update(`container ${vertex} ${this.#state}`).digest('hex').slice(0, 12);
  }

  #flush(vertex: number): void {
    const text = this.#outputs.get(vertex)?.take() ?? '';
    if (text !== '') this.#say(text);
  }

  #outputOf(vertex: number): StepOutput {
    const known = this.#outputs.get(vertex);
    if (known !== undefined) return known;
    const output = new StepOutput();
    this.#outputs.set(vertex, output);
    return output;
  }

  #say(text: string): void {
    this.#options.send({ stream: text });
  }
}

/** A command that failed, as clients of the classic builder match it. */
function inClassicWords(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  const { exitCode } = error.details;
  const [, command, why = ''] =
    /^process ("(?:[^"\\]|\\.)*") did not complete successfully: exit code: \d+(: (?:out of memory|no space left on device))?/s.exec(error.message) ?? [];
  if (typeof exitCode !== 'number' || command === undefined) return error;
  const message = `The command '${unquoted(command)}' returned a non-zero code: ${exitCode}${why}`;
  return new EngineError(error.kind, message, { cause: error, details: { ...error.details } });
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
