import { MoreHorizontal, Play, Plus, Square, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Checkbox, LabelledCheckbox } from '../../../ui/checkbox.tsx';
import { BareInput, SearchField, TextArea, TextField } from '../../../ui/field.tsx';
import { Keys } from '../../../ui/keys.tsx';
import { Menu, type MenuAction } from '../../../ui/menu.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { Select } from '../../../ui/select.tsx';
import { SuggestField } from '../../../ui/suggest-field.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { Fields, Framed, Row, Section } from './section.tsx';

const nothing = () => undefined;
const LOOKS = ['primary', 'plain', 'quiet', 'danger'] as const;

const ACTIONS: readonly MenuAction[] = [
  { id: 'start', label: 'Start', icon: <Play />, keys: 'S', run: nothing },
  { id: 'stop', label: 'Stop', icon: <Square />, disabled: true, run: nothing },
  { id: 'times', label: 'Show times', checked: true, run: nothing },
  { id: 'copy', label: 'Copy as', items: [{ id: 'run', label: 'docker run', run: nothing }], run: nothing },
  { id: 'remove', label: 'Remove', icon: <Trash2 />, keys: 'Del', danger: true, apart: true, run: nothing },
];

export function Buttons(): ReactElement {
  return (
    <Section title="Buttons">
      {[false, true].map((small) => (
        <Row key={String(small)}>
          {LOOKS.map((look) => (
            <Button key={look} look={look} small={small}>
              <Plus />
              Stop 3 containers
            </Button>
          ))}
          {LOOKS.map((look) => (
            <Button key={look} look={look} small={small} disabled>
              Remove
            </Button>
          ))}
          <IconButton label={small ? 'Small start' : 'Start'} keys="S" small={small}>
            <Play fill="currentColor" />
          </IconButton>
          <IconButton label={small ? 'Small pressed' : 'Pressed'} small={small} aria-pressed="true">
            <Trash2 />
          </IconButton>
          <IconButton label={small ? 'Small disabled' : 'Disabled'} small={small} disabled>
            <Trash2 />
          </IconButton>
        </Row>
      ))}
      <Row>
        <Menu
          actions={() => ACTIONS}
          trigger={
            <Button>
              Open the menu
              <MoreHorizontal />
            </Button>
          }
        />
        <Keys of="Mod+Shift+K" />
        <Keys of="Del" />
        <Keys of="Up" />
      </Row>
    </Section>
  );
}

export function TextFields(): ReactElement {
  const [text, setText] = useState('');
  const common = { value: text, onChange: setText };
  return (
    <Section title="Fields">
      <Fields>
        <TextField label="Name" placeholder="web" optional {...common} />
        <TextField label="With a hint" hint="Empty: the engine makes one up." {...common} />
        <TextField label="Wrong" value="my network/" onChange={nothing} error="A name has letters, digits, “-”, “_” and “.”, and no other characters." />
        <TextField label="Disabled" value="cannot be changed" onChange={nothing} disabled mono />
        <TextArea label="Several lines" value={'A=1\nB=two words'} onChange={nothing} rows={2} mono />
        <TextArea label="Wrong lines" value="=1" onChange={nothing} rows={2} error="A variable needs a name." />
        <SuggestField label="Image" value="" onChange={nothing} items={['nginx:1.27', 'redis:7-alpine']} placeholder="nginx:1.27" error={undefined} />
        <SuggestField label="Missing image" value="" onChange={nothing} items={[]} placeholder="nginx:1.27" error="Choose an image or write its name." />
        <SearchField label="Filter containers" command="list.filter" {...common} />
        <SearchField label="Filter that is used" value="postgres" onChange={nothing} />
        <BareInput label="Bare" value="8080" onChange={nothing} />
        <BareInput label="Bare and wrong" value="808080" onChange={nothing} invalid />
      </Fields>
    </Section>
  );
}

export function Choices(): ReactElement {
  const [on, setOn] = useState(true);
  const [scope, setScope] = useState('all');
  const [tab, setTab] = useState('logs');
  return (
    <Section title="Choices">
      <Row>
        <Select
          label="Restart policy"
          value={scope}
          onChange={setScope}
          options={[
            { value: 'all', label: 'Unless stopped' },
            { value: 'never', label: 'Never' },
          ]}
        />
        <Checkbox label="Off" checked={false} onChange={nothing} />
        <Checkbox label="On" checked onChange={nothing} />
        <Checkbox label="Some" checked={false} indeterminate onChange={nothing} />
        <LabelledCheckbox label="Read-only" checked={on} onChange={setOn}>
          Read-only
        </LabelledCheckbox>
        <Segmented
          label="Which containers"
          value={scope}
          onChange={setScope}
          segments={[
            { value: 'all', label: 'All', number: 10_000 },
            { value: 'running', label: 'Running', number: 7 },
            { value: 'stopped', label: 'Stopped', number: 0 },
          ]}
        />
        <Segmented
          label="With icons"
          value={on ? 'play' : 'stop'}
          onChange={(value) => setOn(value === 'play')}
          segments={[
            { value: 'play', label: 'Play', icon: <Play /> },
            { value: 'stop', label: 'Halt', icon: <Square /> },
          ]}
        />
      </Row>
      <Framed>
        <Tabs
          label="Tabs"
          value={tab}
          onChange={setTab}
          tabs={['Logs', 'Terminal', 'Stats', 'Files', 'Inspect'].map((label) => ({ id: label.toLowerCase(), label, content: null }))}
        />
      </Framed>
    </Section>
  );
}
