/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "jobs.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

/* Inputs under way at once, for each thread: enough that none waits for a slow one before it; and their bytes. */
#define EACH 16
#define MOST_BYTES ((size_t)4 << 20)
/* Fewer are not worth waking a thread for. */
#define BATCH 8
#define MOST_THREADS 256

typedef struct slot {
  jobs_input input;
  int done;
} slot;

struct jobs {
  struct cli *cli;
  void (*feed)(struct cli *cli, jobs_input *input);
  pthread_mutex_t lock;
  pthread_cond_t added, finished;
  int stop;
  int count;
  pthread_t threads[MOST_THREADS];
  /* A ring: fed up to first, taken up to next, added up to last. */
  size_t size, first, next, last;
  size_t bytes;
  slot *slots;
};

static slot *at(struct jobs *jobs, size_t place) { return &jobs->slots[place % jobs->size]; }

/* Checks the next input; called and left with the lock held. */
static void check_next(struct jobs *jobs) {
  slot *own = at(jobs, jobs->next++);
  pthread_mutex_unlock(&jobs->lock);
  ctsec_job_check(own->input.job);
  free(own->input.data);
  own->input.data = NULL;
  pthread_mutex_lock(&jobs->lock);
  own->done = 1;
  pthread_cond_signal(&jobs->finished);
}

static void *work(void *argument) {
  struct jobs *jobs = argument;
  pthread_mutex_lock(&jobs->lock);
  for (;;) {
    while (jobs->next == jobs->last && !jobs->stop) pthread_cond_wait(&jobs->added, &jobs->lock);
    if (jobs->next == jobs->last) break;
    check_next(jobs);
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
  pthread_cond_init(&made->finished, NULL);
  /* This thread is one of them; where no more can be had, it does the work alone. */
  while (made->count < count - 1 && !pthread_create(&made->threads[made->count], NULL, work, made)) made->count++;
  return made;
}

/* Feeds the first input, checking others while it is not ready; called and left with the lock held. */
static void feed_first(struct jobs *jobs) {
  slot *own = at(jobs, jobs->first);
  while (!own->done) {
    if (jobs->next < jobs->last)
      check_next(jobs);
    else
      pthread_cond_wait(&jobs->finished, &jobs->lock);
  }
  pthread_mutex_unlock(&jobs->lock);
  jobs->feed(jobs->cli, &own->input);
  ctsec_job_free(own->input.job);
  free(own->input.source);
  pthread_mutex_lock(&jobs->lock);
  jobs->bytes -= own->input.length;
  jobs->first++;
}

void jobs_add(struct jobs *jobs, const jobs_input *input) {
  pthread_mutex_lock(&jobs->lock);
  while (jobs->last - jobs->first == jobs->size || (jobs->first < jobs->last && jobs->bytes + input->length > MOST_BYTES))
    feed_first(jobs);
  slot *own = at(jobs, jobs->last);
  own->input = *input;
  own->done = 0;
  jobs->bytes += input->length;
  jobs->last++;
  if (jobs->last - jobs->next >= BATCH || input->length > MOST_BYTES / EACH) pthread_cond_signal(&jobs->added);
  /* What is ready leaves at once; alone, everything is. */
  while (jobs->first < jobs->last && (at(jobs, jobs->first)->done || !jobs->count)) feed_first(jobs);
  pthread_mutex_unlock(&jobs->lock);
}

void jobs_drain(struct jobs *jobs) {
  pthread_mutex_lock(&jobs->lock);
  while (jobs->first < jobs->last) feed_first(jobs);
  pthread_mutex_unlock(&jobs->lock);
}

void jobs_finish(struct jobs *jobs) {
  jobs_drain(jobs);
  pthread_mutex_lock(&jobs->lock);
  jobs->stop = 1;
  pthread_cond_broadcast(&jobs->added);
  pthread_mutex_unlock(&jobs->lock);
  for (int i = 0; i < jobs->count; i++) pthread_join(jobs->threads[i], NULL);
  pthread_cond_destroy(&jobs->added);
  pthread_cond_destroy(&jobs->finished);
  pthread_mutex_destroy(&jobs->lock);
  free(jobs->slots);
  free(jobs);
}
