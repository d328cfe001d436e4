/** One figure of a report. */
interface Metric {
  readonly title: string;
  /** Behind the number; empty for plain counts and ratios. */
  readonly unit: string;
  /** Whether the ratio of two servers says something. */
  readonly compare: boolean;
}

export const METRICS = {
  deliveries: { title: 'deliveries/s', unit: '', compare: false },
  highest: { title: 'highest deliveries/s', unit: '', compare: true },
  cpu: { title: 'CPU per delivery', unit: 'µs', compare: true },
  p50: { title: 'p50', unit: 'ms', compare: true },
  p99: { title: 'p99', unit: 'ms', compare: true },
  p999: { title: 'p99.9', unit: 'ms', compare: false },
  lost: { title: 'lost', unit: '', compare: false },
  outOfOrder: { title: 'out of order', unit: '', compare: false },
  rss5k: { title: 'RSS per idle connection, 5,000', unit: 'KB', compare: true },
  rss10k: { title: 'RSS per idle connection, 10,000', unit: 'KB', compare: true },
  linearity: { title: 'second 5,000 ÷ first 5,000', unit: '', compare: false },
  rssAfter: { title: 'RSS after they left ÷ before', unit: '', compare: false },
  rssAgain: { title: 'RSS after a second crowd ÷ after the first', unit: '', compare: false },
  accepts: { title: 'connections accepted/s', unit: '', compare: true },
  acceptCpu: { title: 'CPU per connection', unit: 'µs', compare: true },
  refused: { title: 'refused', unit: '', compare: false },
  p99Alone: { title: 'p99 without it', unit: 'ms', compare: false },
  p99Beside: { title: 'p99 beside it', unit: 'ms', compare: false },
  p99Change: { title: 'p99 beside ÷ without', unit: '', compare: false },
  memoryGrowth: { title: 'peak RSS beside − without', unit: 'MB', compare: false },
  slowClosed: { title: 'closed as slow, by the server’s count', unit: '', compare: false },
  closeCode: { title: 'close code on waking', unit: '', compare: false },
  serverLoad: { title: 'server core', unit: '%', compare: false },
  othersLoad: { title: 'others on that core', unit: '%', compare: false },
  generatorLoad: { title: 'generator core', unit: '%', compare: false },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

/** What one round of one scenario gave for one server. */
export type Figures = Partial<Record<MetricName, number>>;

/** `1,234,567`, `12.3`, `0.48`: three digits that mean something, with the unit. */
export function formatFigure(name: MetricName, value: number): string {
  if (name === 'closeCode') return String(value);
  const { unit } = METRICS[name];
  return `${formatNumber(value)}${unit === '' ? '' : ` ${unit}`}`;
}

export function formatNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
