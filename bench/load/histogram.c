// Latencies in buckets of 3 % width: exact enough for percentiles, and cheap enough for ten million entries per second.
#include "wsload.h"
#include <string.h>

#define SUB_BITS 5 // 32 buckets per power of two
#define BUCKETS (64 << SUB_BITS)

static uint64_t buckets[BUCKETS];

static int bucket_of(uint64_t v) {
  if (v < (1u << SUB_BITS)) return (int)v;
  int exponent = 63 - __builtin_clzll(v);
  int fraction = (int)((v >> (exponent - SUB_BITS)) & ((1 << SUB_BITS) - 1));
  return ((exponent - SUB_BITS + 1) << SUB_BITS) + fraction;
}

// The middle of a bucket.
static double middle_of(int i) {
  int exponent = i >> SUB_BITS;
  if (exponent == 0) return i;
  uint64_t width = 1ull << (exponent - 1);
  uint64_t low = (uint64_t)((1 << SUB_BITS) + (i & ((1 << SUB_BITS) - 1))) * width;
  return (double)low + (double)width / 2;
}

void histogram_clear(void) { memset(buckets, 0, sizeof buckets); }

void histogram_add(uint64_t nanoseconds) { buckets[bucket_of(nanoseconds)]++; }

double histogram_us(double fraction, uint64_t total) {
  if (!total) return -1;
  uint64_t wanted = (uint64_t)(fraction * (double)total + 0.999999), sum = 0;
  if (wanted < 1) wanted = 1;
  for (int i = 0; i < BUCKETS; i++) {
    sum += buckets[i];
    if (sum >= wanted) return middle_of(i) / 1000.0;
  }
  return -1;
}
