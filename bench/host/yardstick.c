// What one small send() on loopback costs on this machine, now: the floor of any server that sends messages one by
// one, and a measure of how much of the machine is ours. A child on the load generator's core reads from 100 sockets;
// this process, on the server's core, sends 132 bytes to each in turn. Prints CPU microseconds per send().
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SOCKETS 100
#define ROUNDS 400
#define SIZE 132

static void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static void read_all(const int *sockets) {
  static char waste[1 << 16];
  int loop = epoll_create1(0);
  for (int i = 0; i < SOCKETS; i++) {
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = sockets[i]};
    epoll_ctl(loop, EPOLL_CTL_ADD, sockets[i], &wanted);
  }
  for (;;) {
    struct epoll_event events[SOCKETS];
    int n = epoll_wait(loop, events, SOCKETS, -1);
    for (int i = 0; i < n; i++)
      if (recv(events[i].data.fd, waste, sizeof waste, 0) <= 0) _exit(0);
  }
}

int main(int argc, char **argv) {
  int senders[SOCKETS], readers[SOCKETS], one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (argc < 3 || bind(listener, (void *)&address, size) || listen(listener, SOCKETS)) return 1;
  getsockname(listener, (void *)&address, &size);
  for (int i = 0; i < SOCKETS; i++) {
    readers[i] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(readers[i], (void *)&address, size)) return 1;
    senders[i] = accept(listener, NULL, NULL);
    setsockopt(senders[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  pid_t child = fork();
  if (child == 0) {
    pin(atoi(argv[2]));
    read_all(readers);
  }
  pin(atoi(argv[1]));
  char message[SIZE] = {0};
  struct timespec before, after;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  for (int round = 0; round < ROUNDS; round++)
    for (int i = 0; i < SOCKETS; i++)
      if (send(senders[i], message, SIZE, MSG_NOSIGNAL) != SIZE) return 1;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  double seconds = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
  printf("%.2f\n", seconds * 1e6 / (ROUNDS * SOCKETS));
  kill(child, SIGKILL); // started above
  waitpid(child, NULL, 0);
  return 0;
}
