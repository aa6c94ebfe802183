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

func TestSyscalls(t *testing.T) {
	if len(Archs()) != 23 {
		t.Error(Archs())
	}
	for _, arch := range Archs() {
		again, err := FindArch(arch.String())
		if err != nil || again != arch {
			t.Error(arch, err)
		}
		for _, call := range arch.Syscalls() {
			number, err := arch.Number(call.Name)
			if err != nil || number != call.Number || arch.Name(number) != call.Name {
				t.Error(arch, call, number, err)
			}
		}
	}
	if x, err := FindArch("amd64"); err != nil || x != ArchX8664 || x.Audit() != 0xc000003e || x.Bits() != 64 || x.BigEndian() {
		t.Error(x, err)
	}
	if x32, err := FindAuditArch(0xc000003e, 0x40000000); err != nil || x32.Seccomp() != "SCMP_ARCH_X32" {
		t.Error(x32, err)
	}
	if _, err := Arch(ArchX8664).Number("opne"); err == nil || !strings.Contains(err.Error(), "open") {
		t.Error(err)
	}
	if major, minor, _, known := Arch(ArchX8664).Since(435); major != 5 || minor != 3 || !known {
		t.Error("clone3", major, minor, known)
	}
	if arguments, known := Arch(ArchX8664).Arguments(41); !known || len(arguments) != 3 || arguments[0].Bits != 32 {
		t.Error("socket", arguments, known)
	}
	if value, err := Arch(ArchX8664).Value("CLONE_NEWUSER|SIGCHLD"); err != nil || value != 0x10000011 {
		t.Error(value, err)
	}
	if number, err := Arch(ArchMips).Errno("ENOSYS"); err != nil || number != 89 || Arch(ArchMips).ErrnoName(89) != "ENOSYS" {
		t.Error(number, err)
	}
	if name, subcall := Arch(ArchX86).Carrier("socket"); name != "socketcall" || subcall != 1 {
		t.Error(name, subcall)
	}
	if older := Arch(ArchX8664).Fallback("clone3"); older != "clone" || Arch(ArchX8664).Fallback("read") != "" {
		t.Error(older)
	}
	if SyscallGroup("mount") != "mounts" || SyscallGroup("nonesuch") != "" {
		t.Error(SyscallGroup("mount"))
	}
	if text, err := ExplainSyscall("bpf", With("lang", "zh")); err != nil || !strings.Contains(text, "\"ctsec/syscall/1\"") {
		t.Error(text, err)
	}
	if text, err := SyscallText("bpf"); err != nil || !strings.HasPrefix(text, "bpf") {
		t.Error(text, err)
	}
}

func TestSeccompFurther(t *testing.T) {
	profile, err := BuiltinProfile("docker")
	if err != nil {
		t.Fatal(err)
	}
	policy, _ := profile.Resolve()
	filter, err := policy.Compile()
	if err != nil {
		t.Fatal(err)
	}
	text, err := filter.Text()
	if err != nil {
		t.Fatal(err)
	}
	again, err := AssembleFilter([]byte(text))
	if err != nil || len(again.Instructions()) != filter.Len() || again.Instructions()[0] != filter.Instructions()[0] {
		t.Error(err)
	}
	strict, err := AssembleFilter([]byte("ret ERRNO(38)\n"))
	if err != nil {
		t.Fatal(err)
	}
	stack := Stack{filter, strict}
	call, unknown, err := ReadCall("x86_64 getpid")
	if err != nil || unknown != 0 {
		t.Fatal(call, unknown, err)
	}
	actions, err := stack.SimulateBatch([]Call{call})
	if err != nil || actions[0] != 0x50026 {
		t.Error(actions, err)
	}
	if name, err := ActionName(actions[0]); err != nil || name != "errno 38" {
		t.Error(name, err)
	}
	verdict, err := stack.Simulate("x86_64", "getpid", nil)
	if err != nil || !verdict.Decided() || verdict.Actions()[0] != 0x50026 {
		t.Fatal(err)
	}
	if _, known := verdict.Logged(); known {
		t.Error("the flags of raw BPF are known")
	}
	diff, err := Stack{filter}.Compare(stack)
	if err != nil || diff.Relation() != DiffFirstAllowsMore || len(diff.Differences()) == 0 {
		t.Fatal(diff, err)
	}
	found, err := profile.Diagnose(Live(0))
	if err != nil || found.Count(SeverityInfo) == 0 || found.Count(SeverityCritical) != 0 {
		t.Error(err)
	}
	for _, get := range []func() (string, error){found.JSON, found.Text, diff.JSON, diff.Text, filter.JSON, policy.JSON, verdict.Text,
		func() (string, error) { return profile.Text() }, func() (string, error) { return profile.Encode() }} {
		if text, err := get(); err != nil || text == "" {
			t.Error(text, err)
		}
	}
	if agree, known := verdict.Agree(); !agree || !known {
		t.Error(agree, known)
	}
	if _, err := profile.Resolve(Live(0x7fffffff)); !errors.Is(err, &Error{Code: ENotfound}) {
		t.Error(err)
	}
}

func TestTraces(t *testing.T) {
	trace, err := ParseTrace([]byte("12  mount(\"a\", \"/b\", NULL, MS_BIND, NULL) = 0\n12  read(0, \"\n"))
	if err != nil || len(trace.Problems) != 1 || trace.Problems[0].Line != 2 || trace.Problems[0].Column != 14 {
		t.Fatal(trace, err)
	}
	all := trace.All()
	if len(all) != 1 || all[0].Number != 165 || all[0].Known != 8 || all[0].Args[3] != 0x1000 || all[0].Times != 1 {
		t.Fatal(all)
	}
	least, err := LeastOf([]*Trace{trace})
	if err != nil {
		t.Fatal(err)
	}
	text, err := least.Profile()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := ParseProfile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	policy, err := profile.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	found, err := least.Compare(policy)
	if err != nil || len(found.Differences()) != 0 {
		t.Fatal(found, err)
	}
	if _, err := ParseTrace(nil); err == nil {
		t.Fatal("an empty trace was read")
	}
	if _, err := LeastOf(nil); err == nil {
		t.Fatal("no trace was enough")
	}
}

func TestProcesses(t *testing.T) {
	recorded := "../../tests/data/proc/docker/proc"
	listed, err := ReadProcess(recorded, -1)
	if err != nil || listed.Len() != 3 {
		t.Fatal(err)
	}
	if _, err := ReadProcess(recorded, 1<<30); !errors.Is(err, &Error{Code: ENotfound}) {
		t.Error(err)
	}
	if own, err := ReadProcess("/proc", 0); err != nil || own.Len() != 1 {
		t.Error(err)
	}
}

func TestWhy(t *testing.T) {
	containers, err := ParseContainers([]byte("docker run --cap-add SYS_ADMIN image"))
	if err != nil {
		t.Fatal(err)
	}
	confinement, err := containers.At(0).Confinement(nil, With("fact", "docker=20.10"), With("fact", "userns=host"),
		With("fact", "lsm=apparmor"))
	if err != nil {
		t.Fatal(err)
	}
	request, err := NewRequest("x86_64", "mount", "?", `"/mnt"`)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := confinement.Check(request)
	if err != nil || answer.Outcome() != AnswerDeny || answer.Layer().String() != "lsm" || answer.Errno() != 13 {
		t.Fatal(err, answer.Outcome(), answer.Layer(), answer.Errno())
	}
	if text, err := answer.Text(); err != nil || !strings.Contains(text, "AppArmor") {
		t.Fatal(err, text)
	}
	lines, err := confinement.CheckLines("x86_64 umount2\nx86_64 nothing\n")
	if err != nil || len(lines) != 2 || lines[0] != "allow" || !strings.HasPrefix(lines[1], "error ") {
		t.Fatal(err, lines)
	}
	if _, err := Do("x86_64", "bind prot 80"); err == nil {
		t.Fatal("no such words")
	}
	if one, err := ReadRequest("x86_64 getpid"); err != nil || one == nil {
		t.Fatal(err)
	}
	if len(answer.Needs()) != 0 || Shorthands()["reboot"] == "" {
		t.Fatal(answer.Needs())
	}
}
