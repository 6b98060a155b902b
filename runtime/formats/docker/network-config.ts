import { z } from 'zod';
import { endpointSchema } from './container-config.ts';

const text = z.string().nullish();
const flag = z.boolean().nullish();
const stringMap = z.record(z.string(), z.string()).nullish();

const poolSchema = z.looseObject({ Subnet: text, IPRange: text, Gateway: text, AuxiliaryAddresses: stringMap });

/** Body of POST /networks/create. */
export const networkConfigSchema = z.looseObject({
  Name: z.string({ error: 'Name: a name is required' }),
  Driver: text,
  Scope: text,
  Internal: flag,
  Attachable: flag,
  Ingress: flag,
  ConfigOnly: flag,
  ConfigFrom: z.looseObject({ Network: text }).nullish(),
  EnableIPv4: flag,
  EnableIPv6: flag,
  IPAM: z.looseObject({ Driver: text, Config: z.array(poolSchema).max(64).nullish(), Options: stringMap }).nullish(),
  Options: stringMap,
  Labels: stringMap,
});

/** Body of POST /networks/{id}/connect. */
export const networkConnectSchema = z.looseObject({
  Container: z.string({ error: 'Container: a name or id is required' }),
  EndpointConfig: endpointSchema.nullish(),
});

/** Body of POST /networks/{id}/disconnect. */
export const networkDisconnectSchema = z.looseObject({
  Container: z.string({ error: 'Container: a name or id is required' }),
  Force: flag,
});

export type NetworkConfig = z.infer<typeof networkConfigSchema>;
