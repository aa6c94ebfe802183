/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "jobs.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Inputs under way at once, for each thread: enough that none waits for a slow one before it; and their bytes. */
#define EACH 32
#define MOST_BYTES ((size_t)2 << 20)
/* What a thread takes at a time: a lock and a wake-up cost as much as a small input. */
#define BATCH 8
#define MOST_THREADS 256

typedef struct slot {
  jobs_input input;
  size_t bytes;
  atomic_int done;
} slot;

struct jobs {
  struct cli *cli;
  void (*feed)(struct cli *cli, jobs_input *input);
  pthread_mutex_t lock;
  /* There is something to take; the first input is done, or there is room. */
  pthread_cond_t added, moved;
  int idle, stop;
  int count;
  pthread_t threads[MOST_THREADS];
  /* A ring: fed up to first, taken up to next, added up to last. */
  size_t size;
  atomic_size_t first;
  size_t next, last;
  atomic_size_t bytes;
  /* How many threads wait for `moved`. */
  atomic_int waiting;
  slot *slots;
};

static slot *at(struct jobs *jobs, size_t place) { return &jobs->slots[place % jobs->size]; }

/* Says that a slot is done, or that there is room. */
static void moved(struct jobs *jobs) {
  if (!atomic_load(&jobs->waiting)) return;
  pthread_mutex_lock(&jobs->lock);
  pthread_cond_broadcast(&jobs->moved);
  pthread_mutex_unlock(&jobs->lock);
}

static int may_start(struct jobs *jobs, size_t place, size_t bytes) {
  return atomic_load(&jobs->first) == place || atomic_load(&jobs->bytes) + bytes <= MOST_BYTES;
}

/* Of too many bytes under way, the later ones wait; never the first, for which all others do. */
static void wait_for_room(struct jobs *jobs, size_t place, size_t bytes) {
  if (may_start(jobs, place, bytes)) return;
  pthread_mutex_lock(&jobs->lock);
  atomic_fetch_add(&jobs->waiting, 1);
  while (!may_start(jobs, place, bytes)) pthread_cond_wait(&jobs->moved, &jobs->lock);
  atomic_fetch_sub(&jobs->waiting, 1);
  pthread_mutex_unlock(&jobs->lock);
}

static int read_input(const struct cli *cli, jobs_input *input) {
  if (!input->text) {
    int number = cli_read_file(input->source, &input->data, &input->length);
    if (number) return number;
    input->text = input->data;
  }
  if (ctsec_job_set_text(input->job, input->text, input->length, NULL)) return ENOMEM;
  return cli_job_files(cli, input->job, input->data ? input->source : NULL) ? ENOMEM : 0;
}

/* Where no other thread is there to feed, this one must not wait. */
static void check(struct jobs *jobs, size_t place, int helps) {
  slot *own = at(jobs, place);
  jobs_input *input = &own->input;
  if (input->job) {
    input->number = read_input(jobs->cli, input);
    own->bytes = input->length;
    if (!helps) wait_for_room(jobs, place, own->bytes);
    atomic_fetch_add(&jobs->bytes, own->bytes);
    if (!input->number) ctsec_job_check(input->job);
    free(input->data);
    input->data = NULL;
  }
  atomic_store(&own->done, 1);
  if (!helps) moved(jobs);
}

static void *work(void *argument) {
  struct jobs *jobs = argument;
  pthread_mutex_lock(&jobs->lock);
  for (;;) {
    jobs->idle++;
    while (jobs->next == jobs->last && !jobs->stop) pthread_cond_wait(&jobs->added, &jobs->lock);
    jobs->idle--;
    if (jobs->next == jobs->last) break;
    size_t from = jobs->next, left = jobs->last - from;
    /* Its share, so that the last ones do not wait for one thread. */
    size_t count = left / (size_t)(jobs->count + 1) + 1;
    if (count > BATCH) count = BATCH;
    jobs->next += count;
    pthread_mutex_unlock(&jobs->lock);
    for (size_t i = 0; i < count; i++) check(jobs, from + i, 0);
    pthread_mutex_lock(&jobs->lock);
  }
  pthread_mutex_unlock(&jobs->lock);
  return NULL;
}

struct jobs *jobs_new(int count, void (*feed)(struct cli *cli, jobs_input *input), struct cli *cli) {
  struct jobs *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  if (count > MOST_THREADS) count = MOST_THREADS;
  made->size = (size_t)(count > 1 ? count * EACH : 1);
  made->slots = calloc(made->size, sizeof *made->slots);
  if (!made->slots) {
    free(made);
    return NULL;
  }
#ifdef M_TRIM_THRESHOLD
  /* Each input takes and gives back about the same: to fetch it anew from the kernel is half of the work. */
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
  made->cli = cli;
  made->feed = feed;
  pthread_mutex_init(&made->lock, NULL);
  pthread_cond_init(&made->added, NULL);
  pthread_cond_init(&made->moved, NULL);
  /* This thread is one of them; where no more can be had, it does the work alone. */
  while (made->count < count - 1 && !pthread_create(&made->threads[made->count], NULL, work, made)) made->count++;
  return made;
}

/* Takes the next input itself, unless there is none. */
static int check_one(struct jobs *jobs) {
  pthread_mutex_lock(&jobs->lock);
  size_t place = jobs->next;
  int found = place < jobs->last;
  if (found) jobs->next++;
  pthread_mutex_unlock(&jobs->lock);
  if (found) check(jobs, place, 1);
  return found;
}

static void wait_for_first(struct jobs *jobs, slot *own) {
  pthread_mutex_lock(&jobs->lock);
  atomic_fetch_add(&jobs->waiting, 1);
  while (!atomic_load(&own->done)) pthread_cond_wait(&jobs->moved, &jobs->lock);
  atomic_fetch_sub(&jobs->waiting, 1);
  pthread_mutex_unlock(&jobs->lock);
}

/* Feeds the first input, checking others while it is not ready. */
static void feed_first(struct jobs *jobs) {
  slot *own = at(jobs, atomic_load(&jobs->first));
  while (!atomic_load(&own->done))
    if (atomic_load(&jobs->bytes) > MOST_BYTES || !check_one(jobs)) wait_for_first(jobs, own);
  jobs->feed(jobs->cli, &own->input);
  ctsec_job_free(own->input.job);
  free(own->input.source);
  atomic_fetch_sub(&jobs->bytes, own->bytes);
  atomic_fetch_add(&jobs->first, 1);
  moved(jobs);
}

static int is_ready(struct jobs *jobs) {
  size_t first = atomic_load(&jobs->first);
  return first < jobs->last && atomic_load(&at(jobs, first)->done);
}

void jobs_add(struct jobs *jobs, const jobs_input *input) {
  while (jobs->last - atomic_load(&jobs->first) == jobs->size) feed_first(jobs);
  slot *own = at(jobs, jobs->last);
  own->input = *input;
  own->bytes = 0;
  atomic_store(&own->done, 0);
  pthread_mutex_lock(&jobs->lock);
  jobs->last++;
  if (jobs->idle && jobs->last - jobs->next >= BATCH) pthread_cond_signal(&jobs->added);
  pthread_mutex_unlock(&jobs->lock);
  if (!jobs->count) feed_first(jobs);
  /* What is ready leaves at once. */
  while (is_ready(jobs)) feed_first(jobs);
}

void jobs_drain(struct jobs *jobs) {
  pthread_mutex_lock(&jobs->lock);
  if (jobs->idle && jobs->last - jobs->next > 1) pthread_cond_broadcast(&jobs->added);
  pthread_mutex_unlock(&jobs->lock);
  while (atomic_load(&jobs->first) < jobs->last) feed_first(jobs);
}

void jobs_finish(struct jobs *jobs) {
  jobs_drain(jobs);
  pthread_mutex_lock(&jobs->lock);
  jobs->stop = 1;
  pthread_cond_broadcast(&jobs->added);
  pthread_mutex_unlock(&jobs->lock);
  for (int i = 0; i < jobs->count; i++) pthread_join(jobs->threads[i], NULL);
  pthread_cond_destroy(&jobs->added);
  pthread_cond_destroy(&jobs->moved);
  pthread_mutex_destroy(&jobs->lock);
  free(jobs->slots);
  free(jobs);
}
