import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';

const argument = z.object({
  index: z.number().int().min(0).max(5),
  value: z.union([z.number().int().min(0), z.bigint()]).transform(BigInt),
  valueTwo: z
    .union([z.number().int().min(0), z.bigint()])
    .transform(BigInt)
    .optional(),
  op: z.enum(['SCMP_CMP_NE', 'SCMP_CMP_LT', 'SCMP_CMP_LE', 'SCMP_CMP_EQ', 'SCMP_CMP_GE', 'SCMP_CMP_GT', 'SCMP_CMP_MASKED_EQ']),
});

const action = z.enum(['SCMP_ACT_KILL', 'SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_KILL_THREAD', 'SCMP_ACT_TRAP', 'SCMP_ACT_ERRNO', 'SCMP_ACT_LOG', 'SCMP_ACT_ALLOW']);

const condition = z.object({
  caps: z.array(z.string()).optional(),
  arches: z.array(z.string()).optional(),
  minKernel: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
});

const rule = z
  .object({
    names: z.array(z.string().max(64)).max(1000).optional(),
    name: z.string().max(64).optional(),
    action,
    errnoRet: z.number().int().min(0).max(4095).optional(),
    args: z.array(argument).max(6).nullish(),
    includes: condition.optional(),
    excludes: condition.optional(),
  })
  .transform(({ names, name, args, ...rest }) => ({ ...rest, names: [...(names ?? []), ...(name === undefined ? [] : [name])], args: args ?? [] }));

const profileSchema = z.object({
  defaultAction: action,
  defaultErrnoRet: z.number().int().min(0).max(4095).optional(),
  syscalls: z
    .array(rule)
    .max(5000)
    .nullish()
    .transform((rules) => rules ?? []),
});

/** A seccomp profile in Docker's JSON format (docs.docker.com, "Seccomp security profiles"); unknown keys are dropped. */
export type SeccompProfile = z.output<typeof profileSchema>;
export type SeccompRule = SeccompProfile['syscalls'][number];
export type SeccompAction = z.output<typeof action>;

/** Bytes of a profile that are looked at, at most. */
const LIMIT = 1 << 20;

/** Throws InvalidArgument naming the field that is wrong. */
export function parseProfile(json: string): SeccompProfile {
  if (json.length > LIMIT) throw new EngineError('InvalidArgument', `seccomp profile: more than ${LIMIT} characters`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new EngineError('InvalidArgument', `Decoding seccomp profile failed: ${String(error)}`, { cause: error });
  }
  const parsed = profileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new EngineError('InvalidArgument', `seccomp profile: ${issue?.path.join('.')}: ${issue?.message}`);
}
