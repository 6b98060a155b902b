import { Bookmark, BookmarkPlus, BookmarkX, Search, TriangleAlert, XCircle } from 'lucide-react';
import type { ReactElement } from 'react';
import { useUi, useUiState } from '../../../stores/services.tsx';
import type { LogSought, SavedSearch } from '../../../stores/ui-store.ts';
import { t } from '../../../strings/t.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Menu, type MenuAction } from '../../../ui/menu.tsx';

/** What programs of most kinds write before what went wrong. */
const ERRORS: LogSought = { text: '\\b(error|fatal|panic|critical|exception|traceback)\\b', isRegex: true, isCaseSensitive: false };
const WARNINGS: LogSought = { text: '\\bwarn(ing)?\\b', isRegex: true, isCaseSensitive: false };

const isSame = (left: LogSought, right: LogSought): boolean =>
  left.text === right.text && left.isRegex === right.isRegex && left.isCaseSensitive === right.isCaseSensitive;

/** Searches that are at hand: for errors, for warnings, and those that were saved. */
export function SearchMenu({
  value,
  onChange,
  onSave,
}: {
  readonly value: LogSought;
  readonly onChange: (value: LogSought) => void;
  readonly onSave: () => void;
}): ReactElement {
  const ui = useUi();
  const saved = useUiState((state) => state.logSearches);
  const words = t.logs;
  const held = saved.find((one) => isSame(one, value));
  const take = ({ text, isRegex, isCaseSensitive, filters }: SavedSearch): void => {
    ui.setState({ logFilters: filters });
    onChange({ text, isRegex, isCaseSensitive });
  };
  const forget = (gone: SavedSearch): void => ui.setState({ logSearches: saved.filter((one) => one !== gone) });
  const actions = (): MenuAction[] => [
    { id: 'errors', label: words.errors, icon: <XCircle />, run: () => onChange(ERRORS) },
    { id: 'warnings', label: words.warnings, icon: <TriangleAlert />, run: () => onChange(WARNINGS) },
    ...saved.map(
      (one, index): MenuAction => ({
        id: `saved-${one.name}`,
        label: one.name,
        icon: <Search />,
        apart: index === 0,
        checked: one === held,
        run: () => take(one),
      }),
    ),
    { id: 'save', label: words.saveSearch, icon: <BookmarkPlus />, keys: 'Alt+S', apart: true, disabled: value.text === '', run: onSave },
    {
      id: 'forget',
      label: words.forgetSearch,
      icon: <BookmarkX />,
      disabled: saved.length === 0,
      items: saved.map((one): MenuAction => ({ id: one.name, label: one.name, danger: true, run: () => forget(one) })),
      run: () => undefined,
    },
  ];
  return <Menu trigger={<IconButton small label={words.searches} aria-pressed={held !== undefined} children={<Bookmark />} />} actions={actions} />;
}
