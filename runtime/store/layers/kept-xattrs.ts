/**
 * Attributes that go with a file wherever it is copied: file capabilities, ACLs and user attributes. Overlay's own could make a
 * layer show files from elsewhere (redirect, metacopy; kernel overlayfs.rst), and labels belong to the machine.
 */
export function isKeptXattr(key: string): boolean {
  if (key.startsWith('user.')) return !key.startsWith('user.overlay.');
  return key === 'security.capability' || key.startsWith('system.posix_acl_');
}
