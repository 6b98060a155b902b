import { untilAborted } from '../../store/incoming.ts';
import type { LayerStore, StagedLayer } from '../../store/layers/layer-store.ts';
import { Spool } from '../../store/layers/spool.ts';

/** A layer from the tar that `source` gives, compressed or not, unpacked while it comes. Nothing is left after a failure or an abort. */
export async function stageStream(layers: LayerStore, source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StagedLayer> {
  const spool = await Spool.open(layers.ingest);
  const staging = layers.stage({ path: spool.path, offset: 0, growth: spool.growth });
  staging.catch(() => undefined);
  try {
    for await (const chunk of untilAborted(source, signal)) await spool.write(chunk);
    await spool.finish();
    await staging;
    signal.throwIfAborted();
  } catch (error) {
    // Ends the thread that reads it.
    await spool[Symbol.asyncDispose]();
    await staging.then(
      (layer) => layer[Symbol.asyncDispose](),
      () => undefined,
    );
    throw error;
  }
  await spool[Symbol.asyncDispose]();
  return staging;
}
