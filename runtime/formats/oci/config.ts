import { z } from 'zod';

/** Go writes an empty map or list as null; both mean "none". */
const strings = z.array(z.string().max(131_072)).max(10_000).nullish();
const set = z.record(z.string(), z.unknown()).nullish();

/** Nanoseconds. */
const duration = z.number().int().nullish();

/** A health check, of an image's configuration or of a container. */
export const healthcheckSchema = z.looseObject({
  Test: strings,
  Interval: duration,
  Timeout: duration,
  StartPeriod: duration,
  StartInterval: duration,
  Retries: z.number().int().nullish(),
});

/**
 * OCI image configuration (image-spec config.md) with Docker's additions.
 * Unknown fields are kept: the blob's digest is the image's id, the parsed form is only a view.
 */
export const imageConfigSchema = z.looseObject({
  architecture: z.string().max(64),
  os: z.string().max(64),
  variant: z.string().max(64).nullish(),
  created: z.string().max(64).nullish(),
  author: z.string().nullish(),
  config: z
    .looseObject({
      User: z.string().nullish(),
      Env: strings,
      Entrypoint: strings,
      Cmd: strings,
      WorkingDir: z.string().nullish(),
      ExposedPorts: set,
      Volumes: set,
      Labels: z.record(z.string(), z.string()).nullish(),
      StopSignal: z.string().nullish(),
      Shell: strings,
      Healthcheck: healthcheckSchema.nullish(),
      OnBuild: strings,
    })
    .nullish(),
  rootfs: z.looseObject({ type: z.literal('layers'), diff_ids: z.array(z.string().max(128)).max(1000) }),
  history: z
    .array(
      z.looseObject({
        created: z.string().nullish(),
        created_by: z.string().nullish(),
        author: z.string().nullish(),
        comment: z.string().nullish(),
        empty_layer: z.boolean().nullish(),
      }),
    )
    .max(5000)
    .nullish(),
});

export type ImageConfig = z.infer<typeof imageConfigSchema>;
