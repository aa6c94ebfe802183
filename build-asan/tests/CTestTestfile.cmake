# CMake generated Testfile for 
# Source directory: /work/wt/container/tests
# Build directory: /work/wt/container/build-asan/tests
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
subdirs("base")
subdirs("data")
subdirs("syntax")
subdirs("seccomp")
subdirs("container")
subdirs("check")
subdirs("abi")
subdirs("headers")
subdirs("memory")
subdirs("install")
