# CMake generated Testfile for 
# Source directory: /work/wt/container/libctsec/container
# Build directory: /work/wt/container/build-asan/libctsec/container
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
