import type { ApiBackends } from './backends.ts';
import type { ApiRoute } from './context.ts';
import { EventLoopWatch } from './event-loop-watch.ts';
import { archiveRoutes } from './routes/archive.ts';
import { attachRoutes } from './routes/attach.ts';
import { buildRoutes } from './routes/build.ts';
import { buildHistoryRoutes } from './routes/build-history.ts';
import { checkpointRoutes } from './routes/checkpoints.ts';
import { commitRoutes } from './routes/commit.ts';
import { containerListRoutes } from './routes/container-list.ts';
import { containerRoutes } from './routes/containers.ts';
import { diskRoutes } from './routes/disk.ts';
import { diskUseRoutes } from './routes/disk-use.ts';
import { doctorRoutes } from './routes/doctor.ts';
import { eventRoutes } from './routes/events.ts';
import { execRoutes } from './routes/exec.ts';
import { feedRoutes } from './routes/feed.ts';
import { imageLoadRoutes } from './routes/image-load.ts';
import { imagePullRoutes } from './routes/image-pull.ts';
import { imageRegistryRoutes } from './routes/image-registry.ts';
import { imageRoutes } from './routes/images.ts';
import { layerRoutes } from './routes/layers.ts';
import { logViewRoutes } from './routes/log-views.ts';
import { logRoutes } from './routes/logs.ts';
import { metricRoutes } from './routes/metrics.ts';
import { networkRoutes } from './routes/networks.ts';
import { pluginRoutes } from './routes/plugins.ts';
import { processRoutes } from './routes/processes.ts';
import { pruneRoutes } from './routes/prune.ts';
import { registryNameRoutes } from './routes/registry-names.ts';
import { settingsRoutes } from './routes/settings.ts';
import { statsRoutes } from './routes/stats.ts';
import { systemRoutes } from './routes/system.ts';
import { toolboxRoutes } from './routes/toolbox.ts';
import { volumeFileRoutes } from './routes/volume-files.ts';
import { volumeRoutes } from './routes/volumes.ts';

/** The route table. Rows with a fixed word come before those where a name could swallow it. */
export function apiRoutes(backends: ApiBackends, watch = new EventLoopWatch()): readonly ApiRoute[] {
  return [
    ...systemRoutes(backends),
    ...diskUseRoutes(backends),
    ...diskRoutes(backends),
    ...eventRoutes(backends),
    ...pruneRoutes(backends),
    ...containerListRoutes(backends),
    ...archiveRoutes(backends),
    ...commitRoutes(backends),
    ...attachRoutes(backends),
    ...logRoutes(backends),
    ...logViewRoutes(backends),
    ...statsRoutes(backends),
    ...execRoutes(backends),
    ...checkpointRoutes(backends),
    ...containerRoutes(backends),
    ...processRoutes(backends),
    ...imageLoadRoutes(backends),
    ...imagePullRoutes(backends),
    ...imageRegistryRoutes(backends),
    ...registryNameRoutes(backends),
    ...buildRoutes(backends),
    ...buildHistoryRoutes(backends),
    ...imageRoutes(backends),
    ...layerRoutes(backends),
    ...networkRoutes(backends),
    ...volumeRoutes(backends),
    ...volumeFileRoutes(backends),
    ...pluginRoutes(),
    ...feedRoutes(backends),
    ...metricRoutes(backends, watch),
    ...toolboxRoutes(backends),
    ...doctorRoutes(backends),
    ...settingsRoutes(backends),
  ];
}
