import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { isClose, isFailure, partialBackend, wire } from '../testkit/port-pair.ts';
import { type RequestName, requestSchemas, type StreamName, streamSchemas } from './contract.ts';
import { streamInputSchemas } from './messages.ts';

const LONG = 'x'.repeat(20 * 1024 * 1024);
const MANY = Array.from({ length: 200_000 }, (_, index) => `n${index}`);
const withPrototype = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as object;
const deep = (): unknown => {
  let value: unknown = 'end';
  for (let depth = 0; depth < 5000; depth++) value = { value, list: [value] };
  return value;
};

/** No verb takes any of these in place of its parameters. */
const NEVER: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 42],
  ['not a number', Number.NaN],
  ['a text', LONG],
  ['a list', MANY],
  ['bytes', new Uint8Array(64)],
  ['a function', () => undefined],
  ['keys of every object', withPrototype],
  ['a field that no verb has', { hostile: '<img src=x onerror=alert(1)>' }],
  ['something deep', deep()],
];
/** In place of every field at once. */
const FILLED: readonly unknown[] = [null, -1, 1e308, Number.NaN, LONG, MANY, withPrototype, Array.from({ length: 50_000 }, () => withPrototype)];
/** In place of one field, whatever the others are. */
const UNBOUNDED: readonly unknown[] = [LONG, MANY, () => undefined];

/** Of no type that a field has. */
const WRONG = Symbol('wrong');

const shapeOf = (schema: z.ZodType): Readonly<Record<string, z.ZodType>> => (schema as { shape?: Record<string, z.ZodType> }).shape ?? {};
const filled = (schema: z.ZodType, value: unknown) => Object.fromEntries(Object.keys(shapeOf(schema)).map((field) => [field, value]));

describe.each(Object.keys(requestSchemas) as RequestName[])('request %s', (name) => {
  it('refuses what is not its parameters before its handler sees it', async () => {
    const reached: unknown[] = [];
    const handler = (params: unknown) => Promise.resolve(void reached.push(params));
    const page = wire(partialBackend({ requests: { [name]: handler } }));
    let id = 0;
    for (const [, value] of NEVER) page.say({ type: 'request', id: ++id, name, params: value });
    if (Object.keys(shapeOf(requestSchemas[name])).length > 0)
      for (const value of FILLED) page.say({ type: 'request', id: ++id, name, params: filled(requestSchemas[name], value) });
    await expect.poll(() => page.sent.length).toBe(id);
    expect(reached).toEqual([]);
    expect(page.sent.every((message) => isFailure(message))).toBe(true);
    expect(page.closed()).toBe(false);
    // A refusal repeats nothing that is long or many.
    expect(Math.max(...page.sent.map((message) => JSON.stringify(message).length))).toBeLessThan(4096);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('names each field that is not what it has to be', async () => {
    const page = wire(partialBackend({ requests: { [name]: () => Promise.resolve(null) } }));
    const fields = Object.entries(shapeOf(requestSchemas[name])).filter(([, schema]) => !schema.safeParse(WRONG).success);
    page.say({ type: 'request', id: 1, name, params: filled(requestSchemas[name], WRONG) });
    await expect.poll(() => page.sent.length).toBe(1);
    const [answer] = page.sent;
    const { message } = answer?.type === 'failure' ? answer.failure : { message: '' };
    for (const [field] of fields) expect(message).toMatch(new RegExp(`(?:^${name}: |; )${field}(?:\\.[\\w.]+)?: `));
  });

  it('bounds each of its fields', () => {
    for (const [field, schema] of Object.entries(shapeOf(requestSchemas[name])))
      for (const value of UNBOUNDED) expect(schema.safeParse(value).success, `${field}: ${typeof value}`).toBe(false);
  });
});

describe.each(Object.keys(streamSchemas) as StreamName[])('stream %s', (name) => {
  it('is not opened by what is not its parameters', async () => {
    let opened = 0;
    const handler = () => Promise.resolve(void opened++);
    const page = wire(partialBackend({ streams: { [name]: handler } }));
    let id = 0;
    for (const [, value] of NEVER) page.say({ type: 'open', id: ++id, name, params: value });
    await expect.poll(() => page.sent.length).toBe(id);
    expect(opened).toBe(0);
    expect(page.sent.every((message) => isClose(message) && message.type === 'close' && message.failure !== null)).toBe(true);
    expect(page.closed()).toBe(false);
  });

  it('takes no such thing once it is open either', () => {
    for (const [what, value] of NEVER) if (what !== 'bytes') expect(streamInputSchemas[name].safeParse(value).success, what).toBe(false);
    expect(streamInputSchemas[name].safeParse(new Uint8Array(2 * 1024 * 1024)).success).toBe(false);
  });
});
