// The command line. Every option takes a value.
#include "wsload.h"
#include <stdlib.h>
#include <string.h>

options opt = {
    .host = "127.0.0.1", .label = "", .port = 9000, .core = 0,
    .members = 100, .rooms = 1, .joins = 1, .bytes = 128, .concurrency = 100, .burst = 1,
    .member.path = "/", .publisher.path = "/", .wrap_before = "", .wrap_after = "",
    .duration = 5, .warm = 1, .p99_limit_us = 200000, .search_budget = 60, .bisections = 4, .repeat = 1, .cycles = 1,
};

static void fail(const char *what, const char *value) {
  fprintf(stderr, "wsload: %s: %s\n", what, value);
  exit(2);
}

int fill_room(char *out, int capacity, const char *text, int room) {
  int n = 0;
  while (*text && n < capacity - 16) {
    if (text[0] == '%' && text[1] == 'd') {
      n += sprintf(out + n, "%d", room);
      text += 2;
    } else {
      out[n++] = *text++;
    }
  }
  out[n] = 0;
  return n;
}

static int parse_list(const char *text, int *out, int most) {
  int n = 0;
  char *copy = strdup(text), *rest = copy, *item;
  while ((item = strsep(&rest, ",")))
    if (*item && n < most) out[n++] = atoi(item);
  free(copy);
  return n;
}

// "PREFIX=>REPLY"
static void add_rule(role *r, const char *text) {
  char *copy = strdup(text), *arrow = strstr(copy, "=>");
  if (!arrow || r->rule_count == MAX_RULES) fail("not a rule (PREFIX=>REPLY), or too many", text);
  *arrow = 0;
  r->rules[r->rule_count++] = (rule){copy, arrow + 2};
}

static int parse_role(role *r, const char *name, const char *value) {
  if (!strcmp(name, "path")) r->path = value;
  else if (!strcmp(name, "open")) r->open = value;
  else if (!strcmp(name, "ready")) r->ready = value;
  else if (!strcmp(name, "rule")) add_rule(r, value);
  else return 0;
  return 1;
}

static void parse_option(const char *name, const char *v) {
#define IS(text) (!strcmp(name, text))
  if (!strncmp(name, "pub-", 4) && parse_role(&opt.publisher, name + 4, v)) return;
  if (parse_role(&opt.member, name, v)) return;
  // Whom to talk to, and whose CPU time and memory to read.
  if (IS("host")) opt.host = v;
  else if (IS("port")) opt.port = atoi(v);
  else if (IS("pids")) opt.pid_count = parse_list(v, opt.pids, MAX_PIDS);
  else if (IS("core")) opt.core = atoi(v);
  else if (IS("label")) opt.label = v;
  // Who takes part. With --joins above 1, every connection joins the rooms 0 to joins-1.
  else if (IS("members")) opt.members = atoi(v);
  else if (IS("publishers")) opt.publishers = atoi(v);
  else if (IS("stalled")) opt.stalled = atoi(v);
  else if (IS("rooms")) opt.rooms = atoi(v);
  else if (IS("joins")) opt.joins = atoi(v);
  else if (IS("concurrency")) opt.concurrency = atoi(v);
  else if (IS("marks")) opt.mark_count = parse_list(v, opt.marks, MAX_MARKS);
  // What is sent.
  else if (IS("bytes")) opt.bytes = atoi(v);
  else if (IS("burst")) opt.burst = atoi(v);
  else if (IS("wrap-before")) opt.wrap_before = v;
  else if (IS("wrap-after")) opt.wrap_after = v;
  // The phases. Times are in seconds, rates in messages per second of all publishers together.
  else if (IS("hold")) opt.hold = atof(v);
  else if (IS("warm")) opt.warm = atof(v);
  else if (IS("warm-rate")) opt.warm_rate = atof(v);
  else if (IS("duration")) opt.duration = atof(v);
  else if (IS("rates")) opt.rates = v;
  else if (IS("repeat")) opt.repeat = atoi(v);
  else if (IS("search")) sscanf(v, "%lf,%lf", &opt.search_from, &opt.search_to);
  else if (IS("search-budget")) opt.search_budget = atof(v);
  else if (IS("bisections")) opt.bisections = atoi(v);
  else if (IS("p99-limit-us")) opt.p99_limit_us = atof(v);
  else if (IS("leave")) opt.leave = atof(v);
  else if (IS("cycles")) opt.cycles = atoi(v);
  else fail("unknown option", name);
#undef IS
}

void parse_options(int argc, char **argv) {
  for (int i = 1; i < argc; i += 2) {
    if (strncmp(argv[i], "--", 2)) fail("expected an option", argv[i]);
    if (i + 1 == argc) fail("no value for", argv[i]);
    parse_option(argv[i] + 2, argv[i + 1]);
  }
  if (opt.joins > opt.rooms) fail("more joins than rooms", "--joins");
  if (opt.joins > 1 && opt.joins != opt.rooms) fail("must be 1 or the number of rooms", "--joins");
  if (opt.cycles > 1 && opt.leave <= 0) fail("needs --leave", "--cycles");
  if (opt.burst < 1 || opt.burst > 256) fail("must be 1 to 256", "--burst");
  if (opt.bytes < 64 || opt.bytes > 65536) fail("must be 64 to 65536", "--bytes");
}
