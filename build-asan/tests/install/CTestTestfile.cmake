# CMake generated Testfile for 
# Source directory: /work/wt/container/tests/install
# Build directory: /work/wt/container/build-asan/tests/install
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
