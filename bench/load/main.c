// The phases: connect (in stages), hold, publish (warm-up, given rates, search), wake the stalled, leave; all of it
// again for every further cycle, with new connections.
#include "wsload.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define CONNECT_LIMIT_NS 60000000000LL
#define SETTLE_S 0.3
#define WAKE_TURN_S 0.25
#define WAKE_TURNS 20

static usage base; // before the first connection

static void connect_stage(int upto) {
  usage begin, ready, settled;
  int ready_before = ready_count;
  read_usage(&begin, 0);
  while (ready_count + dead_count < upto) {
    connect_up_to(upto);
    pump(100000000);
    if (now_ns() - begin.at > CONNECT_LIMIT_NS) {
      fprintf(stderr, "wsload: %d of %d connections are ready after a minute\n", ready_count, upto);
      break;
    }
  }
  read_usage(&ready, 0);
  pump_for(SETTLE_S);
  read_usage(&settled, 1);
  double seconds = (double)(ready.at - begin.at) / 1e9;
  int made = ready_count - ready_before;
  printf("{\"kind\":\"connect\",\"label\":\"%s\",\"connections\":%d,\"made\":%d,\"dead\":%d,\"concurrency\":%d,"
         "\"seconds\":%.4f,\"accepts_s\":%.0f,\"cpu_us_per_accept\":%.1f,",
         opt.label, upto, made, dead_count, opt.concurrency, seconds, made / seconds,
         made ? (settled.cpu_s - begin.cpu_s) * 1e6 / made : 0);
  printf("\"rss_base_kb\":%ld,\"rss_kb\":%ld,\"rss_kb_per_connection\":%.2f,\"pss_kb_per_connection\":%.2f,"
         "\"server_load\":%.2f,\"generator_load\":%.2f}\n",
         base.rss_kb, settled.rss_kb, (double)(settled.rss_kb - base.rss_kb) / upto,
         (double)(settled.pss_kb - base.pss_kb) / upto, (ready.cpu_s - begin.cpu_s) / seconds,
         (ready.self_s - begin.self_s) / seconds);
  fflush(stdout);
}

static void hold_stage(int connected) {
  usage begin, end;
  read_usage(&begin, 0);
  pump_for(opt.hold);
  read_usage(&end, 1);
  printf("{\"kind\":\"idle\",\"label\":\"%s\",\"connections\":%d,\"hold_s\":%.1f,\"server_load\":%.5f,\"rss_base_kb\":%ld,"
         "\"rss_kb\":%ld,\"rss_kb_per_connection\":%.2f,\"dead\":%d}\n",
         opt.label, connected, opt.hold, (end.cpu_s - begin.cpu_s) / opt.hold, base.rss_kb, end.rss_kb,
         (double)(end.rss_kb - base.rss_kb) / connected, dead_count);
  fflush(stdout);
}

static void publish_phases(void) {
  if (opt.warm > 0) run_step(opt.warm_rate > 0 ? opt.warm_rate : 200, opt.warm, 1);
  for (int i = opt.members + opt.publishers; i < connection_count; i++) set_asleep(&connections[i]);
  for (int i = 0; opt.rates && i < opt.repeat; i++) {
    char *copy = strdup(opt.rates), *rest = copy, *rate;
    while ((rate = strsep(&rest, ","))) run_step(atof(rate), opt.duration, 0);
    free(copy);
  }
  if (opt.search_to > 0) run_search();
}

// What became of a member that did not read: it reads again, until it is closed or five seconds have passed.
static void wake_stalled(void) {
  for (int i = opt.members + opt.publishers; i < connection_count; i++) {
    connection *c = &connections[i];
    uint64_t seen = c->seen;
    wake(c);
    for (int turn = 0; c->state == OPEN && turn < WAKE_TURNS; turn++) pump_for(WAKE_TURN_S);
    printf("{\"kind\":\"stalled\",\"label\":\"%s\",\"open\":%d,\"close_code\":%d,\"read_on_waking\":%llu,\"holes\":%llu}\n",
           opt.label, c->state == OPEN, c->close_code, (unsigned long long)(c->seen - seen), (unsigned long long)c->holes);
  }
  fflush(stdout);
}

static void leave_stage(void) {
  usage end;
  long lowest = 0;
  leave_all();
  for (double waited = 0; waited < opt.leave; waited += 0.5) {
    pump_for(0.5);
    long rss = server_rss_kb();
    if (lowest == 0 || rss < lowest) lowest = rss;
  }
  read_usage(&end, 1);
  printf("{\"kind\":\"left\",\"label\":\"%s\",\"waited_s\":%.1f,\"rss_base_kb\":%ld,\"rss_kb\":%ld,\"rss_lowest_kb\":%ld}\n",
         opt.label, opt.leave, base.rss_kb, end.rss_kb, lowest);
}

int main(int argc, char **argv) {
  struct rlimit files;
  parse_options(argc, argv);
  signal(SIGPIPE, SIG_IGN);
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  connections_init();
  read_usage(&base, 1);
  if (opt.mark_count == 0) opt.marks[opt.mark_count++] = connection_count;
  for (int cycle = 0; cycle < opt.cycles; cycle++) {
    if (cycle > 0) connections_forget();
    for (int i = 0; i < opt.mark_count; i++) {
      connect_stage(opt.marks[i]);
      if (opt.hold > 0) hold_stage(opt.marks[i]);
    }
    if (opt.publishers) publish_phases();
    if (opt.stalled) wake_stalled();
    if (opt.leave > 0) leave_stage();
  }
  return 0;
}
