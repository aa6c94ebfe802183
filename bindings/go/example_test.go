// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec_test

import (
	"context"
	"errors"
	"fmt"

	"libctsec.org/ctsec"
)

func ExampleScanBytes() {
	inspect := []byte(`[{"Id":"x","Name":"/web","Config":{"Image":"web"},"HostConfig":{"PidMode":"host"}}]`)
	findings, err := ctsec.ScanBytes(inspect)
	if err != nil {
		panic(err)
	}
	for _, finding := range findings {
		if finding.Severity.String() == "high" {
			fmt.Println(finding.Container, finding.Rule, finding.Pointer, finding.Observed)
		}
	}
	// Output: web host-pid /0/HostConfig/PidMode PidMode: host
}

func ExampleResolveCaps() {
	resolution, err := ctsec.ResolveCaps(ctsec.With("engine", "podman"), ctsec.With("user", "1000"),
		ctsec.With("cap-add", "NET_BIND_SERVICE"))
	if err != nil {
		panic(err)
	}
	effective, known := resolution.Set(ctsec.MomentAfterExec, ctsec.SetEffective)
	fmt.Println(effective, known)
	// Output: CAP_NET_BIND_SERVICE true
}

func ExampleParseCaps() {
	_, err := ctsec.ParseCaps("25fb,xx")
	var failure *ctsec.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Name, failure.Message, failure.Offset)
	}
	// Output: CTSEC_E_SYNTAX `,` is no hexadecimal digit 4
}

func ExampleExplainSyscall() {
	arch, err := ctsec.FindArch("arm64")
	if err != nil {
		panic(err)
	}
	number, err := arch.Number("openat2")
	if err != nil {
		panic(err)
	}
	fmt.Println(arch, number, arch.Fallback("openat2"), ctsec.SyscallGroup("mount"))
	// Output: aarch64 437 openat mounts
}

func ExampleConfinement_Check() {
	containers, err := ctsec.ParseContainers([]byte("docker run --cap-add SYS_ADMIN image"))
	if err != nil {
		panic(err)
	}
	defer containers.Close()
	confinement, err := containers.At(0).Confinement(nil, ctsec.With("fact", "docker=20.10"),
		ctsec.With("fact", "userns=host"), ctsec.With("fact", "lsm=apparmor"))
	if err != nil {
		panic(err)
	}
	request, err := ctsec.NewRequest("x86_64", "mount", "?", `"/mnt"`)
	if err != nil {
		panic(err)
	}
	answer, err := confinement.Check(request)
	if err != nil {
		panic(err)
	}
	fmt.Println(answer, answer.Errno())
	// Output: deny lsm 13
}

func ExamplePolicy_Simulate() {
	profile, err := ctsec.BuiltinProfile("docker")
	if err != nil {
		panic(err)
	}
	policy, err := profile.Resolve(ctsec.With("arch", "x86_64"))
	if err != nil {
		panic(err)
	}
	for _, flags := range []string{"SIGCHLD", "CLONE_NEWUSER|SIGCHLD", "?"} {
		verdict, err := policy.Simulate("x86_64", "clone", []string{flags})
		if err != nil {
			panic(err)
		}
		fmt.Println(flags, verdict)
	}
	// Output:
	// SIGCHLD allow
	// CLONE_NEWUSER|SIGCHLD errno 1
	// ? errno 1|allow
}

func ExampleScan_FeedAll() {
	scan, err := ctsec.NewScan("json")
	if err != nil {
		panic(err)
	}
	defer scan.Close()
	inputs := []ctsec.Input{{Source: "a", Data: []byte("docker run --privileged a")}, {Source: "b", Data: []byte("docker run b")}}
	if err := scan.FeedAll(context.Background(), inputs, 2); err != nil {
		panic(err)
	}
	fmt.Println(scan.Containers(), scan.Count(ctsec.SeverityCritical) > 0, len(scan.Errors))
	// Output: 2 true 0
}

func ExampleError() {
	_, err := ctsec.ParseContainers([]byte("[\n  {\"Id\": tru}\n]"), ctsec.With("source", "inspect.json"))
	var failure *ctsec.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Name, failure.Source, failure.Line, failure.Column)
	}
	fmt.Println(errors.Is(err, &ctsec.Error{Code: ctsec.ESyntax}))
	// Output:
	// CTSEC_E_SYNTAX inspect.json 2 10
	// true
}
