# CMake generated Testfile for 
# Source directory: /work/wt/container/libctsec/base
# Build directory: /work/wt/container/build-asan/libctsec/base
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
