import { Check, CloudDownload, Copy, FileUp, HardDrive, Play } from 'lucide-react';
import { type FormEvent, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { EngineGate } from '../../stores/engine-gate.tsx';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { shareOf } from '../../stores/task-store.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import styles from './welcome.module.css';

const words = t.welcome;
/** Known to most people, small, and of some use at once. */
const POPULAR = ['nginx:latest', 'postgres:latest', 'redis:latest', 'alpine:latest', 'ubuntu:latest', 'python:slim', 'node:slim'] as const;

/** What somebody sees who has nothing yet: three ways to a first image, the one without a network first. */
export function Welcome(): ReactElement {
  const { ui } = useServices();
  const [, navigate] = useLocation();
  const skip = () => {
    ui.setState({ welcomed: true });
    navigate('/containers');
  };
  return (
    <EngineGate>
      <div className={styles.screen}>
        <section className={styles.content} aria-labelledby="welcome-title">
          <header className={styles.head}>
            <h1 id="welcome-title">{words.title}</h1>
            <p>{words.text}</p>
          </header>
          <ul className={styles.ways}>
            <Offline />
            <Online />
            <Archive />
          </ul>
          <footer className={styles.foot}>
            <DockerContext />
            <Button look="quiet" onClick={skip}>
              {words.skip}
            </Button>
          </footer>
        </section>
      </div>
    </EngineGate>
  );
}

function Way({ icon, title, text, children }: { readonly icon: ReactElement; readonly title: string; readonly text: string; readonly children: ReactNode }) {
  return (
    <li className={styles.way}>
      <span className={styles.icon}>{icon}</span>
      <div className={styles.what}>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      <div className={styles.action}>{children}</div>
    </li>
  );
}

function Offline(): ReactElement {
  const { transport, ui, toasts } = useServices();
  const [, navigate] = useLocation();
  const [phase, setPhase] = useState('');
  const start = async () => {
    try {
      ui.setState({ starting: true });
      setPhase(words.making);
      await transport.request('toolbox.make', {});
      setPhase(words.running);
      const { id, port } = await transport.request('toolbox.demo', { title: words.pageTitle, text: words.pageText });
      ui.setTab('containers', 'logs');
      ui.setState({ welcomed: true, tour: { id, port } });
      navigate(`/containers/${id}`);
    } catch (error) {
      setPhase('');
      tellFailure(toasts, words.failed, error);
    } finally {
      ui.setState({ starting: false });
    }
  };
  return (
    <Way icon={<HardDrive />} title={words.offline} text={words.offlineText}>
      <Button look="primary" autoFocus disabled={phase !== ''} onClick={() => void start()}>
        <Play fill="currentColor" />
        {words.start}
      </Button>
      <span className={styles.phase} role="status">
        {phase}
      </span>
    </Way>
  );
}

function Online(): ReactElement {
  const { tasks, ui, toasts } = useServices();
  const [image, setImage] = useState('');
  const [tried, setTried] = useState(false);
  const [task, setTask] = useState('');
  const row = useStore(tasks, (state) => state.tasks?.get(task));
  const reference = image.trim();
  useEffect(() => {
    if (task === '') return;
    return tasks.onEnd((ended) => {
      if (ended.id !== task) return;
      setTask('');
      if (ended.state === 'done') ui.setState({ welcomed: true, run: { image: ended.object } });
      else if (ended.state === 'failed') tellFailure(toasts, words.pullFailed(ended.object), new Error(ended.error));
    });
  }, [tasks, task, ui, toasts]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reference === '') return;
    tasks.run({ kind: 'image.pull', reference, platform: '' }).then(setTask, (error: unknown) => tellFailure(toasts, words.pullFailed(reference), error));
  };
  const share = row && shareOf(row);
  return (
    <Way icon={<CloudDownload />} title={words.online} text={words.onlineText}>
      <form className={styles.pull} onSubmit={submit}>
        <SuggestField
          label={words.image}
          value={image}
          items={POPULAR}
          placeholder="nginx:latest"
          error={tried && reference === '' ? words.imageMissing : undefined}
          onChange={setImage}
        />
        <Button type="submit" disabled={task !== ''}>
          {words.pull}
        </Button>
      </form>
      {task !== '' && (
        <span className={styles.phase} role="status">
          {words.pulling}
          {typeof share === 'number' && ` ${Math.round(share * 100)} %`}
        </span>
      )}
    </Way>
  );
}

function Archive(): ReactElement {
  const { loads } = useServices();
  const [, navigate] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <Way icon={<FileUp />} title={words.archive} text={words.archiveText}>
      <Button onClick={() => input.current?.click()}>{words.archiveButton}</Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".tar,.gz,.tgz,.zst"
        aria-label={t.images.chooser}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          if (files.length === 0) return;
          loads.add(files);
          navigate('/images');
        }}
      />
    </Way>
  );
}

/** How the docker CLI of this machine gets here, in one line to be copied. */
function DockerContext(): ReactElement | null {
  const socket = useEngine((state) => state.status?.socket ?? '');
  const [copied, setCopied] = useState(false);
  if (socket === '') return null;
  const command = `docker context create slipway --docker host=unix://${socket} && docker context use slipway`;
  const copy = () => {
    navigator.clipboard.writeText(command).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <div className={styles.context}>
      <span>{words.context}</span>
      <Button small look="quiet" aria-label={words.copyContext} onClick={copy}>
        {copied ? <Check /> : <Copy />}
        {copied ? words.copied : t.copy}
      </Button>
      <code>{command.replace(' && ', ' &&\n')}</code>
    </div>
  );
}
