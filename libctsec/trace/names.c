/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values of arguments as tracers write them: numbers, the kernel's constants,
 * and names of options and requests that the table of constants lacks and that
 * have one value on every architecture (linux/tcp.h, udp.h, in.h, in6.h,
 * sockios.h, fs.h).
 */
#include <string.h>

#include "data/constants.h"
#include "trace/stream.h"

typedef struct named_value {
  char name[25];
  uint32_t value;
} named_value;

/* In the order of strcmp(). */
static const named_value values[] = {
    {"FICLONE", 0x40049409},
    {"FS_IOC_FIEMAP", 0xc020660b},
    {"IPV6_2292PKTINFO", 2},
    {"IPV6_ADD_MEMBERSHIP", 20},
    {"IPV6_AUTOFLOWLABEL", 70},
    {"IPV6_CHECKSUM", 7},
    {"IPV6_FREEBIND", 78},
    {"IPV6_MTU", 24},
    {"IPV6_MTU_DISCOVER", 23},
    {"IPV6_MULTICAST_HOPS", 18},
    {"IPV6_MULTICAST_IF", 17},
    {"IPV6_MULTICAST_LOOP", 19},
    {"IPV6_RECVERR", 25},
    {"IPV6_RECVHOPLIMIT", 51},
    {"IPV6_RECVPKTINFO", 49},
    {"IPV6_RECVTCLASS", 66},
    {"IPV6_TCLASS", 67},
    {"IPV6_TRANSPARENT", 75},
    {"IPV6_UNICAST_HOPS", 16},
    {"IPV6_V6ONLY", 26},
    {"IP_ADD_MEMBERSHIP", 35},
    {"IP_BIND_ADDRESS_NO_PORT", 24},
    {"IP_DROP_MEMBERSHIP", 36},
    {"IP_FREEBIND", 15},
    {"IP_HDRINCL", 3},
    {"IP_MTU_DISCOVER", 10},
    {"IP_MULTICAST_ALL", 49},
    {"IP_MULTICAST_IF", 32},
    {"IP_MULTICAST_LOOP", 34},
    {"IP_MULTICAST_TTL", 33},
    {"IP_OPTIONS", 4},
    {"IP_PKTINFO", 8},
    {"IP_RECVERR", 11},
    {"IP_RECVTOS", 13},
    {"IP_RECVTTL", 12},
    {"IP_TOS", 1},
    {"IP_TRANSPARENT", 19},
    {"IP_TTL", 2},
    {"SIOCADDRT", 0x890b},
    {"SIOCATMARK", 0x8905},
    {"SIOCDELRT", 0x890c},
    {"SIOCETHTOOL", 0x8946},
    {"SIOCGIFADDR", 0x8915},
    {"SIOCGIFBRDADDR", 0x8919},
    {"SIOCGIFCONF", 0x8912},
    {"SIOCGIFDSTADDR", 0x8917},
    {"SIOCGIFFLAGS", 0x8913},
    {"SIOCGIFHWADDR", 0x8927},
    {"SIOCGIFINDEX", 0x8933},
    {"SIOCGIFMETRIC", 0x891d},
    {"SIOCGIFMTU", 0x8921},
    {"SIOCGIFNAME", 0x8910},
    {"SIOCGIFNETMASK", 0x891b},
    {"SIOCGIFTXQLEN", 0x8942},
    {"SIOCSIFADDR", 0x8916},
    {"SIOCSIFFLAGS", 0x8914},
    {"SIOCSIFHWADDR", 0x8924},
    {"SIOCSIFMTU", 0x8922},
    {"SIOCSIFNETMASK", 0x891c},
    {"SOL_SCTP", 132},
    {"SOL_TCP", 6},
    {"SOL_UDP", 17},
    {"TCP_CONGESTION", 13},
    {"TCP_CORK", 3},
    {"TCP_DEFER_ACCEPT", 9},
    {"TCP_FASTOPEN", 23},
    {"TCP_FASTOPEN_CONNECT", 30},
    {"TCP_KEEPCNT", 6},
    {"TCP_KEEPIDLE", 4},
    {"TCP_KEEPINTVL", 5},
    {"TCP_LINGER2", 8},
    {"TCP_MAXSEG", 2},
    {"TCP_NODELAY", 1},
    {"TCP_NOTSENT_LOWAT", 25},
    {"TCP_QUICKACK", 12},
    {"TCP_SYNCNT", 7},
    {"TCP_ULP", 31},
    {"TCP_USER_TIMEOUT", 18},
    {"TCP_WINDOW_CLAMP", 10},
    {"UDP_CORK", 1},
    {"UDP_GRO", 104},
    {"UDP_SEGMENT", 103},
};

static int named(const char *text, size_t length, uint64_t *value) {
  char name[sizeof values->name];
  if (length >= sizeof name) return 0;
  memcpy(name, text, length);
  name[length] = '\0';
  size_t low = 0, high = sizeof values / sizeof *values;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = strcmp(values[middle].name, name);
    if (!order) {
      *value = values[middle].value;
      return 1;
    }
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return 0;
}

static int number(const char *at, const char *end, uint64_t *value) {
  unsigned base = 10;
  if (*at == '0' && at + 1 < end) base = (at[1] | 32) == 'x' ? 16 : 8, at += base == 16 ? 2 : 1;
  uint64_t n = 0;
  if (at == end) return 0;
  for (; at < end; at++) {
    int c = *at | 32, digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
    if ((unsigned)digit >= base || n > (UINT64_MAX - (unsigned)digit) / base) return 0;
    n = n * base + (unsigned)digit;
  }
  *value = n;
  return 1;
}

static int one_value(const ct_arch *arch, const char *text, size_t length, const char *prefix, uint64_t *value) {
  if (!length) return 0;
  int minus = length > 1 && *text == '-';
  if (text[minus] >= '0' && text[minus] <= '9') {
    if (!number(text + minus, text + length, value)) return 0;
    if (minus) *value = (uint64_t)0 - *value;
    return 1;
  }
  char name[64];
  size_t before = strlen(prefix);
  if (before && before + length < sizeof name) {
    memcpy(name, prefix, before);
    memcpy(name + before, text, length);
    if (ct_constant_find(arch->column, name, before + length, value) > 0 || named(name, before + length, value)) return 1;
  }
  return ct_constant_find(arch->column, text, length, value) > 0 || named(text, length, value);
}

/* "_IOC(_IOC_READ|_IOC_WRITE, 0x12, 0x34, 0x4)": the request, where directions have the common values. */
static int request(const ct_arch *arch, const char *at, const char *end, uint64_t *value) {
  switch (arch->column) {
    case CT_COLUMN_MIPS:
    case CT_COLUMN_MIPS64:
    case CT_COLUMN_MIPS64N32:
    case CT_COLUMN_PPC:
    case CT_COLUMN_PPC64:
    case CT_COLUMN_PARISC:
    case CT_COLUMN_PARISC64: return 0;
    default: break;
  }
  if (end[-1] != ')') return 0;
  end--;
  at += 5;
  uint64_t parts[3] = {0}, direction = 0;
  const char *comma = memchr(at, ',', (size_t)(end - at));
  if (!comma) return 0;
  if (memmem(at, (size_t)(comma - at), "_IOC_WRITE", 10)) direction |= 1;
  if (memmem(at, (size_t)(comma - at), "_IOC_READ", 9)) direction |= 2;
  for (int i = 0; i < 3; i++) {
    for (at = comma + 1; at < end && *at == ' '; at++) {}
    comma = memchr(at, ',', (size_t)(end - at));
    if (!comma != (i == 2) || at == end || !number(at, comma ? comma : end, &parts[i])) return 0;
  }
  if (parts[0] > 0xff || parts[1] > 0xff || parts[2] > 0x3fff) return 0;
  *value = direction << 30 | parts[2] << 16 | parts[0] << 8 | parts[1];
  return 1;
}

int ct_trace_value(const ct_arch *arch, const char *text, const char *end, const char *prefix, uint64_t *value) {
  uint64_t sum = 0;
  if (end - text > 6 && !memcmp(text, "_IOC(", 5)) return request(arch, text, end, value);
  while (text < end) {
    const char *bar = memchr(text, '|', (size_t)(end - text));
    uint64_t one = 0;
    if (!one_value(arch, text, (size_t)((bar ? bar : end) - text), prefix, &one)) return 0;
    sum |= one;
    if (!bar) {
      *value = sum;
      return 1;
    }
    text = bar + 1;
  }
  return 0;
}
