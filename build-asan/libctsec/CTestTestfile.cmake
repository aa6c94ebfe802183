# CMake generated Testfile for 
# Source directory: /work/wt/container/libctsec
# Build directory: /work/wt/container/build-asan/libctsec
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
subdirs("base")
subdirs("data")
subdirs("syntax")
subdirs("seccomp")
subdirs("container")
subdirs("check")
subdirs("report")
