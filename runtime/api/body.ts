import type { z } from 'zod';
import { EngineError } from '../base/errors.ts';
import type { RequestContext } from './context.ts';
import { readUpgradeBody, restoreHead } from './upgrade-body.ts';

/** Far above any real request; archives are streamed and never come this way. */
const MAX_JSON = 4 * 1024 * 1024;
/** A client that sends a few bytes now and then must not hold a request open for ever. */
const PATIENCE_MS = 60_000;
/** Keeps nothing from one body to the next. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The body as it comes, of any length; breaking off leaves the connection as it is. */
export function bodyOf({ request }: RequestContext): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}

async function readBounded(context: RequestContext): Promise<Buffer> {
  const tooLarge = (): EngineError => new EngineError('TooLarge', `request body too large: the limit is ${MAX_JSON} bytes`);
  const declared = Number(context.request.headers['content-length'] ?? 0);
  if (declared > MAX_JSON) throw tooLarge();
  return withinPatience(receive(context, tooLarge));
}

async function receive(context: RequestContext, tooLarge: () => EngineError): Promise<Buffer> {
  if (context.upgrade) return readUpgradeBody(context, MAX_JSON);
  const { request } = context;
  const body = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    chunks.push(chunk);
    if (length <= MAX_JSON) return;
    request.pause();
    body.reject(tooLarge());
  };
  const onEnd = (): void => body.resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
  const onError = (error: Error): void => body.reject(error);
  const onClose = (): void => body.reject(new EngineError('Canceled', 'the client went away within the request body'));
  request.on('data', onData).once('end', onEnd).once('error', onError).once('close', onClose);
  if (request.destroyed) onClose();
  try {
    return await body.promise;
  } finally {
    request.removeListener('data', onData).removeListener('end', onEnd).removeListener('error', onError).removeListener('close', onClose);
  }
}

/** Throws TimedOut when a body does not arrive in time. */
async function withinPatience(body: Promise<Buffer>): Promise<Buffer> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new EngineError('TimedOut', `the request body did not arrive within ${PATIENCE_MS / 1000} seconds`)), PATIENCE_MS);
  try {
    return await Promise.race([body, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function checkContentType(context: RequestContext): void {
  const given = context.request.headers['content-type'];
  if (given === undefined) throw new EngineError('InvalidArgument', 'malformed Content-Type header (): mime: no media type');
  const type = (given.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (type !== 'application/json')
    throw new EngineError('InvalidArgument', `unsupported Content-Type header (${given.slice(0, 100)}): must be 'application/json'`);
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'invalid request body';
  const path = issue.path.map(String).join('.');
  return path === '' || issue.message.startsWith(`${path}:`) ? issue.message : `${path}: ${issue.message}`;
}

/** Null when there is no body. Throws InvalidArgument for another content type and for what is no JSON, TooLarge beyond the limit. */
async function readJson(context: RequestContext): Promise<unknown> {
  const body = await readBounded(context);
  if (body.length === 0) return null;
  checkContentType(context);
  try {
    return JSON.parse(UTF8.decode(body)) as unknown;
  } catch (error) {
    throw new EngineError('InvalidArgument', `invalid JSON: ${error instanceof SyntaxError ? error.message : 'not valid UTF-8'}`);
  }
}

/**
 * The JSON body by its schema; fields the schema does not know are ignored or kept as it says. Throws InvalidArgument
 * naming the first field that is wrong, and when there is no body.
 */
export async function readBody<Schema extends z.ZodType>(context: RequestContext, schema: Schema): Promise<z.output<Schema>> {
  const json = await readJson(context);
  if (json === null) throw new EngineError('InvalidArgument', 'invalid JSON: got EOF while reading request body');
  return parse(json, schema);
}

/** As readBody, but no body at all reads as an empty object. */
export async function readOptionalBody<Schema extends z.ZodType>(context: RequestContext, schema: Schema): Promise<z.output<Schema>> {
  return parse((await readJson(context)) ?? {}, schema);
}

function parse<Schema extends z.ZodType>(json: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new EngineError('InvalidArgument', describe(parsed.error));
  return parsed.data;
}

/** Reads a body that says nothing (some clients repeat their options there) and leaves the raw bytes behind it. */
export async function discardBody(context: RequestContext): Promise<void> {
  if (Number(context.request.headers['content-length'] ?? 0) > 0) await readBounded(context);
  else restoreHead(context);
}
