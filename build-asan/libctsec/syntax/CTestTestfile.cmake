# CMake generated Testfile for 
# Source directory: /work/wt/container/libctsec/syntax
# Build directory: /work/wt/container/build-asan/libctsec/syntax
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
