/** Drawn like the icons of all pages: thin lines, square to the grid. */
const PATHS = {
  back: 'M16 10H4M9 5l-5 5 5 5',
  check: 'M4 10.500l4 4 8-9',
  copy: 'M7 7h9v9H7zM4 13V4h9',
  cross: 'M5 5l10 10M15 5L5 15',
  filter: 'M3 5h14l-5.500 6.500v4.500l-3 1.500v-6z',
  lock: 'M5 9.500h10v7H5zM7 9.500v-3a3 3 0 0 1 6 0v3',
  reply: 'M8 5L3.500 9.500 8 14M4 9.500h8.500a4 4 0 0 1 4 4v2.500',
} as const;

interface GlyphProps {
  readonly name: keyof typeof PATHS;
  /** Pixels. Default 16. */
  readonly size?: number;
}

/** A sign beside words, or inside a control that has a name; never the only thing that says something. */
export function Glyph({ name, size = 16 }: GlyphProps) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
