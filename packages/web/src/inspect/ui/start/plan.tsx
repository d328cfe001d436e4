/** As on the start page, drawn like a floor plan: something comes in by the door, and all who are in the room see it. */
export function Plan() {
  return (
    <svg class="hooks-plan" viewBox="0 0 384 228" aria-hidden="true" focusable="false">
      <path class="plan-wall" d="M128 16h240v196H128v-76M128 92V16" />
      <path class="plan-door" d="M128 92a44 44 0 0 1 44 44h-44" />
      <path class="plan-way" d="M8 114h150" />
      <path class="plan-way faint" d="M8 100h52M8 128h52" />
      <rect class="plan-parcel" x="172" y="102" width="24" height="24" rx="5" />
      <g class="plan-sight">
        <path d="M208 114h68M204 98l56-40M204 130l56 40" />
      </g>
      <g class="plan-eyes">
        <circle cx="288" cy="114" r="7" />
        <circle cx="272" cy="50" r="7" />
        <circle cx="272" cy="178" r="7" />
      </g>
    </svg>
  );
}
