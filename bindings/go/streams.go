// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"context"
	"io"
	"runtime"
	"sync"
	"unsafe"
)

// pieces feeds what a reader gives until its end, or until the context is done.
func pieces(ctx context.Context, reader io.Reader, feed func([]byte) error) error {
	buffer := make([]byte, 64<<10)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		read, err := reader.Read(buffer)
		if read > 0 {
			if err := feed(buffer[:read]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// FeedReader adds all that a reader gives as one input.
func (s *Scan) FeedReader(source string, reader io.Reader) error {
	data, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	return s.Feed(source, data)
}

// FeedReader adds a log piece by piece: it may be longer than memory, or never end. It ends with the error of the reader, or
// of the context when that is done.
func (d *Denials) FeedReader(ctx context.Context, source string, reader io.Reader) error {
	return pieces(ctx, reader, func(data []byte) error { return d.Feed(source, data) })
}

// FeedReader adds the containers that all that a reader gives describes.
func (p *Paths) FeedReader(source string, reader io.Reader) error {
	data, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	return p.Feed(source, data)
}

// Job is one input of a Scan that any goroutine may read and check, which is nearly all of the work. Close it.
// It belongs to one goroutine at a time, and to a Scan that is not closed.
type Job struct {
	c    *C.ctsec_job
	scan *Scan
	text unsafe.Pointer
}

// Job makes a job of an input, with what the stream is set to now; FeedJob takes it.
func (s *Scan) Job(source string, data []byte) (*Job, error) {
	defer runtime.KeepAlive(s)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	// C memory: the library keeps the address until the job is checked.
	text := C.CBytes(data)
	var c *C.ctsec_job
	var cerr *C.ctsec_error
	status := C.ctsec_job_new(s.c, name, (*C.char)(text), C.size_t(len(data)), &c, &cerr)
	if err := failure(status, cerr); err != nil {
		C.free(text)
		return nil, err
	}
	made := &Job{c, s, text}
	runtime.SetFinalizer(made, (*Job).Close)
	return made, nil
}

// Check reads and checks the input, and writes its part of the report. What is wrong with it is said when it is fed.
func (j *Job) Check() {
	defer runtime.KeepAlive(j)
	C.ctsec_job_check(j.pointer())
}

// pointer is nil once the scan is closed.
func (j *Job) pointer() *C.ctsec_job {
	if j.scan.c == nil {
		return nil
	}
	return j.c
}

// SetText gives another text to a job that is not checked yet.
func (j *Job) SetText(data []byte) error {
	defer runtime.KeepAlive(j)
	text := C.CBytes(data)
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_job_set_text(j.pointer(), (*C.char)(text), C.size_t(len(data)), &cerr), cerr); err != nil {
		C.free(text)
		return err
	}
	C.free(j.text)
	j.text = text
	return nil
}

// FindFiles gives the names of files that the input asks for and that it has not got yet: see the function FindFiles.
func (j *Job) FindFiles() ([]string, error) {
	defer runtime.KeepAlive(j)
	var c *C.ctsec_files
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_job_find_files(j.pointer(), &c, &cerr), cerr); err != nil {
		return nil, err
	}
	defer C.ctsec_files_free(c)
	var names []string
	for i := C.size_t(0); i < C.ctsec_files_count(c); i++ {
		names = append(names, C.GoString(C.ctsec_files_at(c, i)))
	}
	return names, nil
}

// SetFile gives the job one more file.
func (j *Job) SetFile(name string, content []byte) error {
	defer runtime.KeepAlive(j)
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	text, length := input(content)
	var cerr *C.ctsec_error
	status := C.ctsec_job_set_file(j.pointer(), cname, text, length, &cerr)
	runtime.KeepAlive(content)
	return failure(status, cerr)
}

// Close frees the job; calling it twice is harmless.
func (j *Job) Close() {
	C.ctsec_job_free(j.c)
	C.free(j.text)
	j.c, j.text = nil, nil
	runtime.SetFinalizer(j, nil)
}

// FeedJob adds what a job found, once; it checks the job where nobody did. An error is as of Feed.
func (s *Scan) FeedJob(job *Job) error {
	defer runtime.KeepAlive(s)
	defer runtime.KeepAlive(job)
	var cerr *C.ctsec_error
	return note(&s.Errors, failure(C.ctsec_scan_feed_job(s.c, job.pointer(), &cerr), cerr))
}

// Input is a name and its bytes.
type Input struct {
	Source string
	Data   []byte
}

// FeedAll adds inputs in their order, checked by several goroutines; those that cannot be read are in Errors. It ends with
// the error of the context when that is done: what was added before stays.
func (s *Scan) FeedAll(ctx context.Context, inputs []Input, workers int) error {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	type pending struct {
		job  *Job
		done chan struct{}
	}
	// At most four inputs a worker are copied at a time.
	queue := make(chan *pending)
	waiting := make([]*pending, 0, 4*workers)
	var group sync.WaitGroup
	for i := 0; i < workers; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for one := range queue {
				one.job.Check()
				close(one.done)
			}
		}()
	}
	var failed error
	finish := func() {
		first := waiting[0]
		waiting = waiting[1:]
		<-first.done
		if failed == nil {
			_ = s.FeedJob(first.job)
		}
		first.job.Close()
	}
	for _, input := range inputs {
		if failed = ctx.Err(); failed != nil {
			break
		}
		job, err := s.Job(input.Source, input.Data)
		if err != nil {
			failed = err
			break
		}
		one := &pending{job, make(chan struct{})}
		queue <- one
		waiting = append(waiting, one)
		if len(waiting) >= 4*workers {
			finish()
		}
	}
	close(queue)
	for len(waiting) > 0 {
		finish()
	}
	group.Wait()
	return failed
}

// Lenient makes inputs that describe no container at all be passed over from now on, instead of being errors.
func (s *Scan) Lenient(on bool) error {
	defer runtime.KeepAlive(s)
	lenient := C.int(0)
	if on {
		lenient = 1
	}
	var cerr *C.ctsec_error
	return failure(C.ctsec_scan_set_lenient(s.c, lenient, &cerr), cerr)
}

// Containers is how many there were so far.
func (s *Scan) Containers() int {
	defer runtime.KeepAlive(s)
	return int(C.ctsec_scan_containers(s.c))
}
