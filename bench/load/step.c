// One measured step at one rate, and the search for the highest rate that holds.
#include "wsload.h"

#define TURN_NS 50000000LL
// How long leftovers are waited for: without any progress, and at all.
#define STUCK_NS 2000000000LL
#define OVERDUE_NS 8000000000LL
// A server that still delivers this long after the last publication does not keep up.
#define TAIL_LIMIT_S 1.0
// The publishers themselves must have kept pace, or the rate was not tried.
#define PACE 0.98
#define GROWTH 1.5
#define CONFIRMATIONS 6
#define CONFIRM_SLOWER 0.93

static long peak_rss_kb;

static void pump_and_sample(int64_t wait) {
  static int64_t sampled_at;
  pump(wait);
  int64_t now = now_ns();
  if (now - sampled_at < 2 * TURN_NS) return;
  sampled_at = now;
  long rss = server_rss_kb();
  if (rss > peak_rss_kb) peak_rss_kb = rss;
}

static void wait_for_rest(void) {
  int64_t progress_at = now_ns(), now = progress_at;
  uint64_t last = count.received;
  while (count.received < count.expected) {
    if (now - progress_at > STUCK_NS || now - publishing_ends() > OVERDUE_NS) break;
    pump_and_sample(TURN_NS);
    now = now_ns();
    if (count.received != last) progress_at = now;
    last = count.received;
  }
}

static void print_step(double rate, int dead, int ok, double elapsed, double tail, const usage *a, const usage *b) {
  double wall = (double)(b->at - a->at) / 1e9, cpu = b->cpu_s - a->cpu_s;
  double received = count.received ? (double)count.received : 1, reads = count.reads ? (double)count.reads : 1;
  printf("{\"kind\":\"step\",\"label\":\"%s\",\"members\":%d,\"rooms\":%d,\"joins\":%d,\"rate\":%.0f,\"bytes\":%d,\"burst\":%d,",
         opt.label, opt.members, opt.rooms, opt.joins, rate, opt.bytes, opt.burst);
  printf("\"sent\":%llu,\"expected\":%llu,\"received\":%llu,\"lost\":%lld,\"out_of_order\":%llu,\"stale\":%llu,\"dead\":%d,\"ok\":%d,",
         (unsigned long long)count.sent, (unsigned long long)count.expected, (unsigned long long)count.received,
         (long long)(count.expected - count.received), (unsigned long long)count.out_of_order,
         (unsigned long long)count.stale, dead, ok);
  printf("\"elapsed_s\":%.3f,\"tail_s\":%.3f,\"deliveries_s\":%.0f,", elapsed, tail,
         elapsed > 0 ? (double)count.received / elapsed : 0);
  printf("\"p50_us\":%.0f,\"p90_us\":%.0f,\"p99_us\":%.0f,\"p999_us\":%.0f,\"max_us\":%.0f,",
         histogram_us(.5, count.received), histogram_us(.9, count.received), histogram_us(.99, count.received),
         histogram_us(.999, count.received), (double)count.latency_max / 1000);
  printf("\"cpu_us_per_delivery\":%.4f,\"user_share\":%.2f,\"server_load\":%.3f,\"core_busy\":%.3f,\"core_steal\":%.3f,"
         "\"core_softirq\":%.3f,\"generator_load\":%.3f,",
         cpu * 1e6 / received, cpu > 0 ? (b->user_s - a->user_s) / cpu : 0, cpu / wall,
         (b->core_busy_s - a->core_busy_s) / wall, (b->core_steal_s - a->core_steal_s) / wall,
         (b->core_softirq_s - a->core_softirq_s) / wall, (b->self_s - a->self_s) / wall);
  printf("\"deliveries_per_read\":%.2f,\"bytes_per_delivery\":%.1f,\"publish_lag_max_us\":%.0f,\"publish_backlog_max\":%llu,"
         "\"rss_peak_kb\":%ld}\n",
         received / reads, (double)count.bytes / received, (double)count.publish_lag_max / 1000,
         (unsigned long long)peak_backlog, peak_rss_kb);
  fflush(stdout);
}

int run_step(double rate, double seconds, int quiet) {
  usage before, after;
  int dead = dead_count;
  int64_t begin, now;
  peak_rss_kb = server_rss_kb();
  peak_backlog = 0;
  read_usage(&before, 0);
  start_publishing(rate, seconds);
  begin = next_publication_due();
  while ((now = now_ns()) < publishing_ends())
    pump_and_sample(publishing_ends() - now < TURN_NS ? publishing_ends() - now : TURN_NS);
  publishing = 0;
  wait_for_rest();
  read_usage(&after, 0);
  dead = dead_count - dead;
  double tail = (double)(count.last_arrival - publishing_ends()) / 1e9;
  int complete = count.received > 0 && count.received == count.expected && dead == 0;
  int in_time = tail < TAIL_LIMIT_S && histogram_us(.99, count.received) < opt.p99_limit_us;
  int ok = complete && in_time && (double)count.sent >= rate * seconds * PACE;
  if (!quiet) print_step(rate, dead, ok, (double)(count.last_arrival - begin) / 1e9, tail, &before, &after);
  if (count.received != count.expected) pump_for(1.5); // let leftovers come now, not in the next step
  return ok;
}

// Up by steps until a rate fails twice, down by halves if not even the first held, then bisection between the two.
// Stops early when its time is used up, with the last rate that held. A last step confirms it.
void run_search(void) {
  double held = 0, failed = 0, rate = opt.search_from;
  int64_t end = now_ns() + (int64_t)(opt.search_budget * 1e9);
  while (held < opt.search_to && now_ns() < end) {
    if (!run_step(rate, opt.duration, 0) && !run_step(rate, opt.duration, 0)) {
      failed = rate;
      break;
    }
    held = rate;
    rate = rate * GROWTH < opt.search_to ? rate * GROWTH : opt.search_to;
  }
  for (int i = 0; held == 0 && i < 6 && now_ns() < end; i++) {
    rate = failed / 2;
    if (run_step(rate, opt.duration, 0)) held = rate;
    else failed = rate;
  }
  for (int i = 0; failed > 0 && i < opt.bisections && now_ns() < end; i++) {
    rate = (held + failed) / 2;
    if (run_step(rate, opt.duration, 0)) held = rate;
    else failed = rate;
  }
  printf("{\"kind\":\"highest\",\"label\":\"%s\",\"rate\":%.0f,\"failed_at\":%.0f}\n", opt.label, held, failed);
  fflush(stdout);
  // The best of many tries is a lucky one. What counts is a rate that holds when it is tried again, so the last step
  // is the answer: slower and slower, until one does.
  for (int i = 0; held > 0 && i < CONFIRMATIONS && !run_step(held, opt.duration, 0); i++) held *= CONFIRM_SLOWER;
}
