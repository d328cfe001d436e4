/** Drawn like the plans: thin lines, square to the grid. */
const PATHS = {
  rooms: 'M3 4.5h14M3 10h14M3 15.5h14',
  members:
    'M7.5 9a2.75 2.75 0 1 0 0-5.500a2.75 2.75 0 0 0 0 5.500ZM2.5 16.500v-1a4 4 0 0 1 4-4h2a4 4 0 0 1 4 4v1M13 3.800a2.75 2.75 0 0 1 0 4.900M15 11.900a4 4 0 0 1 2.5 3.600v1',
  search: 'M8.75 14.500a5.75 5.75 0 1 0 0-11.500a5.75 5.75 0 0 0 0 11.500ZM13 13l4 4',
  more: 'M4 9.4a.6.6 0 1 0 0 1.2a.6.6 0 1 0 0-1.2ZM10 9.4a.6.6 0 1 0 0 1.2a.6.6 0 1 0 0-1.2ZM16 9.4a.6.6 0 1 0 0 1.2a.6.6 0 1 0 0-1.2Z',
  close: 'M5 5l10 10M15 5L5 15',
  plus: 'M10 4v12M4 10h12',
  send: 'M3.5 10h12.500M11 5l5 5-5 5',
  smile: 'M10 17a7 7 0 1 0 0-14a7 7 0 0 0 0 14ZM7 8h.01M13 8h.01M6.8 11.800a3.7 3.7 0 0 0 6.4 0',
  down: 'M10 4v11M5.5 10.500L10 15l4.5-4.5',
  keyboard: 'M2.5 5.500h15v9h-15zM5.5 8.500h.01M8.5 8.500h.01M11.5 8.500h.01M14.5 8.500h.01M7 11.500h6',
  pending: 'M10 17a7 7 0 1 0 0-14a7 7 0 0 0 0 14ZM10 6v4.200l2.6 1.6',
  sent: 'M4 10.500l4 4 8-9',
  unsaved: 'M10 3.500l7.5 13h-15zM10 8.500v3.500M10 14.200v.01',
  failed: 'M10 17a7 7 0 1 0 0-14a7 7 0 0 0 0 14ZM10 6.200v4.600M10 13.600v.01',
} as const;

interface IconProps {
  readonly name: keyof typeof PATHS;
  /** Pixels. Default 18. */
  readonly size?: number;
}

/** An icon beside words, or inside a control that has a name; never the only thing that says something. */
export function Icon({ name, size = 18 }: IconProps) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
