// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
)

const dangerous = "../../examples/docker-dangerous.json"

func read(t testing.TB, path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestVersions(t *testing.T) {
	if Version() == "" || len(DataVersion()) != len("2026-11-24") {
		t.Fatal(Version(), DataVersion())
	}
}

func TestCapsRoundTrip(t *testing.T) {
	for _, mask := range []Caps{0, 1, 0xa80425fb, 1<<41 - 1, ^Caps(0)} {
		back, err := EncodeCaps(mask.String())
		if err != nil || back != mask {
			t.Errorf("%x: %x, %v", uint64(mask), uint64(back), err)
		}
		text, _ := mask.MarshalText()
		var again Caps
		if err := again.UnmarshalText(text); err != nil || again != mask {
			t.Errorf("%s: %x, %v", text, uint64(again), err)
		}
	}
	if _, err := EncodeCaps("SYS_ADMN"); err == nil || !strings.Contains(err.Error(), "CAP_SYS_ADMIN") {
		t.Error(err)
	}
	if !Caps(0xa80425fb).Has(10) || Caps(0xa80425fb).Has(21) || CapName(21) != "CAP_SYS_ADMIN" || CapName(99) != "" {
		t.Error("names")
	}
}

func TestErrorsHavePlaces(t *testing.T) {
	_, err := ParseContainers([]byte("[\n  {\"Id\": tru}\n]"), With("source", "x.json"))
	var failure *Error
	if !errors.As(err, &failure) || failure.Line != 2 || failure.Column != 10 || failure.Source != "x.json" {
		t.Fatalf("%v", err)
	}
	if !errors.Is(err, &Error{Code: ESyntax}) || errors.Is(err, &Error{Code: ELimit}) {
		t.Error("Is compares codes")
	}
	if _, err := ParseContainers(nil); err == nil {
		t.Error("nothing is no container")
	}
	if _, err := ResolveCaps(With("engine", "lxc")); !errors.Is(err, &Error{Code: EArg}) {
		t.Error(err)
	}
}

func TestContainers(t *testing.T) {
	containers, err := ReadContainers(strings.NewReader(string(read(t, dangerous))))
	if err != nil || containers.Len() != 1 {
		t.Fatal(err)
	}
	first := containers.At(0)
	if first.Format() != "docker-inspect" || containers.At(1) != nil || containers.At(-1) != nil {
		t.Error(first)
	}
	found, err := containers.Find(first.ID())
	if err != nil || found.Name() != first.Name() {
		t.Error(err)
	}
	if _, err := containers.Find("nobody"); !errors.Is(err, &Error{Code: ENotfound}) {
		t.Error(err)
	}
	// A container keeps its document alive.
	containers = nil
	runtime.GC()
	if first.String() == "" {
		t.Error("gone")
	}
}

func TestScanStream(t *testing.T) {
	scan, err := NewScan("ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer scan.Close()
	if err := scan.Feed("good", read(t, dangerous)); err != nil {
		t.Fatal(err)
	}
	if err := scan.Feed("bad", []byte("{")); err == nil {
		t.Error("bad input passes")
	}
	if err := scan.Unread("gone", syscall.ENOENT); !errors.Is(err, &Error{Code: ENotfound}) {
		t.Error(err)
	}
	text, err := scan.Take()
	if err != nil || strings.Count(text, "\n") != 3 {
		t.Errorf("%v %q", err, text)
	}
	if len(scan.Errors) != 2 || scan.Count(4) == 0 {
		t.Error(scan.Errors)
	}
	if _, err := scan.Finish(); err != nil {
		t.Error(err)
	}
	scan.Close()
}

func TestManyGoroutines(t *testing.T) {
	containers, err := ParseContainers(read(t, dangerous))
	if err != nil {
		t.Fatal(err)
	}
	want, _ := containers.JSON()
	var group sync.WaitGroup
	for i := 0; i < 32; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			got, err := containers.JSON()
			if err != nil || got != want {
				t.Error(err)
			}
			if _, err := ScanBytes([]byte("[]")); err == nil {
				t.Error("an empty list has no container")
			}
		}()
	}
	group.Wait()
}

func TestRules(t *testing.T) {
	text, err := Rules([]string{"privileged", "runtime-socket"}, With("lang", "ja"))
	if err != nil || !strings.Contains(text, "\"runtime-socket\"") {
		t.Error(err)
	}
	if _, err := Rules([]string{"no-such-rule"}); !errors.Is(err, &Error{Code: ENotfound}) {
		t.Error(err)
	}
}

func TestSeccomp(t *testing.T) {
	profile, err := BuiltinProfile("docker")
	if err != nil {
		t.Fatal(err)
	}
	policy, err := profile.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	verdict, err := policy.Simulate("x86_64", "clone", []string{"CLONE_NEWUSER|SIGCHLD"})
	if err != nil {
		t.Fatal(err)
	}
	if allowed, known := verdict.Allowed(); allowed || !known || verdict.Rule() != "" || verdict.Why() == "" {
		t.Error(verdict.Why())
	}
	filter, err := policy.Compile()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := filter.MarshalBinary()
	if err != nil || len(raw) != 8*filter.Len() {
		t.Error(err)
	}
	if again, err := DecodeFilter(raw); err != nil || again.Len() != filter.Len() {
		t.Error(err)
	}
	actions, err := policy.SimulateBatch([]Call{{Arch: 0xc000003e, Number: 165}, {Arch: 0xc000003e, Number: 0}})
	if err != nil || actions[0] != 0x50001 || actions[1] != 0x7fff0000 {
		t.Error(actions, err)
	}
	if _, equal, err := policy.Diff(policy); !equal || err != nil {
		t.Error(err)
	}
	if _, equal, err := filter.Diff(filter); !equal || err != nil {
		t.Errorf("a filter differs from itself: %v", err)
	}
	if _, err := ParseProfile([]byte(`{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[null]}`)); err == nil {
		t.Error("a null entry passes")
	}
}
