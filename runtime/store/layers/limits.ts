/** Bounds on what one layer may cost. */
export interface LayerLimits {
  /** Bytes of the uncompressed tar. */
  readonly inflatedBytes: number;
  /** Uncompressed against compressed bytes, looked at beyond `ratioFloor` bytes: small files of zeros are honest. */
  readonly ratio: number;
  readonly ratioFloor: number;
  readonly entries: number;
}

export const LAYER_LIMITS: LayerLimits = {
  inflatedBytes: 128 * 1024 ** 3,
  ratio: 400,
  ratioFloor: 1024 ** 3,
  entries: 4_000_000,
};
