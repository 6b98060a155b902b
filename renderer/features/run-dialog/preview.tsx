import { Copy } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { apiCall } from '../../stores/run-spec/api-call.ts';
import { composeYaml } from '../../stores/run-spec/compose-yaml.ts';
import { dockerRun } from '../../stores/run-spec/docker-run.ts';
import { useEngine } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import type { RunForm } from './form.ts';
import styles from './run-dialog.module.css';
import { shownBody } from './to-body.ts';

const KINDS = ['run', 'compose', 'api'] as const;

/** The same container without this form. */
export function Preview({ form }: { readonly form: RunForm }): ReactElement {
  const [kind, setKind] = useState<string>('run');
  const socket = useEngine((state) => state.status?.socket ?? '/var/run/docker.sock');
  const body = shownBody(form);
  const spec = { name: form.name, body: { ...body, Image: body.Image || 'IMAGE' } };
  const text = kind === 'compose' ? composeYaml(spec) : kind === 'api' ? apiCall(spec, socket) : dockerRun(spec);
  return (
    <div className={styles.preview}>
      <div className={styles.previewHead}>
        <span className={styles.legend}>{t.run.preview}</span>
        <Segmented label={t.run.preview} value={kind} segments={KINDS.map((value) => ({ value, label: t.runForm.previewKinds[value] }))} onChange={setKind} />
        <IconButton small label={t.run.copyPreview} onClick={() => void navigator.clipboard.writeText(text)}>
          <Copy />
        </IconButton>
      </div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
