module libctsec.org/ctsec/nocgo

go 1.19

require (
	github.com/ebitengine/purego v0.9.1
	libctsec.org/ctsec v0.1.0
)

replace libctsec.org/ctsec => ../
