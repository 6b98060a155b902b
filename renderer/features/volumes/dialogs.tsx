import { type ReactElement, useEffect } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { removeVolumes } from './actions.ts';
import { CreateDialog } from './create-dialog.tsx';
import { CloneDialog, ImportDialog } from './name-dialogs.tsx';
import { PruneDialog } from './prune-dialog.tsx';
import { knownBytes, volumeTitle } from './view-model.ts';

const NONE: readonly string[] = [];

/** Whatever is asked about volumes, on whatever screen. */
export function VolumeDialogs(): ReactElement {
  const { ui } = useServices();
  const asking = useUiState((state) => state.asking);
  const close = () => ui.setState({ asking: null });
  const [name = ''] = asking?.ids ?? NONE;
  return (
    <>
      {asking?.command === 'volume.create' && <CreateDialog onClose={close} />}
      {asking?.command === 'volume.import' && <ImportDialog onClose={close} />}
      {asking?.command === 'volume.prune' && <PruneDialog onClose={close} />}
      {asking?.command === 'volume.clone' && <CloneDialog name={name} onClose={close} />}
      <Removal />
    </>
  );
}

function Removal(): ReactElement {
  const services = useServices();
  const [location, navigate] = useLocation();
  const ids = useUiState(({ asking }) => (asking?.command === 'volume.remove' ? asking.ids : NONE));
  const volumes = useEngine((state) => state.volumes);
  const sizes = useStore(services.volumeSizes, ({ bytes }) => bytes);
  useEffect(() => services.volumeSizes.want(ids), [services, ids]);
  const rows = ids.flatMap((id) => volumes.get(id) ?? []);
  const names = rows.map(({ id }) => id);
  const [first] = rows;
  const bytes = knownBytes(names, sizes);
  return (
    <ConfirmDialog
      open={rows.length > 0}
      title={t.volumes.removeTitle(rows.length, first ? volumeTitle(first) : '')}
      objects={names}
      consequence={t.volumes.removeText(bytes > 0 ? joined(diskSize(bytes)) : '')}
      action={t.volumes.removeMany(rows.length)}
      onConfirm={() => {
        if (names.some((id) => location === `/volumes/${encodeURIComponent(id)}`)) navigate('/volumes');
        void removeVolumes(services, names);
      }}
      onClose={() => services.ui.setState({ asking: null })}
    />
  );
}
