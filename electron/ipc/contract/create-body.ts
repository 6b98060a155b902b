import { z } from 'zod';

/** The part of Docker's `POST /containers/create` (Engine API 1.47) that the page may send; the engine says what of it is wrong. */

const text = z.string().max(4096);
const word = z.string().max(131_072);
const words = z.array(word).max(1000);
const texts = z.array(text).max(1000);
const map = z.record(text, word);
const whole = z.number().int();
const set = z.record(text, z.strictObject({}));

const mountSchema = z.strictObject({
  Type: z.enum(['bind', 'volume', 'tmpfs']),
  Source: text.optional(),
  Target: text,
  ReadOnly: z.boolean().optional(),
  BindOptions: z.record(z.string().max(64), z.unknown()).optional(),
  VolumeOptions: z.record(z.string().max(64), z.unknown()).optional(),
  TmpfsOptions: z.record(z.string().max(64), z.unknown()).optional(),
});

const hostConfigSchema = z.strictObject({
  Binds: texts.optional(),
  Mounts: z.array(mountSchema).max(1000).optional(),
  Tmpfs: map.optional(),
  VolumesFrom: texts.optional(),
  VolumeDriver: text.optional(),
  NetworkMode: text.optional(),
  PortBindings: z.record(text, z.array(z.strictObject({ HostIp: text.optional(), HostPort: text.optional() })).max(100)).optional(),
  PublishAllPorts: z.boolean().optional(),
  Links: texts.optional(),
  RestartPolicy: z.strictObject({ Name: text, MaximumRetryCount: whole.optional() }).optional(),
  AutoRemove: z.boolean().optional(),
  Privileged: z.boolean().optional(),
  CapAdd: texts.optional(),
  CapDrop: texts.optional(),
  SecurityOpt: words.optional(),
  ReadonlyRootfs: z.boolean().optional(),
  Dns: texts.optional(),
  DnsSearch: texts.optional(),
  DnsOptions: texts.optional(),
  ExtraHosts: texts.optional(),
  GroupAdd: texts.optional(),
  IpcMode: text.optional(),
  PidMode: text.optional(),
  UTSMode: text.optional(),
  UsernsMode: text.optional(),
  CgroupnsMode: text.optional(),
  CgroupParent: text.optional(),
  ShmSize: whole.optional(),
  Sysctls: map.optional(),
  Init: z.boolean().optional(),
  OomScoreAdj: whole.optional(),
  OomKillDisable: z.boolean().optional(),
  LogConfig: z.strictObject({ Type: text, Config: map.optional() }).optional(),
  Memory: whole.optional(),
  MemorySwap: whole.optional(),
  MemoryReservation: whole.optional(),
  MemorySwappiness: whole.optional(),
  NanoCpus: whole.optional(),
  CpuShares: whole.optional(),
  CpuPeriod: whole.optional(),
  CpuQuota: whole.optional(),
  CpusetCpus: text.optional(),
  CpusetMems: text.optional(),
  PidsLimit: whole.optional(),
  BlkioWeight: whole.optional(),
  Devices: z
    .array(z.strictObject({ PathOnHost: text, PathInContainer: text.optional(), CgroupPermissions: text.optional() }))
    .max(1000)
    .optional(),
  DeviceCgroupRules: texts.optional(),
  Ulimits: z
    .array(z.strictObject({ Name: text, Soft: whole, Hard: whole }))
    .max(100)
    .optional(),
  StorageOpt: map.optional(),
});

const endpointSchema = z.strictObject({
  Aliases: texts.optional(),
  Links: texts.optional(),
  MacAddress: text.optional(),
  IPAMConfig: z.strictObject({ IPv4Address: text.optional(), IPv6Address: text.optional() }).optional(),
});

export const createBodySchema = z.strictObject({
  Image: z.string().min(1).max(1024),
  Hostname: text.optional(),
  Domainname: text.optional(),
  User: text.optional(),
  Tty: z.boolean().optional(),
  OpenStdin: z.boolean().optional(),
  Env: words.optional(),
  Cmd: words.optional(),
  Entrypoint: words.optional(),
  WorkingDir: text.optional(),
  Labels: map.optional(),
  StopSignal: text.optional(),
  StopTimeout: whole.optional(),
  ExposedPorts: set.optional(),
  Volumes: set.optional(),
  Healthcheck: z
    .strictObject({
      Test: words.optional(),
      /** Nanoseconds. */
      Interval: whole.optional(),
      Timeout: whole.optional(),
      StartPeriod: whole.optional(),
      StartInterval: whole.optional(),
      Retries: whole.optional(),
    })
    .optional(),
  HostConfig: hostConfigSchema.optional(),
  NetworkingConfig: z.strictObject({ EndpointsConfig: z.record(text, endpointSchema) }).optional(),
});

export type CreateBody = z.infer<typeof createBodySchema>;
export type HostConfig = z.infer<typeof hostConfigSchema>;
export type CreateMount = z.infer<typeof mountSchema>;
export type CreateEndpoint = z.infer<typeof endpointSchema>;
