module libctsec.org/ctsec

go 1.19
