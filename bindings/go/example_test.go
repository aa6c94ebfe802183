// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec_test

import (
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
