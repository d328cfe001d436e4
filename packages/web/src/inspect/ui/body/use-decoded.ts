import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Decompressed, decompress } from '../../lib/decompress.ts';

/**
 * The bytes without their compression.
 * @param coding the `content-encoding`; undefined where there is nothing to undo
 * @returns null as long as it takes, and where there is nothing to undo
 */
export function useDecoded(bytes: Uint8Array<ArrayBuffer>, coding: string | undefined): Decompressed | null {
  const result = useSignal<Decompressed | null>(null);
  useEffect(() => {
    if (coding === undefined) return;
    let isWanted = true;
    void decompress(bytes, coding).then((decoded) => {
      if (isWanted) result.value = decoded;
    });
    return () => {
      isWanted = false;
    };
  }, [coding]);
  return result.value;
}
