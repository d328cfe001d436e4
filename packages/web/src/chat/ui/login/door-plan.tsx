/** The plan of a room whose door stands open. */
export function DoorPlan() {
  return (
    <svg class="gate-plan" viewBox="0 0 120 96" width="120" height="96" aria-hidden="true" focusable="false">
      <path class="plan-wall" d="M44 86H8V10h104v76H84" />
      <path class="plan-door" d="M44 86V46a40 40 0 0 1 40 40" />
      <g class="plan-listeners">
        <circle cx="30" cy="32" r="5" />
        <circle cx="92" cy="30" r="5" />
        <circle cx="94" cy="62" r="5" />
      </g>
      <rect class="plan-speaker" x="55" y="24" width="14" height="14" rx="3" />
    </svg>
  );
}
