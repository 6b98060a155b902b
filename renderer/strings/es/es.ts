import type { Words } from '../words.ts';
import { activity } from './activity.ts';
import { buildDialog } from './build-dialog.ts';
import { builds } from './builds.ts';
import { columns } from './columns.ts';
import { containerList } from './container-list.ts';
import { containerTabs } from './container-tabs.ts';
import { containers } from './containers.ts';
import { copyAs } from './copy-as.ts';
import { detailsView } from './details-view.ts';
import { diagnostics } from './diagnostics.ts';
import { disk } from './disk.ts';
import { engine } from './engine.ts';
import { everywhere } from './everywhere.ts';
import { files } from './files.ts';
import { findings } from './findings.ts';
import { imageTools } from './image-tools.ts';
import { images } from './images.ts';
import { inspect } from './inspect.ts';
import { layers } from './layers.ts';
import { loads } from './loads.ts';
import { logs } from './logs.ts';
import { networkMap } from './network-map.ts';
import { networks } from './networks.ts';
import { palette } from './palette.ts';
import { pull } from './pull.ts';
import { reasons } from './reasons.ts';
import { registries } from './registries.ts';
import { run } from './run.ts';
import { runForm } from './run-form.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { shortcuts } from './shortcuts.ts';
import { stats } from './stats.ts';
import { terminal } from './terminal.ts';
import { updates } from './updates.ts';
import { verbs } from './verbs.ts';
import { volumes } from './volumes.ts';
import { welcome } from './welcome.ts';

export const es: Words = {
  ...everywhere,
  containerTabs,
  copyAs,
  runForm,
  verbs,
  containerList,
  columns,
  shell,
  engine,
  volumes,
  files,
  findings,
  containers,
  reasons,
  detailsView,
  logs,
  terminal,
  welcome,
  stats,
  inspect,
  images,
  imageTools,
  layers,
  pull,
  registries,
  loads,
  run,
  shortcuts,
  palette,
  activity,
  builds,
  networks,
  buildDialog,
  networkMap,
  disk,
  settings,
  diagnostics,
  updates,
};
