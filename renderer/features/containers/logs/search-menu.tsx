import { Bookmark, BookmarkPlus, BookmarkX, Search, TriangleAlert, XCircle } from 'lucide-react';
import type { ReactElement } from 'react';
import { useUi, useUiState } from '../../../stores/services.tsx';
import type { SavedSearch } from '../../../stores/ui-store.ts';
import { t } from '../../../strings/t.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Menu, type MenuAction } from '../../../ui/menu.tsx';

/** What programs of most kinds write before what went wrong. */
const ERRORS: SavedSearch = { text: '\\b(error|fatal|panic|critical|exception|traceback)\\b', isRegex: true, isCaseSensitive: false };
const WARNINGS: SavedSearch = { text: '\\bwarn(ing)?\\b', isRegex: true, isCaseSensitive: false };
const MOST = 20;

const isSame = (left: SavedSearch, right: SavedSearch): boolean =>
  left.text === right.text && left.isRegex === right.isRegex && left.isCaseSensitive === right.isCaseSensitive;

/** Searches that are at hand: for errors, for warnings, and those that were saved. */
export function SearchMenu({ value, onChange }: { readonly value: SavedSearch; readonly onChange: (value: SavedSearch) => void }): ReactElement {
  const ui = useUi();
  const saved = useUiState((state) => state.logSearches);
  const words = t.logs;
  const held = saved.find((one) => isSame(one, value));
  const actions = (): MenuAction[] => [
    { id: 'errors', label: words.errors, icon: <XCircle />, run: () => onChange(ERRORS) },
    { id: 'warnings', label: words.warnings, icon: <TriangleAlert />, run: () => onChange(WARNINGS) },
    ...saved.map((one, index): MenuAction => ({ id: `saved-${index}`, label: one.text, icon: <Search />, apart: index === 0, run: () => onChange(one) })),
    held
      ? {
          id: 'forget',
          label: words.forgetSearch(held.text),
          icon: <BookmarkX />,
          apart: true,
          run: () => ui.setState({ logSearches: saved.filter((one) => one !== held) }),
        }
      : {
          id: 'save',
          label: words.saveSearch,
          icon: <BookmarkPlus />,
          apart: true,
          disabled: value.text === '',
          run: () => ui.setState({ logSearches: [value, ...saved].slice(0, MOST) }),
        },
  ];
  return <Menu trigger={<IconButton small label={words.searches} aria-pressed={held !== undefined} children={<Bookmark />} />} actions={actions} />;
}
