/** Where an engine's API is reached. TCP is never without certificates: the API is root's power over the machine. */
export type Listener =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      /** A name or an address, IPv6 without brackets. */
      readonly host: string;
      /** 0: the system chooses. */
      readonly port: number;
      readonly tls: TlsFiles;
    };

/** Paths of PEM files. */
export interface TlsFiles {
  /** Whoever shows a certificate of this authority may use the API; nobody else. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}
