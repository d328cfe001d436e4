// What the kernel says about the server's processes: their run time and their memory.
#include "wsload.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static double ticks(void) { return (double)sysconf(_SC_CLK_TCK); }

// Fields 14 and 15 of /proc/PID/stat, counted behind the name, which may contain anything.
static void add_stat(usage *u, int pid) {
  char path[64], line[2048];
  unsigned long user = 0, system = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) return;
  if (fgets(line, sizeof line, file)) {
    char *rest = strrchr(line, ')');
    if (rest) sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  }
  fclose(file);
  u->user_s += (double)user / ticks();
  u->system_s += (double)system / ticks();
}

static void add_schedstat(usage *u, int pid) {
  char path[512];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (!tasks) return;
  struct dirent *task;
  while ((task = readdir(tasks))) {
    if (task->d_name[0] == '.') continue;
    unsigned long long run_ns;
    snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, task->d_name);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    if (fscanf(file, "%llu", &run_ns) == 1) u->cpu_s += (double)run_ns / 1e9;
    fclose(file);
  }
  closedir(tasks);
}

static void add_memory(usage *u, int pid) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
  FILE *file = fopen(path, "r");
  if (!file) return;
  while (fgets(line, sizeof line, file)) {
    long kb;
    if (sscanf(line, "Rss: %ld", &kb) == 1) u->rss_kb += kb;
    if (sscanf(line, "Pss: %ld", &kb) == 1) u->pss_kb += kb;
  }
  fclose(file);
}

static void read_core(usage *u) {
  char line[512], name[16];
  int length = snprintf(name, sizeof name, "cpu%d ", opt.core);
  FILE *file = fopen("/proc/stat", "r");
  if (!file) return;
  while (fgets(line, sizeof line, file)) {
    unsigned long v[8] = {0}; // user nice system idle iowait irq softirq steal
    if (strncmp(line, name, (size_t)length)) continue;
    sscanf(line + length, "%lu %lu %lu %lu %lu %lu %lu %lu", v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7);
    u->core_busy_s = (double)(v[0] + v[1] + v[2] + v[5] + v[6]) / ticks();
    u->core_softirq_s = (double)v[6] / ticks();
    u->core_steal_s = (double)v[7] / ticks();
  }
  fclose(file);
}

void read_usage(usage *u, int with_memory) {
  struct rusage self;
  memset(u, 0, sizeof *u);
  u->at = now_ns();
  for (int i = 0; i < opt.pid_count; i++) {
    add_stat(u, opt.pids[i]);
    add_schedstat(u, opt.pids[i]);
    if (with_memory) add_memory(u, opt.pids[i]);
  }
  read_core(u);
  getrusage(RUSAGE_SELF, &self);
  u->self_s = (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec) +
              (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec) / 1e6;
}

long server_rss_kb(void) {
  long sum = 0;
  for (int i = 0; i < opt.pid_count; i++) {
    char path[64];
    long pages;
    snprintf(path, sizeof path, "/proc/%d/statm", opt.pids[i]);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    if (fscanf(file, "%*d %ld", &pages) == 1) sum += pages * (sysconf(_SC_PAGESIZE) / 1024);
    fclose(file);
  }
  return sum;
}
